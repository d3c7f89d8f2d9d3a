package ask

import (
	"math/rand/v2"
	"slices"
	"testing"

	"rapporteur/corpus"
)

// TestWindow says what of a passage is shown around a sentence.
func TestWindow(t *testing.T) {
	rng := rand.New(rand.NewPCG(5, 6))
	most := 0
	for range 3000 {
		var p corpus.Passage
		at := rng.IntN(10)
		p.Start = at
		for range 1 + rng.IntN(20) {
			at += rng.IntN(3)
			length := 1 + rng.IntN([]int{10, 400, 3000}[rng.IntN(3)])
			p.Sentences = append(p.Sentences, corpus.Range{Start: at, End: at + length})
			at += length
		}
		p.End = at
		s := position{&corpus.Text{Passages: []corpus.Passage{p}}, 0, rng.IntN(len(p.Sentences))}
		got, sentence := window(s), s.at()
		if !got.Contains(sentence) || !p.Contains(got) || got.Len() > max(maxContext, sentence.Len()) {
			t.Fatalf("%v around %v in %v", got, sentence, p)
		}
		// Whole sentences, and no more of them would fit on either side.
		from := slices.IndexFunc(p.Sentences, func(r corpus.Range) bool { return r.Start == got.Start })
		to := slices.IndexFunc(p.Sentences, func(r corpus.Range) bool { return r.End == got.End })
		if from < 0 || to < 0 || from > 0 && got.End-p.Sentences[from-1].Start <= maxContext ||
			to+1 < len(p.Sentences) && p.Sentences[to+1].End-got.Start <= maxContext {
			t.Fatalf("%v around %v in %v", got, sentence, p)
		}
		most = max(most, to-from+1)
	}
	if most < 10 {
		t.Errorf("%d sentences at most: the test is too easy", most)
	}
}
