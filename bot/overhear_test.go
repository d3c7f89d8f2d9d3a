package bot

import (
	"bytes"
	"context"
	"errors"
	"reflect"
	"slices"
	"strings"
	"testing"

	"rapporteur/bot/state"
	"rapporteur/index"
)

func TestIsAsking(t *testing.T) {
	for text, want := range map[string]bool{
		"Who opened it?": true, "Хто відкрив міст?": true, "“Who opened it?”": true, "Who opened it?!": true, "(Who opened it?)": true,
		"Well. Who opened it? …": true, "Who opened\nit?\n": true,
		"Who did?": false, "Really?": false, "?": false, "": false, "? ? ?": true, // which finds no words
		"He opened it.": false, "Who opened it": false, "Who opened it? He did.": false,
	} {
		if got := IsAsking(text); got != want {
			t.Errorf("%q: %v", text, got)
		}
	}
}

func TestOverheard(t *testing.T) {
	b, f := answering(t, 1, keeping(t))
	const question = "Who opened it?"
	in := func(chat string) func(*Request) { return func(r *Request) { r.Chat = chat } }
	for name, tt := range map[string]struct {
		r    Request
		want bool // where the bot listens
	}{
		"a question":                {grouped(question), true},
		"in a topic":                {grouped(question, in("-100:7")), true},
		"by somebody with a locale": {grouped(question, func(r *Request) { r.Locale = "de" }), true},
		"a statement":               {grouped("He opened it."), false},
		"two words":                 {grouped("Who did?"), false},
		"a command of another bot":  {grouped("/weather will it rain?"), false},
		"a command to another bot":  {grouped("/ask@other who opened it?"), false},
		"a question passed on":      {grouped(question, func(r *Request) { r.Forwarded = true }), false},
		"marks":                     {grouped("? ? ?"), false},
		"a greeting":                {grouped("Hello there, bot?"), false},
		"a wrong filter":            {grouped("Who opened it lang:english ?"), false},
		"much":                      {grouped(strings.Repeat("why ", 300) + "?"), false},
		"another group":             {grouped(question, func(r *Request) { r.Space = "-200" }), false},
		"the same id elsewhere":     {grouped(question, func(r *Request) { r.Platform = "discord" }), false},
		"outside of any space":      {grouped(question, func(r *Request) { r.Space = "" }), false},
	} {
		keep(t, b, func(s *state.Settings) { *s = state.Settings{} })
		if r := b.Handle(context.Background(), tt.r); !reflect.DeepEqual(r, Reply{}) {
			t.Errorf("%s, not listening: %+v", name, r)
		}
		keep(t, b, listening)
		r := b.Handle(context.Background(), tt.r)
		if !tt.want && !reflect.DeepEqual(r, Reply{}) {
			t.Errorf("%s: %+v", name, r)
		}
		if tt.want && (r.Kind != KindAnswer || r.Private || r.Question != question || labelled(r, For(tt.r.Locale).Say("action_context", nil)) == "") {
			t.Errorf("%s: %+v", name, r)
		}
	}
	// Only where the bot may answer.
	keep(t, b, func(s *state.Settings) { s.Channels = []string{"-100:7"} })
	for chat, want := range map[string]ReplyKind{"-100:7": KindAnswer, "-100:8": KindSilent, "-100": KindSilent} {
		if r := b.Handle(context.Background(), grouped(question, in(chat))); r.Kind != want {
			t.Errorf("%s: %+v", chat, r)
		}
	}
	// What the group wants to be sure of holds.
	f.found.Confidence = .3
	keep(t, b, func(s *state.Settings) { s.Channels, s.Confidence = nil, "careful" })
	if r := b.Handle(context.Background(), grouped(question)); r.Kind != KindSilent {
		t.Errorf("%+v", r)
	}
}

// Nobody waits for an answer to what was not asked of the bot: whatever goes
// wrong, it says nothing, and nothing is kept of what it does not answer.
func TestOverheardInSilence(t *testing.T) {
	var log bytes.Buffer
	config := keeping(t)
	b, f := answering(t, 0, func(c *Config) { logging(&log)(c); config(c) })
	const question = "Who flew the zeppelin?"
	kept := func() bool {
		_, err := b.state.Question(context.Background(), state.Question{Text: question}.Key())
		return !errors.Is(err, state.ErrNotFound)
	}
	silent := func(what string) {
		t.Helper()
		if r := b.Handle(context.Background(), grouped(question)); !reflect.DeepEqual(r, Reply{}) {
			t.Errorf("%s: %+v", what, r)
		}
		if kept() || values(b, "question", "", func(r *Request) { *r = grouped("") }) != nil {
			t.Errorf("%s: the question is kept", what)
		}
	}
	searched := 0
	f.search = func(context.Context, index.Query) (index.Result, error) { searched++; return f.found, f.err }
	silent("not listening")
	if searched > 0 {
		t.Error("searched for what nobody may hear")
	}
	keep(t, b, listening)
	silent("refused")
	f.err = errors.New("the disk is on fire")
	silent("a failure")
	f.err = context.DeadlineExceeded
	silent("too slow")
	f.search = func(context.Context, index.Query) (index.Result, error) { panic("out of cheese") }
	silent("a panic")
	for _, cause := range []string{"the disk is on fire", "out of cheese"} {
		if !strings.Contains(log.String(), cause) {
			t.Errorf("%q is missing from the log:\n%s", cause, &log)
		}
	}
	// Asked of the bot, the same is refused, and kept.
	f.search, f.err = nil, nil
	if r := b.Handle(context.Background(), grouped(question, addressed)); r.Kind != KindRefusal || !kept() {
		t.Errorf("%+v", r)
	}
	b.state.Close()
	f.found.Confidence = 1
	if r := b.Handle(context.Background(), grouped(question)); r.Kind != KindSilent || !strings.Contains(log.String(), "overheard") {
		t.Errorf("settings that cannot be read: %+v, and the log says\n%s", r, &log)
	}
	if strings.Contains(log.String(), "zeppelin") {
		t.Errorf("the log says\n%s", &log)
	}
	// Without a store there are no settings: nothing is heard.
	b, _ = answering(t, 1, nil)
	if r := b.Handle(context.Background(), grouped(question)); r.Kind != KindSilent {
		t.Errorf("nothing kept: %+v", r)
	}
}

// Talk counts against nobody who asks the bot, and has a limit of its own.
func TestOverheardLimits(t *testing.T) {
	for _, listens := range []bool{false, true} {
		for _, confidence := range []float64{0, 1} {
			b, f := answering(t, confidence, func(c *Config) { keeping(t)(c); c.UserRate, c.ChatRate = 4, 4 })
			keep(t, b, func(s *state.Settings) { s.Unaddressed = listens })
			searched := 0
			f.search = func(context.Context, index.Query) (index.Result, error) { searched++; return f.found, nil }
			for range 9 {
				r := b.Handle(context.Background(), grouped("Who opened it?"))
				if r.Kind != KindSilent && r.Kind != KindAnswer {
					t.Errorf("%+v", r)
				}
			}
			if want := map[bool]int{true: 2}[listens]; searched != want {
				t.Errorf("searched %d times, want %d", searched, want)
			}
			var got []ReplyKind
			for range 4 {
				got = append(got, b.Handle(context.Background(), grouped("Who opened it?", addressed)).Kind)
			}
			asked := map[float64]ReplyKind{0: KindRefusal, 1: KindAnswer}[confidence]
			if !slices.Equal(got, []ReplyKind{asked, asked, KindNotice, KindSilent}) {
				t.Errorf("listens: %v, then %v", listens, got)
			}
		}
	}
}

func TestForwarded(t *testing.T) {
	b, f := answering(t, 1, keeping(t))
	f.found.Hits[0].Met = 1
	const claim = "The captain opened the old bridge."
	passedOn := func(r *Request) { r.Forwarded = true }
	for _, text := range []string{claim, "Hello!", "", "/ask who opened it?", "/ask@other who?", "/help", "/settings language:de", "/start " + Make(Check, nil)} {
		for name, where := range map[string]func(*Request){"in private": alone, "to us in a group": addressed} {
			manage := func(r *Request) { r.Manager = true }
			r := b.Handle(context.Background(), grouped(text, passedOn, manage, where))
			if !isSaying(r, KindNotice, "forwarded", nil) || r.InPlace || len(r.Actions) != 1 || r.Actions[0].Kind != Check {
				t.Errorf("%s, %q: %+v", name, text, r)
			}
			fitting(t, text, r, 64)
		}
		if r := b.Handle(context.Background(), grouped(text, passedOn, func(r *Request) { r.Manager = true })); r.Kind != KindSilent {
			t.Errorf("in a group, %q: %+v", text, r)
		}
	}
	// What may be a question is answered, and can be checked as well.
	if r := b.Handle(context.Background(), grouped("Who opened the bridge?", passedOn, alone)); r.Kind != KindAnswer || button(r, Check) == "" {
		t.Errorf("a forwarded question: %+v", r)
	}
	if s, err := b.state.Settings(context.Background(), "telegram", "-100"); err != nil || !reflect.DeepEqual(s, state.Settings{}) {
		t.Errorf("somebody else's command changed %+v, %v", s, err)
	}

	press := func(about string, change ...func(*Request)) Reply {
		return b.Handle(context.Background(), pressed(Make(Check, nil), append(change, alone, func(r *Request) { r.About = about })...))
	}
	if r := press(claim); !r.InPlace || r.Kind != KindNotice || !strings.Contains(texts(r), "Claimed: “"+claim+"”") || !slices.Equal(cited(r), []string{"The captain opened the bridge."}) {
		t.Errorf("%+v", r)
	}
	if r := press(""); r.InPlace || !isSaying(r, KindError, "forward_again", nil) {
		t.Errorf("the message is gone: %+v", r)
	}
	if r := press("Who?"); r.InPlace || !isSaying(r, KindError, "no_claims", nil) {
		t.Errorf("no claim: %+v", r)
	}
	if r := press(claim, func(r *Request) { r.InPlace = false }); r.InPlace || !r.Private {
		t.Errorf("apart: %+v", r)
	}
	for name, about := range map[string]string{
		"a command": "/settings language:de", "markup": "<b>The bridge</b> was [opened](https://evil.example) @everyone.",
		"imitation": "“The president resigned.” — The Post, 1 May 2025", "not UTF-8": "The bridge was\xff never opened.", "long": strings.Repeat("so it is and so on ", 3000),
	} {
		r := press(about)
		for _, text := range cited(r) {
			if text != "The captain opened the bridge." {
				t.Errorf("%s: %q is quoted", name, text)
			}
		}
	}
}

// A check without words is of the message it replies to; with words, of them.
func TestCheckAbout(t *testing.T) {
	b, _ := answering(t, 1, nil)
	about := func(s string) func(*Request) { return func(r *Request) { r.About = s } }
	for name, tt := range map[string]struct {
		r    Request
		want string
	}{
		"without words":  {grouped("/check", about("The bridge was opened.")), "Claimed: “The bridge was opened.”"},
		"with words":     {grouped("/check The moon is made of cheese.", about("The bridge was opened.")), "Claimed: “The moon is made of cheese.”"},
		"of nothing":     {grouped("/check"), "Reply to a message with /check"},
		"a bare mention": {grouped("", addressed, about("Who opened the bridge?")), "The captain opened"},
		"a bare command": {grouped("/ask", about("Who opened the bridge?")), "The captain opened"},
		"of a question":  {grouped("/check", about("Was the bridge opened?")), "I find no claim"},
		"a question":     {grouped("/ask Who opened it?", about("The moon is made of cheese.")), "The captain opened"},
	} {
		r := b.Handle(context.Background(), tt.r)
		if !strings.Contains(texts(r), tt.want) || strings.Count(texts(r), "Claimed") > 1 {
			t.Errorf("%s: %+v", name, r)
		}
	}
}

// TestThanksAmongOthers checks that thanks in a group are met with silence, and
// in private with a word.
func TestThanksAmongOthers(t *testing.T) {
	b, _ := answering(t, 1, keeping(t))
	for _, text := range []string{"thanks", "Thank you!", "дякую", "Vielen Dank", "ok thanks"} {
		if r := b.Handle(context.Background(), grouped(text, addressed)); !reflect.DeepEqual(r, Reply{}) {
			t.Errorf("%q in a group: %+v", text, r)
		}
		if r := b.Handle(context.Background(), grouped(text, alone)); r.Kind == KindSilent {
			t.Errorf("%q in private is met with silence", text)
		}
	}
	if r := b.Handle(context.Background(), grouped("hello", addressed)); r.Kind == KindSilent {
		t.Error("a greeting in a group is met with silence")
	}
}
