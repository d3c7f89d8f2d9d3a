package telegram_test

import (
	"strings"
	"testing"

	"rapporteur/bot"
	"rapporteur/bot/bottest"
	"rapporteur/bot/telegram"
	"rapporteur/bot/telegram/telegramtest"
)

// keep is a state in memory, for bots and adapters one after another.
func keep(t testing.TB) (kept bottest.Config) {
	t.Helper()
	bottest.KeptIn(t, "")(&kept)
	return kept
}

// sample is a bot that answers from the sample texts and keeps its state there.
func sample(t testing.TB, kept bottest.Config) *bottest.Bot {
	t.Helper()
	return bottest.NewBot(t, func(c *bottest.Config) { c.State = kept.State })
}

// bundled is one that answers from the texts that come with the program.
func bundled(t testing.TB, kept bottest.Config) *bottest.Bot {
	t.Helper()
	return bottest.NewBundled(t, func(c *bottest.Config) { c.State = kept.State })
}

// house is a bot with a state at work on a server.
type house struct {
	*running
	s *telegramtest.Server
}

// open starts a bot on the server, with the memory that was kept.
func open(t *testing.T, s *telegramtest.Server, h bot.Handler, kept bottest.Config, change ...func(*telegram.Adapter)) house {
	t.Helper()
	return house{launchWith(t, telegram.Config{Token: telegramtest.Token, APIURL: s.URL(), Handler: h, Memory: kept.State}, change...), s}
}

// atHome starts a bot with the sample texts.
func atHome(t *testing.T, s *telegramtest.Server, change ...func(*telegram.Adapter)) house {
	t.Helper()
	kept := keep(t)
	return open(t, s, sample(t, kept), kept, change...)
}

// settle waits until updates have come in and all that has is dealt with.
func (h house) settle(updates ...int64) {
	h.s.WaitHandled(updates...)
	h.s.Wait("everything to be answered", h.Idle)
}

// last is the bot's last message in a chat.
func last(t testing.TB, c *telegramtest.Chat) telegramtest.Message {
	t.Helper()
	all := c.Messages()
	if len(all) == 0 {
		t.Fatal("the bot has said nothing")
	}
	return all[len(all)-1]
}

// reads checks what a message says.
func reads(t testing.TB, m telegramtest.Message, want ...string) {
	t.Helper()
	for _, w := range want {
		if !strings.Contains(m.Reader(), w) {
			t.Errorf("%q is missing from\n%s", w, m.Reader())
		}
	}
}

// labelled fails the test if a message has no button with the label.
func labelled(t testing.TB, m telegramtest.Message, labels ...string) {
	t.Helper()
	for _, l := range labels {
		if _, ok := m.Button(l); !ok {
			t.Errorf("there is no button %q among %q", l, m.Labels())
		}
	}
}

// linked are the links of a message that open the bot itself.
func linked(m telegramtest.Message) (links []string) {
	for _, e := range m.Entities {
		if strings.Contains(e.URL, "t.me/"+telegramtest.Name) {
			links = append(links, e.URL)
		}
	}
	return links
}

const bridge = "Who will open the bridge?"

// TestNoteOpensThePassage follows the link from the note under a quote.
func TestNoteOpensThePassage(t *testing.T) {
	t.Parallel()
	s := telegramtest.New(t)
	h := atHome(t, s)
	group := s.Group()
	h.settle(group.Mention(bridge))
	links := linked(last(t, group))
	if len(links) == 0 {
		t.Fatalf("no link opens the bot: %+v", last(t, group).Entities)
	}
	h.settle(group.Open(links[0]).Update)
	private := group.Person().Private()
	got := last(t, private)
	reads(t, got, "The quote and what stands around it", bottest.Opening, bottest.Budget)
	labelled(t, got, "Back", "Source")
	if n := len(group.Messages()); n != 1 {
		t.Errorf("%d messages in the group, want only the answer", n)
	}
	h.settle(private.Press("Back").Update)
	if back := last(t, private); back.ID != got.ID || strings.Contains(back.Text, bottest.Budget) {
		t.Errorf("back is %+v", back)
	}
}

// TestStartWithAnOddLink opens the bot by links of others.
func TestStartWithAnOddLink(t *testing.T) {
	t.Parallel()
	s := telegramtest.New(t)
	h := atHome(t, s)
	for _, parameter := range []string{"", "ask", "AAAA", "welcome-2026"} {
		chat := s.Private()
		h.settle(chat.Say(strings.TrimSpace("/start " + parameter)))
		reads(t, last(t, chat), "/ask")
	}
}

// TestContextLooks checks the quote in bold in its passage, and what stands around
// that folded.
func TestContextLooks(t *testing.T) {
	t.Parallel()
	s := telegramtest.New(t)
	h := atHome(t, s)
	chat := s.Private()
	h.settle(chat.Say(bridge))
	answer := last(t, chat)
	if !strings.Contains(answer.HTML, "<blockquote>"+bottest.Opening+"</blockquote>") {
		t.Errorf("the lead is no quotation: %s", answer.HTML)
	}
	if !answer.Preview.Disabled {
		t.Error("there is a preview nobody has wished for")
	}
	h.settle(chat.Press("Context").Update)
	context := last(t, chat)
	for _, want := range []string{
		"<blockquote expandable>",
		"<blockquote><b>" + bottest.Opening + "</b></blockquote>",
	} {
		if !strings.Contains(context.HTML, want) {
			t.Errorf("%q is missing from\n%s", want, context.HTML)
		}
	}
	if context.ID != answer.ID || context.Edits != 1 {
		t.Errorf("the context is message %d after %d edits, want it in the place of %d", context.ID, context.Edits, answer.ID)
	}
}

// TestButtonsOutliveTheProgram presses buttons of a bot that was replaced by
// another one, with an index of its own.
func TestButtonsOutliveTheProgram(t *testing.T) {
	t.Parallel()
	s, kept := telegramtest.New(t), keep(t)
	chat := s.Private()
	first := open(t, s, sample(t, kept), kept)
	first.settle(chat.Say(bridge), chat.Say(unknown))
	sent := chat.Messages()
	if err := first.end(t); err != nil {
		t.Fatal(err)
	}
	h := open(t, s, sample(t, kept), kept)
	h.settle(chat.PressOn(sent[0], "Context").Update, chat.PressOn(sent[1], "Tell me when it appears").Update)
	reads(t, chat.Message(sent[0].ID), bottest.Budget)
	labelled(t, chat.Message(sent[1].ID), "Do not tell me")
	if err := h.end(t); err != nil {
		t.Fatal(err)
	}

	// The texts of the next one are others.
	h = open(t, s, bundled(t, kept), kept)
	press := chat.PressOn(sent[0], "Back")
	h.settle(press.Update)
	if a := press.Wait(); !a.Alert || !strings.Contains(a.Text, "no longer stands in the texts") {
		t.Errorf("a press for what is gone is answered with %+v", a)
	}
}

// unknown is a question that only part of the sample texts comes near.
const unknown = "Who sank the boats under the bridge in Freedonia?"

// TestCyrillicSource presses buttons about a source with a Cyrillic id.
func TestCyrillicSource(t *testing.T) {
	t.Parallel()
	s := telegramtest.New(t)
	h := atHome(t, s)
	chat := s.Person("Остап", "uk").Private()
	h.settle(chat.Say("Коли збудують міст через Бистру?"))
	answer := last(t, chat)
	reads(t, answer, bottest.Ukrainic, "міст, байти")
	for _, row := range answer.Buttons {
		for _, b := range row {
			if n := len(b.Data); n < 1 || n > 64 {
				t.Errorf("button %q has data of %d bytes", b.Text, n)
			}
		}
	}
	h.settle(chat.Press("Джерело").Update)
	reads(t, last(t, chat), "https://example.org/міст", "Вісті")
}

// TestCommandAfterCyrillic asks by a command after words of two bytes a letter.
func TestCommandAfterCyrillic(t *testing.T) {
	t.Parallel()
	s := telegramtest.New(t)
	h := atHome(t, s)
	group := s.Group()
	h.settle(group.Say("Добрий день 🙂 /ask@" + telegramtest.Name + " Коли збудують міст через Бистру?"))
	reads(t, last(t, group), bottest.Ukrainic)
}
