// Package discordtest is a Discord to test against: the REST API and the
// gateway as far as a bot of slash commands and messages needs them, in this
// process. It is strict. What the documentation forbids (rules.go) or, with
// SPECS set, the machine-readable specification does (spec.go), fails the test
// as well as the call. Faults can be planned for both sides (fault.go).
//
// A test talks to the bot as a Person and gets back what that person would
// read (read.go).
package discordtest

import (
	"crypto/ed25519"
	"fmt"
	"net/http"
	"net/http/httptest"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"
)

// patience is how long the kit waits for something that ought to happen soon.
const patience = 20 * time.Second

// Config changes how the fake behaves. The zero value is Discord's behaviour.
type Config struct {
	Lenient    bool          // violations are noted but do not fail the test
	Heartbeat  time.Duration // interval of heartbeats; 0 is Discord's 41.25 s
	AckWithin  time.Duration // time to acknowledge an interaction; 0 is 3 s
	TokenLives time.Duration // life of an interaction's token; 0 is 15 min

	Shards         int           // recommended; 0 is 1
	MustShard      int           // fewer shards are refused with 4011
	MaxConcurrency int           // buckets of IDENTIFYs; 0 is 1
	IdentifyEvery  time.Duration // least time between two of a bucket; 0 is any, Discord's is 5 s
	NoStarts       time.Duration // for so long no session start is left
}

// Server is the fake Discord.
type Server struct {
	// Token is the bot's. The fake refuses any other.
	Token string
	// Idle blocks until the bot has nothing in flight. Only the bot can know
	// that no further message is coming, so a Person needs it; set it before.
	Idle func()

	t    testing.TB
	cfg  Config
	http *httptest.Server
	cdn  *httptest.Server
	spec *spec
	born time.Time
	key  ed25519.PrivateKey // of the application, for interactions by HTTP

	slack time.Duration // how much later than due a heartbeat may come, for slow machines

	mu         sync.Mutex
	changed    *sync.Cond
	nextID     uint64
	violations []string
	calls      []Call
	faults     []*Fault
	world
	gateway
	endpoint string // where interactions go by HTTP; "" is over the gateway
}

// world is what Discord remembers.
type world struct {
	commands     []command
	channels     map[string]*channel
	people       map[string]*Person // by id
	noThreads    bool
	interactions map[string]*interaction // by token
	messages     []*Message              // in the order of their making
	byID         map[string]*Message
	byNonce      map[nonce]*Message
	uploads      map[string]File // by the path and query of their address
	stray        http.Handler    // serves downloads instead; nil is as it should be
}

// The bot, as everybody sees it.
const (
	BotID   = "1400000000000000001"
	BotName = "rapporteur"
	AppID   = "1400000000000000002" // not the bot's id, as with old applications
)

const guildID = "1400000000000000003"

// New starts a fake that stops with the test.
func New(t testing.TB, cfg Config) *Server {
	t.Helper()
	if cfg.Heartbeat == 0 {
		cfg.Heartbeat = 41250 * time.Millisecond
	}
	if cfg.AckWithin == 0 {
		cfg.AckWithin = 3 * time.Second
	}
	if cfg.TokenLives == 0 {
		cfg.TokenLives = 15 * time.Minute
	}
	cfg.MaxConcurrency = max(cfg.MaxConcurrency, 1)
	s := &Server{
		Token:  "MTQwMDAwMDAwMDAwMDAwMDAwMQ.Fake-1.a_token_for_tests_only",
		Idle:   func() {},
		t:      t,
		cfg:    cfg,
		nextID: 1500000000000000000,
		born:   time.Now(),
		slack:  5 * time.Second,
		world: world{
			channels:     make(map[string]*channel),
			people:       make(map[string]*Person),
			interactions: make(map[string]*interaction),
			byID:         make(map[string]*Message),
			byNonce:      make(map[nonce]*Message),
			uploads:      make(map[string]File),
		},
		gateway: gateway{identified: make(map[int]time.Time)},
	}
	_, s.key, _ = ed25519.GenerateKey(nil) // never fails
	s.changed = sync.NewCond(&s.mu)
	s.spec = loadSpec(t)
	s.http = httptest.NewServer(s.routes())
	s.cdn = httptest.NewServer(http.HandlerFunc(s.serveFile))
	t.Cleanup(s.stop)
	return s
}

// URL is the base of the REST API.
func (s *Server) URL() string { return s.http.URL + "/api/v10" }

// stop shuts the fake down and reports what the bot did wrong.
func (s *Server) stop() {
	s.Drop()
	s.http.CloseClientConnections()
	s.http.Close()
	s.cdn.CloseClientConnections()
	s.cdn.Close()
	if s.cfg.Lenient {
		return
	}
	for _, v := range s.Violations() {
		s.t.Errorf("discord's contract: %s", v)
	}
}

// Call is a REST call the bot made.
type Call struct {
	Method string
	Route  string // as the specification writes it, such as /channels/{channel_id}/messages
	Body   string // the JSON of it
	Files  []File // sent with it
	Status int    // of the answer; 0 if there was none
	At     time.Time
}

// Calls returns the calls so far whose method and route begin and end so.
func (s *Server) Calls(method, suffix string) []Call {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.callsLocked(method, suffix)
}

func (s *Server) callsLocked(method, suffix string) (list []Call) {
	for _, c := range s.calls {
		if strings.HasPrefix(c.Method, method) && strings.HasSuffix(c.Route, suffix) {
			list = append(list, c)
		}
	}
	return list
}

// Violations returns what the bot did wrong so far.
func (s *Server) Violations() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]string(nil), s.violations...)
}

// violate notes something the bot did wrong. s.mu is held.
func (s *Server) violate(format string, args ...any) {
	s.violations = append(s.violations, fmt.Sprintf(format, args...))
	s.changed.Broadcast()
}

// WaitCalls waits until the bot has made at least n calls of that kind.
func (s *Server) WaitCalls(t testing.TB, n int, method, suffix string) []Call {
	t.Helper()
	s.wait(t, fmt.Sprintf("%d × %s …%s", n, method, suffix), func() bool {
		return len(s.callsLocked(method, suffix)) >= n
	})
	return s.Calls(method, suffix)
}

// WaitSaid waits until the bot has sent a message in which the text stands.
func (s *Server) WaitSaid(t testing.TB, text string) {
	t.Helper()
	s.wait(t, fmt.Sprintf("a message with %q", text), func() bool {
		return slices.ContainsFunc(s.messages, func(m *Message) bool { return m.Author == BotID && strings.Contains(m.Read(), text) })
	})
}

// wait blocks until cond, which is called with s.mu held, is true.
func (s *Server) wait(t testing.TB, what string, cond func() bool) {
	t.Helper()
	end := time.Now().Add(patience)
	wake := time.AfterFunc(patience, s.changed.Broadcast)
	defer wake.Stop()
	s.mu.Lock()
	defer s.mu.Unlock()
	for !cond() {
		if !time.Now().Before(end) {
			t.Fatalf("waited %v in vain for: %s", patience, what)
		}
		s.changed.Wait()
	}
}

// id makes a new snowflake. s.mu is held.
func (s *Server) id() string {
	s.nextID++
	return strconv.FormatUint(s.nextID, 10)
}
