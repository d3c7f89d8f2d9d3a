package rank

import (
	"slices"
	"sort"
	"strings"
	"unicode/utf8"

	"rapporteur/index/words"
)

const (
	// leastPart is how long a part of a compound is, in letters. Shorter ones
	// stand in too many words by chance.
	leastPart = 4
	// mostCompounds is how many words that begin with one of a question are
	// looked at, and how many that end with it: some microseconds each.
	mostCompounds = 64
)

// links are the letters that German puts between the parts of a compound; in
// endings, with what the part before loses when it is stemmed.
var (
	links   = []string{"", "s", "es", "n", "en", "e", "er"}
	endings = []string{"", "s", "es", "n", "en", "ens", "e", "er", "ungs", "ung", "ungen"}
)

// compounds returns what a German word belongs together with because one is a
// part of the other, where the texts hold both parts as words of their own: of a
// compound its last part, Verhandlungen for Friedensverhandlungen, and of a
// word the compounds that begin or end with it.
func (l *Language) compounds(term string) []Related {
	var out []Related
	add := func(t string) { out = append(out, Related{Short(Hash(t)), Derived, 1}) }
	for i := range term {
		if i > 0 && l.part(term[i:]) && l.linked(term[:i]) {
			add(term[i:])
		}
	}
	if utf8.RuneCountInString(term) < leastPart {
		return out
	}
	n := 0
	for t := range l.sounds.beginning(term) {
		if n++; n > mostCompounds {
			break
		}
		if l.unlinked(t[len(term):]) {
			add(t)
		}
	}
	n = 0
	for t := range l.sounds.ending(term) {
		if n++; n > mostCompounds {
			break
		}
		if l.linked(strings.TrimSuffix(t, term)) {
			add(t)
		}
	}
	return out
}

// part reports whether a word may be the last part of a compound.
func (l *Language) part(term string) bool {
	return utf8.RuneStart(term[0]) && utf8.RuneCountInString(term) >= leastPart && l.Frequency(Hash(term)).Sentences > 0
}

// linked reports whether a compound's beginning is a word with what links it to
// the next. It has its ending: Verhandlungs-, Friedens-.
func (l *Language) linked(s string) bool {
	return slices.ContainsFunc(links, func(link string) bool {
		b, ok := strings.CutSuffix(s, link)
		return ok && l.word(b)
	})
}

// unlinked reports whether a compound's end is a word, perhaps behind what
// links it to the one before, which has lost its ending.
func (l *Language) unlinked(s string) bool {
	return slices.ContainsFunc(endings, func(e string) bool {
		b, ok := strings.CutPrefix(s, e)
		return ok && b != "" && l.part(b)
	})
}

// word reports whether the texts hold a word, in any form.
func (l *Language) word(s string) bool {
	if utf8.RuneCountInString(s) < leastPart {
		return false
	}
	var plain words.Analyser
	for _, t := range plain.Tokens(compounding, s) {
		if l.Frequency(Hash(t.Term)).Sentences > 0 {
			return true
		}
	}
	return false
}

// backwards reads a term from its end.
func backwards(s string) string {
	b := []byte(s)
	slices.Reverse(b)
	return string(b)
}

// ending returns the longer terms that end with the given one.
func (s *sounds) ending(with string) func(yield func(string) bool) {
	with = backwards(with)
	return s.within(s.ends, with, backwards)
}

// beginning returns the longer terms that begin with the given one.
func (s *sounds) beginning(with string) func(yield func(string) bool) {
	return s.within(s.begins, with, func(t string) string { return t })
}

// within walks terms that are sorted in the form that is given, from the first
// one that begins with the prefix.
func (s *sounds) within(at []uint32, prefix string, form func(string) string) func(yield func(string) bool) {
	return func(yield func(string) bool) {
		i := sort.Search(len(at), func(i int) bool { return form(s.term(at[i])) >= prefix })
		for ; i < len(at); i++ {
			t := s.term(at[i])
			f := form(t)
			if !strings.HasPrefix(f, prefix) || len(f) > len(prefix) && !yield(t) {
				return
			}
		}
	}
}

// term returns the term of the name that stands at a place.
func (s *sounds) term(at uint32) string {
	t, _, _ := strings.Cut(s.names[at:], "\x00")
	return t
}
