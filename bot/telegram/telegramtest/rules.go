package telegramtest

import (
	"fmt"
	"regexp"
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
	{"setMyCommands", "TDLib, validate_bot_language_code: two lower-case letters or none", oddLanguage},
	{"deleteMyCommands", "TDLib, validate_bot_language_code: two lower-case letters or none", oddLanguage},
	{"setWebhook", "Bot API, setWebhook, secret_token: 1-256 of A-Z, a-z, 0-9, _ and -", func(p map[string]any) string {
		if secret, ok := p["secret_token"].(string); ok && !secretToken.MatchString(secret) {
			return fmt.Sprintf("secret_token has %d characters, or others", len(secret))
		}
		return ""
	}},
	{"setWebhook", "Bot API, setWebhook, max_connections: 1-100", func(p map[string]any) string {
		if n, ok := integer(p["max_connections"]); ok && (n < 1 || n > 100) {
			return fmt.Sprintf("max_connections is %d", n)
		}
		return ""
	}},
	{"answerCallbackQuery", "Bot API, answerCallbackQuery, text: 0-200 characters", func(p map[string]any) string {
		if text, _ := p["text"].(string); utf8.RuneCountInString(text) > longestAnswer {
			return fmt.Sprintf("text has %d characters", utf8.RuneCountInString(text))
		}
		return ""
	}},
	{"answerCallbackQuery", "Bot API, answerCallbackQuery, url: links like t.me/your_bot?start=XXXX", func(p map[string]any) string {
		if link, _ := p["url"].(string); link != "" && !startLink.MatchString(link) {
			return fmt.Sprintf("url is %q", link)
		}
		return ""
	}},
}

var (
	commandName  = regexp.MustCompile(`^[a-z0-9_]{1,32}$`)
	languageCode = regexp.MustCompile(`^[a-z]{2}$`)
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
	s.checkOffer(c)
	s.checkFile(c)
	for _, params := range contents(c) {
		for _, r := range messageRules {
			if breach := r.breach(params); breach != "" {
				s.violate("%s: %s (%s)", c.Method, breach, r.source)
			}
		}
		s.checkKeyboard(c, params["reply_markup"])
	}
	if c.Method == "editMessageReplyMarkup" {
		s.checkKeyboard(c, c.Params["reply_markup"])
	}
}

func oddLanguage(p map[string]any) string {
	if lang, ok := p["language_code"].(string); ok && lang != "" && !languageCode.MatchString(lang) {
		return fmt.Sprintf("language_code is %q", lang)
	}
	return ""
}
