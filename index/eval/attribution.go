package eval

import (
	"bufio"
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

// Attribution is what an annotator says of a text: who said what. Each part is
// a list of byte ranges, for words may stand between.
type Attribution struct {
	Source, Cue, Content []corpus.Range
	// Direct is set when the content begins and ends with quotation marks.
	Direct bool
	// Head is the head word of the source, in lower case, "" without one.
	Head string
}

// Attributed is a text with all its attributions.
type Attributed struct {
	Text         *corpus.Text
	Attributions []Attribution
}

// ReadAttributions reads JSON Lines, one text a line:
//
//	{"id": "...", "text": "...", "attributions": [{"source": [[0, 5]], "cue": [[6, 10]], "content": [[11, 40]]}]}
//
// with offsets in code points. An optional "language" is ISO 639-1; without it
// the language is told from the words. A source may be empty.
func ReadAttributions(path string) ([]Attributed, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	var out []Attributed
	lines := bufio.NewScanner(f)
	lines.Buffer(nil, corpus.MaxSize)
	for n := 1; lines.Scan(); n++ {
		if strings.TrimSpace(lines.Text()) == "" {
			continue
		}
		a, err := readAttributed(lines.Bytes())
		if err != nil {
			return nil, fmt.Errorf("%s:%d: %w", path, n, err)
		}
		out = append(out, a)
	}
	switch err := lines.Err(); {
	case err != nil:
		return nil, fmt.Errorf("%s: %w", path, err)
	case len(out) == 0:
		return nil, fmt.Errorf("%s: no texts: give JSON Lines with id, text and attributions", path)
	}
	return out, nil
}

func readAttributed(line []byte) (Attributed, error) {
	var in struct {
		ID, Text, Language string
		Attributions       []struct{ Source, Cue, Content [][2]int }
	}
	if err := json.Unmarshal(line, &in); err != nil {
		return Attributed{}, err
	}
	if in.ID == "" || in.Text == "" {
		return Attributed{}, errors.New("id or text is missing")
	}
	t, _, bad := corpus.Parse(in.ID+".txt", in.Text)
	if bad != nil {
		return Attributed{}, bad
	}
	if in.Language != "" {
		t.Language = in.Language
	}
	at := codePoints(in.Text)
	ranges := func(spans [][2]int) (out []corpus.Range, err error) {
		for _, s := range spans {
			if s[0] < 0 || s[1] <= s[0] || s[1] >= len(at) {
				return nil, fmt.Errorf("range %d to %d lies outside the text of %d code points", s[0], s[1], len(at)-1)
			}
			out = append(out, corpus.Range{Start: at[s[0]], End: at[s[1]]})
		}
		slices.SortFunc(out, func(a, b corpus.Range) int { return a.Start - b.Start })
		return out, nil
	}
	out := Attributed{Text: t}
	for i, a := range in.Attributions {
		var x Attribution
		var errs [3]error
		x.Source, errs[0] = ranges(a.Source)
		x.Cue, errs[1] = ranges(a.Cue)
		x.Content, errs[2] = ranges(a.Content)
		if err := errors.Join(errs[:]...); err != nil {
			return Attributed{}, fmt.Errorf("attribution %d: %w", i+1, err)
		}
		if len(x.Content) == 0 {
			return Attributed{}, fmt.Errorf("attribution %d has no content", i+1)
		}
		x.Direct = quoted(in.Text[x.Content[0].Start:x.Content[len(x.Content)-1].End])
		if len(x.Source) > 0 {
			x.Head = head(in.Text[x.Source[0].Start:x.Source[0].End])
		}
		out.Attributions = append(out.Attributions, x)
	}
	return out, nil
}

// codePoints returns the byte at which each code point begins, and the length.
func codePoints(s string) []int {
	at := make([]int, 0, len(s)+1)
	for i := range s {
		at = append(at, i)
	}
	return append(at, len(s))
}

const quotationMarks = `"'“”„«»‘’` + "`"

// quoted reports whether a content begins and ends with quotation marks.
func quoted(s string) bool {
	s = strings.TrimSpace(s)
	first, _ := utf8.DecodeRuneInString(s)
	last, _ := utf8.DecodeLastRuneInString(s)
	return len(s) > 1 && strings.ContainsRune(quotationMarks, first) && strings.ContainsRune(quotationMarks, last)
}

// behindHead are the words that end the noun phrase of a source's head.
var behindHead = func() map[string]bool {
	m := make(map[string]bool)
	for w := range strings.FieldsSeq("who whom whose which that of for in at on from with by about to after before during against among under over as and or") {
		m[w] = true
	}
	return m
}()

// head returns the head word of a source: the last word before a comma, a
// bracket, a preposition or a relative clause.
func head(source string) string {
	out := ""
	for w := range strings.FieldsSeq(source) {
		bare := strings.ToLower(strings.TrimFunc(w, func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) }))
		if out != "" && (behindHead[bare] || strings.HasPrefix(w, "(") || bare == "" || strings.HasSuffix(bare, "ed") && len(bare) > 4 && !strings.HasSuffix(bare, "united")) {
			break
		}
		if bare != "" {
			out = strings.TrimSuffix(strings.TrimSuffix(bare, "'s"), "’s")
		}
		if strings.HasSuffix(w, ",") && out != "" {
			break
		}
	}
	return out
}

// right reports whether a mention is the source: it holds the head word and is
// at most one and a half times as long.
func (a *Attribution) right(body string, mention corpus.Range) bool {
	if a.Head == "" || mention.Len() == 0 {
		return false
	}
	length := a.Source[len(a.Source)-1].End - a.Source[0].Start
	if 2*mention.Len() > 3*length {
		return false
	}
	for w := range strings.FieldsFuncSeq(strings.ToLower(mention.Of(body)), func(r rune) bool { return unicode.IsSpace(r) || strings.ContainsRune(",;()\"“”", r) }) {
		w = strings.TrimFunc(w, func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) })
		w = strings.TrimSuffix(strings.TrimSuffix(w, "'s"), "’s")
		if w == a.Head {
			return true
		}
	}
	return false
}
