package telegramtest

import (
	"regexp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// The stretches Telegram marks in what people type (TDLib, match_bot_commands
// and match_mentions). What stands around them, mark looks at.
var (
	typedCommand = regexp.MustCompile(`/[a-zA-Z0-9_]{1,64}(?:@[a-zA-Z0-9_]{3,32})?`)
	typedMention = regexp.MustCompile(`@[a-zA-Z0-9_]{2,32}`)
)

func mark(text string) (entities []Entity) {
	find := func(kind string, re *regexp.Regexp, not string) {
		for _, at := range re.FindAllStringIndex(text, -1) {
			before, _ := utf8.DecodeLastRuneInString(text[:at[0]])
			after, _ := utf8.DecodeRuneInString(text[at[1]:])
			if at[0] > 0 && (inWord(before) || strings.ContainsRune(not, before)) ||
				at[1] < len(text) && (inWord(after) || strings.ContainsRune(not, after)) {
				continue
			}
			entities = append(entities, Entity{Type: kind, Offset: units(text[:at[0]]), Length: units(text[at[0]:at[1]])})
		}
	}
	find("bot_command", typedCommand, "/<>")
	find("mention", typedMention, "")
	slices.SortStableFunc(entities, func(a, b Entity) int { return a.Offset - b.Offset })
	end := 0
	return slices.DeleteFunc(entities, func(e Entity) bool { // the @name of /ask@name is no mention
		inside := e.Offset < end
		end = max(end, e.Offset+e.Length)
		return inside
	})
}

func inWord(r rune) bool { return r == '_' || unicode.IsLetter(r) || unicode.IsDigit(r) }
