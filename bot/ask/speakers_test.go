package ask_test

import (
	"strings"
	"testing"

	"rapporteur/bot/bottest"
)

// TestNamedSpeakers asks the bundled texts for the words of everybody who is
// named in them, and of people who are not.
func TestNamedSpeakers(t *testing.T) {
	b := bottest.NewBundled(t, nil)
	for question, want := range map[string]string{
		"What did Pistorius say about the talks?":                "common understanding",
		"What did the German officials say?":                     "German officials",
		"What did Shmyhal say about war costs in 2026?":          "$120 billion",
		"What did John Healey announce?":                         "Healey",
		"What did Zelenskyy say about meeting Trump?":            "Zelenskyy has indicated",
		"Was sagte Pistorius zu den Gesprächen?":                 "Pistorius sagte",
		"Was hat Selenskyj über die fünf Dokumente gesagt?":      "Selenskyj gab zu verstehen",
		"Що сказав Шмигаль про витрати?":                         "Шмигаль сказав",
		"Що сказав Джон Гілі?":                                   "Джон Гілі",
		"What did Trump say about the talks?":                    "",
		"What did Putin say about NATO?":                         "",
		"What did Merz say?":                                     "",
		"What did NATO say about Article 5?":                     "",
		"Що сказав Трамп про гарантії безпеки?":                  "",
		"Was sagte Macron zur multinationalen Truppe?":           "",
		"According to Putin, who leads the multinational force?": "",
	} {
		a, err := b.Ask(t.Context(), question, nil)
		if err != nil {
			t.Fatal(err)
		}
		switch {
		case want == "" && a.Answered:
			t.Errorf("%q is answered with another's words: %q", question, a.Quotes[0].Text)
		case want != "" && (!a.Answered || !strings.Contains(a.Quotes[0].Text, want)):
			t.Errorf("%q: %+v", question, a)
		}
	}
}
