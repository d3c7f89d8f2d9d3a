// Package index finds sentences of a corpus that answer a question. It keeps
// a full-text index of the passages, takes candidates from it and hands them
// to package rank, which knows how to tell an answer from a mention.
//
// It is the only package that imports bleve.
//
// An index on disk is a folder of generations. A generation is the index of
// one corpus at one moment; once finished it never changes, so any number of
// processes may read it. Its stamp says what it was made of and what its files
// hash to: one that does not match is not opened but built anew.
package index

import (
	"rapporteur/corpus"
)

// Query is a question without its filters, and the filters. The zero value of
// each filter means no filter.
type Query struct {
	Text     string      // what is asked, in plain words; never parsed as a query language
	Phrases  []string    // each must stand in the sentence's passage, word for word
	Sources  []string    // a text must match one: its id, or part of its title or publisher
	Within   []string    // a text must match one of these too
	Since    corpus.Date // published on this day or later
	Before   corpus.Date // published before this day
	Language string      // ISO 639-1
	Limit    int         // hits at most; 0 means 10
}

// Hit is a sentence that may answer the query. Of copies in several texts it is
// the one published first, of those the one whose text has the least id.
type Hit struct {
	Text     *corpus.Text
	Passage  int          // index into Text.Passages
	Sentence corpus.Range // bytes of the text
	Score    float64      // comparable within one Result only
	Met      float64      // share of the query's words, weighted by how rare they are, that the sentence holds: 0 to 1

	// Also are the other texts that say it in nearly the same words, of those
	// that were looked at, in the order they were published.
	Also []*corpus.Text
	// Versions are the texts that say it in other languages, as translation_of
	// joins them.
	Versions []*corpus.Text
}

// Result is what a search found.
type Result struct {
	Hits       []Hit   // best first, each sentence once, of copies one
	Confidence float64 // calibrated chance, 0 to 1, that Hits[0] answers the query
	Searched   Scope
	Newest     bool     // the query asked for the newest: of hits as good as the best it leads
	Unknown    []string // words of the query that stand nowhere in the corpus, as typed
}

// Scope is what a search looked through: the texts that passed the filters.
type Scope struct {
	Texts    int
	From, To corpus.Date // of the dated texts among them; zero when none is dated
}
