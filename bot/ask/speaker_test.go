package ask

import (
	"math/rand/v2"
	"slices"
	"testing"
)

func TestSpeaker(t *testing.T) {
	tests := []struct{ quote, want string }{
		{"Shmyhal said that the budget is ready.", "Shmyhal"},
		{"Ukrainian Defence Minister Denys Shmyhal told Sky News that it was time.", "Ukrainian Defence Minister Denys Shmyhal"},
		{"“It is time,” Denys Shmyhal said.", "Denys Shmyhal"},
		{"“It is time,” said Denys Shmyhal.", "Denys Shmyhal"},
		{"“It is time,” said Denys Shmyhal on Tuesday in Berlin.", "Denys Shmyhal"},
		{`"It is time," Merz added, "to act."`, "Merz"},
		{"“It is time!” Ursula von der Leyen warned.", "Ursula von der Leyen"},
		{"The talks will go on, Keir Starmer said.", "Keir Starmer"},
		{"In Berlin, Merz said.", "Merz"},
		{"European officials said the plan was near.", "European officials"},
		{"The plan was near, EU diplomats said.", "EU diplomats"},
		{"Mr. Smith said so.", "Mr. Smith"},
		{"J. D. Vance said so.", "J. D. Vance"},
		{"The White House said so.", "The White House"},
		{"Jean-Noël Barrot argued that Europe must act.", "Jean-Noël Barrot"},
		{"Italy said it would pay.", "Italy"},
		{"Prime Minister O’Neill said it would pay.", "Prime Minister O’Neill"},
		{"Денис Шмигаль заявив, що бюджет готовий.", "Денис Шмигаль"},
		{"«Час діяти!» — сказав Шмигаль.", "Шмигаль"},
		{"«Час діяти», — наголосив Денис Шмигаль.", "Денис Шмигаль"},
		{"Президент Зеленський сказав: «Ми готові».", "Президент Зеленський"},
		{"«Пора», — заявил Сергей Лавров.", "Сергей Лавров"},
		{"Bundeskanzler Friedrich Merz sagte, dass es Zeit sei.", "Bundeskanzler Friedrich Merz"},
		{"„Es ist Zeit“, sagte Friedrich Merz.", "Friedrich Merz"},
		{"»Es ist Zeit«, erklärte Merz.", "Merz"},
		{"Merz sagte: „Es ist Zeit.“", "Merz"},

		// Nobody is named, or it is not plain who.
		{"", ""},
		{"The budget is ready.", ""},
		{"The ministry said that the budget is ready.", ""},
		{"He said that the budget is ready.", ""},
		{"“It is time,” he said.", ""},
		{"According to Shmyhal, the budget is ready.", ""},
		{"On Tuesday Shmyhal said that the budget is ready.", ""},
		{"Yesterday Shmyhal said so.", ""},
		{"Separately Merz said so.", ""},
		{"Speaking Merz said so.", ""},
		{"What Shmyhal said was wrong.", ""},
		{"As Shmyhal said, it is late.", ""},
		{"If Trump said so, it is so.", ""},
		{"But Merz said so.", ""},
		{"Nobody said so.", ""},
		{"Officials said so.", ""},
		{"The officials said so.", ""},
		{"Some officials said so.", ""},
		{"Sources said so.", ""},
		{"Zelensky and Merz said so.", ""},
		{"“It is time,” Zelensky and Merz said.", ""},
		{"“It is,” Zelensky said, and “it is not,” Merz said.", ""},
		{"“It is time,” said Zelensky, “Go,” Merz added.", ""},
		{"Shmyhal said it, Zelensky said.", ""},
		{"“It is time,” said Tuesday’s paper.", ""},
		{"“It is time,” said Zelensky Tuesday.", ""},
		{"“It is time,” told Reuters.", ""},
		{"Merz insisted: “Shmyhal said it.”", ""},
		{"Merz insisted: \"Shmyhal said it.\"", ""},
		{"They asked Merz. Shmyhal said nothing.", ""},
		{"He has met Trump. Zelensky said.", ""},
		{"shmyhal said so.", ""},
		{"Shmyhal, the minister, said so.", ""},
		{"Shmyhal never said so.", ""},
		{"Міністерство повідомило, що бюджет готовий.", ""},
		{"Він заявив, що бюджет готовий.", ""},
		{"Пізніше додав, що бюджет готовий.", ""},
		{"Вчора заявив Зеленський.", ""},
		{"Вчора Зеленський заявив, що так.", ""},
		{"У вівторок Шмигаль заявив, що бюджет готовий.", ""},
		{"Также добавил, что пора.", ""},
		{"Der Kanzler sagte: „Es ist Zeit.“", ""},
		{"Er sagte: „Es ist Zeit.“", ""},
		{"Gestern sagte Merz, dass es Zeit sei.", ""},
		{"Unlängst sagte Merz, dass es Zeit sei.", ""},
		{"Am Dienstag sagte Merz: „Es ist Zeit.“", ""},
		{"„Es ist Zeit“, sagte Merz Reportern in Berlin.", ""},
		{"„Es ist Zeit“, sagte der Kanzler.", ""},
	}
	for _, tt := range tests {
		if got := speaker(tt.quote); got != tt.want {
			t.Errorf("got %q, want %q: %s", got, tt.want, tt.quote)
		}
	}
}

// TestAttributionsMay puts sentences together at random: none is passed over that
// an expression would find somebody in.
func TestAttributionsMay(t *testing.T) {
	r := rand.New(rand.NewPCG(7, 8))
	pieces := append([]string{"Denys Shmyhal", "Merz", "Russian officials", "The White House", "the troops", "are ready", "“We go”", "“We go,”", "»Wir gehen«,",
		`"No deal".`, " — ", ", ", ": ", ".", ", що ", ", dass "}, verbs...)
	found := make([]int, len(attributions))
	for range 40_000 {
		var s string
		for range 2 + r.IntN(4) {
			s += pieces[r.IntN(len(pieces))] + []string{" ", " ", ""}[r.IntN(3)]
		}
		for i, a := range attributions {
			if a.MatchString(s) {
				found[i]++
				if !a.may(s) {
					t.Errorf("%q is passed over", s)
				}
			}
		}
	}
	if slices.Min(found) == 0 {
		t.Errorf("found %v", found)
	}
}
