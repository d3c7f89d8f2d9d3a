package discord

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"

	"rapporteur/bot"
)

// The parts of Discord's events that matter here
// (events/gateway-events.mdx, resources/message.mdx,
// interactions/receiving-and-responding.mdx). What is absent stays zero.

type user struct {
	ID       string `json:"id"`
	Username string `json:"username"`
	Bot      bool   `json:"bot"`
}

type ready struct {
	User        user `json:"user"`
	Application struct {
		ID string `json:"id"`
	} `json:"application"`
}

// Types of interactions, commands and messages.
const (
	typeCommand   = 2 // an application command among interactions
	typeChatInput = 1 // a slash command among application commands
	typeDefault   = 0 // an ordinary message
	typeReply     = 19
)

// contextBotDM is where an interaction took place: in the direct messages
// between a person and the bot.
const contextBotDM = 1

type interaction struct {
	ID        string       `json:"id"`
	App       string       `json:"application_id"`
	Type      int          `json:"type"`
	Token     string       `json:"token"`
	Data      *commandData `json:"data"`
	GuildID   string       `json:"guild_id"`
	ChannelID string       `json:"channel_id"`
	Context   *int         `json:"context"`
	Locale    string       `json:"locale"`
	User      *user        `json:"user"` // outside of servers
	Member    *struct {    // in servers
		User *user `json:"user"`
	} `json:"member"`

	received time.Time
}

type commandData struct {
	Name    string `json:"name"`
	Type    int    `json:"type"`
	Options []struct {
		Name  string `json:"name"`
		Value any    `json:"value"`
	} `json:"options"`
}

// request is what the person asked. The first argument of a command is its
// text, the others are its options.
func (in *interaction) request(self identity) bot.Request {
	r := bot.Request{
		Platform:  "discord",
		Chat:      in.ChannelID,
		Direct:    in.GuildID == "",
		Addressed: true,
		Self:      self.Name,
		Locale:    in.Locale,
		Command:   in.Data.Name,
	}
	if in.Context != nil {
		r.Direct = *in.Context == contextBotDM
	}
	switch {
	case in.Member != nil && in.Member.User != nil:
		r.User = in.Member.User.ID
	case in.User != nil:
		r.User = in.User.ID
	}
	first := firstArg(in.Data.Name)
	for _, o := range in.Data.Options {
		value := fmt.Sprint(o.Value)
		if o.Name == first {
			r.Text = value
			continue
		}
		if r.Options == nil {
			r.Options = make(map[string]string)
		}
		r.Options[o.Name] = value
	}
	return r
}

// firstArg returns the name of a command's first argument, or "".
func firstArg(command string) string {
	for _, c := range bot.Commands("") {
		if c.Name == command && len(c.Args) > 0 {
			return c.Args[0].Name
		}
	}
	return ""
}

// incoming is a message somebody wrote.
type incoming struct {
	ID         string `json:"id"`
	ChannelID  string `json:"channel_id"`
	GuildID    string `json:"guild_id"`
	WebhookID  string `json:"webhook_id"`
	Type       int    `json:"type"`
	Content    string `json:"content"`
	Author     user   `json:"author"`
	Mentions   []user `json:"mentions"`
	Referenced *struct {
		Author user `json:"author"`
	} `json:"referenced_message"`
}

// concerns says whether the message is for the bot: a person wrote it in a
// direct conversation, or mentioned the bot, or replied to it. A reply without
// a mention comes without its content unless the bot holds the message content
// intent, and there is nothing to answer then.
func (m *incoming) concerns(self string) bool {
	if m.Author.Bot || m.WebhookID != "" || m.Author.ID == self {
		return false
	}
	if m.Type != typeDefault && m.Type != typeReply {
		return false
	}
	if m.GuildID == "" {
		return m.Content != ""
	}
	if strings.Contains(m.Content, "<@"+self+">") || strings.Contains(m.Content, "<@!"+self+">") {
		return true
	}
	repliesToBot := m.Referenced != nil && m.Referenced.Author.ID == self
	mentioned := slices.ContainsFunc(m.Mentions, func(u user) bool { return u.ID == self })
	return m.Content != "" && (repliesToBot || mentioned)
}

// request is what the person asked, without the mention in front of it.
func (m *incoming) request(self identity) bot.Request {
	text := m.Content
	for _, mention := range []string{"<@" + self.ID + ">", "<@!" + self.ID + ">"} {
		if rest, ok := strings.CutPrefix(strings.TrimSpace(text), mention); ok {
			text = strings.TrimSpace(rest)
			break
		}
	}
	return bot.Request{
		Platform:  "discord",
		User:      m.Author.ID,
		Chat:      m.ChannelID,
		Direct:    m.GuildID == "",
		Addressed: true,
		Self:      self.Name,
		Text:      text,
	}
}

// outgoing is a message the bot sends or edits.
type outgoing struct {
	Content         string     `json:"content"`
	AllowedMentions mentions   `json:"allowed_mentions"`
	Flags           int        `json:"flags"`
	Reference       *reference `json:"message_reference,omitempty"`
	Nonce           string     `json:"nonce,omitempty"`
	EnforceNonce    bool       `json:"enforce_nonce,omitempty"`
}

// Message flags (resources/message.mdx, "Message Flags").
const (
	flagSuppressEmbeds = 1 << 2 // links do not unfold into previews
	flagEphemeral      = 1 << 6 // for the asker's eyes only
)

// mentions as sent never notifies anybody, whatever a quote says.
type mentions struct{}

// MarshalJSON returns the object that allows no mention at all; leaving it out
// would allow every one.
func (mentions) MarshalJSON() ([]byte, error) { return []byte(`{"parse":[]}`), nil }

// reference makes a message a reply.
type reference struct {
	MessageID string `json:"message_id"`
	ChannelID string `json:"channel_id"`
	Strict    bool   `json:"fail_if_not_exists"` // false: the question may be deleted by now
}

var _ json.Marshaler = mentions{}
