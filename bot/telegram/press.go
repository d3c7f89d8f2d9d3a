package telegram

import (
	"cmp"
	"context"
	"strings"

	tg "github.com/go-telegram/bot"

	"rapporteur/bot"
	"rapporteur/bot/adapter"
)

// maxToast is the length of what may be said in passing (Bot API,
// answerCallbackQuery, text).
const maxToast = 200

// toast returns what is said in passing to a press, and whether that is all.
func toast(p *press, reply bot.Reply) (words string, brief bool) {
	words, brief = inPassing(reply)
	if p.Message == nil && !reply.InPlace {
		// There is no below, and others read what stands there.
		words, brief = adapter.Clip(words, maxToast), true
	}
	if !brief || reply.Updates != nil || len(reply.Files) > 0 && p.Message != nil { // there has to be something that stands
		return "", false
	}
	return words, brief
}

// bring sends what a press brings, unless that was said in passing: in the place
// of the message it stands under, if the reply belongs and fits there; else below
// it.
func (a *Adapter) bring(ctx context.Context, p *press, reply bot.Reply, brief bool) error {
	switch {
	case brief && len(reply.Actions) > 0:
		return a.swap(ctx, p, reply.Actions)
	case brief, len(reply.Blocks) == 0 && len(reply.Files) == 0 && reply.Updates == nil:
		return nil
	case p.Message == nil:
		page, ok := a.onePage(reply, p.From.LanguageCode)
		if !ok {
			return nil
		}
		_, err := a.outbox.send(ctx, &outgoing{inline: p.Inline, page: page})
		if err == nil && reply.Updates != nil {
			a.follow(destination{locale: p.From.LanguageCode}, nil, p.Inline, reply)
		}
		return err
	}
	at := destination{to: p.Message.place(), group: p.Message.group(), question: p.Message.ID, locale: p.From.LanguageCode}
	var stands []int64
	if parts := a.compose(reply, false); reply.InPlace && len(parts) == 1 && p.Message.Date != 0 {
		stands = []int64{int64(p.Message.ID)}
		reply.Files = nil // there is no place for them in a message that stands
		if reply.Updates != nil {
			a.supersede(p.Message.Chat.ID, p.Message.ID)
		}
	}
	_, err := a.deliver(ctx, at, reply, stands)
	return err
}

// pressed turns the press of a button into a request.
func (a *Adapter) pressed(p *press) bot.Request {
	// Under a message that was sent by way of the bot nobody knows where it is.
	r := bot.Request{Platform: platform, Chat: inlineChat, Direct: true, Self: a.self.Username, Room: tokenRoom, InPlace: true, Message: p.Inline}
	user := id(p.From.ID)
	if m := p.Message; m != nil {
		r = a.where(m)
		r.Message = id(int64(m.ID))
		r.Manages = a.manages(m, user)
		if m.ReplyTo != nil {
			asker := m.ReplyTo.From
			r.Others = m.group() && asker != nil && !asker.IsBot && asker.ID != p.From.ID
			r.About = cmp.Or(m.ReplyTo.Text, m.ReplyTo.Caption)
		}
	}
	r.User, r.Addressed, r.Locale = user, true, p.From.LanguageCode
	r.Action = cmp.Or(p.Data, "-") // a button without a token is forged as well: the handler says so
	return r
}

// inPassing returns what a reply says if that is paragraphs, and whether it is no
// more than a few words.
func inPassing(r bot.Reply) (words string, ok bool) {
	var all []string
	for _, b := range r.Blocks {
		para, isPara := b.(bot.Para)
		if !isPara {
			return "", false
		}
		all = append(all, clean(para.Text))
	}
	words = strings.Join(all, " ")
	return words, words != "" && adapter.Units(words) <= maxToast
}

// notice shows the person that their press has been noticed, with or without
// words. Telegram forgets about presses soon, so it may be too late.
func (a *Adapter) notice(ctx context.Context, p *press, words string, alert bool) {
	err := a.again(ctx, func() error {
		_, err := a.api.AnswerCallbackQuery(ctx, &tg.AnswerCallbackQueryParams{CallbackQueryID: p.ID, Text: words, ShowAlert: alert && words != ""})
		return err
	})
	if err != nil && ctx.Err() == nil {
		a.log.Debug("telegram: a press cannot be acknowledged", "err", err)
	}
}

// swap puts actions in the place of the pressed button.
func (a *Adapter) swap(ctx context.Context, p *press, actions []bot.Action) error {
	if p.Message == nil || p.Message.Keyboard == nil {
		return nil // nobody says what else is there
	}
	var rows keyboard
	for _, row := range p.Message.Keyboard.InlineKeyboard {
		var out []button
		for _, b := range row {
			if b.CallbackData != p.Data {
				out = append(out, b)
				continue
			}
			for _, action := range actions {
				out = append(out, button{Text: action.Label, CallbackData: action.Token})
			}
		}
		rows.InlineKeyboard = append(rows.InlineKeyboard, out)
	}
	_, err := a.outbox.send(ctx, &outgoing{place: p.Message.place(), group: p.Message.group(), edit: p.Message.ID, page: page{keyboard: rows}, keysOnly: true})
	return err
}
