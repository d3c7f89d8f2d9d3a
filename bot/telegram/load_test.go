package telegram_test

import (
	"fmt"
	"path/filepath"
	"slices"
	"testing"
	"time"

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

// BenchmarkBurst has 300 people write to the bot at once. It reports how long
// it takes from the message to the arrival of its answer, in milliseconds, without
// the limits of sending: that is more than until it waits to be sent. Bot, index,
// state and the fake Telegram share the machine.
func BenchmarkBurst(b *testing.B) {
	const chats = 300
	s := telegramtest.New(b)
	store := bottest.Store(b, filepath.Join(b.TempDir(), "state.db"))
	h := bottest.NewBundled(b, nil)
	r := launchWith(b, telegram.Config{Token: telegramtest.Token, APIURL: s.URL(), Handler: h, Memory: store})
	s.Wait("the bot", func() bool { return r.Health() == nil })
	var took []time.Duration
	for b.Loop() {
		var people []*telegramtest.Chat
		for range chats {
			people = append(people, s.Private())
		}
		began := make([]time.Time, chats)
		for i, c := range people {
			began[i] = time.Now()
			c.Say(fmt.Sprintf("%s %d", asking[i%len(asking)], i))
		}
		for i, c := range people {
			s.Wait("an answer", func() bool { return len(c.Messages()) > 0 })
			took = append(took, c.Messages()[0].Time.Sub(began[i]))
		}
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
