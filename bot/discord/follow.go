package discord

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/bwmarrin/discordgo"

	"rapporteur/bot"
	"rapporteur/bot/adapter"
)

// editTries is how often an edit is tried that something newer will replace.
const editTries = 3

// shownMessage is the message in which a reply that goes on stands.
type shownMessage struct {
	d       *delivery // the answer to an interaction that it is; nil for a message on a channel
	channel string
	key     string // of what is sent on the channel after it
	id      string // of the message, or original
	layout  layout
	rest    []content // what it shows beyond the first message, not sent yet
	gone    bool      // it has been removed, or can be edited no more

	user, locale string // who asked
}

// path is where the message is edited.
func (s *shownMessage) path() string {
	if s.d != nil {
		return s.d.in.webhook() + "/messages/" + s.id
	}
	return "/channels/" + s.channel + "/messages/" + s.id
}

// follow puts what updates bring in the place of a message: the latest as often
// as Discord likes it, and the last in any case. It returns when there are no
// more, or when the adapter closes and they do not end soon.
func (a *Adapter) follow(ctx context.Context, s shownMessage, first bot.Reply) {
	if first.Updates == nil {
		return
	}
	now := func(r bot.Reply) bot.Reply {
		if r = sendable(r, s.locale); s.d == nil {
			r.Question = "" // as in the first
		}
		return r
	}
	edited := time.Now()
	last, stands, end := adapter.Live{
		First: first, Every: a.times.edits, Stopping: a.closed, Settle: a.times.grace / 2,
		Show: func(ctx context.Context, r bot.Reply) bool {
			edited = time.Now()
			return a.replace(ctx, &s, now(r), editTries)
		},
	}.Follow(ctx)
	if end == adapter.Interrupted {
		a.log.Warn("discord: stopped before something under way had ended")
	}
	if end == adapter.Abandoned || !stands && adapter.Sleep(ctx, time.Until(edited.Add(a.times.edits))) != nil {
		return
	}
	last = now(last)
	if err := a.conclude(ctx, &s, &last, stands); err != nil {
		a.log.Warn("discord: the end of something under way is lost", "cause", err)
	}
}

// replace puts a reply in the place of the message. It reports whether it
// stands there now.
func (a *Adapter) replace(ctx context.Context, s *shownMessage, r bot.Reply, tries int) bool {
	parts := compose(r, s.layout)
	switch {
	case s.d != nil && time.Since(s.d.in.received) > a.times.token:
		s.gone = true
	case s.d != nil && r.Private && !s.d.private && !s.d.in.inBotDM():
		return false // all would see it
	}
	if s.gone || len(parts) == 0 || s.id == "" {
		return false
	}
	first := parts[0].whole()
	err := a.edit(ctx, s.path(), first, tries, nil)
	switch {
	case err == nil:
		s.rest = parts[1:]
		return true
	case expired(err) || refusal(err) == discordgo.ErrCodeUnknownMessage:
		s.gone = true
	}
	a.log.Debug("discord: a message could not be brought up to date", "cause", err)
	return false
}

// whole is a message that keeps nothing of what it is put in the place of.
func (c content) whole() content {
	if c.Attachments == nil {
		c.Attachments = []attached{}
	}
	if c.Components == nil {
		c.Components = []discordgo.MessageComponent{}
	}
	if c.Embeds == nil && c.Flags&discordgo.MessageFlagsIsComponentsV2 == 0 {
		c.Embeds = []*discordgo.MessageEmbed{}
	}
	return c
}

// conclude shows the last reply, unless it stands already: in the place of the
// message, else as a new one. What does not fit there follows it.
func (a *Adapter) conclude(ctx context.Context, s *shownMessage, last *bot.Reply, stands bool) error {
	if !stands && !a.replace(ctx, s, *last, attempts) {
		return a.anew(ctx, s, *last)
	}
	if s.gone {
		return nil // it has been said that it is lost, or it was removed
	}
	if s.d != nil {
		return a.putAll(ctx, s.d, a.fitting(s.d, s.rest))
	}
	for i, part := range s.rest {
		if _, err := a.send(ctx, s.channel, s.key, i+1, outgoing{content: part}); err != nil {
			return fmt.Errorf("part %d of %d: %w", i+2, len(s.rest)+1, err)
		}
	}
	return nil
}

// anew sends a reply whose message is gone or can be edited no more: after it
// while the interaction lasts, else on the channel where all may read it, else
// to the asker directly.
func (a *Adapter) anew(ctx context.Context, s *shownMessage, r bot.Reply) error {
	r.Updates = nil
	if len(compose(r, components)) == 0 {
		return nil
	}
	var err error
	if s.d != nil && time.Since(s.d.in.received) < a.times.token {
		if _, err = a.deliver(ctx, s.d, r); err == nil {
			return nil
		}
	}
	secret := s.d != nil && !s.d.in.inBotDM() && (s.d.private || r.Private)
	if there := s.d == nil || s.d.in.joined(); there && !secret {
		var failed error
		if _, failed = a.post(ctx, s.channel, "", s.key+".", r); failed == nil {
			return nil
		}
		err = errors.Join(err, failed)
	}
	if s.user == "" {
		return err
	}
	failed := a.write(ctx, s.user, s.key+".", r)
	if failed == nil {
		return nil
	}
	return errors.Join(err, failed)
}
