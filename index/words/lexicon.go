package words

import (
	"hash/maphash"
	"strings"
	"sync/atomic"
)

// lexicon remembers words as they were written and what was made of them:
// folding and stemming are most of the work of an analysis, and words repeat.
// It is a table of fixed size without locks: a word has two places, and a new
// one takes the first and moves what is there to the second. So it is bounded
// and shared by all who analyse. A nil lexicon remembers nothing.
type lexicon [lexiconSize]atomic.Pointer[entry]

// lexiconSize is the number of words that are remembered, some 7 MB. Of words
// drawn by Zipf's law from 200,000 it has 88 % at hand, half of it 83 %.
const lexiconSize = 1 << 16

// maxRemembered is the length in bytes of the longest word that is remembered.
// What is longer is no word of a language, and bounds the table's memory.
const maxRemembered = 64

// entry is a word of a language. It never changes.
type entry struct {
	lang, raw    string
	folded, term string // both are empty if it is nothing but marks
	stop         Flags  // Stop or nothing
	named        bool   // a name may begin with it
}

var seed = maphash.MakeSeed()

// places returns the two places of a word, which lie side by side.
func (l *lexicon) places(lang, raw string) (first, second *atomic.Pointer[entry]) {
	h := maphash.String(seed, raw)
	if lang != "" {
		h += uint64(lang[len(lang)-1]) // by which all of Languages differ
	}
	h %= lexiconSize
	return &l[h], &l[h^1]
}

// entry returns what is known of the word, nil if it is not remembered.
func (l *lexicon) entry(lang, raw string) *entry {
	if l == nil {
		return nil
	}
	first, second := l.places(lang, raw)
	if e := first.Load(); e != nil && e.raw == raw && e.lang == lang {
		return e
	}
	if e := second.Load(); e != nil && e.raw == raw && e.lang == lang {
		return e
	}
	return nil
}

// add remembers the word.
func (l *lexicon) add(e *entry) {
	if l == nil || len(e.raw) > maxRemembered {
		return
	}
	e.raw = strings.Clone(e.raw) // not to keep the text it stands in
	first, second := l.places(e.lang, e.raw)
	if old := first.Swap(e); old != nil {
		second.Store(old)
	}
}
