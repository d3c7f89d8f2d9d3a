package index_test

import (
	"testing"

	"rapporteur/index"
)

// TestNewest: sentences that differ in what they say are no copies, and the newer
// leads when it is asked for.
func TestNewest(t *testing.T) {
	older := text("older", "en", "Nora Lund said the ferry must stop.")
	newer := text("newer", "en", "Nora Lund said the ferry must run again.")
	older.Published, newer.Published = date("2026-01-10"), date("2026-02-10")
	x := open(t, newCorpus(t, nil, older, newer), index.Options{})
	for question, want := range map[string]string{
		"What did Nora Lund say about the ferry?":               "Nora Lund said the ferry must stop.",
		"What did Nora Lund say most recently about the ferry?": "Nora Lund said the ferry must run again.",
	} {
		r := search(t, x, index.Query{Text: question})
		if len(r.Hits) != 2 || r.Newest != (want == "Nora Lund said the ferry must run again.") {
			t.Errorf("%s: %d hits, newest %v", question, len(r.Hits), r.Newest)
		}
		if r.Newest && first(r) != want {
			t.Errorf("%s: got %q, want %q", question, first(r), want)
		}
	}
}
