package discord

import (
	"bytes"
	"context"
	"crypto/ed25519"
	"encoding/json"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"rapporteur/bot"
	"rapporteur/bot/bottest"
	"rapporteur/bot/discord/discordtest"
)

// endpoint runs an adapter that gets its interactions by HTTP.
func endpoint(t *testing.T, srv *discordtest.Server, h bot.Handler, noGateway bool) (*running, http.Handler) {
	t.Helper()
	r := prepare(t, srv, h)
	r.publicKey, r.noGateway = srv.PublicKey(), noGateway
	page := r.Interactions()
	web := httptest.NewServer(page)
	t.Cleanup(web.Close)
	srv.SetEndpoint(t, web.URL)
	r.run(t)
	return r, page
}

// TestConversationsByHTTP holds the conversations with messages over the
// gateway and interactions by HTTP.
func TestConversationsByHTTP(t *testing.T) {
	bottest.Run(t, func(t *testing.T, h bot.Handler) bottest.Platform {
		srv := discordtest.New(t, discordtest.Config{})
		endpoint(t, srv, h, false)
		srv.WaitHandshakes(t, 1, 0)
		return srv.NewPerson()
	})
}

func TestNoGateway(t *testing.T) {
	t.Parallel()
	srv := discordtest.New(t, discordtest.Config{})
	srv.Plan(discordtest.Fault{Route: "/users/@me", Status: 503, Times: attempts + 1})
	srv.Plan(discordtest.Fault{Route: "/commands", Status: 403, Code: 50001})
	r, _ := endpoint(t, srv, echo, true)
	if err := r.Health(); err == nil {
		t.Error("healthy before the commands are registered")
	}
	p := srv.NewPerson()
	if got := p.Slash(t, "help", "", nil, ""); len(got) != 1 || !strings.Contains(got[0], "rapporteur") {
		t.Errorf("got %q", got)
	}
	r.waitHealthy(t)
	if n, m := srv.Handshakes(); n+m > 0 || len(srv.Calls("GET", "/gateway/bot")) > 0 {
		t.Errorf("%d IDENTIFYs, %d RESUMEs and a question for the gateway, want none", n, m)
	}
	r.stop()
	if err := r.end(t); err != nil {
		t.Errorf("Run: %v", err)
	}
	if r.Health() == nil {
		t.Error("healthy after the end")
	}
}

func TestNoGatewayRefused(t *testing.T) {
	t.Parallel()
	srv := discordtest.New(t, discordtest.Config{})
	srv.Plan(discordtest.Fault{Method: "GET", Status: 401, Times: -1})
	r, _ := endpoint(t, srv, echo, true)
	if err := r.end(t); err != errToken {
		t.Errorf("Run: %v, want %v", err, errToken)
	}
}

// counting is an adapter that counts the interactions it would answer.
func counting(t *testing.T, key ed25519.PublicKey) (*Adapter, http.Handler) {
	t.Helper()
	a, err := New(Config{Token: "t", Handler: echo, APIURL: "http://127.0.0.1:1", PublicKey: key, Logger: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel() // nothing is sent
	a.work = ctx
	return a, a.Interactions()
}

const pressed = `{"id":"%d","application_id":"1","type":2,"token":"t","data":{"name":"help","type":1}}`

func TestWebhookRefuses(t *testing.T) {
	t.Parallel()
	srv := discordtest.New(t, discordtest.Config{})
	body := fmt.Sprintf(pressed, 1)
	sign := func(body string, at time.Duration) *http.Request {
		return srv.Sign("/", []byte(body), time.Now().Add(at))
	}
	change := func(header, value string) *http.Request {
		req := sign(body, 0)
		if value == "" {
			req.Header.Del(header)
		} else {
			req.Header.Set(header, value)
		}
		return req
	}
	get := sign(body, 0)
	get.Method = http.MethodGet
	put := sign(body, 0)
	put.Method = http.MethodPut
	other := sign(body, 0)
	other.Body = sign(body+" ", 0).Body
	elsewhere := discordtest.New(t, discordtest.Config{}).Sign("/", []byte(body), time.Now())
	early := sign(body, 0)
	early.Header.Set("X-Signature-Timestamp", sign(body, -time.Second).Header.Get("X-Signature-Timestamp"))

	tests := []struct {
		name string
		req  *http.Request
		want int
	}{
		{"as it should be", sign(body, 0), 202},
		{"four minutes old", sign(body, -4*time.Minute), 202},
		{"four minutes ahead", sign(body, 4*time.Minute), 202},
		{"ping", sign(`{"id":"1","type":1}`, 0), 200},
		{"a type that is not known", sign(`{"id":"1","type":99,"data":{}}`, 0), 202},
		{"GET", get, 405},
		{"PUT", put, 405},
		{"no signature", change("X-Signature-Ed25519", ""), 401},
		{"a short signature", change("X-Signature-Ed25519", "00"), 401},
		{"no hex", change("X-Signature-Ed25519", strings.Repeat("x", 128)), 401},
		{"a wrong signature", change("X-Signature-Ed25519", strings.Repeat("0", 128)), 401},
		{"another's signature", elsewhere, 401},
		{"another body", other, 401},
		{"another date", early, 401},
		{"no date", change("X-Signature-Timestamp", ""), 401},
		{"a date that is none", change("X-Signature-Timestamp", "yesterday"), 401},
		{"a date out of all bounds", change("X-Signature-Timestamp", "9223372036854775807"), 401},
		{"six minutes old", sign(body, -6*time.Minute), 401},
		{"six minutes ahead", sign(body, 6*time.Minute), 401},
		{"too long", sign(strings.Repeat(" ", webhookBytes)+body, 0), 413},
		{"empty", sign("", 0), 400},
		{"no JSON", sign("<html>", 0), 400},
		{"more than JSON", sign(body+"}", 0), 400},
		{"no object", sign("[]", 0), 400},
		{"no type", sign(`{"id":"1"}`, 0), 400},
		{"no id", sign(`{"type":2}`, 0), 400},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			a, page := counting(t, srv.PublicKey())
			w := httptest.NewRecorder()
			page.ServeHTTP(w, tt.req)
			if w.Code != tt.want {
				t.Errorf("answered %d, want %d", w.Code, tt.want)
			}
			if got := strings.TrimSpace(w.Body.String()); got != map[int]string{200: `{"type":1}`}[tt.want] {
				t.Errorf("with the body %q", got)
			}
			a.jobs.Wait(time.Minute)
		})
	}

	_, page := counting(t, nil)
	w := httptest.NewRecorder()
	if page.ServeHTTP(w, sign(body, 0)); w.Code != 401 {
		t.Errorf("answered %d without a key, want 401", w.Code)
	}
}

func TestWebhookReplay(t *testing.T) {
	t.Parallel()
	srv := discordtest.New(t, discordtest.Config{})
	var asked []string
	r := prepare(t, srv, handler(func(_ context.Context, req bot.Request) bot.Reply {
		asked = append(asked, req.Command)
		return bot.Reply{}
	}))
	r.publicKey = srv.PublicKey()
	page := r.Interactions()
	post := func(body string) int {
		w := httptest.NewRecorder()
		page.ServeHTTP(w, srv.Sign("/", []byte(body), time.Now()))
		return w.Code
	}
	srv.Plan(discordtest.Fault{Route: "/callback", Status: 204, Times: -1})
	srv.Plan(discordtest.Fault{Route: "@original", Status: 204, Times: -1})
	for range 3 {
		if got := post(fmt.Sprintf(pressed, 7)); got != 202 {
			t.Errorf("answered %d, want 202", got)
		}
		r.jobs.Wait(time.Minute)
	}
	post(fmt.Sprintf(pressed, 8))
	r.jobs.Wait(time.Minute)
	if !slices.Equal(asked, []string{"help", "help"}) {
		t.Errorf("asked %q, want one question for each interaction", asked)
	}

	r.mu.Lock()
	r.most = 0
	r.mu.Unlock()
	if got := post(fmt.Sprintf(pressed, 9)); got != 503 {
		t.Errorf("flooded: answered %d, want 503", got)
	}
	r.mu.Lock()
	r.most = maxPending
	r.mu.Unlock()
	if got := post(fmt.Sprintf(pressed, 9)); got != 202 {
		t.Errorf("after the flood: answered %d, want 202", got)
	}
	r.jobs.Wait(time.Minute)
	if len(asked) != 3 {
		t.Error("what was refused is not taken when it comes again")
	}
	r.close()
	if got := post(fmt.Sprintf(pressed, 10)); got != 503 {
		t.Errorf("closing: answered %d, want 503", got)
	}
}

func TestSeen(t *testing.T) {
	t.Parallel()
	now := time.Now()
	s := newSeen()
	if !s.first("1", now) || s.first("1", now.Add(2*freshness)) {
		t.Error("an id is taken twice while it can come again")
	}
	if s.first("1", now.Add(2*freshness+time.Second)) {
		t.Error("an id is forgotten with the first turn")
	}
	s.first("2", now.Add(10*freshness))
	if !s.first("1", now.Add(20*freshness)) {
		t.Error("an id is remembered for ever")
	}
	for i := range 5 * maxSeen {
		s.first(fmt.Sprint("x", i), now)
	}
	if n := s.ids.Len(); n > maxSeen {
		t.Errorf("%d ids are remembered", n)
	}
}

func TestNewRefusesKeys(t *testing.T) {
	t.Parallel()
	for _, c := range []Config{
		{Token: "t", Handler: echo, PublicKey: make([]byte, 31)},
		{Token: "t", Handler: echo, NoGateway: true},
	} {
		if _, err := New(c); err == nil {
			t.Errorf("New(%+v): want an error", c)
		}
	}
}

// FuzzWebhook sends anything, signed and not.
func FuzzWebhook(f *testing.F) {
	for _, body := range []string{"", "{}", "[]", fmt.Sprintf(pressed, 1), `{"id":"1","type":1}`, `{"id":"1","type":3,"token":"t","data":{"custom_id":"x"}}`,
		`{"id":"1","type":4,"token":"t","data":{"name":"ask","options":[{"name":"x","focused":true,"value":7}]}}`,
		`{"id":"1","type":2,"token":"t","data":{"name":"x","type":3,"target_id":"1","resolved":{"messages":{"1":{"components":[{"type":99}]}}}}}`,
		`{"id":"1","type":2,"data":7}`, `{"id":"1","type":5,"data":{"components":null}}`} {
		f.Add([]byte(body), "POST", "", "", true)
	}
	f.Add([]byte("{}"), "GET", "0", "00", false)
	_, key, _ := ed25519.GenerateKey(nil)
	f.Fuzz(func(t *testing.T, body []byte, method, stamp, signature string, sign bool) {
		a, page := counting(t, key.Public().(ed25519.PublicKey))
		req := httptest.NewRequest("POST", "/", bytes.NewReader(body))
		req.Method = method
		if sign {
			stamp = fmt.Sprint(time.Now().Unix())
			signature = fmt.Sprintf("%x", ed25519.Sign(key, append([]byte(stamp), body...)))
		}
		req.Header.Set("X-Signature-Timestamp", stamp)
		req.Header.Set("X-Signature-Ed25519", signature)
		w := httptest.NewRecorder()
		page.ServeHTTP(w, req)
		a.jobs.Wait(time.Minute)
		switch {
		case method != "POST":
			if w.Code != 405 {
				t.Errorf("%s was answered with %d", method, w.Code)
			}
		case !sign:
			if w.Code != 401 {
				t.Errorf("unsigned, and answered with %d", w.Code)
			}
		case !slices.Contains([]int{200, 202, 400, 413}, w.Code):
			t.Errorf("signed, and answered with %d", w.Code)
		case w.Code == 202 && !json.Valid(body):
			t.Errorf("%q was taken", body)
		}
	})
}
