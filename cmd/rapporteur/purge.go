package main

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/spf13/cobra"

	"rapporteur/bot/operate"
	"rapporteur/corpus"
	"rapporteur/corpus/ingest"
)

func (a *app) corpusPurgeCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "purge ID...",
		Short: "Delete texts with all of their versions, for good",
		Long: `Purge deletes texts, those that were removed as well, with all of their versions,
and makes the index anew without them: no file of the corpus folder and the data
folder holds a sentence of them any more. That takes as long as to index all texts,
and nothing brings them back. The address that a text came from is kept, so that no
feed brings it back either. At least one other text must be left to be searched.

If a bot is served with the same --corpus and --data, it does the work, and goes on
answering meanwhile. Backups of your own are yours to delete.`,
		Example: "  rapporteur corpus purge --corpus ./texts the-talks-in-berlin",
		Args:    cobra.MinimumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			purge, done, err := a.purger(cmd.Context())
			if err != nil {
				return err
			}
			failed := false
			for _, id := range args {
				n, err := purge(cmd.Context(), id)
				switch {
				case ingest.CodeOf(err) == ingest.NoSuchText:
					failed = true
					fmt.Fprintf(a.stderr, "refused: %v\n", err)
				case err != nil:
					return errors.Join(userMessage(err), done())
				default:
					fmt.Fprintf(a.stdout, "purged: %s, %d versions\n", id, n)
				}
			}
			return errors.Join(failure(failed), done())
		},
	}
}

// purger returns what purges a text: the bot that is running, or a keeper of our
// own.
func (a *app) purger(ctx context.Context) (purge func(ctx context.Context, id string) (int, error), done func() error, err error) {
	s, err := a.settings()
	if err != nil {
		return nil, nil, err
	}
	r, err := a.running(ctx, s)
	if err != nil {
		return nil, nil, err
	}
	bar := newBar(a.stderr)
	if r != nil {
		return func(ctx context.Context, id string) (int, error) {
			defer bar.end()
			return r.purge(ctx, id, bar.show)
		}, func() error { r.close(); return nil }, nil
	}
	began := time.Now()
	k, err := a.openKept(ctx, s, keeping{command: "corpus purge", log: a.terminalLogger(s), report: func(corpus.Problem) {}, progress: func(done, total int) {
		bar.show(operate.Progress{Done: done, Total: total, Began: began})
	}})
	if err != nil {
		return nil, nil, userMessage(err)
	}
	return func(ctx context.Context, id string) (int, error) {
		defer bar.end()
		n, err := k.keeper.Purge(ctx, id, bar.show)
		return n, a.explainIngest(s, err)
	}, k.close, nil
}
