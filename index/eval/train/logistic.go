package main

import (
	"math"
	"math/rand/v2"

	"rapporteur/index/rank"
)

// sure is what confidence has learnt.
type sure struct {
	linear []float64 // of the signals, then the constant
	units  [][]float64
}

func (s *sure) logit(x []float64) float64 {
	n := rank.SimpleSignals()
	z := s.linear[len(x)]
	for i, v := range x {
		z += s.linear[i] * v
	}
	for _, u := range s.units {
		z += u[n+1] * math.Tanh(hidden(u, x[:n]))
	}
	return z
}

func hidden(u, x []float64) float64 {
	sum := u[len(x)]
	for i, v := range x {
		sum += u[i] * v
	}
	return sum
}

// logistic learns the chance that the first sentence is right, each kind of
// case weighing alike, by a linear part and a few hidden units together. The
// signals have unit variance while it learns.
func logistic(cases []judged) *sure {
	const (
		rounds      = 400
		penalty     = 3e-4
		unitPenalty = 1e-3
		// Where the corpus answers and another sentence of it came first, the
		// one that came first is usually next to it or half an answer.
		nearMiss = .4
	)
	n, simple := len(cases[0].signals), rank.SimpleSignals()
	count := make(map[string]float64)
	for _, c := range cases {
		count[c.kind]++
	}
	mean, scale := spread(cases)
	rows := make([][]float64, len(cases))
	for r, c := range cases {
		rows[r] = make([]float64, n)
		for i, x := range c.signals {
			rows[r][i] = (x - mean[i]) * scale[i]
		}
	}
	// One slice holds all weights, so that one loop learns them.
	stride := simple + 2
	w := make([]float64, n+1+rank.Units*stride)
	s := &sure{linear: w[:n+1]}
	rng := rand.New(rand.NewPCG(9, 10))
	for u := range rank.Units {
		unit := w[n+1+u*stride:][:stride]
		for i := range simple {
			unit[i] = rng.NormFloat64() / math.Sqrt(float64(simple))
		}
		s.units = append(s.units, unit)
	}
	grad, m1, m2 := make([]float64, len(w)), make([]float64, len(w)), make([]float64, len(w))
	active := make([]float64, rank.Units)
	for step := 1; step <= rounds; step++ {
		clear(grad)
		for r, c := range cases {
			x := rows[r]
			z := w[n]
			for i, v := range x {
				z += w[i] * v
			}
			for u, unit := range s.units {
				active[u] = math.Tanh(hidden(unit, x[:simple]))
				z += unit[simple+1] * active[u]
			}
			d := 1 / (1 + math.Exp(-z))
			if c.right {
				d--
			} else if c.answerable {
				d -= nearMiss
			}
			d /= count[c.kind] * float64(len(count))
			for i, v := range x {
				grad[i] += d * v
			}
			grad[n] += d
			for u, unit := range s.units {
				g := grad[n+1+u*stride:][:stride]
				g[simple+1] += d * active[u]
				in := d * unit[simple+1] * (1 - active[u]*active[u])
				g[simple] += in
				for i, v := range x[:simple] {
					g[i] += in * v
				}
			}
		}
		rate := .05 * math.Pow(.05, float64(step)/rounds)
		for i := range w {
			g := grad[i]
			switch {
			case i < n:
				g += penalty * w[i]
			case i > n:
				g += unitPenalty * w[i]
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
	for _, unit := range s.units {
		for i := range simple {
			unit[i] *= scale[i]
			unit[simple] -= unit[i] * mean[i]
		}
	}
	return s
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
