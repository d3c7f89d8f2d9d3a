package index

import (
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"strings"
	"testing"

	"rapporteur/corpus"
	"rapporteur/index/rank"
	"rapporteur/index/words"
)

// prose returns the sentences of twelve words or more of the built-in texts.
func prose(t *testing.T) []string {
	t.Helper()
	c, _, err := corpus.Load(context.Background(), os.DirFS("../corpus/texts"), corpus.Aliases{})
	if err != nil {
		t.Fatal(err)
	}
	var out []string
	for _, text := range c.Texts() {
		for _, p := range text.Passages {
			for _, r := range p.Sentences {
				if s := r.Of(text.Body); text.Language == "en" && len(strings.Fields(s)) >= 12 {
					out = append(out, s)
				}
			}
		}
	}
	if len(out) < 40 {
		t.Fatalf("only %d sentences", len(out))
	}
	return out
}

var plainWords = words.New(nil)

// alone returns s as the only sentence of a text.
func alone(id, s string) *sentence {
	r := corpus.Range{End: len(s)}
	text := &corpus.Text{ID: id, Language: "en", Body: s, Passages: []corpus.Passage{{Range: r, Sentences: []corpus.Range{r}}}}
	c := newSentence(rank.Scored{Passage: rank.Analyse(plainWords, text, 0, s, nil)})
	return &c
}

// TestSame measures on real sentences which changes are seen through, and that
// no two of them, nor any that were made to say something else, are taken for
// the same.
func TestSame(t *testing.T) {
	all := prose(t)
	r := rand.New(rand.NewPCG(5, 6))
	// change puts other words in the place of n small ones.
	change := func(s string, n int) string {
		w := strings.Fields(s)
		for range 200 {
			if i := 1 + r.IntN(len(w)-1); n > 0 && w[i] == strings.ToLower(w[i]) && !strings.ContainsAny(w[i], "0123456789") && denials(w[i]) == 0 {
				w[i] = fmt.Sprintf("word%c", 'a'+rune(n))
				n--
			}
		}
		return strings.Join(w, " ")
	}
	edits := []struct {
		name string
		edit func(string) string
		most float64 // of sentences that may be missed
	}{
		{"none", func(s string) string { return s }, 0},
		{"quotes and dashes", func(s string) string {
			return strings.NewReplacer("“", "\"", "”", "\"", "’", "'", " – ", " - ", " — ", " -- ", ",", "").Replace(s)
		}, .02},
		{"one word", func(s string) string { return change(s, 1) }, .02},
		{"two words", func(s string) string { return change(s, 2) }, .25},
		{"three words", func(s string) string { return change(s, 3) }, .5},
		{"tail of a tenth", func(s string) string {
			w := strings.Fields(s)
			return strings.Join(w[:len(w)-len(w)/10], " ") + "."
		}, .5}, // many end with a name or a number
	}
	for _, e := range edits {
		missed := 0
		for _, s := range all {
			if !same(alone("a", s), alone("b", e.edit(s))) {
				missed++
			}
		}
		share := float64(missed) / float64(len(all))
		t.Logf("%s: recall %.3f of %d", e.name, 1-share, len(all))
		if share > e.most {
			t.Errorf("%s: missed %.3f, more than %.3f", e.name, share, e.most)
		}
	}
	wrong := 0
	for i := range all {
		for j := range i {
			if all[i] != all[j] && same(alone("a", all[i]), alone("b", all[j])) {
				wrong++
				t.Logf("taken for the same:\n%s\n%s", all[i], all[j])
			}
		}
	}
	if wrong > 0 {
		t.Errorf("%d of %d pairs", wrong, len(all)*(len(all)-1)/2)
	}
}

func TestNotSame(t *testing.T) {
	const said = "Foreign Minister Anna Schmidt said on Monday that the town would spend 40 million crowns on the new bridge over the river, as the council had asked."
	for from, to := range map[string]string{
		"40 million": "45 million", "Anna Schmidt": "Karl Weber", "Monday": "Friday", "would spend": "would not spend", "said": "never said",
		"would": "wouldn't", "Foreign Minister": "Prime Minister",
	} {
		other := strings.Replace(said, from, to, 1)
		if same(alone("a", said), alone("b", other)) {
			t.Errorf("%q is taken for the same as %q", to, from)
		}
	}
	if same(alone("a", said), alone("b", said[:len(said)/2])) || same(alone("a", "?!"), alone("b", "?!")) {
		t.Error("half a sentence, or none, is taken for the same")
	}
}

// TestCopiesAreOneHit asks what three texts say that copied one another.
func TestCopiesAreOneHit(t *testing.T) {
	const wire = "The finance ministry said that the bridge over the northern river would cost 120 million crowns in 2026."
	var texts []*corpus.Text
	for _, of := range []struct{ id, day, body string }{
		{"b-late", "2025-12-18", wire},
		{"a-undated", "", wire},
		{"d-first", "2025-12-16", strings.Replace(wire, "finance ministry said", "finance ministry announced", 1)},
		{"c-first", "2025-12-16", wire},
		{"e-other", "2025-12-15", strings.Replace(wire, "120", "130", 1)},
	} {
		text := alone(of.id, of.body).Passage.Text
		text.Path, text.Hash = of.id+".md", of.id
		if of.day != "" {
			var err error
			if text.Published, err = corpus.ParseDate(of.day); err != nil {
				t.Fatal(err)
			}
		}
		texts = append(texts, text)
	}
	c, err := corpus.New(texts, corpus.Aliases{})
	if err != nil {
		t.Fatal(err)
	}
	r, err := openTest(t, c, Options{}).Search(context.Background(), Query{Text: "What will the bridge cost in 2026?"})
	if err != nil {
		t.Fatal(err)
	}
	got := make(map[string]string)
	for _, h := range r.Hits {
		var also []string
		for _, t := range h.Also {
			also = append(also, t.ID)
		}
		got[h.Text.ID] = strings.Join(also, " ")
	}
	if want := "d-first b-late a-undated"; len(r.Hits) != 2 || got["c-first"] != want {
		t.Errorf("hits %v, want c-first, also %s, and e-other", got, want)
	}
}
