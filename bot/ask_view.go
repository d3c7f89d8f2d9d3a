package bot

import "encoding/base64"

// viewOf returns the view of an answer, with as much of what comes after it as a
// token has room for.
func viewOf(c *Call, quotes []Quote, more []Ref) View {
	v := View{Answers: len(quotes), Shown: len(quotes)}
	for _, q := range quotes {
		v.Refs = append(v.Refs, q.ref())
	}
	v.Refs = append(v.Refs, more...)
	room := (base64.RawURLEncoding.DecodedLen(c.Room) - Header - 1) / len(Ref{})
	v.Refs = v.Refs[:max(0, min(room, MaxRefs, len(v.Refs)))]
	v.Answers, v.Shown = min(v.Answers, len(v.Refs)), min(v.Shown, len(v.Refs))
	return v
}

// showView shows the quotes of a view in the place of what stands there.
func (b *Bot) showView(c *Call, v View) (Reply, error) {
	var quotes []Quote
	answers := 0
	for i, r := range v.Refs[:v.Shown] {
		quote, err := b.requote(c, r)
		switch {
		case err != nil && i == 0:
			return Reply{}, err // what follows was chosen beside the lead
		case err != nil:
			continue
		case i < v.Answers:
			answers++
		}
		quotes = append(quotes, quote)
	}
	r := Reply{Kind: KindAnswer, InPlace: true, Preview: c.Settings.Preview}
	if answers == 0 {
		r.Kind = KindNotice
		cites := cites(c, quotes)
		cites[0].Label = c.Say("passage", nil)
		r.Blocks = blocks(cites)
	} else {
		r.Blocks = b.answerBlocks(c, quotes[:answers])
	}
	if further := quotes[answers:]; answers > 0 && len(further) > 0 {
		r.Blocks = append(r.Blocks, Para{Text: c.Say("more_quotes", nil), Style: Small})
		r.Blocks = append(r.Blocks, blocks(cites(c, further))...)
	}
	r.Actions = b.viewActions(c, v)
	return r, nil
}

// viewActions are the buttons under an answer where what they bring takes its
// place.
func (b *Bot) viewActions(c *Call, v View) []Action {
	if len(v.Refs) == 0 {
		return nil
	}
	var out []Action
	if all := (View{v.Answers, len(v.Refs), v.Refs}); v.Shown < all.Shown {
		for _, a := range c.Button(Show, all.Payload()) {
			a.Label = c.Say(actionLabels[More], nil)
			out = append(out, a)
		}
	}
	out = append(out, c.Button(Context, v.Payload())...)
	out = append(out, c.Button(Origin, v.Payload())...)
	if v.Answers == 0 {
		return out
	}
	return append(out, b.opinions(c, v.Refs[0])...)
}

// opinions are the buttons that ask whether a quote helped.
func (b *Bot) opinions(c *Call, lead Ref) []Action {
	if b.state == nil {
		return nil
	}
	out := append(c.ButtonAbout(Helpful, lead), c.ButtonAbout(NotHelpful, lead)...)
	for i := range out {
		out[i].Row = 1
	}
	return out
}

// backFrom are the buttons under what has taken the place of a view: one to it,
// and one to what else there is about the lead.
func backFrom(c *Call, kind ActionKind, v View) []Action {
	other := Context
	if kind == Context {
		other = Origin
	}
	return append(c.Button(Show, v.Payload()), c.Button(other, v.Payload())...)
}

// cites makes the blocks that show quotes of a sentence each, with what opens
// its passage: as a passage, for what is quoted need not answer anything.
func cites(c *Call, quotes []Quote) []Cite {
	out := plainCites(c.Words, quotes)
	for i, q := range quotes {
		if opened := c.Button(Context, View{0, 1, []Ref{q.ref()}}.Payload()); c.InPlace && len(opened) > 0 {
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
