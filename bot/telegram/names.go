package telegram

import (
	"slices"
	"strconv"
	"strings"

	"rapporteur/bot"
)

// learn remembers what topics and operators are called; of other people nothing is
// kept.
func (a *Adapter) learn(m *message) {
	if m.From != nil && slices.Contains(a.operators, id(m.From.ID)) {
		a.names.Add(id(m.From.ID), strings.TrimSpace(m.From.FirstName+" "+m.From.LastName))
	}
	at := place{chat: m.Chat.ID, topic: m.Thread}.String()
	for _, t := range []*topic{m.Topic, m.Renamed} {
		if t != nil && t.Name != "" {
			a.names.Add(at, t.Name)
		}
	}
	if m.ReplyTo != nil && m.ReplyTo.Topic != nil && !a.names.Contains(at) { // it has the first name, and may have another now
		a.names.Add(at, m.ReplyTo.Topic.Name)
	}
}

// named gives the places of a reply their names.
func (a *Adapter) named(r bot.Reply) bot.Reply {
	for _, b := range r.Blocks {
		list, _ := b.(bot.List)
		for _, item := range list.Items {
			for i := range item.Places {
				item.Places[i].Name = a.nameOf(item.Places[i])
			}
		}
	}
	return r
}

// nameOf is what a place is called. A topic of which no name is known has its
// address, which leads there.
func (a *Adapter) nameOf(p bot.Place) string {
	if name, ok := a.names.Get(p.ID); ok && name != "" {
		return name
	}
	at, err := placeOf(p.ID)
	switch {
	case p.Person, err != nil, at.topic == 0:
		return p.ID
	case at.topic == generalTopic:
		return "General"
	}
	return "t.me/c/" + strings.TrimPrefix(id(at.chat), "-100") + "/" + strconv.Itoa(at.topic)
}
