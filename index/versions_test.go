package index_test

import (
	"testing"

	"rapporteur/index"
)

// TestVersions asks in three languages about one text in two, and one that has
// no version.
func TestVersions(t *testing.T) {
	german := text("ferry.de", "de", "Die Fähre nach Ostholm fährt von Pier 7 ab. Ministerin Nora Lindqvist hat die Fähre am Freitag eröffnet.")
	german.Original = "ferry"
	x := open(t, newCorpus(t, nil, german,
		text("ferry", "en", "The ferry to Ostholm sails from pier 7. Minister Nora Lindqvist opened the ferry on Friday."),
		text("mill", "en", "The mill of Ostholm burnt down."),
	), index.Options{})
	for _, tt := range []struct{ question, want, version string }{
		{"Who opened the ferry?", "Minister Nora Lindqvist opened the ferry on Friday.", "ferry.de"},
		{"Wer hat die Fähre eröffnet?", "Ministerin Nora Lindqvist hat die Fähre am Freitag eröffnet.", "ferry"},
		{"Wann hat Minister Lindqvist die ferry eröffnet?", "Ministerin Nora Lindqvist hat die Fähre am Freitag eröffnet.", "ferry"},
		{"What happened to the mill?", "The mill of Ostholm burnt down.", ""},
	} {
		r := search(t, x, index.Query{Text: tt.question})
		if len(r.Hits) == 0 {
			t.Errorf("%s: no hits", tt.question)
			continue
		}
		h := r.Hits[0]
		got, err := h.Text.Read(h.Sentence)
		if err != nil || got != tt.want {
			t.Errorf("%s: got %q (%v), want %q", tt.question, got, err, tt.want)
		}
		version := ""
		if len(h.Versions) > 0 {
			version = h.Versions[0].ID
		}
		if version != tt.version {
			t.Errorf("%s: also in %q, want %q", tt.question, version, tt.version)
		}
		for _, o := range r.Hits[1:] {
			if s, _ := o.Text.Read(o.Sentence); s == "The ferry to Ostholm sails from pier 7." && h.Text.Language == "de" {
				t.Errorf("%s: %q follows although there is a German version", tt.question, s)
			}
		}
	}
}
