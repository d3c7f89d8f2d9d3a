package discord

import (
	"fmt"
	"slices"

	"rapporteur/bot"
)

// maxDescription is the longest text of an embed (resources/message.mdx,
// "Embed Limits"). One embed is all a message has, so that the 6000 over all
// embeds are out of reach.
const maxDescription = 4096

// embed is a framed text under a message (resources/message.mdx, "Embed
// Object").
type embed struct {
	Description string `json:"description"`
	Colour      int    `json:"color,omitempty"`
}

// framed shows one part of a reply as an embed with buttons below it.
func framed(r bot.Reply) content {
	text := Render(r)
	if q := question(r.Question); q != "" {
		text = q + "\n\n" + text
	}
	c := content{Components: append(rows(linkButtons(r.Blocks)), rows(buttons(r.Actions))...)}
	if text != "" { // else there are files alone
		c.Embeds = []embed{{Description: text, Colour: colours[r.Kind]}}
	}
	return c
}

// linkButtons lead to the quotes, in their order, numbered if there are
// several. One row is enough: the sources of all quotes are links anyway.
func linkButtons(list []bot.Block) []component {
	var out []component
	for _, b := range list {
		c, ok := b.(bot.Cite)
		if !ok || oneLine(c.Open) == "" || len(out) == maxInRow {
			continue
		}
		b := linkButton(c)
		if b != nil && !slices.ContainsFunc(out, func(o component) bool { return o.URL == b.URL }) {
			out = append(out, *b)
		}
	}
	if len(out) > 1 {
		for i := range out {
			out[i].Label = clip(fmt.Sprintf("%d. %s", i+1, out[i].Label), maxLabel)
		}
	}
	return out
}
