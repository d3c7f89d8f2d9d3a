package telegram

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"sync"
	"time"

	tg "github.com/go-telegram/bot"
	"github.com/go-telegram/bot/models"
	"golang.org/x/time/rate"
)

// rates are those of sending messages.
type rates struct{ all, private, group allowance }

// allowance is a rate that may be exceeded for a burst.
type allowance struct {
	rate  rate.Limit // a second
	burst int
}

// telegramRates keep to “about 30 messages per second” overall, “one message
// per second” in a chat with short bursts, and “20 messages per minute” in a
// group (core.telegram.org/bots/faq, “My bot is hitting limits”). Bursts are
// on top of a rate, hence the rates a little below.
var telegramRates = rates{
	all:     allowance{rate: 25, burst: 5},
	private: allowance{rate: 1, burst: 5},
	group:   allowance{rate: 15. / 60, burst: 5},
}

const (
	// maxTries bounds how often a message is sent when the server or the
	// network is in trouble. Each time it may have got through.
	maxTries = 4
	// maxHold bounds how long a message waits out 429s. Its chat waits with
	// it, and with the chat a place in the window of updates.
	maxHold = 2 * time.Minute
	// maxChats bounds how many chats' rates are remembered at leisure.
	maxChats = 1000
)

// outbox sends messages no faster than Telegram takes them. Its callers send
// the messages of one chat one after another, which keeps their order.
type outbox struct {
	api   *client
	rates rates
	retry backoff
	all   *rate.Limiter

	mu    sync.Mutex
	chats map[any]*rate.Limiter
	held  int       // messages waiting out a 429
	until time.Time // when everyone may send again
}

func newOutbox(api *client, r rates, retry backoff) *outbox {
	return &outbox{
		api:   api,
		rates: r,
		retry: retry,
		all:   rate.NewLimiter(r.all.rate, r.all.burst),
		chats: map[any]*rate.Limiter{},
	}
}

// send delivers a message, trying again where that can help: later, if the
// server is busy; as the plain text, if it cannot read the markup; outside of
// the topic, if that is gone. It changes msg.
func (o *outbox) send(ctx context.Context, msg *tg.SendMessageParams, plain string, group bool) error {
	retry, deadline := o.retry, time.Now().Add(maxHold)
	for tries := 1; ; {
		if err := o.wait(ctx, msg.ChatID, group); err != nil {
			return err
		}
		err := o.api.call(ctx, "sendMessage", msg, nil)
		if err == nil || ctx.Err() != nil {
			return err
		}
		var refusal *apiError
		switch {
		case !errors.As(err, &refusal), refusal.Code >= http.StatusInternalServerError:
			if tries++; tries > maxTries {
				return err
			}
			if retry.sleep(ctx, nil) != nil {
				return err
			}
		case refusal.Code == http.StatusTooManyRequests:
			pause := max(refusal.RetryAfter, time.Second)
			if time.Now().Add(pause).After(deadline) || o.hold(ctx, pause) != nil {
				return err
			}
		case refusal.says("can't parse entities") && msg.ParseMode != "":
			msg.ParseMode, msg.Text = models.ParseMode(""), plain
		case refusal.says("message thread not found") && msg.MessageThreadID != 0:
			msg.MessageThreadID = 0
		default:
			return err
		}
	}
}

// says reports whether a bad request was refused in these words. The API has
// no codes for them.
func (e *apiError) says(words string) bool {
	return e.Code == http.StatusBadRequest && strings.Contains(strings.ToLower(e.Description), words)
}

// wait returns when the chat and the bot as a whole may send a message.
func (o *outbox) wait(ctx context.Context, chat any, group bool) error {
	if err := o.limiter(chat, group).Wait(ctx); err != nil {
		return err
	}
	for {
		o.mu.Lock()
		pause := time.Until(o.until)
		o.mu.Unlock()
		if pause <= 0 {
			return o.all.Wait(ctx)
		}
		if err := sleep(ctx, pause); err != nil {
			return err
		}
	}
}

// hold waits out a 429. It does not say whether the chat or the bot as a whole
// is too fast: when a second chat hears it while a first still waits, everyone
// waits.
func (o *outbox) hold(ctx context.Context, pause time.Duration) error {
	o.mu.Lock()
	o.held++
	if end := time.Now().Add(pause); o.held > 1 && end.After(o.until) {
		o.until = end
	}
	o.mu.Unlock()
	defer func() {
		o.mu.Lock()
		o.held--
		o.mu.Unlock()
	}()
	return sleep(ctx, pause)
}

func (o *outbox) limiter(chat any, group bool) *rate.Limiter {
	o.mu.Lock()
	defer o.mu.Unlock()
	l := o.chats[chat]
	if l != nil {
		return l
	}
	if len(o.chats) >= maxChats {
		for c, l := range o.chats {
			if l.Tokens() >= float64(l.Burst()) { // as good as new
				delete(o.chats, c)
			}
		}
	}
	a := o.rates.private
	if group {
		a = o.rates.group
	}
	l = rate.NewLimiter(a.rate, a.burst)
	o.chats[chat] = l
	return l
}
