package discord

import (
	"regexp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/bwmarrin/discordgo"

	"rapporteur/bot"
)

// The parts of Discord's events that matter here
// (events/gateway-events.mdx, resources/message.mdx,
// interactions/receiving-and-responding.mdx). What is absent stays zero.

// Discordgo's types are used for the parts, but not for the whole: one component
// that it does not know, and it reads nothing.

// parent is the channel of which a channel is a thread, "" if it is none.
func parent(c *discordgo.Channel) string {
	if c != nil && c.IsThread() {
		return c.ParentID
	}
	return ""
}

// incoming is a message somebody wrote.
type incoming struct {
	ID          string                         `json:"id"`
	ChannelID   string                         `json:"channel_id"`
	GuildID     string                         `json:"guild_id"`
	WebhookID   string                         `json:"webhook_id"`
	Type        discordgo.MessageType          `json:"type"`
	Content     string                         `json:"content"`
	Author      discordgo.User                 `json:"author"`
	Member      *discordgo.Member              `json:"member"` // of the author, on servers
	Mentions    []discordgo.User               `json:"mentions"`
	Attachments []*discordgo.MessageAttachment `json:"attachments"`
	Referenced  *struct {
		Author discordgo.User `json:"author"`
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
	if m.Type != discordgo.MessageTypeDefault && m.Type != discordgo.MessageTypeReply {
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
	mentioned := slices.ContainsFunc(m.Mentions, func(u discordgo.User) bool { return u.ID == self })
	return said && (repliesToBot || mentioned)
}

// mention is how a message names a person, a role, a channel, a command or an
// emoji of a server (reference.mdx, "Message Formatting"). It is an address, not
// a word of the question.
var mention = regexp.MustCompile(`[ \t]*<(?:@[!&]?\d+|#\d+|a?:\w+:\d+|/[^:<>\n]+:\d+)>`)

// withoutMentions returns what a person typed without mentions, wherever they
// stand. Only the value of an option of a typed command may be one, as in
// "/settings allow:<#12>".
func withoutMentions(text string) string {
	var b strings.Builder
	end := 0
	for _, at := range mention.FindAllStringIndex(text, -1) {
		b.WriteString(text[end:at[0]])
		end = at[1]
		before := strings.TrimSpace(b.String())
		next, _ := utf8.DecodeRuneInString(text[end:])
		switch {
		case text[at[0]] == '<' && strings.HasPrefix(before, "/") && strings.HasSuffix(before, ":"):
			b.WriteString(text[at[0]:at[1]])
		case unicode.IsLetter(next) || unicode.IsDigit(next):
			b.WriteByte(' ') // it stood between two words
		}
	}
	return strings.TrimSpace(b.String() + text[end:])
}

// request is what the person asked, without mentions.
func (m *incoming) request(self identity) bot.Request {
	r := bot.Request{
		Platform:  platform,
		User:      m.Author.ID,
		Chat:      m.ChannelID,
		Space:     m.GuildID,
		Direct:    m.GuildID == "",
		Addressed: true,
		Self:      self.Name,
		Room:      tokenRoom,
		Text:      withoutMentions(m.Content),
	}
	if m.Member != nil {
		r.Roles = m.Member.Roles
	}
	return r
}

// outgoing is a message the bot sends or edits. Discordgo's own types lack the
// nonce, and in edits the flags.
type outgoing struct {
	content
	AllowedMentions silence                     `json:"allowed_mentions"`
	Reference       *discordgo.MessageReference `json:"message_reference,omitempty"`
	Nonce           string                      `json:"nonce,omitempty"`
	EnforceNonce    bool                        `json:"enforce_nonce,omitempty"`
}

// silence as sent never notifies anybody, whatever a quote says.
type silence struct{}

// MarshalJSON returns the object that allows no mention at all; leaving it out
// would allow every one.
func (silence) MarshalJSON() ([]byte, error) { return []byte(`{"parse":[]}`), nil }
