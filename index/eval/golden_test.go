package eval_test

import (
	"context"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"rapporteur/index"
	"rapporteur/index/eval"
)

var update = flag.Bool("update", false, "write the golden files anew")

// TestGolden compares the ranking with testdata/golden.txt, so that a change
// of it is seen in the diff. The English weights were learnt on these English
// questions: what held-out questions get is train -folds's to say.
func TestGolden(t *testing.T) {
	dir := os.Getenv("QA")
	if dir == "" {
		t.Skip("QA does not name the folder of the question sets")
	}
	ctx := context.Background()
	var got strings.Builder
	for _, f := range []struct{ name, lang string }{
		{"squad-v1.1", "en"}, {"xquad-en", "en"}, {"xquad-de", "de"}, {"xquad-es", "es"}, {"xquad-ro", "ro"}, {"xquad-ru", "ru"},
	} {
		set, err := eval.ReadSQuAD(filepath.Join(dir, f.name+".json"), f.lang)
		if err != nil {
			t.Fatal(err)
		}
		c, err := set.Corpus()
		if err != nil {
			t.Fatal(err)
		}
		x, err := index.Open(ctx, c, index.Options{})
		if err != nil {
			t.Fatal(err)
		}
		sentences := x.Stats().Sentences
		r, err := eval.Measure(ctx, x, set)
		x.Close()
		if err != nil {
			t.Fatal(err)
		}
		fmt.Fprintf(&got, "%s: %v\n", f.name, r)
		t.Logf("%s: %d sentences, p50 %v, p95 %v", f.name, sentences, r.P50, r.P95)
	}
	const golden = "testdata/golden.txt"
	if *update {
		if err := os.WriteFile(golden, []byte(got.String()), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	if got.String() != string(want) {
		t.Errorf("the ranking changed; if that is meant, run with -update\ngot:\n%s\nwant:\n%s", got.String(), want)
	}
}

func TestAUROC(t *testing.T) {
	for _, tt := range []struct {
		yes, no []float64
		want    float64
	}{
		{[]float64{2, 3}, []float64{0, 1}, 1},
		{[]float64{1}, []float64{1}, .5},
		{[]float64{0, 2}, []float64{1}, .5},
		{[]float64{0}, []float64{1, 2}, 0},
	} {
		if got := eval.AUROC(tt.yes, tt.no); got != tt.want {
			t.Errorf("AUROC(%v, %v) = %v, want %v", tt.yes, tt.no, got, tt.want)
		}
	}
}
