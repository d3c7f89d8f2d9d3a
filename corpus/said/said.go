// Package said finds who said what in a text: by rule, when the text is loaded,
// and in one pass.
//
// A statement is what a text gives as somebody's words or view. The rules know
// the verbs, nouns and phrases of nine languages. Where they are not sure who
// speaks, a statement has no speaker: a wrong name is worse than none.
package said

import (
	"cmp"
	"slices"
	"strings"

	"rapporteur/corpus"
)

// A Manner says how a text gives what was said.
type Manner string

const (
	Direct   Manner = "direct"   // in quotation marks, from first to last
	Reported Manner = "reported" // in the text's own words
	Mixed    Manner = "mixed"    // in the text's own words with quoted ones among them
)

// Statement is what a text gives as somebody's words or view. Ranges are bytes
// of the stored text.
type Statement struct {
	corpus.Range
	Manner  Manner
	Cue     corpus.Range // the words that say that somebody says it; empty in a transcript
	Speaker Speaker      // zero when the text names nobody or the rules are unsure
	Day     Day          // when it was said
	Rule    string       // which rule found it, for those who mend them
}

// Speaker is who says a statement.
type Speaker struct {
	Name    string       // as the text names the speaker in full; "" when it cannot be told
	Mention corpus.Range // the words beside the cue: he, the minister, Merz
}

// Known reports whether the speaker has a name.
func (s Speaker) Known() bool { return s.Name != "" }

// Found is what Find finds in a text.
type Found struct {
	Statements []Statement // in the order in which they begin
	People     []Person    // whom the text names in full or by title
}

// Find returns the statements of a text.
func Find(t *corpus.Text) (Found, error) {
	body, err := t.Whole()
	if err != nil {
		return Found{}, err
	}
	return find(t, body, likely, false), nil
}

// FindAll is Find with weights of one's own: every English candidate for whose
// signs keep returns true becomes a statement, and its Rule is the signs,
// parted by spaces. It is for those who measure and learn.
func FindAll(t *corpus.Text, keep func(signs []string) bool) ([]Statement, error) {
	body, err := t.Whole()
	if err != nil {
		return nil, err
	}
	return find(t, body, keep, true).Statements, nil
}

func find(t *corpus.Text, body string, keep func([]string) bool, signs bool) Found {
	f := &finder{weigh: keep, keepSigns: signs}
	f.body, f.lang = body, languageOf(t.Language)
	f.english = f.lang.english
	var out Found
	r := newResolver(t, f)
	f.spoken = t.Kind == corpus.Transcript || f.dialogue(t.Passages)
	for _, ps := range t.Passages {
		f.tokenize(ps)
		f.run()
		out.Statements = r.passage(out.Statements)
	}
	slices.SortStableFunc(out.Statements, func(a, b Statement) int { return cmp.Or(a.Start-b.Start, b.End-a.End) })
	for _, p := range r.people {
		out.People = append(out.People, *p)
	}
	return out
}

// dialogue reports whether passages begin with the names of at least two
// speakers and a colon: in capitals, or each of them twice.
func (f *finder) dialogue(passages []corpus.Passage) bool {
	caps, seen, twice := make(map[string]bool), make(map[string]bool), make(map[string]bool)
	for _, ps := range passages {
		name, _, ok := strings.Cut(f.body[ps.Start:min(ps.End, ps.Start+60)], ":")
		if !ok || name == "" || !isUpper(firstRune(name)) || strings.ContainsAny(name, "\n!?“\"«(") {
			continue
		}
		names := true
		for w := range strings.FieldsSeq(name) {
			names = names && (isUpper(firstRune(w)) || particles[w])
		}
		if !names {
			continue
		}
		if len(name) > 1 && strings.ToUpper(name) == name {
			caps[name] = true
		}
		if seen[name] {
			twice[name] = true
		}
		seen[name] = true
	}
	return len(caps) >= 2 || len(twice) >= 2
}

// manner tells how a content is given.
func (f *finder) manner(x finding) Manner {
	if x.direct {
		return Direct
	}
	for i := x.content.from; i < x.content.to; i++ {
		if f.toks[i].quote >= 0 {
			if i == x.content.from && f.toks[i].kind == open && f.quotes[f.toks[i].quote].last == x.content.to-1 {
				return Direct
			}
			return Mixed
		}
	}
	return Reported
}

func (f *finder) bytes(s span) corpus.Range {
	return corpus.Range{Start: f.toks[s.from].start, End: f.toks[s.to-1].end}
}
