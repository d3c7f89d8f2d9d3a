package telegram

import (
	"context"
	"encoding/json"
	"time"

	"github.com/go-telegram/bot/models"

	"rapporteur/bot"
)

const (
	// maxPicks is how many quotes are offered to somebody who types.
	maxPicks = 20
	// pickTime is what a search for them may take: they are there half a second
	// after the last key.
	pickTime = 400 * time.Millisecond
	// How long Telegram may show the same to the same query again, in seconds.
	// Texts may change, and what is not there may come.
	cacheFound, cacheNone = 60, 20
	// inlineChat is the chat of what is not in one that the bot knows.
	inlineChat = "inline"
	// startPrivately is what somebody who has no question yet is taken to the
	// private chat with.
	startPrivately = "ask"
)

// article is the page as a result to pick, or as the answer to a guest's query.
func (p page) article(id, title, about string) *models.InlineQueryResultArticle {
	return &models.InlineQueryResultArticle{ID: id, Title: title, Description: about, ReplyMarkup: orNone(p.keyboard),
		InputMessageContent: &models.InputTextMessageContent{MessageText: p.html, ParseMode: models.ParseModeHTML, LinkPreviewOptions: p.previewOptions()}}
}

// startButton stands above the results and opens the private chat. The library's
// has a web_app of null.
type startButton struct {
	Text  string `json:"text"`
	Start string `json:"start_parameter"`
}

// suggest has a query answered, unless the same person types on before it is its
// turn: of one person the last query alone is of use.
func (a *Adapter) suggest(q *inlineQuery) {
	a.typing.Store(q.From.ID, q)
	a.queues.Add(update{Inline: q}.lane(), func() {
		if latest, ok := a.typing.LoadAndDelete(q.From.ID); ok {
			a.offer(a.life, latest.(*inlineQuery))
		}
	})
}

// offer answers a query with quotes to pick from.
func (a *Adapter) offer(ctx context.Context, q *inlineQuery) {
	r := bot.Request{Platform: platform, User: id(q.From.ID), Chat: inlineChat, Direct: true, Self: a.self.Username,
		Locale: q.From.LanguageCode, Room: tokenRoom, InPlace: true, Text: q.Query}
	var picks bot.Picks
	if picker, ok := a.handler.(bot.Picker); ok {
		within, cancel := context.WithTimeout(ctx, pickTime)
		if a.gate.enter(within, turnOf(r)) == nil {
			picks = picker.Pick(within, r, maxPicks)
			a.gate.leave()
		}
		cancel()
	}
	answer := struct {
		Query    string       `json:"inline_query_id"`
		Results  []any        `json:"results"`
		Cache    int          `json:"cache_time"`  // the library leaves out 0, and Telegram takes that for 300
		Personal bool         `json:"is_personal"` // labels are in the language of whoever asks
		Button   *startButton `json:"button,omitempty"`
	}{Query: q.ID, Results: []any{}, Personal: true}
	for _, pick := range picks.List {
		if p, ok := a.onePage(pick.Reply, r.Locale); ok {
			result, err := p.article(pick.ID, clean(pick.Title), clean(pick.Text)).MarshalCustom()
			if err == nil {
				answer.Results = append(answer.Results, json.RawMessage(result))
			}
		}
	}
	switch {
	case picks.Answered:
		answer.Cache = cacheFound
	case len(picks.List) > 0:
		answer.Cache = cacheNone
	}
	switch {
	case picks.Tell.Token != "":
		answer.Button = &startButton{Text: picks.Tell.Label, Start: picks.Tell.Token}
	case !picks.Answered && picks.Ask != "":
		answer.Button = &startButton{Text: picks.Ask, Start: startPrivately}
	}
	if err := a.api.raw(ctx, "answerInlineQuery", answer, nil); err != nil && ctx.Err() == nil {
		a.log.Debug("telegram: quotes to pick come too late", "err", err)
	}
}
