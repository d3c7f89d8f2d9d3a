package bot_test

import (
	"context"
	"strings"
	"testing"

	"rapporteur/bot"
	"rapporteur/bot/bottest"
)

// neutral is the platform without a platform: blocks are read as they are.
type neutral struct {
	h    bot.Handler
	last bot.Reply
}

func (n *neutral) Say(t testing.TB, s bottest.Step) []string {
	return n.send(s, nil, "")
}

func (n *neutral) Upload(t testing.TB, s bottest.Step, name string, data []byte) []string {
	return n.send(s, []bot.Upload{*bottest.Upload(name, string(data))}, "")
}

func (n *neutral) Press(t testing.TB, label, locale string) []string {
	for _, a := range n.last.Actions {
		if a.Label == label {
			return n.send(bottest.Step{Locale: locale}, nil, a.Token)
		}
	}
	t.Errorf("there is no button %q under %q", label, read(n.last))
	return nil
}

func (n *neutral) Settle(t testing.TB) []string {
	for r := range n.last.Updates {
		n.last = r
	}
	return []string{read(n.last)}
}

func (n *neutral) send(s bottest.Step, files []bot.Upload, action string) []string {
	r := bot.Request{
		Platform: "neutral", User: "u", Chat: "c", Self: "rapporteur", Locale: s.Locale,
		Direct: s.Where == bottest.Direct, Addressed: s.Where == bottest.Mention || s.Where == bottest.ReplyTo,
		Command: s.Command, Text: s.Text, Options: s.Options, Files: files, Room: 100, Action: action,
	}
	if action != "" {
		r.Message = "1"
	}
	pressed := n.last
	if n.last = n.h.Handle(context.Background(), r); len(n.last.Actions) == 0 && action != "" {
		n.last.Actions = pressed.Actions // the message with the button still stands
	}
	var out []string
	for _, part := range bot.Split(n.last, 2000, func(r bot.Reply) int { return len(read(r)) }) {
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
	bottest.Run(t, func(t *testing.T, h bot.Handler) bottest.Platform { return &neutral{h: h} })
}
