package bot_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"rapporteur/bot"
	"rapporteur/bot/bottest"
	"rapporteur/bot/locale"
	"rapporteur/bot/state"
	"rapporteur/index"
)

// TestWhoMayOperate lets everybody try every command for operators: it does
// something for operators alone, all others are told the same, whatever it would
// have done, and all of it is in the audit log.
func TestWhoMayOperate(t *testing.T) {
	people := []struct {
		name string
		who  func(*bot.Request)
		may  bool
	}{
		{"a stranger", func(*bot.Request) {}, false},
		{"who manages the server", func(r *bot.Request) { r.Manager = true }, false},
		{"who manages the group, asked for", func(r *bot.Request) {
			r.Manages = func(context.Context) (bool, error) { return true, nil }
		}, false},
		{"who has a role that the server lets change its settings", func(r *bot.Request) { r.Roles = []string{"55"} }, false},
		{"who has some role", func(r *bot.Request) { r.Roles = []string{"1", "99", "7"} }, false},
		{"who has the operators' role", func(r *bot.Request) { r.Roles = []string{"1", "66"} }, true},
		{"who has a role with that id on another platform", func(r *bot.Request) { r.Platform, r.Roles = "telegram", []string{"66"} }, false},
		{"an operator", func(r *bot.Request) { r.User = "99" }, true},
		{"somebody with an operator's id on another platform", func(r *bot.Request) { r.Platform, r.User = "telegram", "99" }, false},
		{"nobody", func(r *bot.Request) { r.User = "" }, false},
	}
	for _, cmd := range bottest.Commands("en") {
		if cmd.Permission != bot.Admins {
			continue
		}
		for _, p := range people {
			for _, lang := range locale.Languages() {
				t.Run(fmt.Sprint(cmd.Name, " ", p.name, " ", lang), func(t *testing.T) {
					config := bottest.KeepIn(t)
					b, _ := bottest.Answering(t, 1, func(c *bottest.Config) {
						config(c)
						c.Admins, c.AdminRoles = []string{"discord:99"}, []string{"discord:66", "discord:"}
					})
					_, err := b.State.ChangeSettings(context.Background(), "discord", "1", func(s *state.Settings) error {
						s.Admins = []string{"55"}
						return nil
					})
					if err != nil {
						t.Fatal(err)
					}
					for _, argument := range []string{"", "5", "no such thing", "-1"} {
						r := bottest.Asking(argument, func(r *bot.Request) { r.Command, r.Locale = cmd.Name, lang }, p.who)
						got := b.Handle(context.Background(), r)
						denied := bottest.IsSaying(got, bot.KindNotice, "not_allowed", nil) || bottest.TextsOf(got) == locale.For(lang).Say("not_allowed", nil)
						if denied == p.may || !got.Private || !p.may && (len(got.Files) > 0 || len(got.Actions) > 0) {
							t.Errorf("%q: %+v", argument, got)
						}
					}
					entries := bottest.AuditOf(t, b)
					if len(entries) == 0 {
						t.Fatal("nothing is in the audit log")
					}
					for _, e := range entries {
						if e.Action != cmd.Name || p.may != (e.Outcome != state.Refused) || !p.may && (e.Subject != "" || e.Times != 4) {
							t.Errorf("in the audit log: %+v", e)
						}
					}
				})
			}
		}
	}
	// Whoever may not use a command is not shown it.
	b, _ := bottest.Answering(t, 1, bottest.KeepIn(t))
	if got := bottest.TextsOf(b.Handle(context.Background(), bottest.Asking("", func(r *bot.Request) { r.Command = "help" }))); strings.Contains(got, "/gaps") {
		t.Errorf("everybody is shown what is for operators: %q", got)
	}
}

// TestAuditFails does what an operator asks for, and refuses others, when the log
// cannot be written.
func TestAuditFails(t *testing.T) {
	for _, tt := range []struct{ user, want string }{{"99", "my side"}, {"7", "Only the operators"}} {
		config := bottest.KeepIn(t)
		b, _ := bottest.Answering(t, 1, func(c *bottest.Config) { config(c); c.Admins = []string{"discord:99"} })
		b.State.Close()
		r := bottest.InPrivate("/stats")
		r.Platform, r.User = "discord", tt.user
		if got := bottest.TextsOf(b.Handle(context.Background(), r)); !strings.Contains(got, tt.want) {
			t.Errorf("%s: %q", tt.user, got)
		}
	}
	b, _ := bottest.Answering(t, 1, func(c *bottest.Config) { c.Admins = []string{"discord:99"} })
	for _, cmd := range []string{"gaps", "stats", "audit"} {
		got := b.Handle(context.Background(), bottest.Asking("", func(r *bot.Request) { r.Command, r.User = cmd, "99"; r.Space = "" }))
		if !bottest.IsSaying(got, bot.KindError, "no_records", nil) {
			t.Errorf("%s without a store: %+v", cmd, got)
		}
	}
}

func TestAuditedPanic(t *testing.T) {
	b, _ := bottest.Answering(t, 1, bottest.KeepIn(t))
	operating := bot.New(bot.Config{State: b.State, Admins: []string{"discord:7"}}, bot.Table{Commands: []bot.Command{
		{Name: "burn", Permission: bot.Admins, Run: func(context.Context, *bot.Call) (bot.Reply, error) { panic("on fire") }},
		// What goes on says itself how it ended.
		{Name: "go", Permission: bot.Admins, Run: func(context.Context, *bot.Call) (bot.Reply, error) {
			return bot.Reply{Updates: make(chan bot.Reply)}, nil
		}},
	}})
	operating.Handle(context.Background(), bottest.Commanding("burn", "x"))
	operating.Handle(context.Background(), bottest.Commanding("go", ""))
	want := []state.Entry{{Platform: "discord", User: "7", Action: "burn", Subject: "x", Outcome: state.Failed, Times: 1}}
	if got := bottest.AuditOf(t, b); !slices.Equal(got, want) {
		t.Errorf("got %+v", got)
	}
}

func TestSubject(t *testing.T) {
	for in, want := range map[string]string{
		"":                                  "",
		"  a-text ":                         "a-text",
		"https://example.org/a?b=c@d":       "https://example.org/a?b=c@d",
		"https://user:hunter2@example.org/": "https://example.org/",
		"https://user:hunter2%zz@example.org/a:%":   "https://example.org/a:%",
		"x https://u:p@a.org and https://v:q@b.org": "x https://a.org and https://b.org",
	} {
		if got := bot.Subject(in); got != want {
			t.Errorf("%q: got %q, want %q", in, got, want)
		}
	}
}

func TestCount(t *testing.T) {
	mistaken := errors.New("the disk is on fire")
	for _, tt := range []struct {
		name       string
		confidence float64
		err        error
		r          bot.Request
		want       state.Day
		shown      int
	}{
		{"answered", 1, nil, bottest.Asking("Who opened it?"), state.Day{Answered: 1}, 3},
		{"answered in private", 1, nil, bottest.InPrivate("Who opened it?"), state.Day{Answered: 1}, 3},
		{"refused", 0.1, nil, bottest.Asking("Who opened it?"), state.Day{Refused: 1}, 0},
		{"one word", 0.1, nil, bottest.Asking("bridge"), state.Day{Refused: 1}, 0},
		{"failed", 1, mistaken, bottest.Asking("Who opened it?"), state.Day{Failed: 1}, 0},
		{"too slow", 1, context.DeadlineExceeded, bottest.Asking("Who opened it?"), state.Day{Failed: 1}, 0},
		{"overheard, answered", 1, nil, bottest.Grouped("Who opened it then?"), state.Day{Answered: 1}, 3},
		{"overheard, refused", 0.1, nil, bottest.Grouped("Who opened it then?"), state.Day{}, 0},
		{"overheard, failed", 1, mistaken, bottest.Grouped("Who opened it then?"), state.Day{}, 0},
		{"a mistake of the asker's", 1, nil, bottest.Asking("Who? lang:english"), state.Day{}, 0},
		{"a greeting", 1, nil, bottest.InPrivate("Hello!"), state.Day{}, 0},
		{"nothing", 1, nil, bottest.Asking(""), state.Day{}, 0},
		{"talk", 1, nil, bot.Request{Platform: "discord", User: "7", Chat: "c", Text: "Well."}, state.Day{}, 0},
		{"a search", 1, nil, bottest.Asking("bridge", func(r *bot.Request) { r.Command = "search" }), state.Day{}, 0},
		{"a forwarded message", 1, nil, bot.Request{Platform: "telegram", User: "7", Chat: "7", Direct: true, Forwarded: true, Text: "He opened it."}, state.Day{}, 0},
	} {
		t.Run(tt.name, func(t *testing.T) {
			b, f := bottest.Answering(t, tt.confidence, bottest.KeepIn(t))
			f.Err = tt.err
			bottest.KeepSettings(t, b, func(s *state.Settings) { s.Unaddressed = true })
			b.Handle(context.Background(), tt.r)
			b.Pick(context.Background(), tt.r, 5) // is none
			u, err := b.State.Usage(context.Background(), 1)
			if err != nil {
				t.Fatal(err)
			}
			if u.Days[0].Start = (time.Time{}); u.Days[0] != tt.want || u.Shown["a"] != tt.shown {
				t.Errorf("got %+v and %v, want %+v and %d", u.Days[0], u.Shown, tt.want, tt.shown)
			}
		})
	}
}

func TestCountPanic(t *testing.T) {
	b, f := bottest.Answering(t, 1, bottest.KeepIn(t))
	bottest.KeepSettings(t, b, func(s *state.Settings) { s.Unaddressed = true })
	f.OnSearch = func(context.Context, index.Query) (index.Result, error) { panic("on fire") }
	b.Handle(context.Background(), bottest.Asking("Who opened it?"))
	b.Handle(context.Background(), bottest.Grouped("Who opened it then?"))
	if u, err := b.State.Usage(context.Background(), 1); err != nil || u.Days[0].Failed != 1 || u.Days[0].Questions() != 1 {
		t.Errorf("%+v, %v", u.Days, err)
	}
}

// BenchmarkHandleCounted is what keeping counts adds to a question: compare with
// none.
func BenchmarkHandleCounted(b *testing.B) {
	for _, kept := range []bool{false, true} {
		b.Run(fmt.Sprint("kept=", kept), func(b *testing.B) {
			s, err := state.Open(context.Background(), b.TempDir()+"/state.db", nil)
			if err != nil {
				b.Fatal(err)
			}
			defer s.Close()
			handler, _ := bottest.Answering(b, 1, func(c *bottest.Config) {
				if kept {
					c.State = s
				}
			})
			r := bottest.InPrivate("Who opened the bridge?")
			b.ReportAllocs()
			for b.Loop() {
				handler.Handle(context.Background(), r)
			}
		})
	}
}
