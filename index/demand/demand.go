// Package demand reads what a question demands of its answer, as data, and
// checks sentences against it.
//
// A question is read once. A sentence is checked in its own context: its
// heading, its title, the sentence before it. Each demand is met, open or
// contradicted: 2025 contradicts 2026, a sentence without a year leaves it open.
// What is contradicted is no answer, however many words it shares.
package demand

import (
	"slices"
	"strings"
	"unicode/utf8"

	"rapporteur/corpus"
	"rapporteur/index/words"
)

// Verdict is what a sentence makes of a demand.
type Verdict int8

// The verdicts.
const (
	Open         Verdict = iota // it says nothing of it
	Met                         // it says what is demanded
	Contradicted                // it says another thing of the same kind
)

// Kind is a kind of demand.
type Kind uint8

// The kinds, one file each.
const (
	Number   Kind = iota // sums, shares, counts: number.go
	Day                  // days, months, years: day.go
	Polarity             // denials and opposites: polarity.go
	Modifier             // which of several of one kind: modifier.go
	Name                 // forename and surname: name.go
	Stem                 // a word, not another of the same stem: stem.go
	Shape                // a statement, no question or heading: shape.go
	Phrase               // words in quotation marks: phrase.go
	Kinds                // how many there are
)

var kindNames = [Kinds]string{"number", "day", "polarity", "modifier", "name", "stem", "shape", "phrase"}

func (k Kind) String() string { return kindNames[k] }

// demand is something that a question demands.
type demand interface {
	check(s *reading) Verdict
}

// literal is a demand that words of the question spell out, which a sentence
// may spell otherwise.
type literal interface {
	demand
	span() (start, end int) // bytes of the question
	// maybe tells in little time whether a text of that day may meet it.
	maybe(text string, published corpus.Date) bool
}

// readers is the table of the kinds: each reads from a question what it demands.
var readers = [Kinds]func(q *reading) []demand{
	Number: numbers, Day: days, Polarity: polarities, Modifier: modifiers, Name: names, Stem: stems, Shape: shapes,
}

// Demands are what a question demands. The zero value demands nothing. It is
// safe for concurrent use once made.
type Demands struct {
	of [Kinds][]demand
}

// Read reads a question put in the language (ISO 639-1) and the phrases that
// must stand in the answer.
func Read(question, lang string, phrases []string) *Demands {
	q := newReading(question, lang)
	d := new(Demands)
	for k, read := range readers {
		if read != nil {
			d.of[k] = read(q)
		}
	}
	for _, p := range phrases {
		if p = Letters(p); p != "" {
			d.of[Phrase] = append(d.of[Phrase], phrase(p))
		}
	}
	return d
}

// Has reports whether there is a demand of the kind.
func (d *Demands) Has(k Kind) bool { return d != nil && len(d.of[k]) > 0 }

// Sentence is a sentence with what stands around it.
type Sentence struct {
	Text, Lang     string
	Before         string // the sentence before it in its passage
	Heading, Title string
	Published      corpus.Date
}

// Findings are the verdicts by kind: contradicted if one demand of the kind is,
// met if all are.
type Findings [Kinds]Verdict

// Contradicted reports whether a demand is.
func (f Findings) Contradicted() bool { return slices.Contains(f[:], Contradicted) }

// Check holds a sentence against the demands.
func (d *Demands) Check(s Sentence) Findings {
	var f Findings
	if d == nil {
		return f
	}
	r := newReading(s.Text, s.Lang)
	r.around = s
	for k, list := range d.of {
		f[k] = all(list, r, Kind(k) == Day)
	}
	return f
}

// all returns what a sentence makes of the demands of one kind together. Of days,
// one that is met is enough: from 2000 to 2005, and compared with 1995.
func all(list []demand, s *reading, one bool) Verdict {
	met, contradicted := 0, 0
	for _, d := range list {
		switch d.check(s) {
		case Met:
			met++
		case Contradicted:
			contradicted++
		}
	}
	switch {
	case contradicted > 0 && !(one && met > 0):
		return Contradicted
	case met > 0 && met == len(list):
		return Met
	}
	return Open
}

// Literals reports whether there are demands that a sentence may spell
// otherwise than the question: numbers and days.
func (d *Demands) Literals() bool { return d.Has(Number) || d.Has(Day) }

// Spelt calls met with the bytes of the question of each number and day that
// the sentence meets by itself, however it spells it.
func (d *Demands) Spelt(text, lang string, published corpus.Date, met func(start, end int)) {
	var r *reading
	for _, k := range [...]Kind{Number, Day} {
		for _, one := range d.of[k] {
			l := one.(literal)
			if !l.maybe(text, published) {
				continue
			}
			if r == nil {
				r = newReading(text, lang)
				r.around.Published = published
			}
			if l.check(r) == Met {
				met(l.span())
			}
		}
	}
}

// word is a word of a text.
type word struct {
	folded     string // in lower case
	stem       string
	start, end int
	capital    bool
	stop       bool
	digits     bool // begins with a digit
}

// reading is a text as it is read for demands.
type reading struct {
	text, lang string
	words      []word
	around     Sentence

	counted bool
	numbers []number
	dated   bool
	days    []date
	aside   *reading // the heading and the title
	before  *reading
}

var plain = words.New(nil)

func newReading(text, lang string) *reading {
	r := &reading{text: text, lang: lang}
	tokens := plain.Tokens(lang, text)
	r.words = make([]word, 0, len(tokens))
	for _, t := range tokens {
		if t.Has(words.Part) || len(r.words) > 0 && t.Start < r.words[len(r.words)-1].end {
			continue
		}
		raw := text[t.Start:t.End]
		r.words = append(r.words, word{
			folded: strings.TrimSuffix(strings.TrimSuffix(words.Fold(raw), "'s"), "'"), stem: t.Term, start: t.Start, end: t.End,
			capital: t.Has(words.Capital), stop: t.Has(words.Stop), digits: t.Has(words.Number),
		})
	}
	return r
}

// title returns the heading and title above a sentence.
func (r *reading) title() *reading {
	if r.aside == nil {
		r.aside = newReading(r.around.Heading+". "+r.around.Title, r.lang)
	}
	return r.aside
}

// prior returns the sentence before.
func (r *reading) prior() *reading {
	if r.before == nil {
		r.before = newReading(r.around.Before, r.lang)
	}
	return r.before
}

// has reports whether one of the words has the stem.
func (r *reading) has(stem string) bool {
	return slices.ContainsFunc(r.words, func(w word) bool { return w.stem == stem })
}

// between returns what stands between words i and i+1.
func (r *reading) between(i int) string {
	if i < 0 || i+1 >= len(r.words) {
		return ""
	}
	return r.text[r.words[i].end:r.words[i+1].start]
}

// table finds the list that holds the beginning of a word, by its first letter.
type table map[rune][]entry

type entry struct {
	text  string
	whole bool
	list  int
}

// newTable makes a table of lists of beginnings, as is takes them.
func newTable(lists ...[]string) table {
	t := make(table)
	for i, list := range lists {
		for _, p := range list {
			text, whole := strings.CutSuffix(p, ".")
			first, _ := utf8.DecodeRuneInString(text)
			t[first] = append(t[first], entry{text, whole, i})
		}
	}
	return t
}

// of returns the number of the first list that fits the word, -1 for none.
func (t table) of(folded string) int {
	first, _ := utf8.DecodeRuneInString(folded)
	for _, e := range t[first] {
		if folded == e.text || !e.whole && strings.HasPrefix(folded, e.text) {
			return e.list
		}
	}
	return -1
}

// each calls f with the number of each list that fits the word.
func (t table) each(folded string, f func(list int)) {
	first, _ := utf8.DecodeRuneInString(folded)
	last := -1
	for _, e := range t[first] {
		if e.list != last && (folded == e.text || !e.whole && strings.HasPrefix(folded, e.text)) {
			last = e.list
			f(e.list)
		}
	}
}

// is reports whether a folded word begins with one of the prefixes, or is one
// of those that end in a full stop.
func is(folded string, prefixes ...string) bool {
	for _, p := range prefixes {
		if whole, ok := strings.CutSuffix(p, "."); ok {
			if folded == whole {
				return true
			}
		} else if strings.HasPrefix(folded, p) {
			return true
		}
	}
	return false
}
