package words

import (
	"hash/maphash"
	"slices"
	"sync/atomic"
)

// lexicon remembers words as they were written and what was made of them:
// folding and stemming are most of the work of an analysis, and words repeat.
// It is a table of fixed size without locks: a word has two places, and a new
// one takes the first and moves what is there to the second. So it is bounded
// and shared by all who analyse. A nil lexicon remembers nothing.
type lexicon [lexiconSize]atomic.Pointer[entry]

// lexiconSize is the number of words that are remembered, some 6 MB. Of words
// drawn by Zipf's law from 200,000 it has 88 % at hand, half of it 83 %.
const lexiconSize = 1 << 16

// maxRemembered is the length in bytes of the longest word that is remembered:
// an entry fills a line of the processor's cache, and in a large table fetching
// that line is what takes time. Fourteen Cyrillic letters are nearly any word.
const maxRemembered = 28

// entry is a word of a language. It never changes.
type entry struct {
	folded, term string // both are empty if it is nothing but marks
	stop         Flags  // Stop or nothing
	named        bool   // a name may begin with it
	language     uint8  // see languageNumber
	size         uint8  // of raw
	raw          [maxRemembered]byte
}

func (e *entry) is(language uint8, raw string) bool {
	return e != nil && int(e.size) == len(raw) && e.language == language && string(e.raw[:e.size]) == raw
}

// languageNumber numbers Languages from one; all others are analysed alike.
func languageNumber(lang string) uint8 { return uint8(slices.Index(Languages, lang) + 1) }

var seed = maphash.MakeSeed()

// places returns the two places of a word, which lie side by side.
func (l *lexicon) places(language uint8, raw string) (first, second *atomic.Pointer[entry]) {
	h := (maphash.String(seed, raw) + 2*uint64(language)) % lexiconSize
	return &l[h], &l[h^1]
}

// entry returns what is known of the word, nil if it is not remembered.
func (l *lexicon) entry(language uint8, raw string) *entry {
	if l == nil {
		return nil
	}
	first, second := l.places(language, raw)
	if e := first.Load(); e.is(language, raw) {
		return e
	}
	if e := second.Load(); e.is(language, raw) {
		return e
	}
	return nil
}

// add remembers what was made of the word.
func (l *lexicon) add(language uint8, raw string, e *entry) {
	if l == nil || len(raw) > maxRemembered {
		return
	}
	e.language, e.size = language, uint8(copy(e.raw[:], raw))
	first, second := l.places(language, raw)
	if old := first.Swap(e); old != nil {
		second.Store(old)
	}
}
