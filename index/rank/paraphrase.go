package rank

import "math"

// Paraphrase returns a copy of the question in which some words are replaced by
// words they are related to, as a person would ask who does not know the
// text. It is for training: questions written with the text in view repeat its
// words, those of a chat do not. Names and numbers stay; a word that would not
// lead back to the one it replaces is not taken. pick returns a random number
// below n. Words beyond the first most, in a random order, are left out, for
// people are brief in a chat.
func (r *Ranker) Paraphrase(q *Question, lang string, most int, pick func(n int) int) *Question {
	from := q.in(lang)
	v := *from
	v.Terms = append([]QueryTerm(nil), from.Terms...)
	v.Tokens = append([]Token(nil), from.Tokens...)
	v.total, v.most = 0, 0
	for len(v.Terms) > max(most, 1) {
		i := pick(len(v.Terms))
		v.Tokens[v.Terms[i].at].Term = 0
		v.Terms = append(v.Terms[:i], v.Terms[i+1:]...)
		switch {
		case i == v.focus:
			v.focus = -1
		case i < v.focus:
			v.focus--
		}
	}
	for i := range v.Terms {
		t := &v.Terms[i]
		if t.Kind&(Number|Capital|Alias) == 0 && len(t.Related) > 0 && pick(100) < 50 {
			to := t.Related[pick(len(t.Related))]
			related := appendRelated(nil, to.Short)
			if back(related, Short(t.Term)) {
				v.Tokens[t.at].Term = 0
				*t = QueryTerm{
					// Nothing but the short hash is known, which is all that
					// matching looks at.
					Token: Token{Term: Term(to.Short), Kind: t.Kind &^ Capital},
					IDF:   r.idf(r.stats.Languages[lang], lang, Term(to.Short), 0),
					at:    t.at, Related: related,
				}
			}
		}
		v.total += t.IDF
		v.most = max(v.most, t.IDF)
	}
	v.probes = probes{}
	v.probes.build(v.Terms, lang == "en")
	return &Question{variants: map[string]*Variant{lang: &v}}
}

// back reports whether a word is among those that are closely related.
func back(related []Related, word uint32) bool {
	for _, r := range related {
		if r.Short == word && trust[r.Relation]*math.Sqrt(r.Weight) >= .5 {
			return true
		}
	}
	return false
}
