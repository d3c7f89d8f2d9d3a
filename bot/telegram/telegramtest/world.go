package telegramtest

import (
	"maps"
	"regexp"
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"
)

// Chat is a conversation with the bot in it. A topic of a group is a Chat of
// its own, with the same ID.
type Chat struct {
	s      *Server
	id     int64
	kind   string // as in Bot API, Chat, type
	thread int64  // 0 outside of topics
	world  *room
}

// room is what a chat and its topics share.
type room struct {
	blocked  bool
	threads  map[int64]bool // that can be written to
	sent     []Message
	typing   int
	lastID   int64
	attempts []time.Time // of the bot's messages, for the rate
}

// Message is a message the bot sent.
type Message struct {
	ID       int64
	Thread   int64 // the topic it is in, or 0
	ReplyTo  int64 // the message it replies to, or 0
	Text     string
	HTML     string // as the bot sent it; "" for plain text
	Entities []Entity
	Time     time.Time
}

// Reader returns the message as a reader sees it, the target of a link after
// its text in round brackets.
func (m Message) Reader() string {
	after := map[int]string{}
	for _, e := range m.Entities {
		if e.Type == "text_link" {
			after[e.Offset+e.Length] += " (" + e.URL + ")"
		}
	}
	var out strings.Builder
	at := 0
	for _, r := range m.Text {
		out.WriteString(after[at])
		out.WriteRune(r)
		at += units(string(r))
	}
	out.WriteString(after[at])
	return strings.TrimSpace(out.String())
}

// Typed is something a person types or does. The zero values are the usual case.
type Typed struct {
	Text     string
	Locale   string         // language_code of the client; "" leaves it out
	ReplyTo  int64          // the bot's message it replies to
	Caption  bool           // the text stands under a picture
	Edited   bool           // it is an edit of an earlier message
	FromBot  bool           // another bot says it
	Unmarked bool           // the server does not mark entities, as simple ones do not
	Extra    map[string]any // further fields of the message, replacing others
}

// Private opens a private chat with a new person.
func (s *Server) Private() *Chat { return s.chat("private", +1) }

// Group opens a new group, one with topics if any are made.
func (s *Server) Group() *Chat { return s.chat("supergroup", -1) }

// Channel opens a channel in which the bot may post.
func (s *Server) Channel() *Chat { return s.chat("channel", -1) }

func (s *Server) chat(kind string, sign int64) *Chat {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.lastChat++
	id := sign * s.lastChat
	c := &Chat{s: s, id: id, kind: kind, world: &room{threads: map[int64]bool{}}}
	if kind != "private" {
		c.id -= 1_000_000_000_000 // as supergroups and channels are numbered
		c.world.lastID = 1        // tells of the making of the group, and is its General topic
	}
	s.chats[c.id] = c
	return c
}

// ID is the chat's number.
func (c *Chat) ID() int64 { return c.id }

// Topic opens a topic in a group.
func (c *Chat) Topic() *Chat {
	c.s.mu.Lock()
	defer c.s.mu.Unlock()
	c.world.lastID++
	topic := *c
	topic.thread = c.world.lastID
	c.world.threads[topic.thread] = true
	return &topic
}

// General is the group's General topic: its messages are marked as in a topic,
// but nothing can be sent to it by number (Bot API server, “message thread not found”).
func (c *Chat) General() *Chat {
	general := *c
	general.thread = 1
	return &general
}

// Delete deletes a topic.
func (c *Chat) Delete() {
	c.s.mu.Lock()
	defer c.s.mu.Unlock()
	delete(c.world.threads, c.thread)
}

// Block makes the person block the bot, or the group throw it out.
func (c *Chat) Block() {
	c.s.mu.Lock()
	defer c.s.mu.Unlock()
	c.world.blocked = true
}

// Say types a text and returns the update it makes.
func (c *Chat) Say(text string) int64 { return c.Type(Typed{Text: text}) }

// Mention types a text that begins with a mention of the bot.
func (c *Chat) Mention(text string) int64 { return c.Say("@" + Name + " " + text) }

// Reply types a reply to one of the bot's messages.
func (c *Chat) Reply(to int64, text string) int64 { return c.Type(Typed{Text: text, ReplyTo: to}) }

// Type does as told and returns the update it makes.
func (c *Chat) Type(m Typed) int64 {
	c.s.mu.Lock()
	defer c.s.mu.Unlock()
	c.world.lastID++
	msg := map[string]any{
		"message_id": c.world.lastID,
		"date":       time.Now().Unix(),
		"chat":       c.describe(),
		"text":       m.Text,
	}
	kind := "message"
	if c.kind == "channel" {
		kind, msg["sender_chat"] = "channel_post", c.describe()
	} else {
		from := map[string]any{"id": max(c.id, -c.id) % 1_000_000, "is_bot": m.FromBot, "first_name": "Олена"}
		if m.Locale != "" {
			from["language_code"] = m.Locale
		}
		msg["from"] = from
	}
	entities := mark(m.Text)
	if len(entities) > 0 && !m.Unmarked {
		msg["entities"] = entities
	}
	if m.Caption {
		delete(msg, "text")
		delete(msg, "entities")
		msg["caption"], msg["caption_entities"] = m.Text, entities
		msg["photo"] = []map[string]any{{"file_id": "x", "file_unique_id": "x", "width": 1, "height": 1}}
	}
	if c.thread != 0 {
		msg["message_thread_id"], msg["is_topic_message"] = c.thread, true
	}
	if m.ReplyTo != 0 {
		msg["reply_to_message"] = map[string]any{
			"message_id": m.ReplyTo, "date": 0, "chat": c.describe(), "text": "…",
			"from": map[string]any{"id": ID, "is_bot": true, "first_name": "Rapporteur", "username": Name},
		}
	}
	if m.Edited {
		kind = "edited_" + kind
		msg["edit_date"] = time.Now().Unix()
	}
	maps.Copy(msg, m.Extra)
	return c.s.enqueue(kind, msg)
}

func (c *Chat) describe() map[string]any {
	d := map[string]any{"id": c.id, "type": c.kind}
	if c.kind == "private" {
		d["first_name"] = "Олена"
	} else {
		d["title"] = "Гурток"
		d["is_forum"] = len(c.world.threads) > 0
	}
	return d
}

// Plant puts a message of the bot's into the chat, as if sent in an earlier run,
// and returns its number.
func (c *Chat) Plant() int64 {
	c.s.mu.Lock()
	defer c.s.mu.Unlock()
	c.world.lastID++
	return c.world.lastID
}

// Messages returns what the bot has sent to the chat, in order.
func (c *Chat) Messages() []Message {
	c.s.mu.Lock()
	defer c.s.mu.Unlock()
	return slices.Clone(c.world.sent)
}

// Read returns the texts of Messages as a reader sees them.
func (c *Chat) Read() []string {
	var texts []string
	for _, m := range c.Messages() {
		texts = append(texts, m.Reader())
	}
	return texts
}

// Typing tells how often the bot has shown that it is typing.
func (c *Chat) Typing() int {
	c.s.mu.Lock()
	defer c.s.mu.Unlock()
	return c.world.typing
}

// The stretches Telegram marks in what people type (TDLib, match_bot_commands
// and match_mentions). What stands around them, mark looks at.
var (
	typedCommand = regexp.MustCompile(`/[a-zA-Z0-9_]{1,64}(?:@[a-zA-Z0-9_]{3,32})?`)
	typedMention = regexp.MustCompile(`@[a-zA-Z0-9_]{2,32}`)
)

func mark(text string) (entities []Entity) {
	find := func(kind string, re *regexp.Regexp, not string) {
		for _, at := range re.FindAllStringIndex(text, -1) {
			before, _ := utf8.DecodeLastRuneInString(text[:at[0]])
			after, _ := utf8.DecodeRuneInString(text[at[1]:])
			if at[0] > 0 && (inWord(before) || strings.ContainsRune(not, before)) ||
				at[1] < len(text) && (inWord(after) || strings.ContainsRune(not, after)) {
				continue
			}
			entities = append(entities, Entity{Type: kind, Offset: units(text[:at[0]]), Length: units(text[at[0]:at[1]])})
		}
	}
	find("bot_command", typedCommand, "/<>")
	find("mention", typedMention, "")
	slices.SortStableFunc(entities, func(a, b Entity) int { return a.Offset - b.Offset })
	end := 0
	return slices.DeleteFunc(entities, func(e Entity) bool { // the @name of /ask@name is no mention
		inside := e.Offset < end
		end = max(end, e.Offset+e.Length)
		return inside
	})
}

func inWord(r rune) bool { return r == '_' || unicode.IsLetter(r) || unicode.IsDigit(r) }
