package bot

import (
	"context"
	"errors"
	"fmt"
	"runtime/debug"

	"rapporteur/bot/state"
)

// errNoKeeper says that the texts are not the operator's to change.
var errNoKeeper = &UserError{Message: "corpus_bundled"}

// The names of operators' actions in the audit.
const (
	actAdd      = "add"
	actRemove   = "remove"
	actReindex  = "reindex"
	actCancel   = "cancel"
	actRollback = "rollback"
)

// pressOperator is press for the buttons of operators. Who may press is looked
// at before what the button is about, so that others learn nothing of that.
func (b *Bot) pressOperator(ctx context.Context, c *Call, kind ActionKind, payload []byte) (Reply, error) {
	switch {
	case !b.operates(c):
		return b.operatorsOnly(ctx, c, operatorsActions[kind]), nil
	case b.keeper == nil:
		return Reply{}, errNoKeeper
	case kind == Remove:
		return b.pressRemove(ctx, c, payload)
	case len(payload) > 0:
		return Reply{}, ErrUnknown
	case kind == Cancel:
		return b.cancel(ctx, c), nil
	case kind == Rollback:
		r, err := b.rollBack(ctx, c)
		r.InPlace = true // of the question whether it is meant
		return r, err
	}
	return b.bringUp(ctx, c, false)
}

// cameOf is what the audit says of an error.
func cameOf(err error) state.Outcome {
	if err != nil {
		return state.Failed
	}
	return state.Done
}

// notDone explains to an operator why something was not done. The cause of what
// nobody foresaw goes to the log, under the id that they are given.
func (b *Bot) notDone(c *Call, err error) *UserError {
	var ue *UserError
	if !errors.As(err, &ue) {
		id := ErrorID()
		b.log.Error("an operator's command failed", "id", id, "platform", c.Platform, "err", err)
		return &UserError{Message: "not_done", Data: Data{"ID": id}}
	}
	if ue.Err != nil {
		b.log.Warn("an operator's command was refused", "platform", c.Platform, "message", ue.Message, "cause", ue.Err)
	}
	return ue
}

// caught runs f and makes an error of a panic in it: what is wrong with one
// text must not keep the others from being added.
func caught(f func() error) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("panic: %v\n%s", p, debug.Stack())
		}
	}()
	return f()
}
