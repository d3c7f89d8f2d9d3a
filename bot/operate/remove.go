package operate

import (
	"context"
	"crypto/sha256"
	"encoding/base64"
	"strings"
	"unicode/utf8"

	"rapporteur/bot"
	"rapporteur/bot/ask"
	"rapporteur/bot/locale"
	"rapporteur/bot/state"
	"rapporteur/bot/token"
	"rapporteur/corpus"
)

// What follows in the token of a button that removes a text: its id, or the
// first eight bytes of the id's SHA-256. Four, as in a ref, would do for showing
// a text, but not for removing one.
const (
	namedItself = 'i'
	namedHashed = 'h'
	nameHash    = 8
)

// textName is what a token needs to name a text.
func textName(id string, room int) []byte {
	if itself := append([]byte{namedItself}, id...); token.Header+token.SealSize+len(itself) <= base64.RawURLEncoding.DecodedLen(room) {
		return itself
	}
	return append([]byte{namedHashed}, textHash(id)...)
}

func textHash(id string) []byte {
	h := sha256.Sum256([]byte(id))
	return h[:nameHash]
}

// named returns the id in a token.
func (b *Room) named(name []byte) (string, error) {
	switch {
	case len(name) > 1 && name[0] == namedItself && utf8.Valid(name):
		return string(name[1:]), nil
	case len(name) == 1+nameHash && name[0] == namedHashed:
		for _, t := range b.library.Corpus().Texts() {
			if string(textHash(t.ID)) == string(name[1:]) {
				return t.ID, nil
			}
		}
		return "", &bot.UserError{Message: "text_gone"}
	}
	return "", token.ErrUnknown
}

// yes is what is typed after a command where there is no button to say so.
const yes = "yes"

// remove takes a text out of the folder and of the answers. Where there are
// buttons it asks first whether that is meant, unless it was typed that it is.
func (b *Room) remove(ctx context.Context, c *bot.Call) (bot.Reply, error) {
	if b.keeper == nil {
		return bot.Reply{}, errNoKeeper
	}
	id := strings.Trim(c.Argument, bot.QuotationMarks+" ")
	t, known := b.library.Corpus().Text(id)
	if before, ok := strings.CutSuffix(id, " "+yes); ok && !known {
		return b.removeNow(c, strings.Trim(before, bot.QuotationMarks+" "))
	}
	if id == "" {
		return bot.Notice(bot.Para{Text: c.Say("which_source", nil)}), nil
	}
	if !known {
		all := *c
		all.Settings.Sources = nil // what a space answers from does not bind the operators
		switch found := b.asked.Texts(&all, func(t *corpus.Text) bool { return ask.MatchesText(t, id) }); {
		case len(found) == 1:
			t, known = found[0], true
		case len(found) > 1:
			return ask.ListTexts(c.Words, "which_of", found, ask.MaxListed), nil
		}
	}
	r := bot.Notice()
	if known {
		id = t.ID
		r.Blocks = append(r.Blocks, bot.Para{Text: c.Say("remove_ask", nil), Style: bot.Strong},
			bot.List{Items: []bot.Item{{Term: t.ID, Text: ask.SourceName(c.Words, ask.SourceOf(t)) + ", " + c.Date(t.Published), Link: t.URL}}})
	} else { // it may have been added since the last reindexing
		r.Blocks = append(r.Blocks, bot.Para{Text: c.Say("remove_ask_unknown", data{"ID": locale.Shorten(id, maxSubmitted)})})
	}
	if name := textName(id, c.Room); known || name[0] == namedItself {
		r.Actions = c.Button(bot.Remove, name)
	}
	if len(r.Actions) == 0 {
		r.Blocks = append(r.Blocks, bot.Para{Text: c.Say("remove_how", data{"ID": id}), Style: bot.Small})
	}
	return r, nil
}

// pressRemove removes the text that a button names. What came of it takes the
// place of the question whether it is meant.
func (b *Room) pressRemove(ctx context.Context, c *bot.Call, name []byte) (bot.Reply, error) {
	if b.keeper == nil {
		return bot.Reply{}, errNoKeeper
	}
	id, err := b.named(name)
	if err != nil {
		c.Audit(ctx, actRemove, "", state.Failed)
		return bot.Reply{}, err
	}
	r, err := b.removeNow(c, id)
	r.InPlace = true
	return r, err
}

func (b *Room) removeNow(c *bot.Call, id string) (bot.Reply, error) {
	return b.live(c, grace, bot.Notice(bot.Para{Text: c.Say("removing", nil)}), func(ctx context.Context, _ func(bot.Reply)) bot.Reply {
		var title string
		err := caught(func() (err error) {
			title, err = b.keeper.Remove(ctx, id)
			return err
		})
		c.Audit(ctx, actRemove, id, cameOf(err))
		if err != nil {
			return bot.Explained(b.notDone(c, err), c.Lang)
		}
		b.changed()
		r := bot.Notice(bot.Para{Text: c.Say("removed", nil), Style: bot.Strong},
			bot.List{Items: []bot.Item{{Term: locale.Shorten(id, locale.MaxName), Text: c.Say("quoted", data{"Text": locale.Shorten(title, locale.MaxName)})}}},
			bot.Para{Text: c.Say("removed_next", nil), Style: bot.Small})
		r.Actions = c.Button(bot.Reindex, nil)
		return r
	})
}
