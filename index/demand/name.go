package demand

import "strings"

// A forename and a surname are one person: Stephen Jarr is not Ewen Jarr. What
// a person is called by alone (Jarr) leaves open who is meant.

// person is a name of two words.
type person struct{ first, last string } // stems

// titles begin the words that stand before a surname without being part of the
// name.
var titles = []string{"president", "prime", "minister", "secretary", "general", "colonel", "captain", "chancellor", "king", "queen", "prince", "pope", "mr.", "mrs.", "ms.", "dr.", "sir", "lord", "lady", "judge", "senator", "governor", "mayor", "director", "professor", "saint", "the.", "bishop", "emperor",
	"herr", "frau", "kanzler", "bundes", "präsident", "außen", "könig",
	"президент", "міністр", "министр", "канцлер", "генерал", "мер.", "мэр.", "пан.", "пані", "король",
	"présid", "monsieur", "madame", "presiden", "ministr", "señor", "rey.", "re.", "pan.", "pani."}

// possessive are words that point to a person named before.
var possessive = map[string]bool{"his": true, "her": true, "he": true, "she": true, "його": true, "її": true, "він": true, "вона": true, "его": true, "ее": true, "он": true, "она": true,
	"su": true, "sus": true, "său": true, "sa": true, "lui": true, "son": true, "suo": true, "sua": true, "jego": true, "jej": true}

func names(q *reading) []demand {
	var out []demand
	if q.lang == "de" {
		return nil // every noun has a capital
	}
	for i := 1; i+1 < len(q.words); i++ {
		a, b := q.words[i], q.words[i+1]
		if !a.capital || !b.capital || a.stop || b.stop || q.between(i) != " " || is(a.folded, titles...) || is(b.folded, titles...) {
			continue
		}
		if i > 1 && q.words[i-1].capital && q.between(i-1) == " " || i+2 < len(q.words) && q.words[i+2].capital && q.between(i+1) == " " {
			continue // longer names are those of bodies and places
		}
		out = append(out, person{a.stem, b.stem})
	}
	return out
}

func (p person) check(s *reading) Verdict {
	another := false
	for i, w := range s.words {
		if possessive[w.folded] {
			return Open // his descendant
		}
		if w.stem == p.first {
			return Met
		}
		if w.capital && i+1 < len(s.words) && s.words[i+1].stem == p.last && alike(w.stem, p.first) {
			return Open // another spelling
		}
		if w.stem != p.last || !w.capital || i == 0 {
			continue
		}
		if b := s.words[i-1]; b.capital && !b.stop && s.between(i-1) == " " && !is(b.folded, titles...) && len(b.folded) > 2 {
			another = true
		}
	}
	if another && !s.prior().has(p.first) && !s.title().has(p.first) {
		return Contradicted
	}
	return Open
}

// alike reports whether two names may be spellings of one: they begin alike, or
// differ by a letter or two.
func alike(a, b string) bool {
	x, y := []rune(a), []rune(b)
	n := min(len(x), len(y))
	same := 0
	for same < n && x[same] == y[same] {
		same++
	}
	return same >= 3 || n >= 3 && x[0] == y[0] && len(x) == len(y)
}

// seats are capitals and what else a government is called by, beside the
// country: who asks for Moscow may be answered about Russia.
var seats = [][]string{
	{"kyiv", "kiev", "київ", "києв", "киев", "kiew", "kijów", "ukrain", "україн", "украин", "ucrani", "ucrain"},
	{"moscow", "moskau", "москв", "moscú", "moscou", "moscova", "mosca", "moskw", "kremlin", "кремл", "kreml", "russia", "russisch", "russland", "росі", "росій", "росси", "русс", "rusia", "rusă", "russie", "rosj"},
	{"washington", "вашингтон", "white house", "us.", "usa.", "united states", "america", "сша", "сполучен", "соединенн", "америк", "vereinigte staaten", "estados unidos", "états-unis", "statele unite"},
	{"london", "лондон", "britain", "british", "united kingdom", "uk.", "брита", "großbritannien", "britisch"},
	{"berlin", "берлін", "берлин", "german", "deutsch", "німе", "герман", "немец", "alemania", "allemagn", "germani", "niem"},
	{"paris", "париж", "france", "french", "франц", "frankreich", "franz"},
	{"brussels", "brüssel", "брюссел", "european union", "eu.", "єс.", "ес.", "євросоюз", "евросоюз", "europäische"},
	{"beijing", "peking", "пекін", "пекин", "china", "chines", "кита"},
	{"warsaw", "warschau", "варшав", "warszaw", "poland", "polish", "польщ", "польш", "polen", "polsk"},
}

// Stands reports whether a text names what stands for the name: its government's
// seat for a country, and the other way round.
func Stands(name, text string) bool {
	name, text = strings.ToLower(name), strings.ToLower(text)
	for _, seat := range seats {
		if !is(name, seat...) {
			continue
		}
		for _, s := range seat {
			s, whole := strings.CutSuffix(s, ".")
			if i := strings.Index(text, s); i >= 0 && (!whole || Holds(Letters(text), s)) {
				return true
			}
		}
	}
	return false
}
