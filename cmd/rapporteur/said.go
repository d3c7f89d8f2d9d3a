package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"

	"github.com/spf13/cobra"

	"rapporteur/corpus"
	"rapporteur/corpus/said"
	"rapporteur/corpus/texts"
)

func (a *app) saidCommand() *cobra.Command {
	var asJSON bool
	cmd := &cobra.Command{
		Use:   "said [TEXT...]",
		Short: "List who said what in the texts",
		Long: `Said lists the statements that are found in the texts of the corpus: who says
what, in which words, and when. A TEXT is an id; without one all texts are read.

With --json it prints an object a line:

  {"text", "start", "end", "manner", "quote", "speaker": {"name", "mention", "start", "end"},
   "cue": {"text", "start", "end"}, "day", "day_words"}

start and end are byte offsets in the stored text. manner is direct, reported or
mixed. speaker is null where nobody is named beside the words; its name is ""
where the mention does not tell who it is. day is that of the publication
unless day_words, the text's own, say another; it may be a month, a year or
first and last day.

said.yaml in the corpus folder sets or clears the speaker of statements:

  - {text: berlin-talks, words: the talks went well, speaker: Boris Pistorius}

Without a speaker, what shares the words has none.`,
		Example: `  rapporteur said berlin-talks
  rapporteur said --json --corpus ./texts > statements.jsonl`,
		RunE: func(cmd *cobra.Command, args []string) error {
			s, err := a.settings()
			if err != nil {
				return err
			}
			c, err := loadCorpus(cmd.Context(), s, corpus.LoadOptions{}, func(p corpus.Problem) { fmt.Fprintf(a.stderr, "rapporteur: %v\n", p) })
			if err != nil {
				return err
			}
			texts, err := chosen(c, args)
			if err != nil {
				return &settingError{err}
			}
			corrections, err := s.corrections()
			if err != nil {
				return &settingError{err}
			}
			return a.said(cmd.Context(), texts, corrections, asJSON)
		},
	}
	cmd.Flags().BoolVar(&asJSON, "json", false, "print one JSON object a line")
	return cmd
}

// chosen returns the texts with the ids, or all.
func chosen(c *corpus.Corpus, ids []string) ([]*corpus.Text, error) {
	if len(ids) == 0 {
		return c.Texts(), nil
	}
	var out []*corpus.Text
	for _, id := range ids {
		t, ok := c.Text(id)
		if !ok {
			return nil, fmt.Errorf("no text %q: rapporteur corpus list names them", id)
		}
		out = append(out, t)
	}
	return out, nil
}

// parties reads who speaks for whom: in the corpus folder, or in the texts that come
// with the program.
func (s settings) parties() (said.Parties, error) {
	if s.Corpus == "" {
		return said.ReadParties(texts.FS)
	}
	return said.ReadParties(os.DirFS(s.Corpus))
}

// corrections reads what corrects the statements of the corpus folder.
func (s settings) corrections() ([]said.Correction, error) {
	if s.Corpus == "" {
		return nil, nil
	}
	return said.ReadCorrections(os.DirFS(s.Corpus))
}

// checkCorrections reports what is wrong with the corrections and which of them
// no longer match.
func checkCorrections(s settings, c *corpus.Corpus, report func(corpus.Problem)) error {
	corrections, err := s.corrections()
	var bad corpus.Problem
	switch {
	case errors.As(err, &bad):
		report(bad)
	case err != nil:
		return err
	}
	problems, err := said.Check(c, corrections)
	for _, p := range problems {
		report(p)
	}
	return err
}

func (a *app) said(ctx context.Context, texts []*corpus.Text, corrections []said.Correction, asJSON bool) error {
	for _, t := range texts {
		if err := ctx.Err(); err != nil {
			return err
		}
		body, err := t.Whole()
		if err != nil {
			return fmt.Errorf("%s: %w", t.Path, err)
		}
		found, err := said.Find(t)
		if err != nil {
			return fmt.Errorf("%s: %w", t.Path, err)
		}
		found, unmatched, err := found.Correct(t, corrections)
		if err != nil {
			return fmt.Errorf("%s: %w", t.Path, err)
		}
		for _, c := range unmatched {
			fmt.Fprintf(a.stderr, "rapporteur: %s:%d: %s does not hold %q any more\n", said.CorrectionFile, c.Line, c.Text, c.Words)
		}
		if !asJSON {
			printStatements(a.stdout, t, body, found.Statements)
			continue
		}
		for _, s := range found.Statements {
			if err := encode(a.stdout, newSaidLine(t.ID, body, s)); err != nil {
				return err
			}
		}
	}
	return nil
}

// saidLine is a statement as said --json prints it.
type saidLine struct {
	Text     string       `json:"text"`
	Start    int          `json:"start"`
	End      int          `json:"end"`
	Manner   said.Manner  `json:"manner"`
	Quote    string       `json:"quote"`
	Speaker  *saidSpeaker `json:"speaker"`
	Cue      saidWords    `json:"cue"`
	Day      string       `json:"day"`
	DayWords string       `json:"day_words,omitempty"`
}

type saidSpeaker struct {
	Name    string `json:"name"`
	Mention string `json:"mention"`
	Start   int    `json:"start"`
	End     int    `json:"end"`
}

type saidWords struct {
	Text  string `json:"text"`
	Start int    `json:"start"`
	End   int    `json:"end"`
}

func newSaidLine(text, body string, s said.Statement) saidLine {
	l := saidLine{Text: text, Start: s.Start, End: s.End, Manner: s.Manner, Quote: s.Of(body), Day: s.Day.String(), DayWords: s.Day.Words.Of(body),
		Cue: saidWords{s.Cue.Of(body), s.Cue.Start, s.Cue.End}}
	if m := s.Speaker.Mention; m.Len() > 0 || s.Speaker.Known() {
		l.Speaker = &saidSpeaker{s.Speaker.Name, m.Of(body), m.Start, m.End}
	}
	return l
}

// printStatements prints a text's statements for people to read.
func printStatements(w io.Writer, t *corpus.Text, body string, statements []said.Statement) {
	fmt.Fprintf(w, "%s: %s\n", t.ID, t.Title)
	if len(statements) == 0 {
		fmt.Fprintln(w, "  no statements")
	}
	for _, s := range statements {
		who := s.Speaker.Name
		switch mention := oneLine(s.Speaker.Mention.Of(body)); {
		case who == "" && mention == "":
			who = "nobody named"
		case who == "":
			who = fmt.Sprintf("not known (%s)", mention)
		case mention != who && mention != "":
			who += fmt.Sprintf(" (%s)", mention)
		}
		day := s.Day.String()
		switch words := oneLine(s.Day.Words.Of(body)); {
		case day == "":
			day = "day not known"
		case words != "":
			day += fmt.Sprintf(" (%s)", words)
		default:
			day += " (published)"
		}
		fmt.Fprintf(w, "  %s, %s, %s, %s\n    %s\n", who, s.Manner, oneLine(s.Cue.Of(body)), day, oneLine(s.Of(body)))
	}
}

// oneLine writes words that may run over lines as one.
func oneLine(s string) string { return strings.Join(strings.Fields(s), " ") }

// corrector returns what keeps a correction in the corpus folder, in the place of one of
// the same words; nil for the texts that come with the program.
func (s settings) corrector() func(said.Correction) error {
	if s.Corpus == "" {
		return nil
	}
	var one sync.Mutex
	return func(c said.Correction) error {
		one.Lock()
		defer one.Unlock()
		list, err := s.corrections()
		if err != nil {
			return err
		}
		list = slices.DeleteFunc(list, func(old said.Correction) bool { return old.Text == c.Text && old.Words == c.Words })
		raw, err := said.WriteCorrections(append(list, c))
		if err != nil {
			return err
		}
		path := filepath.Join(s.Corpus, said.CorrectionFile)
		tmp := path + ".tmp"
		if err := os.WriteFile(tmp, raw, 0o600); err != nil {
			return err
		}
		return os.Rename(tmp, path)
	}
}
