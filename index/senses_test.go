package index_test

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"testing"
	"time"

	"rapporteur/index"
	"rapporteur/index/encode"
)

// counting is the embedded encoder, or one that fails, and counts what it encodes.
type counting struct {
	mu    sync.Mutex
	texts map[string]int
	err   error
	slow  time.Duration // for each passage
}

func (c *counting) Fingerprint() string     { return encode.Builtin().Fingerprint() }
func (c *counting) Rarity(id int32) float32 { return encode.Builtin().Rarity(id) }
func (c *counting) Encode(ctx context.Context, kind encode.Kind, texts []string) ([]encode.Encoded, error) {
	c.mu.Lock()
	for _, t := range texts {
		if c.texts == nil {
			c.texts = make(map[string]int)
		}
		c.texts[t]++
	}
	err := c.err
	c.mu.Unlock()
	if err != nil {
		return nil, err
	}
	if kind == encode.Passage && c.slow > 0 {
		select {
		case <-ctx.Done():
			return nil, ctx.Err()
		case <-time.After(c.slow):
		}
	}
	return encode.Builtin().Encode(ctx, kind, texts)
}

// lead returns the sentence that comes first.
func lead(t *testing.T, x *index.Index, q string) string {
	t.Helper()
	r := search(t, x, index.Query{Text: q})
	if len(r.Hits) == 0 {
		return ""
	}
	s, err := r.Hits[0].Text.Read(r.Hits[0].Sentence)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

const german = "Die multinationale Truppe wird von Frankreich geführt.\n\nDas Wetter in Berlin war an beiden Tagen kalt.\n\nDie Kosten des Einsatzes teilen sich alle Staaten."

func TestAcrossLanguages(t *testing.T) {
	c := newCorpus(t, nil, text("a", "de", german))
	x := open(t, c, index.Options{Encoder: encode.Builtin()})
	for q, want := range map[string]string{
		"Who leads the force?":             "Die multinationale Truppe wird von Frankreich geführt.",
		"Who pays for the mission?":        "Die Kosten des Einsatzes teilen sich alle Staaten.",
		"Хто платить за операцію?":         "Die Kosten des Einsatzes teilen sich alle Staaten.",
		"Quel temps faisait-il à Berlin ?": "Das Wetter in Berlin war an beiden Tagen kalt.",
	} {
		if got := lead(t, x, q); got != want {
			t.Errorf("%s: %q leads, want %q", q, got, want)
		}
	}
}

// TestVectorsKept looks that each sentence is encoded once, over restarts and
// reindexing, and that what was not finished is taken up.
func TestVectorsKept(t *testing.T) {
	dir := t.TempDir()
	e := new(counting)
	c := newCorpus(t, nil, text("a", "de", german))
	x := open(t, c, index.Options{Dir: dir, Encoder: e})
	if err := x.Encoded(ctx); err != nil {
		t.Fatal(err)
	}
	if done, all := x.Vectors(); done != 3 || all != 3 {
		t.Fatalf("%d of %d", done, all)
	}
	more := newCorpus(t, nil, text("a", "de", german), text("b", "de", "Die Soldaten kommen aus neun Staaten."))
	if _, err := x.Reindex(ctx, more, index.ReindexOptions{}); err != nil {
		t.Fatal(err)
	}
	if err := x.Encoded(ctx); err != nil {
		t.Fatal(err)
	}
	if done, all := x.Vectors(); done != 4 || all != 4 {
		t.Fatalf("%d of %d", done, all)
	}
	x.Close()

	x = open(t, more, index.Options{Dir: dir, Encoder: e})
	if done, all := x.Vectors(); done != 4 || all != 4 {
		t.Errorf("opened again: %d of %d", done, all)
	}
	x.Close()
	e.mu.Lock()
	defer e.mu.Unlock()
	for s, n := range e.texts {
		if n != 1 {
			t.Errorf("%q was encoded %d times", s, n)
		}
	}
}

func TestVectorsDamaged(t *testing.T) {
	dir := t.TempDir()
	c := newCorpus(t, nil, text("a", "de", german))
	x := open(t, c, index.Options{Dir: dir, Encoder: encode.Builtin()})
	if err := x.Encoded(ctx); err != nil {
		t.Fatal(err)
	}
	x.Close()
	files, _ := filepath.Glob(filepath.Join(dir, "*", "vectors"))
	if len(files) != 1 {
		t.Fatal(files)
	}
	b, err := os.ReadFile(files[0])
	if err != nil {
		t.Fatal(err)
	}
	b[len(b)/2] ^= 1
	if err := os.WriteFile(files[0], b, 0o644); err != nil {
		t.Fatal(err)
	}
	x = open(t, c, index.Options{Dir: dir, Encoder: encode.Builtin()})
	if err := x.Encoded(ctx); err != nil {
		t.Fatal(err)
	}
	if done, all := x.Vectors(); done != all {
		t.Errorf("%d of %d", done, all)
	}
	if got, want := lead(t, x, "Who leads the force?"), "Die multinationale Truppe wird von Frankreich geführt."; got != want {
		t.Errorf("%q leads, want %q", got, want)
	}
}

// TestEncoderFails looks that words answer when the encoder does not, as they do
// without one.
func TestEncoderFails(t *testing.T) {
	body := "The multinational force is led by France.\n\nThe weather in Berlin was cold.\n\nAll states share the cost."
	c := newCorpus(t, nil, text("a", "en", body))
	words := search(t, open(t, c, index.Options{}), index.Query{Text: "Who leads the force?"})
	e := &counting{err: errors.New("gone")}
	failing := search(t, open(t, c, index.Options{Encoder: e}), index.Query{Text: "Who leads the force?"})
	if failing.Confidence != words.Confidence || len(failing.Hits) != len(words.Hits) || failing.Hits[0].Sentence != words.Hits[0].Sentence {
		t.Errorf("confidence %v, without an encoder %v", failing.Confidence, words.Confidence)
	}
}

// TestBusy looks that a question is answered while a long corpus is encoded, that
// Close ends the encoding, and that the next process takes it up.
func TestBusy(t *testing.T) {
	dir := t.TempDir()
	body := ""
	for i := range 400 {
		body += fmt.Sprintf("In town %d the council met for the %dth time.\n\n", i, i)
	}
	c := newCorpus(t, nil, text("a", "en", body), text("b", "de", german))
	e := &counting{slow: 20 * time.Millisecond}
	x := open(t, c, index.Options{Dir: dir, Encoder: e})
	if got, want := lead(t, x, "When did the council of town 17 meet?"), "In town 17 the council met for the 17th time."; got != want {
		t.Errorf("%q leads, want %q", got, want)
	}
	start := time.Now()
	x.Close()
	if took := time.Since(start); took > 2*time.Second {
		t.Errorf("Close took %v", took)
	}
	e.slow = 0
	x = open(t, c, index.Options{Dir: dir, Encoder: e})
	done, all := x.Vectors()
	if done == 0 || done == all {
		t.Errorf("%d of %d were kept", done, all)
	}
	if err := x.Encoded(ctx); err != nil {
		t.Fatal(err)
	}
	if done, all := x.Vectors(); done != all {
		t.Errorf("%d of %d", done, all)
	}
}

// vectorsOnly is an encoder that tells no tokens, as a service.
type vectorsOnly struct{ counting }

func (v *vectorsOnly) Fingerprint() string { return "service" }
func (v *vectorsOnly) Encode(ctx context.Context, kind encode.Kind, texts []string) ([]encode.Encoded, error) {
	out, err := v.counting.Encode(ctx, kind, texts)
	for i := range out {
		out[i].Tokens, out[i].States = nil, nil
	}
	return out, err
}

func TestVectorsOnly(t *testing.T) {
	c := newCorpus(t, nil, text("a", "de", german))
	x := open(t, c, index.Options{Encoder: new(vectorsOnly)})
	for q, want := range map[string]string{
		"Who leads the force?":      "Die multinationale Truppe wird von Frankreich geführt.",
		"Who pays for the mission?": "Die Kosten des Einsatzes teilen sich alle Staaten.",
	} {
		if got := lead(t, x, q); got != want {
			t.Errorf("%s: %q leads, want %q", q, got, want)
		}
	}
}

// drawn encodes questions as the embedded encoder does, and draws what it makes of
// passages: for measuring searches, not finding.
type drawn struct{ counting }

func (d *drawn) Encode(ctx context.Context, kind encode.Kind, texts []string) ([]encode.Encoded, error) {
	if kind == encode.Query {
		return encode.Builtin().Encode(ctx, kind, texts)
	}
	const width, tokens = 384, 30
	out := make([]encode.Encoded, len(texts))
	for i := range out {
		rng := rand.New(rand.NewPCG(uint64(len(texts[i])), uint64(i)))
		numbers := make([]float32, width*(tokens+1))
		for j := range numbers {
			numbers[j] = (rng.Float32() - .5) / 5.6 // of length 1 or so
		}
		out[i] = encode.Encoded{Vector: numbers[:width], Tokens: make([]int32, tokens), States: numbers[width:]}
	}
	return out, nil
}

// BenchmarkSearchByMeaning measures what BenchmarkSearch does, with vectors: the 95th
// percentile of questions that are asked for the first time and again.
func BenchmarkSearchByMeaning(b *testing.B) {
	c := large(b, 1700, "End")
	x := open(b, c, index.Options{Dir: b.TempDir(), Encoder: new(drawn)})
	if err := x.Encoded(ctx); err != nil {
		b.Fatal(err)
	}
	qs := questions(c, 200)
	p95 := func(took []time.Duration) float64 {
		slices.Sort(took)
		return float64(took[len(took)*95/100].Microseconds())
	}
	var first, again []time.Duration
	for _, q := range qs {
		first = append(first, timed(func() { search(b, x, index.Query{Text: q}) }))
	}
	i := 0
	for b.Loop() {
		again = append(again, timed(func() { search(b, x, index.Query{Text: qs[i%len(qs)]}) }))
		i++
	}
	b.ReportMetric(p95(again), "p95-µs")
	b.ReportMetric(p95(first), "new-p95-µs")
	b.ReportMetric(float64(x.Stats().Sentences), "sentences")
}
