package index

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strconv"
	"sync/atomic"

	"github.com/blevesearch/bleve/v2"
	"github.com/blevesearch/bleve/v2/index/scorch"
	"github.com/blevesearch/bleve/v2/util"
	bleveindex "github.com/blevesearch/bleve_index_api"
	"golang.org/x/sync/errgroup"

	"rapporteur/corpus"
	"rapporteur/index/rank"
	"rapporteur/index/words"
)

// version changes with everything that decides what stands in an index but is
// not part of the corpus: the documents, the analysis, the stored statistics.
const version = 9

// batchSize is how many documents become one segment before segments are
// merged. Of 500, 1,000, 2,000 and 8,000 the larger were faster, but 8,000 took
// another 170 MB. A test changes it.
var batchSize = 2000

// maxParts is how many indexes of bleve's a corpus is at most parted into. Each
// is built by one goroutine, because bleve's builder works on one core; each
// takes a search a few microseconds.
const maxParts = 8

// minPart is the number of passages worth a part of its own: about 0.1 s.
const minPart = 1000

func partsFor(passages, processors int) int {
	return max(1, min(processors, maxParts, passages/minPart))
}

// processors returns on how many processors an index is built: while another one
// answers questions, on half of them.
func processors(gently bool) int {
	if gently {
		return max(1, runtime.GOMAXPROCS(0)/2)
	}
	return runtime.GOMAXPROCS(0)
}

// termCounts counts what texts hold.
type termCounts struct {
	counter *rank.Counter
	names   rank.Spellings
}

func newTally() *termCounts { return &termCounts{counter: rank.NewCounter()} }

// totals returns what all of the tallies counted.
func totals(all []*termCounts) (*rank.Stats, *rank.Forms) {
	sum := newTally()
	for _, t := range all {
		sum.counter.Join(t.counter)
		sum.names.Join(&t.names)
	}
	return sum.counter.Stats(), sum.names.Forms()
}

// sink takes the documents of one part.
type sink struct {
	put   func(*document) error // nil if its texts are only counted
	close func() error
	docs  []*document // of the batch at hand; the next batch uses them again
	n     int
	tally *termCounts
	slots []slot
}

// next returns an empty document, which put must be given.
func (s *sink) next(lang string) *document {
	at := s.n % batchSize
	if at == len(s.docs) {
		s.docs = append(s.docs, new(document))
	}
	s.docs[at].reset(s.n, lang)
	s.n++
	return s.docs[at]
}

// fill puts texts into the sinks, each on a goroutine of its own, and counts
// those from number uncounted on. Which text goes where depends on which sink is
// free; nothing that is found does.
func fill(ctx context.Context, texts []*corpus.Text, uncounted int, a *words.Analyser, meter *corpus.Meter, sinks []*sink) error {
	var next atomic.Int64
	g, ctx := errgroup.WithContext(ctx)
	for _, s := range sinks {
		s.tally = newTally()
		g.Go(func() error {
			for {
				i := int(next.Add(1)) - 1
				if i >= len(texts) {
					return ctx.Err()
				}
				if err := s.take(ctx, texts[i], i >= uncounted, a); err != nil {
					return err
				}
				meter.Add(len(texts[i].Passages))
				runtime.Gosched() // people may be waiting for the processor
			}
		})
	}
	return g.Wait()
}

// take puts one text into the sink.
func (s *sink) take(ctx context.Context, t *corpus.Text, counted bool, a *words.Analyser) error {
	body, err := t.Whole()
	if err != nil {
		return err
	}
	passages := make([]*rank.Passage, len(t.Passages))
	for n := range passages {
		if err := ctx.Err(); err != nil {
			return err
		}
		var d *document
		if s.put != nil {
			d = s.next(t.Language)
		}
		passages[n] = rank.Analyse(a, t, n, t.Passages[n].Of(body), func(sentence string, w words.Token) {
			if w.Has(words.Stop) {
				return
			}
			if d != nil {
				d.text.count(w.Term)
			}
			if counted {
				s.tally.names.Add(t.Language, sentence, w)
			}
		})
		if d == nil {
			continue
		}
		d.text.length = passages[n].Words
		if err := s.put(d); err != nil {
			return err
		}
	}
	s.slots = append(s.slots, slotOf(t))
	if counted {
		s.tally.counter.Add(t.Language, passages)
	}
	return nil
}

// count counts texts that are not put anywhere.
func count(ctx context.Context, texts []*corpus.Text, a *words.Analyser, meter *corpus.Meter, workers int) (*rank.Stats, *rank.Forms, error) {
	sinks := make([]*sink, workers)
	for i := range sinks {
		sinks[i] = new(sink)
	}
	if err := fill(ctx, texts, 0, a, meter, sinks); err != nil {
		return nil, nil, err
	}
	stats, forms := totals(tallies(sinks))
	return stats, forms, nil
}

func tallies(sinks []*sink) []*termCounts {
	out := make([]*termCounts, len(sinks))
	for i, s := range sinks {
		out[i] = s.tally
	}
	return out
}

// buildParts builds the indexes of texts in folders that partDir names, from
// number first on, at most so many, and counts the texts as fill does.
func buildParts(ctx context.Context, texts []*corpus.Text, uncounted int, a *words.Analyser, meter *corpus.Meter, dir string, first, parts int) (contents, *rank.Stats, *rank.Forms, error) {
	sinks := make([]*sink, parts)
	for i := range sinks {
		sinks[i] = diskSink(partDir(dir, first+i), dir)
	}
	if err := fill(ctx, texts, uncounted, a, meter, sinks); err != nil {
		return nil, nil, nil, err
	}
	var g errgroup.Group
	var made contents
	for i, s := range sinks {
		g.Go(s.close)
		if s := (section{first + i, s.slots}); len(s.slots) > 0 {
			if sinks[i].n == 0 {
				s.part = noPart
			}
			made = append(made, s)
		}
	}
	stats, forms := totals(tallies(sinks))
	return made, stats, forms, g.Wait()
}

// diskSink builds an index at path, unless it is given nothing: bleve cannot
// build an empty one.
func diskSink(path, temporary string) *sink {
	var b *scorch.Builder
	return &sink{
		put: func(d *document) (err error) {
			if b == nil {
				if b, err = newBuilder(path, temporary); err != nil {
					return err
				}
			}
			return b.Index(d)
		},
		close: func() error {
			if b == nil {
				return nil
			}
			return b.Close()
		},
	}
}

const partPrefix = "part-"

func partDir(dir string, n int) string { return filepath.Join(dir, partPrefix+strconv.Itoa(n)) }

// newBuilder returns bleve's offline builder, which makes one compact segment,
// of an index that bleve.Open opens. It takes documents that are analysed.
func newBuilder(path, temporary string) (*scorch.Builder, error) {
	m, err := json.Marshal(bleve.NewIndexMapping())
	if err != nil {
		return nil, err
	}
	if err := os.MkdirAll(path, 0o755); err != nil {
		return nil, err
	}
	meta := fmt.Sprintf(`{"storage":%q,"index_type":%q}`, scorch.Name, scorch.Name)
	if err := os.WriteFile(filepath.Join(path, "index_meta.json"), []byte(meta), 0o644); err != nil {
		return nil, err
	}
	return scorch.NewBuilder(map[string]any{
		"path":            filepath.Join(path, "store"),
		"buildPathPrefix": temporary, // not the system's folder for temporary files
		"batchSize":       batchSize,
		"mergeMax":        mergeMax,
		"internal":        map[string][]byte{string(util.MappingInternalKey): m},
	})
}

// mergeMax is how many segments are merged at once: all of two million
// passages on two processors, so that each is merged once only.
const mergeMax = 500

// buildInMemory builds a generation that lives on no disk.
func buildInMemory(ctx context.Context, c *corpus.Corpus, how buildOptions) (*generation, error) {
	a := words.New(c.Aliases().Groups)
	var sinks []*sink
	var indexes []bleve.Index
	var err error
	n := measure(c).Passages
	for range partsFor(n, processors(how.gently)) {
		// Not NewMemOnly: it uses another kind of index, ten times slower.
		var b bleve.Index
		if b, err = bleve.NewUsing("", bleve.NewIndexMapping(), scorch.Name, scorch.Name, nil); err != nil {
			break
		}
		indexes = append(indexes, b)
		sinks = append(sinks, memorySink(b))
	}
	if err == nil {
		err = fill(ctx, c.Texts(), 0, a, corpus.NewMeter(n, how.progress), sinks)
	}
	for _, s := range sinks {
		if err == nil {
			err = s.close()
		}
	}
	var parts []*opened
	for _, b := range indexes {
		if err != nil {
			_ = b.Close() // it is given up
			continue
		}
		var o *opened
		if o, err = newOpened(b); err == nil {
			parts = append(parts, o)
		}
	}
	if err != nil {
		_ = closeAll(parts)
		return nil, fmt.Errorf("index: build: %w", err)
	}
	var made contents
	for _, s := range sinks {
		made = append(made, section{slots: s.slots})
	}
	terms, forms := totals(tallies(sinks))
	terms.Spell(forms, nil)
	g, err := newGeneration(c, a, terms, parts, made)
	if err != nil {
		return nil, fmt.Errorf("index: build: %w", err)
	}
	g.stats.Rebuilt = true
	g.work = build{Full: true, Indexed: n}
	return g, nil
}

func memorySink(b bleve.Index) *sink {
	batch := bleveindex.NewBatch()
	flush := func() error {
		defer batch.Reset()
		x, err := b.Advanced()
		if err != nil {
			return err
		}
		return x.Batch(batch)
	}
	return &sink{
		put: func(d *document) error {
			if batch.Update(d); len(batch.IndexOps) < batchSize {
				return nil
			}
			return flush()
		},
		close: flush,
	}
}
