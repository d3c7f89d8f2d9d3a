package ask_test

import (
	"context"
	"encoding/json"
	"strings"
	"testing"

	"rapporteur/bot"
	"rapporteur/bot/ask"
	"rapporteur/bot/bottest"
	"rapporteur/index"
)

func TestGreetings(t *testing.T) {
	b, f := bottest.Answering(t, 1, nil)
	f.OnSearch = func(context.Context, index.Query) (index.Result, error) {
		t.Error("a greeting is searched for")
		return index.Result{}, nil
	}
	for _, s := range []string{"Hi", "hello!", "Good morning :)", "Привіт!", "Доброго дня", "Дякую 🙏", "Здравствуйте!", "Guten Tag.", "Vielen Dank", "Grüß Gott!", "Bonjour", "¡Hola!", "Grazie", "Dzień dobry", "Mulțumesc"} {
		if r := b.Handle(context.Background(), bottest.InPrivate(s)); r.Kind != bot.KindNotice || !strings.Contains(bottest.TextsOf(r), "/ask") {
			t.Errorf("%q: %+v", s, r)
		}
	}
	for _, s := range []string{"", "🙏", "hello world", "hi hi hi hi hi hi", "How much?"} {
		if ask.IsGreeting(s) {
			t.Errorf("%q is taken for a greeting", s)
		}
	}
}

func TestAnswers(t *testing.T) {
	b, f := bottest.Answering(t, 0.8, nil)
	r := b.Handle(context.Background(), bottest.InPrivate("Who opened the bridge?"))
	if len(r.Blocks) != ask.MaxQuotes {
		t.Fatalf("%+v", r)
	}
	for i, want := range []bot.Cite{{Lead: true, Text: "The captain opened the bridge."}, {Label: "Also", Text: "Crowds cheered."}, {Text: "A band played in the rain."}} {
		got := r.Blocks[i].(bot.Cite)
		if got.Text != want.Text || got.Lead != want.Lead || got.Label != want.Label || got.SourceLine() != "“The captain opened the bridge.”, 16 December 2025" ||
			!strings.HasPrefix(got.Link, "https://example.org/page#:~:text=") {
			t.Errorf("block %d is %+v", i, got)
		}
	}

	// What adds nothing is left out: from the same passage, in the same words,
	// or much worse.
	f.Found.Hits = []index.Hit{f.Hit("a", 0, 0, 9), f.Hit("a", 0, 0, 9), f.Hit("a", 1, 0, 6.9), f.Hit("b", 0, 0, 7.1)}
	a, err := b.Ask(context.Background(), "Who opened the bridge?", nil)
	if err != nil || len(a.Quotes) != 2 || a.Quotes[1].Text != "So it is." {
		t.Errorf("%+v, %v", a, err)
	}
	if a.Confidence != 0.8 || a.Question != "Who opened the bridge?" || a.Searched != (ask.Searched{2, "2025-12-16", "2025-12-16"}) {
		t.Errorf("%+v", a)
	}
	j, err := json.Marshal(a)
	if err != nil || !strings.Contains(string(j), `"nearest":[]`) || !strings.Contains(string(j), `"published":"2025-12-16"`) || strings.Contains(string(j), "unknown") {
		t.Errorf("%s, %v", j, err)
	}

	// The filters reach the search.
	var got index.Query
	f.OnSearch = func(_ context.Context, q index.Query) (index.Result, error) { got = q; return f.Found, nil }
	r = b.Handle(context.Background(), bot.Request{Command: "ask", Text: `Who said "we go"? source:a`, Options: map[string]string{"since": "2025", "before": "2026-02-01", "lang": "EN"}})
	if got.Text != `Who said "we go"?` || len(got.Phrases) != 1 || got.Sources[0] != "a" || got.Since.Day() != "2025-01-01" || got.Before.Day() != "2026-02-01" || got.Language != "en" || got.Limit == 0 || r.Kind != bot.KindAnswer {
		t.Errorf("searched for %+v", got)
	}
}
