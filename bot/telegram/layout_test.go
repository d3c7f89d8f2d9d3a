package telegram_test

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"rapporteur/bot"
	"rapporteur/bot/telegram"
	"rapporteur/bot/telegram/telegramtest"
)

// ukrainian is a text of n units, two bytes each but for the spaces.
func ukrainian(n int) string {
	s := []rune(strings.Repeat("Делегації домовилися зустрітися знову. ", n/30))[:n]
	s[n-1] = 'я'
	return string(s)
}

// TestLimitInUkrainian sends answers at the limit and one unit to either side,
// to a server that takes no more.
func TestLimitInUkrainian(t *testing.T) {
	t.Parallel()
	for n, want := range map[int]int{telegram.MaxText - 1: 1, telegram.MaxText: 1, telegram.MaxText + 1: 2} {
		t.Run(fmt.Sprint(n), func(t *testing.T) {
			t.Parallel()
			text := ukrainian(n)
			if units := telegram.Size(reply(bot.Para{Text: text})); units != n {
				t.Fatalf("the text has %d units", units)
			}
			s := telegramtest.New(t)
			h := open(t, s, answering(func(bot.Request) string { return text }), keep(t))
			chat := s.Private()
			posted := chat.Post(telegramtest.Typed{Text: "все"})
			h.settle(posted.Update, chat.Edit(posted.Message, "знову все"))
			got := chat.Messages()
			if len(got) != want {
				t.Fatalf("%d messages, want %d", len(got), want)
			}
			var said string
			for _, m := range got {
				said += m.Text
			}
			squeeze := func(s string) string { return strings.Join(strings.Fields(s), "") }
			if squeeze(said) != squeeze(text) {
				t.Error("the text is not whole")
			}
			if h.logs.String() != "" && strings.Contains(h.logs.String(), "level=WARN") {
				t.Error("something was refused")
			}
		})
	}
}

// TestQuestionAboveALongAnswer repeats questions of characters of two units above
// news that fill their message.
func TestQuestionAboveALongAnswer(t *testing.T) {
	t.Parallel()
	for _, question := range []string{"Де?", strings.Repeat("𝐬𝐨𝐨𝐧", 100), strings.Repeat("їжак ", 100)} {
		for n := telegram.MaxText - 450; n <= telegram.MaxText; n++ {
			r := reply(bot.Para{Text: ukrainian(n)})
			r.Question = question
			for i, p := range telegram.Compose(r, "", true) {
				if units := telegram.Size(reply(bot.Para{Text: p.Text})); units > telegram.MaxText {
					t.Fatalf("with %d units of text, page %d has %d", n, i, units)
				}
			}
		}
	}
}

// TestOnePage holds that what is cut to one message fits, says so and keeps its
// buttons, whatever it is made of.
func TestOnePage(t *testing.T) {
	t.Parallel()
	const cut = "There is more than fits here."
	r := rand.New(rand.NewPCG(1, 1))
	words := []string{"слово", "word", "𝐬𝐨𝐨𝐧", "<b>", "x"}
	for i := range 400 {
		var all bot.Reply
		if i%2 == 0 {
			all.Question = strings.Repeat(words[r.IntN(len(words))]+" ", 1+r.IntN(200))
		}
		for range 1 + r.IntN(4) {
			word := words[r.IntN(len(words))]
			text := strings.TrimSpace(strings.Repeat(word+[]string{" ", "", ". "}[r.IntN(3)], 1+r.IntN(1500)))
			switch r.IntN(3) {
			case 0:
				all.Blocks = append(all.Blocks, bot.Para{Text: text})
			case 1:
				all.Blocks = append(all.Blocks, bot.Cite{Label: "Also", Text: text, Source: "UN News", Notes: []bot.Note{{Text: "bytes", Token: "abc"}}})
			case 2:
				var l bot.List
				for range r.IntN(120) {
					l.Items = append(l.Items, bot.Item{Term: word, Text: word, Link: "https://example.org/"})
				}
				all.Blocks = append(all.Blocks, bot.Para{Text: word}, l)
			}
		}
		all.Actions = []bot.Action{{Label: "Back", Token: "back"}}
		pages := telegram.Compose(all, telegramtest.Name, true)
		p, buttons, ok := telegram.OnePage(all, telegramtest.Name, "en")
		if units := telegram.Size(reply(bot.Para{Text: p.Text})); !ok || units > telegram.MaxText || p.Entities > 100 {
			t.Fatalf("%d: a page of %d units and %d entities", i, units, p.Entities)
		}
		if told := strings.Contains(p.Text, cut); told != (len(pages) > 1) || buttons != 1 {
			t.Fatalf("%d: of %d pages; the cut is told: %v; %d rows of buttons", i, len(pages), told, buttons)
		}
	}
	if _, _, ok := telegram.OnePage(bot.Reply{}, "", "en"); ok {
		t.Error("silence is a page")
	}
}

// TestOnePageToTheBrim fills the part that is kept to the last unit.
func TestOnePageToTheBrim(t *testing.T) {
	t.Parallel()
	for n := telegram.MaxText - 500; n < telegram.MaxText; n++ {
		r := reply(bot.Para{Text: strings.Repeat("ї", n)}, bot.Para{Text: strings.Repeat("й", 2000)})
		r.Question = strings.Repeat("є", 300)
		r.Actions = []bot.Action{{Label: "Back", Token: "back"}}
		p, buttons, _ := telegram.OnePage(r, "", "en")
		if !strings.Contains(p.Text, "There is more than fits here.") || buttons != 1 || telegram.Size(reply(bot.Para{Text: p.Text})) > telegram.MaxText {
			t.Fatalf("with %d units in front, the cut is not told, or buttons are missing", n)
		}
	}
}

// TestTypingShowsSoon holds the time after which people are shown that the bot
// is at work.
func TestTypingShowsSoon(t *testing.T) {
	t.Parallel()
	if d := telegram.TypingAfter(); d != 300*time.Millisecond {
		t.Errorf("typing shows after %v", d)
	}
	s := telegramtest.New(t)
	goOn := make(chan struct{})
	h := open(t, s, answering(func(bot.Request) string { <-goOn; return "done" }), keep(t)) // with the ordinary time
	chat := s.Private()
	since := time.Now()
	asked := chat.Say("slowly")
	s.Wait("typing to show", func() bool { return chat.Typing() > 0 })
	if shown := s.Calls("sendChatAction")[0].Time.Sub(since); shown < 300*time.Millisecond {
		t.Errorf("typing showed after %v", shown)
	}
	close(goOn)
	h.settle(asked)
}

// TestPreviewOfTheSource shows a preview only of what may be opened.
func TestPreviewOfTheSource(t *testing.T) {
	t.Parallel()
	cite := func(link string) bot.Reply {
		r := reply(bot.Para{Text: "https://example.net/in-the-words"}, bot.Cite{Text: "Quote.", Source: "Source", Link: link})
		r.Preview = true
		return r
	}
	for link, want := range map[string]telegramtest.Preview{
		"https://example.org/a#:~:text=x": {URL: "https://example.org/a#:~:text=x"},
		"javascript:alert(1)":             {Disabled: true},
		"":                                {Disabled: true},
	} {
		s, hand := telegramtest.New(t), echo()
		hand.answer = handlerOf(cite(link))
		h := open(t, s, hand, keep(t))
		chat := s.Private()
		h.settle(chat.Say("?"))
		if got := last(t, chat).Preview; got != want {
			t.Errorf("for %q: %+v, want %+v", link, got, want)
		}
	}
}
