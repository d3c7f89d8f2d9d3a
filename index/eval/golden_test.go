package eval_test

import (
	"context"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

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
	for _, file := range []struct{ name, lang string }{
		{"squad-v1.1", "en"}, {"xquad-en", "en"}, {"xquad-de", "de"}, {"xquad-es", "es"}, {"xquad-ro", "ro"}, {"xquad-ru", "ru"},
	} {
		set, err := eval.ReadSQuAD(filepath.Join(dir, file.name+".json"), file.lang)
		if err != nil {
			t.Fatal(err)
		}
		r, err := eval.Measure(ctx, set, eval.Options{})
		if err != nil {
			t.Fatal(err)
		}
		f := r.Systems[0].Figures
		fmt.Fprintf(&got, "%s: %d questions: sentence hit@1 %.3f, hit@5 %.3f, hit@10 %.3f, MRR %.3f; passage hit@1 %.3f\n",
			file.name, r.Answerable, f["sentence hit@1"].Value, f["sentence hit@5"].Value, f["sentence hit@10"].Value,
			f["sentence MRR"].Value, f["passage hit@1"].Value)
		t.Logf("%s: %d sentences, latency %+v", file.name, r.Sentences, r.Systems[0].Latency)
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
