package said

import "strings"

// reach is over how many sentences a pronoun looks back for whom it means.
const reach = 2

// name returns who a mention is, "" when the rules are not sure.
func (r *resolver) name(sent, m span) string {
	f := r.f
	t := &f.toks[m.from]
	if m.to-m.from == 1 {
		switch {
		case t.w.is&(pronoun|owner) != 0 && t.w.is&(male|female) != 0:
			return r.pronoun(t.w.is&(male|female), m.from)
		case t.w.is&plural != 0 && t.w.is&group == 0 && t.w.is&(pronoun|owner) != 0:
			if r.groups != "" && r.groupAt == r.sentence-1 && m.from <= sent.from+1 {
				r.groupAt = r.sentence
				return r.groups
			}
			return ""
		case t.w.is&rel != 0:
			if a := r.antecedent(sent, m.from); !a.empty() {
				return r.name(sent, a)
			}
			return ""
		case t.w.is&(pronoun|owner|det|object) != 0 && t.w.is&role == 0:
			return ""
		}
	}
	if f.low(m.to) == ":" && m.to-m.from == 1 && len(t.low) <= 2 {
		return "" // Q: and A:
	}
	// The minister, Boris Pistorius, said.
	if f.is(m.to-1, role) && f.low(m.to) == "," && f.kindOf(m.to) == mark && m.to+1 < sent.to && f.toks[m.to+1].upper {
		to := r.run(sent, m.to+1)
		if p := r.known(span{m.to + 1, to}, 0); p != nil && to < sent.to && f.kindOf(to) == mark {
			r.speaks(p, 0, m.from)
			return p.Name
		}
	}
	// A person by name, perhaps with titles.
	if p := r.personOf(sent, m); p != nil {
		r.speaks(p, 0, m.from)
		return p.Name
	}
	words := r.bare(m)
	if words.empty() || f.is(words.from, owner) {
		return "" // his spokesman
	}
	for words.to-words.from > 1 && (f.low(words.to-1) == "alike" || f.is(words.to-1, adverb|timely) && !f.toks[words.to-1].upper) {
		words.to--
	}
	head := words.to - 1
	for k := words.from; k < words.to; k++ {
		if k > words.from && f.is(k, prep) {
			head = k - 1
			break
		}
	}
	if f.is(head, role) && words.to-1 == head && !indefinite[f.low(m.from)] {
		if p, sure := r.byRole(words); p != nil {
			r.speaks(p, f.toks[head].w.is, m.from)
			return p.Name
		} else if !sure || words.to-words.from == 1 && f.is(m.from, det) && !indefinite[f.low(m.from)] {
			return "" // the minister: which one is not said
		}
	}
	if f.low(words.from) == "both" && words.from < head {
		words.from++
	}
	if f.english && f.inanimate(head) {
		return "" // the proposal
	}
	name := oneSpace(f.text(words.from, words.to-1))
	if f.is(head, group) || f.is(head, plural) || f.english && strings.HasSuffix(f.low(head), "s") {
		r.groups, r.groupAt = name, r.sentence
	} else if !f.toks[head].upper {
		// Somebody without a name: he would be this one.
		r.subjects = append(r.subjects, subject{sentence: r.sentence, at: m.from, spoke: true})
	}
	return name
}

var indefinite = set(`a an another one ein eine einer un une una uno`)

func (r *resolver) speaks(p *Person, sex trait, at int) {
	if p.sex == 0 {
		p.sex = sex & (male | female)
	}
	r.last = p
	r.subjects = append(r.subjects, subject{who: p, sentence: r.sentence, at: at, spoke: true})
}

// bare returns a mention without its article and what stands before it.
func (r *resolver) bare(m span) span {
	f := r.f
	for m.from < m.to && (f.is(m.from, det|owner) && f.low(m.from) != "the" || f.low(m.from) == "the") && !f.is(m.from, pronoun&^neuter) {
		if f.is(m.from, owner) {
			return m // his spokesman
		}
		m.from++
	}
	return m
}

// personOf returns the person that a mention names; nil for several.
func (r *resolver) personOf(sent, m span) *Person {
	f := r.f
	var out *Person
	for k := m.from; k < m.to; {
		if f.is(k, and) {
			return nil // X and Y
		}
		if f.kindOf(k) == claws && k+1 < m.to {
			out = nil // X's aide Y
			k++
			continue
		}
		if f.is(k, prep) && !particles[f.low(k)] {
			break // a spokesman for X is not X
		}
		if !f.toks[k].upper || f.kindOf(k) != word {
			k++
			continue
		}
		to := min(r.run(sent, k), m.to)
		title, name, sex := r.parts(span{k, to})
		if !name.empty() && out == nil {
			if p := r.known(name, sex); p != nil {
				out = p
			} else if name.to-name.from == 1 && !r.place(name) && (!title.empty() || f.is(k-1, role|honorific)) {
				out = r.introduce(sent, span{k, to})
			}
			if out != nil && to < m.to && !f.is(to, prep) && f.kindOf(to) != mark && f.kindOf(to) != claws {
				return nil // Merz allies
			}
		}
		k = to
	}
	return out
}

// manyTitled are too many people with titles to tell one by it: a list.
const manyTitled = 500

// byRole returns the one person of whom the text says the role. The second
// result is false when there are several.
func (r *resolver) byRole(s span) (*Person, bool) {
	f := r.f
	var out *Person
	if len(r.titled) > manyTitled {
		return nil, false
	}
	for _, p := range r.titled {
		for _, role := range p.Roles {
			words := strings.Fields(role)
			all := true
			for k := s.from; k < s.to; k++ {
				in := false
				for _, w := range words {
					in = in || sameWord(w, f.low(k), f.english)
				}
				all = all && in
			}
			if all {
				if out != nil && out != p {
					return nil, false
				}
				out = p
				break
			}
		}
	}
	return out, true
}

// pronoun returns whom he or she at token at means: who spoke last, or the only
// one whom the words or the sentence before name. Where another may be meant
// it returns "".
func (r *resolver) pronoun(sex trait, at int) string {
	n := len(r.subjects)
	for back := 0; back <= reach; back++ {
		var only, spoke *subject
		several := false
		for ; n > 0 && r.subjects[n-1].sentence == r.sentence-back; n-- {
			s := &r.subjects[n-1]
			if back == 0 && s.at >= at || s.who != nil && s.who.sex != 0 && s.who.sex != sex {
				continue
			}
			if s.spoke && spoke == nil {
				spoke = s
			}
			several = several || only != nil && only.who != s.who
			only = s
		}
		if spoke != nil {
			only, several = spoke, false
		}
		switch {
		case several || only != nil && only.who == nil:
			return ""
		case only != nil:
			only.who.sex = sex
			r.subjects = append(r.subjects, subject{who: only.who, sentence: r.sentence, at: at, spoke: true})
			return only.who.Name
		}
	}
	return ""
}

// antecedent returns the noun phrase before who.
func (r *resolver) antecedent(sent span, k int) span {
	f := r.f
	k--
	if k >= sent.from && f.kindOf(k) == mark && f.low(k) == "," {
		k--
	}
	if k < sent.from || f.kindOf(k) != word || f.is(k, pronoun) && !f.is(k, det) {
		return span{}
	}
	return f.chunk(sent, k)
}

// inanimate reports whether the head of a phrase is nobody by what the lexicon
// knows.
func (f *finder) inanimate(head int) bool {
	if f.is(head, role|group|sourceful|plural) {
		return false
	}
	w := f.low(head)
	return !f.toks[head].upper && !strings.HasSuffix(w, "s") && w != "people" && w != "women" && w != "men" || w == "figures"
}
