package corpus_test

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"rapporteur/corpus"
)

func TestPage(t *testing.T) {
	text := "\nThe first page. It ends here and goes\non. The third page.\n"
	second, third := strings.Index(text, "on. "), strings.Index(text, "The third")
	field := corpus.PagesField(text, []corpus.PageStart{{Page: 1, At: 1}, {Page: 2, At: second}, {Page: 4, At: third}})
	stored := "---\ntitle: A report\npages: \"" + field + "\"\n---\n" + text
	start := strings.Index(stored, text)
	for name, tt := range map[string]struct {
		body string
		want [3]int
	}{
		"as it came":   {stored, [3]int{1, 2, 4}},
		"new title":    {strings.Replace(stored, "A report", "Another report", 1), [3]int{1, 2, 4}},
		"edited":       {strings.Replace(stored, "ends", "Ends", 1), [3]int{}},
		"too many":     {strings.Replace(stored, field, field+" 9", 1), [3]int{}},
		"no numbers":   {strings.Replace(stored, field, field+" x", 1), [3]int{}},
		"no such page": {strings.Replace(stored, field, "", 1), [3]int{}},
	} {
		x, warnings, bad := corpus.Parse("a.md", tt.body)
		if bad != nil || len(warnings) > 0 {
			t.Fatal(name, bad, warnings)
		}
		at := strings.Index(tt.body, text[:10])
		if got := [3]int{x.Page(at + 1), x.Page(at + second), x.Page(at + third)}; got != tt.want {
			t.Errorf("%s: pages %v, want %v", name, got, tt.want)
		}
	}
	// What is kept of a text knows its pages.
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "a.md"), []byte(stored), 0o600); err != nil {
		t.Fatal(err)
	}
	keep := filepath.Join(t.TempDir(), "kept")
	for range 2 {
		c, problems, err := corpus.LoadKept(context.Background(), os.DirFS(dir), corpus.Aliases{}, keep)
		if err != nil || len(problems) > 0 {
			t.Fatal(err, problems)
		}
		if x, _ := c.Text("a"); x.Page(start+second) != 2 || x.Page(len(stored)) != 0 || x.Page(start+second-1) != 1 {
			t.Errorf("kept: page %d", x.Page(start+second))
		}
	}
}
