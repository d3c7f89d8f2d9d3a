package ingest

import (
	"fmt"
	"html"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/htmlindex"

	"rapporteur/corpus"
	"rapporteur/corpus/texts"
)

// legacy are the encodings that pages and files in the languages of the corpus
// were written in before UTF-8.
var legacy = []string{"windows-1250", "windows-1251", "windows-1252", "iso-8859-1", "iso-8859-2", "iso-8859-5",
	"iso-8859-15", "iso-8859-16", "koi8-r", "koi8-u", "ibm866", "macintosh", "x-mac-cyrillic"}

// plainly writes signs that old encodings lack as people wrote them then.
var plainly = strings.NewReplacer("“", `"`, "”", `"`, "„", `"`, "«", `"`, "»", `"`, "‘", "'", "’", "'", "ʼ", "'", "–", "-", "—", "-",
	"…", "...", "\u00A0", " ", "\u202F", " ", "\u2009", " ", "€", "EUR", "№", "N", "ș", "ş", "ț", "ţ", "Ș", "Ş", "Ț", "Ţ", "œ", "oe")

// fixtures are texts of each language, a paragraph in a line.
func fixtures(t *testing.T) map[string][]string {
	t.Helper()
	out := make(map[string][]string)
	add := func(name string, paragraphs []string) {
		for i := range paragraphs {
			paragraphs[i] = plainly.Replace(strings.Join(strings.Fields(paragraphs[i]), " "))
		}
		out[name] = paragraphs
	}
	c, problems, err := corpus.Load(ctx, texts.FS, corpus.Aliases{})
	if err != nil || len(problems) > 0 {
		t.Fatal(err, problems)
	}
	for _, x := range c.Texts() {
		var paragraphs []string
		for _, p := range x.Passages {
			paragraphs = append(paragraphs, p.Of(x.Body))
		}
		add(x.ID, paragraphs)
	}
	lists, err := filepath.Glob("../testdata/sentences/*.txt")
	if err != nil || len(lists) == 0 {
		t.Fatal(err, "no lists of sentences")
	}
	for _, name := range lists {
		b, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		var paragraphs []string
		for l := range strings.Lines(strings.ReplaceAll(string(b), "|", "")) {
			if l = strings.TrimSpace(l); l != "" && l[0] != '#' {
				paragraphs = append(paragraphs, l)
			}
		}
		add(filepath.Base(name), paragraphs)
	}
	return out
}

// TestLettersOfOldEncodings re-encodes texts, declares how in each way, and holds
// that none is stored with other letters. One that says how is stored.
func TestLettersOfOldEncodings(t *testing.T) {
	stored, refused := make(map[string]int), make(map[string]int)
	for name, paragraphs := range fixtures(t) {
		page := "<html><head>META<title>x</title></head><body><article>"
		for _, p := range paragraphs {
			page += "<p>" + html.EscapeString(p) + "</p>\n"
		}
		page += "</article></body></html>"
		want := letters(strings.Join(paragraphs, ""))
		for _, enc := range legacy {
			e, err := htmlindex.Get(enc)
			if err != nil {
				t.Fatal(enc, err)
			}
			body, err := encodes(e, page)
			if err != nil {
				continue // is not written in it
			}
			meta := strings.Replace(body, "META", `<meta charset="`+enc+`">`, 1)
			none := strings.Replace(body, "META", "", 1)
			text, _ := encodes(e, strings.Join(paragraphs, "\n\n"))
			for way, f := range map[string]File{
				"HTTP":            {Name: "x.html", Type: "text/html; charset=" + enc, Body: []byte(none)},
				"meta":            {Name: "x.html", Type: "text/html", Body: []byte(meta)},
				"nowhere":         {Name: "x.html", Type: "text/html", Body: []byte(none)},
				"HTTP, a text":    {Name: "x.txt", Type: "text/plain; charset=" + enc, Body: []byte(text)},
				"nowhere, a text": {Name: "x.txt", Body: []byte(text)},
			} {
				d, err := plainReader.Read(ctx, f)
				if err != nil {
					if refused[way]++; !strings.HasPrefix(way, "nowhere") {
						t.Errorf("%s in %s, declared in %s: %v", name, enc, way, err)
					}
					continue
				}
				stored[way]++
				got := d.Plain
				if d.Plain == "" {
					got = proseOf(d.Blocks)
				}
				if got = letters(got); got != want {
					at := 0
					for at < min(len(got), len(want)) && got[at] == want[at] {
						at++
					}
					t.Errorf("%s in %s, declared in %s: %.60q, want %.60q (%v)", name, enc, way, got[max(0, at-14):], want[max(0, at-14):], d.Notes)
				}
			}
		}
	}
	t.Logf("stored %v, refused %v", stored, refused)
}

func encodes(e encoding.Encoding, s string) (string, error) { return e.NewEncoder().String(s) }

// TestFewLetters reads texts in English with a single letter that tells how they are
// encoded, or does not.
func TestFewLetters(t *testing.T) {
	const text = "The harbour master of the island told the reporters that %s would run the ferries from Monday, and that it was time."
	for name, tt := range map[string]struct{ typ, body, want string }{
		"declared":    {"text/plain; charset=windows-1252", "Milo\x9A", "Miloš"},
		"told by é":   {"", "the caf\xE9", "the café"},
		"told by Mac": {"", "the caf\x8E", "the café"},
		"not told":    {"", "Milo\x9A", ""},
	} {
		d, err := plainReader.Read(ctx, File{Name: "a.txt", Type: tt.typ, Body: fmt.Appendf(nil, text, tt.body)})
		switch {
		case tt.want == "" && CodeOf(err) != Encoding:
			t.Errorf("%s: %+v, %v", name, d, err)
		case tt.want != "" && (err != nil || d.Plain != fmt.Sprintf(text, tt.want)):
			t.Errorf("%s: %+v, %v", name, d, err)
		}
	}
}
