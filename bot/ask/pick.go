package ask

import (
	"context"
	"encoding/base64"
	"slices"

	"rapporteur/bot"
	"rapporteur/bot/locale"
	"rapporteur/bot/state"
	"rapporteur/index"
)

// Lengths of what a list of picks shows, in characters: a line for the title, which
// is the quote, and two or three for the text.
const (
	maxPickTitle = 80
	maxPickText  = 160
)

// pick returns ready quotes for what is typed so far.
func (b *Room) pick(ctx context.Context, c *bot.Call, limit int) (p bot.Picks, err error) {
	q, err := parseSearch(c.Text, c.Options)
	if err != nil {
		return p, err
	}
	found, err := b.find(ctx, c, q, limit)
	if err != nil {
		return p, err
	}
	p.Answered = len(found.Hits) > 0 && found.Confidence >= c.Threshold
	var quotes []Quote
	for i, h := range found.Hits {
		if len(quotes) >= limit || !p.Answered && h.Met < leastMet {
			break
		}
		quote, err := b.quotes.hit(h)
		switch {
		case err != nil && i == 0: // nothing else answers, or is nearest
			return bot.Picks{}, &bot.UserError{Message: "source_changed", Data: data{"ID": h.Text.ID}, Err: err}
		case err != nil, slices.ContainsFunc(quotes, func(q Quote) bool { return q.ref() == quote.ref() }):
			continue
		}
		quotes = append(quotes, quote)
	}
	// A single word asks nothing, so there is nothing to refuse.
	if !p.Answered && !isOneWord(q.Text) {
		p.List = append(p.List, b.pickRefusal(c, q, found, quotes[:min(1, len(quotes))]))
		p.Tell = b.pickTell(c)
	}
	for i, quote := range quotes {
		p.List = append(p.List, b.pickOf(c, quote, p.Answered && i == 0))
	}
	p.List = p.List[:max(0, min(limit, len(p.List)))]
	return p, nil
}

// pickRefusal makes a pick of that the sources do not say. It has no buttons:
// they bring what does not take the place of a message, and there is no
// conversation to send it to.
func (b *Room) pickRefusal(c *bot.Call, q Question, found index.Result, nearest []Quote) bot.Pick {
	scope := Searched{Texts: found.Searched.Texts, From: found.Searched.From.Day(), To: found.Searched.To.Day()}
	p := bot.Pick{ID: "none", Title: c.Say("not_in_sources", nil), Text: searched(c.Words, scope)}
	if scope.Texts == 0 {
		p.Title, p.Text = c.Say("nothing_matches", nil), ""
	}
	p.Reply = b.refuse(c, "not_in_sources", Answer{Searched: scope, Unknown: found.Unknown, Nearest: nearest}, q)
	p.Reply.Actions = nil
	return p
}

// pickTell is what leads to a promise to tell, if a token can hold the whole
// question: none is kept while somebody types.
func (b *Room) pickTell(c *bot.Call) bot.Action {
	itself := Wish(state.Question{Text: c.Text, Options: c.Options}, "", c.Room)
	if b.state == nil || itself[0] != AskedItself {
		return bot.Action{}
	}
	for _, a := range c.Button(bot.Tell, itself) {
		return a
	}
	return bot.Action{}
}

// pickOf makes a quote one to pick. Beside a quote that does not answer it the
// question would be misleading, so it is shown with one that does alone.
func (b *Room) pickOf(c *bot.Call, quote Quote, answers bool) bot.Pick {
	cite := cites(c, []Quote{quote})[0]
	r := bot.Reply{Kind: bot.KindNotice}
	if answers {
		r.Kind, r.Question, cite.Lead = bot.KindAnswer, c.Text, true
	} else {
		cite.Label = labelled(c.Say("passage", nil), cite.Label)
	}
	r.Blocks = []bot.Block{cite}
	if v := viewOf(c, []Quote{quote}, nil); answers && c.InPlace {
		r.Actions = b.viewActions(c, v)
	}
	ref := quote.ref()
	return bot.Pick{
		ID:    base64.RawURLEncoding.EncodeToString(ref[:]),
		Title: locale.Shorten(locale.OneLine(quote.Text), maxPickTitle),
		Text:  locale.Shorten(c.Date(quote.Source.Published)+", "+locale.OneLine(SourceName(c.Words, quote.Source)), maxPickText),
		Reply: r,
	}
}
