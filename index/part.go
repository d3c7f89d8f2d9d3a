package index

import (
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	bleveindex "github.com/blevesearch/bleve_index_api"
)

// part is one of the indexes of a generation. It never changes.
type part struct {
	*opened
	passages []uint32 // the passage that each of bleve's documents is; gone for those of none
	live     []byte   // 1 for each document that is a passage of the corpus; nil if all are
}

// newPart makes a part whose passages have the numbers in the corpus.
func newPart(o *opened, numbers []uint32) (*part, error) {
	p := &part{opened: o, passages: make([]uint32, len(o.order))}
	for i, at := range o.order {
		if int(at) >= len(numbers) {
			return nil, fmt.Errorf("document %d of %d", at, len(numbers))
		}
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

// newParts makes all parts, whose passages have the numbers in the corpus, and
// makes sure that they hold each of so many passages once.
func newParts(indexes []*opened, numbers [][]uint32, passages int) ([]*part, error) {
	parts := make([]*part, len(indexes))
	for i, o := range indexes {
		var err error
		if parts[i], err = newPart(o, numbers[i]); err != nil {
			return nil, err
		}
	}
	return parts, complete(parts, passages)
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
