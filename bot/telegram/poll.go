package telegram

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"rapporteur/bot/adapter"
	"strings"
	"time"
)

const methodUpdates = "getUpdates"

// pollParams are those of getUpdates, which the library keeps to itself.
type pollParams struct {
	Offset         int64    `json:"offset,omitempty"`
	Limit          int      `json:"limit"`
	Timeout        int      `json:"timeout"` // seconds
	AllowedUpdates []string `json:"allowed_updates"`
}

// window is how many updates a poll returns at most, the API's own maximum. As
// polls start at the oldest update that the server alone has, it also bounds how
// many of these are in hand.
const window = 100

// poll takes in updates until ctx is cancelled; then it returns nil. The offset
// it polls with, and so confirms, never passes an update that is neither finished
// nor kept.
func (a *Adapter) poll(ctx context.Context) error {
	// The first poll, and the first after trouble, is not held by the server:
	// whether all is well should be known at once.
	hold := time.Duration(0)
	var denied denials
	for retry := a.pace.retry; ctx.Err() == nil; {
		began, offset := time.Now(), min(a.updates.oldest(), a.next)
		batch, err := a.getUpdates(ctx, offset, hold)
		if ctx.Err() != nil {
			return nil
		}
		if err != nil {
			if denied.again(err) {
				return errToken
			}
			a.pulse.fail(err)
			a.log.Error("telegram: not receiving", "err", err)
			if errors.Is(err, errWebhook) {
				a.dropWebhook(ctx)
			}
			hold = 0
			_ = adapter.Sleep(ctx, max(retryAfter(err), retry.NextBackOff())) // the loop sees the end of ctx itself
			continue
		}
		if hold == 0 {
			a.log.Info("telegram: receiving")
		}
		denied = 0
		a.pulse.beat()
		a.confirmed = offset
		retry, hold = a.pace.retry, a.pace.poll

		got, err := a.take(ctx, batch, true)
		if err != nil {
			a.log.Error("telegram: updates cannot be kept; they are answered, but no more than a hundred at a time", "err", err)
		}
		if got.highest > 0 {
			a.next = got.highest + 1 // in whatever order they came
		}
		switch {
		case !a.updates.settled():
			// While the server alone has something it repeats it at once. Look
			// again when all is done, or after a pause for what other chats say.
			a.updates.wait(ctx, a.pace.idle, a.updates.settled)
		case got.fresh == 0 && time.Since(began) < a.pace.idle:
			// A server that does not hold polls must not be hammered.
			_ = adapter.Sleep(ctx, a.pace.idle)
		}
	}
	return nil
}

// denials counts refusals of the token in a row. After a good login one alone is
// the server's trouble.
type denials int

// again notes an error and reports whether the token is to be given up.
func (d *denials) again(err error) bool {
	if code(err) == http.StatusUnauthorized {
		*d++
	}
	return *d > 1
}

// confirm tells the server what is finished, so that the next run does not see
// it again. What the poll returns is left for that run.
func (a *Adapter) confirm(ctx context.Context) {
	offset := min(a.updates.oldest(), a.next)
	if offset == a.confirmed {
		return
	}
	ctx, cancel := context.WithTimeout(ctx, confirmTime)
	defer cancel()
	if _, err := a.getUpdates(ctx, offset, 0); err != nil {
		a.log.Warn("telegram: cannot confirm the last updates, they may be answered again", "err", err)
	}
}

func (a *Adapter) getUpdates(ctx context.Context, offset int64, hold time.Duration) ([]json.RawMessage, error) {
	var batch []json.RawMessage
	ctx, cancel := context.WithTimeout(ctx, hold+callTime)
	defer cancel()
	err := a.api.raw(ctx, methodUpdates, pollParams{
		Offset:         offset,
		Limit:          window,
		Timeout:        int(hold.Seconds()),
		AllowedUpdates: allowedUpdates,
	}, &batch)
	switch code(err) {
	case http.StatusConflict:
		if strings.Contains(err.Error(), "webhook") {
			return nil, fmt.Errorf("%w: %w", errWebhook, err)
		}
		return nil, fmt.Errorf("%w: %w", errConflict, err)
	}
	return batch, err
}
