package eval

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"unicode/utf8"

	"rapporteur/corpus"
)

// prediction is the answer to one question, for others to judge.
type prediction struct {
	ID         any        `json:"id"` // as in the file: a number stays one
	Answered   bool       `json:"answered"`
	Confidence float64    `json:"confidence"`
	Ranked     []location `json:"ranked"`
}

// location is where a sentence stands, in the terms of the file that was read.
type location struct {
	Title     string `json:"title"`
	Article   *int   `json:"article,omitempty"` // its number in the file: titles may repeat
	Text      string `json:"text,omitempty"`    // the id, in a set over a corpus
	Paragraph int    `json:"paragraph"`         // its number in the article
	Start     int    `json:"start"`             // in characters (code points) of the paragraph
	End       int    `json:"end"`
	Sentence  string `json:"sentence,omitempty"` // for JSON Lines, whose answers are words
}

// WritePredictions writes a JSON object a line for each question, in order, with
// the ten best sentences. It counts as answered from the confidence on.
func WritePredictions(w io.Writer, set *Set, outcomes []Outcome, from float64) error {
	out := bufio.NewWriter(w)
	e := json.NewEncoder(out)
	e.SetEscapeHTML(false)
	for i, o := range outcomes {
		p := prediction{ID: set.Questions[i].id, Answered: len(o.Hits) > 0 && o.Confidence >= from, Confidence: o.Confidence, Ranked: []location{}}
		for _, h := range o.Hits {
			p.Ranked = append(p.Ranked, set.locate(h.Text, h.Passage, h.Sentence))
		}
		if err := e.Encode(p); err != nil {
			return fmt.Errorf("eval: %w", err)
		}
	}
	if err := out.Flush(); err != nil {
		return fmt.Errorf("eval: %w", err)
	}
	return nil
}

func (s *Set) locate(t *corpus.Text, passage int, sentence corpus.Range) location {
	within := t.Passages[passage]
	start := utf8.RuneCountInString(t.Body[within.Start:sentence.Start])
	l := location{Title: t.Title, Text: t.ID, Paragraph: passage, Start: start, End: start + utf8.RuneCountInString(sentence.Of(t.Body))}
	if from, ok := s.origins[t.ID]; ok {
		l.Title, l.Article, l.Text, l.Paragraph = from.title, &from.article, "", from.paragraphs[passage]
	}
	if s.lines {
		l.Sentence = sentence.Of(t.Body)
	}
	return l
}
