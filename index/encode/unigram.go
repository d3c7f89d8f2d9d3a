package encode

import (
	"errors"
	"math"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// metaspace stands for a space in SentencePiece's pieces.
const metaspace = '▁'

// piece is a token of a text.
type piece struct {
	id  int32
	end int // of the bytes of the text that it covers
}

// unigram cuts texts into the pieces whose scores have the greatest sum (Kudo 2018),
// as SentencePiece does.
type unigram struct {
	ids     map[string]int32
	scores  []float32
	longest map[rune]int // piece in runes, by its first rune
	unknown int32
	score   float32 // of a letter that is no piece
	// What becomes of letters before NFKC.
	space, drop, keep map[rune]bool
}

// The types of tokens in a vocabulary that are looked at.
const (
	tokenNormal      = 1
	tokenUserDefined = 4
)

func newUnigram(g *gguf, v vocabulary) (*unigram, error) {
	scores, ok := g.keys["tokenizer.ggml.scores"].([]float64)
	if !ok || len(scores) != len(v.tokens) {
		return nil, errors.New("tokenizer.ggml.scores: not one for each token")
	}
	t := &unigram{ids: make(map[string]int32, len(v.tokens)), scores: make([]float32, len(scores)), longest: make(map[rune]int), unknown: v.unknown}
	least := math.Inf(1)
	for i, s := range v.tokens {
		t.scores[i] = float32(scores[i])
		if k := v.kind(i); k != tokenNormal && k != tokenUserDefined || s == "" {
			continue
		}
		least = min(least, scores[i])
		t.ids[s] = int32(i)
		r, _ := utf8.DecodeRuneInString(s)
		t.longest[r] = max(t.longest[r], utf8.RuneCountInString(s))
	}
	// SentencePiece's kUnkPenalty: an unknown letter scores 10 less than any piece. A
	// cut vocabulary tells the score of the whole one.
	if own, ok := g.keys["e5.unk_score"].(float64); ok {
		t.score = float32(own)
	} else {
		t.score = float32(least - 10)
	}
	set := func(key string, standard string) map[rune]bool {
		m := make(map[rune]bool)
		list, ok := g.keys[key].([]int64)
		for _, r := range list {
			m[rune(r)] = true
		}
		if !ok {
			for _, r := range standard {
				m[r] = true
			}
		}
		return m
	}
	t.space = set("e5.norm.space", "\t\n\f\r\u1680\u200b\u200c\u200d\u200e\u200f\u2028\u2029\u2581\ufeff\ufffd")
	t.drop = set("e5.norm.drop", "\x01\x02\x03\x04\x05\x06\a\b\v\x0e\x0f\x10\x11\x12\x13\x14\x15\x16\x17\x18\x19\x1a\x1b\x1c\x1d\x1e\x1f\x7f\u008f\u009f")
	t.keep = set("e5.norm.keep", "\uff5e")
	return t, nil
}

// normalised is a text as pieces see it.
type normalised struct {
	runes []rune
	ends  []int // of each rune's bytes in the text
}

func (n *normalised) put(r rune, end int) {
	if r == ' ' {
		r = metaspace
		if last := len(n.runes) - 1; n.runes[last] == metaspace { // runs fold into one
			n.ends[last] = end
			return
		}
	}
	n.runes, n.ends = append(n.runes, r), append(n.ends, end)
}

// normalise returns the text after SentencePiece's nmt_nfkc, with a metaspace before
// it and for each run of spaces.
func (t *unigram) normalise(text string) normalised {
	out := normalised{runes: make([]rune, 1, len(text)+2), ends: make([]int, 1, len(text)+2)}
	out.runes[0] = metaspace
	var b strings.Builder
	ends := make([]int, 0, len(text)) // where the text's rune of each byte of b ends
	for i, r := range text {
		size := 1
		if r != utf8.RuneError || strings.HasPrefix(text[i:], "\ufffd") {
			size = utf8.RuneLen(r)
		}
		switch {
		case r == utf8.RuneError || t.space[r]:
			r = ' '
		case t.drop[r]:
			continue
		}
		b.WriteRune(r)
		for len(ends) < b.Len() {
			ends = append(ends, i+size)
		}
	}
	s := b.String()
	if norm.NFKC.IsNormalString(s) {
		for i, r := range s {
			out.put(r, ends[i])
		}
		return out
	}
	var it norm.Iter
	it.InitString(norm.NFKC, s)
	for !it.Done() {
		from := it.Pos()
		segment := it.Next()
		// A letter that becomes several comes in several steps, without moving on.
		end := ends[min(max(it.Pos()-1, from), len(ends)-1)]
		if r, _ := utf8.DecodeRuneInString(s[from:]); t.keep[r] {
			out.put(r, end)
			_, size := utf8.DecodeRune(segment)
			segment = segment[size:]
		}
		for _, r := range string(segment) {
			out.put(r, end)
		}
	}
	return out
}

// cut returns the pieces of a text, without marks.
func (t *unigram) cut(text string) []piece {
	in := t.normalise(text)
	n := len(in.runes)
	starts := make([]int, n+1)
	var b strings.Builder
	for i, r := range in.runes {
		starts[i] = b.Len()
		b.WriteRune(r)
	}
	starts[n] = b.Len()
	s := b.String()
	type cell struct {
		score float32
		id    int32
		from  int32
	}
	best := make([]cell, n+1) // of the pieces up to each rune
	for i := 1; i <= n; i++ {
		best[i].score = -math.MaxFloat32
	}
	for i := range n {
		score := best[i].score
		for end := i + 1; end <= min(n, i+t.longest[in.runes[i]]); end++ {
			if id, ok := t.ids[s[starts[i]:starts[end]]]; ok {
				if v := score + t.scores[id]; v > best[end].score {
					best[end] = cell{v, id, int32(i)}
				}
			}
		}
		if v := score + t.score; v > best[i+1].score {
			best[i+1] = cell{v, t.unknown, int32(i)}
		}
	}
	count := 0
	for i := n; i > 0; i = int(best[i].from) {
		count++
	}
	out := make([]piece, count)
	for i := n; i > 0; i = int(best[i].from) {
		count--
		out[count] = piece{best[i].id, in.ends[i-1]}
	}
	return out
}
