package discord

import (
	"fmt"
	"io"
	"log/slog"
	"math"
	"net/http"
	"net/http/httptest"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"
)

// transport is an http.RoundTripper made of a function.
type transport func(*http.Request) (*http.Response, error)

func (t transport) RoundTrip(r *http.Request) (*http.Response, error) { return t(r) }

// respond is an answer with headers, name and value in turn.
func respond(status int, body string, headers ...string) *http.Response {
	h := make(http.Header)
	for i := 0; i < len(headers); i += 2 {
		h.Set(headers[i], headers[i+1])
	}
	return &http.Response{StatusCode: status, Header: h, Body: io.NopCloser(strings.NewReader(body))}
}

// restTo returns a client whose calls go to a function.
func restTo(t transport) (*rest, *logBuffer) {
	log := new(logBuffer)
	r := newRest("http://discord.example/api/v10", "secret", "1.2.3", slog.New(slog.NewTextHandler(log, nil)), &brisk)
	r.client = &http.Client{Transport: t}
	return r, log
}

func TestUserAgent(t *testing.T) {
	t.Parallel()
	r, _ := restTo(func(req *http.Request) (*http.Response, error) {
		if got, want := req.Header.Get("User-Agent"), "DiscordBot ("+home+", 1.2.3)"; got != want {
			t.Errorf("User-Agent %q, want %q", got, want)
		}
		return respond(204, ""), nil
	})
	if err := r.do(t.Context(), call{method: "GET", path: "/users/@me"}, nil); err != nil {
		t.Error(err)
	}
}

// TestLimitsTold answers one call with a limit and looks which of the calls
// after it are held back.
func TestLimitsTold(t *testing.T) {
	t.Parallel()
	const told = 150 * time.Millisecond
	var (
		first    = call{method: "POST", path: "/channels/1/messages", again: true}
		same     = call{method: "POST", path: "/channels/1/messages"}
		channel  = call{method: "POST", path: "/channels/2/messages"}
		method   = call{method: "GET", path: "/channels/1/messages"}
		callback = call{method: "POST", path: "/interactions/1/t/callback"}
		followUp = call{method: "POST", path: "/webhooks/1/t"}
	)
	tests := []struct {
		name       string
		answer     func() *http.Response
		held, free []call
	}{
		{"429 with a body", func() *http.Response { return respond(429, `{"retry_after":0.15,"global":false}`) },
			[]call{same}, []call{channel, method, callback, followUp}},
		{"429 with a header only", func() *http.Response { return respond(429, `<html>`, "Retry-After", "0.15") },
			[]call{same}, []call{channel, method, callback, followUp}},
		{"429 for all, in the body", func() *http.Response { return respond(429, `{"retry_after":0.15,"global":true}`) },
			[]call{same, channel, method}, []call{callback, followUp}},
		{"429 for all, in the header", func() *http.Response {
			return respond(429, `{"retry_after":0.15}`, "X-RateLimit-Global", "true")
		}, []call{same, channel, method}, []call{callback, followUp}},
		{"the last of a bucket", func() *http.Response {
			return respond(200, `{}`, "X-RateLimit-Remaining", "0", "X-RateLimit-Reset-After", "0.15")
		}, []call{same}, []call{channel, method, callback, followUp}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			var mu sync.Mutex
			var limited time.Time
			var after []string // calls sent within the time told
			r, _ := restTo(func(req *http.Request) (*http.Response, error) {
				mu.Lock()
				defer mu.Unlock()
				if limited.IsZero() {
					limited = time.Now()
					return tt.answer(), nil
				}
				if time.Since(limited) < told-5*time.Millisecond {
					after = append(after, req.Method+" "+strings.TrimPrefix(req.URL.Path, "/api/v10"))
				}
				return respond(200, "{}"), nil
			})
			var all sync.WaitGroup
			all.Go(func() {
				if err := r.do(t.Context(), first, nil); err != nil {
					t.Error(err)
				}
			})
			for { // until it is known
				mu.Lock()
				known := !limited.IsZero()
				mu.Unlock()
				time.Sleep(10 * time.Millisecond)
				if known {
					break
				}
			}
			// First those that are free: they come through while the others wait.
			for _, c := range append(tt.free, tt.held...) {
				all.Go(func() {
					if err := r.do(t.Context(), c, nil); err != nil {
						t.Error(err)
					}
				})
			}
			all.Wait()
			got := strings.Join(after, "\n")
			for _, c := range tt.held {
				if strings.Contains(got+"\n", c.method+" "+c.path+"\n") {
					t.Errorf("%s %s was sent too early", c.method, c.path)
				}
			}
			if !strings.Contains(got, callback.path) {
				t.Errorf("the acknowledgement was held back; sent early: %q", got)
			}
		})
	}
}

func TestRoute(t *testing.T) {
	t.Parallel()
	for path, want := range map[string]string{
		"/channels/12/messages":       "GET /channels/12/messages",
		"/channels/12/messages/34":    "GET /channels/12/messages/{id}",
		"/channels/12/messages?x=y":   "GET /channels/12/messages",
		"/users/@me":                  "GET /users/@me",
		"/applications/1/commands/23": "GET /applications/1/commands/{id}",
	} {
		c := call{method: "GET", path: path}
		if got := c.route(); got != want {
			t.Errorf("route of %s: %q, want %q", path, got, want)
		}
	}
}

func TestSeconds(t *testing.T) {
	t.Parallel()
	for s, want := range map[string]time.Duration{
		"": 0, "x": 0, "0": 0, "-1": 0, "NaN": 0, "0.5": 500 * time.Millisecond, "2": 2 * time.Second,
		"1e300": maxTold, "Inf": maxTold, "-Inf": 0,
	} {
		if got := seconds(s); got != want {
			t.Errorf("seconds(%q) = %v, want %v", s, got, want)
		}
	}
}

// TestPace asks for as many calls as are allowed, at every millisecond of ten
// seconds, and counts them in every second.
func TestPace(t *testing.T) {
	t.Parallel()
	l := newLimits(slog.New(slog.DiscardHandler))
	start := time.Now()
	var sent []time.Time
	for ms := range 10_000 {
		for now := start.Add(time.Duration(ms) * time.Millisecond); l.pace.AllowN(now, 1); {
			sent = append(sent, now)
		}
	}
	if len(sent) < 10*callRate {
		t.Errorf("only %d calls in ten seconds", len(sent))
	}
	for i, from := range sent {
		n := 0
		for _, at := range sent[i:] {
			if at.Sub(from) < time.Second {
				n++
			}
		}
		if n > 50 {
			t.Fatalf("%d calls within a second, Discord allows 50", n)
		}
	}
}

// TestInvalidCallsPause refuses calls until the bot pauses, on its own account
// and with one line about it, and goes on after a while.
func TestInvalidCallsPause(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name   string
		answer func() *http.Response
		pauses bool
	}{
		{"401", func() *http.Response { return respond(401, "{}") }, true},
		{"403", func() *http.Response { return respond(403, "{}") }, true},
		{"429", func() *http.Response { return respond(429, `{"retry_after":0.001}`) }, true},
		{"429 for a thing that others use too", func() *http.Response {
			return respond(429, `{"retry_after":0.001}`, "X-RateLimit-Scope", "shared")
		}, false},
		{"404", func() *http.Response { return respond(404, "{}") }, false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			r, log := restTo(func(*http.Request) (*http.Response, error) { return tt.answer(), nil })
			r.limits.most, r.limits.window = 20, 400*time.Millisecond
			r.limits.counted = time.Now()
			for i := range 40 { // the pause does not hold these back, and begins once
				r.do(t.Context(), call{method: "PUT", path: fmt.Sprintf("/webhooks/1/t%d", i)}, nil)
			}
			paused := time.Now().Before(r.limits.stopped)
			began := time.Now()
			r.do(t.Context(), call{method: "GET", path: "/users/@me"}, nil)
			if took := time.Since(began); paused && took < 100*time.Millisecond && began.Add(100*time.Millisecond).Before(r.limits.stopped) {
				t.Errorf("a call was sent %v into the pause", took)
			}
			if lines := strings.Count(log.String(), "pausing"); lines > 1 || lines == 1 != tt.pauses {
				t.Errorf("%d lines about a pause: %s", lines, log)
			}
		})
	}
}

// TestRepeats counts how often a call is sent that fails.
func TestRepeats(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name   string
		answer func() (*http.Response, error)
		again  bool
		want   int
	}{
		{"500, repeatable", func() (*http.Response, error) { return respond(500, "{}"), nil }, true, attempts},
		{"500, not repeatable", func() (*http.Response, error) { return respond(500, "{}"), nil }, false, 1},
		{"broken, repeatable", func() (*http.Response, error) { return nil, io.ErrUnexpectedEOF }, true, attempts},
		{"broken, not repeatable", func() (*http.Response, error) { return nil, io.ErrUnexpectedEOF }, false, 1},
		{"429, not repeatable", func() (*http.Response, error) { return respond(429, `{"retry_after":0.001}`), nil }, false, attempts},
		{"400", func() (*http.Response, error) { return respond(400, "{}"), nil }, true, 1},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			n := 0
			r, _ := restTo(func(*http.Request) (*http.Response, error) { n++; return tt.answer() })
			if err := r.do(t.Context(), call{name: "x", method: "POST", path: "/channels/1/messages", again: tt.again}, nil); err == nil {
				t.Error("no error")
			}
			if n != tt.want {
				t.Errorf("sent %d times, want %d", n, tt.want)
			}
		})
	}
}

// endless is a body without an end.
type endless struct{ read int }

func (e *endless) Read(p []byte) (int, error) {
	for i := range p {
		p[i] = ' '
	}
	e.read += len(p)
	return len(p), nil
}

func (e *endless) Close() error { return nil }

func TestEndlessAnswer(t *testing.T) {
	t.Parallel()
	for _, status := range []int{200, 400, 500} {
		body := new(endless)
		r, _ := restTo(func(*http.Request) (*http.Response, error) {
			return &http.Response{StatusCode: status, Header: http.Header{}, Body: body}, nil
		})
		var out any
		r.do(t.Context(), call{method: "GET", path: "/users/@me"}, &out)
		if body.read > 2*answerBytes {
			t.Errorf("%d: %d bytes were read", status, body.read)
		}
	}
}

// TestEditsInParallel lets edits through only when all of them are there.
func TestEditsInParallel(t *testing.T) {
	t.Parallel()
	const edits = 30
	var here sync.WaitGroup
	here.Add(edits)
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		here.Done()
		here.Wait()
		w.Write([]byte("{}"))
	}))
	defer srv.Close()
	r := newRest(srv.URL, "secret", "", slog.New(slog.DiscardHandler), &brisk)
	var all sync.WaitGroup
	for i := range edits {
		all.Go(func() {
			if err := r.do(t.Context(), call{method: "PATCH", path: fmt.Sprintf("/webhooks/1/t%d/messages/@original", i)}, nil); err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
}

// TestNothingIsKept answers very many interactions, and some messages in very
// many channels. It is not parallel: it looks at the heap.
func TestNothingIsKept(t *testing.T) {
	r, _ := restTo(func(req *http.Request) (*http.Response, error) {
		if strings.HasSuffix(req.URL.Path, "7/callback") {
			return respond(429, `{"retry_after":0.000001}`, "X-RateLimit-Remaining", "0", "X-RateLimit-Reset-After", "1000"), nil
		}
		reset := "0.0001"
		if strings.Contains(req.URL.Path, "/webhooks/") {
			reset = "1000"
		}
		return respond(200, "{}", "X-RateLimit-Bucket", req.URL.Path, "X-RateLimit-Remaining", "0", "X-RateLimit-Reset-After", reset), nil
	})
	r.limits.most = math.MaxInt
	r.limits.pace.SetLimit(1e9)
	r.limits.pace.SetBurst(1e9)
	heap := func() uint64 {
		var m runtime.MemStats
		runtime.GC()
		runtime.GC()
		runtime.ReadMemStats(&m)
		return m.HeapAlloc
	}
	before := heap()
	for i := range 100_000 {
		c := call{method: "PATCH", path: fmt.Sprintf("/webhooks/1/interaction-token-%d/messages/@original", i)}
		switch {
		case i%100 == 0:
			c = call{method: "POST", path: fmt.Sprintf("/interactions/%d/token-%d7/callback", i, i)}
		case i%10 == 0:
			c = call{method: "POST", path: fmt.Sprintf("/channels/%d/messages", i)}
		}
		r.do(t.Context(), c, nil)
	}
	if after := heap(); after > before+1<<20 {
		t.Errorf("the heap grew by %d KiB", (after-before)>>10)
	}
	runtime.KeepAlive(r)
}
