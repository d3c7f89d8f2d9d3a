package said

import (
	_ "embed"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
	"sync"
)

//go:embed weights.txt
var learnt string

// Weights are those of a logistic regression over the signs of a candidate: its
// rule, its parts, who is mentioned and how, and how long it is. A sign without
// a weight counts nothing.
type Weights map[string]float64

// chance is the least chance of being right at which a statement is kept:
// chosen on the folds, where statements without a match must be few.
const chance = .5

// Chance returns how likely a candidate with these signs is right.
func (w Weights) Chance(signs []string) float64 {
	sum := 0.0
	for _, s := range signs {
		sum += w[s]
	}
	return 1 / (1 + math.Exp(-sum))
}

// Likely reports whether a candidate is kept.
func (w Weights) Likely(signs []string) bool { return w.Chance(signs) >= chance }

// String returns the weights in the form of weights.txt, a sign a line.
func (w Weights) String() string {
	var b strings.Builder
	b.WriteString("# Written by go run ./corpus/said/learn: do not edit. Sign, weight.\n")
	keys := make([]string, 0, len(w))
	for k := range w {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	for _, k := range keys {
		if math.Abs(w[k]) >= .02 {
			fmt.Fprintf(&b, "%s\t%.2f\n", k, w[k])
		}
	}
	return b.String()
}

func readWeights(s string) Weights {
	w := make(Weights)
	for line := range strings.Lines(s) {
		if sign, value, ok := strings.Cut(strings.TrimSuffix(line, "\n"), "\t"); ok {
			w[sign], _ = strconv.ParseFloat(value, 64)
		}
	}
	return w
}

var weights = sync.OnceValue(func() Weights { return readWeights(learnt) })

// likely is whether a candidate is kept by what was learnt. What was learnt is
// English; other languages have only rules that need none.
func likely(signs []string) bool { return weights().Likely(signs) }

// signsOf appends the signs of an English candidate.
func (f *finder) signsOf(x finding, signs []string) []string {
	lemma, how, _ := strings.Cut(x.rule, "|")
	kind := f.mentionKind(x.mention)
	length := x.content.to - x.content.from
	size := "long"
	switch {
	case length <= 1:
		size = "1"
	case length <= 3:
		size = "3"
	case length <= 6:
		size = "6"
	case length <= 12:
		size = "12"
	case length <= 30:
		size = "30"
	}
	pattern := how[strings.LastIndexByte(how, '|')+1:]
	signs = append(signs, "all", x.rule, "l:"+lemma, "h:"+how, "p:"+pattern, "lp:"+lemma+"|"+pattern, "m:"+kind, "n:"+size, "mh:"+kind+"|"+how, "np:"+size+"|"+pattern)
	if f.toks[x.verb].w.is&(says|tells) != 0 && (pattern == "that" || pattern == "q" || strings.HasSuffix(pattern, "q<")) {
		signs = append(signs, "says")
	}
	if n := x.mention.to - x.mention.from; n > 1 {
		signs = append(signs, "w:"+strconv.Itoa(min(n, 8)))
	}
	if x.cue.to-x.cue.from > 1 {
		signs = append(signs, "aux:"+f.toks[x.cue.from].low, "aux")
	}
	kinds := ""
	for _, c := range []struct {
		is   trait
		mark string
	}{{says, "s"}, {tells, "t"}, {holds, "h"}, {noun, "n"}} {
		if f.toks[x.verb].w.is&c.is != 0 {
			kinds += c.mark
		}
	}
	signs = append(signs, "c:"+kinds, "ch:"+kinds+"|"+how, "cm:"+kinds+"|"+kind)
	signs = f.contentSigns(x, pattern, signs)
	if !x.mention.empty() && x.mention.from > 0 {
		before := &f.toks[x.mention.from-1]
		switch {
		case before.kind == mark:
			signs = append(signs, "b:"+before.low)
		case before.sentence != f.toks[x.mention.from].sentence:
			signs = append(signs, "b:start")
		default:
			signs = append(signs, "b:word")
			if before.w.is&(sub|but|and|rel|that|prep) != 0 {
				signs = append(signs, "b:"+before.low)
			}
		}
	}
	return signs
}

// sure reports whether a rule needs no weights: a verb of saying whose subject
// may speak, and a clause with that or a quotation; X's insistence.
func (f *finder) sure(x finding) bool {
	if x.nominal && f.low(x.verb) == "insistence" {
		return true
	}
	if f.toks[x.verb].w.is&(says|tells) == 0 || unsaid[f.toks[x.verb].w.lemma] {
		return false
	}
	_, how, _ := strings.Cut(x.rule, "|")
	switch how {
	case "p|that", "f|that", "p|q", "f|q", "postq<", "invq<":
	default:
		return false
	}
	switch f.mentionKind(x.mention) {
	case "name", "role", "he", "she", "they":
		return true
	}
	return false
}

// unsaid are verbs with that which do not say so: the court found that.
var unsaid = set(`see find show know feel think mean read learn forget decide prove hear view prefer point understand realize realise discover
	determine demonstrate document illustrate reflect figure sense notice doubt hope fear wish expect call remember taught teach rule order`)

// contentSigns appends what the content begins with and whether it has quoted
// words.
func (f *finder) contentSigns(x finding, pattern string, signs []string) []string {
	t := &f.toks[x.content.from]
	first := "word"
	switch {
	case t.kind == open:
		first = "quote"
	case t.kind == number:
		first = "number"
	case t.w.is&(det|owner|pronoun|object|prep|that|rel|sub|adverb|aux|be) != 0:
		first = t.low
	case t.upper:
		first = "name"
	case t.w.form == 'g':
		first = "gerund"
	}
	signs = append(signs, "f:"+first, "fp:"+first+"|"+pattern)
	for i := x.content.from; i < x.content.to; i++ {
		if f.toks[i].quote >= 0 {
			return append(signs, "quoted", "quoted|"+pattern)
		}
	}
	return signs
}

// mentionKind says what kind of words a mention is.
func (f *finder) mentionKind(m span) string {
	if m.empty() {
		return "none"
	}
	t := &f.toks[m.from]
	last := &f.toks[m.to-1]
	switch {
	case m.to-m.from == 1 && t.w.is&rel != 0, m.to-m.from == 1 && t.w.is&(pronoun|owner) != 0:
		return t.low
	case last.w.is&(role|group) != 0:
		return "role"
	case last.w.is&sourceful != 0:
		return "source"
	case last.w.is&(verb|prep|adverb|timely) != 0 || last.w.form == 'p' || last.w.form == 'g':
		return "odd"
	case last.upper && t.upper:
		return "name"
	case last.upper:
		return "the name"
	case t.w.is&det != 0:
		return "det"
	}
	return "other"
}
