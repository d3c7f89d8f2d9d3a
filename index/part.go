package index

import (
	"errors"
	"fmt"
	"runtime"
	"slices"
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
	order    []uint32 // the place in the section that each of bleve's documents has
	passages []uint32 // the passage that each of them is; gone for those of none
	live     []byte   // 1 for each document that is a passage of the corpus; nil if all are
}

// openPart opens a part whose passages have the numbers in the corpus. The order
// of its documents may be known.
func openPart(b bleve.Index, numbers, order []uint32) (*part, error) {
	x, err := b.Advanced()
	if err != nil {
		return nil, err
	}
	r, err := x.Reader()
	if err != nil {
		return nil, err
	}
	p := &part{bleve: b, reader: r, order: order}
	if p.order == nil {
		if p.order, err = orderOf(r, len(numbers)); err != nil {
			return nil, errors.Join(err, r.Close())
		}
	}
	p.passages = make([]uint32, len(p.order))
	for i, at := range p.order {
		p.passages[i] = numbers[at]
	}
	if slices.Contains(p.passages, gone) {
		p.live = make([]byte, len(p.passages))
		for i, passage := range p.passages {
			if passage != gone {
				p.live[i] = 1
			}
		}
	}
	return p, nil
}

// orderOf reads the place of each document among so many.
func orderOf(r bleveindex.IndexReader, places int) ([]uint32, error) {
	n, err := r.DocCount()
	if err != nil {
		return nil, err
	}
	order := make([]uint32, n)
	var id bleveindex.IndexInternalID
	for i := range order {
		if i%1024 == 1023 {
			runtime.Gosched() // people may be waiting for the processor
		}
		id = bleveindex.NewIndexInternalID(id, uint64(i))
		name, err := r.ExternalID(id)
		if err != nil {
			return nil, err
		}
		at, err := passageOf(name)
		if err == nil && at >= places {
			err = fmt.Errorf("document %d of %d", at, places)
		}
		if err != nil {
			return nil, err
		}
		order[i] = uint32(at)
	}
	return order, nil
}

// near appends the terms of a field that begin like the term and differ from it
// by a letter. It finds none where bleve cannot tell: then a word stays mistyped.
func (p *part) near(dst []string, field, term string) []string {
	_, first := utf8.DecodeRuneInString(term)
	dict, err := p.like(field, term, term[:first])
	if err != nil {
		return dst
	}
	defer dict.Close()
	for {
		e, err := dict.Next()
		if err != nil || e == nil {
			return dst
		}
		if oneApart(e.Term, term) {
			dst = append(dst, e.Term)
		}
	}
}

// smallPart is how many documents a part has at most whose terms are gone through
// one by one: to make an automaton takes half a millisecond. A test changes it.
var smallPart = 10_000

// like lists terms of a field that begin so, among them those that differ from
// the term by a letter.
func (p *part) like(field, term, begin string) (bleveindex.FieldDict, error) {
	if r, ok := p.reader.(bleveindex.IndexReaderFuzzy); ok && len(p.passages) > smallPart {
		return r.FieldDictFuzzy(field, term, 1, begin)
	}
	return p.reader.FieldDictPrefix(field, []byte(begin))
}

// oneApart reports whether two terms are the same but for one letter that is
// another one, that only one of them has, or that changed places with the next.
func oneApart(a, b string) bool {
	if len(a) > len(b) {
		a, b = b, a
	}
	for a != "" {
		x, m := utf8.DecodeRuneInString(a)
		y, n := utf8.DecodeRuneInString(b)
		if x != y {
			other, more := a[m:], b[n:]
			return other == more || a == more || swapped(a, b)
		}
		a, b = a[m:], b[n:]
	}
	return utf8.RuneCountInString(b) <= 1
}

// swapped reports whether the terms are the same but for their first two
// letters, which changed places.
func swapped(a, b string) bool {
	x, m := utf8.DecodeRuneInString(a)
	y, n := utf8.DecodeRuneInString(b)
	return strings.HasPrefix(a[m:], string(y)) && strings.HasPrefix(b[n:], string(x)) && a[m+n:] == b[n+m:]
}

func (p *part) close() error {
	return errors.Join(p.reader.Close(), p.bleve.Close())
}

// openParts opens all parts, whose passages have the numbers in the corpus and
// whose orders are known unless they are nil, and makes sure that they hold each
// of so many passages once. It closes all of the indexes if it cannot.
func openParts(indexes []bleve.Index, numbers, orders [][]uint32, passages int) ([]*part, error) {
	parts := make([]*part, len(indexes))
	var g errgroup.Group
	for i, b := range indexes {
		g.Go(func() (err error) {
			parts[i], err = openPart(b, numbers[i], orders[i])
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
