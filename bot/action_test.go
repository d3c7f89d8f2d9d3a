package bot

import (
	"bytes"
	"context"
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

	"rapporteur/bot/state"
	"rapporteur/corpus"
	"rapporteur/index"
)

var kinds = []ActionKind{More, Context, Origin, Helpful, NotHelpful, Tell, StopTelling, Show, Check, Set, Forget}

func TestTokens(t *testing.T) {
	rng := rand.New(rand.NewPCG(3, 4))
	for _, room := range []int{64, 100} {
		for _, kind := range kinds {
			if isGrave(kind) {
				continue // these are about no sentences
			}
			for n := range 20 {
				refs := make([]Ref, n)
				for i := range refs {
					refs[i] = RefTo(strconv.Itoa(rng.Int()), strconv.Itoa(rng.Int()))
				}
				actions := (&Call{Request: Request{Room: room}}).ButtonAbout(kind, refs...)
				if n == 0 {
					if actions != nil {
						t.Errorf("a button without a sentence: %+v", actions)
					}
					continue
				}
				a := actions[0]
				got, payload, err := Read(a.Token)
				back, unread := ReadRefs(payload)
				if err != nil || unread != nil || got != kind || a.Kind != kind || len(a.Token) > room || !slices.Equal(back, refs[:len(back)]) {
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
			for _, a := range (&Call{Request: Request{Room: room}}).ButtonAbout(More, make([]Ref, n)...) {
				if len(a.Token) > room {
					t.Errorf("a token of %d characters where there is room for %d", len(a.Token), room)
				}
			}
		}
	}
}

func TestDamagedTokens(t *testing.T) {
	b, f := Answering(t, 1, KeepIn(t))
	f.OnSearch = func(context.Context, index.Query) (index.Result, error) {
		t.Error("a damaged button searches")
		return index.Result{}, nil
	}
	lead := RefTo("a", "The captain opened the bridge.")
	payloads := map[ActionKind][]byte{
		Tell: []byte("kabcdefghijklmnop"), StopTelling: {0, 0, 0, 0, 0, 0, 0, 1},
		Show: View{1, 1, []Ref{lead}}.Payload(), Check: nil, Set: []byte("language:de"),
	}
	for _, kind := range kinds {
		payload, ok := payloads[kind]
		if !ok {
			payload = lead[:]
		}
		token := Make(kind, payload)
		if isGrave(kind) {
			token = Signed(b, Pressing(token)).Action
		}
		if r := b.Handle(context.Background(), Pressing(token)); IsStale(r) {
			t.Fatalf("kind %d: a whole token is refused", kind)
		}
		bad := map[string]string{"a space": " " + token, "a line": token + "\n", "padding": token + "=", "twice": token + token}
		for i := range len(token) {
			for _, c := range []byte("Aa0-_+ \x00\xff") {
				if token[i] != c {
					bad[fmt.Sprintf("%q at %d", c, i)] = token[:i] + string([]byte{c}) + token[i+1:]
				}
			}
			bad[fmt.Sprintf("cut at %d", i)] = token[:i]
			bad[fmt.Sprintf("longer at %d", i)] = token[:i] + "A" + token[i:]
		}
		delete(bad, "cut at 0") // an empty token is no press
		raw, _ := base64.RawURLEncoding.DecodeString(token)
		for _, v := range []byte{0, Version + 1, 255} {
			other := bytes.Clone(raw)
			other[0] = v
			copy(other[2:], checksum(other))
			bad[fmt.Sprintf("version %d", v)] = base64.RawURLEncoding.EncodeToString(other)
		}
		for name, s := range bad {
			if r := b.Handle(context.Background(), Pressing(s)); !IsStale(r) {
				t.Errorf("kind %d, %s: %q gives %+v", kind, name, s, r)
			}
		}
	}
	for name, s := range map[string]string{
		"no sentence":      Make(More, nil),
		"half a sentence":  Make(Context, lead[:5]),
		"a short id":       Make(StopTelling, []byte{1}),
		"kind 0":           Make(0, lead[:]),
		"an unknown kind":  Make(200, lead[:]),
		"words":            "tell me more, please",
		"much":             strings.Repeat("A", 1<<16),
		"not UTF-8":        "\xff\xfe",
		"standard base 64": base64.StdEncoding.EncodeToString([]byte{Version, 255, 255, 255, 255, 255}),
	} {
		if r := b.Handle(context.Background(), Pressing(s)); !IsStale(r) {
			t.Errorf("%s: %+v", name, r)
		}
	}
	if _, _, err := Read(""); !errors.Is(err, ErrUnknown) {
		t.Errorf("the empty token: %v", err)
	}
}

// Whatever comes as a token, the press is answered with a sentence that says
// what is wrong, never with a failure of ours.
func FuzzToken(f *testing.F) {
	lead := RefTo("a", "The captain opened the bridge.")
	for _, kind := range kinds {
		f.Add(Make(kind, lead[:]), byte(kind), lead[:])
		f.Add("", byte(kind), []byte("abcdefghijklmnop"))
	}
	f.Add("AQ", byte(0), []byte{})
	b, _ := Answering(f, 1, KeepIn(f))
	f.Fuzz(func(t *testing.T, token string, kind byte, payload []byte) {
		gotKind, got, err := Read(token)
		switch {
		case err == nil && Make(gotKind, got) != token:
			t.Fatalf("%q is read as %d, %x", token, gotKind, got)
		case err != nil && token != "" && !IsStale(b.Handle(context.Background(), Pressing(token))):
			t.Fatalf("%q is not refused", token)
		}
		made := Make(ActionKind(kind), payload)
		if gotKind, got, err = Read(made); err != nil || gotKind != ActionKind(kind) || !bytes.Equal(got, payload) {
			t.Fatalf("%q is read as %d, %x, %v", made, gotKind, got, err)
		}
		r := b.Handle(context.Background(), Pressing(made))
		if r.Kind == KindSilent || !r.Private || strings.Contains(TextsOf(r), "my side") {
			t.Fatalf("kind %d, payload %x: %+v", kind, payload, r)
		}
	})
}

func TestButtons(t *testing.T) {
	actionKinds := func(r Reply) (out []ActionKind) {
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
		r          Request
		want       []ActionKind
	}{
		{"an answer", 1, true, Asking("Who opened it?"), []ActionKind{More, Context, Origin, Helpful, NotHelpful}},
		{"an answer in private", 1, true, Asking("Who opened it?", func(r *Request) { r.Private = true }), []ActionKind{More, Context, Origin, Helpful, NotHelpful}},
		{"an answer, nothing kept", 1, false, Asking("Who opened it?"), []ActionKind{More, Context, Origin}},
		{"an answer with 64 characters", 1, true, Asking("Who opened it?", func(r *Request) { r.Room = 64 }), []ActionKind{More, Context, Origin, Helpful, NotHelpful}},
		{"an answer without buttons", 1, true, Asking("Who opened it?", func(r *Request) { r.Room = 0 }), nil},
		{"a refusal", 0, true, Asking("Who flew it?"), []ActionKind{Tell, Context, Origin}},
		{"a refusal, nothing kept", 0, false, Asking("Who flew it?"), []ActionKind{Context, Origin}},
		{"a refusal without buttons", 0, true, Asking("Who flew it?", func(r *Request) { r.Room = 0 }), nil},
		{"a single word", 0, true, Asking("bridge"), []ActionKind{Context, Origin}},
		{"a greeting", 1, true, Asking("Hello!"), nil},
		{"help", 1, true, Asking("", func(r *Request) { r.Command = "help" }), nil},
		{"a mistake", 1, true, Asking("Who? lang:english"), nil},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			change := func(*Config) {}
			if tt.kept {
				change = KeepIn(t)
			}
			b, f := Answering(t, tt.confidence, change)
			f.Found.Hits[0].Met = 1
			if got := actionKinds(b.Handle(context.Background(), tt.r)); !slices.Equal(got, tt.want) {
				t.Errorf("got %v, want %v", got, tt.want)
			}
		})
	}

	// With nothing near there is nothing to show, but something to wait for;
	// without buttons no question is kept.
	b, f := Answering(t, 0, KeepIn(t))
	f.Found.Hits = nil
	if got := actionKinds(b.Handle(context.Background(), Asking("Who flew it?"))); !slices.Equal(got, []ActionKind{Tell}) {
		t.Errorf("nothing near: %v", got)
	}
	for kept, r := range map[string]Request{
		state.Question{Text: "Who sailed it?"}.Key(): Asking("Who sailed it?", func(r *Request) { r.Room = 0 }),
		state.Question{Text: "sailors"}.Key():        Asking("sailors"),
	} {
		b.Handle(context.Background(), r)
		if q, err := b.state.Question(context.Background(), kept); !errors.Is(err, state.ErrNotFound) {
			t.Errorf("%q is kept: %+v, %v", r.Text, q, err)
		}
	}
}

// TestPress presses every button under an answer, in the words of whoever
// presses and for their eyes.
func TestPress(t *testing.T) {
	b, _ := Answering(t, 1, KeepIn(t))
	r := b.Handle(context.Background(), Asking("Who opened it?"))
	for kind, want := range map[ActionKind]struct {
		english []string
		german  string
	}{
		More:       {[]string{"Further passages", "Ships hooted."}, "Weitere Stellen"},
		Context:    {[]string{"The quote and what stands around it", "The captain opened the bridge.", "Crowds cheered."}, "Das Zitat und"},
		Origin:     {[]string{"https://example.org/page", "The captain opened the bridge."}, "Kennung"},
		Helpful:    {[]string{"Thank you"}, "Danke"},
		NotHelpful: {[]string{"Thank you"}, "Danke"},
	} {
		got := b.Handle(context.Background(), Pressing(ButtonOf(r, kind)))
		for _, w := range want.english {
			if got.Kind != KindNotice || !got.Private || got.Thread || !strings.Contains(TextsOf(got), w) {
				t.Errorf("kind %d: %q is missing from %+v", kind, w, got)
			}
		}
		if got := b.Handle(context.Background(), Pressing(ButtonOf(r, kind), func(r *Request) { r.Locale = "de" })); !strings.Contains(TextsOf(got), want.german) {
			t.Errorf("kind %d, in German: %q", kind, TextsOf(got))
		}
	}
	// One verdict a person and message, the last.
	press := func(kind ActionKind, user, message string) {
		b.Handle(context.Background(), Pressing(ButtonOf(r, kind), func(r *Request) { r.User, r.Message = user, message }))
	}
	press(Helpful, "8", "900")
	press(Helpful, "8", "901")
	press(NotHelpful, "8", "901")
	press(Helpful, "7", "900")
	press(Helpful, "7", "900")
	helpful, not, err := b.state.FeedbackCount(context.Background())
	if helpful != 2 || not != 1 || err != nil {
		t.Errorf("%d found it helpful, %d not, %v", helpful, not, err)
	}
	// Without a store there is nothing behind those two any more.
	b, _ = Answering(t, 1, nil)
	for _, kind := range []ActionKind{Helpful, NotHelpful} {
		if got := b.Handle(context.Background(), Pressing(ButtonOf(r, kind))); !IsStale(got) {
			t.Errorf("kind %d, nothing kept: %+v", kind, got)
		}
	}
	for _, token := range []string{Make(StopTelling, make([]byte, 8)), Make(Tell, []byte("kabcdefghijklmnop"))} {
		if got := b.Handle(context.Background(), Pressing(token)); got.Kind != KindError || strings.Contains(TextsOf(got), "my side") {
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
	f := Loaded(t, files)
	f.Found.Confidence = 1
	for i := range sentences {
		f.Found.Hits = append(f.Found.Hits, f.Hit(fmt.Sprintf("%02d", i), 0, 0, 9-float64(i)/100))
	}
	for room, want := range map[int][]int{64: {3, 3, 2}, 100: {3, 3, 3, 2}} {
		b := New(Config{Searcher: f, Library: f})
		shown := [][]string{}
		r := b.Handle(context.Background(), Asking("What happened then?", func(r *Request) { r.Room = room }))
		for {
			shown = append(shown, Cited(r))
			token := ButtonOf(r, More)
			if token == "" || len(shown) > 9 {
				break
			}
			r = New(Config{Searcher: &FakeSearcher{Err: errors.New("not searched")}, Library: f}).
				Handle(context.Background(), Pressing(token, func(r *Request) { r.Room = room }))
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
	var refs []Ref
	for i := range 5 {
		refs = append(refs, RefTo(fmt.Sprintf("%02d", i), sentences[i]))
	}
	token := (&Call{Request: Request{Room: 100}}).ButtonAbout(More, refs...)[0].Token
	texts := f.Texts.Texts()
	c, err := corpus.New(slices.Concat(texts[1:2], texts[3:]), corpus.Aliases{})
	if err != nil {
		t.Fatal(err)
	}
	b := New(Config{Searcher: f, Library: &FakeSearcher{Texts: c}})
	if got := b.Handle(context.Background(), Pressing(token)); !slices.Equal(Cited(got), []string{sentences[1], sentences[3], sentences[4]}) || len(got.Actions) > 0 {
		t.Errorf("with two gone: %+v", got)
	}
	c, err = corpus.New(texts[5:], corpus.Aliases{})
	if err != nil {
		t.Fatal(err)
	}
	b = New(Config{Searcher: f, Library: &FakeSearcher{Texts: c}})
	if got := b.Handle(context.Background(), Pressing(token)); !IsGone(got) {
		t.Errorf("with all gone: %+v", got)
	}
}

// TestOldButtons presses buttons after a restart with other texts.
func TestOldButtons(t *testing.T) {
	const first, second, third = "The captain opened the bridge.", "Crowds cheered.", "A band played in the rain."
	files := func(body string) fstest.MapFS { return fstest.MapFS{"a.md": Page(body)} }
	old := Loaded(t, files(first+"\n\n"+second+"\n\n"+third))
	old.Found.Confidence = 1
	old.Found.Hits = []index.Hit{old.Hit("a", 0, 0, 9), old.Hit("a", 1, 0, 1), old.Hit("a", 2, 0, 1)}
	b := New(Config{Searcher: old, Library: old})
	r := b.Handle(context.Background(), Asking("Who opened it?"))

	changed := func(r Reply) bool { return IsSaying(r, KindError, "source_changed", Data{"ID": "a"}) }
	both := func(r Reply) bool { return slices.Equal(Cited(r), []string{second, third}) }
	lead := func(r Reply) bool {
		return r.Kind == KindNotice && strings.Contains(strings.Join(Cited(r), "|"), first)
	}
	tests := []struct {
		name          string
		now           fstest.MapFS
		stored        string // "": as indexed
		settings      state.Settings
		more, context func(Reply) bool
		origin        func(Reply) bool
	}{
		{"the same texts", files(first + "\n\n" + second + "\n\n" + third), "", state.Settings{}, both, lead, lead},
		{"other sentences changed", files("Good day.\n\n" + first + " Or so. \n\n" + second + "\n\n“It is.”\n\n" + third), "", state.Settings{}, both, lead, lead},
		{"the quote has changed", files(strings.Replace(first, "opened", "closed", 1) + "\n\n" + second + "\n\n" + third), "", state.Settings{}, both, IsGone, IsGone},
		{"the others have changed", files(first + "\n\n" + strings.Replace(second, ".", "!", 1)), "", state.Settings{}, IsGone, lead, lead},
		{"one of the others has changed", files(first + "\n\n" + third), "", state.Settings{}, func(r Reply) bool { return slices.Equal(Cited(r), []string{third}) }, lead, lead},
		{"withdrawn", fstest.MapFS{"b.md": Page(first)}, "", state.Settings{}, IsGone, IsGone, IsGone},
		{"no texts", fstest.MapFS{}, "", state.Settings{}, IsGone, IsGone, IsGone},
		{"edited since", files(first + "\n\n" + second + "\n\n" + third), "Nobody opened.", state.Settings{}, changed, changed, changed},
		{"outside the space's sources", files(first + "\n\n" + second + "\n\n" + third), "", state.Settings{Sources: []string{"zeppelin"}}, IsGone, IsGone, IsGone},
		{"within the space's sources", files(first + "\n\n" + second + "\n\n" + third), "", state.Settings{Sources: []string{"zeppelin", "A"}}, both, lead, lead},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			now := Loaded(t, tt.now)
			if tt.stored != "" {
				*tt.now["a.md"] = *Page(tt.stored)
			}
			config := Config{Searcher: now, Library: now}
			KeepIn(t)(&config)
			if _, err := config.State.ChangeSettings(context.Background(), "discord", "1", func(s *state.Settings) error { *s = tt.settings; return nil }); err != nil {
				t.Fatal(err)
			}
			b := New(config)
			for kind, holds := range map[ActionKind]func(Reply) bool{More: tt.more, Context: tt.context, Origin: tt.origin} {
				if got := b.Handle(context.Background(), Pressing(ButtonOf(r, kind))); !holds(got) || !got.Private {
					t.Errorf("kind %d: %+v", kind, got)
				}
			}
		})
	}
}

// TestWindow says what of a passage is shown around a sentence.
func TestWindow(t *testing.T) {
	rng := rand.New(rand.NewPCG(5, 6))
	most := 0
	for range 3000 {
		var p corpus.Passage
		at := rng.IntN(10)
		p.Start = at
		for range 1 + rng.IntN(20) {
			at += rng.IntN(3)
			length := 1 + rng.IntN([]int{10, 400, 3000}[rng.IntN(3)])
			p.Sentences = append(p.Sentences, corpus.Range{Start: at, End: at + length})
			at += length
		}
		p.End = at
		s := spot{&corpus.Text{Passages: []corpus.Passage{p}}, 0, rng.IntN(len(p.Sentences))}
		got, sentence := window(s), s.at()
		if !got.Contains(sentence) || !p.Contains(got) || got.Len() > max(maxContext, sentence.Len()) {
			t.Fatalf("%v around %v in %v", got, sentence, p)
		}
		// Whole sentences, and no more of them would fit on either side.
		from := slices.IndexFunc(p.Sentences, func(r corpus.Range) bool { return r.Start == got.Start })
		to := slices.IndexFunc(p.Sentences, func(r corpus.Range) bool { return r.End == got.End })
		if from < 0 || to < 0 || from > 0 && got.End-p.Sentences[from-1].Start <= maxContext ||
			to+1 < len(p.Sentences) && p.Sentences[to+1].End-got.Start <= maxContext {
			t.Fatalf("%v around %v in %v", got, sentence, p)
		}
		most = max(most, to-from+1)
	}
	if most < 10 {
		t.Errorf("%d sentences at most: the test is too easy", most)
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
		f := &FakeSearcher{Texts: c, Found: index.Result{Confidence: 1, Searched: index.Scope{Texts: len(c.Texts())}}}
		for range 1 + rng.IntN(15) {
			x := c.Texts()[rng.IntN(len(c.Texts()))]
			p := rng.IntN(len(x.Passages))
			h := f.Hit(x.ID, p, rng.IntN(len(x.Passages[p].Sentences)), 10-rng.Float64())
			h.Met = 1
			f.Found.Hits = append(f.Found.Hits, h)
		}
		config := Config{Searcher: f, Library: f}
		KeepIn(t)(&config)
		b := New(config)
		answer := b.Handle(context.Background(), Asking("What about it?"))
		inGroup := b.Handle(context.Background(), Grouped("What about it?", Addressed))
		verify := func(what string, r Reply) {
			for _, block := range r.Blocks {
				cite, ok := block.(Cite)
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
					if lead := Cited(answer)[0]; cite.Mark.Of(cite.Text) != lead {
						t.Fatalf("%q is marked in %q, want %q", cite.Mark.Of(cite.Text), cite.Text, lead)
					}
					marked++
				} else if what != "passage" && cite.Mark != (corpus.Range{}) {
					t.Fatalf("%s: %+v is marked", what, cite)
				}
			}
		}
		round := func() {
			for what, kind := range map[string]ActionKind{"more": More, "context": Context, "source": Origin} {
				for token := ButtonOf(answer, kind); token != ""; {
					r := b.Handle(context.Background(), Pressing(token))
					verify(what, r)
					token = ButtonOf(r, More)
				}
			}
			// In a group all of it takes the place of the answer.
			for what, token := range map[string]string{
				"view": ButtonOf(inGroup, Show), "view's context": ButtonOf(inGroup, Context), "view's source": ButtonOf(inGroup, Origin),
			} {
				if token == "" {
					continue
				}
				r := b.Handle(context.Background(), Pressed(token))
				verify(what, r)
				verify("view", b.Handle(context.Background(), Pressed(ButtonOf(r, Show))))
			}
			for _, text := range []string{"What about it?", "it"} {
				for _, pick := range b.Pick(context.Background(), Typing(text), 20).List {
					verify("pick", pick.Reply)
					for _, block := range pick.Reply.Blocks {
						cite, ok := block.(Cite)
						if !ok {
							continue
						}
						opened := b.Handle(context.Background(), Grouped("/start "+cite.Notes[0].Token, Alone))
						verify("passage", opened)
						for _, block := range opened.Blocks {
							if c, ok := block.(Cite); ok && c.Source != "" && c.Mark.Of(c.Text) != cite.Text {
								t.Fatalf("%q is marked in %q, want %q", c.Mark.Of(c.Text), c.Text, cite.Text)
							}
						}
					}
				}
			}
			verify("check", b.Handle(context.Background(), Asking("It is so that it is.", func(r *Request) { r.Command = "check" })))
			sent := &FakeSender{}
			if _, err := b.state.Follow(context.Background(), state.Follow{Platform: "discord", User: "7", Question: state.Question{Text: "What about it?"}}); err != nil {
				t.Fatal(err)
			}
			if _, err := b.Announce(context.Background(), map[string]Sender{"discord": sent}); err != nil {
				t.Fatal(err)
			}
			for _, m := range sent.Messages {
				verify("news", m.Reply)
			}
			sent = &FakeSender{Edits: true}
			if _, err := b.state.Follow(context.Background(), state.Follow{Platform: "telegram", User: "-100", Chat: "-100", Space: "-100", Question: state.Question{Text: "What about it?"}}); err != nil {
				t.Fatal(err)
			}
			if _, err := b.Announce(context.Background(), map[string]Sender{"telegram": sent}); err != nil {
				t.Fatal(err)
			}
			for _, m := range sent.Messages {
				verify("group news", m.Reply)
				verify("view", b.Handle(context.Background(), Pressed(ButtonOf(m.Reply, Show))))
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
	config := KeepIn(t)
	b, _ := Answering(t, 1, func(c *Config) { Logging(&log)(c); config(c) })
	r := b.Handle(context.Background(), Asking("Who opened it?"))
	b.state.Close()
	nowhere := func(r *Request) { r.Space = "" } // whose settings need not be read
	for _, press := range []Request{Pressing(ButtonOf(r, Helpful)), Pressing(ButtonOf(r, Helpful), nowhere)} {
		got := b.Handle(context.Background(), press)
		WentWrong(t, got, &log, "closed")
		if !got.Private {
			t.Errorf("everybody sees %+v", got)
		}
	}
}
