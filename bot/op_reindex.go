package bot

import (
	"context"
	"errors"
	"strings"
	"time"

	"rapporteur/bot/state"
)

// reindex brings the index up to date with the folder.
func (b *Bot) reindex(ctx context.Context, c *Call) (Reply, error) {
	const full = "full"
	value := strings.ToLower(strings.TrimSpace(c.Argument))
	if given, ok := TypedOptions(c)[full]; ok {
		value = strings.ToLower(given)
	}
	switch value {
	case "", "false":
		return b.bringUp(ctx, c, false)
	case full, "true", yes:
		return b.bringUp(ctx, c, true)
	}
	return Reply{}, &UserError{Message: "bad_choice", Data: Data{"Name": full, "Value": Clip(value), "Choices": "true, false"}}
}

// bringUp is reindex with what was asked understood.
func (b *Bot) bringUp(ctx context.Context, c *Call, full bool) (Reply, error) {
	if b.keeper == nil {
		return Reply{}, errNoKeeper
	}
	return b.renew(ctx, c, actReindex, func(ctx context.Context, tell func(Progress)) (Changes, error) {
		return b.keeper.Reindex(ctx, full, tell)
	})
}

// rollback goes back to the corpus and index before. Where there are buttons it
// asks first whether that is meant, unless it was typed that it is.
func (b *Bot) rollback(ctx context.Context, c *Call) (Reply, error) {
	if strings.EqualFold(strings.TrimSpace(c.Argument), yes) {
		return b.rollBack(ctx, c)
	}
	if b.keeper == nil {
		return Reply{}, errNoKeeper
	}
	r := Notice(Para{Text: c.Say("rollback_ask", nil), Style: Strong}, Para{Text: c.Say("rollback_what", nil)})
	if r.Actions = c.Button(Rollback, nil); len(r.Actions) == 0 {
		r.Blocks = append(r.Blocks, Para{Text: c.Say("rollback_how", nil), Style: Small})
	}
	return r, nil
}

// rollBack is rollback when it is meant.
func (b *Bot) rollBack(ctx context.Context, c *Call) (Reply, error) {
	if b.keeper == nil {
		return Reply{}, errNoKeeper
	}
	return b.renew(ctx, c, actRollback, b.keeper.Rollback)
}

// cancel ends the reindexing that is under way, whoever began it.
func (b *Bot) cancel(ctx context.Context, c *Call) Reply {
	if !b.keeper.Cancel() {
		b.audit(ctx, c, actCancel, "", state.Failed)
		return Notice(Para{Text: c.Say("nothing_to_cancel", nil)})
	}
	b.audit(ctx, c, actCancel, "", state.Done)
	return Notice(Para{Text: c.Say("cancelling", nil)})
}

// renew reindexes or goes back. The reply says at once that it has begun, then
// how far it is, and at last what it brought.
func (b *Bot) renew(ctx context.Context, c *Call, action string, do func(context.Context, func(Progress)) (Changes, error)) (Reply, error) {
	return b.live(c, 0, underWay(c, action, Progress{}, time.Time{}), func(ctx context.Context, show func(Reply)) Reply {
		var ch Changes
		err := caught(func() (err error) {
			ch, err = do(ctx, func(p Progress) { show(underWay(c, action, p, time.Now())) })
			return err
		})
		b.audit(ctx, c, action, "", cameOf(err))
		switch {
		case err == nil:
			b.changed()
			return changes(c, action, ch)
		case ctx.Err() != nil: // the bot ends; what is under way need not
			return Explained(b.notDone(c, &UserError{Message: "ending"}), c.Lang)
		case errors.Is(err, context.Canceled):
			return Notice(Para{Text: c.Say("was_cancelled", nil)})
		}
		r := Explained(b.notDone(c, err), c.Lang)
		r.Blocks = append(r.Blocks, Para{Text: c.Say("as_it_was", nil)})
		return r
	})
}

// underWay says how far a reindexing or rollback is.
func underWay(c *Call, action string, p Progress, now time.Time) Reply {
	it := Item{Text: c.Say("progress_begun", nil)}
	if done := max(p.Done, 0); done > 0 {
		it.Term, it.Text = c.Say("progress_so_far", Data{"Done": c.Number(float64(done))}), ""
		rate := 0.0 // a second
		if elapsed := now.Sub(p.Began); !p.Began.IsZero() && elapsed > 0 {
			rate = float64(done) / elapsed.Seconds()
		}
		if rate > 0 {
			it.Text = c.Say("progress_rate", Data{"Rate": c.Number(rate)})
		}
		if p.Total >= done {
			it.Term = c.Say("progress_of", Data{"Done": c.Number(float64(done)), "Total": c.Number(float64(p.Total)), "Percent": 100 * done / p.Total})
			if rate > 0 && p.Total > done {
				left := time.Duration(float64(p.Total-done) / rate * float64(time.Second))
				it.Text = c.Say("progress_left", Data{"Rate": c.Number(rate), "Time": c.Duration(left)})
			}
		}
	}
	if action == actRollback {
		return Notice(Para{Text: c.Say("rolling_back", nil), Style: Strong}, List{[]Item{it}})
	}
	r := Notice(Para{Text: c.Say("reindexing", nil), Style: Strong}, List{[]Item{it}})
	r.Actions = c.Button(Cancel, nil)
	return r
}
