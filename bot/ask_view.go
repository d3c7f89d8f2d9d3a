package bot

import "encoding/base64"

// viewOf returns the view of an answer, with as much of what comes after it as a
// token has room for.
func viewOf(c *call, quotes []Quote, more []ref) view {
	v := view{answers: len(quotes), shown: len(quotes)}
	for _, q := range quotes {
		v.refs = append(v.refs, q.ref())
	}
	v.refs = append(v.refs, more...)
	room := (base64.RawURLEncoding.DecodedLen(c.Room) - tokenHeader - 1) / len(ref{})
	v.refs = v.refs[:max(0, min(room, maxView, len(v.refs)))]
	v.answers, v.shown = min(v.answers, len(v.refs)), min(v.shown, len(v.refs))
	return v
}

// showView shows the quotes of a view in the place of what stands there.
func (b *Bot) showView(c *call, v view) (Reply, error) {
	var quotes []Quote
	answers := 0
	for i, r := range v.refs[:v.shown] {
		quote, err := b.requote(c, r)
		switch {
		case err != nil && i == 0:
			return Reply{}, err // what follows was chosen beside the lead
		case err != nil:
			continue
		case i < v.answers:
			answers++
		}
		quotes = append(quotes, quote)
	}
	r := Reply{Kind: KindAnswer, InPlace: true, Preview: c.settings.Preview}
	if answers == 0 {
		r.Kind = KindNotice
		cites := cites(c, quotes)
		cites[0].Label = c.say("passage", nil)
		r.Blocks = blocks(cites)
	} else {
		r.Blocks = b.answerBlocks(c, quotes[:answers])
	}
	if further := quotes[answers:]; answers > 0 && len(further) > 0 {
		r.Blocks = append(r.Blocks, Para{Text: c.say("more_quotes", nil), Style: Small})
		r.Blocks = append(r.Blocks, blocks(cites(c, further))...)
	}
	r.Actions = b.viewActions(c, v)
	return r, nil
}

// viewActions are the buttons under an answer where what they bring takes its
// place.
func (b *Bot) viewActions(c *call, v view) []Action {
	if len(v.refs) == 0 {
		return nil
	}
	var out []Action
	if all := (view{v.answers, len(v.refs), v.refs}); v.shown < all.shown {
		for _, a := range c.action(Show, all.payload()) {
			a.Label = c.say(actionLabels[More], nil)
			out = append(out, a)
		}
	}
	out = append(out, c.action(Context, v.payload())...)
	out = append(out, c.action(Origin, v.payload())...)
	if v.answers == 0 {
		return out
	}
	return append(out, b.opinions(c, v.refs[0])...)
}

// opinions are the buttons that ask whether a quote helped.
func (b *Bot) opinions(c *call, lead ref) []Action {
	if b.state == nil {
		return nil
	}
	out := append(c.button(Helpful, lead), c.button(NotHelpful, lead)...)
	for i := range out {
		out[i].Row = 1
	}
	return out
}

// backFrom are the buttons under what has taken the place of a view: one to it,
// and one to what else there is about the lead.
func backFrom(c *call, kind ActionKind, v view) []Action {
	other := Context
	if kind == Context {
		other = Origin
	}
	return append(c.action(Show, v.payload()), c.action(other, v.payload())...)
}

// cites makes the blocks that show quotes of a sentence each, with what opens
// its passage: as a passage, for what is quoted need not answer anything.
func cites(c *call, quotes []Quote) []Cite {
	out := plainCites(c.words, quotes)
	for i, q := range quotes {
		if opened := c.action(Context, view{0, 1, []ref{q.ref()}}.payload()); c.InPlace && len(opened) > 0 {
			out[i].Notes[0].Token = opened[0].Token
		}
	}
	return out
}

func blocks(cites []Cite) []Block {
	var out []Block
	for _, cite := range cites {
		out = append(out, cite)
	}
	return out
}
