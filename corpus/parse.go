package corpus

import (
	"cmp"
	"errors"
	"fmt"
	"maps"
	"net/url"
	"path"
	"slices"
	"strings"
	"unicode"

	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/parser"
)

// frontMatter is what may stand between two lines of --- at the top of a
// text. Everything is optional.
type frontMatter struct {
	Title     string     `yaml:"title"`
	Publisher string     `yaml:"publisher"`
	URL       string     `yaml:"url"`
	Published string     `yaml:"published"`
	Language  string     `yaml:"language"`
	Kind      string     `yaml:"kind"`
	Parties   stringList `yaml:"parties"`
	Licence   string     `yaml:"licence"`
	BasedOn   stringList `yaml:"based_on"`
	Original  string     `yaml:"translation_of"`
	Pages     string     `yaml:"pages"` // see PagesField
}

// stringList is a YAML list of strings, or a single string for a list of one.
type stringList []string

func (l *stringList) UnmarshalYAML(decode func(any) error) error {
	var one string
	if err := decode(&one); err == nil {
		*l = stringList{one}
		return nil
	}
	return decode((*[]string)(l))
}

// clean folds white space and drops what is empty.
func (l stringList) clean() []string {
	var out []string
	for _, s := range l {
		if s = oneLine(s); s != "" {
			out = append(out, s)
		}
	}
	return out
}

const byteOrderMark = "\uFEFF"

// Parse reads a text from the bytes of the file at path, which must be valid
// UTF-8. It returns the text with any warnings, or the Problem for which the
// text is refused.
func Parse(p, body string) (t *Text, warnings []Problem, bad *Problem) {
	t, start, warnings, bad := Head(p, body)
	if bad != nil {
		return nil, nil, bad
	}
	if t.Language == "" {
		t.Language = DetectLanguage(body[start:])
	}
	passages, first, unclosed := scan(body, start, isMarkdown(p), t.Language)
	if len(passages) == 0 {
		return nil, nil, &Problem{Path: p, Err: errors.New("holds no sentence to quote, only headings or markup: add text or remove the file")}
	}
	if unclosed > 0 {
		warnings = append(warnings, Problem{Path: p, Line: unclosed + lineOf([]byte(body), start) - 1, Loaded: true,
			Err: errors.New("opens a block of code or a comment that is never closed: close it, nothing after it is quoted")})
	}
	t.Passages = passages
	t.Title = cmp.Or(t.Title, shorten(oneLine(first), maxTitle), oneLine(path.Base(t.ID)), "-")
	return t, warnings, nil
}

// Head is Parse without what takes long: the text has no passages, and only the
// title and language that its front matter gives. Start is the byte behind the
// front matter.
func Head(p, body string) (t *Text, start int, warnings []Problem, bad *Problem) {
	refuse := func(line int, err error) (*Text, int, []Problem, *Problem) {
		return nil, 0, nil, &Problem{Path: p, Line: line, Err: err}
	}
	if strings.TrimSpace(strings.TrimPrefix(body, byteOrderMark)) == "" {
		return refuse(0, errors.New("is empty: add text or remove the file"))
	}
	matter, start, err := splitFrontMatter(body)
	if err != nil {
		return refuse(1, err)
	}
	fm, lines, err := parseFrontMatter(matter)
	if err != nil {
		return refuse(yamlLine(err)+1, fmt.Errorf("front matter: %w", yamlCause(err)))
	}
	// The first line of the file is ---, so those of the matter are one further.
	field := func(name string, err error) (*Text, int, []Problem, *Problem) {
		return refuse(lines[name]+1, fmt.Errorf("%s: %w", name, err))
	}
	warn := func(line int, err error) {
		warnings = append(warnings, Problem{Path: p, Line: line, Loaded: true, Err: err})
	}
	for _, name := range slices.SortedFunc(maps.Keys(lines), func(a, b string) int { return cmp.Compare(lines[a], lines[b]) }) {
		if !slices.Contains(fields, name) {
			warn(lines[name]+1, fmt.Errorf("front matter: %q is not used: known are %s", name, strings.Join(fields, ", ")))
		}
	}
	t = &Text{
		ID:        strings.TrimSuffix(p, path.Ext(p)),
		Path:      p,
		Title:     shorten(oneLine(fm.Title), maxField),
		Publisher: shorten(oneLine(fm.Publisher), maxField),
		URL:       strings.TrimSpace(fm.URL),
		Kind:      Kind(strings.ToLower(strings.TrimSpace(fm.Kind))),
		Parties:   fm.Parties.clean(),
		Licence:   shorten(oneLine(fm.Licence), maxField),
		BasedOn:   fm.BasedOn.clean(),
		Original:  oneLine(fm.Original),
		Language:  strings.ToLower(strings.TrimSpace(fm.Language)),
		Body:      body,
		Hash:      hashOf([]byte(body)),
	}
	if fm.Pages != "" {
		t.pages = pageEnds(fm.Pages, body, start)
	}
	if s := strings.TrimSpace(fm.Published); s != "" {
		if t.Published, err = ParseDate(s); err != nil {
			return field("published", err)
		}
	}
	if t.Kind == "" {
		t.Kind = Report
	}
	if !slices.Contains([]Kind{Report, Statement, Transcript, Briefing}, t.Kind) {
		return field("kind", fmt.Errorf("%q is none of report, statement, transcript, briefing", fm.Kind))
	}
	if err := checkURL(t.URL); err != nil {
		return field("url", err)
	}
	for _, u := range t.BasedOn {
		if err := checkURL(u); err != nil {
			return field("based_on", err)
		}
	}
	if t.Language != "" {
		base, _, _ := strings.Cut(t.Language, "-") // en-GB is en
		if len(base) != 2 || strings.Trim(base, "abcdefghijklmnopqrstuvwxyz") != "" {
			return field("language", fmt.Errorf("%q is not a two-letter code such as en or uk", fm.Language))
		}
		t.Language = base
	}
	return t, start, warnings, nil
}

func isMarkdown(p string) bool {
	ext := strings.ToLower(path.Ext(p))
	return ext == ".md" || ext == ".markdown"
}

// maxMatter is the longest front matter read, in bytes. Real ones take a tenth
// of it, and the YAML library needs minutes for long nonsense.
const maxMatter = 16 << 10

// splitFrontMatter returns the YAML between the --- lines, its line endings
// made LF, and where the text proper begins. Without front matter the YAML is
// empty.
func splitFrontMatter(body string) (matter string, start int, err error) {
	start = len(body) - len(strings.TrimPrefix(body, byteOrderMark))
	first := lineAt(body, start)
	if strings.TrimRight(first.text, " \t") != "---" {
		return "", start, nil
	}
	for at := first.next; at < len(body); {
		l := lineAt(body, at)
		if end := strings.TrimRight(l.text, " \t"); end == "---" || end == "..." {
			if at-first.next > maxMatter {
				return "", 0, fmt.Errorf("the front matter is longer than %d KB: if none is meant, put an empty line before the ---", maxMatter>>10)
			}
			return strings.NewReplacer("\r\n", "\n", "\r", "\n").Replace(body[first.next:at]), l.next, nil
		}
		at = l.next
	}
	return "", 0, errors.New("the front matter opened by --- is not closed: add a line --- after it")
}

// fields are the names front matter knows.
var fields = []string{"title", "publisher", "url", "published", "language", "kind", "parties", "licence", "based_on", "translation_of", "pages"}

// parseFrontMatter reads front matter and tells on which of its lines the
// fields stand.
func parseFrontMatter(matter string) (fm frontMatter, lines map[string]int, err error) {
	file, err := parser.ParseBytes([]byte(matter), 0)
	if err != nil {
		return fm, nil, err
	}
	lines = make(map[string]int)
	for _, doc := range file.Docs {
		if doc.Body == nil {
			continue // comments only
		}
		if err := yaml.NodeToValue(doc.Body, &fm); err != nil {
			return fm, nil, err
		}
		m, ok := doc.Body.(ast.MapNode)
		if !ok {
			continue // tagged or anchored, which nobody does
		}
		for i := m.MapRange(); i.Next(); {
			lines[i.Key().String()] = i.Key().GetToken().Position.Line
		}
	}
	return fm, lines, nil
}

// yamlLine returns the line an error of the YAML library points at, 0 when it
// points nowhere.
func yamlLine(err error) int {
	var ye yaml.Error
	if errors.As(err, &ye) {
		if tok := ye.GetToken(); tok != nil && tok.Position != nil {
			return tok.Position.Line
		}
	}
	return 0
}

// yamlCause says what an error of the YAML library means, and what to do.
func yamlCause(err error) error {
	var ye yaml.Error
	var wrongType *yaml.TypeError
	var wrongNode *yaml.UnexpectedNodeTypeError
	switch {
	case errors.As(err, &wrongType), errors.As(err, &wrongNode):
		return errors.New("this is not of the form name: value, or the value is not text: see how the other texts do it")
	case errors.As(err, &ye):
		return fmt.Errorf("%s: put a value that holds a colon or a quotation mark in quotation marks", ye.GetMessage())
	}
	return err
}

// maxURL is the longest address taken, in bytes. Some browsers and servers
// refuse more, and it must fit a chat message beside a quote.
const maxURL = 1000

func checkURL(s string) error {
	if s == "" {
		return nil
	}
	if len(s) > maxURL {
		return fmt.Errorf("the address is longer than %d bytes", maxURL)
	}
	u, err := url.Parse(s)
	if strings.ContainsFunc(s, func(r rune) bool { return unicode.IsSpace(r) || unicode.Is(unicode.C, r) }) {
		return fmt.Errorf("%q holds a space or an invisible character: write it as %%20 or take it out", s)
	}
	if err != nil || (u.Scheme != "http" && u.Scheme != "https") || u.Host == "" {
		return fmt.Errorf("%q is not an address that begins with https:// or http://", s)
	}
	return nil
}

// oneLine folds white space and drops control and formatting characters, such
// as the ones that turn the direction of writing: a title is shown to people.
func oneLine(s string) string {
	s = strings.Map(func(r rune) rune {
		if unicode.IsSpace(r) {
			return ' '
		}
		if unicode.Is(unicode.C, r) && r != '\u200C' && r != '\u200D' { // the joiners spell words in some scripts
			return -1
		}
		return r
	}, s)
	return strings.Join(strings.Fields(s), " ")
}

// maxField is the longest title, publisher or licence shown, in characters. It
// must fit a chat message beside a quote.
const maxField = 200

// maxTitle is the longest title made from a first line, in characters: about
// what fits one line of a chat.
const maxTitle = 90

// shorten cuts s at a word's end and marks the cut.
func shorten(s string, max int) string {
	runes := []rune(s)
	if len(runes) <= max {
		return s
	}
	cut := string(runes[:max])
	if i := strings.LastIndexByte(cut, ' '); i > 0 {
		cut = cut[:i]
	}
	return strings.TrimRight(cut, " ,;:–—-") + "…"
}
