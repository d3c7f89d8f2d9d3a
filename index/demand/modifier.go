package demand

import (
	"slices"
	"strings"
)

// The finance minister is not the defence minister, South Tarvia not North
// Tarvia, a ban on day flights none on night flights: where a question says
// which of several it means, another one in its place is another thing.

// siblings are groups of words of which one excludes the others: each member
// lists beginnings.
var siblings = [][][]string{
	{{"north", "nord", "північ", "север", "norte", "půln", "północ", "settentr"}, {"south", "süd", "півден", "південн", "южн", "юг.", "юго", "sur.", "sud.", "południ", "meridion"},
		{"east.", "eastern", "ost.", "östlich", "ostukr", "схід", "східн", "восто", "oriental", "est.", "wschod", "wschód"}, {"west.", "western", "westlich", "захід", "запад", "occiden", "oeste", "ouest", "ovest", "zachod", "zachód"}},
	{{"day.", "daytime", "tages", "денн", "дневн", "diurn"}, {"night", "nacht", "ніч", "ночн", "nocturn", "noctur", "notturn", "nocn"}},
	{{"internal", "interior", "home.", "inner.", "innen", "inneren", "внутрішн", "внутренн", "interne", "interno", "wewnętrz"}, {"international", "foreign", "external", "außen", "auswärt", "зовніш", "закордонн", "міжнарод", "международн", "иностран", "внешн", "exterior", "étrang", "ester", "extern", "zagranicz"},
		{"financ", "finanz", "фінанс", "финанс", "finans"}, {"defence", "defense", "verteidig", "оборон", "defens", "défense", "difes", "apărăr", "obron"},
		{"health", "gesundheit", "охорони здоров", "здоров", "здравоохран", "salud", "santé", "salute", "sănăt", "zdrow"}, {"education", "bildung", "освіт", "образован", "educa", "istruz", "edukac"},
		{"justice", "justiz", "юстиц", "justic", "giustiz", "sprawiedliw"}, {"energy", "energie", "енергет", "энергет", "energí", "energet", "energii"},
		{"agricultur", "farm.", "landwirt", "аграр", "сільськ", "сельск", "agricol", "rolnic"}, {"transport", "verkehr"}, {"trade.", "handel", "торг", "comerc", "commerc", "handlu"},
		{"environment", "umwelt", "довкіл", "эколог", "еколог", "medio ambiente", "ambient", "mediu"}, {"labour", "labor.", "arbeits", "праці", "труда", "trabaj", "travail", "lavoro"}, {"culture", "kultur", "культур", "cultur"}, {"econom", "wirtschaft", "еконо", "эконо"}},
	{{"deput", "vice", "stellvertret", "заступни", "віце", "замест", "вице", "vize", "adjunct", "adjoint", "wicep", "zastęp"}, {"former", "ex.", "ehemalig", "колишн", "бывш", "ancien", "fost.", "były"}},
	{{"black", "schwarz", "чорн", "черн", "negro", "noir", "nero", "negru", "czarn"}, {"white", "weiß", "біл", "бел", "blanc", "bianc", "alb.", "biał"}, {"red.", "rote", "червон", "красн", "rojo", "rouge", "rosso", "roșu", "czerwon"},
		{"green", "grün", "зелен", "verde", "vert.", "zielon"}, {"blue", "blau", "син", "azul", "bleu", "blu.", "albastr", "niebiesk"}, {"yellow", "gelb", "жовт", "желт", "amarill", "jaune", "giall", "galben", "żółt"}},
	{{"spring.", "frühling", "весн", "весен", "primavera", "wiosn"}, {"summer", "sommer", "літн", "летн", "verano", "lato."}, {"autumn", "herbst", "осін", "осен", "otoño", "jesie"}, {"winter", "зим", "invierno", "hiver", "zim"}},
	{{"male.", "men.", "man.", "boys", "männ", "чолові", "мужчин"}, {"female", "women", "woman", "girls", "frau", "жін", "женщ"}},
	{{"left.", "links", "ліва", "лів", "лев"}, {"right.", "rechts", "прав"}},
	{{"upper", "ober", "верхн", "haut", "superior"}, {"lower", "unter", "нижн", "inferior"}},
	{{"public", "öffentlich", "державн", "государствен", "públic", "publi"}, {"private", "privat", "приват", "частн"}},
	{{"civil", "zivil", "цивіл", "граждан"}, {"militar", "militär", "військов", "воен"}},
	{{"first", "erste", "перш", "перв", "primer", "premi", "prim"}, {"second.", "zweite", "друг", "втор", "segund", "deuxi", "doilea", "drug"}, {"third", "dritte", "трет", "tercer", "trois", "treilea", "trzec"}, {"fourth", "vierte", "четверт", "cuart", "quatri", "czwart"}, {"last.", "letzte", "останн", "последн", "últim", "derni", "ultim", "ostatni"}},
	{{"old.", "alte", "стар", "viej", "vieux", "vecchi", "vechi"}, {"new.", "neue", "нов", "nuev", "nouve", "nuov", "nou.", "nowy", "nowa"}},
	{{"lead", "zinc"}, {"gold", "золот"}, {"silver", "silber", "сріб", "серебр"}, {"bronze", "бронз"}},
	{{"import", "імпорт", "импорт"}, {"export", "експорт", "экспорт"}},
	{{"land.", "ground."}, {"sea.", "naval"}, {"air.", "aerial"}},
}

// siblingTable finds the members that a word may be, siblingAt their groups.
var siblingTable, siblingAt = flat(siblings)

// flat makes one table of groups of lists, with the group and place of each list.
func flat(groups [][][]string) (table, [][2]int) {
	var lists [][]string
	var at [][2]int
	for g, group := range groups {
		for m, list := range group {
			lists, at = append(lists, list), append(at, [2]int{g, m})
		}
	}
	return newTable(lists...), at
}

// adders make another office of the one behind them.
var adders = []string{"deput", "vice", "former", "ex.", "acting", "assistant", "shadow", "stellvertret", "ehemalig", "vize", "заступни", "віце", "колишн", "замест", "вице", "бывш", "vicep", "vicepre", "fost.", "wicep", "były"}

// oneOf is a demand for one of a group of siblings, beside its noun.
type oneOf struct {
	mine   []string
	others [][]string
	beside []string // stems of the words around it in the question
}

// office is a demand for an office that nothing makes another of.
type office struct {
	stem, lang string
	wanted     bool // the question is who holds it
}

func modifiers(q *reading) []demand {
	var out []demand
	for i, w := range q.words {
		if w.stop || w.digits {
			continue
		}
		siblingTable.each(w.folded, func(list int) {
			at := siblingAt[list]
			group := siblings[at[0]]
			d := oneOf{mine: group[at[1]], beside: q.around3(i)}
			for o, other := range group {
				if o != at[1] {
					d.others = append(d.others, other)
				}
			}
			if len(d.beside) > 0 {
				out = append(out, d)
			}
		})
		if (officeTable.of(w.folded) >= 0 || strings.HasSuffix(w.folded, "minister") || strings.HasSuffix(w.folded, "präsident")) && (i == 0 || !slices.ContainsFunc(q.words[:i], func(w word) bool { return adderTable.of(w.folded) >= 0 })) {
			out = append(out, office{w.stem, q.lang, q.whoIs(i)})
		}
	}
	return out
}

// offices begin the words for an office that has deputies.
var offices = []string{"minister", "president", "chancellor", "governor", "mayor", "director", "chair", "premier", "secretary", "kanzler", "präsident", "bürgermeister",
	"міністр", "президент", "канцлер", "мер.", "голов", "директор", "министр", "мэр.", "глава.", "presidente", "ministr", "préfet", "maire.", "sindaco", "prezydent", "premier", "primar"}

// around3 returns the stems of the content words within three words of word i.
func (r *reading) around3(i int) []string {
	var out []string
	for j := max(0, i-3); j <= min(len(r.words)-1, i+3); j++ {
		if w := r.words[j]; j != i && !w.stop && !w.digits && askingTable.of(w.folded) < 0 {
			out = append(out, w.stem)
		}
	}
	return out
}

func (d oneOf) check(s *reading) Verdict {
	here := func(w word) bool { return is(w.folded, d.mine...) }
	if slices.ContainsFunc(s.words, here) {
		return Met
	}
	for i, w := range s.words {
		if !slices.ContainsFunc(d.others, func(o []string) bool { return is(w.folded, o...) }) {
			continue
		}
		near := func(stem string) bool {
			for j := max(0, i-2); j <= min(len(s.words)-1, i+2); j++ {
				if j != i && s.words[j].stem == stem {
					return true
				}
			}
			return false
		}
		if slices.ContainsFunc(d.beside, near) && !slices.ContainsFunc(s.title().words, here) {
			return Contradicted
		}
	}
	return Open
}

// whoIs reports whether the question is who is what word i says.
func (q *reading) whoIs(i int) bool {
	return i > 1 && i <= 6 && is(q.words[0].folded, "who.", "wer.", "хто.", "кто.", "quién", "cine.", "qui.", "chi.", "kto.") &&
		is(q.words[1].folded, "is.", "was.", "are.", "ist.", "war.", "є.", "был", "був", "була", "es.", "este.", "est.", "è.", "jest.", "fue.", "era.", "the.", "der.", "die.")
}

func (o office) check(s *reading) Verdict {
	verdict := Open
	if o.wanted && o.lang == s.lang && !s.title().has(o.stem) {
		verdict = Contradicted
	}
	for i, w := range s.words {
		if w.stem != o.stem {
			continue
		}
		added := adderTable.of(w.folded) >= 0
		for j := max(0, i-2); j < i; j++ {
			added = added || is(s.words[j].folded, adders...)
		}
		if !added {
			return Met
		}
		verdict = Contradicted
	}
	return verdict
}

var officeTable, adderTable = newTable(offices), newTable(adders)
