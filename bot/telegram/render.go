package telegram

import (
	"cmp"
	"fmt"
	"net/url"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	tg "github.com/go-telegram/bot"
	"github.com/go-telegram/bot/models"

	"rapporteur/bot"
	"rapporteur/bot/adapter"
	"rapporteur/corpus"
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

// page is one message: the same text with markup and without, and the buttons.
type page struct {
	html, text string
	entities   int
	preview    string // address of what is shown with a preview, "" for none
	keyboard   keyboard
	plain      bool // the markup is not taken
}

// previewOptions are those of a message: no preview unless one is wished for.
func (p page) previewOptions() *models.LinkPreviewOptions {
	if p.preview == "" {
		return &models.LinkPreviewOptions{IsDisabled: tg.True()}
	}
	return &models.LinkPreviewOptions{URL: &p.preview, PreferSmallMedia: tg.True()}
}

// compose sets a reply as the messages it takes. The question is part of it where
// the message does not reply to it.
func (a *Adapter) compose(r bot.Reply, question bool) []page {
	var asked []bot.Block
	if question {
		asked = above(r)
	}
	var pages []page
	for i, part := range a.split(r, maxText-room(asked)) {
		if i == 0 {
			part.Blocks = append(asked, part.Blocks...)
		}
		if p := render(part, a.self.Username); !blank(p.text) {
			pages = append(pages, p)
		}
	}
	return pages
}

// split cuts a reply into parts that measure at most limit.
func (a *Adapter) split(r bot.Reply, limit int) []bot.Reply {
	return bot.Split(r, limit, func(r bot.Reply) int { return size(r, a.self.Username) })
}

// above repeats what was asked, if anything was.
func above(r bot.Reply) []bot.Block {
	if r.Question == "" {
		return nil
	}
	return []bot.Block{bot.Para{Text: "“" + adapter.Clip(r.Question, maxQuestion) + "”", Style: bot.Small}}
}

// room is what blocks take beside others.
func room(blocks []bot.Block) int {
	if len(blocks) == 0 {
		return 0
	}
	return size(bot.Reply{Blocks: blocks}, "") + len("\n\n")
}

// onePage sets a reply as one message where there can be no other. What does not
// fit is left out, and the message says so. It reports false if there is nothing
// to say.
func (a *Adapter) onePage(r bot.Reply, locale string) (page, bool) {
	pages := a.compose(r, true)
	switch len(pages) {
	case 0:
		return page{}, false
	case 1:
		return pages[0], true
	}
	cut := bot.Explained(bot.ErrCut, locale).Blocks
	first := a.split(r, maxText-room(above(r))-room(cut))[0]
	first.Blocks = append(first.Blocks[:len(first.Blocks):len(first.Blocks)], cut...)
	first.Actions = r.Actions
	return a.compose(first, true)[0], true
}

// maxQuestion is how much of a question is repeated above its answer.
const maxQuestion = 200

// size measures a reply in units of text, at most maxText of which fit a
// message. An entity counts for its share of them, so that neither limit is
// exceeded.
func size(r bot.Reply, self string) int {
	p := render(r, self)
	return max(adapter.Units(p.text), p.entities*(maxText/maxEntities+1))
}

// render sets a reply in Telegram's HTML, for the bot with the user name self.
// Blocks are set apart by blank lines.
func render(r bot.Reply, self string) page {
	p := typesetter{self: self}
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
	out := page{html: p.html.String(), text: p.text.String(), entities: p.entities, keyboard: keys(r.Actions, groupRowWidth)}
	if r.Preview {
		out.preview = firstLink(r.Blocks)
	}
	return out
}

// firstLink is the address of the first quote that has one.
func firstLink(blocks []bot.Block) string {
	for _, b := range blocks {
		if c, ok := b.(bot.Cite); ok {
			if open, _ := link(c.Link); open != "" {
				return clean(c.Link)
			}
		}
	}
	return ""
}

// typesetter sets text and markup side by side. A gap is set only between two
// texts.
type typesetter struct {
	self       string
	html, text strings.Builder
	pending    string // a gap to set before the next text
	entities   int
}

// gap asks for a gap before whatever comes next; the larger of two wins.
func (p *typesetter) gap(s string) {
	if p.text.Len() > 0 && len(s) > len(p.pending) {
		p.pending = s
	}
}

// put sets a text of the bot's own between an opening and a closing tag, both of
// which may be "". Names in it that Telegram would call somebody by are broken by
// a character that nobody sees.
func (p *typesetter) put(open, s, end string) {
	p.set(open, callNobody(clean(s)), end)
}

// callNobody breaks the names in a text that Telegram would call somebody by.
func callNobody(s string) string {
	var out strings.Builder
	at := 0
	for _, call := range calls(s) {
		out.WriteString(s[at : call.Start+len("@")])
		out.WriteString(wordJoiner)
		at = call.Start + len("@")
	}
	out.WriteString(s[at:])
	return out.String()
}

// cited sets words of a source, which stay as they are. Names in them that
// Telegram would call somebody by are set as code, in which it looks for none.
func (p *typesetter) cited(open, s, end string) {
	s = clean(s)
	at := 0
	for _, call := range calls(s) {
		p.set(open, s[at:call.Start], "")
		if call.Start > at {
			open = ""
		}
		p.set(open+"<code>", call.Of(s), "</code>")
		open, at = "", call.End
	}
	if at == len(s) && at > 0 {
		p.html.WriteString(end)
		return
	}
	p.set(open, s[at:], end)
}

// wordJoiner keeps what stands on both sides of it from being one word.
const wordJoiner = "\u2060"

// calls finds what Telegram would take for a mention (Bot API, MessageEntity),
// which tells whoever has the name that they were mentioned.
func calls(s string) (found []corpus.Range) {
	for i := 0; i < len(s); i++ {
		if s[i] != '@' {
			continue
		}
		end := i + 1
		for end < len(s) && (s[end] == '_' || s[end] < utf8.RuneSelf && wordRune(rune(s[end]))) {
			end++
		}
		if before, _ := utf8.DecodeLastRuneInString(s[:i]); end > i+1 && (i == 0 || !wordRune(before)) {
			found = append(found, corpus.Range{Start: i, End: end})
		}
	}
	return found
}

// set sets a text as it is.
func (p *typesetter) set(open, s, end string) {
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

func (p *typesetter) para(b bot.Para) {
	switch b.Style {
	case bot.Strong:
		p.put("<b>", b.Text, "</b>")
	case bot.Small:
		p.put("<i>", b.Text, "</i>")
	default:
		p.put("", b.Text, "")
	}
}

func (p *typesetter) cite(b bot.Cite) {
	p.put("", b.Label, "")
	p.gap("\n")
	p.quote(b)
	p.gap("\n")
	open, end := link(b.Link)
	p.put(open, b.Source, end)
	// On a line of its own, for at the end of a long title it is torn apart and
	// passed over.
	p.gap("\n")
	if b.Source != "" {
		p.put("", b.Date, "")
	}
	for _, n := range b.Notes {
		p.gap("\n")
		open, end := link(n.Link)
		if open == "" && n.Token != "" && p.self != "" {
			open, end = link("https://t.me/" + p.self + "?start=" + n.Token)
		}
		p.put("<i>"+open, n.Text, end+"</i>")
	}
}

// quote sets the words of a quote, with what is marked in them in bold. Long ones
// are folded.
func (p *typesetter) quote(b bot.Cite) {
	open := "<blockquote>"
	if b.Folded || adapter.Units(b.Text) > longQuote {
		open = "<blockquote expandable>"
	}
	before, marked, after := clean(b.Text[:b.Mark.Start]), clean(b.Mark.Of(b.Text)), clean(b.Text[b.Mark.End:])
	// A border of it may lie where cleaning changes something, and code cannot be bold.
	if marked == "" || before+marked+after != clean(b.Text) || len(calls(clean(b.Text))) > 0 {
		p.cited(open, b.Text, "</blockquote>")
		return
	}
	p.set(open, before, "")
	if before == "" {
		open += "<b>"
	} else {
		open = "<b>"
	}
	if after == "" {
		p.set(open, marked, "</b></blockquote>")
		return
	}
	p.set(open, marked, "</b>")
	p.set("", after, "</blockquote>")
}

func (p *typesetter) item(it bot.Item) {
	open, end := link(it.Link)
	p.put("", "• ", "")
	// Bold, not code: a command in code cannot be tapped.
	if it.Text == "" && len(it.Places) == 0 {
		p.put("<b>"+open, it.Term, end+"</b>")
		return
	}
	if it.Term != "" {
		p.put("<b>", it.Term, "</b>")
		if strings.HasSuffix(it.Term, ":") {
			p.put("", " ", "")
		} else {
			p.put("", " – ", "")
		}
	}
	p.put(open, it.Text, end)
	for i, at := range it.Places {
		if i > 0 {
			p.put("", ", ", "")
		} else if it.Text != "" {
			p.put("", " ", "")
		}
		open, end := "", ""
		if n, err := strconv.ParseUint(at.ID, 10, 64); err == nil && at.Person {
			open, end = fmt.Sprintf(`<a href="tg://user?id=%d">`, n), "</a>"
		}
		p.put(open, cmp.Or(at.Name, at.ID), end)
	}
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
