package telegram

import (
	"context"
	"encoding/json"
	"errors"
	"math"
	"slices"
	"sync/atomic"

	"rapporteur/bot"
	"rapporteur/bot/adapter"
)

// Memory keeps what must outlive a restart: what has come in until it is dealt
// with, and which of the bot's messages answered whose. Account is the bot's, as
// update ids are. *state.Store is one.
type Memory interface {
	// Receive keeps updates and returns the ids of those that were not known.
	Receive(ctx context.Context, account string, ids []int64, bodies [][]byte) (fresh []int64, err error)
	// Finish forgets an update but for its id.
	Finish(ctx context.Context, account string, id int64) error
	// InHand returns what was received and not finished, in the order it came.
	InHand(ctx context.Context, account string) (ids []int64, bodies [][]byte, err error)
	// KeepAnswer notes which messages answer a message, and a fingerprint of
	// what was asked.
	KeepAnswer(ctx context.Context, platform, chat, message string, asked []byte, answers []int64) error
	// KeptAnswer returns what KeepAnswer noted. The error is for what is not
	// kept, too.
	KeptAnswer(ctx context.Context, platform, chat, message string) (asked []byte, answers []int64, err error)
}

// forgetful is the Memory of an adapter without one: nothing outlives it, so
// that the server has to keep updates until they are done, and edited questions
// are answered anew.
type forgetful struct{}

var errForgotten = errors.New("nothing is kept")

func (forgetful) Receive(context.Context, string, []int64, [][]byte) ([]int64, error) {
	return nil, errForgotten
}
func (forgetful) Finish(context.Context, string, int64) error { return nil }
func (forgetful) InHand(context.Context, string) ([]int64, [][]byte, error) {
	return nil, nil, nil
}
func (forgetful) KeepAnswer(context.Context, string, string, string, []byte, []int64) error {
	return nil
}
func (forgetful) KeptAnswer(context.Context, string, string, string) ([]byte, []int64, error) {
	return nil, nil, errForgotten
}

const (
	// maxHand bounds the updates of one chat that are in hand: a quarter of an hour
	// of what may be sent there. Others are taken in however many these are.
	maxHand = 1000
	// maxRefusals bounds the presses of one person that wait to be told that they
	// are too many. Nobody waits for the others' words.
	maxRefusals = 30
)

// resume takes up what was in hand when the last run ended.
func (a *Adapter) resume(ctx context.Context) {
	ids, bodies, err := a.memory.InHand(ctx, a.account)
	if err != nil {
		a.log.Error("telegram: what was in hand at the last end cannot be read", "err", err)
		return
	}
	for i, id := range ids {
		u, err := decode(bodies[i])
		if err != nil || !a.updates.take(id) {
			a.finish(id) // what cannot be decoded was not kept by this version
			continue
		}
		a.updates.assign(id, u.chat(), math.MaxInt)
		a.updates.keep(id)
		a.work(u)
	}
	if len(ids) > 0 {
		a.log.Info("telegram: taking up what was in hand at the last end", "count", len(ids))
	}
}

// took is what came of a batch of updates.
type took struct {
	fresh   int   // how many had not been in hand
	highest int64 // of their ids, 0 for none
}

// take takes in a batch of updates and has those handled that are new. An error
// says that the memory could not keep them. Then nobody has them but the server:
// with hold they are handled all the same, and not confirmed before they are
// done; else they are as if they had not come.
func (a *Adapter) take(ctx context.Context, batch []json.RawMessage, hold bool) (t took, err error) {
	var ids []int64
	var bodies [][]byte
	taken := map[int64]update{}
	for _, raw := range batch {
		u, err := decode(raw)
		if u.ID == 0 {
			a.log.Error("telegram: update skipped, it has no id")
			continue
		}
		t.highest = max(t.highest, u.ID)
		if !a.updates.take(u.ID) {
			continue
		}
		t.fresh++
		switch {
		case err != nil:
			a.log.Error("telegram: update skipped, it cannot be decoded", "update", u.ID)
			a.updates.finish(u.ID)
		case u.lane() == "":
			a.updates.finish(u.ID)
		case u.Inline != nil: // worth nothing in a few seconds
			a.updates.finish(u.ID)
			a.suggest(u.Inline)
		case !a.admit(&u), !a.fits(&u):
			a.updates.finish(u.ID)
			a.excess.note(a.log)
		case u.Press != nil && u.refused != nil:
			a.updates.finish(u.ID) // it has changed nothing
			a.refuse(u.Press, *u.refused)
		default:
			ids, bodies, taken[u.ID] = append(ids, u.ID), append(bodies, raw), u
		}
	}
	if len(ids) == 0 {
		return t, nil
	}
	unknown, err := a.memory.Receive(ctx, a.account, ids, bodies)
	forgetful := errors.Is(err, errForgotten)
	for _, id := range ids {
		switch {
		case err == nil && !slices.Contains(unknown, id): // of an earlier run
			a.updates.finish(id)
		case err == nil:
			a.updates.keep(id)
			a.work(taken[id])
		case hold, forgetful:
			a.work(taken[id])
		default:
			a.updates.drop(id)
		}
	}
	if forgetful {
		err = nil
	}
	return t, err
}

// work has an update handled in its queue.
func (a *Adapter) work(u update) {
	if u.Press != nil {
		a.workPress(u)
		return
	}
	a.queues.Add(u.lane(), func() {
		now, done := a.handle(a.life, u)
		if done {
			a.finish(u.ID) // before all else, lest it be answered twice
		}
		if now != nil {
			a.remember(now)
		}
	})
}

// workPress has a press handled: asked in the queue of its message, acknowledged
// beside, and what it brings sent in a queue after that, so that a press waits for
// no message that the chat's limits or the server hold up.
func (a *Adapter) workPress(u update) {
	lane := u.lane()
	a.queues.Add(lane, func() {
		ctx, p := a.life, u.Press
		if ctx.Err() != nil {
			return
		}
		var reply bot.Reply
		err := a.safely(func() error {
			if p.Message != nil {
				a.gone.forget(p.Message.Chat.ID)
			}
			r := a.pressed(p)
			r.Admitted = a.admits()
			reply = a.ask(ctx, r)
			return nil
		})
		if ctx.Err() != nil {
			return
		}
		words, brief := toast(p, reply)
		var left atomic.Int32 // of the two things that come of a press
		left.Store(2)
		done := func() {
			if left.Add(-1) == 0 {
				a.finish(u.ID)
			}
		}
		a.queues.Add("acknowledge "+p.ID, func() {
			a.notice(ctx, p, words, reply.Kind == bot.KindError)
			if ctx.Err() == nil {
				done()
			}
		})
		a.queues.Add("below "+lane, func() {
			if err == nil {
				err = a.safely(func() error { return a.bring(ctx, p, reply, brief) })
			}
			if ctx.Err() != nil && !errors.Is(err, adapter.ErrPanic) {
				return
			}
			done()
			if err != nil {
				a.log.Warn("telegram: answer dropped", "update", u.ID, "err", err)
			}
		})
	})
}

// finish notes that an update is done with.
func (a *Adapter) finish(id int64) {
	a.updates.finish(id)
	// Also of an adapter that is being stopped.
	if err := a.memory.Finish(context.WithoutCancel(a.life), a.account, id); err != nil {
		a.log.Error("telegram: that an update is done cannot be noted; it may be answered again after a restart", "update", id, "err", err)
	}
}

// handle answers one update and reports what is to be remembered of it, and
// whether it is done with; it is not when ctx ended midway. A panic costs this
// update only.
func (a *Adapter) handle(ctx context.Context, u update) (now *answered, done bool) {
	if ctx.Err() != nil {
		return nil, false
	}
	err := a.safely(func() (err error) {
		switch {
		case u.Message != nil:
			now, err = a.converse(ctx, u.Message, false, u.refused)
		case u.Edited != nil:
			now, err = a.converse(ctx, u.Edited, true, nil)
		case u.Guest != nil:
			err = a.visit(ctx, u.Guest, u.refused)
		case u.Member != nil:
			a.attend(u.Member)
		case u.Others != nil:
			a.admins.known.Remove(u.Others.Chat.ID) // somebody may have become one, or be none any more
		case u.Live != nil:
			err = a.orphan(ctx, u.Live)
		}
		return err
	})
	if ctx.Err() != nil && !errors.Is(err, adapter.ErrPanic) {
		return now, false
	}
	if err != nil {
		a.log.Warn("telegram: answer dropped", "update", u.ID, "err", err)
	}
	return now, true
}

// safely keeps a panic from ending the bot. Jobs of queues run in it.
func (a *Adapter) safely(job func() error) error {
	return adapter.Safely(a.log, "telegram: panic", job)
}
