// Package discord carries conversations between Discord and a bot.Handler. It
// is transport and rendering only: what is said is the handler's business.
//
// The gateway brings slash commands and messages in; a small REST client takes
// the answers out; Render turns a bot.Reply into Discord's Markdown. The README
// of this folder lists the limits kept.
package discord

import (
	"cmp"
	"context"
	"crypto/ed25519"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/bwmarrin/discordgo"
	"github.com/hashicorp/golang-lru/v2/expirable"
	"golang.org/x/time/rate"

	"rapporteur/bot"
	"rapporteur/bot/adapter"
)

// defaultAPI is where Discord is, and the version its machine-readable
// specification describes.
const defaultAPI = "https://discord.com/api/v10"

// How much is taken on at once. Handling is bounded; acknowledging is not, for
// a person sees "the application did not respond" after three seconds however
// long the queue is.
const (
	platform    = "discord" // in requests
	maxParents  = 10_000    // channels remembered; one takes some 100 bytes
	maxHandling = 64        // requests with the handler
	maxPending  = 4096      // requests taken on in all, so that a flood cannot eat the memory
)

// Config says who the bot is and who answers.
type Config struct {
	Token   string       // of the bot, with or without "Bot " before it
	APIURL  string       // base of the REST API, such as http://127.0.0.1:8080/api/v9; "" is Discord itself
	Handler bot.Handler  // answers
	Logger  *slog.Logger // nil is slog.Default()
	Version string       // of the program, which Discord wants to know
	Shards  int          // of the gateway; 0 is as many as Discord recommends

	// PublicKey is the application's, for interactions that come by HTTP (see
	// Interactions); nil is none. With NoGateway they are all that comes: no
	// messages, thus no mentions and no direct messages.
	PublicKey ed25519.PublicKey
	NoGateway bool

	// Observe hears of each call by method and status; nil for nobody.
	Observe func(method string, code int)
}

// Adapter is the bot's presence on Discord.
type Adapter struct {
	handler bot.Handler
	log     *slog.Logger
	rest    *rest
	cdn     *cdn
	gateway *gateway
	times   timing

	publicKey ed25519.PublicKey
	noGateway bool

	parents *expirable.LRU[string, string] // of channels, by id; "" if they are no threads
	letters *rate.Limiter                  // of messages nobody has just asked for

	self       atomic.Pointer[identity]
	tables     sync.Map    // of commands, by language
	registered atomic.Bool // the slash commands are known to Discord
	slots      chan struct{}

	mu      sync.Mutex
	jobs    *adapter.Queues // each of one job
	taken   int             // jobs
	most    int             // of them at a time
	flooded bool            // and said so
	closing bool
	closed  chan struct{}   // when closing
	work    context.Context // of everything taken on; outlives Run's by the grace period
}

// identity is who the bot is on Discord.
type identity struct {
	ID, Name, App string
}

// timing gathers every duration, so that tests need not wait for the real ones.
type timing struct {
	opening  time.Duration // for dialling
	hello    time.Duration // from there to HELLO
	ready    time.Duration // from HELLO to READY, or between events that were missed
	silence  time.Duration // longest pause between frames from the gateway, or two heartbeats if that is longer
	ack      time.Duration // a heartbeat unacknowledged for longer is no sign of health
	identify time.Duration // between IDENTIFYs of one bucket
	invalid  time.Duration // longest wait after an invalid session
	settled  time.Duration // a connection that lived this long ends a series of failures
	step     time.Duration // first wait between connections; doubles
	most     time.Duration // longest wait between connections
	retry    time.Duration // first wait before a REST call is repeated; doubles
	first    time.Duration // Discord waits for the first word on an interaction
	patience time.Duration // thinking longer than this defers the answer to an interaction
	typing   time.Duration // thinking longer than this shows the typing indicator
	download time.Duration // of a file, from its opening to its end
	token    time.Duration // an interaction's is good for so long
	edits    time.Duration // between edits of one message
	grace    time.Duration // for what is in flight at shutdown; half of it to wait for news
}

var usual = timing{
	opening: 30 * time.Second,
	// HELLO is the first thing that Discord sends. A line that is silent is
	// given up for another while an interaction may wait.
	hello: 5 * time.Second,
	// During an outage Discord wants clients to stay, and gives them a session
	// when it can (events/gateway.mdx, "Heartbeat Interval"); but for ever is
	// too long if our IDENTIFY got lost.
	ready: 2 * time.Minute,
	// Discord beats every 41.25 s and acknowledges each beat, so that two
	// missed ones mean a dead line.
	silence: 90 * time.Second,
	ack:     15 * time.Second,
	// One in five seconds (events/gateway.mdx, "Rate Limiting"), and a little
	// for the way there.
	identify: 5250 * time.Millisecond,
	invalid:  5 * time.Second,
	settled:  time.Minute,
	step:     5 * time.Second,
	most:     5 * time.Minute,
	retry:    250 * time.Millisecond,
	// interactions/receiving-and-responding.mdx, "Interaction Callback".
	first: 3 * time.Second,
	// Well within the three seconds, retries included; a search takes
	// milliseconds.
	patience: 500 * time.Millisecond,
	typing:   300 * time.Millisecond,
	// Ours: 20 MB in this time are 170 kB/s.
	download: 2 * time.Minute,
	// interactions/receiving-and-responding.mdx, "Interaction Callback".
	token: 15 * time.Minute,
	// The handler promises as much.
	edits: 2 * time.Second,
	grace: 10 * time.Second,
}

// New checks the configuration and builds an adapter; nothing is sent yet.
func New(c Config) (*Adapter, error) {
	words := strings.Fields(c.Token)
	if len(words) > 0 && words[0] == "Bot" {
		words = words[1:]
	}
	switch {
	case len(words) == 0:
		return nil, errors.New("discord: no token: set RAPPORTEUR_DISCORD_TOKEN")
	case len(words) > 1 || strings.ContainsFunc(words[0], func(r rune) bool { return r < ' ' || r > '~' }):
		return nil, errors.New("discord: RAPPORTEUR_DISCORD_TOKEN holds a space or a character no token has")
	}
	token := words[0]
	if c.Handler == nil {
		return nil, errors.New("discord: no handler")
	}
	switch {
	case c.Shards < 0:
		return nil, errors.New("discord: the number of shards is negative")
	case len(c.PublicKey) != 0 && len(c.PublicKey) != ed25519.PublicKeySize:
		return nil, fmt.Errorf("discord: the public key has %d bytes, not %d", len(c.PublicKey), ed25519.PublicKeySize)
	case c.NoGateway && len(c.PublicKey) == 0:
		return nil, errors.New("discord: nothing can come in without the gateway and without a public key")
	}
	base, err := apiBase(cmp.Or(c.APIURL, defaultAPI))
	if err != nil {
		return nil, err
	}
	log := c.Logger
	if log == nil {
		log = slog.Default()
	}
	a := &Adapter{
		handler: c.Handler,
		log:     log,
		times:   usual,
		slots:   make(chan struct{}, maxHandling),
		letters: rate.NewLimiter(rate.Every(time.Second), 1),
		work:    context.Background(),
		closed:  make(chan struct{}),
		jobs:    adapter.NewQueues(log, "discord: panic"),
		most:    maxPending,
		parents: expirable.NewLRU[string, string](maxParents, nil, 0),

		publicKey: c.PublicKey,
		noGateway: c.NoGateway,
	}
	a.rest = newRest(base, token, c.Version, log, &a.times)
	if c.Observe != nil {
		a.rest.client.Transport = adapter.Observed{Below: a.rest.client.Transport, Name: callName, Observe: c.Observe}
	}
	a.cdn = newCDN(&a.times)
	a.gateway = &gateway{rest: a.rest, log: log, times: &a.times, dispatch: func(event string, data json.RawMessage) { a.dispatch(event, data) }, want: c.Shards}
	return a, nil
}

// apiBase checks an API address and brings it into the form the paths are
// appended to.
func apiBase(address string) (string, error) {
	u, err := url.Parse(address)
	switch {
	case err != nil:
		return "", fmt.Errorf("discord: API address: %w", adapter.Secrets{}.Bare(err)) // which does not repeat it
	case u.Scheme != "http" && u.Scheme != "https" || u.Host == "":
		return "", fmt.Errorf("discord: API address %q: want something like %s", address, defaultAPI)
	case u.User != nil || u.RawQuery != "" || u.Fragment != "":
		return "", errors.New("discord: API address: want no user, query or fragment in it")
	}
	path := strings.TrimRight(u.EscapedPath(), "/")
	return u.Scheme + "://" + u.Host + cmp.Or(path, "/api/v10"), nil
}

// Run keeps the bot on Discord until ctx is cancelled, then takes nothing new,
// finishes what is in flight and returns nil. It returns an error only when
// going on is pointless: the token or the intents are refused. It may be
// called once.
func (a *Adapter) Run(ctx context.Context) error {
	work, abandon := context.WithCancel(context.WithoutCancel(ctx))
	defer abandon()
	a.mu.Lock()
	a.work = work
	a.mu.Unlock()

	stop := context.AfterFunc(ctx, a.close)
	defer stop()
	defer a.rest.client.CloseIdleConnections()
	defer a.cdn.client.CloseIdleConnections()
	var err error
	if a.noGateway {
		err = a.attend(ctx)
	} else if err = a.whoAmI(ctx); err == nil {
		err = a.gateway.run(ctx)
	}
	a.close()
	if err != nil {
		abandon() // Discord refuses the bot: nothing more gets through
	}
	if !a.jobs.Wait(a.times.grace) {
		a.log.Warn("discord: stopped with answers unfinished")
	}
	return err
}

// whoAmI asks for the bot's name. It spares an IDENTIFY with a bad token, of
// which Discord counts each; that READY tells the same makes any other failure
// harmless.
func (a *Adapter) whoAmI(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, a.times.opening)
	defer cancel()
	var me discordgo.User
	err := a.rest.do(ctx, call{name: "ask who I am", method: http.MethodGet, path: "/users/@me", again: true, tries: connectTries}, &me)
	var refused *apiError
	switch {
	case errors.As(err, &refused) && refused.Status == http.StatusUnauthorized:
		return errToken
	case err == nil && me.ID != "":
		// An application made before 2017 differs from its bot in id, so READY
		// has the last word.
		a.self.Store(&identity{ID: me.ID, Name: me.Username, App: me.ID})
	case ctx.Err() == nil:
		a.log.Debug("discord: going on without knowing my name yet", "cause", err)
	}
	return nil
}

// Health reports nil while people can be served: the gateway is ready and its
// heartbeats are acknowledged, or without a gateway the commands are
// registered. Otherwise it says in plain words what is wrong.
func (a *Adapter) Health() error {
	if a.noGateway {
		return a.attending()
	}
	return a.gateway.health()
}

// dispatch takes one gateway event. It is called in the order of the events of
// each shard and must not block: the shard's next heartbeat waits behind it. It returns false if
// the adapter is too busy, or closing, to do what the event asks for.
func (a *Adapter) dispatch(event string, data json.RawMessage) bool {
	switch event {
	case "READY":
		var r struct {
			User        discordgo.User        `json:"user"`
			Application discordgo.Application `json:"application"`
		}
		if err := json.Unmarshal(data, &r); err != nil || r.User.ID == "" {
			a.log.Error("discord: cannot read READY", "cause", err)
			return true
		}
		a.self.Store(&identity{ID: r.User.ID, Name: r.User.Username, App: cmp.Or(r.Application.ID, r.User.ID)})
		if !a.registered.Load() {
			return a.accept(func(ctx context.Context) { _ = a.register(ctx) }) // the log tells
		}
	case "INTERACTION_CREATE":
		in := interaction{received: time.Now(), table: a.table("en")}
		err := json.Unmarshal(data, &in)
		switch {
		case err != nil || in.Data == nil:
			a.log.Warn("discord: cannot read an interaction", "cause", err)
			raw := slices.Clone(data) // the gateway may use its buffer again
			return a.accept(func(ctx context.Context) { a.excuse(ctx, raw) })
		case in.Type == discordgo.InteractionApplicationCommandAutocomplete:
			return a.accept(func(ctx context.Context) { a.complete(ctx, in) })
		case in.Type == discordgo.InteractionApplicationCommand || in.Type == discordgo.InteractionMessageComponent:
			return a.accept(func(ctx context.Context) { a.interact(ctx, in) })
		}
	case "MESSAGE_CREATE":
		var m incoming
		if err := json.Unmarshal(data, &m); err != nil {
			a.log.Warn("discord: cannot read a message", "cause", err)
			return true
		}
		if self := a.self.Load(); self != nil && m.concerns(self.ID) {
			return a.accept(func(ctx context.Context) { a.converse(ctx, m, *self) })
		}
	}
	return true
}

// accept starts a job of its own, unless the adapter is closing or flooded. It says
// whether the job was taken.
func (a *Adapter) accept(job func(context.Context)) bool {
	a.mu.Lock()
	defer a.mu.Unlock()
	pending := a.jobs.Running()
	switch {
	case a.closing:
		return false
	case pending >= a.most:
		if !a.flooded {
			a.log.Warn("discord: flooded; requests are dropped", "pending", pending)
		}
		a.flooded = true
		return false
	case pending == 0:
		a.flooded = false
	}
	a.taken++
	ctx := a.work
	a.jobs.Add(strconv.Itoa(a.taken), func() { job(ctx) })
	return true
}

// close stops taking on new work.
func (a *Adapter) close() {
	a.mu.Lock()
	defer a.mu.Unlock()
	if !a.closing {
		a.closing = true
		close(a.closed)
	}
}
