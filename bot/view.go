package bot

import "encoding/base64"

// view is what a message with an answer shows, in a token: so that what a button
// has put into its place can be put back, and more of it be shown. Encoded, it is
// a byte with answers in its upper and shown in its lower half, and the refs.
type view struct {
	answers int   // how many of refs answer the question; the others are further passages
	shown   int   // how many of refs are shown, at least answers and one
	refs    []ref // the lead first, at most maxView
}

// maxView is the largest number that half a byte holds.
const maxView = 15

// viewOf returns the view of an answer, with as much of what comes after it as a
// token has room for.
func (c call) viewOf(quotes []Quote, more []ref) view {
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

func (v view) payload() []byte {
	out := []byte{byte(v.answers<<4 | v.shown)}
	for _, r := range v.refs {
		out = append(out, r[:]...)
	}
	return out
}

func readView(payload []byte) (view, error) {
	if len(payload) == 0 {
		return view{}, errToken
	}
	refs, err := readRefs(payload[1:])
	v := view{answers: int(payload[0] >> 4), shown: int(payload[0] & 0xf), refs: refs}
	if err != nil || v.shown < max(1, v.answers) || v.shown > len(refs) {
		return view{}, errToken
	}
	return v, nil
}

// showView shows the quotes of a view in the place of what stands there.
func (b *Bot) showView(c call, v view) (Reply, error) {
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
		cites := c.cites(quotes)
		cites[0].Label = c.say("passage", nil)
		r.Blocks = blocks(cites)
	} else {
		r.Blocks = b.answerBlocks(c, quotes[:answers])
	}
	if further := quotes[answers:]; answers > 0 && len(further) > 0 {
		r.Blocks = append(r.Blocks, Para{Text: c.say("more_quotes", nil), Style: Small})
		r.Blocks = append(r.Blocks, blocks(c.cites(further))...)
	}
	r.Actions = b.viewActions(c, v)
	return r, nil
}

// viewActions are the buttons under an answer where what they bring takes its
// place.
func (b *Bot) viewActions(c call, v view) []Action {
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
func (b *Bot) opinions(c call, lead ref) []Action {
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
func (c call) backFrom(kind ActionKind, v view) []Action {
	other := Context
	if kind == Context {
		other = Origin
	}
	return append(c.action(Show, v.payload()), c.action(other, v.payload())...)
}

// cites makes the blocks that show quotes of a sentence each, with what opens
// its passage: as a passage, for what is quoted need not answer anything.
func (c call) cites(quotes []Quote) []Cite {
	out := c.words.cites(quotes)
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
