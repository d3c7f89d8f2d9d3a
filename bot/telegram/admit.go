package telegram

import (
	"log/slog"
	"sync/atomic"
	"time"

	"rapporteur/bot"
	"rapporteur/bot/adapter"

	"golang.org/x/time/rate"
)

// admits reports whether the handler has limits that are asked before anything is
// queued.
func (a *Adapter) admits() bool {
	_, ok := a.handler.(bot.Admitter)
	return ok
}

// admit asks whether what somebody does is within the limits, before anything is
// kept of it or waits for it. It reports false for what is passed over in silence;
// what is refused in words has these in u.refused.
func (a *Adapter) admit(u *update) (ok bool) {
	limits, limited := a.handler.(bot.Admitter)
	r, asks := a.asks(*u)
	if !limited || !asks {
		return true
	}
	reply := bot.Reply{}
	if a.safely(func() error { reply, ok = limits.Admit(a.life, r); return nil }) != nil {
		return true // Handle tells the person
	}
	if !ok && (reply.Kind != bot.KindSilent || u.Press != nil) {
		u.refused, ok = &reply, true
	}
	return ok
}

// asks returns the request that an update is, if it is one that counts. Edited
// messages are looked at when they are handled: many are no change.
func (a *Adapter) asks(u update) (bot.Request, bool) {
	switch {
	case u.Message != nil && u.Message.MigrateTo == 0 && u.Message.MigrateFrom == 0:
		return a.request(u.Message)
	case u.Guest != nil:
		return a.guest(u.Guest)
	case u.Press != nil:
		return a.pressed(u.Press), true
	}
	return bot.Request{}, false
}

// fits reports whether there is room in hand for an update of its chat. The first
// for which there is none is let in to be told so.
func (a *Adapter) fits(u *update) bool {
	ok, first := a.updates.assign(u.ID, u.chat(), maxHand)
	if !ok && first && u.Message != nil {
		if r, asks := a.asks(*u); asks {
			reply := bot.Explained(bot.SlowDown(time.Minute), r.Locale)
			u.refused, ok = &reply, true
		}
	}
	return ok
}

// refuse tells somebody that they press too much. Every press is acknowledged, as
// long as anybody waits for it.
func (a *Adapter) refuse(p *press, reply bot.Reply) {
	lane := "refuse " + id(p.From.ID)
	if a.queues.Waiting(lane) >= maxRefusals {
		a.excess.note(a.log)
		return
	}
	a.queues.Add(lane, func() {
		words, _ := inPassing(reply)
		a.notice(a.life, p, adapter.Clip(words, maxToast), reply.Kind == bot.KindError)
	})
}

// excess counts updates that are dropped because somebody sends too many. The log
// says so at once, and then once a minute.
type excess struct {
	count atomic.Int64
	tell  rate.Sometimes
}

func (e *excess) note(log *slog.Logger) {
	e.count.Add(1)
	e.tell.Do(func() {
		log.Warn("telegram: updates dropped, too many of one person or chat", "count", e.count.Swap(0))
	})
}
