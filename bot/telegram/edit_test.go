package telegram_test

import (
	"context"
	"slices"
	"strings"
	"testing"
	"time"

	"rapporteur/bot"
	"rapporteur/bot/bottest"
	"rapporteur/bot/telegram"
	"rapporteur/bot/telegram/telegramtest"
)

// inParts answers "3 x" with three messages of the word x, "0" with silence.
func inParts() *handler {
	return answering(func(r bot.Request) string {
		n, word, _ := strings.Cut(r.Text, " ")
		size := int(n[0]-'0') * telegram.MaxText * 9 / 10
		if size == 0 {
			return ""
		}
		return strings.TrimSpace(strings.Repeat(word+" ", size/(len(word)+1)))
	})
}

func numbers(c *telegramtest.Chat) (ids []int64) {
	for _, m := range c.Messages() {
		ids = append(ids, m.ID)
	}
	return ids
}

func TestEditedQuestion(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name          string
		before, after string
		want          int // messages
	}{
		{"as long as before", "1 one", "1 two", 1},
		{"as many parts", "3 one", "3 two", 3},
		{"more parts", "1 one", "3 two", 3},
		{"fewer parts", "3 one", "1 two", 1},
		{"into silence", "3 one", "0", 0},
		{"out of silence", "0", "2 two", 2},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			s := telegramtest.New(t)
			h := open(t, s, inParts(), keep(t))
			chat := s.Private()
			posted := chat.Post(telegramtest.Typed{Text: tt.before})
			h.settle(posted.Update)
			before := numbers(chat)
			h.settle(chat.Edit(posted.Message, tt.after))
			after := chat.Messages()
			if len(after) != tt.want {
				t.Fatalf("%d messages, want %d", len(after), tt.want)
			}
			for i, m := range after {
				if !strings.HasPrefix(m.Text, "two two") {
					t.Errorf("message %d still says %q", m.ID, m.Text[:10])
				}
				if i < len(before) && m.ID != before[i] {
					t.Errorf("message %d is in the place of %d", m.ID, before[i])
				}
				if (i == 0) != (m.ReplyTo == posted.Message) {
					t.Errorf("part %d replies to %d", i, m.ReplyTo)
				}
			}
			// And once more, from where the first edit has led.
			h.settle(chat.Edit(posted.Message, "1 two"))
			if again := numbers(chat); len(again) != 1 || len(after) > 0 && again[0] != after[0].ID {
				t.Errorf("after another edit the answer is %v", again)
			}
		})
	}
}

// TestEditIntoSilenceAndBack asks once more what was asked before.
func TestEditIntoSilenceAndBack(t *testing.T) {
	t.Parallel()
	s := telegramtest.New(t)
	h := open(t, s, inParts(), keep(t))
	chat := s.Private()
	posted := chat.Post(telegramtest.Typed{Text: "2 one"})
	h.settle(posted.Update, chat.Edit(posted.Message, "0"), chat.Edit(posted.Message, "2 one"))
	if n := len(chat.Messages()); n != 2 {
		t.Errorf("%d messages, want two", n)
	}
	if log := h.logs.String(); strings.Contains(log, "level=WARN") {
		t.Errorf("in the log:\n%s", log)
	}
}

// TestEditWithoutAChange brings what apps send when a link's preview has been
// loaded.
func TestEditWithoutAChange(t *testing.T) {
	t.Parallel()
	s, hand := telegramtest.New(t), inParts()
	h := open(t, s, hand, keep(t))
	chat := s.Private()
	posted := chat.Post(telegramtest.Typed{Text: "1 one"})
	h.settle(posted.Update, chat.Edit(posted.Message, "1 one"))
	if n := len(hand.requests()); n != 1 || last(t, chat).Edits != 0 {
		t.Errorf("asked %d times, want once", n)
	}
}

// TestEditAfterARestart edits a question that another run has answered.
func TestEditAfterARestart(t *testing.T) {
	t.Parallel()
	s, kept := telegramtest.New(t), keep(t)
	chat := s.Private()
	first := open(t, s, inParts(), kept)
	posted := chat.Post(telegramtest.Typed{Text: "3 one"})
	first.settle(posted.Update)
	before := numbers(chat)
	if err := first.end(t); err != nil {
		t.Fatal(err)
	}
	h := open(t, s, inParts(), kept)
	h.settle(chat.Edit(posted.Message, "2 two"))
	if after := numbers(chat); !slices.Equal(after, before[:2]) {
		t.Errorf("the answer is %v, want %v", after, before[:2])
	}
	h.settle(chat.Edit(posted.Message, "2 two"))
	if m := last(t, chat); m.Edits != 1 {
		t.Errorf("edited %d times, want once", m.Edits)
	}
}

// TestEditOfWhatWasNotAnswered makes a question for the bot of a message that
// was none.
func TestEditOfWhatWasNotAnswered(t *testing.T) {
	t.Parallel()
	s := telegramtest.New(t)
	h := atHome(t, s)
	group := s.Group()
	posted := group.Post(telegramtest.Typed{Text: bridge})
	h.settle(posted.Update)
	if len(group.Messages()) > 0 {
		t.Fatal("it was answered before")
	}
	h.settle(group.Edit(posted.Message, "@"+telegramtest.Name+" "+bridge))
	answer := last(t, group)
	reads(t, answer, bottest.Opening)
	if answer.ReplyTo != posted.Message {
		t.Errorf("the answer replies to %d", answer.ReplyTo)
	}
	// No longer for the bot: the answer goes.
	h.settle(group.Edit(posted.Message, bridge))
	if got := group.Read(); len(got) > 0 {
		t.Errorf("left is %q", got)
	}
}

func TestEditAfterTwoDays(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		age  time.Duration
		want int
	}{{47 * time.Hour, 1}, {49 * time.Hour, 0}} {
		s := telegramtest.New(t)
		h := open(t, s, inParts(), keep(t))
		chat := s.Private()
		date := time.Now().Add(-tt.age).Unix()
		posted := chat.Post(telegramtest.Typed{Text: "1 one", Extra: map[string]any{"date": date}})
		h.settle(posted.Update, chat.Edit(posted.Message, "1 two"))
		if m := last(t, chat); m.Edits != tt.want {
			t.Errorf("edited %d times after %v, want %d", m.Edits, tt.age, tt.want)
		}
	}
}

// TestEditWhileTheAnswerIsPending edits a question that is being answered.
func TestEditWhileTheAnswerIsPending(t *testing.T) {
	t.Parallel()
	s := telegramtest.New(t)
	begun, goOn := make(chan struct{}), make(chan struct{})
	h := open(t, s, answering(func(r bot.Request) string {
		if r.Text == "one" {
			close(begun)
			<-goOn
		}
		return "> " + r.Text
	}), keep(t))
	chat := s.Private()
	posted := chat.Post(telegramtest.Typed{Text: "one"})
	<-begun
	edit := chat.Edit(posted.Message, "two")
	s.WaitHandled(edit)
	close(goOn)
	h.settle()
	if got := chat.Messages(); len(got) != 1 || got[0].Text != "> two" || got[0].Edits != 1 {
		t.Errorf("got %+v, want one answer, to the edited question", got)
	}
}

// TestEditedAnswerDeleted edits a question whose answer an administrator has
// deleted.
func TestEditedAnswerDeleted(t *testing.T) {
	t.Parallel()
	s := telegramtest.New(t)
	h := open(t, s, inParts(), keep(t))
	chat := s.Private()
	posted := chat.Post(telegramtest.Typed{Text: "2 one"})
	h.settle(posted.Update)
	s.Fail("editMessageText", telegramtest.Fault{Status: 400, Description: "Bad Request: message to edit not found"})
	s.Fail("deleteMessage", telegramtest.Fault{Status: 400, Description: "Bad Request: message can't be deleted"})
	before := numbers(chat)
	h.settle(chat.Edit(posted.Message, "1 two"))
	m := last(t, chat)
	if slices.Contains(before, m.ID) || !strings.HasPrefix(m.Text, "two") || m.ReplyTo != posted.Message {
		t.Errorf("the new answer is %+v", m)
	}
	if !strings.Contains(h.logs.String(), "cannot be removed") {
		t.Error("that a message could not be removed is not in the log")
	}
}

// TestEditRefusedAsHTML edits when the server cannot read the markup.
func TestEditRefusedAsHTML(t *testing.T) {
	t.Parallel()
	s := telegramtest.New(t)
	hand := &handler{answer: func(_ context.Context, r bot.Request) bot.Reply {
		return bot.Reply{Kind: bot.KindAnswer, Blocks: []bot.Block{bot.Para{Text: r.Text + " < b", Style: bot.Strong}}}
	}}
	h := open(t, s, hand, keep(t))
	chat := s.Private()
	posted := chat.Post(telegramtest.Typed{Text: "one"})
	h.settle(posted.Update)
	refused := telegramtest.Fault{Status: 400, Description: "Bad Request: can't parse entities: Unsupported start tag"}
	s.Fail("editMessageText", refused)
	h.settle(chat.Edit(posted.Message, "two"))
	if m := last(t, chat); m.Text != "two < b" || m.HTML != "" || m.Edits != 1 || len(chat.Messages()) != 1 {
		t.Errorf("got %+v, want the plain text in place", m)
	}
	s.Fail("editMessageText", refused, refused)
	before := len(s.Calls("editMessageText"))
	h.settle(chat.Edit(posted.Message, "three"))
	if n := len(s.Calls("editMessageText")) - before; n != 2 {
		t.Errorf("%d tries, want one with markup and one without", n)
	}
}

// TestEditWithoutAMemory answers an edited question anew.
func TestEditWithoutAMemory(t *testing.T) {
	t.Parallel()
	s := telegramtest.New(t)
	launch(t, s, echo())
	chat := s.Private()
	posted := chat.Post(telegramtest.Typed{Text: "one"})
	s.WaitHandled(posted.Update, chat.Edit(posted.Message, "two"))
	if got := chat.Read(); !slices.Equal(got, []string{"> one", "> two"}) {
		t.Errorf("the bot said %q", got)
	}
}
