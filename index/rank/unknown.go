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
// the corpus: without those that say little anyway, names that stand there in
// another spelling, and those that a word near to them stands in for in the
// first of the ranked sentences. Names come first: they say best why nothing was
// found.
func (r *Ranker) Unknown(question string, q *Question, ranked []Scored) []string {
	known := make(map[int]bool) // by where the word starts
	own := &q.own
	first := len(question) // where the first word starts, which has a capital anyway
	var all []words.Token
	for lang, stats := range r.stats.Languages {
		kinds := evidence(lang)
		found := r.known(stats, r.analyser.Tokens(lang, question))
		for i, t := range found {
			if t.Has(words.Stop) || own.weak[t.Start] || own.stop(question[t.Start:t.End]) || kinds.of(t)&Weak != 0 ||
				stats.Frequency(Hash(t.Term)).Sentences > 0 || r.means(stats, lang, question, found, i) {
				known[t.Start] = true
			}
			all = append(all, t)
			first = min(first, t.Start)
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
	var names, others []string
	for _, t := range all {
		w := question[t.Start:t.End]
		switch {
		case known[t.Start] || slices.Contains(names, w) || slices.Contains(others, w):
		case t.Has(words.Capital) && t.Start > first:
			names = append(names, w)
		default:
			others = append(others, w)
		}
	}
	return append(names, others...)
}
