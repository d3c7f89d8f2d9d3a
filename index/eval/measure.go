package eval

import (
	"context"
	"fmt"
	"slices"
	"time"

	"rapporteur/index"
)

// Report says how well the questions of a set that have an answer were met.
type Report struct {
	Questions         int
	Hit1, Hit5, Hit10 float64 // share of questions with a right sentence that high
	MRR               float64 // mean of one over the place of the first right sentence, of the first 50
	Passage1          float64 // share whose best hit lies in the right passage
	P50, P95          time.Duration
}

func (r Report) String() string {
	return fmt.Sprintf("%d questions: sentence hit@1 %.3f, hit@5 %.3f, hit@10 %.3f, MRR %.3f; passage hit@1 %.3f",
		r.Questions, r.Hit1, r.Hit5, r.Hit10, r.MRR, r.Passage1)
}

// Measure asks every question of the set that has an answer. A sentence that
// scores as a right one counts as standing before it.
func Measure(ctx context.Context, x *index.Index, set *Set) (Report, error) {
	var r Report
	var took []time.Duration
	for _, q := range set.Questions {
		if len(q.Places) == 0 {
			continue
		}
		start := time.Now()
		res, err := x.Search(ctx, index.Query{Text: q.Text, Limit: 50})
		if err != nil {
			return Report{}, fmt.Errorf("eval: %w", err)
		}
		took = append(took, time.Since(start))
		r.Questions++
		place := 0
		for i, h := range res.Hits {
			n := slices.Index(h.Text.Passages[h.Passage].Sentences, h.Sentence)
			if i == 0 && h.Text.ID == q.Article && h.Passage == q.Passage {
				r.Passage1++
			}
			if place == 0 && q.Right(h.Text.ID, h.Passage, n) {
				place = i + 1
				for j := i + 1; j < len(res.Hits) && res.Hits[j].Score == h.Score; j++ {
					place++
				}
			}
		}
		if place == 0 {
			continue
		}
		r.MRR += 1 / float64(place)
		for limit, sum := range map[int]*float64{1: &r.Hit1, 5: &r.Hit5, 10: &r.Hit10} {
			if place <= limit {
				*sum++
			}
		}
	}
	if r.Questions == 0 {
		return r, nil
	}
	for _, sum := range []*float64{&r.Hit1, &r.Hit5, &r.Hit10, &r.MRR, &r.Passage1} {
		*sum /= float64(r.Questions)
	}
	slices.Sort(took)
	r.P50, r.P95 = took[len(took)/2], took[len(took)*95/100]
	return r, nil
}

// AUROC returns the chance that a score of yes is greater than one of no, ties
// counting half: 1 is perfect, 0.5 is chance.
func AUROC(yes, no []float64) float64 {
	sorted := slices.Sorted(slices.Values(no))
	sum := 0.0
	for _, y := range yes {
		lo, _ := slices.BinarySearch(sorted, y)
		hi := lo
		for hi < len(sorted) && sorted[hi] == y {
			hi++
		}
		sum += float64(lo) + float64(hi-lo)/2
	}
	return sum / float64(len(yes)) / float64(len(no))
}
