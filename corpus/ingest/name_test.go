package ingest

import (
	"path"
	"strings"
	"testing"
	"unicode/utf8"

	"rapporteur/corpus"
)

func TestNameFor(t *testing.T) {
	tests := []struct{ title, source, want string }{
		{"Переговори в Берліні: що далі?", "", "переговори-в-берліні-що-далі"},
		{"The talks", "https://example.org/x", "the-talks"},
		{"", "https://example.org/2025/berlin-talks.html?x=1", "berlin-talks"},
		{"", "https://example.org/", "example-org"},
		{"", `C:\files\Statement (final).docx`, "statement-final"},
		{"", "../../etc/passwd", "passwd"},
		{"../../etc/passwd", "", "etc-passwd"},
		{"...", "***", "text"},
		{"README", "", "readme-text"},
		{"CON", "", "con-text"},
		{"com1", "", "com1-text"},
		{"_hidden .file", "", "hidden-file"},
		{"Президент’s", "", "президентs"},
		{"a\u202Eb\x00c", "", "abc"},
		{strings.Repeat("слово ", 40), "", strings.TrimSuffix(strings.Repeat("слово-", 9), "-")},
	}
	for _, tt := range tests {
		if got := nameFor(tt.title, tt.source); got != tt.want {
			t.Errorf("%q, %q: %q, want %q", tt.title, tt.source, got, tt.want)
		}
	}
}

// FuzzName holds that a name is safe whatever it is made of, and that the
// corpus reads a file of that name.
func FuzzName(f *testing.F) {
	f.Add("Title", "https://example.org/a")
	f.Add("..", "/")
	f.Add("\xff/\x00", "\u202e")
	f.Fuzz(func(t *testing.T, title, source string) {
		name := nameFor(title, source)
		if len(name) == 0 || len(name) > maxName+len("-text") || !utf8.ValidString(name) || path.Base(name) != name ||
			strings.ContainsAny(name, "/\\:*?\"<>| \x00\n\r\t.") || name[0] == '_' || name[0] == '-' || strings.EqualFold(name, "readme") {
			t.Errorf("%q, %q: %q", title, source, name)
		}
		if got := nameFor(title, source); got != name {
			t.Errorf("%q, then %q", name, got)
		}
		if x, _, bad := corpus.Parse(name+".md", "A sentence."); bad != nil || x.ID != name {
			t.Errorf("%q: %v", name, bad)
		}
	})
}

func TestPageKey(t *testing.T) {
	same := [][]string{
		{"https://example.org/a", "http://www.example.org/a/", "https://EXAMPLE.org:443/a?utm_source=x&fbclid=1#top", "https://m.example.org/a"},
		{"https://example.org/?b=2&a=1", "https://example.org?a=1&b=2"},
		{"https://приклад.укр/a", "https://xn--80aikifvh.xn--j1amh/a"},
	}
	seen := make(map[string]int)
	for i, group := range same {
		for _, u := range group {
			key := pageKey(u)
			if key == "" || key != pageKey(group[0]) {
				t.Errorf("%s: %q, want that of %s, %q", u, key, group[0], pageKey(group[0]))
			}
			if j, ok := seen[key]; ok && j != i {
				t.Errorf("%s has the key of another page", u)
			}
			seen[key] = i
		}
	}
	for _, u := range []string{"https://example.org/A", "https://example.org:8080/a", "https://www.org/a", "https://example.org/a?id=1"} {
		if _, ok := seen[pageKey(u)]; ok || pageKey(u) == "" {
			t.Errorf("%s: key %q", u, pageKey(u))
		}
	}
	for _, u := range []string{"", "talks.pdf", "file:///etc/passwd", "https://", "https://u:hunter2@example.org/", "javascript:alert(1)"} {
		if pageKey(u) != "" {
			t.Errorf("%s has a key", u)
		}
	}
}

func TestCanonical(t *testing.T) {
	page, err := parseURL("https://www.example.org/news/1?x=2")
	if err != nil {
		t.Fatal(err)
	}
	for declared, want := range map[string]string{
		"":                               "https://www.example.org/news/1?x=2",
		"https://example.org/news/talks": "https://example.org/news/talks",
		"/news/talks":                    "https://www.example.org/news/talks",
		"https://other.example/news/1":   "https://www.example.org/news/1?x=2",
		"https://example.org/":           "https://www.example.org/news/1?x=2",
		"javascript:alert(1)":            "https://www.example.org/news/1?x=2",
		"https://a:b@example.org/c":      "https://www.example.org/news/1?x=2",
		"://":                            "https://www.example.org/news/1?x=2",
	} {
		if got := canonical(page, declared).String(); got != want {
			t.Errorf("%q: %s, want %s", declared, got, want)
		}
	}
}
