package telegram

import (
	"slices"
	"strings"

	"github.com/go-telegram/bot/models"
	lru "github.com/hashicorp/golang-lru/v2"

	"rapporteur/bot"
)

// maxNames is how many people and topics are known by name: those of the groups
// that are talked in. One takes some hundred bytes.
const maxNames = 10_000

// names knows how Telegram shows people and topics, as far as they have been seen
// since the start. Nothing of it is kept.
type names struct {
	known *lru.Cache[string, string] // of people by their id, of topics by their place
}

func newNames() *names {
	known, err := lru.New[string, string](maxNames)
	if err != nil {
		panic(err) // only for a size below one
	}
	return &names{known}
}

// note takes the names that come with a message.
func (n *names) note(m *message) {
	if m.From != nil {
		n.noteUser(m.From)
	}
	if m.ReplyTo != nil && m.ReplyTo.TopicCreated != nil && m.IsTopicMessage {
		n.known.Add(m.place().String(), m.ReplyTo.TopicCreated.Name)
	}
	if m.TopicCreated != nil {
		n.known.Add(m.place().String(), m.TopicCreated.Name)
	}
	if m.TopicEdited != nil && m.TopicEdited.Name != "" {
		n.known.Add(m.place().String(), m.TopicEdited.Name)
	}
}

func (n *names) noteUser(u *models.User) {
	if name := strings.TrimSpace(u.FirstName + " " + u.LastName); name != "" {
		n.known.Add(id(u.ID), name)
	}
}

// places writes the places of a reply's items out as Telegram shows them.
func (n *names) places(r bot.Reply) bot.Reply {
	r.Blocks = slices.Clone(r.Blocks)
	for i, b := range r.Blocks {
		l, ok := b.(bot.List)
		if !ok {
			continue
		}
		l.Items = slices.Clone(l.Items)
		for j, it := range l.Items {
			parts := []string{it.Text}
			for k, p := range it.Places {
				if k > 0 {
					parts[len(parts)-1] += ","
				}
				parts = append(parts, n.of(p))
			}
			l.Items[j].Text, l.Items[j].Places = strings.TrimSpace(strings.Join(parts, " ")), nil
		}
		r.Blocks[i] = l
	}
	return r
}

func (n *names) of(p bot.Place) string {
	name, ok := n.known.Get(p.ID)
	switch {
	case ok && p.User:
		return name + " (" + p.ID + ")"
	case ok:
		return "“" + name + "”"
	case strings.HasSuffix(p.ID, generalID):
		return "“General”" // as Telegram calls it before anybody renames it
	}
	return p.ID
}
