package ask

import (
	"context"
	"errors"
	"strings"
	"sync"

	"rapporteur/bot"
	"rapporteur/corpus"
	"rapporteur/corpus/said"
)

// books holds the statements of all texts. They are found when somebody first asks
// for them, a second for some thousand texts, and again when the texts have changed.
type books struct {
	mu     sync.Mutex
	corpus *corpus.Corpus
	made   *making
}

// making is a book that is ready when done is closed.
type making struct {
	done chan struct{}
	book *said.Book
	err  error
}

// Statements returns who said what in all texts. While they are being found for
// longer than the request may take, it is a *UserError that says so.
func (b *Room) Statements(ctx context.Context) (*said.Book, error) {
	m := b.making(b.library.Corpus())
	select {
	case <-m.done:
		return m.book, m.err
	case <-ctx.Done():
		return nil, &bot.UserError{Message: "statements_later", Err: ctx.Err()}
	}
}

func (b *Room) making(c *corpus.Corpus) *making {
	b.books.mu.Lock()
	defer b.books.mu.Unlock()
	if b.books.made != nil && b.books.corpus == c {
		return b.books.made
	}
	m := &making{done: make(chan struct{})}
	b.books.corpus, b.books.made = c, m
	go func() {
		defer close(m.done)
		var list []said.Correction
		if b.voices.corrections != nil {
			if list, m.err = b.voices.corrections(); m.err != nil {
				b.log.Error("corrections of speakers cannot be read", "err", m.err)
			}
		}
		// Whoever asked may be gone by then; the next one finds it ready.
		m.book, m.err = said.ReadBook(context.Background(), c, list)
	}()
	return m
}

// speakerEntries are the speakers that are known by now, those with the most
// statements first. It waits for nothing.
func (b *Room) speakerEntries() (out []entry) {
	m := b.making(b.library.Corpus())
	select {
	case <-m.done:
	default:
		return nil
	}
	if m.err != nil {
		return nil
	}
	for _, v := range m.book.Speakers() {
		out = append(out, entry{value: v.Name, key: strings.ToLower(v.Name)})
	}
	return out
}

// QuoteAt quotes a range of a text. The error is for the asker.
func (b *Room) QuoteAt(t *corpus.Text, r corpus.Range) (Quote, error) {
	quote, err := b.quotes.quote(t, r)
	if err != nil {
		return Quote{}, &bot.UserError{Message: "source_changed", Data: data{"ID": t.ID}, Err: err}
	}
	return quote, nil
}

// Cites shows quotes.
func (b *Room) Cites(c *bot.Call, quotes []Quote) []bot.Cite { return cites(c, quotes) }

// Find searches the texts that the conversation may see for a question, and returns
// it without its filters.
func (b *Room) Find(ctx context.Context, c *bot.Call, text string, options map[string]string, limit int) (Question, []Said, error) {
	q, err := parseSearch(text, options)
	if err != nil {
		return q, nil, err
	}
	found, err := b.find(ctx, c, q, limit)
	if err != nil {
		return q, nil, err
	}
	var out []Said
	for _, h := range found.Hits {
		if h.Met < nearEnough {
			continue
		}
		out = append(out, Said{Text: h.Text, Sentence: h.Sentence, Score: h.Score})
	}
	return q, out, nil
}

// Said is a sentence of a text that a search has found.
type Said struct {
	Text     *corpus.Text
	Sentence corpus.Range
	Score    float64 // comparable within one search only
}

// IsEmpty reports whether an error says that nothing was asked.
func IsEmpty(err error) bool { return errors.Is(err, errNoQuestion) || errors.Is(err, errNoWords) }
