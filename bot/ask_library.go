package bot

import (
	"context"
	"slices"
	"strings"

	"rapporteur/corpus"
)

// maxListed is how many texts a list names; more do not help in a chat.
const maxListed = 15

// latest lists the texts published last.
func (b *Bot) latest(_ context.Context, c *call) (Reply, error) {
	q, err := ParseQuestion(c.text, c.Options)
	if err != nil {
		return Reply{}, err
	}
	texts := b.texts(c, func(t *corpus.Text) bool {
		day := t.Published.Day() // days written so sort as they follow
		if day == "" || q.Lang != "" && t.Language != q.Lang ||
			!q.Since.IsZero() && day < q.Since.Day() || !q.Before.IsZero() && day >= q.Before.Day() {
			return false
		}
		// What is no filter names a source too, as does the first argument.
		for _, s := range append(q.Sources, q.Text) {
			if !matches(t, s) {
				return false
			}
		}
		return true
	})
	slices.SortStableFunc(texts, func(a, b *corpus.Text) int { return b.Published.Time.Compare(a.Published.Time) })
	const newest = 5
	return list(c.words, "latest", texts, newest), nil
}

// sources lists the texts there are.
func (b *Bot) sources(_ context.Context, c *call) (Reply, error) {
	texts := b.texts(c, func(t *corpus.Text) bool { return matches(t, c.text) })
	return list(c.words, "sources", texts, maxListed), nil
}

// texts returns the texts to keep of those the conversation may see.
func (b *Bot) texts(c *call, keep func(*corpus.Text) bool) []*corpus.Text {
	var out []*corpus.Text
	for _, t := range b.library.Corpus().Texts() {
		if c.admits(t) && keep(t) {
			out = append(out, t)
		}
	}
	return out
}

// matches reports whether all words stand in the text's id, title or
// publisher.
func matches(t *corpus.Text, words string) bool {
	in := strings.ToLower(t.ID + "\n" + t.Title + "\n" + t.Publisher)
	for w := range strings.FieldsSeq(strings.ToLower(words)) {
		if !strings.Contains(in, w) {
			return false
		}
	}
	return true
}

// list shows up to limit texts under the heading with the message id.
func list(w words, id string, texts []*corpus.Text, limit int) Reply {
	if len(texts) == 0 {
		return notice(Para{Text: w.say("no_texts", nil)})
	}
	var l List
	for _, t := range texts[:min(len(texts), limit)] {
		l.Items = append(l.Items, Item{Term: t.ID, Text: sourceName(w, sourceOf(t)) + ", " + w.date(t.Published), Link: t.URL})
	}
	r := notice(Para{Text: w.say(id, data{"Count": len(texts)}), Style: Strong}, l)
	if more := len(texts) - len(l.Items); more > 0 {
		r.Blocks = append(r.Blocks, Para{Text: w.say("more_texts", data{"Count": more}), Style: Small})
	}
	return r
}

// maxShown is how much of a text source shows, in bytes: about two messages.
const maxShown = 3500

// source shows what is known of one text, and the text itself as far as it
// fits.
func (b *Bot) source(_ context.Context, c *call) (Reply, error) {
	id := strings.Trim(c.text, quotationMarks+" ")
	if id == "" {
		return notice(Para{Text: c.say("which_source", nil)}), nil
	}
	t, ok := b.library.Corpus().Text(id)
	if !ok || !c.admits(t) {
		found := b.texts(c, func(t *corpus.Text) bool { return matches(t, id) })
		if len(found) != 1 {
			if len(found) == 0 {
				return Reply{}, &UserError{Message: "no_such_source", Data: data{"ID": clip(id)}}
			}
			return list(c.words, "which_of", found, maxListed), nil
		}
		t = found[0]
	}
	return b.show(c, t)
}

// show shows what is known of a text, and the text.
func (b *Bot) show(c *call, t *corpus.Text) (Reply, error) {
	var facts List
	fact := func(name, value, link string) {
		if value != "" {
			facts.Items = append(facts.Items, Item{Term: c.say("fact_"+name, nil), Text: value, Link: link})
		}
	}
	fact("id", t.ID, "")
	fact("publisher", t.Publisher, "")
	fact("published", c.date(t.Published), "")
	fact("address", t.URL, t.URL)
	fact("kind", c.say("kind_"+string(t.Kind), nil), "")
	if t.Language != "" {
		fact("language", c.languageNames(t.Language), "")
	}
	fact("parties", strings.Join(t.Parties, ", "), "")
	fact("licence", t.Licence, "")
	for _, u := range t.BasedOn {
		fact("based_on", u, u)
	}
	r := notice(Para{Text: t.Title, Style: Strong}, facts)

	shown, left := 0, 0
	for _, p := range t.Passages {
		if left > 0 || shown > 0 && shown+p.Len() > maxShown {
			left++
			continue
		}
		quote, err := b.quotes.quote(t, p.Range)
		if err != nil {
			return Reply{}, &UserError{Message: "source_changed", Data: data{"ID": t.ID}, Err: err}
		}
		shown += p.Len()
		r.Blocks = append(r.Blocks, Cite{Text: quote.Text, Link: quote.Link})
	}
	if left > 0 {
		r.Blocks = append(r.Blocks, Para{Text: c.say("more_passages", data{"Count": left}), Style: Small})
	}
	return r, nil
}
