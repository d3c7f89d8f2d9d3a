package said

import (
	_ "embed"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"sync"
)

//go:embed weights.txt
var learnt string

// Weights say how often a rule is right. A rule is written lemma|how, such as
// warn|p|that; where there is too little to say of one, its how alone counts.
// The zero Weights take every rule for unsure.
type Weights struct{ counts map[string][2]float64 } // right, seen

const (
	// Chance is the least chance of being right at which a statement is kept:
	// chosen on the folds, where statements without a match must be few.
	chance = .5
	// Prior is how many sightings of a rule what is known of its how is worth.
	prior = 2
)

// Add counts a candidate that was right or not.
func (w *Weights) Add(rule string, right, matched bool) {
	if w.counts == nil {
		w.counts = make(map[string][2]float64)
	}
	yes := 0.0
	switch {
	case right:
		yes = 1
	case matched:
		yes = .3 // what was said is found, who said it is not
	}
	_, how, _ := strings.Cut(rule, "|")
	lemma, _, _ := strings.Cut(rule, "|")
	for _, key := range []string{rule, "|" + how, lemma + "|"} {
		c := w.counts[key]
		w.counts[key] = [2]float64{c[0] + yes, c[1] + 1}
	}
}

// Chance returns how likely a candidate of the rule is right.
func (w *Weights) Chance(rule string) float64 {
	lemma, how, _ := strings.Cut(rule, "|")
	p := .5
	for _, key := range []string{"|" + how, rule} {
		if key == rule {
			// The lemma elsewhere and the how elsewhere, halfway.
			c := w.counts[lemma+"|"]
			p = (p + (c[0]+prior*p)/(c[1]+prior)) / 2
		}
		c := w.counts[key]
		p = (c[0] + prior*p) / (c[1] + prior)
	}
	return p
}

// Likely reports whether a candidate of the rule is kept.
func (w *Weights) Likely(rule string) bool { return w.Chance(rule) >= chance }

// String returns the weights in the form of weights.txt, a rule a line: how
// often it was right, how often it was seen.
func (w *Weights) String() string {
	var b strings.Builder
	b.WriteString("# Written by go run ./corpus/said/learn: do not edit. Rule, how often right, how often seen.\n")
	keys := make([]string, 0, len(w.counts))
	for k := range w.counts {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	for _, k := range keys {
		c := w.counts[k]
		fmt.Fprintf(&b, "%s\t%.4g\t%.0f\n", k, c[0], c[1])
	}
	return b.String()
}

func readWeights(s string) *Weights {
	w := &Weights{counts: make(map[string][2]float64)}
	for line := range strings.Lines(s) {
		if f := strings.Split(strings.TrimSuffix(line, "\n"), "\t"); len(f) == 3 {
			yes, _ := strconv.ParseFloat(f[1], 64)
			seen, _ := strconv.ParseFloat(f[2], 64)
			w.counts[f[0]] = [2]float64{yes, seen}
		}
	}
	return w
}

var weights = sync.OnceValue(func() *Weights { return readWeights(learnt) })

// likely is whether a candidate is kept by what was learnt. What was learnt is
// English; other languages have only rules that need none.
func likely(rule string) bool { return weights().Likely(rule) }
