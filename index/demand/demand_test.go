package demand_test

import (
	"testing"

	"rapporteur/corpus"
	"rapporteur/index/demand"
)

const (
	open         = demand.Open
	met          = demand.Met
	contradicted = demand.Contradicted
)

var kinds = []struct {
	kind               demand.Kind
	lang               string
	question, sentence string
	want               demand.Verdict
}{
	// Sums: currency, magnitude, digits and words, grouping.
	{demand.Number, "en", "Who lent $75 million?", "Ostholm lent 75 million dollars.", met},
	{demand.Number, "en", "Who lent $75m?", "Ostholm lent $75 million.", met},
	{demand.Number, "en", "Who lent $75 million?", "Ostholm lent €75 million.", contradicted},
	{demand.Number, "en", "Who lent $75 million?", "Ostholm lent $75 billion.", contradicted},
	{demand.Number, "en", "Who lent $75 million?", "Ostholm lent a ferry.", open},
	{demand.Number, "en", "Who lent 30 pounds?", "Ostholm lent £30.", met},
	{demand.Number, "en", "Who sold 14 ferries?", "Ostholm sold fourteen ferries.", met},
	{demand.Number, "en", "Who sold 23 ferries?", "Ostholm sold twenty-three ferries.", met},
	{demand.Number, "en", "Who sold 14 ferries?", "Ostholm sold nine ferries.", contradicted},
	{demand.Number, "en", "Who sold 14 ferries?", "Ostholm sold ferries in nine ports.", open},
	{demand.Number, "en", "Where were 25,000 coats sewn?", "Ostholm sewed 25 000 coats.", met},
	{demand.Number, "en", "What does Chapter IV say?", "Chapter 4 names the ports.", met},
	{demand.Number, "en", "What does Chapter IV say?", "Chapter 5 names the ports.", contradicted},
	{demand.Number, "en", "Who got 40 per cent?", "Ostholm got 40% of the votes.", met},
	{demand.Number, "en", "Who got 40 per cent?", "Ostholm got 38% of the votes.", contradicted},
	{demand.Number, "de", "Wer zahlt 3 Milliarden Euro?", "Ostholm zahlt 3 Mrd. Euro.", met},
	{demand.Number, "de", "Wer zahlt 3 Milliarden Euro?", "Ostholm zahlt 3 Mio. Euro.", contradicted},
	{demand.Number, "de", "Wer kaufte dreiundzwanzig Boote?", "Ostholm kaufte 23 Boote.", met},
	{demand.Number, "uk", "Хто дав 7 млрд гривень?", "Остгольм дав 7 мільярдів гривень.", met},
	{demand.Number, "uk", "Хто дав 7 млрд гривень?", "Остгольм дав 7 мільйонів гривень.", contradicted},
	{demand.Number, "ru", "Кто купил двадцать пять лодок?", "Остхольм купил 25 лодок.", met},
	{demand.Number, "fr", "Qui a payé 5 millions d'euros ?", "Ostholm a payé 5 000 000 €.", met},
	{demand.Number, "pl", "Kto zapłacił 5 mln złotych?", "Ostholm zapłacił 5 milionów złotych.", met},
	{demand.Number, "es", "¿Quién pagó 8 millones de dólares?", "Ostholm pagó 8 millones de euros.", contradicted},

	// Days in all their forms; the text is of Tuesday, 3 March 2026.
	{demand.Day, "en", "Who spoke on 3 March 2026?", "Lindqvist spoke on 03.03.2026.", met},
	{demand.Day, "en", "Who spoke on 3 March 2026?", "Lindqvist spoke on March 3rd, 2026.", met},
	{demand.Day, "en", "Who spoke on 3 March 2026?", "Lindqvist spoke on 2026-03-03.", met},
	{demand.Day, "en", "Who spoke on 3 March 2026?", "Lindqvist spoke on Tuesday.", met},
	{demand.Day, "en", "Who spoke on 2 March 2026?", "Lindqvist spoke yesterday.", met},
	{demand.Day, "en", "Who spoke on 3 March 2026?", "Lindqvist spoke.", met},
	{demand.Day, "en", "Who spoke in March 2026?", "Lindqvist spoke.", met},
	{demand.Day, "en", "Who spoke on 3 March 2026?", "Lindqvist spoke on 4 March 2026.", contradicted},
	{demand.Day, "en", "Who spoke in 2026?", "Lindqvist spoke in 2025.", contradicted},
	{demand.Day, "en", "Who spoke in 2026?", "Lindqvist spoke in 2025 and 2026.", met},
	{demand.Day, "en", "Who ruled in 1974?", "The league ruled from 1970 to 1980.", open},
	{demand.Day, "en", "Who played in 1974?", "The league played the 1973–74 season.", met},
	{demand.Day, "de", "Wer sprach am 3. März 2026?", "Lindqvist sprach am 03.03.2026.", met},
	{demand.Day, "de", "Wer sprach am 3. März 2026?", "Lindqvist sprach am 5. März 2026.", contradicted},
	{demand.Day, "uk", "Хто виступав 3 березня 2026 року?", "Ліндквіст виступала у вівторок.", met},
	{demand.Day, "uk", "Хто виступав 3 березня?", "Ліндквіст виступала 4 березня.", contradicted},
	{demand.Day, "ru", "Кто выступал 3 марта 2026 года?", "Линдквист выступала 3.03.2026.", met},
	{demand.Day, "es", "¿Quién habló el 3 de marzo de 2026?", "Lindqvist habló el 4 de marzo de 2026.", contradicted},
	{demand.Day, "en", "How much will Ostholm spend in 2026?", "Lund said on Tuesday that Ostholm would spend 3 crowns in 2027.", contradicted},
	{demand.Day, "en", "Who spoke in 2026?", "Lindqvist spoke on Tuesday.", met},
	{demand.Day, "en", "What may the port do?", "The port may close.", open},

	// Denials and opposites.
	{demand.Polarity, "en", "Who did not join the league?", "Ostholm joined the league.", contradicted},
	{demand.Polarity, "en", "Who did not join the league?", "Ostholm did not join the league.", met},
	{demand.Polarity, "en", "Who joined the league?", "Ostholm did not join the league.", contradicted},
	{demand.Polarity, "en", "Who joined the league?", "Ostholm joined the league.", met},
	{demand.Polarity, "en", "Did Ostholm join the league?", "Ostholm did not join the league.", open},
	{demand.Polarity, "en", "Who joined the league?", "Ostholm did not only join the league.", met},
	{demand.Polarity, "en", "Who supported the toll?", "Lindqvist opposed the toll.", contradicted},
	{demand.Polarity, "en", "By how much did rents fall in Ostholm?", "Rents rose by a tenth in Ostholm.", contradicted},
	{demand.Polarity, "en", "Did rents fall in Ostholm?", "Rents rose by a tenth in Ostholm.", open},
	{demand.Polarity, "uk", "Хто не підтримав угоду?", "Остгольм підтримав угоду.", contradicted},
	{demand.Polarity, "uk", "На скільки зросли ціни на хліб?", "Ціни на хліб знизилися на десяту частину.", contradicted},
	{demand.Polarity, "ru", "Кто не поддержал договор?", "Остхольм не поддержал договор.", met},
	{demand.Polarity, "de", "Wer unterschrieb den Vertrag nicht?", "Ostholm unterschrieb den Vertrag.", contradicted},
	{demand.Polarity, "de", "Wer unterschrieb den Vertrag?", "Ostholm unterschrieb den Vertrag nicht.", contradicted},

	// One of several of a kind.
	{demand.Modifier, "en", "Who is the mayor of East Ostholm?", "The mayor of West Ostholm is Per Lund.", contradicted},
	{demand.Modifier, "en", "Who is the mayor of East Ostholm?", "The mayor of East Ostholm is Per Lund.", met},
	{demand.Modifier, "en", "Who is the health minister?", "The education minister is Per Lund.", contradicted},
	{demand.Modifier, "en", "Who is the governor of Ostholm?", "The vice governor of Ostholm is Per Lund.", contradicted},
	{demand.Modifier, "en", "Who is the vice governor of Ostholm?", "The vice governor of Ostholm is Per Lund.", met},
	{demand.Modifier, "en", "Who runs the night ferry?", "Per Lund runs the day ferry.", contradicted},
	{demand.Modifier, "de", "Wer ist der Finanzminister?", "Per Lund mag Boote.", contradicted},
	{demand.Modifier, "uk", "Хто закрив південну пристань?", "Пер Лунд закрив північну пристань.", contradicted},
	{demand.Modifier, "ru", "Кто закрыл красный мост?", "Пер Лунд закрыл белый мост.", contradicted},

	// Forename and surname.
	{demand.Name, "en", "What did Anna Lindqvist paint?", "Lars Lindqvist painted the quay, and Sven Lindqvist the pier.", contradicted},
	{demand.Name, "en", "What did Anna Lindqvist paint?", "On Monday Minister Lindqvist painted the quay.", open},
	{demand.Name, "en", "What did Anna Lindqvist paint?", "Anna Lindqvist painted the quay.", met},

	// Stems.
	{demand.Stem, "en", "What did the police say?", "The policy says nothing.", contradicted},
	{demand.Stem, "en", "Which organs were sold?", "Lund organised the sale.", contradicted},
	{demand.Stem, "en", "Which organs were sold?", "The organ was sold.", met},

	// A question is no answer.
	{demand.Shape, "en", "When does the ferry sail?", "When does the ferry sail?", contradicted},
	{demand.Shape, "en", "Which ports are open?", "These ports are open:", contradicted},
	{demand.Shape, "en", "Which ports are open?", "Ostholm is open.", open},
}

func TestKinds(t *testing.T) {
	day, err := corpus.ParseDate("2026-03-03")
	if err != nil {
		t.Fatal(err)
	}
	for _, tt := range kinds {
		d := demand.Read(demand.Clean(tt.question), tt.lang, nil)
		got := d.Check(demand.Sentence{Text: tt.sentence, Lang: tt.lang, Published: day})[tt.kind]
		if got != tt.want {
			t.Errorf("%v: %s %s: got %d, want %d", tt.kind, tt.question, tt.sentence, got, tt.want)
		}
	}
}

func TestPhrase(t *testing.T) {
	for _, tt := range []struct {
		phrase, sentence string
		want             demand.Verdict
	}{
		{"bread first, toys later", "Bread first — toys later, said Lund.", met},
		{"we cant wait", "“We can’t wait,” said Lund.", met},
		{"the cease-fire holds", "He said that the ceasefire holds.", met},
		{"to be or not to be", "She asked: to be, or not to be?", met},
		{"a sea of hope", "Lund called it a sea of sorrow.", contradicted},
		{"art", "The start was slow.", contradicted},
	} {
		d := demand.Read("Who said it?", "en", []string{tt.phrase})
		if got := d.Check(demand.Sentence{Text: tt.sentence, Lang: "en"})[demand.Phrase]; got != tt.want {
			t.Errorf("%q in %q: got %d, want %d", tt.phrase, tt.sentence, got, tt.want)
		}
	}
}

func TestClean(t *testing.T) {
	for _, tt := range []struct{ question, want string }{
		{"WHO PAINTED THE OLD QUAY?", "who painted the old quay?"},
		{"Who Runs The Night Ferry?", "who runs the night ferry?"},
		{"Who is Anna Lindqvist?", "Who is Anna Lindqvist?"},
		{"What did NATO say?", "What did NATO say?"},
		{"what did the who warn of", "what did the WHO warn of"},
		{"the people who left", "the people who left"},
		{"Хто вiдкрив мiст?", "Хто відкрив міст?"},
		{"Who owns the har\u00adbour?", "Who owns the harbour?"},
		{"Wer sprach?", "Wer sprach?"},
	} {
		if got := demand.Clean(tt.question); got != tt.want {
			t.Errorf("%q: got %q, want %q", tt.question, got, tt.want)
		}
	}
}

func TestNewest(t *testing.T) {
	for question, want := range map[string]string{
		"What did Lund say most recently about the quay?": "What did Lund say about the quay?",
		"What is the latest quay?":                        "What is the latest quay?",
		"Was sagte Lund zuletzt?":                         "Was sagte Lund?",
		"What did Lund say later?":                        "What did Lund say later?",
	} {
		got, ok := demand.Newest(question)
		if got != want || ok != (got != question) {
			t.Errorf("%q: got %q, %v, want %q", question, got, ok, want)
		}
	}
}

func TestBare(t *testing.T) {
	for question, want := range map[string]string{
		"Who are The Who?": "The Who", "Who owns the quay?": "", "who is it?": "", "Who?": "",
	} {
		if got := demand.Bare(question, "en"); got != want {
			t.Errorf("%q: got %q, want %q", question, got, want)
		}
	}
}

// TestSpelt finds the words of the question that a sentence spells otherwise.
func TestSpelt(t *testing.T) {
	const question = "Who lent $75m on 3 March 2026?"
	d := demand.Read(question, "en", nil)
	var got []string
	d.Spelt("On 03.03.2026 Ostholm lent 75 million dollars.", "en", corpus.Date{}, func(start, end int) { got = append(got, question[start:end]) })
	if len(got) != 2 || got[0] != "75m" || got[1] != "3 March 2026" {
		t.Errorf("got %q", got)
	}
}

// FuzzCheck: no question and no sentence stops the program, and a question never
// contradicts itself as a statement.
func FuzzCheck(f *testing.F) {
	for _, tt := range kinds {
		f.Add(tt.question, tt.sentence, tt.lang)
	}
	f.Add("14.12.2025 2025-", "1 000 000 $", "")
	f.Fuzz(func(t *testing.T, question, sentence, lang string) {
		d := demand.Read(demand.Clean(question), lang, []string{sentence})
		s := demand.Sentence{Text: sentence, Lang: lang, Before: question, Heading: question, Title: sentence}
		if a, b := d.Check(s), d.Check(s); a != b {
			t.Errorf("%v, then %v", a, b)
		}
		d.Spelt(sentence, lang, corpus.Date{}, func(start, end int) { _ = demand.Clean(question)[start:end] })
	})
}
