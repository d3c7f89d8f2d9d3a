package discord

import (
	"encoding/json"
	"slices"
	"strings"

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

// Types of interactions, commands, messages and channels.
const (
	typePress        = 3 // of a button, among interactions
	typeCommand      = 2 // an application command among interactions
	typeAutocomplete = 4
	typeChatInput    = 1 // a slash command among application commands
	typeMessageMenu  = 3 // a command in the menu of a message
	typeDefault      = 0 // an ordinary message
	typeReply        = 19
)

// threadTypes are the channels that are threads of others
// (resources/channel.mdx, "Channel Types").
var threadTypes = []int{10, 11, 12}

type member struct {
	User        *user    `json:"user"`
	Roles       []string `json:"roles"`
	Permissions string   `json:"permissions"` // a number, in interactions only
}

type channel struct {
	ID     string `json:"id"`
	Type   int    `json:"type"`
	Parent string `json:"parent_id"`
}

// parent is the channel of which this one is a thread, "" if it is none.
func (c *channel) parent() string {
	if c != nil && slices.Contains(threadTypes, c.Type) {
		return c.Parent
	}
	return ""
}

// incoming is a message somebody wrote.
type incoming struct {
	ID        string  `json:"id"`
	ChannelID string  `json:"channel_id"`
	GuildID   string  `json:"guild_id"`
	WebhookID string  `json:"webhook_id"`
	Type      int     `json:"type"`
	Content   string  `json:"content"`
	Author    user    `json:"author"`
	Member    *member `json:"member"` // of the author, on servers
	Mentions  []user  `json:"mentions"`

	Attachments []attachment `json:"attachments"`
	Referenced  *struct {
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
	said := m.Content != "" || len(m.Attachments) > 0
	if m.GuildID == "" {
		return said
	}
	if strings.Contains(m.Content, "<@"+self+">") || strings.Contains(m.Content, "<@!"+self+">") {
		return true
	}
	repliesToBot := m.Referenced != nil && m.Referenced.Author.ID == self
	mentioned := slices.ContainsFunc(m.Mentions, func(u user) bool { return u.ID == self })
	return said && (repliesToBot || mentioned)
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
	r := bot.Request{
		Platform:  platform,
		User:      m.Author.ID,
		Chat:      m.ChannelID,
		Space:     m.GuildID,
		Direct:    m.GuildID == "",
		Addressed: true,
		Self:      self.Name,
		Room:      tokenRoom,
		Text:      text,
	}
	if m.Member != nil {
		r.Roles = m.Member.Roles
	}
	return r
}

// attachment is a file on a message or in an option of a command
// (resources/message.mdx, "Attachment Object").
type attachment struct {
	Name string `json:"filename"`
	Type string `json:"content_type"`
	Size int64  `json:"size"`
	URL  string `json:"url"` // signed, thus secret
}

// outgoing is a message the bot sends or edits.
type outgoing struct {
	content
	AllowedMentions mentions   `json:"allowed_mentions"`
	Reference       *reference `json:"message_reference,omitempty"`
	Nonce           string     `json:"nonce,omitempty"`
	EnforceNonce    bool       `json:"enforce_nonce,omitempty"`
}

// flagEphemeral makes a message one for the asker's eyes only
// (resources/message.mdx, "Message Flags").
const flagEphemeral = 1 << 6

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
