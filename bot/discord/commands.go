package discord

import (
	"context"
	"net/http"
	"slices"

	"rapporteur/bot"
)

// command and option are what Discord shows of the command table
// (interactions/application-commands.mdx, "Application Command Object").
type command struct {
	Type          int               `json:"type"`
	Name          string            `json:"name"`
	Description   string            `json:"description,omitempty"` // of slash commands only
	Names         map[string]string `json:"name_localizations,omitempty"`
	Descriptions  map[string]string `json:"description_localizations,omitempty"`
	Options       []option          `json:"options,omitempty"`
	Permissions   *string           `json:"default_member_permissions,omitempty"`
	Installations []int             `json:"integration_types"`
	Contexts      []int             `json:"contexts"`
}

type option struct {
	Type         int               `json:"type"`
	Name         string            `json:"name"`
	Description  string            `json:"description"`
	Names        map[string]string `json:"name_localizations,omitempty"`
	Descriptions map[string]string `json:"description_localizations,omitempty"`
	Required     bool              `json:"required,omitempty"`
	Choices      []choice          `json:"choices,omitempty"`
	Channels     []int             `json:"channel_types,omitempty"`
	Autocomplete bool              `json:"autocomplete,omitempty"`
}

// choice is one of the values of an option, also among those suggested.
type choice struct {
	Name  string            `json:"name"`
	Names map[string]string `json:"name_localizations,omitempty"`
	Value string            `json:"value"`
}

// optionFile is a file to upload, among the types of options.
const optionFile = 11

// optionTypes are Discord's types of the kinds of arguments.
var optionTypes = map[bot.ArgKind]int{bot.ArgText: 3, bot.ArgFlag: 5, bot.ArgChannel: 7, bot.ArgRole: 8, bot.ArgFile: optionFile}

// writable are the types of channels in which people write: of text, voice,
// news, threads, stages and forums (resources/channel.mdx, "Channel Types").
var writable = []int{0, 2, 5, 10, 11, 12, 13, 15}

// Where commands can be installed and used: on servers and by people; on
// servers, in the bot's direct messages and in others'.
var (
	everywhere = []int{0, 1, 2}
	onServers  = []int{0}
	byAnyone   = []int{0, 1}
	byServers  = []int{0}
)

// locales are the languages of the interface that Discord knows by the same
// name (reference.mdx, "Locales"); English is what everybody else gets.
var locales = []string{"de", "uk"}

// register tells Discord the slash commands, replacing whatever it knew. The
// bot answers messages, and commands of old, even if that does not succeed.
func (a *Adapter) register(ctx context.Context) {
	self := a.self.Load()
	table := commands()
	err := a.rest.do(ctx, call{
		name:   "register commands",
		method: http.MethodPut,
		path:   "/applications/" + self.App + "/commands",
		body:   table,
		again:  true,
	}, nil)
	if err != nil {
		a.log.Error("discord: the slash commands could not be registered; answering goes on without", "cause", err)
		return
	}
	a.registered.Store(true)
	a.log.Info("discord: slash commands registered", "count", len(table))
}

// commands returns the command table as Discord wants it, with the texts of
// every interface language.
func commands() []command {
	nobody := "0" // no permission suffices: only a server's administrators see it, and the handler has the last word
	local := make(map[string][]bot.Command)
	for _, lang := range locales {
		local[lang] = bot.Commands(lang)
	}
	var table []command
	for i, c := range bot.Commands("en") {
		slash := command{
			Type:          typeChatInput,
			Name:          c.Name,
			Description:   c.Summary,
			Installations: byAnyone,
			Contexts:      everywhere,
		}
		if c.InSpace {
			slash.Installations, slash.Contexts = byServers, onServers
		}
		if c.Permission == bot.Admins {
			slash.Permissions = &nobody
		}
		menu := command{Type: typeMessageMenu, Name: c.Menu, Installations: slash.Installations, Contexts: slash.Contexts}
		for lang, commands := range local {
			localise(&slash.Names, lang, c.Name, commands[i].Label)
			localise(&slash.Descriptions, lang, c.Summary, commands[i].Summary)
			localise(&menu.Names, lang, c.Menu, commands[i].Menu)
		}
		for j, arg := range c.Args {
			o := argument(arg)
			for lang, commands := range local {
				there := commands[i].Args[j]
				localise(&o.Names, lang, arg.Name, there.Label)
				localise(&o.Descriptions, lang, arg.Summary, there.Summary)
				for k, ch := range there.Choices {
					localise(&o.Choices[k].Names, lang, o.Choices[k].Name, ch.Label)
				}
			}
			slash.Options = append(slash.Options, o)
		}
		// Discord wants the required options first.
		slices.SortStableFunc(slash.Options, func(a, b option) int { return place(a) - place(b) })
		table = append(table, slash)
		if menu.Name != "" {
			table = append(table, menu)
		}
	}
	return table
}

// argument is an argument as Discord wants it, with the texts it has.
func argument(arg bot.Arg) option {
	o := option{Type: optionTypes[arg.Kind], Name: arg.Name, Description: arg.Summary, Required: arg.Required, Autocomplete: arg.Suggest}
	if arg.Kind == bot.ArgChannel {
		o.Channels = writable
	}
	for _, ch := range arg.Choices {
		o.Choices = append(o.Choices, choice{Name: ch.Label, Value: ch.Value})
	}
	return o
}

func place(o option) int {
	if o.Required {
		return 0
	}
	return 1
}

// localise notes a text in another language where it differs from English.
func localise(m *map[string]string, lang, english, text string) {
	if text == "" || text == english {
		return
	}
	if *m == nil {
		*m = make(map[string]string)
	}
	(*m)[lang] = text
}
