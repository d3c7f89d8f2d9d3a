package telegramtest

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"rapporteur/bot/bottest"
)

// Platform is the user's side of a server for the shared table of
// conversations: one person in a private chat and in a group, both with the bot.
type Platform struct {
	s              *Server
	private, group *Chat
}

// Platform returns the user's side of the server.
func (s *Server) Platform() *Platform {
	return &Platform{s: s, private: s.Private(), group: s.Group()}
}

// Say types the step and returns the bot's answer as a reader sees it. It knows
// that there is none to come when the bot confirms the update.
func (p *Platform) Say(t testing.TB, step bottest.Step) []string {
	t.Helper()
	chat := p.group
	if step.Where == bottest.Direct {
		chat = p.private
	}
	before := len(chat.Messages())
	typed := Typed{Text: typeStep(step), Locale: step.Locale}
	if typed.Locale == "" {
		typed.Locale = "en"
	}
	switch step.Where {
	case bottest.Mention:
		typed.Text = "@" + Name + " " + typed.Text
	case bottest.ReplyTo:
		typed.ReplyTo = chat.lastOfBot()
	}
	id := chat.Type(typed)
	p.s.wait(t, fmt.Sprintf("an answer to %q", typed.Text), func() bool { return p.s.Handled(id) })
	var texts []string
	for _, m := range chat.Messages()[before:] {
		texts = append(texts, m.Reader())
	}
	return texts
}

// typeStep is what a person types for a step: a command's options follow its
// argument as name:value, in quotation marks if there are spaces in them.
func typeStep(step bottest.Step) string {
	if step.Command == "" {
		return step.Text
	}
	words := []string{"/" + step.Command}
	if step.Where != bottest.Direct {
		words[0] += "@" + Name
	}
	if step.Text != "" {
		words = append(words, step.Text)
	}
	for _, name := range slices.Sorted(maps.Keys(step.Options)) {
		value := step.Options[name]
		if strings.ContainsAny(value, " \t\n") {
			value = `"` + value + `"`
		}
		words = append(words, name+":"+value)
	}
	return strings.Join(words, " ")
}

// lastOfBot returns the bot's last message in the chat, planting one if it has
// not said anything yet.
func (c *Chat) lastOfBot() int64 {
	if sent := c.Messages(); len(sent) > 0 {
		return sent[len(sent)-1].ID
	}
	return c.Plant()
}
