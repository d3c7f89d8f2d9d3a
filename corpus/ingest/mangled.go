package ingest

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

	"rapporteur/corpus"
)

// A font of a PDF says which letter each of its glyphs is, or says nothing or the
// wrong letter: the page reads well and its text does not.

// Limits of what is taken for language. In the languages of Europe, from 31 (Welsh)
// to 38 (Greek) of a hundred letters are one of the four vowels a, e, i, o; in
// letters that were put in each other's place, some 15.
const (
	fewVowels   = .2
	manyVowels  = .7
	leastTold   = 100 // letters by which a block can be told
	mostMangled = .1  // share of the letters of a text that may be in blocks that say nothing
	mostPrivate = .02
)

// mangled reports whether the letters of blocks cannot be those that are printed.
func mangled(blocks []Block) bool {
	all, bad, private := 0, 0, 0
	for _, b := range blocks {
		n := 0
		for _, r := range b.Text {
			switch {
			case unicode.Is(unicode.Co, r), r == utf8.RuneError, r >= 0x80 && r < 0xA0:
				private++
			case unicode.IsLetter(r):
				n++
			}
		}
		all += n
		if n >= leastTold && corpus.DetectLanguage(b.Text) == "" && !spoken(b.Text) {
			bad += n
		}
	}
	return float64(bad) > mostMangled*float64(all) || float64(private) > mostPrivate*float64(all+private)
}

// spoken reports whether a text may be in a language. Of scripts without vowels of
// their own, or that are not known, it says yes.
func spoken(s string) bool {
	const vowels = "aeioıаеиоіαειο"
	known, voiced, words, odd := 0, 0, 0, 0
	before := ' '
	for _, r := range norm.NFD.String(s) {
		small := unicode.ToLower(r)
		switch {
		case unicode.In(r, unicode.Latin, unicode.Cyrillic, unicode.Greek):
			known++
			if strings.ContainsRune(vowels, small) {
				voiced++
			}
			if !unicode.IsLetter(before) {
				words++
			} else if unicode.IsLower(before) && unicode.IsUpper(r) { // iPhone
				odd++
			}
		case unicode.Is(unicode.Mn, r):
			continue
		}
		before = r
	}
	if known < leastTold {
		return true
	}
	share := float64(voiced) / float64(known)
	return share >= fewVowels && share <= manyVowels && odd*4 <= words && accented(s) <= mostAccents
}

// accented returns the share of letters beyond ASCII among the Latin ones.
func accented(s string) float64 {
	ascii, beyond := 0, 0
	for _, r := range s {
		switch {
		case r < utf8.RuneSelf && unicode.IsLetter(r):
			ascii++
		case unicode.Is(unicode.Latin, r):
			beyond++
		}
	}
	if beyond == 0 {
		return 0
	}
	return float64(beyond) / float64(ascii+beyond)
}
