package telegramtest

import (
	"fmt"
	"math"
	"net/http"
	"strings"
	"time"
)

// sendMessage delivers a message to a chat. What is refused for the bot's own
// fault has been reported by check, or is here.
func (s *Server) sendMessage(c Call) (any, *refusal) {
	s.mu.Lock()
	defer s.mu.Unlock()
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
	text, entities, err := parse(c.Params)
	switch {
	case err != nil:
		return nil, bad("%v", err)
	case strings.TrimSpace(text) == "":
		return nil, bad("message text is empty")
	case units(text) > 4096:
		return nil, bad("message is too long")
	}
	m := Message{Text: text, Entities: entities, Time: c.Time}
	if mode, _ := c.Params["parse_mode"].(string); mode != "" {
		m.HTML, _ = c.Params["text"].(string)
	}
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
	chat.world.sent = append(chat.world.sent, m)
	s.touch()
	return map[string]any{"message_id": m.ID, "date": c.Time.Unix(), "chat": chat.describe(), "text": text}, nil
}

func (s *Server) sendChatAction(c Call) (any, *refusal) {
	s.mu.Lock()
	defer s.mu.Unlock()
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
	if !ok {
		s.violate("%s: chat_id %v is of no chat that ever wrote", c.Method, c.Params["chat_id"])
		return nil, bad("chat not found")
	}
	if chat.world.blocked {
		return nil, &refusal{code: http.StatusForbidden, text: "Forbidden: bot was blocked by the user"}
	}
	if thread, ok := integer(c.Params["message_thread_id"]); ok && !chat.world.threads[thread] {
		if thread == 1 {
			s.violate("%s: the General topic must not be named", c.Method)
		}
		return nil, bad("message thread not found")
	}
	return chat, nil
}

// tooFast returns the seconds the bot has to wait before it may write to the
// chat, 0 if it may. The lock is held.
func (s *Server) tooFast(chat *Chat, now time.Time) int {
	if s.rate.n == 0 {
		return 0
	}
	sent := chat.world.attempts
	if len(sent) >= s.rate.n {
		if wait := s.rate.in - now.Sub(sent[len(sent)-s.rate.n]); wait > 0 {
			return int(math.Ceil(wait.Seconds()))
		}
	}
	chat.world.attempts = append(sent, now)
	return 0
}
