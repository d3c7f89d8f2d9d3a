package telegram

import (
	"context"

	tg "github.com/go-telegram/bot"
	"github.com/go-telegram/bot/models"

	"rapporteur/bot"
	"rapporteur/bot/locale"
)

// menu is a menu of commands: for whom it is, and what is on it.
type menu struct {
	name  string
	scope models.BotCommandScope
	most  bot.Permission
	group bool
}

const operator = "operator"

func operatorMenu(user string) menu {
	return menu{operator, &models.BotCommandScopeChat{ChatID: user}, bot.Admins, false}
}

// publishCommands fills the command menus: what everybody may use in private, in
// groups that and what is for groups, for their administrators also what those
// may use, and for the operators of the bot all that they may in private. There
// is one in English and one in every interface language for those who have it
// set.
func (a *Adapter) publishCommands(ctx context.Context) {
	menus := []menu{
		{"default", &models.BotCommandScopeDefault{}, bot.Everyone, false},
		{"private chats", &models.BotCommandScopeAllPrivateChats{}, bot.Everyone, false},
		{"groups", &models.BotCommandScopeAllGroupChats{}, bot.Everyone, true},
		{"administrators", &models.BotCommandScopeAllChatAdministrators{}, bot.Managers, true},
	}
	for _, user := range a.operators {
		menus = append(menus, operatorMenu(user))
	}
	a.publishMenus(ctx, menus)
}

// publishMenus sets menus in every language.
func (a *Adapter) publishMenus(ctx context.Context, menus []menu) {
	for _, m := range menus {
		for _, lang := range append([]string{""}, locale.Languages()...) {
			commands := []models.BotCommand{}
			for _, c := range bot.CommandsOf(a.handler, lang) {
				if c.Permission <= m.most && (m.group || !c.InSpace) {
					commands = append(commands, models.BotCommand{Command: c.Name, Description: c.Summary})
				}
			}
			err := a.again(ctx, func() error {
				_, err := a.api.SetMyCommands(ctx, &tg.SetMyCommandsParams{Commands: commands, Scope: m.scope, LanguageCode: lang})
				return err
			})
			switch {
			case err == nil:
			case ctx.Err() != nil:
				return
			case m.name == operator: // an operator who has not written to the bot yet
				a.log.Info("telegram: cannot set the command menu of an operator, who may not have started the bot yet", "err", err)
			default:
				a.log.Warn("telegram: cannot set the command menu", "scope", m.name, "language", lang, "err", err)
			}
			if err != nil {
				break // the other languages would fare no better
			}
		}
	}
}
