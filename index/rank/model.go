package rank

import (
	_ "embed"
	"fmt"
	"math"
	"strconv"
	"strings"
	"sync"
)

// Thresholds of confidence from which an answer is worth giving. Balanced
// refuses nineteen of twenty questions whose article is not in the corpus and
// nine of ten foreign ones about a single news text; what the others do stands
// in the README of index.
const (
	Careful  = 0.55
	Balanced = 0.33
	Eager    = 0.20
)

// Model holds the weights of the features of a sentence and of the signals of
// confidence.
type Model struct {
	Weights []float64 // of FeatureNames
	Signals []float64 // of SignalNames, then the constant
	// Units are the hidden units of confidence: each adds its last weight times
	// the hyperbolic tangent of the rest with the simple signals and 1.
	Units [][]float64
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

// ParseModel reads a model: lines of a weight, a tab and the name of the
// feature, or of the signal with a "?" before it. Names that no longer exist
// are an error; those that are missing weigh nothing.
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
	for u := range Units {
		unit := make([]float64, simpleSignals+2)
		m.Units = append(m.Units, unit)
		for i := range unit {
			place[unitName(u, i)] = &unit[i]
		}
	}
	for line := range strings.Lines(s) {
		line = strings.TrimSuffix(line, "\n")
		if line == "" || line[0] == '#' {
			continue
		}
		number, name, _ := strings.Cut(line, "\t")
		w, err := strconv.ParseFloat(number, 64)
		if err != nil || place[name] == nil {
			return nil, fmt.Errorf("rank: no weight of a feature: %q", line)
		}
		*place[name] = w
	}
	return m, nil
}

// String returns the model in the form ParseModel reads.
func (m *Model) String() string {
	var b strings.Builder
	put := func(w float64, name string) {
		if w != 0 {
			fmt.Fprintf(&b, "%.4g\t%s\n", w, name)
		}
	}
	for i, n := range featureNames {
		put(m.Weights[i], n)
	}
	for i, n := range signalNames {
		put(m.Signals[i], "?"+n)
	}
	put(m.Signals[len(signalNames)], "?")
	for u, unit := range m.Units {
		for i, w := range unit {
			put(w, unitName(u, i))
		}
	}
	return b.String()
}

func (m *Model) score(f []float32) float64 {
	sum := 0.0
	for i, x := range f {
		if x != 0 {
			sum += float64(x) * m.Weights[i]
		}
	}
	return sum
}

// Units is how many hidden units confidence has.
const Units = 12

func unitName(unit, i int) string {
	switch i {
	case simpleSignals:
		return fmt.Sprintf("~%d", unit)
	case simpleSignals + 1:
		return fmt.Sprintf("~%d counts", unit)
	}
	return fmt.Sprintf("~%d %s", unit, signalNames[i])
}

func (m *Model) confidence(s []float64) float64 {
	z := m.Signals[len(s)]
	for i, x := range s {
		z += x * m.Signals[i]
	}
	for _, unit := range m.Units {
		sum := unit[simpleSignals]
		for i, x := range s[:simpleSignals] {
			sum += x * unit[i]
		}
		z += unit[simpleSignals+1] * math.Tanh(sum)
	}
	return 1 / (1 + math.Exp(-z))
}
