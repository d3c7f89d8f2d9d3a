package ask

import (
	"encoding/base64"

	"rapporteur/bot"
	"rapporteur/bot/token"
)

// viewOf returns the view of an answer, with as much of what comes after it as a
// token has room for.
func viewOf(c *bot.Call, quotes []Quote, more []token.Ref) token.View {
	v := token.View{Answers: len(quotes), Shown: len(quotes)}
	for _, q := range quotes {
		v.Refs = append(v.Refs, q.ref())
	}
	v.Refs = append(v.Refs, more...)
	room := (base64.RawURLEncoding.DecodedLen(c.Room) - token.Header - 1) / len(token.Ref{})
	v.Refs = v.Refs[:max(0, min(room, token.MaxRefs, len(v.Refs)))]
	v.Answers, v.Shown = min(v.Answers, len(v.Refs)), min(v.Shown, len(v.Refs))
	return v
}

// showView shows the quotes of a view in the place of what stands there.
func (b *Room) showView(c *bot.Call, v token.View) (bot.Reply, error) {
	var quotes []Quote
	answers := 0
	for i, r := range v.Refs[:v.Shown] {
		quote, err := b.requote(c, r)
		switch {
		case err != nil && i == 0:
			return bot.Reply{}, err // what follows was chosen beside the lead
		case err != nil:
			continue
		case i < v.Answers:
			answers++
		}
		quotes = append(quotes, quote)
	}
	r := bot.Reply{Kind: bot.KindAnswer, InPlace: true, Preview: c.Settings.Preview}
	if answers == 0 {
		r.Kind = bot.KindNotice
		cites := cites(c, quotes)
		cites[0].Label = labelled(c.Say("passage", nil), cites[0].Label)
		r.Blocks = blocks(cites)
	} else {
		r.Blocks = b.answerBlocks(c, quotes[:answers])
	}
	if further := quotes[answers:]; answers > 0 && len(further) > 0 {
		r.Blocks = append(r.Blocks, bot.Para{Text: c.Say("more_quotes", nil), Style: bot.Small})
		r.Blocks = append(r.Blocks, blocks(cites(c, further))...)
	}
	r.Actions = b.viewActions(c, v)
	return r, nil
}

// viewActions are the buttons under an answer where what they bring takes its
// place.
func (b *Room) viewActions(c *bot.Call, v token.View) []bot.Action {
	if len(v.Refs) == 0 {
		return nil
	}
	var out []bot.Action
	if all := (token.View{Answers: v.Answers, Shown: len(v.Refs), Refs: v.Refs}); v.Shown < all.Shown {
		out = append(out, c.Button(bot.More, all.Payload())...)
	} else if first := max(v.Answers, 1); v.Shown > first {
		out = append(out, c.Button(bot.Show, token.View{Answers: v.Answers, Shown: first, Refs: v.Refs}.Payload())...)
	}
	out = append(out, c.Button(bot.Context, v.Payload())...)
	out = append(out, c.Button(bot.Origin, v.Payload())...)
	if v.Answers == 0 {
		return out
	}
	return append(out, b.opinions(c, v.Refs[0])...)
}

// opinions are the buttons that ask whether a quote helped.
func (b *Room) opinions(c *bot.Call, lead token.Ref) []bot.Action {
	if b.state == nil {
		return nil
	}
	out := append(c.ButtonAbout(bot.Helpful, lead), c.ButtonAbout(bot.NotHelpful, lead)...)
	for i := range out {
		out[i].Row = 1
	}
	return out
}

// backFrom are the buttons under what has taken the place of a view: one to it,
// and one to what else there is about the lead.
func backFrom(c *bot.Call, kind bot.ActionKind, v token.View) []bot.Action {
	other := bot.Context
	if kind == bot.Context {
		other = bot.Origin
	}
	return append(c.Button(bot.Show, v.Payload()), c.Button(other, v.Payload())...)
}

// cites makes the blocks that show quotes of a sentence each, with what opens
// its passage: as a passage, for what is quoted need not answer anything.
func cites(c *bot.Call, quotes []Quote) []bot.Cite {
	out := plainCites(c.Words, quotes)
	for i, q := range quotes {
		if opened := c.Button(bot.Context, token.View{Shown: 1, Refs: []token.Ref{q.ref()}}.Payload()); c.InPlace && len(opened) > 0 {
			out[i].Notes[0].Token = opened[0].Token
		}
	}
	return out
}

func blocks(cites []bot.Cite) []bot.Block {
	var out []bot.Block
	for _, cite := range cites {
		out = append(out, cite)
	}
	return out
}
