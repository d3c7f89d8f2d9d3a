package main

import (
	"context"
	"fmt"
	"math/rand/v2"
	"runtime"
	"slices"

	"golang.org/x/sync/errgroup"

	"rapporteur/index"
	"rapporteur/index/eval"
	"rapporteur/index/rank"
)

const nFolds = 6

// eachFold calls f with every fold, as many at once as there are processors.
func eachFold(f func(fold int)) {
	var group errgroup.Group
	group.SetLimit(runtime.GOMAXPROCS(0))
	for fold := range nFolds {
		group.Go(func() error { f(fold); return nil })
	}
	_ = group.Wait() // there is no error
}

// crossValidate learns a model for each fold from the others and reports how it
// does on its own.
func crossValidate(sets []exampleSet, penalty float64, rounds int) []*rank.Model {
	models := make([]*rank.Model, nFolds)
	eachFold(func(fold int) {
		models[fold] = learn(sets, func(e example) bool { return e.fold != fold }, penalty, rounds)
	})
	for _, s := range sets {
		for _, trees := range []bool{false, true} {
			var r result
			for i := range s.examples {
				e := &s.examples[i]
				r.add(e.place(models[e.fold], trees))
			}
			name := s.name
			if trees {
				name += ", with trees"
			}
			fmt.Printf("%s: %v\n", name, r)
		}
	}
	return models
}

// result counts the places at which right answers stood.
type result struct{ questions, hit1, hit5, mrr float64 }

// add counts a question with its right answer at a place, 0 for nowhere.
func (r *result) add(place int) {
	r.questions++
	if place == 0 {
		return
	}
	r.mrr += 1 / float64(place)
	if place == 1 {
		r.hit1++
	}
	if place <= 5 {
		r.hit5++
	}
}

func (r result) String() string {
	n := r.questions
	return fmt.Sprintf("%.0f questions  hit@1 %.4f  hit@5 %.4f  MRR %.4f", n, r.hit1/n, r.hit5/n, r.mrr/n)
}

// place returns the place of the best right candidate, after all others that
// score as it does; 0 when there is none.
func (e *example) place(m *rank.Model, trees bool) int {
	ranked, gold := e.ranked(m)
	if trees {
		view := e.ranker.View(ranked)
		for i, v := range view {
			ranked[i].Score += rank.Sum(m.Trees, v) + ranked[i].Foremost()
		}
		for i := len(view); i < len(ranked); i++ {
			ranked[i].Score -= 1e6 // behind all that the trees look at
		}
	}
	return worst(len(ranked), func(i int) float64 { return ranked[i].Score }, func(i int) bool { return gold[i] })
}

// worst returns the place of the best that is right of n, the wrong ones first
// where scores are equal.
func worst(n int, score func(int) float64, right func(int) bool) int {
	best, found := 0.0, false
	for i := range n {
		if right(i) && (!found || score(i) > best) {
			best, found = score(i), true
		}
	}
	if !found {
		return 0
	}
	place := 1
	for i := range n {
		if !right(i) && score(i) >= best {
			place++
		}
	}
	return place
}

// compare puts bleve alone beside the models, on the same questions: how much
// better we do, with 95 % intervals by drawing articles anew.
func compare(set *eval.Set, examples []example, models []*rank.Model) error {
	c, err := set.Corpus()
	if err != nil {
		return err
	}
	article := make(map[string]int)
	ours := make([]result, len(set.Texts))
	for i, t := range set.Texts {
		article[t.ID] = i
	}
	for i := range examples {
		e := &examples[i]
		ours[article[set.Questions[i].Article]].add(e.place(models[e.fold], true))
	}
	for _, scoring := range index.Scorings {
		b, err := index.OpenBaseline(context.Background(), c, scoring)
		if err != nil {
			return err
		}
		theirs := make([]result, len(set.Texts))
		for _, q := range set.Questions {
			r, err := b.Search(context.Background(), index.Query{Text: q.Text, Limit: 1000})
			if err != nil {
				return err
			}
			theirs[article[q.Article]].add(worst(len(r.Hits), func(i int) float64 { return r.Hits[i].Score }, func(i int) bool {
				h := r.Hits[i]
				return q.Right(h.Text.ID, h.Passage, slices.Index(h.Text.Passages[h.Passage].Sentences, h.Sentence))
			}))
		}
		if err := b.Close(); err != nil {
			return err
		}
		rng := rand.New(rand.NewPCG(15, 16))
		const draws = 1000
		var hit1, mrr []float64
		var sum result
		for draw := range draws + 1 {
			var n, h, m float64
			for i := range ours {
				a := i // the first time each article once
				if draw > 0 {
					a = rng.IntN(len(ours))
				} else {
					sum.questions, sum.hit1, sum.hit5, sum.mrr = sum.questions+theirs[a].questions, sum.hit1+theirs[a].hit1, sum.hit5+theirs[a].hit5, sum.mrr+theirs[a].mrr
				}
				n += ours[a].questions
				h += ours[a].hit1 - theirs[a].hit1
				m += ours[a].mrr - theirs[a].mrr
			}
			if draw == 0 {
				fmt.Printf("bleve %s: %v; behind us by hit@1 %.4f, MRR %.4f", scoring, sum, h/n, m/n)
				continue
			}
			hit1, mrr = append(hit1, h/n), append(mrr, m/n)
		}
		slices.Sort(hit1)
		slices.Sort(mrr)
		fmt.Printf(" [%.4f, %.4f], [%.4f, %.4f]\n", hit1[draws/40], hit1[draws*39/40], mrr[draws/40], mrr[draws*39/40])
	}
	return nil
}
