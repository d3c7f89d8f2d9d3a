package rank

import (
	_ "embed"
	"encoding/binary"
	"math/bits"
	"sort"
)

// The tables are read where they lie in the program: nothing is decoded when
// it starts. Package index/eval/train makes them.

//go:embed background.bin
var backgroundData string

//go:embed translation.bin
var translationData string

//go:embed wordnet.bin
var wordnetData string

//go:embed thesaurus.bin
var thesaurusData string

//go:embed akin.bin
var akinData string

//go:embed classes.bin
var classesData string

// Short returns the hash by which the tables know a term.
func Short(t Term) uint32 { return uint32(t>>32) ^ uint32(t) }

// Relation says how a word of a question and one of a text belong together.
type Relation uint8

// The relations, from close to loose.
const (
	Derived    Relation = iota // decide, decision: WordNet's derivations and pertainyms
	Synonym                    // share a WordNet synset
	Broader                    // a WordNet hypernym of the question's word
	Narrower                   // a WordNet hyponym
	Explained                  // one stands in the other's WordNet gloss
	Translated                 // often seen in the answer's sentence (IBM model 1)
	Listed                     // share a line of our own thesaurus
	Akin                       // used alike: near by its vector
	Component                  // a word of the question's name of several words
	relations
)

// Related is a word a question's word is related to.
type Related struct {
	Short    uint32 // of its Term
	Relation Relation
	Weight   float64 // 0 to 1
}

// relationTable is, little-endian: the number of words n; their short hashes,
// sorted, 4 bytes each; n+1 offsets, 4 bytes each; entries of 4 bytes: a word's
// number, the relation, the weight in 255ths.
type relationTable string

func (t relationTable) u32(i int) uint32 { return u32(string(t), i) }

func u32(s string, i int) uint32 {
	return uint32(s[i]) | uint32(s[i+1])<<8 | uint32(s[i+2])<<16 | uint32(s[i+3])<<24
}

// appendTo appends what the word is related to.
func (t relationTable) appendTo(dst []Related, word uint32) []Related {
	if len(t) < 8 {
		return dst
	}
	n := int(t.u32(0))
	i := sort.Search(n, func(i int) bool { return t.u32(4+4*i) >= word })
	if i == n || t.u32(4+4*i) != word {
		return dst
	}
	offsets, entries := 4+4*n, 4+4*n+4*(n+1)
	for e := int(t.u32(offsets + 4*i)); e < int(t.u32(offsets+4*i+4)); e++ {
		at := entries + 4*e
		w := int(t[at]) | int(t[at+1])<<8
		dst = append(dst, Related{t.u32(4 + 4*w), Relation(t[at+2]), float64(t[at+3]) / 255})
	}
	return dst
}

// appendRelated appends what the tables know a word of English to be related
// to.
func appendRelated(dst []Related, word uint32) []Related {
	for _, t := range [...]string{thesaurusData, wordnetData, translationData, akinData} {
		dst = relationTable(t).appendTo(dst, word)
	}
	return dst
}

// Near returns what the tables know an English term to be related to.
func Near(t Term) []Related { return appendRelated(nil, Short(t)) }

// Pair returns the short hash under which the tables know an expression of two
// words: give up.
func Pair(a, b uint32) uint32 { return bits.RotateLeft32(a, 7)*0x9e3779b1 ^ b }

// classTable is the sorted short hashes, 4 bytes each, of the words that are
// more often something else than a noun.
type classTable string

// noun reports whether a word is mainly a noun, as are names and all words
// that nobody listed.
func (t classTable) noun(word uint32) bool {
	n := len(t) / 4
	i := sort.Search(n, func(i int) bool { return u32(string(t), 4*i) >= word })
	return i == n || u32(string(t), 4*i) != word
}

// EncodeRelations makes a relation table of up to 65,536 words.
func EncodeRelations(from map[uint32][]Related) []byte {
	seen := make(map[uint32]bool)
	for w, list := range from {
		seen[w] = true
		for _, r := range list {
			seen[r.Short] = true
		}
	}
	keys := make([]uint32, 0, len(seen))
	for w := range seen {
		keys = append(keys, w)
	}
	sort.Slice(keys, func(i, j int) bool { return keys[i] < keys[j] })
	number := make(map[uint32]int, len(keys))
	b := binary.LittleEndian.AppendUint32(nil, uint32(len(keys)))
	for i, k := range keys {
		number[k] = i
		b = binary.LittleEndian.AppendUint32(b, k)
	}
	n := 0
	for _, k := range keys {
		b = binary.LittleEndian.AppendUint32(b, uint32(n))
		n += len(from[k])
	}
	b = binary.LittleEndian.AppendUint32(b, uint32(n))
	for _, k := range keys {
		for _, r := range from[k] {
			b = binary.LittleEndian.AppendUint16(b, uint16(number[r.Short]))
			b = append(b, byte(r.Relation), byte(min(255, r.Weight*255+.5)))
		}
	}
	return b
}

// backgroundTable says how common words are in general English. It is,
// little-endian: the number of sentences counted; the number of words n; their
// short hashes, sorted, 4 bytes each; in how many sentences each stands, 2
// bytes each.
type backgroundTable string

// share returns the share of sentences that hold the word.
func (t backgroundTable) share(word uint32) float64 {
	const unseen = .3 // as if seen that often: most words are rarer than any sample shows
	if len(t) < 8 {
		return unseen / 10000
	}
	total, n := float64(u32(string(t), 0)), int(u32(string(t), 4))
	i := sort.Search(n, func(i int) bool { return u32(string(t), 8+4*i) >= word })
	if i == n || u32(string(t), 8+4*i) != word {
		return unseen / total
	}
	at := 8 + 4*n + 2*i
	return float64(int(t[at])|int(t[at+1])<<8) / total
}

// holds reports whether the table knows the word.
func (t backgroundTable) holds(word uint32) bool {
	if len(t) < 8 {
		return false
	}
	n := int(u32(string(t), 4))
	i := sort.Search(n, func(i int) bool { return u32(string(t), 8+4*i) >= word })
	return i < n && u32(string(t), 8+4*i) == word
}

// EncodeBackground makes a background table.
func EncodeBackground(sentences int, counts map[uint32]int) []byte {
	keys := make([]uint32, 0, len(counts))
	for k := range counts {
		keys = append(keys, k)
	}
	sort.Slice(keys, func(i, j int) bool { return keys[i] < keys[j] })
	b := binary.LittleEndian.AppendUint32(nil, uint32(sentences))
	b = binary.LittleEndian.AppendUint32(b, uint32(len(keys)))
	for _, k := range keys {
		b = binary.LittleEndian.AppendUint32(b, k)
	}
	for _, k := range keys {
		b = binary.LittleEndian.AppendUint16(b, uint16(min(counts[k], 65535)))
	}
	return b
}
