package bot

import (
	"context"
	"crypto/sha256"
	"encoding/base64"
	"strings"
	"unicode/utf8"

	"rapporteur/bot/state"
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
	if itself := append([]byte{namedItself}, id...); Header+SealSize+len(itself) <= base64.RawURLEncoding.DecodedLen(room) {
		return itself
	}
	return append([]byte{namedHashed}, textHash(id)...)
}

func textHash(id string) []byte {
	h := sha256.Sum256([]byte(id))
	return h[:nameHash]
}

// named returns the id in a token.
func (b *Bot) named(name []byte) (string, error) {
	switch {
	case len(name) > 1 && name[0] == namedItself && utf8.Valid(name):
		return string(name[1:]), nil
	case len(name) == 1+nameHash && name[0] == namedHashed:
		for _, t := range b.library.Corpus().Texts() {
			if string(textHash(t.ID)) == string(name[1:]) {
				return t.ID, nil
			}
		}
		return "", &UserError{Message: "text_gone"}
	}
	return "", ErrUnknown
}

// yes is what is typed after a command where there is no button to say so.
const yes = "yes"

// remove takes a text out of the folder and of the answers. Where there are
// buttons it asks first whether that is meant, unless it was typed that it is.
func (b *Bot) remove(ctx context.Context, c *Call) (Reply, error) {
	if b.keeper == nil {
		return Reply{}, errNoKeeper
	}
	id := strings.Trim(c.Argument, QuotationMarks+" ")
	t, known := b.library.Corpus().Text(id)
	if before, ok := strings.CutSuffix(id, " "+yes); ok && !known {
		return b.removeNow(c, strings.Trim(before, QuotationMarks+" "))
	}
	if id == "" {
		return Notice(Para{Text: c.Say("which_source", nil)}), nil
	}
	if !known {
		all := *c
		all.Settings.Sources = nil // what a space answers from does not bind the operators
		switch found := b.texts(&all, func(t *corpus.Text) bool { return MatchesText(t, id) }); {
		case len(found) == 1:
			t, known = found[0], true
		case len(found) > 1:
			return ListTexts(c.Words, "which_of", found, MaxListed), nil
		}
	}
	r := Notice()
	if known {
		id = t.ID
		r.Blocks = append(r.Blocks, Para{Text: c.Say("remove_ask", nil), Style: Strong},
			List{[]Item{{Term: t.ID, Text: SourceName(c.Words, SourceOf(t)) + ", " + c.Date(t.Published), Link: t.URL}}})
	} else { // it may have been added since the last reindexing
		r.Blocks = append(r.Blocks, Para{Text: c.Say("remove_ask_unknown", Data{"ID": Shorten(id, maxSubmitted)})})
	}
	if name := textName(id, c.Room); known || name[0] == namedItself {
		r.Actions = c.Button(Remove, name)
	}
	if len(r.Actions) == 0 {
		r.Blocks = append(r.Blocks, Para{Text: c.Say("remove_how", Data{"ID": id}), Style: Small})
	}
	return r, nil
}

// pressRemove removes the text that a button names. What came of it takes the
// place of the question whether it is meant.
func (b *Bot) pressRemove(ctx context.Context, c *Call, name []byte) (Reply, error) {
	id, err := b.named(name)
	if err != nil {
		b.audit(ctx, c, actRemove, "", state.Failed)
		return Reply{}, err
	}
	r, err := b.removeNow(c, id)
	r.InPlace = true
	return r, err
}

func (b *Bot) removeNow(c *Call, id string) (Reply, error) {
	return b.live(c, grace, Notice(Para{Text: c.Say("removing", nil)}), func(ctx context.Context, _ func(Reply)) Reply {
		var title string
		err := caught(func() (err error) {
			title, err = b.keeper.Remove(ctx, id)
			return err
		})
		b.audit(ctx, c, actRemove, id, cameOf(err))
		if err != nil {
			return Explained(b.notDone(c, err), c.Lang)
		}
		b.changed()
		r := Notice(Para{Text: c.Say("removed", nil), Style: Strong},
			List{[]Item{{Term: Shorten(id, MaxName), Text: c.Say("quoted", Data{"Text": Shorten(title, MaxName)})}}},
			Para{Text: c.Say("removed_next", nil), Style: Small})
		r.Actions = c.Button(Reindex, nil)
		return r
	})
}
