// Command learn counts, on texts whose attributions are known, how often each
// rule of corpus/said is right, and writes corpus/said/weights.txt:
//
//	go run ./corpus/said/learn -data FILE -out corpus/said/weights.txt
//
// It prints the figures of folds by article: each article is measured with what
// was learnt on the others.
package main

import (
	"context"
	"flag"
	"fmt"
	"log"
	"math/rand/v2"
	"os"
	"strings"

	"rapporteur/corpus/said"
	"rapporteur/index/eval"
)

const folds = 5

func main() {
	data := flag.String("data", "", "JSON Lines of texts with attributions")
	out := flag.String("out", "", "file to write the weights to")
	dump := flag.String("dump", "", "file to write what went wrong to")
	flag.Parse()
	texts, err := eval.ReadAttributions(*data)
	if err != nil {
		log.Fatal(err)
	}
	if err := learn(texts, *out, *dump); err != nil {
		log.Fatal(err)
	}
}

func learn(texts []eval.Attributed, out, dump string) error {
	ctx := context.Background()
	every := func([]string) bool { return true }
	candidates, all, err := eval.MeasureAttributions(ctx, texts, func(i int) ([]said.Statement, error) { return said.FindAll(texts[i].Text, every) })
	if err != nil {
		return err
	}
	weights := make([]said.Weights, folds+1) // the last one of all
	for k := range weights {
		var examples []example
		for i, statements := range all {
			if eval.Fold(texts[i].Text.ID, folds) == k {
				continue
			}
			for _, m := range statements {
				if signs := strings.Split(m.Rule, " "); len(signs) > 1 { // transcripts need no weights
					examples = append(examples, example{signs, m.Attribution >= 0 && m.Right})
				}
			}
		}
		weights[k] = regress(examples)
	}
	report, matched, err := eval.MeasureAttributions(ctx, texts, func(i int) ([]said.Statement, error) {
		return said.FindAll(texts[i].Text, weights[eval.Fold(texts[i].Text.ID, folds)].Likely)
	})
	if err != nil {
		return err
	}
	show("every candidate", candidates)
	show("with the weights of the other folds", report)
	if dump != "" {
		if err := write(dump+".all", texts, all); err != nil {
			return err
		}
		if err := write(dump, texts, matched); err != nil {
			return err
		}
	}
	if out == "" {
		return nil
	}
	return os.WriteFile(out, []byte(weights[folds].String()), 0o644)
}

// example is a candidate's signs and whether it was right.
type example struct {
	signs []string
	right bool
}

// regress fits a logistic regression by stochastic gradient descent with an L2
// penalty, always in the same order.
func regress(examples []example) said.Weights {
	const (
		rarest  = 4
		epochs  = 30
		rate    = .1
		penalty = .02 // tried .002 to .05 on the folds
	)
	// A sign that was seen once or twice would be learnt by heart.
	seen := make(map[string]int)
	for _, e := range examples {
		for _, s := range e.signs {
			seen[s]++
		}
	}
	w := make(said.Weights)
	rng := rand.New(rand.NewPCG(1, 0))
	for epoch := range epochs {
		step := rate / (1 + .2*float64(epoch))
		for _, i := range rng.Perm(len(examples)) {
			e := examples[i]
			gradient := -w.Chance(e.signs)
			if e.right {
				gradient++
			}
			for _, s := range e.signs {
				if seen[s] < rarest {
					continue
				}
				w[s] += step * (gradient - penalty*w[s])
			}
		}
	}
	return w
}

// write writes wrong, spurious and missed ones, for people to read.
func write(path string, texts []eval.Attributed, all [][]eval.Matched) error {
	f, err := os.Create(path)
	if err != nil {
		return err
	}
	defer f.Close()
	for i, statements := range all {
		a := texts[i]
		body := a.Text.Body
		found := make([]bool, len(a.Attributions))
		for _, m := range statements {
			kind := "SPURIOUS"
			wanted := ""
			for _, x := range a.Attributions {
				for _, c := range x.Cue {
					if m.Attribution < 0 && c.Start < m.Cue.End && m.Cue.Start < c.End {
						kind, wanted = "BOUNDARY", body[x.Content[0].Start:x.Content[len(x.Content)-1].End]
					}
				}
			}
			if m.Attribution >= 0 {
				found[m.Attribution] = true
				if m.Right {
					continue
				}
				kind = "WRONG"
			}
			fmt.Fprintf(f, "%s %s [%s] S=%q C=%q X=%q", kind, rule(m.Statement), m.Manner, m.Speaker.Mention.Of(body), m.Cue.Of(body), m.Range.Of(body))
			if wanted != "" {
				fmt.Fprintf(f, " WANT=%q", wanted)
			}
			if m.Attribution >= 0 {
				x := a.Attributions[m.Attribution]
				if len(x.Source) > 0 {
					fmt.Fprintf(f, " WANT=%q head=%q", body[x.Source[0].Start:x.Source[len(x.Source)-1].End], x.Head)
				}
			}
			fmt.Fprintln(f)
		}
		for k, x := range a.Attributions {
			if !found[k] && len(x.Source) > 0 {
				cue := ""
				if len(x.Cue) > 0 {
					cue = body[x.Cue[0].Start:x.Cue[len(x.Cue)-1].End]
				}
				kind := "MISSED"
				if x.Direct {
					kind = "MISSEDD"
				}
				if len(x.Cue) > 0 {
					for _, m := range statements {
						if m.Start <= x.Cue[0].Start && x.Cue[0].End <= m.End {
							kind += "-COVERED:" + rule(m.Statement)
							break
						}
					}
				}
				lo, hi := x.Content[0].Start, x.Content[len(x.Content)-1].End
				lo, hi = min(lo, x.Source[0].Start), max(hi, x.Source[0].End)
				fmt.Fprintf(f, "%s S=%q C=%q X=%q IN=%q\n", kind, x.Source[0].Of(body), cue, body[x.Content[0].Start:x.Content[len(x.Content)-1].End], body[max(0, lo-60):min(len(body), hi+60)])
			}
		}
	}
	return nil
}

// rule returns the rule among the signs of a statement: the second, if there
// are any.
func rule(s said.Statement) string {
	signs := strings.Fields(s.Rule)
	return signs[min(1, len(signs)-1)]
}

func show(title string, r *eval.AttributionReport) {
	fmt.Printf("%s: %d texts, %d attributions, %d statements\n", title, r.Texts, r.Attributions, r.Statements)
	for _, name := range eval.AttributionFigures {
		f := r.Figures[name]
		fmt.Printf("  %-20s %.3f [%.3f, %.3f]\n", name, f.Value, f.Low, f.High)
	}
}
