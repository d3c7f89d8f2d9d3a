package telegram_test

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"rapporteur/bot"
	"rapporteur/bot/telegram/telegramtest"
)

// TestAlertsLongAfterTheStart checks that alerts are sent however long ago the
// bot has started.
func TestAlertsLongAfterTheStart(t *testing.T) {
	t.Parallel()
	s := telegramtest.New(t)
	h := echo()
	r := launch(t, s, h)
	chat := s.Private()
	s.WaitHandled(chat.Type(telegramtest.Typed{Text: "hello"}))
	r.MadeBefore(2 * time.Minute)
	to := h.requests()[0].Chat
	for i := range 40 {
		if err := r.Send(context.Background(), bot.Recipient{User: to, Chat: to}, say(fmt.Sprint("news ", i))); err != nil {
			t.Fatalf("alert %d: %v", i, err)
		}
	}
}

// TestPressIsAcknowledgedBesideAHeldChat checks that a press is acknowledged
// although what an earlier one brings is held up.
func TestPressIsAcknowledgedBesideAHeldChat(t *testing.T) {
	t.Parallel()
	s := telegramtest.New(t)
	answer := say("pick one")
	answer.Actions = []bot.Action{{Kind: bot.More, Label: "More", Token: "again"}}
	launch(t, s, &handler{answer: func(context.Context, bot.Request) bot.Reply { return answer }})
	chat := s.Private()
	s.WaitHandled(chat.Type(telegramtest.Typed{Text: "hello"}))
	on := chat.Messages()[0]
	s.Fail("sendMessage", telegramtest.Fault{Status: 429, RetryAfter: 30})
	chat.Do(telegramtest.Pressing{On: on, Data: "again"})
	second := chat.Do(telegramtest.Pressing{On: on, Data: "again"})
	second.Wait()
}

// TestQuoteIsWhatIsChecked checks that of a message that is replied to the quoted
// part counts, be it in another chat.
func TestQuoteIsWhatIsChecked(t *testing.T) {
	t.Parallel()
	s := telegramtest.New(t)
	h := echo()
	launch(t, s, h)
	group := s.Group()
	s.WaitHandled(group.Type(telegramtest.Typed{Text: "/check", Extra: map[string]any{
		"quote":          map[string]any{"text": "the dinner cost 300 euros", "position": 0},
		"external_reply": map[string]any{"origin": map[string]any{"type": "hidden_user", "sender_user_name": "X", "date": 1}},
	}}))
	if got := h.requests()[0].About; got != "the dinner cost 300 euros" {
		t.Errorf("About is %q", got)
	}
}

// TestTalkAmongOthersIsNotOverheard checks that what people say to each other is
// left alone, even where questions are answered that nobody has addressed.
func TestTalkAmongOthersIsNotOverheard(t *testing.T) {
	t.Parallel()
	s := telegramtest.New(t)
	h := echo()
	launch(t, s, h)
	group := s.Group()
	to := group.Type(telegramtest.Typed{Text: "What did the dinner cost, then?"})
	s.WaitHandled(to)
	asked := len(h.requests())
	s.WaitHandled(group.Type(telegramtest.Typed{Text: "Do you know what it cost?", Extra: map[string]any{
		"reply_to_message": map[string]any{"message_id": 4711, "date": 1, "chat": map[string]any{"id": -1, "type": "supergroup"}, "text": "hm"}}}))
	s.WaitHandled(group.Type(telegramtest.Typed{Text: "@someone what did it cost?", Extra: map[string]any{
		"entities": []any{map[string]any{"type": "mention", "offset": 0, "length": 8}}}}))
	if len(h.requests()) != asked {
		t.Errorf("%d requests, want %d", len(h.requests()), asked)
	}
}

// TestLongPauseIsGivenUp checks that an answer that Telegram would take only in
// more than an hour is given up with a line in the log.
func TestLongPauseIsGivenUp(t *testing.T) {
	t.Parallel()
	s := telegramtest.New(t)
	r := launch(t, s, echo())
	s.Fail("sendMessage", telegramtest.Fault{Status: 429, RetryAfter: 7200})
	s.WaitHandled(s.Private().Type(telegramtest.Typed{Text: "hello"}))
	if log := r.logs.String(); !strings.Contains(log, "answer dropped") {
		t.Errorf("nothing of it in the log:\n%s", log)
	}
}
