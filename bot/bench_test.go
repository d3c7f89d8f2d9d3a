package bot_test

import (
	"context"
	"fmt"
	"testing"
	"testing/fstest"

	"rapporteur/bot"
	"rapporteur/bot/bottest"
	"rapporteur/corpus"
	"rapporteur/index"
)

func typed(text string) bot.Request {
	return bot.Request{Platform: "telegram", User: "7", Room: 64, InPlace: true, Locale: "en", Text: text}
}

// TestPickFromIndex picks from a real index.
func TestPickFromIndex(t *testing.T) {
	b := bottest.NewBot(t, bottest.KeptIn(t, ""))
	for text, want := range map[string]string{
		"How much will the bridge cost in 2026?": bottest.Budget,
		"Who will open the bridge?":              bottest.Opening,
		"What did the engineers write?":          bottest.Hostile,
		"Коли збудують міст через Бистру?":       bottest.Ukrainic,
	} {
		p := b.Pick(context.Background(), typed(text), 10)
		if !p.Answered || p.Tell != (bot.Action{}) || len(p.List) == 0 {
			t.Errorf("%s: %+v", text, p)
			continue
		}
		if r := p.List[0].Reply; r.Kind != bot.KindAnswer || r.Blocks[0].(bot.Cite).Text != want || r.Question != text {
			t.Errorf("%s: %+v", text, r)
		}
		ids := make(map[string]bool)
		for i, x := range p.List {
			if ids[x.ID] || i > 0 && x.Reply.Kind != bot.KindNotice {
				t.Errorf("%s: %+v", text, x)
			}
			ids[x.ID] = true
		}
	}
	// What is posted says what the bot would, however few can be picked.
	for _, text := range []string{"Who will open the bridge?", "What did the flood of 1934 destroy?", "Who sank the boats in Freedonia?", "How much will it cost in 2026?"} {
		a, err := b.Ask(context.Background(), text, nil)
		for _, limit := range []int{1, 5, 50} {
			if p := b.Pick(context.Background(), typed(text), limit); err != nil || p.Answered != a.Answered {
				t.Errorf("%s, %d at most: %v, asked %v, %v", text, limit, p.Answered, a.Answered, err)
			}
		}
	}
	p := b.Pick(context.Background(), typed("Who sank the boats under the bridge in Freedonia?"), 10)
	if p.Answered || len(p.List) < 2 || p.List[0].ID != "none" || p.List[0].Reply.Kind != bot.KindRefusal || p.List[1].Reply.Kind != bot.KindNotice {
		t.Errorf("%+v", p)
	}
	p = b.Pick(context.Background(), typed("Who won the chess olympiad?"), 10)
	if p.Answered || len(p.List) != 1 || p.Tell.Kind != bot.Tell {
		t.Errorf("%+v", p)
	}
}

// BenchmarkPick is one key pressed: over the texts that come with the program,
// and over 10,000 sentences.
func BenchmarkPick(b *testing.B) {
	run := func(name string, h *bottest.Bot, texts ...string) {
		for _, text := range texts {
			b.Run(fmt.Sprintf("%s/%q", name, text), func(b *testing.B) {
				if len(h.Pick(context.Background(), typed(text), 10).List) == 0 {
					b.Fatal("nothing to pick")
				}
				for b.Loop() {
					h.Pick(context.Background(), typed(text), 10)
				}
			})
		}
	}
	run("bundled", bottest.NewBundled(b, nil), "defence", "How much will Ukraine spend on defence in 2026?", "Who won the chess olympiad in Reykjavik?")

	files := fstest.MapFS{}
	for i := range 500 {
		var body []byte
		for j := range 20 {
			body = fmt.Appendf(body, "Delegation %d of Freedonia said on day %d that bridge number %d would cost $%d million in %d. ", i%40, j, 20*i+j, (7*i+3*j)%900, 2020+i%9)
		}
		files[fmt.Sprintf("%03d.md", i)] = &fstest.MapFile{Data: fmt.Appendf(nil, "---\ntitle: Notes %d\nlanguage: en\n---\n%s\n", i, body)}
	}
	c, problems, err := corpus.Load(context.Background(), files, corpus.Aliases{})
	if err != nil || len(problems) > 0 {
		b.Fatal(err, problems)
	}
	x, err := index.Open(context.Background(), c, index.Options{})
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { x.Close() })
	run("10000", bottest.New(bottest.Config{Searcher: x, Library: x}), "bridge", "How much would bridge number 4242 cost?", "Who won the chess olympiad in Freedonia?")
}
