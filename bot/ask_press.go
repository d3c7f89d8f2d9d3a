package bot

import (
	"context"
	"encoding/base64"
	"encoding/binary"
	"unicode/utf8"

	"rapporteur/bot/state"
	"rapporteur/corpus"
)

// spot is where a sentence stands in the corpus.
type spot struct {
	text     *corpus.Text
	passage  int
	sentence int
}

func (s spot) at() corpus.Range { return s.text.Passages[s.passage].Sentences[s.sentence] }

// errGone says that no text has the sentence any more.
var errGone = &UserError{Message: "passage_gone"}

// resolve finds the sentence of a ref among the texts that the conversation may
// see.
func (b *Bot) resolve(c *Call, r Ref) (spot, error) {
	id, sentence := binary.BigEndian.Uint32(r[:4]), binary.BigEndian.Uint32(r[4:])
	for _, t := range b.library.Corpus().Texts() {
		if Hash(t.ID) != id || !c.Admits(t) {
			continue
		}
		for i, p := range t.Passages {
			text, err := t.Read(p.Range)
			if err != nil {
				return spot{}, err
			}
			for j, s := range p.Sentences {
				if Hash(text[s.Start-p.Start:s.End-p.Start]) == sentence {
					return spot{t, i, j}, nil
				}
			}
		}
	}
	return spot{}, errGone
}

// pressAbout is press for the buttons that are about sentences.
func (b *Bot) pressAbout(ctx context.Context, c *Call, kind ActionKind, refs []Ref) (Reply, error) {
	if kind == More {
		return b.more(c, refs)
	}
	at, err := b.resolve(c, refs[0])
	if err != nil {
		return Reply{}, err
	}
	switch kind {
	case Context:
		return b.context(c, at)
	case Origin:
		return b.show(c, at.text)
	case Helpful, NotHelpful:
		err := b.state.Feedback(ctx, state.Feedback{
			Platform: c.Platform, User: c.User, Message: c.Message, Text: at.text.ID,
			Sentence: base64.RawURLEncoding.EncodeToString(refs[0][4:]), Helpful: kind == Helpful,
		})
		if err != nil {
			return Reply{}, err
		}
		return Notice(Para{Text: c.Say("thanks", nil)}), nil
	}
	return Reply{}, ErrUnknown
}

// requote quotes the sentence of a ref.
func (b *Bot) requote(c *Call, r Ref) (Quote, error) {
	at, err := b.resolve(c, r)
	if err != nil {
		return Quote{}, err
	}
	quote, err := b.quotes.quote(at.text, at.at())
	if err != nil {
		return Quote{}, &UserError{Message: "source_changed", Data: Data{"ID": at.text.ID}, Err: err}
	}
	return quote, nil
}

// more shows the next quotes, and offers the rest.
func (b *Bot) more(c *Call, refs []Ref) (Reply, error) {
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
		return Reply{}, failed
	}
	r := Notice(Para{Text: c.Say("more_quotes", nil), Style: Strong})
	r.Blocks = append(r.Blocks, blocks(cites(c, quotes))...)
	r.Actions = c.ButtonAbout(More, refs...)
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
func (b *Bot) context(c *Call, at spot) (Reply, error) {
	around, err := b.quotes.quote(at.text, window(at))
	var alone Quote
	if err == nil {
		alone, err = b.quotes.quote(at.text, at.at())
	}
	if err != nil {
		return Reply{}, &UserError{Message: "source_changed", Data: Data{"ID": at.text.ID}, Err: err}
	}
	neighbour := func(n int) []Block {
		if n < 0 || n >= len(at.text.Passages) || len(at.text.Passages[at.passage].Sentences) > fewSentences ||
			at.text.Passages[n].Len() > maxContext {
			return nil
		}
		quote, err := b.quotes.quote(at.text, at.text.Passages[n].Range)
		if err != nil {
			return nil // it has been logged; the passage itself can be shown
		}
		return []Block{Cite{Text: quote.Text, Folded: true}}
	}
	marked := plainCites(c.Words, []Quote{around})[0]
	marked.Folded = utf8.RuneCountInString(around.Text) > foldContext
	marked.Mark = corpus.Range{Start: alone.Start - around.Start, End: alone.End - around.Start}
	r := Notice(Para{Text: c.Say("context", nil), Style: Strong})
	if c.InPlace && marked.Folded { // which hides the quote
		r.Blocks = append(r.Blocks, Cite{Text: alone.Text, Lead: true})
	}
	r.Blocks = append(r.Blocks, neighbour(at.passage-1)...)
	r.Blocks = append(r.Blocks, marked)
	r.Blocks = append(r.Blocks, neighbour(at.passage+1)...)
	return r, nil
}

// window returns the sentence and as many of those around it in its passage as
// fit, the nearest first, in one piece.
func window(at spot) corpus.Range {
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
