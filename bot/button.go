package bot

import (
	"context"
	"errors"
	"slices"

	"rapporteur/bot/state"
	"rapporteur/bot/token"
)

// Press is what happens when a button of a kind is pressed.
type Press struct {
	// Run does what the button asks for. The payload is what its token holds; one
	// that means nothing is token.ErrUnknown.
	Run func(ctx context.Context, c *Call, payload []byte) (Reply, error)
	// Sealed says that the press changes something: its token is for one person
	// alone, or with OfSpace for one space, and never runs from a link, whose reader
	// has not been shown it by the bot.
	Sealed, OfSpace bool
	// Operators names the action in the audit log where it is for operators alone;
	// "" where it is for everybody.
	Operators string
}

// ButtonAbout makes a button for sentences. It returns nothing where the platform
// has no buttons, or there is no sentence.
func (c *Call) ButtonAbout(kind ActionKind, refs ...token.Ref) []Action {
	n := min(len(refs), token.RefsIn(c.Room))
	if n == 0 {
		return nil
	}
	var payload []byte
	for _, r := range refs[:n] {
		payload = append(payload, r[:]...)
	}
	return c.Button(kind, payload)
}

// Button makes a button. It returns nothing where there is no room for it.
func (c *Call) Button(kind ActionKind, payload []byte) []Action {
	if c.bot != nil && c.bot.presses[kind].Sealed {
		payload = append(slices.Clone(payload), token.Seal(c.bot.key, byte(kind), payload, c.whose(kind))...)
	}
	t := token.Make(byte(kind), payload)
	if len(t) > c.Room {
		return nil
	}
	return []Action{{Kind: kind, Label: c.Label(kind), Token: t}}
}

// Label returns what a button of the kind says.
func (c *Call) Label(kind ActionKind) string { return c.Say(actionLabels[kind], nil) }

// actionLabels are the messages with what the buttons say.
var actionLabels = map[ActionKind]string{
	More: "action_more", Context: "action_context", Origin: "action_source", Helpful: "action_helpful",
	NotHelpful: "action_not_helpful", Tell: "action_tell", StopTelling: "action_stop_telling",
	Show: "action_back", Check: "menu_verify",
	Reindex: "action_reindex", Cancel: "action_cancel", Remove: "action_remove", Rollback: "action_rollback",
	Forget: "action_forget",
}

// whose names the person or space that a sealed button is for.
func (c *Call) whose(kind ActionKind) string {
	if c.bot.presses[kind].OfSpace { // all who manage the space share its settings
		return c.Platform + ":space:" + c.Space
	}
	return c.Platform + ":user:" + c.User
}

// press does what a button asks for. What it says is for the presser alone, so
// that a conversation is not disturbed by what one of many wants to know more
// about. Who may press is looked at before what the button is about, so that
// others learn nothing of that.
func (b *Bot) press(ctx context.Context, c *Call) (Reply, error) {
	number, payload, err := token.Read(c.Action)
	kind := ActionKind(number)
	p, known := b.presses[kind]
	switch {
	case err != nil || !known:
		return Reply{}, &UserError{Message: "stale_button", Err: errors.Join(err, token.ErrUnknown)}
	case p.Operators != "" && !c.Operates():
		return c.operatorsOnly(ctx, p.Operators), nil
	}
	if p.Sealed {
		sealed := payload
		var ok bool
		payload, ok = token.Unseal(b.key, number, sealed, c.whose(kind))
		switch {
		case c.Message == "" || len(sealed) < token.SealSize:
			return Reply{}, &UserError{Message: "stale_button", Err: token.ErrUnknown}
		case !ok:
			return Reply{}, &UserError{Message: "not_yours"}
		}
	}
	r, err := p.Run(ctx, c, payload)
	// A token may mean nothing, and without a store there is nothing behind a button
	// that was made with one.
	if errors.Is(err, token.ErrUnknown) || errors.Is(err, state.ErrNone) {
		err = &UserError{Message: "stale_button", Err: err}
	}
	return r, err
}
