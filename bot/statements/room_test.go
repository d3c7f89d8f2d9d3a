package statements_test

import (
	"context"
	"strings"
	"testing"
	"testing/fstest"

	"rapporteur/bot"
	"rapporteur/bot/bottest"
	"rapporteur/corpus/said"
	"rapporteur/index"
)

// files are texts in which several people speak on several days.
func files() fstest.MapFS {
	text := func(day, s string) *fstest.MapFile {
		return &fstest.MapFile{Data: []byte("---\ntitle: The bridge\npublisher: Freedonia Post\npublished: " + day + "\nlanguage: en\n---\n\n" + s + "\n")}
	}
	return fstest.MapFS{
		"a.md": text("2025-12-01", "Rufus Firefly said that the bridge was too dear."),
		"b.md": text("2025-12-10", "Rufus Firefly said that the bridge was worth its price. Ambassador Trentino warned that the bridge would sink."),
		"c.md": text("2025-12-20", "The bridge was opened. Trentino said that he had never doubted the bridge."),
	}
}

func newBot(t *testing.T) (*bottest.Bot, *bottest.FakeSearcher) {
	f := bottest.Loaded(t, files())
	f.Found.Hits = []index.Hit{f.Hit("b", 0, 0, 9), f.Hit("a", 0, 0, 8), f.Hit("b", 0, 1, 7), f.Hit("c", 0, 1, 6), f.Hit("c", 0, 0, 5)}
	return bottest.New(bottest.Config{Searcher: f, Library: f, Parties: func() (said.Parties, error) {
		return said.Parties{{Name: "Freedonia", Speakers: []string{"Rufus Firefly"}}, {Name: "Sylvania", Speakers: []string{"Trentino"}}, {Name: "Osterlich", Speakers: []string{"Margaret Dumont"}}}, nil
	}}), f
}

func run(b *bottest.Bot, command, text string, options map[string]string) bot.Reply {
	return b.Handle(context.Background(), bottest.Commanding(command, text, func(r *bot.Request) { r.Options = options }))
}

func TestQuotes(t *testing.T) {
	b, _ := newBot(t)
	r := run(b, "quotes", "Firefly", nil)
	if got := bottest.Cited(r); len(got) != 2 || got[0] != "Rufus Firefly said that the bridge was worth its price." || !strings.Contains(bottest.TextsOf(r), "2 statements by Firefly") {
		t.Errorf("%q", bottest.TextsOf(r))
	}
	if r := run(b, "quotes", "Firefly", map[string]string{"asof": "2025-12-05"}); len(bottest.Cited(r)) != 1 || !strings.Contains(bottest.TextsOf(r), "too dear") {
		t.Errorf("as of a day: %q", bottest.TextsOf(r))
	}
	for text, want := range map[string]string{"": "Whose words?", "Groucho": "nobody called “Groucho”"} {
		if r := run(b, "quotes", text, nil); r.Kind != bot.KindError || !strings.Contains(bottest.TextsOf(r), want) {
			t.Errorf("%q: %+v", text, r)
		}
	}
}

func TestSpeakers(t *testing.T) {
	b, _ := newBot(t)
	r := run(b, "speakers", "", nil)
	if got := bottest.TextsOf(r); !strings.Contains(got, "2 speakers") || !strings.Contains(got, "2 statements, the last in a text of 10 December 2025") {
		t.Errorf("%q", got)
	}
	if r := run(b, "speakers", "nobody", nil); !strings.Contains(bottest.TextsOf(r), "Nobody so called") {
		t.Errorf("%q", bottest.TextsOf(r))
	}
}

func TestTimeline(t *testing.T) {
	b, _ := newBot(t)
	r := run(b, "timeline", "bridge", nil)
	got := bottest.Cited(r)
	if len(got) != 4 || !strings.Contains(got[0], "too dear") || !strings.Contains(got[3], "never doubted") {
		t.Errorf("%q", got)
	}
	if len(r.Files) != 1 || r.Files[0].Type != "image/png" {
		t.Errorf("%d pictures", len(r.Files))
	}
	if r := run(b, "timeline", "bridge", map[string]string{"by": "Trentino"}); len(bottest.Cited(r)) != 2 {
		t.Errorf("by one: %q", bottest.Cited(r))
	}
}

func TestFirstAndLast(t *testing.T) {
	b, _ := newBot(t)
	for command, want := range map[string]string{"first": "too dear", "last": "never doubted"} {
		if got := bottest.Cited(run(b, command, "the bridge", nil)); len(got) != 1 || !strings.Contains(got[0], want) {
			t.Errorf("%s: %q", command, got)
		}
	}
	if r := run(b, "first", "a tunnel", nil); len(bottest.Cited(r)) > 0 || !strings.Contains(bottest.TextsOf(r), "No dated text has the words") {
		t.Errorf("%q", bottest.TextsOf(r))
	}
}

// Each party is quoted with its newest statement, and who has none is named.
func TestCompare(t *testing.T) {
	b, _ := newBot(t)
	r := run(b, "compare", "What of the bridge?", nil)
	text := bottest.TextsOf(r)
	if got := bottest.Cited(r); len(got) != 2 || !strings.Contains(got[0], "worth its price") || !strings.Contains(got[1], "never doubted") {
		t.Errorf("%q", got)
	}
	if !strings.Contains(text, "Positions") || !strings.Contains(text, "No statement on this in the texts: Osterlich") || !strings.Contains(text, "Freedonia, ") {
		t.Errorf("%q", text)
	}
}

// A question with by: is answered by that speaker or refused.
func TestBy(t *testing.T) {
	b, f := newBot(t)
	f.Found.Confidence = 1
	r := run(b, "ask", "How was the bridge?", map[string]string{"by": "Trentino"})
	for _, quote := range bottest.Cited(r) {
		if !strings.Contains(quote, "Trentino") {
			t.Errorf("another speaks: %q", quote)
		}
	}
	if r := run(b, "ask", "How was the bridge?", map[string]string{"by": "Margaret Dumont"}); r.Kind != bot.KindRefusal || !strings.Contains(bottest.TextsOf(r), "nothing by Margaret Dumont") {
		t.Errorf("%+v", r)
	}
}
