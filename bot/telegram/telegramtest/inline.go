package telegramtest

import (
	"slices"
	"strconv"
	"time"
)

// Query is what a person types after the bot's name, in any chat, and what the
// bot offers for it.
type Query struct {
	ID     string
	Update int64 // by which the bot learns of it

	s          *Server
	chat       *Chat
	text       string
	made       time.Time
	asked      bool // the bot has tried to answer
	superseded bool // the person has typed on
	offer      *Offer
}

// Offer is a bot's answer to an inline query.
type Offer struct {
	Results    []Result
	Personal   bool   // not for others who type the same
	CacheTime  int64  // seconds
	NextOffset string // asks for more; "" if there is no more
	Button     string // the text of a button above the results; "" without
	Start      string // the parameter it opens the bot with
	Took       time.Duration
}

// Result is one of those offered: an article, with the message it becomes.
type Result struct {
	ID          string
	Title       string
	Description string
	URL         string
	Message     Message
}

// queryLife is how long an inline query can be answered. Telegram publishes no
// number; the bots' developers name 10 s (eternnoir/pyTelegramBotAPI #270). A bot
// that is not there does not even get it after 30 s (Bot API server, Client.cpp,
// add_new_inline_query).
const queryLife = 10 * time.Second

// longestQuery is in characters (Bot API, InlineQuery, query).
const longestQuery = 256

// Inline types a query for the bot into the chat, which the bot need not be in.
func (c *Chat) Inline(query string) *Query { return c.inline(query, "") }

// More asks for what follows an offer, as apps do when a person scrolls.
func (q *Query) More() *Query { return q.chat.inline(q.text, q.Wait().NextOffset) }

func (c *Chat) inline(text, offset string) *Query {
	c.s.mu.Lock()
	defer c.s.mu.Unlock()
	if runes := []rune(text); len(runes) > longestQuery {
		text = string(runes[:longestQuery])
	}
	for _, q := range c.s.queries {
		if q.chat.who == c.who {
			q.superseded = true
		}
	}
	c.s.lastQuery++
	q := &Query{ID: strconv.FormatInt(8_000_000_000_000+c.s.lastQuery, 10), s: c.s, chat: c, text: text, made: time.Now()}
	c.s.queries[q.ID] = q
	kind := c.kind
	if kind == "private" && !c.world.stranger {
		kind = "sender" // the private chat with the bot (Bot API, InlineQuery, chat_type)
	}
	q.Update = c.s.ask("inline_query", map[string]any{
		"id": q.ID, "from": c.who.user(), "query": text, "offset": offset, "chat_type": kind,
	})
	return q
}

// Answered returns what the bot has offered so far.
func (q *Query) Answered() (o Offer, ok bool) {
	q.s.mu.Lock()
	defer q.s.mu.Unlock()
	if q.offer == nil {
		return Offer{}, false
	}
	return *q.offer, true
}

// Wait returns what the bot offers.
func (q *Query) Wait() Offer {
	q.s.t.Helper()
	q.s.Wait("an answer to the inline query "+strconv.Quote(q.text), func() bool { _, ok := q.Answered(); return ok })
	o, _ := q.Answered()
	return o
}

// Choose posts a result in the chat the query was typed into, and returns the
// message it becomes. If the bot is in that chat, it sees it as any other.
func (q *Query) Choose(id string) Message {
	q.s.t.Helper()
	offer := q.Wait()
	i := slices.IndexFunc(offer.Results, func(r Result) bool { return r.ID == id })
	if i < 0 {
		q.s.t.Fatalf("telegramtest: there is no result %q", id)
	}
	q.s.mu.Lock()
	defer q.s.mu.Unlock()
	m := q.chat.postVia(offer.Results[i].Message, len(offer.Results[i].Message.Buttons) > 0)
	if !q.chat.world.stranger {
		q.s.enqueue("message", q.chat.show(m))
	}
	return *m
}

// postVia posts a message with the bot's help. The lock is held.
func (c *Chat) postVia(m Message, editable bool) *Message {
	c.world.lastID++
	m.ID, m.Chat, m.chat, m.sender, m.Time = c.world.lastID, c.id, c, c.who, time.Now()
	if editable {
		c.s.lastQuery++
		m.Inline = "AgAAA" + strconv.FormatInt(c.s.lastQuery, 36)
		c.s.inline[m.Inline] = &m
	}
	c.world.via = append(c.world.via, &m)
	c.s.touch()
	return &m
}

func (s *Server) answerInlineQuery(c Call) (any, *refusal) {
	id, _ := c.Params["inline_query_id"].(string)
	q := s.queries[id]
	switch {
	case q == nil:
		return nil, bad(queryTooOld)
	case q.offer != nil:
		s.violate("answerInlineQuery: query %s is answered already", id)
		return nil, bad(queryTooOld)
	}
	if s.tooOld(q.made, c.Time, queryLife) {
		return nil, bad(queryTooOld)
	}
	o := Offer{Took: c.Time.Sub(q.made), CacheTime: 300} // Bot API, answerInlineQuery, cache_time
	if n, ok := integer(c.Params["cache_time"]); ok {
		o.CacheTime = n
	}
	o.Personal, _ = c.Params["is_personal"].(bool)
	o.NextOffset, _ = c.Params["next_offset"].(string)
	if button, ok := c.Params["button"].(map[string]any); ok {
		o.Button, _ = button["text"].(string)
		o.Start, _ = button["start_parameter"].(string)
	}
	list, _ := c.Params["results"].([]any)
	for _, item := range list {
		r, no := result(item)
		if no != nil {
			return nil, no
		}
		o.Results = append(o.Results, r)
	}
	for _, r := range inlineRules {
		if r.breach(c.Params) != "" {
			return nil, bad("%s", r.refusal)
		}
	}
	q.offer = &o
	s.touch()
	return true, nil
}

// result reads an InlineQueryResult.
func result(v any) (Result, *refusal) {
	fields, _ := v.(map[string]any)
	for _, rule := range resultRules {
		if rule.breach(fields) != "" {
			return Result{}, bad("%s", rule.refusal)
		}
	}
	m, no := written(content(fields))
	if no != nil {
		return Result{}, no
	}
	r := Result{Message: m}
	r.ID, _ = fields["id"].(string)
	r.Title, _ = fields["title"].(string)
	r.Description, _ = fields["description"].(string)
	r.URL, _ = fields["url"].(string)
	return r, nil
}

// content is what an inline result becomes, as the parameters of sendMessage.
func content(result map[string]any) map[string]any {
	message, _ := result["input_message_content"].(map[string]any)
	params := map[string]any{"text": message["message_text"], "reply_markup": result["reply_markup"]}
	for _, name := range []string{"parse_mode", "link_preview_options"} {
		if v, ok := message[name]; ok {
			params[name] = v
		}
	}
	return params
}
