package eval

import (
	"context"
	"fmt"
	"strings"
	"unicode"

	"rapporteur/corpus"
	"rapporteur/corpus/said"
)

// leastF1 is the F1 of tokens from which a statement matches a content.
const leastF1 = .5

// AttributionReport says how well statements and their speakers are found.
type AttributionReport struct {
	Texts        int `json:"texts"`
	Attributions int `json:"attributions"`
	Statements   int `json:"statements"`
	// Figures by name: see AttributionFigures.
	Figures map[string]Figure `json:"figures"`
}

// AttributionFigures are the names of the figures, in the order in which they
// are best read.
var AttributionFigures = []string{
	"precision direct", "precision reported", "precision all",
	"recall direct", "recall reported", "recall all", "without a match",
}

// Matched is a statement of ours and the attribution it matches, -1 for none.
type Matched struct {
	said.Statement
	Attribution int
	Right       bool // the speaker
}

// MeasureAttributions finds the statements of each text with find and compares
// them with the attributions.
//
// A statement matches the content with which its tokens have the best F1, at
// least .5. Its speaker is right if the mention holds the head word of the
// source and is at most 1.5 times as long. Precision is the share of right
// ones of the matched statements that have a speaker; recall the share of
// attributions with a source that some statement matches with the right one.
func MeasureAttributions(ctx context.Context, texts []Attributed, find func(text int) ([]said.Statement, error)) (*AttributionReport, [][]Matched, error) {
	r := &AttributionReport{Texts: len(texts), Figures: make(map[string]Figure)}
	counts := make(map[string]*ratio)
	for _, name := range AttributionFigures {
		counts[name] = &ratio{yes: make([]float64, len(texts)), all: make([]float64, len(texts))}
	}
	all := make([][]Matched, len(texts))
	for i := range texts {
		if err := ctx.Err(); err != nil {
			return nil, nil, err
		}
		a := &texts[i]
		statements, err := find(i)
		if err != nil {
			return nil, nil, fmt.Errorf("%s: %w", a.Text.ID, err)
		}
		r.Attributions += len(a.Attributions)
		r.Statements += len(statements)
		body, err := a.Text.Whole()
		if err != nil {
			return nil, nil, err
		}
		all[i] = match(a, body, statements)
		count(a, all[i], func(name string, yes bool) { counts[name].add(i, yes) })
	}
	b := newBootstrap(len(texts))
	for name, c := range counts {
		if f, ok := b.figure(c.measure()); ok {
			r.Figures[name] = f
		}
	}
	return r, all, nil
}

// count tells of every statement and attribution what it adds to the figures.
func count(a *Attributed, matched []Matched, add func(name string, yes bool)) {
	manner := func(direct bool) string {
		if direct {
			return "direct"
		}
		return "reported"
	}
	found := make([]bool, len(a.Attributions))
	for _, m := range matched {
		add("without a match", m.Attribution < 0)
		if m.Attribution < 0 {
			continue
		}
		if m.Right {
			found[m.Attribution] = true
		}
		if m.Speaker.Mention.Len() > 0 {
			add("precision "+manner(a.Attributions[m.Attribution].Direct), m.Right)
			add("precision all", m.Right)
		}
	}
	for k, x := range a.Attributions {
		if len(x.Source) > 0 {
			add("recall "+manner(x.Direct), found[k])
			add("recall all", found[k])
		}
	}
}

// ratio counts by text how many of how many are so.
type ratio struct{ yes, all []float64 }

func (r *ratio) add(text int, yes bool) {
	r.all[text]++
	if yes {
		r.yes[text]++
	}
}

func (r *ratio) measure() measure {
	return func(w weights) float64 {
		yes, all := 0.0, 0.0
		for i, times := range w {
			yes += float64(times) * r.yes[i]
			all += float64(times) * r.all[i]
		}
		return yes / all
	}
}

// match gives each statement the attribution that its tokens match best.
func match(a *Attributed, body string, statements []said.Statement) []Matched {
	first := wordsBefore(body)
	contents := make([]int, len(a.Attributions)) // their words
	for k, x := range a.Attributions {
		for _, r := range x.Content {
			contents[k] += first(r)
		}
	}
	out := make([]Matched, 0, len(statements))
	for _, s := range statements {
		m := Matched{Statement: s, Attribution: -1}
		best := 0.0
		for k, x := range a.Attributions {
			common := 0
			for _, r := range x.Content {
				common += first(corpus.Range{Start: max(r.Start, s.Start), End: min(r.End, s.End)})
			}
			if common == 0 {
				continue
			}
			if f1 := 2 * float64(common) / float64(contents[k]+first(s.Range)); f1 >= leastF1 && f1 > best {
				best, m.Attribution = f1, k
			}
		}
		if m.Attribution >= 0 {
			m.Right = a.Attributions[m.Attribution].right(body, s.Speaker.Mention)
		}
		out = append(out, m)
	}
	return out
}

// wordsBefore returns a function that counts the words that begin in a range.
func wordsBefore(body string) func(corpus.Range) int {
	before := make([]int32, len(body)+1)
	inside, n := false, int32(0)
	for i, r := range body {
		for k := i; k < len(body) && k < i+len(string(r)); k++ {
			before[k] = n
		}
		letter := unicode.IsLetter(r) || unicode.IsDigit(r) || inside && strings.ContainsRune("'’-", r)
		if letter && !inside {
			n++
		}
		inside = letter
	}
	before[len(body)] = n
	return func(r corpus.Range) int {
		if r.End <= r.Start {
			return 0
		}
		return int(before[r.End] - before[r.Start])
	}
}
