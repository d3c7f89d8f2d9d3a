package bot

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"errors"
	"rapporteur/bot/state"
	"slices"
)

// button makes a button for sentences. It returns nothing where the platform
// has no buttons, or there is no sentence.
func (c *Call) ButtonAbout(kind ActionKind, refs ...Ref) []Action {
	n := min(len(refs), RefsIn(c.Room))
	if n == 0 {
		return nil
	}
	var payload []byte
	for _, r := range refs[:n] {
		payload = append(payload, r[:]...)
	}
	return c.Button(kind, payload)
}

// action makes a button.
func (c *Call) Button(kind ActionKind, payload []byte) []Action {
	if isGrave(kind) {
		payload = append(slices.Clone(payload), c.seal(kind, payload)...)
	}
	t := Make(kind, payload)
	if len(t) > c.Room {
		return nil
	}
	return []Action{{Kind: kind, Label: c.Say(actionLabels[kind], nil), Token: t}}
}

// actionLabels are the messages with what the buttons say.
var actionLabels = map[ActionKind]string{
	More: "action_more", Context: "action_context", Origin: "action_source", Helpful: "action_helpful",
	NotHelpful: "action_not_helpful", Tell: "action_tell", StopTelling: "action_stop_telling",
	Show: "action_back", Check: "menu_check",
	Reindex: "action_reindex", Cancel: "action_cancel", Remove: "action_remove", Rollback: "action_rollback",
	Forget: "action_forget",
}

// press does what a button asks for. What it says is for the presser alone, so
// that a conversation is not disturbed by what one of many wants to know more
// about.
func (b *Bot) press(ctx context.Context, c *Call) (Reply, error) {
	kind, payload, err := Read(c.Action)
	if err != nil {
		return Reply{}, &UserError{Message: "stale_button", Err: err}
	}
	_, operators := operatorsActions[kind]
	if isGrave(kind) && !(operators && !b.operates(c)) { // who is no operator is told so first
		if payload, err = c.unseal(kind, payload); err != nil {
			return Reply{}, stale(err)
		}
	}
	var r Reply
	switch kind {
	case Tell:
		r, err = b.tell(ctx, c, payload)
	case StopTelling:
		r, err = b.stopTelling(ctx, c, payload)
	case Check:
		r, err = b.checkAbout(ctx, c)
	case Set:
		r, err = b.pressSetting(ctx, c, string(payload))
	case Reindex, Cancel, Remove, Rollback:
		r, err = b.pressOperator(ctx, c, kind, payload)
	case Forget:
		r, err = b.pressForget(ctx, c, payload)
	case Show:
		var v View
		if v, err = ReadView(payload); err == nil {
			r, err = b.showView(c, v)
		}
	default:
		// Where a button's work takes the place of an answer, its token says
		// what stood there.
		v, isView := View{}, len(payload)%len(Ref{}) == 1
		if isView {
			v, err = ReadView(payload)
		} else {
			v.Refs, err = ReadRefs(payload)
		}
		if err == nil {
			r, err = b.pressAbout(ctx, c, kind, v.Refs)
		}
		if err == nil && isView && (kind == Context || kind == Origin) {
			r.InPlace = true
			r.Actions = backFrom(c, kind, v)
		}
	}
	return r, stale(err)
}

// stale explains a token that means nothing. Without a store there is nothing
// behind a button that was made with one.
func stale(err error) error {
	if errors.Is(err, ErrUnknown) || errors.Is(err, state.ErrNone) {
		return &UserError{Message: "stale_button", Err: err}
	}
	return err
}

// operatorsActions are what the buttons for operators do.
var operatorsActions = map[ActionKind]string{Reindex: actReindex, Cancel: actCancel, Remove: actRemove, Rollback: actRollback}

// operatorsOnly refuses what is for the operators.
func (b *Bot) operatorsOnly(ctx context.Context, c *Call, action string) Reply {
	b.audit(ctx, c, action, "", state.Refused)
	r := Notice(Para{Text: c.Say("not_allowed", nil)})
	r.Private = true
	return r
}

// The tokens of buttons that change the corpus, the index, the settings or what
// somebody is told end in a seal: a code that the bot alone can make, for the one
// person who was given the button, or for the one space. All other tokens open what anybody may read
// and can be computed by anybody.
const SealSize = 8 // bytes: 64 bits cannot be guessed at a few presses a second

// graveActions are the actions whose tokens are sealed. They never run from a
// link, which its reader has not been shown by the bot.
var graveActions = []ActionKind{StopTelling, Set, Reindex, Cancel, Remove, Rollback}

func isGrave(kind ActionKind) bool { return slices.Contains(graveActions, kind) }

// seal returns the code for an action of the person who makes the call.
func (c *Call) seal(kind ActionKind, payload []byte) []byte {
	mac := hmac.New(sha256.New, c.key)
	mac.Write([]byte{Version, byte(kind), byte(len(payload))})
	mac.Write(payload)
	whose := "user:" + c.User
	if kind == Set { // all who manage the space share its settings
		whose = "space:" + c.Space
	}
	mac.Write([]byte(c.Platform + ":" + whose))
	return mac.Sum(nil)[:SealSize]
}

// unseal checks the seal of a pressed button and takes it off.
func (c *Call) unseal(kind ActionKind, sealed []byte) (payload []byte, err error) {
	n := len(sealed) - SealSize
	if n < 0 || c.Message == "" {
		return nil, ErrUnknown
	}
	payload = sealed[:n:n]
	if !hmac.Equal(sealed[n:], c.seal(kind, payload)) {
		return nil, &UserError{Message: "not_yours"}
	}
	return payload, nil
}
