package rank

import (
	"slices"
	"testing"

	"rapporteur/index/words"
)

// TestCompounds asks for parts of German compounds and for compounds of parts.
func TestCompounds(t *testing.T) {
	const text = "Die Friedensverhandlungen begannen. Der Frieden kam, Verhandlungen ruhten. Die Kontrolle blieb, eine Rolle fehlte. Verhandlungsführer reisten, ein Führer ging. Bachmut lag am Bach."
	var a words.Analyser
	found := a.Tokens("de", text)
	var names Spellings
	for _, w := range found {
		names.Add("de", text, w)
	}
	c := NewCounter()
	c.Add("de", []*Passage{{Sentences: [][]Token{Tokens(&a, "de", text)}}})
	s := c.Stats()
	s.Spell(names.Forms(), nil)
	term := func(w string) string { return a.Tokens("de", w)[0].Term }
	for _, tt := range []struct {
		asked string
		want  []string
	}{
		{"Verhandlungen", []string{"Verhandlungsführer", "Friedensverhandlungen"}},
		{"Frieden", []string{"Friedensverhandlungen"}},
		{"Friedensverhandlung", []string{"Verhandlungen"}},
		{"Verhandlungsführer", []string{"Führer"}},
		{"Rolle", nil},
		{"Bach", nil},
	} {
		var want []uint32
		for _, w := range tt.want {
			want = append(want, Short(Hash(term(w))))
		}
		var got []uint32
		for _, r := range s.Languages["de"].compounds(term(tt.asked)) {
			got = append(got, r.Short)
		}
		if !slices.Equal(got, want) {
			t.Errorf("%s: %d related, want %s", tt.asked, len(got), tt.want)
		}
	}
}
