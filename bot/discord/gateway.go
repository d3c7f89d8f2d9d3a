package discord

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/bwmarrin/discordgo"
	"github.com/gorilla/websocket"

	"rapporteur/bot"
)

// intents are the events asked for. None is privileged: Discord delivers the
// content of messages that mention the bot and of direct messages without the
// message content intent (events/gateway.mdx, "Message Content Intent").
const intents = discordgo.IntentGuildMessages | discordgo.IntentDirectMessages

// Discord resets a bot's token after 1000 IDENTIFYs in a day
// (events/gateway.mdx, "Identifying"). A connection can cost two, so half of
// that, less a margin for other programs with the same token.
const (
	maxIdentifies  = 450
	identifyWindow = 24 * time.Hour
)

const errToken bot.SetupError = "discord refused the token: check RAPPORTEUR_DISCORD_TOKEN"

// fatal are the close codes after which connecting again cannot help
// (topics/opcodes-and-status-codes.mdx, "Gateway Close Event Codes").
var fatal = map[int]error{
	4004: errToken,
	4010: bot.SetupError("discord refused the shard (close code 4010)"),
	4011: bot.SetupError("discord asks for shards, which this program has not (close code 4011): the bot is on too many servers"),
	4012: bot.SetupError("discord refused the gateway version (close code 4012)"),
	4013: bot.SetupError("discord refused the intents as invalid (close code 4013)"),
	4014: bot.SetupError("discord refused disallowed intents (close code 4014): switch on what the bot asks for under Bot, Privileged Gateway Intents, in the developer portal"),
}

// gateway keeps one connection to Discord's gateway. discordgo does the
// protocol; when to connect again, and with which session, is decided here,
// since discordgo would do so for ever, at any rate and under its own lock.
type gateway struct {
	rest     *rest
	log      *slog.Logger
	times    *timing
	dispatch func(event string, data json.RawMessage)

	mu    sync.Mutex
	live  *session  // nil while not ready
	since time.Time // when it became so
	ack   time.Time // last acknowledgement seen

	identifies []time.Time // within the last identifyWindow; used by run only
}

// session is a discordgo session with what must be known of it without taking
// its lock, which discordgo holds for as long as Open takes.
type session struct {
	*discordgo.Session
	conn  atomic.Pointer[conn] // of the current attempt; nil before dialling
	ready chan string          // READY or RESUMED has come
	spent atomic.Bool          // not to be opened again, nor finish opening
}

// run connects, and connects again, until ctx ends or Discord refuses for good.
func (g *gateway) run(ctx context.Context) error {
	g.set(nil)
	failures := 0
	var s *session          // nil: identify afresh
	var asked time.Duration // how long Discord told us to stay away
	for first := true; ; first = false {
		if !first && sleep(ctx, max(asked, g.wait(failures, s))) != nil || ctx.Err() != nil {
			return nil
		}
		asked = 0
		if s == nil {
			s = g.newSession()
		}
		c, err := g.open(ctx, s)
		if err != nil {
			if ctx.Err() != nil {
				return nil
			}
			if err := final(err); err != nil {
				return err
			}
			var limit *discordgo.RateLimitError
			if errors.As(err, &limit) && limit.RateLimit != nil && limit.TooManyRequests != nil {
				asked = limit.RetryAfter
			}
			failures++
			g.log.Warn("discord: cannot connect", "cause", g.rest.scrub(err.Error()), "failures", failures)
			if s.spent.Load() {
				s = nil
			}
			continue
		}
		g.log.Info("discord: connected")
		start := time.Now()
		g.set(s)
		keep := g.watch(ctx, s, c)
		g.set(nil)
		if ctx.Err() != nil {
			g.leave(s, c)
			return nil
		}
		failures++
		if time.Since(start) > g.times.settled {
			failures = 0
		}
		if !keep {
			s = nil
		}
		g.log.Info("discord: connection lost", "resume", keep)
	}
}

// wait says how long to wait before connecting.
func (g *gateway) wait(failures int, s *session) time.Duration {
	d := g.times.step
	for range min(failures, 16) {
		d = min(2*d, g.times.most)
	}
	d = jitter(d)
	if s != nil && failures <= 1 {
		d /= 4 // to resume costs no IDENTIFY, and somebody may be waiting
	}
	now := time.Now()
	for len(g.identifies) > 0 && now.Sub(g.identifies[0]) > identifyWindow {
		g.identifies = g.identifies[1:]
	}
	if len(g.identifies) >= maxIdentifies {
		d = max(d, g.identifies[0].Add(identifyWindow).Sub(now))
		g.log.Error("discord: identified too often today; waiting lest the token is reset", "wait", d)
	}
	return d
}

// newSession prepares a discordgo session that does nothing on its own.
func (g *gateway) newSession() *session {
	d, _ := discordgo.New("Bot " + g.rest.token) // never fails
	s := &session{Session: d, ready: make(chan string, 1)}
	d.LogLevel = -1 // it writes to standard error otherwise
	d.ShouldReconnectOnError = false
	d.ShouldRetryOnRateLimit = false
	d.MaxRestRetries = 0
	d.StateEnabled = false
	d.Compress = false
	d.SyncEvents = true // events in order; dispatch does not block
	d.Identify.Intents = intents
	d.Client = &http.Client{Timeout: callTimeout, Transport: rewrite{g.rest}}
	dialer := &net.Dialer{Timeout: callTimeout}
	d.Dialer = &websocket.Dialer{
		Proxy:            http.ProxyFromEnvironment,
		HandshakeTimeout: callTimeout,
		NetDialContext: func(ctx context.Context, network, addr string) (net.Conn, error) {
			raw, err := dialer.DialContext(ctx, network, addr)
			if err != nil {
				return nil, err
			}
			c := newConn(raw, g.times.silence)
			s.conn.Store(c)
			if s.spent.Load() {
				c.Close()
				return nil, net.ErrClosed
			}
			return c, nil
		},
	}
	// discordgo says so just before it begins to listen, and to answer op 9.
	d.AddHandler(func(*discordgo.Session, *discordgo.Connect) { s.conn.Load().opened.Store(true) })
	// The raw event, not discordgo's structs: those come out empty when they
	// hold a component type it does not know.
	d.AddHandler(func(_ *discordgo.Session, e *discordgo.Event) {
		if e.Type == "READY" || e.Type == "RESUMED" {
			select {
			case s.ready <- e.Type:
			default:
			}
		}
		g.dispatch(e.Type, e.RawData)
	})
	return s
}

// open opens s and waits until Discord has said READY or RESUMED. discordgo's
// Open has no limit of its own, and never returns if Discord asks it to
// reconnect meanwhile (op 7): it then waits for the lock it holds. Such a session
// is spent, as is one that Discord has refused; one that could not reach
// Discord is not.
func (g *gateway) open(ctx context.Context, s *session) (*conn, error) {
	ctx, cancel := context.WithTimeout(ctx, g.times.opening)
	defer cancel()
	s.conn.Store(nil)
	select {
	case <-s.ready: // of an earlier connection
	default:
	}
	opened := make(chan error, 1)
	go func() { opened <- s.Open() }()

	spend := func(err error) (*conn, error) {
		s.spent.Store(true) // before looking for a connection that is just being made
		if c := s.conn.Load(); c != nil {
			c.Close()
			g.identified()
		}
		return nil, err
	}
	select {
	case err := <-opened:
		if err != nil && s.conn.Load() == nil {
			return nil, err
		}
		if err != nil {
			return spend(err)
		}
	case <-ctx.Done():
		return spend(errors.New("the gateway did not answer in time"))
	}
	c := s.conn.Load()
	select {
	case event := <-s.ready:
		if event == "READY" {
			g.identified()
		}
		return c, nil
	case <-c.closed:
		return spend(errors.New("the gateway closed the connection before it was ready"))
	case <-ctx.Done():
		return spend(errors.New("the gateway was not ready in time"))
	}
}

// identified counts an IDENTIFY.
func (g *gateway) identified() { g.identifies = append(g.identifies, time.Now()) }

// watch returns when the connection is over, and says whether the session may
// be resumed.
func (g *gateway) watch(ctx context.Context, s *session, c *conn) bool {
	tick := time.NewTicker(g.times.ack / 8)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return false
		case <-c.closed:
			return true
		case <-tick.C:
			if g.ackAge() > g.times.ack {
				// Whatever discordgo is stuck in, it is left behind.
				c.Close()
				return false
			}
		}
	}
}

// leave says good-bye to Discord, which otherwise shows the bot as present for
// a while. Close then waits a second for nothing, and may be stuck, so that it
// gets only the time to say it.
func (g *gateway) leave(s *session, c *conn) {
	go s.Close()
	select {
	case <-c.broken:
	case <-c.closed:
	case <-time.After(100 * time.Millisecond):
	}
	c.Close()
}

// final returns what to report if connecting again is pointless after err, and
// nil otherwise.
func final(err error) error {
	var closed *websocket.CloseError
	if errors.As(err, &closed) {
		return fatal[closed.Code]
	}
	var refused *discordgo.RESTError
	if errors.As(err, &refused) && refused.Response.StatusCode == http.StatusUnauthorized {
		return errToken
	}
	return nil
}

// set notes that s is ready, or with nil that nothing is.
func (g *gateway) set(s *session) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.live, g.since, g.ack = s, time.Now(), time.Now()
}

// ackAge says how long ago a heartbeat was last acknowledged.
func (g *gateway) ackAge() time.Duration {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.live != nil && g.live.TryRLock() { // not RLock: discordgo may never let go
		if at := g.live.LastHeartbeatAck; at.After(g.ack) {
			g.ack = at
		}
		g.live.RUnlock()
	}
	return time.Since(g.ack)
}

func (g *gateway) health() error {
	g.mu.Lock()
	live, since := g.live, g.since
	g.mu.Unlock()
	if since.IsZero() {
		return errors.New("discord: not started")
	}
	if live == nil {
		return fmt.Errorf("discord: not connected for %v", time.Since(since).Round(time.Second))
	}
	if age := g.ackAge(); age > g.times.ack {
		return fmt.Errorf("discord: no heartbeat acknowledged for %v", age.Round(time.Second))
	}
	return nil
}

// rewrite sends discordgo's one REST call, GET /gateway, to the configured API
// instead of the address compiled into it, and asks /gateway/bot where there is
// no /gateway.
type rewrite struct{ rest *rest }

func (t rewrite) RoundTrip(req *http.Request) (*http.Response, error) {
	path := strings.TrimPrefix(req.URL.String(), strings.TrimSuffix(discordgo.EndpointAPI, "/"))
	send := func(path string) (*http.Response, error) {
		u, err := url.Parse(t.rest.base + path)
		if err != nil {
			return nil, err
		}
		r := req.Clone(req.Context())
		r.URL, r.Host = u, u.Host
		return t.rest.client.Transport.RoundTrip(r)
	}
	resp, err := send(path)
	if err == nil && resp.StatusCode == http.StatusNotFound && path == "/gateway" {
		resp.Body.Close()
		return send("/gateway/bot")
	}
	return resp, err
}
