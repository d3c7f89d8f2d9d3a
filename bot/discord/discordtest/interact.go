package discordtest

import (
	"encoding/json"
	"maps"
	"slices"
	"testing"
	"time"
)

// Types of interactions
// (interactions/receiving-and-responding.mdx, "Interaction Type").
const (
	interactionCommand      = 2
	interactionPress        = 3
	interactionAutocomplete = 4
)

// interaction is the use of a command or a button, or the start of it.
type interaction struct {
	id           string
	kind         int
	user         string
	channel      string
	made         time.Time
	acknowledged bool
	forgiven     bool // a second acknowledgement is the plan's doing
	original     *Message
	choices      []Choice
	followUps    int
	userInstall  bool // the app is installed by the person only

	acknowledgedAt, answeredAt time.Time
}

// Choice is a value suggested for what somebody is typing.
type Choice struct {
	Name  string `json:"name"`
	Value string `json:"value"`
}

// commandID is the id of whatever command is used.
const commandID = "1400000000000000009"

// interact begins an interaction, which change may alter. s.mu is held.
func (p *Person) interact(ch *channel, kind int, locale string, data any, change func(*interaction, map[string]any)) *interaction {
	s := p.s
	if locale == "" || locale == "en" {
		locale = "en-US"
	}
	in := &interaction{id: s.id(), kind: kind, user: p.id, channel: ch.id, made: time.Now()}
	token := "interaction-token-" + in.id
	s.interactions[token] = in
	user := map[string]any{"id": p.id, "username": "someone"}
	event := map[string]any{
		"id": in.id, "application_id": AppID, "type": kind, "token": token, "version": 1,
		"channel_id": ch.id, "channel": ch.object(), "locale": locale, "context": 1, "entitlements": []any{},
		"app_permissions": "0", "authorizing_integration_owners": map[string]any{"0": guildID},
		"data": data,
	}
	if ch.guild {
		event["guild_id"], event["guild_locale"], event["context"] = guildID, "en-US", 0
		event["member"] = map[string]any{"user": user, "roles": append([]string{}, p.Roles...), "permissions": p.Permissions}
	} else {
		event["user"] = user
	}
	if change != nil {
		change(in, event)
	}
	s.dispatch("INTERACTION_CREATE", event)
	return in
}

// slash uses a registered command.
func (p *Person) slash(t testing.TB, ch *channel, name, text string, options map[string]string, locale string) *channel {
	t.Helper()
	return p.slashWith(t, ch, name, text, options, locale, nil)
}

func (p *Person) slashWith(t testing.TB, ch *channel, name, text string, options map[string]string, locale string,
	change func(*interaction, map[string]any)) *channel {
	t.Helper()
	s := p.s
	s.mu.Lock()
	defer s.mu.Unlock()
	i := slices.IndexFunc(s.commands, func(c command) bool { return c.Name == name && c.Type == 1 })
	if i < 0 {
		t.Errorf("Discord offers no command /%s", name)
		return ch
	}
	c := s.commands[i]
	filled := []any{}
	given := 0
	for i, o := range c.Options {
		value, ok := options[o.Name]
		if i == 0 && text != "" {
			value, ok = text, true
		} else if ok {
			given++
		}
		var v any = value // of a file: its id
		if o.Type == optionFlag {
			v = value == "true"
		}
		if ok {
			filled = append(filled, map[string]any{"name": o.Name, "type": o.Type, "value": v})
		}
	}
	if given != len(options) || text != "" && len(c.Options) == 0 {
		t.Errorf("Discord's form of /%s has no place for %q and %v", name, text, options)
	}
	p.interact(ch, interactionCommand, locale, map[string]any{"id": commandID, "name": name, "type": 1, "options": filled}, change)
	return ch
}

// A yes or no and a file among the types of options.
const (
	optionFlag = 5
	optionFile = 11
)

// SlashFile uses a slash command on the server, with a file in the first option
// that takes one.
func (p *Person) SlashFile(t testing.TB, command string, options map[string]string, file File) []string {
	t.Helper()
	return p.listen(t, func() *channel {
		s := p.s
		s.mu.Lock()
		given := maps.Clone(options)
		if given == nil {
			given = make(map[string]string)
		}
		id, object := s.upload(p.channel, file)
		for _, c := range s.commands {
			i := slices.IndexFunc(c.Options, func(o commandOption) bool { return o.Type == optionFile })
			if c.Name == command && i >= 0 {
				given[c.Options[i].Name] = id
			}
		}
		s.mu.Unlock()
		if len(given) == len(options) {
			t.Errorf("Discord's form of /%s takes no file", command)
		}
		return p.slashWith(t, p.channel, command, "", given, "", func(_ *interaction, event map[string]any) {
			event["data"].(map[string]any)["resolved"] = map[string]any{"attachments": map[string]any{id: object}}
		})
	})
}

// SlashElsewhere uses a slash command on a server which the bot has not joined:
// the app is the person's.
func (p *Person) SlashElsewhere(t testing.TB, command, text string) []string {
	t.Helper()
	return p.listen(t, func() *channel {
		return p.slashWith(t, p.channel, command, text, nil, "", func(in *interaction, event map[string]any) {
			in.userInstall = true
			event["authorizing_integration_owners"] = map[string]any{"1": p.id}
		})
	})
}

// Press implements bottest.Presser: it presses the button with the label on the
// last message the bot has shown the person where the person was last.
func (p *Person) Press(t testing.TB, label, locale string) []string {
	t.Helper()
	on, token := p.Button(label)
	if token == "" {
		t.Errorf("there is no button %q", label)
		return nil
	}
	return p.PressToken(t, on, token, locale)
}

// Button finds the last button with the label among what the person can see
// where the person was last.
func (p *Person) Button(label string) (message, token string) {
	for _, m := range p.s.Messages() {
		if m.Channel != p.last.id || m.Author != BotID || m.Deleted || m.Flags&FlagEphemeral != 0 && m.For != p.id {
			continue
		}
		var all []part
		_ = json.Unmarshal(m.Components, &all) // checked when it was sent
		walk(all, func(b part) {
			if b.Type == partButton && b.CustomID != "" && b.Label == label {
				message, token = m.ID, b.CustomID
			}
		})
	}
	return message, token
}

// PressToken presses a button with any token on a message.
func (p *Person) PressToken(t testing.TB, message, token, locale string) []string {
	t.Helper()
	return p.listen(t, func() *channel {
		p.PressSlip(message, token, locale)
		return p.last
	})
}

// PressSlip presses a button and does not wait for what comes of it.
func (p *Person) PressSlip(message, token, locale string) {
	p.s.mu.Lock()
	defer p.s.mu.Unlock()
	m := p.s.message(message)
	p.interact(p.last, interactionPress, locale, map[string]any{"custom_id": token, "component_type": 2},
		func(_ *interaction, event map[string]any) { event["message"] = m.object() })
}

// Menu chooses a command in the menu of somebody's message, which is given as
// the API shows it.
func (p *Person) Menu(t testing.TB, name string, message map[string]any) []string {
	t.Helper()
	return p.listen(t, func() *channel {
		p.MenuSlip(t, name, message)
		return p.channel
	})
}

// MenuSlip chooses a command in the menu of a message and does not wait for an
// answer.
func (p *Person) MenuSlip(t testing.TB, name string, message map[string]any) {
	t.Helper()
	p.s.mu.Lock()
	defer p.s.mu.Unlock()
	if !slices.ContainsFunc(p.s.commands, func(c command) bool { return c.Type == 3 && c.Name == name }) {
		t.Errorf("Discord offers no %q in the menu of a message", name)
		return
	}
	id := p.s.id()
	message["id"], message["channel_id"], message["type"] = id, p.channel.id, 0
	message["author"] = map[string]any{"id": p.s.id(), "username": "somebody else"}
	p.interact(p.channel, interactionCommand, "", map[string]any{
		"id": commandID, "name": name, "type": 3, "target_id": id,
		"resolved": map[string]any{"messages": map[string]any{id: message}},
	}, nil)
}

// Odd begins an interaction with any data.
func (p *Person) Odd(t testing.TB, data any) []string {
	t.Helper()
	return p.listen(t, func() *channel {
		p.s.mu.Lock()
		defer p.s.mu.Unlock()
		p.interact(p.channel, interactionCommand, "", data, nil)
		return p.channel
	})
}

// Complete types into an option of a slash command and returns what the bot
// suggests.
func (p *Person) Complete(t testing.TB, name, option, typed string) []Choice {
	t.Helper()
	p.s.WaitReady(t)
	in := p.complete(t, name, option, typed)
	p.s.Settle(t)
	p.s.mu.Lock()
	defer p.s.mu.Unlock()
	if !in.acknowledged {
		t.Errorf("the bot suggests nothing, not even an empty list, for %q", typed)
	}
	return in.choices
}

// CompleteSlip types into an option and does not wait for suggestions.
func (p *Person) CompleteSlip(t testing.TB, name, option, typed string) {
	t.Helper()
	p.complete(t, name, option, typed)
}

func (p *Person) complete(t testing.TB, name, option, typed string) *interaction {
	t.Helper()
	p.s.mu.Lock()
	defer p.s.mu.Unlock()
	completed := func(o commandOption) bool { return o.Name == option && o.Autocomplete }
	if !slices.ContainsFunc(p.s.commands, func(c command) bool { return c.Name == name && slices.ContainsFunc(c.Options, completed) }) {
		t.Errorf("Discord does not complete the option %s of /%s", option, name)
	}
	return p.interact(p.channel, interactionAutocomplete, "", map[string]any{
		"id": commandID, "name": name, "type": 1,
		"options": []any{map[string]any{"name": option, "type": 3, "value": typed, "focused": true}},
	}, nil)
}

// Stand puts a message of the bot's with no buttons into the person's channel,
// for tokens to be pressed on, and returns its id.
func (p *Person) Stand(text string) (message string) {
	p.s.mu.Lock()
	defer p.s.mu.Unlock()
	return p.s.post(&Message{Channel: p.channel.id, Author: BotID, Content: text}).ID
}

// ID is the person's.
func (p *Person) ID() string { return p.id }

// Channel is the id of the person's channel on the server.
func (p *Person) Channel() string { return p.channel.id }

// Join lets the person talk where another one does.
func (p *Person) Join(other *Person) { p.channel = other.channel }

// Block makes Discord refuse what the bot writes to the person.
func (p *Person) Block() {
	p.s.mu.Lock()
	defer p.s.mu.Unlock()
	p.direct.blocked = true
}

// ForbidThreads takes the permission to start threads from the bot.
func (s *Server) ForbidThreads() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.noThreads = true
}

// Letters returns what the bot has written to the person directly.
func (p *Person) Letters() []string {
	return p.s.said(func(m *Message) bool { return m.Channel == p.direct.id && m.For == "" })
}

// Threads returns what the bot has said in threads of the person's channel.
func (p *Person) Threads() []string {
	return p.s.said(func(m *Message) bool {
		ch := p.s.channels[m.Channel]
		return ch != nil && ch.parent == p.channel.id
	})
}

// said returns those of the bot's messages that stand, as they are read.
func (s *Server) said(which func(*Message) bool) (list []string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, m := range s.messages {
		if m.Author == BotID && !m.Deleted && which(m) {
			list = append(list, m.Read())
		}
	}
	return list
}
