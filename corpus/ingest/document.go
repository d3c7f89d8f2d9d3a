package ingest

import (
	"cmp"
	"regexp"
	"slices"
	"strings"
	"sync"
	"unicode"

	"rapporteur/corpus"
)

// Fields are what is known of a document: the front matter of its text. An
// empty field is not known.
type Fields struct {
	Title     string      `json:"title,omitempty"`
	Publisher string      `json:"publisher,omitempty"`
	URL       string      `json:"url,omitempty"`
	Published corpus.Date `json:"published,omitzero"`
	Language  string      `json:"language,omitempty"` // ISO 639-1
	Kind      corpus.Kind `json:"kind,omitempty"`
	Parties   []string    `json:"parties,omitempty"`
	Licence   string      `json:"licence,omitempty"`
	BasedOn   []string    `json:"based_on,omitempty"`
	Original  string      `json:"translation_of,omitempty"` // the id of a text in another language
}

// over returns f with what is empty in it taken from below.
func (f Fields) over(below Fields) Fields {
	f.Title = cmp.Or(f.Title, below.Title)
	f.Publisher = cmp.Or(f.Publisher, below.Publisher)
	f.URL = cmp.Or(f.URL, below.URL)
	f.Published = cmp.Or(f.Published, below.Published)
	f.Language = cmp.Or(f.Language, below.Language)
	f.Kind = cmp.Or(f.Kind, below.Kind)
	f.Licence = cmp.Or(f.Licence, below.Licence)
	f.Original = cmp.Or(f.Original, below.Original)
	if f.Parties == nil {
		f.Parties = below.Parties
	}
	if f.BasedOn == nil {
		f.BasedOn = below.BasedOn
	}
	return f
}

// Check reports what of the fields cannot be stored, by its name.
func (f Fields) Check() error {
	_, err := frontMatter(f)
	return err
}

func fieldsOf(t *corpus.Text) Fields {
	return Fields{t.Title, t.Publisher, t.URL, t.Published, t.Language, t.Kind, t.Parties, t.Licence, t.BasedOn, t.Original}
}

// Form is what a block of a document is.
type Form int

// The forms of blocks.
const (
	Paragraph Form = iota
	Heading        // no part of the text that is quoted
	Item           // of a list
	Row            // of a table; the first row of a table is its head
)

// Block is a piece of a document's text: one line, without markup.
type Block struct {
	Form  Form
	Text  string
	Level int         // of a heading, from 1
	Cells []string    // of a row
	Start bool        // begins a list or table of its own
	Pages []PageStart // the pages of a PDF that the text stands on, from the first
}

// PageStart is where the text of a page begins, in bytes of a block's text.
type PageStart struct{ At, Page int }

// Document is what was read from a file or page: what is known of it, and its
// text. It has either blocks or, when it was plain text or Markdown, source
// text that is stored letter for letter.
type Document struct {
	Fields
	Source string // the address or the name of the file
	Blocks []Block

	Plain    string // text without front matter
	Markdown bool   // Plain is Markdown

	Notes []string // what a person should know of how it was read
}

// pattern compiles a regular expression when it is first used: every start of
// the program would pay for it, and few read documents.
func pattern(s string) func() *regexp.Regexp {
	return sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(s) })
}

// clean makes a text one line: white space that a browser or a word processor
// shows as one space becomes one, and what no reader ever sees is dropped.
// Spaces with a width of their own stay, as all letters do.
func clean(s string) string {
	var b strings.Builder
	b.Grow(len(s))
	space := false
	for _, r := range s {
		switch {
		case isBreak(r):
			space = b.Len() > 0
		case hidden(r):
		default:
			if space {
				b.WriteByte(' ')
				space = false
			}
			b.WriteRune(r)
		}
	}
	return strings.TrimSpace(b.String())
}

// isBreak reports whether r is white space that stands for a single space.
func isBreak(r rune) bool {
	return r == ' ' || r >= '\t' && r <= '\r' || r == '\u0085' || r == '\u2028' || r == '\u2029'
}

// hidden reports whether nobody sees r: hints for hyphenation and line breaks,
// control characters, and those that turn the direction of writing, by which a
// text can be made to show something else than it says.
func hidden(r rune) bool {
	switch r {
	case '\u200C', '\u200D': // the joiners spell words in some scripts
		return false
	case '\u00AD', '\u200B', '\u2060', '\uFEFF', '\uFFFE', '\uFFFF':
		return true
	}
	return unicode.Is(unicode.Cc, r) || unicode.Is(unicode.Bidi_Control, r)
}

// tidy cleans the blocks and drops the empty ones.
func tidy(blocks []Block) []Block {
	out := make([]Block, 0, len(blocks))
	start := false
	for _, b := range blocks {
		if text := clean(b.Text); text != b.Text {
			b.Text, b.Pages = text, b.Pages[:min(len(b.Pages), 1)]
		}
		for i := range b.Cells {
			b.Cells[i] = clean(b.Cells[i])
		}
		start = start || b.Start
		if b.Form == Row && strings.Join(b.Cells, "") == "" || b.Form != Row && !strings.ContainsFunc(b.Text, readable) {
			continue
		}
		b.Start = start
		start = false
		out = append(out, b)
	}
	return out
}

// readable reports whether r says something: a row of stars does not.
func readable(r rune) bool { return unicode.IsLetter(r) || unicode.IsNumber(r) }

// words returns the number of words of the blocks' text, headings left out.
func words(blocks []Block) int {
	n := 0
	for _, b := range blocks {
		if b.Form != Heading {
			n += len(strings.Fields(b.Text))
			for _, c := range b.Cells {
				n += len(strings.Fields(c))
			}
		}
	}
	return n
}

// withoutTitle drops the headings before the text that say the title again.
func withoutTitle(blocks []Block, title string) []Block {
	head := 0
	for head < len(blocks) && blocks[head].Form == Heading {
		head++
	}
	top := slices.DeleteFunc(slices.Clone(blocks[:head]), func(b Block) bool { return strings.EqualFold(letters(b.Text), letters(title)) })
	return append(top, blocks[head:]...)
}
