package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"sync"

	"github.com/spf13/cobra"

	"rapporteur/bot"
	"rapporteur/bot/discord"
	"rapporteur/bot/state"
	"rapporteur/bot/telegram"
	"rapporteur/corpus"
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
SIGINT or SIGTERM; it then finishes what is in flight, within 10 seconds.

It takes up changes of the corpus folder beside the live index, so that nobody
asking notices: on SIGHUP, when "rapporteur index" is run with the same --corpus
and --data, with --watch on as they are made, and with --fetch-every 1h it looks
for what is new in the feeds.`,
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
			if err := s.usableCorpus(); err != nil {
				return &settingError{err}
			}
			return a.serve(cmd.Context(), s, a.logger(s))
		},
	}
}

func (a *app) serve(ctx context.Context, s settings, log *slog.Logger) error {
	report := func(p corpus.Problem) { log.Warn("corpus", "problem", p.Error(), "refused", !p.Loaded) }
	texts := make(chan struct{}, 1) // there are new ones
	k, err := a.openKept(ctx, s, keeping{command: "serve", log: log, report: report, changed: func() { wake(texts) }})
	if err != nil {
		return userMessage(err)
	}
	defer k.close()
	x, keeper := k.index, k.keeper
	if opened := keeper.Opened(); len(opened.Added)+len(opened.Changed)+len(opened.Withdrawn) > 0 {
		logChanges(log, "took up what had changed", opened)
	}
	store, err := a.openState(ctx, s, log)
	if err != nil {
		return err
	}
	defer store.Close()
	measured := newMetrics(log)
	b := assemble(x, k.forOperators(), s, nil, bot.Config{
		Observe: measured.request,
		Logger:  log, Threshold: s.Confidence, Timeout: s.RequestTimeout,
		UserRate: s.UserRate, ChatRate: s.ChatRate, Admins: s.Admins, AdminRoles: s.AdminRoles, State: store,
	}, s.Retention)
	defer b.operators.Close()

	p, err := connect(s, b, store, measured, log)
	if err != nil {
		return err
	}

	// Whatever ends serve also ends what it has started.
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	h := &health{answers: b.answers, library: x, adapters: p.adapters, index: x, folder: s.Corpus}
	measured.watch(x, b, p.adapters)
	p.pages["GET "+metricsPath] = measured.page()
	if s.Listen != "" {
		stop, err := h.listen(s.Listen, p.pages, log)
		if err != nil {
			return &settingError{fmt.Errorf("%s: %w: end what listens there, or set another address", envName("listen"), err)}
		}
		defer stop()
	}
	stats := x.Stats()
	log.Info("serving", "texts", stats.Texts, "passages", stats.Passages, "sentences", stats.Sentences, "index_rebuilt", stats.Rebuilt)

	var background sync.WaitGroup
	defer background.Wait()
	background.Go(func() { h.keepProbing(ctx, log) })
	background.Go(func() { notifyReady(ctx, func() { h.report() }, log) })
	context.AfterFunc(ctx, notifyStopping)
	stopKeeping := a.keepCorpus(ctx, s, keeper, &background, log)
	defer stopKeeping()
	background.Go(func() { upkeep(ctx, b, store, s.Retention, p.senders, texts, log) })

	failed := converse(ctx, p.adapters, h, log)
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

// platforms are the adapters that are set up, and what comes with them.
type platforms struct {
	adapters map[string]adapter
	senders  map[string]bot.Sender
	pages    map[string]http.Handler // by path, besides the health page
}

// connect makes the adapters of the platforms that have a token.
func connect(s settings, b *assembled, store *state.Store, measured *metrics, log *slog.Logger) (platforms, error) {
	p := platforms{make(map[string]adapter), make(map[string]bot.Sender), make(map[string]http.Handler)}
	if s.TelegramToken != "" {
		t, err := telegram.New(telegram.Config{Token: string(s.TelegramToken), APIURL: s.TelegramAPIURL, Handler: b, Logger: log,
			Observe: measured.call("telegram"), Memory: store, Operators: s.operators("telegram"), WebhookURL: s.TelegramHook, WebhookSecret: string(s.TelegramSecret)})
		if err != nil {
			return p, &settingError{err}
		}
		p.adapters["telegram"], p.senders["telegram"] = t, t
		if s.TelegramHook != "" {
			p.pages[updatesPath] = t.Webhook()
		}
	}
	if s.DiscordToken != "" {
		d, err := discord.New(discord.Config{Token: string(s.DiscordToken), APIURL: s.DiscordAPIURL, Handler: b, Logger: log, Version: version(),
			Observe: measured.call("discord"), PublicKey: s.DiscordKey, NoGateway: s.DiscordNoGateway, Shards: s.DiscordShards})
		if err != nil {
			return p, &settingError{err}
		}
		p.adapters["discord"], p.senders["discord"] = d, d
		if s.DiscordKey != nil {
			p.pages[interactionsPath] = d.Interactions()
		}
	}
	return p, nil
}

// converse runs the adapters until all have ended, and returns what was wrong. One
// platform that fails does not take the other along; when none is left there is
// nothing to serve.
func converse(ctx context.Context, adapters map[string]adapter, h *health, log *slog.Logger) (failed error) {
	type end struct {
		name string
		err  error
	}
	ends := make(chan end, len(adapters))
	for name, ad := range adapters {
		go func() { ends <- end{name, ad.Run(ctx)} }()
	}
	for range adapters {
		e := <-ends
		if e.err != nil {
			log.Error("platform ended", "platform", e.name, "err", e.err)
			h.fail(e.name, e.err)
			failed = errors.Join(failed, fmt.Errorf("%s: %w", e.name, e.err))
		}
	}
	return failed
}
