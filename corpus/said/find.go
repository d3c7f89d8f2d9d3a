package said

import "strings"

// A span is a run of tokens of a passage, from the first to the one behind the
// last. The zero span is none.
type span struct{ from, to int }

func (s span) empty() bool { return s.to <= s.from }

// A finding is a statement of a passage before its speaker is resolved.
type finding struct {
	content  span
	cue      span
	mention  span // empty when nobody is named beside the cue
	rule     string
	verb     int  // the token of the verb or noun
	post     bool // the content stands before the cue
	direct   bool // the content is one quotation
	holdsOn  bool // a verb of attitude
	nominal  bool
	inherits bool // the mention is that of the clause before
}

// finder finds the statements of a passage.
type finder struct {
	passage
	weigh     func(signs []string) bool
	signs     []string
	spoken    bool // the text is a transcript
	keepSigns bool // in the rule, for those who learn from them
	found     []finding
	covered   []bool // tokens that lie in the content of a statement
	taken     []bool // quotations that are somebody's
	here      int    // the first finding of the sentence
}

// longest is the most tokens a sentence may have: the rules look back and forth
// in it, and what is longer is no sentence.
const longest = 1500

func (f *finder) run() {
	f.found = f.found[:0]
	f.covered = append(f.covered[:0], make([]bool, len(f.toks))...)
	f.taken = append(f.taken[:0], make([]bool, len(f.quotes))...)
	for _, s := range f.sentences {
		f.here = len(f.found)
		sent := span{s[0], s[1]}
		if sent.to-sent.from > longest {
			continue
		}
		if f.transcript(sent) {
			break
		}
		f.parenthetical(sent)
		f.phrase(sent)
		for i := sent.from; i < sent.to; i++ {
			if f.toks[i].quote >= 0 || f.covered[i] {
				continue
			}
			if f.toks[i].w.lemma != "" && !(f.toks[i].upper && f.english && i > sent.from && !f.headline(sent, i)) {
				f.forward(sent, i)
			}
		}
		f.lone(sent)
	}
}

// headline reports whether the words around token i have capitals though no
// name would.
func (f *finder) headline(sent span, i int) bool {
	upper, all := 0, 0
	for k := sent.from; k < sent.to; k++ {
		if f.kindOf(k) == word && len(f.low(k)) > 3 {
			all++
			if f.toks[k].upper {
				upper++
			}
		}
	}
	return all > 3 && 4*upper >= 3*all
}

func (f *finder) is(i int, is trait) bool { return i >= 0 && i < len(f.toks) && f.toks[i].w.is&is != 0 }
func (f *finder) low(i int) string {
	if i < 0 || i >= len(f.toks) {
		return ""
	}
	return f.toks[i].low
}
func (f *finder) kindOf(i int) kind {
	if i < 0 || i >= len(f.toks) {
		return mark
	}
	return f.toks[i].kind
}

// add keeps a finding unless the weights speak against it.
func (f *finder) add(x finding) bool {
	x.content = f.trim(x.content)
	if x.content.empty() {
		return false
	}
	if f.english {
		if f.signs = f.signsOf(x, f.signs[:0]); !f.sure(x) && !f.weigh(f.signs) {
			return false
		}
		if f.keepSigns {
			x.rule = strings.Join(f.signs, " ")
		}
	}
	return f.keep(x)
}

// keep keeps a finding.
func (f *finder) keep(x finding) bool {
	if x.content = f.trim(x.content); x.content.empty() {
		return false
	}
	for i := x.content.from; i < x.content.to; i++ {
		f.covered[i] = true
		if q := f.toks[i].quote; q >= 0 {
			f.taken[q] = true
		}
	}
	for i := x.cue.from; i < x.cue.to; i++ {
		f.covered[i] = true
	}
	f.found = append(f.found, x)
	return true
}

// trim takes commas and the like off the ends of a content.
func (f *finder) trim(s span) span {
	dull := func(i int) bool {
		t := f.toks[i]
		if t.kind != mark || t.quote >= 0 {
			return false
		}
		switch t.low {
		case "(", "[", "$", "€", "£", "#", "@", "%", ")", "]", "?", "!", "…":
			return false
		}
		return true
	}
	for !s.empty() && dull(s.from) {
		s.from++
	}
	for !s.empty() && dull(s.to-1) {
		s.to--
	}
	return s
}

// forward finds what a verb or noun says to its right.
func (f *finder) forward(sent span, i int) {
	w := f.toks[i].w
	if w.is&noun != 0 && f.nominal(sent, i) {
		return
	}
	if w.form == 'N' || w.is&(says|tells|holds) == 0 || w.is&noun != 0 && f.low(i+1) == "of" {
		return
	}
	if !f.english && w.is&says != 0 && !f.leftSubject(sent, i) && f.invertedForward(sent, i) {
		return
	}
	if w.form == 'n' || w.form == 'p' {
		if f.byPassive(sent, i) {
			return
		}
	}
	m, cue := f.subjectLeft(sent, i)
	inherits := ""
	if m.empty() {
		m, inherits = f.inherited(sent, i)
		cue = span{i, i + 1}
		if m.empty() {
			return
		}
	}
	content, pattern := f.right(sent, i)
	if content.empty() {
		return
	}
	if f.english && f.is(m.from, rel) && (pattern == "np" || pattern == "Np" || pattern == "to") {
		for k := content.from + 1; k < content.to; k++ {
			if f.is(k, aux|be) {
				content.to = k // those who support Sanders are
			}
		}
	}
	form := string(w.form) + inherits
	if w.is&noun != 0 && w.form == 'f' && m.to-m.from == 1 && m.from == sent.from && f.is(i+1, prep) && f.low(i+1) != "for" && !f.is(m.from, pronoun|role|group) {
		return // Fundamental disputes over
	}
	f.add(finding{content: content, cue: cue, mention: m, rule: w.lemma + "|" + form + "|" + pattern, verb: i,
		direct: pattern == "q", holdsOn: w.is&says == 0, inherits: inherits == "~"})
}

// leftSubject reports whether the subject of a verb surely stands before it.
func (f *finder) leftSubject(sent span, i int) bool {
	m, _ := f.subjectLeft(sent, i)
	if m.empty() {
		return false
	}
	last := m.to - 1
	return f.is(last, role|group|pronoun) || f.toks[last].upper && !f.is(last, timely)
}

// invertedForward finds what a verb says to its right when the subject stands
// behind it: Am Dienstag sagte Merz, die Ukraine brauche Hilfe.
func (f *finder) invertedForward(sent span, i int) bool {
	m := f.subjectRight(sent, i)
	if m.empty() || f.is(i-1, det|owner) {
		return false
	}
	content, pattern := f.rightOf(sent, i, m.to)
	if content.empty() || pattern == "h" {
		return false
	}
	return f.add(finding{content: content, cue: span{i, i + 1}, mention: m, rule: f.toks[i].w.lemma + "|inv|" + pattern, verb: i, direct: pattern == "q"})
}
