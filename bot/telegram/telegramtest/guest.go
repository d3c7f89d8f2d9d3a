package telegramtest

import "strconv"

// Guest is a message that calls the bot into a chat it is not in, and the
// message it may leave there (Bot API, Message, guest_query_id).
type Guest struct {
	ID      string
	Message int64 // the message that calls it
	Update  int64 // by which the bot learns of it

	s     *Server
	chat  *Chat
	asked bool // the bot has tried to answer
	left  *Message
}

// Summon types a message that calls the bot into a chat which it is not in.
func (c *Chat) Summon(m Typed) *Guest {
	c.s.mu.Lock()
	defer c.s.mu.Unlock()
	c.s.lastQuery++
	g := &Guest{ID: strconv.FormatInt(9_000_000_000_000+c.s.lastQuery, 10), s: c.s, chat: c}
	c.s.guests[g.ID] = g
	_, msg := c.compose(m)
	msg["guest_query_id"] = g.ID
	g.Message, _ = msg["message_id"].(int64)
	g.Update = c.s.ask("guest_message", msg)
	return g
}

// Answered returns the message the bot has left, as it stands now.
func (g *Guest) Answered() (m Message, ok bool) {
	g.s.mu.Lock()
	defer g.s.mu.Unlock()
	if g.left == nil {
		return Message{}, false
	}
	return *g.left, true
}

// Wait returns the message the bot leaves.
func (g *Guest) Wait() Message {
	g.s.t.Helper()
	g.s.Wait("an answer to a guest message", func() bool { _, ok := g.Answered(); return ok })
	m, _ := g.Answered()
	return m
}

func (s *Server) answerGuestQuery(c Call) (any, *refusal) {
	id, _ := c.Params["guest_query_id"].(string)
	g := s.guests[id]
	switch {
	case g == nil:
		return nil, bad(queryTooOld)
	case g.left != nil:
		s.violate("answerGuestQuery: guest query %s is answered already (Bot API, answerGuestQuery: a message in response)", id)
		return nil, bad(queryTooOld)
	}
	r, no := result(c.Params["result"])
	if no != nil {
		return nil, no
	}
	r.Message.ReplyTo = g.Message
	g.left = g.chat.postVia(r.Message, true)
	s.touch()
	return map[string]any{"inline_message_id": g.left.Inline}, nil
}
