package discord

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"time"

	"github.com/bwmarrin/discordgo"
	"github.com/gorilla/websocket"
	"golang.org/x/sync/errgroup"

	"rapporteur/bot"
	"rapporteur/bot/adapter"
)

// Discord resets a bot's token after 1000 IDENTIFYs in a day
// (events/gateway.mdx, "Identifying"). Half of that, less a margin, leaves room
// for other programs with the same token.
const (
	maxIdentifies  = 450
	identifyWindow = 24 * time.Hour
)

// maxResumes is how many connections in a row may fail to resume a session
// before it is given up for a new one.
const maxResumes = 5

const errToken bot.SetupError = "discord refused the token: check RAPPORTEUR_DISCORD_TOKEN"

// fatal are the close codes after which connecting again cannot help
// (topics/opcodes-and-status-codes.mdx, "Gateway Close Event Codes").
var fatal = map[int]error{
	4004: errToken,
	4010: bot.SetupError("discord refused the shard (close code 4010)"),
	4011: bot.SetupError("discord asks for more shards (close code 4011), for the bot is on too many servers: raise RAPPORTEUR_DISCORD_SHARDS, or set it to 0 to leave their number to Discord, and start anew"),
	4012: bot.SetupError("discord refused the gateway version (close code 4012)"),
	4013: bot.SetupError("discord refused the intents as invalid (close code 4013)"),
	4014: bot.SetupError("discord refused disallowed intents (close code 4014): switch on what the bot asks for under Bot, Privileged Gateway Intents, in the developer portal"),
}

// final returns what to report if connecting again is pointless after err, and
// nil otherwise.
func final(err error) error {
	var closed *websocket.CloseError
	if errors.As(err, &closed) {
		return fatal[closed.Code]
	}
	var refused *apiError
	if errors.As(err, &refused) && refused.Status == http.StatusUnauthorized {
		return errToken
	}
	return nil
}

// gateway keeps the bot's shards on Discord's gateway. Here is decided when to
// connect and with which session; what happens on a connection is in conn.go.
type gateway struct {
	rest     *rest
	log      *slog.Logger
	times    *timing
	dispatch func(event string, data json.RawMessage) // in order for each shard
	want     int                                      // shards; 0 is as many as Discord recommends

	budget budget

	mu      sync.Mutex
	began   time.Time
	address string   // where to connect; "" is to be asked for
	shards  []*shard // none while their number is unknown
}

// connectTries is how often a call on the way to the gateway is tried before the
// log says that it does not work; after a pause it goes on.
const connectTries = 3

// run keeps all shards connected until ctx ends or Discord refuses one of them
// for good.
func (g *gateway) run(ctx context.Context) error {
	g.mu.Lock()
	g.began = time.Now()
	g.mu.Unlock()

	var in discordgo.GatewayBotResponse
	err := g.persist(ctx, "discord: cannot ask where the gateway is", func() (err error) {
		in, err = g.ask(ctx)
		return err
	})
	if ctx.Err() != nil {
		return nil
	}
	if err != nil {
		return err
	}

	count := cmp.Or(g.want, max(in.Shards, 1))
	width := max(in.SessionStartLimit.MaxConcurrency, 1)
	shards := make([]*shard, count)
	buckets := make([]*bucket, width)
	for i := range shards {
		s := &shard{gateway: g, id: i, count: count, log: g.log, begun: make(chan struct{}), since: time.Now()}
		if count > 1 {
			s.log = g.log.With("shard", i)
		}
		if i < width {
			buckets[i] = newBucket()
		} else {
			s.before = shards[i-width]
		}
		s.bucket = buckets[i%width]
		shards[i] = s
	}
	g.mu.Lock()
	g.shards = shards
	g.mu.Unlock()

	all, ctx := errgroup.WithContext(ctx)
	for _, s := range shards {
		all.Go(func() error { return s.run(ctx) })
	}
	return all.Wait()
}

// persist does what the start needs until it succeeds. It returns an error when ctx
// ends, or when there is no use in trying again.
func (g *gateway) persist(ctx context.Context, trouble string, do func() error) error {
	return adapter.Retry(ctx, adapter.Waits(2*g.times.step, g.times.most), 0, func(try int) (time.Duration, bool, error) {
		err := do()
		if err == nil || ctx.Err() != nil {
			return 0, false, err
		}
		if err := final(err); err != nil {
			return 0, false, err
		}
		g.log.Warn(trouble, "cause", err, "failures", try)
		return 0, true, err
	})
}

// ask asks Discord where to connect and how often the bot may identify.
func (g *gateway) ask(ctx context.Context) (discordgo.GatewayBotResponse, error) {
	var in discordgo.GatewayBotResponse
	err := g.rest.do(ctx, call{name: "ask for the gateway", method: http.MethodGet, path: "/gateway/bot", again: true, tries: connectTries}, &in)
	if err != nil {
		return in, err
	}
	if _, err := g.dialURL(in.URL); err != nil {
		return in, err
	}
	g.budget.told(in.SessionStartLimit.Remaining, time.Now().Add(time.Duration(in.SessionStartLimit.ResetAfter)*time.Millisecond))
	g.mu.Lock()
	defer g.mu.Unlock()
	g.address = in.URL
	return in, nil
}

// where returns the address to connect to.
func (g *gateway) where(ctx context.Context) (string, error) {
	g.mu.Lock()
	address := g.address
	g.mu.Unlock()
	if address != "" {
		return address, nil
	}
	in, err := g.ask(ctx)
	return in.URL, err
}

// forget makes the next connection ask for the address anew, as Discord wishes
// when one does not answer (events/gateway.mdx, "Get Gateway").
func (g *gateway) forget() {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.address = ""
}

// dialURL checks an address of the gateway and adds what Discord wants to be
// told in it (events/gateway.mdx, "Gateway URL Query String Params").
func (g *gateway) dialURL(address string) (string, error) {
	u, err := url.Parse(address)
	switch {
	case err != nil || u.Host == "":
		return "", errors.New("the gateway's address is none")
	case u.Scheme != "wss" && !(u.Scheme == "ws" && strings.HasPrefix(g.rest.base, "http://")):
		// The token goes there, so it must be as safe as the API itself.
		return "", fmt.Errorf("the gateway's address begins with %q", u.Scheme)
	}
	q := u.Query()
	q.Set("v", "10")
	q.Set("encoding", "json")
	u.RawQuery = q.Encode()
	u.Path = cmp.Or(u.Path, "/")
	return u.String(), nil
}

// backoff says how long to wait after a number of failures in a row.
func (g *gateway) backoff(failures int) time.Duration {
	waits := adapter.Waits(g.times.step, g.times.most)
	for range min(failures, 16) {
		waits.NextBackOff()
	}
	return waits.NextBackOff()
}

// health returns nil if all shards are ready and their heartbeats acknowledged.
func (g *gateway) health() error {
	g.mu.Lock()
	defer g.mu.Unlock()
	switch {
	case g.began.IsZero():
		return errors.New("discord: not started")
	case g.shards == nil:
		return fmt.Errorf("discord: not connected for %v", time.Since(g.began).Round(time.Second))
	}
	for _, s := range g.shards {
		if err := s.health(); err != nil {
			if s.count > 1 {
				return fmt.Errorf("discord: shard %d of %d: %w", s.id, s.count, err)
			}
			return fmt.Errorf("discord: %w", err)
		}
	}
	return nil
}

// budget counts IDENTIFYs, of all shards.
type budget struct {
	mu    sync.Mutex
	spent []time.Time // within the last identifyWindow
	left  int         // as Discord said, less those since
	reset time.Time   // when Discord begins to count anew
}

// told notes what Discord says is left.
func (b *budget) told(left int, reset time.Time) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.left, b.reset = left, reset
}

// wait says how long nobody may identify.
func (b *budget) wait(now time.Time) (d time.Duration) {
	b.mu.Lock()
	defer b.mu.Unlock()
	for len(b.spent) > 0 && now.Sub(b.spent[0]) > identifyWindow {
		b.spent = b.spent[1:]
	}
	if len(b.spent) >= maxIdentifies {
		d = b.spent[0].Add(identifyWindow).Sub(now)
	}
	if b.left <= 0 {
		d = max(d, b.reset.Sub(now))
	}
	return max(d, 0)
}

// spend counts one.
func (b *budget) spend(now time.Time) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.spent = append(b.spent, now)
	b.left--
}

// bucket makes shards identify one after the other: Discord allows one in five
// seconds to those with the same shard_id % max_concurrency
// (events/gateway.mdx, "Max Concurrency").
type bucket struct {
	turn chan struct{} // holds something while nobody is identifying
	last time.Time     // belongs to who has taken the turn
}

func newBucket() *bucket {
	b := &bucket{turn: make(chan struct{}, 1)}
	b.turn <- struct{}{}
	return b
}

// session is what it takes to resume. The zero value is none.
type session struct {
	id  string
	url string // where to resume; "" is where to connect
	seq int64  // of the last event; 0 is none yet
}

// shard is the bot's presence for its part of the servers.
type shard struct {
	*gateway
	id, count int
	log       *slog.Logger
	bucket    *bucket
	before    *shard        // of the same bucket, to identify earlier; nil is none
	begun     chan struct{} // closed once the shard has identified

	session session // belongs to run

	mu    sync.Mutex
	ready bool
	since time.Time // ready is what it is
	owed  time.Time // a heartbeat was sent and is not acknowledged; zero is none
}

// ending is how a connection ended.
type ending struct {
	cause   error
	reached bool          // Discord had said HELLO
	lived   time.Duration // for which it was ready
	fresh   bool          // the session cannot be resumed
	wait    time.Duration // at least, before the next connection
}

// run connects, and connects again, until ctx ends or Discord refuses for good.
func (s *shard) run(ctx context.Context) error {
	failures, resumes := 0, 0
	for {
		resuming := s.session.id != ""
		end := s.connect(ctx)
		s.set(false)
		if ctx.Err() != nil {
			return nil
		}
		if err := final(end.cause); err != nil {
			return err
		}
		switch {
		case end.lived > 0:
			resumes = 0
		case resuming && end.reached:
			resumes++
		}
		if end.fresh || resumes >= maxResumes {
			s.session, resumes = session{}, 0
		}
		if end.lived > s.times.settled {
			failures = 0
		}
		failures++
		wait := s.backoff(failures)
		if s.session.id != "" && failures <= maxResumes && (end.reached || failures == 1) {
			// A RESUME costs no IDENTIFY, and an interaction that was missed
			// lives for three seconds.
			wait = 0
		}
		s.log.Info("discord: connection over", "cause", s.rest.secrets.Hide(end.cause.Error()), "resume", s.session.id != "", "failures", failures)
		if adapter.Sleep(ctx, max(wait, end.wait)) != nil {
			return nil
		}
	}
}

// takeTurn waits until the shard may identify. The turn is held until it is
// given back, so that no other shard of the bucket connects meanwhile.
func (s *shard) takeTurn(ctx context.Context) (giveBack func(), err error) {
	if s.before != nil {
		select {
		case <-s.before.begun:
		case <-ctx.Done():
			return nil, ctx.Err()
		}
	}
	select {
	case <-s.bucket.turn:
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	giveBack = sync.OnceFunc(func() { s.bucket.turn <- struct{}{} })
	err = adapter.Sleep(ctx, time.Until(s.bucket.last.Add(s.times.identify)))
	for err == nil {
		d := s.budget.wait(time.Now())
		if d == 0 {
			return giveBack, nil
		}
		s.log.Error("discord: identified too often today; waiting lest the token is reset", "wait", d)
		err = adapter.Sleep(ctx, d)
	}
	giveBack()
	return nil, err
}

// identified notes that the shard, which has the turn, has identified.
func (s *shard) identified() {
	now := time.Now()
	s.budget.spend(now)
	s.bucket.last = now
	select {
	case <-s.begun:
	default:
		close(s.begun)
	}
}

// dial opens a connection: to where the session is to be resumed if there is
// one and that place can be reached, else to where anybody connects.
func (s *shard) dial(ctx context.Context) (*websocket.Conn, error) {
	if s.session.url != "" {
		ws, err := s.dialAt(ctx, s.session.url)
		if err == nil || ctx.Err() != nil {
			return ws, err
		}
		s.log.Warn("discord: cannot resume where told, trying the general address", "cause", err)
	}
	address, err := s.where(ctx)
	if err != nil {
		return nil, err
	}
	ws, err := s.dialAt(ctx, address)
	if err != nil {
		s.forget()
	}
	return ws, err
}

func (s *shard) dialAt(ctx context.Context, address string) (*websocket.Conn, error) {
	target, err := s.dialURL(address)
	if err != nil {
		return nil, err
	}
	ctx, cancel := context.WithTimeout(ctx, s.times.opening)
	defer cancel()
	dialer := websocket.Dialer{Proxy: http.ProxyFromEnvironment}
	ws, resp, err := dialer.DialContext(ctx, target, http.Header{"User-Agent": {s.rest.UserAgent}})
	if err != nil && resp != nil {
		return nil, fmt.Errorf("%w: answered %d", err, resp.StatusCode)
	}
	return ws, err
}

// set notes whether the shard is ready.
func (s *shard) set(ready bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.ready != ready {
		s.ready, s.since = ready, time.Now()
	}
	s.owed = time.Time{}
}

// owe notes that a heartbeat was sent, or that it was acknowledged.
func (s *shard) owe(owed bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	switch {
	case !owed:
		s.owed = time.Time{}
	case s.owed.IsZero():
		s.owed = time.Now()
	}
}

// owes says whether a heartbeat is not acknowledged.
func (s *shard) owes() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return !s.owed.IsZero()
}

func (s *shard) health() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	switch {
	case !s.ready:
		return fmt.Errorf("not connected for %v", time.Since(s.since).Round(time.Second))
	case !s.owed.IsZero() && time.Since(s.owed) > s.times.ack:
		return fmt.Errorf("no heartbeat acknowledged for %v", time.Since(s.owed).Round(time.Second))
	}
	return nil
}

// between returns a random duration from a fifth of d to d.
func between(d time.Duration) time.Duration { return d/5 + rand.N(d-d/5) }
