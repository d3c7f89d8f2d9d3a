package telegram_test

import (
	"strings"
	"testing"
	"unicode/utf16"

	"rapporteur/bot"
	"rapporteur/bot/telegram"
	"rapporteur/bot/telegram/telegramtest"
	"rapporteur/corpus"
)

// FuzzRender holds that no text can act as markup: read back as Telegram reads
// it, the HTML is the text, with the entities that were meant and no others;
// that what is marked stands out and nothing beside it; and that the parts of a
// long reply fit, the question above them.
func FuzzRender(f *testing.F) {
	for i, s := range []string{
		"", "plain", "<b>&amp;</b>", `"><a href="x">`, "&#0;&lt", "a\x00\xff\u202e\r\n", "їжак 👩‍👩‍👧", "</blockquote>",
		"@everyone", "say @some_one, @x1 and a@b.example", "𝐬𝐨𝐨𝐧", "a\u030ab", "\r\n\r\n", strings.Repeat("слово ", 1500), strings.Repeat("🙂", 1000),
	} {
		f.Add(s, s, "https://example.org/?q="+s, s, uint(i), uint(2*i+1), i%2 == 0)
	}
	const token, opens = "AQJA-_09", "https://t.me/" + telegramtest.Name + "?start=AQJA-_09"
	f.Fuzz(func(t *testing.T, a, b, link, question string, from, to uint, folded bool) {
		// Labels, source lines and terms are not divided: the bot keeps them short.
		if r := []rune(b); len(r) > 200 {
			b = string(r[:200])
		}
		mark := corpus.Range{Start: int(from % uint(len(a)+1)), End: int(to % uint(len(a)+1))}
		if mark.End < mark.Start {
			mark.Start, mark.End = mark.End, mark.Start
		}
		r := reply(
			bot.Para{Text: a, Style: bot.Small},
			bot.Cite{Label: b, Text: a, Mark: mark, Folded: folded, Source: b, Link: link, Notes: []bot.Note{{Text: b, Link: link}, {Text: b, Token: token}}},
			bot.List{Items: []bot.Item{{Term: b, Text: a, Link: link}}},
		)
		r.Question = question
		html, text, entities := telegram.Render(r, telegramtest.Name)
		seen, found, err := telegramtest.ParseHTML(html)
		if err != nil || seen != text || len(found) != entities {
			t.Fatalf("%q read as %q with %d entities, %v; want %q with %d", html, seen, len(found), err, text, entities)
		}
		clean := telegram.Clean(a)
		unbroken := func(s string) string { return strings.ReplaceAll(s, "\u2060", "") }
		if clean != "" && (strings.Count(unbroken(text), unbroken(clean)) < 3 || !strings.Contains(text, clean)) {
			t.Errorf("%q is not thrice in %q", clean, text)
		}
		units := utf16.Encode([]rune(text))
		said := func(e telegramtest.Entity) string { return string(utf16.Decode(units[e.Offset : e.Offset+e.Length])) }
		for _, e := range found {
			switch {
			case e.URL != "" && e.URL != telegram.Clean(link) && e.URL != opens:
				t.Errorf("links to %q, want %q or %q", e.URL, link, opens)
			case e.URL == opens && unbroken(said(e)) != unbroken(telegram.Clean(b)):
				t.Errorf("%q opens the passage", said(e))
			case strings.Contains(e.Type, "blockquote"):
				if said(e) != clean {
					t.Errorf("quoted is %q, want %q", said(e), clean)
				}
				if folded && e.Type != "expandable_blockquote" {
					t.Errorf("a %s is not folded", e.Type)
				}
			case e.Type == "bold":
				if got := said(e); unbroken(got) != unbroken(telegram.Clean(b)) && got != telegram.Clean(mark.Of(a)) {
					t.Errorf("%q stands out, want %q", got, mark.Of(a))
				}
			}
		}
		pages := telegram.Compose(r, telegramtest.Name, true)
		for _, p := range pages {
			if n := len(utf16.Encode([]rune(p.Text))); n > telegram.MaxText || p.Entities > 100 {
				t.Errorf("a page has %d units and %d entities", n, p.Entities)
			}
			if seen, _, err := telegramtest.ParseHTML(p.HTML); err != nil || seen != p.Text {
				t.Errorf("%q read as %q, %v", p.HTML, seen, err)
			}
		}
		if question != "" && len(pages) > 0 && !strings.HasPrefix(pages[0].Text, "“") {
			t.Errorf("the question is not above %q", pages[0].Text)
		}
	})
}
