package demand

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

func names(q *reading) []demand {
	var out []demand
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
