package discord

import (
	"cmp"
	"fmt"
	"net/url"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/bwmarrin/discordgo"

	"rapporteur/bot"
	"rapporteur/bot/adapter"
)

// What Discord takes (components/reference.mdx: the introduction, "Button
// Structure", "Custom ID", "Action Row Structure").
const (
	maxComponents = 40   // in a message, nested ones included
	maxText       = 4000 // characters of all texts of a message
	maxLabel      = 80
	maxCustomID   = 100
	maxButtonURL  = 512
	maxInRow      = 5
	maxRows       = 5 // legacy messages; others have none but maxComponents
)

// colours tell the kinds of reply apart at a glance.
var colours = map[bot.ReplyKind]int{
	bot.KindAnswer:  0x2A9D8F, // green-blue
	bot.KindRefusal: 0xE0A030, // amber
	bot.KindNotice:  0x6C8EAD, // grey-blue
	bot.KindError:   0xD64545, // red
}

// icons stand on the buttons of actions.
var icons = map[bot.ActionKind]string{
	bot.More:        "💬",
	bot.Context:     "📖",
	bot.Origin:      "📄",
	bot.Helpful:     "👍",
	bot.NotHelpful:  "👎",
	bot.Tell:        "🔔",
	bot.StopTelling: "🔕",
}

// container shows one part of a reply as a coloured box: the question, the
// blocks, and what can be done next.
func container(r bot.Reply) *discordgo.Container {
	colour := colours[r.Kind]
	box := &discordgo.Container{AccentColor: &colour}
	if q := question(r.Question); q != "" {
		box.Components = append(box.Components, textDisplay(q))
	}
	box.Components = append(box.Components, blocks(r.Blocks)...)
	box.Components = append(box.Components, filed(r.Files)...) // see attach
	if buttons := rows(buttons(r.Actions)); len(buttons) > 0 {
		box.Components = append(append(box.Components, discordgo.Separator{}), buttons...)
	}
	return box
}

// blocks shows the blocks of a reply one below the other. A quote with its
// source and a remark end a thought: what follows is set apart.
func blocks(all []bot.Block) []discordgo.MessageComponent {
	var out []discordgo.MessageComponent
	apart := false
	for i, b := range all {
		var shown []discordgo.MessageComponent
		ends := false
		switch b := b.(type) {
		case bot.Para:
			shown, ends = text(paragraph(b, i == 0)), b.Style == bot.Small
		case bot.Cite:
			shown, ends = citation(b), oneLine(b.Source) != ""
		case bot.List:
			shown = text(list(b))
		}
		if len(shown) == 0 {
			continue
		}
		if apart {
			out = append(out, discordgo.Separator{})
		}
		out = append(out, shown...)
		apart = ends
	}
	return out
}

// paragraph sets a verdict or title that opens a reply as a heading, and any
// other paragraph as in plain Markdown.
func paragraph(p bot.Para, first bool) []string {
	if lines := split(p.Text); first && p.Style == bot.Strong && headable(p.Text) {
		return []string{heading(lines[0])}
	}
	return para(p)
}

// citation shows a quote, and below it where it stands, beside a button that
// leads there.
func citation(c bot.Cite) []discordgo.MessageComponent {
	body, foot := quotation(c, c.Lead && headable(c.Text)), []string(nil)
	leads := linkButton(c)
	target := c.Link
	if leads != nil {
		target = ""
	}
	source := link(c.Source, target, true)
	if oneLine(c.Source) != "" {
		if date := date(c); date != "" {
			source += " · " + date
		}
	}
	if source != "" {
		foot = append(foot, source)
	}
	if n := notes(c); len(n) > 0 {
		foot = append(foot, small(strings.Join(n, " · ")))
	}
	switch {
	case leads == nil:
		return append(text(body), text(foot)...)
	case len(text(foot)) > 0:
		return append(text(body), section(foot, leads))
	case len(text(body)) > 0:
		return []discordgo.MessageComponent{section(body, leads)}
	}
	return text([]string{"<" + leads.URL + ">"}) // a section needs a text
}

// date writes the day or moment a source was published. Discord shows a
// timestamp to each reader in a time zone and language of their own. That is
// right for a moment, but would give some readers the wrong day where only the
// day is known: it is written out, and a timestamp just says how long ago.
func date(c bot.Cite) string {
	written := escape(oneLine(c.Date), false)
	switch p := c.Published; {
	case p.IsZero():
		return written
	case p.DayOnly:
		noon := p.Time.Add(12 * time.Hour)
		return fmt.Sprintf("%s (<t:%d:R>)", cmp.Or(written, p.Day()), noon.Unix())
	default:
		return fmt.Sprintf("<t:%d:f>", p.Time.Unix())
	}
}

// question shows what was asked, in small.
func question(q string) string {
	const shown = 250 // characters; the asker knows the rest
	if q = oneLine(q); q == "" {
		return ""
	}
	return small(escape(adapter.Clip(q, shown), true))
}

// textDisplay is a piece of Markdown.
func textDisplay(s string) discordgo.MessageComponent { return discordgo.TextDisplay{Content: s} }

// text makes a Text Display of lines, none of lines that show nothing.
func text(lines []string) []discordgo.MessageComponent {
	s := strings.Join(lines, "\n")
	if strings.TrimSpace(s) == "" {
		return nil
	}
	return []discordgo.MessageComponent{textDisplay(s)}
}

// section is text with a button beside it.
func section(lines []string, button *discordgo.Button) discordgo.MessageComponent {
	return discordgo.Section{Components: text(lines), Accessory: button}
}

// linkButton leads to a quote, nil if no button can.
func linkButton(c bot.Cite) *discordgo.Button {
	address := buttonURL(c.Link)
	if address == "" {
		return nil
	}
	b := &discordgo.Button{Style: discordgo.LinkButton, Label: adapter.Clip(oneLine(c.Open), maxLabel), URL: address}
	if b.Label == "" {
		b.Emoji = &discordgo.ComponentEmoji{Name: "🔗"}
	}
	return b
}

// buttonURL returns an address as a button can have it, or "". An address that
// is too long loses the fragment that leads to the very words. Discord refuses
// the whole message for an address it finds wrong, so any doubt is a no.
func buttonURL(target string) string {
	u, err := url.Parse(href(target))
	if err != nil || !strings.Contains(u.Host, ".") || strings.ContainsFunc(u.Host, func(c rune) bool { return c > '~' || c == '%' }) {
		return ""
	}
	var b strings.Builder
	for _, octet := range []byte(href(target)) {
		if octet >= utf8.RuneSelf {
			fmt.Fprintf(&b, "%%%02X", octet)
			continue
		}
		b.WriteByte(octet)
	}
	address := b.String()
	if len(address) > maxButtonURL {
		address, _, _ = strings.Cut(address, "#")
	}
	if len(address) > maxButtonURL {
		return ""
	}
	return address
}

// buttons are what can be done next. What Discord would refuse is left out:
// it would refuse the answer with it.
func buttons(actions []bot.Action) []discordgo.MessageComponent {
	var out []discordgo.MessageComponent
	for _, a := range actions {
		b := &discordgo.Button{Style: discordgo.SecondaryButton, Label: adapter.Clip(oneLine(a.Label), maxLabel), CustomID: a.Token}
		if a.Kind == bot.Tell {
			b.Style = discordgo.PrimaryButton
		}
		if name := icons[a.Kind]; name != "" {
			b.Emoji = &discordgo.ComponentEmoji{Name: name}
		}
		taken := slices.ContainsFunc(out, func(o discordgo.MessageComponent) bool { return o.(*discordgo.Button).CustomID == b.CustomID })
		if b.CustomID == "" || adapter.Units(b.CustomID) > maxCustomID || taken || b.Label == "" && b.Emoji == nil {
			continue
		}
		if out = append(out, b); len(out) == maxInRow*(maxRows-1) { // a row is left for links
			break
		}
	}
	return out
}

// rows puts buttons into as many rows as they take.
func rows(buttons []discordgo.MessageComponent) []discordgo.MessageComponent {
	var out []discordgo.MessageComponent
	for row := range slices.Chunk(buttons, maxInRow) {
		out = append(out, discordgo.ActionsRow{Components: row})
	}
	return out
}

// count returns how many components there are, nested ones included.
func count(list []discordgo.MessageComponent) int {
	n := 0
	for _, c := range list {
		n++
		switch c := c.(type) {
		case *discordgo.Container:
			n += count(c.Components)
		case discordgo.Section:
			n += count(c.Components) + 1
		case discordgo.ActionsRow:
			n += len(c.Components)
		}
	}
	return n
}
