package demand

import (
	"cmp"
	"math"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"rapporteur/corpus"
)

// A number of the question must stand in the answer, in digits or words, with
// its magnitude and in its currency: $120bn is 120 billion dollars, and neither
// €120bn nor $120m. "Annex II" is "Annex 2".

// number is a number as it is read.
type number struct {
	value       float64
	unit        string // a currency, "%", or ""
	label, noun string // the stem of the word it numbers (annex 2) or counts (11 ambulances), or ""
	first, last int    // words
	plain       bool   // digits alone, which may be a year
}

// magnitudes are the beginnings of the words for thousand and more.
var magnitudes = []struct {
	value float64
	words []string
}{
	{1e3, []string{"thousand", "tausend", "тисяч", "тис.", "тысяч", "тыс.", "mil.", "mille.", "mila.", "mie.", "mii.", "tysiąc", "tysię", "tys.", "k.", "tsd."}},
	{1e6, []string{"million", "millionen", "мільйон", "миллион", "млн", "mln.", "mio.", "mill.", "millón", "millones", "milion", "milioane", "milione", "m."}},
	{1e9, []string{"milliard", "мільярд", "миллиард", "млрд", "mrd.", "mld.", "miliard", "miliardi", "bn.", "md."}},
	{1e12, []string{"trillion", "трильйон", "триллион", "трлн", "trn.", "bilione", "billón", "billones"}},
}

// magnitude returns what a word multiplies the number before it with, 0 if it is
// no such word.
func magnitude(folded, lang string) float64 {
	if is(folded, "billion") {
		if lang == "en" {
			return 1e9
		}
		return 1e12
	}
	if is(folded, "bilion") { // Polish and Romanian differ, and both mean much
		return 1e12
	}
	if i := magnitudeTable.of(folded); i >= 0 {
		return magnitudes[i].value
	}
	return 0
}

var (
	magnitudeTable = func() table {
		var lists [][]string
		for _, m := range magnitudes {
			lists = append(lists, m.words)
		}
		return newTable(lists...)
	}()
	currencyTable = func() table {
		var lists [][]string
		for _, c := range currencies {
			lists = append(lists, c.words)
		}
		return newTable(lists...)
	}()
	labelTable = newTable(labels)
)

// currencies are the beginnings of their names, and their signs.
var currencies = []struct {
	name  string
	signs string
	words []string
}{
	{"USD", "$", []string{"dollar", "usd.", "доллар", "долар", "dólar", "dolar", "buck"}},
	{"EUR", "€", []string{"euro.", "euros.", "eur.", "євро", "евро"}},
	{"GBP", "£", []string{"pound", "gbp.", "pfund", "фунт", "libra", "livre", "sterlin", "lire.", "funt"}},
	{"UAH", "₴", []string{"hryvnia", "hryvnya", "uah.", "гривн", "гривен", "грн", "griwna", "hrywn"}},
	{"RUB", "₽", []string{"ruble", "rouble", "rub.", "рубл", "руб.", "rubel", "rublo", "rubli", "rublă"}},
	{"JPY", "¥", []string{"yen.", "jpy.", "єн.", "иен", "ієн"}},
	{"PLN", "", []string{"zloty", "złot", "pln.", "злот"}},
	{"CHF", "", []string{"franken", "chf."}},
	{"RON", "", []string{"lei.", "leu.", "ron."}},
}

// currency returns the currency a word names.
func currency(folded string) string {
	if i := currencyTable.of(folded); i >= 0 {
		return currencies[i].name
	}
	return ""
}

func sign(r rune) string {
	for _, c := range currencies {
		if strings.ContainsRune(c.signs, r) {
			return c.name
		}
	}
	return ""
}

// percents begin the words for per cent.
var percents = []string{"percent", "prozent", "процент", "відсот", "procent", "porcent", "pourcent"}

// labels begin the words after which a numeral says which.
var labels = []string{"annex", "chapter", "part.", "article", "section", "phase", "stage", "round", "appendix", "volume", "protocol", "level", "clause", "paragraph", "point", "title", "act.",
	"kapitel", "teil.", "artikel", "abschnitt", "anhang", "anlage", "absatz", "runde", "stufe", "band.", "punkt", "protokoll",
	"розділ", "частин", "статт", "додат", "етап", "раунд", "том.", "тому.", "пункт", "протокол", "глав", "част", "стат", "приложени", "этап", "раздел",
	"capítulo", "parte.", "artículo", "anexo", "fase", "sección", "capitol", "articol", "anexa", "faz", "secțiun", "chapitre", "partie", "annexe", "étape", "capitolo", "articolo", "allegato", "rozdział", "część", "części", "artykuł", "załącznik", "etap"}

// spelt are numbers in words by language; "one" is left out, for it is a pronoun
// and an article in most languages.
var spelt = func() map[string]map[string]float64 {
	all := make(map[string]map[string]float64)
	put := func(lang, word string, value float64) {
		if all[lang] == nil {
			all[lang] = make(map[string]float64)
		}
		all[lang][word] = value
	}
	for n, list := range []string{
		"two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen",
		"zwei drei vier fünf sechs sieben acht neun zehn elf zwölf dreizehn vierzehn fünfzehn sechzehn siebzehn achtzehn neunzehn",
		"два три чотири п'ять шість сім вісім дев'ять десять одинадцять дванадцять тринадцять чотирнадцять п'ятнадцять шістнадцять сімнадцять вісімнадцять дев'ятнадцять",
		"дві трьох чотирьох п'яти шести семи восьми дев'яти десяти одинадцяти дванадцяти тринадцяти чотирнадцяти п'ятнадцяти шістнадцяти сімнадцяти вісімнадцяти дев'ятнадцяти",
		"два три четыре пять шесть семь восемь девять десять одиннадцать двенадцать тринадцать четырнадцать пятнадцать шестнадцать семнадцать восемнадцать девятнадцать",
		"две трех четырех пяти шести семи восьми девяти десяти одиннадцати двенадцати тринадцати четырнадцати пятнадцати шестнадцати семнадцати восемнадцати девятнадцати",
		"dos tres cuatro cinco seis siete ocho nueve diez once doce trece catorce quince dieciséis diecisiete dieciocho diecinueve",
		"doi trei patru cinci șase șapte opt nouă zece unsprezece doisprezece treisprezece paisprezece cincisprezece șaisprezece șaptesprezece optsprezece nouăsprezece",
		"deux trois quatre cinq six sept huit neuf dix onze douze treize quatorze quinze seize dix-sept dix-huit dix-neuf",
		"due tre quattro cinque sei sette otto nove dieci undici dodici tredici quattordici quindici sedici diciassette diciotto diciannove",
		"dwa trzy cztery pięć sześć siedem osiem dziewięć dziesięć jedenaście dwanaście trzynaście czternaście piętnaście szesnaście siedemnaście osiemnaście dziewiętnaście",
	} {
		for i, w := range strings.Fields(list) {
			put([]string{"en", "de", "uk", "uk", "ru", "ru", "es", "ro", "fr", "it", "pl"}[n], w, float64(i+2))
		}
	}
	for n, list := range []string{
		"twenty thirty forty fifty sixty seventy eighty ninety hundred", "zwanzig dreißig vierzig fünfzig sechzig siebzig achtzig neunzig hundert",
		"двадцять тридцять сорок п'ятдесят шістдесят сімдесят вісімдесят дев'яносто сто", "двадцать тридцать сорок пятьдесят шестьдесят семьдесят восемьдесят девяносто сто",
		"veinte treinta cuarenta cincuenta sesenta setenta ochenta noventa cien", "douăzeci treizeci patruzeci cincizeci șaizeci șaptezeci optzeci nouăzeci sută",
		"vingt trente quarante cinquante soixante soixante-dix quatre-vingts quatre-vingt-dix cent", "venti trenta quaranta cinquanta sessanta settanta ottanta novanta cento",
		"dwadzieścia trzydzieści czterdzieści pięćdziesiąt sześćdziesiąt siedemdziesiąt osiemdziesiąt dziewięćdziesiąt sto",
	} {
		for i, w := range strings.Fields(list) {
			put([]string{"en", "de", "uk", "ru", "es", "ro", "fr", "it", "pl"}[n], w, float64(10*(i+2)))
		}
	}
	for i, w := range strings.Fields("zwei drei vier fünf sechs sieben acht neun") { // dreiundzwanzig
		for j, ten := range strings.Fields("zwanzig dreißig vierzig fünfzig sechzig siebzig achtzig neunzig") {
			put("de", w+"und"+ten, float64(i+2+10*(j+2)))
			put("de", "einund"+ten, float64(1+10*(j+2)))
		}
	}
	return all
}()

// count returns the numbers of a text.
func (r *reading) count() []number {
	if r.counted {
		return r.numbers
	}
	r.counted = true
	for i := 0; i < len(r.words); i++ {
		n, ok := r.numberAt(i)
		if !ok {
			continue
		}
		r.numbers = append(r.numbers, n)
		i = n.last
	}
	return r.numbers
}

// numberAt reads the number that begins with word i.
func (r *reading) numberAt(i int) (number, bool) {
	w := r.words[i]
	n := number{first: i, last: i}
	tail := "" // letters behind digits: 120bn
	switch v, ok := spelt[cmp.Or(r.lang, "en")][w.folded]; {
	case w.digits:
		s := w.stem
		end := strings.IndexFunc(s, func(c rune) bool { return !unicode.IsDigit(c) && c != '.' && c != ',' })
		if end >= 0 {
			s, tail = s[:end], s[end:]
		}
		s = strings.Trim(s, ".,")
		if strings.Count(s, ".") > 1 { // 14.12.2025
			return n, false
		}
		// 10 000 and 10'000 are words of three digits after the first.
		for r.isGroup(n.last+1) && len(s) <= 12 && tail == "" && len(r.words[i].folded) <= 3 && r.joins(n.last) {
			n.last++
			s += r.words[n.last].folded
		}
		v, err := strconv.ParseFloat(strings.ReplaceAll(s, ",", ""), 64)
		if err != nil {
			return n, false
		}
		n.value, n.plain = v, tail == "" && n.last == i && len(s) == 4
	case ok:
		n.value = v
		if v >= 20 && v < 100 && i+1 < len(r.words) && strings.Trim(r.between(i), "-\u2011 ") == "" {
			if u, ok := spelt[cmp.Or(r.lang, "en")][r.words[i+1].folded]; ok && u < 10 {
				n.value, n.last = v+u, i+1
			}
		}
	case i > 0 && labelTable.of(r.words[i-1].folded) >= 0 && roman(r.text[w.start:w.end]) > 0:
		n.value = float64(roman(r.text[w.start:w.end]))
	default:
		return n, false
	}
	if tail != "" {
		switch m := magnitude(tail, r.lang); {
		case m > 0:
			n.value *= m
		case !is(tail, "th.", "st.", "nd.", "rd.", "er.", "e.", "º.", "й.", "го.", "a."):
			return n, false // a code such as 5G or F16
		}
	}
	r.measure(&n)
	return n, true
}

// measure reads what follows and precedes a number.
func (r *reading) measure(n *number) {
	if i := n.last + 1; i < len(r.words) && strings.TrimSpace(strings.Trim(r.between(n.last), ".-\u2011")) == "" {
		if m := magnitude(r.words[i].folded, r.lang); m > 0 && r.words[i].folded != "mille" {
			n.value, n.last, n.plain = n.value*m, i, false
		}
	}
	before, _ := utf8.DecodeLastRuneInString(strings.TrimRight(r.text[:r.words[n.first].start], " \u00a0\u202f"))
	after, _ := utf8.DecodeRuneInString(strings.TrimLeft(r.text[r.words[n.last].end:], " \u00a0\u202f"))
	switch {
	case sign(before) != "":
		n.unit = sign(before)
	case sign(after) != "":
		n.unit = sign(after)
	case after == '%':
		n.unit = "%"
	}
	if i := n.first - 1; i >= 0 && labelTable.of(r.words[i].folded) >= 0 {
		n.label = r.words[i].stem
		return
	} else if i >= 0 && n.unit == "" && currency(r.words[i].folded) != "" && len(r.words[i].folded) == 3 {
		n.unit = currency(r.words[i].folded) // USD 40
	}
	for i := n.last + 1; i < len(r.words) && i <= n.last+3 && n.unit == ""; i++ {
		w := r.words[i]
		if strings.ContainsAny(r.between(i-1), ",;:()") {
			break
		}
		switch c := currency(w.folded); {
		case c != "":
			n.unit = c
		case is(w.folded, percents...), i > n.last+1 && r.words[i-1].folded == "per" && is(w.folded, "cent"), r.words[i-1].folded == "por" && w.folded == "ciento", r.words[i-1].folded == "pour" && w.folded == "cent", r.words[i-1].folded == "la" && w.folded == "sută":
			n.unit, n.last = "%", i
		case !w.stop && n.noun == "" && !w.digits:
			n.noun = w.stem
			if i > n.last+1 {
				return
			}
		}
	}
	if n.unit != "" {
		n.noun, n.plain = "", false
	}
}

// isGroup reports whether word i is three digits.
func (r *reading) isGroup(i int) bool {
	return i < len(r.words) && len(r.words[i].folded) == 3 && strings.Trim(r.words[i].folded, "0123456789") == ""
}

// joins reports whether words i and i+1 are groups of one number.
func (r *reading) joins(i int) bool {
	switch r.between(i) {
	case " ", "\u00a0", "\u202f", "\u2009", "'", "\u2019":
		return true
	}
	return false
}

// roman returns the value of a Roman numeral up to 89, 0 for anything else.
func roman(s string) int {
	if s == "" || len(s) > 7 || strings.Trim(s, "IVXL") != "" {
		return 0
	}
	value := map[byte]int{'I': 1, 'V': 5, 'X': 10, 'L': 50}
	sum := 0
	for i := range len(s) {
		if v := value[s[i]]; i+1 < len(s) && v < value[s[i+1]] {
			sum -= v
		} else {
			sum += v
		}
	}
	return sum
}

// asNumber is a demand for a number.
type asNumber struct {
	number
	start, end int
	clues      []string
}

func (n asNumber) span() (start, end int) { return n.start, n.end }

// maybe: its first digit stands there, or one of the words it may begin with.
func (n asNumber) maybe(text string, _ corpus.Date) bool {
	return slices.ContainsFunc(n.clues, func(c string) bool { return strings.Contains(text, c) })
}

// cluesOf returns what a text holds that writes the number: its first digit, or a
// word of a language without its first letter, which may be a capital.
func cluesOf(of number) []string {
	value := of.value
	out := []string{strconv.FormatFloat(value, 'e', -1, 64)[:1]}
	if of.label != "" {
		out = append(out, "I", "V", "X", "L") // Annex II
	}
	for _, m := range [...]float64{1, 1e3, 1e6, 1e9, 1e12} {
		v := value / m
		if v < 1 || v >= 100 {
			continue
		}
		for _, list := range spelt {
			for w, is := range list {
				if is == v || v > 20 && is == math.Floor(v/10)*10 {
					_, n := utf8.DecodeRuneInString(w)
					out = append(out, w[n:])
				}
			}
		}
	}
	return out
}

func numbers(q *reading) []demand {
	var out []demand
	inDay := make(map[int]bool)
	for _, d := range q.dates() {
		for i := d.first; i <= d.last; i++ {
			inDay[i] = true
		}
	}
	for _, n := range q.count() {
		if !inDay[n.first] {
			out = append(out, asNumber{n, q.words[n.first].start, q.words[n.last].end, cluesOf(n)})
		}
	}
	return out
}

func (n asNumber) check(s *reading) Verdict {
	other := false
	for _, o := range s.count() {
		switch {
		case !close(n.value, o.value):
			other = other || n.unit != "" && n.unit == o.unit || n.unit == "" && n.label != "" && n.label == o.label ||
				n.unit == "" && n.label == "" && n.noun != "" && n.noun == o.noun
		case n.unit == o.unit || n.unit == "" || o.unit == "":
			if n.label == "" || o.label == "" || n.label == o.label {
				return Met
			}
		default:
			other = true // another currency
		}
	}
	if other {
		for _, o := range append(s.title().count(), s.prior().count()...) {
			if close(n.value, o.value) && n.unit == o.unit {
				return Open
			}
		}
		return Contradicted
	}
	return Open
}

// close reports whether two numbers are one, as floats go.
func close(a, b float64) bool { return math.Abs(a-b) <= 1e-9*math.Max(math.Abs(a), math.Abs(b)) }
