package index

import (
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"rapporteur/corpus"
)

// distance counts the letters that must change to make one term of another: the
// restricted edit distance of Damerau and Levenshtein, by its recurrence.
func distance(a, b []rune) int {
	d := make([][]int, len(a)+1)
	for i := range d {
		d[i] = make([]int, len(b)+1)
		d[i][0] = i
	}
	for j := range b {
		d[0][j+1] = j + 1
	}
	for i, x := range a {
		for j, y := range b {
			least := min(d[i][j+1], d[i+1][j]) + 1
			if x == y {
				least = min(least, d[i][j])
			}
			least = min(least, d[i][j]+1)
			if i > 0 && j > 0 && x == b[j-1] && a[i-1] == y {
				least = min(least, d[i-1][j-1]+1)
			}
			d[i+1][j+1] = least
		}
	}
	return d[len(a)][len(b)]
}

func TestOneApart(t *testing.T) {
	for _, tt := range []struct {
		a, b string
		want bool
	}{
		{"siege", "siege", true}, {"siege", "seige", true}, {"siege", "sieege", true}, {"siege", "sige", true}, {"siege", "liege", true},
		{"siege", "seieg", false}, {"siege", "sg", false}, {"", "я", true}, {"", "", true}, {"ab", "ba", true}, {"abc", "cab", false},
		{"перегвори", "переговори", true}, {"переогвори", "переговори", true}, {"пергвори", "переговори", false}, {"a\u00e9", "\u00e9a", true}, {"\xff", "\xfe", true},
	} {
		if got := oneApart(tt.a, tt.b); got != tt.want {
			t.Errorf("%q and %q: %v", tt.a, tt.b, got)
		}
	}
}

func FuzzOneApart(f *testing.F) {
	f.Add("siege", "seige")
	f.Add("мир", "\u00e9мир")
	f.Fuzz(func(t *testing.T, a, b string) {
		if len(a) > 60 || len(b) > 60 || !utf8.ValidString(a) || !utf8.ValidString(b) {
			return
		}
		if got, want := oneApart(a, b), distance([]rune(a), []rune(b)) <= 1; got != want {
			t.Errorf("%q and %q: %v", a, b, got)
		}
	})
}

// TestOneApartOfFew goes through words of few letters, which are often near to
// one another.
func TestOneApartOfFew(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	word := func() string {
		var b strings.Builder
		for range r.IntN(6) {
			b.WriteRune([]rune("abé😀")[r.IntN(4)])
		}
		return b.String()
	}
	near := 0
	for range 20_000 {
		a, b := word(), word()
		want := distance([]rune(a), []rune(b)) <= 1
		if got := oneApart(a, b); got != want {
			t.Fatalf("%q and %q: %v", a, b, got)
		}
		if want {
			near++
		}
	}
	if near < 1000 {
		t.Errorf("only %d were near", near)
	}
}

// TestNearWays finds the same terms whichever way they are looked for.
func TestNearWays(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 4))
	var b strings.Builder
	var words []string
	for i := range 3000 {
		var w strings.Builder
		w.WriteString("s")
		for range 2 + r.IntN(4) {
			w.WriteRune([]rune("abcdж")[r.IntN(5)])
		}
		words = append(words, w.String())
		if b.WriteString(w.String()); i%12 == 11 {
			b.WriteString(".\n\n")
		} else {
			b.WriteString(" ")
		}
	}
	text, _, bad := corpus.Parse("words.md", "---\npublisher: The Post\npublished: 2025-12-01\nlanguage: en\n---\n\n"+b.String())
	if bad != nil {
		t.Fatal(bad)
	}
	c, err := corpus.New([]*corpus.Text{text}, corpus.Aliases{})
	if err != nil {
		t.Fatal(err)
	}
	x, err := Open(t.Context(), c, Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer x.Close()
	defer func(n int) { smallPart = n }(smallPart)
	found := 0
	for _, w := range words[:200] {
		w += "q"
		smallPart = 1 << 30
		scanned := x.live.Near("en", w)
		smallPart = 0
		if by := x.live.Near("en", w); !slices.Equal(scanned, by) {
			t.Errorf("%s: gone through %q, by automaton %q", w, scanned, by)
		}
		found += len(scanned)
	}
	if found < 100 {
		t.Errorf("only %d were found", found)
	}
}
