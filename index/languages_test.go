package index_test

import (
	"strings"
	"testing"

	"rapporteur/corpus"
	"rapporteur/index"
	"rapporteur/index/words"
)

// TestNamesAcross asks for names in other spellings than those of the texts.
// No aliases help.
func TestNamesAcross(t *testing.T) {
	english := text("en", "en", "The harbour was closed on Monday, the mayor said. President Zelensky welcomed the decision in a short speech. "+
		"Witkoff and Kushner did not comment. Chancellor Merz called it a mistake. The port of Odesa stayed open, Kellogg wrote.")
	ukrainian := text("uk", "uk", "Порт закрили в понеділок, повідомив мер. Міністр Умєров поїхав до Женеви. Канцлер Мерц назвав це помилкою. Пісторіус не відповів.")
	both := newCorpus(t, nil, english, ukrainian)
	tests := []struct {
		name, question string
		text           *corpus.Text
		want           string // a word of the first hit
	}{
		{"Ukrainian of English", "Хто такий Зеленський?", english, "Zelensky"},
		{"inflected", "Що відомо про рішення Зеленського?", english, "Zelensky"},
		{"Russian of English", "Что сказал Уиткофф?", english, "Witkoff"},
		{"German of English", "Was sagte Selenskyj?", english, "Zelensky"},
		{"Polish of English", "Co wiadomo o wystąpieniu Zełenskiego?", english, "Zelensky"},
		{"another spelling in one language", "What did Zelenskyy welcome?", english, "Zelensky"},
		{"without a capital", "що сказав віткофф?", english, "Witkoff"},
		{"a place", "Чи працює Одеса?", english, "Odesa"},
		{"English of Ukrainian", "Where did Umerov go?", ukrainian, "Умєров"},
		{"French of Ukrainian", "Où est allé Oumerov?", ukrainian, "Умєров"},
		{"German of Ukrainian", "Was sagte Merz?", ukrainian, "Мерц"},
		{"Russian of Ukrainian", "Что ответил Писториус?", ukrainian, "Пісторіус"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			c := newCorpus(t, nil, tt.text)
			for _, o := range []index.Options{{}, {Dir: t.TempDir()}} {
				r := search(t, open(t, c, o), index.Query{Text: tt.question})
				if s := first(r); !strings.Contains(s, tt.want) {
					t.Errorf("%q: first is %q, want the sentence with %s", tt.question, s, tt.want)
				}
				for _, w := range r.Unknown {
					if words.Heard(w).Same(words.Heard(tt.want)) {
						t.Errorf("%q: %s is called unknown", tt.question, w)
					}
				}
			}
		})
	}
	x := open(t, both, index.Options{})
	for _, q := range []string{"Who is Merkel?", "Хто такий Меркель?", "Що сказав Умаров?", "Where did Umarov go?", "Wer ist Lavrin?"} {
		if r := search(t, x, index.Query{Text: q}); len(r.Unknown) != 1 || !strings.Contains(q, r.Unknown[0]) {
			t.Errorf("%q: unknown %q", q, r.Unknown)
		}
	}
}
