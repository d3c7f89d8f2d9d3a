package index

import (
	"context"
	"encoding/binary"
	"fmt"
	"runtime"
	"strconv"
	"strings"
	"sync"

	"github.com/blevesearch/bleve/v2"
	"github.com/blevesearch/bleve/v2/analysis"
	"github.com/blevesearch/bleve/v2/analysis/analyzer/keyword"
	"github.com/blevesearch/bleve/v2/index/scorch"
	"github.com/blevesearch/bleve/v2/mapping"
	"github.com/blevesearch/bleve/v2/registry"

	"rapporteur/corpus"
	"rapporteur/index/rank"
	"rapporteur/index/words"
)

// version changes with everything that decides what stands in an index but is
// not part of the corpus: the mapping, the analysis, the stored statistics.
const version = 1

// A passage is one document. Its id is its number in the corpus, big-endian, so
// that ids sort by text and place; its terms lie in one field per language.
const (
	textField = "text_" // + language
	homeField = "home"  // the number of the passage's text
)

// separator stands between the terms of a field: no term holds it.
const separator = '\x1f'

// termsAnalyser names the analyser of fields whose terms package words has
// already made: the question, the index and the ranker share one analysis.
const termsAnalyser = "rapporteur_terms"

func init() {
	err := registry.RegisterAnalyzer(termsAnalyser, func(map[string]any, *registry.Cache) (analysis.Analyzer, error) {
		return splitter{}, nil
	})
	if err != nil {
		panic(err) // the name is taken: a mistake in the program
	}
}

type splitter struct{}

func (splitter) Analyze(b []byte) analysis.TokenStream {
	n := 0
	for _, c := range b {
		if c == separator {
			n++
		}
	}
	tokens := make([]analysis.Token, n)
	stream := make(analysis.TokenStream, n)
	start := 0
	n = 0
	for i, c := range b {
		if c != separator {
			continue
		}
		tokens[n] = analysis.Token{Term: b[start:i:i], Start: start, End: i, Position: n + 1}
		stream[n] = &tokens[n]
		n++
		start = i + 1
	}
	return stream
}

// fieldOf returns the field of texts in a language.
func fieldOf(lang string) string {
	for _, l := range words.Languages {
		if l == lang {
			return textField + l
		}
	}
	return textField + "plain"
}

func newMapping() mapping.IndexMapping {
	doc := bleve.NewDocumentStaticMapping()
	field := func(name, analyser string) {
		f := bleve.NewTextFieldMapping()
		f.Analyzer = analyser
		f.Store, f.IncludeTermVectors, f.IncludeInAll, f.DocValues = false, false, false, false
		doc.AddFieldMappingsAt(name, f)
	}
	for _, l := range words.Languages {
		field(textField+l, termsAnalyser)
	}
	field(fieldOf(""), termsAnalyser)
	field(homeField, keyword.Name)
	m := bleve.NewIndexMapping()
	m.DefaultMapping = doc
	m.DefaultAnalyzer = termsAnalyser
	m.IndexDynamic, m.StoreDynamic, m.DocValuesDynamic = false, false, false
	return m
}

func documentID(passage int) string {
	return string(binary.BigEndian.AppendUint32(nil, uint32(passage)))
}

func passageOf(id string) int { return int(binary.BigEndian.Uint32([]byte(id))) }

func homeTerm(text int) string { return strconv.Itoa(text) }

// analysed is a text ready to be put into an index.
type analysed struct {
	text     int
	passages []*rank.Passage
	terms    []string // of each passage, each term followed by the separator
}

// analyse sends the texts of c to put, analysed on all processors. The order
// is not fixed; nothing that is built depends on it.
func analyse(ctx context.Context, c *corpus.Corpus, a *words.Analyser, put func(analysed) error) error {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	todo := make(chan int)
	done := make(chan analysed, runtime.GOMAXPROCS(0))
	var wg sync.WaitGroup
	for range runtime.GOMAXPROCS(0) {
		wg.Go(func() {
			for i := range todo {
				select {
				case done <- analyseText(c.Texts()[i], i, a):
				case <-ctx.Done():
					return
				}
			}
		})
	}
	go func() {
		defer close(done)
		defer wg.Wait()
		defer close(todo)
		for i := range c.Texts() {
			select {
			case todo <- i:
			case <-ctx.Done():
				return
			}
		}
	}()
	for t := range done {
		if ctx.Err() != nil {
			continue // let the others see it and end
		}
		if err := put(t); err != nil {
			cancel(err)
		}
	}
	return context.Cause(ctx)
}

func analyseText(t *corpus.Text, number int, a *words.Analyser) analysed {
	out := analysed{text: number}
	var b strings.Builder
	for n := range t.Passages {
		b.Reset()
		out.passages = append(out.passages, rank.Analyse(a, t, n, func(w words.Token) {
			if !w.Has(words.Stop) {
				b.WriteString(w.Term)
				b.WriteByte(separator)
			}
		}))
		out.terms = append(out.terms, b.String())
	}
	return out
}

// fill puts the corpus into an index by way of put and returns the statistics
// of its terms.
func fill(ctx context.Context, c *corpus.Corpus, a *words.Analyser, progress func(done, total int), put func(id string, fields map[string]any) error) (*rank.Stats, error) {
	first := make([]int, len(c.Texts()))
	total := 0
	for i, t := range c.Texts() {
		first[i] = total
		total += len(t.Passages)
	}
	counter := rank.NewCounter()
	done := 0
	err := analyse(ctx, c, a, func(t analysed) error {
		lang := c.Texts()[t.text].Language
		counter.Add(lang, t.passages)
		for n, terms := range t.terms {
			if err := ctx.Err(); err != nil {
				return err
			}
			fields := map[string]any{fieldOf(lang): terms, homeField: homeTerm(t.text)}
			if err := put(documentID(first[t.text]+n), fields); err != nil {
				return err
			}
			if done++; progress != nil && (done%1000 == 0 || done == total) {
				progress(done, total)
			}
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	return counter.Stats(), nil
}

// buildInMemory builds a generation that lives on no disk.
func buildInMemory(ctx context.Context, c *corpus.Corpus, progress func(done, total int)) (*generation, error) {
	// Not NewMemOnly: it uses another kind of index, ten times slower.
	b, err := bleve.NewUsing("", newMapping(), scorch.Name, scorch.Name, nil)
	if err != nil {
		return nil, fmt.Errorf("index: %w", err)
	}
	a := words.New(c.Aliases().Groups)
	batch := b.NewBatch()
	terms, err := fill(ctx, c, a, progress, func(id string, fields map[string]any) error {
		if err := batch.Index(id, fields); err != nil {
			return err
		}
		if batch.Size() < batchSize {
			return nil
		}
		defer batch.Reset()
		return b.Batch(batch)
	})
	if err == nil && batch.Size() > 0 {
		err = b.Batch(batch)
	}
	if err != nil {
		b.Close()
		return nil, fmt.Errorf("index: build: %w", err)
	}
	g := newGeneration(c, a, terms, b)
	g.stats.Rebuilt = true
	if err := g.verify(); err != nil {
		b.Close()
		return nil, fmt.Errorf("index: build: %w", err)
	}
	return g, nil
}

// batchSize is how many documents become one segment; larger ones gain nothing
// measurable and take more memory.
const batchSize = 1000
