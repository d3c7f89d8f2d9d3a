package rank

import (
	"cmp"
	"slices"

	"rapporteur/index/words"
)

// led is how well the first sentence must meet a word for that to have led
// there.
const led = .5

// Unknown returns the words of the question, as typed, that stand nowhere in
// the corpus: without those that say little anyway, and those that a word near
// to them stands in for in the first of the ranked sentences.
func (r *Ranker) Unknown(question string, q *Question, ranked []Scored) []string {
	known := make(map[int]bool) // by where the word starts
	var all []words.Token
	for lang, stats := range r.stats.Languages {
		kinds := evidence(lang)
		for _, t := range r.known(stats, r.analyser.Tokens(lang, question)) {
			if t.Has(words.Stop) || kinds[Hash(t.Term)]&Weak != 0 || stats.Frequency(Hash(t.Term)).Sentences > 0 {
				known[t.Start] = true
			}
			all = append(all, t)
		}
	}
	all = slices.DeleteFunc(all, func(t words.Token) bool { return known[t.Start] || t.Has(words.Part) })
	if len(all) == 0 {
		return nil
	}
	met := make(map[Term]bool)
	if len(ranked) > 0 {
		s := &ranked[0]
		for t, w := range s.match.near {
			if w >= led {
				met[s.variant.Terms[t].Term] = true
			}
		}
	}
	slices.SortFunc(all, func(a, b words.Token) int {
		return cmp.Or(cmp.Compare(a.Start, b.Start), cmp.Compare(b.End, a.End))
	})
	for _, t := range all {
		if met[Hash(t.Term)] {
			known[t.Start] = true
		}
	}
	var out []string
	for _, t := range all {
		if w := question[t.Start:t.End]; !known[t.Start] && !slices.Contains(out, w) {
			out = append(out, w)
		}
	}
	return out
}
