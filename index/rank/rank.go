// Package rank tells a sentence that answers a question from one that only
// mentions its words.
package rank

import (
	"cmp"
	"slices"

	"rapporteur/corpus"
	"rapporteur/index/demand"
	"rapporteur/index/parallel"
	"rapporteur/index/words"
)

// Ranker ranks the sentences of one corpus. It is safe for concurrent use.
type Ranker struct {
	analyser   *words.Analyser
	stats      *Stats
	model      *Model
	meaning    *Meaning
	vocabulary Vocabulary
	names      map[uint32]Term   // names of the corpus, by their English words
	spelt      map[Term][]uint32 // the reverse
}

// New returns a Ranker for a corpus with the statistics. Without a vocabulary
// it corrects no mistyped words.
func New(a *words.Analyser, s *Stats, v Vocabulary) *Ranker {
	r := &Ranker{analyser: a, stats: s, vocabulary: v, model: builtIn(), meaning: builtInMeaning(), names: make(map[uint32]Term), spelt: make(map[Term][]uint32)}
	for word, key := range a.Keys("en") {
		w, k := Short(Hash(word)), Hash(key)
		r.names[w] = k
		r.spelt[k] = append(r.spelt[k], w)
	}
	return r
}

// With returns the Ranker with another model.
func (r *Ranker) With(m *Model) *Ranker {
	c := *r
	c.model = m
	return &c
}

// Scored is a sentence of a passage and how well it answers.
type Scored struct {
	Passage  *Passage
	Sentence int // index into Passage.Sentences
	Score    float64

	features []float32
	match    *match
	variant  *Variant
	findings demand.Findings
	lacking  uint64 // see scene.lacks
	heir     bool   // it follows what the question repeats
	fined    bool   // it lost abroad
	meant    bool   // it was weighed by meaning
	byWords  int    // its place among those that are considered; see Weighed
}

// underHeading is how well a word of a heading is met by the sentences below it:
// what stands under "Ivo Brandt" is by or about him.
const underHeading = .9

// abroad is what a sentence's score loses where candidates are in the language
// of the question and it is not: of texts that say the same, people read their
// own. Of 1, 2 and 3 it is the least at which XQuAD's five languages, searched
// together, find nearly as many right sentences (one fewer in each of de, es and
// ro) as before questions in one met texts in another.
const abroad = 3

// Rank scores every sentence of the passages and returns them best first, ties
// in the order of text and place, together with the chance that the first one
// answers the question. Without senses it goes by words alone.
func (r *Ranker) Rank(q *Question, passages []*Passage, senses Senses) ([]Scored, float64) {
	return r.rank(q, passages, senses, new(scratch))
}

// Ranked calls use with what Rank returns, which is good until use returns: then
// its memory is used for another question.
func (r *Ranker) Ranked(q *Question, passages []*Passage, senses Senses, use func(ranked []Scored, confidence float64)) {
	mem := memories.Get().(*scratch)
	defer memories.Put(mem)
	use(r.rank(q, passages, senses, mem))
}

func (r *Ranker) rank(q *Question, passages []*Passage, senses Senses, mem *scratch) ([]Scored, float64) {
	if q.Empty() {
		if out := r.extract(q, passages, mem); len(out) > 0 && q.quoting {
			return q.verbatim(out)
		}
		return nil, 0
	}
	out, view := r.byWords(q, passages, mem)
	if len(out) == 0 {
		return nil, 0
	}
	sure := func() float64 { return r.sure(q, out) }
	if senses != nil {
		if w := r.weigh(q, out, view, senses); w != nil {
			w.Rank(r.meaning)
			view = len(w.Sentences)
			sure = func() float64 { return r.surely(q, w) }
		}
	}
	before := sure()
	first := out[0]
	q.judge(out[:view])
	if out[0].heir {
		return out, before
	}
	if same := out[0].Passage == first.Passage && out[0].Sentence == first.Sentence; !same {
		before = outdone * sure()
	}
	return out, q.assured(out, before)
}

// byWords returns the sentences of the passages, best first by words, and how many
// of them the trees have looked at.
func (r *Ranker) byWords(q *Question, passages []*Passage, mem *scratch) (out []Scored, view int) {
	out = r.extract(q, passages, mem)
	atHome := slices.ContainsFunc(passages, func(p *Passage) bool { return !q.in(p.Text.Language).abroad })
	for i := range out {
		out[i].Score = r.model.Linear(&out[i])
		if atHome && out[i].variant.abroad {
			out[i].Score -= abroad
			out[i].fined = true
		}
	}
	slices.SortFunc(out, inOrder)
	looks := r.view(out, mem)
	for i, v := range looks {
		out[i].Score += Sum(r.model.Trees, v) + out[i].Foremost()
	}
	slices.SortFunc(out[:len(looks)], inOrder)
	return out, len(looks)
}

// sure returns the chance that the first of the ranked sentences answers the
// question, its demands left aside.
func (r *Ranker) sure(q *Question, ranked []Scored) float64 {
	return r.model.confidence(r.Signals(q, ranked)) * r.doubt(ranked) * ranked[0].hearsay()
}

// surely returns the same of sentences that were weighed by meaning, too.
func (r *Ranker) surely(q *Question, w *Weighed) float64 {
	sure := r.meaning.confidence(w.Surety(r, q)) * r.doubt(w.Sentences) * w.Sentences[0].hearsay()
	if w.Sentences[0].translated() {
		// People who do not read the language cannot judge a quote. Of questions across
		// languages .86 are answered at Balanced, .80 of them rightly; so .69 and .84.
		return sure * sure
	}
	return sure
}

// foremost is what the first sentence of a text gains. People ask for what a text
// opens with oftener than for the rest: where questions are people's own, near
// half of the answers are first sentences of texts of ten or so (WikiQA), and
// hardly more than one in ten where annotators went through a text. If one in
// five questions is of the first kind: ln((.2·.45 + .8·.1) / .1) = .5.
const foremost = .5

// Foremost returns what the sentence gains for its place in its text.
func (s *Scored) Foremost() float64 {
	n := float64(1 + s.Sentence)
	for _, p := range s.Passage.Text.Passages[:s.Passage.Number] {
		if n += float64(len(p.Sentences)); n > 20 {
			return 0 // as good as
		}
	}
	return foremost / (n * n)
}

// Met returns the share of the question's words that the sentence holds, each
// weighted by its IDF and by how well it is met: 0 to 1.
func (s *Scored) Met() float64 {
	if s.variant.total == 0 {
		return 0
	}
	met := 0.0
	for i, t := range s.variant.Terms {
		met += t.IDF * float64(s.match.near[i])
	}
	return met / s.variant.total
}

// inOrder puts the sentences best first, ties in the order of text and place.
func inOrder(a, b Scored) int {
	if c := cmp.Compare(b.Score, a.Score); c != 0 {
		return c // without a look at the rest
	}
	return cmp.Or(
		cmp.Compare(a.Passage.Text.ID, b.Passage.Text.ID),
		cmp.Compare(a.Passage.Number, b.Passage.Number),
		cmp.Compare(a.Sentence, b.Sentence),
	)
}

// Light returns the sentence without what only confidence needs.
func (s Scored) Light() Scored {
	s.match = nil
	return s
}

// FeatureNames names the features.
func FeatureNames() []string { return featureNames }

// Extract computes the features of every sentence of the passages.
func (r *Ranker) Extract(q *Question, passages []*Passage) []Scored {
	return r.extract(q, passages, new(scratch))
}

func (r *Ranker) extract(q *Question, passages []*Passage, mem *scratch) []Scored {
	mem.scenes = sized(mem.scenes, len(passages))
	mem.arenas = sized(mem.arenas, partsOf(len(passages)))
	scenes := mem.scenes
	inParallel(len(passages), func(part, from, to int) {
		a := &mem.arenas[part]
		a.reset(q, passages[from:to])
		for i, p := range passages[from:to] {
			scenes[from+i] = r.scene(q.in(p.Text.Language), p, a, q.demands)
		}
	})
	texts := gatherTexts(scenes)
	rankScenes(scenes, texts)
	tellApart(scenes)
	for i := 1; i < len(scenes); i++ { // as candidates come, in the order of the corpus
		if a, b := &scenes[i-1], &scenes[i]; a.p.Text == b.p.Text && a.p.Number+1 == b.p.Number {
			b.prior = a
		}
	}

	n := 0
	var best bests
	first := make([]int, len(scenes)) // number of the scene's first sentence
	for i := range scenes {
		sc := &scenes[i]
		first[i] = n
		n += len(sc.matches)
		best.passage = max(best.passage, sc.bm25)
		for j := range sc.matches {
			best.covered = max(best.covered, share(sc.v, func(t int) bool { return sc.matches[j].count[t] > 0 }))
			apart, soft := sc.toldApart(&sc.matches[j])
			best.apart, best.apartSoft = max(best.apart, apart), max(best.apartSoft, soft)
		}
	}
	mem.scored, mem.features = sized(mem.scored, n), sized(mem.features, n*extracted)
	out, all := mem.scored, mem.features
	inParallel(len(scenes), func(_, from, to int) {
		for i := from; i < to; i++ {
			sc := &scenes[i]
			avg := r.average(sc.v.Lang)
			for j := range sc.matches {
				at := first[i] + j
				start := at * extracted
				f := sc.extract(all[start:start:start+extracted], j, best, avg)
				out[at] = Scored{Passage: sc.p, Sentence: j, features: f, match: &sc.matches[j], variant: sc.v, lacking: sc.lacks(j)}
			}
		}
	})
	return out
}

// partsOf returns into how many parts so many passages are parted.
func partsOf(n int) int {
	const least = 8 // passages worth a goroutine: a tenth of a millisecond
	return max(1, n/least)
}

// inParallel calls f with parts of 0 to n, side by side as far as processors are
// free.
func inParallel(n int, f func(part, from, to int)) {
	parts := partsOf(n)
	_ = parallel.Do(parts, func(i int) error {
		f(i, i*n/parts, (i+1)*n/parts)
		return nil
	})
}

// average returns the mean length of a sentence in words that are no stop
// words; that of a tiny corpus says little, so a common one is mixed in.
func (r *Ranker) average(lang string) float64 {
	const common, weight = 13, 50
	l := r.stats.Languages[lang]
	if l == nil {
		return common
	}
	return (float64(l.Words) + common*weight) / float64(l.Sentences+weight)
}

// small returns how small the corpus is, 1 for an empty one, 0 for one that
// knows best how common its words are.
func (r *Ranker) small(lang string) float64 {
	n := 0
	if l := r.stats.Languages[lang]; l != nil {
		n = l.Sentences
	}
	return backgroundSentences / float64(n+backgroundSentences)
}

// scene compares a passage with the question.
func (r *Ranker) scene(v *Variant, p *Passage, mem *arena, d *demand.Demands) scene {
	n := len(v.Terms)
	sc := scene{p: p, v: v, small: r.small(v.Lang), matches: mem.match(len(p.Sentences)), covered: make([]bool, n), near: mem.float(n)}
	counts := make([]float64, n)
	for i, s := range p.Sentences {
		sc.matches[i] = v.match(s, mem)
		if d.Literals() {
			sc.spell(d, i)
		}
		for t, c := range sc.matches[i].count {
			counts[t] += float64(c)
			sc.covered[t] = sc.covered[t] || c > 0
		}
		for t, w := range sc.matches[i].near {
			sc.near[t] = max(sc.near[t], w)
		}
	}
	sc.bm25 = bm25(v, func(t int) float64 { return counts[t] }, float64(p.Words), 4.5*r.average(v.Lang), .9, .4)
	posts := p.signposts(r.analyser)
	sc.title, sc.heading = v.among(posts.title), v.among(posts.heading)
	for t, above := range sc.heading {
		for i := range sc.matches {
			if above {
				sc.matches[i].near[t] = max(sc.matches[i].near[t], underHeading)
			}
		}
	}
	return sc
}

// gatherTexts brings together what the passages of each text have.
func gatherTexts(scenes []scene) map[*corpus.Text]*textScene {
	texts := make(map[*corpus.Text]*textScene)
	for i := range scenes {
		sc := &scenes[i]
		ts := texts[sc.p.Text]
		if ts == nil {
			ts = &textScene{covered: make([]bool, len(sc.covered))}
			texts[sc.p.Text] = ts
		}
		for t := range ts.covered {
			ts.covered[t] = ts.covered[t] || sc.covered[t]
		}
		ts.scores = append(ts.scores, sc.bm25)
		sc.text = ts
	}
	return texts
}

// among reports which terms of the question are among the words.
func (v *Variant) among(shorts []uint32) []bool {
	out := make([]bool, len(v.Terms))
	for _, short := range shorts {
		for _, ref := range v.probes.find(short) {
			if ref.relation == exact {
				out[ref.term] = true
			}
		}
	}
	return out
}

// rankScenes orders passages and texts by their BM25. A text's score is that
// of its three best passages.
func rankScenes(scenes []scene, texts map[*corpus.Text]*textScene) {
	order := make([]*scene, len(scenes))
	for i := range scenes {
		order[i] = &scenes[i]
	}
	slices.SortStableFunc(order, func(a, b *scene) int { return cmp.Compare(b.bm25, a.bm25) })
	for i, sc := range order {
		sc.rank = i + 1
	}
	list := make([]*textScene, 0, len(texts))
	for _, sc := range order { // a fixed order, which a map has not
		if sc.text.rank == 0 {
			sc.text.rank = -1
			list = append(list, sc.text)
		}
	}
	for _, t := range list {
		slices.SortFunc(t.scores, func(a, b float64) int { return cmp.Compare(b, a) })
		for _, s := range t.scores[:min(3, len(t.scores))] {
			t.score += s / 3
		}
	}
	slices.SortStableFunc(list, func(a, b *textScene) int { return cmp.Compare(b.score, a.score) })
	for i, t := range list {
		t.rank = i + 1
	}
}
