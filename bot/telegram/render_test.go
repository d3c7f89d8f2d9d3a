package telegram_test

import (
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"rapporteur/bot"
	"rapporteur/bot/telegram"
	"rapporteur/bot/telegram/telegramtest"
	"rapporteur/corpus"
)

var update = flag.Bool("update", false, "write the golden files anew")

func reply(blocks ...bot.Block) bot.Reply { return bot.Reply{Kind: bot.KindAnswer, Blocks: blocks} }

func TestRender(t *testing.T) {
	t.Parallel()
	long := strings.TrimSpace(strings.Repeat("Делегації провели другий раунд зустрічей. ", 16))
	tests := []struct {
		name  string
		reply bot.Reply
	}{
		{"para", reply(
			bot.Para{Text: "The sources do not say.", Style: bot.Strong},
			bot.Para{Text: `Ask about <talks> & "meetings".`},
			bot.Para{Text: "Two\nlines.", Style: bot.Small},
			bot.Para{Text: ""},
		)},
		{"cite", reply(bot.Cite{
			Label:  "Nearest passage",
			Text:   "Ми <готові> говорити & слухати.\n\n“Йдеться про мир”, сказав він.",
			Lead:   true,
			Source: "Office of the President, “Address”, 14 December 2025",
			Link:   `https://example.org/address?a=1&b="2"#:~:text=a,b`,
			Notes: []bot.Note{
				{Text: "based on a report", Link: "https://example.org/report"},
				{Text: "translated by the publisher"},
			},
		})},
		{"cite_long", reply(bot.Cite{Text: long, Source: "UN News"})},
		{"cite_bare", reply(bot.Cite{Text: "Only the words."})},
		{"cite_bad_link", reply(bot.Cite{Text: "Words.", Source: "Source", Link: "javascript:alert(1)"})},
		{"list", reply(
			bot.Para{Text: "Commands", Style: bot.Strong},
			bot.List{Items: []bot.Item{
				{Term: "/ask question", Text: "Ask a <question>"},
				{Term: "un-2025-12-14", Text: "UN News, 14 December 2025", Link: "https://example.org/un"},
				{Text: "no term", Link: "https://example.org/"},
				{Term: "only a term", Link: "https://example.org/"},
			}},
		)},
		{"marked", reply(
			bot.Cite{Text: "Before <the> words & after.", Mark: corpus.Range{Start: 7, End: 18}, Folded: true, Source: "UN News",
				Notes: []bot.Note{{Text: "un-news, bytes 7–18", Token: "AQJA-mark_"}}},
			bot.Cite{Text: "All of it.", Mark: corpus.Range{End: 10}},
			bot.Cite{Text: "Їжак від початку.", Mark: corpus.Range{End: 8}},
			bot.Cite{Text: "Аж до кінця.", Mark: corpus.Range{Start: 10, End: 21}},
			bot.Cite{Text: "Half a letter: ї.", Mark: corpus.Range{Start: 15, End: 16}},
		)},
		{"controls", reply(bot.Para{Text: "a\x00b\x1b[31mc\td\r\ne\rf\u2028g\u202eh\xff"})},
		{"silent", bot.Reply{}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) { golden(t, tt.name, tt.reply) })
	}
}

// golden compares how a reply is rendered with a file.
func golden(t *testing.T, name string, r bot.Reply) {
	t.Helper()
	html, text, _ := telegram.Render(r, telegramtest.Name)
	got := html + "\n" + rows(r.Actions)
	file := filepath.Join("testdata", name+".html")
	if *update {
		if err := os.WriteFile(file, []byte(got), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if got != string(want) {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
	if seen, _, err := telegramtest.ParseHTML(html); err != nil || seen != text {
		t.Errorf("read as %q, %v; want %q", seen, err, text)
	}
}

// rows are the labels of buttons, those of a row on a line.
func rows(actions []bot.Action) (out string) {
	row := -1
	for _, a := range actions {
		if a.Row != row {
			out, row = strings.TrimSuffix(out, " ")+"\n", a.Row
		}
		out += "[" + a.Label + "] "
	}
	if out != "" {
		out = strings.TrimSuffix(out, " ") + "\n"
	}
	return out
}

func TestSizeIsWhatTelegramCounts(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]int{
		"":           0,
		"abc":        3,
		"їжак":       4,
		"<&>":        3,
		"🙂":          2,
		"e\u0301":    2,
		"👩‍👩‍👧":      8,
		"a\r\nb\x00": 4,
	} {
		if got := telegram.Size(reply(bot.Para{Text: text})); got != want {
			t.Errorf("size of %q is %d, want %d", text, got, want)
		}
	}
}
