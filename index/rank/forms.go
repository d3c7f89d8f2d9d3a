package rank

import (
	"bytes"
	"cmp"
	"encoding/binary"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
)

// Forms are all ways in which the names of a corpus are written and how often.
// They are kept beside the Stats, which know the plainest only: without them
// nobody could tell what the plainest is when its text is withdrawn.
type Forms struct{ langs map[string]*forms }

// forms are those of one language.
type forms struct {
	keys   []string // term, NUL, how it is written; sorted
	counts []uint32
}

// Forms returns what was gathered.
func (s *Spellings) Forms() *Forms {
	f := &Forms{langs: make(map[string]*forms, len(s.langs))}
	for lang, from := range s.langs {
		l := &forms{keys: slices.Sorted(maps.Keys(from.seen)), counts: make([]uint32, len(from.seen))}
		for i, k := range l.keys {
			l.counts[i] = from.counts[from.seen[k]]
		}
		f.langs[lang] = l
	}
	return f
}

// Plus returns the forms of both, of different texts.
func (f *Forms) Plus(o *Forms) *Forms {
	sum, _ := f.change(o, 1)
	return sum
}

// Minus returns the forms without those of texts that are among its own. The
// error is for texts that are not.
func (f *Forms) Minus(o *Forms) (*Forms, error) { return f.change(o, -1) }

func (f *Forms) change(o *Forms, sign int64) (*Forms, error) {
	out := &Forms{langs: make(map[string]*forms)}
	for lang := range union(f.langs, o.langs) {
		a, b := cmp.Or(f.langs[lang], &forms{}), cmp.Or(o.langs[lang], &forms{})
		l := &forms{keys: make([]string, 0, len(a.keys)+len(b.keys)), counts: make([]uint32, 0, len(a.keys)+len(b.keys))}
		err := merge(a.keys, b.keys, func(i, j int) error {
			n, key := int64(0), ""
			if i >= 0 {
				n, key = int64(a.counts[i]), a.keys[i]
			}
			if j >= 0 {
				n, key = n+sign*int64(b.counts[j]), b.keys[j]
			}
			if n > 0 {
				l.keys, l.counts = append(l.keys, key), append(l.counts, uint32(n))
			}
			return notNegative(n)
		})
		if err != nil {
			return nil, err
		}
		if len(l.keys) > 0 {
			out.langs[lang] = l
		}
	}
	return out, nil
}

// union returns the keys that either map has.
func union[V any](a, b map[string]V) map[string]bool {
	out := make(map[string]bool, len(a)+len(b))
	for k := range a {
		out[k] = true
	}
	for k := range b {
		out[k] = true
	}
	return out
}

// merge walks two sorted lists of different values at once. It calls each with
// where a value stands in both, -1 where it does not.
func merge[T cmp.Ordered](a, b []T, each func(i, j int) error) error {
	for i, j := 0, 0; i < len(a) || j < len(b); {
		var err error
		switch {
		case j == len(b) || i < len(a) && a[i] < b[j]:
			err = each(i, -1)
			i++
		case i == len(a) || b[j] < a[i]:
			err = each(-1, j)
			j++
		default:
			err = each(i, j)
			i++
			j++
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// Plus returns the statistics of both, of different texts, without how their
// names sound: see Spell.
func (s *Stats) Plus(o *Stats) *Stats {
	sum, _ := s.change(o, 1)
	return sum
}

// Minus returns the statistics without those of texts that are among its own,
// and without how their names sound: see Spell. The error is for texts that are
// not.
func (s *Stats) Minus(o *Stats) (*Stats, error) { return s.change(o, -1) }

func (s *Stats) change(o *Stats, sign int64) (*Stats, error) {
	out := &Stats{Languages: make(map[string]*Language)}
	for lang := range union(s.Languages, o.Languages) {
		a, b := cmp.Or(s.Languages[lang], &Language{}), cmp.Or(o.Languages[lang], &Language{})
		with := func(a, b int) int { return a + int(sign)*b }
		l := &Language{Texts: with(a.Texts, b.Texts), Passages: with(a.Passages, b.Passages),
			Sentences: with(a.Sentences, b.Sentences), Words: with(a.Words, b.Words)}
		if err := notNegative(int64(min(l.Texts, l.Passages, l.Sentences, l.Words))); err != nil {
			return nil, err
		}
		l.terms, l.freqs = make([]Term, 0, len(a.terms)+len(b.terms)), make([]Frequency, 0, len(a.terms)+len(b.terms))
		err := merge(a.terms, b.terms, func(i, j int) error {
			var term Term
			var from, by Frequency
			if i >= 0 {
				term, from = a.terms[i], a.freqs[i]
			}
			if j >= 0 {
				term, by = b.terms[j], b.freqs[j]
			}
			with := func(a, b uint32) int64 { return int64(a) + sign*int64(b) }
			n, p, t := with(from.Sentences, by.Sentences), with(from.Passages, by.Passages), with(from.Texts, by.Texts)
			if n > 0 {
				l.terms, l.freqs = append(l.terms, term), append(l.freqs, Frequency{uint32(n), uint32(p), uint32(t)})
			}
			return notNegative(min(n, p, t))
		})
		if err != nil {
			return nil, err
		}
		if l.Texts > 0 {
			out.Languages[lang] = l
		}
	}
	return out, nil
}

func notNegative(n int64) error {
	if n < 0 {
		return fmt.Errorf("rank: %w", errStats)
	}
	return nil
}

// Spell adds how the names of the same texts are written. What stands in known,
// unless nil, statistics of nearly the same texts, is not worked out again.
func (s *Stats) Spell(names *Forms, known *Stats) {
	for lang, l := range s.Languages {
		var before sounds
		if known != nil && known.Languages[lang] != nil {
			before = known.Languages[lang].sounds
		}
		if f := names.langs[lang]; f != nil {
			l.sounds = f.table(lang, before)
		}
	}
}

// The stored form is little-endian: a magic word, then for each language its
// code, its forms, each behind its length, and their counts.
const formsMagic = "rapporteur forms 1\n"

// WriteTo writes the stored form.
func (f *Forms) WriteTo(w io.Writer) (int64, error) {
	cw := newCountWriter(w)
	cw.Write([]byte(formsMagic))
	langs := slices.Sorted(maps.Keys(f.langs))
	cw.uint(uint64(len(langs)))
	for _, lang := range langs {
		l := f.langs[lang]
		cw.uint(uint64(len(lang)))
		cw.Write([]byte(lang))
		all := strings.Join(l.keys, "\n") // terms and words hold none
		cw.uint(uint64(len(all)))
		cw.Write([]byte(all))
		cw.uint(uint64(len(l.counts)))
		for _, n := range l.counts {
			cw.uint32(n)
		}
	}
	return cw.close()
}

// ParseForms reads the stored form.
func ParseForms(b []byte) (*Forms, error) {
	body, ok := bytes.CutPrefix(b, []byte(formsMagic))
	r := reader{b: body}
	f := &Forms{langs: make(map[string]*forms)}
	for range r.count(1) {
		lang := string(r.bytes(r.count(1)))
		all := string(r.bytes(r.count(1)))
		n := r.count(4)
		raw := r.bytes(4 * n)
		l := &forms{keys: strings.Split(all, "\n"), counts: make([]uint32, n)}
		if r.short || len(l.keys) != n || !slices.IsSorted(l.keys) {
			ok = false
			break
		}
		for i := range n {
			l.counts[i] = binary.LittleEndian.Uint32(raw[4*i:])
		}
		f.langs[lang] = l
	}
	if !ok || r.short || len(r.b) != 0 {
		return nil, fmt.Errorf("rank: %w", errStats)
	}
	return f, nil
}
