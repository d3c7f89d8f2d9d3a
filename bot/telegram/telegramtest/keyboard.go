package telegramtest

import (
	"encoding/json"
	"fmt"
	"regexp"
)

// Button is a button under a message.
type Button struct {
	Text string
	Data string // callback_data; "" if it does something else
	URL  string
}

// Button finds the first button with the label.
func (m Message) Button(label string) (Button, bool) {
	for _, row := range m.Buttons {
		for _, b := range row {
			if b.Text == label {
				return b, true
			}
		}
	}
	return Button{}, false
}

// Labels are the texts on the buttons, row by row.
func (m Message) Labels() [][]string {
	var rows [][]string
	for _, row := range m.Buttons {
		var labels []string
		for _, b := range row {
			labels = append(labels, b.Text)
		}
		rows = append(rows, labels)
	}
	return rows
}

// keyboard makes buttons of the rows that have any; the others the server drops.
func keyboard(rows [][]map[string]any) (all [][]Button) {
	for _, row := range rows {
		var buttons []Button
		for _, b := range row {
			var button Button
			button.Text, _ = b["text"].(string)
			button.Data, _ = b["callback_data"].(string)
			button.URL, _ = b["url"].(string)
			buttons = append(buttons, button)
		}
		if len(buttons) > 0 {
			all = append(all, buttons)
		}
	}
	return all
}

func markupRows(markup any) (rows [][]map[string]any) {
	m, _ := markup.(map[string]any)
	list, _ := m["inline_keyboard"].([]any)
	for _, item := range list {
		var row []map[string]any
		buttons, _ := item.([]any)
		for _, b := range buttons {
			if b, ok := b.(map[string]any); ok {
				row = append(row, b)
			}
		}
		rows = append(rows, row)
	}
	return rows
}

// actions are the fields of a button that tell what it does.
var actions = []string{"url", "callback_data", "web_app", "login_url", "switch_inline_query", "switch_inline_query_current_chat",
	"switch_inline_query_chosen_chat", "copy_text", "callback_game", "pay", "disabled"}

// buttonURL is what a button may open (Bot API, InlineKeyboardButton, url:
// HTTP or tg:// URL).
var buttonURL = regexp.MustCompile(`^(?:https?|tg)://\S+$|^(?:[\w-]+\.)+[\w-]+/\S*$`)

// longestKeyboard is the size of a keyboard that the server still takes, in
// bytes of JSON.
const longestKeyboard = 10_000

// keyboardRules are for the buttons under a message; refusal is what the server
// says to a breach.
var keyboardRules = []struct {
	source  string
	refusal string
	breach  func(rows [][]map[string]any) string
}{
	{"rubenlagus/TelegramBots #218 and tginfo/Telegram-Limits #228, found by experiment: 100 buttons a keyboard, 8 a row", "reply markup is too long", func(rows [][]map[string]any) string {
		all := 0
		for _, row := range rows {
			if all += len(row); len(row) > 8 {
				return fmt.Sprintf("a row has %d buttons", len(row))
			}
		}
		if all > 100 {
			return fmt.Sprintf("the keyboard has %d buttons", all)
		}
		return ""
	}},
	{"tginfo/Telegram-Limits #187, found by experiment: “reply markup is too long” beyond 10 kB", "reply markup is too long", func(rows [][]map[string]any) string {
		data, _ := json.Marshal(rows)
		if len(data) > longestKeyboard {
			return fmt.Sprintf("the keyboard has %d bytes", len(data))
		}
		return ""
	}},
	{"Bot API, InlineKeyboardButton, text: label text on the button", "BUTTON_TEXT_INVALID", eachButton(func(b map[string]any) string {
		if text, _ := b["text"].(string); text == "" {
			return "a button has no text"
		}
		return ""
	})},
	{"Bot API, InlineKeyboardButton: exactly one of the fields that specify the type", "Text buttons are not allowed in the inline keyboard", eachButton(func(b map[string]any) string {
		n := 0
		for _, action := range actions {
			if _, ok := b[action]; ok {
				n++
			}
		}
		if n != 1 {
			return fmt.Sprintf("button %q does %d things", b["text"], n)
		}
		return ""
	})},
	{"Bot API, InlineKeyboardButton, callback_data: 1-64 bytes", "BUTTON_DATA_INVALID", eachButton(func(b map[string]any) string {
		if data, ok := b["callback_data"].(string); ok && (data == "" || len(data) > 64) {
			return fmt.Sprintf("callback_data has %d bytes", len(data))
		}
		return ""
	})},
	{"Bot API, InlineKeyboardButton, url: HTTP or tg:// URL", "BUTTON_URL_INVALID", eachButton(func(b map[string]any) string {
		if link, ok := b["url"].(string); ok && !buttonURL.MatchString(link) {
			return fmt.Sprintf("button to %q", link)
		}
		return ""
	})},
}

func eachButton(breach func(map[string]any) string) func([][]map[string]any) string {
	return func(rows [][]map[string]any) string {
		for _, row := range rows {
			for _, b := range row {
				if found := breach(b); found != "" {
					return found
				}
			}
		}
		return ""
	}
}

// checkKeyboard reports the first breach of the rules. The lock is held.
func (s *Server) checkKeyboard(c Call, markup any) {
	rows := markupRows(markup)
	for _, r := range keyboardRules {
		if breach := r.breach(rows); breach != "" {
			s.violate("%s: %s (%s)", c.Method, breach, r.source)
			return
		}
	}
}

// setButtons gives a message the buttons of a reply_markup.
func (m *Message) setButtons(markup any) *refusal {
	rows := markupRows(markup)
	for _, r := range keyboardRules {
		if r.breach(rows) != "" {
			return bad("%s", r.refusal)
		}
	}
	m.Buttons, m.markup = keyboard(rows), nil
	if len(m.Buttons) > 0 {
		m.markup, _ = markup.(map[string]any)
	}
	return nil
}
