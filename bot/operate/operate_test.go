package operate_test

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
	"testing/synctest"
	"time"

	"rapporteur/bot"
	"rapporteur/bot/bottest"
	"rapporteur/bot/locale"
	"rapporteur/bot/operate"
	"rapporteur/bot/state"
	"rapporteur/bot/token"
)

func TestOperatorsCommands(t *testing.T) {
	noButtons := func(r *bot.Request) { r.Room = 0 }
	tests := []struct {
		name  string
		r     bot.Request
		asked []string // of the keeper
		want  string
		kind  bot.ActionKind // of a button there is; 0 for none
	}{
		{"add nothing", bottest.Commanding("add", " "), nil, "What shall I add?", 0},
		{"add an address", bottest.Commanding("add", "https://example.org/a"), []string{"add https://example.org/a"}, "new: “U”, id u", bot.Reindex},
		{"add several, one twice", bottest.Commanding("add", "<https://example.org/a>, http://example.org/b\nhttps://example.org/a"), []string{"add https://example.org/a", "add http://example.org/b"}, "example.org/b", bot.Reindex},
		{"add what is no address", bottest.Commanding("add", "example.org ftp://example.org javascript:alert(1) https:///x"), nil, "no address", 0},
		{"add files", bottest.Commanding("add", "", func(r *bot.Request) { r.Files = []bot.Upload{bottest.FileOf("a.md"), bottest.FileOf("ї.pdf")} }), []string{"add file a.md", "add file ї.pdf"}, "ї.pdf", bot.Reindex},
		{"add as typed", bottest.Asking("/add https://example.org/a", func(r *bot.Request) { r.Command = "" }), []string{"add https://example.org/a"}, "id u", bot.Reindex},
		{"add too many", bottest.Commanding("add", "", func(r *bot.Request) { r.Files = make([]bot.Upload, operate.MaxSubmissions+1) }), nil, "10 at a time", 0},
		{"add without buttons", bottest.Commanding("add", "https://example.org/a", noButtons), []string{"add https://example.org/a"}, "/reindex", 0},
		{"remove nothing", bottest.Commanding("remove", ""), nil, "Which text?", 0},
		{"remove", bottest.Commanding("remove", "a"), nil, "Remove this text?", bot.Remove},
		{"remove by its title", bottest.Commanding("remove", "notes"), nil, "Remove this text?", bot.Remove},
		{"remove what is not indexed", bottest.Commanding("remove", "новий"), nil, "may be in the folder", bot.Remove},
		{"remove without buttons", bottest.Commanding("remove", "a", noButtons), nil, "/remove a yes", 0},
		{"remove, meant", bottest.Commanding("remove", "a yes"), []string{"remove a"}, "no longer answers", bot.Reindex},
		{"remove, meant, quoted", bottest.Commanding("remove", `"міст" yes`), []string{"remove міст"}, "no longer answers", bot.Reindex},
		{"reindex", bottest.Commanding("reindex", ""), []string{"reindex"}, "Nothing has changed", 0},
		{"reindex in full", bottest.Commanding("reindex", "full"), []string{"reindex full"}, "Nothing has changed", 0},
		{"reindex in full by option", bottest.Commanding("reindex", "", func(r *bot.Request) { r.Options = map[string]string{"full": "true"} }), []string{"reindex full"}, "Nothing", 0},
		{"reindex in full by flag", bottest.Commanding("reindex", "true"), []string{"reindex full"}, "Nothing", 0},
		{"reindex not in full", bottest.Commanding("reindex", "false"), []string{"reindex"}, "Nothing", 0},
		{"reindex something", bottest.Commanding("reindex", "everything"), nil, "full:everything", 0},
		{"rollback", bottest.Commanding("rollback", ""), nil, "Go back", bot.Rollback},
		{"rollback without buttons", bottest.Commanding("rollback", "", noButtons), nil, "/rollback yes", 0},
		{"rollback, meant", bottest.Commanding("rollback", "Yes"), []string{"rollback"}, "I am back", 0},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var asked []string
			b := bottest.Operated(t, bottest.KeptFake(&asked))
			first := b.Handle(t.Context(), tt.r)
			got := bottest.Last(first)
			if !slices.Equal(asked, tt.asked) {
				t.Errorf("asked for %q, want %q", asked, tt.asked)
			}
			if !strings.Contains(bottest.TextsOf(got), tt.want) || !first.Private || !got.Private && first.Updates != nil {
				t.Errorf("%+v", got)
			}
			if len(got.Actions) > 0 != (tt.kind != 0) || tt.kind != 0 && bottest.ButtonOf(got, tt.kind) == "" {
				t.Errorf("buttons %+v", got.Actions)
			}
		})
	}
}

// Others are told the same whatever they ask for, and nothing is done.
func TestOperatorsOnly(t *testing.T) {
	refused := bottest.TextsOf(bot.Notice(bot.Para{Text: locale.For("en").Say("not_allowed", nil)}))
	people := map[string]func(*bot.Request){
		"anybody":                   func(r *bot.Request) { r.User = "8" },
		"nobody":                    func(r *bot.Request) { r.User = "" },
		"who manages the server":    func(r *bot.Request) { r.User, r.Manager = "8", true },
		"a role":                    func(r *bot.Request) { r.User, r.Roles = "8", []string{"7"} },
		"the id on another":         func(r *bot.Request) { r.Platform = "telegram" },
		"the id with its platform":  func(r *bot.Request) { r.User = "discord:7" },
		"the id with a space":       func(r *bot.Request) { r.User = " 7" },
		"the id with a zero before": func(r *bot.Request) { r.User = "07" },
		"a longer id":               func(r *bot.Request) { r.User = "77" },
		"the id in other digits":    func(r *bot.Request) { r.User = "７" },
		"a platform with a colon":   func(r *bot.Request) { r.Platform, r.User = "discord:", "7" },
		"a channel of that id":      func(r *bot.Request) { r.User, r.Chat = "8", "7" },
	}
	var requests []bot.Request
	for _, c := range bottest.Commands("en") {
		if c.Permission == bot.Admins {
			for _, text := range []string{"", "a", "a yes", "yes", "no-such-text", "https://example.org", strings.Repeat("x", 3000), "full"} {
				requests = append(requests, bottest.Commanding(c.Name, text))
			}
		}
	}
	for _, kind := range []bot.ActionKind{bot.Reindex, bot.Cancel, bot.Remove, bot.Rollback} {
		for _, payload := range [][]byte{nil, operate.TextName("a", 100), operate.TextName("gone", 64), {1, 2, 3}} {
			requests = append(requests, bottest.Pressing(token.Make(byte(kind), payload)), bottest.Pressing(token.Make(byte(kind), payload), func(r *bot.Request) { r.InPlace = true }))
		}
	}
	for _, kept := range []bool{true, false} {
		var asked []string
		b := bottest.Operated(t, bottest.KeptFake(&asked), bottest.KeepIn(t), func(c *bottest.Config) {
			if !kept {
				c.Keeper = nil
			}
		})
		n := 0
		for name, who := range people {
			help := b.Handle(t.Context(), bottest.Commanding("help", "", who))
			if strings.Contains(bottest.TextsOf(help), "/reindex") {
				t.Errorf("%s: help tells of it", name)
			}
			for _, r := range requests {
				who(&r)
				got := b.Handle(t.Context(), r)
				n++
				if bottest.TextsOf(got) != refused || got.Kind != bot.KindNotice || !got.Private || got.Actions != nil || got.Updates != nil || got.InPlace {
					t.Errorf("%s, %s %q %q: %+v", name, r.Command, r.Text, r.Action, got)
				}
			}
		}
		if len(asked) > 0 {
			t.Errorf("the keeper was asked for %q", asked)
		}
		entries, err := b.State.Audited(t.Context(), 10_000)
		if err != nil {
			t.Fatal(err)
		}
		noted := 0
		for _, e := range entries {
			if e.Outcome != state.Refused || e.Subject != "" {
				t.Errorf("noted %+v", e)
			}
			noted += e.Times
		}
		if noted != n {
			t.Errorf("%d refusals noted of %d", noted, n)
		}
	}
	var asked []string
	b := bottest.Operated(t, bottest.KeptFake(&asked))
	if help := b.Handle(t.Context(), bottest.Commanding("help", "")); !strings.Contains(bottest.TextsOf(help), "/reindex") || !strings.Contains(bottest.TextsOf(help), "/remove id") {
		t.Errorf("an operator's help: %s", bottest.TextsOf(help))
	}
}

func TestBundledTexts(t *testing.T) {
	b := bottest.Operated(t, nil, func(c *bottest.Config) { c.Keeper = nil })
	for _, r := range []bot.Request{
		bottest.Commanding("add", "https://example.org"), bottest.Commanding("remove", "a"), bottest.Commanding("remove", "a yes"), bottest.Commanding("reindex", ""), bottest.Commanding("rollback", ""), bottest.Commanding("rollback", "yes"),
		bottest.Pressing(token.Make(byte(bot.Reindex), nil)), bottest.Pressing(token.Make(byte(bot.Cancel), nil)), bottest.Pressing(token.Make(byte(bot.Remove), operate.TextName("a", 64))), bottest.Pressing(token.Make(byte(bot.Rollback), nil)),
	} {
		if r.Action != "" {
			r = bottest.Signed(b, r)
		}
		if got := b.Handle(t.Context(), r); !bottest.IsSaying(got, bot.KindError, "corpus_bundled", nil) || !got.Private {
			t.Errorf("%s %q: %+v", r.Command, r.Text, got)
		}
	}
}

// The button names the text, however long its id is, in what room there is.
func TestRemoveButton(t *testing.T) {
	long := strings.Repeat("довга-назва-", 9)
	for _, id := range []string{"a", "міст", "2025/12/14-заява", long} {
		for _, room := range []int{64, 100} {
			var asked []string
			b := bottest.Operated(t, bottest.KeptFake(&asked), func(c *bottest.Config) {
				c.Library = bottest.Loaded(t, fstest.MapFS{id + ".md": bottest.Page("So it is."), "other.md": bottest.Page("Or not.")})
			})
			with := func(r *bot.Request) { r.Room, r.InPlace = room, true }
			r := b.Handle(t.Context(), bottest.Commanding("remove", id, with))
			tok := bottest.ButtonOf(r, bot.Remove)
			if tok == "" || len(tok) > room {
				t.Fatalf("%s in %d: %+v", id, room, r)
			}
			got := b.Handle(t.Context(), bottest.Pressing(tok, with))
			if !slices.Equal(asked, []string{"remove " + id}) || !got.InPlace || !strings.Contains(bottest.TextsOf(got), "Title of") || bottest.ButtonOf(got, bot.Reindex) == "" {
				t.Errorf("%s in %d: %q, %+v", id, room, asked, got)
			}
		}
	}
	var asked []string
	b := bottest.Operated(t, bottest.KeptFake(&asked))
	if r := b.Handle(t.Context(), bottest.Signed(b, bottest.Pressing(token.Make(byte(bot.Remove), operate.TextName(long, 64))))); !bottest.IsSaying(r, bot.KindError, "text_gone", nil) {
		t.Errorf("a text that is gone: %+v", r)
	}
	for name, payload := range map[string][]byte{"nothing": nil, "a letter": {operate.NamedItself}, "not UTF-8": {operate.NamedItself, 0xff}, "a short hash": {operate.NamedHashed, 1}} {
		if r := b.Handle(t.Context(), bottest.Signed(b, bottest.Pressing(token.Make(byte(bot.Remove), payload)))); !bottest.IsStale(r) {
			t.Errorf("%s: %+v", name, r)
		}
	}
	// A text that is not indexed and whose id does not fit is removed by typing.
	if r := b.Handle(t.Context(), bottest.Commanding("remove", long, func(r *bot.Request) { r.Room = 64 })); len(r.Actions) > 0 || !strings.Contains(bottest.TextsOf(r), "yes") {
		t.Errorf("%+v", r)
	}
	if len(asked) > 0 {
		t.Errorf("asked for %q", asked)
	}
}

// What is wrong with one of several does not keep the others out.
func TestAddSeveral(t *testing.T) {
	outcomes := map[string]func() (operate.Addition, error){
		"new": func() (operate.Addition, error) {
			return operate.Addition{ID: "n", Title: "N", Outcome: operate.AddedNew, Copies: bottest.ManyIDs("copy", 7), Notes: []string{"a page\nin two columns"}}, nil
		},
		"version": func() (operate.Addition, error) {
			return operate.Addition{ID: "v", Title: "V", Outcome: operate.AddedVersion}, nil
		},
		"same": func() (operate.Addition, error) {
			return operate.Addition{ID: "s", Title: "S", Outcome: operate.AddedNothing}, nil
		},
		"held": func() (operate.Addition, error) {
			return operate.Addition{ID: "h", Title: "H", Outcome: operate.AddedHeld}, nil
		},
		"gone":   func() (operate.Addition, error) { return operate.Addition{}, &bot.UserError{Message: "text_gone"} },
		"broken": func() (operate.Addition, error) { return operate.Addition{}, errors.New("secret cause") },
		"panic":  func() (operate.Addition, error) { panic("secret cause") },
		"slow":   func() (operate.Addition, error) { return operate.Addition{}, context.DeadlineExceeded },
	}
	synctest.Test(t, func(t *testing.T) {
		b := bottest.Operated(t, &bottest.ScriptedKeeper{OnAdd: func(_ context.Context, s operate.Submission) (operate.Addition, error) {
			time.Sleep(1600 * time.Millisecond) // never together with what is shown every two seconds
			return outcomes[strings.TrimPrefix(s.URL, "https://x.org/")]()
		}})
		r := b.Handle(t.Context(), bottest.Commanding("add", "https://x.org/new https://x.org/version https://x.org/same https://x.org/held https://x.org/gone https://x.org/broken https://x.org/panic https://x.org/slow"))
		if r.Updates == nil || !strings.Contains(bottest.TextsOf(r), "0 of 8 done") {
			t.Fatalf("%+v", r)
		}
		if next := <-r.Updates; !strings.Contains(bottest.TextsOf(next), "1 of 8 done") || !strings.Contains(bottest.TextsOf(next), "“N”") {
			t.Errorf("under way: %+v", next)
		}
		end := bottest.TextsOf(bottest.Last(r))
		for _, want := range []string{"new: “N”, id n", "copy-05 and 2 more", "a page in two columns", "a new version of “V”", "there already: “S”", "edited by hand", "no longer there", "under the code", "too long to come", "/reindex"} {
			if !strings.Contains(end, want) {
				t.Errorf("%q is missing from %s", want, end)
			}
		}
		if strings.Contains(end, "secret") {
			t.Errorf("the cause is told: %s", end)
		}
	})
}
