package telegram_test

import (
	"fmt"
	"slices"
	"testing"

	"rapporteur/bot/bottest"
	"rapporteur/bot/telegram/telegramtest"
)

// TestWhoIsAnswered covers those who do not write under their own name.
func TestWhoIsAnswered(t *testing.T) {
	t.Parallel()
	s := telegramtest.New(t)
	channel := s.Channel()
	me := map[string]any{"id": telegramtest.ID, "is_bot": true, "first_name": "Rapporteur", "username": telegramtest.Name}
	other := map[string]any{"id": 5, "is_bot": true, "first_name": "Gif", "username": "gif"}
	const text = "/ask@" + telegramtest.Name + " де?"
	tests := []struct {
		name    string
		private bool
		typed   telegramtest.Typed
		user    func(*telegramtest.Chat) int64 // nil: not answered
		manager bool
	}{
		{"a person", false, telegramtest.Typed{Text: text}, speaker, false},
		{"an anonymous administrator", false, telegramtest.Typed{Text: text, Anonymous: true}, (*telegramtest.Chat).ID, true},
		{"a channel", false, telegramtest.Typed{Text: text, AsChannel: channel}, func(*telegramtest.Chat) int64 { return channel.ID() }, false},
		{"the linked channel's post", false, telegramtest.Typed{Text: text, Automatic: channel}, nil, false},
		{"the same of a server that says less", false, telegramtest.Typed{Text: text, Automatic: channel, Extra: map[string]any{"forward_origin": nil}}, nil, false},
		{"by way of the bot itself", false, telegramtest.Typed{Text: text, Extra: map[string]any{"via_bot": me}}, nil, false},
		{"by way of itself in private", true, telegramtest.Typed{Text: text, Extra: map[string]any{"via_bot": me}}, nil, false},
		{"by way of another bot", false, telegramtest.Typed{Text: text, Extra: map[string]any{"via_bot": other}}, speaker, false},
		{"another bot", false, telegramtest.Typed{Text: text, FromBot: true}, nil, false},
		{"forwarded into a group", false, telegramtest.Typed{Text: text, Forwarded: &telegramtest.Origin{Hidden: "Хтось"}}, nil, false},
		{"forwarded in private", true, telegramtest.Typed{Text: text, Forwarded: &telegramtest.Origin{Channel: channel}}, speaker, false},
	}
	h := echo()
	launch(t, s, h)
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			chat := s.Group()
			if tt.private {
				chat = s.Private()
			}
			before := len(h.requests())
			posted := chat.Post(tt.typed)
			s.WaitHandled(posted.Update)
			got := h.requests()[before:]
			if tt.user == nil {
				if len(got) > 0 || len(chat.Messages()) > 0 {
					t.Errorf("the bot was asked %+v", got)
				}
				return
			}
			if len(got) != 1 || chat.Answers(posted.Message) != 1 {
				t.Fatalf("the bot was asked %d times and answered %d times, want once", len(got), chat.Answers(posted.Message))
			}
			if want := fmt.Sprint(tt.user(chat)); got[0].User != want || got[0].Manager != tt.manager {
				t.Errorf("asked by %s, manager %v; want %s, %v", got[0].User, got[0].Manager, want, tt.manager)
			}
			if want := tt.typed.Forwarded != nil; got[0].Forwarded != want {
				t.Errorf("forwarded is %v, want %v", got[0].Forwarded, want)
			}
		})
	}
}

func speaker(c *telegramtest.Chat) int64 { return c.Person().ID }

// TestAddressedInAGroup asks the real bot in every way people have, of which
// privacy mode lets all but the mention within through.
func TestAddressedInAGroup(t *testing.T) {
	t.Parallel()
	s := telegramtest.New(t)
	h := atHome(t, s)
	group := s.Group()
	h.settle(group.Say("/ask@" + telegramtest.Name + " " + bridge))
	reads(t, last(t, group), bottest.Opening)
	first := last(t, group)
	h.settle(group.Reply(first.ID, "How much will the bridge cost in 2026?"))
	reads(t, last(t, group), bottest.Budget)
	h.settle(group.Mention(bridge))
	reads(t, last(t, group), bottest.Opening)
	h.settle(group.Say(bridge), group.Say("/ask@other_bot "+bridge), group.Say("/unheard_of"))
	if n := len(group.Messages()); n != 3 {
		t.Errorf("%d messages, want three: %q", n, group.Read())
	}
}

// TestTopicsAreKept follows an answer and what its buttons bring through topics.
func TestTopicsAreKept(t *testing.T) {
	t.Parallel()
	s := telegramtest.New(t)
	h := atHome(t, s)
	group := s.Group()
	topic, general := group.Topic(), group.General()
	h.settle(topic.Mention(bridge))
	answer := last(t, topic)
	h.settle(general.Mention(bridge))
	inGeneral := last(t, group)
	if answer.Thread == 0 || inGeneral.Thread != 0 {
		t.Fatalf("the answers are in %d and %d", answer.Thread, inGeneral.Thread)
	}
	h.settle(topic.PressOn(answer, "Context").Update, general.PressOn(inGeneral, "Source").Update)
	for _, m := range []telegramtest.Message{answer, inGeneral} {
		if now := group.Message(m.ID); now.Edits != 1 || now.Thread != m.Thread {
			t.Errorf("after a press %+v", now)
		}
	}
	// What cannot be shown to the bot any more cannot be changed: it comes below.
	press := topic.Do(telegramtest.Pressing{On: answer, Label: "Source", Inaccessible: true})
	h.settle(press.Update)
	if below := last(t, group); below.ID == answer.ID || below.ReplyTo != answer.ID {
		t.Errorf("a press under what cannot be seen brings %+v", below)
	}
}

// TestForwardedIsOfferedACheck forwards a message, and has it checked.
func TestForwardedIsOfferedACheck(t *testing.T) {
	t.Parallel()
	s := telegramtest.New(t)
	h := atHome(t, s)
	const claim = "The bridge will cost $120 million in 2026, said the finance ministry of Freedonia."
	forwarded := telegramtest.Typed{Text: claim, Forwarded: &telegramtest.Origin{Hidden: "Хтось"}}

	chat := s.Private()
	posted := chat.Post(forwarded)
	h.settle(posted.Update)
	offer := last(t, chat)
	reads(t, offer, "You have forwarded a message")
	labelled(t, offer, "Verify against the sources")
	if offer.ReplyTo != posted.Message {
		t.Errorf("the offer replies to %d, want %d", offer.ReplyTo, posted.Message)
	}
	h.settle(chat.PressOn(offer, "Verify against the sources").Update)
	if all := chat.Messages(); len(all) != 1 || all[0].ID != offer.ID {
		t.Fatalf("%d messages, want the check in the place of the offer", len(all))
	}
	reads(t, last(t, chat), bottest.Budget, "for you to judge", "Claimed: “"+claim+"”")

	group := s.Group()
	h.settle(group.Type(forwarded))
	if got := group.Read(); len(got) > 0 {
		t.Errorf("in a group the bot says %q to a forwarded message", got)
	}
}

// TestForwardedMessageDeleted presses the button when what it is about is gone.
func TestForwardedMessageDeleted(t *testing.T) {
	t.Parallel()
	s := telegramtest.New(t)
	h := atHome(t, s)
	chat := s.Private()
	h.settle(chat.Type(telegramtest.Typed{Text: "The bridge will cost $120 million in 2026.", Forwarded: &telegramtest.Origin{Hidden: "Хтось"}}))
	press := chat.Do(telegramtest.Pressing{On: last(t, chat), Label: "Verify against the sources", Inaccessible: true})
	h.settle(press.Update)
	if a := press.Wait(); a.Text != "I no longer see the message this is about. Please forward it again." {
		t.Errorf("answered with %+v", a)
	}
}

// TestCheckOfSomebodysMessage replies to a message of somebody else's.
func TestCheckOfSomebodysMessage(t *testing.T) {
	t.Parallel()
	s := telegramtest.New(t)
	h := atHome(t, s)
	group := s.Group()
	claim := group.As(s.Person("Тарас", "")).Post(telegramtest.Typed{Text: "The bridge will cost $120 million in 2026."})
	h.settle(claim.Update)
	h.settle(group.Reply(claim.Message, "/check@"+telegramtest.Name))
	reads(t, last(t, group), bottest.Budget, "for you to judge")

	caption := group.Post(telegramtest.Typed{Text: "Captain Rufus Firefly will open the bridge in May.", Caption: true})
	h.settle(caption.Update)
	h.settle(group.Reply(caption.Message, "/check@"+telegramtest.Name))
	reads(t, last(t, group), bottest.Opening)

	h.settle(group.Say("/check@" + telegramtest.Name))
	reads(t, last(t, group), "Reply to a message with /verify")
	if !slices.ContainsFunc(group.Messages(), func(m telegramtest.Message) bool { return m.ReplyTo != 0 }) {
		t.Error("nothing replies")
	}
}
