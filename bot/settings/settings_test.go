package settings_test

import (
	"bytes"
	"context"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"rapporteur/bot"
	"rapporteur/bot/bottest"
	"rapporteur/bot/locale"
	"rapporteur/bot/settings"
	"rapporteur/bot/state"
	"rapporteur/bot/token"
	"rapporteur/index"
)

func TestWhoMaySet(t *testing.T) {
	const nobody, only = "Only those who manage this server, or have a role they chose for it", "Only those who manage this server may name roles"
	tests := []struct {
		name   string
		who    func(*bot.Request)
		may    bool
		mayAll bool // roles too
	}{
		{"who manages the server", func(r *bot.Request) { r.Manager = true }, true, true},
		{"an operator", func(r *bot.Request) { r.User = "99" }, true, true},
		{"a role that is named", func(r *bot.Request) { r.Roles = []string{"4", "5"} }, true, false},
		{"another role", func(r *bot.Request) { r.Roles = []string{"6", ""} }, false, false},
		{"a role of another server", func(r *bot.Request) { r.Roles, r.Space = []string{"5"}, "2" }, false, false},
		{"a role of another platform", func(r *bot.Request) { r.Roles, r.Platform = []string{"5"}, "telegram" }, false, false},
		{"an operator's id elsewhere", func(r *bot.Request) { r.User, r.Platform = "99", "telegram" }, false, false},
		{"anybody", func(*bot.Request) {}, false, false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			config := bottest.KeepIn(t)
			b, _ := bottest.Answering(t, 1, func(c *bottest.Config) { config(c); c.Admins = []string{"discord:99"} })
			bottest.ChangeSettings(t, b, "admin", "5")
			// Help names it to those who may.
			help := bottest.Asking("", func(r *bot.Request) { r.Command = "help"; tt.who(r) })
			if got := strings.Contains(bottest.TextsOf(b.Handle(context.Background(), help)), "/settings"); got != tt.may {
				t.Errorf("help names it: %v", got)
			}
			ask := func(options ...string) bot.Reply {
				r := bottest.Managing(options...)
				r.Manager = false
				tt.who(&r)
				got := b.Handle(context.Background(), r)
				if !got.Private {
					t.Errorf("everybody sees %+v", got)
				}
				return got
			}
			for _, options := range [][]string{nil, {"language", "uk"}, {"allow", "33"}} {
				if got := ask(options...); tt.may != (got.Kind == bot.KindNotice && strings.Contains(bottest.TextsOf(got), "Settings of this server")) || !tt.may && !strings.Contains(bottest.TextsOf(got), nobody) {
					t.Errorf("%q: %+v", options, got)
				}
			}
			for _, options := range [][]string{{"admin", "6"}, {"noadmin", "5"}} {
				got := ask(options...)
				if tt.may && !tt.mayAll && (got.Kind != bot.KindError || !strings.Contains(bottest.TextsOf(got), only)) {
					t.Errorf("%q: %+v", options, got)
				}
			}
			want := state.Settings{Admins: []string{"5"}}
			if tt.may {
				want.Language, want.Channels = "uk", []string{"33"}
			}
			if tt.mayAll {
				want.Admins = []string{"6"}
			}
			if got := bottest.SettingsOf(t, b); !reflect.DeepEqual(got, want) {
				t.Errorf("got %+v, want %+v", got, want)
			}
		})
	}
}

func TestSettings(t *testing.T) {
	b, _ := bottest.Answering(t, 1, bottest.KeepIn(t))
	tests := []struct {
		options []string
		want    state.Settings
		shown   []string
	}{
		{nil, state.Settings{}, []string{"that of whoever asks", "as the operator set it", "Texts:all", "every channel", "no channel", "nobody"}},
		{[]string{"language", "de"}, state.Settings{Language: "de"}, []string{"German"}},
		{[]string{"language", "UK"}, state.Settings{Language: "uk"}, []string{"Ukrainian"}},
		{[]string{"confidence", "eager"}, state.Settings{Language: "uk", Confidence: "eager"}, []string{"eager: errs more often"}},
		{[]string{"language", "auto", "confidence", "default"}, state.Settings{}, []string{"that of whoever asks"}},
		{[]string{"sources", " Post, «notes»,, a,a "}, state.Settings{Sources: []string{"Post", "notes", "a"}}, []string{"“Post”, “notes”, “a”"}},
		{[]string{"sources", "All"}, state.Settings{}, []string{"Texts:all"}},
		{[]string{"allow", "30"}, state.Settings{Channels: []string{"30"}}, []string{"channel 30"}},
		{[]string{"allow", "<#31>"}, state.Settings{Channels: []string{"30", "31"}}, []string{"channel 30, channel 31"}},
		{[]string{"allow", "30"}, state.Settings{Channels: []string{"30", "31"}}, nil},
		{[]string{"disallow", "30", "threads", "30"}, state.Settings{Channels: []string{"31"}, Threads: []string{"30"}}, nil},
		{[]string{"disallow", "77", "nothreads", "77", "noadmin", "77"}, state.Settings{Channels: []string{"31"}, Threads: []string{"30"}}, nil},
		{[]string{"disallow", "31", "nothreads", "30"}, state.Settings{}, nil},
		{[]string{"admin", "<@&5>"}, state.Settings{Admins: []string{"5"}}, []string{"role 5"}},
		{[]string{"noadmin", "5", "allow", "-1001234567890:12"}, state.Settings{Channels: []string{"-1001234567890:12"}}, nil},
		{[]string{"disallow", "-1001234567890:12", "weather", "fine"}, state.Settings{}, nil},
	}
	for _, tt := range tests {
		r := b.Handle(context.Background(), bottest.Managing(tt.options...))
		if got := bottest.SettingsOf(t, b); r.Kind != bot.KindNotice || !r.Private || !reflect.DeepEqual(got, tt.want) {
			t.Errorf("%q: %+v, %+v, want %+v", tt.options, r, got, tt.want)
		}
		for _, w := range tt.shown {
			if got := bottest.WithPlaces(r); !strings.Contains(got, w) {
				t.Errorf("%q: %q is missing from %q", tt.options, w, got)
			}
		}
	}
}

// TestTypedSettings gives the options in the text, as on platforms without forms.
func TestTypedSettings(t *testing.T) {
	b, _ := bottest.Answering(t, 1, bottest.KeepIn(t))
	r := bottest.Asking(`/settings language:de Confidence: careful sources:"the post, notes" allow:<#30> threads:31`, func(r *bot.Request) {
		r.Command, r.Addressed, r.Manager = "", true, true
	})
	got := b.Handle(context.Background(), r)
	want := state.Settings{Language: "de", Confidence: "careful", Sources: []string{"the post", "notes"}, Channels: []string{"30"}, Threads: []string{"31"}}
	if s := bottest.SettingsOf(t, b); got.Kind != bot.KindNotice || !reflect.DeepEqual(s, want) {
		t.Errorf("%+v, %+v", got, s)
	}
}

// What cannot be understood changes nothing, not even what can.
func TestBadSettings(t *testing.T) {
	many := make([]string, 200)
	for i := range many {
		many[i] = "zz" + strings.Repeat("a", i)
	}
	tests := []struct{ name, value, want string }{
		{"language", "fr", "I do not understand language:fr. It can be: auto, en, uk, de."},
		{"language", "", "I do not understand language:"},
		{"language", "automatic", "It can be"},
		{"confidence", "absolute", "It can be: default, careful, balanced, eager."},
		{"sources", "Post, nowhere", "no text “nowhere”"},
		{"sources", strings.Repeat("x", 5000), "no text “xxx"},
		{"sources", strings.Join(many, ","), "no text “zz”"},
		{"allow", "general", "I do not understand allow:general"},
		{"allow", "", "I do not understand allow:"},
		{"allow", "@everyone", "I do not understand allow:everyone"},
		{"threads", strings.Repeat("1", 50), "I do not understand threads:1"},
		{"admin", "5 6", "I do not understand admin:5 6"},
	}
	for _, tt := range tests {
		b, _ := bottest.Answering(t, 1, bottest.KeepIn(t))
		bottest.ChangeSettings(t, b, "allow", "30")
		got := b.Handle(context.Background(), bottest.Managing(tt.name, tt.value, "disallow", "30"))
		if got.Kind != bot.KindError || !got.Private || !strings.Contains(bottest.TextsOf(got), tt.want) || len(bottest.TextsOf(got)) > 300 {
			t.Errorf("%s:%.20s: %+v", tt.name, tt.value, got)
		}
		if s := bottest.SettingsOf(t, b); !reflect.DeepEqual(s, state.Settings{Channels: []string{"30"}}) {
			t.Errorf("%s:%.20s: %+v", tt.name, tt.value, s)
		}
	}
}

func TestFullSettings(t *testing.T) {
	files := fstest.MapFS{}
	var names []string
	for i := range settings.MaxPlaces + 1 {
		names = append(names, fmt.Sprintf("text-%02d", i))
		files[names[i]+".txt"] = &fstest.MapFile{Data: fmt.Appendf(nil, "So it is, %d.", i)}
	}
	f := bottest.Loaded(t, files)
	config := bottest.Config{Searcher: f, Library: f}
	bottest.KeepIn(t)(&config)
	b := bottest.New(config)
	for _, name := range []string{"allow", "threads", "admin"} {
		for i := range settings.MaxPlaces {
			bottest.ChangeSettings(t, b, name, fmt.Sprint(100+i))
		}
		bottest.ChangeSettings(t, b, name, "100") // there already
		if got := b.Handle(context.Background(), bottest.Managing(name, "99")); !bottest.IsSaying(got, bot.KindError, "list_full", locale.Data{"Name": name, "Count": settings.MaxPlaces}) {
			t.Errorf("%s: %+v", name, got)
		}
	}
	bottest.ChangeSettings(t, b, "sources", strings.Join(names[:settings.MaxPlaces], ","))
	if got := b.Handle(context.Background(), bottest.Managing("sources", strings.Join(names, ","))); !bottest.IsSaying(got, bot.KindError, "list_full", locale.Data{"Name": "sources", "Count": settings.MaxPlaces}) {
		t.Errorf("sources: %+v", got)
	}
	s := bottest.SettingsOf(t, b)
	if len(s.Channels) != settings.MaxPlaces || len(s.Threads) != settings.MaxPlaces || len(s.Admins) != settings.MaxPlaces || len(s.Sources) != settings.MaxPlaces {
		t.Errorf("%+v", s)
	}
	// Full settings can still be shown and emptied.
	bottest.ChangeSettings(t, b)
	bottest.ChangeSettings(t, b, "disallow", "101", "sources", "all")
	bottest.ChangeSettings(t, b, "allow", "99")
}

func TestNoSettings(t *testing.T) {
	b, _ := bottest.Answering(t, 1, bottest.KeepIn(t))
	for _, manager := range []bool{true, false} {
		r := bottest.Managing("language", "de")
		r.Space, r.Direct, r.Manager = "", true, manager
		if got := b.Handle(context.Background(), r); !bottest.IsSaying(got, bot.KindError, "no_space", nil) {
			t.Errorf("in private: %+v", got)
		}
	}
	b, _ = bottest.Answering(t, 1, nil)
	for _, r := range []bot.Request{bottest.Managing(), bottest.Managing("language", "de")} {
		if got := b.Handle(context.Background(), r); !bottest.IsSaying(got, bot.KindError, "nothing_kept", nil) {
			t.Errorf("nothing kept: %+v", got)
		}
	}
	help := bottest.Managing()
	help.Command = "help"
	if got := bottest.TextsOf(b.Handle(context.Background(), help)); strings.Contains(got, "/settings") {
		t.Errorf("nothing kept, but help says %q", got)
	}
}

// Settings hold at once, in their space and nowhere else.
func TestSettingsHold(t *testing.T) {
	b, f := bottest.Answering(t, 0.3, bottest.KeepIn(t)) // the operator wants .5
	ask := func(change ...func(*bot.Request)) bot.Reply {
		return b.Handle(context.Background(), bottest.Asking("Who opened it?", change...))
	}
	another := func(r *bot.Request) { r.Space = "2" }
	direct := func(r *bot.Request) { r.Space, r.Direct = "", true }
	for _, step := range []struct {
		confidence string
		want       bot.ReplyKind
	}{{"careful", bot.KindRefusal}, {"balanced", bot.KindAnswer}, {"eager", bot.KindAnswer}, {"default", bot.KindRefusal}} {
		bottest.ChangeSettings(t, b, "confidence", step.confidence)
		if got := ask(); got.Kind != step.want {
			t.Errorf("%s: %+v", step.confidence, got)
		}
		for _, where := range []func(*bot.Request){another, direct} {
			if got := ask(where); got.Kind != bot.KindRefusal {
				t.Errorf("%s, elsewhere: %+v", step.confidence, got)
			}
		}
	}

	// Everybody reads an answer in the language of the space; who asks in
	// private, or reads alone what it says, in their own.
	bottest.ChangeSettings(t, b, "language", "de")
	private := func(r *bot.Request) { r.Private = true }
	const german, english = "Die Quellen sagen dazu nichts.", "The sources do not say."
	for name, tt := range map[string]struct {
		r    bot.Request
		want string
	}{
		"in public":              {bottest.Asking("Who flew it?"), german},
		"a mention":              {bottest.Asking("Who flew it?", func(r *bot.Request) { r.Command, r.Addressed = "", true }), german},
		"in private":             {bottest.Asking("Who flew it?", private), english},
		"by an option":           {bottest.Asking("Who flew it?", func(r *bot.Request) { r.Options = map[string]string{bot.ArgPrivate: "true"} }), english},
		"by no option":           {bottest.Asking("Who flew it?", func(r *bot.Request) { r.Options = map[string]string{bot.ArgPrivate: "false"} }), german},
		"in another space":       {bottest.Asking("Who flew it?", another), english},
		"in a direct message":    {bottest.Asking("Who flew it?", direct), english},
		"a mistake":              {bottest.Asking("Who? lang:xyz"), "I do not understand lang:xyz"},
		"a mistake in private":   {bottest.Asking("Who? lang:xyz", private), "I do not understand lang:xyz"},
		"no command":             {bottest.Asking("", func(r *bot.Request) { r.Command = "weather" }), "kenne ich nicht"},
		"a list":                 {bottest.Asking("", func(r *bot.Request) { r.Command = "sources" }), "2 Texte"},
		"help":                   {bottest.Asking("", func(r *bot.Request) { r.Command = "help" }), "/ask Frage"},
		"what is private anyway": {bottest.Asking("", func(r *bot.Request) { r.Command = "privacy" }), "In a file I keep"},
		"the settings":           {bottest.Managing(), "Settings of this server"},
		"settings not allowed":   {bottest.Asking("", func(r *bot.Request) { r.Command = "settings" }), "Only those who manage"},
		"a wrong check":          {bottest.Asking("No.", func(r *bot.Request) { r.Command = "check" }), "I find no claim"},
		"a button":               {bottest.Pressing("?"), "This button is of an older version"},
	} {
		got := b.Handle(context.Background(), tt.r)
		if !strings.Contains(bottest.TextsOf(got), tt.want) {
			t.Errorf("%s: %q is missing from %q", name, tt.want, bottest.TextsOf(got))
		}
		if foreign := tt.r.Space == "2" || tt.r.Direct; got.Private == strings.Contains(german+"2 Texte/ask Fragekenne ich nicht", tt.want) && !foreign {
			t.Errorf("%s: private is %v", name, got.Private)
		}
	}
	bottest.ChangeSettings(t, b, "language", "auto")
	if got := bottest.TextsOf(ask()); !strings.Contains(got, english) {
		t.Errorf("auto: %q", got)
	}

	// The filter of sources holds for all that shows texts.
	bottest.ChangeSettings(t, b, "sources", "the post")
	var query index.Query
	f.OnSearch = func(_ context.Context, q index.Query) (index.Result, error) { query = q; return f.Found, nil }
	for _, command := range []string{"ask", "search", "check"} {
		query = index.Query{}
		b.Handle(context.Background(), bottest.Asking("Who said source:a opened it then?", func(r *bot.Request) { r.Command = command; r.Text = strings.TrimSuffix(r.Text, "?") }))
		if !slices.Equal(query.Within, []string{"the post"}) || command != "check" && !slices.Equal(query.Sources, []string{"a"}) {
			t.Errorf("%s searches for %+v", command, query)
		}
	}
	for _, tt := range []struct{ command, text, want, not string }{
		{"sources", "", "1 text", "captain"},
		{"sources", "captain", "no such texts", ""},
		{"latest", "", "no such texts", "captain"}, // the other has no date
		{"source", "a", "no text “a”", "captain opened"},
		{"source", "captain", "no text “captain”", "captain opened"},
		{"source", "b", "So it is.", ""},
		{"about", "", "1 text, undated", "2 texts"},
	} {
		r := bottest.Asking(tt.text, func(r *bot.Request) { r.Command = tt.command })
		if got := bottest.TextsOf(b.Handle(context.Background(), r)); !strings.Contains(got, tt.want) || tt.not != "" && strings.Contains(got, tt.not) {
			t.Errorf("/%s %s: %q", tt.command, tt.text, got)
		}
		another(&r)
		if got := bottest.TextsOf(b.Handle(context.Background(), r)); strings.Contains(got, tt.want) && tt.text != "b" {
			t.Errorf("/%s %s in another space: %q", tt.command, tt.text, got)
		}
	}
	if got := b.Suggest(context.Background(), bottest.Asking(""), "id", ""); len(got) != 1 || got[0].Value != "b" {
		t.Errorf("suggested %q", got)
	}
	if got := b.Suggest(context.Background(), bottest.Asking("", another), "id", ""); len(got) != 2 {
		t.Errorf("suggested %q", got)
	}
}

func TestChannels(t *testing.T) {
	b, _ := bottest.Answering(t, 1, bottest.KeepIn(t))
	bottest.ChangeSettings(t, b, "allow", "30")
	bottest.ChangeSettings(t, b, "allow", "31")
	in := func(chat, parent string, change ...func(*bot.Request)) bot.Request {
		return bottest.Asking("Who opened it?", append(change, func(r *bot.Request) { r.Chat, r.Parent = chat, parent })...)
	}
	mention := func(r *bot.Request) { r.Command, r.Addressed = "", true }
	typed := func(r *bot.Request) { r.Command, r.Text = "", "/ask Who opened it?" }
	ours := func(text string) func(*bot.Request) {
		return func(r *bot.Request) { r.Command, r.Self, r.Text = "", "rapporteur", text }
	}
	const quiet, told = "", "On this server I answer only in these channels:"
	for name, tt := range map[string]struct {
		r    bot.Request
		want string // "": silence
	}{
		"a command":                       {in("30", ""), "captain"},
		"a command in another one listed": {in("31", ""), "captain"},
		"a command in a thread":           {in("77", "30"), "captain"},
		"a mention":                       {in("30", "", mention), "captain"},
		"a mention in a thread":           {in("77", "31", mention), "captain"},
		"a command elsewhere":             {in("32", ""), told},
		"in a thread elsewhere":           {in("77", "32"), told},
		"a private command elsewhere":     {in("32", "", func(r *bot.Request) { r.Command = "check" }), told},
		"no command elsewhere":            {in("32", "", func(r *bot.Request) { r.Command = "weather" }), told},
		"a mention elsewhere":             {in("32", "", mention), quiet},
		"a typed command elsewhere":       {in("32", "", typed), quiet},
		"no typed command elsewhere":      {in("32", "", ours("/weather@rapporteur")), quiet},
		"help elsewhere":                  {in("32", "", ours("/help@rapporteur")), "I answer questions"},
		"privacy elsewhere":               {in("32", "", func(r *bot.Request) { r.Command = "privacy" }), "kept"},
		"to be forgotten elsewhere":       {in("32", "", func(r *bot.Request) { r.Command = "forgetme" }), "erase"},
		"nonsense elsewhere":              {in("32", "", mention, func(r *bot.Request) { r.Text = "🤷" }), quiet},
		"the settings elsewhere":          {in("32", "", func(r *bot.Request) { *r = bottest.Managing() }), "Settings of this server"},
		"another space":                   {in("32", "", func(r *bot.Request) { r.Space = "2" }), "captain"},
		"in private":                      {in("32", "", func(r *bot.Request) { r.Space, r.Direct = "", true }), "captain"},
	} {
		got := b.Handle(context.Background(), tt.r)
		switch {
		case tt.want == quiet:
			if !reflect.DeepEqual(got, bot.Reply{}) {
				t.Errorf("%s: %+v", name, got)
			}
		case !strings.Contains(bottest.TextsOf(got), tt.want):
			t.Errorf("%s: %q is missing from %+v", name, tt.want, got)
		case tt.want == told && (!got.Private || got.Kind != bot.KindNotice || !strings.Contains(bottest.WithPlaces(got), "channel 30, channel 31")):
			t.Errorf("%s: %q", name, bottest.WithPlaces(got))
		}
	}
	// Buttons work on where they stand: what they say disturbs nobody.
	r := b.Handle(context.Background(), in("30", ""))
	bottest.ChangeSettings(t, b, "disallow", "30")
	if got := b.Handle(context.Background(), bottest.Pressing(bottest.ButtonOf(r, bot.Context))); got.Kind != bot.KindNotice || !got.Private {
		t.Errorf("%+v", got)
	}
	bottest.ChangeSettings(t, b, "disallow", "31")
	if got := b.Handle(context.Background(), in("32", "")); got.Kind != bot.KindAnswer {
		t.Errorf("with no channel listed: %+v", got)
	}
}

func TestTooManyElsewhere(t *testing.T) {
	b, _ := bottest.Answering(t, 1, func(c *bottest.Config) { bottest.KeepIn(t)(c); c.UserRate = 1 })
	bottest.ChangeSettings(t, b, "allow", "31")
	mention := bottest.Asking("Who opened it?", func(r *bot.Request) { r.Chat, r.Addressed, r.Command, r.User = "32", true, "", "77" })
	for range 3 {
		if r := b.Handle(context.Background(), mention); r.Kind != bot.KindSilent {
			t.Errorf("where the bot may not answer: %+v", r)
		}
	}
	mention.Chat = "31"
	mention.User = "78"
	b.Handle(context.Background(), mention)
	if r := b.Handle(context.Background(), mention); r.Kind != bot.KindNotice {
		t.Errorf("where it may: %+v", r)
	}
}

func TestThreads(t *testing.T) {
	b, f := bottest.Answering(t, 1, bottest.KeepIn(t))
	bottest.ChangeSettings(t, b, "threads", "30")
	for name, tt := range map[string]struct {
		r    bot.Request
		want bool
	}{
		"an answer":            {bottest.Asking("Who opened it?"), true},
		"a mention":            {bottest.Asking("Who opened it?", func(r *bot.Request) { r.Command, r.Addressed = "", true }), true},
		"a refusal":            {bottest.Asking("refused"), true},
		"in private":           {bottest.Asking("Who opened it?", func(r *bot.Request) { r.Private = true }), false},
		"private by option":    {bottest.Asking("Who opened it?", func(r *bot.Request) { r.Options = map[string]string{bot.ArgPrivate: "true"} }), false},
		"within a thread":      {bottest.Asking("Who opened it?", func(r *bot.Request) { r.Chat, r.Parent = "77", "30" }), false},
		"in a thread of its":   {bottest.Asking("Who opened it?", func(r *bot.Request) { r.Parent = "29" }), false},
		"another channel":      {bottest.Asking("Who opened it?", func(r *bot.Request) { r.Chat = "31" }), false},
		"another space":        {bottest.Asking("Who opened it?", func(r *bot.Request) { r.Space = "2" }), false},
		"a search":             {bottest.Asking("bridge", func(r *bot.Request) { r.Command = "search" }), false},
		"help":                 {bottest.Asking("", func(r *bot.Request) { r.Command = "help" }), false},
		"a mistake":            {bottest.Asking("Who? lang:xyz"), false},
		"a greeting":           {bottest.Asking("Hello!"), false},
		"the settings":         {bottest.Managing(), false},
		"a button":             {bottest.Pressing(token.Make(byte(bot.Tell), []byte("k"+state.Question{Text: "refused"}.Key()))), false},
		"no command":           {bottest.Asking("", func(r *bot.Request) { r.Command = "weather" }), false},
		"talk is not answered": {bottest.Asking("Who opened it?", func(r *bot.Request) { r.Command = "" }), false},
	} {
		f.Found.Confidence = 1
		if tt.r.Text == "refused" {
			f.Found.Confidence = 0
		}
		if got := b.Handle(context.Background(), tt.r); got.Thread != tt.want {
			t.Errorf("%s: %+v", name, got)
		}
	}
}

// Settings that cannot be read are not passed over: a bot that answered in
// their stead would speak where it was told not to.
func TestSettingsUnreadable(t *testing.T) {
	var log bytes.Buffer
	config := bottest.KeepIn(t)
	b, f := bottest.Answering(t, 1, func(c *bottest.Config) { bottest.Logging(&log)(c); config(c) })
	f.OnSearch = func(context.Context, index.Query) (index.Result, error) {
		t.Error("searched all the same")
		return index.Result{}, nil
	}
	b.State.Close()
	for _, command := range []string{"ask", "search", "latest", "sources", "source", "verify", "about", "help", "privacy", "settings"} {
		r := bottest.Asking("a", func(r *bot.Request) { r.Command = command })
		got := b.Handle(context.Background(), r)
		bottest.WentWrong(t, got, &log, "closed")
		if cmd := commandOf(b, command); got.Private != cmd.Private {
			t.Errorf("%s: private is %v", command, got.Private)
		}
	}
	if got := b.Suggest(context.Background(), bottest.Asking(""), "id", ""); got != nil {
		t.Errorf("suggested %q", got)
	}
	f.OnSearch = nil
	if got := b.Handle(context.Background(), bottest.InPrivate("Who opened it?")); got.Kind != bot.KindAnswer {
		t.Errorf("in private there are none to read: %+v", got)
	}
}

func commandOf(b *bottest.Bot, name string) bot.Command {
	for _, c := range b.Commands("en") {
		if c.Name == name {
			return c
		}
	}
	return bot.Command{}
}
