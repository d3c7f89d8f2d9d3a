package index

import (
	"slices"
	"strings"
	"unicode"

	"rapporteur/corpus"
)

// home puts the sentence of a version in the asker's language in the place of
// each hit that is in another, where the versions go sentence for sentence, and
// notes in which versions a hit stands too. A sentence is shown once.
func (g *generation) home(hits []Hit, langs []string, f *filter) []Hit {
	out := hits[:0]
	var seen []Hit
	for _, h := range hits {
		versions := g.corpus.Versions(h.Text)
		if len(versions) > 0 {
			versions = slices.DeleteFunc(slices.Clone(versions), func(v *corpus.Text) bool { return !g.passes(v, f) })
			for _, v := range versions {
				if slices.Contains(langs, h.Text.Language) || !slices.Contains(langs, v.Language) {
					continue
				}
				if same, ok := counterpart(h, v); ok {
					versions = append(slices.DeleteFunc(versions, func(o *corpus.Text) bool { return o == v }), h.Text)
					same.Score, same.Met = h.Score, h.Met
					h = same
					break
				}
			}
			h.Versions = versions
		}
		twice := func(o Hit) bool {
			return o.Text == h.Text && o.Sentence == h.Sentence ||
				g.corpus.SameText(o.Text, h.Text) && o.Passage == h.Passage && aligned(o.Text, h.Text) && place(o) == place(h)
		}
		if len(h.Versions) == 0 || !slices.ContainsFunc(seen, twice) {
			out, seen = append(out, h), append(seen, h)
		}
	}
	return out
}

// passes reports whether a text may be looked at.
func (g *generation) passes(t *corpus.Text, f *filter) bool {
	i, ok := slices.BinarySearchFunc(g.corpus.Texts(), t.ID, func(o *corpus.Text, id string) int { return strings.Compare(o.ID, id) })
	return ok && (f.allowed == nil || f.allowed[i]) && len(f.phrases) == 0
}

// place returns which sentence of its passage a hit is.
func place(h Hit) int { return slices.Index(h.Text.Passages[h.Passage].Sentences, h.Sentence) }

// aligned reports whether two texts go sentence for sentence.
func aligned(a, b *corpus.Text) bool {
	return slices.EqualFunc(a.Passages, b.Passages, func(p, q corpus.Passage) bool { return len(p.Sentences) == len(q.Sentences) })
}

// counterpart returns the sentence of a version that stands where the hit does
// and holds the same numbers.
func counterpart(h Hit, v *corpus.Text) (Hit, bool) {
	i := place(h)
	if i < 0 || !aligned(h.Text, v) {
		return Hit{}, false
	}
	there := Hit{Text: v, Passage: h.Passage, Sentence: v.Passages[h.Passage].Sentences[i]}
	a, err := h.Text.Read(h.Sentence)
	if err != nil {
		return Hit{}, false
	}
	b, err := v.Read(there.Sentence)
	return there, err == nil && slices.Equal(digits(a), digits(b))
}

// digits returns the runs of digits of a sentence, sorted.
func digits(s string) []string {
	out := strings.FieldsFunc(s, func(r rune) bool { return !unicode.IsDigit(r) })
	slices.Sort(out)
	return out
}
