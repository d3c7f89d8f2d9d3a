package telegramtest_test

import (
	"context"
	"net/http"
	"strings"
	"testing"

	tg "github.com/go-telegram/bot"
	"github.com/go-telegram/bot/models"

	"rapporteur/bot/telegram/telegramtest"
)

func TestWhoSpeaks(t *testing.T) {
	t.Parallel()
	s := telegramtest.New(t)
	group, channel := s.Group(), s.Channel()
	ivan := s.Person("Іван", "uk")
	first := group.As(ivan).Post(telegramtest.Typed{Text: "one"})
	for _, m := range []telegramtest.Typed{
		{Text: "two", Anonymous: true},
		{Text: "three", AsChannel: channel},
		{Text: "four", Automatic: channel},
		{Text: "five", Forwarded: &telegramtest.Origin{Person: ivan}},
		{Text: "six", Forwarded: &telegramtest.Origin{Hidden: "Хтось"}},
		{Text: "seven", Forwarded: &telegramtest.Origin{Channel: channel}, ReplyTo: first.Message},
	} {
		group.Type(m)
	}
	group.As(ivan).Edit(first.Message, "one, corrected")
	group.Reply(first.Message, "eight")
	channel.Say("nine")

	all := updates(t, s)
	if m := all[0].Message; m.From.ID != ivan.ID || m.From.FirstName != "Іван" || m.From.LanguageCode != "uk" || m.From.IsBot {
		t.Errorf("one: %+v", m.From)
	}
	if m := all[1].Message; m.From.ID != 1087968824 || !m.From.IsBot || m.SenderChat.ID != group.ID() {
		t.Errorf("two: %+v", m)
	}
	if m := all[2].Message; m.From.ID != 136817688 || m.SenderChat.ID != channel.ID() {
		t.Errorf("three: %+v", m)
	}
	if m := all[3].Message; m.From.ID != 777000 || !m.IsAutomaticForward || m.SenderChat.ID != channel.ID() || m.ForwardOrigin.MessageOriginChannel == nil {
		t.Errorf("four: %+v", m)
	}
	if o := all[4].Message.ForwardOrigin; o.MessageOriginUser == nil || o.MessageOriginUser.SenderUser.ID != ivan.ID {
		t.Errorf("five: %+v", o)
	}
	if o := all[5].Message.ForwardOrigin; o.MessageOriginHiddenUser == nil || o.MessageOriginHiddenUser.SenderUserName != "Хтось" {
		t.Errorf("six: %+v", o)
	}
	if m := all[6].Message; m.ForwardOrigin.MessageOriginChannel.Chat.ID != channel.ID() || m.ReplyToMessage.Text != "one" || m.ReplyToMessage.From.ID != ivan.ID {
		t.Errorf("seven: %+v", m)
	}
	if m := all[7].EditedMessage; m == nil || m.ID != int(first.Message) || m.Text != "one, corrected" || m.EditDate == 0 {
		t.Errorf("the edit: %+v", m)
	}
	if m := all[8].Message; m.ReplyToMessage.Text != "one, corrected" {
		t.Errorf("eight: %+v", m)
	}
	if m := all[9].ChannelPost; m == nil || m.From != nil || m.SenderChat.ID != channel.ID() {
		t.Errorf("nine: %+v", m)
	}
}

func TestMembers(t *testing.T) {
	t.Parallel()
	s := telegramtest.New(t)
	b, ctx := client(t, s), context.Background()
	group := s.Group()
	admin, plain, gone, owner := s.Person("Адмін", ""), s.Person("Іван", ""), s.Person("Марта", ""), s.Person("Власник", "")
	group.As(plain)
	group.Admin(admin, gone)
	group.Leave(gone)
	group.Creator(owner)
	list, err := b.GetChatAdministrators(ctx, &tg.GetChatAdministratorsParams{ChatID: group.ID()})
	if err != nil || len(list) != 2 || list[0].Administrator.User.ID != admin.ID || list[1].Owner.User.ID != owner.ID {
		t.Errorf("got %+v, %v", list, err)
	}
	for who, want := range map[int64]models.ChatMemberType{
		admin.ID: models.ChatMemberTypeAdministrator, owner.ID: models.ChatMemberTypeOwner, plain.ID: models.ChatMemberTypeMember,
		gone.ID: models.ChatMemberTypeLeft, s.Person("Чужий", "").ID: models.ChatMemberTypeLeft, telegramtest.ID: models.ChatMemberTypeMember,
	} {
		m, err := b.GetChatMember(ctx, &tg.GetChatMemberParams{ChatID: group.ID(), UserID: who})
		if err != nil || m.Type != want {
			t.Errorf("%d: got %+v, %v, want %s", who, m, err, want)
		}
	}
	group.Demote(admin)
	group.As(plain).Type(telegramtest.Typed{Text: "x", Anonymous: true})
	list, err = b.GetChatAdministrators(ctx, &tg.GetChatAdministratorsParams{ChatID: group.ID()})
	if err != nil || len(list) != 2 || list[0].Administrator.User.ID != plain.ID || !list[0].Administrator.IsAnonymous {
		t.Errorf("with an anonymous one: %+v, %v", list, err)
	}
	if _, err := b.GetChatMember(ctx, &tg.GetChatMemberParams{ChatID: group.ID(), UserID: 7}); err == nil || !strings.Contains(err.Error(), "user not found") {
		t.Errorf("nobody: %v", err)
	}
	if _, err := b.GetChatAdministrators(ctx, &tg.GetChatAdministratorsParams{ChatID: s.Private().ID()}); err == nil || !strings.Contains(err.Error(), "there are no administrators in the private chat") {
		t.Errorf("in private: %v", err)
	}
}

// TestComingAndGoing follows the bot through what people do with it.
func TestComingAndGoing(t *testing.T) {
	t.Parallel()
	s := telegramtest.New(t)
	private, group, basic := s.Private(), s.Group(), s.BasicGroup()
	newcomer := s.Elsewhere("supergroup")
	for _, step := range []struct {
		name     string
		chat     *telegramtest.Chat
		do       func() int64
		old, new models.ChatMemberType
		want     string // what a message is answered with then, "" if it gets there
	}{
		{"blocked", private, private.Block, "member", "kicked", "Forbidden: bot was blocked by the user"},
		{"unblocked", private, private.Unblock, "kicked", "member", ""},
		{"kicked", group, group.Block, "member", "kicked", "Forbidden: bot was kicked from the supergroup chat"},
		{"kicked from a basic group", basic, basic.Block, "member", "kicked", "Forbidden: bot was kicked from the group chat"},
		{"added again", group, group.Add, "kicked", "member", ""},
		{"let go", group, group.Dismiss, "member", "left", "Forbidden: bot is not a member of the supergroup chat"},
		{"added", newcomer, newcomer.Add, "left", "member", ""},
	} {
		id := step.do()
		all := updates(t, s)
		u := all[len(all)-1]
		if u.ID != id || u.MyChatMember == nil || u.MyChatMember.Chat.ID != step.chat.ID() ||
			u.MyChatMember.OldChatMember.Type != step.old || u.MyChatMember.NewChatMember.Type != step.new {
			t.Errorf("%s: got %+v", step.name, u.MyChatMember)
		}
		a := post(t, s, "sendMessage", jsonOf(map[string]any{"chat_id": step.chat.ID(), "text": "x"}))
		if a.Description != step.want || a.OK != (step.want == "") || !a.OK && a.Code != http.StatusForbidden {
			t.Errorf("%s: got %+v, want %q", step.name, a, step.want)
		}
	}
	if last := group.Say("anybody?"); last != updates(t, s)[len(updates(t, s))-1].ID {
		t.Error("the bot hears what is said where it no longer is")
	}
}

// TestElsewhere holds that the bot hears nothing of what is said where it is not.
func TestElsewhere(t *testing.T) {
	t.Parallel()
	s := telegramtest.New(t)
	for _, kind := range []string{"private", "group", "supergroup", "channel"} {
		s.Elsewhere(kind).Say("anybody?")
		if n := s.Pending(); n != 0 {
			t.Errorf("%s: the bot hears of %d messages", kind, n)
		}
	}
}

func TestMigration(t *testing.T) {
	t.Parallel()
	s := telegramtest.New(t)
	b, ctx := client(t, s), context.Background()
	old := s.BasicGroup()
	admin := s.Person("Адмін", "")
	old.Admin(admin)
	group, ids := old.Migrate()
	all := updates(t, s)
	if len(all) != 2 || all[0].Message.Chat.ID != old.ID() || all[0].Message.MigrateToChatID != group.ID() || all[0].Message.Chat.Type != "group" ||
		all[1].Message.Chat.ID != group.ID() || all[1].Message.MigrateFromChatID != old.ID() || all[1].ID != ids[1] {
		t.Errorf("got %+v", all)
	}
	a := post(t, s, "sendMessage", jsonOf(map[string]any{"chat_id": old.ID(), "text": "x"}))
	if a.Code != http.StatusBadRequest || a.Description != "Bad Request: group chat was upgraded to a supergroup chat" || a.Parameters.MigrateToChatID != group.ID() {
		t.Errorf("got %+v", a)
	}
	m, err := b.GetChatMember(ctx, &tg.GetChatMemberParams{ChatID: group.ID(), UserID: admin.ID})
	if err != nil || m.Type != models.ChatMemberTypeAdministrator {
		t.Errorf("in the supergroup: %+v, %v", m, err)
	}
	if a := post(t, s, "sendMessage", jsonOf(map[string]any{"chat_id": group.ID(), "text": "x"})); !a.OK {
		t.Errorf("got %+v", a)
	}
	if old.ID() > 0 || old.ID() < -1_000_000_000_000 || group.ID() > -1_000_000_000_000 {
		t.Errorf("ids %d and %d", old.ID(), group.ID())
	}
}
