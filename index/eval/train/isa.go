package main

import (
	"encoding/binary"
	"slices"
	"strings"

	"rapporteur/index/rank"
	"rapporteur/index/words"
)

// taxonomy makes the table of what is what: a salmon is a fish, Peru a country.
// It keeps the meanings of nouns that a question may ask for by name (which
// fish?) and for each word the nearest of these above its first few meanings.
func taxonomy(dir string, common map[uint32]bool) ([]byte, error) {
	const (
		asked    = 2    // meanings of a noun that is asked for
		meant    = 2    // meanings of a word that may answer
		fewest   = 4    // meanings below one that is worth asking for
		greatest = 6000 // and of one that says nothing: an object, a whole
	)
	synsets, senses, err := readWordNet(dir)
	if err != nil {
		return nil, err
	}
	var a words.Analyser
	stem := func(entry string) (uint32, bool) {
		if strings.ContainsAny(entry, "_0123456789.'-") {
			return 0, false
		}
		t := a.Tokens("en", entry)
		if len(t) != 1 || t[0].Has(words.Stop) || len(entry) < 3 {
			return 0, false
		}
		return short(t[0].Term), true
	}
	parents := make(map[string][]string)
	for id, s := range synsets {
		for _, p := range s.pointers {
			if p.symbol == "@" || p.symbol == "@i" {
				parents[id] = append(parents[id], p.target)
			}
		}
		slices.Sort(parents[id])
	}
	above := func(id string, f func(string)) { // each once
		seen := map[string]bool{}
		list := []string{id}
		for len(list) > 0 {
			id, list = list[0], list[1:]
			for _, p := range parents[id] {
				if !seen[p] {
					seen[p] = true
					f(p)
					list = append(list, p)
				}
			}
		}
	}
	below := make(map[string]int)
	for id := range synsets {
		above(id, func(p string) { below[p]++ })
	}
	// The meanings that may be asked for.
	nodes := make(map[string]int)
	var order []string
	entries := make([]string, 0, len(senses))
	for e := range senses {
		entries = append(entries, e)
	}
	slices.Sort(entries)
	asks := make(map[uint32][]string)
	for _, e := range entries {
		h, ok := stem(e)
		if !ok || !common[h] {
			continue
		}
		n := 0
		for _, se := range senses[e] {
			if !strings.HasPrefix(se.synset, "noun") || n == asked {
				continue
			}
			n++
			if b := below[se.synset]; b >= fewest && b <= greatest && !slices.Contains(asks[h], se.synset) {
				asks[h] = append(asks[h], se.synset)
				if _, ok := nodes[se.synset]; !ok {
					nodes[se.synset] = len(order)
					order = append(order, se.synset)
				}
			}
		}
	}
	nearest := func(id string) (out []int) { // the nodes nearest above
		list := slices.Clone(parents[id])
		for len(list) > 0 {
			p := list[0]
			list = list[1:]
			if n, ok := nodes[p]; ok {
				if !slices.Contains(out, n) {
					out = append(out, n)
				}
				continue
			}
			list = append(list, parents[p]...)
		}
		return out
	}
	words := make(map[uint32][]int)
	for _, e := range entries {
		h, ok := stem(e)
		if !ok {
			continue
		}
		n := 0
		for _, se := range senses[e] {
			if !strings.HasPrefix(se.synset, "noun") || n == meant {
				continue
			}
			n++
			name := slices.ContainsFunc(synsets[se.synset].words, func(w string) bool { return w[0] >= 'A' && w[0] <= 'Z' })
			if !common[h] && !name {
				continue
			}
			for _, node := range nearest(se.synset) {
				if len(words[h]) < 4 && !slices.Contains(words[h], node) {
					words[h] = append(words[h], node)
				}
			}
		}
	}
	number := func(of map[uint32][]string) map[uint32][]int {
		out := make(map[uint32][]int)
		for h, ids := range of {
			for _, id := range ids {
				out[h] = append(out[h], nodes[id])
			}
		}
		return out
	}
	b := binary.LittleEndian.AppendUint32(nil, uint32(len(order)))
	for _, id := range order {
		up := nearest(id)
		for i := range 2 {
			n := 0xffff
			if i < len(up) {
				n = up[i]
			}
			b = binary.LittleEndian.AppendUint16(b, uint16(n))
		}
	}
	b = append(b, rank.EncodeLists(number(asks))...)
	return append(b, rank.EncodeLists(words)...), nil
}
