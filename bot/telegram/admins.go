package telegram

import (
	"context"
	"slices"
	"time"

	tg "github.com/go-telegram/bot"
	"github.com/hashicorp/golang-lru/v2/expirable"
)

const (
	// adminsLast is for how long it is believed who administers a group: long
	// enough to press some buttons, short enough for somebody who has just been
	// made an administrator.
	adminsLast = 5 * time.Minute
	maxGroups  = 1000 // whose administrators are remembered
)

// admins tells who administers groups.
type admins struct {
	api   *client
	known *expirable.LRU[int64, []string] // user ids, by chat
}

func newAdmins(api *client) *admins {
	return &admins{api: api, known: expirable.NewLRU[int64, []string](maxGroups, nil, adminsLast)}
}

// has reports whether a user administers a group. The list of all is asked for:
// of a single member Telegram tells surely only where the bot administers too
// (Bot API, getChatMember).
func (a *admins) has(ctx context.Context, chat int64, user string) (bool, error) {
	list, ok := a.known.Get(chat)
	if !ok {
		var members []struct {
			User struct {
				ID int64 `json:"id"`
			} `json:"user"`
		}
		if err := a.api.call(ctx, "getChatAdministrators", &tg.GetChatAdministratorsParams{ChatID: chat}, &members); err != nil {
			return false, err
		}
		for _, m := range members {
			list = append(list, id(m.User.ID))
		}
		a.known.Add(chat, list)
	}
	return slices.Contains(list, user), nil
}
