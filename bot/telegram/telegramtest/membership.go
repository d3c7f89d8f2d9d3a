package telegramtest

import (
	"maps"
	"time"
)

// Block makes the person block the bot, or the group throw it out, and returns
// the update it makes.
func (c *Chat) Block() int64 { return c.become(statusKicked) }

// Unblock makes the person let the bot write again.
func (c *Chat) Unblock() int64 { return c.become(statusMember) }

// Add adds the bot to a group it is not in, or no longer.
func (c *Chat) Add() int64 { return c.become(statusMember) }

// Dismiss lets the bot go from the group without forbidding it to return.
func (c *Chat) Dismiss() int64 { return c.become(statusLeft) }

// become changes the bot's status in the chat, of which my_chat_member tells it.
func (c *Chat) become(status string) int64 {
	c.s.mu.Lock()
	defer c.s.mu.Unlock()
	old := c.world.bot
	c.world.bot, c.world.stranger = status, false
	return c.s.enqueue("my_chat_member", map[string]any{
		"chat": c.describe(), "from": c.who.user(), "date": time.Now().Unix(),
		"old_chat_member": c.botMember(old), "new_chat_member": c.botMember(status),
	})
}

// Promote makes somebody an administrator, of which chat_member tells a bot that
// asks for it and is one too.
func (c *Chat) Promote(p *Person) int64 {
	c.s.mu.Lock()
	defer c.s.mu.Unlock()
	c.world.members[p.ID] = statusAdmin
	return c.s.enqueue("chat_member", map[string]any{
		"chat": c.describe(), "from": c.who.user(), "date": time.Now().Unix(),
		"old_chat_member": c.member(p.ID, statusMember), "new_chat_member": c.member(p.ID, statusAdmin),
	})
}

// Migrate makes a basic group a supergroup, which is returned with the speaker
// of the group. Both tell of the other in a service message (Bot API, Message,
// migrate_to_chat_id and migrate_from_chat_id); the updates are those.
func (c *Chat) Migrate() (supergroup *Chat, updates []int64) {
	c.s.t.Helper()
	if c.kind != "group" {
		c.s.t.Fatalf("telegramtest: a %s does not become a supergroup", c.kind)
	}
	c.s.mu.Lock()
	defer c.s.mu.Unlock()
	supergroup = c.s.chatOf("supergroup", c.world.bot, c.who, c.who)
	supergroup.world.members = maps.Clone(c.world.members)
	supergroup.world.title = c.world.title
	c.world.movedTo = supergroup.id
	updates = append(updates,
		c.service("migrate_to_chat_id", supergroup.id),
		supergroup.service("migrate_from_chat_id", c.id))
	return supergroup, updates
}

// service makes a service message.
func (c *Chat) service(field string, value any) int64 {
	c.world.lastID++
	return c.s.enqueue("message", map[string]any{
		"message_id": c.world.lastID, "date": time.Now().Unix(), "chat": c.describe(), "from": c.who.user(), field: value,
	})
}
