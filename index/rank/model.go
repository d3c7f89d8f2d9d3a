package rank

import (
	_ "embed"
	"errors"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
	"sync"
)

// Thresholds of confidence from which an answer is worth giving. Balanced
// refuses nearly nineteen of twenty questions whose article is not in the corpus
// and more than nine of ten foreign ones about a single news text; what the
// others do stands in the README.
const (
	Careful  = 0.40
	Balanced = 0.22
	Eager    = 0.12
)

// Model holds the weights of the features of a sentence and of the signals of
// confidence, and the trees on top of either.
type Model struct {
	Weights []float64 // of FeatureNames
	Trees   []Tree    // of TreeNames
	Signals []float64 // of SignalNames, then the constant
	Doubts  []Tree    // of SignalNames
}

//go:embed weights.txt
var weightsText string

var builtIn = sync.OnceValue(func() *Model {
	m, err := ParseModel(weightsText)
	if err != nil {
		panic(err) // the file is part of the program, and a test reads it
	}
	return m
})

// The trees of a model come after a line of this name.
const (
	rankTree = "tree of ranking"
	sureTree = "tree of confidence"
)

// ParseModel reads a model: lines of a weight, a tab and the name of the
// feature, or of the signal with a "?" before it; and trees, each under a line
// that says so, in preorder: a line of the greatest value that goes left, a tab
// and the name of the feature or signal, or of a leaf's value alone. Names that
// no longer exist are an error; those that are missing weigh nothing.
func ParseModel(s string) (*Model, error) {
	m := &Model{Weights: make([]float64, len(featureNames)), Signals: make([]float64, len(signalNames)+1)}
	place := make(map[string]*float64)
	for i, n := range featureNames {
		place[n] = &m.Weights[i]
	}
	for i, n := range signalNames {
		place["?"+n] = &m.Signals[i]
	}
	place["?"] = &m.Signals[len(signalNames)]
	lines := slices.DeleteFunc(strings.Split(s, "\n"), func(l string) bool { return l == "" || l[0] == '#' })
	for len(lines) > 0 {
		line := lines[0]
		lines = lines[1:]
		number, name, named := strings.Cut(line, "\t")
		var err error
		switch {
		case line == rankTree:
			err = parseTree(&m.Trees, treeNumber, &lines)
		case line == sureTree:
			err = parseTree(&m.Doubts, signalNumber, &lines)
		case !named || place[name] == nil:
			err = errors.New("there is no such feature")
		default:
			*place[name], err = strconv.ParseFloat(number, 64)
		}
		if err != nil {
			return nil, fmt.Errorf("rank: %q: %w", line, err)
		}
	}
	return m, nil
}

func numbers(names []string) map[string]int16 {
	m := make(map[string]int16, len(names))
	for i, n := range names {
		m[n] = int16(i)
	}
	return m
}

var treeNumber, signalNumber = numbers(treeNames), numbers(signalNames)

// parseTree takes the lines of a tree off and appends the tree.
func parseTree(to *[]Tree, number map[string]int16, lines *[]string) error {
	var t Tree
	var grow func() error
	grow = func() error {
		if len(*lines) == 0 {
			return errors.New("it ends too early")
		}
		value, name, split := strings.Cut((*lines)[0], "\t")
		*lines = (*lines)[1:]
		v, err := strconv.ParseFloat(value, 32)
		if err != nil {
			return err
		}
		at := len(t)
		t = append(t, Node{Feature: -1, Value: float32(v)})
		if !split {
			return nil
		}
		n, ok := number[name]
		if !ok {
			return fmt.Errorf("there is no feature %q", name)
		}
		t[at].Feature = n
		if err := grow(); err != nil {
			return err
		}
		t[at].Right = int16(len(t))
		return grow()
	}
	if err := grow(); err != nil {
		return err
	}
	*to = append(*to, t)
	return nil
}

// String returns the model in the form ParseModel reads.
func (m *Model) String() string {
	var b strings.Builder
	put := func(w float64, name string) {
		if w != 0 {
			fmt.Fprintf(&b, "%.4g\t%s\n", w, name)
		}
	}
	trees := func(header string, names []string, list []Tree) {
		for _, t := range list {
			b.WriteString(header + "\n")
			for _, n := range t {
				if n.Feature < 0 {
					fmt.Fprintf(&b, "%.3g\n", n.Value)
				} else {
					// Exactly: many features are shares of small numbers, and
					// meet their limit.
					fmt.Fprintf(&b, "%s\t%s\n", strconv.FormatFloat(float64(n.Value), 'g', -1, 32), names[n.Feature])
				}
			}
		}
	}
	for i, n := range featureNames {
		put(m.Weights[i], n)
	}
	trees(rankTree, treeNames, m.Trees)
	for i, n := range signalNames {
		put(m.Signals[i], "?"+n)
	}
	put(m.Signals[len(signalNames)], "?")
	trees(sureTree, signalNames, m.Doubts)
	return b.String()
}

// Linear returns the sum of the sentence's features, weighted.
func (m *Model) Linear(s *Scored) float64 {
	plain, small := s.features[:plainFeatures], float64(s.features[smallAt])
	weights, smalls := m.Weights[:plainFeatures], m.Weights[plainFeatures:2*plainFeatures]
	sum := 0.0
	for i, x := range plain {
		sum += float64(x) * (weights[i] + small*smalls[i])
	}
	products := m.Weights[s.variant.productsAt():]
	for i, x := range s.features[signsAt:] {
		sum += float64(x) * products[i]
	}
	return sum
}

func (m *Model) confidence(signals []float64) float64 {
	z := m.Signals[len(signals)]
	view := make([]float32, simpleSignals)
	for i, x := range signals {
		z += x * m.Signals[i]
		if i < simpleSignals {
			view[i] = float32(x)
		}
	}
	return 1 / (1 + math.Exp(-z-Sum(m.Doubts, view)))
}
