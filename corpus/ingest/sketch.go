package ingest

import (
	"cmp"
	"hash/fnv"
	"slices"
	"strings"
	"unicode"
)

// Several publishers print the same agency's words. Whoever counts sources must
// know which texts are copies of one another, however much was cut off.
//
// A text's shingles are the runs of four words in it. Of their hashes, a fixed
// quarter is its sketch: MinHash scaled to the size of the text (FracMinHash, as
// in Irber et al. 2022), so that the share of a short text that stands in a long
// one is estimated as well as that of equals.

const (
	shingleWords = 4
	// scale is which part of the hashes is kept: one in four. A report of 400
	// words then has 100, which tells a share of .5 within .1 or so.
	scale = 4
	// copyShare is the share of the shorter text's shingles from which on it is
	// called a copy. One word changed in every six leaves half of them, since
	// (5/6)^4 is .48; two reports of one event that were written apart share
	// little but names, titles and quotations.
	copyShare = .5
	// minSketch is the least number of hashes that say anything: some 30 words.
	minSketch = 6
)

// sketch is the sorted hashes kept of a text.
type sketch []uint64

func sketchOf(text string) sketch {
	words := strings.FieldsFunc(strings.ToLower(text), func(r rune) bool {
		return !unicode.IsLetter(r) && !unicode.IsDigit(r) && !unicode.IsMark(r)
	})
	var out sketch
	for i := 0; i+shingleWords <= len(words); i++ {
		h := fnv.New64a()
		for _, w := range words[i : i+shingleWords] {
			_, _ = h.Write([]byte(w)) // never fails
			_, _ = h.Write([]byte{0})
		}
		if sum := mix(h.Sum64()); sum%scale == 0 {
			out = append(out, sum)
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// mix spreads a hash evenly over its bits, which FNV does not (the finaliser of
// MurmurHash3).
func mix(h uint64) uint64 {
	h ^= h >> 33
	h *= 0xff51afd7ed558ccd
	h ^= h >> 33
	h *= 0xc4ceb9fe1a85ec53
	return h ^ h>>33
}

// share returns which part of the shorter text stands in the longer one, from 0
// to 1; 0 when one is too short to tell.
func (a sketch) share(b sketch) float64 {
	if min(len(a), len(b)) < minSketch {
		return 0
	}
	both := 0
	for i, j := 0, 0; i < len(a) && j < len(b); {
		switch c := cmp.Compare(a[i], b[j]); {
		case c < 0:
			i++
		case c > 0:
			j++
		default:
			both, i, j = both+1, i+1, j+1
		}
	}
	return float64(both) / float64(min(len(a), len(b)))
}

// Copy is a text that says the same in nearly the same words.
type Copy struct {
	ID    string  `json:"id"`
	Share float64 `json:"share"` // of the shorter one's runs of four words that stand in the longer one
}
