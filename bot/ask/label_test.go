package ask_test

import (
	"context"
	"strings"
	"testing"
	"testing/fstest"

	"rapporteur/bot"
	"rapporteur/bot/bottest"
	"rapporteur/corpus/said"
)

// TestWhoSays holds that a quote names who says it, and how; nobody where the
// outlet speaks for itself, gives an act as if it were speech, or where two speak.
func TestWhoSays(t *testing.T) {
	for sentence, want := range map[string]string{
		"Captain Rufus Firefly said that the bridge was safe.":                                           "Captain Rufus Firefly said, as reported:",
		"“The bridge is safe,” Captain Rufus Firefly said.":                                              "Captain Rufus Firefly said, word for word:",
		"The bridge was opened on Monday.":                                                               "",
		"Freedonia would support the bridge.":                                                            "",
		"Rufus Firefly has consistently refused every offer.":                                            "",
		"Captain Rufus Firefly said that the bridge was safe, while Otto Maurer warned that it was not.": "",
	} {
		f := bottest.Loaded(t, fstest.MapFS{"a.md": bottest.Page(sentence)})
		f.Found.Confidence = 1
		f.Found.Hits = f.Found.Hits[:0]
		f.Found.Hits = append(f.Found.Hits, f.Hit("a", 0, 0, 9))
		b := bottest.New(bottest.Config{Searcher: f, Library: f})
		r := b.Handle(context.Background(), bottest.InPrivate("Who is it?"))
		label := r.Blocks[0].(bot.Cite).Label
		if !strings.HasPrefix(label, want) || want == "" && label != "" {
			t.Errorf("%q: %q", sentence, label)
		}
		a, err := b.Ask(context.Background(), "Who is it?", nil)
		if err != nil || (a.Quotes[0].Speaker != nil) != (want != "") {
			t.Errorf("%q: %+v, %v", sentence, a.Quotes, err)
		}
	}
}

// What people know better of who speaks counts.
func TestCorrectedSpeaker(t *testing.T) {
	f := bottest.Loaded(t, fstest.MapFS{"a.md": bottest.Page("Captain Rufus Firefly said that the bridge was safe.")})
	f.Found.Confidence = 1
	f.Found.Hits = append(f.Found.Hits, f.Hit("a", 0, 0, 9))
	b := bottest.New(bottest.Config{Searcher: f, Library: f, Corrections: func() ([]said.Correction, error) {
		return []said.Correction{{Text: "a", Words: "the bridge was safe"}}, nil
	}})
	if a, err := b.Ask(context.Background(), "Who is it?", nil); err != nil || a.Quotes[0].Speaker != nil {
		t.Errorf("%+v, %v", a.Quotes, err)
	}
}
