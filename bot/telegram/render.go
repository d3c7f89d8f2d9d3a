package telegram

import (
	"net/url"
	"strings"
	"unicode"
	"unicode/utf16"

	"rapporteur/bot"
)

const (
	// maxText is the length of a message in UTF-16 code units after entities
	// are parsed (Bot API, sendMessage, text).
	maxText = 4096
	// maxEntities is how many formatted stretches a message keeps. Telegram
	// drops the rest in silence (python-telegram-bot, constants,
	// MAX_MESSAGE_ENTITIES, “found by experimentation”).
	maxEntities = 100
	// longQuote is the length from which a quote is shown folded.
	longQuote = 600
)

// page is one message: the same text with markup and without.
type page struct {
	html, text string
	entities   int
}

// size measures a reply in units of text, at most maxText of which fit a
// message. An entity counts for its share of them, so that neither limit is
// exceeded.
func size(r bot.Reply) int {
	p := render(r)
	return max(units(p.text), p.entities*(maxText/maxEntities+1))
}

// units is the length of a text as Telegram counts it.
func units(s string) (n int) {
	for _, r := range s {
		n += utf16.RuneLen(r)
	}
	return n
}

// render sets a reply in Telegram's HTML. Blocks are set apart by blank lines.
func render(r bot.Reply) page {
	var p press
	for _, b := range r.Blocks {
		p.gap("\n\n")
		switch b := b.(type) {
		case bot.Para:
			p.para(b)
		case bot.Cite:
			p.cite(b)
		case bot.List:
			for _, item := range b.Items {
				p.gap("\n")
				p.item(item)
			}
		}
	}
	return page{html: p.html.String(), text: p.text.String(), entities: p.entities}
}

// press sets text and markup side by side. A gap is set only between two texts.
type press struct {
	html, text strings.Builder
	pending    string // a gap to set before the next text
	entities   int
}

// gap asks for a gap before whatever comes next; the larger of two wins.
func (p *press) gap(s string) {
	if p.text.Len() > 0 && len(s) > len(p.pending) {
		p.pending = s
	}
}

// put sets a text between an opening and a closing tag, both of which may be "".
func (p *press) put(open, s, end string) {
	s = clean(s)
	if s == "" {
		return
	}
	p.text.WriteString(p.pending)
	p.html.WriteString(p.pending)
	p.pending = ""
	p.text.WriteString(s)
	p.html.WriteString(open)
	p.html.WriteString(escapeText.Replace(s))
	p.html.WriteString(end)
	p.entities += strings.Count(open, "<")
}

func (p *press) para(b bot.Para) {
	switch b.Style {
	case bot.Strong:
		p.put("<b>", b.Text, "</b>")
	case bot.Small:
		p.put("<i>", b.Text, "</i>")
	default:
		p.put("", b.Text, "")
	}
}

func (p *press) cite(b bot.Cite) {
	p.put("", b.Label, "")
	p.gap("\n")
	if units(b.Text) > longQuote {
		p.put("<blockquote expandable>", b.Text, "</blockquote>")
	} else {
		p.put("<blockquote>", b.Text, "</blockquote>")
	}
	p.gap("\n")
	open, end := link(b.Link)
	p.put(open, b.SourceLine(), end)
	for _, n := range b.Notes {
		p.gap("\n")
		open, end := link(n.Link)
		p.put("<i>"+open, n.Text, end+"</i>")
	}
}

func (p *press) item(it bot.Item) {
	open, end := link(it.Link)
	p.put("", "• ", "")
	// Bold, not code: a command in code cannot be tapped.
	if it.Text == "" {
		p.put("<b>"+open, it.Term, end+"</b>")
		return
	}
	if it.Term != "" {
		p.put("<b>", it.Term, "</b>")
		p.put("", " – ", "")
	}
	p.put(open, it.Text, end)
}

// link returns the tags of a link to target, none unless it is a web address.
func link(target string) (open, end string) {
	u, err := url.Parse(target)
	if err != nil || (u.Scheme != "http" && u.Scheme != "https") || u.Host == "" {
		return "", ""
	}
	return `<a href="` + escapeAttr.Replace(clean(target)) + `">`, "</a>"
}

// The characters to escape are those the Bot API names (HTML style); no others
// are special.
var (
	escapeText = strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;")
	escapeAttr = strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;", `"`, "&quot;")
)

// clean replaces what Telegram refuses, and what it would change or strip
// behind our back (TDLib, clean_input_string), so that what is measured and
// tested is what people read. Line separators become line breaks rather than
// vanish with the gap between two words.
func clean(s string) string {
	s = strings.ToValidUTF8(s, string(unicode.ReplacementChar))
	s = strings.ReplaceAll(s, "\r\n", "\n")
	return strings.Map(func(r rune) rune {
		switch {
		case r == '\r', r == '\u2028', r == '\u2029':
			return '\n'
		case r < ' ' && r != '\n':
			return ' '
		case '\u202a' <= r && r <= '\u202e', // direction overrides
			r == '\u030a', r == '\u0333', r == '\u033f': // marks that draw over other lines
			return -1
		}
		return r
	}, s)
}

// blank reports whether there is nothing to see in a text. Telegram refuses
// such messages.
func blank(s string) bool {
	return strings.IndexFunc(s, func(r rune) bool { return !unicode.IsSpace(r) && !unicode.Is(unicode.Cf, r) }) < 0
}
