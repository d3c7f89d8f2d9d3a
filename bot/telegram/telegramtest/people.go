package telegramtest

import (
	"cmp"
	"maps"
	"slices"
)

// Person is somebody with a Telegram account.
type Person struct {
	ID       int64
	Name     string
	Language string // language_code of the client; "" leaves it out

	s *Server
}

// Accounts that stand in for others (Bot API server, Client.cpp,
// on_update: group_anonymous_bot_user_id, channel_bot_user_id and
// telegram_service_notifications_chat_id; the numbers are TDLib's, UserManager.cpp).
var (
	anonymousAdmin = map[string]any{"id": int64(1087968824), "is_bot": true, "first_name": "Group", "username": "GroupAnonymousBot"}
	channelWriter  = map[string]any{"id": int64(136817688), "is_bot": true, "first_name": "Channel", "username": "Channel_Bot"}
	serviceAccount = map[string]any{"id": int64(777000), "is_bot": false, "first_name": "Telegram"}
)

var myself = map[string]any{"id": int64(ID), "is_bot": true, "first_name": "Rapporteur", "username": Name}

// usualName is that of whoever is not introduced.
const usualName = "Олена"

// Person makes a new account.
func (s *Server) Person(name, language string) *Person {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.person(name, language)
}

func (s *Server) person(name, language string) *Person {
	s.lastChat++
	p := &Person{ID: s.lastChat, Name: name, Language: language, s: s}
	s.people[p.ID] = p
	return p
}

// Private is the person's private chat with the bot. The bot cannot write there
// before the person has.
func (p *Person) Private() *Chat {
	p.s.mu.Lock()
	defer p.s.mu.Unlock()
	return p.private()
}

func (p *Person) private() *Chat {
	c, ok := p.s.chats[p.ID]
	if !ok {
		c = &Chat{s: p.s, id: p.ID, kind: "private", world: newRoom(statusMember), who: p}
		c.world.unopened = true
		p.s.chats[p.ID] = c
	}
	return c
}

// user is the person as the Bot API shows people.
func (p *Person) user() map[string]any {
	u := map[string]any{"id": p.ID, "is_bot": false, "first_name": p.Name}
	if p.Language != "" {
		u["language_code"] = p.Language
	}
	return u
}

// As is the chat with another person speaking, who becomes a member if need be.
func (c *Chat) As(p *Person) *Chat {
	c.s.mu.Lock()
	defer c.s.mu.Unlock()
	if _, ok := c.world.members[p.ID]; !ok && c.kind != "private" {
		c.world.members[p.ID] = statusMember
	}
	other := *c
	other.who = p
	return &other
}

// Person is who speaks.
func (c *Chat) Person() *Person { return c.who }

// The statuses of members (Bot API, ChatMember).
const (
	statusCreator = "creator"
	statusAdmin   = "administrator"
	statusMember  = "member"
	statusLeft    = "left"
	statusKicked  = "kicked"
)

// Admin makes people administrators of the group.
func (c *Chat) Admin(people ...*Person) { c.status(statusAdmin, people) }

// Demote makes people plain members again.
func (c *Chat) Demote(people ...*Person) { c.status(statusMember, people) }

// Leave lets people leave the group.
func (c *Chat) Leave(people ...*Person) { c.status(statusLeft, people) }

// Creator hands the group over to the person; its former owner leaves.
func (c *Chat) Creator(p *Person) {
	c.s.mu.Lock()
	defer c.s.mu.Unlock()
	for id, status := range c.world.members {
		if status == statusCreator {
			c.world.members[id] = statusLeft
		}
	}
	c.world.members[p.ID] = statusCreator
}

func (c *Chat) status(status string, people []*Person) {
	c.s.mu.Lock()
	defer c.s.mu.Unlock()
	for _, p := range people {
		c.world.members[p.ID] = status
	}
}

// getChatAdministrators lists the owner and the administrators. Anonymous ones
// are listed like others, with is_anonymous.
func (s *Server) getChatAdministrators(c Call) (any, *refusal) {
	chat, no := s.reach(c)
	if no != nil {
		return nil, no
	}
	if chat.kind == "private" {
		// Bot API server, Client.cpp, process_get_chat_administrators_query.
		return nil, bad("there are no administrators in the private chat")
	}
	list := []any{}
	for _, id := range slices.SortedFunc(maps.Keys(chat.world.members), cmp.Compare[int64]) {
		if status := chat.world.members[id]; status == statusCreator || status == statusAdmin {
			list = append(list, chat.member(id, status))
		}
	}
	return list, nil
}

func (s *Server) getChatMember(c Call) (any, *refusal) {
	chat, no := s.reach(c)
	if no != nil {
		return nil, no
	}
	id, _ := integer(c.Params["user_id"])
	if id == ID {
		return chat.botMember(chat.world.bot), nil
	}
	if _, known := s.people[id]; !known {
		// Bot API server, Client.cpp, check_user: “user not found”.
		return nil, bad("user not found")
	}
	status, ok := chat.world.members[id]
	switch {
	case chat.kind == "private" && id == chat.id:
		status = statusMember
	case !ok:
		status = statusLeft
	}
	return chat.member(id, status), nil
}

func (c *Chat) member(id int64, status string) map[string]any {
	m := map[string]any{"status": status, "user": c.s.people[id].user()}
	switch status {
	case statusCreator:
		m["is_anonymous"] = c.world.anonymous[id]
	case statusAdmin:
		maps.Copy(m, rights)
		m["is_anonymous"], m["can_be_edited"] = c.world.anonymous[id], false
	}
	return m
}

// rights are those every ChatMemberAdministrator tells of.
var rights = map[string]any{
	"can_manage_chat": true, "can_delete_messages": true, "can_manage_video_chats": true, "can_restrict_members": true,
	"can_promote_members": false, "can_change_info": true, "can_invite_users": true,
	"can_post_stories": false, "can_edit_stories": false, "can_delete_stories": false,
}

func (c *Chat) botMember(status string) map[string]any {
	m := map[string]any{"status": status, "user": myself}
	if status == statusKicked {
		m["until_date"] = 0
	}
	return m
}
