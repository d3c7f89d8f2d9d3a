package rank

import (
	"math"
)

// Tree is a regression tree in preorder: the left child of a node is the next
// one.
type Tree []Node

// Node is a split of a Tree, or a leaf.
type Node struct {
	Feature int16 // index into treeNames, -1 for a leaf
	Right   int16
	Value   float32 // what the feature may be at most to go left; the value of a leaf
}

// Of returns the value of the leaf that x belongs to.
func (t Tree) Of(x []float32) float32 {
	i := 0
	for t[i].Feature >= 0 {
		if x[t[i].Feature] <= t[i].Value {
			i++
		} else {
			i = int(t[i].Right)
		}
	}
	return t[i].Value
}

// Sum returns what the trees say of x together.
func Sum(trees []Tree, x []float32) float64 {
	s := 0.0
	for _, t := range trees {
		s += float64(t.Of(x))
	}
	return s
}

// reranked is how many of the sentences that the weights put first the trees
// look at.
const reranked = 30

// treeNames name what the trees look at: the features that are no products,
// the kind of question and the evidence, and how the sentence stands among the
// others by the weights.
var treeNames = func() []string {
	names := append([]string{}, featureNames[:plainFeatures]...)
	names = append(names, "asks", "terms", "total", "small")
	names = append(names, evidenceNames...)
	return append(names, "behind", "place", "chance", "chance of passage", "chance of text", "before behind", "after behind", "best of passage behind", "best of other passages behind", "second behind", "candidates")
}()

// TreeNames names what View returns.
func TreeNames() []string { return treeNames }

// View returns what the trees look at of the first few ranked sentences, in the
// order of treeNames.
func (r *Ranker) View(ranked []Scored) [][]float32 { return r.view(ranked, new(scratch)) }

func (r *Ranker) view(ranked []Scored, mem *scratch) [][]float32 {
	n := min(len(ranked), reranked)
	if n == 0 {
		return nil
	}
	top := ranked[0].Score
	chance := make([]float64, len(ranked))
	whole := 0.0
	for i := range ranked {
		chance[i] = math.Exp(ranked[i].Score - top)
		whole += chance[i]
	}
	out := make([][]float32, n)
	mem.view = sized(mem.view, n*len(treeNames))
	all := mem.view[:0]
	const far = -20 // as of a sentence that is not there
	for i := range n {
		s := &ranked[i]
		start := len(all)
		all = append(all, s.features[:plainFeatures]...)
		all = append(all, float32(s.variant.asks), float32(len(s.variant.Terms)), float32(s.variant.total), float32(r.small(s.variant.Lang)))
		all = append(all, s.features[signsAt:]...)
		passage, text := 0.0, 0.0
		before, after, best, others, second := far+s.Score, far+s.Score, far+s.Score, far+s.Score, far+s.Score
		for j := range ranked {
			o := &ranked[j]
			if o.Passage.Text == s.Passage.Text {
				text += chance[j]
			}
			if j != i {
				second = max(second, o.Score)
			}
			if o.Passage != s.Passage {
				others = max(others, o.Score)
				continue
			}
			passage += chance[j]
			switch o.Sentence - s.Sentence {
			case -1:
				before = o.Score
			case 1:
				after = o.Score
			}
			if j != i {
				best = max(best, o.Score)
			}
		}
		for _, x := range [...]float64{top - s.Score, float64(i), chance[i] / whole, passage / whole, text / whole, s.Score - before, s.Score - after, s.Score - best, s.Score - others, s.Score - second, math.Log(float64(len(ranked)))} {
			all = append(all, float32(x))
		}
		out[i] = all[start:len(all):len(all)]
	}
	return out
}
