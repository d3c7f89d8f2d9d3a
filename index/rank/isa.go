package rank

import (
	_ "embed"
	"encoding/binary"
	"slices"
	"sort"
)

//go:embed taxonomy.bin
var taxonomyData string

// listTable maps words to numbers. It is, little-endian: the number of words
// n; of numbers m; the words' short hashes, sorted, 4 bytes each; n+1 offsets,
// 4 bytes each; the numbers, 2 bytes each.
type listTable string

func (t listTable) size() int {
	return 8 + 8*int(u32(string(t), 0)) + 4 + 2*int(u32(string(t), 4))
}

// appendTo appends the numbers of a word.
func (t listTable) appendTo(dst []uint16, word uint32) []uint16 {
	n := int(u32(string(t), 0))
	i := sort.Search(n, func(i int) bool { return u32(string(t), 8+4*i) >= word })
	if i == n || u32(string(t), 8+4*i) != word {
		return dst
	}
	offsets := 8 + 4*n
	numbers := offsets + 4*(n+1)
	for e := u32(string(t), offsets+4*i); e < u32(string(t), offsets+4*i+4); e++ {
		at := numbers + 2*int(e)
		dst = append(dst, uint16(t[at])|uint16(t[at+1])<<8)
	}
	return dst
}

// EncodeLists makes a list table.
func EncodeLists(from map[uint32][]int) []byte {
	keys := make([]uint32, 0, len(from))
	n := 0
	for k, list := range from {
		keys = append(keys, k)
		n += len(list)
	}
	slices.Sort(keys)
	b := binary.LittleEndian.AppendUint32(nil, uint32(len(keys)))
	b = binary.LittleEndian.AppendUint32(b, uint32(n))
	for _, k := range keys {
		b = binary.LittleEndian.AppendUint32(b, k)
	}
	n = 0
	for _, k := range keys {
		b = binary.LittleEndian.AppendUint32(b, uint32(n))
		n += len(from[k])
	}
	b = binary.LittleEndian.AppendUint32(b, uint32(n))
	for _, k := range keys {
		for _, x := range from[k] {
			b = binary.LittleEndian.AppendUint16(b, uint16(x))
		}
	}
	return b
}

// taxonomy says what is what, after WordNet: the number of meanings, 4 bytes;
// the two meanings above each, 2 bytes each, 0xffff for none; a list table of
// the words that mean them; one of the words that stand below them.
type taxonomy struct {
	above        string
	asked, meant listTable
}

var kinds = func() taxonomy {
	if len(taxonomyData) < 4 {
		return taxonomy{}
	}
	n := 4 * int(u32(taxonomyData, 0))
	rest := taxonomyData[4+n:]
	asked := listTable(rest)
	return taxonomy{taxonomyData[4 : 4+n], asked, listTable(rest[asked.size():])}
}()

// below tells whether a word means something that is one of the meanings.
func (x *taxonomy) below(word uint32, meanings []uint16) float64 {
	var buf [8]uint16
	for i, m := range x.meant.appendTo(buf[:0], word) {
		if x.climb(m, meanings, 0) {
			return 1 / float64(1+i)
		}
	}
	return 0
}

func (x *taxonomy) climb(m uint16, to []uint16, depth int) bool {
	if m == 0xffff || depth > 12 {
		return false
	}
	if slices.Contains(to, m) {
		return true
	}
	at := 4 * int(m)
	return x.climb(uint16(x.above[at])|uint16(x.above[at+1])<<8, to, depth+1) ||
		x.climb(uint16(x.above[at+2])|uint16(x.above[at+3])<<8, to, depth+1)
}
