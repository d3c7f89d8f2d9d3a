package rank

import (
	"bytes"
	"os"
	"slices"
	"strings"
	"testing"

	"rapporteur/index/words"
)

func TestModelReads(t *testing.T) {
	m, err := ParseModel(weightsText)
	if err != nil {
		t.Fatal(err)
	}
	again, err := ParseModel(m.String())
	if err != nil || again.String() != m.String() {
		t.Errorf("a model does not survive being written: %v", err)
	}
	if _, err := ParseModel(modelHeader + "1\tno such feature\n"); err == nil {
		t.Error("an unknown feature is no error")
	}
}

// TestThesaurus checks relations that everyday questions need.
func TestThesaurus(t *testing.T) {
	var a words.Analyser
	short := func(w string) uint32 { return Short(Hash(a.Tokens("en", w)[0].Term)) }
	for _, tt := range [][2]string{
		{"army", "military"}, {"pay", "finance"}, {"decide", "decision"}, {"pledge", "commitment"}, {"stop", "halt"}, {"sent", "send"}, {"soldiers", "troops"},
	} {
		found := false
		for _, r := range appendRelated(nil, short(tt[0])) {
			found = found || r.Short == short(tt[1])
		}
		if !found {
			t.Errorf("%s does not lead to %s", tt[0], tt[1])
		}
	}
	if the, rare := backgroundTable(backgroundData).share(short("city")), backgroundTable(backgroundData).share(short("zyzzyva")); the <= rare {
		t.Errorf("city %v is no more common than zyzzyva %v", the, rare)
	}
}

func TestAsked(t *testing.T) {
	var a words.Analyser
	for _, tt := range []struct {
		lang, text string
		want       kindOfQuestion
	}{
		{"en", "How many ships sailed?", asksHowMany}, {"en", "In what year did it open?", asksWhen}, {"en", "and the army, how big?", asksHowMany},
		{"en", "How much did it cost?", asksMoney}, {"en", "What percentage of voters came?", asksShare}, {"en", "Who built it?", asksWho},
		{"de", "Wie viele Schiffe?", asksHowMany}, {"de", "Wie viel Geld kostet der Hafen?", asksMoney}, {"de", "Seit wann ist er offen?", asksWhen},
		{"de", "In welchem Jahr wurde er eröffnet?", asksWhen}, {"de", "Wofür steht der Name?", asksWhat}, {"de", "Wem gehört er?", asksWho}, {"de", "Welchen Anteil hat er?", asksShare}, {"de", "Aus welchem Grund?", asksWhy},
		{"uk", "Скільки коштує міст?", asksMoney}, {"uk", "Коли відкрили порт?", asksWhen}, {"uk", "Яка частка суден затонула?", asksShare}, {"uk", "У якому році це було?", asksWhen}, {"uk", "Якою є назва порту?", asksWhich},
		{"uk", "Чий це порт?", asksWho}, {"uk", "З якої причини?", asksWhy}, {"uk", "Як це сталося?", asksHow}, {"uk", "Скільки часу триває рейс?", asksHowLong},
		{"ru", "Какой корабль затонул?", asksWhich}, {"ru", "Как это произошло?", asksHow}, {"ru", "В каком году открыли порт?", asksWhen}, {"ru", "Какую часть судов потеряли?", asksShare},
		{"ru", "О ком идет речь?", asksWho}, {"ru", "Сколько стоил порт?", asksMoney}, {"ru", "По какой причине?", asksWhy}, {"ru", "В какой стране он стоит?", asksWhere},
		{"fr", "Combien de temps a-t-il fallu ?", asksHowLong}, {"fr", "À quelle date le port a-t-il ouvert ?", asksWhen}, {"fr", "Lequel des ports ?", asksWhich}, {"fr", "Quels navires ?", asksWhich},
		{"fr", "Combien d’argent a-t-il coûté ?", asksMoney}, {"fr", "Qu’est-ce que le port ?", asksWhat}, {"fr", "Dans quelle ville ?", asksWhere}, {"fr", "Qui a construit le port ?", asksWho},
		{"it", "In che anno aprì il porto?", asksWhen}, {"it", "Quali navi?", asksWhich}, {"it", "Quanti marinai?", asksHowMany}, {"it", "Quanto è costato il porto?", asksMoney}, {"it", "Dov’è il porto?", asksWhere}, {"it", "Per quale motivo?", asksWhy},
		{"es", "¿Cuánto tiempo duró?", asksHowLong}, {"es", "¿Cuánto dinero costó?", asksMoney}, {"es", "¿Qué se conoce como puerto?", asksWhat}, {"es", "¿En qué año abrió?", asksWhen}, {"es", "quien lo construyo", asksWho}, {"es", "¿Quiénes vinieron?", asksWho},
		{"pl", "Jaka jest nazwa portu?", asksWhich}, {"pl", "Jak to się stało?", asksHow}, {"pl", "W którym roku otwarto port?", asksWhen}, {"pl", "Ile kosztował port?", asksMoney}, {"pl", "Której części brakuje?", asksWhich}, {"pl", "Dokąd popłynął?", asksWhere}, {"pl", "Jak długo trwał rejs?", asksHowLong},
		{"ro", "Cât timp a durat?", asksHowLong}, {"ro", "Cât a costat portul?", asksMoney}, {"ro", "În ce an s-a deschis?", asksWhen}, {"ro", "De ce s-a închis?", asksWhy}, {"ro", "Cărui oraș îi aparține?", asksWhich}, {"ro", "Câți marinari?", asksHowMany},
		{"en", "ships", asksOther},
	} {
		if got, _ := asked(tt.lang, Tokens(&a, tt.lang, tt.text), written(tt.text, a.Tokens(tt.lang, tt.text))); got != tt.want {
			t.Errorf("%q asks %s, want %s", tt.text, questionNames[got], questionNames[tt.want])
		}
	}
}

func TestStatsRoundTrip(t *testing.T) {
	c := NewCounter()
	var a words.Analyser
	var names Spellings
	names.Add("en", "Lunden", words.Token{Term: "lunden", End: 6, Flags: words.Capital})
	c.Add("en", []*Passage{{Sentences: [][]Token{Tokens(&a, "en", "Ships sail. Ships sink."), Tokens(&a, "en", "A harbour.")}}})
	var b bytes.Buffer
	from := c.Stats()
	from.Spell(names.Forms(), nil)
	if _, err := from.WriteTo(&b); err != nil {
		t.Fatal(err)
	}
	s, err := ParseStats(b.Bytes())
	if err != nil {
		t.Fatal(err)
	}
	ship := Hash(a.Tokens("en", "ship")[0].Term)
	if f := s.Languages["en"].Frequency(ship); f != (Frequency{1, 1, 1}) {
		t.Errorf("frequency %+v", f)
	}
	if got := s.Languages["en"].sounds.like(words.Heard("Лундені"), 0); !slices.Equal(got, []string{"lunden"}) {
		t.Errorf("sounds like %q", got)
	}
	for n := range b.Len() {
		if _, err := ParseStats(b.Bytes()[:n]); err == nil {
			t.Fatalf("no error for %d of %d bytes", n, b.Len())
		}
	}
}

func FuzzParseStats(f *testing.F) {
	f.Add([]byte(statsMagic + "\x01\x00\x00\x00\x00\x00\x00\x00"))
	f.Fuzz(func(t *testing.T, b []byte) {
		if s, err := ParseStats(b); (s == nil) != (err != nil) {
			t.Error(s, err)
		}
	})
}

// TestFeaturesExplained holds the README's table to the features there are.
func TestFeaturesExplained(t *testing.T) {
	b, err := os.ReadFile("README.md")
	if err != nil {
		t.Fatal(err)
	}
	_, table, _ := strings.Cut(string(b), "## Features\n")
	var explained []string
	for line := range strings.Lines(table) {
		if strings.HasPrefix(line, "## ") {
			break
		}
		cell, _, _ := strings.Cut(strings.TrimPrefix(line, "| "), " | ")
		for name := range strings.SplitSeq(cell, ";") {
			if name = strings.TrimSpace(name); strings.HasPrefix(line, "| ") && name != "feature" && name != "---" {
				explained = append(explained, name)
			}
		}
	}
	for _, name := range featureNames[:plainFeatures] {
		if !slices.Contains(explained, name) {
			t.Errorf("README.md does not explain the feature %q", name)
		}
	}
	for _, name := range explained {
		if !slices.Contains(featureNames[:plainFeatures], name) {
			t.Errorf("README.md explains %q, which is no feature", name)
		}
	}
}

// TestTaxonomy checks what is what, as questions ask for it.
func TestTaxonomy(t *testing.T) {
	var a words.Analyser
	short := func(w string) uint32 { return Short(Hash(a.Tokens("en", w)[0].Term)) }
	for _, tt := range []struct {
		asked, word string
		is          bool
	}{
		{"country", "Peru", true}, {"country", "Germany", true}, {"fish", "salmon", true}, {"president", "Clinton", true},
		{"city", "Berlin", true}, {"country", "soldier", false}, {"fish", "treaty", false}, {"city", "yesterday", false},
	} {
		if got := kinds.below(short(tt.word), kinds.asked.appendTo(nil, short(tt.asked))) > 0; got != tt.is {
			t.Errorf("%s a %s: %v, want %v", tt.word, tt.asked, got, tt.is)
		}
	}
}

// TestTree checks which way a tree goes, and that what is cut off is an error.
func TestTree(t *testing.T) {
	const text = modelHeader + rankTree + "\n0.5\tcovered\n0.1\tlead\n1\n2\n3\n"
	m, err := ParseModel(text)
	if err != nil {
		t.Fatal(err)
	}
	covered, lead := treeNumber["covered"], treeNumber["lead"]
	for _, tt := range []struct{ covered, lead, want float32 }{{.5, .1, 1}, {.2, .2, 2}, {.6, 0, 3}} {
		x := make([]float32, len(treeNames))
		x[covered], x[lead] = tt.covered, tt.lead
		if got := m.Trees[0].Of(x); got != tt.want {
			t.Errorf("covered %v, lead %v: %v, want %v", tt.covered, tt.lead, got, tt.want)
		}
	}
	for _, bad := range []string{
		text[:len(text)-2], text[len(modelHeader):], modelHeader + rankTree + "\n",
		modelHeader + rankTree + "\n1\tno such feature\n1\n2\n", modelHeader + sureTree + "\nx\n",
	} {
		if _, err := ParseModel(bad); err == nil {
			t.Errorf("no error for %q", bad)
		}
	}
}
