package telegram

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"sync"
	"time"

	"rapporteur/bot"
	"rapporteur/bot/adapter"
)

// live is a reply that goes on: its latest version takes the place of the one
// that stands. It runs beside the queues of chats, in one of its own.
type live struct {
	*Adapter
	to     destination
	inline string   // the message, if it was sent by way of the bot
	mark   int64    // under which the memory keeps that it is under way, 0 for nothing
	ended  chan any // closed when it edits no more
	cancel context.CancelFunc

	mu     sync.Mutex
	stands []int64 // the messages it stands in
	gone   bool    // somebody has deleted them
}

// supersede ends those in a chat that a message, the question or one of the
// answer, is part of: something else is going to stand there.
func (a *Adapter) supersede(chat int64, message int) {
	a.lives.Range(func(key, _ any) bool {
		v := key.(*live)
		if v.to.to.chat == chat && v.inline == "" && (v.to.question == message || slices.Contains(v.messages(), int64(message))) {
			v.cancel()
			<-v.ended
		}
		return true
	})
}

// follow has the versions of a reply take each other's place. The first stands,
// in some messages or in one that was sent by way of the bot.
func (a *Adapter) follow(to destination, stands []int64, inline string, first bot.Reply) {
	v := &live{Adapter: a, to: to, inline: inline, stands: stands, ended: make(chan any)}
	v.keep()
	superseded, cancel := context.WithCancel(a.life)
	v.cancel = cancel
	a.lives.Store(v, true)
	a.queues.Add(fmt.Sprintf("live %p", v), func() {
		defer close(v.ended)
		defer a.lives.Delete(v)
		defer cancel()
		v.run(superseded, first)
	})
}

// run shows the versions, no more often than the chat bears, until the last one
// stands. When the adapter is being stopped it says so in the message, unless the
// end comes in a moment.
func (v *live) run(superseded context.Context, first bot.Reply) {
	every := v.pace.edits
	if v.to.group {
		every = v.pace.groupEdits
	}
	last, shown, end := adapter.Live{
		First: first, Every: every, Stopping: v.serving.Done(), Settle: v.pace.settle,
		Show: func(ctx context.Context, r bot.Reply) bool { return v.show(ctx, r, false) == nil && !v.isGone() },
	}.Follow(superseded)
	switch {
	case end == adapter.Interrupted:
		v.finish(interrupted(last, v.to.locale), false)
	case end == adapter.Over:
		v.finish(last, shown)
	case v.life.Err() == nil: // something else is going to stand there
		v.forget()
	}
}

// interrupted is the last version of what will have no other: nothing can be
// pressed any more, and it says why.
func interrupted(r bot.Reply, locale string) bot.Reply {
	r.Blocks = append(slices.Clone(r.Blocks), bot.Explained(bot.ErrStopped, locale).Blocks...)
	r.Actions, r.Files = nil, nil
	return r
}

// finish shows the last version, if it does not stand already, and what goes with
// it.
func (v *live) finish(last bot.Reply, shown bool) {
	err := func() error {
		if !shown || v.isGone() {
			return v.show(v.life, last, true)
		}
		if v.inline != "" {
			return nil
		}
		to := v.to
		to.insist = true
		files, err := v.sendFiles(v.life, to, last.Files)
		v.stand(append(v.messages(), files...))
		return err
	}()
	if v.life.Err() != nil {
		return // the next run says so in the message
	}
	if err != nil {
		v.log.Warn("telegram: how something went on cannot be shown", "err", err)
	}
	v.forget()
}

// show puts a version in the place of the one before. If people have deleted that
// they are not bothered with another before the last.
func (v *live) show(ctx context.Context, r bot.Reply, last bool) error {
	if v.inline != "" {
		p, ok := v.onePage(r, v.to.locale)
		if !ok {
			return nil
		}
		_, err := v.outbox.send(ctx, &outgoing{inline: v.inline, page: p, insist: last})
		return err
	}
	if v.isGone() && !last {
		return nil
	}
	to := v.to
	to.editOnly, to.insist = !last, last
	if !last {
		r.Files = nil
	}
	stands, err := v.write(ctx, to, r, v.messages())
	if !last && vanished(err) {
		v.mu.Lock()
		v.gone, v.stands = true, nil
		v.mu.Unlock()
		return nil
	}
	if err == nil {
		v.stand(stands)
	}
	return err
}

// vanished reports whether a message could not be edited because it is not there.
func vanished(err error) bool {
	return says(err, "message to edit not found") || says(err, "message_id_invalid") || says(err, "message can't be edited")
}

func (v *live) messages() []int64 {
	v.mu.Lock()
	defer v.mu.Unlock()
	return slices.Clone(v.stands)
}

func (v *live) isGone() bool {
	v.mu.Lock()
	defer v.mu.Unlock()
	return v.gone
}

// stand notes in which messages it stands now, also for when the question is
// edited.
func (v *live) stand(messages []int64) {
	v.mu.Lock()
	changed := !slices.Equal(v.stands, messages)
	v.stands = messages
	v.mu.Unlock()
	if changed && v.to.answer != nil {
		v.to.answer.set(messages)
		v.remember(v.to.answer)
	}
}

// liveMessage is a message that shows something under way. The memory has it as if
// it were an update: what a run that was killed has left behind, the next one
// finds in hand.
type liveMessage struct {
	Chat    int64  `json:"chat"`
	Topic   int    `json:"topic"`
	Group   bool   `json:"group"`
	Message int64  `json:"message"`
	Inline  string `json:"inline"`
	Locale  string `json:"locale"`
}

// keep has the memory keep that something is under way.
func (v *live) keep() {
	s := liveMessage{Chat: v.to.to.chat, Topic: v.to.to.topic, Group: v.to.group, Inline: v.inline, Locale: v.to.locale}
	if len(v.stands) > 0 {
		s.Message = v.stands[0]
	}
	if s.Message == 0 && s.Inline == "" {
		return
	}
	mark := -time.Now().UnixNano() // no update has a negative id
	body, err := json.Marshal(struct {
		ID   int64       `json:"update_id"`
		Live liveMessage `json:"live"`
	}{mark, s})
	if err == nil {
		_, err = v.memory.Receive(context.WithoutCancel(v.life), v.account, []int64{mark}, [][]byte{body})
	}
	switch {
	case err == nil:
		v.mark = mark
	case !errors.Is(err, errForgotten):
		v.log.Warn("telegram: that something is under way cannot be kept; if the bot is killed, the message will not say so", "err", err)
	}
}

// forget has the memory forget it.
func (v *live) forget() {
	if v.mark == 0 {
		return
	}
	if err := v.memory.Finish(context.WithoutCancel(v.life), v.account, v.mark); err != nil {
		v.log.Warn("telegram: that something has ended cannot be noted; its message may say otherwise after a restart", "err", err)
	}
}

// orphan says in a message of an earlier run that nothing more will come of it.
func (a *Adapter) orphan(ctx context.Context, s *liveMessage) error {
	p := render(bot.Explained(bot.ErrStopped, s.Locale), a.self.Username)
	_, err := a.outbox.send(ctx, &outgoing{place: place{chat: s.Chat, topic: s.Topic}, group: s.Group, edit: int(s.Message), inline: s.Inline, page: p, editOnly: true})
	if vanished(err) {
		return nil
	}
	return err
}
