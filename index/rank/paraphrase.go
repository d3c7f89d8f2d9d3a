package rank

// Paraphrase returns a copy of the question in which some words are replaced by
// words they are related to, as a person would ask who does not know the
// text. It is for training: questions written with the text in view repeat its
// words, those of a chat do not. Names and numbers stay. pick returns a random
// number below n.
func (r *Ranker) Paraphrase(q *Question, lang string, pick func(n int) int) *Question {
	from := q.in(lang)
	v := *from
	v.Terms = append([]QueryTerm(nil), from.Terms...)
	v.total, v.most = 0, 0
	for i := range v.Terms {
		t := &v.Terms[i]
		if t.Kind&(Number|Capital|Alias) == 0 && len(t.Related) > 0 && pick(100) < 50 {
			if to := t.Related[pick(len(t.Related))]; to.Relation != Translated && to.Weight >= .3 {
				related := relationTable(translationData).appendTo(relationTable(wordnetData).appendTo(nil, to.Short), to.Short)
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
	v.probes.build(v.Terms)
	return &Question{variants: map[string]*Variant{lang: &v}}
}
