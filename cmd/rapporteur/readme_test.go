package main

import (
	"context"
	"os"
	"strings"
	"testing"
)

// TestReadme holds the README to what the program really prints.
func TestReadme(t *testing.T) {
	readme, err := os.ReadFile("../../README.md")
	if err != nil {
		t.Fatal(err)
	}
	const question = "How much will Ukraine spend on defence in 2026?"
	if command := `go run ./cmd/rapporteur ask "` + question + `"`; !strings.Contains(string(readme), command) {
		t.Errorf("the README does not have %s", command)
	}
	t.Setenv("LC_ALL", "en")
	var stdout, stderr strings.Builder
	if code := run(context.Background(), []string{"ask", question}, strings.NewReader(""), &stdout, &stderr); code != exitOK {
		t.Fatalf("exit code %d: %s", code, stderr.String())
	}
	shown := "    " + strings.ReplaceAll(strings.TrimRight(stdout.String(), "\n"), "\n", "\n    ")
	if !strings.Contains(string(readme), shown) {
		t.Errorf("the README does not show what is printed:\n%s", shown)
	}
}
