package telegram_test

import (
	"context"
	"testing"

	"rapporteur/bot"
	"rapporteur/bot/telegram/telegramtest"
)

// TestRenderKinds renders what the bot says in its newer ways.
func TestRenderKinds(t *testing.T) {
	t.Parallel()
	kept := keep(t)
	b := sample(t, kept)
	ask := func(change func(*bot.Request)) bot.Reply {
		r := bot.Request{Platform: "telegram", User: "7", Chat: "7", Direct: true, Self: telegramtest.Name, Locale: "en", Room: 64, InPlace: true}
		change(&r)
		return b.Handle(context.Background(), r)
	}
	press := func(on bot.Reply, label string) bot.Reply {
		for _, a := range on.Actions {
			if a.Label == label {
				return ask(func(r *bot.Request) { r.Action, r.Message = a.Token, "1" })
			}
		}
		t.Fatalf("there is no button %q", label)
		return bot.Reply{}
	}
	answer := ask(func(r *bot.Request) { r.Text = bridge })
	refusal := ask(func(r *bot.Request) { r.Text = unknown })
	context := press(answer, "Context")
	picks := func(text string) bot.Reply {
		list := b.Pick(t.Context(), bot.Request{Platform: "telegram", User: "7", Direct: true, Self: telegramtest.Name, Locale: "en", Room: 64, InPlace: true, Text: text}, 20).List
		if len(list) == 0 {
			t.Fatalf("nothing to pick for %q", text)
		}
		return list[0].Reply
	}
	press(refusal, "Tell me when it appears")
	sent := &post{}
	if _, err := credulous(t, kept).Announce(t.Context(), map[string]bot.Sender{"telegram": sent}); err != nil {
		t.Fatal(err)
	}
	for name, r := range map[string]bot.Reply{
		"kind_answer":  answer,
		"kind_refusal": refusal,
		"kind_context": context,
		"kind_back":    press(context, "Back"),
		"kind_more":    press(answer, "More quotes"),
		"kind_source":  press(answer, "Source"),
		"kind_settings": ask(func(r *bot.Request) {
			r.Text, r.Direct, r.Group, r.Space, r.Manager = "/settings", false, true, "-7", true
		}),
		"kind_offer":   ask(func(r *bot.Request) { r.Text, r.Forwarded = "The bridge will cost $120 million in 2026.", true }),
		"kind_news":    sent.reply,
		"kind_pick":    picks(bridge),
		"kind_pick_no": picks(unknown),
	} {
		t.Run(name, func(t *testing.T) { golden(t, name, r) })
	}
}

// post is a sender that remembers what it was to send.
type post struct{ reply bot.Reply }

func (*post) Room() int     { return 64 }
func (*post) InPlace() bool { return true }

func (p *post) Send(_ context.Context, _ bot.Recipient, r bot.Reply) error {
	p.reply = r
	return nil
}
