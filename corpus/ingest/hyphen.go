package ingest

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// divided are the words that hyphens divide at the ends of lines. The hyphen
// belongs to the word (so-called) or to the line (mini-ster), which is told by how
// the word is written elsewhere in the text, and by words that always have one.
type divided struct {
	within map[string]bool // the words in question, with a hyphen and without, that stand within a line
}

func isWordRune(r rune) bool {
	return unicode.IsLetter(r) || unicode.Is(unicode.Mn, r) || r == '-' || isHyphen(r) || isApostrophe(r)
}

func isHyphen(r rune) bool { return r == '-' || r == '\u2010' || r == '\u2011' }

func isApostrophe(r rune) bool { return r == '\'' || r == '’' || r == 'ʼ' }

// inLines finds the divided words, and where they stand undivided.
func inLines(pages [][]printLine) divided {
	d := divided{make(map[string]bool)}
	asked := make(map[string]bool)
	var before *printLine
	for _, page := range pages {
		for i := range page {
			if l := &page[i]; before != nil && before.hyphen {
				a, b := halves(before.text, l.text)
				asked[a+"-"+b], asked[a+b] = true, true
			}
			before = &page[i]
		}
	}
	for _, page := range pages {
		for i, l := range page {
			text := l.text
			if l.hyphen { // its last word is a half
				text = strings.TrimRightFunc(text, isWordRune)
			}
			if i > 0 && page[i-1].hyphen {
				text = strings.TrimLeftFunc(text, isWordRune)
			}
			for w := range strings.FieldsFuncSeq(text, func(r rune) bool { return !isWordRune(r) }) {
				if w = spelt(w); asked[w] {
					d.within[w] = true
				}
			}
		}
	}
	return d
}

// spelt returns a word as words are compared.
func spelt(w string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case isHyphen(r):
			return '-'
		case isApostrophe(r):
			return '\''
		}
		return unicode.ToLower(r)
	}, w)
}

// halves returns the last word of a line and the first of the next.
func halves(a, b string) (string, string) {
	a = a[len(strings.TrimRightFunc(a, isWordRune)):]
	b = b[:len(b)-len(strings.TrimLeftFunc(b, isWordRune))]
	return spelt(a), strings.TrimRight(spelt(b), "-'")
}

// join returns what stands between a line that ended with a hyphen and the next:
// nothing, the hyphen, or the hyphen and a space.
func (d divided) join(line, next string) string {
	a, b := halves(line, next)
	switch r, _ := utf8.DecodeRuneInString(next); {
	case a == "" || b == "":
		return "-"
	case d.within[a+"-"+b]:
		return "-"
	case d.within[a+b]:
		return ""
	case slices.Contains(conjunctions, b): // Vor- und Nachteile
		return "- "
	case !unicode.IsLower(r): // a name, or a number
		return "-"
	case hyphenated(a, b):
		return "-"
	}
	return ""
}

// conjunctions follow a word whose second half is left out.
var conjunctions = strings.Fields("und oder bzw sowie and or et oraz lub sau e y o u i a и і")

// hyphenated reports whether a word is always written with its hyphen.
func hyphenated(a, b string) bool {
	return alwaysHyphenated[a+"-"+b] || slices.Contains(hyphenPrefixes, a+"-") || slices.Contains(hyphenSuffixes, "-"+b)
}

// hyphenPrefixes and hyphenSuffixes are parts of words that a hyphen joins to any
// other, in the languages of the corpus.
var (
	hyphenPrefixes = strings.Fields("ex- vice- self- " +
		"віце- екс- прем'єр- казна- хтозна- бозна- вице- экс- премьер- кое- кой- " +
		"demi- într- dintr- printr-")
	hyphenSuffixes = strings.Fields("-либо -нибудь -небудь -таки -là -même -mêmes -t-il -t-elle -t-on " +
		"-in-law -based -led -related -term")
)

// alwaysHyphenated are frequent words of news and treaties that are written with
// a hyphen.
var alwaysHyphenated = func() map[string]bool {
	m := make(map[string]bool)
	for w := range strings.FieldsSeq(`
		above-mentioned all-out anti-aircraft brother-in-law by-election cease-fire check-in co-operate co-operation
		co-ordinate co-ordination cross-border decision-making decision-maker east-west face-to-face far-reaching
		far-right follow-up full-scale full-time good-faith ground-based hard-line hard-won head-on high-level
		high-ranking joint-stock large-scale last-minute law-making long-range long-running long-standing long-term
		low-level medium-range mid-term news-agency no-fly north-east north-west off-limits on-site one-sided one-third
		part-time peace-keeping peace-loving policy-making policy-maker post-war pre-war pro-european pro-russian
		re-elect re-election re-open right-wing left-wing round-table runner-up second-hand set-up shell-shocked
		short-range short-term so-called south-east south-west state-owned state-run step-by-step take-off
		three-day two-day two-thirds two-way up-to-date well-being well-known well-informed well-placed war-torn
		wide-ranging world-class would-be year-on-year
		будь-який будь-яка будь-яке будь-які будь-якого будь-якої будь-яких будь-якому будь-якій будь-яким будь-хто будь-що будь-де будь-коли
		по-перше по-друге по-третє по-новому по-іншому по-справжньому по-українськи по-російськи все-таки з-за з-під із-за
		прем'єр-міністр прем'єр-міністра прем'єр-міністром прем'єр-міністру віце-президент генерал-майор генерал-лейтенант
		військово-морський військово-повітряний суспільно-політичний південно-східний південно-західний північно-східний північно-західний
		соціально-економічний де-факто де-юре прес-служба прес-секретар прес-конференція прес-конференції інтернет-видання
		во-первых во-вторых в-третьих по-прежнему по-новому по-другому по-русски по-украински все-таки всё-таки из-за из-под
		премьер-министр премьер-министра премьер-министром премьер-министру вице-президент генерал-майор генерал-лейтенант
		военно-морской военно-воздушный общественно-политический юго-восточный юго-западный северо-восточный северо-западный
		социально-экономический де-факто де-юре пресс-служба пресс-секретарь пресс-конференция пресс-конференции
		e-mail de-facto pro-forma
		après-midi au-delà au-dessous au-dessus avant-hier avant-garde bas-relief c'est-à-dire celle-ci celui-ci ceux-ci celles-ci
		celui-là celle-là ceux-là cessez-le-feu ci-après ci-dessous ci-dessus ci-joint contre-offensive d'ores-et-déjà chef-lieu
		demi-heure est-ce eux-mêmes elle-même lui-même grand-mère grand-père haut-commissaire là-bas là-dessus lieutenant-colonel
		mi-temps nouveau-né outre-mer par-delà par-dessus peut-être petit-déjeuner porte-parole premier-ministre quelques-uns
		quelques-unes rendez-vous sous-marin sous-sol sous-préfet tête-à-tête tour-à-tour vice-président week-end
		coche-bomba franco-alemán hispano-francés socio-económico teórico-práctico vice-presidente ex-presidente
		biało-czerwony polsko-niemiecki polsko-ukraiński społeczno-gospodarczy północno-wschodni północno-zachodni południowo-wschodni
		południowo-zachodni wice-premier niby-państwo
		într-un într-o dintr-un dintr-o printr-un printr-o prim-ministru prim-ministrul vice-prim-ministru nord-est nord-vest
		sud-est sud-vest social-democrat general-maior cuvânt-cheie
		italo-francese anglo-americano nord-est sud-ovest socio-economico vice-presidente politico-militare`) {
		m[w] = true
	}
	return m
}()
