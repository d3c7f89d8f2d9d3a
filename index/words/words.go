// Package words turns text into the terms by which it is found and ranked.
// The index, the question and the ranker all use it, so that they cannot
// disagree about what a word is.
package words

import (
	"math"
	"strings"
	"sync"
	"unicode"
	"unicode/utf8"
)

// Flags say what kind of word a token is.
type Flags uint8

// The kinds of word. A token may be of several.
const (
	Stop    Flags = 1 << iota // a word such as "the" that nothing is found by
	Capital                   // begins with an upper-case letter
	Number                    // begins with a digit
	Alias                     // a name of the corpus's list of spellings
	Percent                   // a number followed by a percent sign
	Money                     // a number next to a currency sign
	Part                      // a word of the name of several words that stands before it
)

// Token is a word of a text, or several words that are one name. Such a name's
// words follow it as parts, for it is asked after by some of them: the Contact
// Group, for the Ukraine Defense Contact Group.
type Token struct {
	Term       string // what is compared: folded and stemmed, or the name's key
	Start, End int    // bytes of the text
	Flags      Flags
}

// Has reports whether the token is of the kind f.
func (t Token) Has(f Flags) bool { return t.Flags&f != 0 }

// Analyser makes tokens. It knows the corpus's names; the zero value knows
// none. It is safe for concurrent use.
type Analyser struct {
	names *names
	known *lexicon  // nil for the zero value
	pool  sync.Pool // of *scratch
}

// scratch holds what one call needs and the next can use again.
type scratch struct {
	names *names   // nil if there are none yet
	known *lexicon // nil to analyse each word anew
	buf   []byte
	words []word
	named bool // a name may begin with one of the words

	language uint8 // of the text, see languageNumber
}

// word is a token before names are looked up.
type word struct {
	Token
	folded string
}

// New returns an Analyser for the spellings in groups, see corpus.Aliases.
func New(groups [][]string) *Analyser {
	return &Analyser{names: newNames(groups), known: new(lexicon)}
}

func (a *Analyser) scratch() *scratch {
	if s, ok := a.pool.Get().(*scratch); ok {
		return s
	}
	return &scratch{names: a.names, known: a.known}
}

// Tokens returns the words of text in their order, analysed as the language
// (ISO 639-1) asks. An unknown language gets folding without stemming.
func (a *Analyser) Tokens(lang, text string) []Token {
	return a.Append(nil, lang, text)
}

// Append appends the tokens of text to dst.
func (a *Analyser) Append(dst []Token, lang, text string) []Token {
	s := a.scratch()
	s.words, s.named = s.words[:0], false
	s.scan(lang, text)
	if s.named {
		dst = a.names.collapse(dst, text, s.words, math.MaxInt, 0)
	} else {
		for i := range s.words {
			dst = append(dst, s.words[i].Token)
		}
	}
	a.pool.Put(s)
	return dst
}

// scan cuts text into words. A word is a run of letters, marks and digits. An
// apostrophe between letters belongs to it, as do a point between single
// letters (U.S.) and a point or comma between digits (0.25, 10,000).
func (s *scratch) scan(lang, text string) {
	s.language = languageNumber(lang)
	for i := 0; i < len(text); {
		r, n := utf8.DecodeRuneInString(text[i:])
		if !wordRune(r) {
			i += n
			continue
		}
		start := i
		first := r
		for i < len(text) && text[i] != ' ' { // as most words end
			if wordByte[text[i]] {
				i++
				continue
			}
			r, n = utf8.DecodeRuneInString(text[i:])
			if wordRune(r) {
				i += n
				continue
			}
			next, _ := utf8.DecodeRuneInString(text[i+n:])
			prev, _ := utf8.DecodeLastRuneInString(text[start:i])
			switch {
			case apostrophe(r) && unicode.IsLetter(prev) && unicode.IsLetter(next) && !elided(lang, text[start:i], next):
			case (r == '.' || r == ',') && digit(prev) && digit(next):
			case r == '.' && unicode.IsUpper(next) && acronym(text[start:i]):
			case r == '-' && unicode.IsLower(prev) && continued(text[i+n:]) > 0:
				n += continued(text[i+n:])
			default:
				n = 0
			}
			if n == 0 {
				break
			}
			i += n
		}
		end := i
		f := Flags(0)
		switch {
		case digit(first):
			f = Number | money(text[:start], text[end:])
		case unicode.IsUpper(first) || unicode.IsTitle(first):
			f = Capital
		}
		s.add(lang, text[start:end], start, end, f)
		if f&Number != 0 && strings.HasPrefix(strings.TrimLeft(text[end:], " \u00a0\u202f"), "%") {
			s.words[len(s.words)-1].Flags |= Percent
		}
	}
}

// continued returns the length of the line end behind a hyphen by which a word is
// parted over two lines, 0 for any other hyphen.
func continued(after string) int {
	rest, ok := strings.CutPrefix(strings.TrimPrefix(after, "\r"), "\n")
	if next, _ := utf8.DecodeRuneInString(rest); !ok || !unicode.IsLower(next) {
		return 0
	}
	return len(after) - len(rest)
}

// elided reports whether what stands before an apostrophe is a word that lost
// its end to the next one: l'Ukraine, dell'Ucraina. In texts of other languages
// only names are asked after so.
func elided(lang, before string, next rune) bool {
	if len(before) > maxElided {
		return false
	}
	if lang != "fr" && lang != "it" {
		if r, _ := utf8.DecodeRuneInString(before); unicode.IsUpper(r) || !unicode.IsUpper(next) {
			return false
		}
	}
	switch strings.ToLower(before) {
	case "l", "d", "j", "m", "t", "s", "n", "c", "qu", "jusqu", "lorsqu", "puisqu", "quoiqu",
		"un", "dell", "nell", "all", "dall", "sull", "coll", "quell", "quest", "gl", "degl", "agl", "negl", "dov", "com", "cos", "quand", "anch":
		return true
	}
	return false
}

// maxElided is the length of the longest of these words.
const maxElided = len("jusqu") + 1

func (s *scratch) add(lang, raw string, start, end int, f Flags) {
	e := s.known.entry(s.language, raw)
	if e == nil {
		e = s.analyse(lang, raw, f)
		s.known.add(s.language, raw, e)
	}
	if e.folded == "" { // nothing but marks
		return
	}
	s.named = s.named || e.named
	s.words = append(s.words, word{Token{Term: e.term, Start: start, End: end, Flags: f | e.stop}, e.folded})
}

// analyse makes of a word what it is wherever it stands. Of f only what can be
// seen of the word itself matters.
func (s *scratch) analyse(lang, raw string, f Flags) *entry {
	e := &entry{folded: strings.TrimSuffix(s.fold(raw), "'s")}
	switch {
	case e.folded == "":
		return e
	case f&Number != 0:
		e.term = number(lang, e.folded)
	default:
		if e.term = fold2(stem(lang, e.folded)); e.term == "" {
			e.term = e.folded // a soft sign or an apostrophe by itself
		}
	}
	if (f&Capital == 0 || !acronymLike(bare(raw))) && isStop(lang, e.folded) {
		e.stop = Stop
	}
	e.named = s.names != nil && len(s.names.byFirst[e.term]) > 0
	return e
}

// bare returns a word without the ending of the English genitive.
func bare(s string) string {
	if b, ok := strings.CutSuffix(s, "s"); ok {
		if r, n := utf8.DecodeLastRuneInString(b); apostrophe(r) {
			return b[:len(b)-n]
		}
	}
	return s
}

// acronymLike reports whether s is written as an abbreviation such as US, WHO
// or U.S., which is no stop word even where its lower case is one.
func acronymLike(s string) bool {
	if len(s) < 2 {
		return false
	}
	for _, r := range s {
		if !unicode.IsUpper(r) && r != '.' {
			return false
		}
	}
	return true
}

// acronym reports whether s is single letters with points between them: U, U.S.
func acronym(s string) bool {
	for i, r := range s {
		if i%2 == 1 && r != '.' || i%2 == 0 && !unicode.IsUpper(r) {
			return false
		}
	}
	return true
}

func wordRune(r rune) bool {
	if r < utf8.RuneSelf {
		return 'a' <= r && r <= 'z' || 'A' <= r && r <= 'Z' || digit(r)
	}
	return r != utf8.RuneError && (unicode.IsLetter(r) || unicode.IsDigit(r) || unicode.IsMark(r)) && r != 0x02BC
}

// wordByte tells the bytes that are letters or digits of ASCII.
var wordByte = func() (is [256]bool) {
	for c := range rune(utf8.RuneSelf) {
		is[c] = wordRune(c)
	}
	return is
}()

func digit(r rune) bool { return '0' <= r && r <= '9' }

// apostrophe reports whether r is used as one: typewriter, typographic, the
// Ukrainian letter, prime, grave and acute accents.
func apostrophe(r rune) bool {
	switch r {
	case '\'', '\u2019', '\u2018', '\u02bc', '\u2032', '`', '\u00b4', '\uff07':
		return true
	}
	return false
}

func money(before, after string) Flags {
	before = strings.TrimRight(before, " \u00a0")
	r, _ := utf8.DecodeLastRuneInString(before)
	if unicode.Is(unicode.Sc, r) {
		return Money
	}
	r, _ = utf8.DecodeRuneInString(strings.TrimLeft(after, " \u00a0\u202f"))
	if unicode.Is(unicode.Sc, r) {
		return Money
	}
	return 0
}

// number writes a number the English way without commas, so that 10,000 meets
// 10000 and German 10.000 and 0,25 meet 10,000 and 0.25.
func number(lang, s string) string {
	if lang != "en" && strings.Contains(s, ".") {
		whole, fraction, decimal := strings.Cut(s, ",")
		if w := grouped(whole, "."); w != whole {
			if s = w; decimal {
				s += "." + fraction
			}
			return s
		}
	}
	if g := grouped(s, ","); g != s {
		return g
	}
	if strings.Count(s, ",") == 1 && !strings.Contains(s, ".") {
		return strings.Replace(s, ",", ".", 1)
	}
	return s
}

// grouped drops what groups thousands.
func grouped(s, by string) string {
	parts := strings.Split(s, by)
	for _, p := range parts[1:] {
		if len(p) != 3 {
			return s
		}
	}
	return strings.Join(parts, "")
}

// fold lowers the case, makes every apostrophe U+0027, drops the points of
// abbreviations and the marks that combine with the letter before (a stress
// mark in Ukrainian, for one).
func (s *scratch) fold(raw string) string {
	s.buf = s.buf[:0]
	numeric := digit(rune(raw[0]))
	for _, r := range raw {
		switch {
		case apostrophe(r):
			s.buf = append(s.buf, '\'')
		case r == '.' && !numeric, r == '-' || r == '\n' || r == '\r': // a word over two lines
		case r >= 0x300 && r <= 0x36f:
			s.buf = compose(s.buf, r)
		case r == 'ё' || r == 'Ё':
			s.buf = append(s.buf, "е"...) // mostly written without its dots
		default:
			s.buf = utf8.AppendRune(s.buf, unicode.ToLower(r))
		}
	}
	return string(s.buf)
}

// compose joins a letter and the mark that follows it where that makes another
// letter of a language we stem (и + breve is й); it drops every other mark.
func compose(buf []byte, mark rune) []byte {
	r, n := utf8.DecodeLastRune(buf)
	for _, c := range composed {
		if c[0] == r && c[1] == mark {
			return utf8.AppendRune(buf[:len(buf)-n], c[2])
		}
	}
	return buf
}

var composed = [][3]rune{
	{'и', 0x306, 'й'}, {'і', 0x308, 'ї'}, {'е', 0x308, 'ё'},
	{'a', 0x308, 'ä'}, {'o', 0x308, 'ö'}, {'u', 0x308, 'ü'},
	{'a', 0x301, 'á'}, {'e', 0x301, 'é'}, {'i', 0x301, 'í'}, {'o', 0x301, 'ó'}, {'u', 0x301, 'ú'},
	{'a', 0x300, 'à'}, {'e', 0x300, 'è'}, {'o', 0x300, 'ò'}, {'u', 0x300, 'ù'},
	{'a', 0x302, 'â'}, {'e', 0x302, 'ê'}, {'i', 0x302, 'î'}, {'o', 0x302, 'ô'}, {'u', 0x302, 'û'},
	{'n', 0x303, 'ñ'}, {'c', 0x327, 'ç'}, {'a', 0x306, 'ă'}, {'s', 0x326, 'ș'}, {'t', 0x326, 'ț'},
	{'a', 0x328, 'ą'}, {'e', 0x328, 'ę'}, {'z', 0x307, 'ż'}, {'z', 0x301, 'ź'}, {'s', 0x301, 'ś'},
	{'c', 0x301, 'ć'}, {'n', 0x301, 'ń'},
}

// fold2 takes the diacritics off a stem: Lódz meets Łódź and Muller Müller.
// It comes after stemming, which needs them.
func fold2(s string) string {
	ascii := true
	for i := 0; i < len(s); i++ {
		if s[i] >= utf8.RuneSelf {
			ascii = false
			break
		}
	}
	if ascii {
		return s
	}
	return strings.Map(func(r rune) rune {
		if r < 0xc0 {
			return r
		}
		if i := strings.IndexRune(marked, r); i >= 0 {
			return plain[utf8.RuneCountInString(marked[:i])]
		}
		return r
	}, s)
}

const marked = "àáâãäåāăąçćčďèéêëēėęěğìíîïīįıłñńňòóôõöøōőřśšșşťțţùúûüūůűýÿźżžё"

var plain = []rune("aaaaaaaaacccdeeeeeeeegiiiiiiilnnnoooooooorssssttt" + "uuuuuuuyyzzzе")

// Fold returns s in lower case with all its apostrophes and quotation marks
// alike and its runs of white space as one space: the form in which the words
// of a phrase are compared.
func Fold(s string) string {
	var b strings.Builder
	b.Grow(len(s))
	space := false
	for _, r := range s {
		switch {
		case unicode.IsSpace(r):
			space = b.Len() > 0
			continue
		case apostrophe(r):
			r = '\''
		case strings.ContainsRune("\u201c\u201d\u201e\u201f\u00ab\u00bb\u2033\uff02", r):
			r = '"'
		case r == '\u00ad' || r >= 0x200b && r <= 0x200d || r == 0xfeff:
			continue // invisible
		}
		if space {
			b.WriteByte(' ')
			space = false
		}
		b.WriteRune(unicode.ToLower(r))
	}
	return b.String()
}

// Plain returns folded text without diacritics.
func Plain(s string) string { return fold2(s) }

// Holds reports whether the words of phrase stand in text one after the other,
// whole. Both must be folded.
func Holds(text, phrase string) bool {
	first, _ := utf8.DecodeRuneInString(phrase)
	last, _ := utf8.DecodeLastRuneInString(phrase)
	for at := 0; ; {
		i := strings.Index(text[at:], phrase)
		if i < 0 {
			return false
		}
		before, _ := utf8.DecodeLastRuneInString(text[:at+i])
		after, _ := utf8.DecodeRuneInString(text[at+i+len(phrase):])
		if !(wordRune(first) && wordRune(before)) && !(wordRune(last) && wordRune(after)) {
			return true
		}
		at += i + 1
		for at < len(text) && !utf8.RuneStart(text[at]) {
			at++
		}
	}
}
