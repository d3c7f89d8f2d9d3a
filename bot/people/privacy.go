package people

import (
	"cmp"
	"context"
	"encoding/binary"
	"slices"
	"strings"

	"rapporteur/bot"
	"rapporteur/bot/locale"
	"rapporteur/bot/state"
	"rapporteur/bot/token"
)

// privacy says what is kept about people.
func (b *Room) privacy(_ context.Context, c *bot.Call) (bot.Reply, error) {
	if b.state == nil {
		return bot.Notice(bot.Para{Text: c.Say("privacy", nil)}, bot.Para{Text: c.Say("privacy_memory", nil)}), nil
	}
	days := data{"Days": b.retentionDays()}
	var kept bot.List
	for _, text := range []string{
		c.Say("kept_questions", days), c.Say("kept_feedback", days), c.Say("kept_counts", days), c.Say("kept_wishes", nil),
		c.Say("kept_blocks", nil), c.Say("kept_settings", nil), c.Say("kept_inbox", nil), c.Say("kept_answers", nil),
		c.Say("kept_audit", days), c.Say("kept_self", nil), c.Say("kept_backups", nil),
	} {
		kept.Items = append(kept.Items, bot.Item{Text: text})
	}
	return bot.Notice(bot.Para{Text: c.Say("privacy_kept", nil)}, kept, bot.Para{Text: c.Say("privacy_memory", nil)},
		bot.Para{Text: c.Say("privacy_forget", nil)}), nil
}

// agreed are the words that confirm, in the languages of the interface.
var agreed = []string{"yes", "так", "ja"}

// forgetMe erases what is kept of the asker, once they have confirmed it.
func (b *Room) forgetMe(ctx context.Context, c *bot.Call) (bot.Reply, error) {
	if b.state == nil {
		return b.privacy(ctx, c)
	}
	if slices.Contains(agreed, strings.ToLower(strings.Trim(c.Argument, bot.QuotationMarks+" .!"))) {
		return b.forget(ctx, c)
	}
	r := bot.Notice(bot.Para{Text: c.Say("forget_sure", nil), Style: bot.Strong}, bot.Para{Text: c.Say("forget_how", data{"How": typed(c, "forgetme", "confirm")}), Style: bot.Small})
	r.Actions = c.Button(bot.Forget, asker(c))
	return r, nil
}

// typed shows how a command is confirmed: with the option by name on a platform
// that has forms, with the bare word elsewhere.
func typed(c *bot.Call, command, option string) string {
	if c.Command != "" {
		if c.Labels {
			option = locale.For(cmp.Or(c.Locale, c.Lang)).Say("name_"+option, nil)
		}
		return "/" + c.CommandName(command) + " " + option + ":" + c.Say("yes", nil)
	}
	return "/" + command + " " + c.Say("yes", nil)
}

// asker stands for whoever asks, in the token of a button that is theirs alone.
func asker(c *bot.Call) []byte {
	return binary.BigEndian.AppendUint32(nil, token.Hash(c.Platform+":"+c.User))
}

// pressForget erases what is kept of the presser, if the button was made for
// them. Behind a link there is no such button: a link can be anybody's.
func (b *Room) pressForget(ctx context.Context, c *bot.Call, payload []byte) (bot.Reply, error) {
	if b.state == nil || c.Message == "" {
		return bot.Reply{}, token.ErrUnknown
	}
	if string(payload) != string(asker(c)) {
		return bot.Reply{}, &bot.UserError{Message: "not_your_button"}
	}
	r, err := b.forget(ctx, c)
	r.InPlace = true
	return r, err
}

// forget erases what is kept of the asker, and says what that was and what is
// left.
func (b *Room) forget(ctx context.Context, c *bot.Call) (bot.Reply, error) {
	f, err := b.state.Forget(ctx, c.Platform, c.User)
	if err != nil {
		return bot.Reply{}, err
	}
	b.asked.ForgetAsker(c.Request)
	r := bot.Notice(bot.Para{Text: c.Say("forgotten", nil), Style: bot.Strong}, forgottenList(c.Words, f), bot.Para{Text: c.Say("forget_left", nil)})
	return r, nil
}

// forgottenList says how much was erased of what.
func forgottenList(w locale.Words, f state.Forgotten) bot.List {
	var l bot.List
	for _, part := range []struct {
		n    int64
		text string
	}{
		{f.Questions, w.Say("forgot_questions", data{"Count": f.Questions})},
		{f.Follows, w.Say("forgot_wishes", data{"Count": f.Follows})},
		{f.Feedback, w.Say("forgot_feedback", data{"Count": f.Feedback})},
		{f.Settings, w.Say("forgot_settings", nil)},
		{f.Answers, w.Say("forgot_answers", data{"Count": f.Answers})},
		{f.Blocks, w.Say("forgot_block", nil)},
		{f.Attempts, w.Say("forgot_attempts", data{"Count": f.Attempts})},
	} {
		if part.n > 0 {
			l.Items = append(l.Items, bot.Item{Text: part.text})
		}
	}
	if len(l.Items) == 0 {
		l.Items = []bot.Item{{Text: w.Say("forgot_nothing", nil)}}
	}
	return l
}
