package index

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"sync"
	"testing"

	"rapporteur/corpus"
)

// some makes a corpus of n passages of one sentence in texts of ten, of words
// that are few enough to be in many passages, and questions about it.
func some(tb testing.TB, n, questions int) (*corpus.Corpus, []string) {
	tb.Helper()
	r := rand.New(rand.NewPCG(3, 4))
	z := rand.NewZipf(r, 1.1, 2.7, 2000)
	sentence := func(words int) string {
		var b strings.Builder
		for range words {
			fmt.Fprintf(&b, "%c%c%c ", 'b'+rune(z.Uint64()%20), 'a'+rune(z.Uint64()%26), 'k'+rune(z.Uint64()%9))
		}
		return b.String()
	}
	var texts []*corpus.Text
	for from := 0; from < n; from += 10 {
		t := &corpus.Text{ID: fmt.Sprintf("%05d", from/10), Language: "en"}
		for range 10 {
			start := len(t.Body)
			t.Body += "The " + sentence(5+r.IntN(30)) + "end.\n\n"
			p := corpus.Range{Start: start, End: len(t.Body) - 2}
			t.Passages = append(t.Passages, corpus.Passage{Range: p, Sentences: []corpus.Range{p}})
		}
		sum := sha256.Sum256([]byte(t.Body))
		t.Hash = hex.EncodeToString(sum[:])
		t.Path, t.Title = t.ID+".md", t.ID
		texts = append(texts, t)
	}
	c, err := corpus.New(texts, corpus.Aliases{})
	if err != nil {
		tb.Fatal(err)
	}
	asked := make([]string, questions)
	for i := range asked {
		asked[i] = sentence(1 + r.IntN(12))
	}
	return c, asked
}

func openTest(tb testing.TB, c *corpus.Corpus, o Options) *Index {
	tb.Helper()
	x, err := Open(context.Background(), c, o)
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() { x.Close() })
	return x
}

// TestWalkFindsTheBest compares the walk, which leaves out what cannot be among
// the best, with scoring every passage that holds any of the words.
func TestWalkFindsTheBest(t *testing.T) {
	ctx := context.Background()
	c, questions := some(t, 4000, 300)
	g := openTest(t, c, Options{Dir: t.TempDir()}).live
	any := func(int) (bool, error) { return true, nil }
	odd := func(n int) (bool, error) { return n%2 == 1, nil }
	for i, q := range questions {
		terms := g.wanted(g.ranker.Ask(q, g.view.Load().languages))
		admit := any
		if i%3 == 1 {
			admit = odd
		}
		f := g.filter(Query{})
		if i%3 == 2 {
			f = g.filter(Query{Sources: []string{"7", "112"}})
		}
		all := &top{size: g.stats.Passages}
		alone := &top{size: candidates}
		var shared threshold
		together := make([]*top, len(g.parts))
		var walks sync.WaitGroup
		for n, p := range g.parts {
			documents := f.documents(g, n)
			for _, b := range []*top{all, alone} {
				if err := p.walk(ctx, terms, documents, admit, b); err != nil {
					t.Fatal(err)
				}
			}
			together[n] = &top{size: candidates, shared: &shared}
			walks.Go(func() {
				if err := p.walk(ctx, terms, documents, admit, together[n]); err != nil {
					t.Error(err)
				}
			})
		}
		walks.Wait()
		want := slices.DeleteFunc(slices.Clone(all.best), func(s scored) bool {
			ok, _ := admit(int(s.passage))
			return f.allowed != nil && !f.allowed[g.textOf(int(s.passage))] || !ok
		})
		if len(want) != len(all.best) {
			t.Fatalf("%q: the filter let %d of %d pass", q, len(all.best), len(want))
		}
		if want = want[:min(len(want), candidates)]; !slices.Equal(alone.best, want) {
			t.Fatalf("%q: walked to\n%v\nwant\n%v", q, alone.best, want)
		}
		if got := bestOf(together, candidates); !slices.Equal(got, want) {
			t.Fatalf("%q: walked side by side to\n%v\nwant\n%v", q, got, want)
		}
		if len(terms) > 0 && len(want) == 0 {
			t.Errorf("%q: nothing found", q)
		}
	}
}

// TestLayout asks 500 questions of one corpus that was indexed in several ways.
func TestLayout(t *testing.T) {
	ctx := context.Background()
	c, questions := some(t, 3000, 500)
	defer func(n int) { batchSize = n }(batchSize)
	var indexes []*Index
	for i, size := range []int{batchSize, batchSize, 100, 999} {
		batchSize = size
		o := Options{Dir: t.TempDir()}
		if i == 3 {
			o.Dir = ""
		}
		indexes = append(indexes, openTest(t, c, o))
	}
	for _, q := range questions {
		var want string
		for i, x := range indexes {
			r, err := x.Search(ctx, Query{Text: q, Limit: 100})
			if err != nil {
				t.Fatal(err)
			}
			got := fmt.Sprint(r.Confidence, r.Hits)
			if i == 0 {
				want = got
			}
			if got != want {
				t.Fatalf("%q: index %d differs", q, i)
			}
		}
	}
}

// TestWalkEnds cancels a walk from within it.
func TestWalkEnds(t *testing.T) {
	c, _ := some(t, 4000, 1)
	g := openTest(t, c, Options{}).live
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	seen := 0
	terms := g.wanted(g.ranker.Ask("end", g.view.Load().languages))
	var err error
	for _, p := range g.parts {
		err = errors.Join(err, p.walk(ctx, terms, nil, func(int) (bool, error) {
			seen++
			cancel()
			return false, nil
		}, &top{size: candidates}))
	}
	if !errors.Is(err, context.Canceled) || seen > 2*1024 {
		t.Errorf("%v after %d passages", err, seen)
	}
}

// TestCommonWordsLeftOut asks about sentences with and without looking for
// common words: the sentence that leads is the same.
func TestCommonWordsLeftOut(t *testing.T) {
	defer func(n int) { commonPassages = n }(commonPassages)
	c, _ := some(t, 6000, 0)
	var questions []string
	for i, text := range c.Texts() {
		words := strings.Fields(text.Passages[i%10].Of(text.Body))
		questions = append(questions, strings.Join(words[:min(len(words), 8)], " "))
	}
	x, err := Open(context.Background(), c, Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer x.Close()
	g, err := x.acquire()
	if err != nil {
		t.Fatal(err)
	}
	defer g.release()
	leads := func(common int) (out []string, terms int) {
		commonPassages = common
		for _, q := range questions {
			terms += len(g.wanted(g.ranker.Ask(q, []string{"en"})))
			r, err := x.Search(context.Background(), Query{Text: q})
			if err != nil {
				t.Fatal(err)
			}
			lead := ""
			if len(r.Hits) > 0 {
				lead = fmt.Sprint(r.Hits[0].Text.ID, r.Hits[0].Sentence)
			}
			out = append(out, lead)
		}
		return out, terms
	}
	all, terms := leads(1 << 30)
	some, fewer := leads(1)
	if fewer >= terms {
		t.Errorf("%d words are looked for, of %d", fewer, terms)
	}
	other := 0
	for i := range all {
		if all[i] != some[i] {
			other++
		}
	}
	if other > 0 {
		t.Errorf("%d of %d leads are others when %d words of %d are looked for", other, len(all), fewer, terms)
	}
}
