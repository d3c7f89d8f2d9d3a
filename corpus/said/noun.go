package said

// subjectLeft returns the noun phrase before a verb, and the cue: the verb
// with its auxiliaries and adverbs. It is empty where the verb is passive, an
// infinitive, or has no subject beside it.
func (f *finder) subjectLeft(sent span, i int) (m, cue span) {
	w := f.toks[i].w
	j := i - 1
	passive, auxiliary := false, false
	for j >= sent.from && f.toks[j].quote < 0 {
		t := &f.toks[j]
		switch {
		case t.w.is&be != 0:
			passive = true
		case t.w.is&aux != 0:
			auxiliary = true
		case t.w.is&(adverb|not) != 0 && t.w.is&(pronoun|det) == 0, f.english && len(t.low) > 4 && t.low[len(t.low)-2:] == "ly" && !t.upper:
		default:
			goto subject
		}
		j--
	}
subject:
	cue = span{j + 1, i + 1}
	if j < sent.from || f.toks[j].quote >= 0 {
		return span{}, cue
	}
	if f.is(j, and|but) && !f.is(j, pronoun) {
		return span{}, cue // and stressed: the subject is that of the verb before
	}
	if f.english {
		if passive && w.is&state != 0 && f.low(i+1) != "by" {
			w.form = 'a'
		}
		if w.form == 'a' && !passive || w.form != 'a' && (passive && w.form != 'g') || w.form == 'g' && !passive || f.low(j) == "to" || w.form == 'n' && !auxiliary && w.is&says != 0 {
			return span{}, cue
		}
		if f.is(j, det|owner) && !f.is(j, pronoun) || f.kindOf(j) == claws {
			return span{}, cue
		}
		if f.is(j, prep|and|but|sub) && !f.is(j, pronoun) {
			return span{}, cue
		}
	}
	m = f.nounLeft(sent, j)
	if f.english && w.form == 'b' && !auxiliary && !m.empty() && (!f.many(m) || w.is&noun != 0 && !f.many(span{m.to - 1, m.to})) {
		return span{}, cue
	}
	return m, cue
}

// many reports whether a noun phrase takes a verb without -s: they, officials.
func (f *finder) many(m span) bool {
	if f.is(m.from, rel) && m.to-m.from == 1 {
		return true
	}
	for k := m.from; k < m.to; k++ {
		t := &f.toks[k]
		if t.w.is&(plural|first|group) != 0 || t.low == "people" || t.low == "men" || t.low == "women" || t.low == "percent" || t.low == "half" || t.w.is&and != 0 || t.kind == number {
			return true
		}
		if n := len(t.low); t.kind == word && n > 3 && t.low[n-1] == 's' && t.low[n-2] != 's' && t.w.is&(adverb|prep|be) == 0 {
			return true
		}
	}
	return false
}

func (f *finder) passive(i int) bool {
	return f.is(i-1, be) && f.english
}

// nounLeft returns the noun phrase that ends at token j, over an apposition
// between commas if there is one.
func (f *finder) nounLeft(sent span, j int) span {
	if j < sent.from || f.toks[j].quote >= 0 {
		return span{}
	}
	t := &f.toks[j]
	if t.kind == mark {
		if t.low != "," && t.low != ")" && t.low != "—" && t.low != "–" {
			return span{}
		}
		k := f.apposition(sent, j)
		if k < 0 {
			return span{}
		}
		if s := f.chunk(sent, k); !s.empty() {
			return s
		}
		return span{}
	}
	if t.w.is&rel != 0 && f.english {
		return span{j, j + 1}
	}
	if t.w.is&pronoun != 0 && t.w.is&(det|group) == 0 {
		return span{j, j + 1}
	}
	if t.w.is&pronoun != 0 && (t.w.is&det == 0 || t.w.is&group != 0 && f.is(j-1, sub|but|that) || j == sent.from) && !f.is(j-1, and) {
		return span{j, j + 1}
	}
	return f.chunk(sent, j)
}

// apposition returns the token before the comma or bracket that opens what the
// one at j closes: Smith, a lawyer, said.
func (f *finder) apposition(sent span, j int) int {
	if f.low(j) == ")" {
		for k := j - 1; k > sent.from && j-k < 12; k-- {
			if f.low(k) == "(" {
				return k - 1
			}
		}
		return -1
	}
	want, near, far := f.low(j), -1, -1
	for k := j - 1; k > sent.from && j-k < 40; k-- {
		t := &f.toks[k]
		if t.kind != mark || t.quote >= 0 {
			if t.quote < 0 && t.w.is&(that|but|sub) != 0 && t.w.is&(rel|det) == 0 && !(k == j-1 && f.low(k-1) == ",") {
				break
			}
			continue
		}
		if t.low == ";" || t.low == ":" || t.low == "." && f.toks[k].end < f.toks[k+1].start && f.toks[k+1].upper {
			break
		}
		if t.low != want {
			continue
		}
		before := k - 1
		if f.low(before) == ")" {
			before = f.apposition(sent, before)
		}
		if before < sent.from || f.kindOf(before) == mark {
			continue
		}
		opens := f.is(k+1, det|rel|role|owner|adverb) || f.kindOf(k+1) == number || f.low(k+1) == "one" || f.low(k+1) == "former"
		if opens && (f.toks[before].upper || f.is(before, role|group)) {
			far = before
		}
		if near < 0 {
			near = before
		}
	}
	if far >= 0 {
		return far
	}
	return near
}

// bounds says which tokens end a noun phrase to the left.
func (f *finder) bounds(k int) bool {
	t := &f.toks[k]
	if t.quote >= 0 && t.kind != open && t.kind != shut {
		return false
	}
	if t.kind == mark {
		return t.low != "." || k+1 < len(f.toks) && f.toks[k+1].start > t.end
	}
	if f.english && (t.low == "after" || t.low == "before" || t.low == "since" || t.low == "until") {
		return true
	}
	return t.kind == open || t.kind == shut || t.w.is&(sub|but|that|aux|be) != 0 && !t.upper || t.w.is&rel != 0 && t.w.is&det == 0 ||
		t.w.is&pronoun != 0 && t.w.is&(det|neuter|object|group) == 0
}

// chunk returns the noun phrase whose last token is j.
func (f *finder) chunk(sent span, j int) span {
	from := j + 1
	verbAt, reduced := -1, -1
	listed := false
	for k := j; k >= sent.from && j-k < 30; k-- {
		if f.bounds(k) {
			// The comma of a list: Ukrainian, European and American officials.
			if f.low(k) == "," && k > sent.from && f.kindOf(k) == mark && f.toks[k-1].upper && (f.is(k+1, and) || listed && f.toks[k+1].upper) && (k-1 == sent.from || f.bounds(k-2) || f.is(k-2, and) || f.low(k-2) == "of") {
				continue
			}
			// Baker of Columbia, South Carolina
			if f.low(k) == "," && k > sent.from && f.cityAnd(sent, k, j) {
				continue
			}
			// Voters who were intrigued by him now regard
			if f.english && f.low(k) == "who" && k > sent.from && from > k+1 || f.english && f.is(k, aux|be) && f.low(k-1) == "who" && k-1 > sent.from {
				who := k
				if f.low(k) != "who" {
					who--
				}
				if f.finite(who+1, j) && f.kindOf(who-1) == word {
					return f.chunk(sent, who-1)
				}
			}
			if f.is(k, aux|be) && f.toks[k].kind == word {
				verbAt = k
			}
			break
		}
		listed = listed || f.is(k, and)
		t := &f.toks[k]
		if f.english && !t.upper && (t.w.form == 'p' || t.w.form == 'f' || t.w.form == 'g' || t.w.is&verb != 0 ||
			len(t.low) > 4 && t.low[len(t.low)-2:] == "ed" && !f.is(k-1, det|owner|prep) && !f.adjectival(k)) && t.w.is&noun == 0 && t.w.is&(role|group|sourceful) == 0 && k < j {
			if k > sent.from && k < j && t.low[len(t.low)-1] == 'd' && f.is(k+1, prep|timely) && f.kindOf(k-1) == word && !f.is(k-1, pronoun|aux|be) {
				from, reduced = k, k // a letter obtained by
				continue
			}
			if f.low(k-1) == "who" && k-1 > sent.from && f.kindOf(k-2) == word {
				return f.chunk(sent, k-2)
			}
			verbAt = k
			break
		}
		from = k
		// A noun before an article is another's: the people The Post reported.
		if f.english && f.is(k, det) && !f.is(k, pronoun|and) && k > sent.from && k < j && f.kindOf(k-1) == word && !f.is(k-1, prep|and|det|adverb|but|sub|aux|be|that|timely) {
			if f.is(k-2, aux) || f.low(k-2) == "to" {
				verbAt = k - 1 // would lead the force and the United States
			}
			break
		}
	}
	s := span{from, j + 1}
	if s.empty() {
		return s
	}
	if reduced > s.from {
		s.to = reduced
	}
	if reduced == s.from {
		verbAt = reduced
		s.from++
	}
	// After a verb the phrase begins behind the last and, if there is one.
	if verbAt >= 0 {
		for k := s.to - 1; k > s.from; k-- {
			if f.is(k, and) {
				s.from = k + 1
				break
			}
		}
	}
	return f.strip(s, sent)
}

// adjectival reports whether a word in -ed stands before its noun: registered
// voters.
func (f *finder) adjectival(k int) bool {
	return f.kindOf(k+1) == word && !f.toks[k+1].upper && !f.is(k+1, det|prep|owner|pronoun|object|that|and|timely|adverb) && f.toks[k+1].w.lemma == ""
}

// cityAnd reports whether a comma stands between a city and its state: of
// Columbia, South Carolina.
func (f *finder) cityAnd(sent span, k, j int) bool {
	for n := k + 1; n <= j; n++ {
		if !f.toks[n].upper {
			return false
		}
	}
	if !states[f.low(k+1)] {
		return false
	}
	n := k - 1
	for n > sent.from && f.toks[n].upper && f.kindOf(n) == word {
		n--
	}
	return n < k-1 && (f.low(n) == "of" || f.low(n) == "from" || f.low(n) == "in")
}

var states = set(`alabama alaska arizona arkansas california colorado connecticut delaware florida georgia hawaii idaho illinois indiana iowa
	kansas kentucky louisiana maine maryland massachusetts michigan minnesota mississippi missouri montana nebraska nevada new north south
	ohio oklahoma oregon pennsylvania rhode tennessee texas utah vermont virginia west wisconsin wyoming england germany france canada`)

// strip takes off the front of a noun phrase what is none of it: but, on
// Tuesday, in Berlin.
func (f *finder) strip(s, sent span) span {
	for s.from < s.to {
		t := &f.toks[s.from]
		switch {
		case t.w.is&(and|but|sub|not|that) != 0 && t.w.is&det == 0, t.w.is&adverb != 0 && t.w.is&(det|pronoun) == 0 && s.to-s.from > 1,
			t.w.is&timely != 0 && s.to-s.from > 1, t.kind == number && f.is(s.from-1, timely),
			f.english && s.to-s.from > 1 && len(t.low) > 4 && t.low[len(t.low)-2:] == "ly" && !f.toks[s.from].upper:
			s.from++
			continue
		case t.w.is&prep != 0 && f.english, t.w.is&prep != 0 && !t.upper, t.w.is&prep != 0 && s.from == sent.from:
			s = f.afterPrep(s)
			continue
		}
		break
	}
	for s.to-s.from > 2 && (f.is(s.to-1, timely) || f.kindOf(s.to-1) == number && f.is(s.to-2, timely)) {
		s.to--
		if f.kindOf(s.to-1) == number {
			s.to--
		}
		if f.is(s.to-1, prep) {
			s.to--
		}
	}
	// Jeb Bush in a post
	for k := s.from + 1; k < s.to && f.english && f.toks[s.from].upper && !f.is(s.from, det); k++ {
		if !f.toks[k].upper {
			if w := f.low(k); w == "in" || w == "on" || w == "at" || w == "after" || w == "during" {
				s.to = k
			}
			break
		}
	}
	if !s.empty() && f.kindOf(s.to-1) == mark && f.low(s.to-1) != "." {
		s.to--
	}
	if f.lang.code == "de" {
		for k := s.from + 1; k < s.to; k++ {
			if f.is(k, prep) && f.low(k) != "von" && f.low(k) != "vom" && f.low(k) != "für" && f.low(k) != "aus" {
				s.to = k // wie Kiew zu verstehen gab
			}
		}
	}
	if f.english && !s.empty() && f.odd(s) {
		return span{}
	}
	return s
}

// odd reports whether what is left of a phrase names nobody: twice, sparking.
func (f *finder) odd(s span) bool {
	t := &f.toks[s.from]
	if n := len(t.low); !t.upper && n > 5 && t.low[n-3:] == "ing" {
		return true
	}
	if s.to-s.from > 1 || t.upper || t.kind != word {
		return t.w.form == 'g' && t.w.is&(noun|sourceful) == 0
	}
	return t.w.is&(role|group|sourceful|pronoun|rel|owner|plural) == 0 && t.low[len(t.low)-1] != 's' && t.low != "people"
}

// afterPrep returns what is left of a phrase behind a preposition and its
// object: On Tuesday Merz. Where that cannot be told, the last run of
// capitalised words is left, or nothing.
func (f *finder) afterPrep(s span) span {
	k := s.from + 1
	if f.is(k, det) && f.is(k+1, timely) {
		k++
	}
	if f.is(k, timely) || f.kindOf(k) == number {
		for k < s.to && (f.is(k, timely) || f.kindOf(k) == number) {
			k++
		}
		return span{k, s.to}
	}
	// The last run with capitals, if lower-case words stand between.
	k = s.to
	for k > s.from && (f.toks[k-1].upper || f.kindOf(k-1) == mark) {
		k--
	}
	if k < s.to && k > s.from+1 {
		return span{k, s.to}
	}
	for k = s.to - 1; k > s.from+1; k-- {
		if f.is(k, det) {
			return span{k, s.to}
		}
	}
	return span{}
}

// subjectRight returns the noun phrase right of a verb: said Merz, said a
// spokesman for the chancellor.
func (f *finder) subjectRight(sent span, i int) span {
	j := i + 1
	for j < sent.to && f.is(j, adverb) && !f.is(j, pronoun|det) {
		j++
	}
	if j >= sent.to || f.toks[j].kind != word || f.is(j, prep|that|sub|timely|object|and|but) && !f.is(j, pronoun) {
		return span{}
	}
	if f.is(j, pronoun) && !f.is(j, det) {
		return span{j, j + 1}
	}
	if f.english && !f.toks[j].upper && !f.is(j, det|role|group|owner|honorific) {
		// said former Gov. Richardson
		n := j + 1
		for n < sent.to && n < j+4 && f.kindOf(n) == word && !f.toks[n].upper && !f.is(n, prep|det|role) {
			n++
		}
		plain := f.is(n-1, group) || f.low(n - 1)[len(f.low(n-1))-1] == 's'
		if !plain && (n >= sent.to || f.kindOf(n) != word || f.is(n, prep|det)) {
			return span{}
		}
	}
	k := j
	for k < sent.to && f.toks[k].kind != open && !(f.toks[k].kind == mark) && k-j < 14 {
		t := &f.toks[k]
		if t.w.is&(that|sub|rel|aux|be|but) != 0 && t.w.is&det == 0 && !t.upper || t.w.is&timely != 0 || k > j && t.w.is&pronoun != 0 && t.w.is&(det|object) == 0 {
			break
		}
		if t.low == "of" && k+1 < sent.to && f.toks[k+1].w.form == 'g' {
			break // by the press of beating
		}
		if t.w.is&prep != 0 && t.low != "of" && t.low != "for" && t.low != "from" && t.low != "at" && t.low != "von" && t.low != "der" && !t.upper && k > j {
			break
		}
		k++
	}
	for k > j && f.is(k-1, prep|and|adverb) {
		k--
	}
	if k == j+1 && f.is(j, det) || !f.english && !f.toks[j].upper && !f.is(j, det|owner|role|group|pronoun) && f.lang.code == "de" {
		return span{} // räumte ein, dass
	}
	return span{j, k}
}
