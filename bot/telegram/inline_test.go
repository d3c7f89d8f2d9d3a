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

func TestInlineQuotes(t *testing.T) {
	t.Parallel()
	s, kept := telegramtest.New(t), keep(t)
	h := open(t, s, bundled(t, kept), kept)
	chat := s.Elsewhere("group")
	q := chat.Inline("How much will Ukraine spend on defence in 2026?")
	offer := q.Wait()
	if n := len(offer.Results); n < 10 || n > 20 {
		t.Errorf("%d results, want many and at most 20", n)
	}
	if !offer.Personal || offer.CacheTime != 60 || offer.Button != "" {
		t.Errorf("the offer is personal %v, kept %d s, button %q", offer.Personal, offer.CacheTime, offer.Button)
	}
	for i, r := range offer.Results {
		if len([]rune(r.Title)) > 80 || !strings.Contains(r.Description, " 202") {
			t.Errorf("result %d is titled %q, described %q", i, r.Title, r.Description)
		}
		quote, _, _ := strings.Cut(strings.TrimSuffix(r.Title, "…"), "…")
		if !strings.Contains(r.Message.HTML, "<blockquote") || !strings.Contains(r.Message.Text, quote) {
			t.Errorf("result %d is no quote of %q: %s", i, r.Title, r.Message.HTML)
		}
		if !r.Message.Preview.Disabled {
			t.Errorf("result %d has a preview", i)
		}
		if asked := strings.Contains(r.Message.Text, "“How much will Ukraine spend on defence in 2026?”"); asked != (i == 0) {
			t.Errorf("result %d repeats the question: %v", i, asked)
		}
	}
	h.settle(q.Update)
}

func TestInlineEmpty(t *testing.T) {
	t.Parallel()
	s := telegramtest.New(t)
	atHome(t, s)
	for _, text := range []string{"", "  ", "?!", "🤷"} {
		offer := s.Elsewhere("private").Inline(text).Wait()
		if len(offer.Results) > 0 || offer.Button != "Ask me in private" || offer.Start != "ask" || offer.CacheTime != 0 {
			t.Errorf("%q is offered %+v", text, offer)
		}
	}
}

// TestInlineRefusal offers the refusal to post, and a button that leads to the
// private chat, where the wish to be told is noted.
func TestInlineRefusal(t *testing.T) {
	t.Parallel()
	s := telegramtest.New(t)
	h := atHome(t, s)
	const short = "Who sank the boats in Freedonia?" // fits a link
	chat := s.Elsewhere("supergroup")
	q := chat.Inline(short)
	offer := q.Wait()
	if len(offer.Results) == 0 || offer.Results[0].Title != "The sources do not say." || offer.CacheTime != 20 {
		t.Fatalf("offered %+v", offer)
	}
	posted := q.Choose(offer.Results[0].ID)
	reads(t, posted, "“"+short+"”", "The sources do not say.", "I searched 8 texts")
	if offer.Button != "Tell me when it appears" {
		t.Fatalf("the button says %q", offer.Button)
	}
	h.settle(chat.Open("https://t.me/" + telegramtest.Name + "?start=" + offer.Start).Update)
	private := chat.Person().Private()
	reads(t, last(t, private), "I will write to you, once, when the texts answer “"+short+"”.")
	press := private.Press("Do not tell me")
	h.settle(press.Update)
	if a := press.Wait(); a.Text != "I will not write to you about it." {
		t.Errorf("answered with %+v", a)
	}

	// One that does not fit leads to the private chat only.
	offer = chat.Inline(unknown + " And who raised them, if anybody did?").Wait()
	if offer.Button != "Ask me in private" || offer.Start != "ask" {
		t.Errorf("the button is %q, %q", offer.Button, offer.Start)
	}
}

func TestInlineCyrillic(t *testing.T) {
	t.Parallel()
	s := telegramtest.New(t)
	h := atHome(t, s)
	chat := s.Elsewhere("group").As(s.Person("Остап", "uk"))
	const question = "Коли збудують міст через Бистру?"
	q := chat.Inline(question)
	posted := q.Choose(q.Wait().Results[0].ID)
	reads(t, posted, bottest.Ukrainic, "«", "18 грудня 2025 року")
	h.settle(q.Update)

	long := question + strings.Repeat(" їжак", 60)
	if len([]rune(long)) < 256 {
		t.Fatal("the query is too short")
	}
	offer := chat.Inline(long).Wait() // apps send 256 characters of it
	if offer.Start == "" && len(offer.Results) == 0 {
		t.Errorf("offered %+v", offer)
	}
	for _, r := range offer.Results {
		if r.Title == "" {
			t.Errorf("a result without a title: %+v", r)
		}
	}
}

// TestInlineButtons presses the buttons of a quote that was posted in a chat in
// which the bot is not.
func TestInlineButtons(t *testing.T) {
	t.Parallel()
	s := telegramtest.New(t)
	h := atHome(t, s)
	chat := s.Elsewhere("group")
	q := chat.Inline(bridge)
	posted := q.Choose(q.Wait().Results[0].ID)
	if posted.Inline == "" {
		t.Fatal("the message has no buttons")
	}
	other := chat.As(s.Person("Тарас", ""))
	steps := []struct{ label, want string }{
		{"Context", bottest.Budget},
		{"Source", "https://example.org/bridge"},
		{"Back", bottest.Opening},
	}
	for i, step := range steps {
		press := other.PressOn(posted, step.label)
		h.settle(press.Update)
		press.Wait()
		now := chat.Message(posted.ID)
		reads(t, now, step.want)
		if now.Edits != i+1 {
			t.Errorf("%q: edited %d times, want %d", step.label, now.Edits, i+1)
		}
	}
	if now := chat.Message(posted.ID); strings.Contains(now.Text, bottest.Budget) {
		t.Errorf("back is\n%s", now.Text)
	}
	press := other.PressOn(posted, "Helpful")
	h.settle(press.Update)
	if a := press.Wait(); a.Text != "Thank you, noted." || chat.Message(posted.ID).Edits != 3 {
		t.Errorf("answered with %+v", a)
	}
}

// TestInlineErrorIsForThePresser holds that an error takes nothing away from
// those who read the message.
func TestInlineErrorIsForThePresser(t *testing.T) {
	t.Parallel()
	s := telegramtest.New(t)
	long := strings.Repeat("Щось пішло не так. ", 15)
	h := open(t, s, picking{buttons(func(bot.Request) bot.Reply {
		return bot.Reply{Kind: bot.KindError, Blocks: []bot.Block{bot.Para{Text: long}}}
	}), func(context.Context) {}}, keep(t))
	chat := s.Elsewhere("group")
	q := chat.Inline("x")
	posted := q.Choose(q.Wait().Results[0].ID)
	press := chat.PressOn(posted, "Go")
	h.settle(press.Update)
	if a := press.Wait(); !a.Alert || !strings.HasPrefix(a.Text, "Щось пішло не так.") {
		t.Errorf("answered with %+v", a)
	}
	if now := chat.Message(posted.ID); now.Edits > 0 {
		t.Errorf("the message is overwritten with %q", now.Text)
	}
}

// picking is a handler with one thing to pick, found after wait.
type picking struct {
	*handler
	wait func(context.Context)
}

func (p picking) Pick(ctx context.Context, r bot.Request, _ int) bot.Picks {
	p.wait(ctx)
	if ctx.Err() != nil {
		return bot.Picks{Ask: "Ask me"}
	}
	reply := say("> " + r.Text)
	reply.Actions = []bot.Action{{Label: "Go", Token: "go"}}
	return bot.Picks{Answered: true, List: []bot.Pick{{ID: "1", Title: "One", Reply: reply}}}
}

// TestInlineSlow holds that who types is answered in time, with less if need be.
func TestInlineSlow(t *testing.T) {
	t.Parallel()
	s := telegramtest.New(t)
	open(t, s, picking{echo(), func(ctx context.Context) { <-ctx.Done() }}, keep(t))
	offer := s.Elsewhere("group").Inline("x").Wait()
	if len(offer.Results) > 0 || offer.Button != "Ask me" || offer.CacheTime != 0 {
		t.Errorf("offered %+v", offer)
	}
}

// TestInlineSuperseded types on while a query is looked up: of those that wait
// the last one only is.
func TestInlineSuperseded(t *testing.T) {
	t.Parallel()
	s := telegramtest.New(t)
	begun, goOn := make(chan struct{}, 10), make(chan struct{})
	var looked atomic.Int32
	h := open(t, s, picking{echo(), func(context.Context) {
		looked.Add(1)
		begun <- struct{}{}
		<-goOn
	}}, keep(t))
	chat, other := s.Elsewhere("group"), s.Elsewhere("group")
	first := chat.Inline("w")
	<-begun
	var typed []*telegramtest.Query
	for i := range 5 {
		typed = append(typed, chat.Inline(fmt.Sprint("wo", i)))
	}
	theirs := other.Inline("x")
	<-begun // another person does not wait
	s.WaitHandled(first.Update, typed[4].Update, theirs.Update)
	close(goOn)
	offer := typed[4].Wait()
	h.settle()
	if n := looked.Load(); n > 3 {
		t.Errorf("%d queries were looked up, want the first, the last and the other person's", n)
	}
	theirs.Wait()
	if len(offer.Results) > 0 && !strings.Contains(offer.Results[0].Message.Text, "wo4") {
		t.Errorf("offered %+v", offer.Results)
	}
	for _, q := range typed[:4] {
		if _, ok := q.Answered(); ok {
			t.Error("a query that was typed over is answered")
		}
	}
}

// TestInlinePanic holds that what goes wrong with one query costs that query.
func TestInlinePanic(t *testing.T) {
	t.Parallel()
	s := telegramtest.New(t)
	var broken atomic.Bool
	broken.Store(true)
	h := open(t, s, picking{echo(), func(context.Context) {
		if broken.Swap(false) {
			panic("out of order")
		}
	}}, keep(t))
	chat := s.Elsewhere("group")
	lost := chat.Inline("x")
	h.settle(lost.Update)
	if offer := chat.Inline("y").Wait(); len(offer.Results) != 1 {
		t.Errorf("offered %+v", offer)
	}
	if !strings.Contains(h.logs.String(), "out of order") {
		t.Error("the panic is not in the log")
	}
}

// TestInlineWithoutPicker leads to the private chat, or nowhere.
func TestInlineWithoutPicker(t *testing.T) {
	t.Parallel()
	s := telegramtest.New(t)
	launch(t, s, echo())
	if offer := s.Elsewhere("group").Inline("x").Wait(); len(offer.Results) > 0 || offer.Button != "" {
		t.Errorf("offered %+v", offer)
	}
}

func TestInlineIDs(t *testing.T) {
	t.Parallel()
	s := telegramtest.New(t)
	atHome(t, s)
	ids := func(text string) (ids []string) {
		for _, r := range s.Elsewhere("group").Inline(text).Wait().Results {
			ids = append(ids, r.ID)
		}
		return ids
	}
	if a, b := ids(bridge), ids(bridge); !slices.Equal(a, b) || len(a) == 0 {
		t.Errorf("the same passages are %q and %q", a, b)
	}
}
