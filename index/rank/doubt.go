package rank

import (
	"math"
	"slices"
	"sync"

	"rapporteur/index/words"
)

// Doubts that a small corpus leaves no room for. In a large one, many
// sentences hold the names of a question, and those that hold its other words
// too come first by themselves; in one of some dozen sentences a name finds
// whatever there is, and “Where was Trump born?” meets a sentence about a
// meeting with him. The factors were set by hand on the news questions of
// index/eval; see its tests for what they cost and gain.
const (
	nothingElse = .3  // of the words that are no names, not one is near the lead
	hardlyElse  = .6  // the best of them is only loosely related
	nameUnknown = .35 // a name or number of the question stands nowhere
	notCounted  = .3  // it asks how many or how much, and the lead counts nothing
	placeTaken  = .25 // a name stands not in the lead's passage, and others do
	noTime      = .4  // and what is missing is when
	kindMissing = .8  // it asks for a person, time or number, and the lead has none
	nounUnknown = .68 // a noun of English stands nowhere in the texts, and the lead was found by meaning
	offTopic    = .2  // it asks what a person says of a thing that others speak of, not the lead
	onlyPast    = .2  // it asks when something will be, and the lead tells of what was
)

// tells are words of English that tell of what is to come, as a sentence that
// reports of it has them, too: the talks would go on, he said.
var tells = sync.OnceValue(func() map[Term]bool {
	out := make(map[Term]bool)
	for _, t := range words.New(nil).Tokens("en", `will would shall should might could expect expected plan planned intend aim hope due schedule
		scheduled next until soon later future deadline propose proposed project projected forecast once tomorrow`) {
		out[Hash(t.Term)] = true
	}
	return out
})

// asksWhenWill reports whether the question is when something will be.
func (v *Variant) asksWhenWill() bool {
	will := Hash("will")
	return v.asks == asksWhen && v.Lang == "en" && slices.ContainsFunc(v.Tokens, func(t Token) bool { return t.Term == will })
}

// smallCorpus is the number of sentences up to which the doubts count in
// full. Beyond, they fade, and are gone at ten times as many.
const smallCorpus = 200

// doubt returns what the confidence in the first of the ranked sentences is
// to be multiplied with, 0 to 1.
func (r *Ranker) doubt(ranked []Scored) float64 {
	weight := 1 - math.Log10(float64(max(r.stats.Sentences(), smallCorpus))/smallCorpus)
	if weight <= 0 {
		return 1
	}
	top := ranked[0]
	v, m := top.variant, top.match
	factor, others, best := 1.0, false, 0.0
	for t, term := range v.Terms {
		if term.Kind&(Capital|Alias|Number) != 0 {
			if top.translated() && term.Kind&Number == 0 {
				continue // Deutschland is Germany
			}
			if reach(ranked, v, t) < .3 {
				factor *= nameUnknown
			}
			continue
		}
		if term.IDF < telling || top.translated() {
			continue // what it means was weighed
		}
		others = true
		if top.meant && v.Lang == "en" && term.Noun && !term.Known && near(m, t) < .5 {
			factor *= nounUnknown
		}
		best = max(best, near(m, t))
	}
	switch {
	case others && best < .15:
		factor *= nothingElse
	case others && best < .35:
		factor *= hardlyElse
	}
	if there, _ := m.answer(v.asks); wanted[v.asks] != 0 && !there {
		factor *= kindMissing
		if v.asks == asksWhen {
			factor *= noTime
		}
		if v.asks == asksHowMany || v.asks == asksHowMuch || v.asks == asksMoney || v.asks == asksShare {
			factor *= notCounted
		}
	}
	if top.absent() {
		factor *= placeTaken
	}
	if top.meant && v.offTopic(ranked, m) {
		factor *= offTopic
	}
	if v.asksWhenWill() && !slices.ContainsFunc(top.Passage.Sentences[top.Sentence], func(t Token) bool { return tells()[t.Term] }) {
		factor *= onlyPast
	}
	return math.Pow(factor, weight)
}

// offTopic reports whether the question is what a person says of something, and its
// noun stands in other sentences than the lead: near in meaning is not enough then.
func (v *Variant) offTopic(ranked []Scored, lead *match) bool {
	says := Hash("say")
	named, topic := false, false
	for t, term := range v.Terms {
		switch {
		case term.Kind&(Capital|Alias) != 0:
			named = true
		case term.Noun && term.Term != says && near(lead, t) < underHeading && reach(ranked, v, t) == 1:
			topic = true
		}
	}
	return named && topic && v.Lang == "en" && slices.ContainsFunc(v.Tokens, func(t Token) bool { return t.Term == says })
}

// translated reports whether the sentence was found by meaning in another language
// than the question's: names may be translated, too.
func (s *Scored) translated() bool { return s.meant && s.variant.abroad }

// near returns how well term t is met in a sentence, 0 to 1.
func near(m *match, t int) float64 {
	if m.count[t] > 0 {
		return 1
	}
	return float64(m.near[t])
}

// reach returns how well term t is met in the best of the sentences.
func reach(ranked []Scored, v *Variant, t int) float64 {
	best := 0.0
	for i := range ranked {
		if ranked[i].variant == v {
			best = max(best, near(ranked[i].match, t))
		}
	}
	return best
}
