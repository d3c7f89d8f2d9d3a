package discord

import (
	"cmp"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/bwmarrin/discordgo"

	"rapporteur/bot"
)

// tokenRoom is the longest custom_id of a button (components/reference.mdx,
// "Custom ID").
const tokenRoom = 100

// interaction is the use of a command or a button.
type interaction struct {
	ID        string                            `json:"id"`
	App       string                            `json:"application_id"`
	Type      discordgo.InteractionType         `json:"type"`
	Token     string                            `json:"token"`
	Data      *interactionData                  `json:"data"`
	GuildID   string                            `json:"guild_id"`
	ChannelID string                            `json:"channel_id"`
	Channel   *discordgo.Channel                `json:"channel"`
	Context   *discordgo.InteractionContextType `json:"context"`
	Locale    string                            `json:"locale"`
	User      *discordgo.User                   `json:"user"`   // outside of servers
	Member    *discordgo.Member                 `json:"member"` // in servers
	Message   *struct {
		ID string `json:"id"`
	} `json:"message"` // the button's

	// Owners says by whose wish the app is here: a server's, or the person's.
	Owners map[discordgo.ApplicationIntegrationType]json.RawMessage `json:"authorizing_integration_owners"`

	received time.Time
	table    []bot.Command // in English
}

type interactionData struct {
	Name     string                                               `json:"name"`
	Type     discordgo.ApplicationCommandType                     `json:"type"`
	CustomID string                                               `json:"custom_id"`
	Target   string                                               `json:"target_id"`
	Options  []*discordgo.ApplicationCommandInteractionDataOption `json:"options"`
	Resolved struct {
		Messages    map[string]readable                     `json:"messages"`
		Attachments map[string]*discordgo.MessageAttachment `json:"attachments"`
	} `json:"resolved"`
}

// readable is what can be read of somebody's message.
type readable struct {
	Content string `json:"content"`
	Embeds  []struct {
		Title       string `json:"title"`
		Description string `json:"description"`
	} `json:"embeds"`
	Components json.RawMessage `json:"components"`
	Snapshots  []struct {
		Message *readable `json:"message"`
	} `json:"message_snapshots"` // of a forwarded message
}

// text is all that can be read of the message.
func (m *readable) text() string {
	parts := []string{m.Content}
	for _, e := range m.Embeds {
		parts = append(parts, e.Title, e.Description)
	}
	var tree any
	if json.Unmarshal(m.Components, &tree) == nil {
		parts = append(parts, displayed(tree)...)
	}
	for _, s := range m.Snapshots {
		if s.Message != nil {
			parts = append(parts, s.Message.text())
		}
	}
	return strings.TrimSpace(strings.Join(slices.DeleteFunc(parts, func(s string) bool { return s == "" }), "\n"))
}

// displayed returns the texts of components, of whatever types there may be.
func displayed(tree any) (texts []string) {
	switch tree := tree.(type) {
	case []any:
		for _, part := range tree {
			texts = append(texts, displayed(part)...)
		}
	case map[string]any:
		if s, ok := tree["content"].(string); ok {
			texts = append(texts, s)
		}
		texts = append(texts, displayed(tree["components"])...)
	}
	return texts
}

// webhook is the path below which answers go.
func (in *interaction) webhook() string { return "/webhooks/" + in.App + "/" + in.Token }

// inBotDM reports whether the bot and the person are among themselves.
func (in *interaction) inBotDM() bool {
	if in.Context != nil {
		return *in.Context == discordgo.InteractionContextBotDM
	}
	return in.GuildID == ""
}

// joined reports whether the bot itself is where the interaction took place,
// rather than brought along by a person.
func (in *interaction) joined() bool {
	_, onServer := in.Owners[discordgo.ApplicationIntegrationGuildInstall]
	return onServer || in.inBotDM() || len(in.Owners) == 0
}

// private reports whether the answer is for the asker alone. What a button
// brings is: others have not asked for it.
func (in *interaction) private(r bot.Request) bool {
	return !in.inBotDM() && (r.Private || r.Action != "")
}

// request is what the person asked. The first argument of a command is its
// text, the others are its options.
func (in *interaction) request(self identity) bot.Request {
	in.App = cmp.Or(in.App, self.App)
	r := bot.Request{
		Platform:  platform,
		Chat:      in.ChannelID,
		Direct:    in.inBotDM(),
		Addressed: true,
		Self:      self.Name,
		Locale:    in.Locale,
		Space:     in.GuildID,
		Parent:    parent(in.Channel),
		Room:      tokenRoom,
	}
	if in.Message != nil {
		r.Message = in.Message.ID
	}
	switch {
	case in.Member != nil && in.Member.User != nil:
		r.User = in.Member.User.ID
		r.Roles = in.Member.Roles
		r.Manager = in.Member.Permissions&(discordgo.PermissionAdministrator|discordgo.PermissionManageGuild) != 0
	case in.User != nil:
		r.User = in.User.ID
	}
	if in.Type == discordgo.InteractionMessageComponent {
		// A button without a token is forged as well: the handler says so.
		r.Action = cmp.Or(in.Data.CustomID, "-")
		return r
	}
	c := in.command()
	r.Command, r.Private, r.Labels = cmp.Or(c.Name, in.Data.Name), c.Private, true
	if in.Data.Type == discordgo.MessageApplicationCommand {
		m := in.Data.Resolved.Messages[in.Data.Target]
		r.Text = m.text()
		return r
	}
	for _, o := range in.Data.Options {
		if o.Type == discordgo.ApplicationCommandOptionAttachment {
			continue // see files
		}
		value := fmt.Sprint(o.Value)
		switch o.Name {
		case c.Typed():
			r.Text = withoutMentions(value)
		case bot.ArgPrivate:
			r.Private = r.Private || value == "true"
		default:
			if r.Options == nil {
				r.Options = make(map[string]string)
			}
			r.Options[o.Name] = value
		}
	}
	return r
}

// asked returns the question with the filters given as options, written as they
// would be typed: without them, others do not see what was asked.
func (in *interaction) asked(question string) string {
	if question == "" || in.Type != discordgo.InteractionApplicationCommand {
		return question
	}
	c := in.command()
	for _, o := range in.Data.Options {
		value, isText := o.Value.(string)
		if !isText || o.Type != discordgo.ApplicationCommandOptionString || o.Name == c.Typed() || strings.Contains(question, " "+o.Name+":") {
			continue
		}
		if strings.Contains(value, " ") {
			value = `"` + value + `"`
		}
		question += " " + o.Name + ":" + value
	}
	return question
}

// files are those given as options of a command, in their order.
func (in *interaction) files() (list []*discordgo.MessageAttachment) {
	for _, o := range in.Data.Options {
		id, _ := o.Value.(string)
		if f, ok := in.Data.Resolved.Attachments[id]; ok && f != nil && o.Type == discordgo.ApplicationCommandOptionAttachment {
			list = append(list, f)
		}
	}
	return list
}

// focused returns the option somebody is typing, and how far they are.
func (in *interaction) focused() (name, typed string) {
	for _, o := range in.Data.Options {
		if o.Focused {
			return o.Name, fmt.Sprint(o.Value)
		}
	}
	return "", ""
}

// command finds the command in the table, by its name in the menu of a message if
// it was chosen there.
func (in *interaction) command() bot.Command {
	d := in.Data
	for _, c := range in.table {
		if d.Type == discordgo.MessageApplicationCommand && c.Menu != "" && c.Menu == d.Name || d.Type != discordgo.MessageApplicationCommand && c.Name == d.Name {
			return c
		}
	}
	return bot.Command{}
}
