package words

import (
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

// names finds the spellings of the corpus's names among the words of a text.
// It compares stems, in every language the stem depends on, so that an
// inflected form meets its name.
type names struct {
	byFirst map[string][]spelling // by the first word's stem, most words first
}

type spelling struct {
	stems []string
	key   string // of the group: what Token.Term becomes
	lang  string // of the first analysis that gave these stems
	upper bool   // an abbreviation whose lower case is another word: US
}

// Keys returns the terms of names that have a spelling of one word, by that
// word's stem in the language.
func (a *Analyser) Keys(lang string) map[string]string {
	keys := make(map[string]string)
	if a.names == nil {
		return keys
	}
	for _, list := range a.names.byFirst {
		for _, sp := range list {
			if len(sp.stems) == 1 && sp.lang == lang {
				keys[sp.stems[0]] = sp.key
			}
		}
	}
	return keys
}

// common are names that every corpus may be asked about and that are written
// in many ways.
var common = [][]string{
	{"United States", "United States of America", "U.S.", "US", "U.S.A.", "USA", "America"},
	{"United Kingdom", "U.K.", "UK", "Great Britain", "Britain"},
	{"European Union", "E.U.", "EU"},
	{"United Nations", "U.N.", "UN"},
}

func newNames(groups [][]string) *names {
	n := &names{byFirst: make(map[string][]spelling)}
	var s scratch
	for i, g := range append(groups[:len(groups):len(groups)], common...) {
		key := "\x01" + strconv.Itoa(i) // no word holds a control character
		if i >= len(groups) {
			key = "\x01c" + strconv.Itoa(i-len(groups))
		}
		for _, written := range g {
			for _, lang := range append([]string{"en", ""}, Languages...) {
				s.words = s.words[:0]
				s.scan(lang, written)
				n.add(key, lang, written, s.words)
			}
		}
	}
	return n
}

func (n *names) add(key, lang, written string, ws []word) {
	if len(ws) == 0 {
		return
	}
	sp := spelling{key: key, lang: lang}
	for _, w := range ws {
		sp.stems = append(sp.stems, w.Term)
	}
	sp.upper = len(ws) == 1 && acronymLike(written) && utf8.RuneCountInString(ws[0].folded) == 2
	list := n.byFirst[sp.stems[0]]
	at := len(list)
	for i, other := range list {
		if equal(other.stems, sp.stems) {
			return // the first group to claim a spelling keeps it
		}
		if len(other.stems) < len(sp.stems) && at == len(list) {
			at = i
		}
	}
	list = append(list, spelling{})
	copy(list[at+1:], list[at:])
	list[at] = sp
	n.byFirst[sp.stems[0]] = list
}

// collapse appends the words to dst, each name as one token, followed by its
// words if they are several. Of those some may be names themselves. The names
// that are found have at most longest words; flags are given to every token.
func (n *names) collapse(dst []Token, text string, ws []word, longest int, flags Flags) []Token {
next:
	for i := 0; i < len(ws); {
		for _, sp := range n.byFirst[ws[i].Term] {
			if l := len(sp.stems); l <= longest && sp.matches(text, ws[i:]) {
				dst = append(dst, Token{
					Term: sp.key, Start: ws[i].Start, End: ws[i+l-1].End,
					Flags: Alias | ws[i].Flags&Capital | flags,
				})
				if l > 1 && flags == 0 {
					dst = n.collapse(dst, text, ws[i:i+l], l-1, Part)
				}
				i += l
				continue next
			}
		}
		t := ws[i].Token
		t.Flags |= flags
		dst = append(dst, t)
		i++
	}
	return dst
}

func (sp spelling) matches(text string, ws []word) bool {
	if len(ws) < len(sp.stems) {
		return false
	}
	if sp.upper && !acronymLike(bare(text[ws[0].Start:ws[0].End])) {
		return false
	}
	for i, stem := range sp.stems {
		if ws[i].Term != stem {
			return false
		}
		if i > 0 && !joined(text[ws[i-1].End:ws[i].Start]) {
			return false
		}
	}
	return true
}

// joined reports whether what stands between two words lets them be one name:
// spaces, hyphens and points do, a comma or the end of a line of verse not.
func joined(between string) bool {
	return strings.IndexFunc(between, func(r rune) bool {
		return !unicode.IsSpace(r) && !unicode.Is(unicode.Pd, r) && r != '.' && r != '\u00ad'
	}) < 0
}

func equal(a, b []string) bool {
	if len(a) != len(b) {
		return false
	}
	for i := range a {
		if a[i] != b[i] {
			return false
		}
	}
	return true
}
