// Command train makes the tables and weights of package rank:
//
//	go run ./index/eval/train -qa DIR -wordnet DIR   # the tables, then the weights
//	go run ./index/eval/train -qa DIR                # the weights only
//
// With -folds it instead reports how weights learnt on some articles do on the
// others. The same input gives the same output.
package main

import (
	"cmp"
	"context"
	"flag"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"sync"

	"rapporteur/index"
	"rapporteur/index/eval"
	"rapporteur/index/rank"
)

func main() {
	qa := flag.String("qa", "", "folder of the question sets")
	wordnet := flag.String("wordnet", "", "folder of WordNet's database files; makes the tables")
	out := flag.String("out", "index/rank", "folder of package rank")
	folds := flag.Bool("folds", false, "report folds by article instead of writing weights")
	penalty := flag.Float64("penalty", .0005, "quadratic penalty on the weights")
	rounds := flag.Int("rounds", 15, "passes over the questions")
	flag.Parse()
	if err := run(*qa, *wordnet, *out, *folds, *penalty, *rounds); err != nil {
		fmt.Fprintln(os.Stderr, "train:", err)
		os.Exit(1)
	}
}

func run(qa, wordnet, out string, folds bool, penalty float64, rounds int) error {
	if wordnet != "" {
		return tables(qa, wordnet, out)
	}
	set, err := eval.ReadSQuAD(filepath.Join(qa, "squad-v1.1.json"), "en")
	if err != nil {
		return err
	}
	other := paraphrased(set)
	examples, missed, err := extract(set, other)
	if err != nil {
		return err
	}
	fmt.Printf("%d questions, %d without the answer among the candidates\n", len(examples), missed)
	pick := rand.New(rand.NewPCG(3, 4)).IntN
	small, clipped := minis(set, other), clips(set, other)
	hand := append(others(small), others(clipped)...)
	auto := append(miniatures(small, pick), miniatures(clipped, pick)...)
	fmt.Printf("%d questions in miniature corpora, paraphrased by the tables, %d by hand\n", len(auto), len(hand))
	sets := []exampleSet{
		{"whole corpus", examples[:len(set.Questions)], 1, 1},
		{"whole corpus, by hand", examples[len(set.Questions):], 1, 1},
		{"miniature", auto, 1, .5},
		{"miniature, by hand", hand, 2, 1},
	}
	models := crossValidate(sets, penalty, rounds)
	if folds {
		if err := compare(set, sets[0].examples, models); err != nil {
			return err
		}
	}
	answerless, err := eval.ReadSQuAD(filepath.Join(qa, "squad-v2.0.json"), "en")
	if err != nil {
		return err
	}
	cases, err := judge(set, answerless, other, models)
	if err != nil {
		return err
	}
	if folds {
		report(cases)
		return nil
	}
	// Confidence is learnt from what each model says of questions it did not
	// learn from: of the others it is too sure.
	learnt := certainty(cases)
	model := learn(sets, func(example) bool { return true }, penalty, rounds)
	model.Signals, model.Doubts = learnt.linear, learnt.trees
	return os.WriteFile(filepath.Join(out, "weights.txt"), []byte(model.String()), 0o644)
}

func shuffle(examples []example) {
	rand.New(rand.NewPCG(1, 2)).Shuffle(len(examples), func(i, j int) { examples[i], examples[j] = examples[j], examples[i] })
}

func tables(qa, wordnet, out string) error {
	questions, sentences, err := readPairs(qa)
	if err != nil {
		return err
	}
	bg, common := background(slices.Concat(questions, sentences))
	if _, err := thesaurus(wordnet, common, nil); err != nil { // for its words to be common
		return err
	}
	wn, err := relations(wordnet, common)
	if err != nil {
		return err
	}
	derived := make(map[uint32][]uint32)
	for w, list := range wn {
		for _, r := range list {
			if r.Relation == rank.Derived && r.Weight >= .5 {
				derived[w] = append(derived[w], r.Short)
			}
		}
	}
	own, err := thesaurus(wordnet, common, derived)
	if err != nil {
		return err
	}
	cl, err := classes(wordnet)
	if err != nil {
		return err
	}
	tx, err := taxonomy(wordnet, common)
	if err != nil {
		return err
	}
	gl, err := glosses(wordnet)
	if err != nil {
		return err
	}
	for name, b := range map[string][]byte{
		"taxonomy.bin":    tx,
		"akin.bin":        rank.EncodeRelations(akin(slices.Concat(distinct(questions), distinct(sentences), gl))),
		"background.bin":  bg,
		"translation.bin": rank.EncodeRelations(translation(questions, sentences)),
		"thesaurus.bin":   rank.EncodeRelations(own),
		"wordnet.bin":     rank.EncodeRelations(wn),
		"classes.bin":     cl,
	} {
		if err := os.WriteFile(filepath.Join(out, name), b, 0o644); err != nil {
			return err
		}
		fmt.Println(name, len(b), "bytes")
	}
	return nil
}

const nFolds = 6

// exampleSet is examples that are reported together.
type exampleSet struct {
	name     string
	examples []example
	times    int     // how often the weights are learnt from each
	weight   float64 // what each weighs for the trees
}

// extract computes the features of the candidates of every question and, after
// them, of those in other words.
func extract(set *eval.Set, other []string) (examples []example, missed int, err error) {
	c, err := set.Corpus()
	if err != nil {
		return nil, 0, err
	}
	x, err := index.Open(context.Background(), c, index.Options{})
	if err != nil {
		return nil, 0, err
	}
	defer x.Close()
	questions := slices.Clone(set.Questions)
	for i, text := range other {
		if q := set.Questions[i]; text != "" {
			q.Text = text
			questions = append(questions, q)
		}
	}
	examples = make([]example, len(questions))
	var wg sync.WaitGroup
	errs := make([]error, runtime.GOMAXPROCS(0))
	for w := range errs {
		wg.Go(func() {
			for i := w; i < len(questions); i += len(errs) {
				q := questions[i]
				asked, passages, r, err := x.Candidates(context.Background(), index.Query{Text: q.Text})
				if err != nil {
					errs[w] = err
					return
				}
				e := example{fold: eval.Fold(q.Article, nFolds), ranker: r}
				for _, s := range r.Extract(asked, passages) {
					e.scored = append(e.scored, s.Light())
					e.gold = append(e.gold, q.Right(s.Passage.Text.ID, s.Passage.Number, s.Sentence))
				}
				examples[i] = e
			}
		})
	}
	wg.Wait()
	for _, e := range examples {
		if !slices.Contains(e.gold, true) {
			missed++
		}
	}
	return examples, missed, slices.MaxFunc(errs, func(a, b error) int { return flagged(a) - flagged(b) })
}

func flagged(err error) int {
	if err != nil {
		return 1
	}
	return 0
}

// learnable leaves out the questions that teach nothing and, of the others,
// the candidates that no model would prefer: what is left learns as well and
// three times faster.
func learnable(sets []exampleSet) []example {
	var out []example
	for _, s := range sets {
		kept := instructive(s.examples)
		for range s.times {
			out = append(out, kept...)
		}
	}
	return out
}

// instructive returns what of the examples is worth learning from.
func instructive(examples []example) []example {
	const most = 50
	var simple []int // features that make a fair ranking by themselves
	for i, n := range rank.FeatureNames() {
		if n == "bm25/total" || n == "with before covered" || n == "passage bm25/total" {
			simple = append(simple, i)
		}
	}
	var out []example
	for _, e := range examples {
		if !slices.Contains(e.gold, true) {
			continue
		}
		order := make([]int, len(e.scored))
		scores := make([]float32, len(e.scored))
		for c, s := range e.scored {
			order[c] = c
			for _, i := range simple {
				scores[c] += s.Features()[i]
			}
			if e.gold[c] {
				scores[c] += 1000
			}
		}
		slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(scores[b], scores[a]) })
		l := example{fold: e.fold}
		for _, c := range order[:min(most, len(order))] {
			l.scored = append(l.scored, e.scored[c])
			l.gold = append(l.gold, e.gold[c])
		}
		out = append(out, l)
	}
	return out
}

// learn learns a model from the questions of the sets that use says: weights,
// then trees on top of them.
func learn(sets []exampleSet, use func(example) bool, penalty float64, rounds int) *rank.Model {
	var all []example
	var used []exampleSet
	for _, s := range sets {
		s.examples = slices.DeleteFunc(slices.Clone(s.examples), func(e example) bool { return !use(e) })
		for i := range s.examples {
			s.examples[i].weight = s.weight
		}
		used = append(used, s)
		all = append(all, s.examples...)
	}
	train := learnable(used)
	shuffle(train)
	m := &rank.Model{
		Weights: softmax(train, len(rank.FeatureNames()), penalty, rounds),
		Signals: make([]float64, len(rank.SignalNames())+1),
	}
	m.Trees = rerank(all, m, reranking)
	return m
}

// crossValidate learns a model for each fold from the others and reports how it
// does on its own.
func crossValidate(sets []exampleSet, penalty float64, rounds int) []*rank.Model {
	models := make([]*rank.Model, nFolds)
	limit := make(chan struct{}, runtime.GOMAXPROCS(0))
	var wg sync.WaitGroup
	for fold := range nFolds {
		wg.Go(func() {
			limit <- struct{}{}
			defer func() { <-limit }()
			models[fold] = learn(sets, func(e example) bool { return e.fold != fold }, penalty, rounds)
		})
	}
	wg.Wait()
	for _, s := range sets {
		for _, trees := range []bool{false, true} {
			var r result
			for i := range s.examples {
				e := &s.examples[i]
				r.add(e.place(models[e.fold], trees))
			}
			name := s.name
			if trees {
				name += ", with trees"
			}
			fmt.Printf("%s: %v\n", name, r)
		}
	}
	return models
}

// result counts the places at which right answers stood.
type result struct{ questions, hit1, hit5, mrr float64 }

// add counts a question with its right answer at a place, 0 for nowhere.
func (r *result) add(place int) {
	r.questions++
	if place == 0 {
		return
	}
	r.mrr += 1 / float64(place)
	if place == 1 {
		r.hit1++
	}
	if place <= 5 {
		r.hit5++
	}
}

func (r result) String() string {
	n := r.questions
	return fmt.Sprintf("%.0f questions  hit@1 %.4f  hit@5 %.4f  MRR %.4f", n, r.hit1/n, r.hit5/n, r.mrr/n)
}

// place returns the place of the best right candidate, after all others that
// score as it does; 0 when there is none.
func (e *example) place(m *rank.Model, trees bool) int {
	ranked, gold := e.ranked(m)
	if trees {
		view := e.ranker.View(ranked)
		for i, v := range view {
			ranked[i].Score += rank.Sum(m.Trees, v)
		}
		for i := len(view); i < len(ranked); i++ {
			ranked[i].Score -= 1e6 // behind all that the trees look at
		}
	}
	return worst(len(ranked), func(i int) float64 { return ranked[i].Score }, func(i int) bool { return gold[i] })
}

// worst returns the place of the best that is right of n, the wrong ones first
// where scores are equal.
func worst(n int, score func(int) float64, right func(int) bool) int {
	best, found := 0.0, false
	for i := range n {
		if right(i) && (!found || score(i) > best) {
			best, found = score(i), true
		}
	}
	if !found {
		return 0
	}
	place := 1
	for i := range n {
		if !right(i) && score(i) >= best {
			place++
		}
	}
	return place
}

// compare puts bleve alone beside the models, on the same questions: how much
// better we do, with 95 % intervals by drawing articles anew.
func compare(set *eval.Set, examples []example, models []*rank.Model) error {
	c, err := set.Corpus()
	if err != nil {
		return err
	}
	article := make(map[string]int)
	ours := make([]result, len(set.Texts))
	for i, t := range set.Texts {
		article[t.ID] = i
	}
	for i := range examples {
		e := &examples[i]
		ours[article[set.Questions[i].Article]].add(e.place(models[e.fold], true))
	}
	for _, scoring := range index.Scorings {
		b, err := index.OpenBaseline(context.Background(), c, scoring)
		if err != nil {
			return err
		}
		theirs := make([]result, len(set.Texts))
		for _, q := range set.Questions {
			r, err := b.Search(context.Background(), index.Query{Text: q.Text, Limit: 1000})
			if err != nil {
				return err
			}
			theirs[article[q.Article]].add(worst(len(r.Hits), func(i int) float64 { return r.Hits[i].Score }, func(i int) bool {
				h := r.Hits[i]
				return q.Right(h.Text.ID, h.Passage, slices.Index(h.Text.Passages[h.Passage].Sentences, h.Sentence))
			}))
		}
		if err := b.Close(); err != nil {
			return err
		}
		rng := rand.New(rand.NewPCG(15, 16))
		const draws = 1000
		var hit1, mrr []float64
		var sum result
		for draw := range draws + 1 {
			var n, h, m float64
			for i := range ours {
				a := i // the first time each article once
				if draw > 0 {
					a = rng.IntN(len(ours))
				} else {
					sum.questions, sum.hit1, sum.hit5, sum.mrr = sum.questions+theirs[a].questions, sum.hit1+theirs[a].hit1, sum.hit5+theirs[a].hit5, sum.mrr+theirs[a].mrr
				}
				n += ours[a].questions
				h += ours[a].hit1 - theirs[a].hit1
				m += ours[a].mrr - theirs[a].mrr
			}
			if draw == 0 {
				fmt.Printf("bleve %s: %v; behind us by hit@1 %.4f, MRR %.4f", scoring, sum, h/n, m/n)
				continue
			}
			hit1, mrr = append(hit1, h/n), append(mrr, m/n)
		}
		slices.Sort(hit1)
		slices.Sort(mrr)
		fmt.Printf(" [%.4f, %.4f], [%.4f, %.4f]\n", hit1[draws/40], hit1[draws*39/40], mrr[draws/40], mrr[draws*39/40])
	}
	return nil
}
