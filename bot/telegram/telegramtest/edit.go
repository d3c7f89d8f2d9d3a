package telegramtest

import (
	"reflect"
	"slices"
)

// editMessageText gives one of the bot's messages a new text, and the buttons
// that come with it: without any, the message loses those it had.
func (s *Server) editMessageText(c Call) (any, *refusal) {
	m, no := s.toEdit(c)
	if no != nil {
		return nil, no
	}
	if m.File != nil {
		// TDLib, MessagesManager.cpp, edit_message_text.
		return nil, bad("there is no text in the message to edit")
	}
	next, no := written(c.Params)
	if no != nil {
		return nil, no
	}
	return s.edited(m, next)
}

// editMessageReplyMarkup gives one of the bot's messages other buttons, or none.
func (s *Server) editMessageReplyMarkup(c Call) (any, *refusal) {
	m, no := s.toEdit(c)
	if no != nil {
		return nil, no
	}
	next := *m
	if no := next.setButtons(c.Params["reply_markup"]); no != nil {
		return nil, no
	}
	return s.edited(m, next)
}

// toEdit finds the message a call is to change. The words are those of the Bot
// API server, Client.cpp, check_message, and TDLib, MessagesManager,
// can_edit_message.
func (s *Server) toEdit(c Call) (*Message, *refusal) {
	if id, ok := c.Params["inline_message_id"].(string); ok {
		m := s.inline[id]
		if m == nil {
			return nil, bad("MESSAGE_ID_INVALID")
		}
		return m, nil
	}
	id, ok := integer(c.Params["message_id"])
	if _, chat := c.Params["chat_id"]; !ok || !chat {
		return nil, bad("message identifier is not specified")
	}
	chat, no := s.reach(c)
	if no != nil {
		return nil, no
	}
	i := slices.IndexFunc(chat.world.sent, func(m *Message) bool { return m.ID == id && !m.Deleted })
	if i >= 0 {
		return chat.world.sent[i], nil
	}
	if _, theirs := chat.world.said[id]; theirs || slices.ContainsFunc(chat.world.via, func(m *Message) bool { return m.ID == id }) {
		return nil, bad("message can't be edited")
	}
	return nil, bad("message to edit not found")
}

// edited puts the new version of a message in the place of the old one, which
// the server only does if they differ (Bot API server, Client.cpp,
// fail_query_with_error, MESSAGE_NOT_MODIFIED).
func (s *Server) edited(m *Message, next Message) (any, *refusal) {
	if m.Text == next.Text && slices.Equal(m.Entities, next.Entities) && m.Preview == next.Preview && reflect.DeepEqual(m.markup, next.markup) {
		return nil, bad("message is not modified: specified new message content and reply markup are exactly the same " +
			"as a current content and reply markup of the message")
	}
	m.Text, m.HTML, m.Entities, m.Preview = next.Text, next.HTML, next.Entities, next.Preview
	m.Buttons, m.markup = next.Buttons, next.markup
	m.Edits++
	s.touch()
	if m.Inline != "" {
		return true, nil
	}
	return m.chat.show(m), nil
}

// deleteMessage deletes one of the bot's messages.
func (s *Server) deleteMessage(c Call) (any, *refusal) {
	chat, no := s.reach(c)
	if no != nil {
		return nil, no
	}
	id, _ := integer(c.Params["message_id"])
	i := slices.IndexFunc(chat.world.sent, func(m *Message) bool { return m.ID == id && !m.Deleted })
	if i < 0 {
		// Bot API server, Client.cpp, process_delete_message_query.
		return nil, bad("message to delete not found")
	}
	chat.world.sent[i].Deleted = true
	s.touch()
	return true, nil
}
