package ask

import (
	"context"
	"regexp"
	"slices"
	"strings"
	"time"

	lru "github.com/hashicorp/golang-lru/v2"

	"rapporteur/bot"
	"rapporteur/bot/locale"
	"rapporteur/corpus"
)

const (
	// followed is for how long a question is what the next words of its asker in the
	// same chat are about: a person who comes back later begins anew.
	followed = 10 * time.Minute
	// maxFollowed is of how many people the last question is remembered, in memory only.
	maxFollowed = 10_000
)

// recent remembers the last question of each person in each chat.
type recent struct {
	last *lru.Cache[string, lastAsked]
}

type lastAsked struct {
	question string
	at       time.Time
}

func newRecent() *recent {
	last, err := lru.New[string, lastAsked](maxFollowed)
	if err != nil {
		panic(err) // only for a size below one
	}
	return &recent{last}
}

func whoAndWhere(r bot.Request) string { return r.Platform + ":" + r.User + " " + r.Chat }

func (m *recent) note(r bot.Request, question string) {
	m.last.Add(whoAndWhere(r), lastAsked{question, time.Now()})
}

// of returns the last question of a person in a chat, "" for none of late.
func (m *recent) of(r bot.Request) string {
	l, ok := m.last.Get(whoAndWhere(r))
	if !ok || time.Since(l.at) > followed {
		return ""
	}
	return l.question
}

// forget forgets the questions of a person.
func (m *recent) forget(r bot.Request) {
	for _, key := range m.last.Keys() {
		if strings.HasPrefix(key, r.Platform+":"+r.User+" ") {
			m.last.Remove(key)
		}
	}
}

// What is said after an answer, about it. The languages are those of the interface,
// and Russian.
var (
	asksMore    = strings.Split("more|tell me more|go on|show more|ще|більше|далі|ещё|еще|больше|mehr|weiter|noch mehr", "|")
	asksSummary = regexp.MustCompile(`(?i)^(?:please\s+|bitte\s+|будь ласка,?\s+)?(?:summari[sz]e|summary|sum (?:it|that|this) up|sum up|tl;?dr|in short|підсумуй\S*|підсумок|стисло|коротко|подытож\S*|кратко|zusammenfass\S*|fass\S*.{0,30}zusammen|kurz gesagt)\b.{0,30}$`)
	// asksAgain is a question word alone, and what it asks with.
	asksAgain = regexp.MustCompile(`(?i)^(?:and\s+|а\s+|і\s+|и\s+|und\s+)?(why|when|where|who|how much|how many|чому|коли|де|хто|скільки|почему|когда|где|кто|сколько|warum|wieso|wann|wo|wer|wie viele?)\s*[?!.]*$`)
	// leadsIn is the question word that a question begins with.
	leadsIn = regexp.MustCompile(`(?i)^(?:who|what|when|where|why|how much|how many|how|which|хто|що|коли|де|чому|скільки|як|кто|что|когда|где|почему|сколько|как|wer|was|wann|wo|warum|wieso|wie viele?|wie|welche[rsmn]?)\s+`)
)

// followUp answers what is said about the last question, and reports whether that is
// what it is. What the bot cannot do it says.
func (b *Room) followUp(ctx context.Context, c *bot.Call) (r bot.Reply, is bool, err error) {
	text := strings.TrimSpace(c.Argument)
	bare := strings.ToLower(strings.TrimRight(text, ".!?… "))
	last := b.recent.of(c.Request)
	switch m := asksAgain.FindStringSubmatch(text); {
	case asksSummary.MatchString(text):
		r, err = b.noSummary(ctx, c, last)
		return r, true, err
	case last == "":
		return bot.Reply{}, false, nil
	case slices.Contains(asksMore, bare):
		r, err = b.moreOf(ctx, c, last)
		return r, true, err
	case m != nil:
		word := []rune(m[1])
		c.Argument = strings.ToUpper(string(word[:1])) + string(word[1:]) + " " + leadsIn.ReplaceAllString(last, "")
		r, err = b.answered(ctx, c)
		if err == nil && len(r.Blocks) > 0 {
			taken := bot.Para{Text: c.Say("taken_as", data{"Question": locale.Shorten(c.Argument, locale.MaxName)}), Style: bot.Small}
			r.Blocks = append([]bot.Block{taken}, r.Blocks...)
		}
		return r, true, err
	}
	return bot.Reply{}, false, nil
}

// moreOf shows further quotes to a question.
func (b *Room) moreOf(ctx context.Context, c *bot.Call, question string) (bot.Reply, error) {
	a, _, err := b.AskIn(ctx, c, question, c.Options)
	if err != nil {
		return bot.Reply{}, err
	}
	if !a.Answered || len(a.more) == 0 {
		return bot.Notice(bot.Para{Text: c.Say("no_more", data{"Question": locale.Shorten(question, locale.MaxName)})}), nil
	}
	return b.more(c, a.more)
}

// noSummary says that nothing is summarised here, and which texts the last question
// is about.
func (b *Room) noSummary(ctx context.Context, c *bot.Call, question string) (bot.Reply, error) {
	if question == "" {
		return bot.Notice(bot.Para{Text: c.Say("no_summary", nil)}, bot.Para{Text: c.Say("example", nil), Style: bot.Small}), nil
	}
	_, found, err := b.Find(ctx, c, question, c.Options, candidateQuotes)
	if err != nil {
		return bot.Reply{}, err
	}
	var texts []*corpus.Text
	for _, s := range found {
		if !slices.Contains(texts, s.Text) {
			texts = append(texts, s.Text)
		}
	}
	if len(texts) == 0 {
		return bot.Notice(bot.Para{Text: c.Say("no_summary", nil)}), nil
	}
	r := ListTexts(c.Words, "no_summary_but", texts, maxFound)
	return r, nil
}
