package eval

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"

	"rapporteur/corpus"
	"rapporteur/index/words"
)

// A line of JSON Lines.
type line struct {
	ID       json.RawMessage `json:"id"`
	Question string          `json:"question"`
	Answers  *[]string       `json:"answers"`
	Texts    []string        `json:"texts"`

	number int
	texts  []string // the ids of Texts
}

// parseLines reads questions, one JSON object a line:
//
//	{"question": "...", "answers": ["..."], "texts": ["..."]}
//
// A sentence that holds an answer, in whole words, is right, whatever the case
// of its letters and the form of its spaces and quotation marks. No answers
// means that no text has any. Texts, if given, are those the sentence may stand
// in: texts of the corpus, by id, path or title, or, if no line names one, the
// texts themselves, of all lines together, which are then asked instead of the
// corpus. An "id" may be given too.
func parseLines(path string, b []byte, lang string, c *corpus.Corpus) (*Set, error) {
	lines, err := decodeLines(b)
	if err == nil && len(lines) == 0 {
		err = errors.New(` no questions: give one a line, such as {"question": "Who leads the force?", "answers": ["France"]}`)
	}
	set := &Set{Texts: c.Texts(), Aliases: c.Aliases(), Foreign: "unanswerable", lines: true}
	if err == nil {
		err = set.resolve(lines, lang)
	}
	if err != nil {
		return nil, fmt.Errorf("eval: %s:%w", path, err)
	}
	sentences := foldSentences(set.Texts)
	for _, l := range lines {
		q := l.asked(sentences)
		if q.answerable && len(q.Elsewhere) == 0 {
			set.Warnings = append(set.Warnings, fmt.Sprintf("%s:%d: no sentence contains any of the answers, so the question counts as missed: take them from the text word for word, or give [] if there is none", path, l.number))
		}
		set.Questions = append(set.Questions, q)
	}
	return set, nil
}

// decodeLines reads the objects. Its errors go on after "file:".
func decodeLines(b []byte) ([]line, error) {
	var lines []line
	n := 0
	for raw := range bytes.Lines(b) {
		n++
		if len(bytes.TrimSpace(raw)) == 0 {
			continue
		}
		l := line{number: n}
		if err := l.decode(raw); err != nil {
			return nil, fmt.Errorf("%d: %w", n, err)
		}
		lines = append(lines, l)
	}
	return lines, nil
}

func (l *line) decode(raw []byte) error {
	if err := json.Unmarshal(raw, l); err != nil {
		var kind *json.UnmarshalTypeError
		if errors.As(err, &kind) && kind.Field != "" {
			return kindError(kind)
		}
		return fmt.Errorf("the line is no JSON object, correct it: %w", err)
	}
	switch {
	case strings.TrimSpace(l.Question) == "":
		return errors.New(`no "question": give its text`)
	case l.Answers == nil:
		return errors.New(`no "answers": give the words of the answer, or [] if no text has any`)
	case slices.ContainsFunc(*l.Answers, func(a string) bool { return fold(a) == "" }):
		return errors.New(`an answer is empty: give its words, or "answers": [] if no text has any`)
	}
	return nil
}

// resolve finds out which texts the lines mean: those of the corpus, as soon as
// one is named. What has no white space may be a name that is misspelt, so that
// alone it is not taken for a text.
func (s *Set) resolve(lines []line, lang string) error {
	names := make(map[string][]string) // to ids; an id or path names one text, whatever others are titled
	for _, t := range s.Texts {
		names[t.Title] = append(names[t.Title], t.ID)
	}
	for _, t := range s.Texts {
		names[t.ID], names[t.Path] = []string{t.ID}, []string{t.ID}
	}
	named, prose := false, false
	for _, l := range lines {
		for _, text := range l.Texts {
			named = named || names[text] != nil
			prose = prose || strings.ContainsFunc(text, unicode.IsSpace)
		}
	}
	if prose && !named {
		return s.bring(lines, lang)
	}
	for i := range lines {
		for _, text := range lines[i].Texts {
			if names[text] == nil {
				return fmt.Errorf("%d: there is no text %q: give the id of one, which is its path without the ending, or in all lines the texts themselves", lines[i].number, text)
			}
			lines[i].texts = append(lines[i].texts, names[text]...)
		}
	}
	return nil
}

// bring makes the texts of the lines those of the set, each once. Its id is the
// line and the place in it where it first stands, from 1.
func (s *Set) bring(lines []line, lang string) error {
	var articles []squadArticle
	ids := make(map[string]string)
	for i := range lines {
		for k, text := range lines[i].Texts {
			if ids[text] == "" {
				ids[text] = fmt.Sprintf("%d.%d", lines[i].number, k+1)
				articles = append(articles, article(ids[text], text))
			}
			lines[i].texts = append(lines[i].texts, ids[text])
		}
	}
	s.Texts, s.origins = nil, make(map[string]origin)
	return s.addArticles(articles, lang)
}

// blank is what parts paragraphs.
var blank = regexp.MustCompile(`\n\s*\n`)

// article makes an article of a text that a line brings.
func article(title, text string) squadArticle {
	a := squadArticle{Title: title}
	for _, p := range blank.Split(text, -1) {
		a.Paragraphs = append(a.Paragraphs, squadParagraph{Context: &p})
	}
	return a
}

// asked makes the question of a line.
func (l *line) asked(sentences map[string][]foldedSentence) Question {
	q := Question{Text: l.Question, answerable: len(*l.Answers) > 0}
	q.ID, q.id = idOf(l.ID, l.number)
	var answers []string
	for _, a := range *l.Answers {
		answers = append(answers, fold(a))
	}
	look := func(id string) {
		for _, s := range sentences[id] {
			if slices.ContainsFunc(answers, func(a string) bool { return words.Holds(s.text, a) }) {
				if q.Elsewhere == nil {
					q.Elsewhere = make(map[string][]Place)
				}
				q.Elsewhere[id] = append(q.Elsewhere[id], s.Place)
			}
		}
	}
	if len(l.Texts) == 0 {
		for id := range sentences {
			look(id)
		}
	}
	slices.Sort(l.texts)
	for _, id := range slices.Compact(l.texts) {
		look(id)
	}
	return q
}

// fold brings an answer, or what may hold it, into the form to be compared.
func fold(s string) string { return strings.TrimSpace(words.Fold(norm.NFC.String(s))) }

// foldedSentence is a sentence in the form in which answers are looked for.
type foldedSentence struct {
	Place
	text string
}

func foldSentences(texts []*corpus.Text) map[string][]foldedSentence {
	out := make(map[string][]foldedSentence)
	for _, t := range texts {
		for n, p := range t.Passages {
			for i, s := range p.Sentences {
				out[t.ID] = append(out[t.ID], foldedSentence{Place{n, i}, fold(s.Of(t.Body))})
			}
		}
	}
	return out
}
