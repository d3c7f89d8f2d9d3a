package operate_test

import (
	"strings"
	"testing"
	"testing/fstest"

	"rapporteur/bot"
	"rapporteur/bot/bottest"
	"rapporteur/corpus/said"
)

// TestCorrect has an operator set and clear a speaker: the next quote says so, and what
// does not stand in the text is refused.
func TestCorrect(t *testing.T) {
	f := bottest.Loaded(t, fstest.MapFS{"a.md": bottest.Page("Captain Rufus Firefly said that the bridge was safe.")})
	f.Found.Confidence = 1
	f.Found.Hits = append(f.Found.Hits, f.Hit("a", 0, 0, 9))
	var kept []said.Correction
	b := bottest.New(bottest.Config{Searcher: f, Library: f, Config: bot.Config{Admins: []string{"discord:7"}, State: bottest.Store(t, "")},
		Corrections: func() ([]said.Correction, error) { return kept, nil },
		Correct:     func(c said.Correction) error { kept = []said.Correction{c}; return nil }})
	label := func() string {
		r := b.Handle(t.Context(), bottest.Asking("Was the bridge safe?"))
		return r.Blocks[0].(bot.Cite).Label
	}
	if got := label(); !strings.Contains(got, "Firefly") {
		t.Fatalf("before: %q", got)
	}
	correct := func(id string, options map[string]string) bot.Reply {
		return b.Handle(t.Context(), bottest.Commanding("correct", id, func(r *bot.Request) { r.Options = options }))
	}
	for id, options := range map[string]map[string]string{
		"":        {"words": "the bridge was safe"},
		"a":       nil,
		"nowhere": {"words": "the bridge was safe"},
		" a ":     {"words": "the moon is made of cheese"},
	} {
		if r := correct(id, options); r.Kind != bot.KindError || len(kept) > 0 {
			t.Errorf("%q %v: %+v", id, options, r)
		}
	}
	if r := correct("a", map[string]string{"words": "the bridge was safe", "speaker": "Otto Maurer"}); r.Kind != bot.KindNotice {
		t.Fatalf("%+v", r)
	}
	if got := label(); !strings.Contains(got, "Otto Maurer") {
		t.Errorf("corrected: %q", got)
	}
	correct("a", map[string]string{"words": "the bridge was safe"})
	if got := label(); got != "" {
		t.Errorf("cleared: %q", got)
	}
}
