package ask_test

import (
	"context"
	"strings"
	"testing"
	"testing/fstest"

	"rapporteur/bot"
	"rapporteur/bot/bottest"
	"rapporteur/index"
)

// TestVerify compares claims with a text: exact, with each kind of difference, said by
// another, and not there.
func TestVerify(t *testing.T) {
	const said = "Captain Rufus Firefly said on Monday that the bridge would cost 120 million crowns in all."
	f := bottest.Loaded(t, fstest.MapFS{"a.md": bottest.Page(said + "\n\nCrowds cheered in the rain.")})
	f.Found.Hits = []index.Hit{f.Hit("a", 1, 0, 9), f.Hit("a", 0, 0, 8)}
	b := bottest.New(bottest.Config{Searcher: f, Library: f})
	for claim, want := range map[string][]string{
		said: {"These words stand in the texts:"},
		"The bridge would cost 120 million crowns in all!":                        {"These words stand in the texts:"},
		"“The bridge would cost 120 million crowns,” Captain Rufus Firefly said.": {"These words stand in the texts:"},
		"The bridge would cost 250 million crowns in all.":                        {"Nearly these words", "the text says “120” for “250”"},
		"The old bridge would cost 120 million crowns in all.":                    {"Nearly these words", "“old” is not in the text"},
		"The bridge would cost 120 crowns in all.":                                {"Nearly these words", "“million” is left out"},
		"Otto Maurer said that the bridge would cost 120 million crowns in all.":  {"These words stand", "Said by another", "Captain Rufus Firefly, not of Otto Maurer"},
		"A donkey sang of the deep green sea.":                                    {"These words are not in the texts."},
	} {
		r := b.Handle(context.Background(), checking(claim))
		cite, ok := r.Blocks[3].(bot.Cite)
		if !ok {
			t.Errorf("%q: %+v", claim, r.Blocks[3])
			continue
		}
		for _, w := range want {
			if !strings.Contains(cite.Label, w) {
				t.Errorf("%q: %q is missing from %q", claim, w, cite.Label)
			}
		}
		if other := strings.Contains(cite.Label, "Said by another"); other != (len(want) == 3) {
			t.Errorf("%q: %q", claim, cite.Label)
		}
	}
}
