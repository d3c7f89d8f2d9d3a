package discordtest

import (
	"strings"
	"testing"
	"time"

	"rapporteur/bot/bottest"
)

// Person is somebody who talks with the bot, on a channel of a server that
// nobody else uses and in direct messages. Each method does one thing a person
// can do and returns what the bot said to it, as the person reads it.
type Person struct {
	s       *Server
	id      string
	channel *channel // on the server
	direct  *channel
}

var _ bottest.Platform = (*Person)(nil)

type channel struct {
	id    string
	guild bool
}

// Message is a message on the fake Discord.
type Message struct {
	ID        string
	Channel   string
	Author    string
	Content   string // Markdown
	Reference string // id of the message replied to
	Flags     int
	Thinking  bool // a deferred answer without content yet
	Deleted   bool

	nonce string
}

// object is the message as the API shows it.
func (m *Message) object() map[string]any {
	return map[string]any{"id": m.ID, "channel_id": m.Channel, "content": m.Content, "flags": m.Flags, "type": 0,
		"author": map[string]any{"id": m.Author, "username": "someone", "bot": m.Author == BotID}}
}

// interaction is the use of a slash command.
type interaction struct {
	id           string
	channel      string
	made         time.Time
	acknowledged bool
	forgiven     bool // a second acknowledgement is the plan's doing
	original     *Message
	followUps    int
	userInstall  bool // the app is installed by the person only
}

// NewPerson lets somebody in.
func (s *Server) NewPerson() *Person {
	s.mu.Lock()
	defer s.mu.Unlock()
	p := &Person{s: s, id: s.id(), channel: &channel{id: s.id(), guild: true}, direct: &channel{id: s.id()}}
	s.channels[p.channel.id] = p.channel
	s.channels[p.direct.id] = p.direct
	return p
}

// Slash uses a slash command on the server.
func (p *Person) Slash(t testing.TB, command, text string, options map[string]string, locale string) []string {
	t.Helper()
	return p.listen(t, func() *channel { return p.slash(t, p.channel, command, text, options, locale) })
}

// SlashDM uses a slash command in the bot's direct messages.
func (p *Person) SlashDM(t testing.TB, command, text string, options map[string]string, locale string) []string {
	t.Helper()
	return p.listen(t, func() *channel { return p.slash(t, p.direct, command, text, options, locale) })
}

// DM writes to the bot directly.
func (p *Person) DM(t testing.TB, text string) []string {
	t.Helper()
	return p.listen(t, func() *channel { return p.write(p.direct, text, "", false) })
}

// Slip writes to the bot directly and does not wait for an answer.
func (p *Person) Slip(text string) { p.write(p.direct, text, "", false) }

// SlashSlip uses a slash command and does not wait for an answer.
func (p *Person) SlashSlip(t testing.TB, command string) {
	t.Helper()
	p.s.WaitReady(t)
	p.slash(t, p.channel, command, "", nil, "")
}

// Group writes on the server without mentioning the bot.
func (p *Person) Group(t testing.TB, text string) []string {
	t.Helper()
	return p.listen(t, func() *channel { return p.write(p.channel, text, "", false) })
}

// Mention writes on the server and mentions the bot first.
func (p *Person) Mention(t testing.TB, text string) []string {
	t.Helper()
	return p.listen(t, func() *channel { return p.write(p.channel, "<@"+BotID+"> "+text, "", true) })
}

// ReplyTo replies to the bot's last message on the server, the author being
// mentioned as Discord does unless told otherwise. If the bot has not said
// anything yet, it is made to have.
func (p *Person) ReplyTo(t testing.TB, text string) []string {
	t.Helper()
	return p.listen(t, func() *channel {
		p.s.mu.Lock()
		var last *Message
		for _, m := range p.s.messages {
			if m.Channel == p.channel.id && m.Author == BotID && !m.Deleted {
				last = m
			}
		}
		if last == nil {
			last = p.s.post(&Message{Channel: p.channel.id, Author: BotID, Content: "Hello."})
		}
		p.s.mu.Unlock()
		return p.write(p.channel, text, last.ID, true)
	})
}

// Say implements bottest.Platform. Discord tells the bot the language of a
// person's client with slash commands only; of what is said in plain words the
// words must tell.
func (p *Person) Say(t testing.TB, step bottest.Step) []string {
	t.Helper()
	switch {
	case step.Command != "" && step.Where == bottest.Direct:
		return p.SlashDM(t, step.Command, step.Text, step.Options, step.Locale)
	case step.Command != "":
		return p.Slash(t, step.Command, step.Text, step.Options, step.Locale)
	case step.Where == bottest.Direct:
		return p.DM(t, step.Text)
	case step.Where == bottest.Mention:
		return p.Mention(t, step.Text)
	case step.Where == bottest.ReplyTo:
		return p.ReplyTo(t, step.Text)
	}
	return p.Group(t, step.Text)
}

// listen does something and returns what the bot then says there.
func (p *Person) listen(t testing.TB, do func() *channel) []string {
	t.Helper()
	p.s.WaitReady(t)
	p.s.mu.Lock()
	before := len(p.s.messages)
	p.s.mu.Unlock()
	ch := do()
	p.s.Settle(t)
	var said []string
	for _, m := range p.s.Messages()[before:] {
		switch {
		case m.Channel != ch.id || m.Author != BotID || m.Deleted || m.Content == "Hello.":
		case m.Thinking:
			t.Errorf("the bot is thinking for ever")
		default:
			said = append(said, Read(m.Content))
		}
	}
	return said
}

// Messages returns copies of all messages, deleted ones included.
func (s *Server) Messages() []Message {
	s.mu.Lock()
	defer s.mu.Unlock()
	list := make([]Message, len(s.messages))
	for i, m := range s.messages {
		list[i] = *m
	}
	return list
}

// write posts a message as the person and tells the bot about it as far as its
// intents go.
func (p *Person) write(ch *channel, text, reference string, mentions bool) *channel {
	s := p.s
	s.mu.Lock()
	defer s.mu.Unlock()
	m := s.post(&Message{Channel: ch.id, Author: p.id, Content: strings.TrimSpace(text), Reference: reference})
	need := intentDirectMessages
	if ch.guild {
		need = intentGuildMessages
	}
	if s.intents&need == 0 {
		return ch
	}
	event := m.object()
	event["author"] = map[string]any{"id": p.id, "username": "someone"}
	event["mentions"] = []any{}
	if mentions {
		event["mentions"] = []any{map[string]any{"id": BotID, "username": BotName, "bot": true}}
	}
	if ch.guild {
		event["guild_id"] = guildID
		// events/gateway.mdx, "Message Content Intent": only what mentions the
		// bot comes with its content.
		if !mentions && s.intents&intentMessageContent == 0 {
			event["content"] = ""
		}
	}
	if reference != "" {
		event["type"] = 19
		event["message_reference"] = map[string]any{"message_id": reference, "channel_id": ch.id}
		event["referenced_message"] = s.message(reference).object()
	}
	s.dispatch("MESSAGE_CREATE", event)
	return ch
}

// slash uses a registered command.
func (p *Person) slash(t testing.TB, ch *channel, name, text string, options map[string]string, locale string) *channel {
	t.Helper()
	s := p.s
	s.mu.Lock()
	defer s.mu.Unlock()
	var c *command
	for i := range s.commands {
		if s.commands[i].Name == name {
			c = &s.commands[i]
		}
	}
	if c == nil {
		t.Errorf("Discord offers no command /%s", name)
		return ch
	}
	filled := []any{}
	given := 0
	for i, o := range c.Options {
		value, ok := options[o.Name]
		if i == 0 && text != "" {
			value, ok = text, true
		} else if ok {
			given++
		}
		if ok {
			filled = append(filled, map[string]any{"name": o.Name, "type": o.Type, "value": value})
		}
	}
	if given != len(options) || text != "" && len(c.Options) == 0 {
		t.Errorf("Discord's form of /%s has no place for %q and %v", name, text, options)
	}
	if locale == "" || locale == "en" {
		locale = "en-US"
	}
	in := &interaction{id: s.id(), channel: ch.id, made: time.Now()}
	token := "interaction-token-" + in.id
	s.interactions[token] = in
	user := map[string]any{"id": p.id, "username": "someone"}
	event := map[string]any{
		"id": in.id, "application_id": AppID, "type": 2, "token": token, "version": 1,
		"channel_id": ch.id, "locale": locale, "context": 1, "entitlements": []any{},
		"app_permissions": "0", "authorizing_integration_owners": map[string]any{"0": guildID},
		"data": map[string]any{"id": "1400000000000000009", "name": name, "type": 1, "options": filled},
	}
	if ch.guild {
		event["guild_id"], event["guild_locale"], event["context"] = guildID, "en-US", 0
		event["member"] = map[string]any{"user": user, "roles": []any{}, "permissions": "0"}
	} else {
		event["user"] = user
	}
	s.dispatch("INTERACTION_CREATE", event)
	return ch
}
