package demand

import (
	"slices"
	"strings"
)

// An equal stem is not the same word: university is not universe, executives
// were not executed. The exact or an inflected form must stand there; derived
// forms count unless they are known to mean another thing.

// unlike are families of words that share a stem and mean different things: each
// member lists beginnings, the longest that fits counts.
var unlike = [][][]string{
	{{"universe"}, {"universit"}, {"universal"}},
	{{"animal"}, {"animat"}},
	{{"polic"}, {"policy", "policies"}},
	{{"organ.", "organs"}, {"organis", "organiz"}, {"organic"}},
	{{"execut"}, {"executiv"}},
	{{"direct.", "directs", "directed", "directly", "directing"}, {"directive"}, {"director"}, {"direction"}},
	{{"nation."}, {"nationali"}},
	{{"communit"}, {"communis"}, {"communicat"}, {"commune"}},
	{{"secretar"}, {"secret.", "secrets", "secretly"}},
	{{"minister"}, {"ministr"}, {"mini."}},
	{{"author.", "authors", "authored"}, {"authorit"}, {"authoris", "authoriz"}},
	{{"import"}, {"importan"}},
	{{"past."}, {"paste", "pasta"}},
	{{"capital."}, {"capitalis", "capitaliz"}},
	{{"intern.", "interns"}, {"internal"}, {"international"}, {"internet"}},
	{{"arm.", "arms"}, {"army", "armies"}, {"armour", "armor"}},
	{{"marin"}, {"mariner"}},
	{{"custom.", "customs"}, {"customer"}},
	{{"mobil"}, {"mobilis", "mobiliz"}},
	{{"contract"}, {"contractor"}, {"contraction"}},
	{{"object."}, {"objectiv"}, {"objection"}},
	{{"factor."}, {"factory", "factories"}},
	{{"depart."}, {"department"}},
	{{"apart."}, {"apartment"}},
	{{"compan"}, {"companion"}},
	{{"critic."}, {"critical"}, {"crisis"}},
	{{"politic"}, {"polit."}},
	{{"sign.", "signs", "signed", "signing"}, {"signal"}, {"significan"}, {"signatur"}},
	{{"design."}, {"designat"}},
	{{"court.", "courts"}, {"courtes"}, {"courtship"}},
	{{"party", "parties"}, {"part.", "parts"}, {"partial"}, {"partner"}, {"particular"}},
	{{"країн"}, {"крайн"}}, {{"стран.", "страна", "страны", "стране", "страну", "страной", "странам", "странах"}, {"странн"}}, {{"мир.", "мира", "миру"}, {"мирн"}},
	{{"союз."}, {"союзник"}}, {{"права", "право"}, {"правил"}, {"правд"}, {"правит"}}, {{"право", "права"}, {"правил"}, {"правд"}}, {{"город", "города", "городе"}, {"городск"}},
	{{"власт"}, {"власн"}}, {{"час"}, {"част"}}, {{"образ."}, {"образован"}},
	{{"universität"}, {"universal"}, {"univers."}}, {{"polizei"}, {"politik"}}, {{"orgel"}, {"organ"}}, {{"regie."}, {"regier"}},
}

// apart is a demand for a word that must not be mistaken for its neighbours.
type apart struct {
	mine   []string
	others [][]string
}

func stems(q *reading) []demand {
	var out []demand
	for _, w := range q.words {
		if w.folded == "part" || w.stop {
			continue // take part
		}
		seen := -1
		unlikeTable.each(w.folded, func(list int) {
			if unlikeAt[list][0] == seen {
				return
			}
			seen = unlikeAt[list][0]
			family := unlike[seen]
			mine := longest(family, w.folded)
			d := apart{mine: family[mine]}
			for o, other := range family {
				if o != mine && !slices.ContainsFunc(q.words, func(w word) bool { return longest(family, w.folded) == o }) {
					d.others = append(d.others, other)
				}
			}
			out = append(out, d)
		})
	}
	return out
}

var unlikeTable, unlikeAt = flat(unlike)

// longest returns the member of which the longest beginning fits, -1 for none.
func longest(family [][]string, folded string) int {
	best, size := -1, 0
	for m, list := range family {
		for _, p := range list {
			if is(folded, p) && len(strings.TrimSuffix(p, ".")) > size {
				best, size = m, len(strings.TrimSuffix(p, "."))
			}
		}
	}
	return best
}

func (d apart) check(s *reading) Verdict {
	family := append([][]string{d.mine}, d.others...)
	other := false
	for _, w := range s.words {
		switch m := longest(family, w.folded); {
		case m == 0:
			return Met
		case m > 0:
			other = true
		}
	}
	mine := func(w word) bool { return longest(family, w.folded) == 0 }
	if other && !slices.ContainsFunc(s.title().words, mine) && !slices.ContainsFunc(s.prior().words, mine) {
		return Contradicted
	}
	return Open
}
