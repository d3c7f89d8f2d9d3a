package words

import (
	"bufio"
	"os"
	"strings"
	"testing"
)

// lines calls f with the words of each line of a file of testdata.
func lines(t *testing.T, file string, f func(words []string)) {
	t.Helper()
	in, err := os.Open("testdata/" + file)
	if err != nil {
		t.Fatal(err)
	}
	defer in.Close()
	s := bufio.NewScanner(in)
	for s.Scan() {
		if w := strings.Fields(s.Text()); len(w) > 1 && w[0] != "#" {
			f(w)
		}
	}
	if err := s.Err(); err != nil {
		t.Fatal(err)
	}
}

// TestSound holds how many spellings of one name meet, and how few names of
// different people and places. The rules were made with these names at hand.
func TestSound(t *testing.T) {
	for _, tt := range []struct {
		file          string
		want          bool
		across, alone float64 // least share of pairs that come out as wanted, in two scripts and in one
	}{
		{"names.txt", true, .95, .97},
		{"strangers.txt", false, .98, 1},
	} {
		var right, all [2]int
		lines(t, tt.file, func(w []string) {
			for i := range w {
				for _, other := range w[i+1:] {
					if !tt.want && i > 0 {
						continue // the others of a line of strangers may be alike
					}
					across := 0
					if Heard(w[i]).cyrillic != Heard(other).cyrillic {
						across = 1
					}
					all[across]++
					if Heard(w[i]).Same(Heard(other)) == tt.want {
						right[across]++
					} else {
						t.Logf("%s and %s", w[i], other)
					}
					if Heard(w[i]).Same(Heard(other)) != Heard(other).Same(Heard(w[i])) {
						t.Errorf("%s and %s: it matters which comes first", w[i], other)
					}
				}
			}
		})
		for i, least := range []float64{tt.alone, tt.across} {
			if float64(right[i]) < least*float64(all[i]) {
				t.Errorf("%s: %d of %d pairs are right, want %v", tt.file, right[i], all[i], least)
			}
			t.Logf("%s: %d of %d", tt.file, right[i], all[i])
		}
	}
}

func FuzzHeard(f *testing.F) {
	for _, s := range []string{"Zelensky", "Зеленського", "Łódź's", "\xff\xfeabc", "ieieieieieie", "schschschsch", "cgcgcgcgcgcgcgc"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		h := Heard(s)
		if len(h.readings) > 3*mostReadings {
			t.Errorf("%d readings", len(h.readings))
		}
		for _, r := range h.readings {
			if strings.Trim(r, "bdfhklmnprstvSaeiou") != "" || len(Skeleton(r)) < 2 {
				t.Errorf("reading %q", r)
			}
		}
	})
}
