package main

import (
	"cmp"
	"context"
	"runtime"
	"slices"
	"sync"

	"rapporteur/index"
	"rapporteur/index/eval"
	"rapporteur/index/rank"
)

// exampleSet is examples that are reported together.
type exampleSet struct {
	name     string
	examples []example
	times    int     // how often the weights are learnt from each
	weight   float64 // what each weighs for the trees
}

// extract computes the features of the candidates of every question and, after
// them, of those in other words.
func extract(set *eval.Set, other []string) (examples []example, missed int, err error) {
	c, err := set.Corpus()
	if err != nil {
		return nil, 0, err
	}
	x, err := index.Open(context.Background(), c, index.Options{})
	if err != nil {
		return nil, 0, err
	}
	defer x.Close()
	questions := slices.Clone(set.Questions)
	for i, text := range other {
		if q := set.Questions[i]; text != "" {
			q.Text = text
			questions = append(questions, q)
		}
	}
	examples = make([]example, len(questions))
	var wg sync.WaitGroup
	errs := make([]error, runtime.GOMAXPROCS(0))
	for w := range errs {
		wg.Go(func() {
			for i := w; i < len(questions); i += len(errs) {
				q := questions[i]
				asked, passages, _, r, err := x.Candidates(context.Background(), index.Query{Text: q.Text})
				if err != nil {
					errs[w] = err
					return
				}
				e := example{fold: eval.Fold(q.Article, nFolds), ranker: r}
				for _, s := range r.Extract(asked, passages) {
					e.scored = append(e.scored, s.Light())
					e.gold = append(e.gold, q.Right(s.Passage.Text.ID, s.Passage.Number, s.Sentence))
				}
				examples[i] = e
			}
		})
	}
	wg.Wait()
	for _, e := range examples {
		if !slices.Contains(e.gold, true) {
			missed++
		}
	}
	return examples, missed, slices.MaxFunc(errs, func(a, b error) int { return flagged(a) - flagged(b) })
}

func flagged(err error) int {
	if err != nil {
		return 1
	}
	return 0
}

// learnable leaves out the questions that teach nothing and, of the others,
// the candidates that no model would prefer: what is left learns as well and
// three times faster.
func learnable(sets []exampleSet) []example {
	var out []example
	for _, s := range sets {
		kept := instructive(s.examples)
		for range s.times {
			out = append(out, kept...)
		}
	}
	return out
}

// instructive returns what of the examples is worth learning from.
func instructive(examples []example) []example {
	const most = 50
	var simple []int // features that make a fair ranking by themselves
	for i, n := range rank.FeatureNames() {
		if n == "bm25/total" || n == "with before covered" || n == "passage bm25/total" {
			simple = append(simple, i)
		}
	}
	var out []example
	for _, e := range examples {
		if !slices.Contains(e.gold, true) {
			continue
		}
		order := make([]int, len(e.scored))
		scores := make([]float32, len(e.scored))
		for c := range e.scored {
			f := e.scored[c].Features()
			order[c] = c
			for _, i := range simple {
				scores[c] += f[i]
			}
			if e.gold[c] {
				scores[c] += 1000
			}
		}
		slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(scores[b], scores[a]) })
		l := example{fold: e.fold}
		for _, c := range order[:min(most, len(order))] {
			l.features = append(l.features, e.scored[c].Features())
			l.gold = append(l.gold, e.gold[c])
		}
		out = append(out, l)
	}
	return out
}

// learn learns a model from the questions of the sets that use says: weights,
// then trees on top of them.
func learn(sets []exampleSet, use func(example) bool, penalty float64, rounds int) *rank.Model {
	var all []example
	var used []exampleSet
	for _, s := range sets {
		s.examples = slices.DeleteFunc(slices.Clone(s.examples), func(e example) bool { return !use(e) })
		for i := range s.examples {
			s.examples[i].weight = s.weight
		}
		used = append(used, s)
		all = append(all, s.examples...)
	}
	train := learnable(used)
	shuffle(train)
	m := &rank.Model{
		Weights: softmax(train, len(rank.FeatureNames()), penalty, rounds),
		Signals: make([]float64, len(rank.SignalNames())+1),
	}
	m.Trees = rerank(all, m, reranking)
	return m
}
