package bot

import (
	"context"
	"rapporteur/bot/state"
	"regexp"
	"slices"
	"strings"
)

// may reports whether the person may use the command. The error is for a
// platform that cannot tell now.
func (b *Bot) may(ctx context.Context, c *Call, cmd Command) (bool, error) {
	switch cmd.Permission {
	case Everyone:
		return true, nil
	case Managers:
		hasRole := func(role string) bool { return slices.Contains(c.Settings.Admins, role) }
		known := c.Manager || b.operates(c) || slices.ContainsFunc(c.Roles, hasRole)
		if known || c.Manages == nil || c.Space == "" {
			return known, nil
		}
		manages, err := c.Manages(ctx)
		if err != nil {
			return false, &UserError{Message: "cannot_tell_manager", Err: err}
		}
		return manages, nil
	}
	return b.operates(c), nil
}

// operates reports whether the person is one of the operators: by name, or by a
// role that the configuration names. What a server lets its own roles do ends
// with its settings.
func (b *Bot) operates(c *Call) bool {
	named := func(role string) bool { return slices.Contains(b.adminRoles, c.Platform+":"+role) }
	return slices.Contains(b.admins, c.Platform+":"+c.User) || slices.ContainsFunc(c.Roles, named)
}

// audited runs a command for operators and notes in the audit log what came of
// it, unless the command does so itself, for each thing and at its end.
func (b *Bot) audited(ctx context.Context, c *Call, cmd Command) (r Reply, err error) {
	outcome := state.Failed // of a panic too
	defer func() {
		if begun := r.Updates != nil || cmd.audits; !begun || outcome == state.Failed {
			b.audit(ctx, c, cmd.Name, Subject(c.Argument), outcome)
		}
	}()
	if r, err = cmd.run(b, ctx, c); err == nil {
		outcome = state.Done
	}
	return r, err
}

// audit notes what an operator did, or somebody tried who is none. Of the latter
// nothing but the action is kept: the rest is what people write in a chat.
func (b *Bot) audit(ctx context.Context, c *Call, action, subject string, o state.Outcome) {
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
func Subject(text string) string {
	return login.ReplaceAllString(strings.TrimSpace(text), "://")
}
