package telegram_test

import (
	"context"
	"encoding/base64"
	"slices"
	"strings"
	"testing"

	"rapporteur/bot"
	"rapporteur/bot/bottest"
	"rapporteur/bot/telegram/telegramtest"
)

// buttons answers messages with a text and a button, and its presses with what f
// returns.
func buttons(f func(r bot.Request) bot.Reply) *handler {
	return &handler{answer: func(_ context.Context, r bot.Request) bot.Reply {
		if r.Action == "" {
			reply := say("> " + r.Text)
			reply.Actions = []bot.Action{{Label: "Go", Token: "go"}, {Label: "Stay", Token: "stay", Row: 1}}
			return reply
		}
		return f(r)
	}}
}

func TestPress(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("Довше, ніж поміститься. ", 9) // 216 characters
	swapped := say("Noted.")
	swapped.Actions = []bot.Action{{Label: "Undo", Token: "undo"}}
	inPlace, cite := say(long), bot.Reply{Kind: bot.KindNotice, InPlace: true, Blocks: []bot.Block{bot.Cite{Text: "Quote."}}}
	inPlace.InPlace = true
	huge := say(strings.Repeat(long, 40))
	huge.InPlace = true
	wrong := bot.Reply{Kind: bot.KindError, Blocks: []bot.Block{bot.Para{Text: "No."}}}
	tests := []struct {
		name  string
		reply bot.Reply
		want  telegramtest.Answer
		said  string // how the text of the message pressed begins afterwards
		below int    // new messages
		label string // of its first button, "" for none
	}{
		{"silence", bot.Reply{}, telegramtest.Answer{}, "> hi", 0, "Go"},
		{"a few words", say("Thank you."), telegramtest.Answer{Text: "Thank you."}, "> hi", 0, "Go"},
		{"200 units exactly", say(strings.Repeat("ї", 200)), telegramtest.Answer{Text: strings.Repeat("ї", 200)}, "> hi", 0, "Go"},
		{"one more", say(strings.Repeat("ї", 201)), telegramtest.Answer{}, "> hi", 1, "Go"},
		{"an error", wrong, telegramtest.Answer{Text: "No.", Alert: true}, "> hi", 0, "Go"},
		{"words and another button", swapped, telegramtest.Answer{Text: "Noted."}, "> hi", 0, "Undo"},
		{"in place", inPlace, telegramtest.Answer{}, "Довше", 0, ""},
		{"a quote in place", cite, telegramtest.Answer{}, "Quote.", 0, ""},
		{"too long for one place", huge, telegramtest.Answer{}, "> hi", 3, "Go"},
		{"not in place", say(long), telegramtest.Answer{}, "> hi", 1, "Go"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			s := telegramtest.New(t)
			h := open(t, s, buttons(func(bot.Request) bot.Reply { return tt.reply }), keep(t))
			chat := s.Private()
			h.settle(chat.Say("hi"))
			pressed := last(t, chat)
			press := chat.PressOn(pressed, "Go")
			h.settle(press.Update)
			if a := press.Wait(); a.Text != tt.want.Text || a.Alert != tt.want.Alert {
				t.Errorf("answered with %+v, want %+v", a, tt.want)
			}
			now := chat.Message(pressed.ID)
			if !strings.HasPrefix(now.Text, tt.said) {
				t.Errorf("the message says %q, want %q", now.Text, tt.said)
			}
			if below := len(chat.Messages()) - 1; below != tt.below {
				t.Errorf("%d new messages, want %d", below, tt.below)
			}
			if labels := slices.Concat(now.Labels()...); tt.label == "" && len(labels) > 0 || tt.label != "" && (len(labels) != 2 || labels[0] != tt.label) {
				t.Errorf("the buttons are %q, want %q first", labels, tt.label)
			}
			for _, m := range chat.Messages()[1:] {
				if first := m.ID == chat.Messages()[1].ID; first != (m.ReplyTo == pressed.ID) {
					t.Errorf("message %d replies to %d", m.ID, m.ReplyTo)
				}
			}
		})
	}
}

// TestPressIsAlwaysAnswered lets go wrong what can.
func TestPressIsAlwaysAnswered(t *testing.T) {
	t.Parallel()
	s := telegramtest.New(t) // fails the test on a press that is not answered
	h := open(t, s, buttons(func(r bot.Request) bot.Reply {
		if r.Action == "go" {
			panic("out of order")
		}
		return say("fine")
	}), keep(t))
	chat := s.Private()
	h.settle(chat.Say("hi"))
	panics := chat.Press("Go")
	h.settle(panics.Update)
	panics.Wait()
	s.Fail("answerCallbackQuery", telegramtest.Fault{}, telegramtest.Fault{Status: 502, NotJSON: true})
	later := chat.Press("Stay")
	h.settle(later.Update)
	if a := later.Wait(); a.Text != "fine" {
		t.Errorf("answered with %+v", a)
	}
}

// TestPressTooOld presses when the server no longer takes the answer: what the
// press brings comes all the same.
func TestPressTooOld(t *testing.T) {
	t.Parallel()
	s := telegramtest.New(t, telegramtest.WithLife(1))
	reply := bot.Reply{Kind: bot.KindNotice, InPlace: true, Blocks: []bot.Block{bot.Cite{Text: "Quote."}}}
	h := open(t, s, buttons(func(bot.Request) bot.Reply { return reply }), keep(t))
	chat := s.Private()
	h.settle(chat.Say("hi"))
	h.settle(chat.Press("Go").Update)
	reads(t, last(t, chat), "Quote.")
}

// TestForgedPress presses what no button of ours holds.
func TestForgedPress(t *testing.T) {
	t.Parallel()
	s := telegramtest.New(t)
	h := atHome(t, s)
	chat := s.Private()
	h.settle(chat.Say(bridge))
	answer := last(t, chat)
	good, _ := answer.Button("Context")
	raw, err := base64.RawURLEncoding.DecodeString(good.Data)
	if err != nil {
		t.Fatal(err)
	}
	future := slices.Clone(raw)
	future[0]++
	for name, data := range map[string]string{
		"damaged":          good.Data[:len(good.Data)-2] + "AA",
		"cut short":        good.Data[:8],
		"of the future":    base64.RawURLEncoding.EncodeToString(future),
		"no token":         "/settings confidence:eager",
		"not base64":       "їжак",
		"64 bytes of zero": strings.Repeat("\x00", 64),
	} {
		t.Run(name, func(t *testing.T) {
			press := chat.Do(telegramtest.Pressing{On: answer, Data: data})
			h.settle(press.Update)
			if a := press.Wait(); !a.Alert || !strings.Contains(a.Text, "of an older version of me, or damaged") {
				t.Errorf("answered with %+v", a)
			}
		})
	}
	t.Run("empty", func(t *testing.T) {
		// The kit makes no presses without data, as the button of a game has none.
		h.settle(s.Raw("callback_query", map[string]any{"id": "1", "from": map[string]any{"id": chat.Person().ID, "is_bot": false, "first_name": "x"},
			"chat_instance": "1", "message": map[string]any{"message_id": answer.ID, "date": 1, "chat": map[string]any{"id": chat.ID(), "type": "private"}}}))
		calls := s.Calls("answerCallbackQuery")
		if text := calls[len(calls)-1].Params["text"]; !strings.Contains(text.(string), "older version") {
			t.Errorf("answered with %q", text)
		}
	})
	if now := chat.Message(answer.ID); now.Edits > 0 || len(chat.Messages()) > 1 {
		t.Error("a forged press has changed something")
	}
}

// TestPressedTwice presses a button again before the first press is answered.
func TestPressedTwice(t *testing.T) {
	t.Parallel()
	s := telegramtest.New(t)
	h := atHome(t, s)
	chat := s.Private()
	h.settle(chat.Say(bridge))
	answer := last(t, chat)
	first, second := chat.PressOn(answer, "Context"), chat.PressOn(answer, "Context")
	h.settle(first.Update, second.Update)
	first.Wait()
	second.Wait()
	if n := len(s.Calls("editMessageText")); n != 2 {
		t.Errorf("%d edits, want a second one that is refused", n)
	}
	if got := chat.Messages(); len(got) != 1 || got[0].Edits != 1 {
		t.Errorf("got %+v, want the context in place once", got)
	}
	if log := h.logs.String(); strings.Contains(log, "level=WARN") {
		t.Errorf("a double press is a warning:\n%s", log)
	}
}

// TestPressUnderWhatIsGone presses under a message that is deleted meanwhile.
func TestPressUnderWhatIsGone(t *testing.T) {
	t.Parallel()
	s := telegramtest.New(t)
	h := atHome(t, s)
	chat := s.Private()
	h.settle(chat.Say(bridge))
	answer := last(t, chat)
	s.Fail("editMessageText", telegramtest.Fault{Status: 400, Description: "Bad Request: message to edit not found"})
	press := chat.PressOn(answer, "Context")
	h.settle(press.Update)
	press.Wait()
	if below := last(t, chat); below.ID == answer.ID || !strings.Contains(below.HTML, "<b>"+bottest.Opening+"</b>") {
		t.Error("what was asked for does not come")
	}

	h.settle(chat.Say(unknown))
	refusal := last(t, chat)
	s.Fail("editMessageReplyMarkup", telegramtest.Fault{Status: 400, Description: "Bad Request: message to edit not found"})
	press = chat.PressOn(refusal, "Tell me when it appears")
	h.settle(press.Update)
	if a := press.Wait(); !strings.Contains(a.Text, "I will write to you") {
		t.Errorf("answered with %+v", a)
	}
}

// TestKeyboard looks at how buttons are laid out.
func TestKeyboard(t *testing.T) {
	t.Parallel()
	s := telegramtest.New(t)
	h := atHome(t, s)
	chat := s.Private()
	h.settle(chat.Say(bridge))
	want := [][]string{{"More quotes", "Context", "Source"}, {"Helpful", "Not helpful"}}
	if got := last(t, chat).Labels(); !slices.EqualFunc(got, want, slices.Equal) {
		t.Errorf("the buttons are %q, want %q", got, want)
	}
	german := s.Person("Hanna", "de").Private()
	h.settle(german.Say(bridge))
	for _, row := range last(t, german).Labels() {
		n := 0
		for _, label := range row {
			n += len([]rune(label)) + 2
		}
		if len(row) > 1 && n > 32 {
			t.Errorf("a row is %d characters wide: %q", n, row)
		}
	}
}

// TestButtonsRefused sends without buttons when the server does not take them.
func TestButtonsRefused(t *testing.T) {
	t.Parallel()
	s := telegramtest.New(t)
	refused := telegramtest.Fault{Status: 400, Description: "Bad Request: BUTTON_DATA_INVALID"}
	s.Fail("sendMessage", refused)
	h := open(t, s, buttons(func(bot.Request) bot.Reply {
		reply := say(strings.Repeat("Довго. ", 40))
		reply.InPlace, reply.Actions = true, []bot.Action{{Label: "Back", Token: "back"}}
		return reply
	}), keep(t))
	chat := s.Private()
	h.settle(chat.Say("one"), chat.Say("two"))
	got := chat.Messages()
	if len(got) != 2 || got[0].Text != "> one" || len(got[0].Buttons) > 0 || len(got[1].Buttons) != 2 {
		t.Fatalf("got %+v, want the first one without buttons", got)
	}
	s.Fail("editMessageText", refused)
	h.settle(chat.Press("Go").Update)
	if m := last(t, chat); m.ID != got[1].ID || !strings.HasPrefix(m.Text, "Довго.") || len(m.Buttons) > 0 {
		t.Errorf("got %+v, want the new text without buttons", m)
	}
}
