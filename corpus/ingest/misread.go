package ingest

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/encoding/charmap"

	"rapporteur/corpus"
)

// misreadSigns is how many signs beyond ASCII a text must have to be taken for one
// that was decoded wrongly before it came.
const misreadSigns = 20

// misread reports whether a text would be in a language of the corpus if what it
// was decoded with was another encoding: which language, which encoding it was
// written in, and which it was taken for. All are "" if it is not.
func misread(s string) (lang, written, taken string) {
	s = text(s)
	s = s[:min(len(s), 64<<10)]
	if beyondASCII(s) < misreadSigns || hasSmallWords(s) {
		return "", "", ""
	}
	if lang := corpus.DetectLanguage(s); lang != "" {
		good, all := fit(s, lang)
		if printed(s) >= mostlySmall && (all-good < fewSigns || shareOf(good, all) > poorFit) {
			return "", "", ""
		}
	}
	for _, wrong := range candidates {
		b, ok := encoded(s, wrong.encoding)
		if !ok {
			continue
		}
		for _, right := range candidates {
			if right.name == wrong.name {
				continue
			}
			out, err := right.encoding.NewDecoder().Bytes(b)
			if err != nil {
				continue
			}
			lang := corpus.DetectLanguage(string(out))
			if lang == "" {
				continue
			}
			good, all := fit(string(out), lang)
			if all >= misreadSigns && shareOf(good, all) >= goodFit && printed(string(out)) >= mostlySmall {
				return lang, right.name, wrong.name
			}
		}
	}
	return "", "", ""
}

// smallWords are some of the most frequent words of Ukrainian and Russian, of which
// every text in capitals has some, too.
var smallWords = strings.Fields("на не що та до за як від для про але вони його були під це що что по как это от но они его был из")

// hasSmallWords reports whether one word in twenty-five is one of smallWords: letters
// in the place of others hardly ever are.
func hasSmallWords(s string) bool {
	hits, all := 0, 0
	for w := range strings.FieldsFuncSeq(strings.ToLower(s), func(r rune) bool { return !unicode.IsLetter(r) }) {
		if all++; slices.Contains(smallWords, w) {
			hits++
		}
	}
	return hits > 1 && hits*25 >= all
}

func beyondASCII(s string) int {
	n := 0
	for _, r := range s {
		if r >= utf8.RuneSelf {
			n++
		}
	}
	return n
}

// encoded returns a text in an encoding, if that has nearly all of it. Bytes that
// mean nothing in it are often kept as control characters.
func encoded(s string, e *charmap.Charmap) ([]byte, bool) {
	const mostLost = 50 // one in so many
	b := make([]byte, 0, len(s))
	lost := 0
	for _, r := range s {
		c, ok := e.EncodeRune(r)
		switch {
		case ok:
		case r >= 0x80 && r < 0xA0:
			c = byte(r)
		default:
			lost++
			c = '?'
		}
		b = append(b, c)
	}
	return b, lost*mostLost <= len(b)
}
