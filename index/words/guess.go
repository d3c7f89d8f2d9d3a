package words

import (
	"math/bits"
	"strings"
	"unicode"
)

// ownLetters are written in one of Languages only, or hardly in another.
var ownLetters = map[string]string{
	"de": "äß", "es": "ñ¿¡", "fr": "çœêû", "it": "ìò", "pl": "łąężźćńś", "ro": "țșăţş", "ru": "ыэёъ", "uk": "іїєґ",
}

// set is a set of Languages: one bit each, in their order.
type set uint16

// stopsOf and letterOf tell what languages a stop word is of, and a letter.
var stopsOf, letterOf = func() (map[string]set, map[rune]set) {
	words, letters := make(map[string]set), make(map[rune]set)
	for i, lang := range Languages {
		for w := range stops[lang] {
			words[w] |= 1 << i
		}
		for _, r := range ownLetters[lang] {
			letters[r] |= 1 << i
		}
	}
	return words, letters
}()

// Guess returns the languages that a question may be in: those that have most
// of its words as stop words, and most of its letters to themselves. It returns
// none when nothing tells. A question is too short for corpus.DetectLanguage,
// but what it asks by is a stop word.
func Guess(question string) []string {
	score := make([]int, len(Languages))
	add := func(to set, points int) {
		for ; to != 0; to &= to - 1 {
			score[bits.TrailingZeros16(uint16(to))] += points
		}
	}
	var s scratch
	between := func(r rune) bool { return !wordRune(r) && !apostrophe(r) }
	for w := range strings.FieldsFuncSeq(question, between) {
		w = strings.TrimSuffix(s.fold(w), "'s")
		found := stopsOf[w]
		if before, after, ok := strings.Cut(w, "'"); ok { // l'Ukraine
			found |= stopsOf[before] | stopsOf[after]
		}
		add(found, 2)
	}
	var letters set
	for _, r := range question {
		letters |= letterOf[unicode.ToLower(r)]
	}
	add(letters, 1)
	best := 2 // a letter alone may be that of a name
	for _, n := range score {
		best = max(best, n)
	}
	var out []string
	for i, lang := range Languages {
		if score[i] == best {
			out = append(out, lang)
		}
	}
	return out
}

// IsStop reports whether a word, as it is written, is one of those of a
// language that nothing is found by.
func IsStop(lang, written string) bool {
	if acronymLike(bare(written)) {
		return false
	}
	var s scratch
	_, ok := stops[lang][strings.TrimSuffix(s.fold(written), "'s")]
	return ok
}
