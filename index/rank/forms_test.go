package rank

import (
	"bytes"
	"fmt"
	"io"
	"math/rand/v2"
	"strings"
	"testing"

	"rapporteur/corpus"
	"rapporteur/index/words"
)

// counted counts texts of one language each, as an index does.
func counted(tb testing.TB, a *words.Analyser, texts []*corpus.Text) (*Stats, *Forms) {
	tb.Helper()
	c := NewCounter()
	var names Spellings
	for _, t := range texts {
		var all []*Passage
		for n, p := range t.Passages {
			all = append(all, Analyse(a, t, n, p.Of(t.Body), func(sentence string, w words.Token) { names.Add(t.Language, sentence, w) }))
		}
		c.Add(t.Language, all)
	}
	return c.Stats(), names.Forms()
}

func stored(tb testing.TB, w io.WriterTo) string {
	tb.Helper()
	var b bytes.Buffer
	if _, err := w.WriteTo(&b); err != nil {
		tb.Fatal(err)
	}
	return b.String()
}

// someTexts makes texts of few words in several languages, many of them names
// that are written in several ways.
func someTexts(tb testing.TB, r *rand.Rand, n int) []*corpus.Text {
	tb.Helper()
	langs := []string{"en", "de", "uk", "", "nl"}
	list := strings.Fields("Harbour Harbours Harbour's Friedensverhandlung Verhandlungen Frieden Зеленського Зеленський Zelensky Kyiv United States Nations opened doubled ships the of 1871 Berg Bergs Bergen Àrbol Ö Çelik o'clock O'Neill New-York")
	var out []*corpus.Text
	for i := range n {
		var b strings.Builder
		for range 1 + r.IntN(4) {
			for range 1 + r.IntN(3) {
				fmt.Fprintf(&b, "They said %s", list[r.IntN(len(list))])
				for range r.IntN(6) {
					b.WriteString(" " + list[r.IntN(len(list))])
				}
				b.WriteString(". ")
			}
			b.WriteString("\n\n")
		}
		t, _, bad := corpus.Parse(fmt.Sprintf("%d.md", i), b.String())
		if bad != nil {
			tb.Fatal(bad)
		}
		t.Language = langs[r.IntN(len(langs))]
		out = append(out, t)
	}
	return out
}

// TestChange adds texts to statistics and takes others away: what comes of it is
// what counting the rest gives, to the byte.
func TestChange(t *testing.T) {
	r := rand.New(rand.NewPCG(5, 6))
	a := words.New([][]string{{"Zelensky", "Зеленський"}, {"New-York", "Big Apple"}})
	texts := someTexts(t, r, 40)
	base, forms := counted(t, a, texts)
	base.Spell(forms, nil)
	for round := range 60 {
		gone := r.IntN(len(texts) + 1)
		if round == 30 {
			gone = len(texts)
		}
		added := someTexts(t, r, r.IntN(20))
		minus, minusForms := counted(t, a, texts[:gone])
		plus, plusForms := counted(t, a, added)
		rest, err := base.Minus(minus)
		if err != nil {
			t.Fatal(err)
		}
		restForms, err := forms.Minus(minusForms)
		if err != nil {
			t.Fatal(err)
		}
		got, gotForms := rest.Plus(plus), restForms.Plus(plusForms)
		got.Spell(gotForms, base)

		texts = append(texts[gone:], added...)
		want, wantForms := counted(t, a, texts)
		want.Spell(wantForms, nil)
		if stored(t, got) != stored(t, want) || stored(t, gotForms) != stored(t, wantForms) {
			t.Fatalf("round %d: %d texts differ from the same counted at once", round, len(texts))
		}
		if again, err := ParseForms([]byte(stored(t, gotForms))); err != nil || stored(t, again) != stored(t, gotForms) {
			t.Fatalf("stored forms are read as others: %v", err)
		}
		base, forms = got, gotForms
	}
	strange, strangeForms := counted(t, a, someTexts(t, r, 100))
	if _, err := base.Minus(strange); err == nil {
		t.Error("texts were taken away that are not there")
	}
	if _, err := forms.Minus(strangeForms); err == nil {
		t.Error("names were taken away that are not there")
	}
}

func TestParseFormsDamaged(t *testing.T) {
	_, forms := counted(t, words.New(nil), someTexts(t, rand.New(rand.NewPCG(7, 8)), 3))
	whole := stored(t, forms)
	for i := range whole {
		if _, err := ParseForms([]byte(whole[:i])); err == nil {
			t.Errorf("the first %d of %d bytes are read as whole", i, len(whole))
		}
	}
}
