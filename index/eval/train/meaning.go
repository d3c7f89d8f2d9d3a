package main

import (
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"runtime"
	"slices"

	"golang.org/x/sync/errgroup"

	"rapporteur/index"
	"rapporteur/index/encode"
	"rapporteur/index/eval"
	"rapporteur/index/meaning"
	"rapporteur/index/rank"
)

// What meaning adds is learnt on top of models of words that have not learnt from the
// question's article, and judged on articles that neither has learnt from.

// How the trees on top are grown.
var (
	weighing = growth{trees: 80, leaves: 8, rate: .08, least: 10, damp: 10, rows: .6, cols: .5}
	trusting = growth{trees: 120, leaves: 8, rate: .08, least: 20, damp: 20, rows: .6, cols: .4}
)

// asking is the questions of a set over the texts of one, which may be in another
// language.
type asking struct {
	name   string
	kind   string // what is reported together
	x      *index.Index
	asked  *eval.Set // questions
	texts  *eval.Set // places
	other  []string  // the questions in other words; those without are not asked
	weight float64
	every  int // of how many questions one is judged for confidence
}

// text returns question number i as it is asked, "" if it is not.
func (a *asking) text(i int) string {
	if a.other != nil {
		return a.other[i]
	}
	return a.asked.Questions[i].Text
}

var xquad = []string{"en", "de", "es", "ro", "ru"}

// learnMeaning learns the model of meaning. The folder keeps vectors and the models of
// the folds from one time to the next.
func learnMeaning(qa, dir, out string, folds bool, penalty float64, rounds int) error {
	store, err := meaning.Open(context.Background(), encode.Builtin(), filepath.Join(dir, "vectors"), nil)
	if err != nil {
		return err
	}
	defer store.Close()
	store.Remember = 1 << 20
	models, err := modelsOfFolds(qa, dir, penalty, rounds)
	if err != nil {
		return err
	}
	all, err := askings(qa, store)
	if err != nil {
		return err
	}
	var examples [][]example
	for i := range all {
		some, err := all[i].weigh(models)
		if err != nil {
			return err
		}
		examples = append(examples, some)
		fmt.Printf("%s: %d questions weighed\n", all[i].name, len(some))
	}
	flat := slices.Concat(examples...)
	onTop := make([]*rank.Meaning, nFolds)
	eachFold(func(fold int) { onTop[fold] = weights(flat, func(e *example) bool { return e.fold != fold }) })
	reportMeaning(all, examples, onTop)

	cases, err := trustCases(all, store, models, onTop)
	if err != nil {
		return err
	}
	scores := make([]float64, len(cases))
	eachFold(func(fold int) {
		s := trust(slices.DeleteFunc(slices.Clone(cases), func(c judged) bool { return c.fold == fold }))
		for i, c := range cases {
			if c.fold == fold {
				scores[i] = s.logitOf(c.signals, floats(c.signals))
			}
		}
	})
	adjust := calibrate(cases, scores)
	kinds := kindsOf(cases)
	reportKinds(kinds, cases, adjust.apply(scores))
	for _, k := range kinds {
		stops(k, cases, adjust.apply(scores))
	}
	if folds {
		return nil
	}
	final := weights(flat, func(*example) bool { return true })
	sure := trust(cases)
	sure.adjust(adjust)
	final.Signals, final.Doubts = sure.linear, sure.trees
	return os.WriteFile(filepath.Join(out, "meaning.txt"), []byte(final.String()), 0o644)
}

// modelsOfFolds returns the models of words, one for each fold that has not learnt
// from it.
func modelsOfFolds(qa, dir string, penalty float64, rounds int) ([]*rank.Model, error) {
	name := func(fold int) string { return filepath.Join(dir, fmt.Sprintf("fold-%d.txt", fold)) }
	models := make([]*rank.Model, nFolds)
	for fold := range models {
		b, err := os.ReadFile(name(fold))
		if err == nil {
			models[fold], err = rank.ParseModel(string(b))
		}
		if err == nil {
			continue
		}
		made, err := crossValidated(qa, penalty, rounds)
		if err != nil {
			return nil, err
		}
		for fold, m := range made {
			if err := os.WriteFile(name(fold), []byte(m.String()), 0o644); err != nil {
				return nil, err
			}
		}
		return made, nil
	}
	return models, nil
}

// askings opens the sets.
func askings(qa string, store *meaning.Store) ([]asking, error) {
	open := func(file, lang string) (*eval.Set, *index.Index, error) {
		set, err := eval.ReadSQuAD(filepath.Join(qa, file), lang)
		if err != nil {
			return nil, nil, err
		}
		c, err := set.Corpus()
		if err != nil {
			return nil, nil, err
		}
		x, err := index.Open(context.Background(), c, index.Options{Meaning: store})
		if err == nil {
			err = x.Encoded(context.Background())
		}
		return set, x, err
	}
	squad, x, err := open("squad-v1.1.json", "en")
	if err != nil {
		return nil, err
	}
	all := []asking{
		{"SQuAD", "SQuAD", x, squad, squad, nil, 1, 1},
		{"SQuAD in other words", "SQuAD in other words", x, squad, squad, paraphrased(squad), 1, 1},
	}
	sets, indexes := make(map[string]*eval.Set), make(map[string]*index.Index)
	for _, lang := range xquad {
		if sets[lang], indexes[lang], err = open("xquad-"+lang+".json", lang); err != nil {
			return nil, err
		}
	}
	for _, lang := range xquad {
		all = append(all, asking{lang, "within", indexes[lang], sets[lang], sets[lang], nil, .6, 1})
	}
	for _, from := range xquad {
		for _, to := range xquad {
			if from != to {
				all = append(all, asking{from + ">" + to, "across", indexes[to], sets[from], sets[to], nil, .3, 2})
			}
		}
	}
	return all, nil
}

// each calls f with the number of every question that is asked, on all processors.
func (a *asking) each(f func(i int) error) error {
	var g errgroup.Group
	g.SetLimit(runtime.GOMAXPROCS(0))
	for i := range a.asked.Questions {
		if a.text(i) != "" {
			g.Go(func() error { return f(i) })
		}
	}
	return g.Wait()
}

// weigh returns an example for each question that is asked.
func (a *asking) weigh(models []*rank.Model) ([]example, error) {
	out := make([]example, len(a.asked.Questions))
	err := a.each(func(i int) error {
		asked, passages, senses, r, err := a.x.Candidates(context.Background(), index.Query{Text: a.text(i)})
		if err != nil {
			return err
		}
		q := &a.texts.Questions[i]
		e := example{fold: eval.Fold(q.Article, nFolds), weight: a.weight}
		if w := r.With(models[e.fold]).Weigh(asked, passages, senses); w != nil {
			e.features = w.Features
			for _, s := range w.Sentences {
				e.gold = append(e.gold, q.Right(s.Passage.Text.ID, s.Passage.Number, s.Sentence))
			}
		}
		out[i] = e
		return nil
	})
	var asked []example
	for i := range out {
		if a.text(i) != "" {
			asked = append(asked, out[i])
		}
	}
	return asked, err
}

// weights learns the weights and trees that rank.
func weights(all []example, use func(*example) bool) *rank.Meaning {
	var train, repeated []example
	for i := range all {
		e := &all[i]
		if !use(e) || !slices.Contains(e.gold, true) {
			continue
		}
		train = append(train, *e)
		if rand.New(rand.NewPCG(31, uint64(i))).Float64() < e.weight {
			repeated = append(repeated, *e)
		}
	}
	shuffle(repeated)
	m := &rank.Meaning{Weights: softmax(repeated, len(rank.SenseNames()), .0005, 8), Signals: make([]float64, len(rank.SureNames())+1)}
	var rows [][]float32
	var group []int32
	var gold []bool
	var scores, weight []float64
	var ends []int
	for g, e := range train {
		for i, f := range e.features {
			rows, group, gold, weight = append(rows, f), append(group, int32(g)), append(gold, e.gold[i]), append(weight, e.weight)
			s := 0.0
			for j, x := range f {
				s += m.Weights[j] * float64(x)
			}
			scores = append(scores, s)
		}
		ends = append(ends, len(rows))
	}
	t := newTable(rows, len(rank.SenseNames()))
	m.Trees = t.boost(weighing, group, scores, listwise(ends, gold, weight))
	return m
}

// reportMeaning prints how the models of the folds rank: by words, with weights, with
// trees, too.
func reportMeaning(all []asking, examples [][]example, onTop []*rank.Meaning) {
	sums := make(map[string][]float64)
	var order []string
	for a := range all {
		var words, linear, trees result
		for _, e := range examples[a] {
			m := onTop[e.fold]
			score := func(i int, full bool) float64 {
				s := 0.0
				for j, x := range e.features[i] {
					s += m.Weights[j] * float64(x)
				}
				if full {
					s += rank.Sum(m.Trees, e.features[i])
				}
				return s
			}
			right := func(i int) bool { return e.gold[i] }
			words.add(worst(len(e.gold), func(i int) float64 { return -float64(i) }, right))
			linear.add(worst(len(e.gold), func(i int) float64 { return score(i, false) }, right))
			trees.add(worst(len(e.gold), func(i int) float64 { return score(i, true) }, right))
		}
		n := words.questions
		fmt.Printf("%-22s hit@1 by words %.3f, with weights %.3f, with trees %.3f; hit@5 %.3f\n", all[a].name, words.hit1/n, linear.hit1/n, trees.hit1/n, trees.hit5/n)
		if _, ok := sums[all[a].kind]; !ok {
			order = append(order, all[a].kind)
		}
		sums[all[a].kind] = append(sums[all[a].kind], trees.hit1/n)
	}
	for _, kind := range order {
		mean := 0.0
		for _, x := range sums[kind] {
			mean += x / float64(len(sums[kind]))
		}
		fmt.Printf("%s: mean %.3f, least %.3f\n", kind, mean, slices.Min(sums[kind]))
	}
}

// trustCases answers the questions with all candidates, without those of the article,
// and without the passage that answers, and questions of miniature corpora.
func trustCases(all []asking, store *meaning.Store, models []*rank.Model, onTop []*rank.Meaning) ([]judged, error) {
	var cases []judged
	for n := range all {
		a := &all[n]
		found := make([][]judged, len(a.asked.Questions))
		err := a.each(func(i int) error {
			q := &a.texts.Questions[i]
			if i%a.every != n%a.every || len(q.Places) == 0 {
				return nil
			}
			asked, passages, senses, r, err := a.x.Candidates(context.Background(), index.Query{Text: a.text(i)})
			if err != nil {
				return err
			}
			fold := eval.Fold(q.Article, nFolds)
			r = r.With(models[fold]).WithMeaning(onTop[fold])
			drop := func(gone func(p *rank.Passage) bool) []*rank.Passage {
				return slices.DeleteFunc(slices.Clone(passages), gone)
			}
			for k, some := range [][]*rank.Passage{passages,
				drop(func(p *rank.Passage) bool { return p.Text.ID == q.Article }),
				drop(func(p *rank.Passage) bool { return p.Text.ID == q.Article && p.Number == q.Passage }),
			} {
				signals, lead, ok := trusted(r, asked, some, senses)
				if !ok {
					continue
				}
				c := judged{signals: signals, answerable: k == 0, fold: fold}
				c.right = k == 0 && q.Right(lead.Passage.Text.ID, lead.Passage.Number, lead.Sentence)
				kinds := []string{a.kind + ", against its article removed"}
				if k == 0 {
					kinds = append(kinds, a.kind+", against its passage removed")
				} else if k == 2 {
					kinds[0] = a.kind + ", against its passage removed"
				}
				for _, c.kind = range kinds {
					found[i] = append(found[i], c)
				}
			}
			return nil
		})
		if err != nil {
			return nil, err
		}
		cases = append(cases, slices.Concat(found...)...)
	}
	set := all[0].asked
	return append(cases, judgeMiniatures(set, paraphrased(set), models, func(r *rank.Ranker, asked *rank.Question, text string, passages []*rank.Passage) ([]float64, rank.Scored, bool) {
		if text == "" {
			return nil, rank.Scored{}, false
		}
		fold := eval.Fold(passages[0].Text.ID, nFolds)
		senses, err := newSketched(store, text)
		if err != nil {
			return nil, rank.Scored{}, false
		}
		return trusted(r.WithMeaning(onTop[fold]), asked, passages, senses)
	})...), nil
}

// trusted ranks and returns what tells whether the lead answers.
func trusted(r *rank.Ranker, asked *rank.Question, passages []*rank.Passage, senses rank.Senses) ([]float64, rank.Scored, bool) {
	w := r.Weigh(asked, passages, senses)
	if w == nil {
		return nil, rank.Scored{}, false
	}
	w.Rank(r.Meaning())
	return w.Surety(r, asked), w.Sentences[0], true
}

// sketched compares a question with any sentences.
type sketched struct {
	store *meaning.Store
	q     *meaning.Question
}

func newSketched(store *meaning.Store, text string) (*sketched, error) {
	q, err := store.Question(context.Background(), text)
	return &sketched{store, q}, err
}

func (s *sketched) of(p *rank.Passage, sentence int) (meaning.Sketch, bool) {
	if sentence < 0 {
		return s.store.Sketch(meaning.KeyOf(p.Text.Title))
	}
	of := rank.Scored{Passage: p, Sentence: sentence}
	return s.store.Sketch(meaning.KeyOf(of.Text()))
}

func (s *sketched) Cosine(p *rank.Passage, sentence int) (float64, bool) {
	sketch, ok := s.of(p, sentence)
	if !ok {
		return 0, false
	}
	return s.q.Cosine(sketch), true
}

func (s *sketched) Weights() []float32 { return s.q.Weights() }

func (s *sketched) Meets(p *rank.Passage, sentence int) ([]float32, bool) {
	sketch, ok := s.of(p, sentence)
	if !ok {
		return nil, false
	}
	return s.q.Meets(sketch), true
}

func (s *sketched) Need(sentences []rank.Scored) bool {
	var texts []string
	for i := range sentences {
		texts = append(texts, sentences[i].Text())
		if t := sentences[i].Passage.Text.Title; t != "" {
			texts = append(texts, t)
		}
	}
	return s.store.Add(context.Background(), texts) == nil
}

// trust learns the chance that the lead is right, each kind of case weighing alike.
func trust(cases []judged) *sure {
	count := make(map[string]float64)
	for _, c := range cases {
		count[c.kind]++
	}
	weight := func(c *judged) float64 { return float64(len(cases)) / count[c.kind] / float64(len(count)) }
	s := &sure{linear: logistic(cases, weight)}
	rows := make([][]float32, len(cases))
	group := make([]int32, len(cases))
	scores := make([]float64, len(cases))
	for i, c := range cases {
		rows[i] = floats(c.signals)
		group[i], scores[i] = int32(i), s.logitOf(c.signals, rows[i])
	}
	t := newTable(rows, len(rank.SureNames()))
	s.trees = t.boost(trusting, group, scores, crossEntropy(cases, weight))
	return s
}

func floats(xs []float64) []float32 {
	out := make([]float32, len(xs))
	for i, x := range xs {
		out[i] = float32(x)
	}
	return out
}

// kindsOf returns the kinds of the cases, in their order.
func kindsOf(cases []judged) []string {
	var out []string
	for _, c := range cases {
		if !slices.Contains(out, c.kind) {
			out = append(out, c.kind)
		}
	}
	return out
}
