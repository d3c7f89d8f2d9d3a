package main

import (
	"fmt"
	"time"

	"github.com/spf13/cobra"

	"rapporteur/bot/operate"
	"rapporteur/corpus"
)

func (a *app) corpusVectorsCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "vectors",
		Short: "Wait until every sentence has its vector",
		Long: `Vectors makes what the encoder makes of each sentence of the corpus folder, and
ends when all is made. It need not be run: serve makes vectors while it answers by
words, the newest texts first, and ask and chat make those that a question needs.
What is made is kept, so that it can be ended and run again at any time.

A bot that is served with the same --corpus and --data makes the vectors itself:
its health page tells how many there are.`,
		Example: "  rapporteur corpus vectors --corpus ./texts",
		Args:    cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			s, err := a.settings()
			if err != nil {
				return err
			}
			x, err := a.open(cmd.Context(), s, opening{command: "corpus vectors", log: a.terminalLogger(s),
				report: func(p corpus.Problem) { fmt.Fprintf(a.stderr, "rapporteur: %v\n", p) }})
			if err != nil {
				return err
			}
			defer x.Close()
			if _, all := x.Vectors(); all == 0 {
				return &settingError{fmt.Errorf("there is no encoder: set %s", envName("encoder"))}
			}
			ended := make(chan error, 1)
			go func() { ended <- x.Encoded(cmd.Context()) }()
			bar, began := newBar(a.stderr), time.Now()
			defer bar.clear()
			for {
				done, all := x.Vectors()
				select {
				case err := <-ended:
					if done, all = x.Vectors(); err != nil {
						return err
					}
					if done < all {
						return fmt.Errorf("%d of %d sentences have vectors", done, all)
					}
					fmt.Fprintf(a.stdout, "%d sentences have vectors\n", all)
					return nil
				case <-time.After(100 * time.Millisecond):
					bar.show(operate.Progress{Phase: operate.Indexing, Done: done, Total: all, Began: began})
				}
			}
		},
	}
}
