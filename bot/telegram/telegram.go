// Package telegram connects the bot to Telegram: it long-polls the Bot API,
// turns messages into bot.Requests and renders bot.Replies as Telegram's HTML.
// It decides nothing about talks or quotes, that is package bot's part.
//
// It stands on go-telegram/bot, but for polling and the webhook: the library
// confirms updates before they are handled and stops for good at one that it
// cannot decode. The README tells more.
package telegram

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"time"

	tg "github.com/go-telegram/bot"
	"github.com/go-telegram/bot/models"
	"github.com/hashicorp/golang-lru/v2/expirable"
	"golang.org/x/time/rate"

	"rapporteur/bot"
	"rapporteur/bot/adapter"
)

// Config says how to reach Telegram and who answers.
type Config struct {
	Token     string       // of the bot, as BotFather gave it; never logged
	APIURL    string       // of the Bot API server; "" is https://api.telegram.org
	Handler   bot.Handler  // answers requests
	Memory    Memory       // what outlives a restart; nil remembers nothing
	Operators []string     // user ids of those who operate the bot, for their command menus
	Logger    *slog.Logger // nil logs nothing

	// WebhookURL is where Telegram is to deliver updates, an https address that
	// leads to Webhook; "" polls for them.
	WebhookURL string
	// WebhookSecret proves that an update comes from Telegram; "" makes one out
	// of the token.
	WebhookSecret string
	// Observe hears of each call by method and status; nil for nobody.
	Observe func(method string, code int)
}

// Adapter is a bot on Telegram. Make one with New.
type Adapter struct {
	api       *client
	handler   bot.Handler
	memory    Memory
	operators []string
	log       *slog.Logger
	pace      pace
	pulse     pulse
	outbox    *outbox
	gone      *gone
	admins    *admins
	menus     sync.Map                       // of operators, by id, that are filled
	names     *expirable.LRU[string, string] // of topics and operators, as they were last seen
	hinted    *expirable.LRU[int64, int64]   // when people were last told that only words are answered
	hook      *hook                          // nil polls
	hooked    bool                           // the webhook has been set in this run
	gate      *gate                          // before the handler
	excess    excess
	updates   *pendingUpdates
	next      int64 // where to go on when nothing is held; 0 before the first batch, which begins with the oldest there is
	confirmed int64 // the offset of the last poll that succeeded
	queues    *adapter.Queues
	typing    sync.Map // queries of inline mode, by person: the last one is answered
	lives     sync.Map // of *live, those that go on
	made      time.Time
	ready     chan struct{}   // closed when it is logged in
	self      models.User     // set by Run before the first update
	account   string          // the bot's, for the memory; likewise
	life      context.Context // of what is in hand; likewise
	serving   context.Context // over when it is being stopped; likewise

	door sync.RWMutex
	open bool // updates are taken in by the webhook
}

// pace is how fast things go, apart so that tests need not wait.
type pace struct {
	poll     time.Duration   // how long the server may hold a poll that has nothing to tell
	idle     time.Duration   // the pause after a poll that told nothing new at once
	watch    time.Duration   // between looks at the webhook
	stale    time.Duration   // without a good poll or look for this long, the adapter is unwell
	retry    adapter.Backoff // between tries after trouble
	patience time.Duration   // how long it is tried to send a message
	grace    time.Duration   // what Run takes at most to finish once stopped
	typing   time.Duration   // how long a request may take before “typing…” shows
	fetch    time.Duration   // what fetching a file may take
	rates    rates           // of sending

	edits, groupEdits time.Duration // between edits of a message that goes on
	settle            time.Duration // how long the end of one is waited for once stopped
}

var ordinary = pace{
	poll:     30 * time.Second, // Telegram cuts it at 50 (telegram-bot-api, Client.h, LONG_POLL_MAX_TIMEOUT)
	idle:     250 * time.Millisecond,
	watch:    30 * time.Second,
	stale:    90 * time.Second, // three polls
	retry:    adapter.Waits(time.Second, 30*time.Second),
	patience: 10 * time.Minute, // longer than most outages; the chat's other answers wait behind it
	grace:    10 * time.Second,
	typing:   300 * time.Millisecond,
	fetch:    2 * time.Minute, // the largest at 1.4 Mbit/s
	rates:    telegramRates,

	edits:      2 * time.Second,
	groupEdits: 4 * time.Second, // all that telegramRates leave a group; other messages get in between
	settle:     time.Second,
}

const (
	defaultAPIURL = "https://api.telegram.org"
	// maxBusy bounds the requests handled at one time. Searching is work for
	// the processor, so a few more than it has cores are plenty.
	maxBusy = 8
	// maxNames bounds how many names are remembered, and who was told something
	// today.
	maxNames = 10_000
	// typingLasts is a little less than the five seconds for which clients show
	// a chat action (Bot API, sendChatAction).
	typingLasts = 4 * time.Second
	// confirmTime is the part of pace.grace kept for the last, confirming poll.
	confirmTime = 2 * time.Second
)

// New checks the configuration and returns an adapter that has not yet talked
// to anyone.
func New(c Config) (*Adapter, error) {
	if c.Handler == nil {
		return nil, errors.New("telegram: no handler")
	}
	if c.Logger == nil {
		c.Logger = slog.New(slog.DiscardHandler)
	}
	if c.Memory == nil {
		c.Memory = forgetful{}
	}
	hook, err := newHook(c.WebhookURL, c.WebhookSecret, c.Token)
	if err != nil {
		return nil, fmt.Errorf("telegram: %w", err)
	}
	api, err := newClient(cmp.Or(c.APIURL, defaultAPIURL), c.Token, hook)
	if err != nil {
		return nil, fmt.Errorf("telegram: %w", err)
	}
	if c.Observe != nil {
		api.http.Transport = adapter.Observed{Below: api.http.Transport, Name: methodOf, Observe: c.Observe}
	}
	return &Adapter{
		api:       api,
		handler:   c.Handler,
		memory:    c.Memory,
		operators: c.Operators,
		log:       c.Logger,
		pace:      ordinary,
		gone:      newGone(),
		admins:    newAdmins(api),
		excess:    excess{tell: rate.Sometimes{First: 1, Interval: time.Minute}},
		names:     expirable.NewLRU[string, string](maxNames, nil, 0),
		hinted:    expirable.NewLRU[int64, int64](maxNames, nil, 0),
		hook:      hook,
		gate:      newGate(maxBusy),
		updates:   newPendingUpdates(),
		queues:    adapter.NewQueues(c.Logger, "telegram: panic"),
		made:      time.Now(),
		ready:     make(chan struct{}),
	}, nil
}

// Run answers messages until ctx is cancelled, then finishes what it has begun
// and returns nil. It returns an error only where trying again is no use: a
// token Telegram does not know or a server that is no Bot API. It is called
// once.
func (a *Adapter) Run(ctx context.Context) error {
	defer a.pulse.stop()
	defer a.api.http.CloseIdleConnections()
	// Work begun is finished although ctx is cancelled, up to the grace.
	life, abandon := context.WithCancel(context.WithoutCancel(ctx))
	defer abandon()
	a.life, a.serving = life, ctx
	a.outbox = newOutbox(a.api, a.pace, a.gone)
	a.outbox.moved = func(ctx context.Context, from, to int64) {
		if err := a.move(ctx, from, to); err != nil {
			a.log.Error("telegram: " + err.Error())
		}
	}
	if err := a.login(ctx); err != nil {
		if ctx.Err() != nil {
			return nil
		}
		return fmt.Errorf("telegram: %w", err)
	}
	a.log.Info("telegram: logged in", "name", a.self.Username)
	a.account = platform + "/" + id(a.self.ID)
	close(a.ready)
	a.resume(ctx)

	var menu sync.WaitGroup
	menu.Go(func() { a.publishCommands(ctx) })
	defer menu.Wait()

	err := a.receive(ctx)
	if err != nil {
		err = fmt.Errorf("telegram: %w", err)
	}
	if !a.queues.Wait(a.pace.grace - confirmTime) {
		a.log.Warn("telegram: stopped before everything was answered; what is kept is answered after the next start")
		abandon()
	}
	if a.hook == nil {
		a.confirm(context.WithoutCancel(ctx))
	}
	return err
}

// receive takes in updates until ctx is cancelled, by the way that is set.
func (a *Adapter) receive(ctx context.Context) error {
	if a.hook == nil {
		a.dropWebhook(ctx)
		return a.poll(ctx)
	}
	a.setOpen(true)
	defer a.setOpen(false)
	return a.listen(ctx)
}

func (a *Adapter) setOpen(open bool) {
	a.door.Lock()
	defer a.door.Unlock()
	a.open = open
}

// Health returns nil when a poll succeeded recently, or the webhook was found
// well, and requests do not wait too long to be handled; otherwise what is wrong
// in plain words.
func (a *Adapter) Health() error {
	if err := a.pulse.check(a.pace.stale); err != nil {
		return err
	}
	if waiting, oldest := a.gate.queue(); oldest > a.pace.stale {
		return fmt.Errorf("telegram: %d requests wait to be handled, the oldest for %v", waiting, oldest.Round(time.Second))
	}
	return nil
}

// Queue returns how many requests wait to be handled, and for how long the oldest.
func (a *Adapter) Queue() (waiting int, oldest time.Duration) { return a.gate.queue() }

// login learns the bot's own name, trying until it succeeds, ctx is cancelled
// or there is no use in trying.
func (a *Adapter) login(ctx context.Context) error {
	return adapter.Retry(ctx, a.pace.retry, 0, func(int) (time.Duration, bool, error) {
		self, err := a.api.GetMe(ctx)
		if err == nil && self.Username == "" {
			err = errors.New("getMe: the answer has no user name; is this a Bot API server?")
		}
		if err == nil {
			a.self = *self
			return 0, false, nil
		}
		switch code(err) {
		case http.StatusUnauthorized:
			return 0, false, errToken
		case http.StatusNotFound:
			// Telegram itself says so to a token that does not even look like one.
			return 0, false, fmt.Errorf("getMe: not found: check the Bot API URL and RAPPORTEUR_TELEGRAM_TOKEN: %w", err)
		}
		a.pulse.fail(err)
		a.log.Warn("telegram: cannot log in, trying again", "err", err)
		return retryAfter(err), true, err
	})
}

// dropWebhook makes sure polling is possible: with a webhook set, getUpdates is
// refused. Waiting updates are kept.
func (a *Adapter) dropWebhook(ctx context.Context) {
	if _, err := a.api.DeleteWebhook(ctx, &tg.DeleteWebhookParams{}); err != nil {
		a.log.Warn("telegram: cannot delete the webhook", "err", err)
	}
}

// pulse remembers how polling goes. The zero value is one that never beat.
type pulse struct {
	mu      sync.Mutex
	last    time.Time // of the last poll that succeeded, or look at the webhook that found it well
	trouble error     // since then
}

func (p *pulse) beat() { p.set(func() { p.last, p.trouble = time.Now(), nil }) }

func (p *pulse) fail(err error) { p.set(func() { p.trouble = err }) }

func (p *pulse) stop() { p.set(func() { p.last, p.trouble = time.Time{}, errors.New("stopped") }) }

func (p *pulse) set(f func()) {
	p.mu.Lock()
	defer p.mu.Unlock()
	f()
}

func (p *pulse) check(stale time.Duration) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	switch {
	case errors.Is(p.trouble, errConflict), errors.Is(p.trouble, errWebhook):
		return fmt.Errorf("telegram: %w", p.trouble)
	case p.last.IsZero() && p.trouble == nil:
		return errors.New("telegram: not connected yet")
	case p.last.IsZero():
		return fmt.Errorf("telegram: not connected: %w", p.trouble)
	case time.Since(p.last) <= stale:
		return nil
	case p.trouble != nil:
		return fmt.Errorf("telegram: nothing received for %v: %w", time.Since(p.last).Round(time.Second), p.trouble)
	}
	return fmt.Errorf("telegram: nothing received for %v", time.Since(p.last).Round(time.Second))
}

// id renders one of Telegram's numbers as the opaque text package bot takes.
func id(n int64) string { return strconv.FormatInt(n, 10) }

// sameName compares user names as Telegram does, without regard to case.
func sameName(a, b string) bool { return strings.EqualFold(a, b) }
