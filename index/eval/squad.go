package eval

import (
	"bytes"
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
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
			Text  *string `json:"text"`
			Start *int    `json:"answer_start"`
		} `json:"answers"`
	}
)

// ReadSQuAD reads a file in the JSON form of SQuAD 1.1 or 2.0: each article
// becomes a text, each paragraph a passage. With lang "" the language of each
// article is told from its words, or from the other articles.
//
// A sentence is right that holds an answer of any annotator from its first
// letter to its last. If an answer goes over the end of a sentence, no sentence
// is right: nobody would have been shown it.
func ReadSQuAD(path, lang string) (*Set, error) {
	b, err := readFile(path)
	if err != nil {
		return nil, err
	}
	return namedSQuAD(path, b, lang)
}

func namedSQuAD(path string, b []byte, lang string) (*Set, error) {
	set, err := parseSQuAD(b, lang)
	if err != nil {
		return nil, fmt.Errorf("eval: %s:%w", path, err)
	}
	for i, w := range set.Warnings {
		set.Warnings[i] = path + ": " + w
	}
	return set, nil
}

// parseSQuAD is ReadSQuAD on bytes. Its errors go on after "file:".
func parseSQuAD(b []byte, lang string) (*Set, error) {
	var file squadFile
	if err := json.Unmarshal(b, &file); err != nil {
		return nil, jsonError(b, err)
	}
	if len(file.Data) == 0 {
		return nil, errors.New(` no articles in "data": a file of SQuAD has {"data": [{"title", "paragraphs"}]}, and questions of your own, one object a line, stand in a file that ends in .jsonl`)
	}
	set := &Set{Foreign: "adversarial", origins: make(map[string]origin)}
	if err := set.addArticles(file.Data, lang); err != nil {
		return nil, err
	}
	if len(set.Questions) == 0 {
		return nil, errors.New(` no questions: give paragraphs "qas", each with "question" and "answers"`)
	}
	return set, nil
}

// addArticles adds articles. One whose words do not tell its
// language, as a single sentence may not, is in that of most others.
func (s *Set) addArticles(all []squadArticle, lang string) error {
	told := make([]string, len(all))
	count := make(map[string]int)
	for n, a := range all {
		if told[n] = cmp.Or(lang, corpus.DetectLanguage(a.body())); told[n] != "" {
			count[told[n]]++
		}
	}
	most := ""
	for _, l := range slices.Sorted(maps.Keys(count)) {
		if count[l] > count[most] {
			most = l
		}
	}
	var odd oddities
	for n, a := range all {
		if err := s.addArticle(n, a, cmp.Or(told[n], most), &odd); err != nil {
			return err
		}
	}
	s.Warnings = append(s.Warnings, odd.warnings()...)
	return nil
}

// body returns all contexts as one text. One that is missing is refused later.
func (a *squadArticle) body() string {
	var b strings.Builder
	for _, p := range a.Paragraphs {
		if p.Context != nil {
			b.WriteString(*p.Context + parting)
		}
	}
	return b.String()
}

// parting stands after each context in the body of a text.
const parting = "\n\n"

// oddities are where in a file is what does not stop it.
type oddities struct {
	misread []string // answers that are not what stands there
	parted  []string // questions whose answers go over the ends of sentences
}

func (o *oddities) warnings() []string {
	var out []string
	add := func(at []string, one, many, then string) {
		switch len(at) {
		case 0:
		case 1:
			out = append(out, fmt.Sprintf("%s %s: %s", at[0], one, then))
		default:
			out = append(out, fmt.Sprintf("%d %s, the first is %s: %s", len(at), many, at[0], then))
		}
	}
	add(o.misread, `is not what its context has at "answer_start"`, `answers are not what their contexts have at "answer_start"`,
		"what stands there counts; give the number of characters (code points) before the answer")
	add(o.parted, "has no answer within one sentence", "questions have no answer within one sentence", "counted as missed")
	return out
}

// addArticle adds article number n. The contexts are passages as they are: they
// are no Markdown, and the first line of one is no title.
func (s *Set) addArticle(n int, a squadArticle, lang string, odd *oddities) error {
	if i := slices.IndexFunc(a.Paragraphs, func(p squadParagraph) bool { return p.Context == nil }); i >= 0 {
		return fmt.Errorf(` data[%d].paragraphs[%d]: no "context": give the text of the paragraph`, n, i)
	}
	id := s.freeID(a.Title, n)
	t := &corpus.Text{ID: id, Path: id + ".txt", Title: strings.ReplaceAll(a.Title, "_", " "), Language: lang, Body: a.body()}
	if t.Title == "" {
		t.Title = id
	}
	sum := sha256.Sum256([]byte(t.Body))
	t.Hash = hex.EncodeToString(sum[:])
	from := origin{article: n, title: a.Title}
	start := 0
	for i, p := range a.Paragraphs {
		r := corpus.Range{Start: start, End: start + len(*p.Context)}
		start = r.End + len(parting)
		sentences := corpus.Sentences(t.Body, r, lang)
		for j, qa := range p.QAs {
			where := fmt.Sprintf("data[%d].paragraphs[%d].qas[%d]", n, i, j)
			q := Question{Text: qa.Question, Article: id, Passage: len(t.Passages)}
			q.ID, q.id = idOf(qa.ID, len(s.Questions))
			if strings.TrimSpace(q.Text) == "" {
				return fmt.Errorf(` %s: no "question": give its text`, where)
			}
			if !qa.Impossible {
				q.answerable = len(qa.Answers) > 0
				for k, ans := range qa.Answers {
					at := fmt.Sprintf("%s.answers[%d]", where, k)
					if ans.Start == nil || ans.Text == nil {
						return fmt.Errorf(` %s: no "answer_start" or no "text": give both, or "answers": [] if the context has none`, at)
					}
					read, stands, ok := answerRange(*p.Context, *ans.Start, utf8.RuneCountInString(*ans.Text))
					if !ok {
						return fmt.Errorf(` %s: the answer is empty or outside the context: give the number of characters before it as "answer_start", or "answers": [] if the context has none`, at)
					}
					if read != *ans.Text {
						odd.misread = append(odd.misread, at)
					}
					place := Place{q.Passage, holding(sentences, corpus.Range{Start: r.Start + stands.Start, End: r.Start + stands.End})}
					if place.Sentence >= 0 && !slices.Contains(q.Places, place) {
						q.Places = append(q.Places, place)
					}
				}
				if q.answerable && len(q.Places) == 0 {
					odd.parted = append(odd.parted, where)
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

// idOf returns a question's id, or its number where it has none, as text and as
// the file gives it.
func idOf(id json.RawMessage, number int) (string, any) {
	var s string
	switch {
	case len(id) == 0 || string(id) == "null":
		s = fmt.Sprint(number)
	case json.Unmarshal(id, &s) != nil:
		return string(id), id
	}
	return s, s
}

// answerRange returns what stands in a context from one character (code point)
// on for a number of them, and where that is in bytes, less the white space
// around it. It is not ok when that is nothing or not all in the context.
func answerRange(context string, start, length int) (string, corpus.Range, bool) {
	from, inside := offset(context, start)
	to, ends := offset(context, start+length)
	if !inside || !ends {
		return "", corpus.Range{}, false
	}
	read := context[from:to]
	from += len(read) - len(strings.TrimLeftFunc(read, unicode.IsSpace))
	to = from + len(strings.TrimSpace(read))
	return read, corpus.Range{Start: from, End: to}, from < to
}

// offset turns an offset in characters into one in bytes; false outside s.
func offset(s string, chars int) (int, bool) {
	for i := range s {
		if chars == 0 {
			return i, true
		}
		chars--
	}
	return len(s), chars == 0
}

// holding returns which sentence holds a range, -1 if none holds it wholly.
func holding(sentences []corpus.Range, r corpus.Range) int {
	return slices.IndexFunc(sentences, func(s corpus.Range) bool { return s.Contains(r) })
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
		return fmt.Errorf("%d:%d: %w", line, column, kindError(kind))
	}
	return fmt.Errorf("%d:%d: the JSON cannot be read, correct it there: %w", line, column, err)
}

// kindError says what stands where another kind of value should.
func kindError(err *json.UnmarshalTypeError) error {
	return fmt.Errorf("%s must be %s; found: %s", cmp.Or(err.Field, "the whole"), wanted(err), err.Value)
}

// wanted names a type as JSON does.
func wanted(err *json.UnmarshalTypeError) string {
	switch err.Type.Kind().String() {
	case "slice":
		return "a list"
	case "struct", "map":
		return "an object"
	case "int":
		return "a whole number"
	case "bool":
		return "true or false"
	}
	return "a string"
}
