// Command train makes the tables and weights of package rank:
//
//	go run ./index/eval/train -qa DIR -wordnet DIR   # the tables, then the weights
//	go run ./index/eval/train -qa DIR                # the weights only
//
// It reports how weights learnt on some articles do on the others; with -folds it
// does nothing else. The same input gives the same output.
package main

import (
	"flag"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"

	"rapporteur/index/eval"
	"rapporteur/index/rank"
)

func main() {
	qa := flag.String("qa", "", "folder of the question sets")
	wordnet := flag.String("wordnet", "", "folder of WordNet's database files; makes the tables")
	out := flag.String("out", "index/rank", "folder of package rank")
	axes := flag.Bool("basis", false, "make the basis of package meaning, whose folder -out then is, and nothing else")
	keep := flag.String("meaning", "", "folder that keeps vectors; learns what meaning adds, and nothing else")
	folds := flag.Bool("folds", false, "report folds by article and write nothing")
	penalty := flag.Float64("penalty", .0005, "quadratic penalty on the weights")
	rounds := flag.Int("rounds", 15, "passes over the questions")
	flag.Parse()
	if *axes {
		if err := basis(*qa, *out); err != nil {
			fmt.Fprintln(os.Stderr, "train:", err)
			os.Exit(1)
		}
		return
	}
	if *keep != "" {
		if err := learnMeaning(*qa, *keep, *out, *folds, *penalty, *rounds); err != nil {
			fmt.Fprintln(os.Stderr, "train:", err)
			os.Exit(1)
		}
		return
	}
	if err := run(*qa, *wordnet, *out, *folds, *penalty, *rounds); err != nil {
		fmt.Fprintln(os.Stderr, "train:", err)
		os.Exit(1)
	}
}

func run(qa, wordnet, out string, folds bool, penalty float64, rounds int) error {
	if wordnet != "" {
		return tables(qa, wordnet, out)
	}
	set, other, sets, err := examplesOfWords(qa)
	if err != nil {
		return err
	}
	models := crossValidate(sets, penalty, rounds)
	if err := compare(set, sets[0].examples, models); err != nil {
		return err
	}
	answerless, err := eval.ReadSQuAD(filepath.Join(qa, "squad-v2.0.json"), "en")
	if err != nil {
		return err
	}
	cases, err := judge(set, answerless, other, models)
	if err != nil {
		return err
	}
	scores := outOfFold(cases)
	adjust := calibrate(cases, scores)
	report(cases, adjust.apply(scores))
	if folds {
		return nil
	}
	// Confidence is learnt from what each model says of questions it did not
	// learn from: of the others it is too sure.
	learnt := certainty(cases)
	learnt.adjust(adjust)
	if err := learnt.abroad(qa, models); err != nil {
		return err
	}
	model := learn(sets, func(example) bool { return true }, penalty, rounds)
	model.Signals, model.Doubts = learnt.linear, learnt.trees
	return os.WriteFile(filepath.Join(out, "weights.txt"), []byte(model.String()), 0o644)
}

// crossValidated learns a model of words for each fold.
func crossValidated(qa string, penalty float64, rounds int) ([]*rank.Model, error) {
	_, _, sets, err := examplesOfWords(qa)
	if err != nil {
		return nil, err
	}
	return crossValidate(sets, penalty, rounds), nil
}

// examplesOfWords returns what the model of words learns to rank from.
func examplesOfWords(qa string) (set *eval.Set, other []string, sets []exampleSet, err error) {
	if set, err = eval.ReadSQuAD(filepath.Join(qa, "squad-v1.1.json"), "en"); err != nil {
		return nil, nil, nil, err
	}
	other = paraphrased(set)
	examples, missed, err := extract(set, other)
	if err != nil {
		return nil, nil, nil, err
	}
	fmt.Printf("%d questions, %d without the answer among the candidates\n", len(examples), missed)
	pick := rand.New(rand.NewPCG(3, 4)).IntN
	small, clipped := minis(set, other), clips(set, other)
	hand := append(others(small), others(clipped)...)
	auto := append(miniatures(small, pick), miniatures(clipped, pick)...)
	fmt.Printf("%d questions in miniature corpora, paraphrased by the tables, %d by hand\n", len(auto), len(hand))
	sets = []exampleSet{
		{"whole corpus", examples[:len(set.Questions)], 1, 1},
		{"whole corpus, by hand", examples[len(set.Questions):], 1, 1},
		{"miniature", auto, 1, .5},
		{"miniature, by hand", hand, 2, 1},
	}
	return set, other, sets, nil
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
