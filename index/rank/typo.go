package rank

import (
	"cmp"
	"slices"
	"unicode/utf8"

	"rapporteur/index/words"
)

// Vocabulary finds terms by how they are written.
type Vocabulary interface {
	// Near returns the terms of a language's texts that begin like the term and
	// come of it by one letter more, less or other, or two that change places.
	Near(lang, term string) []string
}

const (
	// leastTyped is how many letters a word has at least that is taken for a
	// mistyped one; a name has more, for names differ by a letter. Of the words of
	// SQuAD's questions that stand in no text one in twenty questions has one, and
	// in 119 of 206 the paragraph asked about holds the word that was meant.
	leastTyped      = 5
	leastTypedName  = 7
	mostCorrections = 3
)

// mistyped returns the terms that word i of a question may be meant for, the
// commonest first. The word is one that no text holds and, in English, that the
// tables do not know either.
func (r *Ranker) mistyped(stats *Language, lang, question string, found []words.Token, i int) []string {
	t := found[i]
	if r.vocabulary == nil || stats == nil || t.Has(words.Stop|words.Number|words.Part|words.Alias) {
		return nil
	}
	written := question[t.Start:t.End]
	least := leastTyped
	if t.Has(words.Capital) && i > 0 || lang != "en" {
		least = leastTypedName
	}
	if utf8.RuneCountInString(written) < least || utf8.RuneCountInString(t.Term) < least-1 || r.mentions(written) {
		return nil
	}
	if lang == "en" && english(Short(Hash(t.Term))) {
		return nil
	}
	near := slices.DeleteFunc(r.vocabulary.Near(lang, t.Term), func(term string) bool {
		return utf8.RuneCountInString(term) < least-1 || term[0] >= '0' && term[0] <= '9'
	})
	often := func(term string) uint32 { return stats.Frequency(Hash(term)).Sentences }
	slices.SortFunc(near, func(a, b string) int { return cmp.Or(cmp.Compare(often(b), often(a)), cmp.Compare(a, b)) })
	return near[:min(len(near), mostCorrections)]
}

// english reports whether the tables know a word of English.
func english(word uint32) bool {
	return backgroundTable(backgroundData).holds(word) || len(appendRelated(nil, word)) > 0
}
