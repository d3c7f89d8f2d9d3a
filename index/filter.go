package index

import (
	"slices"
	"strings"

	"rapporteur/corpus"
	"rapporteur/index/words"
)

// filter is what of a corpus a query may look at.
type filter struct {
	texts   []int    // numbers of the texts, nil for all
	allowed []bool   // by text number, nil for all
	phrases []string // folded
	scope   Scope
}

func (g *generation) filter(q Query) filter {
	var f filter
	for _, p := range q.Phrases {
		if p = strings.TrimSpace(words.Fold(p)); p != "" {
			f.phrases = append(f.phrases, p)
		}
	}
	all := g.corpus.Texts()
	if len(q.Sources) > 0 || !q.Since.IsZero() || !q.Before.IsZero() || q.Language != "" {
		f.allowed = make([]bool, len(all))
		f.texts = []int{}
		for i, t := range all {
			if passes(t, q) {
				f.allowed[i] = true
				f.texts = append(f.texts, i)
			}
		}
	}
	for i, t := range all {
		if f.allowed != nil && !f.allowed[i] {
			continue
		}
		f.scope.Texts++
		if d := t.Published; !d.IsZero() {
			if f.scope.From.IsZero() || d.Time.Before(f.scope.From.Time) {
				f.scope.From = d
			}
			if f.scope.To.IsZero() || d.Time.After(f.scope.To.Time) {
				f.scope.To = d
			}
		}
	}
	return f
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
	return len(q.Sources) == 0 || slices.ContainsFunc(q.Sources, func(s string) bool {
		s = strings.TrimSpace(words.Fold(s))
		return s != "" && (s == words.Fold(t.ID) ||
			strings.Contains(words.Fold(t.Title), s) ||
			strings.Contains(words.Fold(t.Publisher), s))
	})
}

// admits reports whether passage number n passes the filter.
func (f *filter) admits(g *generation, n int) bool {
	t := g.textOf(n)
	if f.allowed != nil && !f.allowed[t] {
		return false
	}
	if len(f.phrases) == 0 {
		return true
	}
	text := g.corpus.Texts()[t]
	folded := words.Fold(text.Passages[n-g.first[t]].Of(text.Body))
	for _, p := range f.phrases {
		if !words.Holds(folded, p) {
			return false
		}
	}
	return true
}
