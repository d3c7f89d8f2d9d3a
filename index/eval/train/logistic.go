package main

import (
	"fmt"
	"math"

	"rapporteur/index/rank"
)

// sure is what confidence has learnt.
type sure struct {
	linear []float64 // of the signals, then the constant
	trees  []rank.Tree
}

func (s *sure) logit(x []float64) float64 { return s.logitOf(x, simple(x)) }

// logitOf returns the logit where trees see view of the signals x.
func (s *sure) logitOf(x []float64, view []float32) float64 {
	z := s.linear[len(x)]
	for i, v := range x {
		z += s.linear[i] * v
	}
	return z + rank.Sum(s.trees, view)
}

// simple returns the signals that are no products.
func simple(signals []float64) []float32 {
	out := make([]float32, rank.SimpleSignals())
	for i := range out {
		out[i] = float32(signals[i])
	}
	return out
}

// Where the corpus answers and another sentence of it came first, the one that
// came first is usually next to it or half an answer.
const nearMiss = .4

func (c *judged) target() float64 {
	switch {
	case c.right:
		return 1
	case c.answerable:
		return nearMiss
	}
	return 0
}

// certainty learns the chance that the first sentence is right, each kind of
// case weighing alike: weights of the signals, then trees on top.
func certainty(cases []judged) *sure {
	count := make(map[string]float64)
	for _, c := range cases {
		count[c.kind]++
	}
	weight := func(c *judged) float64 { return float64(len(cases)) / count[c.kind] / float64(len(count)) }
	s := &sure{linear: logistic(cases, weight)}
	rows := make([][]float32, len(cases))
	group := make([]int32, len(cases))
	scores := make([]float64, len(cases))
	for i := range cases {
		rows[i], group[i] = simple(cases[i].signals), int32(i)
		scores[i] = s.logit(cases[i].signals)
	}
	t := newTable(rows, rank.SimpleSignals())
	s.trees = t.boost(doubting, group, scores, crossEntropy(cases, weight))
	return s
}

// crossEntropy is the loss of logistic regression, each case weighted.
func crossEntropy(cases []judged, weight func(*judged) float64) func(scores, grad, hess []float64) {
	return func(scores, grad, hess []float64) {
		for i := range cases {
			p, w := 1/(1+math.Exp(-scores[i])), weight(&cases[i])
			grad[i], hess[i] = (p-cases[i].target())*w, max(p*(1-p), 1e-6)*w
		}
	}
}

// line turns a logit into another: Platt's scaling.
type line struct{ slope, shift float64 }

func (l line) apply(scores []float64) []float64 {
	out := make([]float64, len(scores))
	for i, z := range scores {
		out[i] = l.slope*z + l.shift
	}
	return out
}

// calibrate returns what makes of logits the chance that the first sentence is
// right, each kind of case weighing alike, by Newton's method. Without it near
// misses would count as answers in part.
func calibrate(cases []judged, scores []float64) line {
	count := make(map[string]float64)
	for _, c := range cases {
		count[c.kind]++
	}
	l := line{slope: 1}
	for range 20 {
		var g0, g1, h00, h01, h11 float64
		for i, c := range cases {
			p := 1 / (1 + math.Exp(-l.slope*scores[i]-l.shift))
			w := 1 / count[c.kind]
			d := p
			if c.right {
				d--
			}
			v := p * (1 - p) * w
			g0, g1 = g0+d*w, g1+d*w*scores[i]
			h00, h01, h11 = h00+v, h01+v*scores[i], h11+v*scores[i]*scores[i]
		}
		det := h00*h11 - h01*h01
		l.shift -= (h11*g0 - h01*g1) / det
		l.slope -= (h00*g1 - h01*g0) / det
	}
	fmt.Printf("calibrated by %.3f z + %.3f\n", l.slope, l.shift)
	return l
}

// adjust applies the line to what was learnt.
func (s *sure) adjust(l line) {
	for i := range s.linear {
		s.linear[i] *= l.slope
	}
	s.linear[len(s.linear)-1] += l.shift
	for _, t := range s.trees {
		for i := range t {
			if t[i].Feature < 0 {
				t[i].Value *= float32(l.slope)
			}
		}
	}
}

// logistic learns the weights of the signals by Adam, with a quadratic penalty.
// The signals have unit variance while it learns.
func logistic(cases []judged, weight func(*judged) float64) []float64 {
	const (
		rounds  = 400
		penalty = 3e-4
	)
	n := len(cases[0].signals)
	mean, scale := spread(cases)
	rows := make([][]float64, len(cases))
	for r, c := range cases {
		rows[r] = make([]float64, n)
		for i, x := range c.signals {
			rows[r][i] = (x - mean[i]) * scale[i]
		}
	}
	w := make([]float64, n+1)
	grad, m1, m2 := make([]float64, n+1), make([]float64, n+1), make([]float64, n+1)
	for step := 1; step <= rounds; step++ {
		clear(grad)
		for r := range cases {
			x := rows[r]
			z := w[n]
			for i, v := range x {
				z += w[i] * v
			}
			d := (1/(1+math.Exp(-z)) - cases[r].target()) * weight(&cases[r]) / float64(len(cases))
			for i, v := range x {
				grad[i] += d * v
			}
			grad[n] += d
		}
		rate := .05 * math.Pow(.05, float64(step)/rounds)
		for i := range w {
			g := grad[i]
			if i < n {
				g += penalty * w[i]
			}
			m1[i] = .9*m1[i] + .1*g
			m2[i] = .99*m2[i] + .01*g*g
			w[i] -= rate * m1[i] / (1 - math.Pow(.9, float64(step))) / (math.Sqrt(m2[i]/(1-math.Pow(.99, float64(step)))) + 1e-9)
		}
	}
	for i := range n {
		w[i] *= scale[i]
		w[n] -= w[i] * mean[i]
	}
	return w
}

// spread returns the signals' means and what makes their variance one.
func spread(cases []judged) (mean, scale []float64) {
	n := len(cases[0].signals)
	mean, scale = make([]float64, n), make([]float64, n)
	for _, c := range cases {
		for i, x := range c.signals {
			mean[i] += x / float64(len(cases))
		}
	}
	for _, c := range cases {
		for i, x := range c.signals {
			scale[i] += (x - mean[i]) * (x - mean[i]) / float64(len(cases))
		}
	}
	for i := range scale {
		scale[i] = 1 / max(math.Sqrt(scale[i]), .02)
	}
	return mean, scale
}
