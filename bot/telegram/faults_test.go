package telegram_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"rapporteur/bot/bottest"
	"rapporteur/bot/telegram"
	"rapporteur/bot/telegram/telegramtest"
)

// operated is a house whose operator is a person.
func operated(t *testing.T, s *telegramtest.Server, p *telegramtest.Person, change ...func(*telegram.Adapter)) house {
	t.Helper()
	kept := keep(t)
	b := bottest.NewBot(t, func(c *bottest.Config) { c.State, c.Admins = kept.State, []string{"telegram:" + fmt.Sprint(p.ID)} })
	return house{launchWith(t, telegram.Config{Token: telegramtest.Token, APIURL: s.URL(), Handler: b, Memory: kept.State,
		Operators: []string{fmt.Sprint(p.ID)}}, change...), s}
}

// TestOperatorsAreAnsweredApart uses operators' commands in a group, before there
// is a private chat and after.
func TestOperatorsAreAnsweredApart(t *testing.T) {
	t.Parallel()
	s := telegramtest.New(t)
	group := s.Group()
	h := operated(t, s, group.Person())
	private := group.Person().Private()
	for _, command := range []string{"gaps", "stats", "audit"} {
		before := len(group.Messages())
		h.settle(group.Say("/" + command + "@" + telegramtest.Name))
		got := group.Messages()[before:]
		if len(got) != 1 || !strings.Contains(got[0].Text, "Open a private chat with me") || len(private.Messages()) > 0 {
			t.Fatalf("/%s before there is a private chat: %+v", command, got)
		}
	}
	h.settle(private.Say("/start"))
	for command, want := range map[string]string{"gaps": "", "stats": "", "audit": "/gaps"} {
		before, apart := len(group.Messages()), len(private.Messages())
		h.settle(group.Say("/" + command + "@" + telegramtest.Name))
		got, told := group.Messages()[before:], private.Messages()[apart:]
		if len(got) != 1 || got[0].Text != "I have answered you in our private chat." || len(told) == 0 || !strings.Contains(told[0].Text, want) {
			t.Errorf("/%s: the group reads %+v, the operator %+v", command, got, told)
		}
	}
	// Who is none is refused where they ask.
	before := len(group.Messages())
	h.settle(group.As(s.Person("Хтось", "")).Say("/stats@" + telegramtest.Name))
	if got := group.Messages()[before:]; len(got) != 1 || strings.Contains(got[0].Text, "private chat") {
		t.Errorf("a stranger reads %+v", got)
	}
}

// TestAuditNamesPeople shows who did something as Telegram shows people.
func TestAuditNamesPeople(t *testing.T) {
	t.Parallel()
	s := telegramtest.New(t)
	private := s.Private()
	h := operated(t, s, private.Person())
	h.settle(private.Say("/stats"))
	h.settle(private.Say("/audit"))
	log := last(t, private)
	reads(t, log, private.Person().Name)
	for _, e := range log.Entities {
		if e.URL == fmt.Sprintf("tg://user?id=%d", private.ID()) {
			return
		}
	}
	if !strings.Contains(log.HTML, fmt.Sprintf("tg://user?id=%d", private.ID())) {
		t.Errorf("nobody is linked in %s", log.HTML)
	}
}

// TestNoWords sends what has none.
func TestNoWords(t *testing.T) {
	t.Parallel()
	s := telegramtest.New(t)
	h := atHome(t, s)
	file := map[string]any{"file_id": "x", "file_unique_id": "x", "duration": 1, "width": 1, "height": 1, "length": 1, "type": "regular"}
	for kind, content := range map[string]any{"voice": file, "sticker": file, "video": file, "video_note": file, "audio": file, "photo": []any{file}} {
		chat := s.Private()
		send := func(date time.Time) {
			h.settle(chat.Type(telegramtest.Typed{Extra: map[string]any{kind: content, "date": date.Unix()}}))
		}
		now := time.Now()
		send(now.Add(-20 * time.Hour))
		send(now)
		if got := chat.Messages(); len(got) != 1 || got[0].Text != "I answer questions in words: type yours, and I look it up in the sources." {
			t.Errorf("to two of the kind %s in a day the bot says %+v", kind, got)
		}
		send(now.Add(24 * time.Hour))
		if n := len(chat.Messages()); n != 2 {
			t.Errorf("on the next day, %d messages", n)
		}
	}
	group := s.Group()
	h.settle(group.Type(telegramtest.Typed{Extra: map[string]any{"voice": file}}))
	if n := len(group.Messages()); n > 0 {
		t.Errorf("%d messages in a group", n)
	}
}

// TestOperatorsMenuWhenTheyWrite has an operator write for the first time after
// the menus were published.
func TestOperatorsMenuWhenTheyWrite(t *testing.T) {
	t.Parallel()
	s := telegramtest.New(t)
	p := s.Person("Хтось", "")
	h := operated(t, s, p)
	s.Wait("the log", func() bool { return strings.Contains(h.logs.String(), "cannot set the command menu of an operator") })
	private, own := p.Private(), telegramtest.Scope{Type: "chat", Chat: p.ID}
	h.settle(private.Say("/start"))
	langs := menuLanguages()
	if s.Commands(own, "") == nil || s.Commands(own, langs[len(langs)-1]) == nil {
		t.Error("an operator who writes gets no menu")
	}
	calls := len(s.Calls("setMyCommands"))
	h.settle(private.Say("/help"))
	if n := len(s.Calls("setMyCommands")); n != calls {
		t.Errorf("%d more calls when they write again", n-calls)
	}
}

// TestNewAdministrators are let in at once.
func TestNewAdministrators(t *testing.T) {
	t.Parallel()
	s := telegramtest.New(t)
	h := atHome(t, s)
	group := s.Group()
	h.settle(group.Say(settingsCommand))
	reads(t, last(t, group), "administrators")
	h.settle(group.Promote(group.Person()))
	h.settle(group.Say(settingsCommand))
	reads(t, last(t, group), "Settings of this group")
}

// TestRefusalInPlace goes from a refusal to the context and back.
func TestRefusalInPlace(t *testing.T) {
	t.Parallel()
	s := telegramtest.New(t)
	h := atHome(t, s)
	for what, chat := range map[string]*telegramtest.Chat{"a private chat": s.Private(), "a group": s.Group()} {
		ask := chat.Say
		if what == "a group" {
			ask = chat.Mention
		}
		h.settle(ask("Who will open the bridge to Saturn on a zeppelin?"))
		refusal := last(t, chat)
		labelled(t, refusal, "Context", "Source", "Tell me when it appears")
		for _, label := range []string{"Context", "Source"} {
			h.settle(chat.Press(label).Update)
			if got := last(t, chat); got.ID != refusal.ID || got.Text == refusal.Text {
				t.Fatalf("%s: %s brings %+v", what, label, got)
			}
			h.settle(chat.Press("Back").Update)
			if got := last(t, chat); got.ID != refusal.ID || got.Text != refusal.Text || len(got.Labels()) != len(refusal.Labels()) {
				t.Errorf("%s: back from %s is %q, want %q", what, label, got.Text, refusal.Text)
			}
		}
	}
}

// TestMoreQuotesIsTheAskers grows an answer and takes it back.
func TestMoreQuotesIsTheAskers(t *testing.T) {
	t.Parallel()
	s, kept := telegramtest.New(t), keep(t)
	h := open(t, s, bundled(t, kept), kept)
	group := s.Group()
	h.settle(group.Mention("How much will Ukraine spend on defence in 2026?"))
	first := last(t, group)
	labelled(t, first, "More quotes")
	other := group.As(s.Person("Хтось", ""))
	press := other.Press("More quotes")
	h.settle(press.Update)
	if a := press.Wait(); !a.Alert || !strings.Contains(a.Text, "Only the person who asked") || last(t, group).Text != first.Text {
		t.Errorf("another person is told %+v, and the answer reads %s", a, last(t, group).Text)
	}
	h.settle(group.Press("More quotes").Update)
	grown := last(t, group)
	if grown.ID != first.ID || len(grown.Text) <= len(first.Text) {
		t.Fatalf("the asker gets %+v", grown)
	}
	h.settle(group.Press("Back").Update)
	if back := last(t, group); back.Text != first.Text {
		t.Errorf("back is %s", back.Text)
	}
}

// TestTypingInTheQueue shows that an answer waits for the chat's turn.
func TestTypingInTheQueue(t *testing.T) {
	t.Parallel()
	s := telegramtest.New(t)
	h := house{launch(t, s, echo(), func(a *telegram.Adapter) { a.KeepRates(); a.ShowTypingAfter(100 * time.Millisecond) }), s}
	chat := s.Private()
	h.settle(chat.Say("one"), chat.Say("two"))
	if n := len(s.Calls("sendChatAction")); n == 0 || len(chat.Messages()) != 2 {
		t.Errorf("typing shows %d times before %d answers, want once at least before two", n, len(chat.Messages()))
	}
}
