package said

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

// before returns, where a quotation or a comma ends right before token i, the end of what was said and whether that is a quotation.
func (f *finder) before(sent span, i int) (end int, quoted, ok bool) {
	j := i - 1
	for j >= sent.from && f.kindOf(j) == mark && (f.low(j) == "," || f.low(j) == "—" || f.low(j) == "–" || f.low(j) == "-") && f.toks[j].quote < 0 {
		j--
	}
	switch {
	case j < sent.from:
		return 0, false, false
	case f.kindOf(j) == shut && f.english && f.title(sent, f.toks[j].quote):
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
	start := i
	for !f.english && start > sent.from && f.is(start-1, aux) {
		start-- // a affirmé Macron
	}
	if end, quoted, ok := f.before(sent, start); ok && !f.passive(i) {
		if m := f.subjectRight(sent, i); !m.empty() && (!f.english || f.toks[i].w.is&says != 0 && (quoted || f.toks[m.from].upper && f.closes(sent, m.to))) {
			cue := span{start, i + 1}
			return f.post(sent, end, quoted, cue, m, "inv")
		}
		if quoted && f.toks[i].w.form != 'n' && !f.toks[i].upper { // “...,” added.
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

// title reports whether a quotation within a sentence is the title of something:
// host of “Morning Joe,”.
func (f *finder) title(sent span, quote int) bool {
	q := f.quotes[quote]
	if q.first <= sent.from || q.last-q.first > 6 || f.kindOf(q.first-1) == mark {
		return false
	}
	for k := q.first + 1; k < q.last; k++ {
		if f.kindOf(k) == word && !f.toks[k].upper && len(f.low(k)) > 3 {
			return false
		}
	}
	return true
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
		case f.english && (t.kind == open || t.kind == mark && (t.low == ":" || i+1 < sent.to && f.kindOf(i+1) == open) || n == 0 && t.w.is&sub != 0):
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
