package rank

import (
	"math"
	"math/bits"
	"slices"
)

func trailing(k Kind) int { return bits.TrailingZeros32(uint32(k)) }

// featureNames name what extract computes, in its order. Shares are of the
// question's words, weighted by idf, unless said otherwise.
var featureNames = func() []string {
	names := []string{
		"bm25", "bm25/total", "bm25 long/total",
		"passage bm25", "passage bm25/total", "passage 1/rank", "passage behind best",
		"text covered", "text bm25/total", "text 1/rank",
		"covered", "covered squared", "terms covered", "greatest missing", "all covered", "missing",
		"title covered", "title or sentence covered", "heading covered",
		"before adds", "after adds", "rest of passage adds", "with before covered", "passage covered", "before covered",
		"pairs in order", "pairs in order, count", "longest run", "longest common order", "window", "spread", "raw pairs",
		"names covered", "names missing", "numbers covered", "numbers missing", "others covered",
		"kin adds", "derived adds", "synonym adds", "broader adds", "narrower adds", "explained adds", "translated adds",
		"translated all", "any relation covered", "nothing near",
		"focus covered", "focus related", "focus in passage",
		"log words", "very short", "long", "very long", "first in passage", "last in passage", "place in passage", "lead", "place in text",
		"pronoun", "pronoun and subject before", "pronoun alone",
		"answer there", "answer missing", "answer near", "behind best covered", "best covered",
		"listed adds", "parts of names add", "rarest covered", "rarest name covered",
		"found apart", "found apart softly", "behind best apart", "behind best apart softly", "best apart softly",
		"passage before adds", "sentence before it adds softly", "softly covered",
		"answer close", "word close", "name close", "number close", "counted", "is one", "is one close", "focus in name",
		"verbs covered", "verbs softly", "nouns covered", "nouns softly", "untitled covered", "untitled softly",
		"before adds softly", "after adds softly", "passage softly", "pair softly", "longest raw run", "akin adds",
	}
	for _, n := range names {
		names = append(names, "small x "+n)
	}
	for k := range questionKinds {
		for _, e := range evidenceNames {
			names = append(names, questionNames[k]+" x "+e)
		}
	}
	return names
}()

// plainFeatures is how many features are no products; they come first.
var plainFeatures = slices.Index(featureNames, "small x "+featureNames[0])

// evidenceNames name what evidence a sentence may hold, in the order of
// signs.
var evidenceNames = []string{
	"number", "year", "time", "quantity", "unit", "money", "share", "cause", "person", "place", "naming", "name", "names", "in name", "by name", "means", "quiet", "duration",
}

// signs tells which evidence is in a sentence.
func (m *match) signs(dst []bool) {
	for i, k := range []Kind{Number, Year, Time, Quantity, Unit, Money | Currency, Percent | Share, Cause, Person, Place, Naming} {
		dst[i] = m.fresh&k != 0
	}
	dst[0] = m.novel[trailing(Number)] > m.novel[trailing(Year)] // a number that is no year
	dst[11] = m.names > 0
	dst[12] = m.names > 1
	dst[13] = m.inPlace
	dst[14] = m.byName
	dst[15] = m.fresh&Means != 0
	dst[16] = m.fresh&(Number|Quantity) == 0 && m.names == 0
	dst[17] = m.fresh&Duration != 0
}

// wanted are the kinds of word that answer each kind of question; names are
// looked at apart.
var wanted = [questionKinds]Kind{
	asksWhen:    Year | Time,
	asksHowMany: Number | Quantity,
	asksHowMuch: Number | Quantity | Money | Percent,
	asksShare:   Percent | Share,
	asksMoney:   Money | Currency,
	asksHowLong: Duration,
	asksWhy:     Cause,
	asksHow:     Means,
	asksWho:     Capital,
	asksWhere:   Capital | Place,
}

// scene is everything the features of a passage's sentences share.
type scene struct {
	p       *Passage
	v       *Variant
	matches []match
	covered []bool    // terms that stand anywhere in the passage
	near    []float32 // of each term, how well it is met anywhere in the passage
	bm25    float64
	rank    int
	text    *textScene
	title   []bool
	heading []bool
	apart   []float64 // of each term, how much it tells the candidates apart
	aparts  []float64 // the same of all that is near to it
	prior   *scene    // of the passage before, if it is a candidate of the same language
	small   float64   // how little the corpus says of how common words are
}

type textScene struct {
	covered []bool
	scores  []float64 // of its passages, best first
	score   float64
	rank    int
}

func share(v *Variant, has func(i int) bool) float64 {
	if v.total == 0 {
		return 0
	}
	sum := 0.0
	for i := range v.Terms {
		if has(i) {
			sum += v.Terms[i].IDF
		}
	}
	return sum / v.total
}

// bm25 returns Robertson's BM25 of term counts in a unit of the given length.
func bm25(v *Variant, count func(i int) float64, length, average, k1, b float64) float64 {
	sum := 0.0
	norm := k1 * (1 - b + b*length/average)
	for i := range v.Terms {
		if n := count(i); n > 0 {
			sum += v.Terms[i].IDF * n * (k1 + 1) / (n + norm)
		}
	}
	return sum
}

func flag(b bool) float64 {
	if b {
		return 1
	}
	return 0
}

// bests are the most that any candidate has.
type bests struct{ passage, covered, apart, apartSoft float64 }

// toldApart returns how much of what tells the candidates apart a sentence
// has, by the question's words themselves and by all that is near to them.
func (sc *scene) toldApart(m *match) (exactly, softly float64) {
	total := 1e-9
	for t := range sc.v.Terms {
		total += sc.v.Terms[t].IDF
		if m.count[t] > 0 {
			exactly += sc.apart[t]
		}
		softly += sc.aparts[t] * float64(m.near[t])
	}
	return exactly / total, softly / total
}

// tellApart weighs the terms by how few of the candidates hold them or what is
// near to them: a related word is worth little when every sentence has one.
func tellApart(scenes []scene) {
	type counts struct{ exact, soft []float64 }
	sums := make(map[*Variant]counts)
	n := 0
	for i := range scenes {
		sc := &scenes[i]
		c, ok := sums[sc.v]
		if !ok {
			c = counts{make([]float64, len(sc.v.Terms)), make([]float64, len(sc.v.Terms))}
			sums[sc.v] = c
		}
		sc.apart, sc.aparts = c.exact, c.soft
		for j := range sc.matches {
			n++
			for t, w := range sc.matches[j].near {
				c.soft[t] += float64(w)
				if sc.matches[j].count[t] > 0 {
					c.exact[t]++
				}
			}
		}
	}
	log := math.Log(float64(n) + 1)
	for v, c := range sums {
		for t, q := range v.Terms {
			c.exact[t] = q.IDF * max(0, 1-math.Log(c.exact[t]+.5)/log)
			c.soft[t] = q.IDF * max(0, 1-math.Log(c.soft[t]+.5)/log)
		}
	}
}

// extract appends what the features of sentence i of the scene are made of to
// dst. The best are those of all candidates.
func (sc *scene) extract(dst []float32, i int, best bests, avgSentence float64) []float32 {
	v, m := sc.v, &sc.matches[i]
	n := len(v.Terms)
	total := max(v.total, 1e-9)
	add := func(xs ...float64) {
		for _, x := range xs {
			dst = append(dst, float32(x))
		}
	}
	has := func(t int) bool { return m.count[t] > 0 }
	count := func(t int) float64 { return float64(m.count[t]) }
	score := bm25(v, count, float64(m.words), avgSentence, .3, .3)
	add(score, score/total, bm25(v, count, float64(m.words), avgSentence, 1.2, .75)/total)
	add(sc.bm25, sc.bm25/total, 1/float64(sc.rank), (best.passage-sc.bm25)/total)
	add(share(v, func(t int) bool { return sc.text.covered[t] }), sc.text.score/total, 1/float64(sc.text.rank))

	covered := share(v, has)
	matched, missing := 0, 0
	greatest := 0.0
	for t := range n {
		if has(t) {
			matched++
		} else {
			missing++
			greatest = max(greatest, v.Terms[t].IDF)
		}
	}
	add(covered, covered*covered, float64(matched)/float64(max(n, 1)), greatest/max(v.most, 1e-9), flag(missing == 0), float64(min(missing, 8))/8)
	add(share(v, func(t int) bool { return sc.title[t] }), share(v, func(t int) bool { return sc.title[t] || has(t) }), share(v, func(t int) bool { return sc.heading[t] }))

	before := func(int) bool { return false }
	if i > 0 {
		before = func(t int) bool { return sc.matches[i-1].count[t] > 0 }
	}
	after := func(int) bool { return false }
	if i+1 < len(sc.matches) {
		after = func(t int) bool { return sc.matches[i+1].count[t] > 0 }
	}
	add(share(v, func(t int) bool { return !has(t) && before(t) }),
		share(v, func(t int) bool { return !has(t) && after(t) }),
		share(v, func(t int) bool { return !has(t) && !before(t) && !after(t) && sc.covered[t] }),
		share(v, func(t int) bool { return has(t) || before(t) }),
		share(v, func(t int) bool { return sc.covered[t] }),
		share(v, before))

	order := phrases(v, sc.p.Sentences[i], m, total)
	add(order[:]...)

	var names, namesHit, numbers, numbersHit, others, othersHit float64
	for t, q := range v.Terms {
		switch {
		case q.Kind&Number != 0:
			numbers += q.IDF
			numbersHit += q.IDF * flag(has(t))
		case q.Kind&(Capital|Alias) != 0:
			names += q.IDF
			namesHit += q.IDF * flag(has(t))
		default:
			others += q.IDF
			othersHit += q.IDF * flag(has(t))
		}
	}
	ratio := func(a, b float64) float64 {
		if b == 0 {
			return 0
		}
		return a / b
	}
	add(ratio(namesHit, names), (names-namesHit)/total, ratio(numbersHit, numbers), (numbers-numbersHit)/total, ratio(othersHit, others))

	relation := func(rs ...Relation) float64 {
		sum := 0.0
		for t := range n {
			if !has(t) {
				w := float32(0)
				for _, r := range rs {
					w = max(w, m.by(r, t))
				}
				sum += v.Terms[t].IDF * float64(w)
			}
		}
		return sum / total
	}
	all := 0.0
	for t := range n {
		all += v.Terms[t].IDF * float64(max(m.by(Translated, t), flag32(has(t))))
	}
	near := relation(kin, Derived, Synonym, Broader, Narrower, Explained, Translated, Listed, Component, Akin)
	add(relation(kin), relation(Derived), relation(Synonym), relation(Broader), relation(Narrower), relation(Explained), relation(Translated),
		all/total, covered+relation(kin, Derived, Synonym, Listed, Component), 1-covered-near)

	f, fr, fp := 0.0, 0.0, 0.0
	if v.focus >= 0 {
		t := v.focus
		f = flag(has(t))
		fr = float64(max(m.by(kin, t), m.by(Derived, t), m.by(Synonym, t), m.by(Narrower, t), m.by(Listed, t)))
		fp = flag(sc.covered[t])
	}
	add(f, fr, fp)

	last := len(sc.matches) - 1
	add(math.Log1p(float64(m.words)), flag(m.words <= 3), flag(m.words > 25), flag(m.words > 40),
		flag(i == 0), flag(i == last), float64(i)/float64(max(last, 1)),
		flag(i == 0 && sc.p.Number == 0), float64(sc.p.Number)/float64(max(len(sc.p.Text.Passages)-1, 1)))

	pronoun := len(sc.p.Sentences[i]) > 0 && sc.p.Sentences[i][0].Kind&Pronoun != 0
	subject := share(v, func(t int) bool { return v.Terms[t].Kind&(Capital|Alias) != 0 && !has(t) && before(t) })
	add(flag(pronoun), flag(pronoun)*subject, flag(pronoun && subject == 0))

	there, distance := m.answer(v.asks)
	add(flag(wanted[v.asks] != 0 && there), flag(wanted[v.asks] != 0 && !there), distance)
	add(best.covered-covered, flag(covered >= best.covered-1e-9))

	var rarest, rarestName float64
	for t, q := range v.Terms {
		if has(t) {
			rarest = max(rarest, q.IDF)
			if q.Kind&(Capital|Alias) != 0 {
				rarestName = max(rarestName, q.IDF)
			}
		}
	}
	apart, apartSoft := sc.toldApart(m)
	add(relation(Listed), relation(Component), rarest/max(v.most, 1e-9), rarestName/max(v.most, 1e-9),
		apart, apartSoft, best.apart-apart, best.apartSoft-apartSoft, flag(apartSoft >= best.apartSoft-1e-9))
	// In news a passage is a sentence or two: what it speaks of may have been
	// named in the one before.
	prior, priorSoft := 0.0, 0.0
	if sc.prior != nil {
		prior = share(v, func(t int) bool { return !sc.covered[t] && sc.prior.covered[t] })
		if last := len(sc.prior.matches) - 1; i == 0 && last >= 0 {
			for t, q := range v.Terms {
				priorSoft += q.IDF * float64(max(0, sc.prior.matches[last].near[t]-m.near[t]))
			}
		}
	}
	soft := 0.0
	for t, q := range v.Terms {
		soft += q.IDF * float64(m.near[t]*m.near[t])
	}
	add(prior, priorSoft/total, soft/total)
	close := sc.close(m)
	add(close[:]...)
	var verbs, verbsHit, verbsSoft, nouns, nounsHit, nounsSoft, untitled, untitledHit, untitledSoft float64
	for t, q := range v.Terms {
		hit, soft := q.IDF*flag(has(t)), q.IDF*float64(m.near[t])
		switch {
		case q.Kind&(Number|Capital|Alias) != 0:
		case q.Noun:
			nouns += q.IDF
			nounsHit += hit
			nounsSoft += soft
		default:
			verbs += q.IDF
			verbsHit += hit
			verbsSoft += soft
		}
		if !sc.title[t] && !sc.heading[t] {
			untitled += q.IDF
			untitledHit += hit
			untitledSoft += soft
		}
	}
	add(ratio(verbsHit, verbs), ratio(verbsSoft, verbs), ratio(nounsHit, nouns), ratio(nounsSoft, nouns), ratio(untitledHit, untitled), ratio(untitledSoft, untitled))
	var beforeSoft, afterSoft, passageSoft, pairSoft float64
	for t, q := range v.Terms {
		if i > 0 {
			beforeSoft += q.IDF * float64(max(0, sc.matches[i-1].near[t]-m.near[t]))
			pairSoft += q.IDF * float64(max(sc.matches[i-1].near[t], m.near[t]))
		} else {
			pairSoft += q.IDF * float64(m.near[t])
		}
		if i < last {
			afterSoft += q.IDF * float64(max(0, sc.matches[i+1].near[t]-m.near[t]))
		}
		passageSoft += q.IDF * float64(sc.near[t])
	}
	add(beforeSoft/total, afterSoft/total, passageSoft/total, pairSoft/total, float64(min(rawRun(v.Tokens, sc.p.Sentences[i]), 8))/8, relation(Akin))
	var signs [18]bool
	m.signs(signs[:])
	dst = append(dst, float32(sc.small))
	for _, on := range signs {
		dst = append(dst, flag32(on))
	}
	return dst
}

// What extract appends: the features that are no products, then that of which
// the others are made.
var (
	smallAt   = plainFeatures // how little the corpus says of how common words are
	signsAt   = smallAt + 1   // the evidence, in the order of evidenceNames
	extracted = signsAt + len(evidenceNames)
)

// Features returns the features of the sentence, in the order of FeatureNames.
func (s *Scored) Features() []float32 {
	out := make([]float32, 0, len(featureNames))
	out = append(out, s.features[:plainFeatures]...)
	for _, x := range out {
		out = append(out, x*s.features[smallAt])
	}
	out = out[:len(featureNames)]
	copy(out[s.variant.productsAt():], s.features[signsAt:])
	return out
}

// productsAt is the number of the first product of the question's kind and
// evidence.
func (v *Variant) productsAt() int { return 2*plainFeatures + int(v.asks)*len(evidenceNames) }

// close returns how close words that may answer stand to those of the question:
// Σ idf / (1 + distance/3) over the question's words, the most of any word of
// the wanted kind, of any, of a name, of a number; whether a number counts
// what is asked for; whether a word is one of what is asked for (Peru a
// country), and how close it stands; whether what is asked for is part of a
// name (Rice University).
func (sc *scene) close(m *match) [8]float64 {
	v := sc.v
	total := max(v.total, 1e-9)
	var answer, word, name, number, counted, one, oneClose, named float64
	kinds0 := wanted[v.asks]
	for _, o := range m.others {
		sum := 0.0
		for _, a := range m.at {
			d := a.pos - int(o.pos)
			if d < 0 {
				d = -d
			}
			sum += v.Terms[a.term].IDF / (1 + float64(d)/3)
			if a.term == v.focus {
				if o.kind&(Number|Quantity) != 0 && a.pos > int(o.pos) && d <= 3 {
					counted = max(counted, 1/float64(d))
				}
				if o.kind&Capital != 0 && d == 1 {
					named = 1
				}
			}
		}
		sum /= total
		if o.kind&Stop == 0 {
			word = max(word, sum)
		}
		if o.kind&kinds0 != 0 {
			answer = max(answer, sum)
		}
		if o.kind&(Capital|Alias) != 0 {
			name = max(name, sum)
		}
		if o.kind&(Number|Quantity) != 0 {
			number = max(number, sum)
		}
		if len(v.wants) > 0 && o.kind&(Stop|Number) == 0 {
			if w := kinds.below(o.short, v.wants); w > 0 {
				one = max(one, w)
				oneClose = max(oneClose, w*sum)
			}
		}
	}
	return [...]float64{answer, word, name, number, counted, one, oneClose, named}
}

func flag32(b bool) float32 {
	if b {
		return 1
	}
	return 0
}

// answer reports whether a word of the wanted kind is there that the question
// did not bring, and how near it is to a word that it did: 1 beside, 0 far.
func (m *match) answer(asks kindOfQuestion) (there bool, near float64) {
	kinds := wanted[asks]
	if asks == asksWho || asks == asksWhere {
		if m.names == 0 && (asks == asksWho || m.fresh&Place == 0) {
			return false, 0
		}
	}
	if m.fresh&kinds == 0 {
		return false, 0
	}
	best := math.MaxInt
	for k := kinds & m.fresh; k != 0; k &= k - 1 {
		p := int(m.firsts[trailing(k)])
		for _, a := range m.at {
			if d := a.pos - p; d < 0 {
				best = min(best, -d)
			} else {
				best = min(best, d)
			}
		}
	}
	if best == math.MaxInt {
		return true, 0
	}
	return true, 1 / float64(1+best/2)
}
