package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// notice matches the names of files that a module keeps its terms in.
var notice = regexp.MustCompile(`(?i)^(licen[cs]e|copying|notice|copyright|patents)`)

// TestLicences compares the notices that the program prints with those of the
// modules, the tool chain and the data it is built from.
func TestLicences(t *testing.T) {
	want := gatherLicences(t)
	if *update {
		if err := os.WriteFile("licences.txt", []byte(want), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	if licences != want {
		t.Error("licences.txt is not that of the modules in go.mod: run go test ./cmd/rapporteur -run Licences -update")
	}
}

// gatherLicences returns each notice once, below the names of what it is for.
func gatherLicences(t *testing.T) string {
	t.Helper()
	owners := make(map[string][]string) // by text
	var texts []string                  // in the order found
	add := func(owner, path string) {
		b, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		text := strings.TrimSpace(strings.ReplaceAll(string(b), "\r\n", "\n"))
		if _, ok := owners[text]; !ok {
			texts = append(texts, text)
		}
		owners[text] = append(owners[text], owner)
	}

	add("Rapporteur", "../../LICENSE")
	add("Go, its standard library and runtime", filepath.Join(goroot(t), "LICENSE"))
	for _, m := range modules(t) {
		entries, err := os.ReadDir(m.Dir)
		if err != nil {
			t.Fatal(err)
		}
		found := false
		for _, e := range entries {
			if !e.IsDir() && notice.MatchString(e.Name()) {
				add(m.Path+" "+m.Version+" ("+e.Name()+")", filepath.Join(m.Dir, e.Name()))
				found = true
			}
		}
		if !found {
			t.Errorf("%s has no licence file", m.Path)
		}
	}
	err := fs.WalkDir(os.DirFS("../.."), ".", func(name string, _ fs.DirEntry, err error) error {
		if strings.HasSuffix(name, ".LICENSE") {
			add(name, filepath.Join("../..", name))
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}

	var out strings.Builder
	for _, text := range texts {
		rule := strings.Repeat("=", 72)
		fmt.Fprintf(&out, "%s\n%s\n%s\n\n%s\n\n", rule, strings.Join(owners[text], "\n"), rule, text)
	}
	return out.String()
}

func goroot(t *testing.T) string {
	t.Helper()
	b, err := exec.Command("go", "env", "GOROOT").Output()
	if err != nil {
		t.Skipf("go env does not run here: %v", err)
	}
	return strings.TrimSpace(string(b))
}

type module struct{ Path, Version, Dir string }

// modules returns what the program is linked with on any system we build for.
func modules(t *testing.T) []module {
	t.Helper()
	seen := make(map[string]module)
	for _, goos := range []string{"linux", "darwin", "windows"} {
		cmd := exec.Command("go", "list", "-deps", "-json=Module", ".")
		cmd.Env = append(os.Environ(), "GOOS="+goos, "GOARCH=amd64", "CGO_ENABLED=0")
		b, err := cmd.Output()
		if err != nil {
			t.Skipf("go list does not run here: %v", err)
		}
		for d := json.NewDecoder(bytes.NewReader(b)); ; {
			var p struct{ Module *module }
			if err := d.Decode(&p); errors.Is(err, io.EOF) {
				break
			} else if err != nil {
				t.Fatal(err)
			}
			if p.Module != nil && p.Module.Version != "" {
				seen[p.Module.Path] = *p.Module
			}
		}
	}
	var out []module
	for _, m := range seen {
		out = append(out, m)
	}
	slices.SortFunc(out, func(a, b module) int { return strings.Compare(a.Path, b.Path) })
	return out
}
