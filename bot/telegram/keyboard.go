package telegram

import (
	"slices"
	"unicode/utf8"

	"github.com/go-telegram/bot/models"

	"rapporteur/bot"
)

// keyboard are the buttons under a message.
type (
	keyboard = models.InlineKeyboardMarkup
	button   = models.InlineKeyboardButton
)

const (
	// rowWidth and groupRowWidth are how many characters a row of buttons has on
	// a telephone 360 points wide: 345 points, less the sender's picture in groups
	// (Telegram for Android, ChatMessageCell; measured with its font). What does
	// not fit is cut off there.
	rowWidth, groupRowWidth = 42, 36
	// buttonEdges are what a button takes beside its label.
	buttonEdges = 3
)

// keys arranges actions: those of one row side by side, as far as the width
// allows. Buttons of a row are equally wide, whatever their labels. Where there is no
// room for all, the last ones stay together, so that none is left alone below
// the others.
func keys(actions []bot.Action, width int) (k keyboard) {
	longest, row := 0, -1
	for _, a := range slices.Backward(actions) {
		last := len(k.InlineKeyboard) - 1
		n := max(longest, utf8.RuneCountInString(a.Label))
		if a.Row != row || (len(k.InlineKeyboard[last])+1)*(n+buttonEdges) > width {
			k.InlineKeyboard = append(k.InlineKeyboard, nil)
			n, row = utf8.RuneCountInString(a.Label), a.Row
			last++
		}
		longest = n
		k.InlineKeyboard[last] = append(k.InlineKeyboard[last], button{Text: a.Label, CallbackData: a.Token})
	}
	for _, r := range k.InlineKeyboard {
		slices.Reverse(r)
	}
	slices.Reverse(k.InlineKeyboard)
	return k
}

// orNone is nil for no buttons.
func orNone(k keyboard) models.ReplyMarkup {
	if len(k.InlineKeyboard) == 0 {
		return nil
	}
	return &k
}
