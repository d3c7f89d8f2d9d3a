package words

import "strings"

// ownLetters are written in one of Languages only, or hardly in another.
var ownLetters = map[string]string{
	"de": "äß", "es": "ñ¿¡", "fr": "çœêû", "it": "ìò", "pl": "łąężźćńś", "ro": "țșăţş", "ru": "ыэёъ", "uk": "іїєґ",
}

// Guess returns the languages that a question may be in: those that have most
// of its words as stop words, and most of its letters to themselves. It returns
// none when nothing tells. A question is too short for corpus.DetectLanguage,
// but what it asks by is a stop word.
func Guess(question string) []string {
	score := make(map[string]int, len(Languages))
	var s scratch
	between := func(r rune) bool { return !wordRune(r) && !apostrophe(r) }
	for w := range strings.FieldsFuncSeq(question, between) {
		w = strings.TrimSuffix(s.fold(w), "'s")
		before, after, _ := strings.Cut(w, "'") // l'Ukraine
		for _, lang := range Languages {
			for _, part := range [...]string{w, before, after} {
				if _, ok := stops[lang][part]; ok {
					score[lang] += 2
					break
				}
			}
		}
	}
	lower := strings.ToLower(question)
	for lang, letters := range ownLetters {
		if strings.ContainsAny(lower, letters) {
			score[lang]++
		}
	}
	best := 2 // a letter alone may be that of a name
	for _, n := range score {
		best = max(best, n)
	}
	var out []string
	for _, lang := range Languages {
		if score[lang] == best {
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
