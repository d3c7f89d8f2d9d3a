package corpus_test

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"rapporteur/corpus"
)

// TestSentenceLists compares the sentences that are found with lists in which they
// are marked, in each language.
func TestSentenceLists(t *testing.T) {
	for _, lang := range corpus.Languages {
		b, err := os.ReadFile(filepath.Join("testdata", "sentences", lang+".txt"))
		if err != nil {
			t.Fatal(err)
		}
		sentences, right := 0, 0
		for l := range strings.Lines(string(b)) {
			l = strings.TrimSpace(l)
			if l == "" || l[0] == '#' {
				continue
			}
			want := strings.Split(l, " | ")
			text := strings.Join(want, " ")
			var got []string
			for _, r := range corpus.Sentences(text, corpus.Range{End: len(text)}, lang) {
				got = append(got, r.Of(text))
			}
			for _, s := range want {
				if slices.Contains(got, s) {
					right++
				}
			}
			sentences += len(want)
			if !slices.Equal(got, want) {
				t.Errorf("%s:\n got %s\nwant %s", lang, strings.Join(got, " | "), strings.Join(want, " | "))
			}
		}
		least := 30
		if slices.Contains([]string{"en", "uk", "ru", "de"}, lang) {
			least = 60
		}
		if sentences < least {
			t.Errorf("%s: %d sentences, want at least %d", lang, sentences, least)
		}
		t.Logf("%s: %d of %d sentences", lang, right, sentences)
	}
}
