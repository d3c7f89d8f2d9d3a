package said_test

import (
	"strings"
	"testing"
)

// TestOtherLanguages has a sentence or two of each language that is not
// measured.
func TestOtherLanguages(t *testing.T) {
	tests := []struct {
		lang, text string
		want       []string
	}{
		{"fr", "Le président Emmanuel Macron a déclaré que la France resterait aux côtés de Kiev.", []string{"Emmanuel Macron | reported | la France resterait aux côtés de Kiev"}},
		{"fr", "« Nous sommes prêts », a affirmé Emmanuel Macron.", []string{"Emmanuel Macron | direct | « Nous sommes prêts »"}},
		{"fr", "Selon Emmanuel Macron, les discussions ont été utiles.", []string{"Emmanuel Macron | reported | les discussions ont été utiles"}},
		{"es", "El presidente Pedro Sánchez afirmó que España enviará ayuda.", []string{"Pedro Sánchez | reported | España enviará ayuda"}},
		{"es", "«Estamos listos», dijo Pedro Sánchez.", []string{"Pedro Sánchez | direct | «Estamos listos»"}},
		{"it", "Il ministro Antonio Tajani ha detto che il vertice è stato utile.", []string{"Antonio Tajani | reported | il vertice è stato utile"}},
		{"pl", "Premier Donald Tusk powiedział, że Polska nie wyśle wojsk.", []string{"Donald Tusk | reported | Polska nie wyśle wojsk"}},
		{"pl", "Według Donalda Tuska, rozmowy będą trudne.", []string{"Donalda Tuska | reported | rozmowy będą trudne"}},
		{"ro", "Președintele Nicușor Dan a declarat că România va ajuta.", []string{"Nicușor Dan | reported | România va ajuta"}},
	}
	for _, tt := range tests {
		x := parse(t, tt.text+"\n")
		x.Language = tt.lang
		if got := lines(t, x); strings.Join(got, "\n") != strings.Join(tt.want, "\n") {
			t.Errorf("%s: %s\ngot  %q\nwant %q", tt.lang, tt.text, got, tt.want)
		}
	}
}
