package index

import (
	"errors"
	"fmt"
	"runtime"
	"slices"
	"unicode/utf8"

	"github.com/blevesearch/bleve/v2"
	bleveindex "github.com/blevesearch/bleve_index_api"
	"golang.org/x/sync/errgroup"
)

// part is one of the indexes of a generation. It never changes.
type part struct {
	bleve    bleve.Index
	reader   bleveindex.IndexReader
	passages []uint32 // the passage that each of bleve's documents is; gone for those of none
	live     []byte   // 1 for each document that is a passage of the corpus; nil if all are
}

// openPart opens a part whose passages have the numbers in the corpus.
func openPart(b bleve.Index, numbers []uint32) (*part, error) {
	x, err := b.Advanced()
	if err != nil {
		return nil, err
	}
	r, err := x.Reader()
	if err != nil {
		return nil, err
	}
	p := &part{bleve: b, reader: r}
	n, err := r.DocCount()
	if err != nil {
		return nil, errors.Join(err, r.Close())
	}
	p.passages = make([]uint32, n)
	var id bleveindex.IndexInternalID
	for i := range p.passages {
		if i%1024 == 1023 {
			runtime.Gosched() // people may be waiting for the processor
		}
		id = bleveindex.NewIndexInternalID(id, uint64(i))
		name, err := r.ExternalID(id)
		if err == nil {
			var at int
			if at, err = passageOf(name); err == nil && at >= len(numbers) {
				err = fmt.Errorf("document %d of %d", at, len(numbers))
			}
			if err == nil {
				p.passages[i] = numbers[at]
			}
		}
		if err != nil {
			return nil, errors.Join(err, r.Close())
		}
	}
	if slices.Contains(p.passages, gone) {
		p.live = make([]byte, n)
		for i, passage := range p.passages {
			if passage != gone {
				p.live[i] = 1
			}
		}
	}
	return p, nil
}

// near appends the terms of a field that differ from the term by a letter. It
// finds none where bleve cannot tell: then a word stays mistyped. It returns what
// it compared terms with, which takes longer to make than to go through the terms
// of a small part; such a part takes like, what another one returned.
func (p *part) near(dst []string, field, term string, like bleveindex.FuzzyAutomaton) ([]string, bleveindex.FuzzyAutomaton) {
	r, ok := p.reader.(bleveindex.IndexReaderFuzzy)
	if !ok {
		return dst, like
	}
	_, first := utf8.DecodeRuneInString(term)
	var dict bleveindex.FieldDict
	var err error
	scan := like != nil && len(p.passages) <= smallPart
	if scan {
		dict, err = p.reader.FieldDictPrefix(field, []byte(term[:first]))
	} else {
		dict, like, err = r.FieldDictFuzzyAutomaton(field, term, 1, term[:first])
	}
	if err != nil {
		return dst, nil
	}
	defer dict.Close()
	for {
		e, err := dict.Next()
		if err != nil || e == nil {
			return dst, like
		}
		if scan {
			if ok, _ := like.MatchAndDistance(e.Term); !ok {
				continue
			}
		}
		dst = append(dst, e.Term)
	}
}

// smallPart is how many documents a part has at most whose terms are gone through
// one by one.
const smallPart = 10_000

func (p *part) close() error {
	return errors.Join(p.reader.Close(), p.bleve.Close())
}

// openParts opens all parts, whose passages have the numbers in the corpus, and
// makes sure that they hold each of so many passages once. It closes all of the
// indexes if it cannot.
func openParts(indexes []bleve.Index, numbers [][]uint32, passages int) ([]*part, error) {
	parts := make([]*part, len(indexes))
	var g errgroup.Group
	for i, b := range indexes {
		g.Go(func() (err error) {
			parts[i], err = openPart(b, numbers[i])
			return err
		})
	}
	err := g.Wait()
	if err == nil {
		err = complete(parts, passages)
	}
	if err == nil {
		return parts, nil
	}
	for _, p := range parts {
		if p != nil {
			_ = p.reader.Close()
		}
	}
	closeAll(indexes)
	return nil, err
}

func complete(parts []*part, passages int) error {
	seen := make([]bool, passages)
	n := 0
	for _, p := range parts {
		for _, passage := range p.passages {
			if passage == gone {
				continue
			}
			if int(passage) >= passages || seen[passage] {
				return fmt.Errorf("document %d is of another corpus", passage)
			}
			seen[passage] = true
			n++
		}
	}
	if n != passages {
		return fmt.Errorf("%d documents for %d passages", n, passages)
	}
	return nil
}

// openDir opens the indexes that a finished generation has for the sections.
func openDir(dir string, c contents) ([]bleve.Index, error) {
	var indexes []bleve.Index
	for _, s := range c {
		if s.part == noPart {
			continue
		}
		b, err := bleve.OpenUsing(partDir(dir, s.part), map[string]any{"read_only": true, "bolt_timeout": "1s"})
		if err != nil {
			closeAll(indexes)
			return nil, err
		}
		indexes = append(indexes, b)
	}
	return indexes, nil
}

func closeAll(indexes []bleve.Index) {
	for _, b := range indexes {
		_ = b.Close() // of those that are read only, or given up
	}
}
