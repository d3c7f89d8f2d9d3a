package discord

import (
	"fmt"
	"slices"

	"github.com/bwmarrin/discordgo"

	"rapporteur/bot"
	"rapporteur/bot/adapter"
)

// maxDescription is the longest text of an embed (resources/message.mdx,
// "Embed Limits"). One embed is all a message has, so that the 6000 over all
// embeds are out of reach.
const maxDescription = 4096

// framed shows one part of a reply as an embed with buttons below it.
func framed(r bot.Reply) content {
	text := Render(r)
	if q := question(r.Question); q != "" {
		text = q + "\n\n" + text
	}
	c := content{Components: append(rows(linkButtons(r.Blocks)), rows(buttons(r.Actions))...)}
	if text != "" { // else there are files alone
		c.Embeds = []*discordgo.MessageEmbed{{Description: text, Color: colours[r.Kind]}}
	}
	return c
}

// linkButtons lead to the quotes, in their order, numbered if there are
// several. One row is enough: the sources of all quotes are links anyway.
func linkButtons(list []bot.Block) []discordgo.MessageComponent {
	var out []discordgo.MessageComponent
	for _, b := range list {
		c, ok := b.(bot.Cite)
		if !ok || oneLine(c.Open) == "" || len(out) == maxInRow {
			continue
		}
		b := linkButton(c)
		if b != nil && !slices.ContainsFunc(out, func(o discordgo.MessageComponent) bool { return o.(*discordgo.Button).URL == b.URL }) {
			out = append(out, b)
		}
	}
	if len(out) > 1 {
		for i := range out {
			b := out[i].(*discordgo.Button)
			b.Label = adapter.Clip(fmt.Sprintf("%d. %s", i+1, b.Label), maxLabel)
		}
	}
	return out
}
