package telegram_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"sync/atomic"
	"testing"

	"rapporteur/bot"
	"rapporteur/bot/bottest"
	"rapporteur/bot/telegram/telegramtest"
)

// TestForbidden holds that a chat that refuses the bot is left alone until
// somebody writes there, or lets the bot in again.
func TestForbidden(t *testing.T) {
	t.Parallel()
	s := telegramtest.New(t)
	h := open(t, s, echo(), keep(t))
	chat, other := s.Private(), s.Private()
	news := func(c *telegramtest.Chat) error {
		return h.Send(context.Background(), bot.Recipient{Chat: fmt.Sprint(c.ID())}, say("news"))
	}
	tries := func() int { return len(s.Calls("sendMessage")) }

	s.Fail("sendMessage", telegramtest.Fault{Status: 403, Description: "Forbidden: user is deactivated", Chat: chat})
	h.settle(chat.Say("one"))
	for range 2 {
		if news(chat) == nil {
			t.Error("news are sent to somebody who is gone")
		}
	}
	if tries() != 1 {
		t.Errorf("%d tries, want one", tries())
	}
	if err := news(other); err != nil {
		t.Errorf("another chat: %v", err)
	}
	h.settle(chat.Say("two"))
	if err := news(chat); err != nil || !slices.Equal(chat.Read(), []string{"> two", "news"}) {
		t.Errorf("after somebody has written: %v, %q", err, chat.Read())
	}

	group := s.Group()
	h.settle(group.Mention("one"), group.Block())
	before := tries()
	if news(group) == nil || tries() != before {
		t.Errorf("%d tries to write to a group that has thrown the bot out", tries()-before)
	}
	h.settle(group.Add())
	if err := news(group); err != nil {
		t.Errorf("after the bot was let in again: %v", err)
	}
	h.settle(group.Dismiss())
	before = tries()
	if news(group) == nil || tries() != before {
		t.Errorf("%d tries to write to a group that the bot has left", tries()-before)
	}
}

// TestForbiddenMidway blocks the bot while it sends the parts of an answer.
func TestForbiddenMidway(t *testing.T) {
	t.Parallel()
	s := telegramtest.New(t)
	h := open(t, s, inParts(), keep(t))
	chat := s.Private()
	h.settle(chat.Say("1 one"))
	s.Fail("sendMessage", telegramtest.Fault{Status: 403, Description: "Forbidden: bot was blocked by the user"})
	h.settle(chat.Say("3 two"))
	if n := len(s.Calls("sendMessage")); n != 2 {
		t.Errorf("%d tries, want one for the first part of three", n-1)
	}
}

// TestMigration makes a supergroup of a group with settings and a wish.
func TestMigration(t *testing.T) {
	t.Parallel()
	h, kept, group := waiting(t, (*telegramtest.Server).BasicGroup)
	group.Admin(group.Person())
	h.settle(group.Say(settingsCommand + " confidence:careful"))
	reads(t, last(t, group), "careful")
	super, updates := group.Migrate()
	h.settle(updates...)
	h.settle(super.Say(settingsCommand))
	reads(t, last(t, super), "careful")
	before := len(super.Messages())
	h.settle(super.Say(settingsCommand + " confidence:default")) // or the texts would not answer
	if done := announce(t, credulous(t, kept), h.Adapter); done.Told != 1 || len(super.Messages()) != before+2 {
		t.Errorf("told %+v: %q", done, super.Read())
	}
	reads(t, last(t, super), "You asked to be told", bottest.Half)
}

// TestMigrationNotNoticed sends to the old number of a group.
func TestMigrationNotNoticed(t *testing.T) {
	t.Parallel()
	s, kept := telegramtest.New(t), keep(t)
	begun, goOn := make(chan struct{}, 1), make(chan struct{})
	b := sample(t, kept)
	moved := new(atomic.Int32)
	h := open(t, s, gate{b, begun, goOn, moved}, kept)
	group := s.BasicGroup()
	group.Admin(group.Person())
	h.settle(group.Say(settingsCommand + " confidence:careful"))
	asked := group.Say("/ask@" + telegramtest.Name + " wait: " + bridge)
	<-begun
	super, updates := group.Migrate()
	close(goOn)
	h.settle(append(updates, asked)...)
	reads(t, last(t, super), bottest.Opening)
	if n := moved.Load(); n != 3 {
		t.Errorf("told %d times that the group has moved, want by the refusal and by both chats", n)
	}
	got, err := kept.State.Settings(context.Background(), "telegram", fmt.Sprint(super.ID()))
	if err != nil || got.Confidence != "careful" {
		t.Errorf("kept: %+v, %v", got, err)
	}
	err = h.Send(context.Background(), bot.Recipient{Chat: fmt.Sprint(group.ID())}, say("news"))
	if err != nil || last(t, super).Text != "news" {
		t.Errorf("sent with %v: %q", err, super.Read())
	}
}

// gate is a bot that waits before it answers certain questions.
type gate struct {
	*bottest.Bot
	begun chan struct{}
	goOn  chan struct{}
	moved *atomic.Int32
}

func (g gate) Move(ctx context.Context, platform, from, to string) error {
	g.moved.Add(1)
	return g.Bot.Move(ctx, platform, from, to)
}

func (g gate) Handle(ctx context.Context, r bot.Request) bot.Reply {
	if strings.Contains(r.Text, "wait: ") {
		g.begun <- struct{}{}
		<-g.goOn
		r.Text = strings.Replace(r.Text, "wait: ", "", 1)
	}
	return g.Bot.Handle(ctx, r)
}
