package discord

import (
	"context"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"rapporteur/bot"
	"rapporteur/bot/discord/discordtest"
)

// TestChaos lets 2,000 interactions meet a gateway that drops, resumes, asks to
// reconnect and doubts sessions, and an API that limits, fails and hangs up, as a
// seeded die has it. In the first run every session can be resumed, so that
// nothing may be lost. In the second some cannot: then Discord does not deliver
// what came meanwhile, and shows people so itself.
func TestChaos(t *testing.T) {
	if testing.Short() {
		t.Skip("it takes half a minute")
	}
	for _, tt := range []struct {
		name    string
		invalid bool // sessions may end for good
	}{{"sessions resume", false}, {"sessions end", true}} {
		t.Run(tt.name, func(t *testing.T) {
			for _, seed := range []uint64{1, 2} {
				t.Run(fmt.Sprint(seed), func(t *testing.T) { chaos(t, seed, 1000, tt.invalid) })
			}
		})
	}
}

// number is what an interaction says, and the answer to it.
var number = regexp.MustCompile(`№(\d+)`)

// moody answers with the number it was asked, in all kinds of ways.
func moody(ctx context.Context, r bot.Request) bot.Reply {
	m := number.FindString(r.Text + r.Action)
	var n int
	fmt.Sscanf(m, "№%d", &n)
	switch n % 7 {
	case 1: // long enough to be deferred
		select {
		case <-time.After(60 * time.Millisecond):
		case <-ctx.Done():
		}
	case 2:
		panic("moody " + m)
	}
	reply := say("Answer " + m + ".")
	switch n % 5 {
	case 0:
		reply.Kind = bot.KindRefusal
	case 1:
		reply.Kind = bot.KindError
	}
	reply.Actions = []bot.Action{{Kind: bot.More, Label: "More", Token: "№0"}}
	return reply
}

func chaos(t *testing.T, seed uint64, n int, invalid bool) {
	before := ours()
	// A busy machine may stand still for seconds; that is not what is tested.
	const first = 20 * time.Second
	srv := discordtest.New(t, discordtest.Config{AckWithin: first})
	r := prepare(t, srv, handler(moody), func(times *timing) { times.first, times.patience = first, 30*time.Millisecond })

	// What reaches the bot, by the token of the interaction.
	var mu sync.Mutex
	reached := make(map[string]bool)
	dispatch := r.gateway.dispatch
	r.gateway.dispatch = func(event string, data json.RawMessage) {
		var in struct {
			Token string `json:"token"`
		}
		if event == "INTERACTION_CREATE" && json.Unmarshal(data, &in) == nil {
			mu.Lock()
			reached[in.Token] = true
			mu.Unlock()
		}
		dispatch(event, data)
	}
	r.run(t)
	srv.WaitReady(t)

	people := make([]*discordtest.Person, 20)
	for i := range people {
		people[i] = srv.NewPerson()
	}
	stand := people[0].Stand("A message with a button.")
	dice := rand.New(rand.NewPCG(seed, 20251214))
	for i := 1; i <= n; i++ {
		if dice.IntN(100) < 3 {
			disturb(srv, dice, invalid)
		}
		if f := mishap(dice); dice.IntN(100) < 10 && r.Health() == nil { // else they pile up and hit one call
			srv.Plan(f)
		}
		p := people[dice.IntN(len(people))]
		text := fmt.Sprintf("№%d", i)
		switch d := dice.IntN(10); {
		case d < 6:
			p.AskSlip(t, text)
		case d < 9:
			p.PressSlip(stand, text, "")
		default:
			p.MenuSlip(t, "Verify against the sources", map[string]any{"content": text})
		}
		time.Sleep(time.Duration(dice.IntN(5)) * time.Millisecond)
	}
	calm(t, srv, r)

	answers := make(map[string]int)
	for _, m := range srv.Messages() {
		switch {
		case m.Author != discordtest.BotID || m.Deleted || m.ID == stand:
		case m.Thinking:
			t.Errorf("somebody still waits: %+v", m)
		default:
			text := m.Read()
			if strings.Contains(text, "give the operator the code") {
				answers[m.ID] = 1 // a panic: which number it was, only the log knows
				continue
			}
			answers[number.FindString(text)]++
		}
	}
	answered, lost, failed := 0, 0, 0
	for i, u := range srv.Uses() {
		switch got := reached[u.Token]; {
		case got && !u.Answered.IsZero():
			answered++
		case got:
			t.Errorf("interaction %d reached the bot and was not answered: %+v", i+1, u)
		case !u.Acknowledged.IsZero():
			t.Errorf("interaction %d did not reach the bot and was acknowledged", i+1)
		default:
			lost++
		}
	}
	for who, times := range answers {
		if times != 1 {
			t.Errorf("%s: answered %d times", who, times)
		}
		if !strings.HasPrefix(who, "№") {
			failed++
		}
	}
	if len(answers) != answered {
		t.Errorf("%d answers to %d interactions", len(answers), answered)
	}
	if !invalid && lost > 0 || answered+lost != n || answered < n/4 {
		t.Errorf("of %d interactions %d were answered, and %d did not reach the bot", n, answered, lost)
	}
	identifies, resumes := srv.Handshakes()
	t.Logf("seed %d: %d answered, of which %d with an error; %d not delivered; %d IDENTIFYs, %d RESUMEs", seed, answered, failed, lost, identifies, resumes)

	r.stop()
	if err := r.end(t); err != nil {
		t.Errorf("Run: %v", err)
	}
	r.rest.client.CloseIdleConnections()
	for _, stack := range leftBehind(before) {
		t.Errorf("left behind:\n%s", stack)
	}
}

// disturb does something to the gateway.
func disturb(srv *discordtest.Server, dice *rand.Rand, invalid bool) {
	kinds := []func(){
		srv.Drop,
		srv.Reconnect,
		srv.Doubt,
		func() { srv.Close(4000) },
		func() { srv.PlanHandshakes(discordtest.Handshake{Reconnect: true}); srv.Drop() },
		func() { srv.PlanHandshakes(discordtest.Handshake{Invalid: true, Resumable: true}); srv.Reconnect() },
		func() { srv.PlanGreetings(discordtest.Handshake{Reconnect: true}); srv.Drop() },
		func() { srv.SendRaw(`{"op":0,"t":"NEWS","s":` /* broken off */) },
	}
	if invalid {
		kinds = append(kinds, srv.Invalidate, func() { srv.Close(4009) },
			func() { srv.PlanHandshakes(discordtest.Handshake{Invalid: true}); srv.Drop() })
	}
	kinds[dice.IntN(len(kinds))]()
}

// mishap is something that goes wrong with the next calls of some kind.
func mishap(dice *rand.Rand) discordtest.Fault {
	routes := []string{"/callback", "@original", ""}
	f := discordtest.Fault{Route: routes[dice.IntN(len(routes))], Times: 1 + dice.IntN(2), Delay: time.Duration(dice.IntN(20)) * time.Millisecond}
	switch dice.IntN(5) {
	case 0:
		f.Status, f.RetryAfter = 429, time.Duration(1+dice.IntN(30))*time.Millisecond
	case 1:
		f.Status = 500
	case 2:
		f.Status, f.Lost = 502, true
	case 3:
		f.Drop = true
	}
	return f
}

// calm waits until the storm is over: the bot is connected and has taken all
// that it will ever get.
func calm(t *testing.T, srv *discordtest.Server, r *running) {
	t.Helper()
	r.waitHealthy(t)
	srv.WaitReady(t)
	srv.Settle(t)
}
