package index

import (
	"errors"
	"runtime"
	"sync/atomic"

	"github.com/blevesearch/bleve/v2"
	bleveindex "github.com/blevesearch/bleve_index_api"
	"golang.org/x/sync/errgroup"
)

// opened is an index of bleve's that is open. It never changes. Generations that
// have a part in common share it, for to open it anew would take as long as it is
// large, and searches would be slow until its pages are mapped again.
type opened struct {
	bleve  bleve.Index
	reader bleveindex.IndexReader
	order  []uint32     // the place in the section that each of its documents has
	more   atomic.Int32 // users besides the first
}

// newOpened takes over the index, even if it fails.
func newOpened(b bleve.Index) (*opened, error) {
	o := &opened{bleve: b}
	x, err := b.Advanced()
	if err == nil {
		o.reader, err = x.Reader()
	}
	if err != nil {
		return nil, errors.Join(err, b.Close())
	}
	if o.order, err = orderOf(o.reader); err != nil {
		return nil, errors.Join(err, o.close())
	}
	return o, nil
}

// orderOf reads the place of each document.
func orderOf(r bleveindex.IndexReader) ([]uint32, error) {
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
		if order[i], err = passageOf(name); err != nil {
			return nil, err
		}
	}
	return order, nil
}

// share returns the index for another user, who closes it, too.
func (o *opened) share() *opened {
	o.more.Add(1)
	return o
}

// close closes the index when the last of its users has done so.
func (o *opened) close() error {
	if o.more.Add(-1) >= 0 {
		return nil
	}
	return errors.Join(o.reader.Close(), o.bleve.Close())
}

func closeAll(indexes []*opened) error {
	var err error
	for _, o := range indexes {
		if o != nil {
			err = errors.Join(err, o.close())
		}
	}
	return err
}

// openDir opens the indexes that a finished generation has for the sections, in
// their order. Those of the shared that have the number of a section's part are
// that part.
func openDir(dir string, c contents, shared map[int]*opened) ([]*opened, error) {
	var parts []int
	for _, s := range c {
		if s.part != noPart {
			parts = append(parts, s.part)
		}
	}
	indexes := make([]*opened, len(parts))
	var g errgroup.Group
	for i, part := range parts {
		if o := shared[part]; o != nil {
			indexes[i] = o.share()
			continue
		}
		g.Go(func() error {
			b, err := bleve.OpenUsing(partDir(dir, part), map[string]any{"read_only": true, "bolt_timeout": "1s"})
			if err == nil {
				indexes[i], err = newOpened(b)
			}
			return err
		})
	}
	if err := g.Wait(); err != nil {
		_ = closeAll(indexes) // all are read only
		return nil, err
	}
	return indexes, nil
}
