package index

import (
	"bytes"
	"cmp"
	"context"
	"math"
	"slices"
	"sort"
	"sync/atomic"

	bleveindex "github.com/blevesearch/bleve_index_api"

	"rapporteur/index/parallel"
)

// bleve scores every passage that holds any word of a question. What follows
// walks bleve's postings with the MaxScore method (Turtle and Flood, 1995): once
// enough passages are found, those that hold nothing but common words cannot
// get among them and are not looked at. The score is BM25 with the statistics
// of the corpus, as package rank scores passages, times how many of the words a
// passage holds, as in bleve: of 4,804 SQuAD questions it brings 4,756 right
// passages among the 32 best, as many as without, and it cuts off more. It
// depends neither on segments nor on parts, which are walked side by side.

// k1 and b are those of package rank for passages.
const (
	k1 = .9
	b  = .4
)

// term is a word to look for.
type term struct {
	field   string
	text    string
	weight  float64 // its idf
	average float64 // length of the passages of its language, in words
}

// most is more than the word can add to a passage's score.
func (t *term) most() float64 { return t.weight * (k1 + 1) }

// scored is a passage and its score.
type scored struct {
	score   float64
	passage uint32
}

// compareScored orders better passages first; of equals, in the corpus's order.
func compareScored(x, y scored) int {
	return cmp.Or(cmp.Compare(y.score, x.score), cmp.Compare(x.passage, y.passage))
}

// top keeps the best of the passages it is offered.
type top struct {
	size int
	best []scored // best first

	// shared, unless nil, is the greatest of several tops' least scores: what is
	// below it is not among the best of all of them.
	shared *threshold
}

// threshold is a score that only rises, zero at first.
type threshold struct{ bits atomic.Uint64 } // of a float that is not negative: they are in its order

func (t *threshold) least() float64 { return math.Float64frombits(t.bits.Load()) }

func (t *threshold) raise(score float64) {
	for to := math.Float64bits(score); ; {
		if at := t.bits.Load(); at >= to || t.bits.CompareAndSwap(at, to) {
			return
		}
	}
}

// least is the score that a passage needs to be kept.
func (t *top) least() float64 {
	least := math.Inf(-1)
	if len(t.best) == t.size {
		least = t.best[len(t.best)-1].score
	}
	if t.shared != nil {
		least = max(least, t.shared.least())
	}
	return least
}

// offer keeps s if it is among the best so far and is admitted.
func (t *top) offer(s scored, admit func(passage int) (bool, error)) error {
	at := sort.Search(len(t.best), func(i int) bool { return compareScored(s, t.best[i]) < 0 })
	if at == t.size {
		return nil
	}
	if ok, err := admit(int(s.passage)); !ok {
		return err
	}
	t.best = slices.Insert(t.best, at, s)
	t.best = t.best[:min(len(t.best), t.size)]
	if t.shared != nil && len(t.best) == t.size {
		t.shared.raise(t.best[t.size-1].score)
	}
	return nil
}

// postings are the documents of a part that hold a term, in order.
type postings struct {
	*term
	reader bleveindex.TermFieldReader
	doc    bleveindex.TermFieldDoc
	to     bleveindex.IndexInternalID
	at     uint64  // where it stands; end when there are no more
	gain   float64 // what the term adds to the document that is scored
}

const end = math.MaxUint64

func (p *postings) take(d *bleveindex.TermFieldDoc, err error) error {
	if p.at = end; d != nil {
		p.at = d.ID.Value()
	}
	return err
}

func (p *postings) next() error { return p.take(p.reader.Next(&p.doc)) }

// advance goes on to the document or the first one behind it.
func (p *postings) advance(doc uint64) error {
	if p.at >= doc {
		return nil
	}
	p.to = bleveindex.NewIndexInternalID(p.to, doc)
	return p.take(p.reader.Advance(p.to, &p.doc))
}

// score computes what the term adds to the document it stands at.
func (p *postings) score() float64 {
	n := float64(p.doc.Freq)
	length := 1 / (p.doc.Norm * p.doc.Norm) // in words; see field.length
	p.gain = p.weight * n * (k1 + 1) / (n + k1*(1-b+b*length/p.average))
	return p.gain
}

// rounding is more than the order of a few dozen additions can change.
const rounding = 1e-9

// walk offers the part's passages that hold any of the terms, without those that
// cannot be among the best. Unless admitted is nil it says, by document, which
// ones pass the filter.
func (p *part) walk(ctx context.Context, terms []term, admitted []byte, admit func(passage int) (bool, error), best *top) error {
	lists, err := p.postings(ctx, terms)
	defer func() {
		for _, l := range lists {
			_ = l.reader.Close() // only returns it to bleve's pool
		}
	}()
	if err != nil {
		return err
	}
	// What the lists up to each one add at most.
	sums := make([]float64, len(lists))
	for i, l := range lists {
		sums[i] = l.most()
		if i > 0 {
			sums[i] += sums[i-1]
		}
	}
	// A document that stands in none of the needed lists, which are the last,
	// cannot be among the best.
	needed := 0
	for steps := 0; ; steps++ {
		if steps%1024 == 1023 && ctx.Err() != nil {
			return ctx.Err()
		}
		least := best.least() - rounding
		for needed < len(lists) && sums[needed]*float64(needed+1) < least {
			needed++
		}
		doc := uint64(end)
		for _, l := range lists[needed:] {
			doc = min(doc, l.at)
		}
		if doc == end {
			return nil
		}
		if admitted != nil && admitted[doc] == 0 {
			skip := bytes.IndexByte(admitted[doc:], 1)
			if skip < 0 {
				return nil
			}
			for _, l := range lists[needed:] {
				if err := l.advance(doc + uint64(skip)); err != nil {
					return err
				}
			}
			continue
		}
		sum, held := 0.0, 0
		for _, l := range lists[needed:] {
			if l.gain = 0; l.at != doc {
				continue
			}
			sum += l.score()
			held++
			if err := l.next(); err != nil {
				return err
			}
		}
		i := needed - 1
		for ; i >= 0 && (sum+sums[i])*float64(held+i+1) >= least; i-- {
			l := lists[i]
			if err := l.advance(doc); err != nil {
				return err
			}
			if l.gain = 0; l.at == doc {
				sum += l.score()
				held++
			}
		}
		if i >= 0 || sum*float64(held) < least {
			continue
		}
		// Added up in one order, whatever was needed: a score has one value.
		sum = 0
		for _, l := range lists {
			sum += l.gain
		}
		if err := best.offer(scored{sum * float64(held), p.passages[doc]}, admit); err != nil {
			return err
		}
	}
}

// walk offers the passages of all parts, side by side as far as processors are
// free, and returns the best, best first. What f admits is asked by all of them.
func (g *generation) walk(ctx context.Context, terms []term, f *filter) ([]scored, error) {
	var shared threshold
	tops := make([]*top, len(g.parts))
	admitted := make([][]byte, len(g.parts))
	for i := range g.parts {
		tops[i] = &top{size: candidates, shared: &shared}
		admitted[i] = f.documents(g, i)
	}
	err := parallel.Do(len(g.parts), func(i int) error {
		return g.parts[i].walk(ctx, terms, admitted[i], func(n int) (bool, error) { return f.holds(g, n) }, tops[i])
	})
	if err != nil {
		return nil, err
	}
	return bestOf(tops, candidates), nil
}

// bestOf returns the best n that the tops hold, best first.
func bestOf(tops []*top, n int) []scored {
	var all []scored
	for _, t := range tops {
		all = append(all, t.best...)
	}
	slices.SortFunc(all, compareScored)
	return all[:min(len(all), n)]
}

// postings opens the lists of the terms that the part holds, those that can add
// least first. What it opened is to be closed even after an error.
func (p *part) postings(ctx context.Context, terms []term) ([]*postings, error) {
	var lists []*postings
	for i := range terms {
		t := &terms[i]
		r, err := p.reader.TermFieldReader(ctx, []byte(t.text), t.field, true, true, false)
		if err != nil {
			return lists, err
		}
		l := &postings{term: t, reader: r}
		lists = append(lists, l)
		if err := l.next(); err != nil {
			return lists, err
		}
	}
	slices.SortStableFunc(lists, func(x, y *postings) int { return cmp.Compare(x.weight, y.weight) })
	return lists, nil
}
