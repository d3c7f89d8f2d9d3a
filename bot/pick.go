package bot

import (
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"runtime/debug"

	"rapporteur/bot/state"
)

// Picker offers ready quotes to somebody who writes to others. *Bot is one; a
// Handler may be.
type Picker interface {
	// Pick returns at most limit quotes for what is typed so far, the best
	// first. It keeps nothing of what is asked, and never panics.
	Pick(ctx context.Context, r Request, limit int) Picks
}

// Picks are what can be picked for a question.
type Picks struct {
	List     []Pick
	Answered bool   // the first one answers the question
	Tell     Action // asks in private to be told when the sources answer; zero where they do, or there is no room
	Ask      string // what a button says that leads to the private conversation
}

// Pick is one of them.
type Pick struct {
	ID    string // the same for the same passage; at most 16 ASCII characters
	Title string
	Text  string
	Reply Reply // what is posted
}

// Lengths of what a list of picks shows, in characters: two lines or so.
const (
	maxPickTitle = 80
	maxPickText  = 160
)

// Pick implements Picker.
func (b *Bot) Pick(ctx context.Context, r Request, limit int) (p Picks) {
	c := call{Request: r, words: wordsFor(r.Locale)}
	defer func() {
		if v := recover(); v != nil {
			b.log.Error("nothing to pick", "platform", r.Platform, "err", fmt.Errorf("panic: %v\n%s", v, debug.Stack()))
			p = Picks{}
		}
	}()
	p, err := b.pick(ctx, c, limit)
	p.Ask = c.say("ask_privately", nil)
	var explained *UserError
	switch {
	case err == nil:
	case errors.As(err, &explained):
		b.log.Debug("nothing to pick", "platform", r.Platform, "cause", err)
	default:
		b.log.Error("nothing to pick", "platform", r.Platform, "err", err)
	}
	return p
}

func (b *Bot) pick(ctx context.Context, c call, limit int) (p Picks, err error) {
	if err := b.settle(ctx, &c); err != nil {
		return p, err
	}
	q, err := parseSearch(c.Text, c.Options)
	if err != nil {
		return p, err
	}
	found, err := b.find(ctx, c, q, limit)
	if err != nil {
		return p, err
	}
	p.Answered = len(found.Hits) > 0 && found.Confidence >= c.threshold
	if !p.Answered {
		searched := Searched{Texts: found.Searched.Texts, From: found.Searched.From.Day(), To: found.Searched.To.Day()}
		r := b.refuse(c, "not_in_sources", Answer{Searched: searched, Unknown: found.Unknown}, q)
		p.List = append(p.List, Pick{ID: "none", Title: c.say("not_in_sources", nil), Text: c.searched(searched), Reply: r})
		if itself := wish(state.Question{Text: c.Text}, "", c.Room); itself[0] == askedItself && b.state != nil {
			for _, a := range c.action(Tell, itself) {
				p.Tell = a
			}
		}
	}
	for i, h := range found.Hits {
		if len(p.List) == limit || !p.Answered && h.Met < leastMet {
			break
		}
		quote, err := b.quotes.hit(h)
		switch {
		case err != nil && i == 0 && p.Answered:
			// Without the lead nothing of it answers.
			return Picks{}, &UserError{Message: "source_changed", Data: data{"ID": h.Text.ID}, Err: err}
		case err != nil:
			continue
		}
		lead := p.Answered && i == 0
		p.List = append(p.List, b.pickOf(c, quote, lead))
	}
	return p, nil
}

// pickOf makes a quote one to pick. Beside a quote that does not answer it the
// question would be misleading, so it is shown with one that does alone.
func (b *Bot) pickOf(c call, quote Quote, answers bool) Pick {
	cite := c.cites([]Quote{quote})[0]
	r := Reply{Kind: KindNotice}
	if answers {
		r.Kind, r.Question, cite.Lead = KindAnswer, c.Text, true
	} else {
		cite.Label = c.say("passage", nil)
	}
	r.Blocks = []Block{cite}
	if v := c.viewOf([]Quote{quote}, nil); answers && c.InPlace {
		r.Actions = b.viewActions(c, v)
	}
	ref := quote.ref()
	return Pick{
		ID:    base64.RawURLEncoding.EncodeToString(ref[:]),
		Title: shorten(quote.Text, maxPickTitle),
		Text:  shorten(c.sourceName(quote.Source), maxPickText) + ", " + c.date(quote.Source.Published),
		Reply: r,
	}
}

var _ Picker = (*Bot)(nil)
