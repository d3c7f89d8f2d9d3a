package telegram_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"rapporteur/bot"
	"rapporteur/bot/telegram/telegramtest"
)

func TestSendTrouble(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name   string
		faults []telegramtest.Fault
		want   []string
	}{
		{"bad gateway", []telegramtest.Fault{{Status: 502, NotJSON: true}, {Status: 500}}, []string{"> one", "> two"}},
		{"reset", []telegramtest.Fault{{}}, []string{"> one", "> two"}},
		{"an unreadable yes is not repeated", []telegramtest.Fault{{Status: 200, NotJSON: true, Late: true}}, []string{"> one", "> two"}},
		{"too fast", []telegramtest.Fault{{Status: 429, RetryAfter: 1}}, []string{"> one", "> two"}},
		{"far too fast", []telegramtest.Fault{{Status: 429, RetryAfter: 9999}}, []string{"> two"}},
		{"down for a while", slices.Repeat([]telegramtest.Fault{{Status: 503}, {}}, 4), []string{"> one", "> two"}},
		{"refused", []telegramtest.Fault{{Status: 400, Description: "Bad Request: not enough rights"}}, []string{"> two"}},
		{"unreadable markup", []telegramtest.Fault{{Status: 400, Description: "Bad Request: can't parse entities: something"}}, []string{"> one", "> two"}},
		{"unreadable even plain", slices.Repeat([]telegramtest.Fault{{Status: 400, Description: "Bad Request: can't parse entities"}}, 2), []string{"> two"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			s := telegramtest.New(t)
			s.Fail("sendMessage", tt.faults...)
			launch(t, s, echo())
			chat := s.Private()
			s.WaitHandled(chat.Say("one"), chat.Say("two"))
			if got := chat.Read(); !slices.Equal(got, tt.want) {
				t.Errorf("the bot said %q, want %q", got, tt.want)
			}
		})
	}
}

func TestPlainTextRetry(t *testing.T) {
	t.Parallel()
	s, h := telegramtest.New(t), echo()
	h.answer = handlerOf(bot.Reply{Kind: bot.KindAnswer, Blocks: []bot.Block{bot.Para{Text: "a < b", Style: bot.Strong}}})
	s.Fail("sendMessage", telegramtest.Fault{Status: 400, Description: "Bad Request: can't parse entities: Unsupported start tag"})
	launch(t, s, h)
	chat := s.Private()
	s.WaitHandled(chat.Say("?"))
	if got := chat.Messages(); len(got) != 1 || got[0].Text != "a < b" || got[0].HTML != "" {
		t.Errorf("got %+v, want the plain text", got)
	}
}

func TestBlocked(t *testing.T) {
	t.Parallel()
	s := telegramtest.New(t)
	r := launch(t, s, answering(func(bot.Request) string { return strings.Repeat("long ", 2000) }))
	chat := s.Private()
	chat.Block()
	s.WaitHandled(chat.Say("one"))
	if n := len(s.Calls("sendMessage")); n != 1 {
		t.Errorf("%d tries to write to someone who blocked the bot", n)
	}
	if n := strings.Count(r.logs.String(), "blocked by the user"); n != 1 {
		t.Errorf("logged %d times, want once", n)
	}
}

// TestRates holds the adapter to Telegram's rates by a server that enforces
// them, and sees that waiting them out keeps the order.
func TestRates(t *testing.T) {
	t.Parallel()
	s := telegramtest.New(t, telegramtest.WithRate(3, time.Second))
	launch(t, s, echo())
	chat := s.Private()
	var want []string
	var ids []int64
	for i := range 8 {
		want = append(want, fmt.Sprint("> ", i))
		ids = append(ids, chat.Say(fmt.Sprint(i)))
	}
	s.WaitHandled(ids...)
	if got := chat.Read(); !slices.Equal(got, want) {
		t.Errorf("the bot said %q", got)
	}
}

func TestOneChatTooFastDoesNotStopOthers(t *testing.T) {
	t.Parallel()
	s := telegramtest.New(t)
	a, b := s.Private(), s.Private()
	s.Fail("sendMessage", telegramtest.Fault{Status: 429, RetryAfter: 3, Chat: a})
	launch(t, s, echo())
	slow := a.Say("one")
	s.Wait("the 429", func() bool { return s.FaultsLeft() == 0 })
	b.Say("two")
	s.Wait("the other chat's answer", func() bool { return len(b.Messages()) == 1 })
	if len(a.Messages()) > 0 {
		t.Error("the chat was not left alone as long as asked")
	}
	s.WaitHandled(slow)
}

func TestTwoChatsTooFastStopAll(t *testing.T) {
	t.Parallel()
	s := telegramtest.New(t)
	a, b, c := s.Private(), s.Private(), s.Private()
	s.Fail("sendMessage", telegramtest.Fault{Status: 429, RetryAfter: 4, Chat: a}, telegramtest.Fault{Status: 429, RetryAfter: 4, Chat: b})
	launch(t, s, echo())
	ids := []int64{a.Say("one"), b.Say("two")}
	s.Wait("the 429s", func() bool { return s.FaultsLeft() == 0 })
	// The bot may write to the third chat until it has read the second 429.
	for n := 0; ; n++ {
		since := time.Now()
		s.WaitHandled(c.Say(fmt.Sprint(n)))
		if c.Messages()[n].Time.Sub(since) >= time.Second {
			break
		}
		if n == 20 {
			t.Fatal("the third chat was written to all the time")
		}
	}
	s.WaitHandled(ids...)
}
