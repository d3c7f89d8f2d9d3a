package telegramtest

import (
	"fmt"
	"math"
	"net/http"
	"strings"
	"time"
)

func (s *Server) getMe(Call) (any, *refusal) {
	return map[string]any{
		"id": ID, "is_bot": true, "first_name": "Rapporteur", "username": Name,
		"can_join_groups": true, "can_read_all_group_messages": false,
		"supports_inline_queries": true, "supports_guest_queries": true,
	}, nil
}

// sendMessage delivers a message to a chat. What is refused for the bot's own
// fault has been reported by check, or is here.
func (s *Server) sendMessage(c Call) (any, *refusal) {
	return s.post(c, func() (Message, *refusal) { return written(c.Params) })
}

// post delivers a message, the content of which is asked for when the chat takes
// one.
func (s *Server) post(c Call, content func() (Message, *refusal)) (any, *refusal) {
	chat, no := s.reach(c)
	if no != nil {
		return nil, no
	}
	if wait := s.tooFast(chat, c.Time); wait > 0 {
		return nil, &refusal{
			code:       http.StatusTooManyRequests,
			text:       fmt.Sprintf("Too Many Requests: retry after %d", wait),
			retryAfter: wait,
		}
	}
	m, no := content()
	if no != nil {
		return nil, no
	}
	m.Time, m.Chat, m.chat = c.Time, chat.id, chat
	m.Thread, _ = integer(c.Params["message_thread_id"])
	if reply, ok := c.Params["reply_parameters"].(map[string]any); ok {
		to, _ := integer(reply["message_id"])
		anyway, _ := reply["allow_sending_without_reply"].(bool)
		if to < 1 || to > chat.world.lastID {
			if !anyway {
				return nil, bad("message to be replied not found")
			}
			to = 0
		}
		m.ReplyTo = to
	}
	chat.world.lastID++
	m.ID = chat.world.lastID
	chat.world.sent = append(chat.world.sent, &m)
	s.touch()
	msg := chat.show(&m)
	if m.ReplyTo != 0 {
		msg["reply_to_message"] = chat.seen(m.ReplyTo)
	}
	return msg, nil
}

// written reads a message's content from the parameters of a call, or from
// what an inline result carries.
func written(params map[string]any) (m Message, no *refusal) {
	text, entities, err := parse(params)
	switch {
	case err != nil:
		return m, bad("%v", err)
	case strings.TrimSpace(text) == "":
		return m, bad("message text is empty")
	case units(text) > 4096:
		return m, bad("message is too long")
	}
	m.Text, m.Entities = text, entities
	if mode, _ := params["parse_mode"].(string); mode != "" {
		m.HTML, _ = params["text"].(string)
	}
	if preview, ok := params["link_preview_options"].(map[string]any); ok {
		m.Preview.Disabled, _ = preview["is_disabled"].(bool)
		m.Preview.URL, _ = preview["url"].(string)
	}
	return m, m.setButtons(params["reply_markup"])
}

func (s *Server) sendChatAction(c Call) (any, *refusal) {
	chat, no := s.reach(c)
	if no != nil {
		return nil, no
	}
	chat.world.typing++
	s.touch()
	return true, nil
}

// reach finds the chat a call is for. The lock is held.
func (s *Server) reach(c Call) (*Chat, *refusal) {
	id, _ := integer(c.Params["chat_id"])
	chat, ok := s.chats[id]
	switch {
	case !ok && s.people[id] != nil || ok && chat.world.unopened:
		return nil, forbidden("bot can't initiate conversation with a user")
	case !ok:
		s.violate("%s: chat_id %v is of no chat that ever wrote", c.Method, c.Params["chat_id"])
		return nil, bad("chat not found")
	case chat.world.stranger:
		s.violate("%s: the bot is not in chat %d", c.Method, id)
	}
	if no := chat.closed(); no != nil {
		return nil, no
	}
	if thread, ok := integer(c.Params["message_thread_id"]); ok && !chat.world.threads[thread] {
		if thread == 1 {
			s.violate("%s: the General topic must not be named", c.Method)
		}
		return nil, bad("message thread not found")
	}
	return chat, nil
}

// closed tells why the bot can do nothing in the chat (Bot API server,
// Client.cpp, check_chat_access; blocking, fail_query_with_error).
func (c *Chat) closed() *refusal {
	switch {
	case c.world.movedTo != 0:
		no := bad("group chat was upgraded to a supergroup chat")
		no.migratedTo = c.world.movedTo
		return no
	case c.world.bot == statusKicked && c.kind == "private":
		return forbidden("bot was blocked by the user")
	case c.world.bot == statusKicked:
		return forbidden("bot was kicked from the %s chat", c.kind)
	case c.world.bot == statusLeft:
		return forbidden("bot is not a member of the %s chat", c.kind)
	}
	return nil
}

func forbidden(format string, args ...any) *refusal {
	return &refusal{code: http.StatusForbidden, text: "Forbidden: " + fmt.Sprintf(format, args...)}
}

// tooFast returns the seconds the bot has to wait before it may write to the
// chat, 0 if it may. The lock is held.
func (s *Server) tooFast(chat *Chat, now time.Time) int {
	if s.rate.N == 0 {
		return 0
	}
	sent := chat.world.attempts
	if len(sent) >= s.rate.N {
		if wait := s.rate.In - now.Sub(sent[len(sent)-s.rate.N]); wait > 0 {
			return int(math.Ceil(wait.Seconds()))
		}
	}
	chat.world.attempts = append(sent, now)
	return 0
}
