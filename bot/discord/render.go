package discord

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"

	"rapporteur/bot"
	"rapporteur/corpus"
)

// maxURL keeps a link from taking up the message; what is longer is left out.
const maxURL = 1000

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
	lines := quotation(c, false)
	c.Source = oneLine(c.Source) // nothing but space is no source
	if source := link(c.SourceLine(), c.Link, true); source != "" {
		lines = append(lines, source)
	}
	for _, note := range notes(c) {
		lines = append(lines, small(note))
	}
	return lines
}

// quotation sets a quote off, below its label. As a heading it must be one
// that headable allows.
func quotation(c bot.Cite, large bool) []string {
	var lines []string
	for _, line := range split(c.Label) {
		lines = append(lines, strong(line))
	}
	// The space belongs to the mark: without it an empty line would end the
	// quotation.
	const mark = "> "
	if large && (c.Mark.Len() <= 0 || c.Mark.Len() >= len(c.Text)) { // in a heading everything is bold
		return append(lines, mark+heading(split(c.Text)[0]))
	}
	for _, line := range marked(c.Text, c.Mark) {
		lines = append(lines, mark+line)
	}
	return lines
}

// marked returns the lines of a text, escaped, with a range of it in bold.
func marked(text string, mark corpus.Range) []string {
	if mark.Start < 0 || mark.Start >= mark.End || mark.End > len(text) {
		mark = corpus.Range{}
	}
	// Line breaks change, and with them where the range lies.
	start := len(newlines.Replace(text[:mark.Start]))
	end := start + len(newlines.Replace(mark.Of(text)))
	all := newlines.Replace(text)
	at := len(all)
	lines := split(text)
	if len(lines) > 0 {
		at = strings.Index(all, strings.Join(lines, "\n"))
	}
	for i, line := range lines {
		lines[i] = emphasise(line, start-at, end-at)
		at += len(line) + len("\n")
	}
	return lines
}

// notes are the remarks under a quote, those that say something.
func notes(c bot.Cite) []string {
	var out []string
	for _, n := range c.Notes {
		if note := link(n.Text, n.Link, true); strings.TrimSpace(note) != "" {
			out = append(out, note)
		}
	}
	return out
}

// headable reports whether a text can be a heading and read as written: it has
// one line, not too long for large print, and does not end in a #, which
// Discord may take for the end of the heading.
func headable(text string) bool {
	const long = 250 // characters
	lines := split(text)
	return len(lines) == 1 && utf8.RuneCountInString(lines[0]) <= long && !strings.HasSuffix(lines[0], "#")
}

// heading sets one line as a heading, the larger the shorter it is.
func heading(line string) string {
	const short = 160 // characters: three lines on a desktop, six on a phone
	mark := "### "
	if utf8.RuneCountInString(line) <= short {
		mark = "## "
	}
	return mark + escape(strings.TrimSpace(line), true)
}

func list(l bot.List) []string {
	var lines []string
	for _, item := range l.Items {
		var head string
		if term := oneLine(item.Term); term != "" {
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
		words := []string{"-"}
		for _, s := range append([]string{head, text}, places(item.Places)...) {
			if s != "" {
				words = append(words, s)
			}
		}
		if len(words) > 1 {
			lines = append(lines, strings.Join(words, " "))
		}
	}
	return lines
}

// places shows channels, roles and people by their names. Nobody is notified by that.
func places(list []bot.Place) []string {
	var out []string
	for _, p := range list {
		switch {
		case p.ID == "" || strings.Trim(p.ID, "0123456789") != "":
			out = append(out, escape(oneLine(p.ID), false))
		case p.Person:
			out = append(out, "<@"+p.ID+">")
		case p.Role:
			out = append(out, "<@&"+p.ID+">")
		default:
			out = append(out, "<#"+p.ID+">")
		}
	}
	return out
}

// oneLine puts the lines of a text into one.
func oneLine(text string) string { return strings.Join(split(text), " ") }

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
	text = oneLine(text)
	address := href(target)
	switch {
	case address == "":
		return escape(text, start)
	case text == "", text == address:
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
