package telegram_test

import (
	"strings"
	"testing"

	"rapporteur/bot"
	"rapporteur/bot/bottest"
	"rapporteur/bot/telegram/telegramtest"
)

const me = "@" + telegramtest.Name

func TestGuest(t *testing.T) {
	t.Parallel()
	s := telegramtest.New(t)
	h := atHome(t, s)
	for _, kind := range []string{"group", "supergroup", "private"} {
		chat := s.Elsewhere(kind)
		g := chat.Summon(telegramtest.Typed{Text: me + " " + bridge})
		answer := g.Wait()
		reads(t, answer, bottest.Opening)
		if answer.ReplyTo != g.Message {
			t.Errorf("%s: the answer replies to %d, want %d", kind, answer.ReplyTo, g.Message)
		}
		press := chat.PressOn(answer, "Context")
		h.settle(press.Update)
		reads(t, chat.Message(answer.ID), bottest.Budget)
	}
}

// TestGuestCut asks for more than one message holds.
func TestGuestCut(t *testing.T) {
	t.Parallel()
	s := telegramtest.New(t)
	h := open(t, s, inParts(), keep(t))
	for language, want := range map[string]string{
		"en": "There is more than fits here. Ask me in a direct message for the rest.",
		"uk": "Тут уміщується не все. Решту запитайте в особистих повідомленнях.",
	} {
		chat := s.Elsewhere("group").As(s.Person("Хтось", language))
		g := chat.Summon(telegramtest.Typed{Text: me + " 3 слово"})
		answer := g.Wait()
		reads(t, answer, "слово слово")
		if !strings.HasSuffix(answer.Text, want) {
			t.Errorf("the answer ends in %q", answer.Text[len(answer.Text)-200:])
		}
		h.settle(g.Update)
	}
	if n := len(s.Calls("answerGuestQuery")); n != 2 {
		t.Errorf("%d answers, want one each", n)
	}
}

// TestGuestWithoutWords calls the bot and says nothing else.
func TestGuestWithoutWords(t *testing.T) {
	t.Parallel()
	s := telegramtest.New(t)
	atHome(t, s)
	g := s.Elsewhere("group").Summon(telegramtest.Typed{Text: me})
	reads(t, g.Wait(), "What would you like to know?")
	g = s.Elsewhere("group").Summon(telegramtest.Typed{Text: me + " \x00\u202e?"})
	g.Wait()
}

// TestGuestWithoutTheName is called by a reply to what it has left there, which
// need not name it.
func TestGuestWithoutTheName(t *testing.T) {
	t.Parallel()
	s := telegramtest.New(t)
	atHome(t, s)
	chat := s.Elsewhere("group")
	reads(t, chat.Summon(telegramtest.Typed{Text: "Captain Rufus Firefly will open the bridge"}).Wait(), bottest.Opening)
}

// TestGuestInTrouble tries again where that helps.
func TestGuestInTrouble(t *testing.T) {
	t.Parallel()
	s := telegramtest.New(t)
	s.Fail("answerGuestQuery", telegramtest.Fault{Status: 502, NotJSON: true}, telegramtest.Fault{})
	open(t, s, echo(), keep(t))
	reads(t, s.Elsewhere("group").Summon(telegramtest.Typed{Text: me + " де?"}).Wait(), "> де?")
}

// TestGuestOfAForeignGroup holds that the settings of a group that the bot has
// left do not speak there.
func TestGuestOfAForeignGroup(t *testing.T) {
	t.Parallel()
	s, hand := telegramtest.New(t), echo()
	open(t, s, hand, keep(t))
	s.Elsewhere("group").Summon(telegramtest.Typed{Text: me + " де?"}).Wait()
	got := hand.requests()[0]
	if want := (bot.Request{}); got.Space != want.Space || got.Group || got.Manages != nil || !got.Addressed {
		t.Errorf("the request is %+v", got)
	}
}
