package rank

import (
	"cmp"
	"math"
	"slices"
)

// Senses tells how near sentences are in meaning to a question. Where a sentence has
// no vector the second result is false.
type Senses interface {
	// Cosine and Meets are safe for concurrent use once Need has returned.

	// Cosine compares the question's vector with the sentence's.
	Cosine(p *Passage, sentence int) (float64, bool)
	// Meets tells how well the sentence meets each token of the question: the terms of
	// its MaxSim. Sentence -1 is the title of the passage's text.
	Meets(p *Passage, sentence int) ([]float32, bool)
	// Weights are those of the question's tokens; they sum up to 1.
	Weights() []float32
	// Need is told which sentences will be asked for, before they are: it makes the
	// vectors that lack, and reports whether it could.
	Need(sentences []Scored) bool
}

// considered is how many sentences are weighed by meaning at most: those that are best
// by words, and as many others that are nearest.
const considered = 2 * reranked

// Meaning is the model of what vectors say, on top of what words say.
type Meaning struct {
	Weights []float64 // of SenseNames
	Trees   []Tree    // of SenseNames
	Signals []float64 // of SureNames, then the constant
	Doubts  []Tree    // of SureNames
}

// senseNames name what is weighed of a sentence that is considered. Behind is the
// distance from the best of all that are; place the logarithm of 1 + how many are
// better. "Abroad" is a sentence in another language than the question.
var senseNames = []string{
	"words behind", "words place", "words chance", "best by words", "words chance of passage",
	"cosine", "cosine behind", "cosine place",
	"maxsim", "maxsim behind", "maxsim place", "maxsim chance",
	"maxsim with title", "maxsim with title behind", "maxsim around", "maxsim around behind", "maxsim of passage", "maxsim of passage behind", "cosine of passage behind",
	"abroad x maxsim with title behind", "abroad x maxsim of passage behind",
	"maxsim behind of passage", "maxsim behind of text", "maxsim behind before", "maxsim behind after", "second of passage",
	"abroad", "abroad x words behind", "abroad x words chance", "abroad x cosine behind", "abroad x maxsim behind", "abroad x maxsim place",
	"covered", "softly covered", "names missing", "numbers missing", "answer there", "answer missing", "answer close",
	"log words", "first in passage", "lead", "pronoun", "terms", "small", "asks",
}

// sureNames name what tells whether the best by words and meaning answers. "Words"
// is the logit of what words alone say of their own best, "words of lead" of this.
// Margins are over the mean of the fifth to the thirtieth.
// Unmet is how far the words of the question that are met worst fall short, in the
// lead, its passage, and all that are considered.
var sureNames = append([]string{
	"words", "words of lead", "same lead", "place by words",
	"chance", "over second", "chance of passage", "chance of text", "over other passages",
	"cosine", "cosine margin", "cosine behind", "maxsim", "maxsim margin", "maxsim behind", "maxsim over other passages",
	"abroad", "abroad x cosine margin", "abroad x maxsim margin", "abroad x words", "abroad x maxsim", "size", "size x maxsim margin", "log words of question", "considered",
	"covered", "softly covered", "names missing", "numbers missing", "answer there", "answer missing", "rarest covered", "asks",
	"maxsim squared", "maxsim x words of lead", "maxsim margin x words of lead", "chance x maxsim",
	"maxsim of passage", "maxsim of passage margin", "maxsim with title", "maxsim with title margin", "maxsim of passage over others",
	"unmet", "unmet in passage", "unmet anywhere", "unmet twice", "unmet twice in passage", "unmet twice anywhere", "maxsim anywhere",
	"abroad x unmet in passage", "abroad x unmet anywhere", "abroad x maxsim of passage margin", "abroad x maxsim of passage", "abroad x chance",
}, ofLead()...)

// ofLead names the signals of words that are asked of the lead, too.
func ofLead() []string {
	var out []string
	for _, n := range signalNames[:simpleSignals] {
		out = append(out, "of lead: "+n)
	}
	return out
}

// SenseNames and SureNames name what Weigh and Surety return.
func SenseNames() []string { return senseNames }

// SureNames names what Surety returns.
func SureNames() []string { return sureNames }

// WithMeaning returns the Ranker with another model of meaning.
func (r *Ranker) WithMeaning(m *Meaning) *Ranker {
	c := *r
	c.meaning = m
	return &c
}

// Meaning returns the model of meaning.
func (r *Ranker) Meaning() *Meaning { return r.meaning }

// Weighed is the sentences that are considered, best first by words, and what is
// weighed of each.
type Weighed struct {
	Sentences []Scored
	Features  [][]float32 // in the order of SenseNames
	words     float64     // logit of the confidence in the best by words
	cosines   []float64
	sims      []float64

	titled  []float64 // maxsim with the title's tokens
	around  []float64 // with those of the title and the sentences beside it
	passage []float64 // with those of the title and the whole passage
	context []float64 // mean cosine of the passage's sentences

	weights []float32
	meets   [][3][]float32 // of the sentence, of its passage, with the title, and of all
}

// Weigh ranks the sentences of the passages by words and returns those that are
// considered. It returns nil when there are none, or no vectors of them.
func (r *Ranker) Weigh(q *Question, passages []*Passage, senses Senses) *Weighed {
	out, view := r.byWords(q, passages, new(scratch))
	if len(out) == 0 {
		return nil
	}
	return r.weigh(q, out, view, senses)
}

// weigh does so with ranked sentences, of which the first ones are in view of the
// trees. It brings those that are considered to the front.
func (r *Ranker) weigh(q *Question, ranked []Scored, view int, senses Senses) *Weighed {
	n := view + nearest(ranked[view:], senses, considered-view)
	w := &Weighed{Sentences: ranked[:n]}
	if !senses.Need(w.Sentences) {
		return nil
	}
	w.words = logit(r.model.confidence(r.Signals(q, ranked)))
	w.compare(senses)
	if len(w.weights) == 0 {
		w.vectorsOnly()
	}
	w.features(r, view)
	return w
}

// compare asks the senses for what features are made of.
func (w *Weighed) compare(senses Senses) {
	n := len(w.Sentences)
	for _, xs := range []*[]float64{&w.cosines, &w.sims, &w.titled, &w.around, &w.passage, &w.context} {
		*xs = make([]float64, n)
	}
	type whole struct {
		meets   [][]float32 // of each sentence; nil of what is not known
		title   []float32
		best    []float32 // of all of them
		all     float64
		context float64
	}
	known := make(map[*Passage]*whole)
	var all []*Passage
	for i := range w.Sentences {
		if p := w.Sentences[i].Passage; known[p] == nil {
			known[p] = &whole{meets: make([][]float32, len(p.Sentences))}
			all = append(all, p)
		}
	}
	inParallel(len(all), func(_, from, to int) {
		for _, passage := range all[from:to] {
			p, count := known[passage], 0.0
			p.title, _ = senses.Meets(passage, -1)
			for j := range p.meets {
				p.meets[j], _ = senses.Meets(passage, j)
				if c, ok := senses.Cosine(passage, j); ok {
					p.context += c
					count++
				}
			}
			p.context /= max(count, 1)
			p.best = bestOf(append(p.meets, p.title)...)
			p.all = together(p.best)
		}
	})
	w.weights, w.meets = senses.Weights(), make([][3][]float32, n)
	anywhere := make([]float32, len(w.weights))
	for t := range anywhere {
		anywhere[t] = -1
	}
	for _, p := range known {
		for t, m := range p.best {
			anywhere[t] = max(anywhere[t], m)
		}
	}
	for i := range w.Sentences {
		s := &w.Sentences[i]
		p := known[s.Passage]
		at := s.Sentence
		w.cosines[i], _ = senses.Cosine(s.Passage, at)
		w.sims[i] = together(p.meets[at])
		w.titled[i] = together(p.meets[at], p.title)
		w.around[i] = together(append(slices.Clone(p.meets[max(0, at-1):min(len(p.meets), at+2)]), p.title)...)
		w.passage[i], w.context[i] = p.all, p.context
		w.meets[i] = [3][]float32{p.meets[at], p.best, anywhere}
	}
}

// vectorsOnly makes of cosines what stands for MaxSim where an encoder tells no
// tokens, and brings the cosines of any model to where those of the embedded one lie:
// means and deviations are those of the sentences considered for 60 questions of
// XQuAD in German.
func (w *Weighed) vectorsOnly() {
	spread := func(xs []float64) (mean, deviation float64) {
		for _, x := range xs {
			mean += x / float64(len(xs))
		}
		for _, x := range xs {
			deviation += (x - mean) * (x - mean) / float64(len(xs))
		}
		return mean, max(math.Sqrt(deviation), 1e-6)
	}
	mean, deviation := spread(w.cosines)
	for i, c := range w.cosines {
		z, context := (c-mean)/deviation, (w.context[i]-mean)/deviation
		w.cosines[i], w.context[i] = .791+.025*z, .791+.025*context
		w.sims[i], w.titled[i], w.around[i], w.passage[i] = .368+.101*z, .376+.100*z, .422+.102*z, .461+.104*context
	}
}

// together returns the MaxSim of several texts taken as one: for each token of the
// question what meets it best.
func together(meets ...[]float32) float64 {
	sum := 0.0
	for _, x := range bestOf(meets...) {
		sum += float64(x)
	}
	return sum
}

func bestOf(meets ...[]float32) []float32 {
	out := slices.Clone(slices.MaxFunc(meets, func(a, b []float32) int { return cmp.Compare(len(a), len(b)) }))
	for _, m := range meets {
		for t, x := range m {
			out[t] = max(out[t], x)
		}
	}
	return out
}

// unmet returns how far the token that is met worst falls short, as a share of the
// greatest weight, and the second worst.
func (w *Weighed) unmet(meets []float32) (worst, second float64) {
	most := float32(1e-9)
	for _, x := range w.weights {
		most = max(most, x)
	}
	for t, m := range meets {
		short := float64((w.weights[t] - m) / most)
		if short > worst {
			worst, second = short, worst
		} else {
			second = max(second, short)
		}
	}
	return worst, second
}

// nearest brings those of the sentences that are nearest to the question to the front
// and returns how many there are, at most so many.
func nearest(ranked []Scored, senses Senses, most int) int {
	type near struct {
		at     int
		cosine float64
	}
	var known []near
	for i := range ranked {
		if c, ok := senses.Cosine(ranked[i].Passage, ranked[i].Sentence); ok {
			known = append(known, near{i, c})
		}
	}
	slices.SortFunc(known, func(a, b near) int { return cmp.Or(cmp.Compare(b.cosine, a.cosine), cmp.Compare(a.at, b.at)) })
	known = known[:min(len(known), most)]
	slices.SortFunc(known, func(a, b near) int { return cmp.Compare(a.at, b.at) })
	for i, k := range known { // in the order they had
		s := ranked[k.at]
		copy(ranked[i+1:k.at+1], ranked[i:k.at])
		ranked[i] = s
	}
	return len(known)
}

func logit(p float64) float64 {
	p = min(max(p, 1e-4), 1-1e-4)
	return math.Log(p / (1 - p))
}

// places returns the logarithm of 1 + how many are greater than each.
func places(xs []float64) []float64 {
	sorted := slices.Clone(xs)
	slices.SortFunc(sorted, func(a, b float64) int { return cmp.Compare(b, a) })
	out := make([]float64, len(xs))
	for i, x := range xs {
		at, _ := slices.BinarySearchFunc(sorted, x, func(e, t float64) int { return cmp.Compare(t, e) })
		out[i] = math.Log1p(float64(at))
	}
	return out
}

// far is the distance behind of what is not there or not considered.
const (
	far      = 12.
	farInSim = .6
)

// features computes what is weighed.
func (w *Weighed) features(r *Ranker, view int) {
	n := len(w.Sentences)
	scores := make([]float64, n)
	for i := range w.Sentences {
		scores[i] = w.Sentences[i].Score
		if w.Sentences[i].fined {
			scores[i] += abroad
		}
	}
	best, bestCosine, bestSim := slices.Max(scores), slices.Max(w.cosines), slices.Max(w.sims)
	wholeWords, wholeSims := 0.0, 0.0
	const sharp = 25 // a maxsim that is .04 behind has e⁻¹ of the chance
	for i := range scores {
		wholeWords += math.Exp(scores[i] - best)
		wholeSims += math.Exp(sharp * (w.sims[i] - bestSim))
	}
	bestTitled, bestAround, bestPassage, bestContext := slices.Max(w.titled), slices.Max(w.around), slices.Max(w.passage), slices.Max(w.context)
	wordPlaces, cosinePlaces, simPlaces := places(scores), places(w.cosines), places(w.sims)
	w.Features = make([][]float32, n)
	for i := range w.Sentences {
		s := &w.Sentences[i]
		passage, text, before, after, second, chance := -1., -1., -1., -1., -1., 0.
		for j := range w.Sentences {
			o := &w.Sentences[j]
			if o.Passage.Text != s.Passage.Text {
				continue
			}
			text = max(text, w.sims[j])
			if o.Passage != s.Passage {
				continue
			}
			chance += math.Exp(scores[j] - best)
			passage = max(passage, w.sims[j])
			switch o.Sentence - s.Sentence {
			case -1:
				before = w.sims[j]
			case 1:
				after = w.sims[j]
			}
			if j != i {
				second = max(second, w.sims[j])
			}
		}
		behindWords, behindCosine, behindSim := min(best-scores[i], far), bestCosine-w.cosines[i], bestSim-w.sims[i]
		away := flag(s.variant.abroad)
		words := math.Exp(scores[i]-best) / wholeWords
		f := func(name string) float64 { return float64(s.features[featureIndex[name]]) }
		w.Features[i] = make([]float32, 0, len(senseNames))
		for _, x := range [...]float64{
			behindWords, wordPlaces[i], words, flag(i < view), chance / wholeWords,
			w.cosines[i], behindCosine, cosinePlaces[i],
			w.sims[i], behindSim, simPlaces[i], math.Exp(-sharp*behindSim) / wholeSims,
			w.titled[i], bestTitled - w.titled[i], w.around[i], bestAround - w.around[i], w.passage[i], bestPassage - w.passage[i], bestContext - w.context[i],
			away * (bestTitled - w.titled[i]), away * (bestPassage - w.passage[i]),
			bestSim - passage, bestSim - text, min(bestSim-before, farInSim), min(bestSim-after, farInSim), min(bestSim-second, farInSim),
			away, away * behindWords, away * words, away * behindCosine, away * behindSim, away * simPlaces[i],
			f("covered"), f("softly covered"), f("names missing"), f("numbers missing"), f("answer there"), f("answer missing"), f("answer close"),
			f("log words"), f("first in passage"), f("lead"), f("pronoun"), float64(len(s.variant.Terms)), r.small(s.variant.Lang), float64(s.variant.asks),
		} {
			w.Features[i] = append(w.Features[i], float32(x))
		}
	}
}

// Rank scores the sentences by the model and puts the best first.
func (w *Weighed) Rank(m *Meaning) {
	for i := range w.Sentences {
		s := &w.Sentences[i]
		s.Score = Sum(m.Trees, w.Features[i])
		for j, x := range w.Features[i] {
			s.Score += m.Weights[j] * float64(x)
		}
		s.byWords, s.meant = i, true
		if s.fined {
			s.Score -= abroad
		}
	}
	slices.SortFunc(w.Sentences, inOrder)
}

// Surety returns what tells whether the first of the ranked sentences answers, in the
// order of SureNames.
func (w *Weighed) Surety(r *Ranker, q *Question) []float64 {
	top := &w.Sentences[0]
	sum, passage, text := 0.0, 0.0, 0.0
	const mostLead = 5
	over, others, otherSim := float64(mostLead), float64(mostLead), -1.
	for i := range w.Sentences {
		s := &w.Sentences[i]
		behind := top.Score - s.Score
		chance := math.Exp(-behind)
		sum += chance
		if i > 0 {
			over = min(over, behind)
		}
		if s.Passage == top.Passage {
			passage += chance
		} else {
			others = min(others, behind)
			otherSim = max(otherSim, w.sims[s.byWords])
		}
		if s.Passage.Text == top.Passage.Text {
			text += chance
		}
	}
	cosine, sim := w.cosines[top.byWords], w.sims[top.byWords]
	cosineMargin, simMargin := margin(w.cosines, cosine), margin(w.sims, sim)
	words := r.Signals(q, w.Sentences)
	lead := logit(r.model.confidence(words))
	passageSim, titled, otherPassage := w.passage[top.byWords], w.titled[top.byWords], -1.
	for i := range w.Sentences {
		if s := &w.Sentences[i]; s.Passage != top.Passage {
			otherPassage = max(otherPassage, w.passage[s.byWords])
		}
	}
	var worst, second [3]float64
	for k, m := range w.meets[top.byWords] {
		worst[k], second[k] = w.unmet(m)
	}
	passageMargin := margin(w.passage, passageSim)
	away := flag(top.variant.abroad)
	size := math.Round(math.Log2(float64(1+r.stats.Sentences()))) / 14
	chance := 1 / sum
	f := func(name string) float64 { return float64(top.features[featureIndex[name]]) }
	return append([]float64{
		w.words, lead, flag(top.byWords == 0), math.Log1p(float64(top.byWords)),
		chance, over, passage / sum, text / sum, others,
		cosine, cosineMargin, slices.Max(w.cosines) - cosine, sim, simMargin, slices.Max(w.sims) - sim, min(sim-otherSim, farInSim),
		away, away * cosineMargin, away * simMargin, away * w.words, away * sim, size, size * simMargin, math.Log1p(float64(len(top.variant.Terms))), float64(len(w.Sentences)) / considered,
		f("covered"), f("softly covered"), f("names missing"), f("numbers missing"), f("answer there"), f("answer missing"), f("rarest covered"), float64(top.variant.asks),
		sim * sim, sim * lead, simMargin * lead, chance * sim,
		passageSim, passageMargin, titled, margin(w.titled, titled), min(passageSim-otherPassage, farInSim),
		worst[0], worst[1], worst[2], second[0], second[1], second[2], together(w.meets[top.byWords][2]),
		away * worst[1], away * worst[2], away * passageMargin, away * passageSim, away * chance,
	}, words[:simpleSignals]...)
}

// margin returns how far x is over the mean of the fifth to the thirtieth greatest.
func margin(xs []float64, x float64) float64 {
	sorted := slices.Clone(xs)
	slices.SortFunc(sorted, func(a, b float64) int { return cmp.Compare(b, a) })
	if len(sorted) > 5 {
		sorted = sorted[4:min(len(sorted), 30)]
	}
	sum := 0.0
	for _, o := range sorted {
		sum += o
	}
	return x - sum/float64(len(sorted))
}

// confidence returns the chance that what the signals are of answers.
func (m *Meaning) confidence(signals []float64) float64 {
	z := m.Signals[len(signals)]
	view := make([]float32, len(signals))
	for i, x := range signals {
		z += x * m.Signals[i]
		view[i] = float32(x)
	}
	return 1 / (1 + math.Exp(-z-Sum(m.Doubts, view)))
}
