package ask

import (
	"errors"
	"fmt"
	"log/slog"
	"net/url"
	"strings"
	"sync/atomic"
	"unicode/utf8"

	"rapporteur/bot"
	"rapporteur/bot/token"
	"rapporteur/corpus"
	"rapporteur/index"
)

// Source names a source text.
type Source struct {
	ID        string      `json:"id"`
	Title     string      `json:"title"`
	Publisher string      `json:"publisher"`
	URL       string      `json:"url"`
	Published corpus.Date `json:"published"` // RFC 3339 date or time, "" when unknown
	Language  string      `json:"language"`  // ISO 639-1
	BasedOn   []string    `json:"based_on,omitempty"`
}

// Quote is a verbatim piece of a source text: Text is bytes Start to End of
// the stored text.
type Quote struct {
	Text  string `json:"text"`
	Start int    `json:"start"`
	End   int    `json:"end"`
	Page  int    `json:"page,omitempty"` // of the printed document, from 1; 0 when it is not known
	Link  string `json:"link"`           // to the passage, "" when the text has no address
	// Speaker is who says it; nil where the outlet speaks for itself, or it cannot be
	// told.
	Speaker *Speaker `json:"speaker"`
	Source  Source   `json:"source"`
	// Also are other texts that say it in nearly the same words, as they were
	// indexed. What they say is not quoted, so it is not read again.
	Also []Source `json:"also,omitempty"`
}

// ref names the quoted sentence.
func (q Quote) ref() token.Ref { return token.RefTo(q.Source.ID, q.Text) }

// quoter makes quotes. Every quote the bot sends comes from its quote method,
// which is where the promise is kept.
type quoter struct {
	log     *slog.Logger
	library bot.Library
	voices  *voices
	blocked atomic.Int64 // quotes that were not sent since start
}

// quote reads the range of the text where it is stored, at this moment, and
// returns it only if it still says what was indexed. Otherwise it logs and
// counts, and returns an error.
func (q *quoter) quote(t *corpus.Text, r corpus.Range) (Quote, error) {
	stored, err := t.Stored(r)
	want, unread := t.Read(r)
	err = errors.Join(err, unread)
	if err == nil && stored != want {
		err = fmt.Errorf("text %s, bytes %d to %d: %w", t.ID, r.Start, r.End, corpus.ErrChanged)
	}
	if err != nil {
		q.blocked.Add(1)
		q.log.Error("quote blocked: the stored text does not say it", "text", t.ID, "start", r.Start, "end", r.End, "err", err)
		return Quote{}, err
	}
	return Quote{
		Text:    stored,
		Start:   r.Start,
		End:     r.End,
		Page:    t.Page(r.Start),
		Link:    quoteLink(t, r.Start, stored),
		Speaker: q.voices.speaker(q.library.Corpus(), t, r),
		Source:  SourceOf(t),
	}, nil
}

// quoteLink returns the address of a quote. Readers of PDF know pages
// (https://www.rfc-editor.org/rfc/rfc8118#section-3), browsers words.
func quoteLink(t *corpus.Text, at int, quote string) string {
	if page := t.Page(at); page > 0 && t.URL != "" {
		address, _, _ := strings.Cut(t.URL, "#")
		return fmt.Sprintf("%s#page=%d", address, page)
	}
	return textLink(t.URL, quote)
}

// hit quotes a hit.
func (q *quoter) hit(h index.Hit) (Quote, error) {
	quote, err := q.quote(h.Text, h.Sentence)
	if err != nil {
		return quote, err
	}
	for _, t := range h.Also {
		quote.Also = append(quote.Also, SourceOf(t))
	}
	return quote, nil
}

func SourceOf(t *corpus.Text) Source {
	return Source{ID: t.ID, Title: t.Title, Publisher: t.Publisher, URL: t.URL,
		Published: t.Published, Language: t.Language, BasedOn: t.BasedOn}
}

// A quote longer than longQuote characters, the length at which browsers begin
// to do so when they make such links, or whose percent-encoded form is longer
// than longFragment bytes, is named by its first and last words. Cyrillic takes
// six bytes a letter then, and a message must hold the link too: what is longer
// than maxFragment even so is not named at all.
const (
	longQuote    = 300
	longFragment = 500
	maxFragment  = 1000
	edgeWords    = 4 // at each end
)

// textLink returns the address of a page with a text fragment that makes a
// browser scroll to the quote, as the draft at
// https://wicg.github.io/scroll-to-text-fragment/ defines it:
// #:~:text=quote or #:~:text=start,end.
func textLink(page, quote string) string {
	words := strings.Fields(quote) // a page's white space is folded before it is compared
	if page == "" || len(words) == 0 {
		return ""
	}
	// The address may point at a text already.
	page, _, _ = strings.Cut(page, ":~:")
	page = strings.TrimSuffix(page, "#")
	directive := encodeFragment(strings.Join(words, " "))
	if (utf8.RuneCountInString(quote) > longQuote || len(directive) > longFragment) && len(words) > 2*edgeWords {
		directive = encodeFragment(strings.Join(words[:edgeWords], " ")) + "," +
			encodeFragment(strings.Join(words[len(words)-edgeWords:], " "))
	}
	switch {
	case len(directive) > maxFragment:
		return page
	case strings.Contains(page, "#"):
		return page + ":~:text=" + directive
	}
	return page + "#:~:text=" + directive
}

// encodeFragment percent-encodes a part of a text directive. Beyond what any
// address needs, the draft reserves the ampersand, the hyphen and the comma.
func encodeFragment(s string) string {
	return strings.NewReplacer("+", "%20", "-", "%2D").Replace(url.QueryEscape(s))
}
