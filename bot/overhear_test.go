package bot_test

import (
	"bytes"
	"context"
	"errors"
	"reflect"
	"slices"
	"strings"
	"testing"

	"rapporteur/bot"
	"rapporteur/bot/bottest"
	"rapporteur/bot/locale"
	"rapporteur/bot/state"
	"rapporteur/bot/token"
	"rapporteur/index"
)

func TestIsAsking(t *testing.T) {
	for text, want := range map[string]bool{
		"Who opened it?": true, "Хто відкрив міст?": true, "“Who opened it?”": true, "Who opened it?!": true, "(Who opened it?)": true,
		"Well. Who opened it? …": true, "Who opened\nit?\n": true,
		"Who did?": false, "Really?": false, "?": false, "": false, "? ? ?": true, // which finds no words
		"He opened it.": false, "Who opened it": false, "Who opened it? He did.": false,
	} {
		if got := bot.IsAsking(text); got != want {
			t.Errorf("%q: %v", text, got)
		}
	}
}

func TestOverheard(t *testing.T) {
	b, f := bottest.Answering(t, 1, bottest.KeepIn(t))
	const question = "Who opened it?"
	in := func(chat string) func(*bot.Request) { return func(r *bot.Request) { r.Chat = chat } }
	for name, tt := range map[string]struct {
		r    bot.Request
		want bool // where the bot listens
	}{
		"a question":                {bottest.Grouped(question), true},
		"in a topic":                {bottest.Grouped(question, in("-100:7")), true},
		"by somebody with a locale": {bottest.Grouped(question, func(r *bot.Request) { r.Locale = "de" }), true},
		"a statement":               {bottest.Grouped("He opened it."), false},
		"two words":                 {bottest.Grouped("Who did?"), false},
		"a command of another bot":  {bottest.Grouped("/weather will it rain?"), false},
		"a command to another bot":  {bottest.Grouped("/ask@other who opened it?"), false},
		"a question passed on":      {bottest.Grouped(question, func(r *bot.Request) { r.Forwarded = true }), false},
		"marks":                     {bottest.Grouped("? ? ?"), false},
		"a greeting":                {bottest.Grouped("Hello there, bot?"), false},
		"a wrong filter":            {bottest.Grouped("Who opened it lang:english ?"), false},
		"much":                      {bottest.Grouped(strings.Repeat("why ", 300) + "?"), false},
		"another group":             {bottest.Grouped(question, func(r *bot.Request) { r.Space = "-200" }), false},
		"the same id elsewhere":     {bottest.Grouped(question, func(r *bot.Request) { r.Platform = "discord" }), false},
		"outside of any space":      {bottest.Grouped(question, func(r *bot.Request) { r.Space = "" }), false},
	} {
		bottest.KeepSettings(t, b, func(s *state.Settings) { *s = state.Settings{} })
		if r := b.Handle(context.Background(), tt.r); !reflect.DeepEqual(r, bot.Reply{}) {
			t.Errorf("%s, not listening: %+v", name, r)
		}
		bottest.KeepSettings(t, b, bottest.Listening)
		r := b.Handle(context.Background(), tt.r)
		if !tt.want && !reflect.DeepEqual(r, bot.Reply{}) {
			t.Errorf("%s: %+v", name, r)
		}
		if tt.want && (r.Kind != bot.KindAnswer || r.Private || r.Question != question || bottest.Labelled(r, locale.For(tt.r.Locale).Say("action_context", nil)) == "") {
			t.Errorf("%s: %+v", name, r)
		}
	}
	// Only where the bot may answer.
	bottest.KeepSettings(t, b, func(s *state.Settings) { s.Channels = []string{"-100:7"} })
	for chat, want := range map[string]bot.ReplyKind{"-100:7": bot.KindAnswer, "-100:8": bot.KindSilent, "-100": bot.KindSilent} {
		if r := b.Handle(context.Background(), bottest.Grouped(question, in(chat))); r.Kind != want {
			t.Errorf("%s: %+v", chat, r)
		}
	}
	// What the group wants to be sure of holds.
	f.Found.Confidence = .3
	bottest.KeepSettings(t, b, func(s *state.Settings) { s.Channels, s.Confidence = nil, "careful" })
	if r := b.Handle(context.Background(), bottest.Grouped(question)); r.Kind != bot.KindSilent {
		t.Errorf("%+v", r)
	}
}

// Nobody waits for an answer to what was not asked of the bot: whatever goes
// wrong, it says nothing, and nothing is kept of what it does not answer.
func TestOverheardInSilence(t *testing.T) {
	var log bytes.Buffer
	config := bottest.KeepIn(t)
	b, f := bottest.Answering(t, 0, func(c *bottest.Config) { bottest.Logging(&log)(c); config(c) })
	const question = "Who flew the zeppelin?"
	kept := func() bool {
		_, err := b.State.Question(context.Background(), state.Question{Text: question}.Key())
		return !errors.Is(err, state.ErrNotFound)
	}
	silent := func(what string) {
		t.Helper()
		if r := b.Handle(context.Background(), bottest.Grouped(question)); !reflect.DeepEqual(r, bot.Reply{}) {
			t.Errorf("%s: %+v", what, r)
		}
		if kept() || bottest.Values(b, "question", "", func(r *bot.Request) { *r = bottest.Grouped("") }) != nil {
			t.Errorf("%s: the question is kept", what)
		}
	}
	searched := 0
	f.OnSearch = func(context.Context, index.Query) (index.Result, error) { searched++; return f.Found, f.Err }
	silent("not listening")
	if searched > 0 {
		t.Error("searched for what nobody may hear")
	}
	bottest.KeepSettings(t, b, bottest.Listening)
	silent("refused")
	f.Err = errors.New("the disk is on fire")
	silent("a failure")
	f.Err = context.DeadlineExceeded
	silent("too slow")
	f.OnSearch = func(context.Context, index.Query) (index.Result, error) { panic("out of cheese") }
	silent("a panic")
	for _, cause := range []string{"the disk is on fire", "out of cheese"} {
		if !strings.Contains(log.String(), cause) {
			t.Errorf("%q is missing from the log:\n%s", cause, &log)
		}
	}
	// Asked of the bot, the same is refused, and kept.
	f.OnSearch, f.Err = nil, nil
	if r := b.Handle(context.Background(), bottest.Grouped(question, bottest.Addressed)); r.Kind != bot.KindRefusal || !kept() {
		t.Errorf("%+v", r)
	}
	b.State.Close()
	f.Found.Confidence = 1
	if r := b.Handle(context.Background(), bottest.Grouped(question)); r.Kind != bot.KindSilent || !strings.Contains(log.String(), "overheard") {
		t.Errorf("settings that cannot be read: %+v, and the log says\n%s", r, &log)
	}
	if strings.Contains(log.String(), "zeppelin") {
		t.Errorf("the log says\n%s", &log)
	}
	// Without a store there are no settings: nothing is heard.
	b, _ = bottest.Answering(t, 1, nil)
	if r := b.Handle(context.Background(), bottest.Grouped(question)); r.Kind != bot.KindSilent {
		t.Errorf("nothing kept: %+v", r)
	}
}

// Talk counts against nobody who asks the bot, and has a limit of its own.
func TestOverheardLimits(t *testing.T) {
	for _, listens := range []bool{false, true} {
		for _, confidence := range []float64{0, 1} {
			b, f := bottest.Answering(t, confidence, func(c *bottest.Config) { bottest.KeepIn(t)(c); c.UserRate, c.ChatRate = 4, 4 })
			bottest.KeepSettings(t, b, func(s *state.Settings) { s.Unaddressed = listens })
			searched := 0
			f.OnSearch = func(context.Context, index.Query) (index.Result, error) { searched++; return f.Found, nil }
			for range 9 {
				r := b.Handle(context.Background(), bottest.Grouped("Who opened it?"))
				if r.Kind != bot.KindSilent && r.Kind != bot.KindAnswer {
					t.Errorf("%+v", r)
				}
			}
			if want := map[bool]int{true: 2}[listens]; searched != want {
				t.Errorf("searched %d times, want %d", searched, want)
			}
			var got []bot.ReplyKind
			for range 4 {
				got = append(got, b.Handle(context.Background(), bottest.Grouped("Who opened it?", bottest.Addressed)).Kind)
			}
			asked := map[float64]bot.ReplyKind{0: bot.KindRefusal, 1: bot.KindAnswer}[confidence]
			if !slices.Equal(got, []bot.ReplyKind{asked, asked, bot.KindNotice, bot.KindSilent}) {
				t.Errorf("listens: %v, then %v", listens, got)
			}
		}
	}
}

func TestForwarded(t *testing.T) {
	b, f := bottest.Answering(t, 1, bottest.KeepIn(t))
	f.Found.Hits[0].Met = 1
	const claim = "The captain opened the old bridge."
	passedOn := func(r *bot.Request) { r.Forwarded = true }
	for _, text := range []string{claim, "Hello!", "", "/ask who opened it?", "/ask@other who?", "/help", "/settings language:de", "/start " + token.Make(byte(bot.Check), nil)} {
		for name, where := range map[string]func(*bot.Request){"in private": bottest.Alone, "to us in a group": bottest.Addressed} {
			manage := func(r *bot.Request) { r.Manager = true }
			r := b.Handle(context.Background(), bottest.Grouped(text, passedOn, manage, where))
			if !bottest.IsSaying(r, bot.KindNotice, "forwarded", nil) || r.InPlace || len(r.Actions) != 1 || r.Actions[0].Kind != bot.Check {
				t.Errorf("%s, %q: %+v", name, text, r)
			}
			bottest.Fitting(t, text, r, 64)
		}
		if r := b.Handle(context.Background(), bottest.Grouped(text, passedOn, func(r *bot.Request) { r.Manager = true })); r.Kind != bot.KindSilent {
			t.Errorf("in a group, %q: %+v", text, r)
		}
	}
	// What may be a question is answered, and can be checked as well.
	if r := b.Handle(context.Background(), bottest.Grouped("Who opened the bridge?", passedOn, bottest.Alone)); r.Kind != bot.KindAnswer || bottest.ButtonOf(r, bot.Check) == "" {
		t.Errorf("a forwarded question: %+v", r)
	}
	if s, err := b.State.Settings(context.Background(), "telegram", "-100"); err != nil || !reflect.DeepEqual(s, state.Settings{}) {
		t.Errorf("somebody else's command changed %+v, %v", s, err)
	}

	press := func(about string, change ...func(*bot.Request)) bot.Reply {
		return b.Handle(context.Background(), bottest.Pressed(token.Make(byte(bot.Check), nil), append(change, bottest.Alone, func(r *bot.Request) { r.About = about })...))
	}
	if r := press(claim); !r.InPlace || r.Kind != bot.KindNotice || !strings.Contains(bottest.TextsOf(r), "Claimed: “"+claim+"”") || !slices.Equal(bottest.Cited(r), []string{"The captain opened the bridge."}) {
		t.Errorf("%+v", r)
	}
	if r := press(""); r.InPlace || !bottest.IsSaying(r, bot.KindError, "forward_again", nil) {
		t.Errorf("the message is gone: %+v", r)
	}
	if r := press("Who?"); r.InPlace || !bottest.IsSaying(r, bot.KindError, "no_claims", nil) {
		t.Errorf("no claim: %+v", r)
	}
	if r := press(claim, func(r *bot.Request) { r.InPlace = false }); r.InPlace || !r.Private {
		t.Errorf("apart: %+v", r)
	}
	for name, about := range map[string]string{
		"a command": "/settings language:de", "markup": "<b>The bridge</b> was [opened](https://evil.example) @everyone.",
		"imitation": "“The president resigned.” — The Post, 1 May 2025", "not UTF-8": "The bridge was\xff never opened.", "long": strings.Repeat("so it is and so on ", 3000),
	} {
		r := press(about)
		for _, text := range bottest.Cited(r) {
			if text != "The captain opened the bridge." {
				t.Errorf("%s: %q is quoted", name, text)
			}
		}
	}
}

// A check without words is of the message it replies to; with words, of them.
func TestCheckAbout(t *testing.T) {
	b, _ := bottest.Answering(t, 1, nil)
	about := func(s string) func(*bot.Request) { return func(r *bot.Request) { r.About = s } }
	for name, tt := range map[string]struct {
		r    bot.Request
		want string
	}{
		"without words":  {bottest.Grouped("/check", about("The bridge was opened.")), "Claimed: “The bridge was opened.”"},
		"with words":     {bottest.Grouped("/check The moon is made of cheese.", about("The bridge was opened.")), "Claimed: “The moon is made of cheese.”"},
		"of nothing":     {bottest.Grouped("/check"), "Reply to a message with /verify"},
		"a bare mention": {bottest.Grouped("", bottest.Addressed, about("Who opened the bridge?")), "The captain opened"},
		"a bare command": {bottest.Grouped("/ask", about("Who opened the bridge?")), "The captain opened"},
		"of a question":  {bottest.Grouped("/check", about("Was the bridge opened?")), "I find no claim"},
		"a question":     {bottest.Grouped("/ask Who opened it?", about("The moon is made of cheese.")), "The captain opened"},
	} {
		r := b.Handle(context.Background(), tt.r)
		if !strings.Contains(bottest.TextsOf(r), tt.want) || strings.Count(bottest.TextsOf(r), "Claimed") > 1 {
			t.Errorf("%s: %+v", name, r)
		}
	}
}

// TestThanksAmongOthers checks that thanks in a group are met with silence, and
// in private with a word.
func TestThanksAmongOthers(t *testing.T) {
	b, _ := bottest.Answering(t, 1, bottest.KeepIn(t))
	for _, text := range []string{"thanks", "Thank you!", "дякую", "Vielen Dank", "ok thanks"} {
		if r := b.Handle(context.Background(), bottest.Grouped(text, bottest.Addressed)); !reflect.DeepEqual(r, bot.Reply{}) {
			t.Errorf("%q in a group: %+v", text, r)
		}
		if r := b.Handle(context.Background(), bottest.Grouped(text, bottest.Alone)); r.Kind == bot.KindSilent {
			t.Errorf("%q in private is met with silence", text)
		}
	}
	if r := b.Handle(context.Background(), bottest.Grouped("hello", bottest.Addressed)); r.Kind == bot.KindSilent {
		t.Error("a greeting in a group is met with silence")
	}
}
