package main

import (
	"context"
	"fmt"
	"math"
	"math/rand/v2"
	"path/filepath"
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
	nameKind    = "miniature in other words by hand, against what else is asked of its names"
	perMiniFar  = 12 // questions of other articles asked of each miniature
	perMiniNear = 8
	perClip     = 6
)

// judge asks questions that can be answered and ones that cannot. Each
// article's questions are ranked with the model of its fold.
func judge(set, answerless *eval.Set, other []string, models []*rank.Model) ([]judged, error) {
	cases := judgeMiniatures(set, other, models, byWords)
	found, err := withAndWithout(answerless, models)
	return append(cases, found...), err
}

// A judge answers a question and returns what its confidence is judged by. The text is
// "" where words of the question were replaced by a program.
type answering func(r *rank.Ranker, asked *rank.Question, text string, passages []*rank.Passage) (signals []float64, lead rank.Scored, ok bool)

// byWords answers without meaning.
func byWords(r *rank.Ranker, asked *rank.Question, _ string, passages []*rank.Passage) ([]float64, rank.Scored, bool) {
	ranked, _ := r.Rank(asked, passages, nil)
	if len(ranked) == 0 {
		return nil, rank.Scored{}, false // refused without any doubt
	}
	return r.Signals(asked, ranked), ranked[0], true
}

// judgeMiniatures asks questions of miniature corpora.
func judgeMiniatures(set *eval.Set, other []string, models []*rank.Model, answer answering) []judged {
	var cases []judged
	add := func(r *rank.Ranker, asked *rank.Question, text string, passages []*rank.Passage, q *eval.Question, answerable bool, fold int, kinds ...string) {
		signals, top, ok := answer(r, asked, text, passages)
		if !ok {
			return
		}
		c := judged{signals: signals, answerable: answerable, fold: fold}
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
			add(r, ask(q.Text), q.Text, m.passages, &q.Question, true, fold, miniKind, nearKind)
			add(r, brief(r, q.Text), "", m.passages, &q.Question, true, fold, chatKind)
		}
		for far := 0; far < perMiniFar; {
			if q := set.Questions[rng.IntN(len(set.Questions))]; q.Article != m.text.ID {
				far++
				add(r, ask(q.Text), q.Text, m.passages, &q, false, fold, miniKind)
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
			add(r, ask(q.Text), q.Text, m.passages, &q, false, fold, nearKind)
			add(r, brief(r, q.Text), "", m.passages, &q, false, fold, chatKind)
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
				add(r, ask(q.other), q.other, m.passages, &q.Question, true, fold, handKind, nameKind)
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
			add(r, ask(q.Text), q.Text, m.passages, &q, false, fold, handKind)
		}
		for _, text := range m.strange(perClip, rng.IntN) {
			add(r, ask(text), text, m.passages, &eval.Question{}, false, fold, nameKind)
		}
	}

	return cases
}

// withAndWithout asks the questions of each article with it and without it.
func withAndWithout(set *eval.Set, models []*rank.Model) ([]judged, error) {
	whole, err := set.Corpus()
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
	found := make([][]judged, len(set.Texts))
	for range runtime.GOMAXPROCS(0) {
		wg.Go(func() {
			for t := range articles {
				out, err := judgeArticle(set, t, full, models)
				mu.Lock()
				found[slices.Index(set.Texts, t)] = out
				if err != nil {
					failed = err
				}
				mu.Unlock()
			}
		})
	}
	for _, t := range set.Texts {
		articles <- t
	}
	close(articles)
	wg.Wait()
	return slices.Concat(found...), failed
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
			asked, passages, _, r, err := x.Candidates(context.Background(), index.Query{Text: q.Text})
			if err != nil {
				return nil, err
			}
			r = r.With(models[fold])
			ranked, _ := r.Rank(asked, passages, nil)
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

// outOfFold returns the logit of confidence in each case, as learnt from the
// other folds.
func outOfFold(cases []judged) []float64 {
	scores := make([]float64, len(cases))
	eachFold(func(fold int) {
		var train []judged
		for _, c := range cases {
			if c.fold != fold {
				train = append(train, c)
			}
		}
		w := certainty(train)
		for i, c := range cases {
			if c.fold == fold {
				scores[i] = w.logit(c.signals)
			}
		}
	})
	return scores
}

// report says how well confidence tells answerable questions from others.
func report(cases []judged, scores []float64) {
	reportKinds([]string{wholeKind, miniKind, nearKind, chatKind, handKind, nameKind}, cases, scores)
	for _, kind := range []string{wholeKind, handKind, nameKind} {
		stops(kind, cases, scores)
	}
}

func reportKinds(kinds []string, cases []judged, scores []float64) {
	for _, kind := range kinds {
		var yes, no []float64
		var certain, right float64
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
				certain++
				if c.right {
					right++
				}
			}
		}
		sort.Float64s(no)
		fmt.Printf("%s: AUROC %.4f, answered at 95 %% refusal %.3f, right when confidence is over .5 %.3f (of %d)\n",
			kind, eval.AUROC(yes, no), above(yes, no[int(.95*float64(len(no)))]), right/certain, len(yes)+len(no))
	}
}

// stops prints what each threshold does to a kind of case, and how often the
// first sentence was right at each level of confidence.
func stops(kind string, cases []judged, scores []float64) {
	type count struct{ answerable, right, answered, foreign, refused float64 }
	fmt.Println(kind)
	for _, limit := range []float64{.05, .08, .1, .12, .14, .16, .18, .2, .22, .25, .3, .35, .4, .45, .5, .6, .7} {
		var n count
		for i, c := range cases {
			if c.kind != kind {
				continue
			}
			sure := 1/(1+math.Exp(-scores[i])) >= limit
			switch {
			case !c.answerable:
				n.foreign++
				if !sure {
					n.refused++
				}
			default:
				n.answerable++
				if sure {
					n.answered++
					if c.right {
						n.right++
					}
				}
			}
		}
		fmt.Printf("  at %.2f: answered %.3f, rightly %.3f, foreign refused %.3f\n", limit, n.answered/n.answerable, n.right/n.answerable, n.refused/n.foreign)
	}
	var said, right, questions [10]float64
	for i, c := range cases {
		if c.kind == kind {
			p := 1 / (1 + math.Exp(-scores[i]))
			b := min(int(p*10), 9)
			questions[b]++
			said[b] += p
			if c.right {
				right[b]++
			}
		}
	}
	for b := range said {
		if questions[b] > 0 {
			fmt.Printf("  said %.2f, right %.2f (of %.0f)\n", said[b]/questions[b], right[b]/questions[b], questions[b])
		}
	}
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

// abroad learns what confidence gains in each family of languages, from
// translations of some of the questions and texts.
func (s *sure) abroad(qa string, models []*rank.Model) error {
	for _, family := range []struct {
		name  string
		langs []string
	}{{"German", []string{"de"}}, {"Romance", []string{"es", "ro"}}, {"Slavic", []string{"ru"}}} {
		at := slices.Index(rank.SignalNames(), family.name)
		var cases []judged
		for _, lang := range family.langs {
			set, err := eval.ReadSQuAD(filepath.Join(qa, "xquad-"+lang+".json"), lang)
			if err != nil {
				return err
			}
			some, err := withAndWithout(set, models)
			if err != nil {
				return err
			}
			cases = append(cases, some...)
		}
		scores := make([]float64, len(cases))
		for i, c := range cases {
			scores[i] = s.logit(c.signals)
		}
		for range 20 { // Newton's method
			var g, h float64
			for i, c := range cases {
				p := 1 / (1 + math.Exp(-scores[i]-s.linear[at]))
				g += p
				if c.right {
					g--
				}
				h += p * (1 - p)
			}
			s.linear[at] -= g / h
		}
		fmt.Printf("%s: %d cases, confidence raised by %.3f\n", family.name, len(cases), s.linear[at])
	}
	return nil
}
