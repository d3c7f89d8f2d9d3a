package discord

import (
	"context"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"runtime"
	"slices"
	"testing"
	"time"

	"rapporteur/bot/bottest"
	"rapporteur/bot/discord/discordtest"
)

// perSecond is how many interactions a second a busy bot is asked to bear.
const perSecond = 200

// BenchmarkAcknowledge uses a bot as operators run it 200 times a second,
// whether it keeps up or not, and reports how long after the event the first
// words and the answers arrived. Fake, bot and index share the machine. An
// iteration is one interaction:
//
//	go test ./bot/discord -run '^$' -bench Acknowledge -benchtime 20000x
func BenchmarkAcknowledge(b *testing.B) {
	b.Run("prompt", func(b *testing.B) { acknowledge(b, usual.patience) })
	// Every answer is deferred, and Discord takes its time over the answers:
	// acknowledgements must not wait behind them.
	b.Run("slow", func(b *testing.B) {
		acknowledge(b, 0, discordtest.Fault{Method: "PATCH", Times: -1, Delay: 500 * time.Millisecond})
	})
}

func acknowledge(b *testing.B, patience time.Duration, faults ...discordtest.Fault) {
	b.Setenv(discordtest.SpecsEnv, "") // what the specification costs is not the bot's
	srv := discordtest.New(b, discordtest.Config{})
	a, err := New(Config{Token: srv.Token, APIURL: srv.URL(), Handler: bottest.NewBundled(b, nil), Logger: slog.New(slog.DiscardHandler)})
	if err != nil {
		b.Fatal(err)
	}
	a.times.patience = patience
	srv.Idle = func() { a.jobs.Wait(time.Minute) }
	ctx, cancel := context.WithCancel(context.Background())
	over := make(chan error, 1)
	go func() { over <- a.Run(ctx) }()
	b.Cleanup(func() {
		cancel()
		if err := <-over; err != nil {
			b.Errorf("Run: %v", err)
		}
	})
	srv.WaitReady(b)

	for _, f := range faults {
		srv.Plan(f)
	}

	b.ReportAllocs()
	b.ResetTimer()
	b.StopTimer()
	crowd := newCrowd(srv)
	// Made at once, lest they count as kept by the bot.
	acknowledged, suggested, answered := make([]time.Duration, 0, b.N+5), make([]time.Duration, 0, b.N), make([]time.Duration, 0, b.N+5)
	var kept []uint64 // after each half
	for _, n := range []int{b.N / 2, b.N - b.N/2} {
		crowd.prepare(b)
		before := len(srv.Uses())
		b.StartTimer()
		crowd.rush(b, n)
		srv.Settle(b)
		b.StopTimer()
		uses := srv.Uses()
		if len(uses) != before+n {
			b.Errorf("%d interactions began, want %d", len(uses)-before, n)
		}
		for _, u := range uses {
			switch {
			case u.Acknowledged.IsZero() || u.Answered.IsZero():
				b.Errorf("an interaction of kind %d ended without an answer: %+v", u.Kind, u)
			case u.Kind == discordtest.KindAutocomplete:
				suggested = append(suggested, u.Answered.Sub(u.Begun))
			default:
				acknowledged = append(acknowledged, u.Acknowledged.Sub(u.Begun))
				answered = append(answered, u.Answered.Sub(u.Begun))
			}
		}
		srv.Forget()
		a.rest.client.CloseIdleConnections() // their number varies, within bounds
		kept = append(kept, heap())
	}
	report(b, "ack", acknowledged)
	report(b, "suggest", suggested)
	report(b, "answer", answered)
	b.ReportMetric(float64(kept[1])/1e6, "heap-MB")
	b.ReportMetric((float64(kept[1])-float64(kept[0]))/float64(b.N-b.N/2), "kept-B/op")
	b.ReportMetric(float64(runtime.NumGoroutine()), "goroutines")
	b.ReportMetric(crowd.late.Seconds()*1e3, "late-ms")
	b.ReportMetric(0, "ns/op") // it is the pace that we set
}

// heap returns the bytes in use when everything superfluous is gone.
func heap() uint64 {
	var m runtime.MemStats
	runtime.GC()
	runtime.GC() // what had a finalizer or was in a pool
	runtime.ReadMemStats(&m)
	return m.HeapAlloc
}

func report(b *testing.B, name string, took []time.Duration) {
	if len(took) == 0 {
		return
	}
	slices.Sort(took)
	for _, q := range []struct {
		name string
		at   float64
	}{{"p50", .50}, {"p95", .95}, {"p99", .99}, {"max", 1}} {
		d := took[int(q.at*float64(len(took)-1))]
		b.ReportMetric(d.Seconds()*1e3, fmt.Sprintf("%s-%s-ms", name, q.name))
	}
}

// crowd are the people who use the bot, and what they do.
type crowd struct {
	people  []*discordtest.Person
	buttons []button
	dice    *rand.Rand
	late    time.Duration // by how much the crowd was behind its pace, at most
}

type button struct{ message, token string }

func newCrowd(srv *discordtest.Server) *crowd {
	c := &crowd{dice: rand.New(rand.NewPCG(1, 2))}
	for range 200 {
		c.people = append(c.people, srv.NewPerson())
	}
	return c
}

// prepare gets answers with buttons to press.
func (c *crowd) prepare(b *testing.B) {
	c.buttons = nil
	for i, p := range c.people[:5] {
		p.Slash(b, "ask", topics[i].question, nil, "")
		for _, label := range []string{"More quotes", "Context", "Source", "Helpful", "Not helpful"} {
			if message, token := p.Button(label); token != "" {
				c.buttons = append(c.buttons, button{message, token})
			}
		}
	}
	if len(c.buttons) < 10 {
		b.Fatalf("only %d buttons to press", len(c.buttons))
	}
}

// rush does n things at the pace set, one after the other.
func (c *crowd) rush(b *testing.B, n int) {
	begin := time.Now()
	for i := range n {
		due := begin.Add(time.Duration(i) * time.Second / perSecond)
		time.Sleep(time.Until(due))
		c.late = max(c.late, time.Since(due))
		c.act(b)
	}
}

// act does one thing, as often as people do it.
func (c *crowd) act(b *testing.B) {
	p := c.people[c.dice.IntN(len(c.people))]
	topic := topics[c.dice.IntN(len(topics))]
	switch d := c.dice.IntN(100); {
	case d < 70:
		p.AskSlip(b, fmt.Sprintf(questions[c.dice.IntN(len(questions))], topic.name))
	case d < 85:
		press := c.buttons[c.dice.IntN(len(c.buttons))]
		p.PressSlip(press.message, press.token, "")
	case d < 95:
		p.CompleteSlip(b, "ask", "question", topic.name[:c.dice.IntN(len(topic.name))+1])
	default:
		p.MenuSlip(b, "Verify against the sources", map[string]any{"content": topic.claim})
	}
}

// topics are what the bundled texts are about, and what they are not.
var topics = []struct{ name, question, claim string }{
	{"the multinational force", "Who leads the multinational force?", "France will lead the multinational force in Ukraine. It will have a million soldiers."},
	{"Ukraine's defence", "How much will Ukraine spend on defence in 2026?", "Ukraine will spend $120 billion on defence in 2026."},
	{"the security guarantees", "What do the security guarantees say?", "The security guarantees are like those of Article 5. The Senate will vote on them."},
	{"territory", "What was said about territory?", "No agreement was reached on the question of territory."},
	{"the five documents", "What are the five documents?", "Five documents were discussed at the talks in Berlin. All of them are public."},
	{"the army of Ukraine", "How large will the army of Ukraine be?", "The army of Ukraine will have 800,000 soldiers in peacetime."},
	{"Germany", "What did Germany promise?", "Germany will pay for everything. The chancellor said so in Berlin."},
	{"the ceasefire", "Who monitors the ceasefire?", "The United States will lead the monitoring of the ceasefire."},
	{"frozen assets", "What happens to the frozen assets?", "The frozen assets will be used to rebuild Ukraine."},
	{"chess", "Who won the chess olympiad?", "The chess olympiad was won by a child from Reykjavik."},
}

var questions = []string{
	"Who decides about %s?", "What was agreed about %s?", "How much does %s cost?", "When was %s discussed?",
	"Why does %s matter?", "What did the ministers say about %s?", "Which countries take part in %s?", "Is there a plan for %s?",
	"What is still open about %s?", "What did Zelensky say about %s?",
}
