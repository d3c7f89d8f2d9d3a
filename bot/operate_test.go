package bot

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
	"testing/synctest"
	"time"

	"rapporteur/bot/state"
)

func TestOperatorsCommands(t *testing.T) {
	noButtons := func(r *Request) { r.Room = 0 }
	tests := []struct {
		name  string
		r     Request
		asked []string // of the keeper
		want  string
		kind  ActionKind // of a button there is; 0 for none
	}{
		{"add nothing", Commanding("add", " "), nil, "What shall I add?", 0},
		{"add an address", Commanding("add", "https://example.org/a"), []string{"add https://example.org/a"}, "new: “U”, id u", Reindex},
		{"add several, one twice", Commanding("add", "<https://example.org/a>, http://example.org/b\nhttps://example.org/a"), []string{"add https://example.org/a", "add http://example.org/b"}, "example.org/b", Reindex},
		{"add what is no address", Commanding("add", "example.org ftp://example.org javascript:alert(1) https:///x"), nil, "no address", 0},
		{"add files", Commanding("add", "", func(r *Request) { r.Files = []Upload{FileOf("a.md"), FileOf("ї.pdf")} }), []string{"add file a.md", "add file ї.pdf"}, "ї.pdf", Reindex},
		{"add as typed", Asking("/add https://example.org/a", func(r *Request) { r.Command = "" }), []string{"add https://example.org/a"}, "id u", Reindex},
		{"add too many", Commanding("add", "", func(r *Request) { r.Files = make([]Upload, maxSubmissions+1) }), nil, "10 at a time", 0},
		{"add without buttons", Commanding("add", "https://example.org/a", noButtons), []string{"add https://example.org/a"}, "/reindex", 0},
		{"remove nothing", Commanding("remove", ""), nil, "Which text?", 0},
		{"remove", Commanding("remove", "a"), nil, "Remove this text?", Remove},
		{"remove by its title", Commanding("remove", "notes"), nil, "Remove this text?", Remove},
		{"remove what is not indexed", Commanding("remove", "новий"), nil, "may be in the folder", Remove},
		{"remove without buttons", Commanding("remove", "a", noButtons), nil, "/remove a yes", 0},
		{"remove, meant", Commanding("remove", "a yes"), []string{"remove a"}, "no longer answers", Reindex},
		{"remove, meant, quoted", Commanding("remove", `"міст" yes`), []string{"remove міст"}, "no longer answers", Reindex},
		{"reindex", Commanding("reindex", ""), []string{"reindex"}, "Nothing has changed", 0},
		{"reindex in full", Commanding("reindex", "full"), []string{"reindex full"}, "Nothing has changed", 0},
		{"reindex in full by option", Commanding("reindex", "", func(r *Request) { r.Options = map[string]string{"full": "true"} }), []string{"reindex full"}, "Nothing", 0},
		{"reindex in full by flag", Commanding("reindex", "true"), []string{"reindex full"}, "Nothing", 0},
		{"reindex not in full", Commanding("reindex", "false"), []string{"reindex"}, "Nothing", 0},
		{"reindex something", Commanding("reindex", "everything"), nil, "full:everything", 0},
		{"rollback", Commanding("rollback", ""), nil, "Go back", Rollback},
		{"rollback without buttons", Commanding("rollback", "", noButtons), nil, "/rollback yes", 0},
		{"rollback, meant", Commanding("rollback", "Yes"), []string{"rollback"}, "I am back", 0},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var asked []string
			b := Operated(t, KeptFake(&asked))
			first := b.Handle(t.Context(), tt.r)
			got := Last(first)
			if !slices.Equal(asked, tt.asked) {
				t.Errorf("asked for %q, want %q", asked, tt.asked)
			}
			if !strings.Contains(TextsOf(got), tt.want) || !first.Private || !got.Private && first.Updates != nil {
				t.Errorf("%+v", got)
			}
			if len(got.Actions) > 0 != (tt.kind != 0) || tt.kind != 0 && ButtonOf(got, tt.kind) == "" {
				t.Errorf("buttons %+v", got.Actions)
			}
		})
	}
}

// Others are told the same whatever they ask for, and nothing is done.
func TestOperatorsOnly(t *testing.T) {
	refused := TextsOf(Notice(Para{Text: For("en").Say("not_allowed", nil)}))
	people := map[string]func(*Request){
		"anybody":                   func(r *Request) { r.User = "8" },
		"nobody":                    func(r *Request) { r.User = "" },
		"who manages the server":    func(r *Request) { r.User, r.Manager = "8", true },
		"a role":                    func(r *Request) { r.User, r.Roles = "8", []string{"7"} },
		"the id on another":         func(r *Request) { r.Platform = "telegram" },
		"the id with its platform":  func(r *Request) { r.User = "discord:7" },
		"the id with a space":       func(r *Request) { r.User = " 7" },
		"the id with a zero before": func(r *Request) { r.User = "07" },
		"a longer id":               func(r *Request) { r.User = "77" },
		"the id in other digits":    func(r *Request) { r.User = "７" },
		"a platform with a colon":   func(r *Request) { r.Platform, r.User = "discord:", "7" },
		"a channel of that id":      func(r *Request) { r.User, r.Chat = "8", "7" },
	}
	var requests []Request
	for _, c := range Commands("en") {
		if c.Permission == Admins {
			for _, text := range []string{"", "a", "a yes", "yes", "no-such-text", "https://example.org", strings.Repeat("x", 3000), "full"} {
				requests = append(requests, Commanding(c.Name, text))
			}
		}
	}
	for _, kind := range []ActionKind{Reindex, Cancel, Remove, Rollback} {
		for _, payload := range [][]byte{nil, textName("a", 100), textName("gone", 64), {1, 2, 3}} {
			requests = append(requests, Pressing(Make(kind, payload)), Pressing(Make(kind, payload), func(r *Request) { r.InPlace = true }))
		}
	}
	for _, kept := range []bool{true, false} {
		var asked []string
		b := Operated(t, KeptFake(&asked), KeepIn(t), func(c *Config) {
			if !kept {
				c.Keeper = nil
			}
		})
		n := 0
		for name, who := range people {
			help := b.Handle(t.Context(), Commanding("help", "", who))
			if strings.Contains(TextsOf(help), "/reindex") {
				t.Errorf("%s: help tells of it", name)
			}
			for _, r := range requests {
				who(&r)
				got := b.Handle(t.Context(), r)
				n++
				if TextsOf(got) != refused || got.Kind != KindNotice || !got.Private || got.Actions != nil || got.Updates != nil || got.InPlace {
					t.Errorf("%s, %s %q %q: %+v", name, r.Command, r.Text, r.Action, got)
				}
			}
		}
		if len(asked) > 0 {
			t.Errorf("the keeper was asked for %q", asked)
		}
		entries, err := b.state.Audited(t.Context(), 10_000)
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
	b := Operated(t, KeptFake(&asked))
	if help := b.Handle(t.Context(), Commanding("help", "")); !strings.Contains(TextsOf(help), "/reindex") || !strings.Contains(TextsOf(help), "/remove id") {
		t.Errorf("an operator's help: %s", TextsOf(help))
	}
}

func TestBundledTexts(t *testing.T) {
	b := Operated(t, nil, func(c *Config) { c.Keeper = nil })
	for _, r := range []Request{
		Commanding("add", "https://example.org"), Commanding("remove", "a"), Commanding("remove", "a yes"), Commanding("reindex", ""), Commanding("rollback", ""), Commanding("rollback", "yes"),
		Pressing(Make(Reindex, nil)), Pressing(Make(Cancel, nil)), Pressing(Make(Remove, textName("a", 64))), Pressing(Make(Rollback, nil)),
	} {
		if r.Action != "" {
			r = Signed(b, r)
		}
		if got := b.Handle(t.Context(), r); !IsSaying(got, KindError, "corpus_bundled", nil) || !got.Private {
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
			b := Operated(t, KeptFake(&asked), func(c *Config) {
				c.Library = Loaded(t, fstest.MapFS{id + ".md": Page("So it is."), "other.md": Page("Or not.")})
			})
			with := func(r *Request) { r.Room, r.InPlace = room, true }
			r := b.Handle(t.Context(), Commanding("remove", id, with))
			token := ButtonOf(r, Remove)
			if token == "" || len(token) > room {
				t.Fatalf("%s in %d: %+v", id, room, r)
			}
			got := b.Handle(t.Context(), Pressing(token, with))
			if !slices.Equal(asked, []string{"remove " + id}) || !got.InPlace || !strings.Contains(TextsOf(got), "Title of") || ButtonOf(got, Reindex) == "" {
				t.Errorf("%s in %d: %q, %+v", id, room, asked, got)
			}
		}
	}
	var asked []string
	b := Operated(t, KeptFake(&asked))
	if r := b.Handle(t.Context(), Signed(b, Pressing(Make(Remove, textName(long, 64))))); !IsSaying(r, KindError, "text_gone", nil) {
		t.Errorf("a text that is gone: %+v", r)
	}
	for name, payload := range map[string][]byte{"nothing": nil, "a letter": {namedItself}, "not UTF-8": {namedItself, 0xff}, "a short hash": {namedHashed, 1}} {
		if r := b.Handle(t.Context(), Signed(b, Pressing(Make(Remove, payload)))); !IsStale(r) {
			t.Errorf("%s: %+v", name, r)
		}
	}
	// A text that is not indexed and whose id does not fit is removed by typing.
	if r := b.Handle(t.Context(), Commanding("remove", long, func(r *Request) { r.Room = 64 })); len(r.Actions) > 0 || !strings.Contains(TextsOf(r), "yes") {
		t.Errorf("%+v", r)
	}
	if len(asked) > 0 {
		t.Errorf("asked for %q", asked)
	}
}

// What is wrong with one of several does not keep the others out.
func TestAddSeveral(t *testing.T) {
	outcomes := map[string]func() (Addition, error){
		"new": func() (Addition, error) {
			return Addition{ID: "n", Title: "N", Outcome: AddedNew, Copies: ManyIDs("copy", 7), Notes: []string{"a page\nin two columns"}}, nil
		},
		"version": func() (Addition, error) { return Addition{ID: "v", Title: "V", Outcome: AddedVersion}, nil },
		"same":    func() (Addition, error) { return Addition{ID: "s", Title: "S", Outcome: AddedNothing}, nil },
		"held":    func() (Addition, error) { return Addition{ID: "h", Title: "H", Outcome: AddedHeld}, nil },
		"gone":    func() (Addition, error) { return Addition{}, &UserError{Message: "text_gone"} },
		"broken":  func() (Addition, error) { return Addition{}, errors.New("secret cause") },
		"panic":   func() (Addition, error) { panic("secret cause") },
		"slow":    func() (Addition, error) { return Addition{}, context.DeadlineExceeded },
	}
	synctest.Test(t, func(t *testing.T) {
		b := Operated(t, &ScriptedKeeper{OnAdd: func(_ context.Context, s Submission) (Addition, error) {
			time.Sleep(1600 * time.Millisecond) // never together with what is shown every two seconds
			return outcomes[strings.TrimPrefix(s.URL, "https://x.org/")]()
		}})
		r := b.Handle(t.Context(), Commanding("add", "https://x.org/new https://x.org/version https://x.org/same https://x.org/held https://x.org/gone https://x.org/broken https://x.org/panic https://x.org/slow"))
		if r.Updates == nil || !strings.Contains(TextsOf(r), "0 of 8 done") {
			t.Fatalf("%+v", r)
		}
		if next := <-r.Updates; !strings.Contains(TextsOf(next), "1 of 8 done") || !strings.Contains(TextsOf(next), "“N”") {
			t.Errorf("under way: %+v", next)
		}
		end := TextsOf(Last(r))
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
