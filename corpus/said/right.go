package said

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
		if f.english && t.low == "," && w.is&says != 0 && j+4 < end && !f.is(j+1, rel|but|and) && f.toks[j+1].w.form != 'g' {
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
	case w.is&(says|tells) != 0 && f.clause(j, end):
		return span{j, end}, "cl"
	case t.w.is&object != 0 && t.w.is&pronoun == 0:
		return span{j, f.short(j, end)}, "him"
	}
	to := f.short(j, end)
	if w.is&says != 0 && w.is&holds == 0 && f.low(to) == "," && f.kindOf(to) == mark && f.finite(to+1, end) {
		return span{j, end}, "cl" // say Marco Rubio, a senator, was not there
	}
	if t.upper {
		return span{j, to}, "Np"
	}
	return span{j, to}, "np"
}

// behindComma returns the clause behind a comma that needs no word for that:
// sagte am Dienstag, die Ukraine brauche Hilfe.
func (f *finder) behindComma(j, end int, w class) span {
	if !f.lang.commaClause || w.is&says == 0 || w.is&holds != 0 {
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
		case t.kind == mark && n > 2 || t.w.is&(rel|and|but|sub) != 0 && n > 0 && t.w.is&(det|pronoun|prep) == 0 && !(t.w.is&and != 0 && f.toks[k-1].upper):
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
			name && (t.w.is&timely != 0 && !t.upper || t.low == "at" || t.low == "during" || t.low == "throughout" || t.low == "in"),
			t.low == "as" && f.is(k+1, pronoun|det) && f.is(k+2, aux|be|verb) || t.low == "as" && f.is(k+1, pronoun) && !f.is(k+1, det):
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
			if t.kind == shut && k+1 < end && (f.toks[k+1].w.form == 'g' || f.is(k+1, and) && k+2 < end && (f.toks[k+2].w.form == 'p' || f.toks[k+2].w.form == 'f') || asides[f.low(k+1)] || f.low(k+1) == "on" || f.low(k+1) == "during") {
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
			case next.w.form == 'g' && next.w.is&(says|tells) != 0, aside[next.low] || next.low == "even" && f.is(k+2, sub):
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

var asides = set(`as while when after before`)

// aside are words that, behind a comma, begin what the outlet adds.
var aside = set(`while although though whereas`)

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
				return f.kindOf(k-1) == mark || f.toks[n].w.lemma == "say" || f.is(n+1, that) || f.is(n+1, prep) && f.low(n+1) != "to" || f.kindOf(n+1) == open
			}
			return true
		}
		if t.w.is&(aux|be|verb) != 0 && t.w.is&det == 0 {
			return false
		}
	}
	return false
}
