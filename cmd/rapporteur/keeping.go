package main

import (
	"context"
	"errors"
	"log/slog"
	"os"
	"os/signal"
	"sync"
	"syscall"
	"time"

	"rapporteur/bot/keep"
	"rapporteur/bot/operate"
	"rapporteur/corpus"
	"rapporteur/corpus/ingest"
	"rapporteur/corpus/texts"
	"rapporteur/index"
)

// kept is an open index and what keeps it and its folder.
type kept struct {
	index    *index.Index
	keeper   *keep.Keeper
	ingester *ingest.Ingester // nil for the bundled corpus
	warnings int              // that were found when the corpus was loaded
}

// keeping are the ways in which a kept corpus is opened.
type keeping struct {
	command  string
	log      *slog.Logger
	report   func(corpus.Problem) // hears what is wrong with files
	progress corpus.Progress      // of opening the index; may be nil
	changed  func()               // is called when other texts are searched; may be nil
}

// openKept opens the folder first, so that what was begun in it is finished, and
// then the index of what is in it.
func (a *app) openKept(ctx context.Context, s settings, o keeping) (*kept, error) {
	k := new(kept)
	if s.Corpus != "" {
		g, err := a.newIngester(s, o.command)
		if err != nil {
			return nil, a.explainIngest(s, err)
		}
		k.ingester = g
	}
	aliases, err := corpus.ReadAliases(texts.FS)
	if err != nil {
		return nil, errors.Join(err, k.close())
	}
	var problems []corpus.Problem
	x, err := a.open(ctx, s, opening{o.command, o.log, o.progress, func(p corpus.Problem) {
		problems = append(problems, p)
		if p.Loaded {
			k.warnings++
		}
		o.report(p)
	}})
	if err != nil {
		return nil, errors.Join(err, k.close())
	}
	k.index = x
	k.keeper = keep.New(ctx, keep.Config{Ingester: k.ingester, Index: x, Aliases: aliases, Problems: problems, Problem: o.report,
		Threshold: s.Confidence, Changed: o.changed, Logger: o.log})
	return k, nil
}

// forOperators is the keeper for the commands of the chat, nil where there is
// nothing to keep.
func (k *kept) forOperators() operate.Keeper {
	if k.ingester == nil {
		return nil
	}
	return k.keeper
}

func (k *kept) close() error {
	var errs []error
	if k.keeper != nil {
		k.keeper.Close()
	}
	if k.index != nil {
		errs = append(errs, k.index.Close())
	}
	if k.ingester != nil {
		k.ingester.Fetcher.Close()
		errs = append(errs, k.ingester.Reader.Close())
	}
	return errors.Join(errs...)
}

// keepCorpus lets the corpus of a bot that is served be kept: over the socket, on
// SIGHUP, and by the watch and the schedule if they are set. None of these stops
// the bot if it cannot work.
func (a *app) keepCorpus(ctx context.Context, s settings, k *keep.Keeper, background *sync.WaitGroup, log *slog.Logger) (stop func()) {
	changed := make(chan struct{}, 1)
	background.Go(func() { takeUp(ctx, k, changed, log) })
	if s.Corpus == "" {
		return func() {}
	}
	if s.Watch {
		w := &watch{dir: s.Corpus, quiet: watchQuiet, most: watchMost, look: watchLook, changed: changed, log: log}
		background.Go(func() { w.run(ctx) })
	}
	if s.FetchEvery > 0 {
		background.Go(func() {
			ticks := time.NewTicker(s.FetchEvery)
			defer ticks.Stop()
			fetchOnSchedule(ctx, k, s.Feeds, ticks.C, changed, log)
		})
	}
	name, err := corpusPath(s)
	if err == nil {
		err = s.usableData()
	}
	if err == nil {
		c := &control{keeper: k, hello: controlHello{name, version(), os.Getpid()}, feeds: s.Feeds, log: log}
		if stop, err = c.listen(ctx, controlPath(s)); err == nil {
			return stop
		}
	}
	log.Warn("commands of the terminal do not reach this bot: send SIGHUP after changes of the corpus", "err", err)
	return func() {}
}

// takeUp reindexes whenever the process gets SIGHUP, and whenever something
// comes from changed. If that fails the bot goes on with what it has.
func takeUp(ctx context.Context, k *keep.Keeper, changed <-chan struct{}, log *slog.Logger) {
	hangup := make(chan os.Signal, 1)
	signal.Notify(hangup, syscall.SIGHUP)
	defer signal.Stop(hangup)
	for {
		select {
		case <-ctx.Done():
			return
		case <-hangup:
		case <-changed:
		}
		reload(ctx, k, log)
	}
}

func reload(ctx context.Context, k *keep.Keeper, log *slog.Logger) {
	c, err := k.Reindex(ctx, false, nil)
	for err == nil && c.Joined { // what was under way may have read the folder before it changed
		c, err = k.Reindex(ctx, false, nil)
	}
	switch {
	case ctx.Err() != nil:
	case err != nil:
		log.Error("reload failed: going on with the texts as they were", "err", err)
	case len(c.Added)+len(c.Changed)+len(c.Withdrawn) == 0:
		log.Info("reload: the corpus has not changed", "texts", c.Texts, "refused", len(c.Refused))
	default:
		logChanges(log, "reloaded", c)
	}
}

// logChanges logs what other texts are searched now.
func logChanges(log *slog.Logger, what string, c operate.Changes) {
	log.Info(what, "texts", c.Texts, "added", len(c.Added), "changed", len(c.Changed), "withdrawn", len(c.Withdrawn),
		"refused", len(c.Refused), "probes", len(c.Probes), "took", c.Took.Round(time.Millisecond))
	for _, p := range c.Probes {
		log.Warn("a known question is not answered as before", "question", p.Question, "before", or(p.Before, "nothing"), "now", or(p.Now, "nothing"))
	}
}

// fetchOnSchedule fetches the feeds now and then, and says on changed when the
// folder holds other texts. What goes wrong with one of them stops nothing.
func fetchOnSchedule(ctx context.Context, k *keep.Keeper, feeds []string, ticks <-chan time.Time, changed chan<- struct{}, log *slog.Logger) {
	for {
		count := make(map[ingest.Outcome]int)
		refused := 0
		err := k.Fetch(ctx, feeds, func(r ingest.Report) {
			if r.Err != nil {
				refused++
				log.Warn("not fetched", "address", r.Address, "feed", r.Feed, "err", r.Err)
				return
			}
			count[r.Result.Outcome]++
			if r.Result.Outcome == ingest.Held {
				log.Warn("a text that was edited by hand stays as it is: its new version is kept beside it", "text", r.Result.Path, "address", r.Address)
			}
		})
		if ctx.Err() != nil {
			return
		}
		if err != nil {
			log.Error("the feeds could not be fetched: going on with the texts as they were", "err", err)
		} else {
			log.Info("fetched", "new", count[ingest.New], "updated", count[ingest.Updated],
				"unchanged", count[ingest.Same]+count[ingest.Unmodified], "refused", refused)
		}
		if count[ingest.New]+count[ingest.Updated] > 0 {
			wake(changed)
		}
		select {
		case <-ctx.Done():
			return
		case <-ticks:
		}
	}
}

// wake tells whoever is behind the channel, which holds one thing, to look.
func wake(c chan<- struct{}) {
	select {
	case c <- struct{}{}:
	default: // somebody is about to look anyway
	}
}
