package telegram_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"rapporteur/bot"
	"rapporteur/bot/telegram"
	"rapporteur/bot/telegram/telegramtest"
)

// TestNothingCanBeKept answers from a full disk: the server keeps what is not
// done.
func TestNothingCanBeKept(t *testing.T) {
	t.Parallel()
	s := telegramtest.New(t)
	begun, goOn := make(chan struct{}), make(chan struct{})
	m := &faulty{Memory: keep(t).State}
	m.broken.Store(true)
	r := launchWith(t, telegram.Config{Token: telegramtest.Token, APIURL: s.URL(), Memory: m, Handler: answering(func(r bot.Request) string {
		if r.Text == "one" {
			close(begun)
			<-goOn
		}
		return "> " + r.Text
	})})
	chat, other := s.Private(), s.Private()
	first := chat.Say("one")
	<-begun
	other.Say("two")
	s.Wait("another chat's answer", func() bool { return len(other.Messages()) == 1 })
	if s.Handled(first) {
		t.Error("what nobody has kept is confirmed before it is answered")
	}
	close(goOn)
	s.WaitHandled(first)
	if !slices.Equal(chat.Read(), []string{"> one"}) || !slices.Equal(other.Read(), []string{"> two"}) {
		t.Errorf("the bot said %q and %q", chat.Read(), other.Read())
	}
	for _, want := range []string{"level=ERROR", "updates cannot be kept; they are answered", "database or disk is full"} {
		if !strings.Contains(r.logs.String(), want) {
			t.Errorf("%q is not in the log", want)
		}
	}
	// The disk has room again.
	m.broken.Store(false)
	house{r, s}.settle(chat.Say("three"))
	if got := chat.Read(); !slices.Equal(got, []string{"> one", "> three"}) {
		t.Errorf("the bot said %q", got)
	}
}

// TestTakenUpAfterARestart stops a bot that has confirmed what it has not
// answered.
func TestTakenUpAfterARestart(t *testing.T) {
	t.Parallel()
	for name, start := range map[string]func(*testing.T, *telegramtest.Server, bot.Handler, telegram.Memory) house{
		"polling": func(t *testing.T, s *telegramtest.Server, h bot.Handler, m telegram.Memory) house {
			return house{launchWith(t, telegram.Config{Token: telegramtest.Token, APIURL: s.URL(), Handler: h, Memory: m}), s}
		},
		"webhook": func(t *testing.T, s *telegramtest.Server, h bot.Handler, m telegram.Memory) house {
			return hooked(t, s, h, m)
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s, kept := telegramtest.New(t), keep(t)
			chat := s.Private()
			hanging := echo()
			hanging.answer = func(ctx context.Context, r bot.Request) bot.Reply {
				if r.Text != "zero" {
					<-ctx.Done()
				}
				return say("> " + r.Text)
			}
			first := start(t, s, hanging, kept.State)
			var want []string
			for _, text := range []string{"zero", "one", "two", "three"} {
				s.WaitHandled(chat.Say(text))
				want = append(want, "> "+text)
			}
			s.Wait("the first answer", func() bool { return len(chat.Messages()) == 1 && first.InHand() == 3 })
			if err := first.end(t); err != nil {
				t.Fatal(err)
			}
			if !strings.Contains(first.logs.String(), "stopped before everything was answered") {
				t.Error("the log does not tell that something is left")
			}
			if got := chat.Read(); len(got) != 1 {
				t.Fatalf("the first run said %q", got)
			}
			h := start(t, s, echo(), kept.State)
			h.settle(chat.Say("four"))
			if got := chat.Read(); !slices.Equal(got, append(want, "> four")) {
				t.Errorf("the bot said %q", got)
			}
			if !strings.Contains(h.logs.String(), "taking up what was in hand at the last end") {
				t.Error("it is not in the log")
			}
		})
	}
}

// TestDuplicatesAfterARestart repeats updates that another run has answered.
func TestDuplicatesAfterARestart(t *testing.T) {
	t.Parallel()
	s, kept := telegramtest.New(t), keep(t)
	chat := s.Private()
	first := open(t, s, echo(), kept)
	id := chat.Say("one")
	first.settle(id)
	if err := first.end(t); err != nil {
		t.Fatal(err)
	}
	h := open(t, s, echo(), kept)
	s.Repeat(id)
	h.settle(id, chat.Say("two"))
	if got := chat.Read(); !slices.Equal(got, []string{"> one", "> two"}) {
		t.Errorf("the bot said %q", got)
	}
}

// unreadable is a memory that can only be written.
type unreadable struct{ telegram.Memory }

var errDisk = errors.New("input/output error")

func (unreadable) InHand(context.Context, string) ([]int64, [][]byte, error) {
	return nil, nil, errDisk
}

func (unreadable) Finish(context.Context, string, int64) error { return errDisk }

func (unreadable) KeepAnswer(context.Context, string, string, string, []byte, []int64) error {
	return errDisk
}

func (unreadable) KeptAnswer(context.Context, string, string, string) ([]byte, []int64, error) {
	return nil, nil, errDisk
}

// TestMemoryInTrouble lets everything else about a memory fail.
func TestMemoryInTrouble(t *testing.T) {
	t.Parallel()
	s := telegramtest.New(t)
	h := house{launchWith(t, telegram.Config{Token: telegramtest.Token, APIURL: s.URL(), Handler: echo(), Memory: unreadable{keep(t).State}}), s}
	chat := s.Private()
	posted := chat.Post(telegramtest.Typed{Text: "one"})
	h.settle(posted.Update, chat.Edit(posted.Message, "two"))
	if got := chat.Read(); !slices.Equal(got, []string{"> one", "> two"}) {
		t.Errorf("the bot said %q", got)
	}
	for _, want := range []string{
		"what was in hand at the last end cannot be read",
		fmt.Sprint("may be answered again after a restart\" update=", posted.Update),
		"what answers a question cannot be kept",
	} {
		if !strings.Contains(h.logs.String(), want) {
			t.Errorf("%q is not in the log", want)
		}
	}
}
