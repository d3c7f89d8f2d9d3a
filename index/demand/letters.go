package demand

import (
	"regexp"
	"strings"
	"unicode"

	"rapporteur/index/words"
)

// Clean returns a question as it is meant: without what shouting, headline
// style, invisible characters and look-alike letters of another script add.
func Clean(question string) string {
	question = lookAlikes(strings.Map(func(r rune) rune {
		if r == '\u00ad' || r >= 0x200b && r <= 0x200f || r == 0xfeff || r == 0x2060 {
			return -1
		}
		return r
	}, question))
	switch {
	case shouted(question):
		question = strings.ToLower(question)
	case titled(question):
		question = untitle(question)
	}
	return theWHO.ReplaceAllString(question, "${1}WHO${2}")
}

// theWHO is the World Health Organization in lower case: what did the who say.
var theWHO = regexp.MustCompile(`(?i)(\b(?:did|does|do|has|is|will|can|of|by|from|to|for|with) the )who(\s|\?|$)`)

// Bare returns what is left of a question behind the words that ask, if all of it
// is words that nothing is found by: Who are The Who? Else it returns "".
func Bare(question, lang string) string {
	r := newReading(question, lang)
	i := 0
	for i < len(r.words) && (i == 0 && askingTable.of(r.words[i].folded) >= 0 || i == 1 && r.words[i].stop && !r.words[i].capital) {
		i++
	}
	capital := false
	for _, w := range r.words[i:] {
		if !w.stop {
			return ""
		}
		capital = capital || w.capital
	}
	if i == 0 || !capital || len(r.words)-i < 2 {
		return ""
	}
	return strings.TrimRight(question[r.words[i].start:], " ?!.")
}

// shouted reports whether a question is in capitals throughout.
func shouted(s string) bool {
	n := 0
	for w := range strings.FieldsSeq(s) {
		if strings.ContainsFunc(w, unicode.IsLower) {
			return false
		}
		if strings.Count(w, "")-1 > 1 && strings.ContainsFunc(w, unicode.IsUpper) {
			n++
		}
	}
	return n >= 3
}

// titled reports whether each word begins with a capital, those too that would
// not: Who Owns The News Agency?
func titled(s string) bool {
	n, stops := 0, 0
	for i, w := range strings.Fields(s) {
		first := []rune(w)[0]
		if unicode.IsLetter(first) && !unicode.IsUpper(first) {
			return false
		}
		if unicode.IsUpper(first) {
			n++
			bare := strings.ToLower(strings.TrimFunc(w, func(r rune) bool { return !unicode.IsLetter(r) }))
			if i > 0 && (words.IsStop("en", bare) || words.IsStop("uk", bare) || words.IsStop("ru", bare)) && len(bare) > 1 {
				stops++
			}
		}
	}
	return n >= 4 && stops > 0
}

// untitle lowers the words that have other letters than capitals.
func untitle(s string) string {
	fields := strings.Split(s, " ")
	for i, f := range fields {
		if strings.ContainsFunc(f, unicode.IsLower) {
			fields[i] = strings.ToLower(f)
		}
	}
	return strings.Join(fields, " ")
}

// cyrillic and latin are letters that look alike.
const (
	latinAlike    = "aceopxyikABCEHIKMOPTXi"
	cyrillicAlike = "асеорхуікАВСЕНІКМОРТХі"
)

var toCyrillic, toLatin = func() (c, l map[rune]rune) {
	c, l = make(map[rune]rune), make(map[rune]rune)
	cs := []rune(cyrillicAlike)
	for i, r := range []rune(latinAlike) {
		c[r], l[cs[i]] = cs[i], r
	}
	return c, l
}()

// lookAlikes puts letters of one script that look like those of another back
// where a word mixes the two.
func lookAlikes(s string) string {
	var b strings.Builder
	start := 0
	flush := func(end int) {
		w := s[start:end]
		var latin, cyrillic, onlyLatin, onlyCyrillic int
		for _, r := range w {
			switch {
			case unicode.Is(unicode.Cyrillic, r):
				cyrillic++
				if _, ok := toLatin[r]; !ok {
					onlyCyrillic++
				}
			case unicode.Is(unicode.Latin, r):
				latin++
				if _, ok := toCyrillic[r]; !ok {
					onlyLatin++
				}
			}
		}
		switch {
		case latin > 0 && cyrillic > 0 && onlyLatin == 0:
			w = mapped(w, toCyrillic)
		case latin > 0 && cyrillic > 0 && onlyCyrillic == 0:
			w = mapped(w, toLatin)
		}
		b.WriteString(w)
	}
	for i, r := range s {
		if unicode.IsSpace(r) {
			flush(i)
			b.WriteRune(r)
			start = i + len(string(r))
		}
	}
	flush(len(s))
	return b.String()
}

func mapped(s string, m map[rune]rune) string {
	return strings.Map(func(r rune) rune {
		if to, ok := m[r]; ok {
			return to
		}
		return r
	}, s)
}

// Letters returns the words of a text in lower case with one space between:
// what is left when punctuation, dashes, hyphens within words and apostrophes
// do not count.
func Letters(s string) string {
	var b strings.Builder
	b.Grow(len(s))
	runes := []rune(words.Fold(s))
	space := false
	for i, r := range runes {
		switch {
		case unicode.IsLetter(r) || unicode.IsDigit(r) || unicode.IsMark(r):
			if space && b.Len() > 0 {
				b.WriteByte(' ')
			}
			space = false
			b.WriteRune(r)
		case r == '\'' || (r == '-' || r == '\u2010' || r == '\u2011') && i > 0 && unicode.IsLetter(runes[i-1]) && i+1 < len(runes) && unicode.IsLetter(runes[i+1]):
		default:
			space = true
		}
	}
	return b.String()
}

// newest are the words by which the newest of several answers is asked for. "Latest" is
// not among them: the latest model is a thing of its own.
var newest = regexp.MustCompile(`(?i)(?:^|\s)(?:most recently|zuletzt|востаннє|останнім часом|в последний раз)(\s|[?.!,]|$)`)

// Newest returns a question without the words that ask for the newest answer, and
// whether there are any.
func Newest(question string) (string, bool) {
	out := newest.ReplaceAllString(question, "$1")
	return strings.TrimSpace(out), out != question
}
