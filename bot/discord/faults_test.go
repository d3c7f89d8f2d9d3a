package discord

import (
	"errors"
	"log/slog"
	"slices"
	"strings"
	"testing"
	"time"

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
	tests := []struct {
		name string
		plan func(*discordtest.Server)
		want string
		most int // IDENTIFYs
	}{
		{"401", func(s *discordtest.Server) {
			s.Plan(discordtest.Fault{Method: "GET", Status: 401, Times: -1})
		}, "RAPPORTEUR_DISCORD_TOKEN", 0},
		{"401 at the gateway's address", func(s *discordtest.Server) {
			s.Plan(discordtest.Fault{Route: "/users/@me", Status: 404, Times: -1})
			s.Plan(discordtest.Fault{Route: "/gateway", Status: 401, Times: -1})
		}, "RAPPORTEUR_DISCORD_TOKEN", 0},
		{"4004", func(s *discordtest.Server) {
			s.PlanHandshakes(discordtest.Handshake{Close: 4004})
		}, "RAPPORTEUR_DISCORD_TOKEN", 1},
		{"4013", func(s *discordtest.Server) {
			s.PlanHandshakes(discordtest.Handshake{Close: 4013})
		}, "intents", 1},
		{"4014", func(s *discordtest.Server) {
			s.PlanHandshakes(discordtest.Handshake{Close: 4014})
		}, "developer portal", 1},
		{"4004 after an invalid session", func(s *discordtest.Server) {
			s.PlanHandshakes(discordtest.Handshake{Invalid: true}, discordtest.Handshake{Close: 4004}, discordtest.Handshake{Close: 4004})
		}, "RAPPORTEUR_DISCORD_TOKEN", 3},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			srv := discordtest.New(t, discordtest.Config{})
			tt.plan(srv)
			r := start(t, srv, echo)
			err := r.end(t)
			if err == nil || !strings.Contains(err.Error(), tt.want) || strings.Contains(err.Error(), srv.Token) {
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
	srv.PlanHandshakes(discordtest.Handshake{Close: 4004})
	srv.Close(4004)
	if err := r.end(t); !errors.Is(err, errToken) {
		t.Errorf("Run: %v", err)
	}
}

// TestReconnects throws every kind of interruption at a connected bot, which
// must answer afterwards.
func TestReconnects(t *testing.T) {
	t.Parallel()
	type plan = discordtest.Handshake
	tests := []struct {
		name                string
		plan                []plan
		interrupt           func(*discordtest.Server)
		identifies, resumes int // in all
	}{
		{"cut off", nil, (*discordtest.Server).Drop, 1, 1},
		{"op 7", nil, (*discordtest.Server).Reconnect, 1, 1},
		{"op 9", nil, (*discordtest.Server).Invalidate, 2, 1},
		{"closed", nil, func(s *discordtest.Server) { s.Close(4000) }, 1, 1},
		{"op 9 to the resume", []plan{{Invalid: true}}, (*discordtest.Server).Drop, 2, 1},
		{"op 9 again and again", []plan{{Invalid: true}, {Invalid: true}, {Invalid: true}}, (*discordtest.Server).Drop, 2, 1},
		{"op 7 to the resume", []plan{{Reconnect: true}}, (*discordtest.Server).Drop, 2, 1},
		{"no answer to the resume", []plan{{Silent: true}}, (*discordtest.Server).Drop, 2, 1},
		{"closed at the resume", []plan{{Close: 4009}}, (*discordtest.Server).Drop, 2, 1},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			srv := discordtest.New(t, discordtest.Config{})
			r := start(t, srv, echo)
			p := srv.NewPerson()
			p.DM(t, "before")
			srv.PlanHandshakes(tt.plan...)
			tt.interrupt(srv)
			srv.WaitHandshakes(t, tt.identifies, tt.resumes)
			srv.WaitReady(t)
			if got := p.DM(t, "after"); len(got) != 1 || !strings.Contains(got[0], "after") {
				t.Errorf("got %q", got)
			}
			if n, _ := srv.Handshakes(); n > tt.identifies+2 {
				t.Errorf("identified %d times, want about %d", n, tt.identifies)
			}
			r.waitHealthy(t)
			if n := len(srv.Calls("PUT", "/commands")); n != 1 {
				t.Errorf("registered %d times", n)
			}
		})
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

// TestIdentifyStorm answers every IDENTIFY with "invalid session", which
// discordgo would answer with another at once. The kit fails the test for a
// third on one connection; how long to wait between connections is in
// TestIdentifyBudget.
func TestIdentifyStorm(t *testing.T) {
	t.Parallel()
	srv := discordtest.New(t, discordtest.Config{})
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
	g := &gateway{times: &brisk, log: slog.New(slog.DiscardHandler)}
	start := time.Now()
	for i := range maxIdentifies {
		g.identifies = append(g.identifies, start.Add(time.Duration(i)*time.Second-20*time.Hour))
	}
	if d := g.wait(1, nil); d < 3*time.Hour || d > 4*time.Hour {
		t.Errorf("wait %v with the budget used up, want until the first is a day old", d)
	}
	g.identifies[0] = start.Add(-25 * time.Hour)
	if d := g.wait(1, nil); d > brisk.most {
		t.Errorf("wait %v with one to spare", d)
	}
}

func TestHeartbeatsUnanswered(t *testing.T) {
	t.Parallel()
	srv := discordtest.New(t, discordtest.Config{Heartbeat: 50 * time.Millisecond})
	r := start(t, srv, echo, func(times *timing) { times.ack = 200 * time.Millisecond })
	srv.WaitReady(t)
	srv.Mute(true)
	srv.WaitHandshakes(t, 2, 0)
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
	r := start(t, srv, echo, func(times *timing) { times.opening = 200 * time.Millisecond })
	if r.Health() == nil {
		t.Error("healthy before it is connected")
	}
	srv.WaitReady(t)
}

func TestGatewayAddress(t *testing.T) {
	t.Parallel()
	for name, f := range map[string]discordtest.Fault{
		"only /gateway/bot": {Route: "/gateway", Status: 404, Times: -1},
		"503":               {Route: "/gateway", Status: 503, Times: 2},
		"429":               {Route: "/gateway", Status: 429, RetryAfter: 20 * time.Millisecond},
		"hung up":           {Route: "/gateway", Drop: true},
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

func TestCommandsNotRegistered(t *testing.T) {
	t.Parallel()
	srv := discordtest.New(t, discordtest.Config{})
	srv.Plan(discordtest.Fault{Route: "/commands", Status: 403, Code: 50001, Times: -1})
	r := start(t, srv, echo)
	srv.WaitCalls(t, 1, "PUT", "/commands")
	p := srv.NewPerson()
	p.Slip("hello")
	srv.WaitCalls(t, 1, "POST", "/messages")
	r.idle()
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
		{"50035", discordtest.Fault{Method: "PATCH", Route: "@original", Status: 400, Code: 50035}, "code 50035"},
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
			if n := len(srv.Calls("DELETE", "@original")); (tt.name == "50035") != (n == 1) {
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
	r := newRest("http://127.0.0.1:1", "secret", &brisk)
	if got := r.scrub("Bot secret is bad"); got != "Bot [token] is bad" {
		t.Errorf("got %q", got)
	}
	err := r.do(t.Context(), call{name: "x", method: "GET", path: "/webhooks/1/hidden"}, nil)
	if err == nil || strings.Contains(err.Error(), "hidden") || strings.Contains(err.Error(), "secret") {
		t.Errorf("got %v", err)
	}
}

func TestCommandTable(t *testing.T) {
	t.Parallel()
	table := commands()
	at := slices.IndexFunc(table, func(c command) bool { return c.Name == "ask" })
	if at < 0 {
		t.Fatal("no /ask")
	}
	ask := table[at]
	if !slices.Equal(ask.Contexts, []int{0, 1, 2}) || !slices.Equal(ask.Installations, []int{0, 1}) {
		t.Errorf("contexts %v, installations %v", ask.Contexts, ask.Installations)
	}
	for _, lang := range []string{"uk", "de"} {
		if ask.Descriptions[lang] == "" || ask.Options[0].Descriptions[lang] == "" {
			t.Errorf("nothing in %s: %+v", lang, ask)
		}
	}
	if !ask.Options[0].Required || ask.Options[1].Required {
		t.Errorf("options: %+v", ask.Options)
	}
}
