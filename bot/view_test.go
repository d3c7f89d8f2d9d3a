package bot

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

	"rapporteur/bot/state"
	"rapporteur/index"
)

// What is put into a token comes out again, as much of it as there is room for.
func TestViewTokens(t *testing.T) {
	rng := rand.New(rand.NewPCG(9, 10))
	b := New(Config{})
	for room := -5; room <= 400; room++ {
		for range 10 {
			quotes := make([]Quote, 1+rng.IntN(maxQuotes))
			for i := range quotes {
				quotes[i].Text, quotes[i].Source.ID = fmt.Sprint(rng.Int()), strings.Repeat("ї", rng.IntN(90))
			}
			more := make([]Ref, rng.IntN(candidateQuotes))
			for i := range more {
				more[i] = RefTo("x", fmt.Sprint(rng.Int()))
			}
			c := &Call{Request: Request{Room: room, InPlace: true}}
			v := viewOf(c, quotes, more)
			if fit := max(0, (room*3/4-Header-1)/8); len(v.Refs) != min(fit, MaxRefs, len(quotes)+len(more)) {
				t.Fatalf("room for %d: %d of %d refs", room, len(v.Refs), len(quotes)+len(more))
			}
			if v.Answers != min(len(quotes), len(v.Refs)) || v.Shown != v.Answers {
				t.Fatalf("room for %d: %+v", room, v)
			}
			actions := b.viewActions(c, v)
			if len(v.Refs) == 0 {
				if actions != nil {
					t.Fatalf("room for %d: buttons of nothing: %+v", room, actions)
				}
				continue
			}
			back, err := ReadView(v.Payload())
			if err != nil || !reflect.DeepEqual(back, v) || back.Refs[0] != quotes[0].ref() {
				t.Fatalf("%+v came back as %+v, %v", v, back, err)
			}
			Fitting(t, fmt.Sprint("room for ", room), Reply{Actions: actions}, room)
			Fitting(t, fmt.Sprint("room for ", room), Reply{Actions: backFrom(c, Context, v)}, room)
			if more := Labelled(Reply{Actions: actions}, "More quotes"); (more != "") != (len(v.Refs) > len(quotes)) {
				t.Fatalf("room for %d: %+v offers more: %q", room, v, more)
			}
		}
	}
	for room, want := range map[int]int{64: 5, 100: 8} {
		v := viewOf(&Call{Request: Request{Room: room}}, make([]Quote, 3), make([]Ref, 13))
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
		if v, err := ReadView([]byte(bad)); !errors.Is(err, ErrUnknown) {
			t.Errorf("%s: %+v, %v", name, v, err)
		}
	}
	for good, want := range map[string][2]int{"\x01": {0, 1}, "\x11": {1, 1}, "\x35": {3, 5}, "\x55": {5, 5}, "\x05": {0, 5}} {
		if v, err := ReadView([]byte(good + refs)); err != nil || v.Answers != want[0] || v.Shown != want[1] || len(v.Refs) != 5 {
			t.Errorf("%q: %+v, %v", good, v, err)
		}
	}
}

// TestInPlace goes round the buttons under an answer and comes back each time
// to what stood there.
func TestInPlace(t *testing.T) {
	b, _ := Answering(t, 1, KeepIn(t))
	ask := Grouped("Who opened it?", Addressed)
	answer := b.Handle(context.Background(), ask)
	labels := func(r Reply) (out []string) {
		Fitting(t, "a view", r, 64)
		for _, a := range r.Actions {
			out = append(out, a.Label)
		}
		return out
	}
	want := func(r Reply, kind ReplyKind, buttons ...string) {
		t.Helper()
		if r.Kind != kind || !r.InPlace || r.Private || r.Thread || !slices.Equal(labels(r), buttons) {
			t.Fatalf("%q under %+v", labels(r), r)
		}
	}
	press := func(r Reply, label string) Reply {
		t.Helper()
		token := Labelled(r, label)
		if token == "" {
			t.Fatalf("no button %q under %+v", label, r)
		}
		return b.Handle(context.Background(), Pressed(token))
	}
	if got := labels(answer); answer.InPlace || !slices.Equal(got, []string{"More quotes", "Context", "Source", "Helpful", "Not helpful"}) {
		t.Fatalf("%q under %+v", got, answer)
	}
	all := press(answer, "More quotes")
	want(all, KindAnswer, "Context", "Source", "Helpful", "Not helpful")
	if got := Cited(all); !slices.Equal(got, []string{"The captain opened the bridge.", "Crowds cheered.", "A band played in the rain.", "Ships hooted."}) {
		t.Errorf("%q", got)
	}
	if head, ok := all.Blocks[3].(Para); !ok || head.Text != For("en").Say("more_quotes", nil) || !all.Blocks[0].(Cite).Lead || all.Blocks[4].(Cite).Lead {
		t.Errorf("%+v", all.Blocks)
	}
	for name, start := range map[string]Reply{"three quotes": answer, "all": all} {
		around := press(start, "Context")
		want(around, KindNotice, "Back", "Source")
		if lead := around.Blocks[1].(Cite); lead.Mark.Of(lead.Text) != "The captain opened the bridge." || lead.Folded {
			t.Errorf("%s: the quote is hidden: %+v", name, around.Blocks)
		}
		for _, block := range around.Blocks[2:] {
			if c, ok := block.(Cite); !ok || !c.Folded {
				t.Errorf("%s: not folded: %+v", name, block)
			}
		}
		source := press(around, "Source")
		want(source, KindNotice, "Back", "Context")
		for _, r := range []Reply{press(around, "Back"), press(source, "Back"), press(press(source, "Context"), "Back")} {
			if r.Kind != KindAnswer || !r.InPlace || !reflect.DeepEqual(r.Blocks, start.Blocks) || !reflect.DeepEqual(r.Actions, start.Actions) {
				t.Errorf("%s: came back to %+v, want %+v", name, r, start)
			}
		}
	}
	// What is a word in passing takes nothing's place.
	for _, label := range []string{"Helpful", "Not helpful"} {
		if r := press(all, label); r.InPlace || r.Private || !IsSaying(r, KindNotice, "thanks", nil) {
			t.Errorf("%s: %+v", label, r)
		}
	}
	// All read it, so it is in the language of the group.
	if _, err := b.state.ChangeSettings(context.Background(), "telegram", "-100", func(s *state.Settings) error { s.Language, s.Preview = "uk", true; return nil }); err != nil {
		t.Fatal(err)
	}
	if r := press(answer, "Context"); Labelled(r, "Назад") == "" {
		t.Errorf("%+v", r)
	} else if r := b.Handle(context.Background(), Pressed(Labelled(r, "Назад"))); !r.Preview || r.Blocks[1].(Cite).Label != "Також" {
		t.Errorf("%+v", r)
	}
	// Where a press is answered for the presser alone, nothing is replaced.
	for _, label := range []string{"More quotes", "Context", "Source"} {
		if r := b.Handle(context.Background(), Pressing(Labelled(answer, label))); r.InPlace || !r.Private || len(Cited(r)) == 0 {
			t.Errorf("%s elsewhere: %+v", label, r)
		}
	}
}

// TestOldViews presses buttons whose answer stands in other texts by now.
func TestOldViews(t *testing.T) {
	quotes := []string{"The captain opened the bridge.", "Crowds cheered.", "A band played in the rain.", "Ships hooted.", "Nobody slept."}
	names := []string{"міст", "b", "c", "d", "e"}
	files := func(without ...int) fstest.MapFS {
		out := fstest.MapFS{"zz.md": Page("Something else.")}
		for i, q := range quotes {
			if !slices.Contains(without, i) {
				out[names[i]+".md"] = Page(q)
			}
		}
		return out
	}
	old := Loaded(t, files())
	old.Found.Confidence = 1
	for i := range quotes {
		old.Found.Hits = append(old.Found.Hits, old.Hit(names[i], 0, 0, 9-float64(i)/10))
	}
	// Three answer; two come with the button for more.
	answer := New(Config{Searcher: old, Library: old}).Handle(context.Background(), Grouped("Who opened it?", Addressed))
	_, payload, err := Read(Labelled(answer, "Context"))
	if err != nil {
		t.Fatal(err)
	}
	v, err := ReadView(payload)
	if err != nil || len(v.Refs) != 5 || v.Answers != 3 || v.Shown != 3 {
		t.Fatalf("%+v, %v", v, err)
	}
	back := Make(Show, v.Payload())

	gone := func(r Reply) bool { return IsSaying(r, KindError, "passage_gone", nil) && !r.InPlace }
	changed := func(r Reply) bool {
		return IsSaying(r, KindError, "source_changed", Data{"ID": "міст"}) && !r.InPlace
	}
	shows := func(want ...int) func(Reply) bool {
		return func(r Reply) bool {
			var texts []string
			for _, i := range want {
				texts = append(texts, quotes[i])
			}
			return r.Kind == KindAnswer && r.InPlace && slices.Equal(Cited(r), texts)
		}
	}
	lead := func(r Reply) bool { return r.InPlace && slices.Contains(Cited(r), quotes[0]) }
	tests := []struct {
		name               string
		now                fstest.MapFS
		edited             []int // in the store, since they were indexed
		sources            []string
		shown, all, around func(Reply) bool
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
			now := Loaded(t, tt.now)
			for _, i := range tt.edited {
				*tt.now[names[i]+".md"] = *Page("Not so: " + quotes[i])
			}
			config := Config{Searcher: &FakeSearcher{Err: errors.New("not searched")}, Library: now}
			KeepIn(t)(&config)
			if _, err := config.State.ChangeSettings(context.Background(), "telegram", "-100", func(s *state.Settings) error { s.Sources = tt.sources; return nil }); err != nil {
				t.Fatal(err)
			}
			b := New(config)
			for what, press := range map[string]struct {
				token string
				holds func(Reply) bool
			}{
				"back": {back, tt.shown}, "more": {Labelled(answer, "More quotes"), tt.all},
				"context": {Labelled(answer, "Context"), tt.around}, "source": {Labelled(answer, "Source"), tt.around},
			} {
				r := b.Handle(context.Background(), Pressed(press.token))
				if !press.holds(r) || r.Private {
					t.Errorf("%s: %+v", what, r)
				}
				Fitting(t, what, r, 64)
				if i := slices.IndexFunc(r.Blocks, func(b Block) bool { _, ok := b.(Para); return ok }); what == "more" && r.Kind == KindAnswer && i >= 0 && i == len(r.Blocks)-1 {
					t.Errorf("a heading over nothing: %+v", r.Blocks)
				}
			}
		})
	}
}

// A passage that a note leads to is shown as one, whatever it stood beside:
// what does not answer must not come back as an answer.
func TestOpenedPassages(t *testing.T) {
	b, f := Answering(t, 0, KeepIn(t))
	f.Found.Hits[0].Met = 1
	const quote = "The captain opened the bridge."
	noted := func(r Reply) string {
		for _, block := range r.Blocks {
			if c, ok := block.(Cite); ok && len(c.Notes) > 0 {
				return c.Notes[0].Token
			}
		}
		return ""
	}
	for what, r := range map[string]Request{
		"a refusal": Grouped("Who flew the zeppelin?", Addressed),
		"a word":    Grouped("zeppelin", Addressed),
		"a search":  Grouped("/search captain"),
		"a check":   Grouped("/check The captain opened the old bridge."),
		"an answer": Grouped("Who opened it?", Addressed),
	} {
		f.Found.Confidence = map[bool]float64{true: 1}[what == "an answer"]
		reply := b.Handle(context.Background(), r)
		Fitting(t, what, reply, 64)
		token := noted(reply)
		if token == "" {
			t.Fatalf("%s leads nowhere: %+v", what, reply)
		}
		opened := b.Handle(context.Background(), Grouped("/start "+token, Alone))
		if opened.Kind != KindNotice || opened.InPlace || !slices.Contains(Cited(opened), quote) || Labelled(opened, "Back") == "" || Labelled(opened, "Source") == "" {
			t.Fatalf("%s: opened %+v", what, opened)
		}
		Fitting(t, what, opened, 64)
		back := b.Handle(context.Background(), Pressed(Labelled(opened, "Back"), Alone))
		if back.Kind != KindNotice || !back.InPlace || !slices.Equal(Cited(back), []string{quote}) || back.Blocks[0].(Cite).Lead || back.Blocks[0].(Cite).Label != "A passage from the texts:" {
			t.Errorf("%s: came back to %+v", what, back)
		}
		if ButtonOf(back, Helpful)+ButtonOf(back, NotHelpful) != "" || Labelled(back, "Context") == "" {
			t.Errorf("%s: %+v", what, back.Actions)
		}
	}
	// There are none where a press is answered apart, nor where there is no room.
	f.Found.Confidence = 1
	for name, r := range map[string]Request{
		"apart":   Asking("Who opened it?"),
		"no room": Grouped("Who opened it?", Addressed, func(r *Request) { r.Room = 19 }),
	} {
		if got := noted(b.Handle(context.Background(), r)); got != "" {
			t.Errorf("%s: %q", name, got)
		}
	}
}

// TestStart comes to the bot by a link.
func TestStart(t *testing.T) {
	b, _ := Answering(t, 1, KeepIn(t))
	answer := b.Handle(context.Background(), Grouped("Who opened it?", Addressed))
	token := Labelled(answer, "Context")
	damaged := token[:len(token)-1] + map[bool]string{true: "A", false: "B"}[!strings.HasSuffix(token, "A")]
	const help, shown = "verbatim quotes", "The quote and what stands around it"
	for name, tt := range map[string]struct {
		r    Request
		want string // "": silence
	}{
		"a link":                  {Grouped("/start "+token, Alone), shown},
		"with our name":           {Grouped("/start@Rapporteur "+token, Alone), shown},
		"in a group":              {Grouped("/start@rapporteur " + token), shown},
		"to another bot":          {Grouped("/start@other " + token), ""},
		"nothing more":            {Grouped("/start", Alone), help},
		"damaged":                 {Grouped("/start "+damaged, Alone), help},
		"two":                     {Grouped("/start "+token+" "+token, Alone), help},
		"another's link":          {Grouped("/start utm_source=x", Alone), help},
		"a link without a start":  {Grouped(token, Alone), "captain"}, // a strange question
		"a slash command's words": {Grouped(token, Alone, func(r *Request) { r.Command = "start" }), help},
		"of a kind unknown":       {Grouped("/start "+Make(99, nil), Alone), "This button is of an older version"},
		"a check of nothing":      {Grouped("/start "+Make(Check, nil), Alone), "I no longer see the message"},
		"a check":                 {Grouped("/start "+Make(Check, nil), Alone, func(r *Request) { r.About = "The captain opened the bridge." }), "Claimed: “The captain"},
		"settings":                {Grouped("/start "+Make(Set, []byte("language:de")), Alone), "This button is of an older version"},
		"settings in a group":     {Grouped("/start@rapporteur " + Make(Set, []byte("language:de"))), "This button is of an older version"},
	} {
		r := b.Handle(context.Background(), tt.r)
		if r.InPlace || tt.want == "" != (r.Kind == KindSilent) || !strings.Contains(TextsOf(r), tt.want) {
			t.Errorf("%s: %q is missing from %+v", name, tt.want, r)
		}
		Fitting(t, name, r, 64)
	}
}

// FuzzInPlace presses anything where it takes effect in place, as somebody who
// may change the settings.
func FuzzInPlace(f *testing.F) {
	lead := RefTo("a", "The captain opened the bridge.")
	f.Add(byte(Show), []byte("\x11"+string(lead[:])))
	f.Add(byte(Show), []byte("\x01"+string(lead[:])))
	f.Add(byte(Context), []byte("\x12"+string(lead[:])+string(lead[:])))
	f.Add(byte(Origin), []byte("\xff"+string(lead[:])))
	f.Add(byte(Check), []byte("x"))
	for _, s := range []string{"language:de", "answer:all", "preview:on", "quiet:22-7", "quiet:99:99-1", "zone:../../etc/passwd", "zone:\x00", "language:\xff", "admin:5", "allow:here", "sources:a", ":", "", "language", "x:y:z"} {
		f.Add(byte(Set), []byte(s))
	}
	b, _ := Answering(f, 1, KeepIn(f))
	f.Fuzz(func(t *testing.T, kind byte, payload []byte) {
		r := b.Handle(context.Background(), Pressed(Make(ActionKind(kind), payload), func(r *Request) {
			r.Manager, r.Room, r.About = true, 100, string(payload)
		}))
		if r.Kind == KindSilent || r.Private || strings.Contains(TextsOf(r), "my side") {
			t.Fatalf("kind %d, payload %x: %+v", kind, payload, r)
		}
		if r.Kind == KindError && !utf8.ValidString(TextsOf(r)) {
			t.Fatalf("kind %d, payload %x: %q", kind, payload, TextsOf(r))
		}
		Fitting(t, fmt.Sprintf("kind %d, payload %x", kind, payload), r, 100)
		for _, text := range Cited(r) {
			if !slices.Contains([]string{"The captain opened the bridge.", "Crowds cheered.", "A band played in the rain.", "Ships hooted.", "So it is."}, text) {
				t.Fatalf("%q is quoted", text)
			}
		}
	})
}

// TestButtonWords reads every button there is, in every language.
func TestButtonWords(t *testing.T) {
	for _, lang := range Languages() {
		t.Run(lang, func(t *testing.T) {
			b, f := Answering(t, 1, KeepIn(t))
			f.Found.Hits[0].Met = 1
			in := func(r *Request) { r.Locale = lang }
			managing := func(r *Request) { r.Manager = true }
			seen := make(map[string]bool)
			var follow func(r Reply, where func(*Request), depth int)
			follow = func(r Reply, where func(*Request), depth int) {
				Fitting(t, fmt.Sprintf("%s, %q", lang, TextsOf(r)), r, 64)
				for _, a := range r.Actions {
					if seen[a.Token] || depth == 0 {
						continue
					}
					seen[a.Token] = true
					follow(b.Handle(context.Background(), Pressed(a.Token, in, managing, where)), where, depth-1)
				}
			}
			stay := func(*Request) {}
			for _, where := range []func(*Request){stay, Alone, func(r *Request) { r.Group = false }} {
				for _, confidence := range []float64{1, 0} {
					f.Found.Confidence = confidence
					follow(b.Handle(context.Background(), Grouped("Who opened it?", in, Addressed, where)), where, 3)
				}
				follow(b.Handle(context.Background(), Grouped("/settings", in, managing, where)), where, 3)
				follow(b.Handle(context.Background(), Grouped("It is so.", in, where, Addressed, func(r *Request) { r.Forwarded = true })), where, 2)
			}
			if len(seen) < 20 {
				t.Errorf("only %d buttons: the test is too easy", len(seen))
			}
		})
	}
}

// What is no view is said in passing, for which Telegram has 200 characters:
// https://core.telegram.org/bots/api#answercallbackquery
func TestWordsInPassing(t *testing.T) {
	long := strings.Repeat("w", 300)
	for _, lang := range Languages() {
		w := For(lang)
		for id, d := range map[string]Data{
			"thanks": nil, "will_not_tell": nil, "stale_button": nil, "passage_gone": nil, "question_gone": nil, "forward_again": nil,
			"no_claims": nil, "no_space": nil, "not_manager": nil, "nothing_kept": nil, "managers_only": nil, "managers_only_group": nil,
			"cannot_tell_manager": nil, "too_slow": nil, "failed": {"ID": "ABCDEF"}, "slow_down": {"Count": 60},
			"will_tell":        {"Question": Shorten(long, maxPromised)},
			"will_tell_here":   {"Question": Shorten(long, maxPromised)},
			"follows_too_many": {"Count": state.MaxFollows},
			"source_changed":   {"ID": "2025/12/14-statement"},
			"bad_zone":         {"Value": Clip(long)},
			"bad_quiet":        {"Value": Clip(long)},
			"bad_choice":       {"Name": "confidence", "Value": Clip(long), "Choices": "default, careful, balanced, eager"},
		} {
			if n := utf8.RuneCountInString(w.Say(id, d)); n > 200 {
				t.Errorf("%s: %s has %d characters", lang, id, n)
			}
		}
	}
	b, _ := Answering(t, 0, KeepIn(t))
	question := "Who flew " + strings.Repeat("far and ", 100) + "away?"
	for _, where := range []func(*Request){func(*Request) {}, Alone} {
		r := b.Handle(context.Background(), Grouped(question, Addressed, where))
		r = b.Handle(context.Background(), Pressed(ButtonOf(r, Tell), where))
		if n := utf8.RuneCountInString(TextsOf(r)); r.Kind != KindNotice || r.InPlace || n > 200 {
			t.Errorf("%d characters: %+v", n, r)
		}
	}
}

// Two sentences that are alike have one ref, so it does not matter which is
// found: both say the same.
func TestAlike(t *testing.T) {
	f := Loaded(t, fstest.MapFS{"a.md": Page("So it is. Quite so.\n\nOr not.\n\nSo it is.")})
	f.Found.Confidence = 1
	f.Found.Hits = []index.Hit{f.Hit("a", 2, 0, 9), f.Hit("a", 0, 0, 8)}
	b := New(Config{Searcher: f, Library: f})
	r := b.Handle(context.Background(), Grouped("What is it?", Addressed))
	if got := Cited(b.Handle(context.Background(), Pressed(Labelled(r, "Context")))); !strings.HasPrefix(got[0], "So it is.") {
		t.Errorf("%q", got)
	}
	if raw, err := base64.RawURLEncoding.DecodeString(Labelled(r, "Context")); err != nil || len(raw) != Header+1+8 {
		t.Errorf("%d bytes, %v", len(raw), err)
	}
}
