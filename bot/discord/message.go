package discord

import (
	"context"
	"fmt"
	"net/http"
	"time"

	"github.com/bwmarrin/discordgo"

	"rapporteur/bot"
	"rapporteur/bot/adapter"
)

// converse answers a message with a reply to it.
func (a *Adapter) converse(work context.Context, m incoming, self identity) {
	ctx, cancel := context.WithTimeout(work, answerTime)
	defer cancel()
	thinking, done := context.WithCancel(ctx)
	go a.showTyping(thinking, m.ChannelID)
	r := m.request(self)
	r.Files = a.cdn.uploads(m.Attachments)
	r.Parent = a.parentOf(ctx, m)
	reply := sendable(a.ask(ctx, r), r.Locale)
	done()
	reply.Question = "" // it is what the reply refers to
	s, err := a.reply(ctx, m, r, reply)
	if err != nil {
		a.log.Warn("discord: an answer is lost", "cause", err)
		s.gone = true
	}
	s.user, s.locale = r.User, r.Locale
	a.follow(work, s, reply)
}

// reply answers a message in a thread, where it belongs there and that is
// allowed, or else on its channel.
func (a *Adapter) reply(ctx context.Context, m incoming, r bot.Request, reply bot.Reply) (shownMessage, error) {
	if reply.Thread {
		thread, err := a.startThread(ctx, m.ChannelID, m.ID, r.Text)
		if err == nil {
			var s shownMessage
			if s, err = a.post(ctx, thread, "", m.ID, reply); err == nil {
				return s, nil
			}
		}
		a.log.Warn("discord: no answer in a thread; answering without", "cause", err)
	}
	return a.post(ctx, m.ChannelID, m.ID, m.ID, reply)
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
	var ch discordgo.Channel
	err := a.rest.do(ctx, call{name: "look at a channel", method: http.MethodGet, path: "/channels/" + m.ChannelID, again: true}, &ch)
	if err != nil {
		a.log.Debug("discord: cannot tell whether a channel is a thread", "cause", err)
		return ""
	}
	a.parents.Add(m.ChannelID, parent(&ch))
	return parent(&ch)
}

// post sends a reply to a channel, in answer to the message question if that is
// not "". Key is the same whenever the same is sent: Discord sends a nonce only
// once, which makes it safe to repeat the calls (resources/message.mdx,
// "enforce_nonce"). Of a reply that goes on, only the first message is sent,
// which is then what stands.
func (a *Adapter) post(ctx context.Context, channel, question, key string, reply bot.Reply) (shownMessage, error) {
	s := shownMessage{channel: channel, key: key}
	parts, rest := begin(compose(reply, components), reply)
	for i := 0; i < len(parts); i++ {
		out := outgoing{content: parts[i]}
		if i == 0 && question != "" {
			out.Reference = &discordgo.MessageReference{MessageID: question, ChannelID: channel, FailIfNotExists: new(bool)} // it may be deleted by now
		}
		id, err := a.send(ctx, channel, key, i, out)
		if refusal(err) == discordgo.ErrCodeCannotReplyWithoutPermissionToReadMessageHistory {
			out.Reference = nil
			id, err = a.send(ctx, channel, key, i, out)
		}
		if i == 0 && refusedBody(err) && len(out.Embeds) == 0 {
			a.log.Warn("discord: components were refused; sending embeds", "cause", err)
			s.layout = embeds
			parts, rest = begin(compose(reply, embeds), reply)
			i = -1
			continue
		}
		if err != nil {
			return s, fmt.Errorf("part %d of %d: %w", i+1, len(parts), err)
		}
		s.id = id
	}
	s.rest = rest
	return s, nil
}

// send sends the n-th message of what a key stands for and returns its id.
func (a *Adapter) send(ctx context.Context, channel, key string, n int, m outgoing) (id string, err error) {
	m.Nonce, m.EnforceNonce = fmt.Sprintf("%s.%d", key, n), true
	var sent created
	err = a.rest.do(ctx, call{
		name: "reply", method: http.MethodPost, path: "/channels/" + channel + "/messages", body: m, files: m.files, again: true,
	}, &sent)
	return sent.ID, err
}

// Room implements bot.Sender.
func (a *Adapter) Room() int { return tokenRoom }

// InPlace implements bot.Sender: what a button brings is for the presser alone.
func (a *Adapter) InPlace() bool { return false }

// Send implements bot.Sender: it writes to a person directly. What is sent does
// not go on: Updates are left unread.
func (a *Adapter) Send(ctx context.Context, to bot.Recipient, r bot.Reply) error {
	// Discord dislikes bots that write to many people at once.
	if err := a.letters.Wait(ctx); err != nil {
		return fmt.Errorf("discord: %w", err)
	}
	r.Updates = nil
	err := a.write(ctx, to.User, to.Key, sendable(r, ""))
	switch refusal(err) {
	case discordgo.ErrCodeCannotSendMessagesToThisUser, codeNoMutualServer, discordgo.ErrCodeUnknownUser:
		return fmt.Errorf("discord: %w: %w", bot.ErrUnwanted, err)
	}
	if err != nil {
		return fmt.Errorf("discord: %w", err)
	}
	return nil
}

// write sends a reply to a person's direct messages.
func (a *Adapter) write(ctx context.Context, user, key string, r bot.Reply) error {
	var direct discordgo.Channel
	err := a.rest.do(ctx, call{
		name:   "open direct messages",
		method: http.MethodPost,
		path:   "/users/@me/channels",
		body: struct {
			Recipient string `json:"recipient_id"`
		}{user},
		again: true, // there is one channel for each person
	}, &direct)
	if err == nil {
		_, err = a.post(ctx, direct.ID, "", key, r)
	}
	return err
}

// showTyping shows the typing indicator while ctx lasts. Discord's goes out
// after ten seconds (resources/channel.mdx, "Trigger Typing Indicator").
func (a *Adapter) showTyping(ctx context.Context, channel string) {
	err := adapter.While(ctx, a.times.typing, 8*time.Second, func() error {
		return a.rest.do(ctx, call{name: "type", method: http.MethodPost, path: "/channels/" + channel + "/typing"}, nil)
	})
	if err != nil {
		a.log.Debug("discord: cannot show typing", "cause", err)
	}
}
