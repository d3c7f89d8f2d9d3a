package eval_test

import (
	"context"
	"os"
	"path/filepath"
	"testing"

	"rapporteur/index/encode"
	"rapporteur/index/eval"
	"rapporteur/index/meaning"
)

// TestMeaning asks the questions of each language of XQuAD over the texts of each, by
// words and meaning. What adds meaning was learnt on these questions: what held-out
// ones get is train -meaning -folds's to say. KEPT names a folder that keeps vectors
// from one time to the next: then it asks in all five languages, and again without the
// article; otherwise in three.
func TestMeaning(t *testing.T) {
	dir := os.Getenv("QA")
	if dir == "" {
		t.Skip("QA does not name the folder of the question sets")
	}
	if os.Getenv("KEPT") == "" && testing.Short() {
		t.Skip("encodes 1,800 sentences")
	}
	ctx := context.Background()
	path, langs := "", []string{"en", "de", "ru"}
	kept := os.Getenv("KEPT")
	if kept != "" {
		path, langs = filepath.Join(kept, "vectors"), append(langs, "es", "ro")
	}
	store, err := meaning.Open(ctx, encode.Builtin(), path, nil)
	if err != nil {
		t.Fatal(err)
	}
	defer store.Close()
	store.Remember = 1 << 16
	sets := make(map[string]*eval.Set)
	for _, lang := range langs {
		if sets[lang], err = eval.ReadSQuAD(filepath.Join(dir, "xquad-"+lang+".json"), lang); err != nil {
			t.Fatal(err)
		}
	}
	var mean, least, answered, right, auroc float64
	least = 1
	for _, to := range langs {
		for _, from := range langs {
			set := *sets[to]
			set.Questions = nil
			for i, q := range sets[to].Questions {
				q.Text = sets[from].Questions[i].Text
				set.Questions = append(set.Questions, q)
			}
			r, err := eval.Measure(ctx, &set, eval.Options{HeldOut: kept != "", Meaning: store})
			if err != nil {
				t.Fatal(err)
			}
			s := r.Systems[0]
			pairs := float64(len(langs) * (len(langs) - 1))
			hit, told := s.Figures["sentence hit@1"].Value, s.Figures["AUROC, "+eval.ArticleRemoved].Value
			stop := s.Refusals[0].Stops[1]
			if from != to {
				mean += hit / pairs
				least = min(least, hit)
			}
			if kept == "" {
				t.Logf("%s>%s hit@1 %.3f", from, to, hit)
				continue
			}
			t.Logf("%s>%s hit@1 %.3f AUROC %.3f; %s: answered %.3f, of these right %.3f, refused %.3f; latency %+v", from, to, hit, told,
				stop.Name, stop.Answered.Value, stop.Right.Value/stop.Answered.Value, stop.Refused.Value, s.Latency)
			if from != to {
				answered, right, auroc = answered+stop.Answered.Value/pairs, right+stop.Right.Value/stop.Answered.Value/pairs, auroc+told/pairs
			}
		}
	}
	t.Logf("across: mean %.3f, least %.3f, AUROC %.3f; answered %.3f, of these right %.3f", mean, least, auroc, answered, right)
	if mean < .74 || least < .67 {
		t.Errorf("across: mean %.3f, least %.3f", mean, least)
	}
}
