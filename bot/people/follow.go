package people

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"time"
	"unicode/utf8"

	"rapporteur/bot"
	"rapporteur/bot/ask"
	"rapporteur/bot/locale"
	"rapporteur/bot/state"
	"rapporteur/bot/token"
)

// wished returns the question of a wish.
func (b *Room) wished(ctx context.Context, wish []byte) (state.Question, error) {
	switch {
	case len(wish) > 1 && wish[0] == ask.AskedItself && utf8.Valid(wish):
		return state.Question{Text: string(wish[1:])}, nil
	case len(wish) > 1 && wish[0] == ask.AskedKept:
		q, err := b.state.Question(ctx, string(wish[1:]))
		if errors.Is(err, state.ErrNotFound) {
			err = &bot.UserError{Message: "question_gone", Err: err}
		}
		return q, err
	}
	return state.Question{}, token.ErrUnknown
}

// tell notes that somebody wants to be told when the sources answer a question.
func (b *Room) tell(ctx context.Context, c *bot.Call, wish []byte) (bot.Reply, error) {
	q, err := b.wished(ctx, wish)
	if err != nil {
		return bot.Reply{}, err
	}
	// The texts may have come since.
	if a, _, err := b.asked.AskIn(ctx, c, q.Text, q.Options); err == nil && a.Answered {
		r := b.asked.Reply(c, a, q.Text)
		r.InPlace = true // of the refusal
		return r, nil
	}
	id, err := b.state.Follow(ctx, state.Follow{
		Platform: c.Platform, User: follower(c), Chat: c.Chat, Space: c.Space, Locale: c.Lang, Question: q,
	})
	if errors.Is(err, state.ErrTooMany) {
		return bot.Reply{}, &bot.UserError{Message: "follows_too_many", Data: data{"Count": state.MaxFollows}, Err: err}
	} else if err != nil {
		return bot.Reply{}, err
	}
	promise, most := "will_tell", locale.MaxName
	if c.InPlace {
		most = maxPromised
	}
	if follower(c) != c.User {
		promise = "will_tell_here"
	}
	r := bot.Notice(bot.Para{Text: c.Say(promise, data{"Question": locale.Shorten(q.Text, most)})})
	r.Actions = c.Button(bot.StopTelling, binary.BigEndian.AppendUint64(nil, uint64(id)))
	return r, nil
}

// maxPromised is how much of a question is repeated where a button is answered
// with a word in passing, which has room for 200 characters on Telegram.
const maxPromised = 90

// follower is who follows a question: whoever asks or, where a group shares the
// button, the group, which is told once however many want to know.
func follower(c *bot.Call) string {
	if c.InPlace && c.Group {
		return c.Chat
	}
	return c.User
}

// stopTelling takes back what tell has noted.
func (b *Room) stopTelling(ctx context.Context, c *bot.Call, payload []byte) (bot.Reply, error) {
	if len(payload) != 8 {
		return bot.Reply{}, token.ErrUnknown
	}
	id := int64(binary.BigEndian.Uint64(payload))
	following, err := b.state.Following(ctx, c.Platform, follower(c))
	if err != nil {
		return bot.Reply{}, err
	}
	r := bot.Notice(bot.Para{Text: c.Say("will_not_tell", nil)})
	for _, f := range following {
		if f.ID == id { // whoever changes their mind again has the button as it was
			r.Actions = c.Button(bot.Tell, ask.Wish(f.Question, f.Question.Key(), c.Room))
		}
	}
	err = b.state.Unfollow(ctx, c.Platform, follower(c), id)
	if err != nil && !errors.Is(err, state.ErrNotFound) {
		return bot.Reply{}, err
	}
	return r, nil
}

// Announced is what Announce did.
type Announced struct {
	Told  int       // how many were told
	Again time.Time // when to try again for those who could not be told yet; zero when there are none
}

// Announce tells everybody who waits for an answer that the sources give by
// now, through the sender of their platform: each once. It is called after the
// texts have changed, and never twice at the same time. An error ends it; those
// not told wait for the next time.
func (b *Room) Announce(ctx context.Context, calls *bot.Bot, senders map[string]bot.Sender) (done Announced, err error) {
	// Whoever was being told when the last run ended may not have been.
	unfinished, err := b.state.Unfinished(ctx)
	if err != nil {
		return done, fmt.Errorf("bot: announce: %w", err)
	}
	for _, f := range unfinished {
		if err := b.state.Release(ctx, f.ID); err != nil {
			return done, fmt.Errorf("bot: announce: %w", err)
		}
	}
	for f, err := range b.state.Waiting(ctx) {
		if err != nil {
			return done, fmt.Errorf("bot: announce: %w", err)
		}
		sender, ok := senders[f.Platform]
		if !ok {
			continue
		}
		told, again, err := b.announce(ctx, calls, f, sender)
		if err != nil {
			return done, fmt.Errorf("bot: announce: %w", err)
		}
		if told {
			done.Told++
		}
		if !again.IsZero() && (done.Again.IsZero() || again.Before(done.Again)) {
			done.Again = again
		}
	}
	return done, nil
}

// tellAgain is how long it takes until it is tried again to tell somebody whom
// the platform could not be made to: longer than a restart, shorter than news.
const tellAgain = 15 * time.Minute

// sendTime is how long one message may take to be sent: a chat that the platform
// holds up is tried again later and does not keep the others waiting.
const sendTime = 10 * time.Second

// announce tells one person if the sources answer. Again is when to try once
// more, because it is quiet there until then or because they could not be told.
// What is wrong with one question or one person does not keep others from being
// told.
func (b *Room) announce(ctx context.Context, calls *bot.Bot, f state.Follow, sender bot.Sender) (told bool, again time.Time, err error) {
	c, err := calls.Call(ctx, bot.Request{
		Platform: f.Platform, User: f.User, Chat: f.Chat, Space: f.Space, Locale: f.Locale, Room: sender.Room(), InPlace: sender.InPlace(),
	})
	if err != nil {
		return false, again, err
	}
	if again = c.Settings.Quiet.Until(time.Now()); !again.IsZero() {
		return false, again, nil
	}
	a, _, err := b.asked.AskIn(ctx, c, f.Question.Text, f.Question.Options)
	if ctx.Err() != nil {
		return false, again, ctx.Err()
	}
	if err != nil || !a.Answered {
		return false, again, nil // a blocked quote has been logged
	}
	if ours, err := b.state.Claim(ctx, f.ID); err != nil || !ours {
		return false, again, err
	}
	reply := b.asked.Reply(c, a, f.Question.Text)
	reply.Blocks = append([]bot.Block{bot.Para{Text: c.Say("news", nil), Style: bot.Strong}}, reply.Blocks...)
	sending, cancel := context.WithTimeout(ctx, sendTime)
	defer cancel()
	err = sender.Send(sending, bot.Recipient{User: f.User, Chat: f.Chat, Key: fmt.Sprintf("follow-%d", f.ID)}, reply)
	after := context.WithoutCancel(ctx) // what has been sent must be noted
	switch {
	case err == nil:
		return true, again, b.state.Told(after, f.ID)
	case errors.Is(err, bot.ErrUnwanted):
		return false, again, b.state.Block(after, f.Platform, f.User)
	}
	b.log.Warn("an answer somebody waits for could not be sent; it will be tried again", "platform", f.Platform, "in", tellAgain, "err", err)
	return false, time.Now().Add(tellAgain), b.state.Release(after, f.ID)
}
