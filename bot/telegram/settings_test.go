package telegram_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"rapporteur/bot/bottest"
	"rapporteur/bot/telegram"
	"rapporteur/bot/telegram/telegramtest"
)

const settingsCommand = "/settings@" + telegramtest.Name

// TestSettingsByButtons changes every setting that has buttons.
func TestSettingsByButtons(t *testing.T) {
	t.Parallel()
	s, kept := telegramtest.New(t), keep(t)
	h := open(t, s, sample(t, kept), kept)
	group := s.Group()
	group.Admin(group.Person())
	h.settle(group.Say(settingsCommand))
	panel := last(t, group)
	reads(t, panel, "Settings of this group")
	labelled(t, panel, "✓ Asker's language", "Ukrainian", "✓ Default", "Careful", "Balanced", "Eager",
		"✓ When addressed", "Every question", "✓ No preview", "Preview", "✓ No quiet hours", "Quiet 22:00–07:00")
	for i, label := range []string{"Careful", "Eager", "Every question", "Preview", "Quiet 22:00–07:00"} {
		press := group.PressOn(panel, label)
		h.settle(press.Update)
		now := group.Message(panel.ID)
		labelled(t, now, "✓ "+label)
		if a := press.Wait(); a.Text != "" || now.Edits != i+1 {
			t.Errorf("%q is answered with %+v and edit %d, want edit %d without words", label, a, now.Edits, i+1)
		}
	}
	marks := 0
	for _, label := range slices.Concat(group.Message(panel.ID).Labels()...) {
		if strings.HasPrefix(label, "✓ ") {
			marks++
		}
	}
	if marks != 5 {
		t.Errorf("%d marks, want one for each of five settings: %q", marks, group.Message(panel.ID).Labels())
	}
	if all := group.Messages(); len(all) != 1 {
		t.Errorf("%d messages, want the one that is edited", len(all))
	}
	if n := len(s.Calls("getChatAdministrators")); n != 1 {
		t.Errorf("the administrators were asked for %d times, want once", n)
	}
	// It is where Discord's are, under the group's number.
	got, err := kept.State.Settings(context.Background(), "telegram", fmt.Sprint(group.ID()))
	if err != nil || got.Confidence != "eager" || !got.Unaddressed || !got.Preview || got.Quiet.From != 22*60 || got.Quiet.To != 7*60 {
		t.Errorf("kept: %+v, %v", got, err)
	}
}

// TestSettingsTakeEffect asks before and after.
func TestSettingsTakeEffect(t *testing.T) {
	t.Parallel()
	s := telegramtest.New(t)
	h := atHome(t, s)
	group := s.Group()
	group.Admin(group.Person())
	others := group.As(s.Person("Тарас", "en"))

	h.settle(others.Say(bridge))
	if len(group.Messages()) > 0 {
		t.Fatal("the bot answers what it has overheard")
	}
	h.settle(group.Say(settingsCommand + " answer:all preview:on"))
	h.settle(others.Say("Who won the chess olympiad in Reykjavik?"), others.Say("hello all, how are you?"), others.Say("Captain Rufus Firefly"))
	if n := len(group.Messages()); n != 1 {
		t.Fatalf("what the texts do not answer is answered: %q", group.Read())
	}
	heard := others.Post(telegramtest.Typed{Text: bridge})
	h.settle(heard.Update)
	answer := last(t, group)
	reads(t, answer, bottest.Opening)
	if answer.ReplyTo != heard.Message {
		t.Errorf("the answer replies to %d, want %d", answer.ReplyTo, heard.Message)
	}
	if answer.Preview.Disabled || !strings.HasPrefix(answer.Preview.URL, "https://example.org/bridge") {
		t.Errorf("the preview is %+v, want the source's", answer.Preview)
	}

	h.settle(group.Press("Ukrainian").Update)
	h.settle(others.Mention("Who won the chess olympiad in Reykjavik?"))
	reads(t, last(t, group), "У джерелах цього немає.")
}

func TestSettingsAreForAdministrators(t *testing.T) {
	t.Parallel()
	s, kept := telegramtest.New(t), keep(t)
	h := open(t, s, sample(t, kept), kept)
	group := s.Group()
	admin, member := group.As(s.Person("Адмінка", "")), group.As(s.Person("Тарас", ""))
	group.Admin(admin.Person())
	h.settle(admin.Say(settingsCommand))
	panel := last(t, group)

	const refusal = "Only administrators of this group may do that."
	press := member.PressOn(panel, "Careful")
	h.settle(press.Update)
	if a := press.Wait(); a.Text != refusal {
		t.Errorf("a member's press is answered with %+v", a)
	}
	h.settle(member.Say(settingsCommand + " confidence:careful"))
	reads(t, last(t, group), refusal)
	if now := group.Message(panel.ID); now.Edits > 0 {
		t.Errorf("a member has changed the settings: %+v", now)
	}
	if got, err := kept.State.Settings(context.Background(), "telegram", fmt.Sprint(group.ID())); err != nil || got.Confidence != "" {
		t.Errorf("kept: %+v, %v", got, err)
	}
	h.settle(admin.Type(telegramtest.Typed{Text: settingsCommand + " confidence:careful", Anonymous: true}))
	reads(t, last(t, group), "careful")
	if n := len(s.Calls("getChatAdministrators")); n != 1 {
		t.Errorf("the administrators were asked for %d times, want once", n)
	}
}

// TestDemoted holds that somebody can go on for as long as the list is believed,
// and no longer.
func TestDemoted(t *testing.T) {
	t.Parallel()
	if telegram.AdminsBelieved != 5*time.Minute {
		t.Errorf("the list is believed for %v", telegram.AdminsBelieved)
	}
	s := telegramtest.New(t)
	h := atHome(t, s, func(a *telegram.Adapter) { a.BelieveAdminsFor(500 * time.Millisecond) })
	group := s.Group()
	group.Admin(group.Person())
	h.settle(group.Say(settingsCommand))
	group.Demote(group.Person())
	panel := last(t, group)
	data, _ := panel.Button("Careful")
	s.Wait("a press to be refused", func() bool {
		press := group.Do(telegramtest.Pressing{On: panel, Data: data.Data})
		h.settle(press.Update)
		return strings.Contains(press.Wait().Text, "Only administrators")
	})
	if n := len(s.Calls("getChatAdministrators")); n < 2 {
		t.Errorf("the administrators were asked for %d times", n)
	}
}

// TestAdministratorsUnknown presses while nobody can say who administers.
func TestAdministratorsUnknown(t *testing.T) {
	t.Parallel()
	s := telegramtest.New(t)
	h := atHome(t, s)
	group := s.Group()
	group.Admin(group.Person())
	h.settle(group.Type(telegramtest.Typed{Text: settingsCommand, Anonymous: true}))
	for _, f := range []telegramtest.Fault{{Status: 400, Description: "Bad Request: CHAT_ADMIN_REQUIRED"}, {Status: 502, NotJSON: true}, {}} {
		s.Fail("getChatAdministrators", f)
		press := group.Press("Careful")
		h.settle(press.Update)
		if a := press.Wait(); !a.Alert || a.Text != "I cannot find out at the moment whether you may do that. Please try again in a minute." {
			t.Errorf("after %+v, answered with %+v", f, a)
		}
	}
	// What has failed is not believed.
	h.settle(group.Press("Careful").Update)
	labelled(t, last(t, group), "✓ Careful")
}

// TestAnswersOnlyInSomeTopics allows one topic.
func TestAnswersOnlyInSomeTopics(t *testing.T) {
	t.Parallel()
	s := telegramtest.New(t)
	h := atHome(t, s)
	group := s.Group()
	group.Admin(group.Person())
	here, there := group.Topic(), group.Topic()
	h.settle(here.Say(settingsCommand + " allow:here"))
	reads(t, last(t, group), "t.me/c/")
	made := map[string]any{"message_id": 2, "date": 1, "forum_topic_created": map[string]any{"name": "Press room", "icon_color": 1}}
	h.settle(here.Type(telegramtest.Typed{Text: settingsCommand, Extra: map[string]any{"reply_to_message": made}}))
	reads(t, last(t, group), "Press room")
	n := len(group.Messages())
	h.settle(there.Mention(bridge))
	if got := group.Messages(); len(got) != n {
		t.Errorf("elsewhere the bot says %q", got[n].Reader())
	}
	h.settle(here.Mention(bridge))
	reads(t, last(t, group), bottest.Opening)

	// General is a topic like the others.
	group = s.Group()
	group.Admin(group.Person())
	topic := group.Topic()
	h.settle(group.General().Say(settingsCommand + " allow:here"))
	reads(t, last(t, group), "General")
	n = len(group.Messages())
	h.settle(topic.Mention(bridge))
	if got := group.Messages(); len(got) != n {
		t.Errorf("in a topic the bot says %q", got[n].Reader())
	}
	h.settle(group.General().Mention(bridge))
	reads(t, last(t, group), bottest.Opening)
}
