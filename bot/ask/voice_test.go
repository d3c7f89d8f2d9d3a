package ask_test

import (
	"testing"

	"rapporteur/bot/ask"
)

func TestWhoSaid(t *testing.T) {
	for question, want := range map[string]string{
		"What did Lund say about the quay?":                   "Lund",
		"What did Prime Minister Ada Lund promise last week?": "Prime Minister Ada Lund",
		"what did lund say":                                   "lund",
		"Did Lund deny it?":                                   "Lund",
		"What has the harbour master announced?":              "harbour master",
		"According to Lund, what does the quay cost?":         "Lund",
		"What does the quay cost according to Ada Lund?":      "Ada Lund",
		"Was sagte Lund zu den Kosten?":                       "Lund",
		"Was hat Ministerin Ada Lund über den Kai gesagt?":    "Ministerin Ada Lund",
		"Was kostet der Kai laut Lund?":                       "Lund",
		"Що сказав Лунд про причал?":                          "Лунд",
		"Що заявила міністерка Ада Лунд щодо витрат?":         "міністерка Ада Лунд",
		"Скільки коштує причал, за словами Лунда?":            "Лунда",
		"Что сказал Лунд о причале?":                          "Лунд",
		"Who leads the harbour?":                              "",
		"What did the town receive?":                          "",
		"What does Lund want?":                                "",
		"What did the statement say about the quay?":          "",
		"Who said that the quay is closed?":                   "",
		"What do the texts say?":                              "",
		"How much did Lund spend?":                            "",
		"Was kostet der Kai?":                                 "",
	} {
		if got := ask.WhoSaid(question); got != want {
			t.Errorf("%q: got %q, want %q", question, got, want)
		}
	}
}
