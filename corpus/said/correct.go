package said

import (
	"cmp"
	"errors"
	"fmt"
	"io/fs"
	"slices"
	"strings"

	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/parser"

	"rapporteur/corpus"
)

// CorrectionFile is where a corpus folder keeps what people know better than
// the rules: a list of entries such as
//
//   - text: berlin-talks
//     words: the talks went well
//     speaker: Boris Pistorius
//
// An entry without a speaker clears it.
const CorrectionFile = "said.yaml"

// A Correction sets or clears the speaker of the statements that share the
// words.
type Correction struct {
	Text    string `yaml:"text"`              // the id
	Words   string `yaml:"words"`             // as they stand in the text, white space aside
	Speaker string `yaml:"speaker,omitempty"` // "" clears
	Line    int    `yaml:"-"`                 // of the file
}

// ReadCorrections reads the correction file at the root of fsys. There being
// none is no error. An error is a corpus.Problem with the line.
func ReadCorrections(fsys fs.FS) ([]Correction, error) {
	b, err := fs.ReadFile(fsys, CorrectionFile)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil, nil
	case err != nil:
		return nil, err
	}
	problem := func(line int, err error) error {
		return corpus.Problem{Path: CorrectionFile, Line: line, Err: fmt.Errorf("%w: no correction is used; give a list of text, words and speaker", err)}
	}
	if corpus.Leaves(fsys, CorrectionFile) {
		return nil, problem(0, errors.New("is a link that leads out of the folder"))
	}
	file, err := parser.ParseBytes(b, 0)
	if err != nil {
		var bad *yaml.SyntaxError
		if errors.As(err, &bad) {
			return nil, problem(bad.Token.Position.Line, errors.New(bad.Message))
		}
		return nil, problem(0, err)
	}
	var out []Correction
	for _, doc := range file.Docs {
		if doc.Body == nil {
			continue // comments only
		}
		list, ok := doc.Body.(*ast.SequenceNode)
		if !ok {
			return nil, problem(doc.Body.GetToken().Position.Line, errors.New("this is no list"))
		}
		for _, n := range list.Values {
			line := n.GetToken().Position.Line
			var c Correction
			if err := yaml.NodeToValue(n, &c, yaml.DisallowUnknownField()); err != nil {
				return nil, problem(line, errors.New("this entry is none of text, words and speaker"))
			}
			c.Words, c.Speaker, c.Line = oneSpace(c.Words), oneSpace(c.Speaker), line
			if c.Text == "" || c.Words == "" {
				return nil, problem(line, errors.New("this entry has no text or no words"))
			}
			out = append(out, c)
		}
	}
	return out, nil
}

// WriteCorrections returns the bytes of a correction file.
func WriteCorrections(list []Correction) ([]byte, error) { return yaml.Marshal(list) }

// Correct applies the corrections of a text to what was found in it, and
// returns those that no longer match: whose words do not stand there. Words that
// no statement shares become one of the speaker's.
func (f Found) Correct(t *corpus.Text, corrections []Correction) (Found, []Correction, error) {
	mine := make([]Correction, 0, len(corrections))
	for _, c := range corrections {
		if c.Text == t.ID {
			mine = append(mine, c)
		}
	}
	if len(mine) == 0 {
		return f, nil, nil
	}
	body, err := t.Whole()
	if err != nil {
		return f, nil, err
	}
	f.Statements = slices.Clone(f.Statements)
	var unmatched []Correction
	for _, c := range mine {
		places := occurrences(body, strings.Fields(c.Words))
		if len(places) == 0 {
			unmatched = append(unmatched, c)
		}
		for _, r := range places {
			f.set(t, r, c.Speaker)
		}
	}
	slices.SortStableFunc(f.Statements, func(a, b Statement) int { return cmp.Or(a.Start-b.Start, b.End-a.End) })
	return f, unmatched, nil
}

// Check returns a problem for each correction that no longer matches: its text
// is gone, or its words do not stand there any more.
func Check(c *corpus.Corpus, corrections []Correction) ([]corpus.Problem, error) {
	var out []corpus.Problem
	say := func(x Correction, err error) {
		out = append(out, corpus.Problem{Path: CorrectionFile, Line: x.Line, Loaded: true, Err: err})
	}
	for _, x := range corrections {
		t, ok := c.Text(x.Text)
		if !ok {
			say(x, fmt.Errorf("no text %q: remove the entry or mend the id", x.Text))
			continue
		}
		body, err := t.Whole()
		if err != nil {
			return out, err
		}
		if len(occurrences(body, strings.Fields(x.Words))) == 0 {
			say(x, fmt.Errorf("%s does not hold %q any more: mend the words or remove the entry", x.Text, x.Words))
		}
	}
	return out, nil
}

// set gives the statements that share a range the speaker.
func (f *Found) set(t *corpus.Text, r corpus.Range, speaker string) {
	shared := false
	for i := range f.Statements {
		if s := &f.Statements[i]; s.Start < r.End && r.Start < s.End {
			s.Speaker, shared = Speaker{Name: speaker}, true // the words beside the cue are another's
			s.Rule = "correction"
		}
	}
	if !shared && speaker != "" {
		f.Statements = append(f.Statements, Statement{Range: r, Manner: Reported, Speaker: Speaker{Name: speaker}, Day: publication(t.Published), Rule: "correction"})
	}
}

// occurrences returns where the words stand one after the other, with white
// space of any kind between them.
func occurrences(body string, words []string) (out []corpus.Range) {
	for from := 0; ; {
		i := strings.Index(body[from:], words[0])
		if i < 0 {
			return out
		}
		start := from + i
		end := start + len(words[0])
		for _, w := range words[1:] {
			rest := strings.TrimLeft(body[end:], " \t\r\n\u00a0")
			if len(rest) == len(body[end:]) || !strings.HasPrefix(rest, w) {
				end = -1
				break
			}
			end = len(body) - len(rest) + len(w)
		}
		from = start + len(words[0])
		if end > 0 {
			out = append(out, corpus.Range{Start: start, End: end})
			from = end
		}
	}
}
