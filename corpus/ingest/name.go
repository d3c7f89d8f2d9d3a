package ingest

import (
	"path"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

// maxName is the longest name given to a file, in bytes, without the number
// that tells it from others and without its ending. Most file systems take 255;
// a chat message has to hold it beside much else.
const maxName = 100

// nameFor makes the id of a text from its title: letters and digits in lower
// case, with hyphens between. Letters of any script stay. Without a title it is
// made from where the document came from.
func nameFor(title, source string) string {
	for _, s := range []string{title, sourceName(source), "text"} {
		if name := slug(s); name != "" {
			return name
		}
	}
	return "text"
}

// sourceName returns the part of an address or file name that says most.
func sourceName(source string) string {
	if u, err := parseURL(source); err == nil {
		base := path.Base(u.Path)
		if base == "." || base == "/" {
			return u.Hostname()
		}
		return strings.TrimSuffix(base, path.Ext(base))
	}
	base := path.Base(strings.ReplaceAll(source, `\`, "/"))
	return strings.TrimSuffix(base, path.Ext(base))
}

// slug returns s as a name that is safe on every file system: no separators,
// not hidden, not ignored by the corpus, not a device of Windows. It is ""
// when nothing is left.
func slug(s string) string {
	var b strings.Builder
	hyphen := false
	for _, r := range strings.ToLower(strings.ToValidUTF8(s, "")) {
		switch {
		case unicode.IsLetter(r) || unicode.IsDigit(r) || unicode.IsMark(r) && b.Len() > 0:
			if hyphen && b.Len() > 0 {
				b.WriteByte('-')
			}
			hyphen = false
			if b.Len()+utf8.RuneLen(r) > maxName {
				return atWord(b.String())
			}
			b.WriteRune(r)
		case r == '\'' || r == '’' || r == 'ʼ' || hidden(r): // within a word
		default:
			hyphen = true
		}
	}
	return safe(b.String())
}

// atWord drops the last word, which was cut, unless the name is one word.
func atWord(name string) string {
	if i := strings.LastIndexByte(name, '-'); i > maxName/2 {
		name = name[:i]
	}
	return safe(name)
}

// devices are file names that Windows keeps for itself, whatever their ending.
var devices = map[string]bool{"con": true, "prn": true, "aux": true, "nul": true}

func safe(name string) string {
	device := len(name) == 4 && (strings.HasPrefix(name, "com") || strings.HasPrefix(name, "lpt"))
	if name == "readme" || name == "aliases" || devices[name] || device {
		return name + "-text"
	}
	return name
}

// unique returns the name, with a number when it is taken.
func unique(name string, taken func(string) bool) string {
	if !taken(name) {
		return name
	}
	for n := 2; ; n++ {
		if numbered := name + "-" + strconv.Itoa(n); !taken(numbered) {
			return numbered
		}
	}
}
