package telegram_test

import (
	"context"
	"fmt"
	"path/filepath"
	"slices"
	"sync"
	"testing"
	"time"

	"rapporteur/bot"
	"rapporteur/bot/bottest"
	"rapporteur/bot/telegram"
	"rapporteur/bot/telegram/telegramtest"
)

// asking are questions as people put them to the bundled texts.
var asking = []string{
	"How much will Ukraine spend on defence in 2026?", "Who took part in the talks in Berlin?",
	"Who would lead the multinational force?", "Скільки Україна витратить на оборону у 2026 році?",
	"What did the leaders say about frozen assets?", "Who won the chess olympiad?", "Wer vertrat die Vereinigten Staaten?",
}

// timed notes when a handler has answered what.
type timed struct {
	bot.Handler
	mu   sync.Mutex
	done map[string]time.Time // by chat
}

func (h *timed) Commands(locale string) []bot.Command { return bottest.Commands(locale) }

func (h *timed) Handle(ctx context.Context, r bot.Request) bot.Reply {
	reply := h.Handler.Handle(ctx, r)
	h.mu.Lock()
	defer h.mu.Unlock()
	h.done[r.Chat] = time.Now()
	return reply
}

func (h *timed) count() int {
	h.mu.Lock()
	defer h.mu.Unlock()
	return len(h.done)
}

// BenchmarkBurst has 300 people ask at once. It reports how
// long it takes until their answers wait to be sent, in milliseconds; sent they
// are at Telegram's pace. Bot, index, state and the fake Telegram share the
// machine.
func BenchmarkBurst(b *testing.B) {
	const chats = 300
	var took []time.Duration
	for b.Loop() {
		b.StopTimer()
		s := telegramtest.New(b)
		h := &timed{Handler: bottest.NewBundled(b, nil), done: map[string]time.Time{}}
		r := launchWith(b, telegram.Config{Token: telegramtest.Token, APIURL: s.URL(), Handler: h,
			Memory: bottest.Store(b, filepath.Join(b.TempDir(), "state.db"))}, func(a *telegram.Adapter) { a.KeepRates() })
		s.Wait("the bot", func() bool { return r.Health() == nil })
		var people []*telegramtest.Chat
		for range chats {
			people = append(people, s.Private())
		}
		b.StartTimer()
		asked := map[string]time.Time{}
		for i, c := range people {
			asked[fmt.Sprint(c.ID())] = time.Now()
			c.Say(asking[i%len(asking)])
		}
		for h.count() < chats {
			time.Sleep(time.Millisecond)
		}
		b.StopTimer()
		for chat, at := range h.done {
			took = append(took, at.Sub(asked[chat]))
		}
		r.stop()
		b.StartTimer()
	}
	slices.Sort(took)
	for _, p := range []int{50, 95, 99} {
		b.ReportMetric(float64(took[len(took)*p/100-1].Microseconds())/1000, fmt.Sprintf("p%d-ms", p))
	}
}

// TestLimits has many people and a busy group write at once to a bot that keeps
// to Telegram's rates, and a server that judges every window.
func TestLimits(t *testing.T) {
	if testing.Short() {
		t.Skip("takes as long as Telegram's limits ask for")
	}
	t.Parallel()
	const chats, inGroup = 300, 23
	s := telegramtest.New(t, telegramtest.WithLimits(telegramtest.Limits{
		All:   telegramtest.Rate{N: 30, In: time.Second},
		Chat:  telegramtest.Rate{N: 1, In: time.Second},
		Group: telegramtest.Rate{N: 20, In: time.Minute},
		Slack: 150 * time.Millisecond, // a busy machine may hold a call back for as long
	}))
	launchWith(t, telegram.Config{Token: telegramtest.Token, APIURL: s.URL(), Handler: echo(), Memory: bottest.Store(t, "")},
		func(a *telegram.Adapter) { a.KeepRates() })
	group := s.Group()
	for i := range inGroup {
		group.Say(fmt.Sprintf("/ask %d", i))
	}
	var people []*telegramtest.Chat
	for i := range chats {
		c := s.Private()
		c.Say(fmt.Sprint(i))
		people = append(people, c)
	}
	people[0].Say("a second question")
	began := time.Now()
	patiently(t, "the answers in private", func() bool {
		return len(people[0].Messages()) == 2 && !slices.ContainsFunc(people, func(c *telegramtest.Chat) bool { return len(c.Messages()) == 0 })
	})
	t.Logf("%d answers in private took %v", chats+1, time.Since(began).Round(time.Second))
	patiently(t, "the answers in the group", func() bool { return len(group.Messages()) == inGroup })
	for i, m := range group.Messages() {
		if want := fmt.Sprintf("> /ask %d", i); m.Text != want {
			t.Errorf("answer %d in the group is %q, want %q", i, m.Text, want)
		}
	}
}
