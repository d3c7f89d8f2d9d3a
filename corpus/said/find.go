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
	keepSigns bool // in the rule, for those who learn from them
	found     []finding
	covered   []bool // tokens that lie in the content of a statement
	taken     []bool // quotations that are somebody's
	here      int    // the first finding of the sentence
}

func (f *finder) run() {
	f.found = f.found[:0]
	f.covered = append(f.covered[:0], make([]bool, len(f.toks))...)
	f.taken = append(f.taken[:0], make([]bool, len(f.quotes))...)
	for _, s := range f.sentences {
		f.here = len(f.found)
		sent := span{s[0], s[1]}
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
		if f.signs = f.signsOf(x, f.signs[:0]); !f.weigh(f.signs) {
			return false
		}
		if f.keepSigns {
			x.rule = strings.Join(f.signs, " ")
		}
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

// parenthetical finds the cues that stand behind what was said: “...,” he
// said; ..., Merz told reporters.
func (f *finder) parenthetical(sent span) {
	for i := sent.from + 1; i < sent.to; i++ {
		t := &f.toks[i]
		if t.quote >= 0 || t.w.lemma == "" || f.covered[i] || t.w.is&(says|tells) == 0 || t.w.form == 'g' || t.upper && f.english {
			continue
		}
		if f.behind(sent, i) {
			continue
		}
	}
}

// break before a clause: where a quotation or a comma ends right before token
// i, it returns the end of what was said and whether that is a quotation.
func (f *finder) before(sent span, i int) (end int, quoted, ok bool) {
	j := i - 1
	for j >= sent.from && f.kindOf(j) == mark && (f.low(j) == "," || f.low(j) == "—" || f.low(j) == "–" || f.low(j) == "-") && f.toks[j].quote < 0 {
		j--
	}
	switch {
	case j < sent.from:
		return 0, false, false
	case f.kindOf(j) == shut:
		return j + 1, true, true
	case j < i-1 && f.toks[j].quote < 0:
		return j + 1, false, true
	}
	return 0, false, false
}

func (f *finder) behind(sent span, i int) bool {
	// The subject stands right of the verb: “...,” said Merz.
	if end, quoted, ok := f.before(sent, i); ok && !f.passive(i) {
		if m := f.subjectRight(sent, i); !m.empty() && (!f.english || f.toks[i].w.is&says != 0 && (quoted || f.toks[m.from].upper && f.closes(sent, m.to))) {
			cue := span{i, i + 1}
			return f.post(sent, end, quoted, cue, m, "inv")
		}
		if quoted && f.toks[i].w.form != 'n' && f.toks[i].upper == false { // “...,” added.
			return false
		}
	}
	m, cue := f.subjectLeft(sent, i)
	if m.empty() {
		return false
	}
	end, quoted, ok := f.before(sent, m.from)
	if !ok {
		return false
	}
	if !quoted {
		// A comma alone: what follows must show that the clause is over, and
		// what goes before that it is one.
		if !f.closes(sent, cue.to) || end-sent.from < 4 && (f.low(cue.to) != "," || f.is(sent.from, adverb|prep|sub|timely)) || f.english && f.is(sent.from, prep|sub) && end-sent.from < 8 {
			return false
		}
		if f.english && (f.is(m.from, rel) || f.low(cue.to) != "," && !f.finite(sent.from, end)) {
			return false
		}
	} else if f.is(m.from, rel) {
		return false
	}
	return f.post(sent, end, quoted, cue, m, "post")
}

// finite reports whether the tokens hold a verb.
func (f *finder) finite(from, to int) bool {
	for k := from; k < to; k++ {
		t := &f.toks[k]
		if t.w.is&(aux|be|verb) != 0 || t.w.form == 'p' || t.w.form == 'f' || t.kind == claws && t.w.is&be != 0 || t.kind == word && !t.upper && len(t.low) > 4 && t.low[len(t.low)-2:] == "ed" {
			return true
		}
	}
	return false
}

// closes reports whether the clause of a verb ends at token i, or goes on with
// nothing but when, where and to whom.
func (f *finder) closes(sent span, i int) bool {
	for n := 0; i < sent.to && n < 14; i, n = i+1, n+1 {
		t := &f.toks[i]
		switch {
		case f.english && (t.kind == open || t.kind == mark && (t.low == ":" || f.kindOf(i+1) == open) || n == 0 && t.w.is&sub != 0):
			return false // what is said follows
		case t.kind == mark && n == 0 || t.kind == mark && (t.low == "." || t.low == ","):
			return true
		case t.kind == open:
			return true
		case t.low == "that", t.w.is&that != 0:
			return false
		case n == 0 && t.w.is&(timely|prep|adverb) == 0 && !f.is(i-1, tells):
			return false
		case n > 0 && t.w.is&(pronoun|aux|be) != 0 && t.w.is&object == 0:
			return false
		}
	}
	return true
}

// post adds a statement whose content ends at token end, before the cue, and
// may go on behind it.
func (f *finder) post(sent span, end int, quoted bool, cue, m span, order string) bool {
	from := sent.from
	direct := false
	if quoted {
		q := f.toks[end-1].quote
		from = f.quotes[q].first
		direct = true
		// Quotations that follow one another, and the words that lead to the
		// last one, belong to it: They are “tired,” “angry,” he said.
		start := min(sent.from, from)
		for k := len(f.found) - 1; k >= f.here; k-- {
			start = max(start, f.found[k].content.to, f.found[k].cue.to, f.found[k].mention.to)
		}
		if lead := from - start; lead > 0 && !f.leads(start, from) {
			from, direct = start, false
		}
	} else {
		for k := len(f.found) - 1; k >= f.here; k-- {
			if x := f.found[k]; x.cue.to > from && x.cue.to < end {
				from = x.cue.to
			}
		}
	}
	to := end
	// It goes on: “...,” he said, “...”
	last := max(cue.to, m.to)
	for k, n := last, 0; k < sent.to && n < 14; k, n = k+1, n+1 {
		if f.kindOf(k) == open && !f.taken[f.toks[k].quote] {
			if n == 0 || f.kindOf(k-1) == mark || f.is(k-1, adverb) {
				to = f.quotes[f.toks[k].quote].last + 1
			}
			break
		}
		if f.kindOf(k) == mark && f.low(k) == "." {
			break
		}
	}
	if !quoted {
		k := last
		if f.english && f.is(k, prep|timely) { // A, he said in an interview, B
			for k < last+9 && f.kindOf(k) == word {
				k++
			}
		}
		if f.low(k) == "," && k+4 < sent.to {
			to = sent.to // A, he said, B
		}
	}
	// Sentences of this paragraph that are nothing but quotations.
	if direct {
		to = f.goesOn(sent, to)
	}
	lemma := f.toks[cue.to-1].w.lemma
	how := "<"
	if quoted {
		how = "q<"
	}
	x := finding{content: span{from, to}, cue: cue, mention: m, rule: lemma + "|" + order + how, verb: cue.to - 1, post: true, direct: direct}
	return f.add(x)
}

// leads reports whether the tokens before a quotation are none of what was
// said: he smiled. “...”
func (f *finder) leads(from, to int) bool {
	if to-from <= 0 {
		return true
	}
	k := to - 1
	if f.kindOf(k) == shut {
		in := f.low(k - 1)
		return in == "." || in == "?" || in == "!"
	}
	return f.kindOf(k) == mark && (f.low(k) == "." || f.low(k) == ":" || f.low(k) == "?" || f.low(k) == "!")
}

// goesOn extends a quotation over the sentences behind it that begin with a
// quotation mark and name nobody.
func (f *finder) goesOn(sent span, to int) int {
	for n := f.toks[sent.from].sentence + 1; n < len(f.sentences); n++ {
		s := f.sentences[n]
		if f.kindOf(s[0]) != open {
			break
		}
		q := f.quotes[f.toks[s[0]].quote]
		if q.last+1 < s[1]-1 { // words follow it
			break
		}
		to = q.last + 1
	}
	return to
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
	inherits := false
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
	if f.english && f.is(m.from, rel) && (pattern == "np" || pattern == "Np") {
		for k := content.from + 1; k < content.to; k++ {
			if f.is(k, aux|be) {
				content.to = k // those who support Sanders are
			}
		}
	}
	form := string(w.form)
	if inherits {
		form += "~"
	}
	f.add(finding{content: content, cue: cue, mention: m, rule: w.lemma + "|" + form + "|" + pattern, verb: i,
		direct: pattern == "q", holdsOn: w.is&says == 0, inherits: inherits})
}

// right returns what stands behind a verb as its content, and how.
func (f *finder) right(sent span, i int) (span, string) { return f.rightOf(sent, i, i+1) }

func (f *finder) rightOf(sent span, i, j int) (span, string) {
	w := f.toks[i].w
	end := f.endOf(sent, i)
	for j < end && f.is(j, adverb) && !f.is(j, det|pronoun|prep) {
		j++
	}
	if j >= end {
		return span{}, ""
	}
	if span, how := f.opened(sent, i, j, end); how != "" {
		return span, how
	}
	for f.english && j+1 < end && (f.is(j, timely) && !f.is(j, det|pronoun) || f.low(j) == "on" && f.is(j+1, timely)) {
		j++ // announced on Monday the lawsuit
	}
	t := &f.toks[j]
	if t.kind == mark {
		if f.english && t.low == "," && w.is&says != 0 && f.clause(j+1, end) && !f.is(j+1, rel|but|and) {
			return span{j + 1, end}, ","
		}
		if !f.english && t.low == "," && f.lang.commaClause && w.is&says != 0 && j+3 < end && !f.is(j+1, rel|sub|but) {
			return span{j + 1, end}, "cc"
		}
		return span{}, ""
	}
	if !f.english {
		return f.behindComma(j, end, w), "cc"
	}
	switch {
	case w.is&tells != 0 && w.lemma != "show" && w.lemma != "ask" && w.lemma != "promise" && w.lemma != "text" && w.lemma != "message":
		k := f.hearer(j, end)
		if k < end && f.low(k) == "to" {
			return span{k, end}, "hto"
		}
		if k < end && k > j {
			return span{k, end}, "h"
		}
		return span{}, ""
	case t.low == "to":
		return span{j, f.short(j, end)}, "to"
	case t.w.is&sub != 0 || t.low == "what" || t.low == "who":
		return span{j, end}, "wh"
	case t.w.is&prep != 0:
		return span{j + 1, f.short(j+1, end)}, "p:" + t.low
	case f.clause(j, end):
		return span{j, end}, "cl"
	case t.w.is&object != 0 && t.w.is&pronoun == 0:
		return span{j, f.short(j, end)}, "him"
	case t.upper:
		return span{j, f.short(j, end)}, "Np"
	}
	return span{j, f.short(j, end)}, "np"
}

// behindComma returns the clause behind a comma that needs no word for that:
// sagte am Dienstag, die Ukraine brauche Hilfe.
func (f *finder) behindComma(j, end int, w class) span {
	if !f.lang.commaClause || w.is&says == 0 {
		return span{}
	}
	for k, n := j, 0; k < end && n < 14; k, n = k+1, n+1 {
		t := &f.toks[k]
		switch {
		case t.kind == mark && t.low == ",":
			if k+3 >= end || f.is(k+1, rel|sub|but|prep) || f.is(k+1, det) && !f.toks[k+2].upper && !f.is(k+2, det) && len(f.low(k+2)) < 4 {
				return span{}
			}
			return span{k + 1, end}
		case t.kind == mark && t.low != ".", t.w.is&(that|sub|aux|says) != 0:
			return span{}
		}
	}
	return span{}
}

// opened returns what follows a quotation mark, a colon or that, at token j or
// a little further on.
func (f *finder) opened(sent span, i, j, end int) (span, string) {
	w := f.toks[i].w
	past := false // a comma lies behind: only a quotation counts
	for k, n := j, 0; k < end && n < 30; k, n = k+1, n+1 {
		t := &f.toks[k]
		switch {
		case t.kind == open:
			if n > 0 && (f.kindOf(k-1) != mark || f.low(k-1) == "(") || past && w.is&(says|tells) == 0 {
				return span{}, ""
			}
			return f.quotation(sent, k, end)
		case t.low == ":" && t.kind == mark:
			if f.kindOf(k+1) == open || n >= 16 {
				continue
			}
			if k+1 < end && !past {
				return span{k + 1, end}, ":"
			}
		case past || n >= 16:
			if t.w.form == 'p' && t.w.is&says != 0 || t.kind == mark && t.low == ";" {
				return span{}, ""
			}
		case t.w.is&that != 0 && (n == 0 || w.is&tells != 0 || w.is&says != 0 && (!f.english || f.is(j, prep|timely|adverb) || f.kindOf(j) == mark)) &&
			!(f.kindOf(k-1) == mark && n > 0 && f.english && f.kindOf(k-2) != number):
			return span{k + 1, end}, "that"
		case t.kind == mark && t.low == "," && (f.kindOf(k+1) == number || f.is(k+1, timely) || f.kindOf(k-1) == number && f.is(k+1, that)):
		case t.kind == mark && t.low != "," || t.kind == mark && n > 0 && f.english && w.is&tells == 0:
			past = true
		}
	}
	return span{}, ""
}

// quotation returns the content that begins with the quotation mark at k.
func (f *finder) quotation(sent span, k, end int) (span, string) {
	q := f.quotes[f.toks[k].quote]
	if in := f.low(q.last - 1); q.last+1 < end-1 && f.kindOf(q.last+1) != mark && in != "," && in != "." && in != "!" && in != "?" {
		return span{k, end}, "q+"
	}
	to := q.last + 1
	if to >= sent.to-1 {
		to = f.goesOn(sent, to)
	}
	return span{k, to}, "q"
}

// hearer returns the token behind the noun phrase at j: told reporters.
func (f *finder) hearer(j, end int) int {
	k := j
	if f.is(k, object) {
		return k + 1
	}
	for k < end && k-j < 6 && (f.is(k, det|owner) || f.toks[k].upper || k == j) && f.kindOf(k) != mark {
		k++
	}
	if k < end && f.kindOf(k) == word && f.is(k-1, det|owner) {
		k++
	}
	for k < end && f.is(k, timely|adverb) {
		k++
	}
	return k
}

// clause reports whether a clause of its own begins at j: a verb follows
// before a mark.
func (f *finder) clause(j, end int) bool {
	if f.is(j, pronoun) && !f.is(j, object|det) {
		return true
	}
	for k, n := j, 0; k < end && n < 14; k, n = k+1, n+1 {
		t := &f.toks[k]
		switch {
		case t.kind == mark && n > 2 || t.w.is&(rel|and|but|sub) != 0 && n > 0 && t.w.is&(det|pronoun) == 0 && !(t.w.is&and != 0 && f.toks[k-1].upper):
			return false
		case n > 0 && t.w.is&(aux|be) != 0:
			return true
		case n > 0 && t.w.is&verb != 0:
			return true
		case n > 0 && (t.w.form == 'p' || t.w.form == 'f') && !f.is(k, noun) && !f.is(k-1, det|owner|prep):
			return true
		}
	}
	return false
}

// short returns where the object of a verb ends: a comma or another clause. A
// name as the object ends before most prepositions.
func (f *finder) short(j, end int) int {
	name := f.toks[j].upper && f.kindOf(j) == word
	for k := j + 1; k < end; k++ {
		t := &f.toks[k]
		if t.quote >= 0 {
			continue
		}
		if t.kind == mark && (t.low == "," || t.low == ";" || t.low == "—" || t.low == "–" || t.low == "-" || t.low == ":") {
			if t.low == "," && f.is(k+1, rel) && f.low(k+1) != "that" {
				return end
			}
			return k
		}
		next := f.is(k+1, aux|be|verb|pronoun) && !f.is(k+1, det) || k+1 < end && f.toks[k+1].w.lemma != "" && f.toks[k+1].w.form != 'b' && f.toks[k+1].w.form != 'N'
		switch {
		case t.w.is&but != 0, t.low == "while", t.low == "although", t.low == "after", t.low == "when", t.low == "because", t.low == "before", t.low == "though",
			t.w.is&and != 0 && next,
			name && (t.w.is&timely != 0 && !t.upper || t.low == "at" || t.low == "during" || t.low == "throughout" || t.low == "in" || t.kind == number):
			return k
		}
	}
	return end
}

// endOf returns where what a cue at i says must end: at the end of the
// sentence or before the next cue that stands behind its content.
func (f *finder) endOf(sent span, i int) int {
	end := sent.to
	for k := f.here; k < len(f.found); k++ {
		x := f.found[k]
		if x.content.from > i {
			end = min(end, x.content.from)
		}
		if x.cue.from > i {
			end = min(end, x.cue.from)
			if !x.mention.empty() && x.mention.from > i {
				end = min(end, x.mention.from)
			}
		}
	}
	if f.english {
		end = f.clauseEnd(sent, i, end)
	}
	return end
}

// clauseEnd looks for where a clause ends whose cue is at i: at the comma of a
// relative or subordinate clause, or before another cue.
func (f *finder) clauseEnd(sent span, i, end int) int {
	m, cue := f.subjectLeft(sent, i)
	relative := !m.empty() && f.is(m.from, rel)
	under := f.subordinate(sent, m.from) && !m.empty()
	for k := cue.to + 2; k < end; k++ {
		t := &f.toks[k]
		if t.quote >= 0 {
			// “...” as he faces a test: the clause that follows is the outlet's.
			if t.kind == shut && k+1 < end && (f.is(k+1, and) && k+2 < end && (f.toks[k+2].w.form == 'p' || f.toks[k+2].w.form == 'f') || f.is(k+1, sub) || f.low(k+1) == "on" || f.low(k+1) == "during") {
				return k + 1
			}
			continue
		}
		if t.kind == mark && t.low == "," {
			next := f.toks[min(k+1, end-1)]
			switch {
			case under && k-cue.to > 2 && !f.is(k+1, rel|and|but|prep):
				return k
			case relative && (next.w.is&(aux|be|verb) != 0 && next.w.is&det == 0 || next.w.form == 'p' || next.w.form == 'f'):
				return k
			case next.w.form == 'g' && next.w.is&(says|tells) != 0:
				return k
			}
			continue
		}
		if (t.w.is&(but|and) != 0 || t.low == "while" || t.low == "although") && f.newCue(sent, k, end) {
			if f.kindOf(k-1) == mark {
				return k - 1
			}
			return k
		}
	}
	return end
}

// subordinate reports whether a word such as while stands right before the
// subject.
func (f *finder) subordinate(sent span, from int) bool {
	return from > sent.from && f.is(from-1, sub) && f.low(from-1) != "than"
}

// newCue reports whether a conjunction at k is followed by another cue: and he
// called for; but Cruz said.
func (f *finder) newCue(sent span, k, end int) bool {
	for n := k + 1; n < end && n < k+9; n++ {
		t := &f.toks[n]
		if t.kind == open || t.kind == mark && t.low != "," || t.w.is&(prep|that|sub|rel) != 0 && t.w.is&(pronoun|det) == 0 {
			return false
		}
		if (t.w.form == 'p' || t.w.form == 'f') && t.w.is&(says|tells) != 0 && !f.is(n, noun) && (t.w.lemma == "say" || t.w.lemma == "tell" || t.w.lemma == "add" || n-k <= 2) {
			if n == k+1 { // and called for
				return f.toks[n].w.lemma == "say" || f.is(n+1, that) || f.is(n+1, prep) && f.low(n+1) != "to" || f.kindOf(n+1) == open
			}
			return true
		}
		if t.w.is&(aux|be|verb) != 0 && t.w.is&det == 0 {
			return false
		}
	}
	return false
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

// byPassive finds what is said in the passive: the plan was rejected by Kyiv.
func (f *finder) byPassive(sent span, i int) bool {
	if !f.english || f.low(i+1) != "by" {
		return false
	}
	m := f.subjectRight(sent, i+1)
	left, cue := f.subjectLeft(sent, i)
	if m.empty() {
		return false
	}
	if left.empty() {
		left = f.nounLeft(sent, cue.from-1)
	}
	if left.empty() || !f.is(cue.from, be|aux) {
		return false
	}
	return f.add(finding{content: left, cue: span{cue.from, i + 2}, mention: m, rule: f.toks[i].w.lemma + "|by", verb: i, holdsOn: true})
}

// lone finds a quotation that nothing has claimed: behind a colon it is the
// subject's; before a name and a verb that no lexicon knows it is that name's.
func (f *finder) lone(sent span) {
	for i := sent.from; i < sent.to; i++ {
		if f.kindOf(i) != open || f.taken[f.toks[i].quote] || f.covered[i] {
			continue
		}
		q := f.quotes[f.toks[i].quote]
		if i > sent.from+1 && f.low(i-1) == ":" && f.kindOf(i-1) == mark {
			m := f.mainSubject(sent, i)
			if n := len(f.found) - 1; n >= f.here {
				m = f.found[n].mention
			}
			to := q.last + 1
			if to >= sent.to-1 {
				to = f.goesOn(sent, to)
			}
			f.add(finding{content: span{i, to}, cue: span{i - 1, i}, mention: m, rule: ":|colon", verb: i - 1, direct: true})
		} else if in := f.low(q.last - 1); in == "," || in == "?" || in == "!" {
			for k := q.last + 1; k < sent.to && k < q.last+8; k++ {
				t := &f.toks[k]
				if t.kind == open || t.kind == mark && k > q.last+1 {
					break
				}
				if t.kind == word && k > q.last+1 && (t.w.form == 'p' || t.w.form == 'f' || t.w.is&verb != 0 || f.english && !t.upper && len(t.low) > 4 && t.low[len(t.low)-2:] == "ed") {
					if m, cue := f.subjectLeft(sent, k); !m.empty() && m.from <= q.last+2 {
						f.post(sent, q.last+1, true, cue, m, "any")
					}
					break
				}
			}
		}
	}
}

// transcript finds a speaker and a colon at the start of a paragraph.
func (f *finder) transcript(sent span) bool {
	if sent.from != 0 || f.toks[0].kind != word || !f.toks[0].upper {
		return false
	}
	caps := true
	for k := 0; k < len(f.toks) && k < 9; k++ {
		t := &f.toks[k]
		if t.kind == mark && t.low == ":" {
			if k+2 >= len(f.toks) || !caps && f.kindOf(k+1) == open {
				return false
			}
			rule := ":|transcript"
			if !caps {
				rule = ":|name"
			}
			x := finding{content: span{k + 1, len(f.toks)}, cue: span{k, k + 1}, mention: span{0, k}, rule: rule, verb: k}
			x.direct = caps
			return f.add(x)
		}
		switch {
		case t.kind == word && (t.upper || t.w.is&(prep|det) != 0):
			if s := f.body[t.start:t.end]; k == 0 && (len(s) < 2 || lower(s[1:]) == s[1:]) {
				caps = false
			}
		case t.kind == number, t.kind == mark && (t.low == "(" || t.low == ")" || t.low == "." || t.low == "," || t.low == "-"):
		default:
			return false
		}
	}
	return false
}
