package discord

import (
	"context"
	"net/http"
	"slices"

	"github.com/bwmarrin/discordgo"

	"rapporteur/bot"
)

// optionTypes are Discord's types of the kinds of arguments.
var optionTypes = map[bot.ArgKind]discordgo.ApplicationCommandOptionType{
	bot.ArgText:    discordgo.ApplicationCommandOptionString,
	bot.ArgFlag:    discordgo.ApplicationCommandOptionBoolean,
	bot.ArgChannel: discordgo.ApplicationCommandOptionChannel,
	bot.ArgRole:    discordgo.ApplicationCommandOptionRole,
	bot.ArgFile:    discordgo.ApplicationCommandOptionAttachment,
}

// writable are the types of channels in which people write: of text, voice,
// news, threads, stages and forums (resources/channel.mdx, "Channel Types").
var writable = []discordgo.ChannelType{0, 2, 5, 10, 11, 12, 13, 15}

// Where commands can be installed and used: on servers and by people; on
// servers, in the bot's direct messages and in others'.
var (
	everywhere = []discordgo.InteractionContextType{0, 1, 2}
	onServers  = []discordgo.InteractionContextType{0}
	byAnyone   = []discordgo.ApplicationIntegrationType{0, 1}
	byServers  = []discordgo.ApplicationIntegrationType{0}
)

// locales are the languages of the interface that Discord knows by the same
// name (reference.mdx, "Locales"); English is what everybody else gets.
var locales = []discordgo.Locale{discordgo.German, discordgo.Ukrainian}

// register tells Discord the slash commands, replacing whatever it knew. The
// bot answers messages, and commands of old, even if that does not succeed.
func (a *Adapter) register(ctx context.Context) error {
	self := a.self.Load()
	table := commands(a.handler)
	err := a.rest.do(ctx, call{
		name: "register commands", method: http.MethodPut, path: "/applications/" + self.App + "/commands", body: table, again: true,
	}, nil)
	if err == nil {
		a.registered.Store(true)
		a.log.Info("discord: slash commands registered", "count", len(table))
	} else if ctx.Err() == nil { // or Run has ended, and says why
		a.log.Error("discord: the slash commands could not be registered; answering goes on without", "cause", err)
	}
	return err
}

// commands returns the command table as Discord wants it, with the texts of
// every interface language.
func commands(h bot.Handler) []*discordgo.ApplicationCommand {
	var nobody int64 // no permission suffices: only a server's administrators see it, and the handler has the last word
	local := make(map[discordgo.Locale][]bot.Command)
	for _, lang := range locales {
		local[lang] = bot.CommandsOf(h, string(lang))
	}
	var table []*discordgo.ApplicationCommand
	for i, c := range bot.CommandsOf(h, "en") {
		slash := &discordgo.ApplicationCommand{
			Type:             discordgo.ChatApplicationCommand,
			Name:             c.Name,
			Description:      c.Summary,
			IntegrationTypes: &byAnyone,
			Contexts:         &everywhere,
		}
		if c.InSpace || c.Permission == bot.Admins {
			// In direct messages Discord shows a command to all, whatever
			// permission it wants: operators type theirs as text there.
			slash.IntegrationTypes, slash.Contexts = &byServers, &onServers
		}
		if c.Permission == bot.Admins {
			slash.DefaultMemberPermissions = &nobody
		}
		names, descriptions, menus := translations{}, translations{}, translations{}
		for lang, commands := range local {
			names.add(lang, c.Name, commands[i].Label)
			descriptions.add(lang, c.Summary, commands[i].Summary)
			menus.add(lang, c.Menu, commands[i].Menu)
		}
		slash.NameLocalizations, slash.DescriptionLocalizations = (*map[discordgo.Locale]string)(&names), (*map[discordgo.Locale]string)(&descriptions)
		for j, arg := range c.Args {
			o := argument(arg)
			for lang, commands := range local {
				there := commands[i].Args[j]
				translations(o.NameLocalizations).add(lang, arg.Name, there.Label)
				translations(o.DescriptionLocalizations).add(lang, arg.Summary, there.Summary)
				for k, ch := range there.Choices {
					translations(o.Choices[k].NameLocalizations).add(lang, o.Choices[k].Name, ch.Label)
				}
			}
			slash.Options = append(slash.Options, o)
		}
		// Discord wants the required options first.
		slices.SortStableFunc(slash.Options, func(a, b *discordgo.ApplicationCommandOption) int { return place(a) - place(b) })
		table = append(table, slash)
		if c.Menu != "" {
			table = append(table, &discordgo.ApplicationCommand{
				Type: discordgo.MessageApplicationCommand, Name: c.Menu, NameLocalizations: (*map[discordgo.Locale]string)(&menus),
				IntegrationTypes: slash.IntegrationTypes, Contexts: slash.Contexts,
			})
		}
	}
	return table
}

// argument is an argument as Discord wants it, with the texts it has.
func argument(arg bot.Arg) *discordgo.ApplicationCommandOption {
	o := &discordgo.ApplicationCommandOption{
		Type: optionTypes[arg.Kind], Name: arg.Name, Description: arg.Summary, Required: arg.Required, Autocomplete: arg.Suggest,
		NameLocalizations: translations{}, DescriptionLocalizations: translations{},
	}
	if arg.Kind == bot.ArgChannel {
		o.ChannelTypes = writable
	}
	for _, ch := range arg.Choices {
		o.Choices = append(o.Choices, &discordgo.ApplicationCommandOptionChoice{Name: ch.Label, Value: ch.Value, NameLocalizations: translations{}})
	}
	return o
}

func place(o *discordgo.ApplicationCommandOption) int {
	if o.Required {
		return 0
	}
	return 1
}

// translations are a text in other languages than English.
type translations map[discordgo.Locale]string

// add notes a text where it differs from English.
func (t translations) add(lang discordgo.Locale, english, text string) {
	if text != "" && text != english {
		t[lang] = text
	}
}

// table is the command table in a language. It is made once.
func (a *Adapter) table(lang string) []bot.Command {
	table, ok := a.tables.Load(lang)
	if !ok {
		table, _ = a.tables.LoadOrStore(lang, bot.CommandsOf(a.handler, lang))
	}
	return table.([]bot.Command)
}
