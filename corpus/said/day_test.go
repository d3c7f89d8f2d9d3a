package said_test

import (
	"os"
	"strings"
	"testing"

	"rapporteur/corpus"
	"rapporteur/corpus/said"
)

// TestDays reads the days of sentences in four languages.
func TestDays(t *testing.T) {
	b, err := os.ReadFile("testdata/days.tsv")
	if err != nil {
		t.Fatal(err)
	}
	all, right := 0, 0
	for line := range strings.Lines(string(b)) {
		if line = strings.TrimSuffix(line, "\n"); strings.HasPrefix(line, "#") {
			continue
		}
		f := strings.Split(line, "\t")
		if len(f) != 4 {
			t.Fatalf("%q has %d columns", line, len(f))
		}
		published, err := corpus.ParseDate(f[1])
		if err != nil {
			t.Fatal(err)
		}
		d, ok := said.ReadDay(f[2], f[0], published)
		got := d.String()
		if !ok {
			got = "-"
		}
		all++
		if got == f[3] {
			right++
		} else {
			t.Logf("%s, %s: %s: got %s (%q), want %s", f[0], f[1], f[2], got, d.Words.Of(f[2]), f[3])
		}
	}
	t.Logf("%d of %d right", right, all)
	if all < 150 || float64(right) < .95*float64(all) {
		t.Errorf("%d of %d right, want .95 of 150 or more", right, all)
	}
}

func TestDayOf(t *testing.T) {
	x, _, bad := corpus.Parse("a.md", "---\npublished: 2025-12-16\nlanguage: en\n---\n"+
		"Boris Pistorius said on Monday that the talks of last week went well.\n\nHe added that Europe agreed.\n\nOn 3 March 2025, John Healey told reporters that aid would go on.\n")
	if bad != nil {
		t.Fatal(bad)
	}
	found, err := said.Find(x)
	if err != nil {
		t.Fatal(err)
	}
	want := []struct {
		day, words string
		published  bool
	}{{"2025-12-15", "Monday", false}, {"2025-12-16", "", true}, {"2025-03-03", "3 March 2025", false}}
	if len(found.Statements) != len(want) {
		t.Fatalf("got %d statements, want %d", len(found.Statements), len(want))
	}
	for i, s := range found.Statements {
		if w := want[i]; s.Day.String() != w.day || s.Day.Words.Of(x.Body) != w.words || s.Day.Published() != w.published {
			t.Errorf("statement %d: got %s, %q, %v, want %+v", i, s.Day, s.Day.Words.Of(x.Body), s.Day.Published(), w)
		}
	}
}
