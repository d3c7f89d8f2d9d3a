package corpus

import (
	"slices"
	"testing"
)

// TestFullStopsInNames holds that initials and titles end no sentence, and that
// numbers and the marks of notes do not keep one from ending.
func TestFullStopsInNames(t *testing.T) {
	for _, tt := range []struct {
		lang string
		want []string
	}{
		{"en", []string{"The clerk Anna P. Reed signed it.", "It was late."}},
		{"en", []string{"See p. 12 of the report.", "It is short."}},
		{"de", []string{"Karl S. Vogt kam.", "Sie ging."}},
		{"de", []string{"Das steht auf S. 12 des Berichts.", "Mehr nicht."}},
		{"de", []string{"Wir fragten Dr. phil. Lang nach dem Weg."}},
		{"fr", []string{"Luc P. Martin est venu.", "Il repart."}},
		{"it", []string{"Carlo N. Verdi è qui.", "Resta."}},
		{"it", []string{"Lo dice l'avv. Bianchi.", "Basta."}},
		{"it", []string{"Vale l'art. 210.", "Lo dice la legge."}},
		{"pl", []string{"Ewa S. Lis przyszła.", "Potem wyszła."}},
		{"pl", []string{"Tak mówi podkom. Lis z miasta."}},
		{"uk", []string{"Поїзд став у с. Вишневе біля Києва.", "Усі вийшли."}},
	} {
		text := ""
		for i, s := range tt.want {
			if i > 0 {
				text += " "
			}
			text += s
		}
		var got []string
		for _, r := range Sentences(text, Range{End: len(text)}, tt.lang) {
			got = append(got, r.Of(text))
		}
		if !slices.Equal(got, tt.want) {
			t.Errorf("%s: got %q, want %q", tt.lang, got, tt.want)
		}
	}
}
