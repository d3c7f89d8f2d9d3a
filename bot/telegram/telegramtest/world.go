package telegramtest

import (
	"slices"
	"strings"
	"time"
)

// Chat is a conversation with the bot in it, and a person who speaks there. A
// topic of a group is a Chat of its own, with the same ID.
type Chat struct {
	s      *Server
	id     int64
	kind   string // as in Bot API, Chat, type
	thread int64  // 0 outside of topics
	world  *room
	who    *Person
}

// room is what a chat and its topics share.
type room struct {
	bot       string // the bot's status, one of those of members
	unopened  bool   // a private chat in which the person has not written yet
	stranger  bool   // the bot has never been here
	movedTo   int64  // the supergroup that the group has become
	title     string
	members   map[int64]string // status by person
	anonymous map[int64]bool   // administrators who hide behind the group
	threads   map[int64]bool   // that can be written to
	sent      []*Message
	via       []*Message               // posted by people with the bot's help
	said      map[int64]map[string]any // what people wrote, as the API shows it
	typing    int
	lastID    int64
	attempts  []time.Time // of the bot's messages, for the rate
}

func newRoom(bot string) *room {
	return &room{bot: bot, title: "Гурток", members: map[int64]string{}, anonymous: map[int64]bool{}, threads: map[int64]bool{},
		said: map[int64]map[string]any{}}
}

// Message is a message the bot sent, as it stands now.
type Message struct {
	ID       int64
	Chat     int64
	Thread   int64 // the topic it is in, or 0
	ReplyTo  int64 // the message it replies to, or 0
	Text     string
	HTML     string // as the bot sent it; "" for plain text
	Entities []Entity
	Buttons  [][]Button
	Preview  Preview
	File     *File // what the message is, with Text as its caption; nil for one that is only text
	Time     time.Time
	Edits    int    // how often it was edited
	Deleted  bool   // nobody sees it any more
	Inline   string // inline_message_id, if it was sent via the bot and has one

	chat   *Chat
	sender *Person        // who sent it via the bot; nil if the bot did
	markup map[string]any // as the bot sent it; nil without buttons
}

// Preview tells what becomes of the links in a message.
type Preview struct {
	Disabled bool
	URL      string // the one previewed; "" is the first in the text
}

// Reader returns the message as a reader sees it, the target of a link after
// its text in round brackets, the name of a file before its caption.
func (m Message) Reader() string {
	after := map[int]string{}
	for _, e := range m.Entities {
		if e.Type == "text_link" {
			after[e.Offset+e.Length] += " (" + e.URL + ")"
		}
	}
	var out strings.Builder
	if m.File != nil && !m.File.Photo {
		out.WriteString(m.File.Name + "\n")
	}
	at := 0
	for _, r := range m.Text {
		out.WriteString(after[at])
		out.WriteRune(r)
		at += units(string(r))
	}
	out.WriteString(after[at])
	return strings.TrimSpace(out.String())
}

// Private opens a private chat with a new person.
func (s *Server) Private() *Chat {
	c := s.Person(usualName, "").Private()
	s.mu.Lock()
	defer s.mu.Unlock()
	c.world.unopened = false
	return c
}

// Group opens a new supergroup, one with topics if any are made.
func (s *Server) Group() *Chat { return s.chat("supergroup", statusMember) }

// BasicGroup opens a group that can become a supergroup.
func (s *Server) BasicGroup() *Chat { return s.chat("group", statusMember) }

// Channel opens a channel in which the bot may post.
func (s *Server) Channel() *Chat { return s.chat("channel", statusAdmin) }

// Elsewhere opens a chat of a kind (private, group, supergroup, channel) that
// the bot is not in. A private one is between two people.
func (s *Server) Elsewhere(kind string) *Chat {
	c := s.chat(kind, statusLeft)
	c.world.stranger = true
	return c
}

// chat opens a chat with an owner and a speaker.
func (s *Server) chat(kind, bot string) *Chat {
	s.mu.Lock()
	defer s.mu.Unlock()
	owner := s.person("Власниця", "")
	return s.chatOf(kind, bot, s.person(usualName, ""), owner)
}

func (s *Server) chatOf(kind, bot string, who, owner *Person) *Chat {
	s.lastChat++
	c := &Chat{s: s, id: -s.lastChat, kind: kind, world: newRoom(bot), who: who}
	switch kind {
	case "private":
		c.id = owner.ID // the bot, which is not there, may know the other person
	case "supergroup", "channel":
		c.id -= 1_000_000_000_000 // Bot API server, Client.cpp: how they are numbered
		fallthrough
	default:
		c.world.lastID = 1 // tells of the making of the group, and is its General topic
		c.world.members[owner.ID], c.world.members[who.ID] = statusCreator, statusMember
	}
	if kind != "private" {
		s.chats[c.id] = c
	}
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

func (c *Chat) describe() map[string]any {
	d := map[string]any{"id": c.id, "type": c.kind}
	if c.kind == "private" {
		d["first_name"] = usualName
		if p := c.s.people[c.id]; p != nil {
			d["first_name"] = p.Name
		}
		return d
	}
	d["title"] = c.world.title
	if c.kind == "supergroup" {
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

// Messages returns what the bot has sent to the chat, in order, without what it
// has deleted.
func (c *Chat) Messages() []Message {
	c.s.mu.Lock()
	defer c.s.mu.Unlock()
	list := make([]Message, 0, len(c.world.sent))
	for _, m := range c.world.sent {
		if !m.Deleted {
			list = append(list, *m)
		}
	}
	return list
}

// Message returns a message sent by the bot or via it as it stands now. It
// fails the test if there is none.
func (c *Chat) Message(id int64) Message {
	c.s.t.Helper()
	c.s.mu.Lock()
	defer c.s.mu.Unlock()
	if m := c.find(id); m != nil {
		return *m
	}
	c.s.t.Errorf("telegramtest: the bot has no message %d in the chat", id)
	return Message{}
}

func (c *Chat) find(id int64) *Message {
	for _, list := range [][]*Message{c.world.sent, c.world.via} {
		if i := slices.IndexFunc(list, func(m *Message) bool { return m.ID == id }); i >= 0 {
			return list[i]
		}
	}
	return nil
}

// Answers tells how many of the bot's messages reply to the message.
func (c *Chat) Answers(message int64) int {
	c.s.mu.Lock()
	defer c.s.mu.Unlock()
	n := 0
	for _, m := range c.world.sent {
		if m.ReplyTo == message && !m.Deleted {
			n++
		}
	}
	return n
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
