package telegram_test

import (
	"fmt"
	"strings"
	"testing"

	"rapporteur/bot"
	"rapporteur/bot/bottest"
	"rapporteur/bot/telegram"
	"rapporteur/bot/telegram/telegramtest"
)

// TestFiguresInAGroup asks for what is for operators where others read along: it is
// answered in private, with a note in the group.
func TestFiguresInAGroup(t *testing.T) {
	t.Parallel()
	s := telegramtest.New(t)
	for _, opened := range []bool{true, false} {
		group, kept := s.Group(), keep(t)
		private := group.Person().Private()
		if opened {
			s.WaitHandled()
		}
		b := bottest.NewBot(t, func(c *bottest.Config) {
			c.State, c.Admins = kept.State, []string{fmt.Sprint("telegram:", group.Person().ID)}
		})
		h := open(t, s, b, kept)
		if opened {
			h.settle(private.Say("/help"))
		}
		for _, command := range []string{"/gaps", "/stats", "/audit"} {
			n := len(private.Messages())
			h.settle(group.Say(command))
			note := last(t, group).Reader()
			switch {
			case opened && (!strings.Contains(note, "answered you in private") || len(private.Messages()) == n):
				t.Errorf("%s: the group reads %q, the operator %d messages", command, note, len(private.Messages())-n)
			case !opened && !strings.Contains(note, "press Start"):
				t.Errorf("%s: the group reads %q", command, note)
			}
		}
		h.stop()
	}
}

// TestWithoutWords sends in private what has no words: it is met with one line a day.
func TestWithoutWords(t *testing.T) {
	t.Parallel()
	s := telegramtest.New(t)
	h := atHome(t, s)
	for _, field := range []string{"voice", "sticker", "video_note", "photo"} {
		chat := s.Private()
		var value any = map[string]any{"file_id": "f", "file_unique_id": "u", "duration": 1, "width": 1, "height": 1, "type": "regular", "length": 1,
			"is_animated": false, "is_video": false}
		if field == "photo" {
			value = []any{map[string]any{"file_id": "f", "file_unique_id": "u", "width": 1, "height": 1}}
		}
		for range 3 {
			h.settle(chat.Type(telegramtest.Typed{Extra: map[string]any{"text": "", field: value}}))
		}
		var said int
		for _, m := range chat.Messages() {
			if strings.Contains(m.Reader(), "I read text only") {
				said++
			}
		}
		if said != 1 {
			t.Errorf("%s: told %d times", field, said)
		}
	}
}

// TestNewAdministrator makes somebody an administrator whom the bot has just known as
// none: Telegram tells of it, and they may change settings at once.
func TestNewAdministrator(t *testing.T) {
	t.Parallel()
	s := telegramtest.New(t)
	h := atHome(t, s)
	group := s.Group()
	h.settle(group.Say(settingsCommand + " language:uk"))
	if got := last(t, group).Reader(); !strings.Contains(got, "administrators") {
		t.Fatalf("a member reads %q", got)
	}
	group.Admin(group.Person())
	user := map[string]any{"id": group.Person().ID, "is_bot": false, "first_name": "x"}
	h.settle(s.Raw("chat_member", map[string]any{
		"chat": map[string]any{"id": group.ID(), "type": "supergroup", "title": "g"}, "from": user, "date": 1,
		"old_chat_member": map[string]any{"user": user, "status": "member"},
		"new_chat_member": map[string]any{"user": user, "status": "administrator"},
	}))
	h.settle(group.Say(settingsCommand + " language:uk"))
	if got := last(t, group).Reader(); strings.Contains(got, "administrators") {
		t.Errorf("a new administrator reads %q", got)
	}
}

// TestMenuWhenTheyWrite has an operator write for the first time after the start.
func TestMenuWhenTheyWrite(t *testing.T) {
	t.Parallel()
	s := telegramtest.New(t)
	operator := s.Person("Хтось", "")
	r := launchWith(t, telegram.Config{Token: telegramtest.Token, APIURL: s.URL(), Handler: echo(), Operators: []string{fmt.Sprint(operator.ID)}})
	s.Wait("the log", func() bool { return strings.Contains(r.logs.String(), "cannot set the command menu of an operator") })
	chat := operator.Private()
	chat.Say("/start")
	own := telegramtest.Scope{Type: "chat", Chat: chat.ID()}
	langs := menuLanguages()
	s.Wait("the operator's menu", func() bool { return s.Commands(own, langs[len(langs)-1]) != nil })
}

// TestOnlyTheAskerGrows has others press under an answer in a group.
func TestOnlyTheAskerGrows(t *testing.T) {
	t.Parallel()
	s, kept := telegramtest.New(t), keep(t)
	h := open(t, s, bundled(t, kept), kept)
	group := s.Group()
	h.settle(group.Mention("What did European officials repeat about territory?"))
	before := last(t, group).Reader()
	other := group.As(s.Person("Інший", ""))
	press := other.Press("More quotes")
	h.settle(press.Update)
	if a := press.Wait(); !strings.Contains(a.Text, "Only who asked") || last(t, group).Reader() != before {
		t.Errorf("another is told %q, and reads %q", a.Text, last(t, group).Reader())
	}
	h.settle(group.Press("More quotes").Update)
	if last(t, group).Reader() == before {
		t.Error("the asker's press shows no more")
	}
	h.settle(group.Press("Back").Update)
	if got := last(t, group).Reader(); got != before {
		t.Errorf("back is %q, want %q", got, before)
	}
}

// TestContextUnderARefusal edits the refusal as it would an answer.
func TestContextUnderARefusal(t *testing.T) {
	t.Parallel()
	s := telegramtest.New(t)
	h := atHome(t, s)
	chat := s.Private()
	h.settle(chat.Say("Who sank the boats under the bridge in Freedonia?"))
	n := len(chat.Messages())
	h.settle(chat.Press("Context").Update)
	if got := chat.Messages(); len(got) != n || !strings.Contains(got[n-1].Reader(), bottest.Opening) {
		t.Errorf("%d messages, want %d, the last %q", len(got), n, got[len(got)-1].Reader())
	}
	h.settle(chat.Press("Back").Update)
	if got := last(t, chat).Reader(); !strings.Contains(got, "A passage from the texts") {
		t.Errorf("back is %q", got)
	}
}

var _ bot.Handler = (*bottest.Bot)(nil)
