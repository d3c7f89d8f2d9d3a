package main

import (
	"context"
	"fmt"
	"math"
	"math/rand/v2"
	"runtime"
	"slices"
	"sort"
	"sync"

	"rapporteur/corpus"
	"rapporteur/index"
	"rapporteur/index/eval"
	"rapporteur/index/rank"
)

// A case is a question, answered as well as it can be, and whether that was
// right.
type judged struct {
	signals    []float64
	right      bool
	answerable bool
	kind       string
	fold       int
}

// The kinds of case.
const (
	wholeKind   = "corpus, against its article removed"
	miniKind    = "miniature, against other articles"
	nearKind    = "miniature, against the same article elsewhere"
	chatKind    = "miniature paraphrased and short, against the same article elsewhere"
	handKind    = "miniature in other words by hand, against the same article elsewhere and others"
	perMiniFar  = 12 // questions of other articles asked of each miniature
	perMiniNear = 8
	perClip     = 6
)

// judge asks questions that can be answered and ones that cannot. Each
// article's questions are ranked with the model of its fold.
func judge(set, answerless *eval.Set, other []string, models []*rank.Model) ([]judged, error) {
	var cases []judged
	add := func(r *rank.Ranker, asked *rank.Question, passages []*rank.Passage, q *eval.Question, answerable bool, fold int, kinds ...string) {
		ranked, _ := r.Rank(asked, passages)
		if len(ranked) == 0 {
			return // refused without any doubt
		}
		top := ranked[0]
		c := judged{signals: r.Signals(asked, ranked), answerable: answerable, fold: fold}
		c.right = answerable && q.Right(top.Passage.Text.ID, top.Passage.Number, top.Sentence)
		for _, c.kind = range kinds {
			cases = append(cases, c)
		}
	}

	rng := rand.New(rand.NewPCG(5, 6))
	for _, m := range minis(set, other) {
		fold := eval.Fold(m.text.ID, nFolds)
		r := m.ranker.With(models[fold])
		brief := func(r *rank.Ranker, text string) *rank.Question {
			return r.Paraphrase(r.Ask(text, []string{"en"}), "en", 2+rng.IntN(4), rng.IntN)
		}
		ask := func(text string) *rank.Question { return r.Ask(text, []string{"en"}) }
		for _, q := range m.questions {
			add(r, ask(q.Text), m.passages, &q.Question, true, fold, miniKind, nearKind)
			add(r, brief(r, q.Text), m.passages, &q.Question, true, fold, chatKind)
		}
		for far := 0; far < perMiniFar; {
			if q := set.Questions[rng.IntN(len(set.Questions))]; q.Article != m.text.ID {
				far++
				add(r, ask(q.Text), m.passages, &q, false, fold, miniKind)
			}
		}
		var own []eval.Question
		for _, q := range set.Questions {
			if q.Article == m.text.ID && !slices.ContainsFunc(m.questions, func(o miniQuestion) bool { return o.Text == q.Text }) {
				own = append(own, q)
			}
		}
		for range min(perMiniNear, len(own)) {
			q := own[rng.IntN(len(own))]
			add(r, ask(q.Text), m.passages, &q, false, fold, nearKind)
			add(r, brief(r, q.Text), m.passages, &q, false, fold, chatKind)
		}
	}

	for _, m := range clips(set, other) {
		fold := eval.Fold(m.text.ID, nFolds)
		r := m.ranker.With(models[fold])
		ask := func(text string) *rank.Question { return r.Ask(text, []string{"en"}) }
		inside := make(map[string]bool)
		for _, q := range m.questions {
			inside[q.Text] = true
			if q.other != "" {
				add(r, ask(q.other), m.passages, &q.Question, true, fold, handKind)
			}
		}
		var own, foreign []eval.Question
		for i, q := range set.Questions {
			if other[i] == "" || inside[q.Text] {
				continue
			}
			q.Text = other[i]
			if q.Article == m.text.ID {
				own = append(own, q)
			} else {
				foreign = append(foreign, q)
			}
		}
		for i := range perClip {
			q := foreign[rng.IntN(len(foreign))]
			if i%3 != 0 && len(own) > 0 {
				q = own[rng.IntN(len(own))]
			}
			add(r, ask(q.Text), m.passages, &q, false, fold, handKind)
		}
	}

	whole, err := answerless.Corpus()
	if err != nil {
		return nil, err
	}
	full, err := index.Open(context.Background(), whole, index.Options{})
	if err != nil {
		return nil, err
	}
	defer full.Close()
	var mu sync.Mutex
	var wg sync.WaitGroup
	var failed error
	articles := make(chan *corpus.Text)
	found := make([][]judged, len(answerless.Texts))
	for range runtime.GOMAXPROCS(0) {
		wg.Go(func() {
			for t := range articles {
				out, err := judgeArticle(answerless, t, full, models)
				mu.Lock()
				found[slices.Index(answerless.Texts, t)] = out
				if err != nil {
					failed = err
				}
				mu.Unlock()
			}
		})
	}
	for _, t := range answerless.Texts {
		articles <- t
	}
	close(articles)
	wg.Wait()
	return append(cases, slices.Concat(found...)...), failed
}

// judgeArticle asks an article's questions with and without it.
func judgeArticle(set *eval.Set, t *corpus.Text, full *index.Index, models []*rank.Model) ([]judged, error) {
	rest, err := set.Corpus(t.ID)
	if err != nil {
		return nil, err
	}
	without, err := index.Open(context.Background(), rest, index.Options{})
	if err != nil {
		return nil, err
	}
	defer without.Close()
	fold := eval.Fold(t.ID, nFolds)
	var out []judged
	for _, q := range set.Questions {
		if q.Article != t.ID || len(q.Places) == 0 {
			continue
		}
		for i, x := range []*index.Index{full, without} {
			asked, passages, r, err := x.Candidates(context.Background(), index.Query{Text: q.Text})
			if err != nil {
				return nil, err
			}
			r = r.With(models[fold])
			ranked, _ := r.Rank(asked, passages)
			if len(ranked) == 0 {
				continue
			}
			top := ranked[0]
			out = append(out, judged{
				signals:    r.Signals(asked, ranked),
				answerable: i == 0,
				right:      i == 0 && q.Right(top.Passage.Text.ID, top.Passage.Number, top.Sentence),
				kind:       wholeKind,
				fold:       fold,
			})
		}
	}
	return out, nil
}

// confidence learns the weights of the signals and reports, in folds, how well
// they tell answerable questions from others.
func confidence(cases []judged) []float64 {
	scores := make([]float64, len(cases))
	for fold := range nFolds {
		var train []judged
		for _, c := range cases {
			if c.fold != fold {
				train = append(train, c)
			}
		}
		w := logistic(train)
		for i, c := range cases {
			if c.fold == fold {
				scores[i] = logit(w, c.signals)
			}
		}
	}
	for _, kind := range []string{wholeKind, miniKind, nearKind, chatKind, handKind} {
		var yes, no []float64
		var sure, right float64
		for i, c := range cases {
			if c.kind != kind {
				continue
			}
			if c.answerable {
				yes = append(yes, scores[i])
			} else {
				no = append(no, scores[i])
			}
			if scores[i] >= 0 {
				sure++
				if c.right {
					right++
				}
			}
		}
		sort.Float64s(no)
		fmt.Printf("%s: AUROC %.4f, answered at 95 %% refusal %.3f, right when confidence is over .5 %.3f (of %d)\n",
			kind, eval.AUROC(yes, no), above(yes, no[int(.95*float64(len(no)))]), right/sure, len(yes)+len(no))
	}
	return logistic(cases)
}

func above(xs []float64, limit float64) float64 {
	n := 0.0
	for _, x := range xs {
		if x > limit {
			n++
		}
	}
	return n / float64(len(xs))
}

func logit(w, x []float64) float64 {
	z := w[len(x)]
	for i, v := range x {
		z += w[i] * v
	}
	return z
}

// logistic learns the chance that the first sentence is right, each kind of
// case weighing alike. The signals have unit variance while it learns.
func logistic(cases []judged) []float64 {
	n := len(cases[0].signals)
	count := make(map[string]float64)
	mean, scale := make([]float64, n), make([]float64, n)
	for _, c := range cases {
		count[c.kind]++
		for i, x := range c.signals {
			mean[i] += x / float64(len(cases))
		}
	}
	for _, c := range cases {
		for i, x := range c.signals {
			scale[i] += (x - mean[i]) * (x - mean[i]) / float64(len(cases))
		}
	}
	for i := range scale {
		scale[i] = 1 / max(math.Sqrt(scale[i]), .02)
	}
	rows := make([][]float64, len(cases))
	for r, c := range cases {
		rows[r] = make([]float64, n)
		for i, x := range c.signals {
			rows[r][i] = (x - mean[i]) * scale[i]
		}
	}
	w, grad := make([]float64, n+1), make([]float64, n+1)
	m1, m2 := make([]float64, n+1), make([]float64, n+1)
	const rounds, penalty = 400, 3e-4
	// Where the corpus answers and another sentence of it came first, the one
	// that came first is usually next to it or half an answer.
	const nearMiss = .4
	for step := 1; step <= rounds; step++ {
		clear(grad)
		for r, c := range cases {
			d := 1 / (1 + math.Exp(-logit(w, rows[r])))
			if c.right {
				d--
			} else if c.answerable {
				d -= nearMiss
			}
			d /= count[c.kind] * float64(len(count))
			for i, x := range rows[r] {
				grad[i] += d * x
			}
			grad[n] += d
		}
		rate := .05 * math.Pow(.05, float64(step)/rounds)
		for i := range w {
			g := grad[i]
			if i < n {
				g += penalty * w[i]
			}
			m1[i] = .9*m1[i] + .1*g
			m2[i] = .99*m2[i] + .01*g*g
			w[i] -= rate * m1[i] / (1 - math.Pow(.9, float64(step))) / (math.Sqrt(m2[i]/(1-math.Pow(.99, float64(step)))) + 1e-9)
		}
	}
	for i := range scale {
		w[i] *= scale[i]
		w[n] -= w[i] * mean[i]
	}
	return w
}
