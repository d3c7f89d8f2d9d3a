package discord

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/bwmarrin/discordgo"

	"rapporteur/bot"
	"rapporteur/bot/bottest"
	"rapporteur/bot/discord/discordtest"
)

func TestNewRefuses(t *testing.T) {
	t.Parallel()
	for _, c := range []Config{
		{Handler: echo},
		{Token: "Bot  ", Handler: echo},
		{Token: "two words", Handler: echo},
		{Token: "t"},
		{Token: "t", Handler: echo, APIURL: "discord.com/api"},
		{Token: "t", Handler: echo, APIURL: "ftp://discord.com/api"},
		{Token: "t", Handler: echo, APIURL: "http://[::1"},
		{Token: "t", Handler: echo, APIURL: "http://u:p@host/api"},
		{Token: "t", Handler: echo, APIURL: "http://host/api?x=1"},
		{Token: "t", Handler: echo, Shards: -1},
	} {
		if a, err := New(c); err == nil {
			t.Errorf("New(%+v) = %v, want an error", c, a)
		} else {
			t.Log(err)
		}
	}
}

func TestAPIBase(t *testing.T) {
	t.Parallel()
	for address, want := range map[string]string{
		"http://127.0.0.1:8080/api/v9":  "http://127.0.0.1:8080/api/v9",
		"http://127.0.0.1:8080/api/v9/": "http://127.0.0.1:8080/api/v9",
		"https://proxy.example/d/v10//": "https://proxy.example/d/v10",
		"http://127.0.0.1:8080":         "http://127.0.0.1:8080/api/v10",
	} {
		if got, err := apiBase(address); got != want || err != nil {
			t.Errorf("apiBase(%q) = %q, %v, want %q", address, got, err, want)
		}
	}
}

func TestTokenWithPrefix(t *testing.T) {
	t.Parallel()
	srv := discordtest.New(t, discordtest.Config{})
	token := srv.Token
	srv.Token = "Bot " + token
	r := prepare(t, srv, echo)
	srv.Token = token
	r.run(t)
	srv.WaitReady(t)
}

func TestRefusedForGood(t *testing.T) {
	t.Parallel()
	closing := func(code int) func(*discordtest.Server) {
		return func(s *discordtest.Server) { s.PlanHandshakes(discordtest.Handshake{Close: code}) }
	}
	tests := []struct {
		name   string
		config discordtest.Config
		plan   func(*discordtest.Server)
		want   string
		most   int // IDENTIFYs
	}{
		{"401", discordtest.Config{}, func(s *discordtest.Server) {
			s.Plan(discordtest.Fault{Method: "GET", Status: 401, Times: -1})
		}, "RAPPORTEUR_DISCORD_TOKEN", 0},
		{"401 at the gateway's address", discordtest.Config{}, func(s *discordtest.Server) {
			s.Plan(discordtest.Fault{Route: "/users/@me", Status: 404, Times: -1})
			s.Plan(discordtest.Fault{Route: "/gateway/bot", Status: 401, Times: -1})
		}, "RAPPORTEUR_DISCORD_TOKEN", 0},
		{"4004", discordtest.Config{}, closing(4004), "RAPPORTEUR_DISCORD_TOKEN", 1},
		{"4010", discordtest.Config{}, closing(4010), "shard", 1},
		{"4011", discordtest.Config{MustShard: 2}, func(*discordtest.Server) {}, "RAPPORTEUR_DISCORD_SHARDS", 1},
		{"4012", discordtest.Config{}, closing(4012), "version", 1},
		{"4013", discordtest.Config{}, closing(4013), "intents", 1},
		{"4014", discordtest.Config{}, closing(4014), "developer portal", 1},
		{"4004 after an invalid session", discordtest.Config{}, func(s *discordtest.Server) {
			s.PlanHandshakes(discordtest.Handshake{Invalid: true}, discordtest.Handshake{Close: 4004})
		}, "RAPPORTEUR_DISCORD_TOKEN", 2},
		{"4004 instead of HELLO", discordtest.Config{}, func(s *discordtest.Server) {
			s.PlanGreetings(discordtest.Handshake{Close: 4004})
		}, "RAPPORTEUR_DISCORD_TOKEN", 0},
		{"4014 to one of several shards", discordtest.Config{Shards: 3}, func(s *discordtest.Server) {
			s.PlanHandshakes(discordtest.Handshake{}, discordtest.Handshake{Close: 4014})
		}, "developer portal", 3},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			srv := discordtest.New(t, tt.config)
			tt.plan(srv)
			r := start(t, srv, echo)
			err := r.end(t)
			var setup bot.SetupError
			if !errors.As(err, &setup) || !strings.Contains(err.Error(), tt.want) || strings.Contains(err.Error(), srv.Token) {
				t.Errorf("Run: %v, want something about %s", err, tt.want)
			}
			if n, _ := srv.Handshakes(); n > tt.most {
				t.Errorf("identified %d times, want at most %d", n, tt.most)
			}
		})
	}
}

func TestTokenRevokedWhileRunning(t *testing.T) {
	t.Parallel()
	srv := discordtest.New(t, discordtest.Config{})
	r := start(t, srv, echo)
	srv.WaitReady(t)
	srv.Close(4004)
	if err := r.end(t); !errors.Is(err, errToken) {
		t.Errorf("Run: %v", err)
	}
	if n, m := srv.Handshakes(); n != 1 || m != 0 {
		t.Errorf("%d IDENTIFYs and %d RESUMEs, want 1 and 0", n, m)
	}
}

// TestConnects greets a bot that comes for the first time in every unkind way.
func TestConnects(t *testing.T) {
	t.Parallel()
	type plan = discordtest.Handshake
	tests := []struct {
		name             string
		greeting, answer []plan // to the connection, and to IDENTIFY
		identifies       int    // in all
	}{
		{"as it should be", nil, nil, 1},
		{"op 7 before HELLO", []plan{{Reconnect: true}}, nil, 1},
		{"op 9 before HELLO", []plan{{Invalid: true}}, nil, 1},
		{"op 9 before HELLO, resumable", []plan{{Invalid: true, Resumable: true}}, nil, 1},
		{"closed before HELLO", []plan{{Close: 4000}}, nil, 1},
		{"no HELLO", []plan{{Silent: true}}, nil, 1},
		{"HELLO without an interval", []plan{{Raw: `{"op":10,"d":{}}`}}, nil, 1},
		{"HELLO with an interval of a year", []plan{{Raw: `{"op":10,"d":{"heartbeat_interval":31536000000}}`}}, nil, 1},
		{"HELLO with nothing", []plan{{Raw: `{"op":10,"d":"x"}`}}, nil, 1},
		{"garbage before HELLO", []plan{{Raw: `<html>`}}, nil, 1},
		{"op 7 to the IDENTIFY", nil, []plan{{Reconnect: true}}, 2},
		{"op 9 to the IDENTIFY", nil, []plan{{Invalid: true}}, 2},
		{"op 9 to the IDENTIFY, resumable", nil, []plan{{Invalid: true, Resumable: true}}, 2},
		{"op 9 to the IDENTIFY, garbled", nil, []plan{{Raw: `{"op":9,"d":{"x":1}}`}}, 2},
		{"closed at the IDENTIFY", nil, []plan{{Close: 4000}}, 2},
		{"no answer to the IDENTIFY", nil, []plan{{Silent: true}}, 2},
		{"READY with nothing", nil, []plan{{Raw: `{"op":0,"t":"READY","s":1,"d":7}`}}, 1},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			srv := discordtest.New(t, discordtest.Config{IdentifyEvery: 20 * time.Millisecond})
			srv.PlanGreetings(tt.greeting...)
			srv.PlanHandshakes(tt.answer...)
			r := start(t, srv, echo, func(times *timing) {
				times.opening, times.ready = 400*time.Millisecond, 400*time.Millisecond
			})
			r.waitHealthy(t)
			if tt.name == "READY with nothing" {
				srv.Drop() // what cannot be resumed is begun anew
				tt.identifies++
			}
			if got := srv.NewPerson().DM(t, "hello"); len(got) != 1 {
				t.Errorf("got %q", got)
			}
			if n, m := srv.Handshakes(); n != tt.identifies || m != 0 {
				t.Errorf("%d IDENTIFYs and %d RESUMEs, want %d and 0", n, m, tt.identifies)
			}
		})
	}
}

// TestReconnects throws every kind of interruption at a connected bot, which
// must answer afterwards.
func TestReconnects(t *testing.T) {
	t.Parallel()
	type plan = discordtest.Handshake
	var never [maxResumes]plan
	for i := range never {
		never[i].Close = 4003
	}
	tests := []struct {
		name                string
		greeting, answer    []plan // to the next connections, and to RESUME
		interrupt           func(*discordtest.Server)
		identifies, resumes int // in all
	}{
		{"cut off", nil, nil, (*discordtest.Server).Drop, 1, 1},
		{"op 7", nil, nil, (*discordtest.Server).Reconnect, 1, 1},
		{"op 9", nil, nil, (*discordtest.Server).Invalidate, 2, 0},
		{"op 9, resumable", nil, nil, (*discordtest.Server).Doubt, 1, 1},
		{"closed", nil, nil, func(s *discordtest.Server) { s.Close(4000) }, 1, 1},
		{"closed as going away", nil, nil, func(s *discordtest.Server) { s.Close(1001) }, 1, 1},
		{"closed for the sequence number", nil, nil, func(s *discordtest.Server) { s.Close(4007) }, 2, 0},
		{"closed for the session's age", nil, nil, func(s *discordtest.Server) { s.Close(4009) }, 2, 0},
		{"too long a frame", nil, nil, func(s *discordtest.Server) { s.SendRaw(strings.Repeat(" ", frameBytes+1)) }, 2, 0},
		{"nowhere to resume", nil, nil, func(s *discordtest.Server) { s.BlockResume(true); s.Drop() }, 1, 1},
		{"op 7 before HELLO", []plan{{Reconnect: true}}, nil, (*discordtest.Server).Drop, 1, 1},
		{"op 9 before HELLO", []plan{{Invalid: true}}, nil, (*discordtest.Server).Drop, 2, 0},
		{"op 9 before HELLO, resumable", []plan{{Invalid: true, Resumable: true}}, nil, (*discordtest.Server).Drop, 1, 1},
		{"no HELLO", []plan{{Silent: true}}, nil, (*discordtest.Server).Drop, 1, 1},
		{"op 7 to the resume", nil, []plan{{Reconnect: true}}, (*discordtest.Server).Drop, 1, 2},
		{"op 9 to the resume", nil, []plan{{Invalid: true}}, (*discordtest.Server).Drop, 2, 1},
		{"op 9 to the resume, resumable", nil, []plan{{Invalid: true, Resumable: true}}, (*discordtest.Server).Drop, 1, 2},
		{"op 9 again and again", nil, []plan{{Invalid: true}, {Invalid: true}, {Invalid: true}}, (*discordtest.Server).Drop, 4, 1},
		{"no answer to the resume", nil, []plan{{Silent: true}}, (*discordtest.Server).Drop, 1, 2},
		{"closed at the resume", nil, []plan{{Close: 4009}}, (*discordtest.Server).Drop, 2, 1},
		{"never let in again", nil, never[:], (*discordtest.Server).Drop, 2, maxResumes},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			srv := discordtest.New(t, discordtest.Config{IdentifyEvery: 20 * time.Millisecond})
			r := start(t, srv, echo, func(times *timing) {
				times.opening, times.ready = time.Second, time.Second
			})
			p := srv.NewPerson()
			p.DM(t, "before")
			srv.PlanGreetings(tt.greeting...)
			srv.PlanHandshakes(tt.answer...)
			tt.interrupt(srv)
			srv.WaitHandshakes(t, tt.identifies, tt.resumes)
			srv.WaitReady(t)
			if got := p.DM(t, "after"); len(got) != 1 || !strings.Contains(got[0], "after") {
				t.Errorf("got %q", got)
			}
			if n, m := srv.Handshakes(); n != tt.identifies || m != tt.resumes {
				t.Errorf("%d IDENTIFYs and %d RESUMEs, want %d and %d", n, m, tt.identifies, tt.resumes)
			}
			r.waitHealthy(t)
			if n := len(srv.Calls("PUT", "/commands")); n != 1 {
				t.Errorf("registered %d times", n)
			}
		})
	}
}

// TestResumesAtOnce checks that nothing is waited for before a RESUME: an
// interaction that was missed lives for three seconds.
func TestResumesAtOnce(t *testing.T) {
	t.Parallel()
	type plan = discordtest.Handshake
	for name, tt := range map[string]struct {
		answer    []plan // to RESUME
		interrupt func(*discordtest.Server)
	}{
		"cut off":                    {nil, (*discordtest.Server).Drop},
		"op 7":                       {nil, (*discordtest.Server).Reconnect},
		"op 9, resumable":            {nil, (*discordtest.Server).Doubt},
		"op 7, and to the resume":    {[]plan{{Reconnect: true}}, (*discordtest.Server).Reconnect},
		"op 9, and to the resume":    {[]plan{{Invalid: true, Resumable: true}}, (*discordtest.Server).Doubt},
		"op 7 to the resume, thrice": {[]plan{{Reconnect: true}, {Reconnect: true}, {Reconnect: true}}, (*discordtest.Server).Drop},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			srv := discordtest.New(t, discordtest.Config{})
			start(t, srv, echo, func(times *timing) {
				times.step, times.most, times.invalid = time.Hour, time.Hour, time.Hour
			})
			srv.WaitReady(t)
			srv.PlanHandshakes(tt.answer...)
			tt.interrupt(srv)
			srv.WaitHandshakes(t, 1, 1+len(tt.answer))
			srv.WaitReady(t)
			if got := srv.NewPerson().DM(t, "after"); len(got) != 1 {
				t.Errorf("got %q", got)
			}
		})
	}
}

// TestSilentHello checks that a connection on which HELLO does not come is given
// up well before one that takes long to open.
func TestSilentHello(t *testing.T) {
	t.Parallel()
	if usual.hello != 5*time.Second {
		t.Errorf("HELLO is waited for %v, want 5 s", usual.hello)
	}
	srv := discordtest.New(t, discordtest.Config{})
	srv.PlanGreetings(discordtest.Handshake{Silent: true})
	r := start(t, srv, echo, func(times *timing) { times.opening, times.hello = time.Hour, 20*time.Millisecond })
	r.waitHealthy(t)
}

// TestFatalCloseIsOneLine checks that a bot that Discord refuses ends with its
// error alone, whatever calls are under way.
func TestFatalCloseIsOneLine(t *testing.T) {
	t.Parallel()
	srv := discordtest.New(t, discordtest.Config{})
	srv.Plan(discordtest.Fault{Method: "PUT", Route: "/commands", Status: 500, Times: -1})
	r := start(t, srv, echo, func(times *timing) { times.retry, times.grace = time.Hour, time.Hour })
	srv.WaitCalls(t, 1, "PUT", "/commands")
	srv.Close(4014)
	if err := r.end(t); err == nil {
		t.Error("no error")
	}
	if log := r.log.String(); strings.Contains(log, "level=WARN") || strings.Contains(log, "level=ERROR") {
		t.Errorf("the log warns beside the error:\n%s", log)
	}
}

// TestGarbage sends what no gateway should. The bot stays, and answers.
func TestGarbage(t *testing.T) {
	t.Parallel()
	srv := discordtest.New(t, discordtest.Config{})
	r := start(t, srv, echo)
	srv.WaitReady(t)
	for _, frame := range []string{
		"", "null", "[]", "{", `"x"`, `{"op":"x"}`, `{"op":0}`, `{"op":0,"t":5,"s":1}`, `{"op":0,"t":"MESSAGE_CREATE","s":"x","d":{}}`,
		`{"op":0,"t":"MESSAGE_CREATE","d":[]}`, `{"op":0,"t":"INTERACTION_CREATE","d":7}`, `{"op":0,"t":"NO_SUCH_EVENT","d":{"a":1}}`,
		`{"op":0,"t":"RESUMED","d":null}`, `{"op":0,"s":-9,"t":"X"}`, `{"op":10,"d":{"heartbeat_interval":1}}`, `{"op":11}`, `{"op":99}`, `{"op":-1,"d":null}`, "\xff\xfe",
	} {
		srv.SendRaw(frame)
	}
	if got := srv.NewPerson().DM(t, "still there?"); len(got) != 1 {
		t.Errorf("got %q", got)
	}
	if n, m := srv.Handshakes(); n != 1 || m != 0 {
		t.Errorf("%d IDENTIFYs and %d RESUMEs, want 1 and 0", n, m)
	}
	if !strings.Contains(r.log.String(), "cannot be read is skipped") {
		t.Error("nothing in the log about what was skipped")
	}
}

// TestEventPanics checks that an event on which the adapter panics is skipped.
func TestEventPanics(t *testing.T) {
	t.Parallel()
	srv := discordtest.New(t, discordtest.Config{})
	r := prepare(t, srv, echo)
	usual := r.gateway.dispatch
	r.gateway.dispatch = func(event string, data json.RawMessage) {
		if bytes.Contains(data, []byte("NASTY")) {
			panic("oh no")
		}
		usual(event, data)
	}
	r.run(t)
	srv.WaitReady(t)
	srv.Dispatch("MESSAGE_CREATE", map[string]any{"content": "NASTY"})
	if got := srv.NewPerson().DM(t, "still there?"); len(got) != 1 {
		t.Errorf("got %q", got)
	}
	if !strings.Contains(r.log.String(), "oh no") {
		t.Error("the panic is not in the log")
	}
}

// TestShards runs several shards. The kit fails the test for an IDENTIFY that
// comes too early within its bucket, or out of order.
func TestShards(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name        string
		recommended int
		want        int // Config.Shards
		concurrency int
		shards      int
	}{
		{"as recommended", 4, 0, 1, 4},
		{"as configured", 1, 3, 1, 3},
		{"in buckets", 5, 0, 2, 5},
		{"all at once", 3, 0, 16, 3},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			srv := discordtest.New(t, discordtest.Config{Shards: tt.recommended, MaxConcurrency: tt.concurrency, IdentifyEvery: 50 * time.Millisecond})
			r := prepare(t, srv, echo, func(times *timing) { times.identify = 100 * time.Millisecond })
			r.gateway.want = tt.want
			r.run(t)
			srv.WaitHandshakes(t, tt.shards, 0)
			r.waitHealthy(t)
			p := srv.NewPerson()
			if got := p.DM(t, "hello"); len(got) != 1 {
				t.Errorf("direct message: got %q", got)
			}
			if got := p.Mention(t, "hello"); len(got) != 1 {
				t.Errorf("on a server: got %q", got)
			}
			srv.Drop()
			srv.WaitHandshakes(t, tt.shards, tt.shards)
			srv.WaitReady(t)
			if got := p.Mention(t, "hello again"); len(got) != 1 {
				t.Errorf("after an interruption: got %q", got)
			}
			if n, _ := srv.Handshakes(); n != tt.shards {
				t.Errorf("%d IDENTIFYs, want %d", n, tt.shards)
			}
			if n := len(srv.Calls("PUT", "/commands")); n != 1 {
				t.Errorf("registered %d times", n)
			}
		})
	}
}

func TestHealthNamesTheShard(t *testing.T) {
	t.Parallel()
	srv := discordtest.New(t, discordtest.Config{Shards: 2})
	srv.PlanHandshakes(discordtest.Handshake{}, discordtest.Handshake{Silent: true})
	r := start(t, srv, echo)
	srv.WaitHandshakes(t, 2, 0)
	err := r.Health()
	if err == nil || !strings.Contains(err.Error(), "shard 1 of 2: not connected") {
		t.Errorf("health: %v, want that shard 1 of 2 is not connected", err)
	}
}

// TestNoStartsLeft checks that the bot waits when Discord says that it may not
// identify; the kit fails the test if it does not.
func TestNoStartsLeft(t *testing.T) {
	t.Parallel()
	srv := discordtest.New(t, discordtest.Config{NoStarts: 300 * time.Millisecond})
	r := start(t, srv, echo)
	srv.WaitReady(t)
	if !strings.Contains(r.log.String(), "identified too often") {
		t.Error("nothing in the log about the wait")
	}
}

func TestMissedMessagesAreReplayed(t *testing.T) {
	t.Parallel()
	srv := discordtest.New(t, discordtest.Config{})
	start(t, srv, echo)
	srv.WaitReady(t)
	p := srv.NewPerson()
	srv.DropAnd(func() { p.Slip("while away") })
	srv.WaitHandshakes(t, 1, 1)
	calls := srv.WaitCalls(t, 1, "POST", "/messages")
	if !strings.Contains(calls[0].Body, "while away") {
		t.Errorf("got %s", calls[0].Body)
	}
}

// TestIdentifyStorm answers every IDENTIFY with "invalid session". The kit
// fails the test for a second on one connection, and for one that comes too
// early; the limit for a day is in TestIdentifyBudget.
func TestIdentifyStorm(t *testing.T) {
	t.Parallel()
	srv := discordtest.New(t, discordtest.Config{IdentifyEvery: 20 * time.Millisecond})
	plan := make([]discordtest.Handshake, 1000)
	for i := range plan {
		plan[i].Invalid = true
	}
	srv.PlanHandshakes(plan...)
	start(t, srv, echo)
	srv.WaitHandshakes(t, 20, 0)
}

func TestIdentifyBudget(t *testing.T) {
	t.Parallel()
	now := time.Now()
	var b budget
	b.told(1000, now)
	for i := range maxIdentifies {
		if d := b.wait(now); d != 0 {
			t.Fatalf("wait %v after %d", d, i)
		}
		b.spend(now.Add(time.Duration(i)*time.Second - 20*time.Hour))
	}
	if d := b.wait(now); d != 4*time.Hour {
		t.Errorf("wait %v with the budget used up, want until the first is a day old", d)
	}
	if d := b.wait(now.Add(4*time.Hour + 1)); d != 0 {
		t.Errorf("wait %v with one to spare", d)
	}

	b = budget{}
	b.told(2, now.Add(time.Hour))
	b.spend(now)
	if d := b.wait(now); d != 0 {
		t.Errorf("wait %v with one left", d)
	}
	b.spend(now)
	if d := b.wait(now); d != time.Hour {
		t.Errorf("wait %v with none left, want until Discord counts anew", d)
	}
	if d := b.wait(now.Add(time.Hour)); d != 0 {
		t.Errorf("wait %v when Discord counts anew", d)
	}
}

func TestBackoff(t *testing.T) {
	t.Parallel()
	g := &gateway{times: &usual}
	for failures, most := range []time.Duration{5 * time.Second, 10 * time.Second, 20 * time.Second, 40 * time.Second} {
		if d := g.backoff(failures); d < most/2 || d > most {
			t.Errorf("%v after %d failures, want %v or up to half less", d, failures, most)
		}
	}
	if d := g.backoff(1000); d < usual.most/2 || d > usual.most {
		t.Errorf("%v after very many failures", d)
	}
}

func TestDialURL(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct{ base, address, want string }{
		{"https://discord.com/api/v10", "wss://gateway.discord.gg", "wss://gateway.discord.gg/?encoding=json&v=10"},
		{"https://discord.com/api/v10", "wss://gateway.discord.gg/", "wss://gateway.discord.gg/?encoding=json&v=10"},
		{"https://discord.com/api/v10", "wss://a.example/b?v=6&x=1", "wss://a.example/b?encoding=json&v=10&x=1"},
		{"http://127.0.0.1/api/v10", "ws://127.0.0.1:1", "ws://127.0.0.1:1/?encoding=json&v=10"},
		{"https://discord.com/api/v10", "ws://gateway.discord.gg", ""}, // the token would be read on the way
		{"https://discord.com/api/v10", "https://gateway.discord.gg", ""},
		{"https://discord.com/api/v10", "", ""},
		{"https://discord.com/api/v10", "wss://", ""},
		{"https://discord.com/api/v10", "wss://[::1", ""},
	} {
		g := &gateway{rest: &rest{base: tt.base}}
		if got, err := g.dialURL(tt.address); got != tt.want || (err != nil) != (tt.want == "") {
			t.Errorf("dialURL(%q) = %q, %v, want %q", tt.address, got, err, tt.want)
		}
	}
}

// TestHeartbeats lets many heartbeats go by; the kit fails the test for one
// that is missing or wrong. On a slow machine an acknowledgement may come too
// late, which costs a RESUME.
func TestHeartbeats(t *testing.T) {
	t.Parallel()
	srv := discordtest.New(t, discordtest.Config{Heartbeat: 200 * time.Millisecond})
	start(t, srv, echo)
	srv.WaitReady(t)
	srv.WaitBeats(t, 5)
	if n, _ := srv.Handshakes(); n != 1 {
		t.Errorf("%d IDENTIFYs, want 1", n)
	}
}

func TestHeartbeatsUnanswered(t *testing.T) {
	t.Parallel()
	srv := discordtest.New(t, discordtest.Config{Heartbeat: 100 * time.Millisecond})
	r := start(t, srv, echo, func(times *timing) {
		times.ack, times.silence = time.Millisecond, time.Hour
	})
	srv.WaitReady(t)
	srv.Mute(true)
	for end := time.Now().Add(10 * time.Second); ; time.Sleep(time.Millisecond) {
		if err := r.Health(); err != nil && strings.Contains(err.Error(), "no heartbeat acknowledged") {
			break
		}
		if time.Now().After(end) {
			t.Fatal("the silence does not show in the health")
		}
	}
	srv.WaitHandshakes(t, 1, 1)
	srv.Mute(false)
	srv.WaitReady(t)
	srv.NewPerson().Slip("still there?")
	srv.WaitCalls(t, 1, "POST", "/messages")
	r.waitHealthy(t)
}

func TestGatewaySilent(t *testing.T) {
	t.Parallel()
	srv := discordtest.New(t, discordtest.Config{})
	srv.PlanHandshakes(discordtest.Handshake{Silent: true})
	r := start(t, srv, echo, func(times *timing) { times.ready = 200 * time.Millisecond })
	if r.Health() == nil {
		t.Error("healthy before it is connected")
	}
	srv.WaitReady(t)
}

// TestLineDead checks that a gateway from which nothing comes at all, not even
// the end of the connection, is left.
func TestLineDead(t *testing.T) {
	t.Parallel()
	srv := discordtest.New(t, discordtest.Config{Heartbeat: 50 * time.Millisecond})
	srv.PlanGreetings(discordtest.Handshake{}, discordtest.Handshake{Silent: true})
	start(t, srv, echo, func(times *timing) { times.silence, times.opening = 300*time.Millisecond, 300*time.Millisecond })
	srv.WaitReady(t)
	srv.Mute(true)
	srv.WaitHandshakes(t, 1, 1) // over a connection without HELLO
	srv.Mute(false)
	srv.WaitReady(t)
}

func TestGatewayAddress(t *testing.T) {
	t.Parallel()
	for name, f := range map[string]discordtest.Fault{
		"only /gateway/bot": {Route: "/gateway", Status: 404, Times: -1},
		"503":               {Route: "/gateway/bot", Status: 503, Times: attempts + 2},
		"429":               {Route: "/gateway/bot", Status: 429, RetryAfter: 20 * time.Millisecond},
		"hung up":           {Route: "/gateway/bot", Drop: true},
		"name unknown":      {Route: "/users/@me", Status: 404, Times: -1},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			srv := discordtest.New(t, discordtest.Config{})
			srv.Plan(f)
			start(t, srv, echo)
			if got := srv.NewPerson().DM(t, "hello"); len(got) != 1 {
				t.Errorf("got %q", got)
			}
		})
	}
}

// TestNothingIsLeft ends bots in all kinds of states and looks for goroutines
// of this package that go on. It is not parallel: what the others do would be
// taken for a leak.
func TestNothingIsLeft(t *testing.T) {
	type plan = discordtest.Handshake
	before := ours()
	for name, do := range map[string]func(*testing.T, *running){
		"ready":   func(t *testing.T, r *running) { r.srv.WaitReady(t) },
		"at once": func(*testing.T, *running) {},
		"before HELLO": func(t *testing.T, r *running) {
			r.srv.PlanGreetings(plan{Silent: true})
		},
		"op 7 and op 9 everywhere": func(t *testing.T, r *running) {
			r.srv.PlanGreetings(plan{Reconnect: true}, plan{Invalid: true})
			r.srv.PlanHandshakes(plan{Reconnect: true}, plan{Invalid: true}, plan{Invalid: true, Resumable: true})
			r.srv.WaitReady(t)
			r.srv.Reconnect()
			r.srv.WaitHandshakes(t, 4, 1)
			r.srv.WaitReady(t)
			r.srv.PlanHandshakes(plan{Reconnect: true}, plan{Silent: true})
			r.srv.Drop()
			r.srv.WaitHandshakes(t, 4, 3)
		},
		"refused": func(t *testing.T, r *running) {
			r.srv.WaitReady(t)
			r.srv.Close(4014)
			r.end(t)
		},
		"mute": func(t *testing.T, r *running) {
			r.srv.WaitReady(t)
			r.srv.Mute(true)
		},
	} {
		t.Run(name, func(t *testing.T) {
			srv := discordtest.New(t, discordtest.Config{Shards: 2, MaxConcurrency: 2})
			do(t, start(t, srv, echo))
		})
		for _, stack := range leftBehind(before) {
			t.Errorf("%s: left behind:\n%s", name, stack)
		}
	}
}

// interruptions are the ways in which a connected bot can be thrown out, and
// what may meet it when it comes back. Those that keep the session have Discord
// send again what was missed.
var interruptions = []struct {
	name             string
	greeting, answer []discordtest.Handshake // to the next connection, and to RESUME
	interrupt        func(*discordtest.Server)
	lost             bool // the session is over
}{
	{"cut off", nil, nil, (*discordtest.Server).Drop, false},
	{"op 7", nil, nil, (*discordtest.Server).Reconnect, false},
	{"op 9, resumable", nil, nil, (*discordtest.Server).Doubt, false},
	{"closed 4000", nil, nil, func(s *discordtest.Server) { s.Close(4000) }, false},
	{"closed 4001", nil, nil, func(s *discordtest.Server) { s.Close(4001) }, false},
	{"closed 1001", nil, nil, func(s *discordtest.Server) { s.Close(1001) }, false},
	{"closed 4008", nil, nil, func(s *discordtest.Server) { s.Close(4008) }, false},
	{"op 7 before HELLO", []discordtest.Handshake{{Reconnect: true}}, nil, (*discordtest.Server).Drop, false},
	{"op 7, then op 7 before HELLO", []discordtest.Handshake{{Reconnect: true}}, nil, (*discordtest.Server).Reconnect, false},
	{"op 9 before HELLO, resumable", []discordtest.Handshake{{Invalid: true, Resumable: true}}, nil, (*discordtest.Server).Drop, false},
	{"no HELLO", []discordtest.Handshake{{Silent: true}}, nil, (*discordtest.Server).Drop, false},
	{"HELLO without an interval", []discordtest.Handshake{{Raw: `{"op":10,"d":{}}`}}, nil, (*discordtest.Server).Drop, false},
	{"closed before HELLO", []discordtest.Handshake{{Close: 4000}}, nil, (*discordtest.Server).Drop, false},
	{"garbage before HELLO", []discordtest.Handshake{{Raw: `<html>`}}, nil, (*discordtest.Server).Drop, false},
	{"op 7 to the resume", nil, []discordtest.Handshake{{Reconnect: true}}, (*discordtest.Server).Drop, false},
	{"op 7, then op 7 to the resume", nil, []discordtest.Handshake{{Reconnect: true}}, (*discordtest.Server).Reconnect, false},
	{"op 9 to the resume, resumable", nil, []discordtest.Handshake{{Invalid: true, Resumable: true}}, (*discordtest.Server).Drop, false},
	{"no answer to the resume", nil, []discordtest.Handshake{{Silent: true}}, (*discordtest.Server).Drop, false},
	{"closed at the resume", nil, []discordtest.Handshake{{Close: 4000}}, (*discordtest.Server).Drop, false},
	{"op 9", nil, nil, (*discordtest.Server).Invalidate, true},
	{"op 9 before HELLO", []discordtest.Handshake{{Invalid: true}}, nil, (*discordtest.Server).Drop, true},
	{"op 9 to the resume", nil, []discordtest.Handshake{{Invalid: true}}, (*discordtest.Server).Drop, true},
	{"closed 4007", nil, nil, func(s *discordtest.Server) { s.Close(4007) }, true},
	{"closed 4009", nil, nil, func(s *discordtest.Server) { s.Close(4009) }, true},
	{"closed 4009 at the resume", nil, []discordtest.Handshake{{Close: 4009}}, (*discordtest.Server).Drop, true},
}

// TestInterruptions throws out one bot 200 times, in every way in turn, or as
// often as INTERRUPTIONS says. What somebody writes meanwhile is answered, once,
// unless the session is over; and no more goroutines are there afterwards than
// before.
func TestInterruptions(t *testing.T) {
	count := 200
	if n, err := strconv.Atoi(os.Getenv("INTERRUPTIONS")); err == nil {
		count = n
	} else if testing.Short() {
		count = 2 * len(interruptions)
	}
	before := ours()
	t.Run("all", func(t *testing.T) {
		srv := discordtest.New(t, discordtest.Config{IdentifyEvery: time.Millisecond})
		r := start(t, srv, echo, func(times *timing) {
			times.hello, times.ready = 50*time.Millisecond, 100*time.Millisecond
			times.step, times.most, times.identify, times.invalid = time.Millisecond, 5*time.Millisecond, time.Millisecond, time.Millisecond
		})
		srv.WaitReady(t)
		p := srv.NewPerson()
		for n := range count {
			way := interruptions[n%len(interruptions)]
			identifies, resumes := srv.Handshakes()
			srv.PlanGreetings(way.greeting...)
			srv.PlanHandshakes(way.answer...)
			text := fmt.Sprintf("missed no. %d.", n)
			way.interrupt(srv)
			if way.lost {
				srv.WaitHandshakes(t, identifies+1, resumes)
				srv.WaitReady(t)
			}
			p.Slip(text)
			srv.WaitSaid(t, text)
			srv.WaitReady(t)
			if t.Failed() {
				t.Fatalf("interruption %d: %s", n, way.name)
			}
		}
		r.waitHealthy(t)
		said := make(map[string]int)
		for _, m := range srv.Messages() {
			if m.Author == discordtest.BotID {
				said[m.Read()]++
			}
		}
		for text, times := range said {
			if times != 1 {
				t.Errorf("said %d times: %s", times, text)
			}
		}
	})
	for _, stack := range leftBehind(before) {
		t.Errorf("left behind:\n%s", stack)
	}
}

// leftBehind returns the stacks of the goroutines of this package that go on
// although they were not there before, after they had time to end.
func leftBehind(before map[string]string) map[string]string {
	for end := time.Now().Add(5 * time.Second); ; time.Sleep(5 * time.Millisecond) {
		left := ours()
		for id := range before {
			delete(left, id)
		}
		if len(left) == 0 || time.Now().After(end) {
			return left
		}
	}
}

// ours returns the stacks of the goroutines of this package, by the line that
// names them, but for the one that asks.
func ours() map[string]string {
	buf := make([]byte, 16<<20)
	stacks := strings.Split(string(buf[:runtime.Stack(buf, true)]), "\n\n")
	list := make(map[string]string)
	for _, s := range stacks[1:] {
		if id, rest, ok := strings.Cut(s, " ["); ok && strings.Contains(rest, "rapporteur/bot/discord.") {
			list[id] = s
		}
	}
	return list
}

func TestCommandsNotRegistered(t *testing.T) {
	t.Parallel()
	srv := discordtest.New(t, discordtest.Config{})
	srv.Plan(discordtest.Fault{Route: "/commands", Status: 403, Code: 50001, Times: -1})
	r := start(t, srv, echo)
	srv.WaitCalls(t, 1, "PUT", "/commands")
	p := srv.NewPerson()
	p.Slip("hello")
	srv.WaitCalls(t, 1, "POST", "/messages")
	r.jobs.Wait(time.Minute)
	if n := strings.Count(r.log.String(), "could not be registered"); n != 1 {
		t.Errorf("%d log lines about it, want 1", n)
	}
}

// TestRESTFaults answers one call wrongly, after which the person must have
// the answer, once.
func TestRESTFaults(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name  string
		fault discordtest.Fault
		slash bool
	}{
		{"429 on the acknowledgement", discordtest.Fault{Route: "/callback", Status: 429, RetryAfter: 30 * time.Millisecond}, true},
		{"500 on the acknowledgement", discordtest.Fault{Route: "/callback", Status: 500}, true},
		{"lost acknowledgement", discordtest.Fault{Route: "/callback", Status: 502, Lost: true}, true},
		{"slow acknowledgement", discordtest.Fault{Route: "/callback", Delay: 200 * time.Millisecond}, true},
		{"429 on the answer", discordtest.Fault{Route: "@original", Status: 429, RetryAfter: 30 * time.Millisecond}, true},
		{"500s on the answer", discordtest.Fault{Route: "@original", Status: 500, Times: 3}, true},
		{"hung up on the answer", discordtest.Fault{Route: "@original", Drop: true}, true},
		{"429 on the reply", discordtest.Fault{Route: "/messages", Status: 429, RetryAfter: 30 * time.Millisecond}, false},
		{"503 on the reply", discordtest.Fault{Route: "/messages", Status: 503}, false},
		{"lost reply", discordtest.Fault{Route: "/messages", Status: 504, Lost: true}, false},
		{"may not read the history", discordtest.Fault{Route: "/messages", Status: 400, Code: 160002}, false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			srv := discordtest.New(t, discordtest.Config{})
			srv.Plan(tt.fault)
			start(t, srv, echo)
			p := srv.NewPerson()
			var got []string
			if tt.slash {
				got = p.Slash(t, "help", "", nil, "")
			} else {
				got = p.DM(t, "help")
			}
			if len(got) != 1 || !strings.Contains(got[0], "help") {
				t.Errorf("got %q", got)
			}
		})
	}
}

// TestHopeless answers calls so that there is nothing to be done but to log it.
func TestHopeless(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name  string
		fault discordtest.Fault
		log   string
	}{
		{"10062", discordtest.Fault{Route: "/callback", Status: 404, Code: 10062}, "code 10062"},
		{"40060", discordtest.Fault{Route: "/callback", Status: 400, Code: 40060}, "code 40060"},
		{"50027", discordtest.Fault{Method: "PATCH", Route: "@original", Status: 401, Code: 50027}, "code 50027"},
		{"50013", discordtest.Fault{Method: "PATCH", Route: "@original", Status: 403, Code: 50013}, "code 50013"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			srv := discordtest.New(t, discordtest.Config{Lenient: true})
			srv.Plan(tt.fault)
			r := start(t, srv, echo)
			p := srv.NewPerson()
			p.SlashSlip(t, "help")
			srv.Settle(t)
			if !strings.Contains(r.log.String(), tt.log) || strings.Contains(r.log.String(), "interaction-token") {
				t.Errorf("want %s and no interaction token in the log", tt.log)
			}
			if n := len(srv.Calls("DELETE", "@original")); (tt.name == "50013") != (n == 1) {
				t.Errorf("the acknowledgement was removed %d times", n)
			}
			if got := p.Slash(t, "help", "", nil, ""); len(got) != 1 {
				t.Errorf("next: got %q", got)
			}
		})
	}
}

func TestFollowUpIsNotRepeated(t *testing.T) {
	t.Parallel()
	srv := discordtest.New(t, discordtest.Config{})
	srv.Plan(discordtest.Fault{Method: "POST", Route: "{webhook_token}", Status: 502, Lost: true})
	start(t, srv, sayLong)
	got := srv.NewPerson().Slash(t, "help", "", nil, "")
	if n := len(srv.Calls("POST", "{webhook_token}")); n != 1 || len(got) != 2 {
		t.Errorf("%d calls and %d messages, want 1 and 2: a repeated follow-up could show twice", n, len(got))
	}
}

func TestScrub(t *testing.T) {
	t.Parallel()
	r := newRest("http://127.0.0.1:1", "secret", "", slog.New(slog.DiscardHandler), &brisk)
	if got := r.secrets.Hide("Bot secret is bad"); got != "Bot *** is bad" {
		t.Errorf("got %q", got)
	}
	err := r.do(t.Context(), call{name: "x", method: "GET", path: "/webhooks/1/hidden"}, nil)
	if err == nil || strings.Contains(err.Error(), "hidden") || strings.Contains(err.Error(), "secret") {
		t.Errorf("got %v", err)
	}
}

func TestCommandTable(t *testing.T) {
	t.Parallel()
	table := commands(bottest.New(bottest.Config{}))
	at := slices.IndexFunc(table, func(c *discordgo.ApplicationCommand) bool { return c.Name == "ask" })
	if at < 0 {
		t.Fatal("no /ask")
	}
	ask := table[at]
	if !slices.Equal(*ask.Contexts, everywhere) || !slices.Equal(*ask.IntegrationTypes, byAnyone) {
		t.Errorf("contexts %v, installations %v", *ask.Contexts, *ask.IntegrationTypes)
	}
	for _, lang := range locales {
		if (*ask.DescriptionLocalizations)[lang] == "" || ask.Options[0].DescriptionLocalizations[lang] == "" {
			t.Errorf("nothing in %s: %+v", lang, ask)
		}
	}
	if !ask.Options[0].Required || ask.Options[1].Required {
		t.Errorf("options: %+v", ask.Options)
	}
}
