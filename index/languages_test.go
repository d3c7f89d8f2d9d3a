package index_test

import (
	"slices"
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

// garden is a text in each language, our own, on a garden that does not exist.
var garden = map[string]string{
	"en": "The garden of Velmora will open fourteen greenhouses in May, its director Anna Petrova said. A ticket will cost 7 euros, according to the town council. " +
		"The old wall has to be repaired because the river washed it out, engineer Thomas Keller wrote. Visitors have praised the roses.",
	"de": "Der Garten von Velmora werde im Mai vierzehn Gewächshäuser öffnen, sagte die Direktorin Anna Petrowa. Eine Eintrittskarte koste 7 Euro, teilte der Stadtrat mit. " +
		"Die alte Mauer müsse repariert werden, weil der Fluss sie unterspült habe, schrieb der Ingenieur Thomas Keller. Besucher lobten die Rosen.",
	"fr": "Le jardin de Velmora ouvrira quatorze serres en mai, a déclaré la directrice Anna Petrova. Un billet coûtera 7 euros, selon le conseil municipal. " +
		"Le vieux mur doit être réparé parce que la rivière l’a miné, a écrit l’ingénieur Thomas Keller. Les visiteurs ont loué les roses.",
	"es": "El jardín de Velmora abrirá catorce invernaderos en mayo, dijo la directora Anna Petrova. Una entrada costará 7 euros, según el ayuntamiento. " +
		"Hay que reparar el viejo muro porque el río lo socavó, escribió el ingeniero Thomas Keller. Los visitantes elogiaron las rosas.",
	"it": "Il giardino di Velmora aprirà quattordici serre a maggio, ha detto la direttrice Anna Petrova. Un biglietto costerà 7 euro, secondo il consiglio comunale. " +
		"Il vecchio muro va riparato perché il fiume l’ha eroso, ha scritto l’ingegnere Thomas Keller. I visitatori hanno lodato le rose.",
	"pl": "Ogród w Velmorze otworzy w maju czternaście szklarni, powiedziała dyrektorka Anna Pietrowa. Bilet będzie kosztował 7 euro, podała rada miasta. " +
		"Stary mur trzeba naprawić, ponieważ podmyła go rzeka, napisał inżynier Thomas Keller. Zwiedzający chwalili róże.",
	"ro": "Grădina din Velmora va deschide paisprezece sere în mai, a spus directoarea Anna Petrova. Un bilet va costa 7 euro, potrivit consiliului local. " +
		"Zidul vechi trebuie reparat deoarece râul l-a surpat, a scris inginerul Thomas Keller. Vizitatorii au lăudat trandafirii.",
	"ru": "Сад Вельморы откроет в мае четырнадцать оранжерей, сообщила директор Анна Петрова. Билет будет стоить 7 евро, заявил городской совет. " +
		"Старую стену надо чинить, потому что ее подмыла река, написал инженер Томас Келлер. Посетители хвалили розы.",
	"uk": "Сад Вельмори відкриє у травні чотирнадцять оранжерей, повідомила директорка Анна Петрова. Квиток коштуватиме 7 євро, заявила міська рада. " +
		"Старий мур треба лагодити, бо його підмила річка, написав інженер Томас Келлер. Відвідувачі хвалили троянди.",
}

// TestNineLanguages asks in each language over texts in all nine: its own text
// answers. Without it, a name finds the sentence in another.
func TestNineLanguages(t *testing.T) {
	questions := map[string]struct {
		own   [4]string // when, how much, why, who; in the order of the sentences they are answered by
		named string    // by a name and what every language writes alike
	}{
		"en": {[4]string{"When will the garden open its greenhouses?", "How much does a ticket cost?", "Why does the wall have to be repaired?", "Who praised the roses?"}, "Who is Thomas Keller?"},
		"de": {[4]string{"Wann öffnet der Garten seine Gewächshäuser?", "Wie viel kostet eine Eintrittskarte?", "Warum muss die Mauer repariert werden?", "Wer lobte die Rosen?"}, "Wer ist Thomas Keller?"},
		"fr": {[4]string{"Quand le jardin ouvrira-t-il ses serres ?", "Combien coûte un billet ?", "Pourquoi faut-il réparer le mur ?", "Qui a loué les roses ?"}, "Qui est Thomas Keller ?"},
		"es": {[4]string{"¿Cuándo abrirá el jardín sus invernaderos?", "¿Cuánto costará una entrada?", "¿Por qué hay que reparar el muro?", "¿Quiénes elogiaron las rosas?"}, "¿Quién es Thomas Keller?"},
		"it": {[4]string{"Quando aprirà le serre il giardino?", "Quanto costerà un biglietto?", "Perché va riparato il muro?", "Chi ha lodato le rose?"}, "Chi è Thomas Keller?"},
		"pl": {[4]string{"Kiedy ogród otworzy szklarnie?", "Ile kosztuje bilet?", "Dlaczego trzeba naprawić mur?", "Kto chwalił róże?"}, "Kim jest Thomas Keller?"},
		"ro": {[4]string{"Când va deschide grădina serele?", "Cât costă un bilet?", "De ce trebuie reparat zidul?", "Cine a lăudat trandafirii?"}, "Cine este Thomas Keller?"},
		"ru": {[4]string{"Когда сад откроет оранжереи?", "Сколько стоит билет?", "Почему надо чинить стену?", "Кто хвалил розы?"}, "Кто такой Томас Келлер?"},
		"uk": {[4]string{"Коли сад відкриє оранжереї?", "Скільки коштує квиток?", "Чому треба лагодити мур?", "Хто хвалив троянди?"}, "Хто такий Томас Келлер?"},
	}
	texts := func(without string) (list []*corpus.Text) {
		for _, lang := range words.Languages {
			if lang != without {
				list = append(list, text(lang, lang, garden[lang]))
			}
		}
		return list
	}
	all := open(t, newCorpus(t, nil, texts("")...), index.Options{})
	for _, lang := range words.Languages {
		q := questions[lang]
		for i, asked := range q.own {
			r := search(t, all, index.Query{Text: asked})
			if len(r.Hits) == 0 || r.Hits[0].Text.ID != lang || r.Hits[0].Sentence != r.Hits[0].Text.Passages[0].Sentences[i] {
				t.Errorf("%q: first is %q", asked, first(r))
			}
			if len(r.Unknown) > 0 {
				t.Errorf("%q: unknown %q", asked, r.Unknown)
			}
		}
		r := search(t, all, index.Query{Text: q.named})
		if len(r.Hits) == 0 || r.Hits[0].Text.ID != lang {
			t.Errorf("%q: first is %q", q.named, first(r))
		}
		others := open(t, newCorpus(t, nil, texts(lang)...), index.Options{})
		r = search(t, others, index.Query{Text: q.named})
		if s := first(r); !strings.Contains(s, "Keller") && !strings.Contains(s, "Келлер") {
			t.Errorf("%q without a text in %s: first is %q", q.named, lang, s)
		}
		if len(r.Unknown) > 0 {
			t.Errorf("%q without a text in %s: unknown %q", q.named, lang, r.Unknown)
		}
	}
}

// TestUnknownWords asks in each language for what its text does not hold.
func TestUnknownWords(t *testing.T) {
	aliases := [][]string{{"Velmora", "Вельмора", "Gartenstadt"}}
	for _, tt := range []struct {
		lang, question string
		want           []string
	}{
		{"en", "When did Lavrin visit the garden of Velmora?", []string{"Lavrin", "visit"}},
		{"en", "Which zoo did Petrova and Ostrander open in May?", []string{"Ostrander", "zoo"}},
		{"en", "How many greenhouses did Петрова open in Gartenstadt?", nil},
		{"de", "Seit wann arbeitet Ostrander im Garten von Velmora?", []string{"Ostrander", "arbeitet"}},
		{"de", "Wie viele Gewächshäuser will Петрова in der Gartenstadt öffnen?", nil},
		{"fr", "Combien de serres l’ingénieur Ostrander a-t-il vues à Velmora ?", []string{"Ostrander", "vues"}},
		{"fr", "Quelles roses d’Ostrander les visiteurs ont-ils louées ?", []string{"Ostrander"}},
		{"es", "¿Cuántos invernaderos quiere Ostrander en Velmora?", []string{"Ostrander", "quiere"}},
		{"es", "¿Quién es Келлер y qué escribió?", nil},
		{"it", "Quanti biglietti ha comprato Ostrander?", []string{"Ostrander", "comprato"}},
		{"it", "Che cosa ha scritto l’ingegnere Келлер?", nil},
		{"pl", "Ile biletów kupił Ostrander?", []string{"Ostrander", "kupił"}},
		{"pl", "Co napisał inżynier Келлер?", nil},
		{"ro", "Câte bilete a cumpărat Ostrander?", []string{"Ostrander", "cumpărat"}},
		{"ro", "Ce a scris inginerul Келлер?", nil},
		{"ru", "Сколько билетов купил Острандер?", []string{"Острандер", "купил"}},
		{"ru", "Что написал Keller о стене Gartenstadt?", nil},
		{"uk", "Скільки квитків купив Острандер?", []string{"Острандер", "купив"}},
		{"uk", "Що написав Keller про мур і Gartenstadt?", nil},
		{"uk", "Що сказав Лаврін?", []string{"Лаврін"}},
		{"uk", "де зараз келлер?", nil},
	} {
		x := open(t, newCorpus(t, aliases, text(tt.lang, tt.lang, garden[tt.lang])), index.Options{})
		if r := search(t, x, index.Query{Text: tt.question}); !slices.Equal(r.Unknown, tt.want) {
			t.Errorf("%q: unknown %q, want %q", tt.question, r.Unknown, tt.want)
		}
	}
}
