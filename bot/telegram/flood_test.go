package telegram_test

import (
	"context"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"rapporteur/bot"
	"rapporteur/bot/bottest"
	"rapporteur/bot/telegram"
	"rapporteur/bot/telegram/telegramtest"
)

// limited starts a bot with the sample texts that lets one person ask so many
// questions a minute, half of them at once.
func limited(t *testing.T, s *telegramtest.Server, rate int) house {
	t.Helper()
	kept := keep(t)
	return open(t, s, bottest.NewBot(t, func(c *bottest.Config) { c.State, c.UserRate = kept.State, rate }), kept)
}

// TestFloodStallsNobody has one person write thousands of messages, none of which
// is done with while another one asks.
func TestFloodStallsNobody(t *testing.T) {
	t.Parallel()
	for _, limits := range []bool{false, true} {
		t.Run(fmt.Sprint("limits ", limits), func(t *testing.T) {
			t.Parallel()
			s, kept := telegramtest.New(t), keep(t)
			busy, other := s.Private(), s.Private()
			goOn := make(chan struct{})
			var h bot.Handler = answering(func(r bot.Request) string {
				if r.Chat == fmt.Sprint(busy.ID()) {
					<-goOn
				}
				return "> " + r.Text
			})
			if limits {
				h = withLimits{h, bottest.NewBot(t, func(c *bottest.Config) { c.UserRate = 20 })}
			}
			r := open(t, s, h, kept)
			for i := range 5000 {
				busy.Say(fmt.Sprint(i))
			}
			other.Say("Who will open the bridge?")
			s.Wait("the other's answer", func() bool { return len(other.Messages()) == 1 })
			if n := len(busy.Messages()); n > 0 {
				t.Errorf("%d answers to who is held up", n)
			}
			want := map[bool]int{true: 10 + 1, false: telegram.MaxHand + 1}[limits] // with the one that is told
			s.Wait("no more to be in hand than may be", func() bool { return r.InHand() == want })
			close(goOn)
			r.settle()
		})
	}
}

// withLimits gives a handler the limits of another.
type withLimits struct {
	bot.Handler
	bot.Admitter
}

// TestLimitsAtIntake has one person write and press too much.
func TestLimitsAtIntake(t *testing.T) {
	t.Parallel()
	s := telegramtest.New(t)
	h := limited(t, s, 4)
	chat, group := s.Private(), s.Group()
	var updates []int64
	for range 200 {
		updates = append(updates, chat.Say(bridge))
	}
	h.settle(updates...)
	got := chat.Read()
	if len(got) != 3 || !strings.Contains(got[0], bottest.Opening) || !strings.Contains(got[1], bottest.Opening) || !strings.Contains(got[2], "too many questions at once") {
		t.Errorf("the bot said %q, want two answers and one notice", got)
	}
	if !strings.Contains(h.logs.String(), "updates dropped") || strings.Contains(h.logs.String(), "bridge") {
		t.Errorf("the log says\n%s", h.logs)
	}
	// What is said in a group without the bot's being asked costs nothing.
	other := s.Person("Taras", "en")
	for range 20 {
		updates = append(updates, group.As(other).Say("A fine day."))
	}
	h.settle(append(updates, group.As(other).Mention(bridge))...)
	reads(t, last(t, group), bottest.Opening)

	// Checking counts as asking does.
	checks := s.Private()
	for range 50 {
		updates = append(updates, checks.Say("/check The bridge will cost $120 million in 2026."))
	}
	h.settle(updates...)
	if got := checks.Read(); len(got) != 3 || !strings.Contains(got[2], "too many questions at once") {
		t.Errorf("checked: %q", got)
	}
}

// TestPressesLimited has somebody press too much. Each press is acknowledged.
func TestPressesLimited(t *testing.T) {
	t.Parallel()
	s := telegramtest.New(t)
	h := limited(t, s, 4)
	chat := s.Private()
	h.settle(chat.Say(bridge))
	h.settle(chat.PressOn(last(t, chat), "Context").Update)
	context := last(t, chat)
	for i := range 20 {
		p := chat.PressOn(context, "Back")
		if a := p.Wait(); !strings.Contains(a.Text, "too many questions at once") || a.Alert {
			t.Errorf("press %d is answered with %+v", i+1, a)
		}
		h.settle(p.Update)
	}
	if now := last(t, chat); now.Text != context.Text {
		t.Errorf("the message is now %q", now.Text)
	}
	if h.InHand() != 0 {
		t.Errorf("%d in hand", h.InHand())
	}
}

// TestPressesTakeTurns has somebody press the buttons of many messages while
// another one asks.
func TestPressesTakeTurns(t *testing.T) {
	t.Parallel()
	const presses = 100
	s, kept := telegramtest.New(t), keep(t)
	busy, other := s.Private(), s.Private()
	goOn := make(chan struct{})
	var mu sync.Mutex
	var order []string
	h := &handler{answer: func(_ context.Context, r bot.Request) bot.Reply {
		if r.Action == "" && r.Text == "button" {
			return bot.Reply{Kind: bot.KindAnswer, Blocks: []bot.Block{bot.Para{Text: "press"}}, Actions: []bot.Action{{Label: "Press", Token: "x"}}}
		}
		<-goOn
		mu.Lock()
		defer mu.Unlock()
		order = append(order, r.Chat)
		return say("done")
	}}
	r := open(t, s, h, kept)
	for range presses {
		busy.Say("button")
	}
	s.Wait("the buttons", func() bool { return len(busy.Messages()) == presses })
	r.settle()
	for _, m := range busy.Messages() {
		busy.PressOn(m, "Press")
	}
	s.Wait("the presses to be in hand", func() bool { return r.InHand() == presses })
	other.Say("And I?")
	s.Wait("the question to wait", func() bool { return r.Waiting() == presses+1-telegram.MaxBusy })
	close(goOn)
	r.settle()
	if n := slices.Index(order, fmt.Sprint(other.ID())); n < 0 || n > 2*telegram.MaxBusy {
		t.Errorf("%d of %d presses are handled before the question", n, presses)
	}
}

// TestHealthTellsOfTheQueue has requests wait for a handler that hangs.
func TestHealthTellsOfTheQueue(t *testing.T) {
	t.Parallel()
	s, kept := telegramtest.New(t), keep(t)
	goOn := make(chan struct{})
	r := open(t, s, answering(func(bot.Request) string { <-goOn; return "." }), kept, func(a *telegram.Adapter) { a.PollFor(100 * time.Millisecond) },
		func(a *telegram.Adapter) { a.UnwellAfter(500 * time.Millisecond) })
	var updates []int64
	for range telegram.MaxBusy + 3 {
		updates = append(updates, s.Private().Say("Who?"))
	}
	s.Wait("health to tell", func() bool {
		err := r.Health()
		return err != nil && strings.Contains(err.Error(), "3 requests wait to be handled")
	})
	close(goOn)
	r.settle(updates...)
	s.Wait("health", func() bool { return r.Health() == nil })
}

// BenchmarkFlood has one person write 5,000 messages, and others ask meanwhile. It
// reports how long it takes until these are answered, in milliseconds, and how many
// answers the first one gets. Bot, index, state and the fake Telegram share the
// machine, and it keeps to Telegram's rates.
func BenchmarkFlood(b *testing.B) {
	const flood, people = 5000, 50
	var took []time.Duration
	answers := 0
	for b.Loop() {
		b.StopTimer()
		s := telegramtest.New(b)
		kept := bottest.Store(b, filepath.Join(b.TempDir(), "state.db"))
		h := bottest.NewBundled(b, func(c *bottest.Config) { c.State, c.UserRate, c.ChatRate = kept, 60, 120 })
		r := launchWith(b, telegram.Config{Token: telegramtest.Token, APIURL: s.URL(), Handler: h, Memory: kept}, func(a *telegram.Adapter) { a.KeepRates() })
		s.Wait("the bot", func() bool { return r.Health() == nil })
		busy := s.Private()
		var others []*telegramtest.Chat
		for range people {
			others = append(others, s.Private())
		}
		b.StartTimer()
		for i := range flood {
			busy.Say(asking[i%len(asking)])
		}
		for i, c := range others {
			began := time.Now()
			c.Say(asking[i%len(asking)])
			for len(c.Messages()) == 0 {
				time.Sleep(time.Millisecond)
			}
			took = append(took, time.Since(began))
		}
		b.StopTimer()
		answers += len(busy.Messages())
		r.stop()
		b.StartTimer()
	}
	slices.Sort(took)
	for _, p := range []int{50, 99} {
		b.ReportMetric(float64(took[len(took)*p/100-1].Microseconds())/1000, fmt.Sprintf("p%d-ms", p))
	}
	b.ReportMetric(float64(answers)/float64(b.N), "answers")
}
