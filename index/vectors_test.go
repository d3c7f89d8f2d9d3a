package index

import (
	"bytes"
	"context"
	"flag"
	"os"
	"testing"

	"rapporteur/corpus"
	"rapporteur/corpus/texts"
	"rapporteur/index/encode"
	"rapporteur/index/meaning"
)

var update = flag.Bool("update", false, "write the vectors of the bundled texts anew")

// TestBundledVectors makes the vectors of the bundled texts that are part of the
// program again. Processors round differently, so they are compared by what a
// question makes of them.
func TestBundledVectors(t *testing.T) {
	if testing.Short() {
		t.Skip("encodes all bundled texts")
	}
	ctx := context.Background()
	c, problems, err := corpus.Load(ctx, texts.FS, corpus.Aliases{})
	if err != nil || len(problems) > 0 {
		t.Fatal(err, problems)
	}
	fresh, err := meaning.OpenEmpty(ctx, encode.Builtin())
	if err != nil {
		t.Fatal(err)
	}
	var keys []meaning.Key
	var sentences []string
	for _, text := range c.Texts() {
		keys, sentences = append(keys, meaning.KeyOf(text.Title)), append(sentences, text.Title)
		for _, p := range text.Passages {
			for _, s := range p.Sentences {
				b, err := text.Read(s)
				if err != nil {
					t.Fatal(err)
				}
				keys, sentences = append(keys, meaning.KeyOf(b)), append(sentences, b)
			}
		}
	}
	if err := encodeParts(ctx, fresh, sentences); err != nil {
		t.Fatal(err)
	}
	if *update {
		var b bytes.Buffer
		if err := fresh.WriteTo(&b, keys); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile("meaning/texts.bin", b.Bytes(), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	kept, err := meaning.Open(ctx, encode.Builtin(), "", nil)
	if err != nil {
		t.Fatal(err)
	}
	q, err := kept.Question(ctx, "Who will lead the force?")
	if err != nil {
		t.Fatal(err)
	}
	for i, k := range keys {
		want, _ := fresh.Sketch(k)
		got, ok := kept.Sketch(k)
		if !ok {
			t.Fatalf("%q has no vector: run with -update", sentences[i])
		}
		if len(got) != len(want) || abs(q.Cosine(got)-q.Cosine(want)) > .003 || abs(q.MaxSim(got)-q.MaxSim(want)) > .01 {
			t.Errorf("%q: the vector is of other words or another model: run with -update", sentences[i])
		}
	}
}

func abs(x float64) float64 { return max(x, -x) }
