package demand

import "strings"

// A phrase in quotation marks must stand in the sentence, punctuation, dashes
// and apostrophes aside.
type phrase string

func (p phrase) check(s *reading) Verdict {
	if Holds(Letters(s.text), string(p)) {
		return Met
	}
	return Contradicted
}

// Holds reports whether the words of a phrase stand one after the other in a
// text. Both are as Letters returns them.
func Holds(text, phrase string) bool {
	return strings.Contains(" "+text+" ", " "+phrase+" ")
}
