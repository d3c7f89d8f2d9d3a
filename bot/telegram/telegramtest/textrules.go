package telegramtest

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"unicode/utf16"
	"unicode/utf8"
)

// messageRules are for the content of messages, by whatever method they are sent.
var messageRules = []struct {
	source string
	breach func(params map[string]any) string
}{
	{"Bot API, sendMessage, editMessageText and InputTextMessageContent: 1-4096 characters after entities parsing", func(p map[string]any) string {
		text, _, err := parse(p)
		if n := units(text); err == nil && (strings.TrimSpace(text) == "" || n > 4096) {
			return fmt.Sprintf("text has %d characters", n)
		}
		return ""
	}},
	{"Bot API, Formatting options, HTML style", func(p map[string]any) string {
		if _, _, err := parse(p); err != nil {
			return err.Error()
		}
		return ""
	}},
	{"Bot API, Formatting options: blockquote entities can't be nested, code can't contain other entities", func(p map[string]any) string {
		_, entities, _ := parse(p)
		return nesting(entities)
	}},
	{"python-telegram-bot, MAX_MESSAGE_ENTITIES, found by experiment: formatting beyond 100 is ignored", func(p map[string]any) string {
		if _, entities, _ := parse(p); len(entities) > 100 {
			return fmt.Sprintf("%d entities", len(entities))
		}
		return ""
	}},
	{"Bot API, MessageEntity, url: opened when the user taps on the text", func(p map[string]any) string {
		_, entities, _ := parse(p)
		for _, e := range entities {
			if e.Type == "text_link" && !webAddress.MatchString(e.URL) && !person.MatchString(e.URL) {
				return fmt.Sprintf("link to %q", e.URL)
			}
		}
		return ""
	}},
	{"TDLib, clean_input_string: these characters are stripped or replaced", func(p map[string]any) string {
		text, _, _ := parse(p)
		if i := strings.IndexFunc(text, altered); i >= 0 {
			r, _ := utf8.DecodeRuneInString(text[i:])
			return fmt.Sprintf("text has %U", r)
		}
		return ""
	}},
	{"Bot API, MessageEntity, mention: whoever has the name is told; nobody is to be called by a text (none is looked for in code and links)", func(p map[string]any) string {
		text, entities, _ := parse(p)
		return called(text, entities)
	}},
	{"TDLib, check_utf8: strings must be encoded in UTF-8", func(p map[string]any) string {
		if text, _ := p["text"].(string); !utf8.ValidString(text) {
			return "text is not"
		}
		return ""
	}},
}

// called returns what of a text would call somebody by a user name.
func called(text string, entities []Entity) string {
	for _, m := range mark(text) {
		covered := func(e Entity) bool {
			return (e.Type == "code" || e.Type == "pre" || e.Type == "text_link") && e.Offset <= m.Offset && m.Offset+m.Length <= e.Offset+e.Length
		}
		if m.Type == "mention" && !slices.ContainsFunc(entities, covered) {
			return fmt.Sprintf("a mention at %d", m.Offset)
		}
	}
	return ""
}

var webAddress = regexp.MustCompile(`^https?://[^\s]+$`)

// contents are the messages in a call, each as the parameters of sendMessage.
func contents(c Call) (list []map[string]any) {
	switch c.Method {
	case "sendMessage", "editMessageText":
		return []map[string]any{c.Params}
	default:
		for _, r := range results(c) {
			list = append(list, content(r))
		}
		return list
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

// units is the length of a text in UTF-16 code units, Telegram's measure.
func units(s string) int { return len(utf16.Encode([]rune(s))) }

// person is the address of one in a message (Bot API, HTML style, “inline mention
// of a user”).
var person = regexp.MustCompile(`^tg://user\?id=[1-9][0-9]*$`)
