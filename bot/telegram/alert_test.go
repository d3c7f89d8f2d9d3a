package telegram_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"rapporteur/bot"
	"rapporteur/bot/bottest"
	"rapporteur/bot/telegram"
	"rapporteur/bot/telegram/telegramtest"
	"rapporteur/corpus"
)

// credulous is a bot for which whatever comes near answers, as if the texts by
// now said it.
func credulous(t *testing.T, kept bottest.Config) *bottest.Bot {
	t.Helper()
	return bottest.NewBot(t, func(c *bottest.Config) { c.State, c.Threshold = kept.State, 1e-9 })
}

// announce tells whoever waits, by a bot with the same state.
func announce(t *testing.T, b *bottest.Bot, a *telegram.Adapter) bottest.Announced {
	t.Helper()
	done, err := b.Announce(context.Background(), map[string]bot.Sender{"telegram": a})
	if err != nil {
		t.Fatal(err)
	}
	return done
}

// waiting is a bot with somebody's wish to be told the answer to unknown.
func waiting(t *testing.T, chat func(*telegramtest.Server) *telegramtest.Chat) (h house, kept bottest.Config, c *telegramtest.Chat) {
	t.Helper()
	s := telegramtest.New(t)
	kept = keep(t)
	h, c = open(t, s, sample(t, kept), kept), chat(s)
	h.settle(c.Say("/ask@" + telegramtest.Name + " " + unknown))
	press := c.Press("Tell me when it appears")
	h.settle(press.Update)
	if a := press.Wait(); !strings.HasPrefix(a.Text, "I will write ") {
		t.Fatalf("answered with %+v", a)
	}
	labelled(t, last(t, c), "Do not tell me", "Context", "Source")
	return h, kept, c
}

func TestToldInPrivate(t *testing.T) {
	t.Parallel()
	h, kept, chat := waiting(t, (*telegramtest.Server).Private)
	if done := announce(t, sample(t, kept), h.Adapter); done.Told != 0 || len(chat.Messages()) != 1 {
		t.Errorf("told %+v before there is anything", done)
	}
	b := credulous(t, kept)
	if done := announce(t, b, h.Adapter); done.Told != 1 {
		t.Errorf("told %+v", done)
	}
	news := last(t, chat)
	reads(t, news, "You asked to be told: the texts answer it now.", "“"+unknown+"”", bottest.Half)
	if news.ReplyTo != 0 {
		t.Errorf("the news replies to %d", news.ReplyTo)
	}
	h.settle(chat.PressOn(news, "Context").Update)
	reads(t, chat.Message(news.ID), "The quote and what stands around it")
	h.settle(chat.PressOn(news, "Back").Update)
	reads(t, chat.Message(news.ID), bottest.Half)
	if done := announce(t, b, h.Adapter); done.Told != 0 || len(chat.Messages()) != 2 {
		t.Errorf("told again: %+v", done)
	}
}

// TestToldInATopic has several people press the same button: the group is told
// once, where it was asked.
func TestToldInATopic(t *testing.T) {
	t.Parallel()
	h, kept, topic := waiting(t, func(s *telegramtest.Server) *telegramtest.Chat { return s.Group().Topic() })
	refusal := last(t, topic)
	// Others have the old button on their screens still.
	h.settle(topic.As(h.s.Person("Тарас", "")).Say("/ask@" + telegramtest.Name + " " + unknown))
	press := topic.As(h.s.Person("Надія", "")).Press("Tell me when it appears")
	h.settle(press.Update)
	if a := press.Wait(); !strings.HasPrefix(a.Text, "I will write here, once") {
		t.Errorf("answered with %+v", a)
	}
	before := len(topic.Messages())
	if done := announce(t, credulous(t, kept), h.Adapter); done.Told != 1 {
		t.Errorf("told %+v", done)
	}
	news := last(t, topic)
	if len(topic.Messages()) != before+1 || news.Thread == 0 || news.Thread != refusal.Thread {
		t.Errorf("the news is %+v, want one in the topic %d", news, refusal.Thread)
	}
	h.settle(topic.PressOn(news, "Source").Update)
	reads(t, topic.Message(news.ID), "https://example.org/bridge")
}

func TestToldInGeneral(t *testing.T) {
	t.Parallel()
	h, kept, general := waiting(t, func(s *telegramtest.Server) *telegramtest.Chat {
		group := s.Group()
		group.Topic()
		return group.General()
	})
	if done := announce(t, credulous(t, kept), h.Adapter); done.Told != 1 {
		t.Errorf("told %+v", done)
	}
	if news := last(t, general); news.Thread != 0 {
		t.Errorf("the news is in %d", news.Thread)
	}
}

func TestWishTakenBack(t *testing.T) {
	t.Parallel()
	for name, make := range map[string]func(*telegramtest.Server) *telegramtest.Chat{
		"private": (*telegramtest.Server).Private, "group": (*telegramtest.Server).Group,
	} {
		t.Run(name, func(t *testing.T) {
			h, kept, chat := waiting(t, make)
			press := chat.As(chat.Person()).Press("Do not tell me")
			h.settle(press.Update)
			if a := press.Wait(); a.Text != "I will not write to you about it." {
				t.Errorf("answered with %+v", a)
			}
			if done := announce(t, credulous(t, kept), h.Adapter); done.Told != 0 || len(chat.Messages()) != 1 {
				t.Errorf("told %+v", done)
			}
		})
	}
}

// TestNotToldInQuietHours holds news back until the hours are over.
func TestNotToldInQuietHours(t *testing.T) {
	t.Parallel()
	h, kept, group := waiting(t, (*telegramtest.Server).Group)
	group.Admin(group.Person())
	now := time.Now().UTC()
	h.settle(group.Say(fmt.Sprintf("%s quiet:%s-%s", settingsCommand, now.Add(-time.Hour).Format("15:04"), now.Add(time.Hour).Format("15:04"))))
	before := len(group.Messages())
	b := credulous(t, kept)
	done := announce(t, b, h.Adapter)
	if wait := done.Again.Sub(now); done.Told != 0 || len(group.Messages()) != before || wait < 58*time.Minute || wait > time.Hour {
		t.Errorf("told %+v", done)
	}
	h.settle(group.Mention(bridge)) // what is asked is answered
	reads(t, last(t, group), bottest.Opening)
	h.settle(group.Say(settingsCommand + " quiet:off"))
	if done := announce(t, b, h.Adapter); done.Told != 1 {
		t.Errorf("told %+v", done)
	}
}

// TestUnwanted tells people who do not want it.
func TestUnwanted(t *testing.T) {
	t.Parallel()
	for name, make := range map[string]func(*telegramtest.Server) *telegramtest.Chat{
		"blocked": (*telegramtest.Server).Private, "kicked": (*telegramtest.Server).Group,
	} {
		for _, noticed := range []bool{true, false} {
			t.Run(fmt.Sprint(name, noticed), func(t *testing.T) {
				t.Parallel()
				h, kept, chat := waiting(t, make)
				tries := 1 // of an adapter that has not heard of it
				if noticed {
					h.settle(chat.Block())
					tries = 0
				} else {
					if err := h.end(t); err != nil {
						t.Fatal(err)
					}
					chat.Block()
					// The next run's first polls fail, so that it has to find out.
					h.s.Fail("getUpdates", telegramtest.Fault{Status: 429, RetryAfter: 30})
					h = open(t, h.s, sample(t, kept), kept)
					h.s.Wait("the login", func() bool { return strings.Contains(h.logs.String(), "logged in") })
				}
				before := len(h.s.Calls("sendMessage"))
				b := credulous(t, kept)
				for range 2 {
					if done := announce(t, b, h.Adapter); done.Told != 0 || !done.Again.IsZero() {
						t.Errorf("told %+v", done)
					}
				}
				err := h.Send(context.Background(), bot.Recipient{Chat: fmt.Sprint(chat.ID())}, say("news"))
				if !errors.Is(err, bot.ErrUnwanted) {
					t.Errorf("sent with %v, want ErrUnwanted", err)
				}
				if n := len(h.s.Calls("sendMessage")) - before; n != tries {
					t.Errorf("%d tries, want %d", n, tries)
				}
			})
		}
	}
}

// TestAlertTrouble covers what else Send may meet.
func TestAlertTrouble(t *testing.T) {
	t.Parallel()
	s := telegramtest.New(t)
	h := open(t, s, echo(), keep(t))
	chat := s.Private()
	send := func(to string) error {
		return h.Send(context.Background(), bot.Recipient{Chat: to}, say("news"))
	}
	if err := send("nobody"); err == nil || errors.Is(err, bot.ErrUnwanted) {
		t.Errorf("to nobody: %v", err)
	}
	s.Fail("sendMessage", telegramtest.Fault{Status: 400, Description: "Bad Request: chat not found"},
		telegramtest.Fault{Status: 400, Description: "Bad Request: not enough rights to send text messages to the chat"})
	if err := send(fmt.Sprint(chat.ID())); !errors.Is(err, bot.ErrUnwanted) {
		t.Errorf("to a chat that is gone: %v", err)
	}
	if err := send(fmt.Sprint(chat.ID())); err == nil || errors.Is(err, bot.ErrUnwanted) {
		t.Errorf("to a chat with rules: %v", err)
	}
	s.Fail("sendMessage", telegramtest.Fault{Status: 502, NotJSON: true}, telegramtest.Fault{Status: 429, RetryAfter: 1})
	if err := send(fmt.Sprint(chat.ID())); err != nil || len(chat.Messages()) != 1 {
		t.Errorf("after some trouble: %v, %q", err, chat.Read())
	}
	if h.Room() != 64 || !h.InPlace() {
		t.Error("what is sent has other buttons than what is answered")
	}
	panicking := reply(bot.Cite{Text: "x", Mark: corpus.Range{Start: 10, End: 20}}) // beside the text
	if err := h.Send(context.Background(), bot.Recipient{Chat: fmt.Sprint(chat.ID())}, panicking); err == nil {
		t.Error("a reply that cannot be rendered is sent")
	}
	h.settle(chat.Say("still there?"))
	reads(t, last(t, chat), "> still there?")
}

// TestAlertBeforeLogin waits until there is somebody to send it.
func TestAlertBeforeLogin(t *testing.T) {
	t.Parallel()
	s := telegramtest.New(t)
	chat := s.Private()
	s.Fail("getMe", telegramtest.Fault{Status: 429, RetryAfter: 1})
	h := open(t, s, echo(), keep(t))
	over, end := context.WithCancel(context.Background())
	end()
	to := bot.Recipient{Chat: fmt.Sprint(chat.ID())}
	if err := h.Send(over, to, say("too early")); err == nil || errors.Is(err, bot.ErrUnwanted) || !strings.Contains(err.Error(), "not logged in") {
		t.Errorf("sent with %v", err)
	}
	if err := h.Send(context.Background(), to, say("news")); err != nil {
		t.Error(err)
	}
	if got := chat.Read(); len(got) != 1 || got[0] != "news" {
		t.Errorf("the bot said %q", got)
	}
}
