package discordtest

import (
	"encoding/json"
	"regexp"
	"strings"
	"unicode"
)

// Read returns what a person sees of a message: marks taken away, escapes
// undone, the target of a link in round brackets after its text. Whatever would
// not be shown as it is written becomes something in ⟦⟧, and a list item begins
// with •, so that a text that was meant literally and was not escaped shows.
//
// It reads Markdown as Discord's clients are known to, by the rules of
// simple-markdown and Discord's own additions, first line by line and then
// within the lines. It shares nothing with the adapter.
func Read(content string) string {
	lines := strings.Split(content, "\n")
	for i, line := range lines {
		if m := quoteLine.FindString(line); m != "" {
			line = line[len(m):]
		}
		for _, b := range blockRules {
			if m := b.mark.FindStringSubmatch(line); m != nil {
				rest := line[len(m[0]):]
				if strings.HasPrefix(m[1], "#") { // a heading may end as it began
					rest = strings.TrimRightFunc(rest, unicode.IsSpace)
					rest = strings.TrimRightFunc(strings.TrimRight(rest, "#"), unicode.IsSpace)
				}
				line = b.shown + strings.ReplaceAll(m[1], "#", "") + rest
				break
			}
		}
		lines[i] = line
	}
	var out strings.Builder
	inline(&out, strings.Join(lines, "\n"), true)
	return strings.TrimSpace(out.String())
}

// ReadMessage returns what a person sees of a message of any layout, from top
// to bottom: texts as Read has them, buttons that do something as [label],
// buttons that lead somewhere as label (address).
func ReadMessage(content string, embeds, components json.RawMessage) string {
	var lines []string
	show := func(s string) {
		if s = Read(s); s != "" {
			lines = append(lines, s)
		}
	}
	show(content)
	var frames []embed
	if json.Unmarshal(embeds, &frames) == nil {
		for _, e := range frames {
			for _, s := range e.texts() {
				show(s)
			}
		}
	}
	var all []part
	if json.Unmarshal(components, &all) == nil {
		lines = append(lines, readParts(all)...)
	}
	return strings.Join(lines, "\n")
}

func readParts(list []part) []string {
	var lines []string
	for _, p := range list {
		switch p.Type {
		case partText:
			lines = append(lines, Read(p.Content))
		case partButton:
			lines = append(lines, p.face())
		case partRow:
			lines = append(lines, strings.Join(readParts(p.Components), " "))
		default:
			lines = append(lines, readParts(p.Components)...)
			if p.Accessory != nil {
				lines = append(lines, readParts([]part{*p.Accessory})...)
			}
		}
	}
	return lines
}

// face is what a person sees of a button.
func (p part) face() string {
	face := p.Label
	if face == "" && p.Emoji != nil {
		face = p.Emoji.Name
	}
	if p.Style == styleLink {
		return face + " (" + p.URL + ")"
	}
	return "[" + face + "]"
}

var quoteLine = regexp.MustCompile(`^ *>(>>)? `)

// blockRules are what a line can begin with. The first group stays visible.
var blockRules = []struct {
	mark  *regexp.Regexp
	shown string
}{
	{regexp.MustCompile(`^\s*()-#(?:\s+|$)`), ""},
	{regexp.MustCompile(`^\s*(#{1,3})(?:\s+|$)`), ""},
	{regexp.MustCompile(`^( *)[-*+](?: |$)`), "• "},
	{regexp.MustCompile(`^( *\d+)\.(?: |$)`), "⟦item⟧ "},
}

var (
	escaped    = regexp.MustCompile(`^\\([^0-9A-Za-z\s])`)
	maskedLink = regexp.MustCompile(`^\[((?:\[[^\]]*\]|[^\[\]])*)\]\(\s*<?([^\s<>()\\]*)>?(?:\s+"[^"]*")?\s*\)`)
	autoLink   = regexp.MustCompile(`^<(https?://[^ >]+)>`)
	bareLink   = regexp.MustCompile(`^(?i:https?|steam|discord)://[^\s<]+[^<.,:;"'\]\s]`)
	special    = regexp.MustCompile(`^<(?:@[!&]?\d+|#\d+|a?:\w+:\d+|t:-?\d+(?::[tTdDfFR])?|/[^>]+:\d+|id:\w+)>|^@everyone|^@here|^:[\p{L}\p{N}_+-]+:`)
	codeBlock  = regexp.MustCompile("^```(?s:.+?)```")
	codeSpan   = regexp.MustCompile("^``.+?``|^`[^`]+`")
)

// starters are the characters that any of these, or emphasis, begins with.
const starters = "\\[<@:*_~|`hHsSdD"

// spans are the marks of emphasis, the longer ones first.
var spans = []string{"**", "__", "~~", "||", "*", "_"}

// inline reads what stands within lines.
func inline(out *strings.Builder, s string, links bool) {
	for s != "" {
		if !strings.ContainsRune(starters, rune(s[0])) {
			out.WriteByte(s[0])
			s = s[1:]
			continue
		}
		if m := escaped.FindStringSubmatch(s); m != nil {
			out.WriteString(m[1])
			s = s[len(m[0]):]
			continue
		}
		if m := maskedLink.FindStringSubmatch(s); m != nil && links && !strings.Contains(m[1], "://") {
			inline(out, m[1], false)
			out.WriteString(" (" + m[2] + ")")
			s = s[len(m[0]):]
			continue
		}
		if m := autoLink.FindStringSubmatch(s); m != nil {
			out.WriteString(m[1])
			s = s[len(m[0]):]
			continue
		}
		if m := bareLink.FindString(s); m != "" {
			out.WriteString(m)
			s = s[len(m):]
			continue
		}
		if m := special.FindString(s); m != "" {
			out.WriteString("⟦" + strings.Trim(m, "<>") + "⟧")
			s = s[len(m):]
			continue
		}
		if m := codeBlock.FindString(s) + codeSpan.FindString(s); m != "" {
			out.WriteString("⟦code⟧")
			s = s[min(len(m), len(s)):]
			continue
		}
		if inner, n := span(s); n > 0 {
			inline(out, inner, links)
			s = s[n:]
			continue
		}
		out.WriteByte(s[0])
		s = s[1:]
	}
}

// span returns what stands between marks of emphasis at the start of s and how
// long the whole is, or 0. Bold is silent, everything else shows.
func span(s string) (inner string, n int) {
	for _, mark := range spans {
		if !strings.HasPrefix(s, mark) {
			continue
		}
		body := s[len(mark):]
		for i := 0; i < len(body); i++ {
			if body[i] == '\\' {
				i++
				continue
			}
			if !strings.HasPrefix(body[i:], mark) || i == 0 {
				continue
			}
			inner, after := body[:i], body[i+len(mark):]
			switch {
			case mark == "**" && strings.HasPrefix(after, "*"):
				continue
			case mark == "*" && (startsWithSpace(inner) || strings.HasPrefix(after, "*")):
				continue
			case mark == "_" && after != "" && wordByte(after[0]):
				continue
			case mark != "**":
				inner = "⟦" + mark + "⟧" + inner
			}
			return inner, len(mark) + i + len(mark)
		}
	}
	return "", 0
}

func startsWithSpace(s string) bool { return strings.TrimLeftFunc(s, unicode.IsSpace) != s }

func wordByte(c byte) bool {
	return c == '_' || '0' <= c && c <= '9' || 'a' <= c|0x20 && c|0x20 <= 'z'
}
