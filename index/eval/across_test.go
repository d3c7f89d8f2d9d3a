package eval_test

import (
	"context"
	"os"
	"path/filepath"
	"testing"

	"rapporteur/corpus"
	"rapporteur/index"
	"rapporteur/index/eval"
)

// TestAcross asks the questions of each language of XQuAD, whose texts are
// translations of one another, over the texts of each other one, and over those
// of all together.
func TestAcross(t *testing.T) {
	dir := os.Getenv("QA")
	if dir == "" {
		t.Skip("QA does not name the folder of the question sets")
	}
	ctx := context.Background()
	langs := []string{"en", "de", "es", "ro", "ru"}
	sets := make(map[string]*eval.Set)
	var all []*corpus.Text
	for _, lang := range langs {
		set, err := eval.ReadSQuAD(filepath.Join(dir, "xquad-"+lang+".json"), lang)
		if err != nil {
			t.Fatal(err)
		}
		sets[lang] = set
		for _, from := range set.Texts {
			text := *from
			text.ID, text.Path = lang+"-"+from.ID, lang+"-"+from.Path
			all = append(all, &text)
		}
	}
	open := func(texts []*corpus.Text) *index.Index {
		c, err := corpus.New(texts, corpus.Aliases{})
		if err != nil {
			t.Fatal(err)
		}
		x, err := index.Open(ctx, c, index.Options{})
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { x.Close() })
		return x
	}
	// ask returns the share of a language's questions whose first hit is right.
	ask := func(x *index.Index, lang string, right func(question int, h index.Hit) bool) float64 {
		n := 0
		for i, q := range sets[lang].Questions {
			r, err := x.Search(ctx, index.Query{Text: q.Text})
			if err != nil {
				t.Fatal(err)
			}
			if len(r.Hits) > 0 && right(i, r.Hits[0]) {
				n++
			}
		}
		return float64(n) / float64(len(sets[lang].Questions))
	}
	sum := 0.0
	for _, texts := range langs {
		x := open(sets[texts].Texts)
		for _, lang := range langs {
			if lang == texts {
				continue
			}
			got := ask(x, lang, func(i int, h index.Hit) bool {
				q := sets[texts].Questions[i]
				return h.Text.ID == q.Article && h.Passage == q.Passage
			})
			t.Logf("%s asked of %s: right passage first %.3f", lang, texts, got)
			sum += got
		}
	}
	if mean := sum / float64(len(langs)*(len(langs)-1)); mean < .40 {
		t.Errorf("in another language the right passage comes first in %.3f of questions", mean)
	} else {
		t.Logf("mean %.3f", mean)
	}
	x := open(all)
	for _, lang := range langs {
		if got := ask(x, lang, func(_ int, h index.Hit) bool { return h.Text.Language == lang }); got < .98 {
			t.Errorf("all asked in %s: own language first %.3f", lang, got)
		} else {
			t.Logf("all asked in %s: own language first %.3f", lang, got)
		}
	}
}
