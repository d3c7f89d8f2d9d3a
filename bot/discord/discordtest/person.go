package discordtest

import (
	"encoding/json"
	"strings"
	"testing"

	"rapporteur/bot/bottest"
)

// Person is somebody who talks with the bot, on a channel of a server that
// nobody else uses and in direct messages. Each method does one thing a person
// can do and returns what the bot said to it, as the person reads it.
type Person struct {
	// Permissions and Roles are what the person has on the server.
	Permissions string
	Roles       []string

	s       *Server
	id      string
	channel *channel // on the server
	direct  *channel
	last    *channel // where the person was last
}

var (
	_ bottest.Platform = (*Person)(nil)
	_ bottest.Presser  = (*Person)(nil)
)

type channel struct {
	id      string
	guild   bool
	parent  string // it is a thread of that channel
	blocked bool   // the person does not let the bot write here
}

// object is the channel as the API shows it.
func (c *channel) object() map[string]any {
	switch {
	case c.parent != "":
		return map[string]any{"id": c.id, "type": 11, "parent_id": c.parent, "guild_id": guildID}
	case c.guild:
		return map[string]any{"id": c.id, "type": 0, "parent_id": nil, "guild_id": guildID}
	}
	return map[string]any{"id": c.id, "type": 1}
}

// Message is a message on the fake Discord.
type Message struct {
	ID         string
	Channel    string
	Author     string
	Content    string // Markdown
	Embeds     json.RawMessage
	Components json.RawMessage
	Files      []File
	Reference  string // id of the message replied to
	Flags      int
	For        string // who used the command or button that it answers; "" for none
	Thinking   bool   // a deferred answer without content yet
	Deleted    bool
	Edits      int // how often it has been edited; the deferred answer's first is one

	nonce   string
	answers *interaction // that it follows up; nil for none
}

// Read returns the message as a person reads it.
func (m *Message) Read() string { return ReadMessage(m.Content, m.Embeds, m.Components) }

// object is the message as the API shows it.
func (m *Message) object() map[string]any {
	o := map[string]any{"id": m.ID, "channel_id": m.Channel, "content": m.Content, "flags": m.Flags, "type": 0,
		"author": map[string]any{"id": m.Author, "username": "someone", "bot": m.Author == BotID}}
	if len(m.Components) > 0 {
		o["components"] = m.Components
	}
	if len(m.Embeds) > 0 {
		o["embeds"] = m.Embeds
	}
	return o
}

// NewPerson lets somebody in.
func (s *Server) NewPerson() *Person {
	s.mu.Lock()
	defer s.mu.Unlock()
	p := &Person{Permissions: "0", s: s, id: s.id(), channel: &channel{id: s.id(), guild: true}, direct: &channel{id: s.id()}}
	p.last = p.channel
	s.channels[p.channel.id] = p.channel
	s.channels[p.direct.id] = p.direct
	s.people[p.id] = p
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

// Upload implements bottest.Uploader.
func (p *Person) Upload(t testing.TB, step bottest.Step, name string, data []byte) []string {
	t.Helper()
	return p.SlashFile(t, step.Command, step.Options, File{Name: name, Data: data})
}

// Settle implements bottest.Watcher.
func (p *Person) Settle(t testing.TB) (said []string) {
	t.Helper()
	p.s.Settle(t)
	for _, m := range p.s.Messages() {
		if m.Channel == p.last.id && m.Author == BotID && !m.Deleted && (m.Flags&FlagEphemeral == 0 || m.For == p.id) {
			said = []string{m.Read()}
			for _, f := range m.Files {
				said = append(said, f.Name)
			}
		}
	}
	return said
}

// listen does something and returns what the bot then says there.
func (p *Person) listen(t testing.TB, do func() *channel) []string {
	t.Helper()
	p.s.WaitReady(t)
	p.s.mu.Lock()
	before := len(p.s.messages)
	p.s.mu.Unlock()
	ch := do()
	p.last = ch
	p.s.Settle(t)
	var said []string
	for _, m := range p.s.Messages()[before:] {
		switch {
		case m.Channel != ch.id || m.Author != BotID || m.Deleted || m.Content == "Hello.":
		case m.Flags&FlagEphemeral != 0 && m.For != p.id:
		case m.Thinking:
			t.Errorf("the bot is thinking for ever")
		default:
			said = append(said, m.Read())
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

// DMFiles writes to the bot directly, with files; the text may be "".
func (p *Person) DMFiles(t testing.TB, text string, files ...File) []string {
	t.Helper()
	return p.listen(t, func() *channel { return p.write(p.direct, text, "", false, files...) })
}

// MentionFiles writes on the server with files and mentions the bot first.
func (p *Person) MentionFiles(t testing.TB, text string, files ...File) []string {
	t.Helper()
	return p.listen(t, func() *channel { return p.write(p.channel, "<@"+BotID+"> "+text, "", true, files...) })
}

// write posts a message as the person and tells the bot about it as far as its
// intents go.
func (p *Person) write(ch *channel, text, reference string, mentions bool, files ...File) *channel {
	s := p.s
	s.mu.Lock()
	defer s.mu.Unlock()
	m := s.post(&Message{Channel: ch.id, Author: p.id, Content: strings.TrimSpace(text), Reference: reference, Files: files})
	need := intentDirectMessages
	if ch.guild {
		need = intentGuildMessages
	}
	if s.intents&need == 0 {
		return ch
	}
	event := m.object()
	event["author"] = map[string]any{"id": p.id, "username": "someone"}
	attached := []any{}
	for _, f := range files {
		_, object := s.upload(ch, f)
		attached = append(attached, object)
	}
	event["attachments"] = attached
	event["mentions"] = []any{}
	if mentions {
		event["mentions"] = []any{map[string]any{"id": BotID, "username": BotName, "bot": true}}
	}
	if ch.guild {
		event["guild_id"] = guildID
		// events/gateway.mdx, "Message Content Intent": only what mentions the
		// bot comes with its content.
		if !mentions && s.intents&intentMessageContent == 0 {
			event["content"], event["attachments"] = "", []any{}
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
