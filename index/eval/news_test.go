package eval_test

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"rapporteur/corpus"
	"rapporteur/index"
	"rapporteur/index/encode"
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
	aliases, err := corpus.ReadAliases(os.DirFS("../../corpus/texts"))
	if err != nil {
		t.Fatal(err)
	}
	c, _, err := corpus.Load(context.Background(), os.DirFS(dir), aliases)
	if err != nil {
		t.Fatal(err)
	}
	for name, e := range encoders {
		t.Run(name, func(t *testing.T) {
			n := newsCount{encoder: e}
			n.ask(t, c.Texts()[0], c.Aliases(), "testdata/news.txt", true)
			n.report(t)
			if n.answered(rank.Balanced) < .75 || n.refused(rank.Balanced) < .88 {
				t.Error("less than there was")
			}
		})
	}
}

// encoders are what news is asked with.
var encoders = map[string]encode.Encoder{"words": nil, "meaning": encode.Builtin()}

// TestHeldOutNews asks about invented news texts, each a corpus by itself.
// Texts and questions were written before the ranker met them. Some doubts about what
// is found by meaning were chosen with them in view: by words alone they say what to
// expect of a subject that was not thought of, with meaning somewhat more.
// Failures are shown with HELD only, so that looking is a decision.
func TestHeldOutNews(t *testing.T) {
	const dir = "testdata/held"
	c, _, err := corpus.Load(context.Background(), os.DirFS(dir), corpus.Aliases{})
	if err != nil {
		t.Fatal(err)
	}
	for name, e := range encoders {
		t.Run(name, func(t *testing.T) {
			var all newsCount
			for _, text := range c.Texts() {
				n := newsCount{encoder: e}
				questions := filepath.Join(dir, strings.TrimSuffix(text.Path, ".txt")+".tsv")
				n.ask(t, text, corpus.Aliases{}, questions, os.Getenv("HELD") != "")
				t.Logf("%s: right %d, right and answered %.0f of %d; refused %.0f of %d", text.Path, n.right, n.answered(rank.Balanced)*float64(n.asked), n.asked, n.refused(rank.Balanced)*float64(len(n.foreigns)), len(n.foreigns))
				all.add(n)
			}
			all.report(t)
		})
	}
}

// newsCount is how questions over single texts were met.
type newsCount struct {
	encoder encode.Encoder

	asked, right int
	rights       []float64 // confidence where the first sentence was right
	foreigns     []float64 // confidence where nothing answers
}

func (n *newsCount) ask(t *testing.T, text *corpus.Text, aliases corpus.Aliases, questions string, show bool) {
	t.Helper()
	ctx := context.Background()
	c, err := corpus.New([]*corpus.Text{text}, aliases)
	if err != nil {
		t.Fatal(err)
	}
	set, err := eval.ReadNews(questions, text)
	if err != nil {
		t.Fatal(err)
	}
	x, err := index.Open(ctx, c, index.Options{Encoder: n.encoder})
	if err != nil {
		t.Fatal(err)
	}
	defer x.Close()
	for _, q := range set.Questions {
		r, err := x.Search(ctx, index.Query{Text: q.Text})
		if err != nil {
			t.Fatal(err)
		}
		if len(q.Places) == 0 {
			n.foreigns = append(n.foreigns, r.Confidence)
			if r.Confidence >= rank.Balanced && show {
				t.Logf("%.2f answers %q %q", r.Confidence, q.Text, r.Unknown)
			}
			continue
		}
		n.asked++
		hit, got := false, ""
		if len(r.Hits) > 0 {
			h := r.Hits[0]
			got = h.Sentence.Of(h.Text.Body)
			for i, s := range h.Text.Passages[h.Passage].Sentences {
				hit = hit || s == h.Sentence && q.Right(h.Text.ID, h.Passage, i)
			}
		}
		if hit {
			n.right++
			n.rights = append(n.rights, r.Confidence)
		}
		if (!hit || r.Confidence < rank.Balanced) && show {
			t.Logf("%.2f right %v %q %q: %.70s", r.Confidence, hit, q.Text, r.Unknown, got)
		}
	}
}

func (n *newsCount) add(o newsCount) {
	n.asked += o.asked
	n.right += o.right
	n.rights = append(n.rights, o.rights...)
	n.foreigns = append(n.foreigns, o.foreigns...)
}

// answered returns the share of questions that are answered, and rightly.
func (n *newsCount) answered(limit float64) float64 { return above(n.rights, limit) / float64(n.asked) }

// refused returns the share of the questions without an answer that get none.
func (n *newsCount) refused(limit float64) float64 {
	return 1 - above(n.foreigns, limit)/float64(len(n.foreigns))
}

func (n *newsCount) report(t *testing.T) {
	t.Helper()
	t.Logf("right %d of %d", n.right, n.asked)
	for _, limit := range []float64{rank.Eager, .15, .18, .2, rank.Balanced, .25, .3, rank.Careful, .5} {
		t.Logf("at %.2f: right and answered %.3f, refused %.3f", limit, n.answered(limit), n.refused(limit))
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
