package bot

import (
	"context"
	"encoding/binary"
	"slices"
	"strings"

	"rapporteur/bot/state"
)

// privacy says what is kept about people.
func (b *Bot) privacy(_ context.Context, c *Call) (Reply, error) {
	if b.state == nil {
		return Notice(Para{Text: c.Say("privacy", nil)}, Para{Text: c.Say("privacy_memory", nil)}), nil
	}
	days := Data{"Days": b.retentionDays()}
	var kept List
	for _, text := range []string{
		c.Say("kept_questions", days), c.Say("kept_feedback", days), c.Say("kept_counts", days), c.Say("kept_wishes", nil),
		c.Say("kept_blocks", nil), c.Say("kept_settings", nil), c.Say("kept_inbox", nil), c.Say("kept_answers", nil),
		c.Say("kept_audit", days), c.Say("kept_self", nil), c.Say("kept_backups", nil),
	} {
		kept.Items = append(kept.Items, Item{Text: text})
	}
	return Notice(Para{Text: c.Say("privacy_kept", nil)}, kept, Para{Text: c.Say("privacy_memory", nil)},
		Para{Text: c.Say("privacy_forget", nil)}), nil
}

// agreed are the words that confirm, in the languages of the interface.
var agreed = []string{"yes", "так", "ja"}

// forgetMe erases what is kept of the asker, once they have confirmed it.
func (b *Bot) forgetMe(ctx context.Context, c *Call) (Reply, error) {
	if b.state == nil {
		return b.privacy(ctx, c)
	}
	if slices.Contains(agreed, strings.ToLower(strings.Trim(c.Argument, QuotationMarks+" .!"))) {
		return b.forget(ctx, c)
	}
	r := Notice(Para{Text: c.Say("forget_sure", nil), Style: Strong}, Para{Text: c.Say("forget_how", Data{"How": typed(c, "forgetme", "confirm")}), Style: Small})
	r.Actions = c.Button(Forget, asker(c))
	return r, nil
}

// typed shows how a command is confirmed: with the option by name on a platform
// that has forms, with the bare word elsewhere.
func typed(c *Call, command, option string) string {
	if c.Command != "" {
		return "/" + command + " " + option + ":" + c.Say("yes", nil)
	}
	return "/" + command + " " + c.Say("yes", nil)
}

// asker stands for whoever asks, in the token of a button that is theirs alone.
func asker(c *Call) []byte {
	return binary.BigEndian.AppendUint32(nil, Hash(c.Platform+":"+c.User))
}

// pressForget erases what is kept of the presser, if the button was made for
// them. Behind a link there is no such button: a link can be anybody's.
func (b *Bot) pressForget(ctx context.Context, c *Call, payload []byte) (Reply, error) {
	if b.state == nil || c.Message == "" {
		return Reply{}, ErrUnknown
	}
	if string(payload) != string(asker(c)) {
		return Reply{}, &UserError{Message: "not_your_button"}
	}
	r, err := b.forget(ctx, c)
	r.InPlace = true
	return r, err
}

// forget erases what is kept of the asker, and says what that was and what is
// left.
func (b *Bot) forget(ctx context.Context, c *Call) (Reply, error) {
	f, err := b.state.Forget(ctx, c.Platform, c.User)
	if err != nil {
		return Reply{}, err
	}
	b.asked.forget(c.Request)
	r := Notice(Para{Text: c.Say("forgotten", nil), Style: Strong}, forgottenList(c.Words, f), Para{Text: c.Say("forget_left", nil)})
	return r, nil
}

// forgottenList says how much was erased of what.
func forgottenList(w Words, f state.Forgotten) List {
	var l List
	for _, part := range []struct {
		n    int64
		text string
	}{
		{f.Questions, w.Say("forgot_questions", Data{"Count": f.Questions})},
		{f.Follows, w.Say("forgot_wishes", Data{"Count": f.Follows})},
		{f.Feedback, w.Say("forgot_feedback", Data{"Count": f.Feedback})},
		{f.Settings, w.Say("forgot_settings", nil)},
		{f.Answers, w.Say("forgot_answers", Data{"Count": f.Answers})},
		{f.Blocks, w.Say("forgot_block", nil)},
		{f.Attempts, w.Say("forgot_attempts", Data{"Count": f.Attempts})},
	} {
		if part.n > 0 {
			l.Items = append(l.Items, Item{Text: part.text})
		}
	}
	if len(l.Items) == 0 {
		l.Items = []Item{{Text: w.Say("forgot_nothing", nil)}}
	}
	return l
}
