package discord

import (
	"context"
	"fmt"
	"net/http"
	"time"

	"rapporteur/bot"
)

// converse answers a message with a reply to it.
func (a *Adapter) converse(ctx context.Context, m incoming, self identity) {
	ctx, cancel := context.WithTimeout(ctx, answerTime)
	defer cancel()
	thinking, done := context.WithCancel(ctx)
	go a.showTyping(thinking, m.ChannelID)
	r := m.request(self)
	r.Files = a.cdn.uploads(m.Attachments)
	r.Parent = a.parentOf(ctx, m)
	reply := a.ask(ctx, r)
	done()
	reply.Question = "" // it is what the reply refers to
	if reply.Thread {
		thread, err := a.startThread(ctx, m.ChannelID, m.ID, r.Text)
		if err == nil {
			err = a.post(ctx, thread, "", m.ID, reply)
		}
		if err == nil {
			return
		}
		a.log.Warn("discord: no answer in a thread; answering without", "cause", err)
	}
	if err := a.post(ctx, m.ChannelID, m.ID, m.ID, reply); err != nil {
		a.log.Warn("discord: an answer is lost", "cause", err)
	}
}

// parentOf returns the channel of whose threads a message's channel is one, ""
// if it is none or nobody says.
func (a *Adapter) parentOf(ctx context.Context, m incoming) string {
	if m.GuildID == "" {
		return ""
	}
	if parent, ok := a.parents.Get(m.ChannelID); ok {
		return parent
	}
	var ch channel
	err := a.rest.do(ctx, call{name: "look at a channel", method: http.MethodGet, path: "/channels/" + m.ChannelID, again: true}, &ch)
	if err != nil {
		a.log.Debug("discord: cannot tell whether a channel is a thread", "cause", err)
		return ""
	}
	a.parents.Add(m.ChannelID, ch.parent())
	return ch.parent()
}

// post sends a reply to a channel, in answer to the message question if that is
// not "". Key is the same whenever the same is sent: Discord sends a nonce only
// once, which makes it safe to repeat the calls (resources/message.mdx,
// "enforce_nonce").
func (a *Adapter) post(ctx context.Context, channel, question, key string, reply bot.Reply) error {
	parts := compose(reply, components)
	for i := 0; i < len(parts); i++ {
		out := outgoing{content: parts[i], Nonce: fmt.Sprintf("%s.%d", key, i), EnforceNonce: true}
		if i == 0 && question != "" {
			out.Reference = &reference{MessageID: question, ChannelID: channel}
		}
		err := a.send(ctx, channel, out)
		if refusal(err) == codeNoHistory {
			out.Reference = nil
			err = a.send(ctx, channel, out)
		}
		if i == 0 && refusedBody(err) && len(out.Embeds) == 0 {
			a.log.Warn("discord: components were refused; sending embeds", "cause", err)
			parts, i = compose(reply, embeds), -1
			continue
		}
		if err != nil {
			return fmt.Errorf("part %d of %d: %w", i+1, len(parts), err)
		}
	}
	return nil
}

func (a *Adapter) send(ctx context.Context, channel string, m outgoing) error {
	return a.rest.do(ctx, call{
		name:   "reply",
		method: http.MethodPost,
		path:   "/channels/" + channel + "/messages",
		body:   m,
		again:  true,
	}, nil)
}

// Room implements bot.Sender.
func (a *Adapter) Room() int { return tokenRoom }

// InPlace implements bot.Sender: what a button brings is for the presser alone.
func (a *Adapter) InPlace() bool { return false }

// Send implements bot.Sender: it writes to a person directly.
func (a *Adapter) Send(ctx context.Context, to bot.Recipient, r bot.Reply) error {
	// Discord dislikes bots that write to many people at once.
	if err := a.letters.Wait(ctx); err != nil {
		return fmt.Errorf("discord: %w", err)
	}
	var direct channel
	err := a.rest.do(ctx, call{
		name:   "open direct messages",
		method: http.MethodPost,
		path:   "/users/@me/channels",
		body: struct {
			Recipient string `json:"recipient_id"`
		}{to.User},
		again: true, // there is one channel for each person
	}, &direct)
	if err == nil {
		err = a.post(ctx, direct.ID, "", to.Key, r)
	}
	switch refusal(err) {
	case codeCannotSend, codeNoMutualServer, codeUnknownUser:
		return fmt.Errorf("discord: %w: %w", bot.ErrUnwanted, err)
	}
	if err != nil {
		return fmt.Errorf("discord: %w", err)
	}
	return nil
}

// showTyping shows the typing indicator while ctx lasts. Discord's goes out
// after ten seconds (resources/channel.mdx, "Trigger Typing Indicator").
func (a *Adapter) showTyping(ctx context.Context, channel string) {
	for wait := a.times.typing; sleep(ctx, wait) == nil; wait = 8 * time.Second {
		err := a.rest.do(ctx, call{name: "type", method: http.MethodPost, path: "/channels/" + channel + "/typing"}, nil)
		if err != nil && ctx.Err() == nil {
			a.log.Debug("discord: cannot show typing", "cause", err)
			return
		}
	}
}
