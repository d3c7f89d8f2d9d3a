package index

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"unicode/utf8"

	"github.com/blevesearch/bleve/v2"
	bleveindex "github.com/blevesearch/bleve_index_api"
	"golang.org/x/sync/errgroup"
)

// part is one of the indexes of a generation. It never changes.
type part struct {
	bleve    bleve.Index
	reader   bleveindex.IndexReader
	passages []uint32 // the passage that each of bleve's documents is
}

func openPart(b bleve.Index) (*part, error) {
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
		id = bleveindex.NewIndexInternalID(id, uint64(i))
		name, err := r.ExternalID(id)
		if err == nil {
			var passage int
			passage, err = passageOf(name)
			p.passages[i] = uint32(passage)
		}
		if err != nil {
			return nil, errors.Join(err, r.Close())
		}
	}
	return p, nil
}

// near appends the terms of a field that differ from the term by a letter. It
// finds none where bleve cannot tell: then a word stays mistyped.
func (p *part) near(dst []string, field, term string) []string {
	r, ok := p.reader.(bleveindex.IndexReaderFuzzy)
	if !ok {
		return dst
	}
	_, first := utf8.DecodeRuneInString(term)
	dict, err := r.FieldDictFuzzy(field, term, 1, term[:first])
	if err != nil {
		return dst
	}
	defer dict.Close()
	for {
		e, err := dict.Next()
		if err != nil || e == nil {
			return dst
		}
		dst = append(dst, e.Term)
	}
}

func (p *part) close() error {
	return errors.Join(p.reader.Close(), p.bleve.Close())
}

// openParts opens all parts and makes sure that they hold each of so many
// passages once. It closes all of the indexes if it cannot.
func openParts(indexes []bleve.Index, passages int) ([]*part, error) {
	parts := make([]*part, len(indexes))
	var g errgroup.Group
	for i, b := range indexes {
		g.Go(func() (err error) {
			parts[i], err = openPart(b)
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

// openDir opens the indexes of a finished generation.
func openDir(dir string) ([]bleve.Index, error) {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return nil, err
	}
	var indexes []bleve.Index
	for _, e := range entries {
		if !strings.HasPrefix(e.Name(), partPrefix) {
			continue
		}
		b, err := bleve.OpenUsing(filepath.Join(dir, e.Name()), map[string]any{"read_only": true, "bolt_timeout": "1s"})
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
