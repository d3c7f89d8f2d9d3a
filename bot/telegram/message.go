package telegram

import (
	"encoding/json"
	"strings"
	"unicode"
	"unicode/utf8"

	tg "github.com/go-telegram/bot"
	"github.com/go-telegram/bot/models"

	"rapporteur/bot"
)

// update has what is read of an update. The library's type has everything, and
// with it many more ways for a question to be lost because something beside it,
// say a new kind of forwarded message, cannot be decoded.
type update struct {
	ID      int64    `json:"update_id"`
	Message *message `json:"message"`
}

type message struct {
	ID              int                    `json:"message_id"`
	Thread          int                    `json:"message_thread_id"`
	IsTopicMessage  bool                   `json:"is_topic_message"`
	From            *models.User           `json:"from"`
	Chat            models.Chat            `json:"chat"`
	Text            string                 `json:"text"`
	Entities        []models.MessageEntity `json:"entities"`
	Caption         string                 `json:"caption"`
	CaptionEntities []models.MessageEntity `json:"caption_entities"`
	ReplyTo         *struct {
		From *models.User `json:"from"`
	} `json:"reply_to_message"`
}

// generalTopic is the thread of a forum's General topic. Messages to it must
// not name it: the API answers “message thread not found”.
const generalTopic = 1

// decode reads one update. Its id is good even if there is an error, unless
// that too is unreadable and 0.
func decode(raw json.RawMessage) (update, error) {
	var u update
	err := json.Unmarshal(raw, &u)
	if err != nil {
		var only struct {
			ID int64 `json:"update_id"`
		}
		if json.Unmarshal(raw, &only) != nil {
			only.ID = 0
		}
		u = update{ID: only.ID}
	}
	return u, err
}

func (u update) chat() int64 { return u.Message.Chat.ID }

// group reports whether others read along. Only groups have negative ids, which
// tells where a simple server leaves the type out.
func (m *message) group() bool {
	return m.Chat.Type != models.ChatTypePrivate && (m.Chat.Type != "" || m.Chat.ID < 0)
}

// topic is the thread an answer goes to, 0 for none. Outside of topics thread
// ids are those of reply chains, to which nothing can be sent.
func (m *message) topic() int {
	if !m.IsTopicMessage || m.Thread == generalTopic {
		return 0
	}
	return m.Thread
}

// request turns a message into a request. It reports false for those that are
// not for the bot: from other bots or channels, without words, or said among
// people in a group without a command and without addressing the bot.
func request(m *message, self models.User) (bot.Request, bool) {
	if m.From == nil || m.From.IsBot || m.Chat.Type == models.ChatTypeChannel {
		return bot.Request{}, false
	}
	text, entities := m.Text, m.Entities
	if text == "" {
		text, entities = m.Caption, m.CaptionEntities
	}
	if strings.TrimSpace(text) == "" {
		return bot.Request{}, false
	}
	addressed := mentions(text, self.Username) ||
		m.ReplyTo != nil && m.ReplyTo.From != nil && m.ReplyTo.From.ID == self.ID
	if m.group() && !addressed && !hasCommand(text, entities) {
		return bot.Request{}, false
	}
	return bot.Request{
		Platform:  "telegram",
		User:      id(m.From.ID),
		Chat:      id(m.Chat.ID),
		Direct:    !m.group(),
		Addressed: addressed,
		Self:      self.Username,
		Locale:    m.From.LanguageCode,
		Text:      withoutMention(text, self.Username),
	}, true
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

// reply addresses a page to where the message came from. Only the first page of
// an answer quotes the question.
func (m *message) reply(p page, first bool) *tg.SendMessageParams {
	params := &tg.SendMessageParams{
		ChatID:             m.Chat.ID,
		MessageThreadID:    m.topic(),
		Text:               p.html,
		ParseMode:          models.ParseModeHTML,
		LinkPreviewOptions: &models.LinkPreviewOptions{IsDisabled: tg.True()},
	}
	if first {
		params.ReplyParameters = &models.ReplyParameters{MessageID: m.ID, AllowSendingWithoutReply: true}
	}
	return params
}
