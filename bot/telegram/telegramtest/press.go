package telegramtest

import (
	"fmt"
	"slices"
	"strconv"
	"time"
	"unicode/utf8"
)

// Press is the press of a button by a person, and what comes of it.
type Press struct {
	ID     string
	Update int64 // by which the bot learns of it

	s      *Server
	made   time.Time
	asked  bool // the bot has tried to answer
	answer *Answer
}

// Answer is what a bot says to the press of a button.
type Answer struct {
	Text  string // shown at the top of the chat, or
	Alert bool   // in a window of its own
	URL   string // opened; see Chat.Open
	Took  time.Duration
}

// Pressing is the press of a button in its particulars.
type Pressing struct {
	On           Message
	Label        string
	Data         string // pressed instead of what has the label, as old messages and forgers do
	Inaccessible bool   // the message cannot be shown to the bot any more
}

// pressLife is how long a press can be answered. Telegram publishes no number;
// bots have found that it takes less than 15 seconds for “query is too old”.
const pressLife = 15 * time.Second

// WithLife makes a server on which presses and inline queries are too old to be
// answered after the time.
func WithLife(d time.Duration) Option { return func(s *Server) { s.life = d } }

// tooOld reports whether nothing made at the time can be answered any more.
func (s *Server) tooOld(made, now time.Time, usual time.Duration) bool {
	if s.life != 0 {
		usual = s.life
	}
	return now.Sub(made) > usual
}

// Press presses the button with the label on the bot's last message that has
// one like it.
func (c *Chat) Press(label string) *Press {
	c.s.t.Helper()
	sent := c.Messages()
	for _, m := range slices.Backward(sent) {
		if _, ok := m.Button(label); ok {
			return c.PressOn(m, label)
		}
	}
	c.s.t.Fatalf("telegramtest: no message of the bot's has a button %q", label)
	return nil
}

// PressOn presses the button with the label on a message, as the message stands now.
func (c *Chat) PressOn(m Message, label string) *Press {
	c.s.t.Helper()
	return c.Do(Pressing{On: m, Label: label})
}

// Do presses a button as told.
func (c *Chat) Do(p Pressing) *Press {
	c.s.t.Helper()
	c.s.mu.Lock()
	defer c.s.mu.Unlock()
	m := c.find(p.On.ID)
	if m == nil {
		c.s.t.Fatalf("telegramtest: the bot has no message %d in the chat", p.On.ID)
	}
	if p.Data == "" {
		b, ok := m.Button(p.Label)
		if !ok || b.Data == "" {
			c.s.t.Fatalf("telegramtest: message %d has no button %q for the bot among %q", m.ID, p.Label, m.Labels())
		}
		p.Data = b.Data
	}
	c.s.lastQuery++
	press := &Press{ID: strconv.FormatInt(7_000_000_000_000+c.s.lastQuery, 10), s: c.s, made: time.Now()}
	c.s.presses[press.ID] = press
	query := map[string]any{
		"id": press.ID, "from": c.who.user(), "data": p.Data,
		"chat_instance": strconv.FormatInt(-c.id*31, 10),
	}
	switch {
	case m.Inline != "":
		query["inline_message_id"] = m.Inline
	case p.Inaccessible || m.Deleted:
		query["message"] = map[string]any{"chat": c.describe(), "message_id": m.ID, "date": 0}
	default:
		msg := c.show(m)
		if m.ReplyTo != 0 {
			msg["reply_to_message"] = c.seen(m.ReplyTo)
		}
		query["message"] = msg
	}
	press.Update = c.s.ask("callback_query", query)
	return press
}

// ask makes an update that wants an answer. A bot that has told the server not
// to get any would keep the person waiting. The lock is held.
func (s *Server) ask(kind string, content any) int64 {
	if !s.wants(kind) {
		s.violate("the bot does not ask for updates of the kind %s", kind)
	}
	return s.enqueue(kind, content)
}

// Answered returns what the bot has said to it so far.
func (p *Press) Answered() (a Answer, ok bool) {
	p.s.mu.Lock()
	defer p.s.mu.Unlock()
	if p.answer == nil {
		return Answer{}, false
	}
	return *p.answer, true
}

// Wait returns what the bot says to it.
func (p *Press) Wait() Answer {
	p.s.t.Helper()
	p.s.Wait("an answer to a press", func() bool { _, ok := p.Answered(); return ok })
	a, _ := p.Answered()
	return a
}

// queryTooOld is the Bot API server's answer to QUERY_ID_INVALID (Client.cpp,
// fail_query_with_error).
const queryTooOld = "query is too old and response timeout expired or query ID is invalid"

func (s *Server) answerCallbackQuery(c Call) (any, *refusal) {
	id, _ := c.Params["callback_query_id"].(string)
	p := s.presses[id]
	switch {
	case p == nil:
		return nil, bad(queryTooOld)
	case p.answer != nil:
		s.violate("answerCallbackQuery: press %s is answered already (Bot API server: an answered query is invalid)", id)
		return nil, bad(queryTooOld)
	}
	if s.tooOld(p.made, c.Time, pressLife) {
		return nil, bad(queryTooOld)
	}
	a := Answer{Took: c.Time.Sub(p.made)}
	a.Text, _ = c.Params["text"].(string)
	a.Alert, _ = c.Params["show_alert"].(bool)
	a.URL, _ = c.Params["url"].(string)
	if utf8.RuneCountInString(a.Text) > longestAnswer {
		return nil, bad("MESSAGE_TOO_LONG")
	}
	if a.URL != "" && !startLink.MatchString(a.URL) {
		return nil, bad("URL_INVALID")
	}
	p.answer = &a
	s.touch()
	return true, nil
}

// longestAnswer is in characters (Bot API, answerCallbackQuery, text).
const longestAnswer = 200

// tries notes that a call is an answer to somebody. It counts even if the call
// goes wrong: a bot need not try again what is soon too old. The lock is held.
func (s *Server) tries(c Call) {
	switch c.Method {
	case "answerCallbackQuery":
		if p := s.presses[fmt.Sprint(c.Params["callback_query_id"])]; p != nil {
			p.asked = true
		}
	case "answerInlineQuery":
		if q := s.queries[fmt.Sprint(c.Params["inline_query_id"])]; q != nil {
			q.asked = true
		}
	case "answerGuestQuery":
		if g := s.guests[fmt.Sprint(c.Params["guest_query_id"])]; g != nil {
			g.asked = true
		}
	}
}

// End judges what only the end of the test shows: who is still waiting for an
// answer. New sees to it that it is called; earlier, it is for tests of the kit.
// An update that the bot has never confirmed is one it had no time for.
func (s *Server) End() {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.ended {
		return
	}
	s.ended = true
	for _, p := range s.presses {
		if !p.asked && !s.queued(p.Update) {
			s.violate("the bot never answered press %s (Bot API, CallbackQuery: answer even if there is nothing to say, the client shows a progress bar until then)", p.ID)
		}
	}
	for _, q := range s.queries {
		if !q.asked && !q.superseded && !s.queued(q.Update) {
			s.violate("the bot never answered inline query %s %q", q.ID, q.text)
		}
	}
	for _, g := range s.guests {
		if !g.asked && !s.queued(g.Update) {
			s.violate("the bot never answered guest query %s", g.ID)
		}
	}
}
