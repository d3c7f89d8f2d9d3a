package index

import (
	"context"
	"fmt"
	"slices"
	"strconv"

	"github.com/blevesearch/bleve/v2"
	"github.com/blevesearch/bleve/v2/analysis/analyzer/standard"
	"github.com/blevesearch/bleve/v2/analysis/lang/de"
	"github.com/blevesearch/bleve/v2/analysis/lang/en"
	"github.com/blevesearch/bleve/v2/analysis/lang/es"
	"github.com/blevesearch/bleve/v2/analysis/lang/fr"
	"github.com/blevesearch/bleve/v2/analysis/lang/it"
	"github.com/blevesearch/bleve/v2/analysis/lang/ro"
	"github.com/blevesearch/bleve/v2/analysis/lang/ru"
	"github.com/blevesearch/bleve/v2/index/scorch"
	"github.com/blevesearch/bleve/v2/mapping"
	"github.com/blevesearch/bleve/v2/search/query"

	"rapporteur/corpus"
)

// Scorings are the names of bleve's ways to score: its default and the one it
// calls "bm25".
var Scorings = []string{"tf-idf", "bm25"}

// stock are bleve's own analysers. The Polish one would add a dictionary of two
// megabytes to the program, and there is none for Ukrainian.
var stock = map[string]string{
	"de": de.AnalyzerName, "en": en.AnalyzerName, "es": es.AnalyzerName, "fr": fr.AnalyzerName,
	"it": it.AnalyzerName, "ro": ro.AnalyzerName, "ru": ru.AnalyzerName,
}

// Baseline is bleve as it comes, which an Index has to beat: every sentence is
// a document in memory, and bleve's score is the answer. It is safe for
// concurrent use.
type Baseline struct {
	bleve  bleve.Index
	fields []string // one for each language
	hits   []Hit    // by document, without scores
}

// OpenBaseline indexes the sentences of the corpus for one of Scorings.
func OpenBaseline(ctx context.Context, c *corpus.Corpus, scoring string) (*Baseline, error) {
	doc := bleve.NewDocumentStaticMapping()
	b := new(Baseline)
	for _, t := range c.Texts() {
		field := textField + t.Language
		if slices.Contains(b.fields, field) {
			continue
		}
		b.fields = append(b.fields, field)
		f := bleve.NewTextFieldMapping()
		f.Analyzer = stock[t.Language]
		if f.Analyzer == "" {
			f.Analyzer = standard.Name
		}
		f.Store, f.IncludeTermVectors, f.IncludeInAll, f.DocValues = false, false, false, false
		doc.AddFieldMappingsAt(field, f)
	}
	m := bleve.NewIndexMapping()
	m.DefaultMapping, m.ScoringModel = doc, scoring
	if err := b.build(ctx, c, m); err != nil {
		return nil, fmt.Errorf("index: baseline: %w", err)
	}
	return b, nil
}

func (b *Baseline) build(ctx context.Context, c *corpus.Corpus, m mapping.IndexMapping) error {
	var err error
	if b.bleve, err = bleve.NewUsing("", m, scorch.Name, scorch.Name, nil); err != nil {
		return err
	}
	// One batch makes one segment: bleve takes its averages by segment, so that
	// its scores would depend on when segments happen to be merged.
	batch := b.bleve.NewBatch()
	for _, t := range c.Texts() {
		for n, p := range t.Passages {
			for _, s := range p.Sentences {
				var said string
				if said, err = t.Read(s); err == nil {
					err = ctx.Err()
				}
				if err == nil {
					err = batch.Index(strconv.Itoa(len(b.hits)), map[string]any{textField + t.Language: said})
				}
				if err != nil {
					b.bleve.Close()
					return err
				}
				b.hits = append(b.hits, Hit{Text: t, Passage: n, Sentence: s})
			}
		}
	}
	if batch.Size() == 0 {
		return nil
	}
	if err = b.bleve.Batch(batch); err != nil {
		b.bleve.Close()
	}
	return err
}

// Search returns the best sentences. It looks at the query's text and limit
// only; the result's confidence is bleve's score of the first hit, which is no
// chance and has no upper limit.
func (b *Baseline) Search(ctx context.Context, q Query) (Result, error) {
	var any []query.Query
	for _, f := range b.fields {
		m := bleve.NewMatchQuery(q.Text)
		m.SetField(f)
		any = append(any, m)
	}
	if len(any) == 0 {
		return Result{}, nil
	}
	var ask query.Query = bleve.NewDisjunctionQuery(any...)
	if len(any) == 1 {
		ask = any[0]
	}
	limit := q.Limit
	if limit <= 0 {
		limit = defaultLimit
	}
	found, err := b.bleve.SearchInContext(ctx, bleve.NewSearchRequestOptions(ask, limit, 0, false))
	if err != nil {
		return Result{}, fmt.Errorf("index: baseline: %w", err)
	}
	var r Result
	for _, d := range found.Hits {
		n, err := strconv.Atoi(d.ID)
		if err != nil {
			return Result{}, fmt.Errorf("index: baseline: %w", err)
		}
		h := b.hits[n]
		h.Score = d.Score
		r.Hits = append(r.Hits, h)
	}
	if len(r.Hits) > 0 {
		r.Confidence = r.Hits[0].Score
	}
	return r, nil
}

// Close frees the memory.
func (b *Baseline) Close() error { return b.bleve.Close() }
