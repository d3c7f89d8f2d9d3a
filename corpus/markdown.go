package corpus

import (
	"regexp"
	"strings"
)

// The marks of Markdown, as https://spec.commonmark.org defines them where a
// pattern for one line can.
var (
	atxHeading  = regexp.MustCompile(`^ {0,3}(#{1,6})(?:[ \t]+(.*?))?(?:[ \t]+#+)?[ \t]*$`)
	setextMark  = regexp.MustCompile(`^ {0,3}(=+|-+)[ \t]*$`)
	rule        = regexp.MustCompile(`^ {0,3}([-*_])(?:[ \t]*[-*_]){2,}[ \t]*$`)
	quoteMarker = regexp.MustCompile(`^ {0,3}(?:>[ \t]?)+`)

	// A fence may stand in a list, at any depth. What follows one of back quotes
	// has none, or it is code within a line.
	fence = regexp.MustCompile("^[ \t]*(?:(```+)[^`]*|(~~~+).*)$")

	// People write their lists with more signs than Markdown knows.
	listMarker = regexp.MustCompile(`^[ \t]*([-*+•–]|\d{1,3}[.)])[ \t]+`)

	// The target of a link has a slash or a hash in it; “[Shmyhal]: Yes.” has not.
	linkTarget = regexp.MustCompile(`^ {0,3}\[[^\]]+\]:[ \t]*<?[^\s>]*[/#][^\s>]*>?(?:[ \t]+(?:".*"|'.*'|\(.*\)))?[ \t]*$`)

	// A backslash takes the meaning of a mark away from it. Only marks at the
	// start of a line have one here, so only there is it looked for.
	escape = regexp.MustCompile("^[ \\t]*\\\\(?:[!-/:-@[-`{-~•–]|\\d{1,3}[.)])")

	// At least one bar tells the second line of a table from a rule.
	tableDivider = regexp.MustCompile(`^[ \t]*(?:\|[ \t]*:?-+:?[ \t]*|:?-+:?[ \t]*\|[ \t]*:?-*:?[ \t]*)(?:\|[ \t]*:?-+:?[ \t]*)*\|?[ \t]*$`)
)

// markdown takes in a line of Markdown.
func (s *scanner) markdown(l line) {
	marker := len(quoteMarker.FindString(l.text))
	if s.fence != "" {
		if s.quoted && marker == 0 {
			s.fence = "" // it ended with its quotation
		} else {
			text := l.text
			if s.quoted {
				text = text[marker:]
			}
			if s.closes(text) {
				s.fence = ""
			}
			return
		}
	}
	if !s.comment {
		if marker > 0 && !s.quoted {
			s.flush()
		}
		s.quoted = marker > 0
	}
	if m := escape.FindString(l.text[marker:]); m != "" && !s.comment {
		s.escaped(l, marker+strings.IndexByte(m, '\\')+1)
		return
	}
	pieces := s.visible(Range{l.Start + marker, l.End})
	if len(pieces) == 0 {
		s.flush()
		return
	}
	text := pieces[0].Of(s.body)
	if m := fence.FindStringSubmatch(text); m != nil {
		s.flush()
		s.fence, s.openedOn = m[1]+m[2], s.lines
		return
	}
	switch m := atxHeading.FindStringSubmatch(text); {
	case m != nil:
		s.flush()
		s.setHeading(m[2])
	case s.underlined() && setextMark.MatchString(text):
		h := s.block[0][0].Of(s.body)
		s.block = nil
		s.setHeading(h)
	case rule.MatchString(text), linkTarget.MatchString(text):
		s.flush()
	case strings.Contains(text, "|") && tableDivider.MatchString(text):
		s.beginTable()
	case strings.HasPrefix(strings.TrimSpace(text), "|"), s.kind == inTable && strings.Contains(text, "|"):
		s.add(inTable, pieces)
	case s.beginsItem(text):
		pieces[0].Start += len(listMarker.FindString(text))
		s.add(inList, pieces)
	case s.itemGoesOn(text):
		last := &s.block[len(s.block)-1]
		*last = append(*last, pieces...)
	default:
		s.add(inParagraph, pieces)
	}
}

// escaped takes in a line whose text begins at byte from of the line, with what
// is not the mark it looks like. Nothing else on the line is a mark or a comment
// either.
func (s *scanner) escaped(l line, from int) {
	text := Range{l.Start + from, l.End}
	if s.itemGoesOn(l.text) {
		last := &s.block[len(s.block)-1]
		*last = append(*last, text)
		return
	}
	s.add(inParagraph, unit{text})
}

// closes reports whether a line ends the code the scanner is in.
func (s *scanner) closes(text string) bool {
	text = strings.TrimSpace(text)
	return strings.HasPrefix(text, s.fence) && strings.Trim(text, s.fence[:1]) == ""
}

// visible returns the parts of a line that are not comments and not blank, and
// minds where a comment begins and ends. One that takes several lines begins
// a line.
func (s *scanner) visible(r Range) unit {
	var out unit
	show := func(end int) {
		if p := (Range{r.Start, end}); strings.TrimSpace(p.Of(s.body)) != "" {
			out = append(out, p)
		}
		r.Start = end
	}
	for {
		if s.comment {
			i := strings.Index(r.Of(s.body), "-->")
			if i < 0 {
				return out
			}
			s.comment = false
			r.Start += i + len("-->")
		}
		i := strings.Index(r.Of(s.body), "<!--")
		if i < 0 {
			show(r.End)
			return out
		}
		begins := len(out) == 0 && strings.TrimSpace(s.body[r.Start:r.Start+i]) == ""
		if !begins && !strings.Contains(s.body[r.Start+i:r.End], "-->") {
			show(r.End) // somebody writes about comments
			return out
		}
		show(r.Start + i)
		r.Start += len("<!--")
		s.comment, s.openedOn = true, s.lines
	}
}

// underlined reports whether the block is one line that would be a heading if
// it were underlined. A sentence is not: a rule follows it.
func (s *scanner) underlined() bool {
	return s.kind == inParagraph && len(s.block) == 1 && !terminated(s.block[0][0].Of(s.body))
}

// beginTable begins a table with the last line as its first row, and drops the
// line that divides that from the others.
func (s *scanner) beginTable() {
	n := len(s.block)
	if n == 0 || s.kind != inParagraph {
		return
	}
	header := s.block[n-1]
	s.block = s.block[:n-1]
	s.add(inTable, header)
}

// beginsItem reports whether a line begins an item of a list. In the middle of
// a paragraph a dash and a number are taken for text (“am / 14. Dezember”),
// except the first number of a list.
func (s *scanner) beginsItem(text string) bool {
	m := listMarker.FindStringSubmatch(text)
	if m == nil {
		return false
	}
	if s.kind != inParagraph || len(s.block) == 0 {
		return true
	}
	return strings.ContainsAny(m[1], "-*+•") || m[1] == "1." || m[1] == "1)"
}

// itemGoesOn reports whether a line carries on the last item of a list: it is
// indented, or the item is not at a sentence's end yet.
func (s *scanner) itemGoesOn(text string) bool {
	if s.kind != inList || len(s.block) == 0 {
		return false
	}
	last := s.block[len(s.block)-1]
	return text[0] == ' ' || text[0] == '\t' || !terminated(last[len(last)-1].Of(s.body))
}
