// Package eval measures how well sentences are found and how well the index
// knows that it has none.
package eval

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"os"
	"slices"
	"strings"

	"rapporteur/corpus"
)

// Set is a set of questions over texts.
type Set struct {
	Texts     []*corpus.Text
	Questions []Question
}

// Question is a question and where its answer stands.
type Question struct {
	Text string
	// Article is the id of the text that the question was asked about.
	Article string
	// Passage is the number of the passage that it was asked about.
	Passage int
	// Places are where the sentences stand that hold one of the answers: none
	// for a question that the text does not answer.
	Places []Place
}

// Place is a sentence of a text.
type Place struct{ Passage, Sentence int }

// Right reports whether a sentence answers the question.
func (q *Question) Right(text string, passage, sentence int) bool {
	return text == q.Article && slices.Contains(q.Places, Place{passage, sentence})
}

// ReadSQuAD reads a file in the JSON form of SQuAD 1.1 or 2.0: each article
// becomes a text, each paragraph a passage.
func ReadSQuAD(path, lang string) (*Set, error) {
	b, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("eval: %w", err)
	}
	var file struct {
		Data []struct {
			Title      string
			Paragraphs []struct {
				Context string
				QAs     []struct {
					Question string
					Answers  []struct {
						Start int `json:"answer_start"`
					}
				}
			}
		}
	}
	if err := json.Unmarshal(b, &file); err != nil {
		return nil, fmt.Errorf("eval: %s: %w", path, err)
	}
	set := new(Set)
	for _, a := range file.Data {
		t := &corpus.Text{ID: a.Title, Path: a.Title + ".txt", Title: strings.ReplaceAll(a.Title, "_", " "), Language: lang}
		var body strings.Builder
		for n, p := range a.Paragraphs {
			r := corpus.Range{Start: body.Len(), End: body.Len() + len(p.Context)}
			body.WriteString(p.Context + "\n\n")
			passage := corpus.Passage{Range: r, Sentences: corpus.Sentences(body.String(), r, lang)}
			t.Passages = append(t.Passages, passage)
			for _, qa := range p.QAs {
				q := Question{Text: qa.Question, Article: t.ID, Passage: n}
				for _, ans := range qa.Answers {
					at := r.Start + byteOffset(p.Context, ans.Start)
					for i, s := range passage.Sentences {
						if s.Start <= at && at < s.End && !slices.Contains(q.Places, Place{n, i}) {
							q.Places = append(q.Places, Place{n, i})
						}
					}
				}
				set.Questions = append(set.Questions, q)
			}
		}
		t.Body = body.String()
		sum := sha256.Sum256([]byte(t.Body))
		t.Hash = hex.EncodeToString(sum[:])
		set.Texts = append(set.Texts, t)
	}
	return set, nil
}

// byteOffset turns an offset in characters into one in bytes.
func byteOffset(s string, chars int) int {
	for i := range s {
		if chars == 0 {
			return i
		}
		chars--
	}
	return len(s)
}

// Corpus returns the set's texts as a corpus, without those that are named.
func (s *Set) Corpus(without ...string) (*corpus.Corpus, error) {
	var texts []*corpus.Text
	for _, t := range s.Texts {
		if !slices.Contains(without, t.ID) {
			texts = append(texts, t)
		}
	}
	return corpus.New(texts, corpus.Aliases{})
}

// Fold returns which of n folds an article belongs to. One article is wholly
// in one fold, in every set alike.
func Fold(article string, n int) int {
	sum := sha256.Sum256([]byte(article))
	return int(sum[7]) % n
}
