package console

import (
	"fmt"
	"io"
	"os"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/term"

	"rapporteur/bot"
)

// Style says how replies look. The zero Style is plain: no colours, no line
// breaks of ours, fit for a pipe.
type Style struct {
	Colour bool
	Width  int // columns to wrap at; 0 does not wrap
}

// maxWidth is the widest a paragraph is set: longer lines are hard to read.
const maxWidth = 88

// StyleOf returns the style that suits w: coloured and wrapped when it is a
// terminal, plain when it is not. NO_COLOR (https://no-color.org) and a dumb
// terminal mean no colour.
func StyleOf(w io.Writer, getenv func(string) string) Style {
	f, ok := w.(*os.File)
	if !ok || !term.IsTerminal(int(f.Fd())) {
		return Style{}
	}
	s := Style{Colour: getenv("NO_COLOR") == "" && getenv("TERM") != "dumb", Width: maxWidth}
	if width, _, err := term.GetSize(int(f.Fd())); err == nil && width > 0 {
		s.Width = min(width, maxWidth)
	}
	return s
}

// The escape sequences used: bold, dim and the green of a quote's bar.
const (
	bold  = "\x1b[1m"
	dim   = "\x1b[2m"
	green = "\x1b[32m"
	reset = "\x1b[0m"
)

func (s Style) paint(code, text string) string {
	if !s.Colour || code == "" || text == "" {
		return text
	}
	return code + text + reset
}

// Write renders a reply.
func Write(w io.Writer, r bot.Reply, s Style) error {
	_, err := io.WriteString(w, Render(r, s))
	return err
}

// Render renders a reply as text. Whatever could command a terminal is taken
// out of the texts.
func Render(r bot.Reply, s Style) string {
	var out strings.Builder
	for i, block := range r.Blocks {
		if i > 0 {
			out.WriteByte('\n')
		}
		switch b := block.(type) {
		case bot.Para:
			code := ""
			switch b.Style {
			case bot.Strong:
				code = bold
			case bot.Small:
				code = dim
			}
			s.lines(&out, "", code, b.Text)
		case bot.Cite:
			s.cite(&out, b)
		case bot.List:
			for _, it := range b.Items {
				text := it.Text
				if it.Term != "" {
					text = it.Term + "  " + it.Text
				}
				for _, p := range it.Places {
					text += " " + p.ID
				}
				if it.Link != "" && it.Link != it.Text {
					text += " (" + it.Link + ")"
				}
				s.item(&out, it.Term, text)
			}
		}
	}
	for _, f := range r.Files {
		s.lines(&out, "", dim, f.Name+", "+size(len(f.Data)))
	}
	return out.String()
}

// size writes out how large a file is. A terminal does not take the file itself.
func size(bytes int) string {
	switch {
	case bytes < 1000:
		return fmt.Sprintf("%d B", bytes)
	case bytes < 1_000_000:
		return fmt.Sprintf("%.1f kB", float64(bytes)/1e3)
	}
	return fmt.Sprintf("%.1f MB", float64(bytes)/1e6)
}

func (s Style) cite(out *strings.Builder, c bot.Cite) {
	if c.Label != "" {
		s.lines(out, "", dim, c.Label)
	}
	if c.Text != "" {
		bar, code := "> ", ""
		if s.Width > 0 {
			bar = s.paint(green, "│") + " "
		}
		if c.Lead {
			code = bold
		}
		s.lines(out, bar, code, c.Text)
	}
	if source := c.SourceLine(); source != "" {
		s.lines(out, "  ", "", "— "+source)
	}
	for _, n := range c.Notes {
		text := n.Text
		if n.Link != "" {
			text += " (" + n.Link + ")"
		}
		s.lines(out, "    ", dim, text)
	}
	if c.Link != "" {
		s.lines(out, "    ", dim, c.Link)
	}
}

// item writes an entry of a list, its further lines indented.
func (s Style) item(out *strings.Builder, termText, text string) {
	var b strings.Builder
	s.lines(&b, "  ", "", text)
	line := b.String()
	if termText != "" {
		line = strings.Replace(line, clean(termText), s.paint(bold, clean(termText)), 1)
	}
	out.WriteString(line)
}

// lines writes text with prefix before each line, wrapped to the width.
func (s Style) lines(out *strings.Builder, prefix, code, text string) {
	text = strings.ReplaceAll(strings.ReplaceAll(text, "\r\n", "\n"), "\r", "\n")
	for line := range strings.SplitSeq(text, "\n") {
		for _, l := range s.wrap(clean(line), utf8.RuneCountInString(plainPrefix(prefix))) {
			fmt.Fprintf(out, "%s%s\n", prefix, s.paint(code, l))
		}
	}
}

// plainPrefix is the prefix without its colour, for measuring.
func plainPrefix(p string) string {
	return strings.NewReplacer(green, "", reset, "").Replace(p)
}

// wrap breaks a line between words. A word longer than the width, such as an
// address, stays whole so that it can be copied.
func (s Style) wrap(line string, indent int) []string {
	width := s.Width - indent
	if s.Width == 0 || utf8.RuneCountInString(line) <= width {
		return []string{line}
	}
	var out []string
	current, length := "", 0
	for word := range strings.SplitSeq(line, " ") {
		n := utf8.RuneCountInString(word)
		if length > 0 && length+1+n > width {
			out = append(out, current)
			current, length = "", 0
		}
		if length > 0 {
			current += " "
			length++
		}
		current += word
		length += n
	}
	return append(out, current)
}

// clean shows control characters as what they are instead of obeying them.
func clean(s string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r == '\t':
			return ' '
		case r < 0x20:
			return 0x2400 + r // the pictures of control characters, ␀ to ␟
		case r == 0x7f:
			return '␡'
		case unicode.IsControl(r):
			return unicode.ReplacementChar
		}
		return r
	}, s)
}
