package ask

import (
	"context"
	"errors"
	"maps"
	"net/url"
	"slices"
	"strings"
	"unicode"

	"rapporteur/bot"
	"rapporteur/bot/locale"
	"rapporteur/bot/state"
	"rapporteur/bot/token"
	"rapporteur/corpus"
)

// ask answers a question with quotes, or says that the sources do not.
func (b *Room) ask(ctx context.Context, c *bot.Call) (bot.Reply, error) {
	forwarded := c.Forwarded && c.Command == ""
	if forwarded && (!bot.IsAsking(c.Argument) || strings.HasPrefix(c.Argument, "/")) {
		return b.offerCheck(c), nil
	}
	r, err := b.respond(ctx, c)
	if forwarded && err == nil {
		r.Actions = append(r.Actions, c.Button(bot.Check, nil)...)
	}
	return r, err
}

// respond is ask without what goes beside the answer to a forwarded question.
func (b *Room) respond(ctx context.Context, c *bot.Call) (bot.Reply, error) {
	if c.Argument == "" {
		c.Argument = c.About // a bare mention, or the command alone, in reply to a question
	}
	switch {
	case isThanks(c.Argument) && !c.Direct && c.Command == "":
		return bot.Reply{}, nil // others read along
	case isGreeting(c.Argument):
		return c.Run(ctx, "help")
	}
	if !c.Overheard && !c.Forwarded {
		if r, is, err := b.followUp(ctx, c); is {
			return r, err
		}
	}
	return b.answered(ctx, c)
}

// answered answers a question.
func (b *Room) answered(ctx context.Context, c *bot.Call) (bot.Reply, error) {
	a, q, err := b.AskIn(ctx, c, c.Argument, c.Options)
	switch {
	case errors.Is(err, errNoQuestion), errors.Is(err, errNoWords):
		return bot.Notice(bot.Para{Text: c.Say(err.(*bot.UserError).Message, nil)}, bot.Para{Text: c.Say("example", nil), Style: bot.Small}), nil
	case err != nil:
		return bot.Reply{}, err
	}
	if !c.Overheard && !isOneWord(q.Text) {
		b.recent.note(c.Request, c.Argument)
	}
	if a.Answered {
		note(c, a.Quotes)
		if !c.Private {
			b.asked.remember(c.Request, c.Argument)
		}
		return b.Reply(c, a, c.Argument), nil
	}
	if c.Overheard {
		return bot.Reply{}, nil
	}
	verdict := "not_in_sources"
	if isOneWord(q.Text) {
		verdict = "one_word"
	}
	r := b.refuse(c, verdict, a, q)
	if verdict == "not_in_sources" {
		r.Actions = append(b.offerToTell(ctx, c), r.Actions...)
	}
	return r, nil
}

// Reply shows the quotes of an answer.
func (b *Room) Reply(c *bot.Call, a Answer, question string) bot.Reply {
	r := bot.Reply{Kind: bot.KindAnswer, Question: question, Preview: c.Settings.Preview, Blocks: b.answerBlocks(c, a.Quotes)}
	if c.InPlace {
		r.Actions = b.viewActions(c, viewOf(c, a.Quotes, a.more))
		return r
	}
	lead := a.Quotes[0].ref()
	r.Actions = append(r.Actions, c.ButtonAbout(bot.More, a.more...)...)
	r.Actions = append(r.Actions, c.ButtonAbout(bot.Context, lead)...)
	r.Actions = append(r.Actions, c.ButtonAbout(bot.Origin, lead)...)
	r.Actions = append(r.Actions, b.opinions(c, lead)...)
	return r
}

// answerBlocks shows the quotes that answer.
func (b *Room) answerBlocks(c *bot.Call, quotes []Quote) []bot.Block {
	cites := cites(c, quotes)
	cites[0].Lead = true
	if len(cites) > 1 {
		cites[1].Label = labelled(c.Say("also", nil), cites[1].Label)
	}
	return blocks(cites)
}

// offerToTell keeps a question that was refused, and makes the button with
// which the asker wants to be told. Without it the refusal still stands.
func (b *Room) offerToTell(ctx context.Context, c *bot.Call) []bot.Action {
	if b.state == nil || c.Room == 0 {
		return nil
	}
	options := maps.Clone(c.Options)
	delete(options, bot.ArgPrivate)
	q := state.Question{Text: c.Argument, Options: options}
	key, err := b.state.Refused(ctx, q, c.Platform, c.User)
	if err != nil {
		b.log.Error("a question could not be kept", "err", err)
		return nil
	}
	return c.Button(bot.Tell, Wish(q, key, c.Room))
}

// refuse gives no answer but a verdict, and says what was searched and what
// comes nearest.
func (b *Room) refuse(c *bot.Call, verdict string, a Answer, q Question) bot.Reply {
	if a.Searched.Texts == 0 {
		return bot.Reply{Kind: bot.KindRefusal, Blocks: []bot.Block{bot.Para{Text: c.Say("nothing_matches", nil)}}}
	}
	said := c.Say(verdict, nil)
	if a.Asked != "" {
		said = c.Say("nothing_by", data{"Name": locale.Clip(a.Asked)})
	}
	r := bot.Reply{Kind: bot.KindRefusal, Question: c.Argument, Blocks: []bot.Block{
		bot.Para{Text: said, Style: bot.Strong},
		bot.Para{Text: searched(c.Words, a.Searched)},
	}}
	if langs := b.otherLanguages(c, q.Text); langs != "" {
		r.Blocks = append(r.Blocks, bot.Para{Text: c.Say("other_language", data{"Languages": c.LanguageNames(langs)})})
	} else if len(a.Unknown) > 0 {
		r.Blocks = append(r.Blocks, bot.Para{Text: c.Say("unknown_words", data{"Words": quoteWords(a.Unknown, c.Words)})})
	}
	for i, cite := range cites(c, a.Nearest) {
		switch i {
		case 0:
			what := c.Say("nearest", nil)
			if len(a.Others) > 0 {
				what = c.Say("nearest_by_others", data{"Names": locale.Shorten(strings.Join(a.Others, ", "), maxClaim)})
			}
			cite.Label = labelled(what, cite.Label)
		case 1:
			cite.Label = labelled(c.Say("also", nil), cite.Label)
		}
		r.Blocks = append(r.Blocks, cite)
	}
	if len(a.Nearest) == 0 {
		r.Blocks = append(r.Blocks, bot.Para{Text: c.Say("nothing_near", nil), Style: bot.Small})
	} else if c.InPlace {
		r.Actions = b.viewActions(c, token.View{Shown: 1, Refs: []token.Ref{a.Nearest[0].ref()}})
	} else {
		r.Actions = append(c.ButtonAbout(bot.Context, a.Nearest[0].ref()), c.ButtonAbout(bot.Origin, a.Nearest[0].ref())...)
	}
	return r
}

// searched says how many texts of what dates were searched.
func searched(w locale.Words, s Searched) string {
	d := data{"Count": s.Texts}
	if s.From == "" {
		return w.Say("searched_undated", d)
	}
	from, _ := corpus.ParseDate(s.From)
	to, _ := corpus.ParseDate(s.To)
	d["Span"] = w.Span(from, to)
	return w.Say("searched", d)
}

// maxUnknown is how many unknown words are named; a long question in another
// language would have dozens.
const maxUnknown = 5

func quoteWords(list []string, w locale.Words) string {
	var out []string
	for _, s := range list[:min(len(list), maxUnknown)] {
		out = append(out, w.Say("quoted", data{"Text": locale.Clip(s)}))
	}
	return strings.Join(out, ", ")
}

// otherLanguages returns the languages of the corpus, comma-separated, when
// the question is in none of them.
func (b *Room) otherLanguages(c *bot.Call, question string) string {
	var langs []string
	for _, t := range b.Texts(c, func(*corpus.Text) bool { return true }) {
		if t.Language == "" {
			return ""
		}
		if !slices.Contains(langs, t.Language) {
			langs = append(langs, t.Language)
		}
	}
	asked := corpus.DetectLanguage(question)
	if slices.Contains(langs, asked) || len(langs) == 0 {
		return ""
	}
	cyrillic := func(lang string) bool { return lang == "uk" || lang == "ru" }
	if asked == "" && (!isCyrillic(question) || slices.ContainsFunc(langs, cyrillic)) {
		return ""
	}
	slices.Sort(langs)
	return strings.Join(langs, ",")
}

func isCyrillic(s string) bool {
	n, all := 0, 0
	for _, r := range s {
		if unicode.IsLetter(r) {
			all++
			if unicode.Is(unicode.Cyrillic, r) {
				n++
			}
		}
	}
	return 2*n > all
}

// cites makes the blocks that show quotes. What a source is based on is said
// under its first quote.
func plainCites(w locale.Words, quotes []Quote) []bot.Cite {
	var out []bot.Cite
	seen := make(map[string]bool)
	for _, q := range quotes {
		c := bot.Cite{
			Label:     saidBy(w, q.Speaker),
			Text:      q.Text,
			Source:    SourceName(w, q.Source) + pageName(w, q.Page),
			Date:      w.Date(q.Source.Published),
			Published: q.Source.Published,
			Link:      q.Link,
			Open:      w.Say("open_passage", nil),
			Notes:     []bot.Note{{Text: w.Say("range", data{"ID": q.Source.ID, "Start": q.Start, "End": q.End})}},
		}
		if len(q.Also) > 0 {
			c.Notes = append(c.Notes, bot.Note{Text: alsoIn(w, q.Also)})
		}
		if !seen[q.Source.ID] {
			seen[q.Source.ID] = true
			for _, u := range q.Source.BasedOn[:min(len(q.Source.BasedOn), maxBasedOn)] {
				c.Notes = append(c.Notes, bot.Note{Text: w.Say("based_on", data{"Host": host(u)}), Link: u})
			}
		}
		out = append(out, c)
	}
	return out
}

// labelled puts what a quote is above who says it.
func labelled(what, who string) string {
	if who == "" {
		return what
	}
	return what + "\n" + who
}

// alsoIn says in how many texts a quote stands too, and how many publishers
// they have, as far as they name one.
func alsoIn(w locale.Words, texts []Source) string {
	publishers := make(map[string]bool)
	for _, t := range texts {
		if t.Publisher != "" {
			publishers[t.Publisher] = true
		}
	}
	d := data{"Count": len(texts)}
	if len(publishers) == 0 {
		return w.Say("also_in", d)
	}
	d["Publishers"] = w.Say("of_publishers", data{"Count": len(publishers)})
	return w.Say("also_in_from", d)
}

// maxBasedOn is how many origins are shown under a quote; source shows all.
const maxBasedOn = 2

func host(address string) string {
	u, err := url.Parse(address)
	if err != nil {
		return address
	}
	return strings.TrimPrefix(u.Host, "www.")
}

// pageName names the page of a printed document, "" when it is not known.
func pageName(w locale.Words, page int) string {
	if page == 0 {
		return ""
	}
	return ", " + w.Say("page", locale.Data{"Page": page})
}

// SourceName names a text in one line: publisher and title.
func SourceName(w locale.Words, s Source) string {
	name := w.Say("quoted", data{"Text": locale.Shorten(s.Title, locale.MaxName)})
	if s.Publisher != "" {
		name = locale.Shorten(s.Publisher, locale.MaxName) + ", " + name
	}
	return name
}

// maxFound is how many passages a search shows.
const maxFound = 5

// search shows the passages that speak of the words, one sentence of each,
// without claiming that they answer anything.
func (b *Room) search(ctx context.Context, c *bot.Call) (bot.Reply, error) {
	q, err := parseSearch(c.Argument, c.Options)
	if err != nil {
		return bot.Reply{}, err
	}
	found, err := b.find(ctx, c, q, 10*maxFound)
	if err != nil {
		return bot.Reply{}, err
	}
	type passage struct {
		id string
		n  int
	}
	seen := make(map[passage]bool)
	var quotes []Quote
	var changed *bot.UserError
	for _, h := range found.Hits {
		p := passage{h.Text.ID, h.Passage}
		if seen[p] || len(seen) == maxFound {
			continue
		}
		quote, err := b.quotes.hit(h)
		if err != nil {
			changed = &bot.UserError{Message: "source_changed", Data: data{"ID": h.Text.ID}, Err: err}
			continue
		}
		seen[p] = true
		quotes = append(quotes, quote)
	}
	if len(quotes) == 0 && changed != nil {
		return bot.Reply{}, changed
	}
	if len(quotes) == 0 {
		searched := Searched{Texts: found.Searched.Texts, From: found.Searched.From.Day(), To: found.Searched.To.Day()}
		return b.refuse(c, "not_in_sources", Answer{Searched: searched, Unknown: found.Unknown}, q), nil
	}
	r := bot.Notice(bot.Para{Text: c.Say("found", data{"Count": len(quotes)}), Style: bot.Strong})
	r.Blocks = append(r.Blocks, blocks(cites(c, quotes))...)
	return r, nil
}

// note notes whose quotes answer, for the counts.
func note(c *bot.Call, quotes []Quote) {
	for _, q := range quotes {
		c.Shown = append(c.Shown, q.Source.ID)
	}
}
