package words

import "testing"

func terms(ts []Token) (out []string) {
	for _, t := range ts {
		if !t.Has(Stop) {
			out = append(out, t.Term)
		}
	}
	return out
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
