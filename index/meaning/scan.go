package meaning

import (
	"cmp"
	"encoding/binary"
	"math"
	"math/bits"
	"slices"
	"sync/atomic"
)

// Scan holds the vectors of numbered sentences in memory, to find the nearest ones. It
// is safe for concurrent use; each number is set once.
type Scan struct {
	space *space
	set   []atomic.Bool
	codes []byte    // width/2 each
	scale []float32 // one each
	signs []uint64  // of the codes, for large scans
	words int       // of signs each
	done  atomic.Int64
}

// NewScan returns a scan of n sentences without vectors.
func (s *Store) NewScan(n int) *Scan {
	words := (s.space.width + 63) / 64
	return &Scan{space: s.space, set: make([]atomic.Bool, n), codes: make([]byte, n*s.space.width/2), scale: make([]float32, n), signs: make([]uint64, n*words), words: words}
}

// Set gives sentence number i its vector.
func (x *Scan) Set(i int, s Sketch) {
	if x.set[i].Load() {
		return
	}
	half := x.space.width / 2
	x.scale[i] = math.Float32frombits(binary.LittleEndian.Uint32(s))
	copy(x.codes[i*half:(i+1)*half], s[scaled:])
	signs := x.signs[i*x.words : (i+1)*x.words]
	for d, b := range s[scaled : scaled+half] {
		signs[2*d/64] |= uint64(b>>3&1) << (2 * d % 64)
		signs[2*d/64] |= uint64(b>>7) << ((2*d + 1) % 64)
	}
	if !x.set[i].Swap(true) {
		x.done.Add(1)
	}
}

// Done returns how many sentences have a vector, and how many there are.
func (x *Scan) Done() (done, all int) { return int(x.done.Load()), len(x.set) }

// Cosine returns the cosine of the question's and the sentence's vector, if there is
// one.
func (x *Scan) Cosine(q *Question, i int) (float64, bool) {
	if !x.set[i].Load() {
		return 0, false
	}
	half := x.space.width / 2
	return q.cosine(x.scale[i], x.codes[i*half:(i+1)*half]), true
}

// exactly is up to how many sentences each vector is compared as it is kept. Of more,
// the signs choose first, and rough of them are compared.
const (
	exactly = 4096
	rough   = 2048
)

// Nearest returns the numbers of the n sentences that are nearest to the question,
// nearest first, of those that are admitted.
func (x *Scan) Nearest(q *Question, n int, admitted func(i int) bool) []int {
	type near struct {
		at     int
		cosine float64
	}
	some := x.roughly(q, admitted)
	found := make([]near, len(some))
	for k, i := range some {
		c, _ := x.Cosine(q, i)
		found[k] = near{i, c}
	}
	slices.SortFunc(found, func(a, b near) int { return cmp.Or(cmp.Compare(b.cosine, a.cosine), cmp.Compare(a.at, b.at)) })
	out := make([]int, min(n, len(found)))
	for k := range out {
		out[k] = found[k].at
	}
	return out
}

// roughly returns the admitted sentences that have a vector, of many only those whose
// signs are most like the question's.
func (x *Scan) roughly(q *Question, admitted func(i int) bool) []int {
	var all []int
	for i := range x.set {
		if x.set[i].Load() && admitted(i) {
			all = append(all, i)
		}
	}
	if len(all) <= exactly {
		return all
	}
	signs := make([]uint64, x.words)
	for d, v := range q.off {
		if v >= 0 {
			signs[d/64] |= 1 << (d % 64)
		}
	}
	apart := make([]uint16, len(all))
	count := make([]int, x.space.width+1)
	for k, i := range all {
		n := 0
		for w, s := range x.signs[i*x.words : (i+1)*x.words] {
			n += bits.OnesCount64(s ^ signs[w])
		}
		apart[k] = uint16(n)
		count[n]++
	}
	limit, sum := 0, count[0]
	for sum < rough && limit < len(count)-1 {
		limit++
		sum += count[limit]
	}
	out := all[:0]
	for k, i := range all {
		if int(apart[k]) <= limit {
			out = append(out, i)
		}
	}
	return out
}
