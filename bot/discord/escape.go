package discord

import (
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Discord's clients read Markdown their own way; what is escaped here follows
// the rules of the parser they are known to build on, simple-markdown: a
// backslash hides whatever comes after it unless that is an ASCII letter, a
// digit or space. As little as possible is escaped, because a message is also
// read in places that do not know Markdown, notifications for one.

var (
	// emoji is what could be a name between colons, :+1: and :8ball: included.
	emoji = regexp.MustCompile(`^:[\p{L}\p{N}_+-]+:`)
	// address is the rest of a web address after its colon that can stay as it
	// is: Discord makes a link of it and reads no Markdown in it. The last
	// character is one that Discord counts as part of the address.
	address = regexp.MustCompile(`^//[\p{L}\p{N}._:/?#@!$&'+,;=%()"~-]+[\p{L}\p{N}/_=&#-]$`)
)

// escapable are the characters that may get a backslash wherever they stand;
// at the start of a line there is at most one more.
const escapable = "\\*_`~|(<@:"

// escape returns one line of text so that Discord shows it as written. At the
// start of a line there is more to hide than within one.
func escape(line string, start bool) string {
	var b strings.Builder
	i := 0
	if start {
		if at := blockMark(line); at >= 0 {
			b.WriteString(line[:at] + `\` + line[at:at+1])
			i = at + 1
		}
	}
	for ; i < len(line); i++ {
		if line[i] == ':' && strings.HasPrefix(line[i:], "://") && (strings.HasSuffix(line[:i], "http") || strings.HasSuffix(line[:i], "https")) {
			run := line[i+1:]
			if end := strings.IndexAny(run, " \t\v\f"); end >= 0 {
				run = run[:end]
			}
			body := strings.TrimRight(run, `.,:;"')!?`)
			if address.MatchString(body) && !strings.Contains(body, "~~") {
				b.WriteString(":" + body)
				i += len(body)
				continue
			}
		}
		if special(line, i) {
			b.WriteByte('\\')
		}
		b.WriteByte(line[i])
	}
	return b.String()
}

// blockMark returns where to put a backslash so that the line does not begin a
// heading, a quotation, a list or a subtext, or -1 if it does not anyway.
func blockMark(line string) int {
	rest := strings.TrimLeftFunc(line, unicode.IsSpace)
	at := len(line) - len(rest)
	if rest == "" {
		return -1
	}
	gap := func(s string) bool { // space or the end comes next
		return strings.TrimLeftFunc(s, unicode.IsSpace) != s || s == ""
	}
	switch rest[0] {
	case '>':
		return at
	case '#':
		if gap(strings.TrimLeft(rest, "#")) {
			return at
		}
	case '-', '+':
		if gap(rest[1:]) || strings.HasPrefix(rest, "-#") {
			return at
		}
	default:
		number := strings.TrimLeft(rest, "0123456789")
		if digits := len(rest) - len(number); digits > 0 && strings.HasPrefix(number, ".") && gap(number[1:]) {
			return at + digits
		}
	}
	return -1
}

// special says whether the character at i would mean something to Discord.
func special(line string, i int) bool {
	next := byte(0)
	if i+1 < len(line) {
		next = line[i+1]
	}
	switch c := line[i]; c {
	case '\\', '*', '_', '`':
		return true
	case '~', '|': // only in pairs
		return next == c || i > 0 && line[i-1] == c
	case '(': // ends the text of a link and begins its target
		return i > 0 && line[i-1] == ']'
	case '<': // mentions, timestamps, custom emoji, addresses
		return strings.IndexByte("@#:/", next) >= 0 || 'a' <= next|0x20 && next|0x20 <= 'z'
	case '@':
		return strings.HasPrefix(line[i:], "@everyone") || strings.HasPrefix(line[i:], "@here")
	case ':':
		return strings.HasPrefix(line[i:], "://") || emoji.MatchString(line[i:])
	}
	return false
}

// emphasise escapes one line and sets its bytes from start to end in bold. It
// is all plain where the marks of bold could be read as anything else.
func emphasise(line string, start, end int) string {
	start, end = max(start, 0), min(end, len(line))
	if start >= end || !boundary(line, start) || !boundary(line, end) {
		return escape(line, true)
	}
	bold := strings.TrimSpace(line[start:end])
	start += strings.Index(line[start:], bold)
	before, after := line[:start], line[start+len(bold):]
	// An address goes on to the next space, over any marks.
	word := before[strings.LastIndexFunc(before, unicode.IsSpace)+1:]
	if bold == "" || strings.Contains(word, "://") {
		return escape(line, true)
	}
	return escape(before, true) + "**" + escape(bold, false) + "**" + escape(after, false)
}

// boundary reports whether a character begins or the text ends at i.
func boundary(s string, i int) bool { return i == len(s) || utf8.RuneStart(s[i]) }
