package encode

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// wordPiece cuts each word into the longest pieces from its beginning on (Devlin et
// al. 2019, appendix; Song et al. 2021 give the algorithm). Pieces that begin a word
// have a metaspace before them, as llama.cpp stores them.
type wordPiece struct {
	ids     map[string]int32
	longest int // piece in bytes
	unknown int32
}

func newWordPiece(v vocabulary) *wordPiece {
	t := &wordPiece{ids: make(map[string]int32, len(v.tokens)), unknown: v.unknown}
	for i, s := range v.tokens {
		if k := v.kind(i); k == tokenNormal || k == tokenUserDefined {
			t.ids[s] = int32(i)
			t.longest = max(t.longest, len(s))
		}
	}
	return t
}

// cut returns the pieces of a text, without marks: lower case, without accents, each
// sign of punctuation and each ideograph a word of its own.
func (t *wordPiece) cut(text string) []piece {
	var out []piece
	var word strings.Builder
	end := 0
	flush := func() {
		if word.Len() > 0 {
			out = t.word(out, word.String(), end)
			word.Reset()
		}
	}
	for i, r := range text {
		size := 1
		if r != utf8.RuneError {
			size = utf8.RuneLen(r)
		}
		switch {
		case r == 0 || r == utf8.RuneError || unicode.Is(unicode.Cf, r):
			continue
		case unicode.IsSpace(r) || unicode.IsControl(r):
			flush()
		case unicode.IsPunct(r) || r < utf8.RuneSelf && unicode.IsSymbol(r) || unicode.Is(unicode.Han, r):
			flush()
			out = t.word(out, string(r), i+size)
		default:
			for _, d := range norm.NFD.String(string(unicode.ToLower(r))) {
				if !unicode.Is(unicode.Mn, d) {
					word.WriteRune(d)
				}
			}
			end = i + size
		}
	}
	flush()
	return out
}

// word appends the pieces of a word, or the unknown one if it cannot be cut.
func (t *wordPiece) word(out []piece, word string, end int) []piece {
	before := len(out)
	rest, start := string(metaspace)+word, true
	for rest != "" {
		n := min(len(rest), t.longest)
		for ; n > 0; n-- {
			if id, ok := t.ids[rest[:n]]; ok && (!start || n > utf8.RuneLen(metaspace)) {
				out = append(out, piece{id, end})
				break
			}
		}
		if n <= 0 {
			return append(out[:before], piece{t.unknown, end})
		}
		rest, start = rest[n:], false
	}
	return out
}
