package discord

import (
	"slices"
	"strings"

	"github.com/bwmarrin/discordgo"

	"rapporteur/bot"
	"rapporteur/bot/adapter"
)

// layout is how a reply is put.
type layout int

// The layouts.
const (
	components layout = iota // a container of components
	embeds                   // an embed, for where components are not taken
)

// content is what of a message the reply decides.
type content struct {
	Content    string                       `json:"content,omitempty"`
	Embeds     []*discordgo.MessageEmbed    `json:"embeds,omitzero"`
	Components []discordgo.MessageComponent `json:"components,omitzero"`
	Flags      discordgo.MessageFlags       `json:"flags"`

	// Attachments are the files of the message, of those sent along; an edit
	// with nil keeps those that are there, as with the embeds and components.
	Attachments []attached `json:"attachments,omitzero"`

	files []bot.File // sent along
}

// compose cuts a reply into the messages it takes, each within Discord's
// limits. There are none when there is nothing to see.
func compose(r bot.Reply, l layout) []content {
	// A message must have room for the question and the actions whether or not
	// it is the one to carry them.
	last := rows(buttons(r.Actions))
	reserved := adapter.Units(question(r.Question))
	for _, a := range r.Actions {
		reserved += adapter.Units(a.Label)
	}
	limit := maxDescription - reserved
	if l == components {
		limit = maxText - reserved
	}
	most := maxComponents - 3 - count(last) // the container, the question, the line above the actions

	var parts []bot.Reply
	for _, part := range bot.Split(tame(r), limit, func(r bot.Reply) int {
		if l == embeds {
			return weight(r, l)
		}
		return max(weight(r, l), count(blocks(r.Blocks))*limit/most)
	}) {
		if strings.TrimSpace(Render(part)) != "" {
			part.Question, part.Actions, part.Files, part.Updates = "", nil, nil, nil
			parts = append(parts, part)
		}
	}
	if len(parts) == 0 && len(r.Files) > 0 {
		parts = []bot.Reply{{Kind: r.Kind}}
	}
	if len(parts) == 0 {
		return nil
	}
	parts[0].Question, parts[len(parts)-1].Actions = r.Question, r.Actions

	var out []content
	for _, part := range parts {
		if l == embeds {
			out = append(out, framed(part))
		} else {
			out = append(out, content{Components: []discordgo.MessageComponent{container(part)}, Flags: discordgo.MessageFlagsIsComponentsV2})
		}
	}
	return attach(out, r, l)
}

// weight is at least as long as the text of a reply can be in a layout. It
// counts whatever might be escaped as escaped, and so, unlike the text itself,
// never shrinks when a text grows: Split relies on that.
func weight(r bot.Reply, l layout) int {
	n := 0
	for _, b := range r.Blocks {
		switch b := b.(type) {
		case bot.Para:
			n += room(b.Text)
		case bot.Cite:
			n += room(b.Label) + room(b.Text) + room(b.Source) + room(b.Date) + adapter.Units(b.Open)
			if !b.Published.IsZero() {
				n += len(" · <t:-62135596800:f> ()")
			}
			if l == embeds || linkButton(b) == nil {
				n += spell(b.Link)
			}
			for _, note := range b.Notes {
				n += room(note.Text) + spell(note.Link)
			}
		case bot.List:
			for _, item := range b.Items {
				n += room(item.Term) + room(item.Text) + spell(item.Link)
				for _, p := range item.Places {
					n += len(" <@&>") + adapter.Units(p.ID)
				}
			}
		}
	}
	return n
}

// room is what a text may take.
func room(s string) int {
	if s == "" {
		return 0
	}
	const line = len("> ### ") + len(`\`) + len("****") + len("\n\n") // the most that is put around one
	n := adapter.Units(s) + line
	for i := range len(s) {
		switch {
		case s[i] == '\n', s[i] == '\r':
			n += line
		case strings.IndexByte(escapable, s[i]) >= 0:
			n++
		}
	}
	return n
}

// spell is what a link may take beside its text.
func spell(target string) int {
	if target = href(target); target == "" {
		return 0
	}
	return adapter.Units(target) + len("- [](<>)")
}

// tame makes a reply one that Split can cut to any message: texts that are not
// cut are shortened, far beyond what the handler sends. And a quote that is
// too long for a heading is none in any of its pieces.
func tame(r bot.Reply) bot.Reply {
	const (
		name   = 400 // characters of a source, the longest of them
		phrase = 300
		places = 80
	)
	r.Blocks = slices.Clone(r.Blocks)
	for i, b := range r.Blocks {
		switch b := b.(type) {
		case bot.Cite:
			b.Lead = b.Lead && headable(b.Text)
			b.Label, b.Source, b.Date = adapter.Clip(b.Label, phrase), adapter.Clip(b.Source, name), adapter.Clip(b.Date, phrase/3)
			b.Notes = slices.Clone(b.Notes)
			for j := range b.Notes {
				b.Notes[j].Text = adapter.Clip(b.Notes[j].Text, phrase)
			}
			r.Blocks[i] = b
		case bot.List:
			b.Items = slices.Clone(b.Items)
			for j := range b.Items {
				item := &b.Items[j]
				item.Term = adapter.Clip(item.Term, phrase)
				item.Places = item.Places[:min(len(item.Places), places)]
			}
			r.Blocks[i] = b
		}
	}
	return r
}
