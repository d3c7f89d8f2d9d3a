package rank

import "sync"

// scratch is what ranking takes. What one question has used the next one uses
// again: to touch new pages costs more than to rank.
type scratch struct {
	arenas   []arena // of the passages that are compared at once
	scenes   []scene
	scored   []Scored
	features []float32
	view     []float32
}

var memories = sync.Pool{New: func() any { return new(scratch) }}

// sized returns a slice of n elements, in the same memory if there is enough. They
// have any values.
func sized[T any](s []T, n int) []T {
	if cap(s) < n {
		return make([]T, n)
	}
	return s[:n]
}

// arena hands out slices of a few large ones, which hold what the passages'
// matches need.
type arena struct {
	floats  []float32
	bytes   []uint8
	others  []other
	matches []match

	free struct { // what is not handed out
		floats  []float32
		bytes   []uint8
		others  []other
		matches []match
	}
}

// reset makes room for the matches of the passages.
func (a *arena) reset(q *Question, passages []*Passage) {
	floats, bytes, others, sentences := 0, 0, 0, 0
	for _, p := range passages {
		terms, n := len(q.in(p.Text.Language).Terms), len(p.Sentences)
		floats += terms * (1 + n*(1+int(matches)))
		bytes += terms * n
		sentences += n
		for _, s := range p.Sentences {
			others += len(s)
		}
	}
	a.floats, a.bytes = sized(a.floats, floats), sized(a.bytes, bytes)
	a.others, a.matches = sized(a.others, others), sized(a.matches, sentences)
	clear(a.floats)
	clear(a.bytes)
	a.free.floats, a.free.bytes, a.free.others, a.free.matches = a.floats, a.bytes, a.others, a.matches
}

// take cuts n elements off what is free.
func take[T any](free *[]T, n int) []T {
	s := (*free)[:n:n]
	*free = (*free)[n:]
	return s
}

// float and byte return zeros; other an empty slice that takes n.
func (a *arena) float(n int) []float32 { return take(&a.free.floats, n) }
func (a *arena) byte(n int) []uint8    { return take(&a.free.bytes, n) }
func (a *arena) other(n int) []other   { return take(&a.free.others, n)[:0] }

// match returns n matches of any values.
func (a *arena) match(n int) []match { return take(&a.free.matches, n) }
