package rank

import (
	"slices"

	"rapporteur/index/words"
)

// manner is how a question asks, by the rules of the language it is put in.
// Texts of other languages know neither its stop words (German "war" is no war)
// nor the words it asks by.
type manner struct {
	langs []string // those it may be put in; none if that cannot be told
	asks  kindOfQuestion
	end   int          // where the words that say so end, in bytes
	weak  map[int]bool // words that say little, by where they start
}

func (r *Ranker) manner(question string) manner {
	m := manner{langs: words.Guess(question), weak: make(map[int]bool)}
	abroad := false
	for lang := range r.stats.Languages {
		abroad = abroad || !m.in(lang)
	}
	if !abroad { // what follows is known to the texts' own languages
		return m
	}
	for _, lang := range m.langs {
		found := r.analyser.Tokens(lang, question)
		tokens := appendTokens(nil, lang, question, found)
		if kind, end := asked(lang, tokens, written(question, found)); m.asks == asksOther && kind != asksOther {
			m.asks, m.end = kind, found[end-1].End
		}
		for i, t := range tokens {
			if t.Kind&Weak != 0 {
				m.weak[found[i].Start] = true
			}
		}
	}
	return m
}

// in reports whether the question may be put in the language, as far as one
// can tell.
func (m *manner) in(lang string) bool { return len(m.langs) == 0 || slices.Contains(m.langs, lang) }

// mark makes stop words of what is one in the question's own language.
func (m *manner) mark(lang, question string, found []words.Token) {
	if m.in(lang) {
		return
	}
	for i, t := range found {
		if m.stop(question[t.Start:t.End]) {
			found[i].Flags |= words.Stop
		}
	}
}

// stop reports whether a word is a stop word of the question's own language.
func (m *manner) stop(written string) bool {
	return slices.ContainsFunc(m.langs, func(lang string) bool { return words.IsStop(lang, written) })
}

// opening returns how many words belong to the way of asking.
func (m *manner) opening(found []words.Token) int {
	n := 0
	for n < len(found) && found[n].Start < m.end {
		n++
	}
	return n
}

// weaken makes weak words of what is one in the question's own language.
func (m *manner) weaken(found []words.Token, tokens []Token) {
	for i, t := range found {
		if m.weak[t.Start] {
			tokens[i].Kind |= Weak
		}
	}
}

// written returns the words as they stand in the question.
func written(question string, found []words.Token) []string {
	out := make([]string, len(found))
	for i, t := range found {
		out[i] = question[t.Start:t.End]
	}
	return out
}
