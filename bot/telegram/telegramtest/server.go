// Package telegramtest is a Bot API that lives in a test: an HTTP server that
// holds a bot to the contract, and the people who talk to that bot.
//
// People speak, press buttons, type inline queries and call the bot in as a
// guest; groups have members, and become supergroups; webhooks are delivered to.
// The server speaks plain HTTP, so that the bot may live in another process.
//
// Every call is checked against the published descriptions of the API (see
// WithSpecs) and the limits those give in prose (the rules files). Whatever the real
// server would refuse, and much it would put up with, fails the test. The real
// server's faults can be ordered with Fail and the options.
//
// A server belongs to one test and shares nothing, so tests may run in parallel.
package telegramtest

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"
)

const (
	// Token is the one the server accepts.
	Token = "123456789:no-token-but-of-the-shape-of-one"
	// Name is the bot's user name, ID its number.
	Name = "rapporteur_bot"
	ID   = 123456789
	// patience is how long anything is waited for; a test that gets there is lost.
	patience = 20 * time.Second
)

// Call is a call of a method as the server got it.
type Call struct {
	Method string
	Params map[string]any
	Files  map[string]File // uploaded with it, by parameter
	Time   time.Time
}

// Server is a Bot API server and the world behind it. All its methods may be
// called at any time from any goroutine, except those that say otherwise.
type Server struct {
	t     testing.TB
	http  *httptest.Server
	specs *specs
	gone  chan struct{} // closed when the test is over

	without  []string // methods it does not have
	noHold   bool     // polls are never held
	tolerant bool     // violations are only recorded
	rate     Rate
	limits   *Limits
	onDisk   bool          // files are where the server is, as with --local
	loopback bool          // webhooks may be plain HTTP on this machine
	life     time.Duration // of inline queries and presses; 0 is the usual

	mu         sync.Mutex
	changed    chan struct{} // closed and replaced when anything changes
	calls      []Call
	violations []string
	faults     []fault
	allowed    []string // update types asked for; nil before the first poll
	queue      []*update
	made       map[int64]json.RawMessage // every update by its number
	lastUpdate int64
	poller     chan struct{} // closed to end the poll being held
	hook       webhook
	chats      map[int64]*Chat
	people     map[int64]*Person
	lastChat   int64
	lastQuery  int64
	presses    map[string]*Press
	queries    map[string]*Query
	guests     map[string]*Guest
	stored     []*File             // what can be fetched; a file's id tells its place
	inline     map[string]*Message // messages sent via the bot, by inline_message_id
	commands   map[menu][]Command
	chaos      *chaos
	arrivals   arrivals
	ended      bool
}

// Option changes how a server behaves.
type Option func(*Server)

// Without makes a server that does not know the methods, as simple imitations
// of the Bot API do.
func Without(methods ...string) Option { return func(s *Server) { s.without = methods } }

// WithoutHold makes a server that answers every poll at once.
func WithoutHold() Option { return func(s *Server) { s.noHold = true } }

// Tolerant makes a server that records violations without failing the test.
func Tolerant() Option { return func(s *Server) { s.tolerant = true } }

// WithWebhook makes a server on which a webhook is set.
func WithWebhook() Option { return func(s *Server) { s.hook = someHook } }

// WithRate makes a server that answers 429 to more than n messages to one chat
// in the time.
func WithRate(n int, in time.Duration) Option { return func(s *Server) { s.rate = Rate{n, in} } }

// Rate is so many in a time.
type Rate struct {
	N  int
	In time.Duration
}

// WithSpecs makes a server that checks calls against telegram-api.json and
// telegram-10.3-params.schema.json in the folder.
func WithSpecs(folder string) Option {
	return func(s *Server) {
		var err error
		if s.specs, err = loadSpecs(folder); err != nil {
			s.t.Fatal(err)
		}
	}
}

// New starts a server that stops with the test. The environment variable SPECS,
// if set, is taken as WithSpecs.
func New(t testing.TB, opts ...Option) *Server {
	t.Helper()
	s := &Server{
		t:          t,
		gone:       make(chan struct{}),
		changed:    make(chan struct{}),
		made:       map[int64]json.RawMessage{},
		chats:      map[int64]*Chat{},
		people:     map[int64]*Person{},
		presses:    map[string]*Press{},
		queries:    map[string]*Query{},
		guests:     map[string]*Guest{},
		inline:     map[string]*Message{},
		commands:   map[menu][]Command{},
		lastUpdate: 8_000_000,
		lastChat:   1000,
	}
	if folder := os.Getenv("SPECS"); folder != "" {
		WithSpecs(folder)(s)
	} else {
		t.Log("telegramtest: SPECS is not set, calls are not checked against the published descriptions")
	}
	for _, o := range opts {
		o(s)
	}
	s.http = httptest.NewServer(s)
	delivered := make(chan struct{})
	go func() {
		defer close(delivered)
		s.deliver()
	}()
	t.Cleanup(func() {
		close(s.gone)
		<-delivered
		s.http.Close()
		s.End()
	})
	return s
}

// HasSpecs reports whether calls are checked against the published descriptions.
func (s *Server) HasSpecs() bool { return s.specs != nil }

// URL is where the server is, for the bot's configuration.
func (s *Server) URL() string { return s.http.URL }

// Calls returns the calls so far, of one method or, for "", of all.
func (s *Server) Calls(method string) []Call {
	s.mu.Lock()
	defer s.mu.Unlock()
	if method == "" {
		return slices.Clone(s.calls)
	}
	var calls []Call
	for _, c := range s.calls {
		if c.Method == method {
			calls = append(calls, c)
		}
	}
	return calls
}

// Violations returns what the bot did against the contract.
func (s *Server) Violations() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.violations)
}

// Wait returns when cond holds and fails the test if that takes too long. It is
// called from the test's own goroutine; cond may use the server.
func (s *Server) Wait(what string, cond func() bool) {
	s.t.Helper()
	s.wait(s.t, what, cond)
}

func (s *Server) wait(t testing.TB, what string, cond func() bool) {
	t.Helper()
	end := time.After(patience)
	// What happens outside of the server, cond has to be asked about.
	tick := time.NewTicker(10 * time.Millisecond)
	defer tick.Stop()
	for {
		s.mu.Lock()
		changed := s.changed
		s.mu.Unlock()
		if cond() {
			return
		}
		select {
		case <-changed:
		case <-tick.C:
		case <-end:
			t.Fatalf("telegramtest: waited in vain for %s", what)
		}
	}
}

// touch tells all who wait that something has changed. The lock is held.
func (s *Server) touch() {
	close(s.changed)
	s.changed = make(chan struct{})
}

// violate records a breach of the contract. The lock is held.
func (s *Server) violate(format string, args ...any) {
	v := fmt.Sprintf(format, args...)
	s.violations = append(s.violations, v)
	if !s.tolerant {
		s.t.Errorf("telegramtest: %s", v)
	}
}

// A refusal is an error answer.
type refusal struct {
	code       int
	text       string
	retryAfter int   // seconds
	migratedTo int64 // the supergroup that a group has become
}

func bad(format string, args ...any) *refusal {
	return &refusal{code: http.StatusBadRequest, text: "Bad Request: " + fmt.Sprintf(format, args...)}
}

// ServeHTTP answers a call.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if rest, ok := strings.CutPrefix(r.URL.Path, "/file/bot"); ok {
		s.serveFile(w, r, rest)
		return
	}
	path, ok := strings.CutPrefix(r.URL.Path, "/bot")
	token, method, found := strings.Cut(path, "/")
	switch {
	case !ok || !found || method == "":
		respond(w, nil, &refusal{code: http.StatusNotFound, text: "Not Found"})
		return
	case token != Token:
		respond(w, nil, &refusal{code: http.StatusUnauthorized, text: "Unauthorized"})
		return
	}
	params, files, err := readParams(r)
	if err != nil {
		s.mu.Lock()
		s.violate("%s: %v", method, err)
		s.mu.Unlock()
		respond(w, nil, bad("%v", err))
		return
	}
	call := Call{Method: method, Params: params, Files: files, Time: time.Now()}
	s.mu.Lock()
	s.calls = append(s.calls, call)
	s.arrive(call)
	s.tries(call)
	f := s.fault(call)
	s.touch()
	s.mu.Unlock()
	if f != nil {
		f.strike(s, w, r, call)
		return
	}
	result, no := s.perform(r, call)
	respond(w, result, no)
}

// perform does what a call asks for.
func (s *Server) perform(r *http.Request, c Call) (any, *refusal) {
	if slices.Contains(s.without, c.Method) {
		return nil, &refusal{code: http.StatusNotFound, text: "Not Found: method not found"}
	}
	s.mu.Lock()
	s.check(c)
	s.mu.Unlock()
	if method, ok := methods[c.Method]; ok {
		return method(s, r, c)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.violate("the bot called %s, which this server does not have", c.Method)
	return nil, &refusal{code: http.StatusNotFound, text: "Not Found: method not found"}
}

// methods are what the server knows. All but getUpdates hold the lock.
var methods = map[string]func(*Server, *http.Request, Call) (any, *refusal){
	"getUpdates":             (*Server).getUpdates,
	"getMe":                  locked((*Server).getMe),
	"sendMessage":            locked((*Server).sendMessage),
	"sendPhoto":              locked((*Server).sendPhoto),
	"sendDocument":           locked((*Server).sendDocument),
	"getFile":                locked((*Server).getFile),
	"sendChatAction":         locked((*Server).sendChatAction),
	"editMessageText":        locked((*Server).editMessageText),
	"editMessageReplyMarkup": locked((*Server).editMessageReplyMarkup),
	"deleteMessage":          locked((*Server).deleteMessage),
	"answerCallbackQuery":    locked((*Server).answerCallbackQuery),
	"answerInlineQuery":      locked((*Server).answerInlineQuery),
	"answerGuestQuery":       locked((*Server).answerGuestQuery),
	"setMyCommands":          locked((*Server).setMyCommands),
	"deleteMyCommands":       locked((*Server).deleteMyCommands),
	"getChatAdministrators":  locked((*Server).getChatAdministrators),
	"getChatMember":          locked((*Server).getChatMember),
	"setWebhook":             locked((*Server).setWebhook),
	"deleteWebhook":          locked((*Server).deleteWebhook),
	"getWebhookInfo":         locked((*Server).getWebhookInfo),
}

func locked(method func(*Server, Call) (any, *refusal)) func(*Server, *http.Request, Call) (any, *refusal) {
	return func(s *Server, _ *http.Request, c Call) (any, *refusal) {
		s.mu.Lock()
		defer s.mu.Unlock()
		return method(s, c)
	}
}

func respond(w http.ResponseWriter, result any, no *refusal) {
	answer := map[string]any{"ok": true, "result": result}
	status := http.StatusOK
	if no != nil {
		status = no.code
		answer = map[string]any{"ok": false, "error_code": no.code, "description": no.text}
		switch {
		case no.retryAfter > 0:
			answer["parameters"] = map[string]any{"retry_after": no.retryAfter}
		case no.migratedTo != 0:
			answer["parameters"] = map[string]any{"migrate_to_chat_id": no.migratedTo}
		}
	}
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	// An error means that the bot has hung up, which is its right.
	_ = json.NewEncoder(w).Encode(answer)
}
