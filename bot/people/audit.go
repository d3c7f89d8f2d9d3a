package people

import (
	"context"
	"strconv"
	"strings"

	"rapporteur/bot"
	"rapporteur/bot/locale"
	"rapporteur/bot/state"
	"rapporteur/corpus"
)

// How many entries of the audit log are shown, and at most.
const (
	shownEntries = 20
	maxEntries   = 100
)

// auditLog shows what the operators did, and who else tried, the newest first.
func (b *Room) auditLog(ctx context.Context, c *bot.Call) (bot.Reply, error) {
	if b.state == nil {
		return bot.Reply{}, errNoRecords
	}
	n := shownEntries
	if text := strings.TrimSpace(c.Argument); text != "" {
		var err error
		if n, err = strconv.Atoi(text); err != nil || n < 1 || n > maxEntries {
			return bot.Reply{}, &bot.UserError{Message: "bad_number", Data: data{"Value": locale.Clip(text), "Max": maxEntries}}
		}
	}
	entries, err := b.state.Audited(ctx, n)
	if err != nil {
		return bot.Reply{}, err
	}
	if len(entries) == 0 {
		return bot.Notice(bot.Para{Text: c.Say("audit_none", nil)}), nil
	}
	var l bot.List
	for _, e := range entries {
		l.Items = append(l.Items, entryItem(c, e))
	}
	return bot.Notice(bot.Para{Text: c.Say("audit", nil), Style: bot.Strong}, l), nil
}

func entryItem(c *bot.Call, e state.Entry) bot.Item {
	w := c.Words
	outcome := w.Say("audit_failed", nil)
	switch e.Outcome {
	case state.Done:
		outcome = w.Say("audit_done", nil)
	case state.Refused:
		outcome = w.Say("audit_refused", nil)
	}
	action := "/" + e.Action
	if e.Action == "cancel" { // a button, no command
		action = w.Say("action_cancel", nil)
	}
	text, who := action, []bot.Place{{Person: true, ID: e.User}}
	if e.Platform != c.Platform { // where nobody knows the id
		text, who = e.Platform+":"+e.User+", "+action, nil
	}
	if e.Subject != "" {
		text += " " + locale.Shorten(e.Subject, locale.MaxName)
	}
	text += ": " + outcome
	if e.Times > 1 {
		text += ", " + w.Say("audit_times", data{"Count": e.Times})
	}
	return bot.Item{Term: w.Say("moment", data{"Day": w.Date(corpus.Date{Time: e.Last}), "Clock": e.Last.Format("15:04")}), Text: text, Places: who}
}
