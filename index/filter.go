package index

import (
	"maps"
	"slices"
	"strings"

	"rapporteur/corpus"
	"rapporteur/index/demand"
	"rapporteur/index/words"
)

// filter is what of a corpus a query may look at.
type filter struct {
	texts     []int    // numbers of the texts, nil for all
	allowed   []bool   // by text number, nil for all
	phrases   []string // folded
	scope     Scope
	languages []string // of the texts

	view     *view
	narrow   bool   // the query chooses texts
	passages []byte // of such a query, 1 for each that passes by its text; see documents
}

func (g *generation) filter(q Query) filter {
	v := g.view.Load()
	f := filter{view: v}
	for _, p := range q.Phrases {
		if p = demand.Letters(p); p != "" {
			f.phrases = append(f.phrases, p)
		}
	}
	all := g.corpus.Texts()
	if len(q.Sources)+len(q.Within) == 0 && q.Since.IsZero() && q.Before.IsZero() && q.Language == "" {
		f.texts, f.allowed, f.scope, f.languages = v.texts, v.allowed, v.scope, v.languages
		return f
	}
	f.narrow, f.allowed, f.texts = true, make([]bool, len(all)), []int{}
	for i, t := range all {
		if v.has(i) && passes(t, q) {
			f.allowed[i] = true
			f.texts = append(f.texts, i)
		}
	}
	f.scope, f.languages = describe(all, f.texts)
	return f
}

// describe says what the texts with the numbers are, and in which languages,
// sorted.
func describe(all []*corpus.Text, numbers []int) (Scope, []string) {
	s := Scope{Texts: len(numbers)}
	seen := make(map[string]bool)
	for _, i := range numbers {
		seen[all[i].Language] = true
		d := all[i].Published
		if d.IsZero() {
			continue
		}
		if s.From.IsZero() || d.Time.Before(s.From.Time) {
			s.From = d
		}
		if s.To.IsZero() || d.Time.After(s.To.Time) {
			s.To = d
		}
	}
	return s, slices.Sorted(maps.Keys(seen))
}

func passes(t *corpus.Text, q Query) bool {
	if q.Language != "" && !strings.EqualFold(q.Language, t.Language) {
		return false
	}
	// Days are compared as the publisher wrote them, in his time zone.
	if day := t.Published.Day(); !q.Since.IsZero() && day < q.Since.Day() ||
		!q.Before.IsZero() && (day == "" || day >= q.Before.Day()) {
		return false
	}
	return Matches(t, q.Sources) && Matches(t, q.Within)
}

// Matches reports whether a text is one of the named: by its id, or by part of
// its title or publisher. No names mean any text.
func Matches(t *corpus.Text, names []string) bool {
	if len(names) == 0 {
		return true
	}
	id, title, publisher := words.Fold(t.ID), words.Fold(t.Title), words.Fold(t.Publisher)
	return slices.ContainsFunc(names, func(s string) bool {
		s = strings.TrimSpace(words.Fold(s))
		return s != "" && (s == id || strings.Contains(title, s) || strings.Contains(publisher, s))
	})
}

// admits reports whether passage number n passes the filter.
func (f *filter) admits(g *generation, n int) (bool, error) {
	if f.allowed != nil && !f.allowed[g.textOf(n)] {
		return false, nil
	}
	return f.holds(g, n)
}

// holds reports whether passage number n holds the phrases.
func (f *filter) holds(g *generation, n int) (bool, error) {
	if len(f.phrases) == 0 {
		return true, nil
	}
	t := g.textOf(n)
	text := g.corpus.Texts()[t]
	body, err := text.Read(text.Passages[n-g.first[t]].Range)
	if err != nil {
		return false, err
	}
	letters := demand.Letters(body)
	for _, p := range f.phrases {
		if !demand.Holds(letters, p) {
			return false, nil
		}
	}
	return true, nil
}

// documents tells for each document of part number i whether its text passes
// the filter; nil says that all do.
func (f *filter) documents(g *generation, i int) []byte {
	if !f.narrow {
		return f.view.documents[i]
	}
	if f.passages == nil {
		f.passages = g.admitted(f.texts)
	}
	return g.parts[i].admitted(f.passages)
}

// admitted returns 1 for each passage of the texts with the numbers.
func (g *generation) admitted(texts []int) []byte {
	passages := make([]byte, g.stats.Passages)
	for _, t := range texts {
		for n := g.first[t]; n < g.first[t+1]; n++ {
			passages[n] = 1
		}
	}
	return passages
}

// admitted returns the same for each document of the part.
func (p *part) admitted(passages []byte) []byte {
	documents := make([]byte, len(p.passages))
	for i, n := range p.passages {
		if n != gone {
			documents[i] = passages[n]
		}
	}
	return documents
}
