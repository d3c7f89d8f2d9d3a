package words

import (
	"reflect"
	"strings"
	"testing"
	"unicode/utf8"
)

// terms returns the terms that something is found by.
func terms(ts []Token) []string {
	out := []string{}
	for _, t := range ts {
		if !t.Has(Stop) {
			out = append(out, t.Term)
		}
	}
	return out
}

func TestTokens(t *testing.T) {
	var a Analyser
	tests := []struct {
		lang, text string
		want       []string
	}{
		{"en", "The U.S. gave us $1,000.50 — or 0.25%.", []string{"us", "gave", "1,000.50", "0.25"}},
		{"en", "10,000 and 10000", []string{"10000", "10000"}},
		{"en", "1.234 and 0,25", []string{"1.234", "0.25"}},
		{"de", "10.000, 10,000, 1.234.567,89 und 0,25 oder 0.25", []string{"10000", "10000", "1234567.89", "0.25", "0.25"}},
		{"uk", "14.12.2025 і 3.5", []string{"14.12.2025", "3.5"}},
		{"en", "Russia’s, Russia's, Russiaʼs", []string{"russia", "russia", "russia"}},
		{"en", "defence defense; organisation organization; colour color; centre center", []string{"defens", "defens", "organ", "organ", "color", "color", "center", "center"}},
		{"en", "e-mail to a_b@c.example", []string{"e", "mail", "b", "c", "exampl"}},
		{"de", "Müller und Muller", []string{"mull", "mull"}},
		{"uk", "м’ята, м'ята, мʼята", []string{"мят", "мят", "мят"}},
		{"ru", "Ёлка и елка", []string{"елк", "елк"}},
		{"uk", "Украі\u0308на", []string{"україн"}},
		{"fr", "L’Ukraine, d'Ukraine, aujourd'hui", []string{"ukrain", "ukrain", "aujourd'hui"}},
		{"it", "dell'Ucraina, un'altra", []string{"ucrain", "altra"}},
		{"en", "l'Ukraine, O'Neill, o'clock", []string{"l", "ukrain", "o'neil", "o'clock"}},
		{"xx", "Foo FOO", []string{"foo", "foo"}},
		{"en", "🔥 \x00 ' … —", []string{}},
	}
	for _, tt := range tests {
		got := terms(a.Tokens(tt.lang, tt.text))
		if !reflect.DeepEqual(got, tt.want) {
			t.Errorf("%s %q: %q, want %q", tt.lang, tt.text, got, tt.want)
		}
	}
}

func TestFlags(t *testing.T) {
	var a Analyser
	for _, tt := range []struct {
		text string
		want Flags
	}{
		{"Lunden", Capital}, {"lunden", 0}, {"1871", Number}, {"$5", Number | Money}, {"5 €", Number | Money},
		{"5 %", Number | Percent}, {"who", Stop}, {"WHO", Capital}, {"us", Stop}, {"US", Capital},
	} {
		if got := a.Tokens("en", tt.text); len(got) != 1 || got[0].Flags != tt.want {
			t.Errorf("%q: %+v, want flags %b", tt.text, got, tt.want)
		}
	}
}

// TestUkrainian lists forms of one word a line; they must share a stem that no
// other line has.
func TestUkrainian(t *testing.T) {
	lines := []string{
		"Зеленський Зеленського Зеленському Зеленським",
		"місто міста місту містом містами",
		"держава держави державу державою державам державах",
		"земля землі землю землею землями",
		"європейський європейська європейське європейські європейського європейських європейським",
		"безпека безпеки безпеку безпекою",
		"підписка підписки підписку підпискою підписками",
		"говорити говорить говорив говорила говорили",
		"знання знанням знаннями",
		"область області областю областей",
		"новий нова нове нові нового новому новим нових",
	}
	owner := make(map[string]int)
	for i, l := range lines {
		stems := make(map[string]bool)
		for _, w := range strings.Fields(strings.ToLower(l)) {
			stems[ukrainian(w)] = true
		}
		if len(stems) != 1 {
			t.Errorf("%s: stems %v", l, stems)
		}
		for s := range stems {
			if other, ok := owner[s]; ok {
				t.Errorf("%q stands for lines %d and %d", s, other, i)
			}
			owner[s] = i
		}
	}
}

func TestNames(t *testing.T) {
	a := New([][]string{{"Volodymyr Zelenskyy", "Zelensky", "Зеленський"}, {"Rhine River", "Rhine"}})
	key := func(lang, text string) []Token { return a.Tokens(lang, text) }
	for _, tt := range []struct{ lang, text string }{
		{"en", "Volodymyr Zelenskyy"}, {"en", "ZELENSKY's"}, {"uk", "Зеленського"}, {"en", "Зеленському"}, {"de", "Zelensky"}, {"uk", "Zelensky"},
	} {
		got := key(tt.lang, tt.text)
		if len(got) != 1+strings.Count(tt.text, " ")*2 || got[0].Term != "\x010" || !got[0].Has(Alias) || got[0].Start != 0 || got[0].End != len(tt.text) {
			t.Errorf("%s %q: %+v", tt.lang, tt.text, got)
		}
	}
	for _, text := range []string{"Zelenskyland", "Volodymyr, Zelenskyyish"} {
		for _, tok := range key("en", text) {
			if tok.Has(Alias) {
				t.Errorf("%q holds a name: %+v", text, tok)
			}
		}
	}
	if got := terms(key("en", "the Rhine River")); !reflect.DeepEqual(got, []string{"\x011", "\x011", "river"}) {
		t.Errorf("not the longest spelling, then its parts: %q", got)
	}
	for i, tok := range key("en", "the Rhine River's") {
		if tok.Has(Part) != (i > 1) {
			t.Errorf("wrong part: %+v", tok)
		}
	}
	if got := key("en", "the EU's aim and the US's"); !got[1].Has(Alias) || !got[5].Has(Alias) {
		t.Errorf("a genitive hides a name: %+v", got)
	}
	if got := terms(key("en", "the US and us, America or the United States")); !reflect.DeepEqual(got, []string{"\x01c0", "\x01c0", "\x01c0", "unit", "state"}) {
		t.Errorf("%q", got)
	}
}

func TestHolds(t *testing.T) {
	for _, tt := range []struct {
		text, phrase string
		want         bool
	}{
		{"The “lasting peace”, he said", `"Lasting  Peace"`, true},
		{"everlasting peace", "lasting peace", false},
		{"lasting peaceful", "lasting peace", false},
		{"alasting peace, lasting peace", "lasting peace", true},
		{"Об’єднані дії", "об'єднані ДІЇ", true},
		{"a\u00adb", "ab", true},
		{"x", "?", false},
	} {
		if got := Holds(Fold(tt.text), Fold(tt.phrase)); got != tt.want {
			t.Errorf("Holds(%q, %q) = %v", tt.text, tt.phrase, got)
		}
	}
}

func TestTables(t *testing.T) {
	if m, p := len([]rune(marked)), len(plain); m != p {
		t.Fatalf("%d marked letters, %d plain ones", m, p)
	}
	for _, tt := range [][2]string{{"łódź", "lodz"}, {"müller", "muller"}, {"ёлка", "елка"}, {"ștefan", "stefan"}, {"žižek", "zizek"}} {
		if got := fold2(tt[0]); got != tt[1] {
			t.Errorf("fold2(%q) = %q, want %q", tt[0], got, tt[1])
		}
	}
}

// FuzzTokens checks that tokens lie in order within the text, a name's parts
// within the name, at whole characters, and hold no control character but that of names.
func FuzzTokens(f *testing.F) {
	a := New([][]string{{"Volodymyr Zelenskyy", "Зеленський"}, {"a b", "a"}})
	for _, s := range []string{"Hello, U.S.A. 1,000", "Зеленського", "a b a\xff\xfe", "1.", "A.B", "\u0301a"} {
		f.Add("en", s)
		f.Add("uk", s)
	}
	f.Fuzz(func(t *testing.T, lang, s string) {
		at, name := 0, 0
		for _, tok := range a.Tokens(lang, s) {
			switch {
			case !tok.Has(Part):
				at, name = max(at, name), tok.End
			case tok.End > name:
				t.Fatalf("%+v beyond the name's end at %d in %q", tok, name, s)
			}
			if tok.Start < at || tok.End <= tok.Start || tok.End > len(s) || tok.Term == "" {
				t.Fatalf("%+v after %d in %q", tok, at, s)
			}
			if tok.Has(Part) {
				at = tok.End
			}
			if utf8.ValidString(s) && !utf8.ValidString(s[tok.Start:tok.End]) {
				t.Errorf("%+v cuts a character", tok)
			}
			if strings.ContainsAny(tok.Term, "\x1f\x00") {
				t.Errorf("term %q", tok.Term)
			}
		}
	})
}

func BenchmarkTokens(b *testing.B) {
	a := New([][]string{{"Volodymyr Zelenskyy", "Zelensky"}})
	const text = "The harbour of Lunden was opened in 1871, said the mayor, and cost four million crowns; trade doubled within 10 years."
	var buf []Token
	b.SetBytes(int64(len(text)))
	for b.Loop() {
		buf = a.Append(buf[:0], "en", text)
	}
}
