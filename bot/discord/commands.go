package discord

import (
	"cmp"
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
	Description   string            `json:"description"`
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
}

// locales are the languages of the interface that Discord knows by the same
// name (reference.mdx, "Locales").
var locales = []string{"de", "uk"}

// typeString is a text among option types.
const typeString = 3

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
	table := []command{}
	for i, c := range bot.Commands("en") {
		out := command{
			Type:          typeChatInput,
			Name:          c.Name,
			Description:   c.Summary,
			Installations: []int{0, 1},    // servers and people
			Contexts:      []int{0, 1, 2}, // in servers, in the bot's direct messages, in others'
		}
		if c.Permission == bot.Admins {
			out.Permissions = &nobody
		}
		for _, arg := range c.Args {
			out.Options = append(out.Options, option{Type: typeString, Name: arg.Name, Description: arg.Summary, Required: arg.Required})
		}
		for _, lang := range bot.Languages() {
			if !slices.Contains(locales, lang) {
				continue // English is "en-US" and "en-GB" there, and the default here
			}
			local := bot.Commands(lang)
			if i >= len(local) || len(local[i].Args) != len(c.Args) {
				continue
			}
			localise(&out.Names, lang, c.Name, local[i].Name)
			localise(&out.Descriptions, lang, c.Summary, local[i].Summary)
			for j, arg := range c.Args {
				localise(&out.Options[j].Names, lang, arg.Name, local[i].Args[j].Name)
				localise(&out.Options[j].Descriptions, lang, arg.Summary, local[i].Args[j].Summary)
			}
		}
		// Discord wants the required options first.
		slices.SortStableFunc(out.Options, func(a, b option) int {
			return cmp.Compare(rank(a), rank(b))
		})
		table = append(table, out)
	}
	return table
}

func rank(o option) int {
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
