package bot

import (
	"context"
	"errors"
	"strings"
	"time"

	"rapporteur/bot/state"
)

// reindex brings the index up to date with the folder.
func (b *Bot) reindex(ctx context.Context, c *call) (Reply, error) {
	const full = "full"
	value := strings.ToLower(strings.TrimSpace(c.text))
	if given, ok := typedOptions(c)[full]; ok {
		value = strings.ToLower(given)
	}
	switch value {
	case "", "false":
		return b.bringUp(ctx, c, false)
	case full, "true", yes:
		return b.bringUp(ctx, c, true)
	}
	return Reply{}, &UserError{Message: "bad_choice", Data: data{"Name": full, "Value": clip(value), "Choices": "true, false"}}
}

// bringUp is reindex with what was asked understood.
func (b *Bot) bringUp(ctx context.Context, c *call, full bool) (Reply, error) {
	if b.keeper == nil {
		return Reply{}, errNoKeeper
	}
	return b.renew(ctx, c, actReindex, func(ctx context.Context, tell func(Progress)) (Changes, error) {
		return b.keeper.Reindex(ctx, full, tell)
	})
}

// rollback goes back to the corpus and index before. Where there are buttons it
// asks first whether that is meant, unless it was typed that it is.
func (b *Bot) rollback(ctx context.Context, c *call) (Reply, error) {
	if strings.EqualFold(strings.TrimSpace(c.text), yes) {
		return b.rollBack(ctx, c)
	}
	if b.keeper == nil {
		return Reply{}, errNoKeeper
	}
	r := notice(Para{Text: c.say("rollback_ask", nil), Style: Strong}, Para{Text: c.say("rollback_what", nil)})
	if r.Actions = c.action(Rollback, nil); len(r.Actions) == 0 {
		r.Blocks = append(r.Blocks, Para{Text: c.say("rollback_how", nil), Style: Small})
	}
	return r, nil
}

// rollBack is rollback when it is meant.
func (b *Bot) rollBack(ctx context.Context, c *call) (Reply, error) {
	if b.keeper == nil {
		return Reply{}, errNoKeeper
	}
	return b.renew(ctx, c, actRollback, b.keeper.Rollback)
}

// cancel ends the reindexing that is under way, whoever began it.
func (b *Bot) cancel(ctx context.Context, c *call) Reply {
	if !b.keeper.Cancel() {
		b.audit(ctx, c, actCancel, "", state.Failed)
		return notice(Para{Text: c.say("nothing_to_cancel", nil)})
	}
	b.audit(ctx, c, actCancel, "", state.Done)
	return notice(Para{Text: c.say("cancelling", nil)})
}

// renew reindexes or goes back. The reply says at once that it has begun, then
// how far it is, and at last what it brought.
func (b *Bot) renew(ctx context.Context, c *call, action string, do func(context.Context, func(Progress)) (Changes, error)) (Reply, error) {
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
			return Explained(b.notDone(c, &UserError{Message: "ending"}), c.lang)
		case errors.Is(err, context.Canceled):
			return notice(Para{Text: c.say("was_cancelled", nil)})
		}
		r := Explained(b.notDone(c, err), c.lang)
		r.Blocks = append(r.Blocks, Para{Text: c.say("as_it_was", nil)})
		return r
	})
}

// underWay says how far a reindexing or rollback is.
func underWay(c *call, action string, p Progress, now time.Time) Reply {
	it := Item{Text: c.say("progress_begun", nil)}
	if done := max(p.Done, 0); done > 0 {
		it.Term, it.Text = c.say("progress_so_far", data{"Done": c.number(float64(done))}), ""
		rate := 0.0 // a second
		if elapsed := now.Sub(p.Began); !p.Began.IsZero() && elapsed > 0 {
			rate = float64(done) / elapsed.Seconds()
		}
		if rate > 0 {
			it.Text = c.say("progress_rate", data{"Rate": c.number(rate)})
		}
		if p.Total >= done {
			it.Term = c.say("progress_of", data{"Done": c.number(float64(done)), "Total": c.number(float64(p.Total)), "Percent": 100 * done / p.Total})
			if rate > 0 && p.Total > done {
				left := time.Duration(float64(p.Total-done) / rate * float64(time.Second))
				it.Text = c.say("progress_left", data{"Rate": c.number(rate), "Time": c.duration(left)})
			}
		}
	}
	if action == actRollback {
		return notice(Para{Text: c.say("rolling_back", nil), Style: Strong}, List{[]Item{it}})
	}
	r := notice(Para{Text: c.say("reindexing", nil), Style: Strong}, List{[]Item{it}})
	r.Actions = c.action(Cancel, nil)
	return r
}
