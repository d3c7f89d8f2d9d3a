package index

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strconv"
	"sync"
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
const version = 8

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

func partsFor(passages int) int {
	return max(1, min(runtime.GOMAXPROCS(0), maxParts, passages/minPart))
}

// sink takes the documents of one part.
type sink struct {
	put     func(*document) error
	close   func() error
	docs    []*document // of the batch at hand; the next batch uses them again
	n       int
	counter *rank.Counter
	names   rank.Spellings
}

// next returns an empty document, which put must be given.
func (s *sink) next(passage int, lang string) *document {
	at := s.n % batchSize
	s.n++
	if at == len(s.docs) {
		s.docs = append(s.docs, new(document))
	}
	s.docs[at].reset(passage, lang)
	return s.docs[at]
}

// fill puts the passages of a corpus into the sinks, each on a goroutine of its
// own, and returns the statistics of its terms. Which text goes where depends
// on which sink is free; nothing that is found does.
func fill(ctx context.Context, c *corpus.Corpus, a *words.Analyser, progress func(done, total int), sinks []*sink) (*rank.Stats, error) {
	texts := c.Texts()
	first := make([]int, len(texts)+1)
	for i, t := range texts {
		first[i+1] = first[i] + len(t.Passages)
	}
	total := first[len(texts)]
	var mu sync.Mutex // guards done
	done := 0
	var next atomic.Int64
	g, ctx := errgroup.WithContext(ctx)
	for _, s := range sinks {
		s.counter = rank.NewCounter()
		g.Go(func() error {
			for {
				i := int(next.Add(1)) - 1
				if i >= len(texts) {
					return ctx.Err()
				}
				body, err := texts[i].Read(corpus.Range{End: texts[i].Size()})
				if err != nil {
					return err
				}
				passages := make([]*rank.Passage, len(texts[i].Passages))
				for n := range passages {
					if err := ctx.Err(); err != nil {
						return err
					}
					d := s.next(first[i]+n, texts[i].Language)
					passages[n] = rank.Analyse(a, texts[i], n, texts[i].Passages[n].Of(body), func(sentence string, w words.Token) {
						if !w.Has(words.Stop) {
							d.text.count(w.Term)
							s.names.Add(texts[i].Language, sentence, w)
						}
					})
					d.text.length = passages[n].Words
					if err := s.put(d); err != nil {
						return err
					}
				}
				s.counter.Add(texts[i].Language, passages)
				mu.Lock()
				before := done
				done += len(passages)
				if progress != nil && (before/1000 != done/1000 || done == total) {
					progress(done, total)
				}
				mu.Unlock()
			}
		})
	}
	if err := g.Wait(); err != nil {
		return nil, err
	}
	all := sinks[0].counter
	for _, s := range sinks[1:] {
		all.Join(s.counter)
	}
	var names rank.Spellings
	for _, s := range sinks {
		names.Join(&s.names)
	}
	stats := all.Stats()
	stats.Spell(&names)
	return stats, nil
}

// buildParts builds the indexes of a corpus in folders that partDir names, at
// most so many.
func buildParts(ctx context.Context, c *corpus.Corpus, a *words.Analyser, progress func(done, total int), dir string, parts int) (*rank.Stats, error) {
	sinks := make([]*sink, parts)
	for i := range sinks {
		sinks[i] = diskSink(partDir(dir, i), dir)
	}
	stats, err := fill(ctx, c, a, progress, sinks)
	if err != nil {
		return nil, err
	}
	var g errgroup.Group
	for _, s := range sinks {
		g.Go(s.close)
	}
	return stats, g.Wait()
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
func buildInMemory(ctx context.Context, c *corpus.Corpus, progress func(done, total int)) (*generation, error) {
	a := words.New(c.Aliases().Groups)
	var sinks []*sink
	var indexes []bleve.Index
	var err error
	for range partsFor(count(c).Passages) {
		// Not NewMemOnly: it uses another kind of index, ten times slower.
		var b bleve.Index
		if b, err = bleve.NewUsing("", bleve.NewIndexMapping(), scorch.Name, scorch.Name, nil); err != nil {
			break
		}
		indexes = append(indexes, b)
		sinks = append(sinks, memorySink(b))
	}
	var terms *rank.Stats
	if err == nil {
		terms, err = fill(ctx, c, a, progress, sinks)
	}
	for _, s := range sinks {
		if err == nil {
			err = s.close()
		}
	}
	if err != nil {
		closeAll(indexes)
		return nil, fmt.Errorf("index: build: %w", err)
	}
	g, err := newGeneration(c, a, terms, indexes)
	if err != nil {
		return nil, fmt.Errorf("index: build: %w", err)
	}
	g.stats.Rebuilt = true
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
