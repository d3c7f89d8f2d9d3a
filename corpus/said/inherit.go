package said

// inherited returns the speaker of the clause before: he said and called for;
// Merz warned of delays, adding that. The mark says how it was found: ~ from the
// statement before, ^ from the sentence.
func (f *finder) inherited(sent span, i int) (span, string) {
	if !f.english && f.toks[i].w.form != 'g' && !f.is(i-1, and) {
		return span{}, ""
	}
	w := f.toks[i].w
	if w.form == 'g' && f.is(i-1, prep|sub) && f.english {
		if n := len(f.found) - 1; n >= f.here && !f.found[n].post {
			return f.found[n].mention, "~"
		}
		return f.mainSubject(sent, i), "^"
	}
	if f.low(i-1) == "to" && w.form == 'b' {
		return f.mainSubject(sent, i-1), "^"
	}
	if f.is(i-1, prep|det|owner|role) && !f.is(i-1, and) || f.passive(i) {
		return span{}, ""
	}
	k := i - 1
	for k > sent.from && (f.is(k, adverb) || f.english && f.kindOf(k) == word && len(f.low(k)) > 4 && f.low(k)[len(f.low(k))-2:] == "ly") {
		k--
	}
	after := f.kindOf(k) == mark && f.low(k) == "," || f.is(k, and|but) || f.kindOf(k) == shut
	switch {
	case w.form == 'g' && !after:
		if f.kindOf(k) == word && (f.toks[k].upper || f.is(k, group|role|rel)) && !f.is(k, prep) {
			return f.nounLeft(sent, k), "" // with Trump calling
		}
		return span{}, ""
	case w.form != 'g' && !f.is(k, and|but) && !(f.kindOf(k) == mark && f.low(k) == ",") && !(f.kindOf(k) == shut && f.low(k-1) == ","):
		return span{}, ""
	case w.form == 'b' && !f.is(k, and|but):
		return span{}, ""
	}
	n := len(f.found) - 1
	if n >= f.here && f.found[n].cue.from < i {
		switch rel := f.is(f.found[n].mention.from, rel) && !f.found[n].mention.empty(); {
		case rel && f.english:
			if m := f.mainSubject(sent, i); !m.empty() {
				return m, "^"
			}
		case !f.is(k, and|but) || !f.english:
			return f.found[n].mention, "~"
		}
	} else {
		n = -1
	}
	if f.is(k, and|but) && f.english {
		// The subject of the nearest verb before: when Rubio thanked them and said.
		for at := k - 1; at > sent.from && (n < 0 || at > f.found[n].cue.to); at-- {
			t := &f.toks[at]
			if t.quote >= 0 || t.w.is&pronoun != 0 && t.w.is&(aux|be|verb) == 0 {
				continue
			}
			if t.w.is&(aux|be|verb) != 0 || t.w.form == 'p' || t.w.form == 'f' && t.w.is&noun == 0 || t.kind == word && !t.upper && len(t.low) > 4 && t.low[len(t.low)-2:] == "ed" {
				m, _ := f.subjectLeft(sent, at)
				if m.empty() && t.w.is&(aux|be) != 0 {
					m = f.nounLeft(sent, at-1)
				}
				if !m.empty() {
					return m, "^"
				}
			}
		}
		if n >= 0 {
			return f.found[n].mention, "~"
		}
	}
	if w.form == 'g' || w.form == 'p' || w.form == 'f' {
		return f.mainSubject(sent, i), "^"
	}
	return span{}, ""
}

// mainSubject returns the noun phrase before the first verb of a sentence.
func (f *finder) mainSubject(sent span, before int) span {
	for k := sent.from + 1; k < before; k++ {
		t := &f.toks[k]
		if t.quote >= 0 {
			continue
		}
		if t.w.is&(aux|be|verb) != 0 && !f.is(k, pronoun) || (t.w.form == 'p' || t.w.form == 'f') && t.w.is&noun == 0 ||
			f.english && t.kind == word && !t.upper && len(t.low) > 4 && t.low[len(t.low)-2:] == "ed" {
			m, _ := f.subjectLeft(sent, k)
			if t.w.is&(be|aux) != 0 && m.empty() {
				m = f.nounLeft(sent, k-1)
			}
			if !m.empty() {
				return m
			}
		}
	}
	return span{}
}

// nominal finds what a noun says: X's insistence that; his call for; criticism
// from X.
func (f *finder) nominal(sent span, i int) bool {
	if !f.english {
		return false
	}
	k := i - 1
	for k > sent.from && k > i-4 && f.kindOf(k) == word && !f.is(k, owner|det|prep|aux|be|pronoun|and) && f.toks[k].quote < 0 {
		k--
	}
	var m span
	switch {
	case f.kindOf(k) == claws && f.toks[k].w.is&be == 0:
		m = f.chunk(sent, k-1)
	case f.is(k, owner):
		m = span{k, k + 1}
	case f.low(i+1) == "from" || f.low(i+1) == "by" || f.low(i+1) == "among":
		return f.nominalFrom(sent, i)
	default:
		return false
	}
	if m.empty() {
		return false
	}
	end := f.endOf(sent, i)
	j := i + 1
	pattern := f.low(j)
	switch {
	case f.is(j, that), f.is(j, prep):
		j++
	case f.is(j, be) && (f.is(j+1, that) || f.low(j+1) == "to"):
		pattern = "is " + f.low(j+1)
		j++
	default:
		return false
	}
	to := f.short(j, end)
	for n := j + 1; n < to; n++ {
		if pattern != "that" && f.is(n, aux|be) && pattern[0:2] != "is" {
			to = n
			break
		}
	}
	w := f.toks[i].w
	return f.add(finding{content: span{j, to}, cue: span{i, i + 1}, mention: m, rule: w.lemma + "|N|" + pattern, verb: i, holdsOn: true, nominal: true})
}

// nominalFrom finds criticism of the plan from Merz: what the clause before
// says is its content.
func (f *finder) nominalFrom(sent span, i int) bool {
	m := f.subjectRight(sent, i+1)
	if m.empty() {
		return false
	}
	subject := f.mainSubject(sent, i)
	if subject.empty() || subject.to > i {
		return false
	}
	return f.add(finding{content: subject, cue: span{i, i + 2}, mention: m, rule: f.toks[i].w.lemma + "|N|" + f.low(i+1), verb: i, holdsOn: true, nominal: true})
}
