package telegram_test

import (
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"unicode/utf16"

	"rapporteur/bot"
	"rapporteur/bot/telegram"
	"rapporteur/bot/telegram/telegramtest"
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
		{"controls", reply(bot.Para{Text: "a\x00b\x1b[31mc\td\r\ne\rf\u2028g\u202eh\xff"})},
		{"silent", bot.Reply{}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got, text, _ := telegram.Render(tt.reply, "")
			golden := filepath.Join("testdata", tt.name+".html")
			if *update {
				if err := os.WriteFile(golden, []byte(got+"\n"), 0o666); err != nil {
					t.Fatal(err)
				}
			}
			want, err := os.ReadFile(golden)
			if err != nil {
				t.Fatal(err)
			}
			if got+"\n" != string(want) {
				t.Errorf("got\n%s\nwant\n%s", got, want)
			}
			if seen, _, err := telegramtest.ParseHTML(got); err != nil || seen != text {
				t.Errorf("read as %q, %v; want %q", seen, err, text)
			}
		})
	}
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

// FuzzRender holds that no text can act as markup: read back as Telegram reads
// it, the HTML is the text, with the entities that were meant and no others;
// and that the parts of a long reply fit.
func FuzzRender(f *testing.F) {
	for _, s := range []string{
		"", "plain", "<b>&amp;</b>", `"><a href="x">`, "&#0;&lt", "a\x00\xff\u202e\r\n", "їжак 👩‍👩‍👧", "</blockquote>", strings.Repeat("слово ", 1500),
	} {
		f.Add(s, s, "https://example.org/?q="+s)
	}
	f.Fuzz(func(t *testing.T, a, b, link string) {
		// Labels, source lines and terms are not divided: the bot keeps them short.
		if r := []rune(b); len(r) > 200 {
			b = string(r[:200])
		}
		r := reply(
			bot.Para{Text: a, Style: bot.Strong},
			bot.Cite{Label: b, Text: a, Source: b, Link: link, Notes: []bot.Note{{Text: b, Link: link}}},
			bot.List{Items: []bot.Item{{Term: b, Text: a, Link: link}}},
		)
		html, text, entities := telegram.Render(r, "")
		seen, found, err := telegramtest.ParseHTML(html)
		if err != nil || seen != text || len(found) != entities {
			t.Fatalf("%q read as %q with %d entities, %v; want %q with %d", html, seen, len(found), err, text, entities)
		}
		clean := telegram.Clean(a)
		if strings.Count(text, clean) < 3 && clean != "" {
			t.Errorf("%q is not thrice in %q", clean, text)
		}
		for _, e := range found {
			if e.URL != "" && e.URL != telegram.Clean(link) {
				t.Errorf("links to %q, want %q", e.URL, link)
			}
		}
		for _, part := range bot.Split(r, telegram.MaxText, telegram.Size) {
			_, text, entities := telegram.Render(part, "")
			if n := len(utf16.Encode([]rune(text))); n > telegram.MaxText || entities > 100 {
				t.Errorf("a part has %d units and %d entities", n, entities)
			}
		}
	})
}
