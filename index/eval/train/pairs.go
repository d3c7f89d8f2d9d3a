package main

import (
	"fmt"
	"math"
	"os"
	"path/filepath"
	"sort"
	"strings"

	"rapporteur/index/rank"
	"rapporteur/index/words"
)

// readPairs reads questions and the sentences that answer them, line by line.
// The pairs are tokenised with brackets spelt out and are in lower case.
func readPairs(dir string) (questions, sentences [][]string, err error) {
	var a words.Analyser
	read := func(name string) (out [][]string, err error) {
		b, err := os.ReadFile(filepath.Join(dir, name))
		if err != nil {
			return nil, err
		}
		clean := strings.NewReplacer(" 's", "'s", "-lrb-", "(", "-rrb-", ")", "``", `"`, "''", `"`)
		for line := range strings.Lines(string(b)) {
			var terms []string
			for _, t := range a.Tokens("en", clean.Replace(line)) {
				if !t.Has(words.Stop) {
					terms = append(terms, t.Term)
				}
			}
			out = append(out, terms)
		}
		return out, nil
	}
	if questions, err = read("pairs-questions.txt"); err != nil {
		return nil, nil, err
	}
	if sentences, err = read("pairs-sentences.txt"); err != nil {
		return nil, nil, err
	}
	if len(questions) != len(sentences) {
		return nil, nil, fmt.Errorf("%d questions for %d sentences", len(questions), len(sentences))
	}
	return questions, sentences, nil
}

func short(term string) uint32 { return rank.Short(rank.Hash(term)) }

// background counts in how many of the distinct lines each word stands; words
// seen once are left out. It also returns the words it counted.
func background(lines [][]string) ([]byte, map[uint32]bool) {
	counts := make(map[uint32]int)
	seen := make(map[string]bool)
	n := 0
	for _, l := range lines {
		key := strings.Join(l, " ")
		if seen[key] {
			continue // a sentence that answers several questions
		}
		seen[key] = true
		n++
		once := make(map[string]bool)
		for _, t := range l {
			if !once[t] {
				once[t] = true
				counts[short(t)]++
			}
		}
	}
	for k, c := range counts {
		if c < 2 {
			delete(counts, k)
		}
	}
	known := make(map[uint32]bool, len(counts))
	for k := range counts {
		known[k] = true
	}
	return rank.EncodeBackground(n, counts), known
}

// translation learns IBM model 1, t(question word | sentence word), by eight
// rounds of EM and keeps for each question word the sentence words that most
// often stand for it.
func translation(questions, sentences [][]string) map[uint32][]rank.Related {
	const (
		rounds   = 8
		minSeen  = 4    // pairs that hold both words
		minShare = .015 // of the sentence word's probability
		most     = 12   // entries a question word
	)
	type pair struct{ s, q string }
	t := make(map[pair]float64)
	both := make(map[pair]int)
	freq := make(map[string]int)
	for i, q := range questions {
		for _, s := range sentences[i] {
			freq[s]++
			for _, w := range q {
				both[pair{s, w}]++
				t[pair{s, w}] = 1
			}
		}
	}
	for range rounds {
		counts := make(map[pair]float64, len(t))
		total := make(map[string]float64)
		for i, q := range questions {
			for _, w := range q {
				sum := 0.0
				for _, s := range sentences[i] {
					sum += t[pair{s, w}]
				}
				if sum == 0 {
					continue
				}
				for _, s := range sentences[i] {
					c := t[pair{s, w}] / sum
					counts[pair{s, w}] += c
					total[s] += c
				}
			}
		}
		for p, c := range counts {
			t[p] = c / total[p.s]
		}
	}
	out := make(map[uint32][]rank.Related)
	for p, prob := range t {
		if p.s != p.q && both[p] >= minSeen && prob >= minShare {
			out[short(p.q)] = append(out[short(p.q)], rank.Related{Short: short(p.s), Relation: rank.Translated, Weight: math.Sqrt(prob)})
		}
	}
	for w, list := range out {
		sortRelated(list)
		out[w] = list[:min(len(list), most)]
	}
	return out
}

func sortRelated(list []rank.Related) {
	sort.Slice(list, func(i, j int) bool {
		if list[i].Weight != list[j].Weight {
			return list[i].Weight > list[j].Weight
		}
		if list[i].Relation != list[j].Relation {
			return list[i].Relation < list[j].Relation
		}
		return list[i].Short < list[j].Short
	})
}
