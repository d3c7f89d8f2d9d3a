package eval

import (
	"math"
	"math/rand/v2"
	"slices"
)

// The bootstrap: questions about one article succeed or fail together, so
// articles are drawn, not questions. A thousand draws place the ends of a 95 %
// interval well enough for the third decimal.
const (
	Resamples = 1000
	Seed      = 1
	coverage  = .95
)

// Figure is a measured value and its 95 % interval.
type Figure struct {
	Value float64 `json:"value"`
	Low   float64 `json:"low"`
	High  float64 `json:"high"`
}

// weights say how often each cluster of questions was drawn.
type weights []uint16

// measure computes a figure from a weighted sample; NaN when the sample does
// not define it.
type measure func(weights) float64

// bootstrap holds the draws of a set, so that all its figures, and those of two
// systems, are computed from the same ones.
type bootstrap struct {
	whole weights // each cluster once
	draws []weights
}

func newBootstrap(clusters int) *bootstrap {
	b := &bootstrap{whole: make(weights, clusters)}
	for i := range b.whole {
		b.whole[i] = 1
	}
	rng := rand.New(rand.NewPCG(Seed, 0))
	for range Resamples {
		w := make(weights, clusters)
		for range clusters {
			w[rng.IntN(clusters)]++
		}
		b.draws = append(b.draws, w)
	}
	return b
}

// figure returns what m measures, with its interval by percentiles; false when
// the sample does not define it.
func (b *bootstrap) figure(m measure) (Figure, bool) {
	f := Figure{Value: m(b.whole)}
	if math.IsNaN(f.Value) {
		return f, false
	}
	f.Low, f.High = f.Value, f.Value
	var drawn []float64
	for _, w := range b.draws {
		if v := m(w); !math.IsNaN(v) {
			drawn = append(drawn, v)
		}
	}
	if len(drawn) > 0 {
		slices.Sort(drawn)
		out := int((1 - coverage) / 2 * float64(len(drawn))) // on either side
		f.Low, f.High = drawn[out], drawn[len(drawn)-1-out]
	}
	return f, true
}

// difference returns by how much a is greater than c on the same draws.
func (b *bootstrap) difference(a, c measure) (Figure, bool) {
	return b.figure(func(w weights) float64 { return a(w) - c(w) })
}

// mean measures the mean of a value over questions, given the cluster of each;
// value also says for which questions it counts.
func mean(cluster []int, value func(i int) (float64, bool)) measure {
	var sum, count []float64 // by cluster
	for i, c := range cluster {
		for len(sum) <= c {
			sum, count = append(sum, 0), append(count, 0)
		}
		if v, ok := value(i); ok {
			sum[c] += v
			count[c]++
		}
	}
	return func(w weights) float64 {
		s, n := 0.0, 0.0
		for i, times := range w {
			s += float64(times) * sum[i]
			n += float64(times) * count[i]
		}
		return s / n
	}
}
