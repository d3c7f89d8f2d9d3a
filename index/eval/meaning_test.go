package eval_test

import (
	"context"
	"encoding/json"
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
// article; otherwise in two.
func TestMeaning(t *testing.T) {
	dir := os.Getenv("QA")
	if dir == "" {
		t.Skip("QA does not name the folder of the question sets")
	}
	if os.Getenv("KEPT") == "" && testing.Short() {
		t.Skip("encodes 1,200 sentences")
	}
	ctx := context.Background()
	path, langs := "", []string{"en", "de"}
	kept := os.Getenv("KEPT")
	if kept != "" {
		path, langs = filepath.Join(kept, "vectors"), append(langs, "es", "ro", "ru")
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

// TestUkrainian asks XQuAD's questions in Ukrainian, which has no texts there, of the
// texts in the other languages.
func TestUkrainian(t *testing.T) {
	dir, kept := os.Getenv("QA"), os.Getenv("KEPT")
	if dir == "" || kept == "" {
		t.Skip("QA or KEPT does not name the folders of the question sets and of vectors")
	}
	b, err := os.ReadFile(filepath.Join(dir, "xquad-uk-questions.json"))
	if err != nil {
		t.Fatal(err)
	}
	questions := make(map[string]string)
	if err := json.Unmarshal(b, &questions); err != nil {
		t.Fatal(err)
	}
	ctx := context.Background()
	store, err := meaning.Open(ctx, encode.Builtin(), filepath.Join(kept, "vectors"), nil)
	if err != nil {
		t.Fatal(err)
	}
	defer store.Close()
	mean := 0.0
	langs := []string{"en", "de", "ru", "es", "ro"}
	for _, lang := range langs {
		set, err := eval.ReadSQuAD(filepath.Join(dir, "xquad-"+lang+".json"), lang)
		if err != nil {
			t.Fatal(err)
		}
		var asked []eval.Question
		for _, q := range set.Questions {
			if text := questions[q.ID]; text != "" {
				q.Text = text
				asked = append(asked, q)
			}
		}
		set.Questions = asked
		r, err := eval.Measure(ctx, set, eval.Options{Meaning: store})
		if err != nil {
			t.Fatal(err)
		}
		hit := r.Systems[0].Figures["sentence hit@1"].Value
		t.Logf("uk>%s: %d questions, hit@1 %.3f", lang, len(asked), hit)
		mean += hit / float64(len(langs))
	}
	if t.Logf("mean %.3f", mean); mean < .69 {
		t.Errorf("mean %.3f", mean)
	}
}
