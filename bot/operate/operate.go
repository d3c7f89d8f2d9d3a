// Package operate runs the commands that change the corpus and the index: add,
// remove, reindex and rollback. What takes long goes on beyond the request and
// tells how far it is.
package operate

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"runtime/debug"

	"rapporteur/bot"
	"rapporteur/bot/ask"
	"rapporteur/bot/locale"
	"rapporteur/bot/state"
	"rapporteur/bot/token"
	"rapporteur/corpus/said"
)

// errNoKeeper says that the texts are not the operator's to change.
var errNoKeeper = &bot.UserError{Message: "corpus_bundled"}

// Config is what a Room is made of.
type Config struct {
	Keeper  Keeper       // keeps the corpus; nil for one that comes with the program
	Library bot.Library  // the texts that are searched at present
	Asked   *ask.Room    // lists texts
	Logger  *slog.Logger // nil discards
	// Correct keeps who says some words of a text, beside the texts; nil for texts that
	// come with the program.
	Correct func(said.Correction) error
	Changed func() // is called after the texts have changed; nil does nothing
}

// Room runs the commands of the operators. It is safe for concurrent use.
type Room struct {
	keeper     Keeper
	library    bot.Library
	asked      *ask.Room
	log        *slog.Logger
	changed    func()
	background *background

	writeCorrection func(said.Correction) error
}

// New returns a room that is ready. It must be closed.
func New(c Config) *Room {
	if c.Logger == nil {
		c.Logger = slog.New(slog.DiscardHandler)
	}
	if c.Changed == nil {
		c.Changed = func() {}
	}
	return &Room{keeper: c.Keeper, library: c.Library, asked: c.Asked, log: c.Logger, changed: c.Changed, background: newBackground(), writeCorrection: c.Correct}
}

// Table returns the commands of the room and what its buttons do.
func (b *Room) Table() bot.Table {
	return bot.Table{
		Commands: []bot.Command{
			{Name: "add", Args: []bot.Arg{{Name: "address"}, {Name: "file", Kind: bot.ArgFile}}, Permission: bot.Admins, Private: true, Audits: true, Run: b.add},
			{Name: "remove", Args: []bot.Arg{{Name: "id", Required: true, Suggest: true}}, Permission: bot.Admins, Private: true, Audits: true, Run: b.remove},
			{Name: "reindex", Args: []bot.Arg{{Name: "full", Kind: bot.ArgFlag}}, Permission: bot.Admins, Private: true, Audits: true, Run: b.reindex},
			{Name: "correct", Args: []bot.Arg{{Name: "id", Required: true, Suggest: true}, {Name: "words"}, {Name: "speaker", Suggest: true}}, Permission: bot.Admins, Private: true, Run: b.correct},
			{Name: "rollback", Permission: bot.Admins, Private: true, Audits: true, Run: b.rollback},
		},
		Presses: map[bot.ActionKind]bot.Press{
			bot.Reindex:  b.press(actReindex, func(ctx context.Context, c *bot.Call) (bot.Reply, error) { return b.bringUp(ctx, c, false) }),
			bot.Cancel:   b.press(actCancel, func(ctx context.Context, c *bot.Call) (bot.Reply, error) { return b.cancel(ctx, c), nil }),
			bot.Rollback: b.press(actRollback, b.pressRollback),
			bot.Remove:   {Run: b.pressRemove, Sealed: true, Operators: actRemove},
		},
	}
}

// press is a button for operators whose token holds nothing.
func (b *Room) press(action string, run func(context.Context, *bot.Call) (bot.Reply, error)) bot.Press {
	return bot.Press{Sealed: true, Operators: action, Run: func(ctx context.Context, c *bot.Call, payload []byte) (bot.Reply, error) {
		switch {
		case b.keeper == nil:
			return bot.Reply{}, errNoKeeper
		case len(payload) > 0:
			return bot.Reply{}, token.ErrUnknown
		}
		return run(ctx, c)
	}}
}

// The names of operators' actions in the audit.
const (
	actAdd      = "add"
	actRemove   = "remove"
	actReindex  = "reindex"
	actCancel   = "cancel"
	actRollback = "rollback"
)

// cameOf is what the audit says of an error.
func cameOf(err error) state.Outcome {
	if err != nil {
		return state.Failed
	}
	return state.Done
}

// notDone explains to an operator why something was not done. The cause of what
// nobody foresaw goes to the log, under the id that they are given.
func (b *Room) notDone(c *bot.Call, err error) *bot.UserError {
	var ue *bot.UserError
	if !errors.As(err, &ue) {
		id := bot.ErrorID()
		b.log.Error("an operator's command failed", "id", id, "platform", c.Platform, "err", err)
		return &bot.UserError{Message: "not_done", Data: data{"ID": id}}
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

// data fills a message template.
type data = locale.Data
