package rank

import (
	"cmp"
	"maps"
	"slices"

	"rapporteur/index/words"
)

// Question is a question analysed in each language of a corpus.
type Question struct {
	variants map[string]*Variant
}

// Variant is a question as analysed in one language.
type Variant struct {
	Lang   string
	Tokens []Token
	Terms  []QueryTerm // what is looked for: each once, in the question's order
}

// QueryTerm is a word of a question that is looked for.
type QueryTerm struct {
	Token
	Text string // the term of package words, which the index knows it by
	IDF  float64
}

// Ask analyses a question in each of the languages.
func (r *Ranker) Ask(question string, langs []string) *Question {
	q := &Question{variants: make(map[string]*Variant, len(langs))}
	for _, lang := range langs {
		q.variants[lang] = r.variant(question, lang)
	}
	return q
}

func (r *Ranker) variant(question, lang string) *Variant {
	v := &Variant{Lang: lang}
	found := r.analyser.Tokens(lang, question)
	v.Tokens = appendTokens(nil, lang, question, found)
	stats := r.stats.Languages[lang]
	seen := make(map[Term]bool)
	for i, t := range v.Tokens {
		if t.Kind&Stop != 0 || seen[t.Term] {
			continue
		}
		seen[t.Term] = true
		n := 0
		if stats != nil {
			n = stats.Sentences
		}
		v.Terms = append(v.Terms, QueryTerm{Token: t, Text: found[i].Term, IDF: idf(n, int(stats.Frequency(t.Term).Sentences))})
	}
	return v
}

// Variant returns the question in the language.
func (q *Question) Variant(lang string) *Variant { return q.variants[lang] }

func (q *Question) in(lang string) *Variant {
	if v := q.variants[lang]; v != nil {
		return v
	}
	return &Variant{Lang: lang}
}

// Languages returns the languages in which the question was analysed, sorted.
func (q *Question) Languages() []string { return slices.Sorted(maps.Keys(q.variants)) }

// Empty reports whether there is nothing to look for.
func (q *Question) Empty() bool {
	for _, v := range q.variants {
		if len(v.Terms) > 0 {
			return false
		}
	}
	return true
}

// Unknown returns the words of the question, as typed, that stand nowhere in
// the corpus.
func (r *Ranker) Unknown(question string) []string {
	known := make(map[int]bool) // by where the word starts
	var all []words.Token
	for lang, stats := range r.stats.Languages {
		for _, t := range r.analyser.Tokens(lang, question) {
			if t.Has(words.Stop) || stats.Frequency(Hash(t.Term)).Sentences > 0 {
				known[t.Start] = true
			}
			all = append(all, t)
		}
	}
	slices.SortFunc(all, func(a, b words.Token) int { return cmp.Compare(a.Start, b.Start) })
	var out []string
	for _, t := range all {
		if w := question[t.Start:t.End]; !known[t.Start] && !slices.Contains(out, w) {
			out = append(out, w)
		}
	}
	return out
}
