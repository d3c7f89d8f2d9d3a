package rank

import (
	"strings"
	"sync"

	"rapporteur/index/words"
)

// kindOfQuestion says what sort of answer a question asks for.
type kindOfQuestion uint8

const (
	asksOther kindOfQuestion = iota
	asksWho
	asksWhen
	asksWhere
	asksHowMany
	asksHowMuch
	asksShare
	asksMoney
	asksHowLong
	asksWhy
	asksHow
	asksWhich
	asksWhat
	asksDefinition
	questionKinds
)

var questionNames = [questionKinds]string{
	"other", "who", "when", "where", "howmany", "howmuch", "share", "money", "howlong", "why", "how", "which", "what", "definition",
}

// openings are the words by which a question of some kind is known, the first
// that fits. A word may be several; the words may stand anywhere in the
// question, because chat asks "and the army, how big?" as well.
var openings = map[string][]struct {
	kind  kindOfQuestion
	words string
}{
	"en": {
		{asksHowMany, "how many"}, {asksHowMany, "how large"}, {asksHowMany, "how big"}, {asksHowMany, "what number"}, {asksHowMany, "how old"},
		{asksMoney, "how much money"}, {asksMoney, "how much cost"}, {asksMoney, "how expensive"}, {asksMoney, "what price"}, {asksMoney, "what cost"},
		{asksShare, "what percent"}, {asksShare, "what percentage"}, {asksShare, "which percentage"}, {asksShare, "how much percent"},
		{asksShare, "what fraction"}, {asksShare, "what share"}, {asksShare, "what proportion"}, {asksShare, "what portion"}, {asksShare, "what part of"},
		{asksShare, "which share"}, {asksShare, "which portion"}, {asksShare, "which fraction"}, {asksShare, "which proportion"}, {asksShare, "how large share"}, {asksShare, "how big share"}, {asksShare, "percentage"},
		{asksHowMuch, "how much"}, {asksHowMuch, "how high"}, {asksHowMuch, "how tall"}, {asksHowMuch, "how far"}, {asksHowMuch, "how fast"}, {asksHowMuch, "how deep"}, {asksHowMuch, "how heavy"}, {asksHowMuch, "what amount"}, {asksHowMuch, "how wide"},
		{asksHowLong, "how long"}, {asksHowLong, "how often"}, {asksHowLong, "how soon"}, {asksHowLong, "what period"},
		{asksWhen, "when"}, {asksWhen, "what year"}, {asksWhen, "which year"}, {asksWhen, "what date"}, {asksWhen, "what day"}, {asksWhen, "what month"},
		{asksWhen, "which month"}, {asksWhen, "what century"}, {asksWhen, "which century"}, {asksWhen, "what time"}, {asksWhen, "what decade"}, {asksWhen, "since when"},
		{asksWho, "who"}, {asksWho, "whom"}, {asksWho, "whose"}, {asksWho, "which person"}, {asksWho, "what person"},
		{asksWhere, "where"}, {asksWhere, "what city"}, {asksWhere, "which city"}, {asksWhere, "what country"}, {asksWhere, "which country"}, {asksWhere, "which nation"}, {asksWhere, "what nation"}, {asksWhere, "what state"}, {asksWhere, "what place"}, {asksWhere, "what location"},
		{asksWhy, "why"}, {asksWhy, "what reason"}, {asksWhy, "what cause"}, {asksWhy, "what purpose"},
		{asksHow, "how"}, {asksWhich, "which"}, {asksWhat, "what"},
	},
	"de": {
		{asksHowMany, "wie viele"}, {asksShare, "wie viel prozent"}, {asksShare, "prozentsatz"}, {asksMoney, "wie viel geld"}, {asksMoney, "wie teuer"}, {asksHowMuch, "wie viel"}, {asksHowMuch, "wieviel"}, {asksHowMuch, "wie hoch"}, {asksHowMany, "wie groß"},
		{asksHowLong, "wie lange"}, {asksHowLong, "wie oft"}, {asksWhen, "wann"}, {asksWhen, "welchem jahr"}, {asksWho, "wer"}, {asksWho, "wem"}, {asksWho, "wen"}, {asksWho, "wessen"},
		{asksWhere, "wo"}, {asksWhere, "wohin"}, {asksWhere, "woher"}, {asksWhere, "welcher stadt"}, {asksWhere, "welchem land"}, {asksWhy, "warum"}, {asksWhy, "weshalb"}, {asksWhy, "wieso"},
		{asksHow, "wie"}, {asksWhich, "welche"}, {asksWhich, "welcher"}, {asksWhich, "welches"}, {asksWhich, "welchen"}, {asksWhich, "welchem"}, {asksWhat, "was"},
	},
	"ru": {
		{asksShare, "какой процент"}, {asksMoney, "сколько стоит"}, {asksMoney, "сколько денег"}, {asksHowLong, "как долго"}, {asksHowLong, "как часто"}, {asksHowMany, "сколько"}, {asksHowMany, "насколько"},
		{asksWhen, "когда"}, {asksWhen, "каком году"}, {asksWho, "кто"}, {asksWho, "кого"}, {asksWho, "кому"}, {asksWho, "кем"}, {asksWho, "чей"}, {asksWhere, "где"}, {asksWhere, "куда"}, {asksWhere, "откуда"},
		{asksWhy, "почему"}, {asksWhy, "зачем"}, {asksHow, "как"}, {asksWhich, "какой"}, {asksWhich, "какая"}, {asksWhich, "какие"}, {asksWhich, "какое"}, {asksWhich, "каком"}, {asksWhat, "что"}, {asksWhat, "чем"},
	},
	"uk": {
		{asksShare, "який відсоток"}, {asksMoney, "скільки коштує"}, {asksMoney, "скільки грошей"}, {asksHowLong, "як довго"}, {asksHowLong, "як часто"}, {asksHowMany, "скільки"}, {asksHowMany, "наскільки"},
		{asksWhen, "коли"}, {asksWhen, "якому році"}, {asksWho, "хто"}, {asksWho, "кого"}, {asksWho, "кому"}, {asksWho, "ким"}, {asksWho, "чий"}, {asksWhere, "де"}, {asksWhere, "куди"}, {asksWhere, "звідки"},
		{asksWhy, "чому"}, {asksWhy, "навіщо"}, {asksHow, "як"}, {asksWhich, "який"}, {asksWhich, "яка"}, {asksWhich, "які"}, {asksWhich, "яке"}, {asksWhich, "якому"}, {asksWhat, "що"}, {asksWhat, "чим"},
	},
	"es": {
		{asksHowMany, "cuántos"}, {asksHowMany, "cuántas"}, {asksShare, "qué porcentaje"}, {asksHowMuch, "cuánto"}, {asksHowMuch, "cuánta"}, {asksHowLong, "cuánto tiempo"}, {asksWhen, "cuándo"}, {asksWhen, "qué año"}, {asksWho, "quién"}, {asksWho, "quiénes"},
		{asksWhere, "dónde"}, {asksWhy, "por qué"}, {asksHow, "cómo"}, {asksWhich, "cuál"}, {asksWhich, "cuáles"}, {asksWhat, "qué"},
	},
	"ro": {
		{asksHowMany, "câți"}, {asksHowMany, "câte"}, {asksShare, "ce procent"}, {asksHowMuch, "cât"}, {asksHowMuch, "câtă"}, {asksWhen, "când"}, {asksWhen, "ce an"}, {asksWho, "cine"}, {asksWho, "cui"},
		{asksWhere, "unde"}, {asksWhy, "de ce"}, {asksHow, "cum"}, {asksWhich, "care"}, {asksWhat, "ce"},
	},
	"fr": {
		{asksHowMany, "combien"}, {asksWhen, "quand"}, {asksWhen, "quelle année"}, {asksWho, "qui"}, {asksWhere, "où"}, {asksWhy, "pourquoi"}, {asksHow, "comment"}, {asksWhich, "quel"}, {asksWhich, "quelle"}, {asksWhat, "que"},
	},
	"it": {
		{asksHowMany, "quanti"}, {asksHowMany, "quante"}, {asksHowMuch, "quanto"}, {asksWhen, "quando"}, {asksWho, "chi"}, {asksWhere, "dove"}, {asksWhy, "perché"}, {asksHow, "come"}, {asksWhich, "quale"}, {asksWhat, "che"},
	},
	"pl": {
		{asksHowMany, "ile"}, {asksHowMany, "ilu"}, {asksWhen, "kiedy"}, {asksWho, "kto"}, {asksWho, "kogo"}, {asksWhere, "gdzie"}, {asksWhy, "dlaczego"}, {asksHow, "jak"}, {asksWhich, "jaki"}, {asksWhich, "która"}, {asksWhich, "który"}, {asksWhat, "co"},
	},
}

type opening struct {
	kind  kindOfQuestion
	terms []Term
}

var openingCache sync.Map // of language to []opening

func openingsOf(lang string) []opening {
	o, ok := openingCache.Load(lang)
	if !ok {
		var list []opening
		var plain words.Analyser
		for _, from := range openings[lang] {
			op := opening{kind: from.kind}
			for _, w := range strings.Fields(from.words) {
				for _, t := range plain.Tokens(lang, w) {
					op.terms = append(op.terms, Hash(t.Term))
				}
			}
			list = append(list, op)
		}
		o, _ = openingCache.LoadOrStore(lang, list)
	}
	return o.([]opening)
}

// asked tells what kind of answer the question wants and at which token the
// words that say so end (0 when there are none).
func asked(lang string, q []Token) (kind kindOfQuestion, end int) {
	for _, o := range openingsOf(lang) {
		for i := range q {
			at := i
			for _, want := range o.terms {
				// "how much did it cost", "in what year": up to three words
				// may stand between.
				found := -1
				for j := at; j < len(q) && (at == i && j == at || at > i && j <= at+2); j++ {
					if q[j].Term == want {
						found = j
						break
					}
				}
				if found < 0 {
					at = -1
					break
				}
				at = found + 1
			}
			if at > 0 {
				kind, end = o.kind, at
				if kind == asksWhat && lang == "en" && content(q) <= 2 && len(q) <= 6 {
					kind = asksDefinition
				}
				return kind, end
			}
		}
	}
	return asksOther, 0
}

func content(q []Token) int {
	n := 0
	for _, t := range q {
		if t.Kind&Stop == 0 {
			n++
		}
	}
	return n
}
