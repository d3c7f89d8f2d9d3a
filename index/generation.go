package index

import (
	"errors"
	"slices"
	"sort"
	"sync/atomic"
	"time"
	"unsafe"

	"rapporteur/corpus"
	"rapporteur/index/parallel"
	"rapporteur/index/rank"
	"rapporteur/index/words"
)

// generation is the index of one corpus. It is closed when the last of those
// who use it is done.
type generation struct {
	corpus   *corpus.Corpus
	analyser *words.Analyser
	ranker   *rank.Ranker
	terms    *rank.Stats
	of       contents
	parts    []*part // of the sections that have one, in order
	stats    Stats
	name     string // of its folder, "" in memory
	built    time.Time
	work     build // that it took to build it
	refs     atomic.Int32

	view atomic.Pointer[view] // what a search looks through

	vectors atomic.Pointer[vectors] // nil without an encoder

	first []int // number of each text's first passage, and of all passages
	cache cache
}

// newGeneration takes over the indexes, even if it fails: those of the sections
// that have a part, in order.
func newGeneration(c *corpus.Corpus, a *words.Analyser, terms *rank.Stats, indexes []*opened, of contents) (*generation, error) {
	g := &generation{corpus: c, analyser: a, terms: terms, of: of, stats: measure(c), built: time.Now()}
	n := 0
	for _, t := range c.Texts() {
		g.first = append(g.first, n)
		n += len(t.Passages)
	}
	g.first = append(g.first, n)
	g.ranker = rank.New(a, terms, g)
	numbers, err := of.numbers(c, g.first)
	if err == nil {
		i := 0
		numbers = slices.DeleteFunc(numbers, func([]uint32) bool { i++; return of[i-1].part == noPart })
		g.parts, err = newParts(indexes, numbers, g.stats.Passages)
	}
	if err != nil {
		_ = closeAll(indexes) // nothing was written to them
		return nil, err
	}
	g.refs.Store(1)
	g.view.Store(g.without(nil))
	g.cache.slots = make([]atomic.Pointer[rank.Passage], n)
	return g, nil
}

// Near returns the terms of a language's texts that differ from the term by a
// letter; see rank.Vocabulary. Parts know terms of texts that are no more, too.
func (g *generation) Near(lang, term string) []string {
	var out []string
	for _, p := range g.parts {
		out = p.near(out, fieldOf(lang), term)
	}
	slices.Sort(out)
	return slices.DeleteFunc(slices.Compact(out), func(t string) bool { return !g.holds(lang, t) })
}

// holds reports whether texts that share the field of a language hold the term.
func (g *generation) holds(lang, term string) bool {
	for l, stats := range g.terms.Languages {
		if fieldOf(l) == fieldOf(lang) && stats.Frequency(rank.Hash(term)).Sentences > 0 {
			return true
		}
	}
	return false
}

// inherit takes over what another generation has analysed of the texts that
// both share.
func (g *generation) inherit(from *generation) {
	before := from.corpus.Texts()
	n := 0
	for i, t := range g.corpus.Texts() {
		for n < len(before) && before[n].ID < t.ID {
			n++
		}
		if n == len(before) || before[n] != t {
			continue
		}
		for p := range t.Passages {
			if known := from.cache.slots[from.first[n]+p].Load(); known != nil {
				g.cache.put(g.first[i]+p, known)
			}
		}
	}
}

// share returns the indexes of the sections that stay, by the numbers of their
// parts. Another part may come to have the number of one that does not.
func (g *generation) share(stay contents) map[int]*opened {
	out := make(map[int]*opened)
	i := 0
	for _, s := range g.of {
		if s.part == noPart {
			continue
		}
		if slices.ContainsFunc(stay, func(other section) bool { return other.part == s.part }) {
			out[s.part] = g.parts[i].opened
		}
		i++
	}
	return out
}

// measure counts what a corpus holds.
func measure(c *corpus.Corpus) Stats {
	s := Stats{Texts: len(c.Texts())}
	for _, t := range c.Texts() {
		s.Passages += len(t.Passages)
		for _, p := range t.Passages {
			s.Sentences += len(p.Sentences)
		}
	}
	return s
}

func (g *generation) release() error {
	if g.refs.Add(-1) > 0 {
		return nil
	}
	var err error
	for _, p := range g.parts {
		err = errors.Join(err, p.close())
	}
	return err
}

// textOf returns which text passage number n of the corpus belongs to.
func (g *generation) textOf(n int) int {
	return sort.SearchInts(g.first, n+1) - 1
}

// passages returns the passages of the corpus that have the numbers, analysed.
// Those that must be analysed are shared out to the processors: for a question
// that is asked for the first time it is most of the work.
func (g *generation) passages(numbers []int) ([]*rank.Passage, error) {
	out := make([]*rank.Passage, len(numbers))
	var missing []int // indexes into numbers
	for i, n := range numbers {
		if out[i] = g.cache.slots[n].Load(); out[i] == nil {
			missing = append(missing, i)
		}
	}
	return out, parallel.Do(len(missing), func(i int) (err error) {
		at := missing[i]
		out[at], err = g.analyse(numbers[at])
		return err
	})
}

// analyse analyses passage number n of the corpus and keeps it.
func (g *generation) analyse(n int) (*rank.Passage, error) {
	t := g.textOf(n)
	text, number := g.corpus.Texts()[t], n-g.first[t]
	body, err := text.Read(text.Passages[number].Range)
	if err != nil {
		return nil, err
	}
	p := rank.Analyse(g.analyser, text, number, body, nil)
	g.cache.put(n, p)
	return p, nil
}

// maxCached is how many bytes of analysed passages are kept, some 50,000
// passages of 43 words.
const maxCached = 64 << 20

// cache keeps analysed passages. When it holds too many it forgets them all:
// analysing one again takes microseconds.
type cache struct {
	slots []atomic.Pointer[rank.Passage]
	size  atomic.Int64
}

func (c *cache) put(n int, p *rank.Passage) {
	size := int64(unsafe.Sizeof(*p)) + int64(len(p.Body))
	for _, s := range p.Sentences {
		size += int64(unsafe.Sizeof(s)) + int64(cap(s))*int64(unsafe.Sizeof(rank.Token{}))
	}
	if c.size.Add(size) > maxCached {
		c.size.Store(size)
		for i := range c.slots {
			c.slots[i].Store(nil)
		}
	}
	c.slots[n].Store(p)
}
