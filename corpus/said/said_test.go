package said_test

import (
	"fmt"
	"os"
	"strings"
	"testing"

	"rapporteur/corpus"
	"rapporteur/corpus/said"
	"rapporteur/corpus/texts"
)

func parse(t testing.TB, body string) *corpus.Text {
	t.Helper()
	x, _, bad := corpus.Parse("a.md", body)
	if bad != nil {
		t.Fatal(bad)
	}
	if x.Language == "" {
		x.Language = "en"
	}
	return x
}

// lines writes statements as name | manner | quote.
func lines(t testing.TB, x *corpus.Text) (out []string) {
	t.Helper()
	f, err := said.Find(x)
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range f.Statements {
		name := s.Speaker.Name
		if name == "" {
			name = "?"
		}
		out = append(out, fmt.Sprintf("%s | %s | %s", name, s.Manner, strings.Join(strings.Fields(s.Of(x.Body)), " ")))
	}
	return out
}

func TestFind(t *testing.T) {
	tests := []struct {
		name, text string
		want       []string
	}{
		{"before", `Boris Pistorius said that the talks went well.`, []string{`Boris Pistorius | reported | the talks went well`}},
		{"without that", `Defence Minister Boris Pistorius said the talks went well.`, []string{`Boris Pistorius | reported | the talks went well`}},
		{"after", `The talks went well on both days, Boris Pistorius said.`, []string{`Boris Pistorius | reported | The talks went well on both days`}},
		{"inverted", `“We stand ready,” said Friedrich Merz.`, []string{`Friedrich Merz | direct | “We stand ready,”`}},
		{"in the middle", `“We stand ready,” Friedrich Merz said. “It is time.”`,
			[]string{`Friedrich Merz | direct | “We stand ready,” Friedrich Merz said. “It is time.”`}},
		{"several sentences", `“We stand ready. It is time. Nobody waits,” Friedrich Merz told reporters.`,
			[]string{`Friedrich Merz | direct | “We stand ready. It is time. Nobody waits,”`}},
		{"mixed", `Friedrich Merz said that Europe was “ready” to help.`, []string{`Friedrich Merz | mixed | Europe was “ready” to help`}},
		{"according to", `According to Friedrich Merz, the talks will go on.`, []string{`Friedrich Merz | reported | the talks will go on`}},
		{"he added", "President Volodymyr Zelenskyy said the talks went well. He added that much was left to do.",
			[]string{`Volodymyr Zelenskyy | reported | the talks went well`, `Volodymyr Zelenskyy | reported | much was left to do`}},
		{"surname alone", "Defence Minister Boris Pistorius came to Berlin.\n\nPistorius said that the talks went well.",
			[]string{`Boris Pistorius | reported | the talks went well`}},
		{"role", "Friedrich Merz, the German chancellor, came to Paris.\n\nThe chancellor said that the talks went well.",
			[]string{`Friedrich Merz | reported | the talks went well`}},
		{"two with the role", "Defence Minister Boris Pistorius met Defence Minister Denys Shmyhal.\n\nThe minister said that the talks went well.",
			[]string{`? | reported | the talks went well`}},
		{"he who", "Friedrich Merz met Boris Pistorius. He said that the talks went well.", []string{`? | reported | the talks went well`}},
		{"group", "German officials warned that the talks would take long.", []string{`German officials | reported | the talks would take long`}},
		{"paragraphs", "“We stand ready,” Friedrich Merz said. “It is time.\n\n“Nobody waits for us.”",
			[]string{`Friedrich Merz | direct | “We stand ready,” Friedrich Merz said. “It is time. “Nobody waits for us.”`}},
		{"transcript", "MERZ: We stand ready. It is time.\n\nMACRON: Nobody waits for us.",
			[]string{`MERZ | direct | We stand ready. It is time`, `MACRON | direct | Nobody waits for us`}},
		{"interview", "Mirror: Are you ready?\n\nFriedrich Merz: We are.\n\nMirror: When?\n\nFriedrich Merz: Now, he said nothing.",
			[]string{`Mirror | direct | Are you ready?`, `Friedrich Merz | direct | We are`, `Mirror | direct | When?`, `Friedrich Merz | direct | Now, he said nothing`}},
		{"question and answer", "Q: Are you ready?\n\nA: We are.\n\nQ: When?\n\nA: Now.",
			[]string{`? | direct | Are you ready?`, `? | direct | We are`, `? | direct | When?`, `? | direct | Now`}},
		{"an aide", "Vladimir Putin's aide Yuri Ushakov said that the call lasted two hours.", []string{`Yuri Ushakov | reported | the call lasted two hours`}},
		{"leaders of three", "The leaders of Germany, France and Poland said that they would help.", []string{`leaders of Germany, France and Poland | reported | they would help`}},
		{"one label", "Photo: The river was calm.", nil},
		{"colon", "Friedrich Merz said: “We stand ready.”", []string{`Friedrich Merz | direct | “We stand ready.”`}},
		{"gerund", "Friedrich Merz said the talks went well, adding that much was left to do.",
			[]string{`Friedrich Merz | reported | the talks went well`, `Friedrich Merz | reported | much was left to do`}},
		{"in the words of another", "Friedrich Merz said the talks went well, but Emmanuel Macron said that much was left to do.",
			[]string{`Friedrich Merz | reported | the talks went well`, `Emmanuel Macron | reported | much was left to do`}},
		{"nobody", "The talks took place in Berlin on two days.", nil},
		{"passive", "The minister was told that the talks went well.", nil},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got := lines(t, parse(t, "---\nlanguage: en\n---\n"+tt.text+"\n"))
			if strings.Join(got, "\n") != strings.Join(tt.want, "\n") {
				t.Errorf("got\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(tt.want, "\n"))
			}
		})
	}
}

func TestNames(t *testing.T) {
	n := said.NewNames(corpus.Aliases{Groups: [][]string{{"Merz", "Мерц"}, {"von der Leyen", "фон дер Ляєн"}, {"United States", "US"}}})
	tests := []struct {
		asked, speaker string
		want           bool
	}{
		{"Merz", "Friedrich Merz", true},
		{"merz", "Friedrich Merz", true},
		{"Chancellor Merz", "Friedrich Merz", true},
		{"Мерц", "Friedrich Merz", true},
		{"Friedrich Merz", "Merz", true},
		{"фон дер Ляєн", "Ursula von der Leyen", true},
		{"Зеленського", "Володимир Зеленський", true},
		{"Bill Clinton", "Hillary Clinton", false},
		{"Friedrich", "Friedrich Merz", false},
		{"Merz", "Merzbach", false},
		{"", "Merz", false},
		{"Merz", "", false},
		{"the United States", "US", true},
	}
	for _, tt := range tests {
		if got := n.Same(tt.asked, tt.speaker); got != tt.want {
			t.Errorf("Same(%q, %q) = %v", tt.asked, tt.speaker, got)
		}
	}
	if got := n.Canonical("Фридрих Мерц"); got != "Merz" {
		t.Errorf("Canonical: %q", got)
	}
	if (*said.Names)(nil).Same("Merz", "Friedrich Merz") != true {
		t.Error("a nil Names does not know a surname")
	}
}

func TestBook(t *testing.T) {
	one := parse(t, "---\nlanguage: en\npublished: 2025-12-16\n---\nFriedrich Merz, the German chancellor, said that the talks went well. Emmanuel Macron said that much was left.\n")
	two, _, bad := corpus.Parse("b.md", "---\nlanguage: en\n---\nMerz warned that it would take long.\n")
	if bad != nil {
		t.Fatal(bad)
	}
	c, err := corpus.New([]*corpus.Text{one, two}, corpus.Aliases{Groups: [][]string{{"Merz", "Мерц"}}})
	if err != nil {
		t.Fatal(err)
	}
	b, err := said.ReadBook(t.Context(), c, []said.Correction{{Text: "a", Words: "much was left", Speaker: "Emmanuel Macron"}})
	if err != nil {
		t.Fatal(err)
	}
	voices := b.Speakers()
	if len(voices) != 2 || voices[0].Key != "Merz" || voices[0].Statements != 2 || voices[0].Texts != 2 || voices[1].Name != "Emmanuel Macron" {
		t.Fatalf("got %+v", voices)
	}
	merz := b.Of("b")[0].Speaker
	for _, asked := range []string{"Merz", "Мерц", "Friedrich Merz", "the German chancellor"} {
		if !b.Is(asked, merz) {
			t.Errorf("%s is not %s", asked, merz.Name)
		}
	}
	if b.Is("Macron", merz) || b.Is("the chancellor of Austria", merz) {
		t.Error("another is Merz")
	}
	s := one.Passages[0].Sentences[1]
	if st, ok := said.Covering(b.Of("a"), s); !ok || st.Speaker.Name != "Emmanuel Macron" {
		t.Errorf("the second sentence is %q's", st.Speaker.Name)
	}
}

// bundledSpeakers are all who speak in the bundled texts, by a part of the name,
// in three languages.
var bundledSpeakers = strings.Fields(`Zelenskyy Pistorius Healey Shmyhal Leyen Kyiv Russia Germany Britain Washington officials Officials
	leaders negotiators Negotiators Institute Representatives representatives States Europe
	Зеленськ Пісторіус Гілі Шмигаль Ляєн Київ Росія посадовц лідер керівник Учасники перемовник Інститут інститут представник
	Selenskyj Schmyhal Kiew Russland Regierungsvertreter Vertreter Führung Erklärung Unterhändler Institut Beamte Staats Führungsspitzen Verhandlungs`)

// TestBundled makes sure that nobody is named in the bundled texts who does not
// speak there, and that the four ministers and presidents are found.
func TestBundled(t *testing.T) {
	c, _, err := corpus.Load(t.Context(), texts.FS, corpus.Aliases{})
	if err != nil {
		t.Fatal(err)
	}
	found := make(map[string]bool)
	for _, x := range c.Texts() {
		f, err := said.Find(x)
		if err != nil {
			t.Fatal(err)
		}
		for _, s := range f.Statements {
			known := !s.Speaker.Known()
			for _, part := range bundledSpeakers {
				if strings.Contains(s.Speaker.Name, part) {
					known, found[part] = true, true
				}
			}
			if !known {
				t.Errorf("%s: %q is named as the speaker of %q", x.ID, s.Speaker.Name, s.Of(x.Body))
			}
			if strings.Contains(s.Speaker.Name, "Trump") {
				t.Errorf("%s: Trump says nothing there, but %q", x.ID, s.Of(x.Body))
			}
		}
	}
	for _, name := range []string{"Zelenskyy", "Pistorius", "Healey", "Shmyhal"} {
		if !found[name] {
			t.Errorf("%s says nothing", name)
		}
	}
}

// FuzzFind makes sure that any text is read, and that every range lies in it.
func FuzzFind(f *testing.F) {
	for _, path := range []string{"testdata/uk.txt", "testdata/ru.txt", "testdata/de.txt", "testdata/days.tsv"} {
		if b, err := os.ReadFile(path); err == nil {
			for line := range strings.Lines(string(b)) {
				f.Add(line, "uk")
			}
		}
	}
	f.Add("“A. “B,” said C. “D", "en")
	f.Add("X's 's ' “ ” ‘ ’ \" '' : , said", "en")
	f.Fuzz(func(t *testing.T, body, lang string) {
		x, _, bad := corpus.Parse("a.md", body)
		if bad != nil {
			return
		}
		x.Language = lang
		found, err := said.Find(x)
		if err != nil {
			t.Fatal(err)
		}
		for _, s := range found.Statements {
			for _, r := range []corpus.Range{s.Range, s.Cue, s.Speaker.Mention, s.Day.Words} {
				if r.Start < 0 || r.End < r.Start || r.End > len(body) {
					t.Fatalf("range %v outside %d bytes", r, len(body))
				}
			}
			if s.Len() == 0 {
				t.Fatal("a statement of nothing")
			}
		}
	})
}

func BenchmarkFind(b *testing.B) {
	for _, lang := range []string{"en", "uk", "de"} {
		b.Run(lang, func(b *testing.B) {
			text := strings.Repeat("“We stand ready,” Friedrich Merz told reporters in Berlin on Tuesday. He added that much was left to do, and the German officials who met him warned that it would take long.\n\n", 50)
			if lang != "en" {
				raw, err := os.ReadFile("testdata/" + lang + ".txt")
				if err != nil {
					b.Fatal(err)
				}
				text = strings.NewReplacer("[s ", "", "[x ", "", "]", "", "\n", "\n\n").Replace(string(raw))
			}
			x := parse(b, text)
			x.Language = lang
			b.SetBytes(int64(len(text)))
			b.ReportAllocs()
			for b.Loop() {
				if _, err := said.Find(x); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
