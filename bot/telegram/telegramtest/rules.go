package telegramtest

import (
	"fmt"
	"regexp"
	"strings"
	"unicode/utf16"
	"unicode/utf8"
)

// rule is a limit that the published descriptions give only in prose.
type rule struct {
	method string
	source string // where the limit stands
	breach func(params map[string]any) string
}

var rules = []rule{
	{"getUpdates", "Bot API, getUpdates, limit: values between 1-100 are accepted", func(p map[string]any) string {
		if n, ok := integer(p["limit"]); ok && (n < 1 || n > 100) {
			return fmt.Sprintf("limit is %d", n)
		}
		return ""
	}},
	{"getUpdates", "telegram-bot-api, Client.h, LONG_POLL_MAX_TIMEOUT: 50 seconds", func(p map[string]any) string {
		if n, ok := integer(p["timeout"]); ok && (n < 0 || n > 50) {
			return fmt.Sprintf("timeout is %d", n)
		}
		return ""
	}},
	{"sendMessage", "Bot API, sendMessage, text: 1-4096 characters after entities parsing", func(p map[string]any) string {
		text, _, err := parse(p)
		if n := units(text); err == nil && (strings.TrimSpace(text) == "" || n > 4096) {
			return fmt.Sprintf("text has %d characters", n)
		}
		return ""
	}},
	{"sendMessage", "Bot API, Formatting options, HTML style", func(p map[string]any) string {
		if _, _, err := parse(p); err != nil {
			return err.Error()
		}
		return ""
	}},
	{"sendMessage", "Bot API, Formatting options: blockquote entities can't be nested, code can't contain other entities", func(p map[string]any) string {
		_, entities, _ := parse(p)
		return nesting(entities)
	}},
	{"sendMessage", "python-telegram-bot, MAX_MESSAGE_ENTITIES, found by experiment: formatting beyond 100 is ignored", func(p map[string]any) string {
		if _, entities, _ := parse(p); len(entities) > 100 {
			return fmt.Sprintf("%d entities", len(entities))
		}
		return ""
	}},
	{"sendMessage", "Bot API, MessageEntity, url: opened when the user taps on the text", func(p map[string]any) string {
		_, entities, _ := parse(p)
		for _, e := range entities {
			if e.Type == "text_link" && !webAddress.MatchString(e.URL) {
				return fmt.Sprintf("link to %q", e.URL)
			}
		}
		return ""
	}},
	{"sendMessage", "TDLib, clean_input_string: these characters are stripped or replaced", func(p map[string]any) string {
		text, _, _ := parse(p)
		if i := strings.IndexFunc(text, altered); i >= 0 {
			r, _ := utf8.DecodeRuneInString(text[i:])
			return fmt.Sprintf("text has %U", r)
		}
		return ""
	}},
	{"sendMessage", "TDLib, check_utf8: strings must be encoded in UTF-8", func(p map[string]any) string {
		if text, _ := p["text"].(string); !utf8.ValidString(text) {
			return "text is not"
		}
		return ""
	}},
	{"sendMessage", "Bot API, InlineKeyboardButton, callback_data: 1-64 bytes", func(p map[string]any) string {
		for _, b := range buttons(p["reply_markup"]) {
			if data, ok := b["callback_data"].(string); ok && (data == "" || len(data) > 64) {
				return fmt.Sprintf("callback_data has %d bytes", len(data))
			}
		}
		return ""
	}},
	{"setMyCommands", "Bot API, setMyCommands, commands: at most 100", func(p map[string]any) string {
		if list, _ := p["commands"].([]any); len(list) > 100 {
			return fmt.Sprintf("%d commands", len(list))
		}
		return ""
	}},
	{"setMyCommands", "Bot API, BotCommand: 1-32 of a-z, 0-9 and _; description 1-256 characters", func(p map[string]any) string {
		list, _ := p["commands"].([]any)
		for _, c := range list {
			c, _ := c.(map[string]any)
			name, _ := c["command"].(string)
			about, _ := c["description"].(string)
			if !commandName.MatchString(name) {
				return fmt.Sprintf("command %q", name)
			}
			if n := units(about); n < 1 || n > 256 {
				return fmt.Sprintf("description of %s has %d characters", name, n)
			}
		}
		return ""
	}},
	{"setMyCommands", "TDLib, validate_bot_language_code: two lower-case letters or none", func(p map[string]any) string {
		if lang, ok := p["language_code"].(string); ok && lang != "" && !languageCode.MatchString(lang) {
			return fmt.Sprintf("language_code is %q", lang)
		}
		return ""
	}},
}

var (
	commandName  = regexp.MustCompile(`^[a-z0-9_]{1,32}$`)
	languageCode = regexp.MustCompile(`^[a-z]{2}$`)
	webAddress   = regexp.MustCompile(`^https?://[^\s]+$`)
)

// check holds a call to the contract. The lock is held.
func (s *Server) check(c Call) {
	if s.specs != nil {
		if err := s.specs.check(c); err != nil {
			s.violate("%v", err)
		}
	}
	for _, r := range rules {
		if r.method != c.Method {
			continue
		}
		if breach := r.breach(c.Params); breach != "" {
			s.violate("%s: %s (%s)", c.Method, breach, r.source)
		}
	}
}

// parse returns a message's text as people will see it.
func parse(params map[string]any) (string, []Entity, error) {
	text, _ := params["text"].(string)
	switch mode, _ := params["parse_mode"].(string); strings.ToLower(mode) {
	case "":
		return text, nil, nil
	case "html":
		return ParseHTML(text)
	default:
		return text, nil, fmt.Errorf("this server does not read parse_mode %q", mode)
	}
}

func nesting(entities []Entity) string {
	for i, outer := range entities {
		for j, inner := range entities {
			if i == j || inner.Offset < outer.Offset || inner.Offset+inner.Length > outer.Offset+outer.Length {
				continue
			}
			if strings.Contains(outer.Type, "blockquote") && strings.Contains(inner.Type, "blockquote") {
				return "a blockquote within a blockquote"
			}
			if outer.Type == "code" || outer.Type == "pre" {
				return inner.Type + " within " + outer.Type
			}
		}
	}
	return ""
}

func altered(r rune) bool {
	return r < ' ' && r != '\n' || r >= 0x2028 && r <= 0x202e || r == 0x30a || r == 0x333 || r == 0x33f
}

func buttons(markup any) (all []map[string]any) {
	m, _ := markup.(map[string]any)
	rows, _ := m["inline_keyboard"].([]any)
	for _, row := range rows {
		row, _ := row.([]any)
		for _, b := range row {
			if b, ok := b.(map[string]any); ok {
				all = append(all, b)
			}
		}
	}
	return all
}

// units is the length of a text in UTF-16 code units, Telegram's measure.
func units(s string) int { return len(utf16.Encode([]rune(s))) }
