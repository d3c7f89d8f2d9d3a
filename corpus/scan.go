package corpus

import (
	"regexp"
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
}

var (
	atxHeading   = regexp.MustCompile(`^ {0,3}(#{1,6})(?:[ \t]+(.*?))?(?:[ \t]+#+)?[ \t]*$`)
	setextMark   = regexp.MustCompile(`^ {0,3}(=+|-+)[ \t]*$`)
	fence        = regexp.MustCompile("^ {0,3}(```+|~~~+)")
	rule         = regexp.MustCompile(`^ {0,3}([-*_])(?:[ \t]*[-*_]){2,}[ \t]*$`)
	listMarker   = regexp.MustCompile(`^[ \t]*(?:[-*+•–]|\d{1,3}[.)])[ \t]+`)
	quoteMarker  = regexp.MustCompile(`^ {0,3}(?:>[ \t]?)+`)
	linkTarget   = regexp.MustCompile(`^ {0,3}\[[^\]]+\]:[ \t]*\S+`)
	tableDivider = regexp.MustCompile(`^[ \t]*\|?[ \t]*:?-+:?[ \t]*(?:\|[ \t]*:?-+:?[ \t]*)*\|?[ \t]*$`)
)

// scanner cuts a text into passages.
type scanner struct {
	body, lang string
	heading    string
	title      string // first heading or line
	passages   []Passage

	block []Range // lines, or items of a list, of the block being gathered
	items bool    // the block is a list or table: each range ends a sentence
}

// scan returns the passages of body from byte start on, and the first heading
// or line. In Markdown, headings, code, rules, comments and link targets are
// no passages, and markers of lists and quotations stay outside sentences.
func scan(body string, start int, markdown bool, lang string) ([]Passage, string) {
	s := &scanner{body: body, lang: lang}
	lines := splitLines(body, start)
	inFence, inComment := "", false
	for i := 0; i < len(lines); i++ {
		l := lines[i]
		blank := strings.TrimSpace(l.text) == ""
		if !markdown {
			switch {
			case blank:
				s.flush()
			case s.title == "" && plainTitle(lines, i):
				s.title, s.heading = l.text, strings.TrimSpace(l.text)
			default:
				s.add(l.Range, false)
			}
			continue
		}

		if inComment || inFence == "" && strings.HasPrefix(strings.TrimSpace(l.text), "<!--") {
			s.flush()
			inComment = !strings.Contains(l.text, "-->")
			continue
		}
		if m := fence.FindStringSubmatch(l.text); m != nil || inFence != "" {
			s.flush()
			switch {
			case inFence == "":
				inFence = m[1]
			case m != nil && strings.HasPrefix(m[1], inFence):
				inFence = ""
			}
			continue
		}
		switch m := atxHeading.FindStringSubmatch(l.text); {
		case blank:
			s.flush()
		case m != nil:
			s.flush()
			s.setHeading(m[2])
		case len(s.block) == 1 && !s.items && setextMark.MatchString(l.text) && !terminated(s.block[0].Of(body)):
			h := s.block[0].Of(body)
			s.block = nil
			s.setHeading(h)
		case rule.MatchString(l.text), linkTarget.MatchString(l.text):
			s.flush()
		case listMarker.MatchString(l.text):
			n := len(listMarker.FindString(l.text))
			if !s.items {
				s.flush()
			}
			s.add(Range{l.Start + n, l.End}, true)
		case strings.HasPrefix(strings.TrimSpace(l.text), "|"):
			if tableDivider.MatchString(l.text) {
				continue
			}
			if !s.items {
				s.flush()
			}
			s.add(l.Range, true)
		case quoteMarker.MatchString(l.text):
			if s.items {
				s.flush()
			}
			s.add(Range{l.Start + len(quoteMarker.FindString(l.text)), l.End}, false)
		case s.items && (strings.HasPrefix(l.text, " ") || strings.HasPrefix(l.text, "\t")):
			s.block[len(s.block)-1].End = l.End // an item that goes on
		default:
			if s.items {
				s.flush()
			}
			s.add(l.Range, false)
		}
	}
	s.flush()
	if s.title == "" && len(s.passages) > 0 {
		// No heading: the first line stands for it.
		first, _, _ := strings.Cut(s.passages[0].Of(body), "\n")
		s.title = first
	}
	return s.passages, s.title
}

// splitLines cuts body from start on into lines. CR, LF and CRLF all end one.
func splitLines(body string, start int) []line {
	var lines []line
	for at := start; at < len(body); {
		end := at
		for end < len(body) && body[end] != '\n' && body[end] != '\r' {
			end++
		}
		lines = append(lines, line{Range{at, end}, body[at:end]})
		at = end + 1
		if end < len(body) && body[end] == '\r' && at < len(body) && body[at] == '\n' {
			at++
		}
	}
	return lines
}

// plainTitle reports whether line i, the first that is not blank, reads as the
// title of a plain text: short, not ended like a sentence, with more below.
func plainTitle(lines []line, i int) bool {
	for _, l := range lines[:i] {
		if strings.TrimSpace(l.text) != "" {
			return false
		}
	}
	if utf8.RuneCountInString(lines[i].text) > wrapWidth || terminated(lines[i].text) {
		return false
	}
	// A first line that the next one carries on is no title.
	if i+1 < len(lines) && startsLower(strings.TrimSpace(lines[i+1].text)) {
		return false
	}
	for _, l := range lines[i+1:] {
		if strings.TrimSpace(l.text) != "" {
			return true
		}
	}
	return false
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

func (s *scanner) add(r Range, item bool) {
	s.block = append(s.block, r)
	s.items = item
}

// flush makes passages of the block gathered so far.
func (s *scanner) flush() {
	block, items := s.block, s.items
	s.block, s.items = nil, false
	if len(block) == 0 {
		return
	}
	if items {
		s.passage(block)
		return
	}
	wrapped := true
	for _, r := range block {
		if utf8.RuneCountInString(r.Of(s.body)) > wrapWidth {
			wrapped = false
		}
	}
	if !wrapped {
		for _, r := range block {
			s.passage([]Range{r})
		}
		return
	}
	s.passage([]Range{{block[0].Start, block[len(block)-1].End}})
}

// passage appends the pieces as one passage, or several when it gets too long.
func (s *scanner) passage(pieces []Range) {
	var sentences []Range
	for _, r := range pieces {
		sentences = append(sentences, Sentences(s.body, r, s.lang)...)
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
