package bot

import (
	"regexp"
	"strings"
	"unicode"

	"rapporteur/bot/token"
)

// parsed is what somebody's text turned out to be.
type parsed struct {
	command string // "" for free text; not always one we know
	text    string // the rest of the text after the command, or all of it
	ours    bool   // the command is addressed to this bot by name
	other   bool   // the command is addressed to another bot
}

// commandToken is a command as people type it, /ask or /ask@name.
var commandToken = regexp.MustCompile(`^/([A-Za-z][A-Za-z0-9_]{0,31})(?:@([A-Za-z0-9_]{1,64}))?$`)

// parseText looks for a command in a text. A command may come after other
// words, as in “Good day /ask ...”, if it is one we know; what stands before
// it is a greeting and is dropped. A slash within a word, as in and/or, is no
// command.
func parseText(text, self string, isCommand func(string) bool) parsed {
	at := 0
	for at < len(text) {
		start := at + len(text[at:]) - len(strings.TrimLeftFunc(text[at:], unicode.IsSpace))
		end := len(text)
		if i := strings.IndexFunc(text[start:], unicode.IsSpace); i >= 0 {
			end = start + i
		}
		first := strings.TrimSpace(text[:start]) == ""
		if m := commandToken.FindStringSubmatch(text[start:end]); m != nil {
			p := parsed{command: strings.ToLower(m[1]), text: strings.TrimSpace(text[end:])}
			p.ours = m[2] != "" && strings.EqualFold(m[2], self)
			p.other = m[2] != "" && !p.ours
			if first || isCommand(p.command) {
				return p
			}
		}
		at = end
	}
	return parsed{text: strings.TrimSpace(text)}
}

// OptionPattern matches name:value for the names, which are the second part of a
// match, and the value, with its quotation marks, the third.
func OptionPattern(names string) *regexp.Regexp {
	return regexp.MustCompile(`(?i)(^|` + space + `)(` + names + `):` + space + `*` +
		`("[^"]*"|“[^”]*”|«[^»]*»|»[^«]*«|„[^“”]*[“”]|'[^']*'|‘[^’]*’|["“«»„]?` + unspace + `+)`)
}

// White space, which people's keyboards put in in many widths.
const (
	space   = `[\s\pZ]`
	unspace = `[^\s\pZ"“”«»„]`
)

// QuotationMarks are those of the interface languages, of all sides.
const QuotationMarks = `"“”„«»`

// route finds the command a request is for and puts its argument into the
// call. It returns false when the request is not for the bot: silence.
func (b *Bot) route(c *Call) (name string, ok bool) {
	if c.Command != "" || c.Action != "" {
		c.Argument = c.Text
		return c.Command, true
	}
	p := parseText(c.Text, c.Self, b.isCommand)
	if c.Forwarded { // commands in it are not the asker's
		p = parsed{text: strings.TrimSpace(c.Text)}
	}
	c.Argument = p.text
	forUs := c.Direct || c.Addressed || p.ours
	switch {
	case p.other:
		return "", false
	case p.command == "" && !forUs:
		c.Overheard = c.Space != "" && !c.Forwarded && IsAsking(c.Argument)
		return "ask", c.Overheard
	case p.command == startCommand && token.Is(p.text):
		c.Action, c.Argument = p.text, ""
		return "", true
	case p.command == "":
		return "ask", true
	case !b.isCommand(p.command) && !forUs:
		return "", false // a group has other bots with commands of their own
	}
	return p.command, true
}

// IsAsking reports whether what people say among themselves is a question.
func IsAsking(text string) bool {
	return strings.HasSuffix(strings.TrimRight(text, QuotationMarks+"'’)!… \n"), "?") && len(strings.Fields(text)) > 2
}
