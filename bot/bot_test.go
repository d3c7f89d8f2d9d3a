package bot_test

import (
	"context"
	"strings"
	"testing"

	"rapporteur/bot"
	"rapporteur/bot/bottest"
)

// neutral is the platform without a platform: blocks are read as they are.
type neutral struct{ h bot.Handler }

func (n neutral) Say(t testing.TB, s bottest.Step) []string {
	r := bot.Request{
		Platform: "neutral", User: "u", Chat: "c", Self: "rapporteur", Locale: s.Locale,
		Direct: s.Where == bottest.Direct, Addressed: s.Where == bottest.Mention || s.Where == bottest.ReplyTo,
		Command: s.Command, Text: s.Text, Options: s.Options,
	}
	var out []string
	for _, part := range bot.Split(n.h.Handle(context.Background(), r), 2000, func(r bot.Reply) int { return len(read(r)) }) {
		out = append(out, read(part))
	}
	return out
}

func read(r bot.Reply) string {
	var b strings.Builder
	for _, block := range r.Blocks {
		switch x := block.(type) {
		case bot.Para:
			b.WriteString(x.Text + "\n")
		case bot.Cite:
			b.WriteString(x.Label + "\n" + x.Text + "\n" + x.SourceLine() + " (" + x.Link + ")\n")
			for _, n := range x.Notes {
				b.WriteString(n.Text + " (" + n.Link + ")\n")
			}
		case bot.List:
			for _, it := range x.Items {
				b.WriteString(it.Term + " " + it.Text + " (" + it.Link + ")\n")
			}
		}
	}
	return b.String()
}

func TestConversations(t *testing.T) {
	bottest.Run(t, func(t *testing.T, h bot.Handler) bottest.Platform { return neutral{h} })
}
