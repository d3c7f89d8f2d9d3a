package index_test

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"flag"
	"fmt"
	"os"
	"strings"
	"testing"
	"time"

	"rapporteur/corpus"
	"rapporteur/index"
)

var ctx = context.Background()

// TestMain lets the test binary be the other process: see hold,
// buildUntilKilled and changeUntilKilled.
func TestMain(m *testing.M) {
	if dir := os.Getenv("INDEX_TEST_HOLD"); dir != "" {
		hold(dir)
		return
	}
	if dir := os.Getenv("INDEX_TEST_BUILD"); dir != "" {
		buildUntilKilled(dir)
		return
	}
	if dir := os.Getenv("INDEX_TEST_CHANGE"); dir != "" {
		flag.Parse() // or the flags of testing are not there
		changeUntilKilled(dir, os.Getenv("INDEX_TEST_DATA"))
		return
	}
	os.Exit(m.Run())
}

// text makes a source text: a blank line ends a passage.
func text(id, lang, body string) *corpus.Text {
	body = strings.Clone(body) // without what a builder keeps in reserve
	sum := sha256.Sum256([]byte(body))
	t := &corpus.Text{ID: id, Path: id + ".md", Title: id, Language: lang, Body: body, Hash: hex.EncodeToString(sum[:])}
	at := 0
	for _, para := range strings.SplitAfter(body, "\n\n") {
		r := corpus.Range{Start: at, End: at + len(strings.TrimRight(para, "\n"))}
		if s := corpus.Sentences(body, r, lang); len(s) > 0 {
			t.Passages = append(t.Passages, corpus.Passage{Range: r, Sentences: s})
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

func open(tb testing.TB, c *corpus.Corpus, o index.Options) *index.Index {
	tb.Helper()
	x, err := index.Open(ctx, c, o)
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() { x.Close() })
	return x
}

func search(tb testing.TB, x *index.Index, q index.Query) index.Result {
	tb.Helper()
	r, err := x.Search(ctx, q)
	if err != nil {
		tb.Fatal(err)
	}
	return r
}

// first returns the words of the best hit, "" when there is none.
func first(r index.Result) string {
	if len(r.Hits) == 0 {
		return ""
	}
	return r.Hits[0].Sentence.Of(r.Hits[0].Text.Body)
}

// large makes a corpus of n passages of five sentences and the mark, in texts of
// fifty passages. Few of its words are common and most are rare, as words are.
func large(tb testing.TB, n int, mark string) *corpus.Corpus {
	tb.Helper()
	return made(tb, n, 5, mark)
}

func made(tb testing.TB, n, sentences int, mark string) *corpus.Corpus {
	tb.Helper()
	state := uint64(42)
	next := func(n int) int {
		state = state*6364136223846793005 + 1442695040888963407
		return int(state>>33) % n
	}
	word := func() string {
		w := next(20000)
		for range 2 {
			w = next(w + 1)
		}
		const syllables = "bakodimufelaniropusetavizogu"
		var b strings.Builder
		for w += 37; w > 0; w /= 14 {
			b.WriteString(syllables[2*(w%14) : 2*(w%14)+2])
		}
		return b.String()
	}
	var texts []*corpus.Text
	for from := 0; from < n; from += 50 {
		var b strings.Builder
		for p := from; p < min(n, from+50); p++ {
			for range sentences {
				b.WriteString("The " + word())
				for range 7 + next(14) {
					b.WriteString([]string{" ", " of ", " the ", " and "}[next(12)%4*(next(2))])
					b.WriteString(word())
				}
				b.WriteString(". ")
			}
			b.WriteString(mark + ".\n\n")
		}
		texts = append(texts, text(fmt.Sprintf("text-%05d", from/50), "en", b.String()))
	}
	return newCorpus(tb, nil, texts...)
}

func date(s string) corpus.Date {
	d, err := corpus.ParseDate(s)
	if err != nil {
		panic(err)
	}
	return d
}

func within(tb testing.TB, limit time.Duration, what string, f func()) {
	tb.Helper()
	start := time.Now()
	f()
	if took := time.Since(start); took > limit {
		tb.Errorf("%s took %v, more than %v", what, took, limit)
	}
}
