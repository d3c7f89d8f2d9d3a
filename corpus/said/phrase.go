package said

import "strings"

// phrase finds according to X, nach Angaben von X, за словами X: a speaker
// named by a phrase, with the rest of the sentence as the content.
func (f *finder) phrase(sent span) {
	for i := sent.from; i < sent.to; i++ {
		t := &f.toks[i]
		if t.quote >= 0 || t.kind != word {
			continue
		}
		if t.low == "zufolge" && f.lang.code == "de" && i > sent.from {
			f.zufolge(sent, i)
		}
		for _, words := range f.lang.according[t.low] {
			if f.matches(i, sent.to, words) && f.byPhrase(sent, i, i+len(words)) {
				break
			}
		}
	}
}

// zufolge finds Dem Minister zufolge, whose speaker stands before it.
func (f *finder) zufolge(sent span, i int) {
	m := span{i - 1, i}
	for m.from > sent.from && f.kindOf(m.from-1) == word && (f.toks[m.from-1].upper || f.is(m.from-1, det|role|prep|owner) || strings.HasSuffix(f.low(m.from-1), "en")) {
		m.from--
	}
	for m.to-m.from > 1 && f.is(m.from, prep) {
		m.from++
	}
	x := finding{cue: span{i, i + 1}, mention: m, rule: "zufolge|phrase", verb: i, content: span{i + 1, sent.to}}
	if m.from > sent.from+1 {
		x.content, x.post = span{sent.from, m.from}, true
	}
	f.add(x)
}

func (f *finder) matches(i, end int, words []string) bool {
	if i+len(words) > end {
		return false
	}
	for n, w := range words {
		if f.toks[i+n].low != w {
			return false
		}
	}
	return true
}

// byPhrase adds a statement whose speaker stands in [j, ...) behind a phrase
// that begins at token i.
func (f *finder) byPhrase(sent span, i, j int) bool {
	starts := i == sent.from || f.is(i-1, but|and) && i-1 == sent.from
	closes := f.kindOf(i-1) == mark || f.kindOf(i-1) == shut || f.lang.code != "de"
	if !starts && !closes {
		return false
	}
	k := j
	for k < sent.to && k-j < 24 {
		t := &f.toks[k]
		if t.kind == mark && t.low != "." || t.kind == open || t.w.is&(that|sub|aux|be) != 0 && t.w.is&(det|rel) == 0 && k > j {
			break
		}
		if t.kind == mark && (k+1 == sent.to || f.toks[k+1].upper) {
			break
		}
		if !f.english && (t.w.lemma != "" || t.w.is&verb != 0) && k > j {
			break
		}
		k++
	}
	for k > j && f.is(k-1, prep|and|adverb) {
		k--
	}
	m := span{j, k}
	if m.empty() || f.toks[j].kind != word && f.toks[j].kind != number {
		return false
	}
	if f.lang.code == "de" && f.low(k) != "," && f.kindOf(k) != open {
		m = f.germanName(m)
		k = m.to
	}
	x := finding{cue: span{i, j}, mention: m, rule: f.toks[i].low + "|phrase|" + position(starts), verb: i}
	rest := k
	if f.low(rest) == "," && f.kindOf(rest) == mark {
		rest++
		// An apposition: according to Smith, a lawyer, ...
		if f.is(rest, det|rel|role) {
			for n := rest; n < sent.to && n-rest < 20; n++ {
				if f.low(n) == "," && f.kindOf(n) == mark && n+4 < sent.to {
					rest = n + 1
					break
				}
			}
		}
	}
	switch {
	case starts:
		x.content = span{rest, sent.to}
	default:
		from := sent.from
		for n := f.here; n < len(f.found); n++ {
			if y := f.found[n]; y.cue.to <= i && !y.post {
				from = max(from, y.cue.to)
			} else if y.cue.to <= i {
				from = max(from, y.cue.to, y.mention.to)
			}
		}
		to := i
		if f.low(k) == "," && k+4 < sent.to && f.kindOf(i-1) == mark && !f.is(k+1, det|rel|role) {
			to = sent.to
		}
		x.content = span{from, to}
		x.post = true
		if e := i - 1; f.kindOf(from) == open && (f.kindOf(e) == shut && f.quotes[f.toks[e].quote].first == from) {
			x.direct = true
		}
	}
	return f.add(x)
}

// germanName returns the front of a phrase that has no comma behind it, Laut
// Merz sei ..., up to its last capitalised word.
func (f *finder) germanName(m span) span {
	for k := m.from; k < m.to; k++ {
		t := &f.toks[k]
		if t.w.is&and != 0 && k > m.from { // und weiteren ukrainischen Vertretern
			n := k + 1
			for n < m.to && n < k+4 && strings.HasSuffix(f.low(n), "en") && !f.toks[n].upper {
				n++
			}
			if n < m.to && f.toks[n].upper {
				k = n
				continue
			}
		}
		if !t.upper && t.w.is&(det|prep|role) == 0 && !(k+1 < m.to && f.toks[k+1].upper && t.w.is&adverb == 0 && k == m.from+1) {
			return span{m.from, k}
		}
	}
	return m
}

func position(starts bool) string {
	if starts {
		return ">"
	}
	return "<"
}
