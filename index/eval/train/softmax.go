package main

import (
	"math"

	"rapporteur/index/rank"
)

// example is a question's candidates: their features and which are right.
type example struct {
	scored []rank.Scored
	gold   []bool
	fold   int
	ranker *rank.Ranker // of its corpus
	weight float64      // for the trees

	features [][]float32 // of scored, where weights are learnt from it
}

// softmax learns the weights under which the right candidates get the largest
// share of exp(score): linear, listwise, by Adam, with a quadratic penalty. The
// features are scaled to unit variance while it learns.
func softmax(examples []example, n int, penalty float64, rounds int) []float64 {
	scale := deviations(examples, n)
	w := make([]float64, n)
	grad := make([]float64, n)
	m1, m2 := make([]float64, n), make([]float64, n)
	const b1, b2 = .9, .999
	step := 0
	const batch = 64
	for round := range rounds {
		rate := .03 * math.Pow(.02, float64(round)/float64(rounds))
		for from := 0; from < len(examples); from += batch {
			clear(grad)
			part := examples[from:min(from+batch, len(examples))]
			for _, e := range part {
				addGradient(grad, w, scale, e)
			}
			step++
			for i := range w {
				if scale[i] == 0 {
					continue
				}
				g := grad[i]/float64(len(part)) + penalty*w[i]
				m1[i] = b1*m1[i] + (1-b1)*g
				m2[i] = b2*m2[i] + (1-b2)*g*g
				w[i] -= rate * m1[i] / (1 - math.Pow(b1, float64(step))) / (math.Sqrt(m2[i]/(1-math.Pow(b2, float64(step)))) + 1e-8)
			}
		}
	}
	for i := range w {
		w[i] *= scale[i]
	}
	return w
}

func addGradient(grad, w, scale []float64, e example) {
	p := make([]float64, len(e.features))
	top := math.Inf(-1)
	for c, f := range e.features {
		for i, x := range f {
			if x != 0 {
				p[c] += float64(x) * scale[i] * w[i]
			}
		}
		top = max(top, p[c])
	}
	sum, right := 0.0, 0.0
	for c := range p {
		p[c] = math.Exp(p[c] - top)
		sum += p[c]
		if e.gold[c] {
			right += p[c]
		}
	}
	for c, f := range e.features {
		d := p[c] / sum
		if e.gold[c] {
			d -= p[c] / right
		}
		if math.Abs(d) < 1e-6 {
			continue
		}
		for i, x := range f {
			if x != 0 {
				grad[i] += d * float64(x) * scale[i]
			}
		}
	}
}

// deviations returns one over each feature's standard deviation, 0 for one
// that never varies.
func deviations(examples []example, n int) []float64 {
	sum, squares := make([]float64, n), make([]float64, n)
	count := 0.0
	for _, e := range examples {
		for _, f := range e.features {
			count++
			for i, x := range f {
				sum[i] += float64(x)
				squares[i] += float64(x) * float64(x)
			}
		}
	}
	out := make([]float64, n)
	for i := range out {
		if v := squares[i]/count - sum[i]*sum[i]/count/count; v > 1e-9 {
			// A rare sign must not gain by its rarity.
			out[i] = 1 / max(math.Sqrt(v), .05)
		}
	}
	return out
}
