package ask_test

import (
	"context"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"rapporteur/bot"
	"rapporteur/bot/bottest"
	"rapporteur/index"
)

// TestFollowUp asks on after an answer: what is meant is the person's last question in
// that chat, for ten minutes.
func TestFollowUp(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b, f := bottest.Answering(t, 1, bottest.KeepIn(t))
		var asked []string
		f.OnSearch = func(_ context.Context, q index.Query) (index.Result, error) {
			asked = append(asked, q.Text)
			return f.Found, nil
		}
		say := func(text string, change ...func(*bot.Request)) (string, bot.Reply) {
			asked = nil
			r := b.Handle(context.Background(), bottest.Asking(text, append([]func(*bot.Request){func(r *bot.Request) { r.Command, r.Addressed = "", true }}, change...)...))
			return strings.Join(asked, "|"), r
		}
		say("Who opened the bridge?")
		for text, want := range map[string]string{"When?": "When opened the bridge?", "and why?": "Why opened the bridge?", "How much?": "How much opened the bridge?"} {
			say("Who opened the bridge?")
			if got, r := say(text); got != want || !strings.Contains(bottest.TextsOf(r), "I take this as: "+want) {
				t.Errorf("%q searches for %q: %q", text, got, bottest.TextsOf(r))
			}
		}
		say("Who opened the bridge?")
		if _, r := say("more"); !strings.Contains(bottest.TextsOf(r), "Ships hooted.") {
			t.Errorf("more: %q", bottest.TextsOf(r))
		}
		if _, r := say("Summarise that, please"); !strings.Contains(bottest.TextsOf(r), "I do not summarise. 1 text is about it") {
			t.Errorf("a summary: %q", bottest.TextsOf(r))
		}
		// Others, and the same person elsewhere or later, have asked nothing.
		for name, change := range map[string]func(*bot.Request){"another": func(r *bot.Request) { r.User = "8" }, "elsewhere": func(r *bot.Request) { r.Chat = "31" }} {
			if got, _ := say("When?", change); got != "When?" {
				t.Errorf("%s: searches for %q", name, got)
			}
		}
		time.Sleep(11 * time.Minute)
		if got, _ := say("When?"); got != "When?" {
			t.Errorf("later: searches for %q", got)
		}
		if _, r := say("summary"); !strings.Contains(bottest.TextsOf(r), "I quote, I do not summarise. Ask me something") {
			t.Errorf("of nothing: %q", bottest.TextsOf(r))
		}
		// Who has themselves forgotten starts anew.
		say("Who opened the bridge?")
		b.Answers.ForgetAsker(bottest.Asking(""))
		if got, _ := say("When?"); got != "When?" {
			t.Errorf("forgotten: searches for %q", got)
		}
	})
}
