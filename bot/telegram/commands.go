package telegram

import (
	"context"

	tg "github.com/go-telegram/bot"
	"github.com/go-telegram/bot/models"

	"rapporteur/bot"
	"rapporteur/bot/locale"
)

// menu is what a scope may use.
type menu struct {
	name  string
	scope models.BotCommandScope
	most  bot.Permission
	group bool
}

// publishCommands fills the command menus: what everybody may use in private, in
// groups that and what is for groups, for their administrators also what those
// may use, and for the operators of the bot all that they may in private. There
// is one in English and one in every interface language for those who have it
// set.
func (a *Adapter) publishCommands(ctx context.Context) {
	for _, m := range []menu{
		{"default", &models.BotCommandScopeDefault{}, bot.Everyone, false},
		{"private chats", &models.BotCommandScopeAllPrivateChats{}, bot.Everyone, false},
		{"groups", &models.BotCommandScopeAllGroupChats{}, bot.Everyone, true},
		{"administrators", &models.BotCommandScopeAllChatAdministrators{}, bot.Managers, true},
	} {
		if lang, err := a.publish(ctx, m); err != nil && ctx.Err() == nil {
			a.log.Warn("telegram: cannot set the command menu", "scope", m.name, "language", lang, "err", err)
		}
	}
	for _, user := range a.operators {
		a.publishOperator(ctx, user)
	}
}

// publishOperator fills the menu of an operator, once. Telegram takes it only from
// when they have written to the bot.
func (a *Adapter) publishOperator(ctx context.Context, user string) {
	if _, done := a.menus.LoadOrStore(user, true); done {
		return
	}
	_, err := a.publish(ctx, menu{"operator", &models.BotCommandScopeChat{ChatID: user}, bot.Admins, false})
	if err == nil {
		return
	}
	a.menus.Delete(user)
	if ctx.Err() == nil {
		a.log.Info("telegram: cannot set the command menu of an operator, who may not have started the bot yet", "err", err)
	}
}

// publish fills a menu in all languages, or returns the first that does not work:
// the others would fare no better.
func (a *Adapter) publish(ctx context.Context, m menu) (lang string, err error) {
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
		if err != nil {
			return lang, err
		}
	}
	return "", nil
}
