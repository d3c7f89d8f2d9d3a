package people_test

import (
	"bytes"
	"context"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"rapporteur/bot"
	"rapporteur/bot/bottest"
	"rapporteur/bot/locale"
	"rapporteur/bot/state"
	"rapporteur/bot/token"
)

// toldOf are the texts in which privacy tells of the tables of bot/state: a table
// that is not told of must not be.
var toldOf = map[string]string{
	"refused":  "kept_questions",
	"askers":   "kept_questions",
	"feedback": "kept_feedback",
	"counts":   "kept_counts",
	"follows":  "kept_wishes",
	"blocks":   "kept_blocks",
	"settings": "kept_settings",
	"inbox":    "kept_inbox",
	"answers":  "kept_answers",
	"audit":    "kept_audit",
	"self":     "kept_self",
}

// schema returns the tables that the migrations of bot/state make.
func schema(t *testing.T) []string {
	t.Helper()
	b, err := os.ReadFile(filepath.Join("..", "state", "migrate.go"))
	if err != nil {
		t.Fatal(err)
	}
	var tables []string
	for _, m := range regexp.MustCompile(`CREATE TABLE (\w+)`).FindAllStringSubmatch(string(b), -1) {
		tables = append(tables, m[1])
	}
	slices.Sort(tables)
	return tables
}

func privacyOf(t *testing.T, b *bottest.Bot, lang string) string {
	t.Helper()
	r := b.Handle(context.Background(), bottest.Asking("", func(r *bot.Request) { r.Command, r.Locale = "privacy", lang }))
	if !r.Private || r.Kind != bot.KindNotice {
		t.Errorf("%+v", r)
	}
	return bottest.TextsOf(r)
}

func TestPrivacy(t *testing.T) {
	if got, want := schema(t), slices.Sorted(maps.Keys(toldOf)); !slices.Equal(got, want) {
		t.Fatalf("the tables are\n%q, privacy tells of\n%q", got, want)
	}
	config := bottest.KeepIn(t)
	kept, _ := bottest.Answering(t, 1, func(c *bottest.Config) { config(c); c.Retention = 29*24*3600e9 + 1 })
	none, _ := bottest.Answering(t, 1, nil)
	sends, _ := bottest.Answering(t, 1, func(c *bottest.Config) { c.Encoder = "embed.example" })
	for _, lang := range locale.Languages() {
		w := locale.For(lang)
		got := privacyOf(t, kept, lang)
		for table, id := range toldOf {
			if text := w.Say(id, locale.Data{"Days": 30}); text == id || !strings.Contains(got, text) {
				t.Errorf("%s: %s is not told of", lang, table)
			}
		}
		for _, id := range []string{"kept_backups", "privacy_memory", "privacy_forget"} {
			if !strings.Contains(got, w.Say(id, nil)) {
				t.Errorf("%s: %s is missing from %q", lang, id, got)
			}
		}
		if said := w.Say("privacy_encoder", locale.Data{"Host": "embed.example"}); !strings.Contains(privacyOf(t, sends, lang), said) || strings.Contains(got, "embed.example") {
			t.Errorf("%s: the service that encodes is told of wrongly", lang)
		}
		got = privacyOf(t, none, lang)
		if !strings.Contains(got, w.Say("privacy", nil)) || !strings.Contains(got, w.Say("privacy_memory", nil)) || strings.Contains(got, "/forgetme") {
			t.Errorf("%s, nothing kept: %q", lang, got)
		}
	}
}

// leave lets a person leave something in every place where people can.
func leave(t *testing.T, b *bottest.Bot, f *bottest.FakeSearcher, who func(*bot.Request)) {
	t.Helper()
	ask := func(change ...func(*bot.Request)) bot.Reply {
		return b.Handle(context.Background(), bottest.Asking("Who flew the zeppelin?", append(change, who)...))
	}
	f.Found.Confidence = 0.1
	b.Handle(context.Background(), bottest.Pressing(bottest.ButtonOf(ask(), bot.Tell), who))
	f.Found.Confidence = 1
	answered := ask()
	for _, r := range []bot.Request{
		bottest.Pressing(bottest.ButtonOf(answered, bot.Helpful), who),
		bottest.Asking("", func(r *bot.Request) { r.Command = "gaps" }, who),
	} {
		b.Handle(context.Background(), r)
	}
}

func TestForgetMe(t *testing.T) {
	all := state.Forgotten{Questions: 1, Follows: 1, Feedback: 1, Attempts: 1}
	forgetme := func(text string, change ...func(*bot.Request)) bot.Request {
		return bottest.Asking(text, append([]func(*bot.Request){func(r *bot.Request) { r.Command = "forgetme" }}, change...)...)
	}
	as := func(user string) func(*bot.Request) { return func(r *bot.Request) { r.User = user } }
	sure := func(b *bottest.Bot) string {
		return bottest.ButtonOf(b.Handle(context.Background(), forgetme("")), bot.Forget)
	}
	for _, tt := range []struct {
		name   string
		do     func(b *bottest.Bot) bot.Reply
		erased bool
		says   string
	}{
		{"unconfirmed", func(b *bottest.Bot) bot.Reply { return b.Handle(context.Background(), forgetme("")) }, false, "Shall I erase"},
		{"not confirmed", func(b *bottest.Bot) bot.Reply { return b.Handle(context.Background(), forgetme("no")) }, false, "Shall I erase"},
		{"typed", func(b *bottest.Bot) bot.Reply { return b.Handle(context.Background(), forgetme("Yes!")) }, true, "Erased:"},
		{"typed in Ukrainian", func(b *bottest.Bot) bot.Reply { return b.Handle(context.Background(), forgetme("так")) }, true, "Erased:"},
		{"by an option", func(b *bottest.Bot) bot.Reply {
			return b.Handle(context.Background(), bottest.Asking("/forgetme ja", func(r *bot.Request) { r.Command, r.Addressed = "", true }))
		}, true, "Erased:"},
		{"pressed", func(b *bottest.Bot) bot.Reply { return b.Handle(context.Background(), bottest.Pressing(sure(b))) }, true, "Erased:"},
		{"pressed by another", func(b *bottest.Bot) bot.Reply {
			return b.Handle(context.Background(), bottest.Pressing(sure(b), as("8")))
		}, false, "for whoever asked"},
		{"pressed on another platform", func(b *bottest.Bot) bot.Reply {
			return b.Handle(context.Background(), bottest.Pressing(sure(b), func(r *bot.Request) { r.Platform = "telegram" }))
		}, false, "for whoever asked"},
		{"by a link", func(b *bottest.Bot) bot.Reply {
			return b.Handle(context.Background(), bottest.Asking("/start "+sure(b), func(r *bot.Request) { r.Command, r.Direct, r.Space = "", true, "" }))
		}, false, "older version"},
		{"a button that is cut short", func(b *bottest.Bot) bot.Reply {
			return b.Handle(context.Background(), bottest.Pressing(token.Make(byte(bot.Forget), nil)))
		}, false, "for whoever asked"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			b, f := bottest.Answering(t, 1, bottest.KeepIn(t))
			leave(t, b, f, as("7"))
			leave(t, b, f, as("9"))
			got := tt.do(b)
			if !got.Private || !strings.Contains(bottest.TextsOf(got), tt.says) {
				t.Errorf("got %+v, want %q", got, tt.says)
			}
			want := all
			if tt.erased {
				want = state.Forgotten{}
				for _, part := range []string{"1 question the sources", "1 question you wanted", "1 answer helped", "1 attempt", "What I cannot erase"} {
					if !strings.Contains(bottest.TextsOf(got), part) {
						t.Errorf("%q is missing from %q", part, bottest.TextsOf(got))
					}
				}
			}
			if left := bottest.RowsOf(t, b, "discord", "7"); left != want {
				t.Errorf("left: %+v, want %+v", left, want)
			}
			if left := bottest.RowsOf(t, b, "discord", "9"); left != all {
				t.Errorf("left of another: %+v", left)
			}
		})
	}
}

func TestForgetMeAgain(t *testing.T) {
	b, _ := bottest.Answering(t, 1, bottest.KeepIn(t))
	yes := bottest.Asking("yes", func(r *bot.Request) { r.Command = "forgetme" })
	if got := bottest.TextsOf(b.Handle(context.Background(), yes)); !strings.Contains(got, "nothing was kept about you") {
		t.Errorf("nothing kept of them: %q", got)
	}
	for _, lang := range locale.Languages() {
		yes.Locale = lang
		if got := bottest.TextsOf(b.Handle(context.Background(), yes)); !strings.Contains(got, locale.For(lang).Say("forgot_nothing", nil)) {
			t.Errorf("%s: %q", lang, got)
		}
	}
	// In place of the question, where that can be.
	sure := b.Handle(context.Background(), bottest.Asking("", func(r *bot.Request) { r.Command, r.InPlace = "forgetme", true }))
	if got := b.Handle(context.Background(), bottest.Pressing(bottest.ButtonOf(sure, bot.Forget), func(r *bot.Request) { r.InPlace = true })); !got.InPlace {
		t.Errorf("%+v", got)
	}
	b, _ = bottest.Answering(t, 1, nil)
	if got := b.Handle(context.Background(), yes); got.Kind != bot.KindNotice {
		t.Errorf("without a store: %+v", got)
	}
	if got := b.Handle(context.Background(), bottest.Pressing(bottest.ButtonOf(sure, bot.Forget))); !bottest.IsStale(got) {
		t.Errorf("pressed without a store: %+v", got)
	}
}

// TestForgetMemory forgets who asked what is suggested again.
func TestForgetMemory(t *testing.T) {
	b, _ := bottest.Answering(t, 1, bottest.KeepIn(t))
	suggested := func(typed string) int {
		return len(b.Suggest(context.Background(), bottest.Asking("", func(r *bot.Request) { r.Chat = "30" }), "question", typed))
	}
	b.Handle(context.Background(), bottest.Asking("Who opened it?"))
	b.Handle(context.Background(), bottest.Asking("Who cheered then?"))
	b.Handle(context.Background(), bottest.Asking("Who cheered then?", func(r *bot.Request) { r.User = "8" }))
	b.Handle(context.Background(), bottest.Asking("yes", func(r *bot.Request) { r.Command, r.Platform = "forgetme", "telegram" }))
	if got := suggested("who"); got != 2 {
		t.Fatalf("%d questions are suggested before, want 2", got)
	}
	b.Handle(context.Background(), bottest.Asking("yes", func(r *bot.Request) { r.Command = "forgetme" }))
	if got := suggested("who"); got != 1 || suggested("who cheered") != 1 {
		t.Errorf("%d questions are suggested after", got)
	}
}

// TestNothingInTheLog lets things go well and wrong, and looks for who it was and
// what they asked in the log.
func TestNothingInTheLog(t *testing.T) {
	for _, broken := range []bool{false, true} {
		var log bytes.Buffer
		config := bottest.KeepIn(t)
		const person, other, asked = "4711004711", "8150008150", "zeppelin"
		b, f := bottest.Answering(t, 1, func(c *bottest.Config) { bottest.Logging(&log)(c); config(c); c.Admins = []string{"discord:" + other} })
		if broken {
			b.State.Close()
		}
		leave(t, b, f, func(r *bot.Request) { r.User = person })
		for _, command := range []string{"gaps", "stats", "audit", "forgetme"} {
			for _, user := range []string{person, other} {
				for _, text := range []string{"", "yes", "Who flew the zeppelin?"} {
					b.Handle(context.Background(), bottest.Asking(text, func(r *bot.Request) { r.Command, r.User = command, user }))
				}
			}
		}
		for _, secret := range []string{person, other, asked} {
			if strings.Contains(log.String(), secret) {
				t.Errorf("%q stands in the log:\n%s", secret, log.String())
			}
		}
		if broken != (log.Len() > 0) {
			t.Errorf("broken is %v, and the log says %q", broken, log.String())
		}
	}
}
