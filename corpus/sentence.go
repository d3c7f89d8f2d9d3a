package corpus

import (
	"cmp"
	"regexp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/clipperhouse/uax29/v2/sentences"
)

// maxQuotation is how long a quotation, in bytes, may be for its sentences to
// be kept together. Beyond that it is a speech, and each sentence stands alone.
const maxQuotation = 1200

// maxSentence is the length in bytes beyond which a sentence is cut at white
// space. Prose stays far below it; unpunctuated tables and encoded data do not.
const maxSentence = 4000

// Sentences returns the sentences of s within r, trimmed of white space, in
// order. Every byte of s in r that is not white space lies in exactly one of
// them. The language, ISO 639-1 or "", decides which abbreviations are known.
//
// The boundaries are those of Unicode Annex 29, less those that fall inside a
// quotation, after an abbreviation or an initial, or before a word in lower
// case. When in doubt it does not cut: a quote that is too long misleads
// nobody.
func Sentences(s string, r Range, lang string) []Range {
	text := r.Of(s)
	var out []Range
	add := func(start, end int) {
		for _, p := range cutLong(text, Range{start, end}) {
			if p = trimSpace(text, p); p.Len() > 0 {
				out = append(out, Range{r.Start + p.Start, r.Start + p.End})
			}
		}
	}
	rules := rulesFor(lang)
	quoted := quotations(text)
	start := 0
	for _, end := range candidates(text, rules.dashes) {
		for len(quoted) > 0 && quoted[0].End <= end {
			quoted = quoted[1:]
		}
		if len(quoted) > 0 && quoted[0].Start < end {
			continue // it would cut the quotation
		}
		after := strings.TrimLeftFunc(text[end:], unicode.IsSpace)
		if rules.ends(text[start:end], after[:min(len(after), outlook)]) {
			add(start, end)
			start = end
		}
	}
	add(start, len(text))
	return out
}

// outlook is how many bytes after a boundary are looked at to judge it: enough
// for a name and a verb of saying.
const outlook = 200

// unseen are ends of sentences that the annex does not know: after an ellipsis
// in one character, and in French after a closing mark set off by a space.
var unseen = regexp.MustCompile(`(?:…|[.!?…][ \x{A0}\x{202F}]»)["'”’»)]*\s+`)

// candidates returns in order where in s a sentence may end, after the white
// space that follows it.
func candidates(s string, dashes bool) []int {
	var out []int
	for it := sentences.FromBytes(smooth(s)); it.Next(); {
		out = append(out, it.End())
	}
	// The expressions are slow, and most passages hold none of these.
	if strings.Contains(s, "…") || strings.Contains(s, "»") {
		for _, m := range unseen.FindAllStringIndex(s, -1) {
			out = append(out, m[1])
		}
	}
	if strings.Contains(s, ".[") {
		for _, m := range notes.FindAllStringIndex(s, -1) {
			out = slices.DeleteFunc(out, func(at int) bool { return m[0] < at && at < m[1] })
			out = append(out, m[1])
		}
	}
	if strings.ContainsAny(s, "0123456789") {
		for _, m := range counts.FindAllStringSubmatchIndex(s, -1) {
			out = append(out, m[2])
		}
	}
	if dashes && strings.ContainsAny(s, "–—") {
		for _, m := range replies.FindAllStringSubmatchIndex(s, -1) {
			out = append(out, m[2])
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// notes are the marks of footnotes behind a full stop: they belong to the
// sentence before.
var notes = regexp.MustCompile(`\.(?:\[\d{1,3}\])+\s*`)

// counts are sentences that begin with a number, before which the annex ends
// none: a word of four letters at least, which few abbreviations have, or a short
// one that is none, the full stop, the number and a word in lower case.
var counts = regexp.MustCompile(`(?:\p{Ll}{4}|\b(?:it|him|her|us|me|so|too|all|day|war|law|men|aid|oil|gas))\.["'”’»)]*\s+(\d[\d.,]* \p{Ll}{2})`)

// replies are what another says in a dialogue with dashes, before which the annex
// ends no sentence.
var replies = regexp.MustCompile(`[.!?…]\s+([–—] \p{Lu})`)

// maxRun is the longest run of bytes between words that the annex is shown.
const maxRun = 16

// smooth returns a copy of s, every byte in its place, for the annex to look
// at. For the annex a line break ends a sentence; here it is white space. And
// after a full stop the annex looks ahead to the next word from every place in
// between, which takes hours in a long run of spaces or brackets: what is over
// maxRun of them becomes digits, which it passes by.
func smooth(s string) []byte {
	b := []byte(s)
	run, n := 0, 0
	for i := 0; i < len(b); i += n {
		var c rune
		c, n = utf8.DecodeRuneInString(s[i:])
		switch {
		case unicode.IsLetter(c), unicode.IsDigit(c), c == '.', c == '!', c == '?':
			run = 0
			continue
		case c == '\n', c == '\r':
			b[i] = ' '
		}
		if run += n; run > maxRun {
			copy(b[i:i+n], "0000")
		}
	}
	return b
}

// quotations returns the ranges of s that are in quotation marks or round
// brackets, marks included, up to maxQuotation bytes long, in order and those
// that overlap made one. A mark without a partner counts for nothing.
func quotations(s string) []Range {
	var out []Range
	// At most one of each family is open at a time; nesting adds nothing, since
	// the outer pair already covers the inner one.
	open := map[rune]int{} // family -> start of the open one
	close := func(family rune, end int) {
		if start, ok := open[family]; ok && end-start <= maxQuotation {
			out = append(out, Range{start, end})
		}
		delete(open, family)
	}
	for i, r := range s {
		end := i + utf8.RuneLen(r)
		switch r {
		case '„':
			open['“'] = i
		case '“':
			// It opens in English and closes in German and Ukrainian, where „ opened.
			if start, ok := open['“']; ok && strings.HasPrefix(s[start:], "„") {
				close('“', end)
			} else {
				open['“'] = i
			}
		case '”':
			close('“', end)
		case '«', '»':
			// French and Ukrainian write «so», German also »so«.
			start, ok := open['«']
			if ok && !strings.HasPrefix(s[start:], string(r)) {
				close('«', end)
			} else {
				open['«'] = i
			}
		case '"':
			if _, ok := open['"']; ok {
				close('"', end)
			} else {
				open['"'] = i
			}
		case '(':
			open['('] = i
		case ')':
			close('(', end)
		}
	}
	slices.SortFunc(out, func(a, b Range) int { return cmp.Compare(a.Start, b.Start) })
	merged := out[:0]
	for _, r := range out {
		if n := len(merged); n > 0 && r.Start < merged[n-1].End {
			merged[n-1].End = max(merged[n-1].End, r.End)
		} else {
			merged = append(merged, r)
		}
	}
	return merged
}

// ends reports whether a sentence ends between before and after, where the
// annex would end one.
func (r *sentenceRules) ends(before, after string) bool {
	before = strings.TrimRightFunc(before, unicode.IsSpace)
	after = strings.TrimLeftFunc(after, unicode.IsSpace)
	if before == "" {
		return false
	}
	if after == "" {
		return true
	}
	if startsLower(after) {
		return false // “Why?” he asked
	}
	bare := strings.TrimRight(before, closers+" \u00A0\u202F")
	if len(bare) < len(before) && !strings.HasSuffix(bare, ".") && r.attribution(after) {
		return false // “Shall we?” Shmyhal asked
	}
	if !strings.HasSuffix(bare, ".") || strings.HasSuffix(bare, "..") {
		return true
	}
	word := lastWord(strings.TrimSuffix(bare, "."))
	if i := strings.LastIndexAny(word, "'’"); i >= 0 {
		// An article that lost its end belongs to the abbreviation: l'avv. Rossi.
		if _, n := utf8.DecodeRuneInString(word[i:]); i+n < len(word) {
			word = word[i+n:]
		}
	}
	next := firstWord(after)
	first, _ := utf8.DecodeRuneInString(after)
	switch {
	case word == "":
		return true
	case isNumber(word):
		if strings.TrimSpace(bare) == word+"." {
			return false // “1.” opens an item
		}
		// In German an ordinal has a full stop: am 14. Dezember.
		return !(r.ordinals && len(word) <= 2) || r.starters[next]
	case len(bare) < len(before):
		return true // a quotation that ends with it
	case r.never[strings.ToLower(word)] || r.never[word] || r.never[strings.ToLower(word[strings.LastIndexByte(word, '-')+1:])]:
		return false // Dr., Dipl.-Ing.
	case r.ordinals && strings.HasSuffix(word, "str"):
		return false // Hafenstr. 7
	case andSoOn.MatchString(bare):
		return !initials.MatchString(after)
	case r.ordinals && isRoman(word):
		return r.starters[next] // Karl XIV. Johann
	case r.numbers[strings.ToLower(word)] && (unicode.IsDigit(first) || !isInitial(word)):
		// A capital is an initial unless a number follows: Max S. Mustermann, S. 12.
		return !unicode.IsDigit(first)
	case isInitial(word), isDotted(word), r.seldom[strings.ToLower(word)]:
		// U.S., J. and etc. may end a sentence. If the next word is one that
		// mostly begins sentences, they do, unless it is an initial itself.
		return r.starters[next] && !initials.MatchString(after)
	}
	return true
}

// closers may follow the full stop of a sentence.
const closers = "\"'”“’»«)]"

// attribution reports whether s begins by naming a speaker: up to four
// capitalised words and a verb of saying.
func (r *sentenceRules) attribution(s string) bool {
	n := 0
	for w := range strings.FieldsSeq(s) {
		w = strings.TrimRight(w, ",.:;")
		if r.saying[strings.ToLower(w)] {
			return n > 0
		}
		c, _ := utf8.DecodeRuneInString(w)
		if n++; n > 4 || !unicode.IsUpper(c) {
			return false
		}
	}
	return false
}

// startsLower reports whether the first letter of s is in lower case and only
// punctuation stands before it.
func startsLower(s string) bool {
	for _, c := range s {
		switch {
		case unicode.IsLetter(c):
			return unicode.IsLower(c)
		case unicode.IsDigit(c):
			return false
		}
	}
	return false
}

// terminated reports whether s ends as a sentence does.
func terminated(s string) bool {
	s = strings.TrimRight(strings.TrimSpace(s), closers)
	c, _ := utf8.DecodeLastRuneInString(s)
	return strings.ContainsRune(".!?…。！？", c) && s != ""
}

func lastWord(s string) string {
	i := strings.LastIndexFunc(s, func(c rune) bool { return unicode.IsSpace(c) || strings.ContainsRune("([“„«\"—–/", c) })
	if i < 0 {
		return s
	}
	_, n := utf8.DecodeRuneInString(s[i:])
	return s[i+n:]
}

func firstWord(s string) string {
	s = strings.TrimLeftFunc(s, func(c rune) bool { return !unicode.IsLetter(c) && !unicode.IsDigit(c) })
	if i := strings.IndexFunc(s, func(c rune) bool { return !unicode.IsLetter(c) && c != '\'' && c != '’' && c != 'ʼ' }); i >= 0 {
		s = s[:i]
	}
	return strings.ToLower(s)
}

func isNumber(s string) bool {
	return s != "" && strings.Trim(s, "0123456789") == ""
}

// isInitial reports whether s is one capital letter, as in J. Smith.
func isInitial(s string) bool {
	c, n := utf8.DecodeRuneInString(s)
	return n == len(s) && unicode.IsUpper(c)
}

// andSoOn are ends of enumerations after which a word in capitals begins a
// sentence: и т. д., і т. п.
var andSoOn = regexp.MustCompile(`(?:^|\s)т\. ?(?:д|п|ін)\.$`)

// isRoman reports whether s is a Roman numeral of two digits at least.
func isRoman(s string) bool { return len(s) > 1 && len(s) < 8 && strings.Trim(s, "IVXLC") == "" }

// initials is how a name with initials begins.
var initials = regexp.MustCompile(`^\p{Lu}\.\s*\p{Lu}`)

// isDotted reports whether s is letters with full stops between them, as in
// U.S or z.B, the last stop having been taken off.
func isDotted(s string) bool {
	if !strings.ContainsFunc(s, unicode.IsLetter) {
		return false // 10.30
	}
	parts := strings.Split(s, ".")
	for _, p := range parts {
		if n := utf8.RuneCountInString(p); n < 1 || n > 2 {
			return false
		}
	}
	return len(parts) > 1
}

// cutLong divides what is longer than maxSentence at white space, or failing
// that between characters.
func cutLong(s string, r Range) []Range {
	var out []Range
	for r.Len() > maxSentence {
		cut := r.Start + maxSentence
		if i := strings.LastIndexFunc(s[r.Start:cut], unicode.IsSpace); i > 0 {
			cut = r.Start + i
		} else {
			for cut > r.Start+1 && !utf8.RuneStart(s[cut]) {
				cut--
			}
		}
		out = append(out, Range{r.Start, cut})
		r.Start = cut
	}
	return append(out, r)
}

// trimSpace narrows r to leave out white space at both ends.
func trimSpace(s string, r Range) Range {
	t := strings.TrimLeftFunc(r.Of(s), unicode.IsSpace)
	r.Start = r.End - len(t)
	r.End = r.Start + len(strings.TrimRightFunc(t, unicode.IsSpace))
	return r
}
