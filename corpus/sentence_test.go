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
		{"footnotes", "en", []string{"The mill burnt down in May.[7]", "The quay was sold in June.[8][9]", "Nobody paid."}},
		{"number first", "en", []string{"They sat in the cellar.", "40 boats sank.", "The rest of the cellar, no. 12 above all, stood.", "3,000 people came."}},
		{"de abbreviation at the end", "de", []string{"Es gab Brot, Käse usw.", "Danach schliefen alle."}},
		{"de year", "de", []string{"Das war im Jahr 2025.", "Die Kosten steigen."}},
		{"fr", "fr", []string{"M. Macron et Mme. Meloni étaient là.", "« Oui. Nous sommes prêts. »", "Ils sont partis."}},
		{"es", "es", []string{"El Sr. García viajó a EE. UU. en diciembre.", "¿Quién pagará?", "Nadie lo sabe."}},
		{"pl", "pl", []string{"To tzw. koalicja, np. prof. Nowak i gen. Kowalski.", "Rozmowy trwały dwa dni."}},
		{"references", "en", []string{"See No. 5 and nos. 6 and 7, Art. 5, p. 12, pp. 3–4, vol. 2, ch. 3 and para. 4.", "That is all."}},
		{"words that are references before numbers", "en", []string{"He said no.", "And that was modern art.", "Was it no?", "No.", "It was not."}},
		{"ranks and streets", "en", []string{"He lives at 10 St. James St. in London.", "Lt. Col. A. B. Smith Jr. and Sgt. Maj. C. Doe agreed."}},
		{"addresses", "en", []string{"Visit https://example.org/a.b?c=d.", "Then write to a.b@example.org.", "Thanks."}},
		{"brackets after a stop", "en", []string{"Is it peace?", "“Yes!”", "(He laughed.)", "[Applause.]", "So it is."}},
		{"figures", "en", []string{"Costs rose 2.5% to $1.2bn vs. $1.1bn in Jan. 2025.", "Version 2.0.1 came.", "It took 5 min.", "The rest is known."}},
		{"marks together", "en", []string{"They said: “Really?! No way...” and left.", "“What…?” he asked.", "He asked, “Why?”", "Nobody knew."}},
		{"a speech within a quotation", "en", []string{"“We will go. We will stay,” he said, and left.", "Smith v. Jones is old."}},
		{"an initial before initials", "en", []string{"It was signed by J. A. I. Smith and H. A. Jones.", "They left."}},
		{"company", "en", []string{"The company, Apple Inc., paid.", "D.C. is in the U.S.", "In 2025, the E.U. paid."}},
		{"uk addresses", "uk", []string{"У м. Київ на вул. Хрещатик, буд. 5, кв. 7 живе акад. Петренко.", "Йому 70 років."}},
		{"uk sums of money", "uk", []string{"У 2025 р. та 2026 рр. витратили 5,5 млрд грн. на оборону.", "Це 10 % ВВП."}},
		{"uk references", "uk", []string{"Ст. 5 договору, п. 3, с. 12, т. 2, № 7, див. розд. 3.", "О 10:30 почали."}},
		{"uk enumerations", "uk", []string{"Т. зв. «план миру» має 20 пунктів, у т. ч. гарантії, і т. д.", "Він короткий."}},
		{"uk dialogue with dashes", "uk", []string{"— Чи буде мир? — спитав А. І. Коваль.", "Усі мовчали.", "Т. Шевченко теж."}},
		{"uk year at the end", "uk", []string{"Це було в 2025 р.", "Він поїхав до США."}},
		{"ru references", "ru", []string{"См. рис. 5, стр. 7, гл. 2, т. к. там всё есть.", "Это стоило 5 млн руб.", "Потом настал мир."}},
		{"ru initials", "ru", []string{"— Завтра, — ответил И. И. Иванов.", "В 2025 г. в г. Москве, ул. Мира, д. 5, и т. п.", "Он уехал."}},
		{"de references", "de", []string{"Laut Art. 5 Abs. 2 Nr. 3 usw. gilt das, z. B. im 20. Jh. und i. d. R. auch heute, S. 7 ff. im Buch.", "Gut."}},
		{"de words that are references before numbers", "de", []string{"Es geht auf diese Art.", "Dr. Müller u. a. von der Fa. Bosch kamen.", "Bzw. gar nicht."}},
		{"de dialogue", "de", []string{"„Kommt Frieden?“, fragte er.", "»Wir gehen. Wir bleiben.«", "Er ging um 10.30 Uhr mit 1.000,50 Euro.", "Sie kam am 5.", "Er kam am 14.12. nicht."}},
		{"fr references", "fr", []string{"M. Dupont et le Dr Petit sont là, voir p. 5, art. 3, n. 2, p. ex. ici.", "Le XXe siècle av. J.-C. fut long."}},
		{"fr dialogue", "fr", []string{"« Oui », a dit M. Macron.", "« Non ! »", "Il a dit : « La paix. Enfin ! » et il est parti.", "Est-ce la paix ?", "Personne ne sait."}},
		{"es references", "es", []string{"La Sra. López vive en la Avda. Colón, n.º 5, pág. 7, p. ej. aquí.", "Cobró 1.500,50 euros."}},
		{"es countries", "es", []string{"Viajó a EE. UU.", "El presidente volvió.", "«¿Quién pagará?», preguntó.", "«¡Nadie!»", "Ud. sabe."}},
		{"pl titles", "pl", []string{"Prof. dr hab. Jan Kowalski z ul. Długiej 5 w 2025 r. otrzymał 5 tys. zł. nagrody, art. 5, itd.", "Było zimno."}},
		{"pl quotes", "pl", []string{"„Idziemy. Zostajemy” – powiedział.", "Premier D. Tusk wyszedł.", "To było 5. spotkanie."}},
		{"ro", "ro", []string{"Dl. Popescu și dna. Ionescu, str. Unirii nr. 5, art. 3, etc. au venit.", "„Mergem. Rămânem”, a spus el.", "Au plecat la 10.30.", "S.U.A. au semnat."}},
		{"it", "it", []string{"Il sig. Rossi e il dott. Bianchi, art. 5, pag. 7, n. 3, ecc. sono arrivati.", "«Andiamo. Restiamo», ha detto.", "È partito alle 10.30.", "Gli U.S.A. firmano."}},
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
	f.Add("The end."+strings.Repeat(" ", 3*maxRun)+"Next."+strings.Repeat("”", 3*maxRun)+strings.Repeat("\xff", 3*maxRun), "fr")
	f.Add("« Oui ! » Non… (a (b. C) D. E) »x« «y. Z» \u2029\u0085 No. 5 і т. зв. 10.30. U.S. A. I. B", "uk")
	f.Add("A.\u0301 B. e\u0301. \U0001F600. \u200B. \uFEFF", "")
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
