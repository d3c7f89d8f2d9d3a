package rank

// probes find out with one look whether a word of a text is a word of the
// question or related to one: a hash table with open addressing.
type probes struct {
	slots []probe
	mask  uint32
	pairs bool // expressions of two words may be among them
}

type probe struct {
	short uint32
	list  []reference // what the word stands for; nil marks a free slot
}

// reference is a term of the question by which a word was found.
type reference struct {
	term     uint8
	relation Relation // exact, kin or one of the relations
	weight   float32
}

// The ways to be found besides the relations.
const (
	exact   Relation = relations + iota
	kin              // the first four letters are alike
	matches          // how many there are
)

func (p *probes) build(terms []QueryTerm, pairs bool) {
	n := 1
	for _, t := range terms {
		n += 2 + len(t.Related) + len(t.Also)
	}
	size := uint32(16)
	for int(size) < 2*n {
		size *= 2
	}
	p.slots = make([]probe, size)
	p.mask = size - 1
	p.pairs = pairs
	for i, t := range terms {
		p.add(Short(t.Term), reference{uint8(i), exact, 1})
		for _, other := range t.Also {
			p.add(Short(Hash(other)), reference{uint8(i), exact, 1})
		}
		if t.Prefix != 0 {
			p.add(^t.Prefix, reference{uint8(i), kin, 1})
		}
		for _, r := range t.Related {
			p.add(r.Short, reference{uint8(i), r.Relation, float32(r.Weight)})
		}
	}
}

func (p *probes) add(short uint32, r reference) {
	for i := short & p.mask; ; i = (i + 1) & p.mask {
		s := &p.slots[i]
		if s.list == nil {
			s.short = short
		}
		if s.short == short {
			s.list = append(s.list, r)
			return
		}
	}
}

func (p *probes) find(short uint32) []reference {
	if p.slots == nil {
		return nil
	}
	for i := short & p.mask; ; i = (i + 1) & p.mask {
		s := &p.slots[i]
		if s.list == nil {
			return nil
		}
		if s.short == short {
			return s.list
		}
	}
}

// match is what a sentence has of a question.
type match struct {
	count           []uint8   // of each term, exactly
	best            []float32 // of each term by each way of being found: see by
	near            []float32 // of each term, how well it is met, 0 to 1
	at              []place   // where terms stand exactly, in order
	fresh           Kind      // kinds of words that are not the question's
	novel           [32]uint8 // how many there are of each kind
	firsts          [32]int16 // where the first of each stands, -1 for none
	names           int       // runs of capitals that are not the question's
	inPlace, byName bool      // such a run after "in" or "by"
	words           int       // without stop words
	others          []other   // words that are not the question's
}

// other is a word that may be the answer, because the question does not hold
// it.
type other struct {
	pos   int32
	short uint32
	kind  Kind
}

type place struct{ pos, term int }

// match compares a sentence with the question.
func (v *Variant) match(s []Token, mem *arena) match {
	n := len(v.Terms)
	m := match{count: mem.byte(n), near: mem.float(n), others: mem.other(len(s))}
	m.best = mem.float(n * int(matches))
	for i := range m.firsts {
		m.firsts[i] = -1
	}
	var before Kind // of the word before a run of capitals
	run := false
	pos, next, part := 0, 0, 0
	var last, last2 uint32 // the words before, 0 where no expression can begin
	for i, t := range s {
		// A name's words stand where the name does, and count once.
		inName := t.Kind&Part != 0
		if inName {
			pos, part = part, part+1
		} else {
			pos, part = next, next
		}
		next = max(next, pos+1)
		stop := t.Kind&Stop != 0
		if !stop && !inName {
			m.words++
		}
		short := Short(t.Term)
		if v.probes.pairs {
			if last != 0 {
				m.relate(v.probes.find(Pair(last, short)))
			}
			if last2 != 0 {
				m.relate(v.probes.find(Pair(last2, short)))
			}
			last2 = 0
			if stop {
				last2 = last // give it up
			}
			last = short
		}
		found := false
		if !stop {
			for _, r := range v.probes.find(short) {
				m.raise(r.relation, int(r.term), r.weight)
				if r.relation == exact {
					found = true
					if m.count[r.term] < 255 {
						m.count[r.term]++
					}
					m.at = append(m.at, place{pos, int(r.term)})
				}
			}
			if !found && t.Prefix != 0 {
				for _, r := range v.probes.find(^t.Prefix) {
					m.raise(kin, int(r.term), 1)
				}
			}
		}
		if inName {
			continue
		}
		if !found {
			m.fresh |= t.Kind
			if !stop || t.Kind&^Stop != 0 {
				m.others = append(m.others, other{int32(pos), short, t.Kind})
			}
			for k := t.Kind; k != 0; k &= k - 1 {
				b := trailing(k)
				m.novel[b]++
				if m.firsts[b] < 0 {
					m.firsts[b] = int16(min(pos, 32767))
				}
			}
		}
		// A sentence's first word is no name for its capital alone.
		name := t.Kind&(Capital|Alias) != 0 && !found && !stop && (i > 0 || len(s) > 1 && s[1].Kind&Capital != 0)
		if name && !run {
			m.names++
			m.inPlace = m.inPlace || before&In != 0
			m.byName = m.byName || before&By != 0
		}
		run = name
		before = t.Kind
	}
	for t := range m.near {
		m.near[t] = float32(m.soft(t, v.Terms[t].Kind&(Capital|Alias) != 0, v.Lang != "en"))
	}
	return m
}

func (m *match) relate(list []reference) {
	for _, r := range list {
		m.raise(r.relation, int(r.term), r.weight)
	}
}

// by returns how well term t is met by a way of being found.
func (m *match) by(r Relation, t int) float32 { return m.best[int(r)*len(m.count)+t] }

// raise notes that term t is met so well, if it is not met better.
func (m *match) raise(r Relation, t int, weight float32) {
	b := &m.best[int(r)*len(m.count)+t]
	*b = max(*b, weight)
}
