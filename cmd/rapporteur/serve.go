package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"os"
	"os/signal"
	"sync"
	"syscall"
	"time"

	"github.com/spf13/cobra"

	"rapporteur/bot"
	"rapporteur/bot/discord"
	"rapporteur/bot/telegram"
	"rapporteur/corpus"
	"rapporteur/index"
)

// adapter connects the bot with a platform.
type adapter interface {
	// Run serves the platform until the context ends, finishes what is in
	// flight and returns nil. An error means it cannot go on.
	Run(ctx context.Context) error
	// Health returns nil when people are being served, else why not.
	Health() error
}

func (a *app) serveCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "serve",
		Short: "Run the bot in Telegram, Discord or both",
		Long: `Serve runs the bot on every platform for which a token is set, until it gets
SIGINT or SIGTERM; it then finishes what is in flight, within 10 seconds. On
SIGHUP it loads the corpus anew and indexes it beside the live index, so that
nobody asking notices.`,
		Example: `  RAPPORTEUR_TELEGRAM_TOKEN_FILE=telegram.token rapporteur serve
  rapporteur serve --discord-token-file discord.token --corpus ./texts --listen 127.0.0.1:8600`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			s, err := a.settings()
			if err != nil {
				return err
			}
			if s.TelegramToken == "" && s.DiscordToken == "" {
				return &settingError{fmt.Errorf(
					"nothing to serve: set %s or %s, or both (or the same with _FILE, for a file that holds the token)\nTo try the bot without either: rapporteur chat",
					envName("telegram-token"), envName("discord-token"))}
			}
			if s.DiscordToken != "" {
				if err := s.usableDiscord(); err != nil {
					return &settingError{err}
				}
			}
			if s.TelegramToken != "" {
				if err := s.usableTelegram(); err != nil {
					return &settingError{err}
				}
			}
			return a.serve(cmd.Context(), s, a.logger(s))
		},
	}
}

func (a *app) serve(ctx context.Context, s settings, log *slog.Logger) error {
	report := func(p corpus.Problem) { log.Warn("corpus", "problem", p.Error(), "refused", !p.Loaded) }
	x, err := a.open(ctx, s, "serve", log, report)
	if err != nil {
		return err
	}
	defer x.Close()
	store, err := a.openState(ctx, s, log)
	if err != nil {
		return err
	}
	defer store.Close()
	b := bot.New(bot.Config{
		Searcher: x, Library: x, Logger: log, Threshold: s.Confidence, Timeout: s.RequestTimeout,
		UserRate: s.UserRate, ChatRate: s.ChatRate, Admins: s.Admins, State: store, Retention: s.Retention, Version: version(),
	})

	adapters := make(map[string]adapter)
	senders := make(map[string]bot.Sender)
	pages := make(map[string]http.Handler) // by path, besides the health page
	if s.TelegramToken != "" {
		t, err := telegram.New(telegram.Config{Token: string(s.TelegramToken), APIURL: s.TelegramAPIURL, Handler: b, Logger: log,
			Memory: store, Operators: s.operators("telegram"), WebhookURL: s.TelegramHook, WebhookSecret: string(s.TelegramSecret)})
		if err != nil {
			return &settingError{err}
		}
		adapters["telegram"], senders["telegram"] = t, t
		if s.TelegramHook != "" {
			pages[updatesPath] = t.Webhook()
		}
	}
	if s.DiscordToken != "" {
		d, err := discord.New(discord.Config{Token: string(s.DiscordToken), APIURL: s.DiscordAPIURL, Handler: b, Logger: log, Version: version(),
			PublicKey: s.DiscordKey, NoGateway: s.DiscordNoGateway, Shards: s.DiscordShards})
		if err != nil {
			return &settingError{err}
		}
		adapters["discord"], senders["discord"] = d, d
		if s.DiscordKey != nil {
			pages[interactionsPath] = d.Interactions()
		}
	}

	// Whatever ends serve also ends what it has started.
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	h := &health{bot: b, library: x, adapters: adapters}
	if s.Listen != "" {
		stop, err := h.listen(s.Listen, pages, log)
		if err != nil {
			return &settingError{fmt.Errorf("%s: %w", envName("listen"), err)}
		}
		defer stop()
	}
	stats := x.Stats()
	log.Info("serving", "texts", stats.Texts, "passages", stats.Passages, "sentences", stats.Sentences, "index_rebuilt", stats.Rebuilt)

	var background sync.WaitGroup
	defer background.Wait()
	texts := make(chan struct{}, 1) // there are new ones
	background.Go(func() { reloadOnHangup(ctx, s, x, log, report, texts) })
	background.Go(func() { upkeep(ctx, b, store, s.Retention, senders, texts, log) })

	// One platform that fails does not take the other along; when none is left
	// there is nothing to serve.
	type end struct {
		name string
		err  error
	}
	ends := make(chan end, len(adapters))
	for name, ad := range adapters {
		go func() { ends <- end{name, ad.Run(ctx)} }()
	}
	var failed error
	for range adapters {
		e := <-ends
		if e.err != nil {
			log.Error("platform ended", "platform", e.name, "err", e.err)
			h.fail(e.name, e.err)
			failed = errors.Join(failed, fmt.Errorf("%s: %w", e.name, e.err))
		}
	}
	cancel()
	var setup bot.SetupError
	switch {
	case failed == nil:
		log.Info("stopped")
	case errors.As(failed, &setup):
		return &settingError{failed}
	}
	return failed
}

// reloadOnHangup loads and indexes the corpus anew whenever the process gets
// SIGHUP, and says so on texts. If that fails the bot goes on with what it has.
func reloadOnHangup(ctx context.Context, s settings, x *index.Index, log *slog.Logger, report func(corpus.Problem), texts chan<- struct{}) {
	hangup := make(chan os.Signal, 1)
	signal.Notify(hangup, syscall.SIGHUP)
	defer signal.Stop(hangup)
	for {
		select {
		case <-ctx.Done():
			return
		case <-hangup:
		}
		c, err := loadCorpus(ctx, s, corpus.LoadOptions{Kept: x.Options().Texts(), Previous: x.Corpus(), Gently: true}, report)
		if err == nil && c.Digest() == x.Corpus().Digest() {
			log.Info("reload: the corpus has not changed")
			continue
		}
		var r index.Report
		if err == nil {
			r, err = x.Reindex(ctx, c, index.ReindexOptions{})
		}
		if err != nil {
			log.Error("reload failed: going on with the texts as they were", "err", err)
			continue
		}
		log.Info("reloaded", "texts", r.Texts, "sentences", r.Sentences, "added", len(r.Added), "changed", len(r.Changed),
			"withdrawn", len(r.Withdrawn), "took", r.Took.Round(time.Millisecond))
		select {
		case texts <- struct{}{}:
		default: // somebody is about to look anyway
		}
	}
}
