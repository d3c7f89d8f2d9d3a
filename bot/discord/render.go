package discord

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf16"

	"rapporteur/bot"
)

const (
	// maxContent is the longest message a bot may send (resources/message.mdx,
	// "Create Message": up to 2000 characters). Discord does not say of which
	// kind; UTF-16 units are the strictest.
	maxContent = 2000
	// maxURL keeps a link from taking up the message; what is longer is left out.
	maxURL = 1000
)

// size measures what Discord would get for a reply.
func size(r bot.Reply) int {
	n := 0
	for _, c := range Render(r) {
		n += max(utf16.RuneLen(c), 1)
	}
	return n
}

// Render turns a reply into one message of Discord's Markdown, of whatever
// length. Every text in it reads as written.
func Render(r bot.Reply) string {
	var blocks []string
	for _, b := range r.Blocks {
		var lines []string
		switch b := b.(type) {
		case bot.Para:
			lines = para(b)
		case bot.Cite:
			lines = cite(b)
		case bot.List:
			lines = list(b)
		}
		if len(lines) > 0 {
			blocks = append(blocks, strings.Join(lines, "\n"))
		}
	}
	return strings.Join(blocks, "\n\n")
}

func para(p bot.Para) []string {
	lines := split(p.Text)
	for i, line := range lines {
		switch p.Style {
		case bot.Strong:
			lines[i] = strong(line)
		case bot.Small:
			lines[i] = small(escape(line, true))
		default:
			lines[i] = escape(line, true)
		}
	}
	return lines
}

func cite(c bot.Cite) []string {
	var lines []string
	for _, line := range split(c.Label) {
		lines = append(lines, strong(line))
	}
	for _, line := range split(c.Text) {
		// The space belongs to the mark: without it an empty line would end
		// the quotation.
		lines = append(lines, "> "+escape(line, true))
	}
	if source := link(c.SourceLine(), c.Link, true); source != "" {
		lines = append(lines, source)
	}
	for _, n := range c.Notes {
		if note := link(n.Text, n.Link, true); note != "" {
			lines = append(lines, small(note))
		}
	}
	return lines
}

func list(l bot.List) []string {
	var lines []string
	for _, item := range l.Items {
		var head string
		if term := strings.Join(split(item.Term), " "); term != "" {
			head = strong(term)
		}
		var body []string
		if item.Link != "" {
			body = []string{link(item.Text, item.Link, head == "")}
		} else {
			for i, line := range split(item.Text) {
				body = append(body, escape(line, i > 0 || head == ""))
			}
		}
		text := strings.Join(body, "\n  ") // two spaces keep a line in its item
		switch {
		case head != "" && text != "":
			lines = append(lines, "- "+head+" "+text)
		case head+text != "":
			lines = append(lines, "- "+head+text)
		}
	}
	return lines
}

// newlines makes one kind of line break of all.
var newlines = strings.NewReplacer("\r\n", "\n", "\r", "\n")

// split cuts a text into lines, of whatever system, and leaves out empty ones
// at both ends. A text of nothing but space has none.
func split(text string) []string {
	text = newlines.Replace(text)
	text = strings.TrimRightFunc(text, unicode.IsSpace)
	if text == "" {
		return nil
	}
	lines := strings.Split(text, "\n")
	for strings.TrimSpace(lines[0]) == "" {
		lines = lines[1:]
	}
	return lines
}

// strong sets one line in bold, the space around it left out of the marks.
func strong(line string) string {
	text := strings.TrimSpace(line)
	if text == "" {
		return line
	}
	before, after, _ := strings.Cut(line, text)
	return before + "**" + escape(text, false) + "**" + after
}

// small sets one line, already escaped, as Discord's subtext.
func small(line string) string {
	if strings.TrimSpace(line) == "" {
		return line
	}
	return "-# " + line
}

// link renders a text that leads to target, or just the text if there is no
// usable target. Discord takes brackets in the text of a link only in pairs,
// and no address in it at all; such a text is followed by the address instead.
func link(text, target string, start bool) string {
	text = strings.Join(split(text), " ")
	address := href(target)
	switch {
	case address == "":
		return escape(text, start)
	case text == "":
		return "<" + address + ">"
	case !paired(text) || strings.Contains(text, "://"):
		return escape(text, start) + " (<" + address + ">)"
	}
	return "[" + escape(text, false) + "](<" + address + ">)"
}

// paired says whether the square brackets of a text come in pairs, none within
// another.
func paired(text string) bool {
	open := false
	for _, c := range text {
		switch c {
		case '[':
			if open {
				return false
			}
			open = true
		case ']':
			if !open {
				return false
			}
			open = false
		}
	}
	return !open
}

// href returns an address as it can stand between angle brackets in a link, or
// "" if it is none for the web. What could end the link or the address is
// percent-encoded, which does not change where it leads.
func href(target string) string {
	if !strings.HasPrefix(target, "https://") && !strings.HasPrefix(target, "http://") {
		return ""
	}
	var b strings.Builder
	for _, c := range target {
		if unicode.IsSpace(c) || unicode.IsControl(c) || strings.ContainsRune("<>()\"\\^`{|}", c) {
			for _, octet := range []byte(string(c)) {
				fmt.Fprintf(&b, "%%%02X", octet)
			}
			continue
		}
		b.WriteRune(c)
	}
	if b.Len() > maxURL {
		return ""
	}
	return b.String()
}
