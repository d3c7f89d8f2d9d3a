package said

import (
	"strings"

	"rapporteur/corpus"
)

// Names knows which spellings are one name. A nil Names knows none.
type Names struct {
	group map[string]int // a spelling in lower case, and its group
	first []string       // the first spelling of each group
	long  int            // words of the longest spelling
}

// NewNames returns the names of an alias file.
func NewNames(a corpus.Aliases) *Names {
	n := &Names{group: make(map[string]int)}
	for i, g := range a.Groups {
		n.first = append(n.first, g[0])
		for _, s := range g {
			key := fold(s)
			n.group[key] = i
			n.long = max(n.long, len(strings.Fields(key)))
		}
	}
	return n
}

// yo is written е as often as ё.
var yo = strings.NewReplacer("ё", "е")

// fold writes a name as it is compared.
func fold(s string) string {
	return strings.Join(strings.FieldsFunc(apostrophes.Replace(yo.Replace(strings.ToLower(s))), func(r rune) bool { return strings.ContainsRune(" \t\n\r,()\"“”«»„", r) }), " ")
}

// Canonical returns the name that counts for all spellings of a speaker: the
// first spelling of its group if its last word, or all of it, has one.
// Otherwise it is the last word of a personal name in lower case.
func (n *Names) Canonical(name string) string {
	key := fold(name)
	if n != nil {
		if g, ok := n.group[key]; ok {
			return n.first[g]
		}
		words := strings.Fields(key)
		for k := min(n.long, len(words)); k > 0; k-- { // von der Leyen
			if g, ok := n.group[strings.Join(words[len(words)-k:], " ")]; ok {
				return n.first[g]
			}
		}
	}
	return key
}

// Same reports whether a name that is asked for is that of a speaker: the same
// words, the surname, or another spelling of it. Merz is Friedrich Merz; Bill
// Clinton is not Hillary Clinton.
func (n *Names) Same(asked, speaker string) bool {
	a, s := strings.Fields(n.plain(asked)), strings.Fields(n.plain(speaker))
	if len(a) == 0 || len(s) == 0 {
		return false
	}
	if slicesEqual(a, s) {
		return true
	}
	// The shorter one is the end of the longer one.
	if len(a) > len(s) {
		a, s = s, a
	}
	return endsWith(s, a)
}

// plain folds a name, takes its article and title off, and writes spellings
// of the alias file as the first of their group.
func (n *Names) plain(name string) string {
	words := strings.Fields(fold(name))
	for len(words) > 1 && (dropped[words[0]] || roleWord(words[0])) {
		words = words[1:]
	}
	if n == nil {
		return strings.Join(words, " ")
	}
	var out []string
	for i := 0; i < len(words); {
		k := min(n.long, len(words)-i)
		for ; k > 0; k-- {
			if g, ok := n.group[strings.Join(words[i:i+k], " ")]; ok {
				out = append(out, fold(n.first[g]))
				break
			}
		}
		if k == 0 {
			out = append(out, words[i])
			k = 1
		}
		i += k
	}
	return strings.Join(out, " ")
}

var dropped = set(`the a an mr. mrs. ms. dr. mr mrs ms herr frau der die das le la el il пан пані г-н господин`)

// roleWord reports whether a word is a title in some language.
func roleWord(w string) bool {
	for _, l := range languages {
		if l.words[w].is&role != 0 {
			return true
		}
	}
	return false
}

func slicesEqual(a, b []string) bool { return len(a) == len(b) && endsWith(a, b) }

func endsWith(long, end []string) bool {
	if len(end) > len(long) {
		return false
	}
	for i := range end {
		if w := long[len(long)-len(end)+i]; w != end[i] && !(w[0] >= 0xd0 && sameWord(w, end[i], false)) {
			return false
		}
	}
	return true
}
