package index

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"

	"rapporteur/index/demand"
	"rapporteur/index/rank"
)

const (
	// candidates is how many passages are ranked by their sentences.
	candidates = 32
	// maxTerms is how many terms of a question are searched for in one
	// language: the rarest. Longer questions are documents, not questions.
	maxTerms = 48

	defaultLimit = 10
)

// Search finds the sentences that answer the query best.
func (x *Index) Search(ctx context.Context, q Query) (Result, error) {
	g, err := x.acquire()
	if err != nil {
		return Result{}, err
	}
	defer g.release()
	x.searching.Add(1)
	defer x.searching.Add(-1)
	r, err := g.search(ctx, q)
	if err != nil {
		return Result{}, fmt.Errorf("index: search: %w", err)
	}
	return r, nil
}

func (g *generation) search(ctx context.Context, q Query) (Result, error) {
	asked, passages, f, near, err := g.find(ctx, q)
	if err != nil {
		return Result{}, err
	}
	result := Result{Searched: f.scope}
	limit := q.Limit
	if limit <= 0 {
		limit = defaultLimit
	}
	g.ranker.Ranked(asked, passages, near.or(), func(ranked []rank.Scored, confidence float64) {
		result.Newest = asked.Newest
		text, _ := demand.Newest(demand.Clean(q.Text))
		result.Unknown = g.ranker.Unknown(text, asked, ranked)
		result.Hits = g.home(distinct(ranked, limit), asked.Home(), &f)
		if len(result.Hits) > 0 {
			result.Confidence = confidence
		}
	})
	return result, nil
}

// meant returns the query as it is meant, and whether the newest answer is wanted.
func meant(q Query) (Query, bool) {
	text, newest := demand.Newest(demand.Clean(q.Text))
	q.Text = text
	if len(q.Phrases) == 0 {
		if name := demand.Bare(q.Text, "en"); name != "" {
			q.Phrases = []string{name}
		}
	}
	return q, newest
}

// find analyses the query and returns the passages whose sentences are worth
// ranking, and how near they are in meaning.
func (g *generation) find(ctx context.Context, q Query) (*rank.Question, []*rank.Passage, filter, *senses, error) {
	if err := ctx.Err(); err != nil {
		return nil, nil, filter{}, nil, err
	}
	q, newest := meant(q)
	f := g.filter(q)
	asked := g.ranker.Ask(q.Text, f.languages)
	wanted := asked
	if len(q.Phrases) > 0 {
		wanted = g.ranker.Ask(q.Text+" "+strings.Join(q.Phrases, " "), f.languages)
	}
	if asked.Empty() {
		asked = wanted
	}
	if len(q.Phrases) > 0 {
		asked.Demand(q.Text, q.Phrases)
	}
	asked.Newest = newest
	if wanted.Empty() && len(f.phrases) == 0 {
		return asked, nil, f, nil, nil
	}
	near := g.senses(ctx, q.Text)
	found, err := g.candidates(ctx, wanted, near, &f)
	if err != nil {
		return nil, nil, filter{}, nil, err
	}
	passages, err := g.passages(found)
	if err != nil {
		return nil, nil, filter{}, nil, err
	}
	if more := g.followed(found, passages, &f); len(more) > len(found) {
		if passages, err = g.passages(more); err != nil {
			return nil, nil, filter{}, nil, err
		}
	}
	near.prepare(passages)
	return asked, passages, f, near, nil
}

// followed returns the numbers of the passages and of those that follow one which
// ends in a question or a colon: what it is about stands there.
func (g *generation) followed(numbers []int, passages []*rank.Passage, f *filter) []int {
	out := numbers
	for i, n := range numbers {
		if !passages[i].Leads() || n+1 == len(g.cache.slots) || g.textOf(n+1) != g.textOf(n) {
			continue
		}
		if ok, err := f.admits(g, n+1); err == nil && ok {
			out = append(slices.Clip(out), n+1)
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// Candidates returns the analysed query, the passages that Search would rank, and
// how near they are in meaning, with the statistics it would rank them by. It is for
// measuring and training rankers.
func (x *Index) Candidates(ctx context.Context, q Query) (*rank.Question, []*rank.Passage, rank.Senses, *rank.Ranker, error) {
	g, err := x.acquire()
	if err != nil {
		return nil, nil, nil, nil, err
	}
	defer g.release()
	asked, passages, _, near, err := g.find(ctx, q)
	if err != nil {
		return nil, nil, nil, nil, fmt.Errorf("index: candidates: %w", err)
	}
	return asked, passages, near.or(), g.ranker, nil
}

// candidates returns the numbers of the passages worth ranking, in order.
func (g *generation) candidates(ctx context.Context, asked *rank.Question, near *senses, f *filter) ([]int, error) {
	if n := g.small(f); n != nil {
		return g.only(n, f)
	}
	var found []int
	if terms := g.wanted(asked); len(terms) > 0 {
		best, err := g.walk(ctx, terms, f)
		if err != nil {
			return nil, err
		}
		for _, s := range best {
			found = append(found, int(s.passage))
		}
	} else {
		var err error
		if found, err = g.scan(ctx, f); err != nil {
			return nil, err
		}
	}
	if near != nil {
		more, err := near.passages(f)
		if err != nil {
			return nil, err
		}
		found = append(found, more...)
	}
	slices.Sort(found)
	return slices.Compact(found), nil
}

// scan looks for the passages that hold the phrases of a query that has no
// word to be found by, such as "to be or not to be".
func (g *generation) scan(ctx context.Context, f *filter) ([]int, error) {
	if len(f.phrases) == 0 {
		return nil, nil
	}
	var found []int
	for n := range g.first[len(g.first)-1] {
		if n%256 == 0 && ctx.Err() != nil {
			return nil, ctx.Err()
		}
		ok, err := f.admits(g, n)
		if err != nil {
			return nil, err
		}
		if ok {
			if found = append(found, n); len(found) == candidates {
				break
			}
		}
	}
	return found, nil
}

// only returns those of the passages that pass the filter.
func (g *generation) only(passages []int, f *filter) ([]int, error) {
	var out []int
	for _, n := range passages {
		ok, err := f.admits(g, n)
		if err != nil {
			return nil, err
		}
		if ok {
			out = append(out, n)
		}
	}
	return out, nil
}

// small returns all passages that pass the filter's choice of texts if they
// are few enough to be ranked without a search, nil otherwise.
func (g *generation) small(f *filter) []int {
	const few = 2 * candidates
	var out []int
	add := func(t int) bool {
		for n := g.first[t]; n < g.first[t+1]; n++ {
			out = append(out, n)
		}
		return len(out) <= few
	}
	if f.texts == nil {
		if n := g.first[len(g.first)-1]; n > few {
			return nil
		}
		for t := range g.corpus.Texts() {
			add(t)
		}
		return slices.Clip(append([]int{}, out...))
	}
	for _, t := range f.texts {
		if !add(t) {
			return nil
		}
	}
	return append([]int{}, out...)
}

// A word is common that stands in so many passages, and in so large a share of
// them: to go through its postings is most of a search. A test changes it.
var commonPassages = 4096

const (
	commonShare = 1. / 64
	// What is looked for keeps so much of the question's weight, and so many
	// words: with them every passage that holds most of the question is found.
	tellingShare = .7
	tellingWords = 4
)

// telling returns how many of the terms, which are in the order of their
// weights, are worth looking for: words that are common in a large corpus are
// left out where rarer ones say most of the question. They count again when
// sentences are ranked.
func telling(terms []rank.QueryTerm, stats *rank.Language) int {
	total := 0.0
	for _, t := range terms {
		total += t.IDF
	}
	n, left := len(terms), total
	for ; n > tellingWords; n-- {
		t := terms[n-1]
		passages := float64(stats.Frequency(t.Term).Passages)
		if left -= t.IDF; left < tellingShare*total || passages < float64(commonPassages) || passages < commonShare*float64(stats.Passages) {
			break
		}
	}
	return n
}

// wanted returns the words of the question that stand in the corpus, in each
// language the rarest.
func (g *generation) wanted(asked *rank.Question) []term {
	var all []term
	for _, lang := range asked.Languages() {
		stats := g.terms.Languages[lang]
		if stats == nil || stats.Passages == 0 {
			continue
		}
		terms := slices.Clone(asked.Variant(lang).Terms)
		terms = slices.DeleteFunc(terms, func(t rank.QueryTerm) bool { return !t.Known })
		slices.SortStableFunc(terms, func(a, b rank.QueryTerm) int { return cmp.Compare(b.IDF, a.IDF) })
		terms = terms[:min(len(terms), maxTerms)]
		for _, t := range terms[:telling(terms, stats)] {
			for _, text := range append([]string{t.Text}, t.Also...) {
				all = append(all, term{fieldOf(lang), text, t.IDF, float64(stats.Words) / float64(stats.Passages)})
			}
		}
	}
	return all
}
