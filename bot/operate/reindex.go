package operate

import (
	"context"
	"errors"
	"strings"
	"time"

	"rapporteur/bot"
	"rapporteur/bot/locale"
	"rapporteur/bot/state"
)

// reindex brings the index up to date with the folder.
func (b *Room) reindex(ctx context.Context, c *bot.Call) (bot.Reply, error) {
	const full = "full"
	value := strings.ToLower(strings.TrimSpace(c.Argument))
	if given, ok := c.TypedOptions()[full]; ok {
		value = strings.ToLower(given)
	}
	switch value {
	case "", "false":
		return b.bringUp(ctx, c, false)
	case full, "true", yes:
		return b.bringUp(ctx, c, true)
	}
	return bot.Reply{}, &bot.UserError{Message: "bad_choice", Data: data{"Name": full, "Value": locale.Clip(value), "Choices": "true, false"}}
}

// bringUp is reindex with what was asked understood.
func (b *Room) bringUp(ctx context.Context, c *bot.Call, full bool) (bot.Reply, error) {
	if b.keeper == nil {
		return bot.Reply{}, errNoKeeper
	}
	return b.renew(ctx, c, actReindex, func(ctx context.Context, tell func(Progress)) (Changes, error) {
		return b.keeper.Reindex(ctx, full, tell)
	})
}

// rollback goes back to the corpus and index before. Where there are buttons it
// asks first whether that is meant, unless it was typed that it is.
func (b *Room) rollback(ctx context.Context, c *bot.Call) (bot.Reply, error) {
	if strings.EqualFold(strings.TrimSpace(c.Argument), yes) {
		return b.rollBack(ctx, c)
	}
	if b.keeper == nil {
		return bot.Reply{}, errNoKeeper
	}
	r := bot.Notice(bot.Para{Text: c.Say("rollback_ask", nil), Style: bot.Strong}, bot.Para{Text: c.Say("rollback_what", nil)})
	if r.Actions = c.Button(bot.Rollback, nil); len(r.Actions) == 0 {
		r.Blocks = append(r.Blocks, bot.Para{Text: c.Say("rollback_how", nil), Style: bot.Small})
	}
	return r, nil
}

// rollBack is rollback when it is meant.
func (b *Room) rollBack(ctx context.Context, c *bot.Call) (bot.Reply, error) {
	if b.keeper == nil {
		return bot.Reply{}, errNoKeeper
	}
	return b.renew(ctx, c, actRollback, b.keeper.Rollback)
}

// pressRollback goes back when the button says that it is meant. What came of it
// takes the place of the question.
func (b *Room) pressRollback(ctx context.Context, c *bot.Call) (bot.Reply, error) {
	r, err := b.rollBack(ctx, c)
	r.InPlace = true
	return r, err
}

// cancel ends the reindexing that is under way, whoever began it.
func (b *Room) cancel(ctx context.Context, c *bot.Call) bot.Reply {
	if !b.keeper.Cancel() {
		c.Audit(ctx, actCancel, "", state.Failed)
		return bot.Notice(bot.Para{Text: c.Say("nothing_to_cancel", nil)})
	}
	c.Audit(ctx, actCancel, "", state.Done)
	return bot.Notice(bot.Para{Text: c.Say("cancelling", nil)})
}

// renew reindexes or goes back. The reply says at once that it has begun, then
// how far it is, and at last what it brought.
func (b *Room) renew(ctx context.Context, c *bot.Call, action string, do func(context.Context, func(Progress)) (Changes, error)) (bot.Reply, error) {
	return b.live(c, 0, underWay(c, action, Progress{}, time.Time{}), func(ctx context.Context, show func(bot.Reply)) bot.Reply {
		var ch Changes
		var furthest Progress
		err := caught(func() (err error) {
			ch, err = do(ctx, func(p Progress) {
				if !furthest.beyond(p) { // the folder may be read again, which nobody has to see
					furthest = p
					show(underWay(c, action, p, time.Now()))
				}
			})
			return err
		})
		c.Audit(ctx, action, "", cameOf(err))
		switch {
		case err == nil:
			b.changed()
			return changes(c, action, ch)
		case ctx.Err() != nil: // the bot ends; what is under way need not
			return bot.Explained(b.notDone(c, &bot.UserError{Message: "ending"}), c.Lang)
		case errors.Is(err, context.Canceled):
			return bot.Notice(bot.Para{Text: c.Say("was_cancelled", nil)})
		}
		r := bot.Explained(b.notDone(c, err), c.Lang)
		r.Blocks = append(r.Blocks, bot.Para{Text: c.Say("as_it_was", nil)})
		return r
	})
}

// beyond reports whether p is behind what was shown already.
func (shown Progress) beyond(p Progress) bool {
	return p.Phase < shown.Phase || p.Phase == shown.Phase && p.Done < shown.Done
}

// underWay says how far a reindexing or rollback is.
func underWay(c *bot.Call, action string, p Progress, now time.Time) bot.Reply {
	phase := c.Say("progress_begun", nil)
	switch p.Phase {
	case Reading:
		phase = c.Say("phase_reading", nil)
	case Indexing:
		phase = c.Say("phase_indexing", nil)
	}
	it := bot.Item{Text: phase}
	if done := max(p.Done, 0); done > 0 {
		it.Term, it.Text = c.Say("progress_so_far", data{"Done": c.Number(float64(done))}), ""
		rate := 0.0 // a second
		if elapsed := now.Sub(p.Began); !p.Began.IsZero() && elapsed > 0 {
			rate = float64(done) / elapsed.Seconds()
		}
		if rate > 0 {
			it.Text = c.Say("progress_rate", data{"Rate": c.Number(rate)})
		}
		if p.Total >= done {
			it.Term = c.Say("progress_of", data{"Done": c.Number(float64(done)), "Total": c.Number(float64(p.Total)), "Percent": 100 * done / p.Total})
			if rate > 0 && p.Total > done {
				left := time.Duration(float64(p.Total-done) / rate * float64(time.Second))
				it.Text = c.Say("progress_left", data{"Rate": c.Number(rate), "Time": c.Duration(left)})
			}
		}
	}
	if it.Term != "" && p.Phase != Beginning {
		it.Term = phase + ": " + it.Term
	}
	if action == actRollback {
		return bot.Notice(bot.Para{Text: c.Say("rolling_back", nil), Style: bot.Strong}, bot.List{Items: []bot.Item{it}})
	}
	r := bot.Notice(bot.Para{Text: c.Say("reindexing", nil), Style: bot.Strong}, bot.List{Items: []bot.Item{it}})
	r.Actions = c.Button(bot.Cancel, nil)
	return r
}
