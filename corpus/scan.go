package corpus

import (
	"slices"
	"strings"
	"unicode/utf8"
)

// wrapWidth tells wrapped lines from whole paragraphs, in characters. Editors
// and mailers wrap at 72 to 100 columns, so a longer line is a paragraph that
// ends where the line ends.
const wrapWidth = 120

// maxPassage is the size in bytes at which a paragraph is divided into several
// passages, at a sentence's end. The paragraphs of edited prose stay whole;
// what goes over is mostly a transcript or a page without paragraphs.
const maxPassage = 2000

// line is one line of a text: its bytes without the line ending.
type line struct {
	Range
	text string
	next int // where the next line begins
}

// lineAt returns the line that begins at a byte. CR, LF and CRLF all end one.
func lineAt(body string, at int) line {
	end, next := len(body), len(body)
	if i := strings.IndexAny(body[at:], "\r\n"); i >= 0 {
		end = at + i
		next = end + 1
		if strings.HasPrefix(body[end:], "\r\n") {
			next++
		}
	}
	return line{Range{at, end}, body[at:end], next}
}

// unit is a run of pieces of a text that read on from one to the next, such as
// the lines of a wrapped paragraph. Between the pieces lie line breaks, and
// marks that begin and end no sentence.
type unit []Range

// blockKind is what is being gathered.
type blockKind int

const (
	inParagraph blockKind = iota // a unit for each line, until it is known how they belong together
	inList                       // a unit for each item
	inTable                      // a unit for each row
)

// scanner cuts a text into passages.
type scanner struct {
	body, lang string
	passages   []Passage
	heading    string
	title      string // first heading or line
	begun      bool   // a line that is not blank has been seen
	lines      int

	kind  blockKind
	block []unit

	// Of Markdown alone.
	quoted   bool   // the last line was in a block quotation
	fence    string // the fence that opened the code the scanner is in, or ""
	comment  bool   // the scanner is in a comment
	openedOn int    // the line on which the fence or comment was opened
}

// scan returns the passages of body from byte start on, and the first heading
// or line. In Markdown, headings, code, rules, comments and link targets are
// no passages, and no sentence begins or ends with the marker of a list or
// quotation. Unclosed is the line, counted from start, of a code block or
// comment that is never closed and so hides the rest; 0 if there is none.
func scan(body string, start int, markdown bool, lang string) (passages []Passage, title string, unclosed int) {
	s := &scanner{body: body, lang: lang}
	for at := start; at < len(body); {
		l := lineAt(body, at)
		s.lines++
		if markdown {
			s.markdown(l)
		} else {
			s.plain(l)
		}
		at = l.next
	}
	s.flush()
	if s.title == "" && len(s.passages) > 0 {
		// No heading: the first line stands for it.
		s.title = lineAt(body, s.passages[0].Start).text
	}
	if s.comment || s.fence != "" {
		unclosed = s.openedOn
	}
	return s.passages, s.title, unclosed
}

// plain takes in a line of plain text.
func (s *scanner) plain(l line) {
	switch {
	case strings.TrimSpace(l.text) == "":
		s.flush()
		return
	case !s.begun && s.isTitle(l):
		s.setHeading(l.text)
	default:
		s.add(inParagraph, unit{l.Range})
	}
	s.begun = true
}

// isTitle reports whether the first line that is not blank reads as the title
// of a plain text: short, not ended like a sentence, not carried on by the
// next line, with more below.
func (s *scanner) isTitle(l line) bool {
	return utf8.RuneCountInString(l.text) <= wrapWidth && !terminated(l.text) &&
		!startsLower(lineAt(s.body, l.next).text) &&
		strings.TrimSpace(s.body[l.next:]) != ""
}

func (s *scanner) setHeading(h string) {
	h = oneLine(strings.Trim(strings.TrimSpace(h), "*_"))
	if h == "" {
		return
	}
	s.heading = h
	if s.title == "" {
		s.title = h
	}
}

// add adds a unit to the block, after ending a block of another kind.
func (s *scanner) add(k blockKind, u unit) {
	if k != s.kind {
		s.flush()
	}
	s.kind = k
	s.block = append(s.block, u)
}

// flush makes passages of the block gathered so far.
func (s *scanner) flush() {
	block, kind := s.block, s.kind
	s.block, s.kind = nil, inParagraph
	switch {
	case len(block) == 0:
	case kind != inParagraph:
		s.passage(block)
	case !slices.ContainsFunc(block, s.wide):
		s.passage([]unit{slices.Concat(block...)})
	default:
		// Every line is a paragraph, unless one plainly carries on another.
		for i := 0; i < len(block); {
			from := i
			for i++; i < len(block) && s.carriesOn(block[i-1], block[i]); i++ {
			}
			s.passage([]unit{slices.Concat(block[from:i]...)})
		}
	}
}

func (s *scanner) wide(u unit) bool {
	return utf8.RuneCountInString(s.body[u[0].Start:u[len(u)-1].End]) > wrapWidth
}

func (s *scanner) carriesOn(a, b unit) bool {
	return !terminated(a[len(a)-1].Of(s.body)) && startsLower(b[0].Of(s.body))
}

// passage appends the units as one passage, or several when it gets too long.
func (s *scanner) passage(units []unit) {
	var sentences []Range
	for _, u := range units {
		sentences = append(sentences, s.sentences(u)...)
	}
	for len(sentences) > 0 {
		n := 1
		for n < len(sentences) && sentences[n].End-sentences[0].Start <= maxPassage {
			n++
		}
		s.passages = append(s.passages, Passage{
			Range:     Range{sentences[0].Start, sentences[n-1].End},
			Heading:   s.heading,
			Sentences: sentences[:n:n],
		})
		sentences = sentences[n:]
	}
}

// sentences returns the sentences of a unit. They are looked for in a copy in
// which nothing but white space lies between the pieces.
func (s *scanner) sentences(u unit) []Range {
	start := u[0].Start
	text := []byte(strings.Repeat(" ", u[len(u)-1].End-start))
	for _, r := range u {
		copy(text[r.Start-start:], r.Of(s.body))
	}
	out := Sentences(string(text), Range{0, len(text)}, s.lang)
	for i := range out {
		out[i].Start += start
		out[i].End += start
	}
	return out
}
