package ask_test

import (
	"context"
	"strings"
	"testing"
	"testing/fstest"

	"rapporteur/bot"
	"rapporteur/bot/bottest"
	"rapporteur/corpus"
	"rapporteur/index"
)

// TestPageOfQuote shows the page of a printed document, until its text is edited.
func TestPageOfQuote(t *testing.T) {
	text := "\nThe captain opened the bridge in May.\n\nThe harbour cost ninety crowns.\n"
	field := corpus.PagesField(text, []corpus.PageStart{{Page: 1, At: 0}, {Page: 12, At: strings.Index(text, "The harbour")}})
	matter := "---\ntitle: Report\nurl: https://example.org/a.pdf#top\npublished: 2025-12-16\nlanguage: en\npages: \"" + field + "\"\n---\n"
	for name, tt := range map[string]struct{ text, source, link string }{
		"as it came": {text, "“Report”, p. 12", "https://example.org/a.pdf#page=12"},
		"edited":     {text + "\nMore.\n", "“Report”", "https://example.org/a.pdf#top:~:text=The%20harbour%20cost%20ninety%20crowns."},
	} {
		c, problems, err := corpus.Load(context.Background(), fstest.MapFS{"a.md": {Data: []byte(matter + tt.text)}}, corpus.Aliases{})
		if err != nil || len(problems) > 0 {
			t.Fatal(err, problems)
		}
		x, err := index.Open(context.Background(), c, index.Options{})
		if err != nil {
			t.Fatal(err)
		}
		defer x.Close()
		r := bottest.New(bottest.Config{Searcher: x, Library: x}).Handle(context.Background(), bottest.InPrivate("How much did the harbour cost?"))
		if len(r.Blocks) == 0 {
			t.Fatalf("%s: %+v", name, r)
		}
		if cite, ok := r.Blocks[0].(bot.Cite); !ok || cite.Source != tt.source || cite.Link != tt.link {
			t.Errorf("%s: %+v", name, r.Blocks[0])
		}
	}
}
