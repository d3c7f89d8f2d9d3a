package ask

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode"

	"rapporteur/bot"
	"rapporteur/bot/token"
	"rapporteur/index"
	"rapporteur/index/rank"
)

// Searcher finds sentences for a question. *index.Index is the real one.
type Searcher interface {
	// Search returns the sentences that answer the query best. It is safe for
	// concurrent use and honours the context's deadline.
	Search(ctx context.Context, q index.Query) (index.Result, error)
}

// Answer is what the sources say to a question, or that they do not say.
type Answer struct {
	Question   string   `json:"question"`
	Answered   bool     `json:"answered"`
	Confidence float64  `json:"confidence"` // calibrated, 0 to 1, that the first quote or the nearest answers
	Quotes     []Quote  `json:"quotes"`     // the lead first, three at most; empty unless Answered
	Nearest    []Quote  `json:"nearest"`    // the nearest when not Answered, several for a single word; no answers
	Searched   Searched `json:"searched"`
	Unknown    []string `json:"unknown,omitempty"` // words of the question that no text holds
	TookMS     float64  `json:"took_ms"`           // milliseconds

	// Asked is whose words were asked for, where the texts have none on this, and
	// Others who says what is nearest.
	Asked  string   `json:"asked,omitempty"`
	Others []string `json:"others,omitempty"`

	more []token.Ref // of what comes after Quotes
}

// Searched says what was searched.
type Searched struct {
	Texts int    `json:"texts"`
	From  string `json:"from"` // the earliest day a searched text was published, YYYY-MM-DD, or ""
	To    string `json:"to"`   // the latest
}

// maxQuotes is the lead quote and two further ones: what fits one message.
const maxQuotes = 3

// maxQuestion is the longest question taken, in characters. The longest
// question of the public sets the ranking is measured on has 200.
const maxQuestion = 1000

// errNoQuestion and its like are questions that cannot be searched for.
var (
	errNoQuestion = &bot.UserError{Message: "no_question"}
	errNoWords    = &bot.UserError{Message: "no_words"}
)

// Ask answers a question. Errors that the asker can do something about are
// *UserError.
func (b *Room) Ask(ctx context.Context, text string, options map[string]string) (Answer, error) {
	began := time.Now()
	a, _, err := b.AskIn(ctx, &bot.Call{Threshold: b.threshold}, text, options)
	a.Question = text
	a.TookMS = float64(time.Since(began).Microseconds()) / 1000
	return a, err
}

// AskIn is Ask with the settings of a call, and returns the parsed question
// too.
func (b *Room) AskIn(ctx context.Context, c *bot.Call, text string, options map[string]string) (Answer, Question, error) {
	a := Answer{Quotes: []Quote{}, Nearest: []Quote{}}
	q, err := parseSearch(text, options)
	if err != nil {
		return a, q, err
	}
	who := cmp.Or(q.By, whoSaid(q.Text))
	limit := candidateQuotes
	if who != "" {
		limit = maxVoiced
	}
	found, err := b.find(ctx, c, q, limit)
	if err != nil {
		return a, q, err
	}
	a.Searched = Searched{Texts: found.Searched.Texts, From: found.Searched.From.Day(), To: found.Searched.To.Day()}
	a.Unknown = found.Unknown
	if len(found.Hits) == 0 {
		return a, q, nil
	}
	a.Confidence = found.Confidence
	if who != "" {
		// Nobody else's words answer, however near they are.
		by, others := b.voices.spoken(b.library.Corpus(), q.Text, who, found.Hits)
		a.Unknown = topics(a.Unknown)
		switch anything := aboutAnything(q.Text, who); {
		case len(by) > 0 && (anything || by[0].Score >= found.Hits[0].Score-furtherMargin):
			found.Hits = by[:min(len(by), candidateQuotes)]
			if anything {
				a.Confidence = max(a.Confidence, c.Threshold)
			}
		default:
			a.Asked = who
			found.Hits = append(by, others...)[:min(len(found.Hits), maxQuotes)]
			if len(by) == 0 { // else what comes first is theirs, beside the question
				a.Others = b.voices.speakers(b.library.Corpus(), who, found.Hits)
			}
		}
	}
	lead, err := b.quotes.hit(found.Hits[0])
	if err != nil {
		return a, q, &bot.UserError{Message: "source_changed", Data: data{"ID": found.Hits[0].Text.ID}, Err: err}
	}
	a.Answered = a.Confidence >= c.Threshold && a.Asked == ""
	quotes := []Quote{lead}
	if a.Answered || a.Asked != "" || isOneWord(q.Text) {
		further, more := b.further(found.Hits)
		quotes, a.more = append(quotes, further...), more
	}
	switch {
	case a.Answered:
		a.Quotes = quotes
	case found.Hits[0].Met >= leastMet: // else nothing is near
		a.Nearest = quotes
	}
	return a, q, nil
}

// leastMet is the share of the question's words, weighted by how rare they are,
// that a sentence must hold to be shown as the nearest. Below a tenth it is a
// word or two that everything holds.
const leastMet = .1

// further returns the quotes worth showing beside the first hit, and the
// sentences that come after them, for whoever wants more.
func (b *Room) further(hits []index.Hit) (quotes []Quote, more []token.Ref) {
	chosen := []candidate{candidateOf(hits[0])}
	for _, h := range hits[1:] {
		said := candidateOf(h)
		if repeats(chosen, said) {
			continue
		}
		chosen = append(chosen, said)
		if h.Score < hits[0].Score-furtherMargin || len(quotes) == maxQuotes-1 {
			more = append(more, token.RefTo(h.Text.ID, said.text))
			continue
		}
		// One that cannot be verified has been logged, and is left out.
		if quote, err := b.quotes.hit(h); err == nil {
			quotes = append(quotes, quote)
		}
	}
	return quotes, more
}

// isOneWord reports whether a question is a single word, which asks nothing.
func isOneWord(s string) bool {
	n := 0
	for w := range strings.FieldsSeq(s) {
		if hasWord(w) {
			n++
		}
	}
	return n == 1
}

// candidateQuotes is how many hits are looked at for further quotes: as many as
// can be shown at once and named in a button's token of 100 characters, and some
// that repeat others.
const candidateQuotes = 16

// parseSearch reads a question and refuses what cannot be searched for.
func parseSearch(text string, options map[string]string) (Question, error) {
	if n := len([]rune(text)); n > maxQuestion {
		return Question{}, &bot.UserError{Message: "too_long", Data: data{"Length": n, "Max": maxQuestion}}
	}
	q, err := ParseQuestion(text, options)
	switch {
	case err != nil:
		return q, err
	case q.Text == "":
		return q, errNoQuestion
	case !hasWord(q.Text):
		return q, errNoWords
	}
	return q, nil
}

// find searches for a question in the texts that the conversation may see.
func (b *Room) find(ctx context.Context, c *bot.Call, q Question, limit int) (index.Result, error) {
	return b.look(ctx, index.Query{
		Text: q.Text, Phrases: q.Phrases, Sources: q.Sources, Within: c.Settings.Sources,
		Since: q.Since, Before: q.Before, Language: q.Lang, Limit: limit,
	})
}

// look searches, and explains what can go wrong with that.
func (b *Room) look(ctx context.Context, q index.Query) (index.Result, error) {
	found, err := b.searcher.Search(ctx, q)
	switch {
	case errors.Is(err, context.DeadlineExceeded), errors.Is(err, context.Canceled):
		return found, &bot.UserError{Message: "too_slow", Err: err}
	case err != nil:
		return found, fmt.Errorf("bot: search: %w", err)
	}
	return found, nil
}

// A further quote may score this much less than the lead. The ranker's scores
// are log-odds of one sentence against another, so 2 is about one to seven.
const furtherMargin = 2.0

// tooAlike is the share of words two quotes may have in common, as Jaccard
// similarity, before the second adds nothing.
const tooAlike = 0.5

// candidate is a hit with what it says as it was indexed: "" when that cannot be
// read, and then it cannot be quoted either.
type candidate struct {
	index.Hit
	text  string
	words []rank.Term // each once, sorted
}

func candidateOf(h index.Hit) candidate {
	text, _ := h.Text.Read(h.Sentence)
	var words []rank.Term
	for w := range strings.FieldsFuncSeq(strings.ToLower(text), func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) }) {
		words = append(words, rank.Hash(w)) // which are compared faster
	}
	slices.Sort(words)
	return candidate{Hit: h, text: text, words: slices.Compact(words)}
}

// repeats reports whether a hit adds nothing to those already chosen: it is of
// the same passage as one of them, or says it in nearly the same words.
func repeats(chosen []candidate, s candidate) bool {
	for _, c := range chosen {
		if c.Text == s.Text && c.Passage == s.Passage || jaccard(c.words, s.words) > tooAlike {
			return true
		}
	}
	return false
}

// jaccard is the number of words two texts share over the number they have. The
// words are sorted.
func jaccard(a, b []rank.Term) float64 {
	both, all := 0, len(a)+len(b)
	for len(a) > 0 && len(b) > 0 {
		switch {
		case a[0] < b[0]:
			a = a[1:]
		case a[0] > b[0]:
			b = b[1:]
		default:
			a, b = a[1:], b[1:]
			both++
		}
	}
	if either := all - both; either > 0 {
		return float64(both) / float64(either)
	}
	return 0
}
