package ask

import (
	"context"
	"slices"
	"strings"

	"rapporteur/bot"
	"rapporteur/bot/locale"
	"rapporteur/corpus"
)

// MaxListed is how many texts a list names; more do not help in a chat.
const MaxListed = 15

// latest lists the texts published last.
func (b *Room) latest(_ context.Context, c *bot.Call) (bot.Reply, error) {
	q, err := ParseQuestion(c.Argument, c.Options)
	if err != nil {
		return bot.Reply{}, err
	}
	texts := b.Texts(c, func(t *corpus.Text) bool {
		day := t.Published.Day() // days written so sort as they follow
		if day == "" || q.Lang != "" && t.Language != q.Lang ||
			!q.Since.IsZero() && day < q.Since.Day() || !q.Before.IsZero() && day >= q.Before.Day() {
			return false
		}
		// What is no filter names a source too, as does the first argument.
		for _, s := range append(q.Sources, q.Text) {
			if !MatchesText(t, s) {
				return false
			}
		}
		return true
	})
	slices.SortStableFunc(texts, func(a, b *corpus.Text) int { return b.Published.Time.Compare(a.Published.Time) })
	const newest = 5
	return ListTexts(c.Words, "latest", texts, newest), nil
}

// sources lists the texts there are.
func (b *Room) sources(_ context.Context, c *bot.Call) (bot.Reply, error) {
	texts := b.Texts(c, func(t *corpus.Text) bool { return MatchesText(t, c.Argument) })
	return ListTexts(c.Words, "sources", texts, MaxListed), nil
}

// Texts returns the texts to keep of those the conversation may see.
func (b *Room) Texts(c *bot.Call, keep func(*corpus.Text) bool) []*corpus.Text {
	var out []*corpus.Text
	for _, t := range b.library.Corpus().Texts() {
		if c.Admits(t) && keep(t) {
			out = append(out, t)
		}
	}
	return out
}

// MatchesText reports whether all words stand in the text's id, title or
// publisher.
func MatchesText(t *corpus.Text, words string) bool {
	in := strings.ToLower(t.ID + "\n" + t.Title + "\n" + t.Publisher)
	for w := range strings.FieldsSeq(strings.ToLower(words)) {
		if !strings.Contains(in, w) {
			return false
		}
	}
	return true
}

// ListTexts shows up to limit texts under the heading with the message id.
func ListTexts(w locale.Words, id string, texts []*corpus.Text, limit int) bot.Reply {
	if len(texts) == 0 {
		return bot.Notice(bot.Para{Text: w.Say("no_texts", nil)})
	}
	var l bot.List
	for _, t := range texts[:min(len(texts), limit)] {
		l.Items = append(l.Items, bot.Item{Term: t.ID, Text: SourceName(w, SourceOf(t)) + ", " + w.Date(t.Published), Link: t.URL})
	}
	r := bot.Notice(bot.Para{Text: w.Say(id, data{"Count": len(texts)}), Style: bot.Strong}, l)
	if more := len(texts) - len(l.Items); more > 0 {
		r.Blocks = append(r.Blocks, bot.Para{Text: w.Say("more_texts", data{"Count": more}), Style: bot.Small})
	}
	return r
}

// maxShown is how much of a text source shows, in bytes: about two messages.
const maxShown = 3500

// source shows what is known of one text, and the text itself as far as it
// fits.
func (b *Room) source(_ context.Context, c *bot.Call) (bot.Reply, error) {
	id := strings.Trim(c.Argument, bot.QuotationMarks+" ")
	if id == "" {
		return bot.Notice(bot.Para{Text: c.Say("which_source", nil)}), nil
	}
	t, ok := b.library.Corpus().Text(id)
	if !ok || !c.Admits(t) {
		found := b.Texts(c, func(t *corpus.Text) bool { return MatchesText(t, id) })
		if len(found) != 1 {
			if len(found) == 0 {
				return bot.Reply{}, &bot.UserError{Message: "no_such_source", Data: data{"ID": locale.Clip(id)}}
			}
			return ListTexts(c.Words, "which_of", found, MaxListed), nil
		}
		t = found[0]
	}
	return b.show(c, t)
}

// show shows what is known of a text, and the text.
func (b *Room) show(c *bot.Call, t *corpus.Text) (bot.Reply, error) {
	var facts bot.List
	fact := func(name, value, link string) {
		if value != "" {
			facts.Items = append(facts.Items, bot.Item{Term: c.Say("fact_"+name, nil), Text: value, Link: link})
		}
	}
	fact("id", t.ID, "")
	fact("publisher", t.Publisher, "")
	fact("published", c.Date(t.Published), "")
	fact("address", t.URL, t.URL)
	fact("kind", c.Say("kind_"+string(t.Kind), nil), "")
	if t.Language != "" {
		fact("language", c.LanguageNames(t.Language), "")
	}
	fact("parties", strings.Join(t.Parties, ", "), "")
	fact("licence", t.Licence, "")
	for _, u := range t.BasedOn {
		fact("based_on", u, u)
	}
	r := bot.Notice(bot.Para{Text: t.Title, Style: bot.Strong}, facts)

	shown, left := 0, 0
	for _, p := range t.Passages {
		if left > 0 || shown > 0 && shown+p.Len() > maxShown {
			left++
			continue
		}
		quote, err := b.quotes.quote(t, p.Range)
		if err != nil {
			return bot.Reply{}, &bot.UserError{Message: "source_changed", Data: data{"ID": t.ID}, Err: err}
		}
		shown += p.Len()
		r.Blocks = append(r.Blocks, bot.Cite{Text: quote.Text, Link: quote.Link})
	}
	if left > 0 {
		r.Blocks = append(r.Blocks, bot.Para{Text: c.Say("more_passages", data{"Count": left}), Style: bot.Small})
	}
	return r, nil
}
