package bot

import (
	"context"
	"errors"
	"regexp"
	"strings"
	"time"

	"rapporteur/bot/state"
)

// count counts a question by what came of it. What somebody asked wrongly, greets
// with, or says among others without an answer is no question.
func (b *Bot) count(ctx context.Context, c call, name string, r Reply, err error, began time.Time) {
	outcome, ok := outcomeOf(r, err)
	if b.state == nil || name != "ask" || !ok || c.overheard && r.Kind != KindAnswer {
		return
	}
	counted := state.Counted{Outcome: outcome, Took: time.Since(began)}
	if outcome == state.Answered {
		counted.Shown = *c.shown
	}
	// A question that ran out of time counts too.
	if err := b.state.Count(context.WithoutCancel(ctx), counted); err != nil {
		b.log.Error("counts could not be written; they are kept in memory until the next time", "err", err)
	}
}

// outcomeOf says what came of a question, and whether it was one.
func outcomeOf(r Reply, err error) (o state.Outcome, ok bool) {
	var ue *UserError
	switch {
	case errors.As(err, &ue) && ue.Err == nil: // the asker's mistake
		return "", false
	case err != nil:
		return state.Failed, true
	case r.Kind == KindAnswer:
		return state.Answered, true
	case r.Kind == KindRefusal:
		return state.Refused, true
	}
	return "", false
}

// note notes whose quotes answer, for the counts.
func (c call) note(quotes []Quote) {
	if c.shown == nil {
		return
	}
	for _, q := range quotes {
		*c.shown = append(*c.shown, q.Source.ID)
	}
}

// audited runs a command for operators and notes in the audit log what came of
// it, unless the command does so itself, for each thing and at its end.
func (b *Bot) audited(ctx context.Context, c call, cmd Command) (r Reply, err error) {
	outcome := state.Failed // of a panic too
	defer func() {
		if begun := r.Updates != nil || cmd.audits; !begun || outcome == state.Failed {
			b.audit(ctx, c, cmd.Name, subject(c.text), outcome)
		}
	}()
	if r, err = cmd.run(b, ctx, c); err == nil {
		outcome = state.Done
	}
	return r, err
}

// audit notes what an operator did, or somebody tried who is none. Of the latter
// nothing but the action is kept: the rest is what people write in a chat.
func (b *Bot) audit(ctx context.Context, c call, action, subject string, o state.Outcome) {
	if b.state == nil {
		return
	}
	if o == state.Refused {
		subject = ""
	}
	err := b.state.Audit(context.WithoutCancel(ctx), state.Entry{
		Platform: c.Platform, User: c.User, Action: action, Subject: subject, Outcome: o,
	})
	if err != nil {
		b.log.Error("the audit log could not be written", "platform", c.Platform, "action", action, "outcome", o, "err", err)
	}
}

// login is who logs in, in an address.
var login = regexp.MustCompile(`://[^/?#\s]*@`)

// subject is what an operator's command was about, without what nobody should
// read.
func subject(text string) string {
	return login.ReplaceAllString(strings.TrimSpace(text), "://")
}
