package telegramtest

import "slices"

// Scope tells whose menu a list of commands is (Bot API, BotCommandScope). The
// zero Scope is everybody's.
type Scope struct {
	Type string // default, all_private_chats, all_group_chats, all_chat_administrators, chat, chat_administrators, chat_member
	Chat int64  // of the last three
	User int64  // of chat_member
}

// Command is a row of a menu.
type Command struct {
	Name        string
	Description string
}

type menu struct {
	scope    Scope
	language string
}

// Commands returns the menu of a scope in a language, "" being that of whoever
// has none of their own; nil if it is not set.
func (s *Server) Commands(scope Scope, language string) []Command {
	if scope.Type == "" {
		scope.Type = "default"
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.commands[menu{scope, language}])
}

func (s *Server) setMyCommands(c Call) (any, *refusal) {
	at, no := s.menu(c)
	if no != nil {
		return nil, no
	}
	var list []Command
	rows, _ := c.Params["commands"].([]any)
	for _, row := range rows {
		fields, _ := row.(map[string]any)
		var command Command
		command.Name, _ = fields["command"].(string)
		command.Description, _ = fields["description"].(string)
		list = append(list, command)
	}
	s.commands[at] = list
	s.touch()
	return true, nil
}

func (s *Server) deleteMyCommands(c Call) (any, *refusal) {
	at, no := s.menu(c)
	if no != nil {
		return nil, no
	}
	delete(s.commands, at)
	s.touch()
	return true, nil
}

// menu reads the scope and language of a call.
func (s *Server) menu(c Call) (menu, *refusal) {
	at := menu{scope: Scope{Type: "default"}}
	at.language, _ = c.Params["language_code"].(string)
	fields, ok := c.Params["scope"].(map[string]any)
	if !ok {
		return at, nil
	}
	at.scope.Type, _ = fields["type"].(string)
	at.scope.Chat, ok = integer(fields["chat_id"])
	at.scope.User, _ = integer(fields["user_id"])
	if !ok {
		return at, nil
	}
	// Bot API server, Client.cpp, check_bot_command_scope: the chat is looked up
	// like any other, but nothing is written to it.
	chat := s.chats[at.scope.Chat]
	if chat == nil || chat.world.unopened || chat.world.stranger {
		return at, bad("chat not found")
	}
	if chat.kind == "private" {
		return at, nil
	}
	return at, chat.closed()
}
