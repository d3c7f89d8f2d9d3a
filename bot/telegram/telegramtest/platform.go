package telegramtest

import (
	"fmt"
	"maps"
	"mime"
	"path"
	"slices"
	"strings"
	"testing"

	"rapporteur/bot/bottest"
)

// Platform is the user's side of a server for the shared table of
// conversations: one person in a private chat and in a group, both with the bot.
type Platform struct {
	// Idle reports whether the bot has nothing under way, which it alone knows.
	Idle func() bool

	s              *Server
	private, group *Chat
	last           *Chat // where the person was last
}

// Platform returns the user's side of the server.
func (s *Server) Platform() *Platform {
	private := s.Private()
	return &Platform{Idle: func() bool { return true }, s: s, private: private, group: s.Group().As(private.Person()), last: private}
}

// Say types the step and returns the bot's answer as a reader sees it. It knows
// that there is none to come when the bot confirms the update.
func (p *Platform) Say(t testing.TB, step bottest.Step) []string {
	t.Helper()
	return p.say(t, step, Typed{})
}

// Upload does the same with a file that the step's words stand under.
func (p *Platform) Upload(t testing.TB, step bottest.Step, name string, data []byte) []string {
	t.Helper()
	return p.say(t, step, Typed{Document: &File{Name: name, Type: mime.TypeByExtension(path.Ext(name)), Data: data}})
}

func (p *Platform) say(t testing.TB, step bottest.Step, typed Typed) []string {
	t.Helper()
	chat := p.group
	if step.Where == bottest.Direct {
		chat = p.private
	}
	p.last = chat
	before := chat.newest()
	typed.Text, typed.Locale = typeStep(step), step.Locale
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
	return chat.since(before)
}

// Settle waits until the bot has nothing under way, and returns the last text it
// has said where the person was last, as it is now, with the names of its files.
func (p *Platform) Settle(t testing.TB) (said []string) {
	t.Helper()
	p.s.wait(t, "what goes on to end", p.Idle)
	for _, m := range p.last.Messages() {
		switch {
		case m.File == nil:
			said = []string{m.Reader()}
		default:
			said = append(said, m.File.Name)
		}
	}
	return said
}

// newest is the number of the last message in the chat, whoever wrote it.
func (c *Chat) newest() int64 {
	c.s.mu.Lock()
	defer c.s.mu.Unlock()
	return c.world.lastID
}

// since returns what the bot has said in the chat after a message.
func (c *Chat) since(message int64) (texts []string) {
	for _, m := range c.Messages() {
		if m.ID > message {
			texts = append(texts, m.Reader())
		}
	}
	return texts
}

// Press presses the button with the label on the last message the bot has sent
// where the person was last, and returns what the bot says to that: in new
// messages, else in a new version of the message pressed, else in a notice that
// passes.
func (p *Platform) Press(t testing.TB, label, locale string) []string {
	t.Helper()
	var pressed Message
	for _, m := range p.last.Messages() {
		pressed = m
	}
	if len(pressed.Buttons) == 0 && !p.s.asksForPresses() {
		t.Log("the bot does not ask for presses, and there are no buttons")
		return nil
	}
	if b, ok := pressed.Button(label); !ok || b.Data == "" {
		t.Errorf("there is no button %q to press among %q", label, pressed.Labels())
		return nil
	}
	if locale == "" {
		locale = "en"
	}
	who := *p.last.who
	who.Language = locale
	as := *p.last
	as.who = &who
	before := p.last.newest()
	press := as.PressOn(pressed, label)
	p.s.wait(t, fmt.Sprintf("an answer to the button %q", label), func() bool {
		_, acknowledged := press.Answered() // every press is, beside what else it brings
		return acknowledged && p.s.Handled(press.Update)
	})
	if said := p.last.since(before); len(said) > 0 {
		return said
	}
	if now := p.last.Message(pressed.ID); now.Text != pressed.Text {
		return []string{now.Reader()}
	}
	if a, _ := press.Answered(); a.Text != "" {
		return []string{a.Text}
	}
	return nil
}

// asksForPresses reports whether the bot has asked for them by name.
func (s *Server) asksForPresses() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Contains(s.allowed, "callback_query")
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
