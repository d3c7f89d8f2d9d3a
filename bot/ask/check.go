package ask

import (
	"context"
	"regexp"
	"strings"

	"rapporteur/bot"
	"rapporteur/bot/locale"
	"rapporteur/corpus"
	"rapporteur/index"
)

const (
	// maxClaims is how many sentences of a message are looked up: with a quote
	// to each, about what one message shows.
	maxClaims = 5
	// maxMessage is how much of a message is read, in characters: Discord's
	// longest, for those who pay.
	maxMessage = 4000
	// claimWords is how many words a sentence must have to claim something.
	claimWords = 4
)

// check shows the sentence most like each claim of somebody's message, and whether
// the words are the same. Whether it bears a claim out is for people to say.
func (b *Room) check(ctx context.Context, c *bot.Call) (bot.Reply, error) {
	if c.Argument == "" {
		c.Argument = c.About // a command without words, in reply to a message
	}
	if c.Argument == "" {
		return bot.Reply{}, &bot.UserError{Message: "check_how"}
	}
	found, more := claims(c.Argument)
	if len(found) == 0 {
		return bot.Reply{}, &bot.UserError{Message: "no_claims"}
	}
	r := bot.Notice(bot.Para{Text: c.Say("checked", nil), Style: bot.Strong}, bot.Para{Text: c.Say("no_verdict", nil), Style: bot.Small})
	for _, claim := range found {
		nearest, err := b.nearest(ctx, c, claim)
		if err != nil {
			return bot.Reply{}, err
		}
		r.Blocks = append(r.Blocks, bot.Para{Text: c.Say("claim", data{"Text": locale.Shorten(claim, maxClaim)})}, nearest)
	}
	if more > 0 {
		r.Blocks = append(r.Blocks, bot.Para{Text: c.Say("more_claims", data{"Count": more}), Style: bot.Small})
	}
	return r, nil
}

// offerCheck asks whether a forwarded message is to be compared with the
// sources: it may as well be a question.
func (b *Room) offerCheck(c *bot.Call) bot.Reply {
	r := bot.Notice(bot.Para{Text: c.Say("forwarded", nil)})
	r.Actions = c.Button(bot.Check, nil)
	return r
}

// checkAbout compares the message that a button's message replies to.
func (b *Room) checkAbout(ctx context.Context, c *bot.Call, _ []byte) (bot.Reply, error) {
	if c.About == "" {
		return bot.Reply{}, &bot.UserError{Message: "forward_again"}
	}
	r, err := b.check(ctx, c)
	r.InPlace = true // of the offer
	return r, err
}

// maxClaim is how much of a claim is repeated, in characters: enough to know
// which one is meant.
const maxClaim = 200

// nearest shows the sentence most like a claim and how it differs, or says that
// nothing is near.
func (b *Room) nearest(ctx context.Context, c *bot.Call, claim string) (bot.Block, error) {
	// Not parsed: what somebody wrote to others is no question with filters.
	speaker, words := attributed(claim)
	found, err := b.look(ctx, index.Query{Text: locale.Shorten(words, maxQuestion), Within: c.Settings.Sources, Limit: candidates})
	if err != nil {
		return nil, err
	}
	best := mostLike(words, found.Hits)
	if best.as == unlike {
		if len(found.Hits) == 0 || found.Hits[0].Met < nearEnough {
			return bot.Para{Text: c.Say("nothing_near", nil), Style: bot.Small}, nil
		}
		best.hit = found.Hits[0]
	}
	quote, err := b.quotes.hit(best.hit)
	if err != nil { // it has been logged, and the other claims have quotes of their own
		return bot.Para{Text: c.Say("source_changed", data{"ID": best.hit.Text.ID}), Style: bot.Small}, nil
	}
	cite := cites(c, []Quote{quote})[0]
	cite.Label = labelled(b.verdict(c, best, speaker, quote), cite.Label)
	return cite, nil
}

// nearEnough is the share of a claim's words a passage must hold, weighted by
// how rare they are, to be shown as near it. A quarter is one name of several:
// less is a coincidence of common words.
const nearEnough = .25

// noise is what platforms and people put among words: addresses, and what
// https://discord.com/developers/docs/reference#message-formatting knows of
// mentions, custom emoji and times.
var noise = regexp.MustCompile(`(?i)https?://\S+|<(?:[@#:/]|a:|t:|id:)[^>\s]*>`)

// claims returns the sentences of a message that state something, and how many
// there were beyond the first few.
func claims(text string) (found []string, more int) {
	if r := []rune(text); len(r) > maxMessage {
		text = string(r[:maxMessage])
	}
	text = noise.ReplaceAllString(text, " ")
	lang := corpus.DetectLanguage(text) // of all of it, for a line is often too short to tell
	for line := range strings.Lines(text) {
		line = strings.TrimLeft(line, ">*-#• \t") // of quotations and lists
		for _, s := range corpus.Sentences(line, corpus.Range{End: len(line)}, lang) {
			claim := strings.Join(strings.Fields(s.Of(line)), " ")
			n := 0
			for w := range strings.FieldsSeq(claim) {
				if hasWord(w) {
					n++
				}
			}
			switch {
			case n < claimWords || isGreeting(claim) ||
				strings.HasSuffix(strings.TrimRight(claim, bot.QuotationMarks+"'’)*_~|! "), "?"):
			case len(found) == maxClaims:
				more++
			default:
				found = append(found, claim)
			}
		}
	}
	return found, more
}
