package bot

import (
	"context"
	"errors"
	"maps"
	"net/url"
	"slices"
	"strings"
	"unicode"

	"rapporteur/bot/state"
	"rapporteur/corpus"
)

// ask answers a question with quotes, or says that the sources do not.
func (b *Bot) ask(ctx context.Context, c *Call) (Reply, error) {
	if c.Argument == "" {
		c.Argument = c.About // a bare mention, or the command alone, in reply to a question
	}
	switch {
	case isThanks(c.Argument) && !c.Direct && c.Command == "":
		return Reply{}, nil // others read along
	case isGreeting(c.Argument):
		return b.help(ctx, c)
	}
	a, q, err := b.answer(ctx, c, c.Argument, c.Options)
	switch {
	case errors.Is(err, errNoQuestion), errors.Is(err, errNoWords):
		return Notice(Para{Text: c.Say(err.(*UserError).Message, nil)}, Para{Text: c.Say("example", nil), Style: Small}), nil
	case err != nil:
		return Reply{}, err
	}
	if a.Answered {
		note(c, a.Quotes)
		if !c.Private {
			b.asked.remember(c.Request, c.Argument)
		}
		return b.quoteAnswer(c, a, c.Argument), nil
	}
	if c.Overheard {
		return Reply{}, nil
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

// quoteAnswer shows the quotes of an answer.
func (b *Bot) quoteAnswer(c *Call, a Answer, question string) Reply {
	r := Reply{Kind: KindAnswer, Question: question, Preview: c.Settings.Preview, Blocks: b.answerBlocks(c, a.Quotes)}
	if c.InPlace {
		r.Actions = b.viewActions(c, viewOf(c, a.Quotes, a.more))
		return r
	}
	lead := a.Quotes[0].ref()
	r.Actions = append(r.Actions, c.ButtonAbout(More, a.more...)...)
	r.Actions = append(r.Actions, c.ButtonAbout(Context, lead)...)
	r.Actions = append(r.Actions, c.ButtonAbout(Origin, lead)...)
	r.Actions = append(r.Actions, b.opinions(c, lead)...)
	return r
}

// answerBlocks shows the quotes that answer.
func (b *Bot) answerBlocks(c *Call, quotes []Quote) []Block {
	cites := cites(c, quotes)
	cites[0].Lead = true
	if len(cites) > 1 {
		cites[1].Label = c.Say("also", nil)
	}
	return blocks(cites)
}

// offerToTell keeps a question that was refused, and makes the button with
// which the asker wants to be told. Without it the refusal still stands.
func (b *Bot) offerToTell(ctx context.Context, c *Call) []Action {
	if b.state == nil || c.Room == 0 {
		return nil
	}
	options := maps.Clone(c.Options)
	delete(options, ArgPrivate)
	q := state.Question{Text: c.Argument, Options: options}
	key, err := b.state.Refused(ctx, q, c.Platform, c.User)
	if err != nil {
		b.log.Error("a question could not be kept", "err", err)
		return nil
	}
	return c.Button(Tell, Wish(q, key, c.Room))
}

// refuse gives no answer but a verdict, and says what was searched and what
// comes nearest.
func (b *Bot) refuse(c *Call, verdict string, a Answer, q Question) Reply {
	if a.Searched.Texts == 0 {
		return Reply{Kind: KindRefusal, Blocks: []Block{Para{Text: c.Say("nothing_matches", nil)}}}
	}
	said := c.Say(verdict, nil)
	if a.Asked != "" {
		said = c.Say("nothing_by", Data{"Name": Clip(a.Asked)})
	}
	r := Reply{Kind: KindRefusal, Question: c.Argument, Blocks: []Block{
		Para{Text: said, Style: Strong},
		Para{Text: searched(c.Words, a.Searched)},
	}}
	if langs := b.otherLanguages(c, q.Text); langs != "" {
		r.Blocks = append(r.Blocks, Para{Text: c.Say("other_language", Data{"Languages": c.LanguageNames(langs)})})
	} else if len(a.Unknown) > 0 {
		r.Blocks = append(r.Blocks, Para{Text: c.Say("unknown_words", Data{"Words": quoteWords(a.Unknown, c.Words)})})
	}
	for i, cite := range cites(c, a.Nearest) {
		switch i {
		case 0:
			cite.Label = c.Say("nearest", nil)
			if len(a.Others) > 0 {
				cite.Label = c.Say("nearest_by_others", Data{"Names": Shorten(strings.Join(a.Others, ", "), maxClaim)})
			}
		case 1:
			cite.Label = c.Say("also", nil)
		}
		r.Blocks = append(r.Blocks, cite)
	}
	if len(a.Nearest) == 0 {
		r.Blocks = append(r.Blocks, Para{Text: c.Say("nothing_near", nil), Style: Small})
	} else {
		r.Actions = append(c.ButtonAbout(Context, a.Nearest[0].ref()), c.ButtonAbout(Origin, a.Nearest[0].ref())...)
	}
	return r
}

// searched says how many texts of what dates were searched.
func searched(w Words, s Searched) string {
	d := Data{"Count": s.Texts}
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

func quoteWords(list []string, w Words) string {
	var out []string
	for _, s := range list[:min(len(list), maxUnknown)] {
		out = append(out, w.Say("quoted", Data{"Text": Clip(s)}))
	}
	return strings.Join(out, ", ")
}

// otherLanguages returns the languages of the corpus, comma-separated, when
// the question is in none of them.
func (b *Bot) otherLanguages(c *Call, question string) string {
	var langs []string
	for _, t := range b.texts(c, func(*corpus.Text) bool { return true }) {
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
func plainCites(w Words, quotes []Quote) []Cite {
	var out []Cite
	seen := make(map[string]bool)
	for _, q := range quotes {
		c := Cite{
			Text:      q.Text,
			Source:    SourceName(w, q.Source),
			Date:      w.Date(q.Source.Published),
			Published: q.Source.Published,
			Link:      q.Link,
			Open:      w.Say("open_passage", nil),
			Notes:     []Note{{Text: w.Say("range", Data{"ID": q.Source.ID, "Start": q.Start, "End": q.End})}},
		}
		if len(q.Also) > 0 {
			c.Notes = append(c.Notes, Note{Text: alsoIn(w, q.Also)})
		}
		if !seen[q.Source.ID] {
			seen[q.Source.ID] = true
			for _, u := range q.Source.BasedOn[:min(len(q.Source.BasedOn), maxBasedOn)] {
				c.Notes = append(c.Notes, Note{Text: w.Say("based_on", Data{"Host": host(u)}), Link: u})
			}
		}
		out = append(out, c)
	}
	return out
}

// alsoIn says in how many texts a quote stands too, and how many publishers
// they have, as far as they name one.
func alsoIn(w Words, texts []Source) string {
	publishers := make(map[string]bool)
	for _, t := range texts {
		if t.Publisher != "" {
			publishers[t.Publisher] = true
		}
	}
	d := Data{"Count": len(texts)}
	if len(publishers) == 0 {
		return w.Say("also_in", d)
	}
	d["Publishers"] = w.Say("of_publishers", Data{"Count": len(publishers)})
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

// sourceName names a text in one line: publisher and title.
func SourceName(w Words, s Source) string {
	name := w.Say("quoted", Data{"Text": Shorten(s.Title, MaxName)})
	if s.Publisher != "" {
		name = Shorten(s.Publisher, MaxName) + ", " + name
	}
	return name
}

// maxFound is how many passages a search shows.
const maxFound = 5

// search shows the passages that speak of the words, one sentence of each,
// without claiming that they answer anything.
func (b *Bot) search(ctx context.Context, c *Call) (Reply, error) {
	q, err := parseSearch(c.Argument, c.Options)
	if err != nil {
		return Reply{}, err
	}
	found, err := b.find(ctx, c, q, 10*maxFound)
	if err != nil {
		return Reply{}, err
	}
	type passage struct {
		id string
		n  int
	}
	seen := make(map[passage]bool)
	var quotes []Quote
	var changed *UserError
	for _, h := range found.Hits {
		p := passage{h.Text.ID, h.Passage}
		if seen[p] || len(seen) == maxFound {
			continue
		}
		quote, err := b.quotes.hit(h)
		if err != nil {
			changed = &UserError{Message: "source_changed", Data: Data{"ID": h.Text.ID}, Err: err}
			continue
		}
		seen[p] = true
		quotes = append(quotes, quote)
	}
	if len(quotes) == 0 && changed != nil {
		return Reply{}, changed
	}
	if len(quotes) == 0 {
		searched := Searched{Texts: found.Searched.Texts, From: found.Searched.From.Day(), To: found.Searched.To.Day()}
		return b.refuse(c, "not_in_sources", Answer{Searched: searched, Unknown: found.Unknown}, q), nil
	}
	r := Notice(Para{Text: c.Say("found", Data{"Count": len(quotes)}), Style: Strong})
	r.Blocks = append(r.Blocks, blocks(cites(c, quotes))...)
	return r, nil
}

// note notes whose quotes answer, for the counts.
func note(c *Call, quotes []Quote) {
	for _, q := range quotes {
		c.Shown = append(c.Shown, q.Source.ID)
	}
}
