package telegramtest

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"
)

// Entity is a formatted stretch of a text, in UTF-16 code units.
type Entity struct {
	Type   string `json:"type"`
	Offset int    `json:"offset"`
	Length int    `json:"length"`
	URL    string `json:"url,omitempty"`
}

// tagTypes are the tags Telegram knows (Bot API, HTML style) and the entities
// they make.
var tagTypes = map[string]string{
	"b": "bold", "strong": "bold", "i": "italic", "em": "italic", "u": "underline", "ins": "underline",
	"s": "strikethrough", "strike": "strikethrough", "del": "strikethrough", "span": "spoiler", "tg-spoiler": "spoiler",
	"a": "text_link", "code": "code", "pre": "pre", "blockquote": "blockquote", "tg-emoji": "custom_emoji",
}

// ParseHTML reads Telegram's HTML as its server does, which is not as browsers
// do: a tag it does not know, an end without a beginning or a beginning without
// an end is an error, and only four entities have names.
func ParseHTML(src string) (text string, entities []Entity, err error) {
	p := htmlParser{src: src}
	for err == nil && p.at < len(p.src) {
		switch {
		case p.src[p.at] == '&':
			p.text.WriteString(p.entity())
		case strings.HasPrefix(p.src[p.at:], "</"):
			err = p.end()
		case p.src[p.at] == '<':
			err = p.start()
		default:
			_, n := utf8.DecodeRuneInString(p.src[p.at:])
			p.text.WriteString(p.src[p.at : p.at+n])
			p.at += n
		}
	}
	if err == nil && len(p.open) > 0 {
		err = fmt.Errorf("can't parse entities: Can't find end tag corresponding to start tag \"%s\"", p.open[len(p.open)-1].tag)
	}
	if err != nil {
		return "", nil, err
	}
	slices.SortStableFunc(p.entities, func(a, b Entity) int { return a.Offset - b.Offset })
	return p.text.String(), p.entities, nil
}

type htmlParser struct {
	src      string
	at       int
	text     strings.Builder
	open     []openTag
	entities []Entity
}

type openTag struct {
	tag    string
	entity Entity
}

func (p *htmlParser) errorf(format string, args ...any) error {
	return fmt.Errorf("can't parse entities: %s at byte offset %d", fmt.Sprintf(format, args...), p.at)
}

// start reads a tag that begins an entity.
func (p *htmlParser) start() error {
	closing := p.tagEnd()
	if closing < 0 {
		return p.errorf("Unclosed start tag")
	}
	tag, rest, _ := strings.Cut(p.src[p.at+1:closing], " ")
	tag = strings.ToLower(tag)
	kind, ok := tagTypes[tag]
	if !ok {
		return p.errorf("Unsupported start tag \"%s\"", tag)
	}
	attrs, err := p.attributes(rest)
	if err != nil {
		return err
	}
	e := Entity{Type: kind, Offset: units(p.text.String()), URL: attrs["href"]}
	switch _, folded := attrs["expandable"]; {
	case tag == "blockquote" && folded:
		e.Type = "expandable_blockquote"
	case tag == "span" && attrs["class"] != "tg-spoiler":
		return p.errorf("Tag \"span\" must have class \"tg-spoiler\"")
	}
	p.open = append(p.open, openTag{tag, e})
	p.at = closing + 1
	return nil
}

// tagEnd finds the end of the tag at hand, -1 if it has none. An attribute's
// value may hold an angle bracket.
func (p *htmlParser) tagEnd() int {
	var quote byte
	for i := p.at; i < len(p.src); i++ {
		switch c := p.src[i]; {
		case quote != 0 && c == quote:
			quote = 0
		case quote != 0:
		case c == '"' || c == '\'':
			quote = c
		case c == '>':
			return i
		}
	}
	return -1
}

func (p *htmlParser) attributes(s string) (map[string]string, error) {
	attrs := map[string]string{}
	for s = strings.TrimSpace(s); s != ""; s = strings.TrimSpace(s) {
		end := strings.IndexAny(s, " =")
		if end < 0 {
			end = len(s)
		}
		name := strings.ToLower(s[:end])
		if name == "" {
			return nil, p.errorf("Empty attribute name in the tag")
		}
		s = strings.TrimSpace(s[end:])
		if !strings.HasPrefix(s, "=") {
			attrs[name] = ""
			continue
		}
		s = strings.TrimSpace(s[1:])
		if s == "" {
			return nil, p.errorf("Unclosed start tag")
		}
		value := ""
		if quote := s[:1]; quote == `"` || quote == "'" {
			value, s, _ = strings.Cut(s[1:], quote)
		} else if value, s, _ = strings.Cut(s, " "); strings.ContainsAny(value, "/:&\"'=") {
			return nil, p.errorf("Unexpected end of name token")
		}
		attrs[name] = unescape(value)
	}
	return attrs, nil
}

// end reads a tag that ends an entity.
func (p *htmlParser) end() error {
	closing := strings.IndexByte(p.src[p.at:], '>')
	if closing < 0 {
		return p.errorf("Unclosed end tag")
	}
	if len(p.open) == 0 {
		return p.errorf("Unexpected end tag")
	}
	tag := strings.ToLower(strings.TrimSpace(p.src[p.at+2 : p.at+closing]))
	last := p.open[len(p.open)-1]
	if tag != "" && tag != last.tag {
		return p.errorf("Unmatched end tag, expected \"</%s>\", found \"</%s>\"", last.tag, tag)
	}
	p.open = p.open[:len(p.open)-1]
	p.at += closing + 1
	// An entity around nothing is dropped, and so is a link to nowhere.
	e := last.entity
	if e.Length = units(p.text.String()) - e.Offset; e.Length > 0 && (e.Type != "text_link" || e.URL != "") {
		p.entities = append(p.entities, e)
	}
	return nil
}

// entity reads what begins with an ampersand, which stands for itself if it
// makes no sense.
func (p *htmlParser) entity() string {
	s, n := entityAt(p.src[p.at:])
	p.at += n
	return s
}

func unescape(s string) string {
	var out strings.Builder
	for s != "" {
		i := strings.IndexByte(s, '&')
		if i < 0 {
			i = len(s)
		}
		out.WriteString(s[:i])
		if s = s[i:]; s != "" {
			e, n := entityAt(s)
			out.WriteString(e)
			s = s[n:]
		}
	}
	return out.String()
}

var named = map[string]string{"lt": "<", "gt": ">", "amp": "&", "quot": `"`}

// entityAt decodes the entity s begins with and tells how long it is. The
// semicolon may be missing.
func entityAt(s string) (string, int) {
	end := 1
	for end < len(s) && (s[end] == '#' && end == 1 || isLetterOrDigit(s[end])) {
		end++
	}
	name, n := s[1:end], end
	if end < len(s) && s[end] == ';' {
		n++
	}
	if v, ok := named[name]; ok {
		return v, n
	}
	if digits, ok := strings.CutPrefix(name, "#"); ok {
		base := 10
		if hex, ok := strings.CutPrefix(digits, "x"); ok {
			digits, base = hex, 16
		}
		code, err := strconv.ParseUint(digits, base, 32)
		if err == nil && code != 0 && code <= utf8.MaxRune {
			return string(rune(code)), n
		}
	}
	return "&", 1
}

func isLetterOrDigit(c byte) bool {
	return c >= '0' && c <= '9' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z'
}
