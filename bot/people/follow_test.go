package people_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
	"unicode/utf8"

	"rapporteur/bot"
	"rapporteur/bot/ask"
	"rapporteur/bot/bottest"
	"rapporteur/bot/locale"
	"rapporteur/bot/people"
	"rapporteur/bot/state"
	"rapporteur/bot/token"
	"rapporteur/corpus"
	"rapporteur/index"
)

// announce announces through one sender for Discord.
func announce(t *testing.T, b *bottest.Bot, s *bottest.FakeSender) (told int) {
	t.Helper()
	done, err := b.Announce(context.Background(), map[string]bot.Sender{"discord": s})
	if err != nil {
		t.Error(err)
	}
	return done.Told
}

// TestFollow goes the whole way with a real index: a refusal, the wish, texts
// that bring the answer, the news, once.
func TestFollow(t *testing.T) {
	const question = "How much will the bridge cost in 2026?"
	const answer = "The finance ministry of Freedonia said that the bridge would cost $120 million in 2026."
	texts := func(files fstest.MapFS) *corpus.Corpus { return bottest.Loaded(t, files).Texts }
	small := fstest.MapFS{"weather.md": bottest.Page("It rained in Sylvania on Tuesday.\n\nThe wind was strong in the mountains.")}
	x, err := index.Open(context.Background(), texts(small), index.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer x.Close()
	config := bottest.Config{Searcher: x, Library: x}
	bottest.KeepIn(t)(&config)
	b := bottest.New(config)
	bottest.FollowQuestion(t, b, question, "7", "8")
	bottest.FollowQuestion(t, b, "Who sank the boats under the tower?", "9")

	s := &bottest.FakeSender{}
	if n := announce(t, b, s); n != 0 || len(s.Messages) > 0 {
		t.Fatalf("%d told what the texts do not say: %+v", n, s.Messages)
	}
	large := fstest.MapFS{"weather.md": small["weather.md"], "bridge.md": bottest.Page(answer + "\n\nIt will be red.")}
	if _, err := x.Reindex(context.Background(), texts(large), index.ReindexOptions{}); err != nil {
		t.Fatal(err)
	}
	if n := announce(t, b, s); n != 2 || !slices.Equal(s.Users(), []string{"7", "8"}) {
		t.Fatalf("%d told: %+v", n, s.Messages)
	}
	for _, m := range s.Messages {
		if m.To.Chat != "30" || len(m.To.Key) > 20 || m.Reply.Kind != bot.KindAnswer || m.Reply.Question != question || m.Reply.Thread {
			t.Errorf("%+v", m)
		}
		if head, ok := m.Reply.Blocks[0].(bot.Para); !ok || head.Text != "You asked to be told: the texts answer it now." || bottest.Cited(m.Reply)[0] != answer {
			t.Errorf("%+v", m.Reply.Blocks)
		}
		// The buttons under the news work.
		if r := b.Handle(context.Background(), bottest.Pressing(bottest.ButtonOf(m.Reply, bot.Context))); !slices.Contains(bottest.Cited(r), answer) {
			t.Errorf("%+v", r)
		}
	}
	if s.Messages[0].To.Key == s.Messages[1].To.Key {
		t.Errorf("two follows with the key %q", s.Messages[0].To.Key)
	}
	if n := announce(t, b, s); n != 0 || len(s.Messages) != 2 {
		t.Errorf("%d told again: %+v", n, s.Messages[2:])
	}
	if got := bottest.Waiting(t, b); !slices.Equal(got, []string{"9"}) {
		t.Errorf("%q wait", got)
	}
	// Whoever presses an old button now gets the answer instead of a promise.
	kept := b.Handle(context.Background(), bottest.Pressing(token.Make(byte(bot.Tell), []byte("k"+state.Question{Text: question}.Key()))))
	if kept.Kind != bot.KindAnswer || !kept.Private || bottest.Cited(kept)[0] != answer || kept.Question != question {
		t.Errorf("%+v", kept)
	}
	if got := bottest.Waiting(t, b); len(got) != 1 {
		t.Errorf("%q wait", got)
	}
}

// What is told is asked for with its filters, in the language and with the
// settings of where it was asked.
func TestFollowAsAsked(t *testing.T) {
	b, f := bottest.Answering(t, 0.3, bottest.KeepIn(t))
	asked := bottest.Asking("Who opened it?", func(r *bot.Request) {
		r.Locale, r.Options = "uk-UA", map[string]string{"source": "post", "since": "2025", bot.ArgPrivate: "true"}
	})
	r := b.Handle(context.Background(), bottest.Pressing(bottest.ButtonOf(b.Handle(context.Background(), asked), bot.Tell), func(r *bot.Request) { r.Locale = "uk-UA" }))
	if r.Kind != bot.KindNotice || !strings.Contains(bottest.TextsOf(r), "Я напишу вам один раз") {
		t.Fatalf("%+v", r)
	}
	var got index.Query
	f.OnSearch = func(_ context.Context, q index.Query) (index.Result, error) { got = q; return f.Found, nil }
	s := &bottest.FakeSender{}
	if announce(t, b, s) != 0 {
		t.Errorf("told at .3 where .5 is wanted: %+v", s.Messages)
	}
	if _, err := b.State.ChangeSettings(context.Background(), "discord", "1", func(s *state.Settings) error {
		s.Confidence, s.Sources, s.Language = "balanced", []string{"notes"}, "de"
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	if announce(t, b, s) != 1 || !strings.Contains(bottest.TextsOf(s.Messages[0].Reply), "Ви просили повідомити") {
		t.Errorf("%+v", s.Messages)
	}
	if got.Text != "Who opened it?" || !slices.Equal(got.Sources, []string{"post"}) || got.Since.Day() != "2025-01-01" || !slices.Equal(got.Within, []string{"notes"}) {
		t.Errorf("searched for %+v", got)
	}
}

// A run may end after it has sent and before it has noted so. Then the next one
// sends again, under the same key, by which the platform can tell.
func TestAnnounceAfterCrash(t *testing.T) {
	path := filepath.Join(t.TempDir(), state.FileName)
	open := func(c *bottest.Config) {
		s, err := state.Open(context.Background(), path, nil)
		if err != nil {
			t.Fatal(err)
		}
		c.State = s
	}
	b, f := bottest.Answering(t, 0, open)
	bottest.FollowQuestion(t, b, "Who flew it?", "7", "8")
	f.Found.Confidence = 1

	crash := &bottest.FakeSender{}
	crash.Fail = func(to bot.Recipient) error {
		crash.Messages = append(crash.Messages, bottest.Sent{To: to})
		panic("the power is gone")
	}
	func() {
		defer func() { recover() }()
		b.Announce(context.Background(), map[string]bot.Sender{"discord": crash})
	}()
	if len(crash.Messages) != 1 {
		t.Fatalf("%+v", crash.Messages)
	}
	// The same run must not tell whom it may have told.
	s := &bottest.FakeSender{}
	announce(t, b, s)
	if !slices.Equal(s.Users(), []string{"8"}) {
		t.Errorf("told %q", s.Users())
	}
	b.State.Close()

	b, _ = bottest.Answering(t, 1, open)
	defer b.State.Close()
	announce(t, b, s)
	announce(t, b, s)
	if !slices.Equal(s.Users(), []string{"8", "7"}) || s.Messages[1].To != crash.Messages[0].To {
		t.Errorf("told %+v, before %+v", s.Messages, crash.Messages)
	}
}

func TestUntold(t *testing.T) {
	var log bytes.Buffer
	config := bottest.KeepIn(t)
	b, f := bottest.Answering(t, 0, func(c *bottest.Config) { bottest.Logging(&log)(c); config(c) })
	bottest.FollowQuestion(t, b, "Who flew it?", "1", "2", "3")
	bottest.FollowQuestion(t, b, "Who sailed it?", "2", "4")
	f.Found.Confidence = 1

	// One who does not want to hear from the bot never does, of any question.
	s := &bottest.FakeSender{Fail: func(to bot.Recipient) error {
		switch to.User {
		case "2":
			return fmt.Errorf("discord: %w", bot.ErrUnwanted)
		case "3":
			return errors.New("the line is cut")
		}
		return nil
	}}
	if n := announce(t, b, s); n != 2 || !slices.Equal(s.Users(), []string{"1", "4"}) {
		t.Errorf("%d told: %q", n, s.Users())
	}
	if blocked, err := b.State.Blocked(context.Background(), "discord", "2"); !blocked || err != nil {
		t.Errorf("blocked: %v, %v", blocked, err)
	}
	if got := bottest.Waiting(t, b); !slices.Equal(got, []string{"3"}) {
		t.Errorf("%q wait", got)
	}
	if !strings.Contains(log.String(), "the line is cut") || strings.Contains(log.String(), "flew") {
		t.Errorf("the log says\n%s", &log)
	}
	// Whom it could not reach is told the next time.
	s.Fail = nil
	if announce(t, b, s); !slices.Equal(s.Users(), []string{"1", "4", "3"}) {
		t.Errorf("told %q", s.Users())
	}
	// Who wants to be told of something again has changed their mind.
	f.Found.Confidence = 0
	bottest.FollowQuestion(t, b, "Who drove it?", "2")
	f.Found.Confidence = 1
	if announce(t, b, s); !slices.Equal(s.Users(), []string{"1", "4", "3", "2"}) {
		t.Errorf("told %q", s.Users())
	}
}

func TestAnnounceElsewhere(t *testing.T) {
	b, f := bottest.Answering(t, 0, bottest.KeepIn(t))
	bottest.FollowQuestion(t, b, "Who flew it?", "1", "2")
	on := func(r *bot.Request) { r.Platform = "telegram" }
	r := b.Handle(context.Background(), bottest.Asking("Who flew it?", on))
	b.Handle(context.Background(), bottest.Pressing(bottest.ButtonOf(r, bot.Tell), on))
	f.Found.Confidence = 1
	discord, telegram := &bottest.FakeSender{}, &bottest.FakeSender{}
	for _, senders := range []map[string]bot.Sender{nil, {}, {"telegram": telegram}, {"discord": discord, "telegram": telegram}} {
		if _, err := b.Announce(context.Background(), senders); err != nil {
			t.Error(err)
		}
	}
	if !slices.Equal(telegram.Users(), []string{"7"}) || !slices.Equal(discord.Users(), []string{"1", "2"}) {
		t.Errorf("told %q and %q", telegram.Users(), discord.Users())
	}
	// Without a store nobody waits.
	b, _ = bottest.Answering(t, 1, nil)
	if n, err := b.Announce(context.Background(), map[string]bot.Sender{"discord": discord}); n.Told != 0 || err != nil {
		t.Errorf("%+v, %v", n, err)
	}
}

func TestAnnounceStops(t *testing.T) {
	b, f := bottest.Answering(t, 0, bottest.KeepIn(t))
	bottest.FollowQuestion(t, b, "Who flew it?", "1", "2", "3")
	f.Found.Confidence = 1
	ctx, cancel := context.WithCancel(context.Background())
	s := &bottest.FakeSender{Fail: func(to bot.Recipient) error {
		if to.User == "2" {
			cancel()
			return ctx.Err()
		}
		return nil
	}}
	if n, err := b.Announce(ctx, map[string]bot.Sender{"discord": s}); n.Told != 1 || !errors.Is(err, context.Canceled) {
		t.Errorf("%+v told, %v", n, err)
	}
	s.Fail = nil
	if announce(t, b, s); !slices.Equal(s.Users(), []string{"1", "2", "3"}) {
		t.Errorf("told %q", s.Users())
	}

	// What was sent is noted even if the program is being stopped.
	f.Found.Confidence = 0
	bottest.FollowQuestion(t, b, "Who flew it?", "1")
	f.Found.Confidence = 1
	ctx, cancel = context.WithCancel(context.Background())
	s = &bottest.FakeSender{Fail: func(bot.Recipient) error { cancel(); return nil }}
	if n, err := b.Announce(ctx, map[string]bot.Sender{"discord": s}); n.Told != 1 || err != nil && !errors.Is(err, context.Canceled) {
		t.Errorf("%+v told, %v", n, err)
	}
	if got := bottest.Waiting(t, b); len(got) > 0 {
		t.Errorf("%q wait", got)
	}

	// A search that fails leaves everybody waiting; so does a text that changed.
	f.Found.Confidence = 0
	bottest.FollowQuestion(t, b, "Who flew it?", "1")
	f.Err = errors.New("the disk is on fire")
	if n := announce(t, b, s); n != 0 || len(bottest.Waiting(t, b)) != 1 {
		t.Errorf("%d told", n)
	}
	b.State.Close()
	if _, err := b.Announce(context.Background(), nil); err == nil {
		t.Error("a closed store is no error")
	}
}

func TestWish(t *testing.T) {
	b, _ := bottest.Answering(t, 0, bottest.KeepIn(t))
	for _, room := range []int{64, 100} {
		inside := 0
		for n := range 120 {
			for _, letter := range []string{"w", "ж"} {
				q := state.Question{Text: strings.Repeat(letter, n) + "?"}
				key, err := b.State.Refused(context.Background(), q, "telegram", "7")
				if err != nil {
					t.Fatal(err)
				}
				w := ask.Wish(q, key, room)
				if got := token.Make(byte(bot.Tell), w); len(got) > room {
					t.Errorf("a token of %d characters for %d", len(got), room)
				}
				if got, err := b.People.Wished(context.Background(), w); err != nil || got.Text != q.Text {
					t.Errorf("%q came back as %q, %v", q.Text, got.Text, err)
				}
				if w[0] == ask.AskedItself {
					inside++
				}
			}
		}
		if want := map[int]int{64: 41 + 21, 100: 68 + 34}[room]; inside != want {
			t.Errorf("%d questions fit %d characters, want %d", inside, room, want)
		}
	}
	for _, bad := range []string{"", "q", "k", "x", "qw\xff", "abc"} {
		if got, err := b.People.Wished(context.Background(), []byte(bad)); err == nil {
			t.Errorf("%q became %+v", bad, got)
		}
	}
}

func TestTell(t *testing.T) {
	b, f := bottest.Answering(t, 0, bottest.KeepIn(t))
	stop := bottest.FollowQuestion(t, b, "Who flew it?", "1", "2")
	press := func(user, tok string) bot.Reply {
		return b.Handle(context.Background(), bottest.Pressing(tok, func(r *bot.Request) { r.User = user }))
	}
	notTold := func(r bot.Reply) bool { return bottest.IsSaying(r, bot.KindNotice, "will_not_tell", nil) && r.Private }

	// Another's button has no effect, one's own has, also twice.
	if r := press("2", stop[0]); !bottest.IsSaying(r, bot.KindError, "not_yours", nil) || !slices.Equal(bottest.Waiting(t, b), []string{"1", "2"}) {
		t.Errorf("%+v, %q wait", r, bottest.Waiting(t, b))
	}
	for range 2 {
		if r := press("1", stop[0]); !notTold(r) || !slices.Equal(bottest.Waiting(t, b), []string{"2"}) {
			t.Errorf("%+v, %q wait", r, bottest.Waiting(t, b))
		}
	}
	// Who asks twice waits once, and the first button still stops it.
	stop = append(stop[1:], bottest.FollowQuestion(t, b, "Who flew it?", "2")...)
	if press("2", stop[0]); len(bottest.Waiting(t, b)) > 0 {
		t.Errorf("%q wait", bottest.Waiting(t, b))
	}
	// A button under a message in public is for whoever presses it.
	tell := bottest.ButtonOf(b.Handle(context.Background(), bottest.Asking("Who flew it?")), bot.Tell)
	press("3", tell)
	if got := bottest.Waiting(t, b); !slices.Equal(got, []string{"3"}) {
		t.Errorf("%q wait", got)
	}

	for i := range state.MaxFollows {
		bottest.FollowQuestion(t, b, fmt.Sprintf("Who flew number %d?", i), "4")
	}
	r := b.Handle(context.Background(), bottest.Asking("Who flew another?"))
	if got := press("4", bottest.ButtonOf(r, bot.Tell)); !bottest.IsSaying(got, bot.KindError, "follows_too_many", locale.Data{"Count": state.MaxFollows}) {
		t.Errorf("%+v", got)
	}
	if got := press("5", bottest.ButtonOf(r, bot.Tell)); got.Kind != bot.KindNotice {
		t.Errorf("another person: %+v", got)
	}

	// A question that is not in the button itself and no longer kept cannot be
	// followed; those who follow it already still do.
	filtered := bottest.ButtonOf(b.Handle(context.Background(), bottest.Asking("Who flew it?", func(r *bot.Request) { r.Options = map[string]string{"since": "2025-01-01"} })), bot.Tell)
	long := bottest.ButtonOf(b.Handle(context.Background(), bottest.Asking("Who flew "+strings.Repeat("far and ", 10)+"away?")), bot.Tell)
	f.Found.Confidence = 0
	if _, err := b.State.Purge(context.Background(), bottest.Day("2999-01-01").Time); err != nil {
		t.Fatal(err)
	}
	for _, kept := range []string{filtered, long} {
		if got := press("6", kept); !bottest.IsSaying(got, bot.KindError, "question_gone", nil) {
			t.Errorf("%+v", got)
		}
	}
	if got := press("6", tell); got.Kind != bot.KindNotice {
		t.Errorf("a question in its button: %+v", got)
	}
	f.Found.Confidence = 1
	s := &bottest.FakeSender{}
	if announce(t, b, s); len(s.Messages) != state.MaxFollows+3 {
		t.Errorf("%d told", len(s.Messages))
	}
}

// What is no view is said in passing, for which Telegram has 200 characters:
// https://core.telegram.org/bots/api#answercallbackquery
func TestWordsInPassing(t *testing.T) {
	long := strings.Repeat("w", 300)
	for _, lang := range locale.Languages() {
		w := locale.For(lang)
		for id, d := range map[string]locale.Data{
			"thanks": nil, "will_not_tell": nil, "stale_button": nil, "passage_gone": nil, "question_gone": nil, "forward_again": nil,
			"no_claims": nil, "no_space": nil, "not_manager": nil, "nothing_kept": nil, "managers_only": nil, "managers_only_group": nil,
			"cannot_tell_manager": nil, "too_slow": nil, "failed": {"ID": "ABCDEF"}, "slow_down": {"Count": 60},
			"will_tell":        {"Question": locale.Shorten(long, people.MaxPromised)},
			"will_tell_here":   {"Question": locale.Shorten(long, people.MaxPromised)},
			"follows_too_many": {"Count": state.MaxFollows},
			"source_changed":   {"ID": "2025/12/14-statement"},
			"bad_zone":         {"Value": locale.Clip(long)},
			"bad_quiet":        {"Value": locale.Clip(long)},
			"bad_choice":       {"Name": "confidence", "Value": locale.Clip(long), "Choices": "default, careful, balanced, eager"},
		} {
			if n := utf8.RuneCountInString(w.Say(id, d)); n > 200 {
				t.Errorf("%s: %s has %d characters", lang, id, n)
			}
		}
	}
	b, _ := bottest.Answering(t, 0, bottest.KeepIn(t))
	question := "Who flew " + strings.Repeat("far and ", 100) + "away?"
	for _, where := range []func(*bot.Request){func(*bot.Request) {}, bottest.Alone} {
		r := b.Handle(context.Background(), bottest.Grouped(question, bottest.Addressed, where))
		r = b.Handle(context.Background(), bottest.Pressed(bottest.ButtonOf(r, bot.Tell), where))
		if n := utf8.RuneCountInString(bottest.TextsOf(r)); r.Kind != bot.KindNotice || r.InPlace || n > 200 {
			t.Errorf("%d characters: %+v", n, r)
		}
	}
}
