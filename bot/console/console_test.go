package console_test

import (
	"context"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"rapporteur/bot"
	"rapporteur/bot/bottest"
	"rapporteur/bot/console"
)

var update = flag.Bool("update", false, "write the golden files anew")

// terminal is a person at a terminal: every step is a line typed.
type terminal struct{ h bot.Handler }

func (p terminal) Say(t testing.TB, s bottest.Step) []string {
	if s.Where == bottest.Group {
		if s.Command == "" {
			return nil // there are no groups in a terminal, so nothing is said past the bot
		}
	}
	var out strings.Builder
	err := console.New(console.Config{Handler: p.h, In: strings.NewReader(typed(s)), Out: &out, Locale: s.Locale}).Run(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	if out.Len() == 0 {
		return nil
	}
	return []string{read(out.String())}
}

// typed is the line a person types for a step.
func typed(s bottest.Step) string {
	line := s.Text
	if s.Command != "" {
		line = "/" + s.Command + " " + s.Text
	}
	for name, value := range s.Options {
		line += " " + name + `:"` + value + `"`
	}
	return line + "\n"
}

// read takes the marks of quotation off.
func read(s string) string {
	lines := strings.Split(s, "\n")
	for i, l := range lines {
		lines[i] = strings.TrimPrefix(l, "> ")
	}
	return strings.Join(lines, "\n")
}

func TestConversations(t *testing.T) {
	bottest.Run(t, func(t *testing.T, h bot.Handler) bottest.Platform { return terminal{h} })
}

// samples are replies with every kind of block.
var samples = map[string]bot.Reply{
	"answer": {Kind: bot.KindAnswer, Blocks: []bot.Block{
		bot.Cite{Lead: true, Text: "The bridge will cost $120 million, the ministry said, and half of that is to come from neighbouring Sylvania.",
			Source: "Freedonia Post, “The bridge”, 16 December 2025", Link: "https://example.org/bridge#:~:text=The%20bridge",
			Notes: []bot.Note{{Text: "bridge, bytes 10–87"}, {Text: "based on example.net", Link: "https://example.net/wire"}}},
		bot.Cite{Label: "Also", Text: "Line one of two,\r\nand line two.", Source: "“Untitled”, undated"},
	}},
	"refusal": {Kind: bot.KindRefusal, Blocks: []bot.Block{
		bot.Para{Text: "The sources do not say.", Style: bot.Strong},
		bot.Para{Text: "I searched 4 texts."},
		bot.Cite{Label: "The nearest passage:", Text: "Міст збудують.", Source: "Вісті, «Міст»"},
	}},
	"list": {Kind: bot.KindNotice, Blocks: []bot.Block{
		bot.Para{Text: "2 texts", Style: bot.Strong},
		bot.List{Items: []bot.Item{{Term: "bridge", Text: "Freedonia Post, “The bridge”", Link: "https://example.org/bridge"}, {Text: "no term"}}},
		bot.Para{Text: "And 3 more.", Style: bot.Small},
	}},
	"files": {Kind: bot.KindNotice, Blocks: []bot.Block{bot.Para{Text: "3 refused", Style: bot.Strong}}, Files: []bot.File{
		{Name: "refused.csv", Type: "text/csv", Data: make([]byte, 999)},
		{Name: "all.csv", Type: "text/csv", Data: make([]byte, 1_250_000)},
		{Name: "a.png", Type: "image/png", Data: make([]byte, 1260)},
	}},
	"hostile": {Kind: bot.KindAnswer, Blocks: []bot.Block{
		bot.Cite{Text: "red \x1b[31malert\x1b[0m \x07 bell, \u009b31m and\ttab", Source: "title \x1b]0;owned\x07"},
	}},
}

func TestRender(t *testing.T) {
	styles := map[string]console.Style{"plain": {}, "colour": {Colour: true, Width: 60}}
	for name, r := range samples {
		for styleName, style := range styles {
			t.Run(name+"/"+styleName, func(t *testing.T) {
				got := console.Render(r, style)
				path := filepath.Join("testdata", name+"."+styleName+".txt")
				if *update {
					if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
						t.Fatal(err)
					}
				}
				want, err := os.ReadFile(path)
				if err != nil {
					t.Fatal(err)
				}
				if got != string(want) {
					t.Errorf("got\n%s\nwant\n%s", got, want)
				}
			})
		}
	}
}

func TestRenderObeysNothing(t *testing.T) {
	got := console.Render(samples["hostile"], console.Style{})
	if i := strings.IndexFunc(got, func(r rune) bool { return r != '\n' && (r < 0x20 || r >= 0x7f && r < 0xa0) }); i >= 0 {
		t.Errorf("a control character came through at byte %d of %q", i, got)
	}
}

func TestRunEnds(t *testing.T) {
	h := bottest.NewBot(t, nil)
	tests := []struct {
		name, in, want string
	}{
		{"at the end of the input", "", ""},
		{"without a last line break", "/about", "Rapporteur test"},
		{"at exit", "exit\n/about\n", ""},
		{"after blank lines", "\n\n/about\n", "Rapporteur test"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var out strings.Builder
			if err := console.New(console.Config{Handler: h, In: strings.NewReader(tt.in), Out: &out}).Run(context.Background()); err != nil {
				t.Fatal(err)
			}
			if (tt.want == "") != (out.Len() == 0) || !strings.Contains(out.String(), tt.want) {
				t.Errorf("got %q, want %q in it", out.String(), tt.want)
			}
		})
	}
	t.Run("when the context does", func(t *testing.T) {
		ctx, cancel := context.WithCancel(context.Background())
		r, w, err := os.Pipe() // never written to: the read would block for ever
		if err != nil {
			t.Fatal(err)
		}
		defer w.Close()
		defer r.Close()
		cancel()
		if err := console.New(console.Config{Handler: h, In: r, Out: &strings.Builder{}}).Run(ctx); err != nil {
			t.Fatal(err)
		}
	})
}

// goingOn is a handler whose replies go on.
type goingOn struct {
	updates chan bot.Reply
	begun   func()
}

func (h goingOn) Handle(context.Context, bot.Request) bot.Reply {
	h.begun()
	return bot.Reply{Kind: bot.KindNotice, Blocks: []bot.Block{bot.Para{Text: "begun"}}, Updates: h.updates}
}

func TestUpdates(t *testing.T) {
	say := func(s string) bot.Reply {
		return bot.Reply{Kind: bot.KindNotice, Blocks: []bot.Block{bot.Para{Text: s}}}
	}
	h := goingOn{make(chan bot.Reply, 2), func() {}}
	h.updates <- say("half")
	h.updates <- say("done")
	close(h.updates)
	var out strings.Builder
	if err := console.New(console.Config{Handler: h, In: strings.NewReader("/reindex\n"), Out: &out}).Run(t.Context()); err != nil {
		t.Fatal(err)
	}
	if got, want := out.String(), "begun\n\nhalf\n\ndone\n\n"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}

	// What never ends does not keep the console from ending.
	ctx, cancel := context.WithCancel(t.Context())
	h = goingOn{make(chan bot.Reply), cancel}
	if err := console.New(console.Config{Handler: h, In: strings.NewReader("/reindex\n"), Out: &out}).Run(ctx); err != nil {
		t.Fatal(err)
	}
}

func TestLocale(t *testing.T) {
	tests := []struct {
		env  map[string]string
		want string
	}{
		{map[string]string{"LANG": "uk_UA.UTF-8"}, "uk-UA"},
		{map[string]string{"LANG": "uk_UA.UTF-8", "LC_ALL": "de_DE"}, "de-DE"},
		{map[string]string{"LANG": "C.UTF-8", "LC_MESSAGES": "en_GB"}, "en-GB"},
		{nil, ""},
	}
	for _, tt := range tests {
		if got := console.Locale(func(k string) string { return tt.env[k] }); got != tt.want {
			t.Errorf("Locale(%v) = %q, want %q", tt.env, got, tt.want)
		}
	}
}
