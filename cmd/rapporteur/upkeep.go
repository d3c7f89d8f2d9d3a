package main

import (
	"context"
	"log/slog"
	"path/filepath"
	"time"

	"rapporteur/bot"
	"rapporteur/bot/state"
)

// openState opens what must outlive a restart, in the data folder.
func (a *app) openState(ctx context.Context, s settings, log *slog.Logger) (*state.Store, error) {
	path := filepath.Join(s.Data, state.FileName)
	if err := s.usableData(); err != nil {
		if s.dataChosen {
			return nil, &settingError{err}
		}
		// Nobody asked for this folder, so its absence stops nobody.
		log.Warn("settings, and what people want to be told, are kept in memory only and lost at the end", "cause", err)
		path = ""
	}
	return state.Open(ctx, path, log)
}

// upkeep does what nobody asks for, until ctx ends: after a start, whenever
// there are new texts, and when quiet hours end, it tells people what they wait
// for; every day it removes what has been kept long enough.
func upkeep(ctx context.Context, b *assembled, store *state.Store, retention time.Duration, senders map[string]bot.Sender, texts <-chan struct{}, log *slog.Logger) {
	daily := time.NewTicker(24 * time.Hour)
	defer daily.Stop()
	purge := func() {
		if n, err := store.Purge(ctx, time.Now().Add(-retention)); err != nil && ctx.Err() == nil {
			log.Error("what has been kept long enough could not be removed", "err", err)
		} else if n > 0 {
			log.Info("removed what has been kept long enough", "count", n)
		}
	}
	quiet := time.NewTimer(0)
	quiet.Stop()
	defer quiet.Stop()
	announce := func() {
		done, err := b.people.Announce(ctx, b.Bot, senders)
		if err != nil && ctx.Err() == nil {
			log.Error("people who wait for an answer could not all be told", "err", err)
		}
		if done.Told > 0 {
			log.Info("told people of answers they waited for", "count", done.Told)
		}
		if quiet.Stop(); !done.Again.IsZero() {
			quiet.Reset(time.Until(done.Again))
		}
	}
	purge()
	announce()
	for {
		select {
		case <-ctx.Done():
			return
		case <-daily.C:
			purge()
		case <-texts:
			announce()
		case <-quiet.C:
			announce()
		}
	}
}
