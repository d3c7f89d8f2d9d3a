package main

import (
	"cmp"
	"math"
	"math/rand/v2"
	"slices"

	"rapporteur/index/rank"
)

// forest is how trees are grown.
type growth struct {
	trees  int
	leaves int     // of a tree, at most
	rate   float64 // what is left of a tree's answer
	least  float64 // sum of hessians in a leaf, at least
	damp   float64 // added to the hessians of a leaf
	rows   float64 // share of the groups that a tree sees
	cols   float64 // share of the features that a tree sees
}

// How the trees of ranking and of confidence are grown.
var (
	reranking = growth{trees: 100, leaves: 16, rate: .08, least: 5, damp: 5, rows: .6, cols: .4}
	doubting  = growth{trees: 150, leaves: 8, rate: .08, least: 10, damp: 10, rows: .6, cols: .3}
)

const bins = 48

// table holds what trees learn from: rows of features, each as the number of
// its bin.
type table struct {
	n, width int
	bin      []uint8
	limits   [][]float32 // of each feature, the greatest value of each bin but the last
}

// newTable bins the features so that each bin holds about as many rows.
func newTable(rows [][]float32, width int) *table {
	t := &table{n: len(rows), width: width, bin: make([]uint8, len(rows)*width), limits: make([][]float32, width)}
	step := max(1, len(rows)/20000)
	var sample []float32
	for f := range width {
		sample = sample[:0]
		for r := 0; r < len(rows); r += step {
			sample = append(sample, rows[r][f])
		}
		slices.Sort(sample)
		var limits []float32
		for b := 1; b < bins; b++ {
			v := sample[(len(sample)-1)*b/bins]
			if v < sample[len(sample)-1] && (len(limits) == 0 || v > limits[len(limits)-1]) {
				limits = append(limits, v)
			}
		}
		t.limits[f] = limits
		for r := range rows {
			i, _ := slices.BinarySearch(limits, rows[r][f])
			t.bin[r*width+f] = uint8(i)
		}
	}
	return t
}

type cell struct{ g, h float64 }

type leaf struct {
	rows        []int32
	hist        []cell
	sum         cell
	gain        float64
	feature     int
	limit       int // the last bin that goes left
	left, right *leaf
	value       float64
}

// grow grows one tree that lowers a loss with the gradients and hessians, best
// leaf first.
func (t *table) grow(o growth, rows []int32, columns []int, grad, hess []float64) *leaf {
	root := &leaf{rows: rows}
	t.count(root, columns, grad, hess)
	t.split(root, o, columns)
	open := []*leaf{root}
	for n := 1; n < o.leaves; n++ {
		at, best := -1, 1e-9
		for i, l := range open {
			if l.gain > best {
				at, best = i, l.gain
			}
		}
		if at < 0 {
			break
		}
		l := open[at]
		l.left, l.right = &leaf{}, &leaf{}
		for _, r := range l.rows {
			if int(t.bin[int(r)*t.width+l.feature]) <= l.limit {
				l.left.rows = append(l.left.rows, r)
			} else {
				l.right.rows = append(l.right.rows, r)
			}
		}
		small, large := l.left, l.right
		if len(small.rows) > len(large.rows) {
			small, large = large, small
		}
		t.count(small, columns, grad, hess)
		large.hist = l.hist
		for i, c := range small.hist {
			large.hist[i].g -= c.g
			large.hist[i].h -= c.h
		}
		large.sum = cell{l.sum.g - small.sum.g, l.sum.h - small.sum.h}
		l.hist, l.rows = nil, nil
		t.split(small, o, columns)
		t.split(large, o, columns)
		open[at] = l.left
		open = append(open, l.right)
	}
	for _, l := range open {
		l.value = -l.sum.g / (l.sum.h + o.damp) * o.rate
		l.hist, l.rows = nil, nil
	}
	return root
}

func (t *table) count(l *leaf, columns []int, grad, hess []float64) {
	l.hist = make([]cell, len(columns)*bins)
	for _, r := range l.rows {
		g, h := grad[r], hess[r]
		l.sum.g += g
		l.sum.h += h
		row := t.bin[int(r)*t.width:]
		for i, f := range columns {
			c := &l.hist[i*bins+int(row[f])]
			c.g += g
			c.h += h
		}
	}
}

func (t *table) split(l *leaf, o growth, columns []int) {
	score := func(c cell) float64 { return c.g * c.g / (c.h + o.damp) }
	whole := score(l.sum)
	l.gain = 0
	for i, f := range columns {
		var left cell
		for b := range t.limits[f] {
			c := l.hist[i*bins+b]
			left.g += c.g
			left.h += c.h
			right := cell{l.sum.g - left.g, l.sum.h - left.h}
			if left.h < o.least || right.h < o.least {
				continue
			}
			if gain := score(left) + score(right) - whole; gain > l.gain {
				l.gain, l.feature, l.limit = gain, f, b
			}
		}
	}
}

func (l *leaf) of(t *table, r int) float64 {
	for l.left != nil {
		if int(t.bin[r*t.width+l.feature]) <= l.limit {
			l = l.left
		} else {
			l = l.right
		}
	}
	return l.value
}

// tree returns the tree as package rank reads it.
func (l *leaf) tree(t *table) rank.Tree {
	if l.left == nil {
		return rank.Tree{{Feature: -1, Value: float32(l.value)}}
	}
	out := rank.Tree{{Feature: int16(l.feature), Value: t.limits[l.feature][l.limit]}}
	left := l.left.tree(t)
	right := l.right.tree(t)
	shift := func(sub rank.Tree, by int) {
		for i := range sub {
			if sub[i].Feature >= 0 {
				sub[i].Right += int16(by)
			}
		}
	}
	shift(left, 1)
	shift(right, 1+len(left))
	out[0].Right = int16(1 + len(left))
	return append(append(out, left...), right...)
}

// boost grows trees one after the other; loss fills in gradients and hessians
// of the rows under the present scores, which start as given. A tree sees a
// random share of the groups of rows.
func (t *table) boost(o growth, group []int32, scores []float64, loss func(scores, grad, hess []float64)) []rank.Tree {
	grad, hess := make([]float64, t.n), make([]float64, t.n)
	rng := rand.New(rand.NewPCG(11, 12))
	groups := 0
	if len(group) > 0 {
		groups = int(slices.Max(group)) + 1
	}
	seen := make([]bool, groups)
	var out []rank.Tree
	for range o.trees {
		loss(scores, grad, hess)
		for i := range seen {
			seen[i] = rng.Float64() < o.rows
		}
		rows := make([]int32, 0, t.n)
		for r := range t.n {
			if seen[group[r]] {
				rows = append(rows, int32(r))
			}
		}
		columns := rng.Perm(t.width)[:max(1, int(o.cols*float64(t.width)))]
		slices.Sort(columns)
		l := t.grow(o, rows, columns, grad, hess)
		for r := range t.n {
			scores[r] += l.of(t, r)
		}
		out = append(out, l.tree(t))
	}
	return out
}

// rerank grows the trees that order the first few sentences of each question
// anew, after the weights.
func rerank(examples []example, m *rank.Model, o growth) []rank.Tree {
	var rows [][]float32
	var group []int32
	var gold []bool
	var scores, weight []float64
	var ends []int
	for g, e := range examples {
		ranked, right := e.ranked(m)
		view := e.ranker.View(ranked)
		if !slices.Contains(right[:len(view)], true) {
			continue
		}
		for i, v := range view {
			rows = append(rows, v)
			group = append(group, int32(g))
			gold = append(gold, right[i])
			scores = append(scores, ranked[i].Score)
			weight = append(weight, e.weight)
		}
		ends = append(ends, len(rows))
	}
	t := newTable(rows, len(rank.TreeNames()))
	return t.boost(o, group, scores, listwise(ends, gold, weight))
}

// listwise is the loss of lists of sentences, which end where ends says: that of
// softmax, each weighted.
func listwise(ends []int, gold []bool, weight []float64) func(scores, grad, hess []float64) {
	return func(scores, grad, hess []float64) {
		from := 0
		for _, end := range ends {
			top := slices.Max(scores[from:end])
			sum, right := 0.0, 0.0
			for i := from; i < end; i++ {
				grad[i] = math.Exp(scores[i] - top)
				sum += grad[i]
				if gold[i] {
					right += grad[i]
				}
			}
			for i := from; i < end; i++ {
				p := grad[i] / sum
				d := p
				if gold[i] {
					d -= grad[i] / right
				}
				grad[i], hess[i] = d*weight[i], max(p*(1-p), 1e-6)*weight[i]
			}
			from = end
		}
	}
}

// ranked returns the candidates of the example in the order of the weights,
// and which of them are right.
func (e *example) ranked(m *rank.Model) ([]rank.Scored, []bool) {
	order := make([]int, len(e.scored))
	scores := make([]float64, len(e.scored))
	for i := range order {
		order[i] = i
		scores[i] = m.Linear(&e.scored[i])
	}
	slices.SortStableFunc(order, func(a, b int) int {
		return cmp.Or(cmp.Compare(scores[b], scores[a]), cmp.Compare(bit(e.gold[a]), bit(e.gold[b])))
	})
	out, gold := make([]rank.Scored, len(order)), make([]bool, len(order))
	for i, o := range order {
		out[i], gold[i] = e.scored[o], e.gold[o]
		out[i].Score = scores[o]
	}
	return out, gold
}

func bit(b bool) int {
	if b {
		return 1
	}
	return 0
}
