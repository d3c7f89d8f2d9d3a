package index_test

import (
	"strings"
	"testing"

	"rapporteur/index"
)

// TestMistyped asks with slips of the finger: what was meant is found, and not
// said to be missing. What is a word of its own, or a name with a letter of its
// own, stays what it is.
func TestMistyped(t *testing.T) {
	fill := strings.Repeat("Nothing happened on that day.\n\n", 80) // more passages than are ranked without a search
	x := open(t, newCorpus(t, nil,
		text("a", "en", fill+"The siege of the harbour lasted nine weeks.\n\nThe government denied all corruption.\n\nMontcalm sent for reinforcements.\n\nUmerov spoke to the press.\n\n"),
		text("b", "uk", "Переговори тривали два дні.\n\n"),
	), index.Options{Dir: t.TempDir()})
	for _, tt := range []struct{ asked, found, unknown string }{
		{"How long did the seige last?", "siege", ""},
		{"How long did the sieege last?", "siege", ""},
		{"Who denied the coruption?", "corruption", ""},
		{"For what did Moncalm send?", "Montcalm", ""},
		{"Скільки тривали перегвори?", "Переговори", ""},
		{"To whom did Umarin speak?", "", "Umarin speak"},
		{"Who lasted the liege?", "", "liege"},
	} {
		r := search(t, x, index.Query{Text: tt.asked})
		lead := ""
		if len(r.Hits) > 0 {
			lead = r.Hits[0].Sentence.Of(r.Hits[0].Text.Body)
		}
		if !strings.Contains(lead, tt.found) || strings.Join(r.Unknown, " ") != tt.unknown {
			t.Errorf("%s: %q, unknown %q; want %q, %q", tt.asked, lead, r.Unknown, tt.found, tt.unknown)
		}
	}
}
