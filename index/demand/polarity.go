package demand

import (
	"slices"
	"strings"
)

// Who did not sign wants a denial, who signed does not; oppose and support, rise
// and fall are opposites. A question for yes or no is answered by either.

// denying are words that turn the word after them round.
var denying = map[string]bool{
	"not": true, "never": true, "cannot": true, "nicht": true, "nie": true, "niemals": true, "не": true, "ніколи": true, "никогда": true,
	"no": true, "nunca": true, "nu": true, "non": true, "ne": true, "pas": true, "jamais": true, "nigdy": true,
}

// failing begin verbs that deny the verb after them.
var failing = []string{"refus", "fail", "declin", "відмов", "отказ", "weiger"}

func denies(folded string) bool {
	return denying[folded] || strings.HasSuffix(folded, "n't") || folded == "dont" || folded == "didnt" || folded == "doesnt"
}

// opposites are pairs of sides; each side lists beginnings of words.
var opposites = [][2][]string{
	{{"oppos", "against."}, {"support", "back.", "backed", "backs", "favour", "favor"}},
	{{"rise", "rose", "risen", "rising", "increas", "grew", "grow", "gain", "climb", "soar", "surg"}, {"fall", "fell", "decreas", "decline", "drop", "shrank", "shrink", "slump", "sank", "sink", "plung"}},
	{{"accept", "approv", "adopt"}, {"reject", "refus", "declin", "veto", "turned down"}},
	{{"win.", "won.", "wins", "winner", "winning"}, {"lose", "lost", "loses", "losing", "loser"}},
	{{"open"}, {"close.", "closed", "closes", "closing", "closure", "shut"}},
	{{"buy", "bought"}, {"sell", "sold", "seller", "sale."}},
	{{"import"}, {"export"}},
	{{"ban.", "bans", "banned", "forbid", "forbade", "prohibit"}, {"allow", "permit", "legalis", "legaliz"}},
	{{"hire"}, {"fire.", "fired", "dismiss", "sack"}},
	{{"cheap"}, {"expensive", "dear"}},
	{{"highest", "largest", "biggest"}, {"lowest", "smallest"}},
	{{"praise"}, {"criticis", "criticiz", "condemn"}},
	{{"confirm", "admit"}, {"deny", "denied", "denies"}},
	{{"підтрим"}, {"виступ проти", "заперечив"}}, {{"зрос", "зріс", "зроста", "збільш", "подорожч", "підвищ"}, {"впа", "зниз", "зменш", "подешев", "скорот"}},
	{{"прийня", "схвал", "погод"}, {"відхил", "відмов", "відкин"}}, {{"відкри"}, {"закри"}}, {{"купи", "купу"}, {"прода"}}, {{"виграл", "перемог", "виграв"}, {"програ"}},
	{{"заборон"}, {"дозвол"}}, {{"імпорт"}, {"експорт"}},
	{{"поддерж"}, {"выступ против"}}, {{"вырос", "выросл", "рост.", "увелич", "подорожа", "повыс"}, {"упал", "снизи", "уменьш", "подешев", "сокра"}},
	{{"приня", "одобр", "соглас"}, {"отклон", "отказ", "отверг"}}, {{"откры"}, {"закры"}}, {{"купи"}, {"прода"}}, {{"выигр", "побед"}, {"проигр"}},
	{{"запрет", "запрещ"}, {"разреш"}}, {{"импорт"}, {"экспорт"}},
	{{"unterstütz", "befürwort"}, {"ablehn", "lehnt", "abgelehnt"}}, {{"stieg", "steig", "gestieg", "erhöh", "zunahm", "wuchs", "gewachs"}, {"fiel", "fall", "gefall", "sank", "sink", "gesunk", "abnahm"}},
	{{"annahm", "angenommen", "billig", "zugestimmt"}, {"ablehn", "abgelehnt", "verwarf", "lehnte"}}, {{"öffn", "geöffn", "eröffn"}, {"schloss", "schließ", "geschlossen"}},
	{{"kauf", "gekauft"}, {"verkauf"}}, {{"gewann", "gewonn", "gewinn"}, {"verlor", "verlier"}}, {{"verbot", "verbiet"}, {"erlaub", "genehm"}},
	{{"apoy"}, {"opus", "opon", "rechaz"}}, {{"subió", "subier", "aument", "crec"}, {"bajó", "bajar", "cayó", "cayer", "disminu", "reduj"}}, {{"aceptó", "aceptar", "aprob"}, {"rechaz"}}, {{"abrió", "abrier", "abrir"}, {"cerró", "cerrar"}},
	{{"soutenu", "soutien", "appuy"}, {"opposé", "oppose", "rejet"}}, {{"augment", "mont", "hauss"}, {"baiss", "chut", "diminu"}}, {{"accept", "adopt", "approuv"}, {"rejet", "refus"}}, {{"ouvert", "ouvr"}, {"ferm"}},
	{{"sostenu", "appoggi"}, {"oppost", "contrast"}}, {{"aument", "salit", "cresci"}, {"diminu", "calat", "scesi", "sces"}}, {{"accett", "approv"}, {"respint", "rifiut"}}, {{"apert", "aprì"}, {"chius"}},
	{{"sprijin", "susțin"}, {"opus", "respins"}}, {{"crescut", "majorat"}, {"scăzut", "redus"}}, {{"acceptat", "aprobat"}, {"respins", "refuzat"}}, {{"deschis"}, {"închis"}},
	{{"poparł", "popiera", "wspiera"}, {"sprzeciw"}}, {{"wzrost", "wzrosł", "wzrósł"}, {"spad", "obniż"}}, {{"przyję", "przyją", "zaakcept"}, {"odrzuc", "odmów"}}, {{"otwar", "otwor"}, {"zamkn"}},
}

// oppositeTable finds the sides that a word may be of: two lists a pair.
var oppositeTable = func() table {
	var lists [][]string
	for _, pair := range opposites {
		lists = append(lists, pair[0], pair[1])
	}
	return newTable(lists...)
}()

// negated is a demand that a verb is denied, or is not.
type negated struct {
	stem   string
	denied bool
}

// opposed is a demand that words of the other side do not stand in place of
// those of this one.
type opposed struct {
	mine, other []string
	denied      bool
	beside      []string // stems of the words around it in the question
}

func polarities(q *reading) []demand {
	if q.yesNo() {
		return nil
	}
	deny := slices.IndexFunc(q.words, func(w word) bool { return denies(w.folded) || lackingTable.of(w.folded) >= 0 })
	var out []demand
	asked := false
	for i, w := range q.words {
		if askingTable.of(w.folded) >= 0 && !(w.capital && i > 0) {
			asked = true
			continue
		}
		if w.stop || w.digits || w.capital && i > 0 || denies(w.folded) || !asked {
			continue
		}
		denied := q.deniedAt(i)
		if denied && (i > maxMain || strings.ContainsAny(q.text[:w.start], ",;")) {
			continue // who, though he did not come, sent a letter
		}
		oppositeTable.each(w.folded, func(list int) {
			pair, side := opposites[list/2], list%2
			if !is(w.folded, pair[1-side]...) {
				out = append(out, opposed{pair[side], pair[1-side], denied, q.around3(i)})
			}
		})
		if denied || deny < 0 {
			out = append(out, negated{w.stem, denied})
		}
	}
	return out
}

// maxMain is how far into a question its main verb stands, in words.
const maxMain = 7

// lacking begin words that deny as a verb, or except.
var lacking = []string{"lack", "without", "except", "unless", "fehl", "ausnahm", "gegen.", "excepți", "ohne.", "außer", "без.", "крім", "окрім", "кроме", "браку", "carec", "sin.", "salvo", "excep", "sans.", "senza", "fără", "bez.", "oprócz", "none", "nobody", "neither", "kein", "niemand", "ніхто", "никто", "жод", "ninguno", "aucun", "nessun"}

// yet are words by which a sentence takes back what it denied.
var yet = []string{"but.", "until", "only.", "however", "although", "though", "except", "aber.", "sondern", "nur.", "bis.", "але.", "поки", "лише", "однак", "но.", "пока", "только", "однако", "pero.", "sino.", "hasta", "solo.", "mais.", "jusqu", "sauf", "ma.", "finché", "dar.", "până", "ale.", "dopóki"}

// deniedAt reports whether word i is turned round: by a word before it with
// nothing but stop words between, and in German by one after the verb too.
func (r *reading) deniedAt(i int) bool {
	for j := i - 1; j >= 0 && j >= i-3; j-- {
		w := r.words[j]
		if denies(w.folded) || failingTable.of(w.folded) >= 0 {
			if strings.Contains(r.between(j), "-") {
				break // non-members, nicht-kolonial
			}
			// "not only", "no longer" said of something else
			return !(j+1 < len(r.words) && is(r.words[j+1].folded, "only", "nur.", "лише", "только", "тільки", "just."))
		}
		if !w.stop || strings.ContainsAny(r.between(j), ",;:.()") {
			break
		}
	}
	if r.lang == "de" && !r.words[i].capital {
		for j := i + 1; j < len(r.words) && !strings.ContainsAny(r.between(j-1), ",;:"); j++ {
			if r.words[j].folded == "nicht" {
				return !(j+1 < len(r.words) && r.words[j+1].folded == "nur")
			}
		}
	}
	if r.lang == "de" && i > 0 && is(r.words[i-1].folded, "kein") {
		return true
	}
	return r.lang == "en" && i > 0 && r.words[i-1].folded == "no" && !strings.ContainsAny(r.between(i-1), ",;:.")
}

func (n negated) check(s *reading) Verdict {
	there := false
	for i, w := range s.words {
		if w.stem != n.stem {
			continue
		}
		if s.deniedAt(i) == n.denied {
			return Met
		}
		if !n.denied && (s.lang == "de" && w.capital || strings.ContainsAny(s.text[:w.start], ",;")) {
			continue // not what the sentence is about
		}
		there = true
	}
	qualified := func(w word) bool {
		return n.denied && (denies(w.folded) || lackingTable.of(w.folded) >= 0) || !n.denied && yetTable.of(w.folded) >= 0
	}
	if there && !slices.ContainsFunc(s.words, qualified) {
		return Contradicted
	}
	return Open
}

func (o opposed) check(s *reading) Verdict {
	contrary := false
	for i, w := range s.words {
		switch {
		case is(w.folded, o.mine...):
			if s.deniedAt(i) == o.denied {
				return Met
			}
			return Open // negated looks at it
		case is(w.folded, o.other...) && s.nearby(i, o.beside):
			if s.deniedAt(i) != o.denied {
				return Met
			}
			contrary = true
		}
	}
	if contrary && !slices.ContainsFunc(s.words, func(w word) bool { return yetTable.of(w.folded) >= 0 }) {
		return Contradicted
	}
	return Open
}

// nearby reports whether one of the stems stands within four words of word i.
func (r *reading) nearby(i int, stems []string) bool {
	return slices.ContainsFunc(r.words[max(0, i-4):min(len(r.words), i+5)], func(w word) bool { return slices.Contains(stems, w.stem) })
}

var lackingTable, yetTable, failingTable = newTable(lacking), newTable(yet), newTable(failing)
