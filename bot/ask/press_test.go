package ask_test

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"fmt"
	"math/rand/v2"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"testing/fstest"

	"rapporteur/bot"
	"rapporteur/bot/bottest"
	"rapporteur/bot/locale"
	"rapporteur/bot/state"
	"rapporteur/bot/token"
	"rapporteur/corpus"
	"rapporteur/index"
)

var kinds = []bot.ActionKind{bot.More, bot.Context, bot.Origin, bot.Helpful, bot.NotHelpful, bot.Tell, bot.StopTelling, bot.Show, bot.Check, bot.Set, bot.Forget}

// isSealed reports whether buttons of a kind change something.
func isSealed(kind bot.ActionKind) bool { return kind == bot.StopTelling || kind == bot.Set }

// checksum is that of a token, without regard to the one in it.
func checksum(raw []byte) []byte {
	sum := sha256.Sum256(slices.Concat(raw[:2], raw[token.Header:]))
	return sum[:token.Header-2]
}

func TestTokens(t *testing.T) {
	rng := rand.New(rand.NewPCG(3, 4))
	for _, room := range []int{64, 100} {
		for _, kind := range kinds {
			if isSealed(kind) {
				continue // these are about no sentences
			}
			for n := range 20 {
				refs := make([]token.Ref, n)
				for i := range refs {
					refs[i] = token.RefTo(strconv.Itoa(rng.Int()), strconv.Itoa(rng.Int()))
				}
				actions := (&bot.Call{Request: bot.Request{Room: room}}).ButtonAbout(kind, refs...)
				if n == 0 {
					if actions != nil {
						t.Errorf("a button without a sentence: %+v", actions)
					}
					continue
				}
				a := actions[0]
				got, payload, err := token.Read(a.Token)
				back, unread := token.ReadRefs(payload)
				if err != nil || unread != nil || bot.ActionKind(got) != kind || a.Kind != kind || len(a.Token) > room || !slices.Equal(back, refs[:len(back)]) {
					t.Fatalf("kind %d, %d sentences in %d characters: %+v is %d, %v, %v", kind, n, room, a, got, err, unread)
				}
				// As many as there is room for.
				if want := map[int]int{64: 5, 100: 8}[room]; len(back) != min(n, want) {
					t.Errorf("%d sentences of %d in %d characters", len(back), n, room)
				}
				if strings.Trim(a.Token, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_") != "" {
					t.Errorf("%q is not plain", a.Token)
				}
			}
		}
	}
	for room := -5; room <= 200; room++ {
		for n := range 20 {
			for _, a := range (&bot.Call{Request: bot.Request{Room: room}}).ButtonAbout(bot.More, make([]token.Ref, n)...) {
				if len(a.Token) > room {
					t.Errorf("a token of %d characters where there is room for %d", len(a.Token), room)
				}
			}
		}
	}
}

func TestDamagedTokens(t *testing.T) {
	b, f := bottest.Answering(t, 1, bottest.KeepIn(t))
	f.OnSearch = func(context.Context, index.Query) (index.Result, error) {
		t.Error("a damaged button searches")
		return index.Result{}, nil
	}
	lead := token.RefTo("a", "The captain opened the bridge.")
	payloads := map[bot.ActionKind][]byte{
		bot.Tell: []byte("kabcdefghijklmnop"), bot.StopTelling: {0, 0, 0, 0, 0, 0, 0, 1},
		bot.Show: token.View{Answers: 1, Shown: 1, Refs: []token.Ref{lead}}.Payload(), bot.Check: nil, bot.Set: []byte("language:de"),
	}
	for _, kind := range kinds {
		payload, ok := payloads[kind]
		if !ok {
			payload = lead[:]
		}
		tok := token.Make(byte(kind), payload)
		if isSealed(kind) {
			tok = bottest.Signed(b, bottest.Pressing(tok)).Action
		}
		if r := b.Handle(context.Background(), bottest.Pressing(tok)); bottest.IsStale(r) {
			t.Fatalf("kind %d: a whole token is refused", kind)
		}
		bad := map[string]string{"a space": " " + tok, "a line": tok + "\n", "padding": tok + "=", "twice": tok + tok}
		for i := range len(tok) {
			for _, c := range []byte("Aa0-_+ \x00\xff") {
				if tok[i] != c {
					bad[fmt.Sprintf("%q at %d", c, i)] = tok[:i] + string([]byte{c}) + tok[i+1:]
				}
			}
			bad[fmt.Sprintf("cut at %d", i)] = tok[:i]
			bad[fmt.Sprintf("longer at %d", i)] = tok[:i] + "A" + tok[i:]
		}
		delete(bad, "cut at 0") // an empty token is no press
		raw, _ := base64.RawURLEncoding.DecodeString(tok)
		for _, v := range []byte{0, token.Version + 1, 255} {
			other := bytes.Clone(raw)
			other[0] = v
			copy(other[2:], checksum(other))
			bad[fmt.Sprintf("version %d", v)] = base64.RawURLEncoding.EncodeToString(other)
		}
		for name, s := range bad {
			if r := b.Handle(context.Background(), bottest.Pressing(s)); !bottest.IsStale(r) {
				t.Errorf("kind %d, %s: %q gives %+v", kind, name, s, r)
			}
		}
	}
	for name, s := range map[string]string{
		"no sentence":      token.Make(byte(bot.More), nil),
		"half a sentence":  token.Make(byte(bot.Context), lead[:5]),
		"a short id":       token.Make(byte(bot.StopTelling), []byte{1}),
		"kind 0":           token.Make(0, lead[:]),
		"an unknown kind":  token.Make(200, lead[:]),
		"words":            "tell me more, please",
		"much":             strings.Repeat("A", 1<<16),
		"not UTF-8":        "\xff\xfe",
		"standard base 64": base64.StdEncoding.EncodeToString([]byte{token.Version, 255, 255, 255, 255, 255}),
	} {
		if r := b.Handle(context.Background(), bottest.Pressing(s)); !bottest.IsStale(r) {
			t.Errorf("%s: %+v", name, r)
		}
	}
	if _, _, err := token.Read(""); !errors.Is(err, token.ErrUnknown) {
		t.Errorf("the empty token: %v", err)
	}
}

// Whatever comes as a token, the press is answered with a sentence that says
// what is wrong, never with a failure of ours.
func FuzzToken(f *testing.F) {
	lead := token.RefTo("a", "The captain opened the bridge.")
	for _, kind := range kinds {
		f.Add(token.Make(byte(kind), lead[:]), byte(kind), lead[:])
		f.Add("", byte(kind), []byte("abcdefghijklmnop"))
	}
	f.Add("AQ", byte(0), []byte{})
	b, _ := bottest.Answering(f, 1, bottest.KeepIn(f))
	f.Fuzz(func(t *testing.T, tok string, kind byte, payload []byte) {
		gotKind, got, err := token.Read(tok)
		switch {
		case err == nil && token.Make(gotKind, got) != tok:
			t.Fatalf("%q is read as %d, %x", tok, gotKind, got)
		case err != nil && tok != "" && !bottest.IsStale(b.Handle(context.Background(), bottest.Pressing(tok))):
			t.Fatalf("%q is not refused", tok)
		}
		made := token.Make(kind, payload)
		if gotKind, got, err = token.Read(made); err != nil || gotKind != kind || !bytes.Equal(got, payload) {
			t.Fatalf("%q is read as %d, %x, %v", made, gotKind, got, err)
		}
		r := b.Handle(context.Background(), bottest.Pressing(made))
		if r.Kind == bot.KindSilent || !r.Private || strings.Contains(bottest.TextsOf(r), "my side") {
			t.Fatalf("kind %d, payload %x: %+v", kind, payload, r)
		}
	})
}

func TestButtons(t *testing.T) {
	actionKinds := func(r bot.Reply) (out []bot.ActionKind) {
		tokens := make(map[string]bool)
		for _, a := range r.Actions {
			out = append(out, a.Kind)
			if tokens[a.Token] {
				t.Errorf("the token %q stands there twice", a.Token)
			}
			tokens[a.Token] = true
			if a.Label == "" || strings.HasPrefix(a.Label, "action_") {
				t.Errorf("a button says %q", a.Label)
			}
		}
		return out
	}
	tests := []struct {
		name       string
		confidence float64
		kept       bool
		r          bot.Request
		want       []bot.ActionKind
	}{
		{"an answer", 1, true, bottest.Asking("Who opened it?"), []bot.ActionKind{bot.More, bot.Context, bot.Origin, bot.Helpful, bot.NotHelpful}},
		{"an answer in private", 1, true, bottest.Asking("Who opened it?", func(r *bot.Request) { r.Private = true }), []bot.ActionKind{bot.More, bot.Context, bot.Origin, bot.Helpful, bot.NotHelpful}},
		{"an answer, nothing kept", 1, false, bottest.Asking("Who opened it?"), []bot.ActionKind{bot.More, bot.Context, bot.Origin}},
		{"an answer with 64 characters", 1, true, bottest.Asking("Who opened it?", func(r *bot.Request) { r.Room = 64 }), []bot.ActionKind{bot.More, bot.Context, bot.Origin, bot.Helpful, bot.NotHelpful}},
		{"an answer without buttons", 1, true, bottest.Asking("Who opened it?", func(r *bot.Request) { r.Room = 0 }), nil},
		{"a refusal", 0, true, bottest.Asking("Who flew it?"), []bot.ActionKind{bot.Tell, bot.Context, bot.Origin}},
		{"a refusal, nothing kept", 0, false, bottest.Asking("Who flew it?"), []bot.ActionKind{bot.Context, bot.Origin}},
		{"a refusal without buttons", 0, true, bottest.Asking("Who flew it?", func(r *bot.Request) { r.Room = 0 }), nil},
		{"a single word", 0, true, bottest.Asking("bridge"), []bot.ActionKind{bot.Context, bot.Origin}},
		{"a greeting", 1, true, bottest.Asking("Hello!"), nil},
		{"help", 1, true, bottest.Asking("", func(r *bot.Request) { r.Command = "help" }), nil},
		{"a mistake", 1, true, bottest.Asking("Who? lang:english"), nil},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			change := func(*bottest.Config) {}
			if tt.kept {
				change = bottest.KeepIn(t)
			}
			b, f := bottest.Answering(t, tt.confidence, change)
			f.Found.Hits[0].Met = 1
			if got := actionKinds(b.Handle(context.Background(), tt.r)); !slices.Equal(got, tt.want) {
				t.Errorf("got %v, want %v", got, tt.want)
			}
		})
	}

	// With nothing near there is nothing to show, but something to wait for;
	// without buttons no question is kept.
	b, f := bottest.Answering(t, 0, bottest.KeepIn(t))
	f.Found.Hits = nil
	if got := actionKinds(b.Handle(context.Background(), bottest.Asking("Who flew it?"))); !slices.Equal(got, []bot.ActionKind{bot.Tell}) {
		t.Errorf("nothing near: %v", got)
	}
	for kept, r := range map[string]bot.Request{
		state.Question{Text: "Who sailed it?"}.Key(): bottest.Asking("Who sailed it?", func(r *bot.Request) { r.Room = 0 }),
		state.Question{Text: "sailors"}.Key():        bottest.Asking("sailors"),
	} {
		b.Handle(context.Background(), r)
		if q, err := b.State.Question(context.Background(), kept); !errors.Is(err, state.ErrNotFound) {
			t.Errorf("%q is kept: %+v, %v", r.Text, q, err)
		}
	}
}

// TestPress presses every button under an answer, in the words of whoever
// presses and for their eyes.
func TestPress(t *testing.T) {
	b, _ := bottest.Answering(t, 1, bottest.KeepIn(t))
	r := b.Handle(context.Background(), bottest.Asking("Who opened it?"))
	for kind, want := range map[bot.ActionKind]struct {
		english []string
		german  string
	}{
		bot.More:       {[]string{"Further passages", "Ships hooted."}, "Weitere Stellen"},
		bot.Context:    {[]string{"The quote and what stands around it", "The captain opened the bridge.", "Crowds cheered."}, "Das Zitat und"},
		bot.Origin:     {[]string{"https://example.org/page", "The captain opened the bridge."}, "Kennung"},
		bot.Helpful:    {[]string{"Thank you"}, "Danke"},
		bot.NotHelpful: {[]string{"Thank you"}, "Danke"},
	} {
		got := b.Handle(context.Background(), bottest.Pressing(bottest.ButtonOf(r, kind)))
		for _, w := range want.english {
			if got.Kind != bot.KindNotice || !got.Private || got.Thread || !strings.Contains(bottest.TextsOf(got), w) {
				t.Errorf("kind %d: %q is missing from %+v", kind, w, got)
			}
		}
		if got := b.Handle(context.Background(), bottest.Pressing(bottest.ButtonOf(r, kind), func(r *bot.Request) { r.Locale = "de" })); !strings.Contains(bottest.TextsOf(got), want.german) {
			t.Errorf("kind %d, in German: %q", kind, bottest.TextsOf(got))
		}
	}
	// One verdict a person and message, the last.
	press := func(kind bot.ActionKind, user, message string) {
		b.Handle(context.Background(), bottest.Pressing(bottest.ButtonOf(r, kind), func(r *bot.Request) { r.User, r.Message = user, message }))
	}
	press(bot.Helpful, "8", "900")
	press(bot.Helpful, "8", "901")
	press(bot.NotHelpful, "8", "901")
	press(bot.Helpful, "7", "900")
	press(bot.Helpful, "7", "900")
	helpful, not, err := b.State.FeedbackCount(context.Background())
	if helpful != 2 || not != 1 || err != nil {
		t.Errorf("%d found it helpful, %d not, %v", helpful, not, err)
	}
	// Without a store there is nothing behind those two any more.
	b, _ = bottest.Answering(t, 1, nil)
	for _, kind := range []bot.ActionKind{bot.Helpful, bot.NotHelpful} {
		if got := b.Handle(context.Background(), bottest.Pressing(bottest.ButtonOf(r, kind))); !bottest.IsStale(got) {
			t.Errorf("kind %d, nothing kept: %+v", kind, got)
		}
	}
	for _, tok := range []string{token.Make(byte(bot.StopTelling), make([]byte, 8)), token.Make(byte(bot.Tell), []byte("kabcdefghijklmnop"))} {
		if got := b.Handle(context.Background(), bottest.Pressing(tok)); got.Kind != bot.KindError || strings.Contains(bottest.TextsOf(got), "my side") {
			t.Errorf("nothing kept: %+v", got)
		}
	}
}

// TestMore presses until nothing is left: three at a time, in order, nothing
// twice.
func TestMore(t *testing.T) {
	files := fstest.MapFS{}
	var sentences []string
	for i := range 12 {
		w := string(rune('a' + i))
		sentences = append(sentences, fmt.Sprintf("%s %s %s.", strings.Repeat(strings.ToUpper(w), 4), strings.Repeat(w, 5), strings.Repeat(w, 6)))
		files[fmt.Sprintf("%02d.txt", i)] = &fstest.MapFile{Data: []byte(sentences[i])}
	}
	f := bottest.Loaded(t, files)
	f.Found.Confidence = 1
	for i := range sentences {
		f.Found.Hits = append(f.Found.Hits, f.Hit(fmt.Sprintf("%02d", i), 0, 0, 9-float64(i)/100))
	}
	for room, want := range map[int][]int{64: {3, 3, 2}, 100: {3, 3, 3, 2}} {
		b := bottest.New(bottest.Config{Searcher: f, Library: f})
		shown := [][]string{}
		r := b.Handle(context.Background(), bottest.Asking("What happened then?", func(r *bot.Request) { r.Room = room }))
		for {
			shown = append(shown, bottest.Cited(r))
			tok := bottest.ButtonOf(r, bot.More)
			if tok == "" || len(shown) > 9 {
				break
			}
			r = bottest.New(bottest.Config{Searcher: &bottest.FakeSearcher{Err: errors.New("not searched")}, Library: f}).
				Handle(context.Background(), bottest.Pressing(tok, func(r *bot.Request) { r.Room = room }))
		}
		var sizes []int
		for _, s := range shown {
			sizes = append(sizes, len(s))
		}
		if all := slices.Concat(shown...); !slices.Equal(sizes, want) || !slices.Equal(all, sentences[:len(all)]) {
			t.Errorf("room for %d: %q", room, shown)
		}
	}

	// What is gone is passed over; when all is gone, it says so.
	var refs []token.Ref
	for i := range 5 {
		refs = append(refs, token.RefTo(fmt.Sprintf("%02d", i), sentences[i]))
	}
	tok := (&bot.Call{Request: bot.Request{Room: 100}}).ButtonAbout(bot.More, refs...)[0].Token
	texts := f.Texts.Texts()
	c, err := corpus.New(slices.Concat(texts[1:2], texts[3:]), corpus.Aliases{})
	if err != nil {
		t.Fatal(err)
	}
	b := bottest.New(bottest.Config{Searcher: f, Library: &bottest.FakeSearcher{Texts: c}})
	if got := b.Handle(context.Background(), bottest.Pressing(tok)); !slices.Equal(bottest.Cited(got), []string{sentences[1], sentences[3], sentences[4]}) || len(got.Actions) > 0 {
		t.Errorf("with two gone: %+v", got)
	}
	c, err = corpus.New(texts[5:], corpus.Aliases{})
	if err != nil {
		t.Fatal(err)
	}
	b = bottest.New(bottest.Config{Searcher: f, Library: &bottest.FakeSearcher{Texts: c}})
	if got := b.Handle(context.Background(), bottest.Pressing(tok)); !bottest.IsGone(got) {
		t.Errorf("with all gone: %+v", got)
	}
}

// TestOldButtons presses buttons after a restart with other texts.
func TestOldButtons(t *testing.T) {
	const first, second, third = "The captain opened the bridge.", "Crowds cheered.", "A band played in the rain."
	files := func(body string) fstest.MapFS { return fstest.MapFS{"a.md": bottest.Page(body)} }
	old := bottest.Loaded(t, files(first+"\n\n"+second+"\n\n"+third))
	old.Found.Confidence = 1
	old.Found.Hits = []index.Hit{old.Hit("a", 0, 0, 9), old.Hit("a", 1, 0, 1), old.Hit("a", 2, 0, 1)}
	b := bottest.New(bottest.Config{Searcher: old, Library: old})
	r := b.Handle(context.Background(), bottest.Asking("Who opened it?"))

	changed := func(r bot.Reply) bool {
		return bottest.IsSaying(r, bot.KindError, "source_changed", locale.Data{"ID": "a"})
	}
	both := func(r bot.Reply) bool { return slices.Equal(bottest.Cited(r), []string{second, third}) }
	lead := func(r bot.Reply) bool {
		return r.Kind == bot.KindNotice && strings.Contains(strings.Join(bottest.Cited(r), "|"), first)
	}
	tests := []struct {
		name          string
		now           fstest.MapFS
		stored        string // "": as indexed
		settings      state.Settings
		more, context func(bot.Reply) bool
		origin        func(bot.Reply) bool
	}{
		{"the same texts", files(first + "\n\n" + second + "\n\n" + third), "", state.Settings{}, both, lead, lead},
		{"other sentences changed", files("Good day.\n\n" + first + " Or so. \n\n" + second + "\n\n“It is.”\n\n" + third), "", state.Settings{}, both, lead, lead},
		{"the quote has changed", files(strings.Replace(first, "opened", "closed", 1) + "\n\n" + second + "\n\n" + third), "", state.Settings{}, both, bottest.IsGone, bottest.IsGone},
		{"the others have changed", files(first + "\n\n" + strings.Replace(second, ".", "!", 1)), "", state.Settings{}, bottest.IsGone, lead, lead},
		{"one of the others has changed", files(first + "\n\n" + third), "", state.Settings{}, func(r bot.Reply) bool { return slices.Equal(bottest.Cited(r), []string{third}) }, lead, lead},
		{"withdrawn", fstest.MapFS{"b.md": bottest.Page(first)}, "", state.Settings{}, bottest.IsGone, bottest.IsGone, bottest.IsGone},
		{"no texts", fstest.MapFS{}, "", state.Settings{}, bottest.IsGone, bottest.IsGone, bottest.IsGone},
		{"edited since", files(first + "\n\n" + second + "\n\n" + third), "Nobody opened.", state.Settings{}, changed, changed, changed},
		{"outside the space's sources", files(first + "\n\n" + second + "\n\n" + third), "", state.Settings{Sources: []string{"zeppelin"}}, bottest.IsGone, bottest.IsGone, bottest.IsGone},
		{"within the space's sources", files(first + "\n\n" + second + "\n\n" + third), "", state.Settings{Sources: []string{"zeppelin", "A"}}, both, lead, lead},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			now := bottest.Loaded(t, tt.now)
			if tt.stored != "" {
				*tt.now["a.md"] = *bottest.Page(tt.stored)
			}
			config := bottest.Config{Searcher: now, Library: now}
			bottest.KeepIn(t)(&config)
			if _, err := config.State.ChangeSettings(context.Background(), "discord", "1", func(s *state.Settings) error { *s = tt.settings; return nil }); err != nil {
				t.Fatal(err)
			}
			b := bottest.New(config)
			for kind, holds := range map[bot.ActionKind]func(bot.Reply) bool{bot.More: tt.more, bot.Context: tt.context, bot.Origin: tt.origin} {
				if got := b.Handle(context.Background(), bottest.Pressing(bottest.ButtonOf(r, kind))); !holds(got) || !got.Private {
					t.Errorf("kind %d: %+v", kind, got)
				}
			}
		})
	}
}

var rangeNote = regexp.MustCompile(`^(.+), bytes (\d+)–(\d+)$`)

// TestVerbatimPresses is TestVerbatim for what buttons, claims and news show, and
// for what can be picked.
func TestVerbatimPresses(t *testing.T) {
	rng := rand.New(rand.NewPCG(7, 8))
	pick := func(list ...string) string { return list[rng.IntN(len(list))] }
	prose := func() string {
		var b strings.Builder
		for range 1 + rng.IntN(30) {
			b.WriteString(pick("The talks", "Міст", "«Так»", "ß—", "👩‍👩‍👧", "e\u0301", "**bold**", "<b>", "No. 5", "z. B."))
			b.WriteString(pick(" ", ". ", "! ", "?\r\n", "\n\n", ".\n- ", ", ", "… ", "\r"))
		}
		return b.String() + "The end."
	}
	quoted, marked, blocked := make(map[string]int), 0, int64(0)
	for range 150 {
		files := fstest.MapFS{}
		for i := range 1 + rng.IntN(4) {
			files[fmt.Sprintf("%d.%s", i, pick("md", "txt"))] = &fstest.MapFile{Data: []byte(pick("", "\uFEFF") + prose())}
		}
		c, _, err := corpus.Load(context.Background(), files, corpus.Aliases{})
		if err != nil {
			t.Fatal(err)
		}
		f := &bottest.FakeSearcher{Texts: c, Found: index.Result{Confidence: 1, Searched: index.Scope{Texts: len(c.Texts())}}}
		for range 1 + rng.IntN(15) {
			x := c.Texts()[rng.IntN(len(c.Texts()))]
			p := rng.IntN(len(x.Passages))
			h := f.Hit(x.ID, p, rng.IntN(len(x.Passages[p].Sentences)), 10-rng.Float64())
			h.Met = 1
			f.Found.Hits = append(f.Found.Hits, h)
		}
		config := bottest.Config{Searcher: f, Library: f}
		bottest.KeepIn(t)(&config)
		b := bottest.New(config)
		answer := b.Handle(context.Background(), bottest.Asking("What about it?"))
		inGroup := b.Handle(context.Background(), bottest.Grouped("What about it?", bottest.Addressed))
		verify := func(what string, r bot.Reply) {
			for _, block := range r.Blocks {
				cite, ok := block.(bot.Cite)
				if !ok {
					continue
				}
				quoted[what]++
				m := []string{}
				if len(cite.Notes) > 0 {
					m = rangeNote.FindStringSubmatch(cite.Notes[0].Text)
				}
				if len(m) == 0 { // what tells no range must at least stand in a file
					stands := false
					for _, file := range files {
						stands = stands || strings.Contains(string(file.Data), cite.Text)
					}
					if !stands || cite.Source != "" {
						t.Fatalf("%s: %q stands in no file", what, cite.Text)
					}
				} else {
					x, _ := c.Text(m[1])
					start, _ := strconv.Atoi(m[2])
					end, _ := strconv.Atoi(m[3])
					if stored := string(files[x.Path].Data); cite.Text == "" || stored[start:end] != cite.Text {
						t.Fatalf("%s: %q is not at bytes %d to %d of %q", what, cite.Text, start, end, stored)
					}
				}
				if strings.HasSuffix(what, "context") && cite.Source != "" {
					if lead := bottest.Cited(answer)[0]; cite.Mark.Of(cite.Text) != lead {
						t.Fatalf("%q is marked in %q, want %q", cite.Mark.Of(cite.Text), cite.Text, lead)
					}
					marked++
				} else if what != "passage" && cite.Mark != (corpus.Range{}) {
					t.Fatalf("%s: %+v is marked", what, cite)
				}
			}
		}
		round := func() {
			for what, kind := range map[string]bot.ActionKind{"more": bot.More, "context": bot.Context, "source": bot.Origin} {
				for tok := bottest.ButtonOf(answer, kind); tok != ""; {
					r := b.Handle(context.Background(), bottest.Pressing(tok))
					verify(what, r)
					tok = bottest.ButtonOf(r, bot.More)
				}
			}
			// In a group all of it takes the place of the answer.
			for what, tok := range map[string]string{
				"view": bottest.ButtonOf(inGroup, bot.Show), "view's context": bottest.ButtonOf(inGroup, bot.Context), "view's source": bottest.ButtonOf(inGroup, bot.Origin),
			} {
				if tok == "" {
					continue
				}
				r := b.Handle(context.Background(), bottest.Pressed(tok))
				verify(what, r)
				verify("view", b.Handle(context.Background(), bottest.Pressed(bottest.ButtonOf(r, bot.Show))))
			}
			for _, text := range []string{"What about it?", "it"} {
				for _, pick := range b.Pick(context.Background(), bottest.Typing(text), 20).List {
					verify("pick", pick.Reply)
					for _, block := range pick.Reply.Blocks {
						cite, ok := block.(bot.Cite)
						if !ok {
							continue
						}
						opened := b.Handle(context.Background(), bottest.Grouped("/start "+cite.Notes[0].Token, bottest.Alone))
						verify("passage", opened)
						for _, block := range opened.Blocks {
							if c, ok := block.(bot.Cite); ok && c.Source != "" && c.Mark.Of(c.Text) != cite.Text {
								t.Fatalf("%q is marked in %q, want %q", c.Mark.Of(c.Text), c.Text, cite.Text)
							}
						}
					}
				}
			}
			verify("check", b.Handle(context.Background(), bottest.Asking("It is so that it is.", func(r *bot.Request) { r.Command = "check" })))
			sent := &bottest.FakeSender{}
			if _, err := b.State.Follow(context.Background(), state.Follow{Platform: "discord", User: "7", Question: state.Question{Text: "What about it?"}}); err != nil {
				t.Fatal(err)
			}
			if _, err := b.Announce(context.Background(), map[string]bot.Sender{"discord": sent}); err != nil {
				t.Fatal(err)
			}
			for _, m := range sent.Messages {
				verify("news", m.Reply)
			}
			sent = &bottest.FakeSender{Edits: true}
			if _, err := b.State.Follow(context.Background(), state.Follow{Platform: "telegram", User: "-100", Chat: "-100", Space: "-100", Question: state.Question{Text: "What about it?"}}); err != nil {
				t.Fatal(err)
			}
			if _, err := b.Announce(context.Background(), map[string]bot.Sender{"telegram": sent}); err != nil {
				t.Fatal(err)
			}
			for _, m := range sent.Messages {
				verify("group news", m.Reply)
				verify("view", b.Handle(context.Background(), bottest.Pressed(bottest.ButtonOf(m.Reply, bot.Show))))
			}
		}
		round()
		for name, file := range files {
			switch data := bytes.Clone(file.Data); rng.IntN(4) {
			case 0:
				data[rng.IntN(len(data))] = 'X'
				files[name] = &fstest.MapFile{Data: data}
			case 1:
				files[name] = &fstest.MapFile{Data: data[:rng.IntN(len(data))]}
			case 2:
				delete(files, name)
			}
		}
		round()
		blocked += b.Blocked()
	}
	for _, what := range []string{"more", "context", "source", "check", "news", "view", "view's context", "view's source", "pick", "passage", "group news"} {
		if quoted[what] < 100 {
			t.Errorf("%s showed %d quotes: the test is too easy", what, quoted[what])
		}
	}
	if marked < 100 || blocked < 100 {
		t.Errorf("%d quotes marked, %d blocked: the test is too easy", marked, blocked)
	}
}

// A store that fails is our failure, with a code, and for the presser's eyes.
func TestPressFails(t *testing.T) {
	var log bytes.Buffer
	config := bottest.KeepIn(t)
	b, _ := bottest.Answering(t, 1, func(c *bottest.Config) { bottest.Logging(&log)(c); config(c) })
	r := b.Handle(context.Background(), bottest.Asking("Who opened it?"))
	b.State.Close()
	nowhere := func(r *bot.Request) { r.Space = "" } // whose settings need not be read
	for _, press := range []bot.Request{bottest.Pressing(bottest.ButtonOf(r, bot.Helpful)), bottest.Pressing(bottest.ButtonOf(r, bot.Helpful), nowhere)} {
		got := b.Handle(context.Background(), press)
		bottest.WentWrong(t, got, &log, "closed")
		if !got.Private {
			t.Errorf("everybody sees %+v", got)
		}
	}
}
