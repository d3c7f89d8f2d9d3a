package discord

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net/http"
	"runtime/debug"
	"strings"
	"time"

	"rapporteur/bot"
)

const (
	// ackTime is how long Discord waits for the first word on an interaction
	// (interactions/receiving-and-responding.mdx, "Interaction Callback").
	ackTime = 3 * time.Second
	// answerTime is how long an answer may take: an interaction's token is good
	// for 15 minutes, and the last of them is for delivery.
	answerTime = 14 * time.Minute
)

// interact answers a slash command: acknowledge, think, edit the
// acknowledgement into the answer.
func (a *Adapter) interact(ctx context.Context, in interaction) {
	ack, cancel := context.WithDeadline(ctx, in.received.Add(ackTime))
	err := a.acknowledge(ack, in)
	cancel()
	if err != nil {
		a.log.Warn("discord: an interaction is dropped", "cause", err)
		return
	}
	ctx, cancel = context.WithDeadline(ctx, in.received.Add(answerTime))
	defer cancel()

	self := identity{}
	if s := a.self.Load(); s != nil {
		self = *s
	}
	in.App = cmp.Or(in.App, self.App)
	parts, private := a.answer(ctx, in.request(self))
	if err := a.deliver(ctx, in, parts, private); err != nil {
		a.log.Warn("discord: an answer is lost", "cause", err)
	}
}

// acknowledge shows the person that the bot is thinking. Sending it twice does
// no harm: Discord keeps the first.
func (a *Adapter) acknowledge(ctx context.Context, in interaction) error {
	err := a.rest.do(ctx, call{
		name:   "acknowledge",
		method: http.MethodPost,
		path:   "/interactions/" + in.ID + "/" + in.Token + "/callback",
		body: struct {
			Type int `json:"type"`
		}{5}, // deferred channel message with source
		again: true,
	}, nil)
	var refused *apiError
	if errors.As(err, &refused) && refused.Code == codeAcknowledged && refused.Repeated {
		return nil // by the attempt whose answer got lost
	}
	return err
}

// deliver turns the acknowledgement into the first part and sends the others
// after it. Nothing to say removes the acknowledgement. A private answer has
// to be a new message, since the acknowledgement was public and stays so.
func (a *Adapter) deliver(ctx context.Context, in interaction, parts []string, private bool) error {
	flags := flagSuppressEmbeds
	if private {
		flags |= flagEphemeral
	}
	standing := true // the acknowledgement, where an answer should be
	if private || len(parts) == 0 {
		a.dismiss(ctx, in)
		standing = false
	}
	for i, part := range parts {
		c := call{
			name:   "follow up",
			method: http.MethodPost,
			path:   "/webhooks/" + in.App + "/" + in.Token,
			body:   outgoing{Content: part, Flags: flags},
		}
		if standing {
			c.name, c.method, c.again = "answer", http.MethodPatch, true
			c.path += "/messages/@original"
		}
		if err := a.rest.do(ctx, c, nil); err != nil {
			if standing && !expired(err) {
				a.dismiss(ctx, in)
			}
			return fmt.Errorf("part %d of %d: %w", i+1, len(parts), err)
		}
		standing = false
	}
	return nil
}

// expired says that the interaction is over, so that nothing can be tidied up.
func expired(err error) bool {
	switch refusal(err) {
	case codeUnknownInteraction, codeUnknownWebhook, codeWebhookToken:
		return true
	}
	return false
}

// dismiss removes the acknowledgement, so that nobody waits for an answer that
// does not come.
func (a *Adapter) dismiss(ctx context.Context, in interaction) {
	err := a.rest.do(ctx, call{
		name:   "dismiss",
		method: http.MethodDelete,
		path:   "/webhooks/" + in.App + "/" + in.Token + "/messages/@original",
		again:  true,
	}, nil)
	if err != nil {
		a.log.Warn("discord: an acknowledgement is left standing", "cause", err)
	}
}

// converse answers a message with a reply to it.
func (a *Adapter) converse(ctx context.Context, m incoming, self identity) {
	ctx, cancel := context.WithTimeout(ctx, answerTime)
	defer cancel()
	thinking, done := context.WithCancel(ctx)
	go a.showTyping(thinking, m.ChannelID)
	parts, _ := a.answer(ctx, m.request(self))
	done()
	for i, part := range parts {
		out := outgoing{
			Content: part,
			Flags:   flagSuppressEmbeds,
			// Discord sends the same nonce only once, which makes it safe to
			// repeat the call (resources/message.mdx, "enforce_nonce").
			Nonce:        fmt.Sprintf("%s.%d", m.ID, i),
			EnforceNonce: true,
		}
		if i == 0 {
			out.Reference = &reference{MessageID: m.ID, ChannelID: m.ChannelID}
		}
		err := a.send(ctx, m.ChannelID, out)
		if refusal(err) == codeNoHistory {
			out.Reference = nil
			err = a.send(ctx, m.ChannelID, out)
		}
		if err != nil {
			a.log.Warn("discord: an answer is lost", "cause", err, "part", i+1, "parts", len(parts))
			return
		}
	}
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

// answer waits for its turn, asks the handler and renders what it says. It is
// empty when there is nothing to say, and after a panic.
func (a *Adapter) answer(ctx context.Context, r bot.Request) (parts []string, private bool) {
	select {
	case a.slots <- struct{}{}:
		defer func() { <-a.slots }()
	case <-ctx.Done():
		return nil, false
	}
	defer func() {
		if p := recover(); p != nil {
			a.log.Error("discord: panic while answering", "value", p, "stack", string(debug.Stack()))
			parts = nil
		}
	}()
	reply := a.handler.Handle(ctx, r)
	if len(reply.Blocks) == 0 {
		return nil, false
	}
	for _, part := range bot.Split(reply, maxContent, size) {
		if text := Render(part); strings.TrimSpace(text) != "" {
			parts = append(parts, text)
		}
	}
	return parts, reply.Private
}
