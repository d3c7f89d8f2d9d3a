package operate

import (
	"context"
	"strings"

	"rapporteur/bot"
	"rapporteur/bot/ask"
	"rapporteur/bot/locale"
	"rapporteur/corpus/said"
)

// correct sets or clears who says some words of a text, from now on.
func (b *Room) correct(_ context.Context, c *bot.Call) (bot.Reply, error) {
	if b.writeCorrection == nil {
		return bot.Reply{}, errNoKeeper
	}
	options := c.TypedOptions()
	words := strings.Trim(strings.TrimSpace(options["words"]), bot.QuotationMarks)
	id := strings.Trim(strings.TrimSpace(c.Argument), bot.QuotationMarks)
	if i := strings.Index(id, " words:"); i >= 0 {
		id = strings.TrimSpace(id[:i])
	}
	if id == "" || words == "" {
		return bot.Reply{}, &bot.UserError{Message: "correct_how"}
	}
	t, ok := b.library.Corpus().Text(id)
	if !ok {
		return bot.Reply{}, &bot.UserError{Message: "no_such_source", Data: data{"ID": locale.Clip(id)}}
	}
	correction := said.Correction{Text: t.ID, Words: words, Speaker: strings.TrimSpace(options["speaker"])}
	found, err := said.Find(t)
	if err != nil {
		return bot.Reply{}, err
	}
	if _, unmatched, err := found.Correct(t, []said.Correction{correction}); err != nil {
		return bot.Reply{}, err
	} else if len(unmatched) > 0 {
		return bot.Reply{}, &bot.UserError{Message: "no_such_words", Data: data{"ID": locale.Clip(id), "Words": locale.Clip(words)}}
	}
	if err := b.writeCorrection(correction); err != nil {
		return bot.Reply{}, b.notDone(c, err)
	}
	b.asked.ReadCorrectionsAnew()
	message, d := "corrected", data{"Words": locale.Shorten(locale.OneLine(words), locale.MaxName), "Name": correction.Speaker}
	if correction.Speaker == "" {
		message = "corrected_nobody"
	}
	return bot.Notice(bot.Para{Text: c.Say(message, d), Style: bot.Strong},
		bot.List{Items: []bot.Item{{Term: t.ID, Text: ask.SourceName(c.Words, ask.SourceOf(t)), Link: t.URL}}}), nil
}
