package bot

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"
	"unicode"

	"rapporteur/corpus"
	"rapporteur/index"
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
	errNoQuestion = &UserError{Message: "no_question"}
	errNoWords    = &UserError{Message: "no_words"}
)

// Ask answers a question. Errors that the asker can do something about are
// *UserError.
func (b *Bot) Ask(ctx context.Context, text string, options map[string]string) (Answer, error) {
	began := time.Now()
	a, _, err := b.answer(ctx, text, options)
	a.Question = text
	a.TookMS = float64(time.Since(began).Microseconds()) / 1000
	return a, err
}

// answer is Ask with the parsed question.
func (b *Bot) answer(ctx context.Context, text string, options map[string]string) (Answer, Question, error) {
	a := Answer{Quotes: []Quote{}, Nearest: []Quote{}}
	q, err := parseSearch(text, options)
	if err != nil {
		return a, q, err
	}
	found, err := b.find(ctx, q, candidateQuotes)
	if err != nil {
		return a, q, err
	}
	a.Searched = Searched{Texts: found.Searched.Texts, From: found.Searched.From.Day(), To: found.Searched.To.Day()}
	a.Unknown = found.Unknown
	if len(found.Hits) == 0 {
		return a, q, nil
	}
	a.Confidence = found.Confidence
	lead, err := b.quotes.hit(found.Hits[0])
	if err != nil {
		return a, q, &UserError{Message: "source_changed", Data: data{"ID": found.Hits[0].Text.ID}, Err: err}
	}
	a.Answered = found.Confidence >= b.threshold
	quotes := []Quote{lead}
	if a.Answered || isOneWord(q.Text) {
		quotes = append(quotes, b.further(found.Hits)...)
	}
	if a.Answered {
		a.Quotes = quotes
	} else {
		a.Nearest = quotes
	}
	return a, q, nil
}

// further returns the quotes worth showing beside the first hit.
func (b *Bot) further(hits []index.Hit) []Quote {
	var out []Quote
	chosen := hits[:1:1]
	for _, h := range hits[1:] {
		if len(chosen) == maxQuotes {
			break
		}
		if !adds(chosen, h) {
			continue
		}
		// One that cannot be verified has been logged, and is left out.
		if quote, err := b.quotes.hit(h); err == nil {
			out = append(out, quote)
			chosen = append(chosen, h)
		}
	}
	return out
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

// candidateQuotes is how many hits are looked at for further quotes.
const candidateQuotes = 10

// parseSearch reads a question and refuses what cannot be searched for.
func parseSearch(text string, options map[string]string) (Question, error) {
	if n := len([]rune(text)); n > maxQuestion {
		return Question{}, &UserError{Message: "too_long", Data: data{"Length": n, "Max": maxQuestion}}
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

// find searches for a question and explains what can go wrong with it.
func (b *Bot) find(ctx context.Context, q Question, limit int) (index.Result, error) {
	found, err := b.searcher.Search(ctx, index.Query{
		Text: q.Text, Phrases: q.Phrases, Sources: q.Sources,
		Since: q.Since, Before: q.Before, Language: q.Lang, Limit: limit,
	})
	switch {
	case errors.Is(err, context.DeadlineExceeded), errors.Is(err, context.Canceled):
		return found, &UserError{Message: "too_slow", Err: err}
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

// adds reports whether a hit is worth showing beside the quotes already
// chosen: nearly as good as the lead, from another passage, in other words.
func adds(chosen []index.Hit, h index.Hit) bool {
	if h.Score < chosen[0].Score-furtherMargin {
		return false
	}
	for _, c := range chosen {
		if c.Text == h.Text && c.Passage == h.Passage {
			return false
		}
		if jaccard(indexed(c), indexed(h)) > tooAlike {
			return false
		}
	}
	return true
}

// indexed returns what a hit says as it was indexed, "" when that cannot be
// read: then it cannot be quoted either.
func indexed(h index.Hit) string {
	s, _ := h.Text.Read(h.Sentence)
	return s
}

// jaccard is the number of words two texts share over the number they have.
func jaccard(a, b string) float64 {
	set := make(map[string]int)
	for i, s := range []string{a, b} {
		for w := range strings.FieldsFuncSeq(strings.ToLower(s), func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) }) {
			set[w] |= 1 << i
		}
	}
	both := 0
	for _, in := range set {
		if in == 3 {
			both++
		}
	}
	if len(set) == 0 {
		return 0
	}
	return float64(both) / float64(len(set))
}

// Library is what the bot answers from.
type Library interface {
	// Corpus returns the texts that are searched at present.
	Corpus() *corpus.Corpus
}
