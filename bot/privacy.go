package bot

import (
	"context"
	"encoding/binary"
	"slices"
	"strings"

	"rapporteur/bot/state"
)

// privacy says what is kept about people.
func (b *Bot) privacy(_ context.Context, c call) (Reply, error) {
	memory := c.say("privacy_memory", nil)
	if b.encoder != "" {
		memory += " " + c.say("privacy_encoder", data{"Host": b.encoder})
	}
	if b.state == nil {
		return notice(Para{Text: c.say("privacy", nil)}, Para{Text: memory}), nil
	}
	days := data{"Days": b.retentionDays()}
	var kept List
	for _, text := range []string{
		c.say("kept_questions", days), c.say("kept_feedback", days), c.say("kept_counts", days), c.say("kept_wishes", nil),
		c.say("kept_blocks", nil), c.say("kept_settings", nil), c.say("kept_inbox", nil), c.say("kept_answers", nil),
		c.say("kept_audit", days), c.say("kept_self", nil), c.say("kept_backups", nil),
	} {
		kept.Items = append(kept.Items, Item{Text: text})
	}
	return notice(Para{Text: c.say("privacy_kept", nil)}, kept, Para{Text: memory},
		Para{Text: c.say("privacy_forget", nil)}), nil
}

// agreed are the words that confirm, in the languages of the interface.
var agreed = []string{"yes", "так", "ja"}

// forgetMe erases what is kept of the asker, once they have confirmed it.
func (b *Bot) forgetMe(ctx context.Context, c call) (Reply, error) {
	if b.state == nil {
		return b.privacy(ctx, c)
	}
	if slices.Contains(agreed, strings.ToLower(strings.Trim(c.text, quotationMarks+" .!"))) {
		return b.forget(ctx, c)
	}
	r := notice(Para{Text: c.say("forget_sure", nil), Style: Strong}, Para{Text: c.say("forget_how", data{"How": c.typed("forgetme", "confirm")}), Style: Small})
	r.Actions = c.action(Forget, c.asker())
	return r, nil
}

// typed shows how a command is confirmed: with the option by name on a platform
// that has forms, with the bare word elsewhere.
func (c call) typed(command, option string) string {
	if c.Command != "" {
		return "/" + command + " " + option + ":" + c.say("yes", nil)
	}
	return "/" + command + " " + c.say("yes", nil)
}

// asker stands for whoever asks, in the token of a button that is theirs alone.
func (c call) asker() []byte {
	return binary.BigEndian.AppendUint32(nil, hash32(c.Platform+":"+c.User))
}

// pressForget erases what is kept of the presser, if the button was made for
// them. Behind a link there is no such button: a link can be anybody's.
func (b *Bot) pressForget(ctx context.Context, c call, payload []byte) (Reply, error) {
	if b.state == nil || c.Message == "" {
		return Reply{}, errToken
	}
	if string(payload) != string(c.asker()) {
		return Reply{}, &UserError{Message: "not_your_button"}
	}
	r, err := b.forget(ctx, c)
	r.InPlace = true
	return r, err
}

// forget erases what is kept of the asker, and says what that was and what is
// left.
func (b *Bot) forget(ctx context.Context, c call) (Reply, error) {
	f, err := b.state.Forget(ctx, c.Platform, c.User)
	if err != nil {
		return Reply{}, err
	}
	b.asked.forget(c.Request)
	r := notice(Para{Text: c.say("forgotten", nil), Style: Strong}, c.forgottenList(f), Para{Text: c.say("forget_left", nil)})
	return r, nil
}

// forgottenList says how much was erased of what.
func (w words) forgottenList(f state.Forgotten) List {
	var l List
	for _, part := range []struct {
		n    int64
		text string
	}{
		{f.Questions, w.say("forgot_questions", data{"Count": f.Questions})},
		{f.Follows, w.say("forgot_wishes", data{"Count": f.Follows})},
		{f.Feedback, w.say("forgot_feedback", data{"Count": f.Feedback})},
		{f.Settings, w.say("forgot_settings", nil)},
		{f.Answers, w.say("forgot_answers", data{"Count": f.Answers})},
		{f.Blocks, w.say("forgot_block", nil)},
		{f.Attempts, w.say("forgot_attempts", data{"Count": f.Attempts})},
	} {
		if part.n > 0 {
			l.Items = append(l.Items, Item{Text: part.text})
		}
	}
	if len(l.Items) == 0 {
		l.Items = []Item{{Text: w.say("forgot_nothing", nil)}}
	}
	return l
}
