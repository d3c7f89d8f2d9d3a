package said_test

import (
	"os"
	"strings"
	"testing"
	"unicode"

	"rapporteur/corpus"
	"rapporteur/corpus/said"
)

// sample is a line of testdata: its text and what is annotated in it.
type sample struct {
	text    string
	speaker corpus.Range
	content corpus.Range
	name    string
}

// readSamples reads lines with [s speaker] and [x what is said].
func readSamples(t *testing.T, path string) []sample {
	t.Helper()
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	var out []sample
	for line := range strings.Lines(string(b)) {
		line = strings.TrimSpace(line)
		if line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		var s sample
		line, s.name, _ = strings.Cut(line, " => ")
		var plain strings.Builder
		for rest := line; rest != ""; {
			before, tagged, found := strings.Cut(rest, "[")
			plain.WriteString(before)
			if !found {
				break
			}
			inner, after, _ := strings.Cut(tagged, "]")
			r := corpus.Range{Start: plain.Len()}
			plain.WriteString(inner[2:])
			r.End = plain.Len()
			switch {
			case inner[0] == 's': // the last one speaks
				s.speaker = r
			case s.content.Len() == 0:
				s.content = r
			default: // the quotation goes on
				s.content.End = r.End
			}
			rest = after
		}
		s.text = plain.String()
		out = append(out, s)
	}
	return out
}

// words returns where the words of s in r begin.
func words(s string, r corpus.Range) map[int]bool {
	out := make(map[int]bool)
	inside := false
	for i, c := range s {
		letter := unicode.IsLetter(c) || unicode.IsDigit(c)
		if letter && !inside && r.Start <= i && i < r.End {
			out[i] = true
		}
		inside = letter
	}
	return out
}

func f1(s string, a, b corpus.Range) float64 {
	x, y := words(s, a), words(s, b)
	common := 0
	for i := range x {
		if y[i] {
			common++
		}
	}
	return 2 * float64(common) / float64(len(x)+len(y))
}

// right reports whether a statement is what a sample says.
func (s sample) right(st said.Statement) bool {
	if s.content.Len() == 0 || f1(s.text, st.Range, s.content) < .5 {
		return false
	}
	m := st.Speaker.Mention
	if f1(s.text, m, s.speaker) < .5 {
		return false
	}
	return s.name == "" || st.Speaker.Name == s.name
}

// TestLanguages measures precision and recall on sentences written in the
// style of news.
func TestLanguages(t *testing.T) {
	for _, lang := range []string{"uk", "ru", "de"} {
		t.Run(lang, func(t *testing.T) {
			samples := readSamples(t, "testdata/"+lang+".txt")
			if len(samples) < 60 {
				t.Fatalf("only %d sentences", len(samples))
			}
			var found, right, annotated, hit int
			for _, s := range samples {
				x, _, bad := corpus.Parse("a.md", s.text+"\n")
				if bad != nil {
					t.Fatal(bad)
				}
				x.Language = lang
				f, err := said.Find(x)
				if err != nil {
					t.Fatal(err)
				}
				got := false
				for _, st := range f.Statements {
					found++
					if s.right(st) {
						right++
						got = true
					} else {
						t.Logf("wrong: %s\n\tspeaker %q (%q), said %q", s.text, st.Speaker.Name, st.Speaker.Mention.Of(s.text), st.Of(s.text))
					}
				}
				if s.content.Len() > 0 {
					annotated++
					if got {
						hit++
					} else {
						t.Logf("missed: %s", s.text)
					}
				}
			}
			precision, recall := float64(right)/float64(found), float64(hit)/float64(annotated)
			t.Logf("%s: %d sentences, precision %.3f of %d, recall %.3f of %d", lang, len(samples), precision, found, recall, annotated)
			if precision < .95 || recall < .75 {
				t.Errorf("precision %.3f, recall %.3f: want .95 and .75", precision, recall)
			}
		})
	}
}
