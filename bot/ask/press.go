package ask

import (
	"context"
	"encoding/base64"
	"encoding/binary"
	"regexp"
	"unicode/utf8"

	"rapporteur/bot"
	"rapporteur/bot/state"
	"rapporteur/bot/token"
	"rapporteur/corpus"
)

// position is where a sentence stands in the corpus.
type position struct {
	text     *corpus.Text
	passage  int
	sentence int
}

func (s position) at() corpus.Range { return s.text.Passages[s.passage].Sentences[s.sentence] }

// errGone says that no text has the sentence any more.
var errGone = &bot.UserError{Message: "passage_gone"}

// resolve finds the sentence of a ref among the texts that the conversation may
// see.
func (b *Room) resolve(c *bot.Call, r token.Ref) (position, error) {
	id, sentence := binary.BigEndian.Uint32(r[:4]), binary.BigEndian.Uint32(r[4:])
	for _, t := range b.library.Corpus().Texts() {
		if token.Hash(t.ID) != id || !c.Admits(t) {
			continue
		}
		for i, p := range t.Passages {
			text, err := t.Read(p.Range)
			if err != nil {
				return position{}, err
			}
			for j, s := range p.Sentences {
				if token.Hash(text[s.Start-p.Start:s.End-p.Start]) == sentence {
					return position{t, i, j}, nil
				}
			}
		}
	}
	return position{}, errGone
}

// askedBefore finds the question in a message that was answered.
var askedBefore = regexp.MustCompile(`(?s)^\s*(?:/ask(?:@\w+)?\s+|@\w+[,:]?\s+)?([^/\s].*)$`)

// pressShow shows a view again. Of a refusal no view is kept: the question is asked
// again.
func (b *Room) pressShow(ctx context.Context, c *bot.Call, payload []byte) (bot.Reply, error) {
	v, err := token.ReadView(payload)
	if err != nil {
		return bot.Reply{}, err
	}
	if m := askedBefore.FindStringSubmatch(c.About); v.Answers == 0 && m != nil {
		c.Argument = m[1]
		r, err := b.respond(ctx, c)
		r.InPlace, r.Question = true, ""
		return r, err
	}
	return b.showView(c, v)
}

// about returns what happens when a button about sentences is pressed.
func (b *Room) about(kind bot.ActionKind) bot.Press {
	return bot.Press{Run: func(ctx context.Context, c *bot.Call, payload []byte) (r bot.Reply, err error) {
		// Where a button's work takes the place of an answer, its token says what
		// stood there.
		v, isView := token.View{}, len(payload)%len(token.Ref{}) == 1
		if isView {
			v, err = token.ReadView(payload)
		} else {
			v.Refs, err = token.ReadRefs(payload)
		}
		switch {
		case err != nil:
		case isView && kind == bot.More && c.Others:
			return r, &bot.UserError{Message: "only_asker"}
		case isView && kind == bot.More:
			return b.showView(c, v)
		default:
			r, err = b.pressAbout(ctx, c, kind, v.Refs)
		}
		if err == nil && isView && (kind == bot.Context || kind == bot.Origin) {
			r.InPlace = true
			r.Actions = backFrom(c, kind, v)
		}
		return r, err
	}}
}

// pressAbout is press for the buttons that are about sentences.
func (b *Room) pressAbout(ctx context.Context, c *bot.Call, kind bot.ActionKind, refs []token.Ref) (bot.Reply, error) {
	if kind == bot.More {
		return b.more(c, refs)
	}
	at, err := b.resolve(c, refs[0])
	if err != nil {
		return bot.Reply{}, err
	}
	switch kind {
	case bot.Context:
		return b.context(c, at)
	case bot.Origin:
		return b.show(c, at.text)
	case bot.Helpful, bot.NotHelpful:
		err := b.state.Feedback(ctx, state.Feedback{
			Platform: c.Platform, User: c.User, Message: c.Message, Text: at.text.ID,
			Sentence: base64.RawURLEncoding.EncodeToString(refs[0][4:]), Helpful: kind == bot.Helpful,
		})
		if err != nil {
			return bot.Reply{}, err
		}
		return bot.Notice(bot.Para{Text: c.Say("thanks", nil)}), nil
	}
	return bot.Reply{}, token.ErrUnknown
}

// requote quotes the sentence of a ref.
func (b *Room) requote(c *bot.Call, r token.Ref) (Quote, error) {
	at, err := b.resolve(c, r)
	if err != nil {
		return Quote{}, err
	}
	quote, err := b.quotes.quote(at.text, at.at())
	if err != nil {
		return Quote{}, &bot.UserError{Message: "source_changed", Data: data{"ID": at.text.ID}, Err: err}
	}
	return quote, nil
}

// more shows the next quotes, and offers the rest.
func (b *Room) more(c *bot.Call, refs []token.Ref) (bot.Reply, error) {
	var quotes []Quote
	var failed error
	for len(refs) > 0 && len(quotes) < maxQuotes {
		quote, err := b.requote(c, refs[0])
		refs = refs[1:]
		if err != nil {
			failed = err
			continue
		}
		quotes = append(quotes, quote)
	}
	if len(quotes) == 0 {
		return bot.Reply{}, failed
	}
	r := bot.Notice(bot.Para{Text: c.Say("more_quotes", nil), Style: bot.Strong})
	r.Blocks = append(r.Blocks, blocks(cites(c, quotes))...)
	r.Actions = c.ButtonAbout(bot.More, refs...)
	return r, nil
}

const (
	// maxContext is how much of a passage is shown around a quote, in bytes:
	// what is read at a glance, and fits one message.
	maxContext = 1500
	// foldContext is how many characters of it are shown unfolded: a screen of a
	// telephone with the rest of the message.
	foldContext = 600
	// fewSentences is how many a passage has that does not say enough about a
	// quote by itself: a neighbour is shown with it.
	fewSentences = 3
)

// context shows the sentences around a quote, the quote marked.
func (b *Room) context(c *bot.Call, at position) (bot.Reply, error) {
	around, err := b.quotes.quote(at.text, window(at))
	var alone Quote
	if err == nil {
		alone, err = b.quotes.quote(at.text, at.at())
	}
	if err != nil {
		return bot.Reply{}, &bot.UserError{Message: "source_changed", Data: data{"ID": at.text.ID}, Err: err}
	}
	neighbour := func(n int) []bot.Block {
		if n < 0 || n >= len(at.text.Passages) || len(at.text.Passages[at.passage].Sentences) > fewSentences ||
			at.text.Passages[n].Len() > maxContext {
			return nil
		}
		quote, err := b.quotes.quote(at.text, at.text.Passages[n].Range)
		if err != nil {
			return nil // it has been logged; the passage itself can be shown
		}
		return []bot.Block{bot.Cite{Text: quote.Text, Folded: true}}
	}
	marked := plainCites(c.Words, []Quote{around})[0]
	marked.Label = saidBy(c.Words, alone.Speaker)
	marked.Folded = utf8.RuneCountInString(around.Text) > foldContext
	marked.Mark = corpus.Range{Start: alone.Start - around.Start, End: alone.End - around.Start}
	r := bot.Notice(bot.Para{Text: c.Say("context", nil), Style: bot.Strong})
	if c.InPlace && marked.Folded { // which hides the quote
		r.Blocks = append(r.Blocks, bot.Cite{Text: alone.Text, Lead: true})
	}
	r.Blocks = append(r.Blocks, neighbour(at.passage-1)...)
	r.Blocks = append(r.Blocks, marked)
	r.Blocks = append(r.Blocks, neighbour(at.passage+1)...)
	return r, nil
}

// window returns the sentence and as many of those around it in its passage as
// fit, the nearest first, in one piece.
func window(at position) corpus.Range {
	sentences := at.text.Passages[at.passage].Sentences
	from, to := at.sentence, at.sentence
	for grown := true; grown; {
		grown = false
		if from > 0 && sentences[to].End-sentences[from-1].Start <= maxContext {
			from, grown = from-1, true
		}
		if to+1 < len(sentences) && sentences[to+1].End-sentences[from].Start <= maxContext {
			to, grown = to+1, true
		}
	}
	return corpus.Range{Start: sentences[from].Start, End: sentences[to].End}
}
