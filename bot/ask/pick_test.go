package ask_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"reflect"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
	"testing/synctest"
	"time"
	"unicode/utf8"

	"rapporteur/bot"
	"rapporteur/bot/ask"
	"rapporteur/bot/bottest"
	"rapporteur/bot/locale"
	"rapporteur/bot/state"
	"rapporteur/bot/token"
	"rapporteur/index"
)

// pickable checks what holds for all that can be picked.
func pickable(t *testing.T, what string, p bot.Picks, limit int) {
	t.Helper()
	ids := make(map[string]bool)
	if len(p.List) > max(0, limit) {
		t.Errorf("%s: %d picks where %d are wanted", what, len(p.List), limit)
	}
	for _, x := range p.List {
		if ids[x.ID] || x.ID == "" || len(x.ID) > 16 || strings.Trim(x.ID, bottest.PlainToken) != "" {
			t.Errorf("%s: the id %q", what, x.ID)
		}
		ids[x.ID] = true
		if n := utf8.RuneCountInString(x.Title); n == 0 || n > ask.MaxPickTitle || strings.ContainsAny(x.Title, "\r\n") {
			t.Errorf("%s: the title %q", what, x.Title)
		}
		if n := utf8.RuneCountInString(x.Text); n > ask.MaxPickText+40 { // a date is added
			t.Errorf("%s: the text %q", what, x.Text)
		}
		if x.Reply.Kind == bot.KindSilent || x.Reply.Kind == bot.KindError || x.Reply.Private || x.Reply.InPlace || len(x.Reply.Blocks) == 0 {
			t.Errorf("%s: %+v is posted", what, x.Reply)
		}
		bottest.Fitting(t, what, x.Reply, 64)
	}
	if p.Tell != (bot.Action{}) {
		bottest.Fitting(t, what, bot.Reply{Actions: []bot.Action{p.Tell}}, 64)
		if p.Answered {
			t.Errorf("%s: answered, but %+v", what, p.Tell)
		}
	}
}

func TestPick(t *testing.T) {
	const question = "Who opened it?"
	b, f := bottest.Answering(t, 1, bottest.KeepIn(t))
	p := b.Pick(context.Background(), bottest.Typing(question), 10)
	pickable(t, question, p, 10)
	if len(p.List) != 4 || !p.Answered {
		t.Fatalf("%+v", p)
	}
	for i, want := range []string{"The captain opened the bridge.", "Crowds cheered.", "A band played in the rain.", "Ships hooted."} {
		x := p.List[i]
		c, ok := x.Reply.Blocks[0].(bot.Cite)
		if !ok || len(x.Reply.Blocks) != 1 || c.Text != want || c.Source == "" || x.Title != want || x.Text != "16 December 2025, “The captain opened the bridge.”" {
			t.Errorf("%+v", x)
		}
		// The question is shown beside what answers it, and nothing else.
		if first := i == 0; x.Reply.Question != map[bool]string{true: question}[first] || c.Lead != first || (x.Reply.Kind == bot.KindAnswer) != first ||
			c.Label != map[bool]string{false: "A passage from the texts:"}[first] || len(x.Reply.Actions) > 0 != first {
			t.Errorf("%+v", x.Reply)
		}
	}
	// The buttons under what was posted work, and come back to what was posted.
	around := b.Handle(context.Background(), bottest.Pressed(bottest.Labelled(p.List[0].Reply, "Context"), func(r *bot.Request) { r.Chat, r.Space, r.Group = "", "", false }))
	back := b.Handle(context.Background(), bottest.Pressed(bottest.Labelled(around, "Back")))
	if !around.InPlace || !back.InPlace || back.Kind != bot.KindAnswer || !reflect.DeepEqual(back.Blocks, p.List[0].Reply.Blocks) {
		t.Errorf("%+v, %+v", around, back)
	}
	// The same passage has the same id for whoever asks whatever.
	f.Found.Hits = f.Found.Hits[1:]
	again := b.Pick(context.Background(), bottest.Typing("What now?", func(r *bot.Request) { r.User, r.Locale = "8", "uk" }), 10)
	if again.List[0].ID != p.List[1].ID || again.List[0].Text != "16 грудня 2025 року, «The captain opened the bridge.»" {
		t.Errorf("%+v", again.List[0])
	}
	// Where buttons are answered apart there are none: nobody could be answered.
	for _, x := range b.Pick(context.Background(), bottest.Typing(question, func(r *bot.Request) { r.InPlace = false }), 10).List {
		if len(x.Reply.Actions) > 0 {
			t.Errorf("%+v", x.Reply.Actions)
		}
	}
}

func TestPickRefused(t *testing.T) {
	b, f := bottest.Answering(t, 0, bottest.KeepIn(t))
	f.Found.Unknown = []string{"zeppelin"}
	const question = "Who flew the zeppelin?"
	p := b.Pick(context.Background(), bottest.Typing(question), 10)
	pickable(t, question, p, 10)
	if p.Answered || len(p.List) != 5 || p.List[0].ID != "none" || p.List[0].Title != "The sources do not say." || p.List[0].Text != "I searched 2 texts, dated 16 December 2025." {
		t.Fatalf("%+v", p)
	}
	// What is posted says the same as an answer to the question would.
	posted, said := p.List[0].Reply, b.Handle(context.Background(), bottest.Typing(question, bottest.Alone))
	if posted.Kind != bot.KindRefusal || posted.Question != question || !reflect.DeepEqual(posted.Blocks, said.Blocks) || posted.Actions != nil {
		t.Errorf("%+v, want %+v", posted, said)
	}
	for _, x := range p.List[1:] {
		if c := x.Reply.Blocks[0].(bot.Cite); x.Reply.Kind != bot.KindNotice || x.Reply.Question != "" || c.Lead || c.Label != "A passage from the texts:" {
			t.Errorf("%+v", x.Reply)
		}
	}

	// The way to be told leads to a promise, in private.
	r := b.Handle(context.Background(), bottest.Typing("/start "+p.Tell.Token, bottest.Alone))
	if p.Tell.Label != "Tell me when it appears" || !bottest.IsSaying(r, bot.KindNotice, "will_tell", locale.Data{"Question": question}) || !slices.Equal(bottest.Waiting(t, b), []string{"7"}) {
		t.Errorf("%+v, %+v, %q", p.Tell, r, bottest.Waiting(t, b))
	}
	f.Found.Confidence = 1
	if r := b.Handle(context.Background(), bottest.Typing("/start "+p.Tell.Token, bottest.Alone)); r.Kind != bot.KindAnswer || r.InPlace || r.Question != question {
		t.Errorf("%+v", r)
	}
	f.Found.Confidence = 0

	tests := []struct {
		name string
		r    bot.Request
		want bool // to be told
	}{
		{"41 letters", bottest.Typing("Who " + strings.Repeat("w", 37)), true},
		{"42 letters", bottest.Typing("Who " + strings.Repeat("w", 38)), false},
		{"Cyrillic", bottest.Typing("Хто " + strings.Repeat("ї", 17)), true}, // 41 bytes
		{"more Cyrillic", bottest.Typing("Хто " + strings.Repeat("ї", 18)), false},
		{"filters apart", bottest.Typing(question, func(r *bot.Request) { r.Options = map[string]string{"lang": "en"} }), false},
		{"filters within", bottest.Typing("Who flew it? lang:en"), true},
		{"no room", bottest.Typing(question, func(r *bot.Request) { r.Room = 0 }), false},
		{"a word", bottest.Typing("zeppelin"), false},
	}
	for _, tt := range tests {
		p := b.Pick(context.Background(), tt.r, 10)
		pickable(t, tt.name, p, 10)
		if p.Tell != (bot.Action{}) != tt.want {
			t.Errorf("%s: %+v", tt.name, p.Tell)
		}
	}
	none, _ := bottest.Answering(t, 0, nil)
	if p := none.Pick(context.Background(), bottest.Typing(question), 10); p.Tell != (bot.Action{}) || len(p.List) == 0 {
		t.Errorf("nothing kept: %+v", p)
	}

	// A word is no question that could be refused.
	if p := b.Pick(context.Background(), bottest.Typing("zeppelin"), 10); len(p.List) != 4 || p.List[0].ID == "none" {
		t.Errorf("a word: %+v", p)
	}
	// What is not near is not offered, nor is it said to be.
	f.Found.Hits[0].Met = ask.LeastMet - .01
	if p := b.Pick(context.Background(), bottest.Typing(question), 10); len(p.List) != 1 || !strings.Contains(bottest.TextsOf(p.List[0].Reply), "No passage comes near it.") {
		t.Errorf("nothing near: %+v", p)
	}
	f.Found.Hits, f.Found.Searched = nil, index.Scope{}
	if p := b.Pick(context.Background(), bottest.Typing(question+" since:2030"), 10); len(p.List) != 1 || !strings.HasPrefix(p.List[0].Title, "No text matches these filters.") || p.List[0].Text != "" {
		t.Errorf("nothing searched: %+v", p)
	}
}

func TestPickAtMost(t *testing.T) {
	b, f := bottest.Answering(t, 1, bottest.KeepIn(t))
	for _, confidence := range []float64{1, 0} {
		f.Found.Confidence = confidence
		for limit := -1; limit < 7; limit++ {
			p := b.Pick(context.Background(), bottest.Typing("Who opened it?"), limit)
			pickable(t, fmt.Sprint(limit, " at most"), p, limit)
			if want := max(0, min(limit, map[float64]int{1: 4, 0: 5}[confidence])); len(p.List) != want {
				t.Errorf("%d of %d at most", len(p.List), limit)
			}
		}
	}
	// A sentence that stands in a text twice is offered once: Telegram takes no
	// list with an id twice.
	f = bottest.Loaded(t, fstest.MapFS{"a.md": bottest.Page("So it is.\n\nOr not.\n\nSo it is.")})
	f.Found.Confidence = 1
	f.Found.Hits = []index.Hit{f.Hit("a", 2, 0, 9), f.Hit("a", 1, 0, 8), f.Hit("a", 0, 0, 8)}
	p := bottest.New(bottest.Config{Searcher: f, Library: f}).Pick(context.Background(), bottest.Typing("What is it?"), 10)
	if pickable(t, "twice", p, 10); len(p.List) != 2 {
		t.Errorf("%+v", p.List)
	}
	// What is written over several lines is named in one.
	f = bottest.Loaded(t, fstest.MapFS{"a.md": bottest.Page("So it\nis " + strings.Repeat("and so\nit will be ", 20) + "ever after.")})
	f.Found.Confidence = 1
	f.Found.Hits = []index.Hit{f.Hit("a", 0, 0, 9)}
	p = bottest.New(bottest.Config{Searcher: f, Library: f}).Pick(context.Background(), bottest.Typing("What is it?"), 10)
	if pickable(t, "lines", p, 10); len(p.List) != 1 || !strings.HasPrefix(p.List[0].Title, "So it is and so it will be") || !strings.Contains(bottest.Cited(p.List[0].Reply)[0], "So it\nis") {
		t.Errorf("%+v", p.List)
	}
}

func TestNothingToPick(t *testing.T) {
	var log bytes.Buffer
	b, f := bottest.Answering(t, 1, func(c *bottest.Config) {
		c.Logger = slog.New(slog.NewTextHandler(&log, &slog.HandlerOptions{Level: slog.LevelDebug}))
	})
	none := func(name string, r bot.Request) {
		t.Helper()
		if p := b.Pick(context.Background(), r, 10); p.Answered || len(p.List) > 0 || p.Tell != (bot.Action{}) {
			t.Errorf("%s: %+v", name, p)
		}
	}
	for name, text := range map[string]string{
		"nothing": "", "blank": " \n ", "emoji": "🤷", "a filter alone": "lang:en", "a wrong filter": "Who? lang:secret",
		"a wrong day": "Who? since:secret", "too long": strings.Repeat("secret ", 200),
	} {
		none(name, bottest.Typing(text))
	}
	f.Err = errors.New("the disk is on fire")
	none("a search that fails", bottest.Typing("Who kept the secret?"))
	f.OnSearch = func(context.Context, index.Query) (index.Result, error) { panic("out of cheese") }
	none("a panic", bottest.Typing("Who kept the secret?"))
	for _, w := range []string{"the disk is on fire", "out of cheese", "pick_test.go", "message=bad_lang"} {
		if !strings.Contains(log.String(), w) {
			t.Errorf("%q is missing from the log:\n%s", w, &log)
		}
	}
	// Nobody learns from the log what was typed.
	if strings.Contains(log.String(), "secret") {
		t.Errorf("the log says\n%s", &log)
	}
}

func TestPickChanged(t *testing.T) {
	for _, confidence := range []float64{1, 0} {
		files := fstest.MapFS{"a.md": bottest.Page("The captain opened the bridge."), "b.md": bottest.Page("Crowds cheered."), "c.md": bottest.Page("Ships hooted.")}
		f := bottest.Loaded(t, files)
		f.Found.Confidence = confidence
		f.Found.Hits = []index.Hit{f.Hit("a", 0, 0, 9), f.Hit("b", 0, 0, 8), f.Hit("c", 0, 0, 7)}
		b := bottest.New(bottest.Config{Searcher: f, Library: f})
		files["b.md"] = bottest.Page("Crowds jeered.")
		p := b.Pick(context.Background(), bottest.Typing("Who opened it?"), 10)
		pickable(t, "a later one", p, 10)
		for _, x := range p.List {
			if strings.Contains(bottest.TextsOf(x.Reply)+x.Title, "Crowds") {
				t.Errorf("%+v", x)
			}
		}
		if want := map[float64]int{1: 2, 0: 3}[confidence]; len(p.List) != want || b.Blocked() != 1 {
			t.Errorf("%d picks, %d blocked", len(p.List), b.Blocked())
		}
		files["a.md"] = bottest.Page("The captain closed the bridge.")
		if p := b.Pick(context.Background(), bottest.Typing("Who opened it?"), 10); len(p.List) > 0 || p.Answered {
			t.Errorf("the lead: %+v", p)
		}
		// A posted one says so.
		old := token.Make(byte(bot.Context), token.View{Answers: 1, Shown: 1, Refs: []token.Ref{token.RefTo("a", "The captain opened the bridge.")}}.Payload())
		if r := b.Handle(context.Background(), bottest.Pressed(old)); !bottest.IsSaying(r, bot.KindError, "source_changed", locale.Data{"ID": "a"}) {
			t.Errorf("%+v", r)
		}
	}
}

// Nothing of what is typed is kept: it goes as well with a store that is closed.
func TestPickKeepsNothing(t *testing.T) {
	config := bottest.KeepIn(t)
	b, f := bottest.Answering(t, 0, func(c *bottest.Config) { config(c); c.UserRate, c.ChatRate = 1, 1 })
	const question = "Who flew the zeppelin?"
	for range 5 {
		for _, confidence := range []float64{0, 1} {
			f.Found.Confidence = confidence
			b.Pick(context.Background(), bottest.Typing(question), 10)
		}
	}
	if q, err := b.State.Question(context.Background(), state.Question{Text: question}.Key()); !errors.Is(err, state.ErrNotFound) {
		t.Errorf("kept %+v, %v", q, err)
	}
	if got := bottest.Values(b, "question", ""); got != nil || len(bottest.Waiting(t, b)) > 0 {
		t.Errorf("kept %q, %q wait", got, bottest.Waiting(t, b))
	}
	// Nor does it count against anybody.
	if r := b.Handle(context.Background(), bottest.Grouped("Who opened it?", bottest.Addressed)); r.Kind != bot.KindAnswer {
		t.Errorf("%+v", r)
	}
	b.State.Close()
	for confidence, want := range map[float64]int{0: 5, 1: 4} {
		f.Found.Confidence = confidence
		if p := b.Pick(context.Background(), bottest.Typing(question), 10); len(p.List) != want {
			t.Errorf("with a closed store: %+v", p)
		}
	}
}

// Who types too fast is offered nothing for a moment, and told why.
func TestPickLimits(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b, f := bottest.Answering(t, 1, func(c *bottest.Config) { c.UserRate = 2 })
		searched := 0
		f.OnSearch = func(context.Context, index.Query) (index.Result, error) { searched++; return f.Found, nil }
		var p bot.Picks
		for range 500 {
			p = b.Pick(context.Background(), bottest.Typing("Who opened it?"), 10)
		}
		if searched != bot.LeastPicks/2 || len(p.List) > 0 || !strings.Contains(p.Ask, "Ask again in 2 seconds") {
			t.Errorf("searched %d times; offered %+v", searched, p)
		}
		other := bottest.Typing("Who opened it?")
		other.User = "another"
		if p := b.Pick(context.Background(), other, 10); len(p.List) == 0 {
			t.Errorf("somebody else is offered %+v", p)
		}
		time.Sleep(time.Minute)
		if p := b.Pick(context.Background(), bottest.Typing("Who opened it?"), 10); len(p.List) == 0 {
			t.Errorf("later: %+v", p)
		}
	})
}

// The texts of a space are those that its settings name.
func TestPickWithin(t *testing.T) {
	b, f := bottest.Answering(t, 1, bottest.KeepIn(t))
	bottest.ChangeSettings(t, b, "sources", "notes", "confidence", "careful")
	f.OnSearch = func(_ context.Context, q index.Query) (index.Result, error) {
		if !slices.Equal(q.Within, []string{"notes"}) || q.Text != "Who opened it?" || q.Language != "en" || !slices.Equal(q.Sources, []string{"a"}) {
			t.Errorf("searched for %+v", q)
		}
		return f.Found, nil
	}
	f.Found.Confidence = .3 // which would do by the setting for the eager
	r := bottest.Asking("Who opened it? lang:en source:a")
	if p := b.Pick(context.Background(), r, 3); p.Answered || len(p.List) != 3 {
		t.Errorf("%+v", p)
	}
	b.State.Close()
	if p := b.Pick(context.Background(), r, 3); len(p.List) > 0 {
		t.Errorf("settings that cannot be read: %+v", p)
	}
}

func TestPickDeadline(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b, f := bottest.Answering(t, 1, nil)
		f.OnSearch = func(ctx context.Context, _ index.Query) (index.Result, error) {
			<-ctx.Done()
			return index.Result{}, ctx.Err()
		}
		began := time.Now()
		if p := b.Pick(context.Background(), bottest.Typing("Who opened it?"), 10); len(p.List) > 0 || time.Since(began) != bot.DefaultTimeout {
			t.Errorf("after %v: %+v", time.Since(began), p)
		}
	})
}

// FuzzPick types anything.
func FuzzPick(f *testing.F) {
	for _, s := range []string{"bridge", "“міст", "\xff\xfe why?", "a\x00b", strings.Repeat("a ", 600), "%s{{.}}", "Who? lang:x", "source:", "@everyone /start", "\u202eWho was it\u202c?"} {
		f.Add(s, true, 3)
		f.Add(s, false, 0)
	}
	b, x := bottest.Answering(f, 1, bottest.KeepIn(f))
	sure, unsure := x.Found, x.Found
	unsure.Confidence = 0
	f.Fuzz(func(t *testing.T, text string, answered bool, limit int) {
		x.Found = map[bool]index.Result{true: sure, false: unsure}[answered]
		limit %= 60
		p := b.Pick(context.Background(), bottest.Typing(text), limit)
		pickable(t, text, p, limit)
		for _, pick := range p.List {
			for _, quoted := range bottest.Cited(pick.Reply) {
				if !slices.Contains([]string{"The captain opened the bridge.", "Crowds cheered.", "A band played in the rain.", "Ships hooted."}, quoted) {
					t.Fatalf("%q is quoted", quoted)
				}
			}
		}
	})
}
