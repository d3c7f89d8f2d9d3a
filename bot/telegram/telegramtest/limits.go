package telegramtest

import (
	"slices"
	"time"
)

// Limits are how much a bot may send (core.telegram.org/bots/faq, “My bot is
// hitting limits”): about 30 messages a second in all, one a second to a chat,
// 20 a minute to a group. A zero Rate is none.
//
// What counts are the calls that put something before people in a chat:
// sendMessage, sendPhoto and sendDocument, and editMessageText and editMessageReplyMarkup by chat, because
// the server's flood control counts edits with messages. A call counts whether
// it is refused or not, since the server hears it all the same. Edits by
// inline_message_id count in all, their chat not being known to the bot.
// Answers to presses and queries do not count, nor does sendChatAction: they
// leave nothing behind, and the limits speak of messages.
type Limits struct {
	All, Chat, Group Rate
	// Slack is by how much messages may come closer together than they were
	// sent: the jitter of the way and of the machine's scheduler. A window is
	// shorter by it.
	Slack time.Duration
}

// WithLimits makes a server that takes it as a violation if more is sent in any
// window than the limits allow. It goes on serving; see WithRate for one that refuses.
func WithLimits(l Limits) Option { return func(s *Server) { s.limits = &l } }

// arrivals are when what counts arrived.
type arrivals struct {
	all    []time.Time
	byChat map[int64][]time.Time
}

var counted = []string{"sendMessage", "sendPhoto", "sendDocument", "editMessageText", "editMessageReplyMarkup"}

// arrive counts a call. The lock is held.
func (s *Server) arrive(c Call) {
	if s.limits == nil || !slices.Contains(counted, c.Method) {
		return
	}
	if s.arrivals.byChat == nil {
		s.arrivals.byChat = map[int64][]time.Time{}
	}
	s.arrivals.all = append(s.arrivals.all, c.Time)
	s.hold(c.Method, "in all", s.limits.All, s.arrivals.all)
	id, ok := integer(c.Params["chat_id"])
	if !ok {
		return
	}
	times := append(s.arrivals.byChat[id], c.Time)
	s.arrivals.byChat[id] = times
	s.hold(c.Method, "to one chat", s.limits.Chat, times)
	if chat := s.chats[id]; chat != nil && (chat.kind == "group" || chat.kind == "supergroup") {
		s.hold(c.Method, "to one group", s.limits.Group, times)
	}
}

// hold judges the window that ends now: as many as are allowed may lie in it.
func (s *Server) hold(method, where string, r Rate, times []time.Time) {
	if r.N == 0 || len(times) <= r.N {
		return
	}
	took := times[len(times)-1].Sub(times[len(times)-1-r.N])
	if took < r.In-s.limits.Slack {
		s.violate("%s: %d messages %s within %v, more than %d in %v (core.telegram.org/bots/faq)", method, r.N+1, where, took, r.N, r.In)
	}
}
