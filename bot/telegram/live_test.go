package telegram_test

import (
	"context"
	"fmt"
	"net/http/httptest"
	"runtime"
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

const stoppedText = "I was stopped while this was under way, and cannot tell here what became of it. Please ask again."

// work is something that goes on: a handler that answers “/reindex”, a press of
// “Again” and edits with what comes by updates, a press of “Cancel” by ending it,
// and anything else with itself.
type work struct {
	*handler
	updates chan bot.Reply
	inPlace bool

	mu     sync.Mutex
	closed bool
}

func newWork() *work {
	w := &work{updates: make(chan bot.Reply)}
	w.handler = &handler{answer: w.answer}
	return w
}

func (w *work) answer(_ context.Context, r bot.Request) bot.Reply {
	switch {
	case r.Action == "cancel":
		w.end(say("Cancelled."))
		return say("It is being cancelled.")
	case r.Action == "again", strings.HasPrefix(r.Text, "/reindex"):
		first := version(0)
		first.Updates, first.InPlace = w.updates, w.inPlace
		return first
	case r.Text == "buttons":
		first := say("Press.")
		first.Actions = []bot.Action{{Kind: bot.Show, Label: "Again", Token: "again"}}
		return first
	}
	return say("> " + r.Text)
}

// version is how far it is.
func version(n int) bot.Reply {
	r := say(fmt.Sprint(n, " of 100"))
	r.Actions = []bot.Action{{Kind: bot.Show, Label: "Cancel", Token: "cancel"}}
	return r
}

func (w *work) end(last bot.Reply) {
	w.updates <- last
	w.mu.Lock()
	defer w.mu.Unlock()
	if !w.closed {
		w.closed = true
		close(w.updates)
	}
}

// waitFor returns when the chat reads like this.
func waitFor(s *telegramtest.Server, chat *telegramtest.Chat, want ...string) {
	s.Wait(fmt.Sprintf("%q", want), func() bool { return slices.Equal(chat.Read(), want) })
}

// TestLive lets something go on to its end in a private chat, a group and a topic,
// while other questions are asked there and answered.
func TestLive(t *testing.T) {
	t.Parallel()
	for _, where := range []string{"private", "group", "topic"} {
		t.Run(where, func(t *testing.T) {
			t.Parallel()
			s, w := telegramtest.New(t), newWork()
			launch(t, s, w)
			chat := s.Private()
			if where != "private" {
				chat = s.Group()
			}
			if where == "topic" {
				chat = chat.Topic()
			}
			asked := chat.Post(telegramtest.Typed{Text: "/reindex"})
			s.WaitHandled(asked.Update)
			waitFor(s, chat, "0 of 100")
			s.WaitHandled(chat.Say("/ask another?")) // the chat does not wait
			w.updates <- version(1)
			waitFor(s, chat, "1 of 100", "> /ask another?")
			if got := chat.Messages()[0].Labels(); len(got) != 1 {
				t.Errorf("the buttons are %q", got)
			}
			for n := range 100 {
				w.updates <- version(n)
			}
			last := withFiles("Done.", csv("refused.csv"))
			w.end(last)
			waitFor(s, chat, "Done.", "> /ask another?", "refused.csv")
			got := chat.Messages()
			if len(got[0].Buttons) > 0 || got[2].ReplyTo != asked.Message || got[2].Thread != got[0].Thread {
				t.Errorf("got %+v", got)
			}
			if got[0].Edits > 90 {
				t.Errorf("%d edits for 102 versions", got[0].Edits)
			}
		})
	}
}

// TestLiveWithoutNews ends before anything has come of it.
func TestLiveWithoutNews(t *testing.T) {
	t.Parallel()
	s := telegramtest.New(t)
	launch(t, s, &handler{answer: func(context.Context, bot.Request) bot.Reply {
		r, updates := withFiles("Done.", csv("a.csv")), make(chan bot.Reply)
		close(updates)
		r.Updates = updates
		return r
	}})
	chat := s.Private()
	s.WaitHandled(chat.Say("?"))
	waitFor(s, chat, "Done.", "a.csv")
	if n := len(s.Calls("editMessageText")); n > 0 {
		t.Errorf("%d edits", n)
	}
}

// TestLiveVersionWithoutWords keeps those that stand, with the files.
func TestLiveVersionWithoutWords(t *testing.T) {
	t.Parallel()
	s, w := telegramtest.New(t), newWork()
	launch(t, s, w)
	chat := s.Private()
	s.WaitHandled(chat.Say("/reindex"))
	w.end(bot.Reply{Kind: bot.KindNotice, Files: []bot.File{csv("a.csv")}})
	waitFor(s, chat, "0 of 100", "a.csv")
	s.Wait("the button to go", func() bool { return len(chat.Messages()[0].Buttons) == 0 })
}

func TestLiveTrouble(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name   string
		faults []telegramtest.Fault
		want   []string
	}{
		{"too fast", []telegramtest.Fault{{Status: 429, RetryAfter: 1}, {Status: 429, RetryAfter: 1}}, []string{"Done."}},
		{"bad gateway", []telegramtest.Fault{{Status: 502, NotJSON: true}, {Status: 500}, {}}, []string{"Done."}},
		{"an answer lost", []telegramtest.Fault{{Late: true}, {Late: true}}, []string{"Done."}},
		{"refused once", []telegramtest.Fault{{Status: 400, Description: "Bad Request: something"}}, []string{"Done."}},
		{"markup", []telegramtest.Fault{{Status: 400, Description: "Bad Request: can't parse entities: x"}}, []string{"Done."}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			s, w := telegramtest.New(t), newWork()
			// Any message but one that goes on would be given up at once.
			launch(t, s, w, func(a *telegram.Adapter) { a.GiveUpAfter(0) })
			chat := s.Private()
			s.WaitHandled(chat.Say("/reindex"))
			s.Fail("editMessageText", tt.faults...)
			w.updates <- version(1)
			w.updates <- version(2)
			s.Wait("the first edit", func() bool { return len(s.Calls("editMessageText")) > 0 })
			w.end(say("Done."))
			waitFor(s, chat, tt.want...)
			if got := chat.Messages()[0]; len(got.Buttons) > 0 {
				t.Errorf("the buttons are %q", got.Labels())
			}
			if n := s.FaultsLeft(); n > 0 {
				t.Errorf("%d faults did not happen", n)
			}
		})
	}
}

// TestLiveMessageDeleted bothers nobody who has deleted the message with another,
// before the last.
func TestLiveMessageDeleted(t *testing.T) {
	t.Parallel()
	s, w := telegramtest.New(t), newWork()
	launch(t, s, w)
	chat := s.Private()
	s.WaitHandled(chat.Say("/reindex"))
	s.Fail("editMessageText", telegramtest.Fault{Status: 400, Description: "Bad Request: message to edit not found"})
	w.updates <- version(1)
	s.Wait("the edit", func() bool { return s.FaultsLeft() == 0 })
	for n := range 20 {
		w.updates <- version(n)
	}
	s.WaitHandled(chat.Say("meanwhile"))
	if n := len(s.Calls("sendMessage")); n != 2 {
		t.Errorf("%d messages were sent, want the first version and an answer", n)
	}
	w.end(say("Done."))
	waitFor(s, chat, "0 of 100", "> meanwhile", "Done.") // the kit has not deleted the first
	if got := chat.Messages()[2]; got.Edits > 0 {
		t.Error("a version before the last was sent anew, and edited")
	}
}

func TestLiveCancel(t *testing.T) {
	t.Parallel()
	s, w := telegramtest.New(t), newWork()
	launch(t, s, w)
	chat := s.Private()
	s.WaitHandled(chat.Say("/reindex"))
	w.updates <- version(1)
	waitFor(s, chat, "1 of 100")
	if a := chat.Press("Cancel").Wait(); a.Text != "It is being cancelled." {
		t.Errorf("the press is answered %q", a.Text)
	}
	waitFor(s, chat, "Cancelled.")
	if got := chat.Messages()[0]; len(got.Buttons) > 0 {
		t.Errorf("the buttons are %q", got.Labels())
	}
}

func TestLivePresses(t *testing.T) {
	t.Parallel()
	for _, inPlace := range []bool{true, false} {
		t.Run(fmt.Sprint("in place ", inPlace), func(t *testing.T) {
			t.Parallel()
			s, w := telegramtest.New(t), newWork()
			w.inPlace = inPlace
			launch(t, s, w)
			chat := s.Private()
			s.WaitHandled(chat.Say("buttons"))
			p := chat.Press("Again")
			s.WaitHandled(p.Update)
			var above []string
			if !inPlace {
				above = []string{"Press."}
			}
			waitFor(s, chat, append(above, "0 of 100")...)
			w.updates <- version(1)
			waitFor(s, chat, append(above, "1 of 100")...)
			w.end(withFiles("Done.", csv("a.csv")))
			waitFor(s, chat, append(above, "Done.", "a.csv")...)
			if a := p.Wait(); a.Text != "" {
				t.Errorf("it is also said in passing: %q", a.Text)
			}
		})
	}
}

// TestLiveSuperseded edits the question while it goes on: what comes of the old
// one does not overwrite the answer to the new one.
func TestLiveSuperseded(t *testing.T) {
	t.Parallel()
	s, w := telegramtest.New(t), newWork()
	memory := bottest.Store(t, "")
	launchWith(t, telegram.Config{Token: telegramtest.Token, APIURL: s.URL(), Handler: w, Memory: memory})
	chat := s.Private()
	asked := chat.Post(telegramtest.Typed{Text: "/reindex"})
	s.WaitHandled(asked.Update)
	w.updates <- version(1)
	waitFor(s, chat, "1 of 100")
	s.WaitHandled(chat.Edit(asked.Message, "something else"))
	waitFor(s, chat, "> something else")
	select {
	case w.updates <- version(2):
		t.Error("somebody still reads what comes of it")
	default:
	}
	s.WaitHandled(chat.Say("and then"))
	waitFor(s, chat, "> something else", "> and then")
	s.Wait("nothing to be in hand for the next run", func() bool {
		ids, _, err := memory.InHand(t.Context(), fmt.Sprint("telegram/", telegramtest.ID))
		return err == nil && len(ids) == 0
	})
}

func TestLiveGuest(t *testing.T) {
	t.Parallel()
	s, w := telegramtest.New(t), newWork()
	launch(t, s, w)
	s.WaitHandled(s.Private().Say("hello"))
	g := s.Elsewhere("supergroup").Summon(telegramtest.Typed{Text: "/reindex"})
	g.Wait()
	w.end(withFiles("Done.", csv("a.csv")))
	s.Wait("the end", func() bool { m, _ := g.Answered(); return m.Text == "Done." })
	if n := len(s.Calls("sendDocument")); n > 0 {
		t.Errorf("%d files were sent", n)
	}
}

// TestLiveStopped stops the adapter while something goes on. The message says so,
// at once, and nothing is left that would edit it in the next run.
func TestLiveStopped(t *testing.T) {
	t.Parallel()
	s, w, memory := telegramtest.New(t), newWork(), bottest.Store(t, "")
	config := telegram.Config{Token: telegramtest.Token, APIURL: s.URL(), Handler: w, Memory: memory}
	r := launchWith(t, config)
	chat := s.Private()
	s.WaitHandled(chat.Say("/reindex"))
	w.updates <- version(7)
	waitFor(s, chat, "7 of 100")
	if err := r.end(t); err != nil {
		t.Fatal(err)
	}
	want := []string{"7 of 100\n\n" + stoppedText}
	if got := chat.Messages(); !slices.Equal(chat.Read(), want) || len(got[0].Buttons) > 0 {
		t.Errorf("the message reads %q, with the buttons %q", chat.Read(), got[0].Labels())
	}
	if ids, _, err := memory.InHand(t.Context(), fmt.Sprint("telegram/", telegramtest.ID)); err != nil || len(ids) > 0 {
		t.Errorf("in hand are %v, %v", ids, err)
	}
	launchWith(t, config)
	s.WaitHandled(chat.Say("again"))
	waitFor(s, chat, want[0], "> again")
}

// TestLiveEndsWhileStopping shows the end that comes just after the adapter is told
// to stop.
func TestLiveEndsWhileStopping(t *testing.T) {
	t.Parallel()
	s := telegramtest.New(t)
	updates := make(chan bot.Reply, 1)
	r := launch(t, s, &handler{answer: func(context.Context, bot.Request) bot.Reply {
		first := version(0)
		first.Updates = updates
		return first
	}}, func(a *telegram.Adapter) { a.SettleWithin(10 * time.Second) })
	chat := s.Private()
	s.WaitHandled(chat.Say("?"))
	waitFor(s, chat, "0 of 100")
	r.stop()
	updates <- say("Ended by the stop.")
	close(updates)
	if err := r.end(t); err != nil {
		t.Fatal(err)
	}
	if got := chat.Read(); !slices.Equal(got, []string{"Ended by the stop."}) {
		t.Errorf("the message reads %q", got)
	}
}

// TestLiveKilled cuts the adapter off while something goes on, as kill -9 does. The
// next run says in the message that it was stopped.
func TestLiveKilled(t *testing.T) {
	t.Parallel()
	s, w, memory := telegramtest.New(t), newWork(), bottest.Store(t, "")
	line := &wire{to: s.URL()}
	front := httptest.NewServer(line)
	t.Cleanup(front.Close)
	config := telegram.Config{Token: telegramtest.Token, APIURL: front.URL, Handler: w, Memory: memory}
	r := launchWith(t, config)
	chat := s.Group().Topic()
	chat.Type(telegramtest.Typed{Text: "/reindex", Locale: "de"})
	waitFor(s, chat, "0 of 100")
	w.updates <- version(7)
	waitFor(s, chat, "7 of 100")
	s.Wait("the update to be done", func() bool {
		ids, _, err := memory.InHand(t.Context(), fmt.Sprint("telegram/", telegramtest.ID))
		return err == nil && len(ids) == 1 && ids[0] < 0
	})
	line.cut()
	if err := r.end(t); err != nil {
		t.Fatal(err)
	}
	waitFor(s, chat, "7 of 100") // nothing has got through
	config.APIURL = s.URL()
	launchWith(t, config)
	waitFor(s, chat, bot.Explain(bot.ErrStopped, "de"))
	chat.Say("/ask again")
	waitFor(s, chat, bot.Explain(bot.ErrStopped, "de"), "> /ask again")
}

// TestLiveLeavesNothing looks for goroutines of what went on when the adapter has
// ended. It does not run beside others.
func TestLiveLeavesNothing(t *testing.T) {
	s, w := telegramtest.New(t), newWork()
	r := launch(t, s, w)
	for range 10 {
		chat := s.Private()
		s.WaitHandled(chat.Say("/reindex"))
		waitFor(s, chat, "0 of 100")
	}
	going := func() bool {
		all := make([]byte, 1<<20)
		return strings.Contains(string(all[:runtime.Stack(all, true)]), "telegram.(*live).run")
	}
	if !going() {
		t.Fatal("nothing goes on")
	}
	if err := r.end(t); err != nil {
		t.Fatal(err)
	}
	s.Wait("nothing to go on", func() bool { return !going() })
}

// TestLiveKeepsLimits lets two things go on at the real pace.
func TestLiveKeepsLimits(t *testing.T) {
	if testing.Short() {
		t.Skip("takes 10 seconds")
	}
	t.Parallel()
	s := telegramtest.New(t, telegramtest.WithLimits(telegramtest.Limits{
		All: telegramtest.Rate{N: 30, In: time.Second}, Chat: telegramtest.Rate{N: 1, In: time.Second}, Group: telegramtest.Rate{N: 20, In: time.Minute},
		Slack: 50 * time.Millisecond,
	}))
	updates := make(chan bot.Reply)
	launch(t, s, &handler{answer: func(_ context.Context, r bot.Request) bot.Reply {
		if !strings.HasPrefix(r.Text, "/reindex") {
			return say("> " + r.Text)
		}
		first := version(0)
		first.Updates = updates
		return first
	}}, (*telegram.Adapter).KeepRates, (*telegram.Adapter).KeepEdits)
	private, group := s.Private(), s.Group()
	s.WaitHandled(private.Say("/reindex"), group.Say("/reindex"))
	n := 0
	for end := time.Now().Add(9 * time.Second); time.Now().Before(end); n++ {
		select {
		case updates <- version(n % 100):
		case <-time.After(time.Second):
		}
	}
	s.WaitHandled(group.Say("/ask another?"))
	close(updates)
	for chat, most := range map[*telegramtest.Chat]int{private: 4, group: 2} {
		if got := chat.Messages()[0].Edits; got < 1 || got > most {
			t.Errorf("%d edits in 9 seconds, want 1 to %d", got, most)
		}
	}
	t.Logf("%d versions, %d and %d edits", n, private.Messages()[0].Edits, group.Messages()[0].Edits)
}
