package main

import (
	"math"
	"math/rand/v2"
	"testing"

	"rapporteur/index/rank"
)

// TestBoost learns a step and a product from noisy rows: the trees come near to
// it, and as package rank reads them they say what they said while growing.
func TestBoost(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	const n, width = 2000, 5
	rows := make([][]float32, n)
	group := make([]int32, n)
	want := make([]float64, n)
	for i := range rows {
		rows[i] = make([]float32, width)
		for f := range rows[i] {
			rows[i][f] = rng.Float32()
		}
		rows[i][4] = float32(rng.IntN(3)) // few values, which meet their limits
		if rows[i][0] > .5 {
			want[i] = 1
		}
		want[i] += float64(rows[i][1] * rows[i][4])
		group[i] = int32(i)
	}
	tb := newTable(rows, width)
	scores := make([]float64, n)
	trees := tb.boost(growth{trees: 80, leaves: 8, rate: .2, least: 5, damp: 1, rows: .7, cols: .8}, group, scores, func(scores, grad, hess []float64) {
		for i := range scores {
			grad[i], hess[i] = scores[i]-want[i]+rng.NormFloat64()*.1, 1
		}
	})
	loss := 0.0
	for i := range rows {
		loss += (scores[i] - want[i]) * (scores[i] - want[i]) / n
		if got := rank.Sum(trees, rows[i]); math.Abs(got-scores[i]) > 1e-4 {
			t.Fatalf("row %d: the trees say %v, and said %v while growing", i, got, scores[i])
		}
	}
	if loss > .01 {
		t.Errorf("mean squared error %v", loss)
	}
}

// TestSingular compares the vectors of a small matrix with what they must be:
// of two blocks, words of one point the same way and of the other elsewhere.
func TestSingular(t *testing.T) {
	m := sparse{start: []int{0}}
	const n = 40
	for i := range n {
		for j := range n {
			if i/20 == j/20 && i != j {
				m.column = append(m.column, int32(j))
				m.value = append(m.value, 1)
			}
		}
		m.start = append(m.start, len(m.column))
	}
	v := m.singular(2)
	cos := func(a, b []float64) float64 {
		var dot, aa, bb float64
		for d := range a {
			dot, aa, bb = dot+a[d]*b[d], aa+a[d]*a[d], bb+b[d]*b[d]
		}
		return dot / math.Sqrt(aa*bb)
	}
	if c := cos(v[0], v[10]); c < .99 {
		t.Errorf("words of one block: cosine %v", c)
	}
	if c := cos(v[0], v[30]); c > .01 {
		t.Errorf("words of two blocks: cosine %v", c)
	}
}
