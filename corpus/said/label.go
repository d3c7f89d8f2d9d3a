package said

import "strings"

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
	if sent.from != 0 {
		return false
	}
	colon, caps := f.label()
	if colon == 0 || colon+2 > len(f.toks) {
		return false
	}
	x := finding{content: span{colon + 1, len(f.toks)}, cue: span{colon, colon + 1}, mention: span{0, colon}, rule: ":|name", verb: colon}
	if f.spoken {
		x.direct = true
		return f.keep(x)
	}
	if quote := f.kindOf(colon+1) == open; !quote && colon < 2 || quote && !caps && f.english {
		return false // Photo: ...; Merz said: “...” is another rule's
	}
	if caps {
		x.rule = ":|transcript"
	}
	x.direct = f.kindOf(colon+1) == open && f.quotes[f.toks[colon+1].quote].last == len(f.toks)-1
	return f.add(x)
}

// label returns the token of the colon behind a name at the start of the
// passage, 0 for none, and whether the name is in capitals.
func (f *passage) label() (colon int, caps bool) {
	caps = true
	for k := 0; k < len(f.toks) && k < 9; k++ {
		t := &f.toks[k]
		switch {
		case t.kind == mark && t.low == ":" && k > 0:
			return k, caps
		case t.kind == word && (t.upper || k > 0 && t.w.is&(prep|det) != 0):
			if s := f.body[t.start:t.end]; len(s) < 2 || lower(s) == s || strings.ToUpper(s) != s {
				caps = caps && k > 0
			}
		case k > 0 && (t.kind == number || t.kind == mark && (t.low == "(" || t.low == ")" || t.low == "." || t.low == "," || t.low == "-")):
		default:
			return 0, false
		}
	}
	return 0, false
}
