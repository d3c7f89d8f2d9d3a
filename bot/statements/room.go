// Package statements answers who said what, and when: whose words there are, and
// what each of several parties says. It quotes statements alone, and gives none to
// a person to whom the text does not.
package statements

import (
	"cmp"
	"context"
	"slices"
	"strings"
	"time"

	"rapporteur/bot"
	"rapporteur/bot/ask"
	"rapporteur/bot/locale"
	"rapporteur/corpus"
	"rapporteur/corpus/said"
)

// data fills a message template.
type data = locale.Data

const (
	// maxShown is how many quotes a list shows: two or three messages.
	maxShown = 7
	// maxSpeakers is how many speakers are named.
	maxSpeakers = 20
	// searched is how many sentences a search is asked for, from which those of
	// somebody, or of some days, are taken.
	searched = 64
)

// Config is what a Room is made of.
type Config struct {
	Asked   *ask.Room
	Library bot.Library
	// Parties returns who stands for whom in the corpus that is searched at present;
	// nil for nobody.
	Parties func() (said.Parties, error)
}

// Room answers who said what. It is safe for concurrent use.
type Room struct {
	asked   *ask.Room
	library bot.Library
	parties func() (said.Parties, error)
}

// New returns a room that is ready.
func New(c Config) *Room {
	if c.Parties == nil {
		c.Parties = func() (said.Parties, error) { return said.Parties{}, nil }
	}
	return &Room{asked: c.Asked, library: c.Library, parties: c.Parties}
}

// Table returns the commands of the room.
func (r *Room) Table() bot.Table {
	by := bot.Arg{Name: "speaker", Required: true, Suggest: true}
	return bot.Table{Commands: []bot.Command{
		{Name: "quotes", Args: []bot.Arg{by, {Name: "topic"}, {Name: "asof", Suggest: true}, {Name: bot.ArgPrivate, Kind: bot.ArgFlag}}, Run: r.quotes},
		{Name: "speakers", Args: []bot.Arg{{Name: "words"}}, Run: r.speakers},
		{Name: "timeline", Args: ask.WithFilters(bot.Arg{Name: "topic", Required: true}), Run: r.timeline},
		{Name: "first", Args: ask.WithFilters(bot.Arg{Name: "phrase", Required: true}), Run: r.first},
		{Name: "last", Args: ask.WithFilters(bot.Arg{Name: "phrase", Required: true}), Run: r.last},
		{Name: "compare", Args: ask.WithFilters(bot.Arg{Name: "question", Required: true, Suggest: true}), Run: r.compare},
	}}
}

// spoken is a statement of a text and the sentence in which it begins.
type spoken struct {
	text      *corpus.Text
	statement said.Statement
	sentence  corpus.Range
}

// day is when it was said, the text's own day for want of a better one.
func (s spoken) day() time.Time {
	if !s.statement.Day.From.IsZero() {
		return s.statement.Day.From
	}
	return s.text.Published.Time
}

// sentenceAt returns the sentence of a text in which a byte stands.
func sentenceAt(t *corpus.Text, at int) (corpus.Range, bool) {
	for _, p := range t.Passages {
		if at < p.Start || at >= p.End {
			continue
		}
		for _, s := range p.Sentences {
			if at >= s.Start && at < s.End {
				return s, true
			}
		}
	}
	return corpus.Range{}, false
}

// quotes lists what somebody says, the newest first, on a topic or on anything.
func (r *Room) quotes(ctx context.Context, c *bot.Call) (bot.Reply, error) {
	options := c.TypedOptions()
	name, topic := strings.TrimSpace(c.Argument), options["topic"]
	if i := strings.Index(name, "topic:"); i >= 0 {
		name = strings.TrimSpace(name[:i])
	}
	name = strings.Trim(name, bot.QuotationMarks+" ")
	if name == "" {
		return bot.Reply{}, &bot.UserError{Message: "quotes_how"}
	}
	before, err := ask.AsOf(options["asof"])
	if err != nil {
		return bot.Reply{}, err
	}
	book, err := r.asked.Statements(ctx)
	if err != nil {
		return bot.Reply{}, err
	}
	near, err := r.about(ctx, c, topic)
	if err != nil {
		return bot.Reply{}, err
	}
	var all []spoken
	known := false
	for _, t := range r.library.Corpus().Texts() {
		if !c.Admits(t) || !before.IsZero() && !t.Published.Time.Before(before.Time) {
			continue
		}
		for _, s := range book.Of(t.ID) {
			if !book.Is(name, s.Speaker) {
				continue
			}
			known = true
			sentence, ok := sentenceAt(t, s.Start)
			if !ok || topic != "" && !near(t, sentence) || slices.ContainsFunc(all, func(x spoken) bool { return x.text == t && x.sentence == sentence }) {
				continue
			}
			all = append(all, spoken{t, s, sentence})
		}
	}
	switch {
	case !known:
		return bot.Reply{}, &bot.UserError{Message: "nobody_so_called", Data: data{"Name": locale.Clip(name)}}
	case len(all) == 0:
		return bot.Notice(bot.Para{Text: c.Say("nothing_by", data{"Name": locale.Clip(name)}), Style: bot.Strong}), nil
	}
	slices.SortStableFunc(all, func(a, b spoken) int { return b.day().Compare(a.day()) })
	return r.show(c, c.Say("quotes_by", data{"Name": locale.Clip(name), "Count": len(all)}), all)
}

// about returns what tells whether a sentence is about a topic, "" for anything.
func (r *Room) about(ctx context.Context, c *bot.Call, topic string) (func(*corpus.Text, corpus.Range) bool, error) {
	if topic == "" {
		return func(*corpus.Text, corpus.Range) bool { return true }, nil
	}
	_, found, err := r.asked.Find(ctx, c, topic, nil, searched)
	if err != nil {
		return nil, err
	}
	return func(t *corpus.Text, sentence corpus.Range) bool {
		return slices.ContainsFunc(found, func(s ask.Said) bool { return s.Text == t && s.Sentence == sentence })
	}, nil
}

// show quotes the first of some statements, each with its day.
func (r *Room) show(c *bot.Call, heading string, all []spoken) (bot.Reply, error) {
	reply := bot.Notice(bot.Para{Text: heading, Style: bot.Strong})
	var failed error
	shown := 0
	for _, s := range all {
		if shown == maxShown {
			break
		}
		quote, err := r.asked.QuoteAt(s.text, s.sentence)
		if err != nil {
			failed = err
			continue
		}
		cite := r.asked.Cites(c, []ask.Quote{quote})[0]
		cite.Label = strings.TrimSpace(r.when(c, s) + "\n" + cite.Label)
		reply.Blocks = append(reply.Blocks, cite)
		shown++
	}
	if shown == 0 {
		return bot.Reply{}, failed
	}
	if more := len(all) - shown; more > 0 {
		reply.Blocks = append(reply.Blocks, bot.Para{Text: c.Say("more_statements", data{"Count": more}), Style: bot.Small})
	}
	return reply, nil
}

// when writes out the day of a statement, and marks one that is the publication's.
func (r *Room) when(c *bot.Call, s spoken) string {
	switch {
	case s.day().IsZero():
		return c.Date(corpus.Date{})
	case s.statement.Day.From.IsZero() || s.statement.Day.Published():
		return c.Say("published_on", data{"Day": c.Date(corpus.Date{Time: s.day(), DayOnly: true})})
	case s.statement.Day.To.After(s.statement.Day.From):
		return c.Span(corpus.Date{Time: s.statement.Day.From, DayOnly: true}, corpus.Date{Time: s.statement.Day.To, DayOnly: true})
	}
	return c.Date(corpus.Date{Time: s.day(), DayOnly: true})
}

// speakers lists who speaks in the texts.
func (r *Room) speakers(ctx context.Context, c *bot.Call) (bot.Reply, error) {
	book, err := r.asked.Statements(ctx)
	if err != nil {
		return bot.Reply{}, err
	}
	type voice struct {
		said.Voice
		last time.Time
	}
	words := strings.Fields(strings.ToLower(c.Argument))
	var all []voice
	for _, v := range book.Speakers() {
		if slices.ContainsFunc(words, func(w string) bool { return !strings.Contains(strings.ToLower(v.Name), w) }) {
			continue
		}
		one := voice{Voice: v}
		one.Statements, one.Texts = 0, 0
		for _, t := range r.library.Corpus().Texts() {
			if !c.Admits(t) {
				continue
			}
			n := 0
			for _, s := range book.Of(t.ID) {
				if s.Speaker.Known() && book.Names().Canonical(s.Speaker.Name) == v.Key {
					n++
				}
			}
			if n > 0 {
				one.Statements += n
				one.Texts++
				if t.Published.Time.After(one.last) {
					one.last = t.Published.Time
				}
			}
		}
		if one.Statements > 0 {
			all = append(all, one)
		}
	}
	if len(all) == 0 {
		return bot.Notice(bot.Para{Text: c.Say("no_speakers", nil)}), nil
	}
	slices.SortStableFunc(all, func(a, b voice) int { return cmp.Compare(b.Statements, a.Statements) })
	var l bot.List
	for _, v := range all[:min(len(all), maxSpeakers)] {
		l.Items = append(l.Items, bot.Item{Term: v.Name, Text: c.Say("speaker_statements", data{
			"Count": v.Statements, "Day": c.Date(corpus.Date{Time: v.last, DayOnly: true})})})
	}
	reply := bot.Notice(bot.Para{Text: c.Say("speakers", data{"Count": len(all)}), Style: bot.Strong}, l)
	if more := len(all) - len(l.Items); more > 0 {
		reply.Blocks = append(reply.Blocks, bot.Para{Text: c.Say("more_speakers", data{"Count": more}), Style: bot.Small})
	}
	return reply, nil
}

// found returns what is said about a topic: the statements of the sentences that a
// search finds.
func (r *Room) found(ctx context.Context, c *bot.Call) (*said.Book, ask.Question, []spoken, error) {
	q, sentences, err := r.asked.Find(ctx, c, c.Argument, c.Options, searched)
	if err != nil {
		return nil, q, nil, err
	}
	book, err := r.asked.Statements(ctx)
	if err != nil {
		return nil, q, nil, err
	}
	var out []spoken
	for _, s := range sentences {
		statement, ok := said.Covering(book.Of(s.Text.ID), s.Sentence)
		if !ok || !statement.Speaker.Known() || q.By != "" && !book.Is(q.By, statement.Speaker) {
			continue
		}
		out = append(out, spoken{s.Text, statement, s.Sentence})
	}
	return book, q, out, nil
}

// timeline lists what was said about a topic, the oldest first.
func (r *Room) timeline(ctx context.Context, c *bot.Call) (bot.Reply, error) {
	book, q, all, err := r.found(ctx, c)
	if err != nil {
		return bot.Reply{}, err
	}
	all = slices.DeleteFunc(all, func(s spoken) bool { return s.day().IsZero() })
	if len(all) == 0 {
		return bot.Notice(bot.Para{Text: c.Say("no_statements", data{"Topic": locale.Clip(q.Text)}), Style: bot.Strong}), nil
	}
	all = all[:min(len(all), 3*maxShown)]
	slices.SortStableFunc(all, func(a, b spoken) int { return a.day().Compare(b.day()) })
	reply, err := r.show(c, c.Say("timeline", data{"Topic": locale.Clip(q.Text)}), all)
	if err != nil {
		return bot.Reply{}, err
	}
	if picture, ok := r.picture(c, book, all); ok {
		reply.Files = append(reply.Files, picture)
	}
	return reply, nil
}

// first quotes the earliest sentence that has a phrase.
func (r *Room) first(ctx context.Context, c *bot.Call) (bot.Reply, error) { return r.edge(ctx, c, 1) }

// last quotes the latest.
func (r *Room) last(ctx context.Context, c *bot.Call) (bot.Reply, error) { return r.edge(ctx, c, -1) }

// edge quotes the sentence with a phrase whose text was published first, or with
// order -1 last.
func (r *Room) edge(ctx context.Context, c *bot.Call, order int) (bot.Reply, error) {
	phrase := strings.Trim(strings.TrimSpace(c.Argument), bot.QuotationMarks)
	q, sentences, err := r.asked.Find(ctx, c, "“"+phrase+"”", c.Options, 8*searched)
	if err != nil {
		return bot.Reply{}, err
	}
	sentences = slices.DeleteFunc(sentences, func(s ask.Said) bool {
		sentence, err := s.Text.Read(s.Sentence)
		return s.Text.Published.IsZero() || err != nil || !ask.Holds(sentence, q.Phrases)
	})
	if len(sentences) == 0 {
		return bot.Notice(bot.Para{Text: c.Say("no_such_phrase", data{"Phrase": locale.Clip(phrase)}), Style: bot.Strong}), nil
	}
	slices.SortStableFunc(sentences, func(a, b ask.Said) int { return order * a.Text.Published.Time.Compare(b.Text.Published.Time) })
	quote, err := r.asked.QuoteAt(sentences[0].Text, sentences[0].Sentence)
	if err != nil {
		return bot.Reply{}, err
	}
	heading := c.Say("first_said", data{"Count": len(sentences)})
	if order < 0 {
		heading = c.Say("last_said", data{"Count": len(sentences)})
	}
	cite := r.asked.Cites(c, []ask.Quote{quote})[0]
	cite.Label = strings.TrimSpace(c.Date(quote.Source.Published) + "\n" + cite.Label)
	return bot.Notice(bot.Para{Text: heading, Style: bot.Strong}, cite), nil
}

// compare shows one statement of each party on a question, the newest. It gives no
// verdict, and a statement counts for a party only when its speaker stands under it.
func (r *Room) compare(ctx context.Context, c *bot.Call) (bot.Reply, error) {
	parties, err := r.parties()
	if err != nil {
		return bot.Reply{}, err
	}
	if len(parties) == 0 {
		return bot.Reply{}, &bot.UserError{Message: "no_parties", Data: data{"File": said.PartyFile}}
	}
	book, q, all, err := r.found(ctx, c)
	if err != nil {
		return bot.Reply{}, err
	}
	slices.SortStableFunc(all, func(a, b spoken) int { return b.day().Compare(a.day()) })
	reply := bot.Notice(bot.Para{Text: c.Say("positions", data{"Question": locale.Clip(q.Text)}), Style: bot.Strong})
	var silent []string
	for _, p := range parties {
		i := slices.IndexFunc(all, func(s spoken) bool { return p.Has(book, s.statement.Speaker) })
		if i < 0 {
			silent = append(silent, p.Name)
			continue
		}
		quote, err := r.asked.QuoteAt(all[i].text, all[i].sentence)
		if err != nil {
			silent = append(silent, p.Name)
			continue
		}
		cite := r.asked.Cites(c, []ask.Quote{quote})[0]
		cite.Label = strings.TrimSpace(p.Name + ", " + r.when(c, all[i]) + "\n" + cite.Label)
		reply.Blocks = append(reply.Blocks, cite)
	}
	if len(silent) > 0 {
		reply.Blocks = append(reply.Blocks, bot.Para{Text: c.Say("no_position", data{"Parties": strings.Join(silent, ", ")}), Style: bot.Small})
	}
	return reply, nil
}
