package main

import (
	"bufio"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"rapporteur/index/rank"
	"rapporteur/index/words"
)

// synset is a meaning in WordNet 3.0 and the words for it.
type synset struct {
	words    []string
	pointers []pointer
	gloss    string
}

type pointer struct {
	symbol string
	target string // file and offset
	source int    // word number, 0 for the whole synset
	word   int    // word number in the target
}

// sense is one meaning of a word; meanings are ordered from common to rare.
type sense struct {
	synset string
	number int
}

// readWordNet reads the database files described in wndb(5WN).
func readWordNet(dir string) (synsets map[string]*synset, senses map[string][]sense, err error) {
	synsets = make(map[string]*synset)
	senses = make(map[string][]sense)
	for _, pos := range []string{"noun", "verb", "adj", "adv"} {
		err := lines(filepath.Join(dir, "data."+pos), func(line string) error {
			data, gloss, _ := strings.Cut(line, " | ")
			f := strings.Fields(data)
			s := &synset{}
			s.gloss, _, _ = strings.Cut(gloss, "; \"") // without the examples
			n, err := strconv.ParseInt(f[3], 16, 0)
			if err != nil {
				return err
			}
			for i := range int(n) {
				w, _, _ := strings.Cut(f[4+2*i], "(") // a syntactic marker
				s.words = append(s.words, w)
			}
			f = f[4+2*n:]
			count, err := strconv.Atoi(f[0])
			if err != nil {
				return err
			}
			for i := range count {
				p := f[1+4*i:]
				st, err := strconv.ParseInt(p[3], 16, 0)
				if err != nil {
					return err
				}
				s.pointers = append(s.pointers, pointer{p[0], file(p[2]) + p[1], int(st >> 8), int(st & 255)})
			}
			synsets[pos+strings.Fields(data)[0]] = s
			return nil
		})
		if err != nil {
			return nil, nil, err
		}
		err = lines(filepath.Join(dir, "index."+pos), func(line string) error {
			f := strings.Fields(line)
			n, err := strconv.Atoi(f[2])
			if err != nil {
				return err
			}
			for i, off := range f[len(f)-n:] {
				senses[f[0]] = append(senses[f[0]], sense{pos + off, i})
			}
			return nil
		})
		if err != nil {
			return nil, nil, err
		}
	}
	return synsets, senses, nil
}

func file(pos string) string {
	switch pos {
	case "n":
		return "noun"
	case "v":
		return "verb"
	case "r":
		return "adv"
	}
	return "adj" // a and s
}

// irregularForms returns the forms of words that no ending explains: sent, of
// send.
func irregularForms(dir string) (map[string][]string, error) {
	out := make(map[string][]string)
	for _, pos := range []string{"noun", "verb", "adj", "adv"} {
		err := lines(filepath.Join(dir, pos+".exc"), func(line string) error {
			f := strings.Fields(line)
			for _, base := range f[1:] {
				if !strings.Contains(f[0], "_") && base != f[0] && !slices.Contains(out[base], f[0]) {
					out[base] = append(out[base], f[0])
				}
			}
			return nil
		})
		if err != nil {
			return nil, err
		}
	}
	return out, nil
}

// lines calls f with each line of a file but the licence's, which are indented.
func lines(path string, f func(string) error) error {
	r, err := os.Open(path)
	if err != nil {
		return err
	}
	defer r.Close()
	sc := bufio.NewScanner(r)
	sc.Buffer(nil, 1<<20)
	for n := 1; sc.Scan(); n++ {
		if strings.HasPrefix(sc.Text(), " ") {
			continue
		}
		if err := f(sc.Text()); err != nil {
			return fmt.Errorf("%s:%d: %w", path, n, err)
		}
	}
	return sc.Err()
}

// thesaurus makes the relations between common words. A word is common if the
// background knows it or WordNet's own texts do; of its meanings only the first few
// count, each for less than the one before.
func relations(dir string, common map[uint32]bool) (map[uint32][]rank.Related, error) {
	const (
		meanings = 4  // of a word and part of speech
		most     = 20 // relations of a word
	)
	synsets, senses, err := readWordNet(dir)
	if err != nil {
		return nil, err
	}
	var a words.Analyser
	// stems returns the terms of an entry's words without stop words.
	stems := func(entry string) (out []string) {
		for _, t := range a.Tokens("en", strings.ReplaceAll(entry, "_", " ")) {
			if !t.Has(words.Stop) {
				out = append(out, t.Term)
			}
		}
		return out
	}
	glossed := make(map[string]int)
	for _, s := range synsets {
		for _, t := range stems(s.gloss) {
			if glossed[t]++; glossed[t] == 8 { // in 117,659 glosses
				common[short(t)] = true
			}
		}
	}
	type key struct {
		short    uint32
		relation rank.Relation
	}
	found := make(map[uint32]map[key]float64)
	add := func(from, to string, r rank.Relation, w float64) {
		f, t := short(from), short(to)
		if f == t || !common[f] || !common[t] || len(to) < 3 {
			return
		}
		if found[f] == nil {
			found[f] = make(map[key]float64)
		}
		k := key{t, r}
		found[f][k] = max(found[f][k], w)
	}
	irregular, err := irregularForms(dir)
	if err != nil {
		return nil, err
	}
	for _, base := range slices.Sorted(maps.Keys(irregular)) {
		forms, b := irregular[base], stems(base)
		if len(b) != 1 || !common[short(b[0])] {
			continue
		}
		for _, f := range forms {
			senses[f] = append(senses[f], senses[base]...)
			if st := stems(f); len(st) == 1 {
				common[short(st[0])] = true
				add(st[0], b[0], rank.Derived, 1)
				add(b[0], st[0], rank.Derived, 1)
			}
		}
	}
	for entry, list := range senses {
		head := stems(entry)
		if strings.Contains(entry, "_") || len(head) != 1 {
			continue
		}
		for _, se := range list {
			if se.number >= meanings {
				continue
			}
			weight := 1 / float64(1+se.number)
			s := synsets[se.synset]
			for _, w := range s.words {
				// Of several words the last is the head: military machine.
				if st := stems(w); len(st) == 1 {
					add(head[0], st[0], rank.Synonym, weight)
				} else if len(st) == 2 {
					add(head[0], st[1], rank.Synonym, weight/2)
					add(head[0], st[0], rank.Synonym, weight/3)
				}
			}
			for _, g := range stems(s.gloss) {
				add(head[0], g, rank.Explained, weight)
				add(g, head[0], rank.Explained, weight*.7)
			}
			number := slices.IndexFunc(s.words, func(w string) bool { return strings.EqualFold(w, entry) }) + 1
			for _, p := range s.pointers {
				if p.source != 0 && p.source != number {
					continue
				}
				target := synsets[p.target]
				if target == nil {
					continue
				}
				ws := target.words
				if p.word > 0 && p.word <= len(ws) {
					ws = ws[p.word-1 : p.word]
				}
				var r rank.Relation
				w := weight
				switch p.symbol {
				case "+", "\\", "<": // derivation, pertainym, participle
					r = rank.Derived
				case "&", "^", "=": // similar, also, attribute
					r, w = rank.Synonym, weight*.6
				case "$", "*", ">": // verb group, entails, causes
					r, w = rank.Synonym, weight*.6
				case "@", "@i":
					r = rank.Broader
				case "~", "~i":
					r = rank.Narrower
				default:
					continue
				}
				for _, t := range ws {
					if st := stems(t); len(st) == 1 {
						add(head[0], st[0], r, w)
					} else if len(st) == 2 && r != rank.Narrower {
						add(head[0], st[1], r, w/2)
						add(head[0], st[0], r, w/3)
					}
				}
			}
		}
	}
	out := make(map[uint32][]rank.Related)
	for w, set := range found {
		var list []rank.Related
		for k, weight := range set {
			list = append(list, rank.Related{Short: k.short, Relation: k.relation, Weight: weight})
		}
		slices.SortFunc(list, func(a, b rank.Related) int {
			if pa, pb := a.Weight*closeness[a.Relation], b.Weight*closeness[b.Relation]; pa != pb {
				if pa > pb {
					return -1
				}
				return 1
			}
			if a.Short != b.Short {
				return int(int64(a.Short) - int64(b.Short))
			}
			return int(a.Relation) - int(b.Relation)
		})
		out[w] = list[:min(len(list), most)]
	}
	return out, nil
}

// closeness says which relations to keep where a word has too many.
var closeness = map[rank.Relation]float64{rank.Derived: 1, rank.Synonym: 1, rank.Broader: .6, rank.Narrower: .4, rank.Explained: .3}
