package telegram

import (
	"bytes"
	"context"
	"errors"
	"net/http"
	"sync"
	"time"

	tg "github.com/go-telegram/bot"
	"github.com/go-telegram/bot/models"
	"github.com/hashicorp/golang-lru/v2/expirable"
	"golang.org/x/time/rate"

	"rapporteur/bot"
	"rapporteur/bot/adapter"
)

// rates are those of sending and editing messages.
type rates struct{ all, chat, group allowance }

// allowance is a rate that may be exceeded for a burst.
type allowance struct {
	rate  rate.Limit // a second
	burst int
}

// telegramRates keep to “about 30 messages per second” overall, “one message
// per second” in a chat, and “20 messages per minute” in a group
// (core.telegram.org/bots/faq, “My bot is hitting limits”). Bursts are on top of
// a rate, and messages sent a second apart may arrive closer together, hence the
// rates a little below. Overall the first of a crowd go out as fast as the rest:
// 30 within the first second.
var telegramRates = rates{
	all:   allowance{rate: 29.2, burst: 1},
	chat:  allowance{rate: .9, burst: 1},
	group: allowance{rate: 15. / 60, burst: 5},
}

const (
	// maxChats bounds how many chats' rates are remembered at leisure.
	maxChats = 1000
	// longestPause is the longest that a 429 is waited out: what would be sent
	// then answers nothing any more, and the log says that it is lost.
	longestPause = time.Hour
	// maxGone bounds how many chats are remembered that do not want the bot.
	maxGone = 10_000
)

// outgoing is a message to send, or to put in the place of one that stands.
type outgoing struct {
	place
	group   bool
	replyTo int    // the message it replies to, or 0
	edit    int    // the message it takes the place of, or 0
	inline  string // the same for one sent by way of the bot: place is not known then
	page
	keysOnly bool      // of the message that stands, only the buttons change
	file     *bot.File // what is sent instead of a page; nil for none
	picture  bool      // the file is shown as a picture
	editOnly bool      // it is not sent as a new message where the one to edit is gone
	insist   bool      // it is tried for as long as the adapter lives
	begin    func()    // called when it is about to be sent; nil does nothing
}

// deliver sends the message as it is now and returns its id.
func (m *outgoing) deliver(ctx context.Context, api *client) (id int, err error) {
	var chat any
	if m.inline == "" {
		chat = m.chat
	}
	text, mode := m.html, models.ParseModeHTML
	if m.plain {
		text, mode = callNobody(m.text), ""
	}
	var sent *models.Message
	switch {
	case m.file != nil && m.picture:
		sent, err = api.SendPhoto(ctx, &tg.SendPhotoParams{ChatID: chat, MessageThreadID: m.thread(), DirectMessagesTopicID: m.direct, ReplyParameters: m.replyParams(), Photo: m.upload()})
	case m.file != nil:
		sent, err = api.SendDocument(ctx, &tg.SendDocumentParams{ChatID: chat, MessageThreadID: m.thread(), DirectMessagesTopicID: m.direct, ReplyParameters: m.replyParams(), Document: m.upload()})
	case m.keysOnly:
		keys := m.keyboard
		sent, err = api.EditMessageReplyMarkup(ctx, &tg.EditMessageReplyMarkupParams{ChatID: chat, MessageID: m.edit, InlineMessageID: m.inline, ReplyMarkup: &keys})
	case m.edit != 0, m.inline != "":
		sent, err = api.EditMessageText(ctx, &tg.EditMessageTextParams{
			ChatID: chat, MessageID: m.edit, InlineMessageID: m.inline,
			Text: text, ParseMode: mode, LinkPreviewOptions: m.previewOptions(), ReplyMarkup: orNone(m.keyboard),
		})
	default:
		sent, err = api.SendMessage(ctx, &tg.SendMessageParams{
			ChatID: chat, MessageThreadID: m.thread(), DirectMessagesTopicID: m.direct, ReplyParameters: m.replyParams(),
			Text: text, ParseMode: mode, LinkPreviewOptions: m.previewOptions(), ReplyMarkup: orNone(m.keyboard),
		})
	}
	if err != nil {
		return 0, err
	}
	return sent.ID, nil
}

// upload is the message's file as the library takes it.
func (m *outgoing) upload() *models.InputFileUpload {
	return &models.InputFileUpload{Filename: m.file.Name, Data: bytes.NewReader(m.file.Data)}
}

// replyParams name the message that is replied to, nil for none. It may be gone.
func (m *outgoing) replyParams() *models.ReplyParameters {
	if m.replyTo == 0 {
		return nil
	}
	return &models.ReplyParameters{MessageID: m.replyTo, AllowSendingWithoutReply: true}
}

// outbox sends messages no faster than Telegram takes them. Its callers send
// the messages of one chat one after another, which keeps their order.
type outbox struct {
	api      *client
	rates    rates
	retry    adapter.Backoff
	patience time.Duration // how long it is tried to send a message
	gone     *gone
	moved    func(ctx context.Context, from, to int64) // a group has another id; nil does nothing
	all      *rate.Limiter

	turn chan struct{} // holds a token for the message whose turn it is

	mu    sync.Mutex
	chats map[int64]*chatPace
	held  int       // messages waiting out a 429
	until time.Time // when everyone may send again
}

// chatPace is how fast a chat may be written to.
type chatPace struct {
	limits []*rate.Limiter
	until  time.Time // when it may be written to again
}

func newOutbox(api *client, p pace, g *gone) *outbox {
	return &outbox{
		api:      api,
		rates:    p.rates,
		retry:    p.retry,
		patience: p.patience,
		gone:     g,
		all:      rate.NewLimiter(p.rates.all.rate, p.rates.all.burst),
		turn:     make(chan struct{}, 1),
		chats:    map[int64]*chatPace{},
	}
}

// send delivers a message and returns its id, trying again where that can help:
// later, if the server or the network is in trouble; as the plain text, if it
// cannot read the markup; as a file, if it does not take the picture; outside of the topic, if that is gone; as a new
// message, if the one to edit is gone. It changes msg.
func (o *outbox) send(ctx context.Context, msg *outgoing) (message int, err error) {
	retry, deadline := o.retry, time.Now().Add(o.patience)
	for {
		if msg.inline == "" && o.gone.has(msg.chat) {
			return 0, errGone
		}
		if err := o.wait(ctx, msg); err != nil {
			return 0, err
		}
		if msg.begin != nil {
			msg.begin()
		}
		id, err := msg.deliver(ctx, o.api)
		if err == nil || ctx.Err() != nil {
			return id, err
		}
		var migrated *tg.MigrateError
		switch status := code(err); {
		case status == 0, status >= http.StatusInternalServerError:
			if adapter.Sleep(ctx, retry.NextBackOff()) != nil || time.Now().After(deadline) && !msg.insist {
				return 0, err
			}
		case status == http.StatusTooManyRequests:
			pause := max(retryAfter(err), time.Second)
			if pause > longestPause || time.Now().Add(pause).After(deadline) && !msg.insist || o.hold(ctx, msg, pause) != nil {
				return 0, err
			}
		case status == http.StatusForbidden:
			o.gone.note(msg.chat)
			return 0, err
		case says(err, "message is not modified"):
			return msg.edit, nil
		case errors.As(err, &migrated) && int64(migrated.MigrateToChatID) != msg.chat:
			to := int64(migrated.MigrateToChatID)
			if o.moved != nil {
				o.moved(ctx, msg.chat, to)
			}
			msg.chat = to
		case !msg.amend(err):
			return 0, err
		}
	}
}

// amend changes a message that is refused into one that may be taken. It reports
// false when it knows no other.
func (m *outgoing) amend(no error) bool {
	switch {
	case code(no) != http.StatusBadRequest:
		return false
	case m.picture && (says(no, "photo") || says(no, "image")): // PHOTO_INVALID_DIMENSIONS, IMAGE_PROCESS_FAILED and the like
		m.picture = false
	case says(no, "message to edit not found"), says(no, "message_id_invalid"), says(no, "message can't be edited"), says(no, "no text in the message to edit"):
		if m.edit == 0 || m.keysOnly || m.editOnly {
			return false
		}
		m.edit = 0
	case says(no, "message thread not found") && m.thread() != 0:
		m.topic = 0
	case says(no, "can't parse entities") && !m.plain && !m.keysOnly:
		m.plain = true
	case says(no, "button") && len(m.keyboard.InlineKeyboard) > 0 && !m.keysOnly: // BUTTON_DATA_INVALID and the like
		m.keyboard = keyboard{}
	default:
		return false
	}
	return true
}

// wait returns when the chat and the bot as a whole may send a message, which is
// to be sent at once. Chats that must wait do not keep others waiting.
func (o *outbox) wait(ctx context.Context, msg *outgoing) error {
	for {
		if err := o.waitFor(ctx, func(now time.Time) time.Duration { return o.chatPause(msg, now) }); err != nil {
			return err
		}
		select {
		case o.turn <- struct{}{}: // first come, first served
		case <-ctx.Done():
			return ctx.Err()
		}
		err := o.waitFor(ctx, func(now time.Time) time.Duration { return max(o.until.Sub(now), pauseOf(o.all, now)) })
		ours := err == nil && o.claim(msg)
		<-o.turn
		if err != nil || ours {
			return err
		}
	}
}

// waitFor sleeps until there is no pause left. Pause is asked with the lock held.
func (o *outbox) waitFor(ctx context.Context, pause func(now time.Time) time.Duration) error {
	for {
		o.mu.Lock()
		d := pause(time.Now())
		o.mu.Unlock()
		if d <= 0 {
			return ctx.Err()
		}
		if err := adapter.Sleep(ctx, d); err != nil {
			return err
		}
	}
}

// claim takes what a message needs of the limits, all of it or nothing: another
// message to the same chat may have come before.
func (o *outbox) claim(msg *outgoing) bool {
	o.mu.Lock()
	defer o.mu.Unlock()
	now := time.Now()
	if o.chatPause(msg, now) > 0 || pauseOf(o.all, now) > 0 {
		return false
	}
	o.all.AllowN(now, 1)
	if msg.inline == "" {
		for _, l := range o.chat(msg.chat, msg.group).limits {
			l.AllowN(now, 1)
		}
	}
	return true
}

// chatPause is how long a message's chat must not be written to. The lock is held.
func (o *outbox) chatPause(msg *outgoing, now time.Time) (pause time.Duration) {
	if msg.inline != "" {
		return 0 // nobody says in which chat it is
	}
	c := o.chat(msg.chat, msg.group)
	pause = c.until.Sub(now)
	for _, l := range c.limits {
		pause = max(pause, pauseOf(l, now))
	}
	return pause
}

// pauseOf is how long it takes until a limiter lets one more pass.
func pauseOf(l *rate.Limiter, now time.Time) time.Duration {
	missing := 1 - l.TokensAt(now)
	if missing <= 0 {
		return 0
	}
	return time.Duration(missing/float64(l.Limit())*float64(time.Second)) + time.Microsecond // what rounding takes off
}

// hold waits out a 429. It does not say whether the chat or the bot as a whole
// is too fast: when a second chat hears it while a first still waits, everyone
// waits.
func (o *outbox) hold(ctx context.Context, msg *outgoing, pause time.Duration) error {
	end := time.Now().Add(pause)
	o.mu.Lock()
	o.held++
	if o.held > 1 && end.After(o.until) {
		o.until = end
	}
	if chat := o.chats[msg.chat]; chat != nil && end.After(chat.until) {
		chat.until = end
	}
	o.mu.Unlock()
	defer func() {
		o.mu.Lock()
		o.held--
		o.mu.Unlock()
	}()
	return adapter.Sleep(ctx, pause)
}

// chat is the pace of a chat. The lock is held.
func (o *outbox) chat(id int64, group bool) *chatPace {
	c := o.chats[id]
	if c != nil {
		return c
	}
	if len(o.chats) >= maxChats {
		for id, c := range o.chats {
			if c.rested() {
				delete(o.chats, id)
			}
		}
	}
	c = &chatPace{}
	limit := func(a allowance) { c.limits = append(c.limits, rate.NewLimiter(a.rate, a.burst)) }
	if group {
		limit(o.rates.group)
	}
	limit(o.rates.chat)
	o.chats[id] = c
	return c
}

// rested reports whether a chat may be written to as if it never had been.
func (c *chatPace) rested() bool {
	for _, l := range c.limits {
		if l.Tokens() < float64(l.Burst()) {
			return false
		}
	}
	return time.Now().After(c.until)
}

var errGone = errors.New("the chat does not take messages of the bot")

// gone remembers chats that do not want the bot: somebody has blocked it, a group
// has thrown it out. It forgets them when they write.
type gone struct{ chats *expirable.LRU[int64, bool] }

func newGone() *gone { return &gone{expirable.NewLRU[int64, bool](maxGone, nil, 0)} }

func (g *gone) note(chat int64)     { g.chats.Add(chat, true) }
func (g *gone) forget(chat int64)   { g.chats.Remove(chat) }
func (g *gone) has(chat int64) bool { return g.chats.Contains(chat) }
