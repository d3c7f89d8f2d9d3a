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
	// adminsDoubted is for how long it is believed of somebody that they are none:
	// who has just been made one is let in at once.
	adminsDoubted = 2 * time.Second
	maxGroups     = 1000 // whose administrators are remembered
)

// admins tells who administers groups.
type admins struct {
	api   *client
	lasts time.Duration // for how long it is believed
	known *expirable.LRU[int64, adminList]
}

type adminList struct {
	users []string // their ids
	at    time.Time
}

func newAdmins(api *client) *admins {
	return &admins{api: api, lasts: adminsLast, known: expirable.NewLRU[int64, adminList](maxGroups, nil, 0)}
}

// has reports whether a user administers a group. The list of all is asked for:
// of a single member Telegram tells surely only where the bot administers too
// (Bot API, getChatMember).
func (a *admins) has(ctx context.Context, chat int64, user string) (bool, error) {
	list, ok := a.known.Get(chat)
	age := time.Since(list.at)
	if !ok || age >= a.lasts || age >= adminsDoubted && !slices.Contains(list.users, user) {
		members, err := a.api.GetChatAdministrators(ctx, &tg.GetChatAdministratorsParams{ChatID: chat})
		if err != nil {
			return false, err
		}
		list = adminList{at: time.Now()}
		for _, m := range members {
			switch {
			case m.Owner != nil && m.Owner.User != nil:
				list.users = append(list.users, id(m.Owner.User.ID))
			case m.Administrator != nil:
				list.users = append(list.users, id(m.Administrator.User.ID))
			}
		}
		a.known.Add(chat, list)
	}
	return slices.Contains(list.users, user), nil
}
