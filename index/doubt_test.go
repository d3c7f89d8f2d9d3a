package index_test

import (
	"testing"

	"rapporteur/index"
	"rapporteur/index/rank"
)

// TestWhenWill asks when something will be: what was is no answer.
func TestWhenWill(t *testing.T) {
	for _, tt := range []struct {
		said, asked string
		answered    bool
	}{
		{"The new bridge was opened on 4 May 2024 by the mayor.", "When was the new bridge opened?", true},
		{"The new bridge was opened on 4 May 2024 by the mayor.", "When will the new bridge be opened?", false},
		{"The new bridge would be opened on 4 May 2026, the mayor said.", "When will the new bridge be opened?", true},
		{"The new bridge is due to be opened on 4 May 2026.", "When will the new bridge be opened?", true},
	} {
		x := open(t, newCorpus(t, nil, text("a", "en", tt.said+" Nobody had asked for it.")), index.Options{})
		if r := search(t, x, index.Query{Text: tt.asked}); r.Confidence >= rank.Balanced != tt.answered {
			t.Errorf("%s %s: confidence %.2f", tt.asked, tt.said, r.Confidence)
		}
	}
}
