package ask_test

import (
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"math/rand/v2"
	"reflect"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
	"unicode/utf8"

	"rapporteur/bot"
	"rapporteur/bot/ask"
	"rapporteur/bot/bottest"
	"rapporteur/bot/locale"
	"rapporteur/bot/state"
	"rapporteur/bot/token"
	"rapporteur/index"
)

// What is put into a token comes out again, as much of it as there is room for.
func TestViewTokens(t *testing.T) {
	rng := rand.New(rand.NewPCG(9, 10))
	b := bottest.New(bottest.Config{})
	for room := -5; room <= 400; room++ {
		for range 10 {
			quotes := make([]ask.Quote, 1+rng.IntN(ask.MaxQuotes))
			for i := range quotes {
				quotes[i].Text, quotes[i].Source.ID = fmt.Sprint(rng.Int()), strings.Repeat("ї", rng.IntN(90))
			}
			more := make([]token.Ref, rng.IntN(ask.CandidateQuotes))
			for i := range more {
				more[i] = token.RefTo("x", fmt.Sprint(rng.Int()))
			}
			c := &bot.Call{Request: bot.Request{Room: room, InPlace: true}}
			v := ask.ViewOf(c, quotes, more)
			if fit := max(0, (room*3/4-token.Header-1)/8); len(v.Refs) != min(fit, token.MaxRefs, len(quotes)+len(more)) {
				t.Fatalf("room for %d: %d of %d refs", room, len(v.Refs), len(quotes)+len(more))
			}
			if v.Answers != min(len(quotes), len(v.Refs)) || v.Shown != v.Answers {
				t.Fatalf("room for %d: %+v", room, v)
			}
			actions := b.Answers.ViewActions(c, v)
			if len(v.Refs) == 0 {
				if actions != nil {
					t.Fatalf("room for %d: buttons of nothing: %+v", room, actions)
				}
				continue
			}
			back, err := token.ReadView(v.Payload())
			if err != nil || !reflect.DeepEqual(back, v) || back.Refs[0] != quotes[0].Ref() {
				t.Fatalf("%+v came back as %+v, %v", v, back, err)
			}
			bottest.Fitting(t, fmt.Sprint("room for ", room), bot.Reply{Actions: actions}, room)
			bottest.Fitting(t, fmt.Sprint("room for ", room), bot.Reply{Actions: ask.BackFrom(c, bot.Context, v)}, room)
			if more := bottest.Labelled(bot.Reply{Actions: actions}, "More quotes"); (more != "") != (len(v.Refs) > len(quotes)) {
				t.Fatalf("room for %d: %+v offers more: %q", room, v, more)
			}
		}
	}
	for room, want := range map[int]int{64: 5, 100: 8} {
		v := ask.ViewOf(&bot.Call{Request: bot.Request{Room: room}}, make([]ask.Quote, 3), make([]token.Ref, 13))
		if len(v.Refs) != want {
			t.Errorf("room for %d holds %d", room, len(v.Refs))
		}
	}
}

func TestReadView(t *testing.T) {
	refs := strings.Repeat("12345678", 5)
	for name, bad := range map[string]string{
		"nothing":                     "",
		"no sentence":                 "\x11",
		"half a sentence":             "\x111234",
		"nothing shown":               "\x00" + refs,
		"more answers than are":       "\x66" + refs,
		"more shown than are":         "\x16" + refs,
		"more answers than are shown": "\x21" + refs,
		"no number":                   refs,
		"too much":                    "\xff" + refs,
	} {
		if v, err := token.ReadView([]byte(bad)); !errors.Is(err, token.ErrUnknown) {
			t.Errorf("%s: %+v, %v", name, v, err)
		}
	}
	for good, want := range map[string][2]int{"\x01": {0, 1}, "\x11": {1, 1}, "\x35": {3, 5}, "\x55": {5, 5}, "\x05": {0, 5}} {
		if v, err := token.ReadView([]byte(good + refs)); err != nil || v.Answers != want[0] || v.Shown != want[1] || len(v.Refs) != 5 {
			t.Errorf("%q: %+v, %v", good, v, err)
		}
	}
}

// TestInPlace goes round the buttons under an answer and comes back each time
// to what stood there.
func TestInPlace(t *testing.T) {
	b, _ := bottest.Answering(t, 1, bottest.KeepIn(t))
	asked := bottest.Grouped("Who opened it?", bottest.Addressed)
	answer := b.Handle(context.Background(), asked)
	labels := func(r bot.Reply) (out []string) {
		bottest.Fitting(t, "a view", r, 64)
		for _, a := range r.Actions {
			out = append(out, a.Label)
		}
		return out
	}
	want := func(r bot.Reply, kind bot.ReplyKind, buttons ...string) {
		t.Helper()
		if r.Kind != kind || !r.InPlace || r.Private || r.Thread || !slices.Equal(labels(r), buttons) {
			t.Fatalf("%q under %+v", labels(r), r)
		}
	}
	press := func(r bot.Reply, label string) bot.Reply {
		t.Helper()
		tok := bottest.Labelled(r, label)
		if tok == "" {
			t.Fatalf("no button %q under %+v", label, r)
		}
		return b.Handle(context.Background(), bottest.Pressed(tok))
	}
	if got := labels(answer); answer.InPlace || !slices.Equal(got, []string{"More quotes", "Context", "Source", "Helpful", "Not helpful"}) {
		t.Fatalf("%q under %+v", got, answer)
	}
	all := press(answer, "More quotes")
	want(all, bot.KindAnswer, "Back", "Context", "Source", "Helpful", "Not helpful")
	if got := bottest.Cited(all); !slices.Equal(got, []string{"The captain opened the bridge.", "Crowds cheered.", "A band played in the rain.", "Ships hooted."}) {
		t.Errorf("%q", got)
	}
	if head, ok := all.Blocks[3].(bot.Para); !ok || head.Text != locale.For("en").Say("more_quotes", nil) || !all.Blocks[0].(bot.Cite).Lead || all.Blocks[4].(bot.Cite).Lead {
		t.Errorf("%+v", all.Blocks)
	}
	for name, start := range map[string]bot.Reply{"three quotes": answer, "all": all} {
		around := press(start, "Context")
		want(around, bot.KindNotice, "Back", "Source")
		if lead := around.Blocks[1].(bot.Cite); lead.Mark.Of(lead.Text) != "The captain opened the bridge." || lead.Folded {
			t.Errorf("%s: the quote is hidden: %+v", name, around.Blocks)
		}
		for _, block := range around.Blocks[2:] {
			if c, ok := block.(bot.Cite); !ok || !c.Folded {
				t.Errorf("%s: not folded: %+v", name, block)
			}
		}
		source := press(around, "Source")
		want(source, bot.KindNotice, "Back", "Context")
		for _, r := range []bot.Reply{press(around, "Back"), press(source, "Back"), press(press(source, "Context"), "Back")} {
			if r.Kind != bot.KindAnswer || !r.InPlace || !reflect.DeepEqual(r.Blocks, start.Blocks) || !reflect.DeepEqual(r.Actions, start.Actions) {
				t.Errorf("%s: came back to %+v, want %+v", name, r, start)
			}
		}
	}
	// What is a word in passing takes nothing's place.
	for _, label := range []string{"Helpful", "Not helpful"} {
		if r := press(all, label); r.InPlace || r.Private || !bottest.IsSaying(r, bot.KindNotice, "thanks", nil) {
			t.Errorf("%s: %+v", label, r)
		}
	}
	// All read it, so it is in the language of the group.
	if _, err := b.State.ChangeSettings(context.Background(), "telegram", "-100", func(s *state.Settings) error { s.Language, s.Preview = "uk", true; return nil }); err != nil {
		t.Fatal(err)
	}
	if r := press(answer, "Context"); bottest.Labelled(r, "Назад") == "" {
		t.Errorf("%+v", r)
	} else if r := b.Handle(context.Background(), bottest.Pressed(bottest.Labelled(r, "Назад"))); !r.Preview || r.Blocks[1].(bot.Cite).Label != "Також" {
		t.Errorf("%+v", r)
	}
	// Where a press is answered for the presser alone, nothing is replaced.
	for _, label := range []string{"More quotes", "Context", "Source"} {
		if r := b.Handle(context.Background(), bottest.Pressing(bottest.Labelled(answer, label))); r.InPlace || !r.Private || len(bottest.Cited(r)) == 0 {
			t.Errorf("%s elsewhere: %+v", label, r)
		}
	}
}

// TestOldViews presses buttons whose answer stands in other texts by now.
func TestOldViews(t *testing.T) {
	quotes := []string{"The captain opened the bridge.", "Crowds cheered.", "A band played in the rain.", "Ships hooted.", "Nobody slept."}
	names := []string{"міст", "b", "c", "d", "e"}
	files := func(without ...int) fstest.MapFS {
		out := fstest.MapFS{"zz.md": bottest.Page("Something else.")}
		for i, q := range quotes {
			if !slices.Contains(without, i) {
				out[names[i]+".md"] = bottest.Page(q)
			}
		}
		return out
	}
	old := bottest.Loaded(t, files())
	old.Found.Confidence = 1
	for i := range quotes {
		old.Found.Hits = append(old.Found.Hits, old.Hit(names[i], 0, 0, 9-float64(i)/10))
	}
	// Three answer; two come with the button for more.
	answer := bottest.New(bottest.Config{Searcher: old, Library: old}).Handle(context.Background(), bottest.Grouped("Who opened it?", bottest.Addressed))
	_, payload, err := token.Read(bottest.Labelled(answer, "Context"))
	if err != nil {
		t.Fatal(err)
	}
	v, err := token.ReadView(payload)
	if err != nil || len(v.Refs) != 5 || v.Answers != 3 || v.Shown != 3 {
		t.Fatalf("%+v, %v", v, err)
	}
	back := token.Make(byte(bot.Show), v.Payload())

	gone := func(r bot.Reply) bool { return bottest.IsSaying(r, bot.KindError, "passage_gone", nil) && !r.InPlace }
	changed := func(r bot.Reply) bool {
		return bottest.IsSaying(r, bot.KindError, "source_changed", locale.Data{"ID": "міст"}) && !r.InPlace
	}
	shows := func(want ...int) func(bot.Reply) bool {
		return func(r bot.Reply) bool {
			var texts []string
			for _, i := range want {
				texts = append(texts, quotes[i])
			}
			return r.Kind == bot.KindAnswer && r.InPlace && slices.Equal(bottest.Cited(r), texts)
		}
	}
	lead := func(r bot.Reply) bool { return r.InPlace && slices.Contains(bottest.Cited(r), quotes[0]) }
	tests := []struct {
		name               string
		now                fstest.MapFS
		edited             []int // in the store, since they were indexed
		sources            []string
		shown, all, around func(bot.Reply) bool
	}{
		{"the same", files(), nil, nil, shows(0, 1, 2), shows(0, 1, 2, 3, 4), lead},
		{"a later quote is gone", files(1), nil, nil, shows(0, 2), shows(0, 2, 3, 4), lead},
		{"all later answers are gone", files(1, 2), nil, nil, shows(0), shows(0, 3, 4), lead},
		{"a further passage is gone", files(3), nil, nil, shows(0, 1, 2), shows(0, 1, 2, 4), lead},
		{"all further passages are gone", files(3, 4), nil, nil, shows(0, 1, 2), shows(0, 1, 2), lead},
		{"all but the lead are gone", files(1, 2, 3, 4), nil, nil, shows(0), shows(0), lead},
		{"the lead is gone", files(0), nil, nil, gone, gone, gone},
		{"all is gone", fstest.MapFS{}, nil, nil, gone, gone, gone},
		{"the lead was edited", files(), []int{0}, nil, changed, changed, changed},
		{"a later quote was edited", files(), []int{1}, nil, shows(0, 2), shows(0, 2, 3, 4), lead},
		{"a further passage was edited", files(), []int{4}, nil, shows(0, 1, 2), shows(0, 1, 2, 3), lead},
		{"the lead is outside the group's sources", files(), nil, []string{"crowds"}, gone, gone, gone},
		{"the others are", files(), nil, []string{"міст"}, shows(0), shows(0), lead},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			now := bottest.Loaded(t, tt.now)
			for _, i := range tt.edited {
				*tt.now[names[i]+".md"] = *bottest.Page("Not so: " + quotes[i])
			}
			config := bottest.Config{Searcher: &bottest.FakeSearcher{Err: errors.New("not searched")}, Library: now}
			bottest.KeepIn(t)(&config)
			if _, err := config.State.ChangeSettings(context.Background(), "telegram", "-100", func(s *state.Settings) error { s.Sources = tt.sources; return nil }); err != nil {
				t.Fatal(err)
			}
			b := bottest.New(config)
			for what, press := range map[string]struct {
				token string
				holds func(bot.Reply) bool
			}{
				"back": {back, tt.shown}, "more": {bottest.Labelled(answer, "More quotes"), tt.all},
				"context": {bottest.Labelled(answer, "Context"), tt.around}, "source": {bottest.Labelled(answer, "Source"), tt.around},
			} {
				r := b.Handle(context.Background(), bottest.Pressed(press.token))
				if !press.holds(r) || r.Private {
					t.Errorf("%s: %+v", what, r)
				}
				bottest.Fitting(t, what, r, 64)
				if i := slices.IndexFunc(r.Blocks, func(b bot.Block) bool { _, ok := b.(bot.Para); return ok }); what == "more" && r.Kind == bot.KindAnswer && i >= 0 && i == len(r.Blocks)-1 {
					t.Errorf("a heading over nothing: %+v", r.Blocks)
				}
			}
		})
	}
}

// A passage that a note leads to is shown as one, whatever it stood beside:
// what does not answer must not come back as an answer.
func TestOpenedPassages(t *testing.T) {
	b, f := bottest.Answering(t, 0, bottest.KeepIn(t))
	f.Found.Hits[0].Met = 1
	const quote = "The captain opened the bridge."
	noted := func(r bot.Reply) string {
		for _, block := range r.Blocks {
			if c, ok := block.(bot.Cite); ok && len(c.Notes) > 0 {
				return c.Notes[0].Token
			}
		}
		return ""
	}
	for what, r := range map[string]bot.Request{
		"a refusal": bottest.Grouped("Who flew the zeppelin?", bottest.Addressed),
		"a word":    bottest.Grouped("zeppelin", bottest.Addressed),
		"a search":  bottest.Grouped("/search captain"),
		"a check":   bottest.Grouped("/check The captain opened the old bridge."),
		"an answer": bottest.Grouped("Who opened it?", bottest.Addressed),
	} {
		f.Found.Confidence = map[bool]float64{true: 1}[what == "an answer"]
		reply := b.Handle(context.Background(), r)
		bottest.Fitting(t, what, reply, 64)
		tok := noted(reply)
		if tok == "" {
			t.Fatalf("%s leads nowhere: %+v", what, reply)
		}
		opened := b.Handle(context.Background(), bottest.Grouped("/start "+tok, bottest.Alone))
		if opened.Kind != bot.KindNotice || opened.InPlace || !slices.Contains(bottest.Cited(opened), quote) || bottest.Labelled(opened, "Back") == "" || bottest.Labelled(opened, "Source") == "" {
			t.Fatalf("%s: opened %+v", what, opened)
		}
		bottest.Fitting(t, what, opened, 64)
		back := b.Handle(context.Background(), bottest.Pressed(bottest.Labelled(opened, "Back"), bottest.Alone))
		if back.Kind != bot.KindNotice || !back.InPlace || !slices.Equal(bottest.Cited(back), []string{quote}) || back.Blocks[0].(bot.Cite).Lead || back.Blocks[0].(bot.Cite).Label != "A passage from the texts:" {
			t.Errorf("%s: came back to %+v", what, back)
		}
		if bottest.ButtonOf(back, bot.Helpful)+bottest.ButtonOf(back, bot.NotHelpful) != "" || bottest.Labelled(back, "Context") == "" {
			t.Errorf("%s: %+v", what, back.Actions)
		}
	}
	// There are none where a press is answered apart, nor where there is no room.
	f.Found.Confidence = 1
	for name, r := range map[string]bot.Request{
		"apart":   bottest.Asking("Who opened it?"),
		"no room": bottest.Grouped("Who opened it?", bottest.Addressed, func(r *bot.Request) { r.Room = 19 }),
	} {
		if got := noted(b.Handle(context.Background(), r)); got != "" {
			t.Errorf("%s: %q", name, got)
		}
	}
}

// TestStart comes to the bot by a link.
func TestStart(t *testing.T) {
	b, _ := bottest.Answering(t, 1, bottest.KeepIn(t))
	answer := b.Handle(context.Background(), bottest.Grouped("Who opened it?", bottest.Addressed))
	tok := bottest.Labelled(answer, "Context")
	damaged := tok[:len(tok)-1] + map[bool]string{true: "A", false: "B"}[!strings.HasSuffix(tok, "A")]
	const help, shown = "verbatim quotes", "The quote and what stands around it"
	for name, tt := range map[string]struct {
		r    bot.Request
		want string // "": silence
	}{
		"a link":                  {bottest.Grouped("/start "+tok, bottest.Alone), shown},
		"with our name":           {bottest.Grouped("/start@Rapporteur "+tok, bottest.Alone), shown},
		"in a group":              {bottest.Grouped("/start@rapporteur " + tok), shown},
		"to another bot":          {bottest.Grouped("/start@other " + tok), ""},
		"nothing more":            {bottest.Grouped("/start", bottest.Alone), help},
		"damaged":                 {bottest.Grouped("/start "+damaged, bottest.Alone), help},
		"two":                     {bottest.Grouped("/start "+tok+" "+tok, bottest.Alone), help},
		"another's link":          {bottest.Grouped("/start utm_source=x", bottest.Alone), help},
		"a link without a start":  {bottest.Grouped(tok, bottest.Alone), "captain"}, // a strange question
		"a slash command's words": {bottest.Grouped(tok, bottest.Alone, func(r *bot.Request) { r.Command = "start" }), help},
		"of a kind unknown":       {bottest.Grouped("/start "+token.Make(99, nil), bottest.Alone), "This button is of an older version"},
		"a check of nothing":      {bottest.Grouped("/start "+token.Make(byte(bot.Check), nil), bottest.Alone), "I no longer see the message"},
		"a check":                 {bottest.Grouped("/start "+token.Make(byte(bot.Check), nil), bottest.Alone, func(r *bot.Request) { r.About = "The captain opened the bridge." }), "Claimed: “The captain"},
		"settings":                {bottest.Grouped("/start "+token.Make(byte(bot.Set), []byte("language:de")), bottest.Alone), "This button is of an older version"},
		"settings in a group":     {bottest.Grouped("/start@rapporteur " + token.Make(byte(bot.Set), []byte("language:de"))), "This button is of an older version"},
	} {
		r := b.Handle(context.Background(), tt.r)
		if r.InPlace || tt.want == "" != (r.Kind == bot.KindSilent) || !strings.Contains(bottest.TextsOf(r), tt.want) {
			t.Errorf("%s: %q is missing from %+v", name, tt.want, r)
		}
		bottest.Fitting(t, name, r, 64)
	}
}

// FuzzInPlace presses anything where it takes effect in place, as somebody who
// may change the settings.
func FuzzInPlace(f *testing.F) {
	lead := token.RefTo("a", "The captain opened the bridge.")
	f.Add(byte(bot.Show), []byte("\x11"+string(lead[:])))
	f.Add(byte(bot.Show), []byte("\x01"+string(lead[:])))
	f.Add(byte(bot.Context), []byte("\x12"+string(lead[:])+string(lead[:])))
	f.Add(byte(bot.Origin), []byte("\xff"+string(lead[:])))
	f.Add(byte(bot.Check), []byte("x"))
	for _, s := range []string{"language:de", "answer:all", "preview:on", "quiet:22-7", "quiet:99:99-1", "zone:../../etc/passwd", "zone:\x00", "language:\xff", "admin:5", "allow:here", "sources:a", ":", "", "language", "x:y:z"} {
		f.Add(byte(bot.Set), []byte(s))
	}
	b, _ := bottest.Answering(f, 1, bottest.KeepIn(f))
	f.Fuzz(func(t *testing.T, kind byte, payload []byte) {
		r := b.Handle(context.Background(), bottest.Pressed(token.Make(kind, payload), func(r *bot.Request) {
			r.Manager, r.Room, r.About = true, 100, string(payload)
		}))
		if r.Kind == bot.KindSilent || r.Private || strings.Contains(bottest.TextsOf(r), "my side") {
			t.Fatalf("kind %d, payload %x: %+v", kind, payload, r)
		}
		if r.Kind == bot.KindError && !utf8.ValidString(bottest.TextsOf(r)) {
			t.Fatalf("kind %d, payload %x: %q", kind, payload, bottest.TextsOf(r))
		}
		bottest.Fitting(t, fmt.Sprintf("kind %d, payload %x", kind, payload), r, 100)
		for _, text := range bottest.Cited(r) {
			if !slices.Contains([]string{"The captain opened the bridge.", "Crowds cheered.", "A band played in the rain.", "Ships hooted.", "So it is."}, text) {
				t.Fatalf("%q is quoted", text)
			}
		}
	})
}

// TestButtonWords reads every button there is, in every language.
func TestButtonWords(t *testing.T) {
	for _, lang := range locale.Languages() {
		t.Run(lang, func(t *testing.T) {
			b, f := bottest.Answering(t, 1, bottest.KeepIn(t))
			f.Found.Hits[0].Met = 1
			in := func(r *bot.Request) { r.Locale = lang }
			managing := func(r *bot.Request) { r.Manager = true }
			seen := make(map[string]bool)
			var follow func(r bot.Reply, where func(*bot.Request), depth int)
			follow = func(r bot.Reply, where func(*bot.Request), depth int) {
				bottest.Fitting(t, fmt.Sprintf("%s, %q", lang, bottest.TextsOf(r)), r, 64)
				for _, a := range r.Actions {
					if seen[a.Token] || depth == 0 {
						continue
					}
					seen[a.Token] = true
					follow(b.Handle(context.Background(), bottest.Pressed(a.Token, in, managing, where)), where, depth-1)
				}
			}
			stay := func(*bot.Request) {}
			for _, where := range []func(*bot.Request){stay, bottest.Alone, func(r *bot.Request) { r.Group = false }} {
				for _, confidence := range []float64{1, 0} {
					f.Found.Confidence = confidence
					follow(b.Handle(context.Background(), bottest.Grouped("Who opened it?", in, bottest.Addressed, where)), where, 3)
				}
				follow(b.Handle(context.Background(), bottest.Grouped("/settings", in, managing, where)), where, 3)
				follow(b.Handle(context.Background(), bottest.Grouped("It is so.", in, where, bottest.Addressed, func(r *bot.Request) { r.Forwarded = true })), where, 2)
			}
			if len(seen) < 20 {
				t.Errorf("only %d buttons: the test is too easy", len(seen))
			}
		})
	}
}

// Two sentences that are alike have one ref, so it does not matter which is
// found: both say the same.
func TestAlike(t *testing.T) {
	f := bottest.Loaded(t, fstest.MapFS{"a.md": bottest.Page("So it is. Quite so.\n\nOr not.\n\nSo it is.")})
	f.Found.Confidence = 1
	f.Found.Hits = []index.Hit{f.Hit("a", 2, 0, 9), f.Hit("a", 0, 0, 8)}
	b := bottest.New(bottest.Config{Searcher: f, Library: f})
	r := b.Handle(context.Background(), bottest.Grouped("What is it?", bottest.Addressed))
	if got := bottest.Cited(b.Handle(context.Background(), bottest.Pressed(bottest.Labelled(r, "Context")))); !strings.HasPrefix(got[0], "So it is.") {
		t.Errorf("%q", got)
	}
	if raw, err := base64.RawURLEncoding.DecodeString(bottest.Labelled(r, "Context")); err != nil || len(raw) != token.Header+1+8 {
		t.Errorf("%d bytes, %v", len(raw), err)
	}
}
