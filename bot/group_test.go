package bot_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"rapporteur/bot"
	"rapporteur/bot/bottest"
	"rapporteur/bot/state"
	"rapporteur/bot/token"
)

func TestWhoMaySetGroup(t *testing.T) {
	says := func(may bool, err error) func(*bot.Request) {
		return func(r *bot.Request) { r.Manages = func(context.Context) (bool, error) { return may, err } }
	}
	tests := []struct {
		name   string
		who    func(*bot.Request)
		may    bool
		unsure bool
	}{
		{"a member", func(*bot.Request) {}, false, false},
		{"a member, asked for", says(false, nil), false, false},
		{"who manages", func(r *bot.Request) { r.Manager = true }, true, false},
		{"who manages, asked for", says(true, nil), true, false},
		{"who manages, not asked for", func(r *bot.Request) { r.Manager = true; says(false, errors.New("asked for"))(r) }, true, false},
		{"an operator", func(r *bot.Request) { r.User = "99"; says(false, errors.New("asked for"))(r) }, true, false},
		{"nobody can tell", says(true, errors.New("the line is cut")), false, true},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var log bytes.Buffer
			config := bottest.KeepIn(t)
			b, _ := bottest.Answering(t, 1, func(c *bottest.Config) { bottest.Logging(&log)(c); config(c); c.Admins = []string{"telegram:99"} })
			for name, r := range map[string]bot.Request{
				"typed":   bottest.Grouped("/settings preview:on", tt.who),
				"pressed": bottest.Pressed(token.Make(byte(bot.Set), []byte("preview:on")), tt.who),
			} {
				bottest.KeepSettings(t, b, func(s *state.Settings) { *s = state.Settings{} })
				if r.Action != "" {
					r = bottest.Signed(b, r)
				}
				got := b.Handle(context.Background(), r)
				switch {
				case tt.may && !(got.Kind == bot.KindNotice && strings.Contains(bottest.TextsOf(got), "Settings of this group")):
					t.Errorf("%s: %+v", name, got)
				case tt.unsure && !bottest.IsSaying(got, bot.KindError, "cannot_tell_manager", nil):
					t.Errorf("%s: %+v", name, got)
				case !tt.may && !tt.unsure && !bottest.IsSaying(got, bot.KindNotice, "managers_only_group", nil):
					t.Errorf("%s: %+v", name, got)
				}
				if bottest.KeptOf(t, b).Preview != tt.may || got.InPlace != (tt.may && name == "pressed") {
					t.Errorf("%s: %+v is kept, %+v", name, bottest.KeptOf(t, b), got)
				}
			}
			if tt.unsure && !strings.Contains(log.String(), "the line is cut") {
				t.Errorf("the log says\n%s", &log)
			}
			help := b.Handle(context.Background(), bottest.Grouped("/help", tt.who))
			if help.Kind != bot.KindNotice || strings.Contains(bottest.TextsOf(help), "/settings") != tt.may {
				t.Errorf("help: %q", bottest.TextsOf(help))
			}
		})
	}
}

func TestGroupSettings(t *testing.T) {
	b, _ := bottest.Answering(t, 1, bottest.KeepIn(t))
	night := state.Quiet{From: 22 * 60, To: 7 * 60}
	kyiv := state.Quiet{From: 22 * 60, To: 7*60 + 30, Zone: "Europe/Kyiv"}
	for _, tt := range []struct {
		typed string
		want  state.Settings
		shown string
	}{
		{"", state.Settings{}, "I answer:when I am addressed"},
		{"", state.Settings{}, "Preview of the source:off"},
		{"", state.Settings{}, "Quiet hours:none"},
		{"answer:all", state.Settings{Unaddressed: true}, "every question that the texts answer"},
		{"Answer: ADDRESSED preview:on", state.Settings{Preview: true}, "Preview of the source:on"},
		{"preview:off quiet:22:00-07:00", state.Settings{Quiet: night}, "22:00 to 07:00, UTC"},
		{"quiet:22.00–07.30 zone:Europe/Kyiv", state.Settings{Quiet: kyiv}, "22:00 to 07:30, Europe/Kyiv"},
		{`quiet:"22 - 7"`, state.Settings{Quiet: state.Quiet{From: 22 * 60, To: 7 * 60, Zone: "Europe/Kyiv"}}, "22:00 to 07:00, Europe/Kyiv"},
		{"quiet:0-24 zone:Europe/Berlin", state.Settings{}, "!"}, // nothing is changed: that would be never
		{"quiet:off zone:UTC", state.Settings{Quiet: state.Quiet{Zone: "UTC"}}, "Quiet hours:none"},
		{"quiet:14—24:00", state.Settings{Quiet: state.Quiet{From: 14 * 60, Zone: "UTC"}}, "14:00 to 00:00, UTC"},
		{"quiet:OFF allow:here", state.Settings{Quiet: state.Quiet{Zone: "UTC"}, Channels: []string{"-100:7"}}, "I answer in:"},
		{"disallow:HERE", state.Settings{Quiet: state.Quiet{Zone: "UTC"}}, ""},
		{"threads:7 admin:5 nothreads:7 noadmin:5", state.Settings{Quiet: state.Quiet{Zone: "UTC"}}, ""}, // groups have none
	} {
		before := bottest.KeptOf(t, b)
		r := b.Handle(context.Background(), bottest.Grouped("/settings "+tt.typed, func(r *bot.Request) { r.Manager, r.Chat = true, "-100:7" }))
		if tt.shown == "!" {
			if r.Kind != bot.KindError || !reflect.DeepEqual(bottest.KeptOf(t, b), before) {
				t.Errorf("%q: %+v", tt.typed, r)
			}
			continue
		}
		if got := bottest.KeptOf(t, b); r.Kind != bot.KindNotice || !r.Private || r.InPlace || !reflect.DeepEqual(got, tt.want) || !strings.Contains(bottest.WithPlaces(r), tt.shown) {
			t.Errorf("%q: %+v, want %+v, %q", tt.typed, got, tt.want, bottest.WithPlaces(r))
		}
		if s := bottest.WithPlaces(r); strings.Contains(s, "threads") || strings.Contains(s, "server") || len(tt.want.Channels) == 0 && strings.Contains(s, "I answer in:") {
			t.Errorf("%q: shown %q", tt.typed, s)
		}
	}
	// A server knows quiet hours, but neither of the others.
	bottest.ChangeSettings(t, b, "answer", "all", "preview", "on", "quiet", "22-7", "zone", "Europe/Kyiv", "allow", "here")
	if got := bottest.SettingsOf(t, b); !reflect.DeepEqual(got, state.Settings{Quiet: state.Quiet{From: 22 * 60, To: 7 * 60, Zone: "Europe/Kyiv"}, Channels: []string{"30"}}) {
		t.Errorf("%+v", got)
	}
}

func TestBadGroupSettings(t *testing.T) {
	var log bytes.Buffer
	config := bottest.KeepIn(t)
	b, _ := bottest.Answering(t, 1, func(c *bottest.Config) { bottest.Logging(&log)(c); config(c) })
	bottest.KeepSettings(t, b, func(s *state.Settings) { s.Quiet = state.Quiet{From: 1, To: 2, Zone: "Europe/Kyiv"} })
	for option, values := range map[string][]string{
		"quiet":   {"", "night", "22", "22-", "-7", "25-7", "22:60-7", "24:01-7", "22-22", "7:00-7", "22-7-8", "22:0-7", "1000-7", "²²-7", "٢٢-7"},
		"zone":    {"", "secret", "Local", "local", "../etc/passwd", "/etc/localtime", "Europe", "Europe/", "UTC+2", "\x00", strings.Repeat("secret", 900)},
		"answer":  {"", "on", "none"},
		"preview": {"", "all"},
		"allow":   {"there", "here now"},
	} {
		for _, v := range values {
			r := b.Handle(context.Background(), bottest.Grouped("", func(r *bot.Request) {
				r.Command, r.Manager, r.Options = "settings", true, map[string]string{option: v, "confidence": "eager"}
			}))
			if r.Kind != bot.KindError || !r.Private || len(bottest.TextsOf(r)) > 300 || !strings.HasPrefix(bottest.TextsOf(r), "I do not ") {
				t.Errorf("%s %.20q: %+v", option, v, r)
			}
		}
	}
	if got := bottest.KeptOf(t, b); !reflect.DeepEqual(got, state.Settings{Quiet: state.Quiet{From: 1, To: 2, Zone: "Europe/Kyiv"}}) {
		t.Errorf("%+v", got)
	}
	if strings.Contains(log.String(), "secret") {
		t.Errorf("the log says\n%s", &log)
	}
}

// TestSettingButtons presses every button of the settings: it does what it
// says, is marked then, and no other of its row is.
func TestSettingButtons(t *testing.T) {
	b, _ := bottest.Answering(t, 1, bottest.KeepIn(t))
	manage := func(r *bot.Request) { r.Manager = true }
	shown := b.Handle(context.Background(), bottest.Grouped("/settings", manage))
	if len(shown.Actions) != 4+4+2+2+2 {
		t.Fatalf("%+v", shown.Actions)
	}
	marked := func(r bot.Reply) (out []string) {
		rows := make(map[int]int)
		for _, a := range r.Actions {
			if label, ok := strings.CutPrefix(a.Label, "✓ "); ok {
				out = append(out, label)
				rows[a.Row]++
			}
		}
		for row, n := range rows {
			if n > 1 {
				t.Errorf("%d marks in row %d", n, row)
			}
		}
		return out
	}
	if got := marked(shown); !slices.Equal(got, []string{"Asker's language", "Default", "When addressed", "No preview", "No quiet hours"}) {
		t.Errorf("%q", got)
	}
	for i, a := range shown.Actions {
		for range 2 {
			r := b.Handle(context.Background(), bottest.Pressed(a.Token, manage))
			if !r.InPlace || r.Private || len(r.Actions) != len(shown.Actions) || !strings.HasPrefix(r.Actions[i].Label, "✓ ") || r.Actions[i].Row != a.Row {
				t.Errorf("%q: %+v", a.Label, r)
			}
			bottest.Fitting(t, a.Label, r, 64)
			marked(r)
		}
		_, payload, _ := token.Read(a.Token)
		name, value, _ := strings.Cut(string(payload[:len(payload)-token.SealSize]), ":")
		s := bottest.KeptOf(t, b)
		got := map[string]any{
			"language": s.Language, "confidence": s.Confidence, "answer": s.Unaddressed, "preview": s.Preview, "quiet": s.Quiet,
		}[name]
		want := map[string]any{
			"auto": "", "default": "", "addressed": false, "all": true, "off": false, "on": true,
			"22:00-07:00": state.Quiet{From: 22 * 60, To: 7 * 60},
		}[value]
		switch {
		case name == "quiet" && value == "off":
			want = state.Quiet{}
		case want == nil:
			want = value
		}
		if !reflect.DeepEqual(got, want) {
			t.Errorf("%s: %v, want %v", payload, got, want)
		}
	}
	// Other hours are neither of the two.
	r := b.Handle(context.Background(), bottest.Grouped("/settings quiet:23-6", manage))
	if got := marked(r); len(got) != 4 {
		t.Errorf("%q", got)
	}
	// The zone stays when the hours are pressed.
	b.Handle(context.Background(), bottest.Grouped("/settings zone:Europe/Kyiv", manage))
	bottest.KeepSettings(t, b, func(s *state.Settings) { s.Language = "" })
	r = b.Handle(context.Background(), bottest.Signed(b, bottest.Pressed(token.Make(byte(bot.Set), []byte("quiet:"+"22:00-07:00")), manage)))
	if bottest.Labelled(r, "✓ Quiet 22:00–07:00") == "" || bottest.KeptOf(t, b).Quiet.Zone != "Europe/Kyiv" {
		t.Errorf("%+v, %+v", r, bottest.KeptOf(t, b))
	}
	// Apart there are none, and in private nothing is set.
	if r := b.Handle(context.Background(), bottest.Managing()); len(r.Actions) > 0 {
		t.Errorf("%+v", r.Actions)
	}
	if r := b.Handle(context.Background(), bottest.Signed(b, bottest.Pressed(token.Make(byte(bot.Set), []byte("language:de")), manage, bottest.Alone))); !bottest.IsSaying(r, bot.KindError, "no_space", nil) {
		t.Errorf("%+v", r)
	}
	none, _ := bottest.Answering(t, 1, nil)
	if r := none.Handle(context.Background(), bottest.Signed(none, bottest.Pressed(token.Make(byte(bot.Set), []byte("language:de")), manage))); !bottest.IsSaying(r, bot.KindError, "nothing_kept", nil) {
		t.Errorf("nothing kept: %+v", r)
	}

	// Nothing but settings can be set, each to what it can be.
	bottest.KeepSettings(t, b, func(s *state.Settings) { *s = state.Settings{} })
	for payload, want := range map[string]string{
		"": "stale", "language": "It can be", "language:xx": "It can be", "weather:fine": "stale", "admin:5": "stale", "Language:de": "stale",
		"language:\xff": "stale", ":de": "stale", "quiet:always": "I do not understand", "zone:nowhere": "I do not know the time zone",
		"sources:nowhere": "There is no text", "allow:@everyone": "I do not understand", "answer:all:": "It can be", "unaddressed:true": "stale",
	} {
		r := b.Handle(context.Background(), bottest.Signed(b, bottest.Pressed(token.Make(byte(bot.Set), []byte(payload)), manage)))
		if want == "stale" && !bottest.IsSaying(r, bot.KindError, "stale_button", nil) || want != "stale" && (r.Kind != bot.KindError || !strings.Contains(bottest.TextsOf(r), want)) {
			t.Errorf("%q: %+v", payload, r)
		}
		if got := bottest.KeptOf(t, b); !reflect.DeepEqual(got, state.Settings{}) {
			t.Errorf("%q: %+v", payload, got)
		}
	}
}

// TestGroupFollow lets a group follow: it is told once, and who asked for that
// may take it back, and no other.
func TestGroupFollow(t *testing.T) {
	b, f := bottest.Answering(t, 0, bottest.KeepIn(t))
	stop := bottest.GroupFollow(t, b, "Who flew it?", "7", "8", "9")
	private := b.Handle(context.Background(), bottest.Grouped("Who flew it?", bottest.Alone))
	b.Handle(context.Background(), bottest.Pressed(bottest.ButtonOf(private, bot.Tell), bottest.Alone))
	if got := bottest.Waiting(t, b); !slices.Equal(got, []string{"-100", "7"}) {
		t.Fatalf("%q wait", got)
	}
	elsewhere := func(r *bot.Request) { r.Chat, r.Space = "-200", "-200" }
	for _, r := range []bot.Request{bottest.Pressed(stop[0], elsewhere), bottest.Pressed(stop[0], bottest.Alone), bottest.Pressing(stop[0])} {
		if b.Handle(context.Background(), r); len(bottest.Waiting(t, b)) != 2 {
			t.Errorf("%+v took back what is the group's", r)
		}
	}
	if r := b.Handle(context.Background(), bottest.Pressed(stop[0], func(r *bot.Request) { r.User = "8" })); !bottest.IsSaying(r, bot.KindError, "not_yours", nil) || len(bottest.Waiting(t, b)) != 2 {
		t.Errorf("another's press: %+v, %q wait", r, bottest.Waiting(t, b))
	}
	if r := b.Handle(context.Background(), bottest.Pressed(stop[0], func(r *bot.Request) { r.User = "7" })); !bottest.IsSaying(r, bot.KindNotice, "will_not_tell", nil) || bottest.ButtonOf(r, bot.Tell) == "" || !slices.Equal(bottest.Waiting(t, b), []string{"7"}) {
		t.Errorf("%+v, %q wait", r, bottest.Waiting(t, b))
	}
	bottest.GroupFollow(t, b, "Who flew it?", "8")

	f.Found.Confidence = 1
	s := &bottest.FakeSender{Edits: true}
	senders := map[string]bot.Sender{"telegram": s}
	for _, want := range []int{2, 0} {
		if done, err := b.Announce(context.Background(), senders); err != nil || done.Told != want || !done.Again.IsZero() {
			t.Errorf("%+v, %v", done, err)
		}
	}
	if !slices.Equal(s.Users(), []string{"7", "-100"}) || s.Messages[1].To.Chat != "-100" {
		t.Fatalf("%+v", s.Messages)
	}
	// The buttons under the news are those of an answer.
	news := s.Messages[1].Reply
	bottest.Fitting(t, "news", news, 100)
	if r := b.Handle(context.Background(), bottest.Pressed(bottest.Labelled(news, "Context"))); !r.InPlace || bottest.Labelled(r, "Back") == "" {
		t.Errorf("%+v", r)
	}
	// Whoever presses now has the answer in the place of the refusal.
	if r := b.Handle(context.Background(), bottest.Pressed(bottest.ButtonOf(private, bot.Tell))); r.Kind != bot.KindAnswer || !r.InPlace {
		t.Errorf("%+v", r)
	}
	// A group that has thrown the bot out is not told again, its members are.
	f.Found.Confidence = 0
	bottest.GroupFollow(t, b, "Who sailed it?", "7")
	private = b.Handle(context.Background(), bottest.Grouped("Who sailed it?", bottest.Alone))
	b.Handle(context.Background(), bottest.Pressed(bottest.ButtonOf(private, bot.Tell), bottest.Alone))
	f.Found.Confidence = 1
	s.Fail = func(to bot.Recipient) error {
		if to.User == "-100" {
			return fmt.Errorf("telegram: %w", bot.ErrUnwanted)
		}
		return nil
	}
	if done, err := b.Announce(context.Background(), senders); err != nil || done.Told != 1 || len(bottest.Waiting(t, b)) > 0 {
		t.Errorf("%+v, %v, %q wait", done, err, bottest.Waiting(t, b))
	}
	for who, want := range map[string]bool{"-100": true, "7": false} {
		if blocked, err := b.State.Blocked(context.Background(), "telegram", who); blocked != want || err != nil {
			t.Errorf("%s blocked: %v, %v", who, blocked, err)
		}
	}
}

// TestQuietHours passes a night: it begins at midnight UTC.
func TestQuietHours(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b, f := bottest.Answering(t, 0, bottest.KeepIn(t))
		bottest.GroupFollow(t, b, "Who flew it?", "7", "8")
		far := func(r *bot.Request) { r.Chat, r.Space = "-200", "-200" }
		for _, where := range []func(*bot.Request){far, bottest.Alone} {
			r := b.Handle(context.Background(), bottest.Grouped("Who flew it?", bottest.Addressed, where))
			b.Handle(context.Background(), bottest.Pressed(bottest.ButtonOf(r, bot.Tell), where))
		}
		manage := func(r *bot.Request) { r.Manager = true }
		b.Handle(context.Background(), bottest.Grouped("/settings quiet:22:00-07:00 zone:Europe/Kyiv", manage)) // until 05:00 UTC
		b.Handle(context.Background(), bottest.Grouped("/settings quiet:23:30-08:15", manage, far))

		f.Found.Confidence = 1
		s := &bottest.FakeSender{Edits: true}
		midnight := time.Now().UTC().Truncate(24 * time.Hour)
		for _, step := range []struct {
			told  []string
			again time.Duration // since midnight; 0 for nobody
		}{
			{[]string{"7"}, 5 * time.Hour},
			{[]string{"7", "-100"}, 8*time.Hour + 15*time.Minute},
			{[]string{"7", "-100", "-200"}, 0},
		} {
			for range 2 { // to ask twice changes nothing
				done, err := b.Announce(context.Background(), map[string]bot.Sender{"telegram": s})
				if err != nil || !slices.Equal(s.Users(), step.told) || done.Again.IsZero() != (step.again == 0) || step.again > 0 && !done.Again.Equal(midnight.Add(step.again)) {
					t.Fatalf("at %v: told %q, %+v, %v", time.Now().UTC(), s.Users(), done, err)
				}
			}
			if step.again > 0 {
				time.Sleep(time.Until(midnight.Add(step.again)))
			}
		}
		// Quiet hours are for what nobody has just asked for.
		b.Handle(context.Background(), bottest.Grouped("/settings quiet:00:00-23:59 zone:UTC", manage))
		if r := b.Handle(context.Background(), bottest.Grouped("Who opened it?", bottest.Addressed)); r.Kind != bot.KindAnswer {
			t.Errorf("%+v", r)
		}
	})
}
