package index_test

import (
	"crypto/sha256"
	"encoding/hex"
	"strings"
	"testing"

	"rapporteur/corpus"
)

// text makes a source text: a blank line ends a passage, a full stop and a
// space or the passage's end a sentence.
func text(id, lang, body string) *corpus.Text {
	sum := sha256.Sum256([]byte(body))
	t := &corpus.Text{ID: id, Path: id + ".md", Title: id, Language: lang, Body: body, Hash: hex.EncodeToString(sum[:])}
	at := 0
	for _, para := range strings.SplitAfter(body, "\n\n") {
		end := at + len(strings.TrimRight(para, "\n"))
		p := corpus.Passage{Range: corpus.Range{Start: at, End: end}}
		for s := at; s < end; {
			e := end
			if i := strings.Index(body[s:end], ". "); i >= 0 {
				e = s + i + 1
			}
			p.Sentences = append(p.Sentences, corpus.Range{Start: s, End: e})
			s = e + 1
		}
		if len(p.Sentences) > 0 {
			t.Passages = append(t.Passages, p)
		}
		at += len(para)
	}
	return t
}

func newCorpus(tb testing.TB, groups [][]string, texts ...*corpus.Text) *corpus.Corpus {
	tb.Helper()
	c, err := corpus.New(texts, corpus.Aliases{Groups: groups})
	if err != nil {
		tb.Fatal(err)
	}
	return c
}
