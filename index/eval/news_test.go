package eval_test

import (
	"context"
	"os"
	"testing"

	"rapporteur/corpus"
	"rapporteur/index"
	"rapporteur/index/eval"
	"rapporteur/index/rank"
)

// TestNews asks about a single news text in other words than its own, and
// about what it does not hold.
func TestNews(t *testing.T) {
	dir := os.Getenv("SEED")
	if dir == "" {
		t.Skip("SEED does not name the folder of the news text")
	}
	ctx := context.Background()
	aliases, err := corpus.ReadAliases(os.DirFS("../../corpus/texts"))
	if err != nil {
		t.Fatal(err)
	}
	c, _, err := corpus.Load(ctx, os.DirFS(dir), aliases)
	if err != nil {
		t.Fatal(err)
	}
	set, err := eval.ReadNews("testdata/news.txt", c.Texts()[0])
	if err != nil {
		t.Fatal(err)
	}
	x, err := index.Open(ctx, c, index.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer x.Close()
	var rights, foreigns []float64
	var asked, right, answered, foreign, refused [2]int
	for i, q := range set.Questions {
		half := i % 2
		r, err := x.Search(ctx, index.Query{Text: q.Text})
		if err != nil {
			t.Fatal(err)
		}
		sure := r.Confidence >= rank.Balanced
		if len(q.Places) == 0 {
			foreign[half]++
			foreigns = append(foreigns, r.Confidence)
			if !sure {
				refused[half]++
			} else {
				t.Logf("%.2f answers %q (%v)", r.Confidence, q.Text, r.Unknown)
			}
			continue
		}
		asked[half]++
		hit := false
		if len(r.Hits) > 0 {
			h := r.Hits[0]
			for n, s := range h.Text.Passages[h.Passage].Sentences {
				hit = hit || s == h.Sentence && q.Right(h.Text.ID, h.Passage, n)
			}
		}
		if hit {
			rights = append(rights, r.Confidence)
			right[half]++
		}
		if hit && sure {
			answered[half]++
		} else {
			got := ""
			if len(r.Hits) > 0 {
				got = r.Hits[0].Sentence.Of(r.Hits[0].Text.Body)
			}
			t.Logf("%.2f right %v %q (%v): %.70s", r.Confidence, hit, q.Text, r.Unknown, got)
		}
	}
	for _, limit := range []float64{.3, .35, .4, .45, .5, .55} {
		t.Logf("at %.2f: right and answered %.3f, refused %.3f", limit, above(rights, limit)/float64(asked[0]+asked[1]), 1-above(foreigns, limit)/float64(len(foreigns)))
	}
	if a, r := above(rights, rank.Balanced)/float64(asked[0]+asked[1]), 1-above(foreigns, rank.Balanced)/float64(len(foreigns)); a < .75 || r < .88 {
		t.Errorf("right and answered %.3f, refused %.3f: less than there was", a, r)
	}
	for half, name := range []string{"one half", "other half"} {
		t.Logf("%s: right %d, right and answered %d of %d; refused %d of %d", name, right[half], answered[half], asked[half], refused[half], foreign[half])
	}
}

func above(xs []float64, limit float64) float64 {
	n := 0.0
	for _, x := range xs {
		if x >= limit {
			n++
		}
	}
	return n
}
