package rank

import (
	"slices"

	"rapporteur/index/demand"
)

// What a question demands and what a sentence makes of it, see package demand,
// bears on ranking and confidence here and nowhere else.
const (
	// sunk is what a sentence loses that contradicts a demand: more than any
	// score, so that it never leads where another is left.
	sunk = 100
	// dayMet is what a sentence gains that meets the day asked for, when others
	// leave it open: as much as a word of middling rarity does.
	dayMet = 1
	// shown is how many sentences are shown beside one another: so many that
	// contradict nothing are looked for.
	shown = 3
	// refuted is what is left of the confidence in a lead that contradicts a
	// demand: too little for any stop.
	refuted = .05
	// elsewhere is what is left of it when a name of the question stands neither
	// in the lead's passage nor above it, and other names do.
	elsewhere = .7
	// outdone is what is left of it when what matched the question best
	// contradicts it: what is left may only be the next best.
	outdone = .6
	// allSaid is the least confidence in a lead that holds each word of a question
	// that names somebody, and says more: where there are two such the model is
	// unsure which, and either answers.
	allSaid = .25
	// phraseMet is the least confidence in a lead that holds the quoted words.
	phraseMet = .6
)

// Demand adds words that must stand in the answer to what the question demands.
func (q *Question) Demand(question string, phrases []string) {
	q.demands = demand.Read(question, q.language(), phrases)
	q.quoting = len(phrases) > 0
}

// language returns the language that the question is likely put in.
func (q *Question) language() string {
	for lang := range q.variants {
		if slices.Contains(q.own.langs, lang) {
			return lang
		}
	}
	if len(q.own.langs) > 0 {
		return q.own.langs[0]
	}
	for _, lang := range q.Languages() {
		return lang
	}
	return "en"
}

// sentence returns the sentence with what stands around it.
func (s *Scored) sentence() demand.Sentence {
	text := s.Passage.Text
	out := demand.Sentence{Text: s.body(s.Sentence), Lang: text.Language, Title: text.Title, Heading: text.Passages[s.Passage.Number].Heading, Published: text.Published}
	if s.Sentence > 0 {
		out.Before = s.body(s.Sentence - 1)
	}
	return out
}

// Text returns the sentence's bytes.
func (s *Scored) Text() string { return s.body(s.Sentence) }

// body returns sentence i of the passage.
func (s *Scored) body(i int) string {
	p := s.Passage.Text.Passages[s.Passage.Number]
	r := p.Sentences[i]
	return s.Passage.Body[r.Start-p.Start : r.End-p.Start]
}

// judge puts what contradicts a demand behind everything else. It reports the
// place in ranked of a sentence that led to another, -1 for none: a question or
// a sentence before a colon, which hands its place to what follows.
func (q *Question) judge(ranked []Scored) (findings demand.Findings) {
	var heirs []int
	stand := 0
	for i := range ranked {
		if stand == shown && !q.demands.Has(demand.Day) && !q.quoting {
			break
		}
		s := &ranked[i]
		f := q.demands.Check(s.sentence())
		if f[demand.Shape] == demand.Contradicted {
			if i == 0 {
				heirs = following(ranked)
			}
			s.Score -= sunk
			continue
		}
		s.findings = f
		if f.Contradicted() {
			s.Score -= sunk
			continue
		}
		stand++
		if f[demand.Day] == demand.Met {
			s.Score += dayMet
		}
	}
	if len(heirs) > 0 {
		lead := ranked[0].Score + sunk
		for n, i := range heirs {
			if !ranked[i].findings.Contradicted() {
				ranked[i].Score = max(ranked[i].Score, lead-float64(n)/8)
				ranked[i].heir = true
			}
		}
	}
	slices.SortFunc(ranked, inOrder)
	if q.Newest {
		newestFirst(ranked)
	}
	return ranked[0].findings
}

// asGood is how far behind the best a sentence is that answers as well.
const asGood = 1.5

// newestFirst lets the newest lead of the sentences that are as good as the best.
func newestFirst(ranked []Scored) {
	lead := 0
	for i := range ranked {
		if ranked[i].Score < ranked[0].Score-asGood {
			break
		}
		if ranked[i].Passage.Text.Published.Time.After(ranked[lead].Passage.Text.Published.Time) {
			lead = i
		}
	}
	ranked[lead].Score = ranked[0].Score
	first := ranked[lead]
	copy(ranked[1:lead+1], ranked[:lead])
	ranked[0] = first
}

// following returns the places in ranked of the sentences that follow the first
// one in its text, up to three.
func following(ranked []Scored) []int {
	var out []int
	at := ranked[0]
	passage, sentence := at.Passage.Number, at.Sentence
	for len(out) < 3 {
		if sentence++; sentence >= len(at.Passage.Text.Passages[passage].Sentences) {
			if passage, sentence = passage+1, 0; passage >= len(at.Passage.Text.Passages) || len(out) > 0 {
				break
			}
		}
		if len(at.Passage.Sentences) > sentence && passage == at.Passage.Number && len(at.Passage.Sentences[sentence]) == 0 {
			continue // marks alone
		}
		i := slices.IndexFunc(ranked, func(s Scored) bool {
			return s.Passage.Text == at.Passage.Text && s.Passage.Number == passage && s.Sentence == sentence
		})
		if i < 0 {
			break
		}
		out = append(out, i)
	}
	return out
}

// assured returns the confidence in the first of the ranked sentences, as the
// demands leave it.
func (q *Question) assured(ranked []Scored, confidence float64) float64 {
	top := &ranked[0]
	if top.findings.Contradicted() || top.Score < -sunk/2 {
		return confidence * refuted
	}
	if q.quoting && top.findings[demand.Phrase] == demand.Met {
		confidence = max(confidence, phraseMet)
	}
	if top.absent() {
		return confidence * elsewhere
	}
	if top.saysAll() {
		confidence = max(confidence, allSaid)
	}
	return confidence
}

// verbatim returns the sentences that hold the quoted words of a question that
// has no others to be found by, in the order of the texts.
func (q *Question) verbatim(all []Scored) ([]Scored, float64) {
	out := slices.DeleteFunc(all, func(s Scored) bool { return q.demands.Check(s.sentence()).Contradicted() })
	for i := range out {
		out[i].Score = 0
	}
	slices.SortFunc(out, inOrder)
	if len(out) == 0 {
		return nil, 0
	}
	return out, phraseMet
}

// spell counts the words of a number or a day as met by the sentences that
// spell it otherwise.
func (sc *scene) spell(d *demand.Demands, i int) {
	p := sc.p.Text.Passages[sc.p.Number]
	r := p.Sentences[i]
	m := &sc.matches[i]
	d.Spelt(sc.p.Body[r.Start-p.Start:r.End-p.Start], sc.p.Text.Language, sc.p.Text.Published, func(start, end int) {
		for t, term := range sc.v.Terms {
			if term.start >= start && term.end <= end && m.count[t] == 0 {
				m.count[t], m.near[t] = 1, 1
				m.raise(exact, t, 1)
			}
		}
	})
}

// lacks returns the names of the question, a bit for each term, that stand neither
// in the passage nor above it, if sentence i names others.
func (sc *scene) lacks(i int) uint64 {
	if sc.matches[i].names == 0 {
		return 0
	}
	named := Capital | Alias
	if sc.v.Lang == compounding {
		named = Alias // all nouns have capitals
	}
	var out uint64
	for t, term := range sc.v.Terms {
		if sc.v.Lang != "en" && term.Kind&Alias == 0 && term.Known {
			continue // it may stand there in a form that is not known for its own
		}
		if term.Kind&named != 0 && term.end-term.start > 2 && sc.near[t] < .3 && !sc.title[t] && !sc.heading[t] {
			out |= 1 << t
		}
	}
	return out
}

// absent reports whether a name of the question stands neither in the passage nor
// above it, nor what stands for it, and the sentence names others.
func (s *Scored) absent() bool {
	if s.translated() {
		return false
	}
	for t, term := range s.variant.Terms {
		if s.lacking&(1<<t) != 0 && !demand.Stands(term.written, s.Passage.Body) {
			return true
		}
	}
	return false
}

// saysAll reports whether the sentence holds each of three or more words of a
// question, a name of two words among them, and others.
func (s *Scored) saysAll() bool {
	names := 0
	for t, term := range s.variant.Terms {
		if s.match.count[t] == 0 {
			return false
		}
		if term.Kind&(Capital|Alias) != 0 {
			names++
		}
	}
	return names >= 2 && len(s.variant.Terms) >= 3 && len(s.match.others) > 0
}
