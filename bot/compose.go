package bot

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"maps"
	"net/url"
	"slices"
	"strings"
	"unicode"

	"rapporteur/bot/state"
	"rapporteur/corpus"
)

// ask answers a question with quotes, or says that the sources do not.
func (b *Bot) ask(ctx context.Context, c call) (Reply, error) {
	if c.text == "" {
		c.text = c.About // a bare mention, or the command alone, in reply to a question
	}
	switch {
	case isThanks(c.text) && !c.Direct && c.Command == "":
		return Reply{}, nil // others read along
	case isGreeting(c.text):
		return b.help(ctx, c)
	}
	a, q, err := b.answer(ctx, c, c.text, c.Options)
	switch {
	case errors.Is(err, errNoQuestion), errors.Is(err, errNoWords):
		return notice(Para{Text: c.say(err.(*UserError).Message, nil)}, Para{Text: c.say("example", nil), Style: Small}), nil
	case err != nil:
		return Reply{}, err
	}
	if a.Answered {
		c.note(a.Quotes)
		if !c.Private {
			b.asked.remember(c.Request, c.text)
		}
		return b.quoteAnswer(c, a, c.text), nil
	}
	if c.overheard {
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
func (b *Bot) quoteAnswer(c call, a Answer, question string) Reply {
	r := Reply{Kind: KindAnswer, Question: question, Preview: c.settings.Preview, Blocks: b.answerBlocks(c, a.Quotes)}
	if c.InPlace {
		r.Actions = b.viewActions(c, c.viewOf(a.Quotes, a.more))
		return r
	}
	lead := a.Quotes[0].ref()
	r.Actions = append(r.Actions, c.button(More, a.more...)...)
	r.Actions = append(r.Actions, c.button(Context, lead)...)
	r.Actions = append(r.Actions, c.button(Origin, lead)...)
	r.Actions = append(r.Actions, b.opinions(c, lead)...)
	return r
}

// answerBlocks shows the quotes that answer.
func (b *Bot) answerBlocks(c call, quotes []Quote) []Block {
	cites := c.cites(quotes)
	cites[0].Lead = true
	if len(cites) > 1 {
		cites[1].Label = c.say("also", nil)
	}
	return blocks(cites)
}

// offerToTell keeps a question that was refused, and makes the button with
// which the asker wants to be told. Without it the refusal still stands.
func (b *Bot) offerToTell(ctx context.Context, c call) []Action {
	if b.state == nil || c.Room == 0 {
		return nil
	}
	options := maps.Clone(c.Options)
	delete(options, ArgPrivate)
	q := state.Question{Text: c.text, Options: options}
	key, err := b.state.Refused(ctx, q, c.Platform, c.User)
	if err != nil {
		b.log.Error("a question could not be kept", "err", err)
		return nil
	}
	return c.action(Tell, wish(q, key, c.Room))
}

// refuse gives no answer but a verdict, and says what was searched and what
// comes nearest.
func (b *Bot) refuse(c call, verdict string, a Answer, q Question) Reply {
	if a.Searched.Texts == 0 {
		return Reply{Kind: KindRefusal, Blocks: []Block{Para{Text: c.say("nothing_matches", nil)}}}
	}
	said := c.say(verdict, nil)
	if a.Asked != "" {
		said = c.say("nothing_by", data{"Name": clip(a.Asked)})
	}
	r := Reply{Kind: KindRefusal, Question: c.text, Blocks: []Block{
		Para{Text: said, Style: Strong},
		Para{Text: c.searched(a.Searched)},
	}}
	if langs := b.otherLanguages(c, q.Text); langs != "" {
		r.Blocks = append(r.Blocks, Para{Text: c.say("other_language", data{"Languages": c.languageNames(langs)})})
	} else if len(a.Unknown) > 0 {
		r.Blocks = append(r.Blocks, Para{Text: c.say("unknown_words", data{"Words": quoteWords(a.Unknown, c.words)})})
	}
	for i, cite := range c.cites(a.Nearest) {
		switch i {
		case 0:
			cite.Label = c.say("nearest", nil)
			if len(a.Others) > 0 {
				cite.Label = c.say("nearest_by_others", data{"Names": shorten(strings.Join(a.Others, ", "), maxClaim)})
			}
		case 1:
			cite.Label = c.say("also", nil)
		}
		r.Blocks = append(r.Blocks, cite)
	}
	if len(a.Nearest) == 0 {
		r.Blocks = append(r.Blocks, Para{Text: c.say("nothing_near", nil), Style: Small})
	} else {
		r.Actions = append(c.button(Context, a.Nearest[0].ref()), c.button(Origin, a.Nearest[0].ref())...)
	}
	return r
}

// searched says how many texts of what dates were searched.
func (w words) searched(s Searched) string {
	d := data{"Count": s.Texts}
	if s.From == "" {
		return w.say("searched_undated", d)
	}
	from, _ := corpus.ParseDate(s.From)
	to, _ := corpus.ParseDate(s.To)
	d["Span"] = w.span(from, to)
	return w.say("searched", d)
}

// maxUnknown is how many unknown words are named; a long question in another
// language would have dozens.
const maxUnknown = 5

func quoteWords(list []string, w words) string {
	var out []string
	for _, s := range list[:min(len(list), maxUnknown)] {
		out = append(out, w.say("quoted", data{"Text": clip(s)}))
	}
	return strings.Join(out, ", ")
}

// otherLanguages returns the languages of the corpus, comma-separated, when
// the question is in none of them.
func (b *Bot) otherLanguages(c call, question string) string {
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

// languageNames writes languages out by name.
func (w words) languageNames(langs string) string {
	var out []string
	for l := range strings.SplitSeq(langs, ",") {
		name := l
		if slices.Contains(corpus.Languages, l) {
			name = w.say("lang_"+l, nil)
		}
		out = append(out, name)
	}
	return strings.Join(out, ", ")
}

// cites makes the blocks that show quotes. What a source is based on is said
// under its first quote.
func (w words) cites(quotes []Quote) []Cite {
	var out []Cite
	seen := make(map[string]bool)
	for _, q := range quotes {
		c := Cite{
			Text:      q.Text,
			Source:    w.sourceName(q.Source),
			Date:      w.date(q.Source.Published),
			Published: q.Source.Published,
			Link:      q.Link,
			Open:      w.say("open_passage", nil),
			Notes:     []Note{{Text: w.say("range", data{"ID": q.Source.ID, "Start": q.Start, "End": q.End})}},
		}
		if len(q.Also) > 0 {
			c.Notes = append(c.Notes, Note{Text: w.alsoIn(q.Also)})
		}
		if !seen[q.Source.ID] {
			seen[q.Source.ID] = true
			for _, u := range q.Source.BasedOn[:min(len(q.Source.BasedOn), maxBasedOn)] {
				c.Notes = append(c.Notes, Note{Text: w.say("based_on", data{"Host": host(u)}), Link: u})
			}
		}
		out = append(out, c)
	}
	return out
}

// alsoIn says in how many texts a quote stands too, and how many publishers
// they have, as far as they name one.
func (w words) alsoIn(texts []Source) string {
	publishers := make(map[string]bool)
	for _, t := range texts {
		if t.Publisher != "" {
			publishers[t.Publisher] = true
		}
	}
	d := data{"Count": len(texts)}
	if len(publishers) == 0 {
		return w.say("also_in", d)
	}
	d["Publishers"] = w.say("of_publishers", data{"Count": len(publishers)})
	return w.say("also_in_from", d)
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
func (w words) sourceName(s Source) string {
	name := w.say("quoted", data{"Text": shorten(s.Title, maxName)})
	if s.Publisher != "" {
		name = shorten(s.Publisher, maxName) + ", " + name
	}
	return name
}

// maxName is how much of a title or publisher is shown, in characters: the
// line that names a source must fit a message beside the quote.
const maxName = 150

// maxFound is how many passages a search shows.
const maxFound = 5

// search shows the passages that speak of the words, one sentence of each,
// without claiming that they answer anything.
func (b *Bot) search(ctx context.Context, c call) (Reply, error) {
	q, err := parseSearch(c.text, c.Options)
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
			changed = &UserError{Message: "source_changed", Data: data{"ID": h.Text.ID}, Err: err}
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
	r := notice(Para{Text: c.say("found", data{"Count": len(quotes)}), Style: Strong})
	r.Blocks = append(r.Blocks, blocks(c.cites(quotes))...)
	return r, nil
}

// help explains what the bot does and lists the commands.
func (b *Bot) help(ctx context.Context, c call) (Reply, error) {
	var l List
	for _, cmd := range Commands(c.lang) {
		if may, err := b.may(ctx, c, cmd); err != nil || !may || cmd.InSpace && (c.Space == "" || b.state == nil) {
			continue
		}
		term := "/" + cmd.Name
		if len(cmd.Args) > 0 && cmd.Args[0].Required {
			term += " " + c.say("ph_"+cmd.Args[0].Name, nil)
		}
		l.Items = append(l.Items, Item{Term: term, Text: cmd.Summary})
	}
	return notice(
		Para{Text: c.say("welcome", nil)},
		Para{Text: c.say("example", nil)},
		l,
		Para{Text: c.say("filters", nil), Style: Small},
	), nil
}

// about says what the bot is and what it answers from.
func (b *Bot) about(_ context.Context, c call) (Reply, error) {
	var s Searched
	var from, to corpus.Date
	s.Texts = len(b.texts(c, func(*corpus.Text) bool { return true }))
	byDate := func(x, y *corpus.Text) int { return x.Published.Time.Compare(y.Published.Time) }
	if dated := b.texts(c, func(t *corpus.Text) bool { return !t.Published.IsZero() }); len(dated) > 0 {
		from, to = slices.MinFunc(dated, byDate).Published, slices.MaxFunc(dated, byDate).Published
		s.From, s.To = from.Day(), to.Day()
	}
	return notice(
		Para{Text: fmt.Sprintf("Rapporteur %s", cmp.Or(b.version, "devel")), Style: Strong},
		Para{Text: c.say("promise", nil)},
		Para{Text: c.holds(s)},
	), nil
}

// holds says how many texts of what dates there are.
func (w words) holds(s Searched) string {
	d := data{"Count": s.Texts}
	if s.From == "" {
		return w.say("holds_undated", d)
	}
	from, _ := corpus.ParseDate(s.From)
	to, _ := corpus.ParseDate(s.To)
	d["Span"] = w.span(from, to)
	return w.say("holds", d)
}

// greetings are the words of messages that ask for nothing: a greeting or
// thanks in the languages people write to the bot in.
var greetings = func() map[string]bool {
	m := make(map[string]bool)
	for w := range strings.FieldsSeq(`hi hello hey hiya yo good morning afternoon evening day greetings there bot thanks
		thank you much very so ok okay bye goodbye
		привіт вітаю добрий день ранок доброго дня ранку вечір вечора здрастуйте дякую спасибі щиро бувай
		привет здравствуйте доброе утро добрый вечер спасибо пока
		hallo servus moin guten tag morgen abend grüß gott danke schön vielen dank tschüss
		bonjour salut bonsoir merci hola buenos días buenas tardes gracias ciao buongiorno grazie
		cześć dzień dobry dziękuję salut bună ziua mulțumesc`) {
		m[w] = true
	}
	return m
}()

// isThanks reports whether a text is nothing but thanks or agreement.
func isThanks(text string) bool {
	if !isGreeting(text) {
		return false
	}
	words := letters(text)
	return slices.ContainsFunc(words, func(w string) bool {
		return slices.Contains([]string{"thanks", "thank", "ok", "okay", "дякую", "спасибі", "спасибо", "danke", "dank", "merci", "gracias", "grazie", "dziękuję", "mulțumesc"}, w)
	})
}

// isGreeting reports whether a text is nothing but a greeting or thanks.
func isGreeting(text string) bool {
	n := 0
	for w := range strings.FieldsFuncSeq(strings.ToLower(text), func(r rune) bool { return !unicode.IsLetter(r) && r != '\'' }) {
		if n++; !greetings[w] || n > 5 {
			return false
		}
	}
	return n > 0
}
