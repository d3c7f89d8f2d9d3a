package telegram

import (
	"unicode/utf8"

	"rapporteur/bot"
)

// keyboard are the buttons under a message (Bot API, InlineKeyboardMarkup).
type keyboard struct {
	Rows [][]button `json:"inline_keyboard"`
}

// button is one that is pressed, or leads somewhere.
type button struct {
	Text string `json:"text"`
	Data string `json:"callback_data,omitempty"`
	URL  string `json:"url,omitempty"`
}

// rowWidth is how many characters of labels a row of a telephone holds; more are
// cut off there.
const rowWidth = 32

// keys arranges actions: those of one row side by side, as far as there is room.
func keys(actions []bot.Action) (k keyboard) {
	width, row := 0, -1
	for _, a := range actions {
		n := utf8.RuneCountInString(a.Label) + 2 // its borders
		if a.Row != row || width+n > rowWidth {
			k.Rows = append(k.Rows, nil)
			width, row = 0, a.Row
		}
		width += n
		last := len(k.Rows) - 1
		k.Rows[last] = append(k.Rows[last], button{Text: a.Label, Data: a.Token})
	}
	return k
}

// orNone is nil for no buttons.
func (k keyboard) orNone() *keyboard {
	if len(k.Rows) == 0 {
		return nil
	}
	return &k
}
