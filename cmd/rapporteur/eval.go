package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"rapporteur/corpus"
	"rapporteur/corpus/said"
	"rapporteur/index/eval"
	"rapporteur/index/meaning"
)

// evalFlags are the flags of eval.
type evalFlags struct {
	asJSON, baseline, heldOut bool
	predictions, lang         string
	attribution               string
}

// evalHelp is what help says of eval.
const evalHelp = `Eval asks every question of each FILE and says how often a right sentence
came first, how fast, and how well questions without an answer were refused.

A FILE is a set in the JSON of SQuAD 1.1 or 2.0, whose articles are the texts
and whose paragraphs are the passages, or JSON Lines, one object a line, about
the corpus of the settings (see --corpus):

  {"question": "Who leads the force?", "answers": ["France"], "texts": ["force"]}

  answers  words of a right answer, as they stand in the text: a sentence that
           holds one of them is right. Case and the form of quotation marks and
           spaces do not count; whole words do. [] says that no text answers.
  texts    optional, where a right sentence may stand: ids, paths or titles of
           texts of the corpus. Or, if no line names such, the texts themselves,
           with paragraphs parted by empty lines: those of all lines together
           are then asked instead of the corpus, and called 3.1 for the first
           of line 3.
  id       optional, as in SQuAD; without one the number of the line.

In a SQuAD file a sentence is right that holds the whole answer of any
annotator; where none does, because the answer goes over the end of a
sentence, the question counts as missed. No answers, or is_impossible, mean
that there is none. Offsets are in code points.

A wrong sentence that scores as a right one counts as standing before it.
Copies of a sentence are ranked each by itself, though the bot shows them as
one. Intervals are of 95 %, by drawing articles anew. The weights that come with
the program were learnt on half of the articles of SQuAD's development set:
on those, expect better figures than elsewhere.

--predictions writes an object a line for each question, in order:

  {"id", "answered", "confidence", "ranked": [{"title", "paragraph", "start", "end"}]}

answered is by the setting --confidence; ranked are up to ten sentences, the
best first; paragraph is the number in the article, from 0; start and end are
code points of that paragraph. article is the number of the article, as titles
may repeat. For JSON Lines there is sentence, its words, and for texts of the
corpus, text, the id. The file has its name once it is complete.

--attribution measures who said what (see rapporteur said) on a text a line:

  {"id", "text", "attributions": [{"source": [[0, 5]], "cue": [[6, 10]], "content": [[11, 40]]}]}

in code points. A statement matches the content with which its words have the
best F1, .5 at least; its speaker is right if the mention holds the head word of
the source and is at most 1.5 times as long. Direct is a content that begins
and ends with quotation marks. Precision is of matched statements with a
speaker, recall of attributions with a source.`

func (a *app) evalCommand() *cobra.Command {
	var f evalFlags
	cmd := &cobra.Command{
		Use:   "eval FILE...",
		Short: "Measure the answers on sets of questions",
		Long:  evalHelp,
		Example: `  rapporteur eval questions.jsonl --corpus ./texts
  rapporteur eval dev-v2.0.json --held-out-articles --baseline
  rapporteur eval dev-v1.1.json --json --predictions answers.jsonl
  rapporteur eval --attribution texts.jsonl`,
		RunE: func(cmd *cobra.Command, args []string) error {
			switch {
			case f.attribution != "" && len(args) > 0:
				return &settingError{errors.New("--attribution measures who said what: leave out the sets of questions")}
			case f.attribution != "":
				return a.evalAttribution(cmd.Context(), f)
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
	cmd.Flags().StringVar(&f.attribution, "attribution", "", "file of texts with attributions, JSON Lines: measure who said what instead")
	cmd.Flags().StringVar(&f.lang, "lang", "", "language of SQuAD files, two letters (default: told from each article)")
	return cmd
}

// readSets reads all files before anything is measured, so that a mistake in
// the last is told at once.
func (a *app) readSets(ctx context.Context, s settings, paths []string, lang string) ([]*eval.Set, error) {
	var unloaded error
	load := sync.OnceValues(func() (c *corpus.Corpus, _ error) {
		c, unloaded = loadCorpus(ctx, s, corpus.LoadOptions{}, func(p corpus.Problem) { fmt.Fprintf(a.stderr, "rapporteur: %v\n", p) })
		return c, unloaded
	})
	var sets []*eval.Set
	for _, path := range paths {
		set, err := eval.Read(path, lang, load)
		switch {
		case unloaded != nil:
			return nil, unloaded
		case err != nil:
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
	var predictions *wholeFile
	if f.predictions != "" { // before the work: a wrong name is told at once
		if predictions, err = createWhole(f.predictions); err != nil {
			return &settingError{fmt.Errorf("--predictions: %w", err)}
		}
		defer func() { err = errors.Join(err, predictions.finish(err == nil)) }()
	}
	store, err := a.evalStore(ctx, s)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, store.Close()) }()
	all := []measured{}
	for i, set := range sets {
		r, err := eval.Measure(ctx, set, eval.Options{Baseline: f.baseline, HeldOut: f.heldOut, Meaning: store})
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

// evalStore returns where vectors of sets are kept from one time to the next: in the
// data folder, if it can be used. It is nil without an encoder.
func (a *app) evalStore(ctx context.Context, s settings) (*meaning.Store, error) {
	e, err := s.encoder()
	if err != nil {
		return nil, &settingError{err}
	}
	if e == nil {
		return nil, nil
	}
	path := ""
	if err := s.usableData(); err == nil {
		path = filepath.Join(s.Data, "eval-vectors")
	}
	return meaning.Open(ctx, e, path, a.terminalLogger(s))
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
		reliability(w, r)
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
	_, err := fmt.Fprintf(to, "\nIn brackets: %.0f %% intervals, %d resamples of %d %ss, seed %d.\nLatency: %d questions one after the other, from the question to three sentences read again where they are stored.\n",
		100*i.Coverage, i.Resamples, i.Clusters, i.Drawn, i.Seed, ours.Latency.Questions)
	return err
}

// reliability prints how sure answers were and how often they were right.
func reliability(w io.Writer, r eval.Refusal) {
	kind := ""
	if r.Kind != "" {
		kind = " with " + r.Kind
	}
	fmt.Fprintf(w, "\nconfidence%s\tquestions\tmean\tright sentence first\n", kind)
	for _, b := range r.Reliability.Bins {
		fmt.Fprintf(w, "%.1f to %.1f\t%d\t%.3f\t%s\n", b.From, b.To, b.Questions, b.Confidence, cell(&b.Right))
	}
	fmt.Fprintf(w, "expected calibration error\t\t%.3f\n", r.Reliability.Error)
}

// wholeFile is a file that has its name only once it is finished: what a run
// that ended early leaves must not pass for the answers to all questions.
type wholeFile struct {
	*os.File
	path string
}

func createWhole(path string) (*wholeFile, error) {
	beside := path + ".part"
	switch info, err := os.Stat(path); {
	case err == nil && info.IsDir():
		return nil, fmt.Errorf("%s is a folder: name a file", path)
	case err == nil && !info.Mode().IsRegular(): // /dev/stdout, a pipe: nothing to rename
		beside = path
	}
	f, err := os.Create(beside)
	if err != nil {
		return nil, err
	}
	return &wholeFile{f, path}, nil
}

// finish closes the file and gives it its name, or removes it.
func (f *wholeFile) finish(good bool) error {
	err := f.Close()
	switch {
	case f.Name() == f.path:
		return err
	case err == nil && good:
		return os.Rename(f.Name(), f.path)
	}
	return errors.Join(err, os.Remove(f.Name()))
}

// evalAttribution measures who said what.
func (a *app) evalAttribution(ctx context.Context, f evalFlags) error {
	texts, err := eval.ReadAttributions(f.attribution)
	if err != nil {
		return &settingError{err}
	}
	r, _, err := eval.MeasureAttributions(ctx, texts, func(i int) ([]said.Statement, error) {
		found, err := said.Find(texts[i].Text)
		return found.Statements, err
	})
	if err != nil {
		return err
	}
	if f.asJSON {
		return encode(a.stdout, struct {
			Version string `json:"version"`
			File    string `json:"file"`
			*eval.AttributionReport
		}{version(), f.attribution, r})
	}
	w := tabwriter.NewWriter(a.stdout, 0, 0, 3, ' ', 0)
	fmt.Fprintf(w, "%s: %d texts, %d attributions, %d statements\n\n", f.attribution, r.Texts, r.Attributions, r.Statements)
	for _, name := range eval.AttributionFigures {
		if figure, ok := r.Figures[name]; ok {
			fmt.Fprintf(w, "%s\t%s\n", name, cell(&figure))
		}
	}
	if err := w.Flush(); err != nil {
		return err
	}
	_, err = fmt.Fprintf(a.stdout, "\nIn brackets: 95 %% intervals, %d resamples of %d texts, seed %d.\n", eval.Resamples, r.Texts, eval.Seed)
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
