package eval

import (
	"cmp"
	"math"
	"slices"
)

// AUROC returns the chance that a score of yes is greater than one of no, ties
// counting half: 1 is perfect, 0.5 is chance.
func AUROC(yes, no []float64) float64 {
	var t trial
	for _, s := range yes {
		t = append(t, answer{confidence: s, answerable: true})
	}
	for _, s := range no {
		t = append(t, answer{confidence: s})
	}
	return t.sorted().auroc(weights{1})
}

// answer is how sure an answer was, and whether there was one to give.
type answer struct {
	confidence        float64
	answerable, right bool
	cluster           int
}

// trial is answers by confidence, the least sure first.
type trial []answer

func (t trial) sorted() trial {
	slices.SortFunc(t, func(a, b answer) int { return cmp.Compare(a.confidence, b.confidence) })
	return t
}

// auroc is AUROC of a weighted sample.
func (t trial) auroc(w weights) float64 {
	var won, yes, no float64 // yes and no among the less sure
	for from := 0; from < len(t); {
		var y, n float64 // among equals
		to := from
		for ; to < len(t) && t[to].confidence == t[from].confidence; to++ {
			if weight := float64(w[t[to].cluster]); t[to].answerable {
				y += weight
			} else {
				n += weight
			}
		}
		won += y * (no + n/2)
		yes, no = yes+y, no+n
		from = to
	}
	return won / yes / no
}

// enough is the share of questions without an answer that a stop should
// refuse which is found for a sample rather than given.
const enough = .95

// stop returns the greatest confidence that must be refused for that share of
// the questions without an answer to be refused.
func (t trial) stop(w weights) float64 {
	var all, refused float64
	for _, a := range t {
		if !a.answerable {
			all += float64(w[a.cluster])
		}
	}
	for _, a := range t {
		if !a.answerable {
			if refused += float64(w[a.cluster]); refused >= enough*all-1e-9 { // rounding must not ask for one more
				return a.confidence
			}
		}
	}
	return 0
}

// shares are what follows from a stop, in a weighted sample.
type shares struct {
	answered float64 // of those with an answer
	right    float64 // of those with an answer: answered, and rightly
	refused  float64 // of those without
}

// at returns the shares if all that is surer than the stop is answered.
func (t trial) at(w weights, stop float64) shares {
	var s shares
	var yes, no float64
	for _, a := range t {
		weight := float64(w[a.cluster])
		given := a.confidence > stop
		switch {
		case a.answerable:
			yes += weight
			if given {
				s.answered += weight
			}
			if given && a.right {
				s.right += weight
			}
		default:
			no += weight
			if !given {
				s.refused += weight
			}
		}
	}
	return shares{s.answered / yes, s.right / yes, s.refused / no}
}

// justBelow returns the greatest number below x.
func justBelow(x float64) float64 { return math.Nextafter(x, math.Inf(-1)) }
