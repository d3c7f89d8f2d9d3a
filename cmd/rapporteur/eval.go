package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"rapporteur/corpus"
	"rapporteur/index/eval"
)

// evalFlags are the flags of eval.
type evalFlags struct {
	asJSON, baseline, heldOut bool
	predictions, lang         string
}

func (a *app) evalCommand() *cobra.Command {
	var f evalFlags
	cmd := &cobra.Command{
		Use:   "eval FILE...",
		Short: "Measure the answers on sets of questions",
		Long: `Eval asks every question of each FILE and says how often a right sentence
came first, how fast, and how well questions without an answer were refused.

A FILE is a set in the JSON of SQuAD 1.1 or 2.0, whose articles are the texts
and whose paragraphs are the passages, or, when it ends in .jsonl, questions
about the corpus of the settings, one object a line:

  {"question": "Who leads the force?", "answers": ["France"], "texts": ["force"]}

A sentence that contains an answer is right; "texts" (optional) are the ids of
those it may stand in; "answers": [] says that no text answers. In a SQuAD
file, the sentence in which any annotator's answer begins is right. A wrong
sentence that scores as a right one counts as standing before it.

Intervals are of 95 %, by drawing articles anew. The weights that come with
the program were learnt on half of the articles of SQuAD's development set:
on those, expect better figures than elsewhere.`,
		Example: `  rapporteur eval questions.jsonl --corpus ./texts
  rapporteur eval dev-v2.0.json --held-out-articles --baseline
  rapporteur eval dev-v1.1.json --json --predictions answers.jsonl`,
		RunE: func(cmd *cobra.Command, args []string) error {
			switch {
			case len(args) == 0:
				return &settingError{fmt.Errorf("no file given\nTry: %s", strings.TrimSpace(strings.Split(cmd.Example, "\n")[0]))}
			case f.predictions != "" && len(args) > 1:
				return &settingError{errors.New("--predictions is about one set: give one file")}
			case f.lang != "" && len(f.lang) != 2:
				return &settingError{fmt.Errorf("--lang: %q is not two letters such as de", f.lang)}
			}
			s, err := a.settings()
			if err != nil {
				return err
			}
			sets, err := a.readSets(cmd.Context(), s, args, f.lang)
			if err != nil {
				return err
			}
			return a.eval(cmd.Context(), s, f, args, sets)
		},
	}
	cmd.Flags().BoolVar(&f.asJSON, "json", false, "print one JSON object")
	cmd.Flags().BoolVar(&f.baseline, "baseline", false, "ask plain bleve too: sentences as documents, its two scorings, its own analyser")
	cmd.Flags().BoolVar(&f.heldOut, "held-out-articles", false, "ask each question again with the whole text that answers it removed")
	cmd.Flags().StringVar(&f.predictions, "predictions", "", "file to write the ten best sentences of each question to, as JSON Lines")
	cmd.Flags().StringVar(&f.lang, "lang", "", "language of SQuAD files, two letters (default: told from each article)")
	return cmd
}

// readSets reads all files before anything is measured, so that a mistake in
// the last is told at once.
func (a *app) readSets(ctx context.Context, s settings, paths []string, lang string) ([]*eval.Set, error) {
	var c *corpus.Corpus
	var sets []*eval.Set
	for _, path := range paths {
		var set *eval.Set
		var err error
		if strings.EqualFold(filepath.Ext(path), ".jsonl") {
			if c == nil {
				if c, err = loadCorpus(ctx, s, func(p corpus.Problem) { fmt.Fprintf(a.stderr, "rapporteur: %v\n", p) }); err != nil {
					return nil, err
				}
			}
			set, err = eval.ReadLines(path, c)
		} else {
			set, err = eval.ReadSQuAD(path, lang)
		}
		if err != nil {
			return nil, &settingError{err}
		}
		for _, w := range set.Warnings {
			fmt.Fprintf(a.stderr, "rapporteur: %s\n", w)
		}
		sets = append(sets, set)
	}
	return sets, nil
}

// measured is a report and the file it is about.
type measured struct {
	File string `json:"file"`
	*eval.Report
}

func (a *app) eval(ctx context.Context, s settings, f evalFlags, paths []string, sets []*eval.Set) (err error) {
	var predictions *os.File
	if f.predictions != "" { // before the work: a wrong name is told at once
		if predictions, err = os.Create(f.predictions); err != nil {
			return &settingError{fmt.Errorf("--predictions: %w", err)}
		}
		defer func() { err = errors.Join(err, predictions.Close()) }()
	}
	all := []measured{}
	for i, set := range sets {
		r, err := eval.Measure(ctx, set, eval.Options{Baseline: f.baseline, HeldOut: f.heldOut})
		switch {
		case errors.Is(err, eval.ErrNothingLeft):
			return &settingError{fmt.Errorf("%s: %w", paths[i], err)}
		case err != nil:
			return fmt.Errorf("%s: %w", paths[i], err)
		}
		if predictions != nil {
			if err := eval.WritePredictions(predictions, set, r.Outcomes, s.Confidence); err != nil {
				return err
			}
		}
		m := measured{paths[i], r}
		all = append(all, m)
		if f.asJSON {
			continue
		}
		if i > 0 {
			fmt.Fprintln(a.stdout)
		}
		if err := m.print(a.stdout); err != nil {
			return err
		}
	}
	if f.asJSON {
		return encode(a.stdout, struct {
			Version string     `json:"version"`
			Sets    []measured `json:"sets"`
		}{version(), all})
	}
	return nil
}

// print prints the report as tables.
func (m measured) print(to io.Writer) error {
	w := tabwriter.NewWriter(to, 0, 0, 3, ' ', 0)
	ours := m.Systems[0]
	var kinds []string
	for _, r := range ours.Refusals {
		kinds = append(kinds, r.Kind)
	}

	fmt.Fprintf(w, "%s: %d questions, %d without an answer; %d texts, %d passages, %d sentences\n\n",
		m.File, m.Questions, m.Questions-m.Answerable, m.Texts, m.Passages, m.Sentences)
	for _, name := range eval.FigureNames(kinds...) {
		if f, ok := ours.Figures[name]; ok {
			fmt.Fprintf(w, "%s\t%s\n", name, cell(&f))
		}
	}
	fmt.Fprintf(w, "latency\t%s\n", timing(ours.Latency))
	for _, r := range ours.Refusals {
		title := "stop"
		if r.Questions > 0 {
			title = fmt.Sprintf("%d %s", r.Questions, r.Kind)
		}
		fmt.Fprintf(w, "\n%s\tanswered\tanswered and right\trefused\n", title)
		for _, s := range r.Stops {
			fmt.Fprintf(w, "%s, %.2f\t%s\t%s\t%s\n", s.Name, s.Confidence, cell(s.Answered), cell(s.Right), cell(s.Refused))
		}
	}
	for _, system := range m.Systems[1:] {
		fmt.Fprintf(w, "\nbeside it\t%s\tbehind by\n", system.Name)
		for _, name := range eval.FigureNames(kinds...) {
			if f, ok := system.Figures[name]; ok {
				behind := system.Behind[name]
				fmt.Fprintf(w, "%s\t%s\t%s\n", name, cell(&f), cell(&behind))
			}
		}
		fmt.Fprintf(w, "latency\t%s\n", timing(system.Latency))
	}
	if err := w.Flush(); err != nil {
		return err
	}
	i := m.Intervals
	_, err := fmt.Fprintf(to, "\nIn brackets: %.0f %% intervals, %d resamples of %d %ss, seed %d.\nLatency: %d questions one after the other, from the question to the ranked sentences.\n",
		100*i.Coverage, i.Resamples, i.Clusters, i.Drawn, i.Seed, ours.Latency.Questions)
	return err
}

// cell prints a figure, which need not be defined.
func cell(f *eval.Figure) string {
	if f == nil {
		return "-"
	}
	return fmt.Sprintf("%.3f [%.3f, %.3f]", f.Value, f.Low, f.High)
}

func timing(l eval.Latency) string {
	return fmt.Sprintf("p50 %.1f ms, p95 %.1f ms, p99 %.1f ms", l.P50, l.P95, l.P99)
}
