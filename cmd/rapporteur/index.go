package main

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/spf13/cobra"

	"rapporteur/bot"
	"rapporteur/bot/operate"
	"rapporteur/corpus"
)

func (a *app) indexCommand() *cobra.Command {
	var full bool
	cmd := &cobra.Command{
		Use:   "index",
		Short: "Bring the index up to date, and say what has changed",
		Long: `Index brings the index up to date with the corpus folder, out of what has
changed; --full makes all of it anew. It says how many texts are new, changed and
withdrawn, names every file that cannot be used, with the line and what to do,
and every question of the corpus folder's _probes.txt that is not answered as
before.

If a bot is served with the same --corpus and --data, it does the work, and goes
on answering meanwhile; if it is at it already, this waits for it. Ctrl-C cancels
what this command has begun, and all is as it was.`,
		Example: `  rapporteur index --corpus ./texts
  rapporteur index --corpus ./texts --full`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return a.bringUp(cmd.Context(), "index", full)
		},
	}
	cmd.Flags().BoolVar(&full, "full", false, "index every text anew")
	return cmd
}

func (a *app) rollbackCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "rollback",
		Short: "Go back to the texts that were searched before",
		Long: `Rollback puts the corpus folder back to what it held when the index before the
present one was made, and that index with it. What it takes out of the folder is
kept: "corpus show --versions" lists it. It can be done twice.

If a bot is served with the same --corpus and --data, it does the work.`,
		Example: "  rapporteur rollback --corpus ./texts",
		Args:    cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return a.bringUp(cmd.Context(), "rollback", false)
		},
	}
}

// bringUp reindexes or goes back, as the command says, and tells what came of it.
func (a *app) bringUp(ctx context.Context, command string, full bool) error {
	s, err := a.settings()
	if err != nil {
		return err
	}
	r, err := a.running(ctx, s)
	if err != nil {
		return err
	}
	bar := newBar(a.stderr)
	var changes operate.Changes
	warnings := 0
	if r != nil {
		defer r.close()
		changes, err = r.reindex(ctx, command, full, bar.show, func() {
			bar.end()
			fmt.Fprintln(a.stderr, "the bot is at it already: waiting for it")
		})
	} else {
		changes, warnings, err = a.bringUpHere(ctx, s, command, full, bar)
	}
	bar.end()
	switch {
	case errors.Is(err, context.Canceled):
		return errors.New(bot.Explain(&bot.UserError{Message: "reindex_cancelled"}, "en"))
	case err != nil:
		return userMessage(err)
	}
	return a.tellChanges(changes, warnings)
}

// bringUpHere does the work when no bot is running.
func (a *app) bringUpHere(ctx context.Context, s settings, command string, full bool, bar *bar) (operate.Changes, int, error) {
	log := a.terminalLogger(s)
	began := time.Now()
	warned := make(map[string]bool) // the folder may be loaded more than once
	k, err := a.openKept(ctx, s, keeping{command: command, log: log, report: func(p corpus.Problem) {
		if line := p.Error(); p.Loaded && !warned[line] {
			warned[line] = true
			bar.end()
			fmt.Fprintf(a.stderr, "warning: %s\n", line)
		}
	}, progress: func(done, total int) {
		bar.show(operate.Progress{Done: done, Total: total, Began: began})
	}})
	if err != nil {
		return operate.Changes{}, 0, err
	}
	changes, err := k.bringUp(ctx, command, full, bar.show)
	changes.Took = time.Since(began)
	return changes, k.warnings, errors.Join(err, k.close())
}

// bringUp reindexes or goes back once the index is open, which has brought it up
// to date already.
func (k *kept) bringUp(ctx context.Context, command string, full bool, tell func(operate.Progress)) (operate.Changes, error) {
	opened := k.keeper.Opened()
	var changes operate.Changes
	var err error
	switch {
	case command == "rollback":
		return k.keeper.Rollback(ctx, tell)
	case k.ingester == nil: // in memory it is always made anew
		opened.Texts, opened.Added = k.index.Stats().Texts, nil
		return opened, nil
	default:
		changes, err = k.keeper.Reindex(ctx, full, tell)
	}
	if err == nil && len(changes.Added)+len(changes.Changed)+len(changes.Withdrawn) == 0 {
		opened.Refused, opened.Texts = changes.Refused, changes.Texts
		return opened, nil
	}
	return changes, err
}

// tellChanges prints what is different now.
func (a *app) tellChanges(c operate.Changes, warnings int) error {
	for _, r := range c.Refused {
		where := r.Path
		if r.Line > 0 {
			where = fmt.Sprintf("%s:%d", r.Path, r.Line)
		}
		fmt.Fprintf(a.stderr, "refused: %s: %s\n", where, r.Why)
	}
	for _, p := range c.Probes {
		fmt.Fprintf(a.stderr, "not answered as before: %q: by %s, before by %s\n", p.Question, or(p.Now, "nothing"), or(p.Before, "nothing"))
	}
	line := fmt.Sprintf("+%s, %d changed, %d withdrawn, %d refused", countTexts(len(c.Added)), len(c.Changed), len(c.Withdrawn), len(c.Refused))
	if len(c.Added)+len(c.Changed)+len(c.Withdrawn) == 0 {
		line = fmt.Sprintf("already up to date, %d refused", len(c.Refused))
	}
	if warnings > 0 {
		line += fmt.Sprintf(", %d warned of", warnings)
	}
	_, err := fmt.Fprintf(a.stdout, "%s: %s searched, after %v\n", line, countTexts(c.Texts), c.Took.Round(time.Millisecond))
	return err
}

func countTexts(n int) string {
	if n == 1 {
		return "1 text"
	}
	return fmt.Sprintf("%d texts", n)
}
