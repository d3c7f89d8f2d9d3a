package eval

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"

	"rapporteur/corpus"
	"rapporteur/index/words"
)

// ReadLines reads questions about a corpus, one JSON object a line:
//
//	{"question": "...", "answers": ["..."], "texts": ["..."]}
//
// A sentence that contains an answer is right, whatever the case of its letters
// and the form of its spaces and quotation marks; texts, if given, are the ids
// of those it may stand in. No answers means that the corpus has none. An "id"
// may be given too.
func ReadLines(path string, c *corpus.Corpus) (*Set, error) {
	b, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("eval: %w", err)
	}
	set := &Set{Texts: c.Texts(), Aliases: c.Aliases(), Foreign: "unanswerable"}
	folded := foldSentences(c)
	n := 0
	for line := range bytes.Lines(bytes.TrimPrefix(b, []byte("\ufeff"))) {
		n++
		if line = bytes.TrimSpace(line); len(line) == 0 {
			continue
		}
		q, err := parseLine(line, c, folded)
		if err != nil {
			return nil, fmt.Errorf("eval: %s:%d: %w", path, n, err)
		}
		if q.ID == "" {
			q.ID = fmt.Sprint(n)
		}
		if q.answerable && len(q.Elsewhere) == 0 {
			set.Warnings = append(set.Warnings, fmt.Sprintf("%s:%d: no sentence contains any of the answers, so the question counts as missed: take them from the text word for word, or give [] if there is none", path, n))
		}
		set.Questions = append(set.Questions, q)
	}
	if len(set.Questions) == 0 {
		return nil, fmt.Errorf(`eval: %s: no questions: give one a line, such as {"question": "Who leads the force?", "answers": ["France"]}`, path)
	}
	return set, nil
}

func parseLine(line []byte, c *corpus.Corpus, folded map[string][]foldedSentence) (Question, error) {
	var in struct {
		ID       string    `json:"id"`
		Question string    `json:"question"`
		Answers  *[]string `json:"answers"`
		Texts    []string  `json:"texts"`
	}
	if err := json.Unmarshal(line, &in); err != nil {
		var kind *json.UnmarshalTypeError
		if errors.As(err, &kind) && kind.Field != "" {
			return Question{}, fmt.Errorf("%s must be %s, not a %s", kind.Field, wanted(kind), kind.Value)
		}
		return Question{}, fmt.Errorf("the line is no JSON object, correct it: %w", err)
	}
	q := Question{ID: in.ID, Text: in.Question}
	switch {
	case strings.TrimSpace(in.Question) == "":
		return q, errors.New(`no "question": give its text`)
	case in.Answers == nil:
		return q, errors.New(`no "answers": give the words of the answer, or [] if no text has any`)
	}
	q.answerable = len(*in.Answers) > 0
	var answers []string
	for _, a := range *in.Answers {
		a = strings.TrimSpace(words.Fold(a))
		if a == "" {
			return q, errors.New(`an answer is empty: give its words, or "answers": [] if no text has any`)
		}
		answers = append(answers, a)
	}
	for _, id := range in.Texts {
		if _, ok := c.Text(id); !ok {
			return q, fmt.Errorf("there is no text %q: give the id of one, which is its path without the ending", id)
		}
	}
	for id, sentences := range folded {
		if len(in.Texts) > 0 && !slices.Contains(in.Texts, id) {
			continue
		}
		for _, s := range sentences {
			if slices.ContainsFunc(answers, func(a string) bool { return strings.Contains(s.text, a) }) {
				if q.Elsewhere == nil {
					q.Elsewhere = make(map[string][]Place)
				}
				q.Elsewhere[id] = append(q.Elsewhere[id], s.Place)
			}
		}
	}
	return q, nil
}

// foldedSentence is a sentence in the form in which answers are looked for.
type foldedSentence struct {
	Place
	text string
}

func foldSentences(c *corpus.Corpus) map[string][]foldedSentence {
	out := make(map[string][]foldedSentence)
	for _, t := range c.Texts() {
		for n, p := range t.Passages {
			for i, s := range p.Sentences {
				out[t.ID] = append(out[t.ID], foldedSentence{Place{n, i}, words.Fold(s.Of(t.Body))})
			}
		}
	}
	return out
}
