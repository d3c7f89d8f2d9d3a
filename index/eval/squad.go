package eval

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"rapporteur/corpus"
)

// The JSON form of SQuAD. Pointers tell what is missing from what is zero.
type (
	squadFile struct {
		Data []squadArticle `json:"data"`
	}
	squadArticle struct {
		Title      string           `json:"title"`
		Paragraphs []squadParagraph `json:"paragraphs"`
	}
	squadParagraph struct {
		Context *string         `json:"context"`
		QAs     []squadQuestion `json:"qas"`
	}
	squadQuestion struct {
		ID         json.RawMessage `json:"id"` // a string, in some sets a number
		Question   string          `json:"question"`
		Impossible bool            `json:"is_impossible"`
		Answers    []struct {
			Start *int `json:"answer_start"`
		} `json:"answers"`
	}
)

// ReadSQuAD reads a file in the JSON form of SQuAD 1.1 or 2.0: each article
// becomes a text, each paragraph a passage. With lang "" the language of each
// article is told from its words.
func ReadSQuAD(path, lang string) (*Set, error) {
	b, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("eval: %w", err)
	}
	set, err := parseSQuAD(b, lang)
	if err != nil {
		return nil, fmt.Errorf("eval: %s:%w", path, err)
	}
	return set, nil
}

// parseSQuAD is ReadSQuAD on bytes. Its errors go on after "file:".
func parseSQuAD(b []byte, lang string) (*Set, error) {
	var file squadFile
	b = bytes.TrimPrefix(b, []byte("\ufeff"))
	if err := json.Unmarshal(b, &file); err != nil {
		return nil, jsonError(b, err)
	}
	if len(file.Data) == 0 {
		return nil, errors.New(` no articles in "data": a file of SQuAD has {"data": [{"title", "paragraphs"}]}, and questions of your own, one object a line, stand in a file that ends in .jsonl`)
	}
	set := &Set{Foreign: "adversarial", origins: make(map[string]origin)}
	for n, a := range file.Data {
		if err := set.addArticle(n, a, lang); err != nil {
			return nil, err
		}
	}
	if len(set.Questions) == 0 {
		return nil, errors.New(` no questions: give paragraphs "qas", each with "question" and "answers"`)
	}
	return set, nil
}

// addArticle adds article number n. The contexts are passages as they are: they
// are no Markdown, and the first line of one is no title.
func (s *Set) addArticle(n int, a squadArticle, lang string) error {
	var body strings.Builder
	for i, p := range a.Paragraphs {
		if p.Context == nil {
			return fmt.Errorf(` data[%d].paragraphs[%d]: no "context": give the text of the paragraph`, n, i)
		}
		body.WriteString(*p.Context + "\n\n")
	}
	if lang == "" {
		lang = corpus.DetectLanguage(body.String())
	}
	id := s.freeID(a.Title, n)
	t := &corpus.Text{ID: id, Path: id + ".txt", Title: strings.ReplaceAll(a.Title, "_", " "), Language: lang, Body: body.String()}
	if t.Title == "" {
		t.Title = id
	}
	sum := sha256.Sum256([]byte(t.Body))
	t.Hash = hex.EncodeToString(sum[:])
	from := origin{article: n, title: a.Title}
	start := 0
	for i, p := range a.Paragraphs {
		r := corpus.Range{Start: start, End: start + len(*p.Context)}
		start = r.End + len("\n\n")
		sentences := corpus.Sentences(t.Body, r, lang)
		for j, qa := range p.QAs {
			where := fmt.Sprintf("data[%d].paragraphs[%d].qas[%d]", n, i, j)
			q := Question{ID: qa.id(len(s.Questions)), Text: qa.Question, Article: id, Passage: len(t.Passages)}
			if strings.TrimSpace(q.Text) == "" {
				return fmt.Errorf(` %s: no "question": give its text`, where)
			}
			if !qa.Impossible {
				q.answerable = len(qa.Answers) > 0
				for k, ans := range qa.Answers {
					at, ok := offset(*p.Context, ans.Start)
					if !ok {
						return fmt.Errorf(` %s.answers[%d]: "answer_start" is missing or outside the context: give the number of characters before the answer`, where, k)
					}
					place := Place{q.Passage, holding(sentences, r.Start+at)}
					if !slices.Contains(q.Places, place) {
						q.Places = append(q.Places, place)
					}
				}
			}
			s.Questions = append(s.Questions, q)
		}
		if len(sentences) > 0 {
			t.Passages = append(t.Passages, corpus.Passage{Range: r, Sentences: sentences})
			from.paragraphs = append(from.paragraphs, i)
		}
	}
	s.Texts = append(s.Texts, t)
	s.origins[id] = from
	return nil
}

// freeID returns the title as an id, with a number if there was one like it.
func (s *Set) freeID(title string, n int) string {
	if title == "" {
		title = fmt.Sprintf("article-%d", n)
	}
	id := title
	for i := 2; ; i++ {
		if _, taken := s.origins[id]; !taken {
			return id
		}
		id = fmt.Sprintf("%s (%d)", title, i)
	}
}

// id returns the question's id, or its number where it has none.
func (qa *squadQuestion) id(number int) string {
	var s string
	switch {
	case len(qa.ID) == 0 || string(qa.ID) == "null":
		return fmt.Sprint(number)
	case json.Unmarshal(qa.ID, &s) == nil:
		return s
	}
	return string(qa.ID)
}

// offset turns an offset in characters into one in bytes, past any white space
// there. It reports whether some of the context follows.
func offset(context string, chars *int) (int, bool) {
	if chars == nil || *chars < 0 {
		return 0, false
	}
	left := *chars
	for i, r := range context {
		if left > 0 {
			left--
		} else if !unicode.IsSpace(r) {
			return i, true
		}
	}
	return 0, false
}

// holding returns which sentence holds a byte that is not white space.
func holding(sentences []corpus.Range, at int) int {
	return slices.IndexFunc(sentences, func(s corpus.Range) bool { return s.Start <= at && at < s.End })
}

// jsonError says on which line the JSON is wrong, and where in it.
func jsonError(b []byte, err error) error {
	var syntax *json.SyntaxError
	var kind *json.UnmarshalTypeError
	at := int64(len(b))
	switch {
	case errors.As(err, &syntax):
		at = syntax.Offset
	case errors.As(err, &kind):
		at = kind.Offset
	}
	before := b[:min(at, int64(len(b)))]
	line := bytes.Count(before, []byte("\n")) + 1
	column := utf8.RuneCount(before[bytes.LastIndexByte(before, '\n')+1:])
	if kind != nil {
		return fmt.Errorf("%d:%d: %s must be %s, not a %s", line, column, kind.Field, wanted(kind), kind.Value)
	}
	return fmt.Errorf("%d:%d: the JSON cannot be read, correct it there: %w", line, column, err)
}

// wanted names a type as JSON does.
func wanted(err *json.UnmarshalTypeError) string {
	switch err.Type.Kind().String() {
	case "slice":
		return "a list"
	case "struct":
		return "an object"
	case "int":
		return "a whole number"
	case "bool":
		return "true or false"
	}
	return "a string"
}
