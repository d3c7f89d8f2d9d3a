package telegram

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"time"

	"rapporteur/bot"
)

// startTime is how long after its making an adapter may be waited for to be
// logged in. Who wants something sent later is told at once that it is not.
const startTime = time.Minute

// Room implements bot.Sender.
func (a *Adapter) Room() int { return tokenRoom }

// InPlace implements bot.Sender.
func (a *Adapter) InPlace() bool { return true }

// Send implements bot.Sender: it writes to where something was asked, in its turn
// among the answers there.
func (a *Adapter) Send(ctx context.Context, to bot.Recipient, r bot.Reply) error {
	at, err := placeOf(to.Chat)
	if err != nil {
		return fmt.Errorf("telegram: %q is no chat: %w", to.Chat, err)
	}
	late := time.NewTimer(max(time.Until(a.made.Add(startTime)), 0))
	defer late.Stop()
	select {
	case <-a.ready:
	case <-late.C:
		select {
		case <-a.ready: // both may be true, and select takes either
		default:
			return errors.New("telegram: not logged in")
		}
	case <-ctx.Done():
		return fmt.Errorf("telegram: not logged in yet: %w", ctx.Err())
	}
	sent := make(chan error, 1)
	a.queues.Add(chatLane(at.chat), func() {
		sent <- a.safely(func() error {
			_, err := a.deliver(ctx, destination{to: at, group: at.chat < 0}, r, nil)
			return err
		})
	})
	select {
	case err = <-sent:
	case <-ctx.Done():
		err = ctx.Err()
	}
	switch {
	case err == nil:
		return nil
	case errors.Is(err, errGone), code(err) == http.StatusForbidden, says(err, "chat not found"):
		return fmt.Errorf("telegram: %w: %w", bot.ErrUnwanted, err)
	}
	return fmt.Errorf("telegram: %w", err)
}
