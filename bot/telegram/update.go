package telegram

import (
	"encoding/json"
	"fmt"

	"github.com/go-telegram/bot/models"

	"rapporteur/bot"
)

// update has what is read of an update. The library's type has everything, and
// with it many more ways for a question to be lost because something beside it,
// say a new kind of forwarded message, cannot be decoded.
type update struct {
	ID      int64        `json:"update_id"`
	Message *message     `json:"message"`
	Edited  *message     `json:"edited_message"`
	Guest   *message     `json:"guest_message"` // for the bot, in a chat in which it is not
	Press   *press       `json:"callback_query"`
	Inline  *inlineQuery `json:"inline_query"`
	Member  *membership  `json:"my_chat_member"`
	Others  *membership  `json:"chat_member"`
	Live    *liveMessage `json:"live"` // not Telegram's: what the memory kept of a reply that went on

	refused *bot.Reply // all there is to say to it; nil if it is to be handled
}

// allowedUpdates are the kinds that are read: nothing else is sent (Bot API,
// getUpdates, allowed_updates).
var allowedUpdates = []string{"message", "edited_message", "guest_message", "callback_query", "inline_query", "my_chat_member", "chat_member"}

// message is what somebody wrote, or what the bot did.
type message struct {
	ID              int                    `json:"message_id"`
	Date            int64                  `json:"date"` // seconds since 1970; 0 for a message that cannot be seen any more
	Thread          int                    `json:"message_thread_id"`
	IsTopicMessage  bool                   `json:"is_topic_message"`
	From            *models.User           `json:"from"`
	Sender          *models.Chat           `json:"sender_chat"` // on whose behalf From writes
	Chat            models.Chat            `json:"chat"`
	Text            string                 `json:"text"`
	Entities        []models.MessageEntity `json:"entities"`
	Caption         string                 `json:"caption"`
	CaptionEntities []models.MessageEntity `json:"caption_entities"`
	Document        *document              `json:"document"`
	Voice           json.RawMessage        `json:"voice"` // these are looked at only to say that they have no words
	Audio           json.RawMessage        `json:"audio"`
	Photo           json.RawMessage        `json:"photo"`
	Video           json.RawMessage        `json:"video"`
	VideoNote       json.RawMessage        `json:"video_note"`
	Sticker         json.RawMessage        `json:"sticker"`
	ReplyTo         *repliedTo             `json:"reply_to_message"`
	Quote           *models.TextQuote      `json:"quote"` // of what it replies to, be it in another chat (external_reply)
	DirectTopic     *struct {
		ID int `json:"topic_id"`
	} `json:"direct_messages_topic"` // of a channel's direct messages
	Origin      *struct{}    `json:"forward_origin"`
	AutoForward bool         `json:"is_automatic_forward"`
	Via         *models.User `json:"via_bot"`
	GuestQuery  string       `json:"guest_query_id"`
	MigrateTo   int64        `json:"migrate_to_chat_id"`
	MigrateFrom int64        `json:"migrate_from_chat_id"`
	Keyboard    *keyboard    `json:"reply_markup"`
	Topic       *topic       `json:"forum_topic_created"`
	Renamed     *topic       `json:"forum_topic_edited"`
}

// repliedTo is what is read of a message that another one replies to.
type repliedTo struct {
	ID       int          `json:"message_id"`
	From     *models.User `json:"from"`
	Text     string       `json:"text"`
	Caption  string       `json:"caption"`
	Document *document    `json:"document"`
	Topic    *topic       `json:"forum_topic_created"`
}

// topic is what a topic of a forum is called.
type topic struct {
	Name string `json:"name"`
}

// press is the press of a button.
type press struct {
	ID      string      `json:"id"`
	From    models.User `json:"from"`
	Message *message    `json:"message"`           // the button's, unless that was sent by way of the bot
	Inline  string      `json:"inline_message_id"` // then it has this
	Data    string      `json:"data"`
}

// inlineQuery is what somebody types after the bot's name anywhere.
type inlineQuery struct {
	ID    string      `json:"id"`
	From  models.User `json:"from"`
	Query string      `json:"query"`
}

// membership tells what became of the bot in a chat.
type membership struct {
	Chat models.Chat `json:"chat"`
	New  struct {
		Status string `json:"status"`
	} `json:"new_chat_member"`
}

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

// lane names what is handled in order. A press does not wait behind answers that
// the chat's limits hold back: people see that the bot has noticed it.
func (u update) lane() string {
	switch {
	case u.Message != nil:
		return chatLane(u.Message.Chat.ID)
	case u.Edited != nil:
		return chatLane(u.Edited.Chat.ID)
	case u.Guest != nil:
		return "guest " + id(u.Guest.Chat.ID)
	case u.Press != nil && u.Press.Message != nil:
		return fmt.Sprintf("press %d %d", u.Press.Message.Chat.ID, u.Press.Message.ID)
	case u.Press != nil:
		return "press " + u.Press.Inline
	case u.Inline != nil:
		return "inline " + id(u.Inline.From.ID)
	case u.Member != nil:
		return chatLane(u.Member.Chat.ID)
	case u.Others != nil:
		return chatLane(u.Others.Chat.ID)
	case u.Live != nil:
		return chatLane(u.Live.Chat)
	}
	return "" // of no kind that is read
}

// chat names the chat that an update is in, or where that is unknown or not the
// bot's, the person it is of.
func (u update) chat() string {
	switch {
	case u.Press != nil && u.Press.Message != nil:
		return chatLane(u.Press.Message.Chat.ID)
	case u.Press != nil:
		return "person " + id(u.Press.From.ID)
	case u.Guest != nil && u.Guest.From != nil:
		return "person " + id(u.Guest.From.ID)
	}
	return u.lane()
}

// chatLane is the queue of what is said in a chat.
func chatLane(chat int64) string { return "chat " + id(chat) }
