package rank

import (
	"bufio"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"slices"
)

// Term is a hash (FNV-1a, 64 bits) of a term of package words. Terms are only
// ever compared, so nothing needs their letters; among a million terms the
// chance that two share a hash is about one in forty million.
type Term uint64

const (
	fnvOffset = 14695981039346656037
	fnvPrime  = 1099511628211
)

// Hash returns the Term of a term's letters.
func Hash(s string) Term {
	h := uint64(fnvOffset)
	for i := 0; i < len(s); i++ {
		h = (h ^ uint64(s[i])) * fnvPrime
	}
	return Term(h)
}

// Frequency says in how many units a term stands.
type Frequency struct{ Sentences, Passages, Texts uint32 }

// Language holds the statistics of the texts of one language.
type Language struct {
	Texts, Passages, Sentences int
	Words                      int // without stop words
	terms                      []Term
	freqs                      []Frequency // of terms
	sounds                     sounds      // of names
}

// Frequency returns in how many units of the language the term stands.
func (l *Language) Frequency(t Term) Frequency {
	if l == nil {
		return Frequency{}
	}
	if i, ok := slices.BinarySearch(l.terms, t); ok {
		return l.freqs[i]
	}
	return Frequency{}
}

// Stats are the term statistics of a corpus, by language (ISO 639-1).
type Stats struct {
	Languages map[string]*Language
}

// Sentences returns the number of sentences in all languages.
func (s *Stats) Sentences() int {
	n := 0
	for _, l := range s.Languages {
		n += l.Sentences
	}
	return n
}

// Counter gathers Stats. Its texts must come one after the other.
type Counter struct {
	langs  map[string]*counting
	serial struct{ text, passage, sentence uint32 }
}

// counting holds no pointers by term: there are too many for the garbage
// collector to follow.
type counting struct {
	Language
	seen    map[Term]uint32 // index into tallies
	tallies []counter
}

type counter struct {
	Frequency
	text, passage, sentence uint32 // the last unit that was counted
}

// NewCounter returns an empty Counter.
func NewCounter() *Counter { return &Counter{langs: make(map[string]*counting)} }

func (c *Counter) language(lang string) *counting {
	l := c.langs[lang]
	if l == nil {
		l = &counting{seen: make(map[Term]uint32)}
		c.langs[lang] = l
	}
	return l
}

// Add counts the passages of a whole text.
func (c *Counter) Add(lang string, passages []*Passage) {
	l := c.language(lang)
	l.Texts++
	c.serial.text++
	for _, p := range passages {
		l.Passages++
		c.serial.passage++
		for _, s := range p.Sentences {
			l.Sentences++
			c.serial.sentence++
			for _, t := range s {
				if t.Kind&Stop != 0 {
					continue
				}
				if t.Kind&Part == 0 {
					l.Words++
				}
				l.count(t.Term, c.serial.text, c.serial.passage, c.serial.sentence)
			}
		}
	}
}

func (l *counting) tally(t Term) *counter {
	i, ok := l.seen[t]
	if !ok {
		i = uint32(len(l.tallies))
		l.seen[t] = i
		l.tallies = append(l.tallies, counter{})
	}
	return &l.tallies[i]
}

func (l *counting) count(t Term, text, passage, sentence uint32) {
	n := l.tally(t)
	if n.sentence != sentence {
		n.sentence = sentence
		n.Sentences++
	}
	if n.passage != passage {
		n.passage = passage
		n.Passages++
	}
	if n.text != text {
		n.text = text
		n.Texts++
	}
}

// Join adds what another Counter counted, of other texts.
func (c *Counter) Join(other *Counter) {
	for lang, from := range other.langs {
		l := c.language(lang)
		l.Texts += from.Texts
		l.Passages += from.Passages
		l.Sentences += from.Sentences
		l.Words += from.Words
		for t, i := range from.seen {
			n, m := l.tally(t), &from.tallies[i]
			n.Sentences += m.Sentences
			n.Passages += m.Passages
			n.Texts += m.Texts
		}
	}
}

// Stats returns what was counted.
func (c *Counter) Stats() *Stats {
	s := &Stats{Languages: make(map[string]*Language, len(c.langs))}
	for lang, from := range c.langs {
		l := from.Language
		l.terms = make([]Term, 0, len(from.seen))
		for t := range from.seen {
			l.terms = append(l.terms, t)
		}
		slices.Sort(l.terms)
		l.freqs = make([]Frequency, len(l.terms))
		for i, t := range l.terms {
			l.freqs[i] = from.tally(t).Frequency
		}
		s.Languages[lang] = &l
	}
	return s
}

// The stored form is little-endian: a magic word, then for each language its
// code, five counts, the sorted terms, their frequencies, and the sounds.
const statsMagic = "rapporteur stats 3\n"

// WriteTo writes the stored form.
func (s *Stats) WriteTo(w io.Writer) (int64, error) {
	cw := newCountWriter(w)
	cw.Write([]byte(statsMagic))
	langs := make([]string, 0, len(s.Languages))
	for lang := range s.Languages {
		langs = append(langs, lang)
	}
	slices.Sort(langs)
	cw.uint(uint64(len(langs)))
	for _, lang := range langs {
		l := s.Languages[lang]
		cw.uint(uint64(len(lang)))
		cw.Write([]byte(lang))
		for _, n := range []int{l.Texts, l.Passages, l.Sentences, l.Words, len(l.terms)} {
			cw.uint(uint64(n))
		}
		for _, t := range l.terms {
			cw.uint(uint64(t))
		}
		for _, f := range l.freqs {
			cw.uint32(f.Sentences)
			cw.uint32(f.Passages)
			cw.uint32(f.Texts)
		}
		l.sounds.write(cw)
	}
	return cw.close()
}

type countWriter struct {
	w   *bufio.Writer
	n   int64
	err error
}

func newCountWriter(w io.Writer) *countWriter { return &countWriter{w: bufio.NewWriterSize(w, 1<<16)} }

func (c *countWriter) close() (int64, error) {
	if c.err == nil {
		c.err = c.w.Flush()
	}
	return c.n, c.err
}

func (c *countWriter) Write(b []byte) {
	if c.err == nil {
		var n int
		n, c.err = c.w.Write(b)
		c.n += int64(n)
	}
}

func (c *countWriter) uint(v uint64) {
	var b [8]byte
	binary.LittleEndian.PutUint64(b[:], v)
	c.Write(b[:])
}

func (c *countWriter) uint32(v uint32) {
	var b [4]byte
	binary.LittleEndian.PutUint32(b[:], v)
	c.Write(b[:])
}

var errStats = errors.New("not a statistics file of this version")

// ParseStats reads the stored form.
func ParseStats(b []byte) (s *Stats, err error) {
	if len(b) < len(statsMagic) || string(b[:len(statsMagic)]) != statsMagic {
		return nil, fmt.Errorf("rank: %w", errStats)
	}
	r := reader{b: b[len(statsMagic):]}
	s = &Stats{Languages: make(map[string]*Language)}
	for range r.count(1) {
		lang := string(r.bytes(r.count(1)))
		l := &Language{Texts: r.count(0), Passages: r.count(0), Sentences: r.count(0), Words: r.count(0)}
		n := r.count(20)
		terms, freqs := r.bytes(8*n), r.bytes(12*n)
		if r.short {
			break
		}
		l.terms = make([]Term, n)
		l.freqs = make([]Frequency, n)
		for i := range n {
			l.terms[i] = Term(binary.LittleEndian.Uint64(terms[8*i:]))
			f := freqs[12*i:]
			l.freqs[i] = Frequency{binary.LittleEndian.Uint32(f), binary.LittleEndian.Uint32(f[4:]), binary.LittleEndian.Uint32(f[8:])}
		}
		l.sounds = readSounds(&r)
		s.Languages[lang] = l
	}
	if r.short || len(r.b) != 0 {
		return nil, fmt.Errorf("rank: %w", errStats)
	}
	return s, nil
}

// reader takes values off a byte slice and remembers when there were too few.
type reader struct {
	b     []byte
	short bool
}

func (r *reader) bytes(n int) []byte {
	if n < 0 || n > len(r.b) {
		r.short = true
		return nil
	}
	b := r.b[:n]
	r.b = r.b[n:]
	return b
}

// count reads a number of things that take at least size bytes each, so that a
// damaged number cannot ask for more memory than the file is long.
func (r *reader) count(size int) int {
	b := r.bytes(8)
	if b == nil {
		return 0
	}
	n := binary.LittleEndian.Uint64(b)
	if n > 1<<48 || size > 0 && n > uint64(len(r.b)/size) {
		r.short = true
		return 0
	}
	return int(n)
}
