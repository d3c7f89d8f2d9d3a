package telegram

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/go-telegram/bot/models"

	"rapporteur/bot"
)

const (
	// platform is the name of this one in requests.
	platform = "telegram"
	// tokenRoom is the longest data of a button (Bot API, InlineKeyboardButton,
	// callback_data) and the longest parameter of a link that starts the bot
	// (core.telegram.org/bots/features, "Deep Linking").
	tokenRoom = 64
	// generalTopic is the thread of a forum's General topic. Messages to it must
	// not name it: the API answers “message thread not found”.
	generalTopic = 1
	// channelFeed is the account under which Telegram copies a channel's posts
	// into the group where they are discussed.
	channelFeed = 777000
)

// group reports whether others read along. Only groups have negative ids, which
// tells where a simple server leaves the type out.
func (m *message) group() bool {
	return m.Chat.Type != models.ChatTypePrivate && (m.Chat.Type != "" || m.Chat.ID < 0)
}

// topic is the topic of a forum, 0 for none. Outside of topics thread ids are
// those of reply chains, to which nothing can be sent.
func (m *message) topic() int {
	switch {
	case m.IsTopicMessage:
		return m.Thread
	case m.Chat.IsForum:
		return generalTopic
	}
	return 0
}

// place is where in Telegram something is said.
type place struct {
	chat   int64
	topic  int // of a forum; 0 for none, 1 for General
	direct int // of a channel's direct messages; 0 for none
}

func (m *message) place() place {
	p := place{chat: m.Chat.ID, topic: m.topic()}
	if m.DirectTopic != nil {
		p.topic, p.direct = 0, m.DirectTopic.ID
	}
	return p
}

// thread is the topic as calls name it.
func (p place) thread() int {
	if p.topic == generalTopic {
		return 0
	}
	return p.topic
}

// String is how package bot knows a place.
func (p place) String() string {
	switch {
	case p.direct != 0:
		return fmt.Sprintf("%d:d%d", p.chat, p.direct)
	case p.topic != 0:
		return fmt.Sprintf("%d:%d", p.chat, p.topic)
	}
	return id(p.chat)
}

// placeOf reads what String wrote.
func placeOf(s string) (p place, err error) {
	chat, topic, isTopic := strings.Cut(s, ":")
	_, err = fmt.Sscan(chat, &p.chat)
	if direct, ok := strings.CutPrefix(topic, "d"); err == nil && ok {
		_, err = fmt.Sscan(direct, &p.direct)
	} else if err == nil && isTopic {
		_, err = fmt.Sscan(topic, &p.topic)
	}
	return p, err
}

// words are what a message says, and the stretches that are marked in it.
func (m *message) words() (string, []models.MessageEntity) {
	if m.Text == "" {
		return m.Caption, m.CaptionEntities
	}
	return m.Text, m.Entities
}

// author is who answers for a message: a person, or the chat in whose name an
// administrator or a channel's owner writes. It is "" for a bot's message, and
// for what Telegram copies out of a channel.
func (m *message) author() string {
	switch {
	case m.From == nil, m.AutoForward, m.From.ID == channelFeed:
		return ""
	case m.Sender != nil:
		return id(m.Sender.ID)
	case m.From.IsBot:
		return ""
	}
	return id(m.From.ID)
}

// request turns a message into a request. It reports false for those that are
// not for the bot: from other bots or channels, without words (but a file alone is
// something, in private), sent by way of the
// bot itself, or said among people in a group without a command, a question
// mark, or addressing the bot. Who calls it as a guest addresses it.
func (a *Adapter) request(m *message) (bot.Request, bool) {
	author := m.author()
	text, entities := m.words()
	byWayOfUs := m.Via != nil && m.Via.ID == a.self.ID
	if author == "" || byWayOfUs || m.Chat.Type == models.ChatTypeChannel {
		return bot.Request{}, false
	}
	files := a.uploads(m)
	if strings.TrimSpace(text) == "" && (len(files) == 0 || m.group()) {
		return bot.Request{}, false
	}
	addressed := m.GuestQuery != "" || mentions(text, a.self.Username) ||
		m.ReplyTo != nil && m.ReplyTo.From != nil && m.ReplyTo.From.ID == a.self.ID
	overheard := m.group() && !addressed && !hasCommand(text, entities)
	if m.group() && m.Origin != nil || overheard && (!strings.Contains(text, "?") || m.toOthers()) {
		return bot.Request{}, false
	}
	r := a.where(m)
	r.User = author
	r.Manager = m.group() && m.Sender != nil && m.Sender.ID == m.Chat.ID // an administrator who stays anonymous
	r.Manages = a.manages(m, author)
	r.Addressed = addressed
	r.Locale = m.From.LanguageCode
	r.Text = withoutMention(text, a.self.Username)
	r.Forwarded = m.Origin != nil
	r.Files = files
	switch ours := m.ReplyTo != nil && m.ReplyTo.From != nil && m.ReplyTo.From.ID == a.self.ID; {
	case m.Quote != nil && !ours:
		r.About = m.Quote.Text
	case m.ReplyTo != nil && !ours:
		r.About = cmp.Or(m.ReplyTo.Text, m.ReplyTo.Caption)
	}
	return r, true
}

// toOthers reports whether a message is for other people: it replies to theirs,
// or mentions them. In a topic each message replies to the one that began it.
func (m *message) toOthers() bool {
	if m.ReplyTo != nil && !(m.IsTopicMessage && m.ReplyTo.ID == m.Thread) {
		return true
	}
	_, entities := m.words()
	return slices.ContainsFunc(entities, func(e models.MessageEntity) bool {
		return e.Type == models.MessageEntityTypeMention || e.Type == models.MessageEntityTypeTextMention
	})
}

// where begins a request with the conversation it is part of.
func (a *Adapter) where(m *message) bot.Request {
	r := bot.Request{
		Platform: platform,
		Chat:     m.place().String(),
		Direct:   !m.group(),
		Self:     a.self.Username,
		Room:     tokenRoom,
		InPlace:  true,
	}
	if m.group() {
		r.Space, r.Group = id(m.Chat.ID), true
	}
	if m.group() && m.topic() != 0 {
		r.Parent = id(m.Chat.ID)
	}
	return r
}

// manages returns what asks whether somebody manages the group of a message.
func (a *Adapter) manages(m *message, user string) func(context.Context) (bool, error) {
	if !m.group() {
		return nil
	}
	return func(ctx context.Context) (bool, error) { return a.admins.has(ctx, m.Chat.ID, user) }
}

// hasCommand reports whether there may be a command in the text. Servers that
// do not mark entities are given the benefit of the doubt.
func hasCommand(text string, entities []models.MessageEntity) bool {
	for _, e := range entities {
		if e.Type == models.MessageEntityTypeBotCommand {
			return true
		}
	}
	return strings.HasPrefix(strings.TrimSpace(text), "/")
}

// mentions reports whether the text has @name as a word of its own.
func mentions(text, name string) bool {
	for i := 0; i < len(text); i++ {
		if _, ok := cutMention(text[i:], name); ok {
			if before, _ := utf8.DecodeLastRuneInString(text[:i]); i == 0 || !wordRune(before) && before != '/' {
				return true
			}
		}
	}
	return false
}

// withoutMention takes a leading @name off the text, with the comma or colon
// people put after it.
func withoutMention(text, name string) string {
	rest, ok := cutMention(strings.TrimLeftFunc(text, unicode.IsSpace), name)
	if !ok {
		return text
	}
	return strings.TrimLeftFunc(rest, func(r rune) bool { return r == ',' || r == ':' || unicode.IsSpace(r) })
}

// cutMention returns the text after the @name it begins with.
func cutMention(text, name string) (rest string, ok bool) {
	n := len("@") + len(name)
	if len(text) < n || text[0] != '@' || !sameName(text[1:n], name) {
		return text, false
	}
	rest = text[n:]
	next, _ := utf8.DecodeRuneInString(rest)
	return rest, rest == "" || !wordRune(next)
}

func wordRune(r rune) bool { return r == '_' || unicode.IsLetter(r) || unicode.IsDigit(r) }
