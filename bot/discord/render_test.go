package discord

import (
	"flag"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"unicode"

	"github.com/bwmarrin/discordgo"

	"rapporteur/bot"
	"rapporteur/bot/adapter"
	"rapporteur/bot/discord/discordtest"
	"rapporteur/corpus"
)

var update = flag.Bool("update", false, "write the golden files anew")

// TestRender compares what Discord would get, and what a reader would see of
// it, with the files in testdata.
func TestRender(t *testing.T) {
	t.Parallel()
	const link = "https://example.org/bridge#:~:text=cost%20%24120"
	tests := map[string][]bot.Block{
		"para": {
			bot.Para{Text: "The sources do not say.", Style: bot.Strong},
			bot.Para{Text: "I searched 4 texts, from 1. May on:\n1. the first\n- the second", Style: bot.Plain},
			bot.Para{Text: "It cost $120 billion, 0.25% of it U.S.-backed (see #3; ~5 > 4 | a < 5).\r\nNew line.\rAnother."},
			bot.Para{Text: "More at https://example.org/a_b_c?d=e_f, they say.\n\nAnd below.", Style: bot.Small},
			bot.Para{Text: "  two words  ", Style: bot.Strong},
			bot.Para{Text: " \n "},
		},
		"cite": {
			bot.Cite{Text: "The ministry said that the bridge would cost $120 million.", Lead: true,
				Source: "Freedonia Post, “The bridge”, 16 December 2025", Link: link,
				Notes: []bot.Note{{Text: "bridge, bytes 169–256"}, {Text: "based on example.net", Link: "https://example.net/wire_(2)"}}},
			bot.Cite{Label: "Nearest passage", Text: "One line.\r\n\r\n# Two\rThree\n", Source: "Вісті, без посилання"},
			bot.Cite{Text: "A piece of a longer quote"},
			bot.Cite{Source: "A title [of two] kinds", Link: "https://example.org"},
			bot.Cite{Source: "A title] with a stray bracket", Link: "https://example.org"},
			bot.Cite{Source: "See https://example.org/x", Link: "https://example.org/y z"},
			bot.Cite{Source: "Not for the web", Link: "javascript:alert(1)"},
			bot.Cite{Source: "Endless", Link: "https://example.org/" + strings.Repeat("x", maxURL)},
		},
		"list": {
			bot.List{Items: []bot.Item{
				{Term: "/ask", Text: "answers a question"},
				{Term: "bridge", Text: "The *bridge*", Link: link},
				{Text: "- no term\nbut two lines"},
				{Term: "term only"},
				{Term: "snake_case", Text: "1. not a number"},
				{},
			}},
			bot.Para{Text: "After the list."},
		},
		"hostile": {
			bot.Para{Text: `The *engineers* wrote <b>no</b> to [this](https://evil.example) & said: @everyone must_read_this \o/ ` + "`now`" + ` ~~or~~ ||never|| <@1> #1.`},
			bot.Para{Text: "# a\n#b\n#### c\n> d\n>>> e\n- f\n+ g\n* h\n-# i\n-1\n12. j\n12.5\n  - k\n---"},
			bot.Para{Text: "10:30 and 10:30:45, :smile: or :+1::skin-tone-2:, a:b, ::, https://x.example/*y*, ftp://x, HTTPS://A_B_C/d_e"},
			bot.Cite{Label: "@here", Text: "> <#1> <t:1:R> <:a:1> </b:1> <3 x<y", Source: "a](b) **c**", Link: "http://example.org/><\"\\ \n)"},
			bot.Para{Text: `**` + "\\" + `*`, Style: bot.Strong},
		},
	}
	for name, blocks := range tests {
		t.Run(name, func(t *testing.T) {
			got := Render(bot.Reply{Blocks: blocks})
			golden(t, name+".md", got)
			golden(t, name+".read.txt", discordtest.Read(got))
		})
	}
}

// TestMark: what is marked in a quote is bold where that is safe.
func TestMark(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct{ before, marked, after, want string }{
		{"a ", "b", " c", "> a **b** c"},
		{"a", " b ", "c", "> a **b** c"},
		{"", "all", "", "> **all**"},
		{"a\r\nb ", "c\r\n\r\nd", " e", "> a\n> b **c**\n> \n> **d** e"},
		{" \n\na ", "b", "\n", "> a **b**"},
		{"*a*", "*_b_*", "_c", `> \*a\***\*\_b\_\***\_c`},
		{"- ", "# a", "", `> \- **# a**`},
		{"see https://example.org/", "a", " b", "> see https://example.org/a b"},
		{"see ", "https://example.org/a", "", "> see **https://example.org/a**"},
		{"a", "", "b", "> ab"},
		{"a", " ", "b", "> a b"},
	} {
		c := bot.Cite{Text: tt.before + tt.marked + tt.after, Mark: corpus.Range{Start: len(tt.before), End: len(tt.before + tt.marked)}}
		if got := Render(bot.Reply{Blocks: []bot.Block{c}}); got != tt.want {
			t.Errorf("%q|%q|%q\n got %s\nwant %s", tt.before, tt.marked, tt.after, got, tt.want)
		}
	}
	for _, r := range []corpus.Range{{Start: 1, End: 2}, {Start: -1, End: 2}, {Start: 2, End: 9}, {Start: 3, End: 2}} { // within a character, or nowhere
		if got := Render(bot.Reply{Blocks: []bot.Block{bot.Cite{Text: "її", Mark: r}}}); got != "> її" {
			t.Errorf("%v: got %q", r, got)
		}
	}
}

func golden(t *testing.T, name, got string) {
	t.Helper()
	file := filepath.Join("testdata", name)
	if *update {
		if err := os.WriteFile(file, []byte(got+"\n"), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if got+"\n" != string(want) {
		t.Errorf("%s differs; got:\n%s", name, got)
	}
}

func TestUntouched(t *testing.T) {
	t.Parallel()
	for _, text := range []string{
		"$120 billion", "0.25%", "U.S.-backed", "(a) [b] {c}", "#MeToo", "5 > 4 < 6", "-5 degrees", "a ~ b | c",
		"e.g. 10:30", "mail@example.org", "“Quoted” – and so on…", "https://example.org/a_b?c=d#:~:text=e_f", "Що сказав Байден?",
	} {
		if got := escape(text, true); got != text {
			t.Errorf("escape(%q) = %q", text, got)
		}
	}
}

// TestWeight: no text is longer than its weight, which grows with the text.
func TestWeight(t *testing.T) {
	t.Parallel()
	random := rand.New(rand.NewPCG(5, 6))
	for range 100 {
		s := trouble(random, 12)
		before := 0
		for end := range s {
			text := s[:end]
			r := bot.Reply{Blocks: []bot.Block{
				bot.Para{Text: text, Style: bot.Strong},
				bot.Cite{Label: text, Text: text, Lead: headable(text), Source: text, Date: text, Published: day("2025-12-16"), Link: "https://example.org/",
					Notes: []bot.Note{{Text: text, Link: "https://example.org/"}}},
				bot.List{Items: []bot.Item{{Term: text, Text: text, Places: []bot.Place{{ID: "1"}}}}},
			}}
			written := 0
			for _, c := range blocks(r.Blocks) {
				switch c := c.(type) {
				case discordgo.TextDisplay:
					written += adapter.Units(c.Content)
				case discordgo.Section:
					for _, c := range c.Components {
						written += adapter.Units(c.(discordgo.TextDisplay).Content)
					}
				}
			}
			if w := weight(r, components); w < written || w < before {
				t.Fatalf("%q weighs %d, is %d, and weighed %d before", text, w, written, before)
			} else {
				before = w
			}
			if w := weight(r, embeds); w < adapter.Units(Render(r)) {
				t.Fatalf("%q weighs %d in an embed, is %d", text, w, adapter.Units(Render(r)))
			}
		}
	}
}

// hostile are texts that Discord would read as anything but what they say.
var hostile = []string{
	"", "plain", "*a* _b_ __c__ **d** ~~e~~ ||f|| `g` ```h```", "# a\n- b\n1. c\n> d\n-# e", `\*\`, "[a](b)", "[a](<https://b>)",
	"<@1> <#2> <t:3:R> </d:4> @everyone @here", ":a: :b_c: 1:2:3", "https://a.b/c_d_e https://a.b/*c* <https://d>", "a\r\n\r\nb\rc",
	"http://_ _x_", "https://a.b/c)_d_", "xhttps://a_b_c*", "***", "**a*", "_*_*", "http://a.b/c.*d*", "][](", "[x]\\(y)", "-\u00a0a", "1.\u2003b",
}

// FuzzRender checks that whatever a block says is what a reader sees.
func FuzzRender(f *testing.F) {
	for _, s := range hostile {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) { readsAsWritten(t, strings.ToValidUTF8(s, "\ufffd")) })
}

// TestRenderRandom does as FuzzRender with texts that are nothing but trouble.
func TestRenderRandom(t *testing.T) {
	t.Parallel()
	random := rand.New(rand.NewPCG(1, 2))
	for range 1500 {
		readsAsWritten(t, trouble(random, 1+random.IntN(12)))
		if t.Failed() {
			return
		}
	}
}

// trouble puts n random pieces of Markdown together.
func trouble(random *rand.Rand, n int) string {
	pieces := []string{"*", "**", "_", "__", "~", "~~", "|", "||", "`", "```", "\\", "[", "]", "(", ")", "](", "<", ">", "<@1>", "<#1>", "<:a:1>", "<t:1>",
		"#", "# ", "-", "- ", "-# ", "+ ", "> ", ">>> ", "1. ", "1", ".", ":", ":a:", "@everyone", "@here", "http://", "https://a.b/", "://", "a", "b c", " ", "  ",
		"\n", "\r\n", "\t", "é", "Ї", "🏛️", "\u00a0", "\u200b", "/", "!", "\"", "'", ",", "%20", "steam://x"}
	var s strings.Builder
	for range n {
		s.WriteString(pieces[random.IntN(len(pieces))])
	}
	return s.String()
}

// readsAsWritten renders s in every place a text can stand in and reads it back.
func readsAsWritten(t *testing.T, s string) {
	t.Helper()
	if strings.ContainsAny(s, "⟦⟧•") {
		return // the reader's own signs
	}
	written := visible(s)
	line := visible(strings.ReplaceAll(written, "\n", " "))
	linked := line + " (https://example.org/)"
	if written == "" {
		linked = "https://example.org/"
	}
	const link = "https://example.org/"
	tests := []struct {
		block bot.Block
		want  string
	}{
		{bot.Para{Text: s}, written},
		{bot.Para{Text: s, Style: bot.Strong}, written},
		{bot.Para{Text: s, Style: bot.Small}, written},
		{bot.Cite{Text: s}, written},
		{bot.Cite{Label: s}, written},
		{bot.Cite{Source: s}, line},
		{bot.Cite{Source: s, Link: link}, linked},
		{bot.Cite{Notes: []bot.Note{{Text: s, Link: link}}}, linked},
		{bot.List{Items: []bot.Item{{Term: "t", Text: s}}}, visible("• t " + written)},
		{bot.List{Items: []bot.Item{{Term: s, Text: "x", Link: link}}}, visible("• " + line + " x (" + link + ")")},
	}
	for _, tt := range tests {
		text := Render(bot.Reply{Blocks: []bot.Block{tt.block}})
		if got := visible(discordtest.Read(text)); got != tt.want {
			t.Errorf("%T %+[1]v\nwant  %q\nsent  %q\nreads %q", tt.block, tt.want, text, got)
		}
	}
}

// visible leaves out what nobody can see: the kind of line breaks, and space
// around lines and in runs.
func visible(s string) string {
	s = strings.NewReplacer("\r\n", "\n", "\r", "\n").Replace(s)
	lines := strings.Split(s, "\n")
	for i, line := range lines {
		lines[i] = strings.Join(strings.FieldsFunc(line, unicode.IsSpace), " ")
	}
	return strings.TrimSpace(strings.Join(lines, "\n"))
}
