// Package rank tells a sentence that answers a question from one that only
// mentions its words.
package rank

import (
	"cmp"
	"math"
	"slices"

	"rapporteur/index/words"
)

// Thresholds of confidence above which an answer is worth giving.
const (
	Careful  = 0.7
	Balanced = 0.5
	Eager    = 0.3
)

// Ranker ranks the sentences of one corpus. It is safe for concurrent use.
type Ranker struct {
	analyser *words.Analyser
	stats    *Stats
}

// New returns a Ranker for a corpus with the statistics.
func New(a *words.Analyser, s *Stats) *Ranker { return &Ranker{analyser: a, stats: s} }

// Scored is a sentence of a passage and how well it answers.
type Scored struct {
	Passage  *Passage
	Sentence int // index into Passage.Sentences
	Score    float64
}

// Rank scores every sentence of the passages and returns them best first, ties
// in the order of text and place, together with the chance that the first one
// answers the question.
func (r *Ranker) Rank(q *Question, passages []*Passage) ([]Scored, float64) {
	var out []Scored
	for _, p := range passages {
		v := q.in(p.Text.Language)
		for i, s := range p.Sentences {
			out = append(out, Scored{p, i, v.bm25(s)})
		}
	}
	slices.SortFunc(out, func(a, b Scored) int {
		return cmp.Or(
			cmp.Compare(b.Score, a.Score),
			cmp.Compare(a.Passage.Text.ID, b.Passage.Text.ID),
			cmp.Compare(a.Passage.Number, b.Passage.Number),
			cmp.Compare(a.Sentence, b.Sentence),
		)
	})
	if len(out) == 0 {
		return nil, 0
	}
	v := q.in(out[0].Passage.Text.Language)
	total := 0.0
	for _, t := range v.Terms {
		total += t.IDF
	}
	if total == 0 {
		return out, 0
	}
	return out, min(1, out[0].Score/total)
}

func (v *Variant) bm25(s []Token) float64 {
	const k1, b, average = .3, .3, 15
	sum := 0.0
	for _, t := range v.Terms {
		n := 0.0
		for _, w := range s {
			if w.Term == t.Term {
				n++
			}
		}
		sum += t.IDF * n * (k1 + 1) / (n + k1*(1-b+b*float64(len(s))/average))
	}
	return sum
}

func idf(n, df int) float64 {
	return math.Log(1 + (float64(n)-float64(df)+.5)/(float64(df)+.5))
}
