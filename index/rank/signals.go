package rank

import (
	"math"
	"slices"
)

// signalNames name what Signals computes. Shares are of the question's words,
// weighted by idf. A word is reached if it or one related to it stands in a
// sentence that was ranked.
var signalNames = withProducts([]string{
	"covered", "covered softly", "covered softly with neighbours", "covered softly by passage",
	"unknown", "out of reach", "greatest out of reach", "out of reach squared",
	"names missing", "names out of reach", "numbers missing", "others covered softly",
	"answer there", "answer missing", "raw pairs", "window",
	"share of all", "lead over second", "log words of question", "total", "missing any", "in order", "squared covered softly",
	"known but missing", "names covered",
	"score", "bm25/total", "passage bm25/total", "text covered", "text bm25/total", "pairs in order", "spread", "title covered", "before adds", "bm25",
	"size", "size x covered", "size x covered softly", "size x out of reach", "size x passage covered", "size x score",
	"one word out of reach", "two words out of reach", "a name out of reach", "one word missing", "two words missing", "three words missing", "terms covered softly",
	"size x one word out of reach", "size x one word missing",
	"greatest name out of reach", "greatest noun out of reach", "greatest other out of reach", "greatest noun missing",
	"found apart", "found apart softly", "listed adds", "rarest covered", "rarest name covered",
	"answer close", "word close", "counted", "is one", "verbs softly", "nouns softly", "longest raw run", "akin adds", "untitled softly",
	"share of passage", "share of text", "lead over other passages", "lead over other texts", "asks",
})

// multiplied are the signals whose products with one another are signals too,
// because what one says depends on another: a clear lead means little when the
// word that matters is nowhere.
var multiplied = []string{
	"covered", "covered softly", "covered softly by passage", "out of reach", "greatest out of reach", "share of all",
	"known but missing", "names missing", "names covered", "others covered softly", "greatest name out of reach", "greatest noun out of reach", "found apart softly", "log words of question", "size", "score", "missing any",
}

// simpleSignals is how many signals are no products.
var simpleSignals = slices.Index(signalNames, multiplied[0]+" * "+multiplied[0])

// SimpleSignals returns how many signals are no products; they come first.
func SimpleSignals() int { return simpleSignals }

func withProducts(names []string) []string {
	for i, a := range multiplied {
		for _, b := range multiplied[i:] {
			names = append(names, a+" * "+b)
		}
	}
	for _, f := range families {
		names = append(names, f.name)
	}
	return names
}

// families are the families of languages that confidence must be told of: their
// words bend and join more than those of English, and no relations are known of
// them, so that a right answer shows less.
var families = []struct {
	name  string
	langs []string
}{
	{"German", []string{"de"}}, {"Romance", []string{"es", "ro", "fr", "it"}}, {"Slavic", []string{"ru", "uk", "pl"}},
}

var factors = func() []int {
	out := make([]int, len(multiplied))
	for i, n := range multiplied {
		out[i] = slices.Index(signalNames, n)
	}
	return out
}()

// SignalNames names the signals.
func SignalNames() []string { return signalNames }

// trust is how much of a word's weight counts when only a related word stands
// there; set by hand after the weights the relations get as features. Words that
// are used alike get none: a father is no birth, and would hide that nobody says
// when somebody was born.
var trust = [matches]float64{
	Derived: .9, Synonym: .8, Broader: .4, Narrower: .6, Explained: .25, Translated: .5, Listed: .8, Component: .7, exact: 1, kin: .7,
}

// telling is the idf from which the absence of a word says something: that of
// a word in every thirty-third sentence or fewer.
const telling = 3.5

// soft returns how well term t is met in a sentence, 0 to 1. A name is met by
// itself, its words, or what is derived from it only: Canada is not any
// country. Where names are declined, four letters in common will do.
func (m *match) soft(t int, name, declined bool) float64 {
	best := 0.0
	if m.count[t] > 0 {
		return 1
	}
	for r := range matches {
		if name && r != Derived && r != Component && !(r == kin && declined) {
			continue
		}
		if w := m.by(r, t); w > 0 {
			best = max(best, trust[r]*math.Sqrt(float64(w)))
		}
	}
	return best
}

// Signals returns what tells whether the first of the ranked sentences answers
// the question, in the order of SignalNames.
func (r *Ranker) Signals(q *Question, ranked []Scored) []float64 {
	top := ranked[0]
	v, m := top.variant, top.match
	n := len(v.Terms)
	reach := make([]float64, n) // by any sentence
	passage := make([]float64, n)
	near := make([]float64, n)
	for i := range ranked {
		s := &ranked[i]
		if s.variant != v {
			continue
		}
		for t := range n {
			w := float64(s.match.near[t])
			reach[t] = max(reach[t], w)
			if s.Passage == top.Passage {
				passage[t] = max(passage[t], w)
				if d := s.Sentence - top.Sentence; d >= -1 && d <= 1 {
					near[t] = max(near[t], w)
				}
			}
		}
	}
	total := max(v.total, 1e-9)
	var covered, soft, softNear, softPassage, unknown, out, greatest float64
	var names, namesMissing, namesOut, numbersMissing, others, othersSoft, missing, known float64
	var outWords, outNames, missingWords int
	var outName, outNoun, outOther, noNoun float64
	for t, term := range v.Terms {
		w := float64(m.near[t])
		has := flag(m.count[t] > 0)
		covered += term.IDF * has
		soft += term.IDF * w
		softNear += term.IDF * near[t]
		softPassage += term.IDF * passage[t]
		if !term.Known {
			unknown += term.IDF
		} else {
			known += term.IDF * (1 - max(w, has))
		}
		out += term.IDF * (1 - reach[t])
		greatest = max(greatest, term.IDF*(1-reach[t]))
		missing += 1 - w
		if term.IDF >= telling {
			if reach[t] < .3 {
				outWords++
				if term.Kind&(Capital|Alias|Number) != 0 {
					outNames++
				}
			}
			if w < .3 {
				missingWords++
			}
		}
		switch {
		case term.Kind&Number != 0:
			outName = max(outName, term.IDF*(1-reach[t]))
			numbersMissing += term.IDF * (1 - has)
		case term.Kind&(Capital|Alias) != 0:
			outName = max(outName, term.IDF*(1-reach[t]))
			names += term.IDF * has
			namesMissing += term.IDF * (1 - near[t])
			namesOut += term.IDF * (1 - reach[t])
		default:
			if term.Noun {
				outNoun = max(outNoun, term.IDF*(1-reach[t]))
				noNoun = max(noNoun, term.IDF*(1-w))
			} else {
				outOther = max(outOther, term.IDF*(1-reach[t]))
			}
			others += term.IDF
			othersSoft += term.IDF * w
		}
	}
	there, _ := m.answer(v.asks)
	asks := wanted[v.asks] != 0
	sum, passageSum, textSum := 0.0, 0.0, 0.0
	const most = 5 // what a lead counts at most
	leadPassage, leadText := float64(most), float64(most)
	for i := range ranked {
		s := &ranked[i]
		behind := top.Score - s.Score
		chance := math.Exp(-behind)
		sum += chance
		if s.Passage == top.Passage {
			passageSum += chance
		} else {
			leadPassage = min(leadPassage, behind)
		}
		if s.Passage.Text == top.Passage.Text {
			textSum += chance
		} else {
			leadText = min(leadText, behind)
		}
	}
	lead := 3.0
	if len(ranked) > 1 {
		lead = min(lead, top.Score-ranked[1].Score)
	}
	f := func(name string) float64 { return float64(top.features[featureIndex[name]]) }
	soft /= total
	score := top.Score / 20
	// A question finds more of its words by chance where there is more to find.
	// It counts in powers of two: where a text is missing from a corpus must not be
	// learnt from the number of sentences.
	size := math.Round(math.Log2(float64(1+r.stats.Sentences()))) / 14
	signals := []float64{
		covered / total, soft, softNear / total, softPassage / total,
		unknown / total, out / total, greatest / 8, out * out / total / total,
		namesMissing / total, namesOut / total, numbersMissing / total, othersSoft / max(others, 1e-9),
		flag(asks && there), flag(asks && !there), f("raw pairs"), f("window"),
		1 / sum, lead, math.Log1p(float64(n)), min(total, 40) / 40, min(missing, 5) / 5, f("longest common order"), soft * soft,
		known / total, names / total,
		score, f("bm25/total"), f("passage bm25/total"), f("text covered"), f("text bm25/total"), f("pairs in order"), f("spread"), f("title covered"), f("before adds"), f("bm25") / 30,
		size, size * covered / total, size * soft, size * out / total, size * softPassage / total, size * score,
		flag(outWords >= 1), flag(outWords >= 2), flag(outNames >= 1), flag(missingWords >= 1), flag(missingWords >= 2), flag(missingWords >= 3), 1 - missing/float64(max(n, 1)),
		size * flag(outWords >= 1), size * flag(missingWords >= 1),
		outName / 8, outNoun / 8, outOther / 8, noNoun / 8,
		f("found apart"), f("found apart softly"), f("listed adds"), f("rarest covered"), f("rarest name covered"),
		f("answer close"), f("word close"), f("counted"), f("is one"), f("verbs softly"), f("nouns softly"), f("longest raw run"), f("akin adds"), f("untitled softly"),
		passageSum / sum, textSum / sum, leadPassage, leadText, float64(v.asks),
	}
	for i, a := range factors {
		for _, b := range factors[i:] {
			signals = append(signals, signals[a]*signals[b])
		}
	}
	for _, f := range families {
		signals = append(signals, flag(slices.Contains(f.langs, v.Lang)))
	}
	return signals
}

var featureIndex = func() map[string]int {
	m := make(map[string]int, len(featureNames))
	for i, n := range featureNames {
		m[n] = i
	}
	return m
}()
