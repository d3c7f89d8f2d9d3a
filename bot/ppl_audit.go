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
func (b *Bot) auditLog(ctx context.Context, c *Call) (Reply, error) {
	if b.state == nil {
		return Reply{}, errNoRecords
	}
	n := shownEntries
	if text := strings.TrimSpace(c.Argument); text != "" {
		var err error
		if n, err = strconv.Atoi(text); err != nil || n < 1 || n > maxEntries {
			return Reply{}, &UserError{Message: "bad_number", Data: Data{"Value": Clip(text), "Max": maxEntries}}
		}
	}
	entries, err := b.state.Audited(ctx, n)
	if err != nil {
		return Reply{}, err
	}
	if len(entries) == 0 {
		return Notice(Para{Text: c.Say("audit_none", nil)}), nil
	}
	var l List
	for _, e := range entries {
		l.Items = append(l.Items, entryItem(c.Words, e))
	}
	return Notice(Para{Text: c.Say("audit", nil), Style: Strong}, l), nil
}

func entryItem(w Words, e state.Entry) Item {
	outcome := w.Say("audit_failed", nil)
	switch e.Outcome {
	case state.Done:
		outcome = w.Say("audit_done", nil)
	case state.Refused:
		outcome = w.Say("audit_refused", nil)
	}
	action := "/" + e.Action
	if e.Action == actCancel { // a button, no command
		action = w.Say("action_cancel", nil)
	}
	text := e.Platform + ":" + e.User + ", " + action
	if e.Subject != "" {
		text += " " + Shorten(e.Subject, MaxName)
	}
	text += ": " + outcome
	if e.Times > 1 {
		text += ", " + w.Say("audit_times", Data{"Count": e.Times})
	}
	return Item{Term: w.Say("moment", Data{"Day": w.Date(corpus.Date{Time: e.Last}), "Clock": e.Last.Format("15:04")}), Text: text}
}
