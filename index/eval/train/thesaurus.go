package main

import (
	"embed"
	"encoding/binary"
	"io/fs"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"rapporteur/index/rank"
	"rapporteur/index/words"
)

// Our own thesaurus: a group of words near in meaning a line, by our own hand.
// A word stands in one group a meaning, and groups are not joined: what is near
// to the near is not near. An underscore or hyphen joins an expression.
//
//go:embed thesaurus-*.txt
var groupFiles embed.FS

// thesaurus makes the relations between the words and expressions of our
// groups, which become common words by that.
//
// What is derived from a word (assure, assurance) belongs to the word's groups
// too, for less: groups list words of one kind mostly.
func thesaurus(dir string, common map[uint32]bool, derived map[uint32][]uint32) (map[uint32][]rank.Related, error) {
	irregular, err := irregularForms(dir)
	if err != nil {
		return nil, err
	}
	var a words.Analyser
	// forms returns the hashes of an entry: one of a word and each of its
	// irregular forms; none of an expression that is too long to be matched.
	forms := func(entry string) (out []uint32) {
		parts := strings.FieldsFunc(entry, func(r rune) bool { return r == '_' || r == '-' })
		if len(parts) > 1 && (parts[0] == "be" || parts[0] == "to" || parts[0] == "a" || parts[0] == "the") {
			parts = parts[1:]
		}
		stop := func(w string) bool { t := a.Tokens("en", w); return len(t) != 1 || t[0].Has(words.Stop) }
		if len(parts) == 3 && stop(parts[1]) {
			parts = []string{parts[0], parts[2]} // matching passes over it
		}
		for _, first := range append([]string{parts[0]}, irregular[parts[0]]...) {
			t := a.Tokens("en", first)
			if len(t) != 1 {
				continue
			}
			switch h := short(t[0].Term); {
			case len(parts) == 1 && !t[0].Has(words.Stop):
				out = append(out, h)
				common[h] = true
			case len(parts) == 2 && !(stop(parts[0]) && stop(parts[1])):
				if u := a.Tokens("en", parts[1]); len(u) == 1 {
					out = append(out, rank.Pair(h, short(u[0].Term)))
				}
			}
		}
		return out
	}
	found := make(map[uint32]map[uint32]float64)
	names, err := fs.Glob(groupFiles, "*")
	if err != nil {
		return nil, err
	}
	for _, name := range names {
		b, err := groupFiles.ReadFile(name)
		if err != nil {
			return nil, err
		}
		for line := range strings.Lines(string(b)) {
			if strings.HasPrefix(line, "#") {
				continue
			}
			entries := strings.Fields(line)
			for _, from := range entries {
				for _, to := range entries {
					if from == to {
						continue
					}
					for _, f := range forms(from) {
						for _, t := range forms(to) {
							if f == t {
								continue
							}
							if found[f] == nil {
								found[f] = make(map[uint32]float64)
							}
							found[f][t] = 1
						}
					}
				}
			}
		}
	}
	const (
		ofDerived = .6
		most      = 40
	)
	out := make(map[uint32][]rank.Related)
	wide := make(map[uint32]map[uint32]float64)
	put := func(f, t uint32, w float64) {
		if f == t {
			return
		}
		if wide[f] == nil {
			wide[f] = make(map[uint32]float64)
		}
		wide[f][t] = max(wide[f][t], w)
	}
	for f, set := range found {
		for t := range set {
			put(f, t, 1)
			for _, d := range derived[f] {
				put(d, t, ofDerived)
			}
			for _, d := range derived[t] {
				put(f, d, ofDerived)
			}
		}
	}
	for f, set := range wide {
		for t, w := range set {
			out[f] = append(out[f], rank.Related{Short: t, Relation: rank.Listed, Weight: w})
		}
		sortRelated(out[f])
		out[f] = out[f][:min(len(out[f]), most)]
	}
	return out, nil
}

// classes lists the words that WordNet's marked texts use more often as
// something else than a noun.
func classes(dir string) ([]byte, error) {
	var a words.Analyser
	nouns, others := make(map[uint32]int), make(map[uint32]int)
	count := func(word string, n int, noun bool) {
		t := a.Tokens("en", word)
		if len(t) != 1 {
			return
		}
		if noun {
			nouns[short(t[0].Term)] += n
		} else {
			others[short(t[0].Term)] += n
		}
	}
	err := lines(filepath.Join(dir, "cntlist.rev"), func(line string) error {
		key, rest, _ := strings.Cut(line, " ")
		_, number, _ := strings.Cut(rest, " ")
		n, err := strconv.Atoi(number)
		if err != nil {
			return err
		}
		if word, sense, _ := strings.Cut(key, "%"); !strings.Contains(word, "_") {
			count(word, 10*n, strings.HasPrefix(sense, "1"))
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	for _, pos := range []string{"noun", "verb", "adj", "adv"} { // words of no mark
		err := lines(filepath.Join(dir, "index."+pos), func(line string) error {
			if word, _, _ := strings.Cut(line, " "); !strings.Contains(word, "_") {
				count(word, 1, pos == "noun")
			}
			return nil
		})
		if err != nil {
			return nil, err
		}
	}
	var list []uint32
	for w, n := range others {
		if n > nouns[w] {
			list = append(list, w)
		}
	}
	slices.Sort(list)
	var out []byte
	for _, w := range list {
		out = binary.LittleEndian.AppendUint32(out, w)
	}
	return out, nil
}
