package telegramtest

import (
	"maps"
	"regexp"
	"time"
)

// Typed is something a person types or does. The zero values are the usual case.
type Typed struct {
	Text      string
	Locale    string         // language_code of the client; "" is the person's own
	ReplyTo   int64          // the message it replies to; a number nobody has used is one of the bot's
	Caption   bool           // the text stands under a picture
	Document  *File          // the text, if any, stands under a file
	Edited    bool           // it is an edit of an earlier message that the bot has not seen
	Edits     int64          // the message it is a new version of
	FromBot   bool           // another bot says it
	Unmarked  bool           // the server does not mark entities, as simple ones do not
	Anonymous bool           // an administrator says it in the group's name
	AsChannel *Chat          // it is said in the name of a channel
	Automatic *Chat          // it is a post of the linked channel, forwarded by Telegram
	Forwarded *Origin        // it is forwarded
	Extra     map[string]any // further fields of the message, replacing others
}

// Origin tells where a forwarded message comes from: the first field that is set.
type Origin struct {
	Person  *Person
	Hidden  string // the name of somebody whose account is not told
	Channel *Chat
}

// Posted is a message a person has posted.
type Posted struct {
	Chat    *Chat
	Message int64
	Update  int64 // by which the bot learns of it
}

// Say types a text and returns the update it makes.
func (c *Chat) Say(text string) int64 { return c.Type(Typed{Text: text}) }

// Mention types a text that begins with a mention of the bot.
func (c *Chat) Mention(text string) int64 { return c.Say("@" + Name + " " + text) }

// Reply types a reply to a message.
func (c *Chat) Reply(to int64, text string) int64 { return c.Type(Typed{Text: text, ReplyTo: to}) }

// Edit gives an earlier message a new text.
func (c *Chat) Edit(message int64, text string) int64 {
	return c.Type(Typed{Text: text, Edits: message})
}

// Type does as told and returns the update it makes.
func (c *Chat) Type(m Typed) int64 { return c.Post(m).Update }

// Post does as told. Where the bot is not, it learns nothing of it, and the
// update is an earlier one.
func (c *Chat) Post(m Typed) Posted {
	c.s.mu.Lock()
	defer c.s.mu.Unlock()
	c.world.unopened = false
	kind, msg := c.compose(m)
	id, _ := msg["message_id"].(int64)
	if c.kind != "private" && (c.world.bot == statusLeft || c.world.bot == statusKicked) || c.world.stranger {
		return Posted{c, id, c.s.lastUpdate}
	}
	return Posted{c, id, c.s.enqueue(kind, msg)}
}

// compose makes a message as the API shows it, and tells the kind of update
// that brings it. The lock is held.
func (c *Chat) compose(m Typed) (kind string, msg map[string]any) {
	now := time.Now().Unix()
	msg = map[string]any{"date": now, "chat": c.describe(), "text": m.Text}
	if msg["message_id"] = m.Edits; m.Edits == 0 {
		c.world.lastID++
		msg["message_id"] = c.world.lastID
	}
	kind = "message"
	if c.kind == "channel" {
		kind, msg["sender_chat"] = "channel_post", c.describe()
	} else {
		c.sign(msg, m)
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
	if m.Document != nil {
		delete(msg, "text")
		delete(msg, "entities")
		if m.Text != "" {
			msg["caption"], msg["caption_entities"] = m.Text, entities
		}
		msg["document"] = c.s.store(*m.Document)
	}
	if c.thread != 0 {
		msg["message_thread_id"], msg["is_topic_message"] = c.thread, true
	}
	if m.Forwarded != nil {
		msg["forward_origin"] = m.Forwarded.describe(now)
	}
	if m.Edited || m.Edits != 0 {
		kind = "edited_" + kind
		msg["edit_date"] = now
	}
	if first, ok := c.world.said[m.Edits]; ok {
		msg["date"] = first["date"]
	}
	maps.Copy(msg, m.Extra)
	c.world.said[msg["message_id"].(int64)] = maps.Clone(msg)
	// What is replied to comes without what that replies to (Bot API, Message, reply_to_message).
	if m.ReplyTo != 0 {
		msg["reply_to_message"] = c.seen(m.ReplyTo)
	}
	return kind, msg
}

// sign tells who a message is of.
func (c *Chat) sign(msg map[string]any, m Typed) {
	switch {
	case m.Anonymous:
		c.world.anonymous[c.who.ID] = true
		if c.world.members[c.who.ID] != statusCreator {
			c.world.members[c.who.ID] = statusAdmin
		}
		msg["from"], msg["sender_chat"] = anonymousAdmin, c.describe()
	case m.AsChannel != nil:
		msg["from"], msg["sender_chat"] = channelWriter, m.AsChannel.describe()
	case m.Automatic != nil:
		msg["from"], msg["sender_chat"], msg["is_automatic_forward"] = serviceAccount, m.Automatic.describe(), true
		msg["forward_origin"] = (&Origin{Channel: m.Automatic}).describe(time.Now().Unix())
	default:
		from := c.who.user()
		from["is_bot"] = m.FromBot
		if m.Locale != "" {
			from["language_code"] = m.Locale
		}
		msg["from"] = from
	}
}

// describe is the origin as the API shows it (Bot API, MessageOrigin).
func (o *Origin) describe(date int64) map[string]any {
	switch {
	case o.Person != nil:
		return map[string]any{"type": "user", "date": date, "sender_user": o.Person.user()}
	case o.Hidden != "":
		return map[string]any{"type": "hidden_user", "date": date, "sender_user_name": o.Hidden}
	default:
		return map[string]any{"type": "channel", "date": date, "chat": o.Channel.describe(), "message_id": 1}
	}
}

// seen is a message of the chat as the API shows it: somebody's, the bot's, or
// one the bot has sent in an earlier run.
func (c *Chat) seen(id int64) map[string]any {
	if msg, ok := c.world.said[id]; ok {
		return msg
	}
	if m := c.find(id); m != nil {
		return c.show(m)
	}
	return map[string]any{"message_id": id, "date": time.Now().Unix(), "chat": c.describe(), "text": "…", "from": myself}
}

// show is a message by or via the bot as the API shows it, without what it
// replies to.
func (c *Chat) show(m *Message) map[string]any {
	msg := map[string]any{"message_id": m.ID, "date": m.Time.Unix(), "chat": c.describe(), "from": myself, "text": m.Text}
	if m.File != nil {
		m.File.showIn(msg)
	}
	if m.sender != nil {
		msg["from"], msg["via_bot"] = m.sender.user(), myself
	}
	if c.kind == "channel" {
		delete(msg, "from")
		msg["sender_chat"] = c.describe()
	}
	if len(m.Entities) > 0 {
		msg["entities"] = m.Entities
	}
	if len(m.Buttons) > 0 {
		msg["reply_markup"] = m.markup
	}
	if m.Preview != (Preview{}) {
		msg["link_preview_options"] = map[string]any{"is_disabled": m.Preview.Disabled, "url": m.Preview.URL}
	}
	if m.Thread != 0 {
		msg["message_thread_id"], msg["is_topic_message"] = m.Thread, true
	}
	if m.Edits > 0 {
		msg["edit_date"] = time.Now().Unix()
	}
	return msg
}

// startLink is a link that opens the bot with a parameter (Bot API, features,
// “Deep linking”: up to 64 characters A-Z, a-z, 0-9, _ and -).
var startLink = regexp.MustCompile(`^(?:https?://)?(?:t|telegram)\.me/` + Name + `\?start=([A-Za-z0-9_-]{1,64})$`)

// Open follows a link to the bot: the speaker's private chat opens, and
// “/start” goes out with the link's parameter.
func (c *Chat) Open(link string) Posted {
	c.s.t.Helper()
	match := startLink.FindStringSubmatch(link)
	if match == nil {
		c.s.t.Errorf("telegramtest: %q does not open the bot", link)
		return Posted{Chat: c}
	}
	return c.who.Private().Post(Typed{Text: "/start " + match[1]})
}
