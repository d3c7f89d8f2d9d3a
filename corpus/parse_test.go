package corpus

import (
	"fmt"
	"reflect"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"
)

// parse parses a text that has nothing wrong with it.
func parse(t testing.TB, path, body string) *Text {
	t.Helper()
	x, warnings, bad := Parse(path, body)
	if bad != nil || len(warnings) > 0 {
		t.Fatalf("%q: %v, %v", body, bad, warnings)
	}
	return x
}

func TestFrontMatter(t *testing.T) {
	full := Text{
		Title: "The talks", Publisher: "The Post", URL: "https://example.org/міст?a=b#c", Language: "uk", Kind: Transcript,
		Parties: []string{"Freedonia", "Sylvania"}, Licence: "CC BY 4.0", BasedOn: []string{"https://example.net/1", "http://example.net/2"},
		Original: "talks",
	}
	full.Published, _ = ParseDate("2025-12-16T10:30:00+01:00")
	const matter = "---\ntitle:  The talks\npublisher: 'The Post'\nurl: https://example.org/міст?a=b#c\npublished: 2025-12-16T10:30:00+01:00\n" +
		"language: UK\nkind: Transcript\nparties: [Freedonia, Sylvania]\nlicence: CC BY 4.0\nbased_on:\n  - https://example.net/1\n  - http://example.net/2\ntranslation_of: talks\n---\n"
	day := Text{Title: "The text.", Kind: Report, Language: "en"}
	day.Published, _ = ParseDate("2025-12-16")
	tests := []struct {
		name, matter string
		want         Text
	}{
		{"complete", matter, full},
		{"CRLF", strings.ReplaceAll(matter, "\n", "\r\n"), full},
		{"lone CR", strings.ReplaceAll(matter, "\n", "\r"), full},
		{"BOM", "\uFEFF" + matter, full},
		{"closed by dots", strings.TrimSuffix(matter, "---\n") + "...\n", full},
		{"spaces after the dashes", strings.ReplaceAll(matter, "---\n", "--- \t\n"), full},
		{"none", "", Text{Title: "The text.", Kind: Report}},
		{"empty", "---\n---\n", Text{Title: "The text.", Kind: Report}},
		{"comment", "---\n# to do\n---\n", Text{Title: "The text.", Kind: Report}},
		{"nulls", "---\ntitle:\nurl: ~\nparties:\nbased_on:\npublished: null\n---\n", Text{Title: "The text.", Kind: Report}},
		{"partial", "---\npublished: 2025-12-16\nlanguage: en-GB\n---\n", day},
		{"one for a list", "---\nparties: Freedonia\nbased_on: https://example.net\n---\n", Text{Title: "The text.", Kind: Report, Parties: []string{"Freedonia"}, BasedOn: []string{"https://example.net"}}},
		{"empty in a list", "---\nparties: ['', ' A ', '']\nbased_on: ['']\n---\n", Text{Title: "The text.", Kind: Report, Parties: []string{"A"}}},
		{"curly quotes are letters", "---\ntitle: “The talks”\n---\n", Text{Title: "“The talks”", Kind: Report}},
		{"a number, a truth and a no", "---\ntitle: 2025\npublisher: true\nlanguage: no\n---\n", Text{Title: "2025", Publisher: "true", Language: "no", Kind: Report}},
		{"hidden characters", "---\ntitle: \"a\\u202E\\tb\\n c\\u0007\"\n---\n", Text{Title: "a b c", Kind: Report}},
		{"folded", "---\ntitle: >\n  The\n  talks\nlicence: |\n  CC\n  BY\n---\n", Text{Title: "The talks", Licence: "CC BY", Kind: Report}},
		{"endless", "---\ntitle: " + strings.Repeat("long ", 100) + "\n---\n", Text{Title: strings.Repeat("long ", 39) + "long…", Kind: Report}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			body := tt.matter + "The text.\n"
			got := parse(t, "deep/a.md", body)
			want := tt.want
			want.ID, want.Path, want.Body, want.Hash = "deep/a", "deep/a.md", body, hashOf([]byte(body))
			want.Passages = []Passage{{Range: Range{len(tt.matter), len(body) - 1}, Sentences: []Range{{len(tt.matter), len(body) - 1}}}}
			if want.Language == "" {
				want.Language = DetectLanguage("The text.")
			}
			if !got.Published.Time.Equal(want.Published.Time) || got.Published.String() != want.Published.String() {
				t.Errorf("published %v, want %v", got.Published, want.Published)
			}
			got.Published = want.Published // the time zone's address differs
			if !reflect.DeepEqual(*got, want) {
				t.Errorf("\n got %+v\nwant %+v", *got, want)
			}
		})
	}
}

func TestTitle(t *testing.T) {
	tests := []struct{ name, path, body, want string }{
		{"front matter first", "a.md", "---\ntitle: One\n---\n# Two\n\nThree is here.", "One"},
		{"heading", "a.md", "# **Two** #\n\nThree is here.", "Two"},
		{"underlined", "a.md", "Two\n---\n\nThree is here.", "Two"},
		{"first line", "a.md", "Three is\nhere. Four is not.", "Three is"},
		{"long first line", "a.md", strings.Repeat("word ", 30), "word word word word word word word word word word word word word word word word word word…"},
		{"plain title", "a.txt", "\n  Two\n\nThree is here.", "Two"},
		{"no letter to see", "talks.txt", "\u200B\nThree is here.", "Three is here."},
		{"nothing to see", "talks.txt", "\u200B\u200B.", "."},
		{"nothing at all", "talks.txt", "\u200B", "talks"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := parse(t, tt.path, tt.body).Title; got != tt.want {
				t.Errorf("got %q, want %q", got, tt.want)
			}
		})
	}
}

func TestDate(t *testing.T) {
	tests := []struct{ in, out, day string }{
		{"2025-12-16", "2025-12-16", "2025-12-16"},
		{"2025-12-16T23:30:00-05:00", "2025-12-16T23:30:00-05:00", "2025-12-16"},
		{"2025-12-16T10:30:00Z", "2025-12-16T10:30:00Z", "2025-12-16"},
	}
	for _, tt := range tests {
		d, err := ParseDate(tt.in)
		if err != nil || d.String() != tt.out || d.Day() != tt.day || d.IsZero() {
			t.Errorf("%s: got %v, day %q, %v", tt.in, d, d.Day(), err)
		}
		var again Date
		b, _ := d.MarshalText()
		if err := again.UnmarshalText(b); err != nil || again.String() != tt.out {
			t.Errorf("%s comes back as %v, %v", tt.in, again, err)
		}
	}
	for _, bad := range []string{"", "2025", "2025-13-01", "16.12.2025", "2025-12-16 10:30", "2025-02-30"} {
		if _, err := ParseDate(bad); err == nil {
			t.Errorf("%q is taken for a date", bad)
		}
	}
	d, _ := ParseDate("2025-12-16")
	if err := d.UnmarshalText(nil); err != nil || !d.IsZero() || d.String() != "" || d.Day() != "" {
		t.Errorf("an empty date is %v, %v", d, err)
	}
	if err := d.UnmarshalText([]byte("soon")); err == nil {
		t.Error("soon is taken for a date")
	}
}

func TestRange(t *testing.T) {
	r := Range{2, 5}
	if r.Of("abcdefg") != "cde" || r.Len() != 3 {
		t.Errorf("%v is %q, %d bytes", r, r.Of("abcdefg"), r.Len())
	}
	for _, tt := range []struct {
		r    Range
		want bool
	}{{Range{2, 5}, true}, {Range{3, 3}, true}, {Range{1, 5}, false}, {Range{2, 6}, false}} {
		if r.Contains(tt.r) != tt.want {
			t.Errorf("Contains(%v) is %v", tt.r, !tt.want)
		}
	}
}

// FuzzParse holds what is promised of every text that is taken: its passages
// and sentences lie in order within it, outside the front matter, and begin
// and end between characters.
func FuzzParse(f *testing.F) {
	for _, body := range []string{
		"---\ntitle: x\nparties: [a, b]\n---\n# H\n\nA sentence. Another.\n",
		"\uFEFF---\r\ntitle: x\r\n...\r\nA.\r\n\r\n- one\r\n- two\r\n  goes on\r\nlazily\r\n",
		"---\rtitle: x\r---\rA.\rB.\r",
		"> quoted\n> on <!-- not. This --> here\nlazily\n\n| a | b |\n|---|---|\n| c. D | e |\n",
		"```go\ncode\n````\ntext\n~~~ x\n<!--\n", "a\n===\nb\n---\n\n---\n[x]: http://y\n1. one\n   2) two\n",
		"Заголовок\n\nЦе т. зв. «текст. Так». Ще…\u00A0один\u2028рядок.",
		"---\n? - a\n: &x [*x]\n---\nb", "<!-- a --> b <!-- c --> d <!-- e", "x\x00y", "\xff", "---\n---\n---\n", "a |b\n-|-\nc|d\n",
	} {
		f.Add(body, true)
		f.Add(body, false)
	}
	f.Fuzz(func(t *testing.T, body string, markdown bool) {
		path := "a.txt"
		if markdown {
			path = "a.md"
		}
		if line, err := checkBytes([]byte(body)); err != nil {
			if n := strings.Count(strings.ReplaceAll(strings.ReplaceAll(body, "\r\n", "\n"), "\r", "\n"), "\n"); line < 1 || line > n+1 {
				t.Fatalf("line %d of %d: %v", line, n+1, err)
			}
			return
		}
		x, warnings, bad := Parse(path, body)
		lines := strings.Count(strings.ReplaceAll(strings.ReplaceAll(body, "\r\n", "\n"), "\r", "\n"), "\n") + 1
		for _, p := range warnings {
			if p.Line < 1 || p.Line > lines || !p.Loaded {
				t.Fatalf("warning %v in %d lines", p, lines)
			}
		}
		if bad != nil {
			if x != nil || bad.Line > lines {
				t.Fatalf("%v in %d lines, with text %v", bad, lines, x)
			}
			return
		}
		if x.Body != body || x.Title == "" || x.Title != oneLine(x.Title) || len(x.Passages) == 0 {
			t.Fatalf("title %q, %d passages", x.Title, len(x.Passages))
		}
		_, at, err := splitFrontMatter(body)
		if err != nil {
			t.Fatal(err)
		}
		if err := checkPassages(x, at); err != nil {
			t.Fatal(err)
		}
	})
}

// checkPassages returns what is wrong with the ranges of a text whose front
// matter ends at a byte.
func checkPassages(x *Text, at int) error {
	for _, p := range x.Passages {
		if p.Start < at || p.End > len(x.Body) || len(p.Sentences) == 0 ||
			p.Sentences[0].Start != p.Start || p.Sentences[len(p.Sentences)-1].End != p.End {
			return fmt.Errorf("passage %v after byte %d of %d has sentences %v", p.Range, at, len(x.Body), p.Sentences)
		}
		for _, s := range p.Sentences {
			if s.Start < at || s.Len() <= 0 || !p.Contains(s) {
				return fmt.Errorf("sentence %v after byte %d in %v", s, at, p.Range)
			}
			q := s.Of(x.Body)
			if !utf8.ValidString(q) || strings.TrimFunc(q, unicode.IsSpace) != q {
				return fmt.Errorf("sentence %q is cut badly", q)
			}
			at = s.End
		}
	}
	return nil
}
