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
		{"whole corpus", examples[:len(set.Questions)], 1},
		{"whole corpus, by hand", examples[len(set.Questions):], 1},
		{"miniature", auto, 1},
		{"miniature, by hand", hand, 2},
	}
	var models []*rank.Model // of each fold, learnt on the others
	if folds {
		models = crossValidate(sets, penalty, rounds)
	} else {
		train := learnable(sets)
		shuffle(train)
		m := &rank.Model{
			Weights: softmax(train, len(rank.FeatureNames()), penalty, rounds),
			Signals: make([]float64, len(rank.SignalNames())+1),
		}
		for range nFolds {
			models = append(models, m)
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
	learnt := confidence(cases, folds)
	if folds {
		return nil
	}
	model := models[0]
	model.Signals, model.Units = learnt.linear, learnt.units
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
	for name, b := range map[string][]byte{
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

// exampleSet is examples that are reported together and that are learnt from
// so many times.
type exampleSet struct {
	name     string
	examples []example
	times    int
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
				e := example{fold: eval.Fold(q.Article, nFolds)}
				for _, s := range r.Extract(asked, passages) {
					e.features = append(e.features, s.Features())
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
		order := make([]int, len(e.features))
		scores := make([]float32, len(e.features))
		for c, f := range e.features {
			order[c] = c
			for _, i := range simple {
				scores[c] += f[i]
			}
			if e.gold[c] {
				scores[c] += 1000
			}
		}
		slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(scores[b], scores[a]) })
		l := example{fold: e.fold}
		for _, c := range order[:min(most, len(order))] {
			l.features = append(l.features, e.features[c])
			l.gold = append(l.gold, e.gold[c])
		}
		out = append(out, l)
	}
	return out
}

func crossValidate(sets []exampleSet, penalty float64, rounds int) []*rank.Model {
	models := make([]*rank.Model, nFolds)
	all := learnable(sets)
	limit := make(chan struct{}, runtime.GOMAXPROCS(0))
	var wg sync.WaitGroup
	for fold := range nFolds {
		wg.Go(func() {
			limit <- struct{}{}
			defer func() { <-limit }()
			var train []example
			for _, e := range all {
				if e.fold != fold {
					train = append(train, e)
				}
			}
			shuffle(train)
			w := softmax(train, len(rank.FeatureNames()), penalty, rounds)
			models[fold] = &rank.Model{Weights: w, Signals: make([]float64, len(rank.SignalNames())+1)}
		})
	}
	wg.Wait()
	for _, s := range sets {
		var questions, hit1, hit5, mrr float64
		for _, e := range s.examples {
			questions++
			place := worstPlace(e, models[e.fold].Weights)
			if place > 0 {
				mrr += 1 / float64(place)
			}
			if place == 1 {
				hit1++
			}
			if place > 0 && place <= 5 {
				hit5++
			}
		}
		fmt.Printf("%s: %.0f questions  hit@1 %.4f  hit@5 %.4f  MRR %.4f\n", s.name, questions, hit1/questions, hit5/questions, mrr/questions)
	}
	return models
}

// worstPlace returns the place of the best right candidate, after all others
// that score as it does; 0 when there is none.
func worstPlace(e example, w []float64) int {
	scores := make([]float64, len(e.features))
	best, found := 0.0, false
	for c, f := range e.features {
		for i, x := range f {
			scores[c] += float64(x) * w[i]
		}
		if e.gold[c] && (!found || scores[c] > best) {
			best, found = scores[c], true
		}
	}
	if !found {
		return 0
	}
	place := 1
	for c, s := range scores {
		if !e.gold[c] && s >= best {
			place++
		}
	}
	return place
}
