package corpus

import (
	"bytes"
	"errors"
	"fmt"
	"net/url"
	"path"
	"slices"
	"strings"
	"unicode"

	"github.com/goccy/go-yaml"
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
}

// stringList is a YAML list of strings, or a single string for a list of one.
type stringList []string

func (l *stringList) UnmarshalYAML(b []byte) error {
	var one string
	if err := yaml.Unmarshal(b, &one); err == nil {
		*l = stringList{one}
		return nil
	}
	var many []string
	err := yaml.Unmarshal(b, &many)
	*l = many
	return err
}

const byteOrderMark = "\uFEFF"

// Parse reads a text from the bytes of the file at path, which must be valid
// UTF-8. It returns the text with any warnings, or the Problem for which the
// text is refused.
func Parse(p, body string) (*Text, []Problem, *Problem) {
	refuse := func(line int, err error) (*Text, []Problem, *Problem) {
		return nil, nil, &Problem{Path: p, Line: line, Err: err}
	}
	if strings.TrimSpace(strings.TrimPrefix(body, byteOrderMark)) == "" {
		return refuse(0, errors.New("is empty"))
	}
	matter, start, err := splitFrontMatter(body)
	if err != nil {
		return refuse(1, err)
	}
	fm, warnings, bad := parseFrontMatter(p, matter)
	if bad != nil {
		return nil, nil, bad
	}
	t := &Text{
		ID:        strings.TrimSuffix(p, path.Ext(p)),
		Path:      p,
		Title:     oneLine(fm.Title),
		Publisher: oneLine(fm.Publisher),
		URL:       strings.TrimSpace(fm.URL),
		Kind:      Kind(strings.ToLower(strings.TrimSpace(fm.Kind))),
		Parties:   fm.Parties,
		Licence:   oneLine(fm.Licence),
		BasedOn:   fm.BasedOn,
		Language:  strings.ToLower(strings.TrimSpace(fm.Language)),
		Body:      body,
		Hash:      hashOf(body),
	}
	// field names the line of the front matter that is to blame.
	field := func(name string, err error) (*Text, []Problem, *Problem) {
		return refuse(lineOfField(matter, name), fmt.Errorf("%s: %w", name, err))
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
	for i, u := range t.BasedOn {
		t.BasedOn[i] = strings.TrimSpace(u)
		if err := checkURL(t.BasedOn[i]); err != nil {
			return field("based_on", err)
		}
	}
	for i, s := range t.Parties {
		t.Parties[i] = oneLine(s)
	}
	if t.Language != "" {
		base, _, _ := strings.Cut(t.Language, "-") // en-GB is en
		if len(base) != 2 || strings.Trim(base, "abcdefghijklmnopqrstuvwxyz") != "" {
			return field("language", fmt.Errorf("%q is not a two-letter code such as en or uk", fm.Language))
		}
		t.Language = base
	} else {
		t.Language = DetectLanguage(body[start:])
	}

	var firstLine string
	t.Passages, firstLine = scan(body, start, isMarkdown(p), t.Language)
	if len(t.Passages) == 0 {
		return refuse(0, errors.New("holds no sentence to quote, only headings or markup"))
	}
	if t.Title == "" {
		t.Title = shorten(oneLine(firstLine), maxTitle)
	}
	return t, warnings, nil
}

func isMarkdown(p string) bool {
	ext := strings.ToLower(path.Ext(p))
	return ext == ".md" || ext == ".markdown"
}

// splitFrontMatter returns the YAML between the --- lines and where the text
// proper begins. Without front matter the YAML is empty.
func splitFrontMatter(body string) (matter string, start int, err error) {
	start = len(body) - len(strings.TrimPrefix(body, byteOrderMark))
	first, _, _ := strings.Cut(body[start:], "\n")
	if strings.TrimRight(first, " \t\r") != "---" {
		return "", start, nil
	}
	open := start + len(first) + 1
	for at := open; at < len(body); {
		line := body[at:]
		end := len(body)
		if i := strings.IndexByte(line, '\n'); i >= 0 {
			line, end = line[:i], at+i+1
		}
		if l := strings.TrimRight(line, " \t\r"); l == "---" || l == "..." {
			return body[open:at], end, nil
		}
		at = end
	}
	return "", 0, errors.New("the front matter opened by --- is not closed: add a line --- after it")
}

func parseFrontMatter(p, matter string) (frontMatter, []Problem, *Problem) {
	var fm frontMatter
	var warnings []Problem
	err := yaml.NewDecoder(bytes.NewReader([]byte(matter)), yaml.Strict()).Decode(&fm)
	var unknown *yaml.UnknownFieldError
	if errors.As(err, &unknown) {
		line, msg := yamlError(err)
		warnings = append(warnings, Problem{Path: p, Line: line + 1, Loaded: true,
			Err: fmt.Errorf("front matter: %s: it is not used; known are title, publisher, url, published, language, kind, parties, licence, based_on", msg)})
		fm = frontMatter{}
		err = yaml.Unmarshal([]byte(matter), &fm)
	}
	if err != nil && strings.TrimSpace(matter) != "" {
		line, msg := yamlError(err)
		return fm, nil, &Problem{Path: p, Line: line + 1, Err: fmt.Errorf("front matter: %s", msg)}
	}
	return fm, warnings, nil
}

// yamlError returns the line an error of the YAML library points at, 0 when it
// points nowhere, and its message without the picture of the source.
func yamlError(err error) (line int, msg string) {
	var ye yaml.Error
	if errors.As(err, &ye) {
		if tok := ye.GetToken(); tok != nil && tok.Position != nil {
			line = tok.Position.Line
		}
		return line, ye.GetMessage()
	}
	return 0, oneLine(err.Error())
}

// lineOfField finds the line of the file on which a front matter field stands.
func lineOfField(matter, name string) int {
	for i, l := range strings.Split(matter, "\n") {
		if key, _, ok := strings.Cut(l, ":"); ok && strings.TrimSpace(key) == name {
			return i + 2 // the first line of the file is ---
		}
	}
	return 1
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
