// Package eval measures how well sentences are found and how well the index
// knows that it has none. Texts and questions make a Set; Measure asks them and
// gives a Report.
package eval

import (
	"bytes"
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"unicode/utf8"

	"rapporteur/corpus"
)

// Set is a set of questions over texts.
type Set struct {
	Texts     []*corpus.Text
	Questions []Question
	Aliases   corpus.Aliases
	// Foreign says what kind of questions those without an answer are.
	Foreign  string
	Warnings []string // what is odd about the set and does not stop it

	origins map[string]origin // by the id of a text; nil for a set over a corpus
	lines   bool              // the questions were JSON Lines
}

// origin says which article of a file a text was.
type origin struct {
	article    int // its number, from 0
	title      string
	paragraphs []int // the number of each passage's paragraph: empty ones are no passages
}

// Question is a question and where its answer stands.
type Question struct {
	ID   string
	Text string
	// Article is the id of the text that the question was asked about, "" when
	// it was asked about none.
	Article string
	// Passage is the number of the passage that it was asked about.
	Passage int
	// Places are where the sentences stand that hold one of the answers: none
	// for a question that the text does not answer.
	Places []Place
	// Elsewhere are such places in other texts than Article, by their ids.
	Elsewhere map[string][]Place

	// answerable says that the question has an answer, which then may still
	// stand nowhere, or in Passage but in no sentence of it.
	answerable bool
	id         any // ID as the file gives it: a number, maybe
}

// Place is a sentence of a text.
type Place struct{ Passage, Sentence int }

// Right reports whether a sentence answers the question.
func (q *Question) Right(text string, passage, sentence int) bool {
	return slices.Contains(q.places(text), Place{passage, sentence})
}

// rightPassage reports whether a passage holds an answer.
func (q *Question) rightPassage(text string, passage int) bool {
	return q.answerable && text == q.Article && passage == q.Passage || slices.ContainsFunc(q.places(text), func(p Place) bool { return p.Passage == passage })
}

func (q *Question) places(text string) []Place {
	if text == q.Article {
		return q.Places
	}
	return q.Elsewhere[text]
}

// Answerable reports whether the question has an answer.
func (q *Question) Answerable() bool { return q.answerable || len(q.Places) > 0 }

// articles returns the ids of the texts that must be gone for the question to
// have no answer, in order.
func (q *Question) articles() []string {
	var out []string
	if q.Article != "" {
		out = append(out, q.Article)
	}
	for id := range q.Elsewhere {
		out = append(out, id)
	}
	slices.Sort(out)
	return out
}

// clusters returns the number of the cluster that each question is drawn with:
// its article. A set about a single article is drawn by question.
func (s *Set) clusters() (cluster []int, n int, drawn string) {
	number := make(map[string]int)
	for i := range s.Questions {
		key := strings.Join(s.Questions[i].articles(), "\x00")
		if key == "" { // about no text: a cluster of its own
			key = fmt.Sprintf("\x00%d", i)
		}
		if _, ok := number[key]; !ok {
			number[key] = len(number)
		}
		cluster = append(cluster, number[key])
	}
	if len(number) > 1 {
		return cluster, len(number), "article"
	}
	for i := range cluster {
		cluster[i] = i
	}
	return cluster, len(cluster), "question"
}

// Corpus returns the set's texts as a corpus, without those that are named.
func (s *Set) Corpus(without ...string) (*corpus.Corpus, error) {
	var texts []*corpus.Text
	for _, t := range s.Texts {
		if !slices.Contains(without, t.ID) {
			texts = append(texts, t)
		}
	}
	c, err := corpus.New(texts, s.Aliases)
	if err != nil {
		return nil, fmt.Errorf("eval: %w", err)
	}
	return c, nil
}

// Read reads a set in the JSON of SQuAD or, when the first line is an object of
// its own with a "question" or the name ends in .jsonl, as JSON Lines. Only the
// latter are about a corpus.
func Read(path, lang string, load func() (*corpus.Corpus, error)) (*Set, error) {
	b, err := readFile(path)
	if err != nil {
		return nil, err
	}
	var set *Set
	var c *corpus.Corpus
	if !isLines(path, b) {
		set, err = namedSQuAD(path, b, lang)
	} else if c, err = load(); err == nil {
		set, err = parseLines(path, b, lang, c)
	}
	if err != nil {
		return nil, err
	}
	if id := set.repeated(); id != "" {
		set.Warnings = append(set.Warnings, fmt.Sprintf("%s: %q is the id of several questions: predictions stand in the order of the file", path, id))
	}
	return set, nil
}

func isLines(path string, b []byte) bool {
	first, _, _ := bytes.Cut(bytes.TrimSpace(b), []byte("\n"))
	var keys map[string]json.RawMessage
	if json.Unmarshal(first, &keys) == nil && (keys["data"] != nil || keys["question"] != nil) {
		return keys["data"] == nil
	}
	return strings.EqualFold(filepath.Ext(path), ".jsonl")
}

// readFile reads a file of UTF-8, without its byte order mark.
func readFile(path string) ([]byte, error) {
	b, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("eval: %w", err)
	}
	n := 0
	for line := range bytes.Lines(b) {
		n++
		if !utf8.Valid(line) {
			return nil, fmt.Errorf("eval: %s:%d: not UTF-8: save it as UTF-8, not compressed", path, n)
		}
	}
	return bytes.TrimPrefix(b, []byte("\ufeff")), nil
}

// repeated returns the first id that two questions have.
func (s *Set) repeated() string {
	seen := make(map[string]bool)
	for i := range s.Questions {
		id := s.Questions[i].ID
		if seen[id] {
			return id
		}
		seen[id] = true
	}
	return ""
}

// Fold returns which of n folds an article belongs to. One article is wholly
// in one fold, in every set alike.
func Fold(article string, n int) int {
	sum := sha256.Sum256([]byte(article))
	return int(sum[7]) % n
}
