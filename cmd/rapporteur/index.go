package main

import (
	"fmt"
	"time"

	"github.com/spf13/cobra"

	"rapporteur/corpus"
)

func (a *app) indexCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "index",
		Short: "Index the corpus, and say what is wrong with its files",
		Long: `Index brings the index up to date with the corpus folder and names every
file that cannot be used, with the line and what to do. The other commands do
the same by themselves when they start; run it to check a corpus, or to have
the work done beforehand.

A bot that is being served holds its index; send it SIGHUP instead, and it
takes up the changes without a pause.`,
		Example: "  rapporteur index --corpus ./texts",
		Args:    cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			ctx := cmd.Context()
			s, err := a.settings()
			if err != nil {
				return err
			}
			problems, refused := 0, 0
			x, err := a.open(ctx, s, "index", a.terminalLogger(s), func(p corpus.Problem) {
				problems++
				what := "warning"
				if !p.Loaded {
					what = "refused"
					refused++
				}
				fmt.Fprintf(a.stderr, "%s: %v\n", what, p)
			})
			if err != nil {
				return err
			}
			defer x.Close()
			stats := x.Stats()
			done := "already up to date"
			if stats.Rebuilt {
				done = "indexed in " + stats.Took.Round(time.Millisecond).String()
			}
			_, err = fmt.Fprintf(a.stdout, "%d texts, %d passages, %d sentences: %s; %d refused, %d warnings\n",
				stats.Texts, stats.Passages, stats.Sentences, done, refused, problems-refused)
			return err
		},
	}
}
