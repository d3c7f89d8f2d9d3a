package corpus

import (
	"slices"
	"strings"
	"testing"
	"unicode"
)

func TestSentences(t *testing.T) {
	// Each input is its sentences joined by a space, or by what is given.
	tests := []struct {
		name, lang string
		want       []string
	}{
		{"plain", "en", []string{"The talks ended on Monday.", "No ceasefire was agreed."}},
		{"titles", "en", []string{"Mr. Smith met Dr. Jones.", "Gen. Brown and Sen. White came on Dec. 14."}},
		{"acronym inside", "en", []string{"The U.S. Congress must approve it.", "It was a U.S.-backed plan."}},
		{"acronym at the end", "en", []string{"It was drafted in the U.S.", "The text is long."}},
		{"initials", "en", []string{"J. K. Miller wrote to U. S. Grant.", "He replied."}},
		{"decimal and figure", "en", []string{"At least 0.25% of output, or $1.5 billion.", "In 2026 it was 1,000.50 more."}},
		{"time", "en", []string{"It began at 10 a.m. Berlin time.", "They left at 5 p.m.", "The talks went on."}},
		{"quotation that ends a sentence", "en", []string{"He said: “We must act. Now is the time.”", "They agreed."}},
		{"quotation within", "en", []string{"“Peace,” he said.", "“This is the time to move forward.”"}},
		{"question in quotes", "en", []string{"“Shall we?” he asked.", "“We shall!” Denys Shmyhal said.", "Nobody left."}},
		{"straight quotes", "en", []string{`He said "Stop. Go home." to them.`, `"Fine."`, `All left.`}},
		{"brackets", "en", []string{"They left (it was late. Nobody minded).", "The end."}},
		{"numbered", "en", []string{"1. The first point stands.", "2. The second does not."}},
		{"ellipsis", "en", []string{"He waited... and left.", "Wait…", "Nothing."}},
		{"et al", "en", []string{"Smith et al. found it.", "Acme Inc. paid."}},
		{"number at the end", "en", []string{"It ended in 2026.", "Then came peace."}},
		{"uk", "uk", []string{"Це т. зв. коаліція охочих.", "Вона діє з 2025 р. і далі.", "Мапа, кордони тощо."}},
		{"uk names", "uk", []string{"В. О. Зеленський прибув до м. Берлін.", "Переговори тривали два дні."}},
		{"uk dialogue", "uk", []string{"«Час рухатися вперед!» — сказав Шмигаль.", "Усі погодилися."}},
		{"uk quotation", "uk", []string{"Він заявив: «Ми готові. Партнери теж.»", "Зал аплодував."}},
		{"uk sums", "uk", []string{"Потрібно 60 млрд. доларів і 5 тис. Військових.", "Це багато."}},
		{"ru", "ru", []string{"Это т. н. коалиция, т. е. группа стран.", "Встреча прошла в г. Берлин.", "Она длилась два дня."}},
		{"de", "de", []string{"Am 14. Dezember trafen sich z. B. Vertreter der EU.", "Die Gespräche dauerten zwei Tage.", "Es waren ca. 800.000 Soldaten."}},
		{"de quotes", "de", []string{"Er sagte: „Das ist gut. Sehr gut.“", "Dann ging er."}},
		{"de year", "de", []string{"Das war im Jahr 2025.", "Die Kosten steigen."}},
		{"fr", "fr", []string{"M. Macron et Mme. Meloni étaient là.", "« Oui. Nous sommes prêts. »", "Ils sont partis."}},
		{"es", "es", []string{"El Sr. García viajó a EE. UU. en diciembre.", "¿Quién pagará?", "Nadie lo sabe."}},
		{"pl", "pl", []string{"To tzw. koalicja, np. prof. Nowak i gen. Kowalski.", "Rozmowy trwały dwa dni."}},
		{"no language", "", []string{"Mr. Smith z. B. came.", "Она длилась два дня."}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			for _, sep := range []string{" ", "\n", "\r\n"} {
				s := "  " + strings.Join(tt.want, sep) + sep
				var got []string
				for _, r := range Sentences(s, Range{0, len(s)}, tt.lang) {
					got = append(got, r.Of(s))
				}
				if !slices.Equal(got, tt.want) {
					t.Errorf("joined by %q:\n got %q\nwant %q", sep, got, tt.want)
				}
			}
		})
	}
}

func TestSentencesLong(t *testing.T) {
	s := strings.Repeat("слово ", 5000)
	for _, r := range Sentences(s, Range{0, len(s)}, "uk") {
		if r.Len() > maxSentence || r.Of(s) != strings.TrimSpace(r.Of(s)) {
			t.Fatalf("range %v is %d bytes, cut badly", r, r.Len())
		}
	}
}

// FuzzSentences holds the two promises of Sentences for any text: the ranges
// are in order and apart, and all that is not white space lies in one.
func FuzzSentences(f *testing.F) {
	f.Add("Mr. Smith said: “Go. Now.” They went.\r\nThen… „Nein.“ «Так!» — сказав він.", "en")
	f.Add("( ( “ „ « » ” ) 1. 2. z. B. \xff \u2028 x", "de")
	f.Add(strings.Repeat("a", maxSentence+3), "")
	f.Fuzz(func(t *testing.T, s, lang string) {
		at := 0
		for _, r := range Sentences(s, Range{0, len(s)}, lang) {
			if r.Start < at || r.End <= r.Start || r.End > len(s) {
				t.Fatalf("range %v after byte %d of %d", r, at, len(s))
			}
			if gap := s[at:r.Start]; strings.TrimFunc(gap, unicode.IsSpace) != "" {
				t.Fatalf("lost %q", gap)
			}
			if q := r.Of(s); strings.TrimFunc(q, unicode.IsSpace) != q {
				t.Fatalf("%q is not trimmed", q)
			}
			at = r.End
		}
		if gap := s[at:]; strings.TrimFunc(gap, unicode.IsSpace) != "" {
			t.Fatalf("lost %q", gap)
		}
	})
}
