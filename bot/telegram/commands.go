package telegram

import (
	"context"

	"rapporteur/bot"
)

// menuCommand and scope are as setMyCommands takes them. The library's scopes
// need its own way of sending.
type menuCommand struct {
	Command     string `json:"command"`
	Description string `json:"description"`
}

type scope struct {
	Type string `json:"type"`
	Chat string `json:"chat_id,omitempty"`
}

// publishCommands fills the command menus: what everybody may use in private, in
// groups that and what is for groups, for their administrators also what those
// may use, and for the operators of the bot all that they may in private. There
// is one in English and one in every interface language for those who have it
// set.
func (a *Adapter) publishCommands(ctx context.Context) {
	type menu struct {
		scope scope
		most  bot.Permission
		group bool
	}
	menus := []menu{
		{scope{Type: "default"}, bot.Everyone, false},
		{scope{Type: "all_private_chats"}, bot.Everyone, false},
		{scope{Type: "all_group_chats"}, bot.Everyone, true},
		{scope{Type: "all_chat_administrators"}, bot.Managers, true},
	}
	for _, user := range a.operators {
		menus = append(menus, menu{scope{Type: "chat", Chat: user}, bot.Admins, false})
	}
	for _, m := range menus {
		for _, lang := range append([]string{""}, bot.Languages()...) {
			commands := []menuCommand{}
			for _, c := range bot.Commands(lang) {
				if c.Permission <= m.most && (m.group || !c.InSpace) {
					commands = append(commands, menuCommand{c.Name, c.Summary})
				}
			}
			err := a.again(ctx, func() error {
				return a.api.call(ctx, "setMyCommands", struct {
					Commands []menuCommand `json:"commands"`
					Scope    scope         `json:"scope"`
					Language string        `json:"language_code,omitempty"`
				}{commands, m.scope, lang}, nil)
			})
			switch {
			case err == nil:
			case ctx.Err() != nil:
				return
			case m.scope.Chat != "": // an operator who has not written to the bot yet
				a.log.Info("telegram: cannot set the command menu of an operator, who may not have started the bot yet", "err", err)
			default:
				a.log.Warn("telegram: cannot set the command menu", "scope", m.scope.Type, "language", lang, "err", err)
			}
			if err != nil {
				break // the other languages would fare no better
			}
		}
	}
}
