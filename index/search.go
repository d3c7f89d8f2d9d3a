package index

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/blevesearch/bleve/v2"
	"github.com/blevesearch/bleve/v2/search"
	"github.com/blevesearch/bleve/v2/search/query"

	"rapporteur/index/rank"
)

const (
	// candidates is how many passages are ranked by their sentences.
	candidates = 32
	// maxTerms is how many terms of a question are searched for in one
	// language: the rarest. Longer questions are documents, not questions.
	maxTerms = 48
	// maxSearchers stops a search that became larger than any we make.
	maxSearchers = 4096
	// maxHomes is how many texts a filter may name to the full-text index;
	// beyond that so many pass that looking at each match is cheaper.
	maxHomes = 256

	defaultLimit = 10
)

// Search finds the sentences that answer the query best.
func (x *Index) Search(ctx context.Context, q Query) (Result, error) {
	g, err := x.acquire()
	if err != nil {
		return Result{}, err
	}
	defer g.release()
	r, err := g.search(ctx, q)
	if err != nil {
		return Result{}, fmt.Errorf("index: search: %w", err)
	}
	return r, nil
}

func (g *generation) search(ctx context.Context, q Query) (Result, error) {
	asked, passages, scope, err := g.find(ctx, q)
	if err != nil {
		return Result{}, err
	}
	result := Result{Searched: scope, Unknown: g.ranker.Unknown(q.Text)}
	scored, confidence := g.ranker.Rank(asked, passages)
	limit := q.Limit
	if limit <= 0 {
		limit = defaultLimit
	}
	for _, s := range scored[:min(limit, len(scored))] {
		result.Hits = append(result.Hits, Hit{
			Text:     s.Passage.Text,
			Passage:  s.Passage.Number,
			Sentence: s.Passage.Text.Passages[s.Passage.Number].Sentences[s.Sentence],
			Score:    s.Score,
		})
	}
	if len(result.Hits) > 0 {
		result.Confidence = confidence
	}
	return result, nil
}

// find analyses the query and returns the passages whose sentences are worth
// ranking.
func (g *generation) find(ctx context.Context, q Query) (*rank.Question, []*rank.Passage, Scope, error) {
	if err := ctx.Err(); err != nil {
		return nil, nil, Scope{}, err
	}
	f := g.filter(q)
	langs := g.languages(&f)
	wanted := g.ranker.Ask(q.Text+" "+strings.Join(q.Phrases, " "), langs)
	asked := g.ranker.Ask(q.Text, langs)
	if asked.Empty() {
		asked = wanted
	}
	if wanted.Empty() && len(f.phrases) == 0 {
		return asked, nil, f.scope, nil
	}
	found, err := g.candidates(ctx, wanted, &f)
	if err != nil {
		return nil, nil, Scope{}, err
	}
	passages := make([]*rank.Passage, len(found))
	for i, n := range found {
		passages[i] = g.passage(n)
	}
	return asked, passages, f.scope, nil
}

// Candidates returns the analysed query and the passages that Search would
// rank, with the statistics it would rank them by. It is for measuring and
// training rankers.
func (x *Index) Candidates(ctx context.Context, q Query) (*rank.Question, []*rank.Passage, *rank.Ranker, error) {
	g, err := x.acquire()
	if err != nil {
		return nil, nil, nil, err
	}
	defer g.release()
	asked, passages, _, err := g.find(ctx, q)
	if err != nil {
		return nil, nil, nil, fmt.Errorf("index: candidates: %w", err)
	}
	return asked, passages, g.ranker, nil
}

// languages returns the languages of the texts that pass the filter, sorted.
func (g *generation) languages(f *filter) []string {
	var langs []string
	for i, t := range g.corpus.Texts() {
		if (f.allowed == nil || f.allowed[i]) && !slices.Contains(langs, t.Language) {
			langs = append(langs, t.Language)
		}
	}
	slices.Sort(langs)
	return langs
}

// candidates returns the numbers of the passages worth ranking, in order.
func (g *generation) candidates(ctx context.Context, asked *rank.Question, f *filter) ([]int, error) {
	if n := g.small(f); n != nil {
		return slices.DeleteFunc(n, func(n int) bool { return !f.admits(g, n) }), nil
	}
	terms := g.query(asked, f)
	if terms == nil {
		return g.scan(ctx, f)
	}
	// One more than needed tells whether a tie crosses the cut. Where a filter
	// is left to us, ask for more until enough pass.
	for size := candidates + 1; ; size *= 8 {
		hits, err := g.top(ctx, terms, size)
		if err != nil {
			return nil, err
		}
		last := len(hits) < size
		if !last {
			hits = cutTie(hits)
		}
		var found []int
		for _, h := range hits {
			if n := passageOf(h.ID); f.admits(g, n) {
				found = append(found, n)
			}
		}
		filtered := f.allowed != nil || len(f.phrases) > 0
		if last || len(found) >= candidates || !filtered && len(found) > 0 {
			found = found[:min(len(found), candidates)]
			slices.Sort(found)
			return found, nil
		}
	}
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
		if f.admits(g, n) {
			if found = append(found, n); len(found) == candidates {
				break
			}
		}
	}
	return found, nil
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

// query builds the search for the passages; nil when there is nothing to
// search for. What was typed never meets a query parser.
func (g *generation) query(asked *rank.Question, f *filter) query.Query {
	var any []query.Query
	for _, lang := range asked.Languages() {
		terms := slices.Clone(asked.Variant(lang).Terms)
		terms = slices.DeleteFunc(terms, func(t rank.QueryTerm) bool {
			return g.terms.Languages[lang].Frequency(t.Term).Passages == 0
		})
		slices.SortStableFunc(terms, func(a, b rank.QueryTerm) int { return cmp.Compare(b.IDF, a.IDF) })
		for _, t := range terms[:min(len(terms), maxTerms)] {
			q := bleve.NewTermQuery(t.Text)
			q.SetField(fieldOf(lang))
			any = append(any, q)
		}
	}
	if len(any) == 0 {
		return nil
	}
	match := query.Query(bleve.NewDisjunctionQuery(any...))
	if f.texts == nil || len(f.texts) > maxHomes {
		return match
	}
	homes := make([]query.Query, len(f.texts))
	for i, t := range f.texts {
		q := bleve.NewTermQuery(homeTerm(t))
		q.SetField(homeField)
		q.SetBoost(0)
		homes[i] = q
	}
	return bleve.NewConjunctionQuery(match, bleve.NewDisjunctionQuery(homes...))
}

func (g *generation) top(ctx context.Context, q query.Query, size int) (search.DocumentMatchCollection, error) {
	req := bleve.NewSearchRequestOptions(q, size, 0, false)
	ctx = context.WithValue(ctx, search.MaxTermSearchersKey, maxSearchers)
	res, err := g.bleve.SearchInContext(ctx, req)
	if err != nil {
		return nil, err
	}
	return res.Hits, nil
}

// cutTie drops the last hit and all that score as it does, because which of
// equals came first depends on how the index was built.
func cutTie(hits search.DocumentMatchCollection) search.DocumentMatchCollection {
	n := len(hits) - 1
	for n > 0 && hits[n-1].Score == hits[len(hits)-1].Score {
		n--
	}
	return hits[:n]
}
