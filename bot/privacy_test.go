package bot

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

	"rapporteur/bot/state"
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
	b, err := os.ReadFile(filepath.Join("state", "migrate.go"))
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

func privacyOf(t *testing.T, b *Bot, locale string) string {
	t.Helper()
	r := b.Handle(context.Background(), asking("", func(r *Request) { r.Command, r.Locale = "privacy", locale }))
	if !r.Private || r.Kind != KindNotice {
		t.Errorf("%+v", r)
	}
	return texts(r)
}

func TestPrivacy(t *testing.T) {
	if got, want := schema(t), slices.Sorted(maps.Keys(toldOf)); !slices.Equal(got, want) {
		t.Fatalf("the tables are\n%q, privacy tells of\n%q", got, want)
	}
	config := keeping(t)
	kept, _ := answering(t, 1, func(c *Config) { config(c); c.Retention = 29*24*3600e9 + 1 })
	none, _ := answering(t, 1, nil)
	sends, _ := answering(t, 1, func(c *Config) { c.Encoder = "embed.example" })
	for _, locale := range Languages() {
		w := wordsFor(locale)
		got := privacyOf(t, kept, locale)
		for table, id := range toldOf {
			if text := w.say(id, data{"Days": 30}); text == id || !strings.Contains(got, text) {
				t.Errorf("%s: %s is not told of", locale, table)
			}
		}
		for _, id := range []string{"kept_backups", "privacy_memory", "privacy_forget"} {
			if !strings.Contains(got, w.say(id, nil)) {
				t.Errorf("%s: %s is missing from %q", locale, id, got)
			}
		}
		if said := w.say("privacy_encoder", data{"Host": "embed.example"}); !strings.Contains(privacyOf(t, sends, locale), said) || strings.Contains(got, "embed.example") {
			t.Errorf("%s: the service that encodes is told of wrongly", locale)
		}
		got = privacyOf(t, none, locale)
		if !strings.Contains(got, w.say("privacy", nil)) || !strings.Contains(got, w.say("privacy_memory", nil)) || strings.Contains(got, "/forgetme") {
			t.Errorf("%s, nothing kept: %q", locale, got)
		}
	}
}

// leave lets a person leave something in every place where people can.
func leave(t *testing.T, b *Bot, f *fake, who func(*Request)) {
	t.Helper()
	ask := func(change ...func(*Request)) Reply {
		return b.Handle(context.Background(), asking("Who flew the zeppelin?", append(change, who)...))
	}
	f.found.Confidence = 0.1
	b.Handle(context.Background(), pressing(button(ask(), Tell), who))
	f.found.Confidence = 1
	answered := ask()
	for _, r := range []Request{
		pressing(button(answered, Helpful), who),
		asking("", func(r *Request) { r.Command = "gaps" }, who),
	} {
		b.Handle(context.Background(), r)
	}
}

func rowsOf(t *testing.T, b *Bot, platform, user string) (f state.Forgotten) {
	t.Helper()
	f, err := b.state.Forget(context.Background(), platform, user)
	if err != nil {
		t.Fatal(err)
	}
	return f
}

func TestForgetMe(t *testing.T) {
	all := state.Forgotten{Questions: 1, Follows: 1, Feedback: 1, Attempts: 1}
	forgetme := func(text string, change ...func(*Request)) Request {
		return asking(text, append([]func(*Request){func(r *Request) { r.Command = "forgetme" }}, change...)...)
	}
	as := func(user string) func(*Request) { return func(r *Request) { r.User = user } }
	sure := func(b *Bot) string {
		return button(b.Handle(context.Background(), forgetme("")), Forget)
	}
	for _, tt := range []struct {
		name   string
		do     func(b *Bot) Reply
		erased bool
		says   string
	}{
		{"unconfirmed", func(b *Bot) Reply { return b.Handle(context.Background(), forgetme("")) }, false, "Shall I erase"},
		{"not confirmed", func(b *Bot) Reply { return b.Handle(context.Background(), forgetme("no")) }, false, "Shall I erase"},
		{"typed", func(b *Bot) Reply { return b.Handle(context.Background(), forgetme("Yes!")) }, true, "Erased:"},
		{"typed in Ukrainian", func(b *Bot) Reply { return b.Handle(context.Background(), forgetme("так")) }, true, "Erased:"},
		{"by an option", func(b *Bot) Reply {
			return b.Handle(context.Background(), asking("/forgetme ja", func(r *Request) { r.Command, r.Addressed = "", true }))
		}, true, "Erased:"},
		{"pressed", func(b *Bot) Reply { return b.Handle(context.Background(), pressing(sure(b))) }, true, "Erased:"},
		{"pressed by another", func(b *Bot) Reply { return b.Handle(context.Background(), pressing(sure(b), as("8"))) }, false, "for whoever asked"},
		{"pressed on another platform", func(b *Bot) Reply {
			return b.Handle(context.Background(), pressing(sure(b), func(r *Request) { r.Platform = "telegram" }))
		}, false, "for whoever asked"},
		{"by a link", func(b *Bot) Reply {
			return b.Handle(context.Background(), asking("/start "+sure(b), func(r *Request) { r.Command, r.Direct, r.Space = "", true, "" }))
		}, false, "older version"},
		{"a button that is cut short", func(b *Bot) Reply { return b.Handle(context.Background(), pressing(makeToken(Forget, nil))) }, false, "for whoever asked"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			b, f := answering(t, 1, keeping(t))
			leave(t, b, f, as("7"))
			leave(t, b, f, as("9"))
			got := tt.do(b)
			if !got.Private || !strings.Contains(texts(got), tt.says) {
				t.Errorf("got %+v, want %q", got, tt.says)
			}
			want := all
			if tt.erased {
				want = state.Forgotten{}
				for _, part := range []string{"1 question the sources", "1 question you wanted", "1 answer helped", "1 attempt", "What I cannot erase"} {
					if !strings.Contains(texts(got), part) {
						t.Errorf("%q is missing from %q", part, texts(got))
					}
				}
			}
			if left := rowsOf(t, b, "discord", "7"); left != want {
				t.Errorf("left: %+v, want %+v", left, want)
			}
			if left := rowsOf(t, b, "discord", "9"); left != all {
				t.Errorf("left of another: %+v", left)
			}
		})
	}
}

func TestForgetMeAgain(t *testing.T) {
	b, _ := answering(t, 1, keeping(t))
	yes := asking("yes", func(r *Request) { r.Command = "forgetme" })
	if got := texts(b.Handle(context.Background(), yes)); !strings.Contains(got, "nothing was kept about you") {
		t.Errorf("nothing kept of them: %q", got)
	}
	for _, locale := range Languages() {
		yes.Locale = locale
		if got := texts(b.Handle(context.Background(), yes)); !strings.Contains(got, wordsFor(locale).say("forgot_nothing", nil)) {
			t.Errorf("%s: %q", locale, got)
		}
	}
	// In place of the question, where that can be.
	sure := b.Handle(context.Background(), asking("", func(r *Request) { r.Command, r.InPlace = "forgetme", true }))
	if got := b.Handle(context.Background(), pressing(button(sure, Forget), func(r *Request) { r.InPlace = true })); !got.InPlace {
		t.Errorf("%+v", got)
	}
	b, _ = answering(t, 1, nil)
	if got := b.Handle(context.Background(), yes); got.Kind != KindNotice {
		t.Errorf("without a store: %+v", got)
	}
	if got := b.Handle(context.Background(), pressing(button(sure, Forget))); !isStale(got) {
		t.Errorf("pressed without a store: %+v", got)
	}
}

// TestForgetMemory forgets who asked what is suggested again.
func TestForgetMemory(t *testing.T) {
	b, _ := answering(t, 1, keeping(t))
	suggested := func(typed string) int {
		return len(b.Suggest(context.Background(), asking("", func(r *Request) { r.Chat = "30" }), "question", typed))
	}
	b.Handle(context.Background(), asking("Who opened it?"))
	b.Handle(context.Background(), asking("Who cheered then?"))
	b.Handle(context.Background(), asking("Who cheered then?", func(r *Request) { r.User = "8" }))
	b.Handle(context.Background(), asking("yes", func(r *Request) { r.Command, r.Platform = "forgetme", "telegram" }))
	if got := suggested("who"); got != 2 {
		t.Fatalf("%d questions are suggested before, want 2", got)
	}
	b.Handle(context.Background(), asking("yes", func(r *Request) { r.Command = "forgetme" }))
	if got := suggested("who"); got != 1 || suggested("who cheered") != 1 {
		t.Errorf("%d questions are suggested after", got)
	}
}

// TestNothingInTheLog lets things go well and wrong, and looks for who it was and
// what they asked in the log.
func TestNothingInTheLog(t *testing.T) {
	for _, broken := range []bool{false, true} {
		var log bytes.Buffer
		config := keeping(t)
		const person, other, asked = "4711004711", "8150008150", "zeppelin"
		b, f := answering(t, 1, func(c *Config) { logging(&log)(c); config(c); c.Admins = []string{"discord:" + other} })
		if broken {
			b.state.Close()
		}
		leave(t, b, f, func(r *Request) { r.User = person })
		for _, command := range []string{"gaps", "stats", "audit", "forgetme"} {
			for _, user := range []string{person, other} {
				for _, text := range []string{"", "yes", "Who flew the zeppelin?"} {
					b.Handle(context.Background(), asking(text, func(r *Request) { r.Command, r.User = command, user }))
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
