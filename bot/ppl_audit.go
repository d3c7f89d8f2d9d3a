package bot

import (
	"context"
	"strconv"
	"strings"

	"rapporteur/bot/state"
	"rapporteur/corpus"
)

// How many entries of the audit log are shown, and at most.
const (
	shownEntries = 20
	maxEntries   = 100
)

// auditLog shows what the operators did, and who else tried, the newest first.
func (b *Bot) auditLog(ctx context.Context, c *call) (Reply, error) {
	if b.state == nil {
		return Reply{}, errNoRecords
	}
	n := shownEntries
	if text := strings.TrimSpace(c.text); text != "" {
		var err error
		if n, err = strconv.Atoi(text); err != nil || n < 1 || n > maxEntries {
			return Reply{}, &UserError{Message: "bad_number", Data: data{"Value": clip(text), "Max": maxEntries}}
		}
	}
	entries, err := b.state.Audited(ctx, n)
	if err != nil {
		return Reply{}, err
	}
	if len(entries) == 0 {
		return notice(Para{Text: c.say("audit_none", nil)}), nil
	}
	var l List
	for _, e := range entries {
		l.Items = append(l.Items, entryItem(c.words, e))
	}
	return notice(Para{Text: c.say("audit", nil), Style: Strong}, l), nil
}

func entryItem(w words, e state.Entry) Item {
	outcome := w.say("audit_failed", nil)
	switch e.Outcome {
	case state.Done:
		outcome = w.say("audit_done", nil)
	case state.Refused:
		outcome = w.say("audit_refused", nil)
	}
	action := "/" + e.Action
	if e.Action == actCancel { // a button, no command
		action = w.say("action_cancel", nil)
	}
	text := e.Platform + ":" + e.User + ", " + action
	if e.Subject != "" {
		text += " " + shorten(e.Subject, maxName)
	}
	text += ": " + outcome
	if e.Times > 1 {
		text += ", " + w.say("audit_times", data{"Count": e.Times})
	}
	return Item{Term: w.say("moment", data{"Day": w.date(corpus.Date{Time: e.Last}), "Clock": e.Last.Format("15:04")}), Text: text}
}
