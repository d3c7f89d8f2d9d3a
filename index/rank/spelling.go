package rank

import (
	"cmp"
	"encoding/binary"
	"slices"
	"strings"
	"unicode"

	"rapporteur/index/words"
)

// Spellings gathers how the names of a corpus are written, so that a question
// that writes one in another way finds it by its sound; see words.Heard. All ways
// are counted, so that a text can be taken away again; see Forms.
type Spellings struct {
	langs map[string]*spelt
	key   []byte
}

// spelt are the ways in which the names of a language are written.
type spelt struct {
	seen   map[string]uint32 // index into counts, by term, NUL and how it is written
	counts []uint32
}

func (s *Spellings) language(lang string) *spelt {
	l := s.langs[lang]
	if l == nil {
		if s.langs == nil {
			s.langs = make(map[string]*spelt)
		}
		l = &spelt{seen: make(map[string]uint32)}
		s.langs[lang] = l
	}
	return l
}

// Add takes a word of a text in the language. It keeps those with a capital, in
// German every noun.
func (s *Spellings) Add(lang, sentence string, w words.Token) {
	if !w.Has(words.Capital) || w.Has(words.Stop|words.Number) {
		return
	}
	written := sentence[w.Start:w.End]
	if w.Has(words.Alias) && strings.ContainsFunc(written, func(r rune) bool { return !unicode.IsLetter(r) }) {
		return // its words come by themselves
	}
	s.key = append(append(append(s.key[:0], w.Term...), 0), written...)
	l := s.language(lang)
	if i, ok := l.seen[string(s.key)]; ok {
		l.counts[i]++
		return
	}
	l.seen[string(s.key)] = uint32(len(l.counts))
	l.counts = append(l.counts, 1)
}

// plainer reports whether a word is likelier than b to be without an ending:
// the shorter one.
func plainer(a, b string) bool {
	return cmp.Or(cmp.Compare(len(a), len(b)), cmp.Compare(a, b)) < 0
}

// Join takes what another gathered.
func (s *Spellings) Join(other *Spellings) {
	for lang, from := range other.langs {
		l := s.language(lang)
		for key, i := range from.seen {
			n, ok := l.seen[key]
			if !ok {
				n = uint32(len(l.counts))
				l.seen[key] = n
				l.counts = append(l.counts, 0)
			}
			l.counts[n] += from.counts[i]
		}
	}
}

// sounds finds the terms of a language's names by their consonants.
type sounds struct {
	names string   // of each: its term, NUL, as it is written, LF
	keys  []uint32 // hashes of skeletons, sorted; of equals, by place
	at    []uint32 // where in names the name of each key stands

	// Where the terms stand, in their order and in that of their letters from
	// the end. Of German only, whose nouns they are; see Language.compounds.
	begins, ends []uint32
}

// table makes the sounds of the plainest forms. What stands in known, of forms
// that were alike or nearly so, is not worked out again.
func (f *forms) table(lang string, known sounds) sounds {
	var names strings.Builder
	names.Grow(len(known.names))
	var out sounds
	var fresh []sound
	// Where names stand now, by where they stood in known: one more than that, 0
	// for those that are no more.
	stays := make([]uint32, len(known.names))
	rest := known.names
	for i := 0; i < len(f.keys); {
		term, written, _ := strings.Cut(f.keys[i], "\x00")
		for i++; i < len(f.keys); i++ {
			t, w, _ := strings.Cut(f.keys[i], "\x00")
			if t != term {
				break
			}
			if plainer(w, written) {
				written = w
			}
		}
		at := uint32(names.Len())
		for rest != "" && termOf(rest) < term {
			_, rest, _ = strings.Cut(rest, "\n")
		}
		if name, after, _ := strings.Cut(rest, "\n"); strings.HasPrefix(name, term) && name[len(term):] == "\x00"+written {
			stays[len(known.names)-len(rest)] = at + 1
			rest = after
		} else {
			skeletons := words.Heard(written).Skeletons()
			for _, k := range skeletons {
				fresh = append(fresh, sound{Short(Hash(k)), at})
			}
			if len(skeletons) == 0 && lang != compounding {
				continue
			}
		}
		if lang == compounding {
			out.begins = append(out.begins, at)
		}
		names.WriteString(term)
		names.WriteByte(0)
		names.WriteString(written)
		names.WriteByte('\n')
	}
	out.names = names.String()
	out.keys, out.at = joined(&known, stays, fresh)
	out.ends = slices.Clone(out.begins)
	reversed := make(map[uint32]string, len(out.ends))
	for _, at := range out.ends {
		reversed[at] = backwards(out.term(at))
	}
	slices.SortFunc(out.ends, func(a, b uint32) int { return cmp.Compare(reversed[a], reversed[b]) })
	return out
}

// sound is the hash of a name's skeleton, and where the name stands.
type sound struct{ hash, at uint32 }

func compareSounds(a, b sound) int {
	return cmp.Or(cmp.Compare(a.hash, b.hash), cmp.Compare(a.at, b.at))
}

// joined returns the columns of what is known of the names that stay and of the
// fresh sounds. Names keep their order, so that what is known need not be sorted.
func joined(known *sounds, stays []uint32, fresh []sound) (keys, at []uint32) {
	slices.SortFunc(fresh, compareSounds)
	keys, at = make([]uint32, 0, len(known.keys)+len(fresh)), make([]uint32, 0, len(known.keys)+len(fresh))
	put := func(s sound) { keys, at = append(keys, s.hash), append(at, s.at) }
	for i, hash := range known.keys {
		now := stays[known.at[i]]
		if now == 0 {
			continue
		}
		s := sound{hash, now - 1}
		for len(fresh) > 0 && compareSounds(fresh[0], s) < 0 {
			put(fresh[0])
			fresh = fresh[1:]
		}
		put(s)
	}
	for _, s := range fresh {
		put(s)
	}
	return keys, at
}

// termOf returns the term of the name that names begin with.
func termOf(names string) string {
	term, _, _ := strings.Cut(names, "\x00")
	return term
}

// compounding is the language whose compounds are taken apart.
const compounding = "de"

func (s *sounds) write(w *countWriter) {
	w.uint(uint64(len(s.names)))
	w.Write([]byte(s.names))
	w.uint(uint64(len(s.keys)))
	for i := range s.keys {
		w.uint32(s.keys[i])
		w.uint32(s.at[i])
	}
	w.uint(uint64(len(s.begins)))
	for i := range s.begins {
		w.uint32(s.begins[i])
		w.uint32(s.ends[i])
	}
}

func readSounds(r *reader) sounds {
	s := sounds{names: string(r.bytes(r.count(1)))}
	s.keys, s.at = columns(r)
	s.begins, s.ends = columns(r)
	for _, at := range [][]uint32{s.at, s.begins, s.ends} {
		for _, a := range at {
			r.short = r.short || int(a) >= len(s.names)
		}
	}
	return s
}

// columns reads a number and so many pairs.
func columns(r *reader) (a, b []uint32) {
	n := r.count(8)
	raw := r.bytes(8 * n)
	if r.short {
		return nil, nil
	}
	a, b = make([]uint32, n), make([]uint32, n)
	for i := range n {
		a[i], b[i] = binary.LittleEndian.Uint32(raw[8*i:]), binary.LittleEndian.Uint32(raw[8*i+4:])
	}
	return a, b
}

// like returns the terms of the names that may be the one that is heard and
// have so many consonants at least.
func (s *sounds) like(heard words.Sound, least int) []string {
	var out []string
	for _, k := range heard.Skeletons() {
		if len(k) < least {
			continue
		}
		hash := Short(Hash(k))
		i, _ := slices.BinarySearch(s.keys, hash)
		for ; i < len(s.keys) && s.keys[i] == hash; i++ {
			name, _, _ := strings.Cut(s.names[s.at[i]:], "\n")
			term, written, _ := strings.Cut(name, "\x00")
			if !slices.Contains(out, term) && words.Heard(written).Same(heard) {
				out = append(out, term)
			}
		}
	}
	return out
}

// maxSpellings is how many spellings a name of a question is looked for in: as
// many as the languages of one script have, and more than any text uses.
const maxSpellings = 8

// unsure is how many consonants a word has that is looked for among the names
// although nothing but its absence from the corpus tells that it is one. In XQuAD,
// Russian asked of English and the reverse, about half of the words in lower case
// with three that were found were another word: "труда" is no Trudeau. Of 32 with
// four, three were.
const unsure = 4

// heard returns the terms of the names in the texts of a language that word i
// of a question may be another spelling of, the commonest first. The word is
// one that these texts do not hold. It must be written with a capital; in
// questions without capitals, and where it comes first, a long one will do that
// the corpus holds in no language.
func (r *Ranker) heard(stats *Language, question string, found []words.Token, i int) []string {
	t := found[i]
	if stats == nil || len(stats.sounds.keys) == 0 || t.Has(words.Stop|words.Number|words.Part) {
		return nil
	}
	written, least := question[t.Start:t.End], 0
	if !t.Has(words.Capital) || i == 0 {
		named := func(o words.Token) bool { return o.Has(words.Capital) && o.Start > found[0].Start }
		if i > 0 && slices.ContainsFunc(found, named) || r.mentions(written) {
			return nil
		}
		least = unsure
	}
	list := stats.sounds.like(words.Heard(written), least)
	often := func(term string) uint32 { return stats.Frequency(Hash(term)).Sentences }
	slices.SortFunc(list, func(a, b string) int { return cmp.Or(cmp.Compare(often(b), often(a)), cmp.Compare(a, b)) })
	return list[:min(len(list), maxSpellings)]
}

// meant returns the terms of the texts of a language that word i of a question,
// which they do not hold, may be meant for, and whether it is a name.
func (r *Ranker) meant(stats *Language, lang, question string, found []words.Token, i int) (terms []string, name bool) {
	if terms = r.heard(stats, question, found, i); len(terms) > 0 {
		return terms, true
	}
	return r.mistyped(stats, lang, question, found, i), false
}

func (r *Ranker) means(stats *Language, lang, question string, found []words.Token, i int) bool {
	terms, _ := r.meant(stats, lang, question, found, i)
	return len(terms) > 0
}

// mentions reports whether texts of any language hold the word.
func (r *Ranker) mentions(word string) bool {
	for lang, stats := range r.stats.Languages {
		for _, t := range r.analyser.Tokens(lang, word) {
			if stats.Frequency(Hash(t.Term)).Sentences > 0 {
				return true
			}
		}
	}
	return false
}

// heardTrust is what is left of the confidence in a sentence for each name that
// it holds in another spelling only: of 233 pairs of different names in the
// tests of package words three sound alike, but names of one family may be more.
const heardTrust = .95

// hearsay returns what the confidence in the sentence is to be multiplied with.
func (s *Scored) hearsay() float64 {
	trust := 1.0
	for t, q := range s.variant.Terms {
		if q.Heard && s.match.count[t] > 0 {
			trust *= heardTrust
		}
	}
	return trust
}

// become makes the term what was meant by it.
func (q *QueryTerm) become(heard []string, name bool) {
	kinds := q.Kind &^ Alias
	if name {
		kinds |= Capital
	}
	if strings.HasPrefix(heard[0], "\x01") { // the key of a name of the list; see words.Keys
		kinds |= Alias
	}
	q.Token = Token{Term: Hash(heard[0]), Kind: kinds}
	if kinds&Alias == 0 {
		q.Prefix = prefix(heard[0])
	}
	q.Text, q.Also, q.Known, q.Heard = heard[0], heard[1:], true, true
}

// frequency returns in how many sentences any of the terms stands, at most.
func (l *Language) frequency(terms []string) uint32 {
	n := uint32(0)
	for _, t := range terms {
		n += l.Frequency(Hash(t)).Sentences
	}
	return n
}
