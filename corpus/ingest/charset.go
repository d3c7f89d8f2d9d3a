package ingest

import (
	"bytes"
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/net/html/charset"
	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
	xunicode "golang.org/x/text/encoding/unicode"

	"rapporteur/corpus"
)

// decode returns the bytes of a text as UTF-8. Contents weigh more than what is
// declared: few texts in another encoding happen to be valid UTF-8. What cannot
// be told is refused, because a quote with wrong letters is no quote.
func decode(b []byte, contentType string) (s string, notes []string, err error) {
	if e := utf16Of(b); e != nil {
		return finished(e, b, nil)
	}
	b = bytes.TrimPrefix(b, []byte("\uFEFF"))
	if utf8.Valid(b) {
		return checked(string(b), nil)
	}
	name, declared := declaredEncoding(b, contentType)
	if declared == nil {
		if e, _ := detect(b); e != nil {
			return finished(e, b, nil)
		}
		if nearlyUTF8(b) {
			return checked(strings.ToValidUTF8(string(b), "\uFFFD"), nil)
		}
		return "", nil, refuse("", Encoding, nil, "its letters cannot be told, because it does not say in which encoding they are: save it as UTF-8")
	}
	s, notes, err = finished(declared, b, nil)
	// A language that we do not know is believed too, if its letters are letters.
	lang := corpus.DetectLanguage(text(s))
	good, all := fit(text(s), lang)
	unfit := lang != "" && all-good >= fewSigns && shareOf(good, all) <= poorFit
	if err == nil && !unfit && (lang != "" || len(notes) == 0 && plausible(text(s))) {
		return s, notes, nil
	}
	// What is declared gives no language. Perhaps another encoding does.
	if e, other := detect(b); e != nil && other != name {
		return finished(e, b, []string{fmt.Sprintf("it says to be in %s, but its letters are those of %s", name, other)})
	}
	if err == nil && unfit {
		return "", nil, refuse("", Encoding, nil, "it says to be in %s, but then its letters are not those of a text (%s): save it as UTF-8", name, lang)
	}
	return s, notes, err
}

func finished(e encoding.Encoding, b []byte, notes []string) (string, []string, error) {
	out, err := e.NewDecoder().Bytes(b)
	if err != nil {
		return "", nil, refuse("", Encoding, err, "its letters cannot be read: save it as UTF-8")
	}
	return checked(strings.TrimPrefix(string(out), "\uFEFF"), notes)
}

// utf16Of returns the form of UTF-16 that the bytes have, nil when they have
// none.
func utf16Of(b []byte) encoding.Encoding {
	switch {
	case bytes.HasPrefix(b, []byte{0xFF, 0xFE}):
		return xunicode.UTF16(xunicode.LittleEndian, xunicode.UseBOM)
	case bytes.HasPrefix(b, []byte{0xFE, 0xFF}):
		return xunicode.UTF16(xunicode.BigEndian, xunicode.UseBOM)
	}
	// Spaces and markup have a zero byte each, on one side.
	var zeros [2]int
	sample := b[:min(len(b), 4096)]
	for i, c := range sample {
		if c == 0 {
			zeros[i%2]++
		}
	}
	switch few := len(sample) / 20; {
	case zeros[1] > few && zeros[0] == 0:
		return xunicode.UTF16(xunicode.LittleEndian, xunicode.IgnoreBOM)
	case zeros[0] > few && zeros[1] == 0:
		return xunicode.UTF16(xunicode.BigEndian, xunicode.IgnoreBOM)
	}
	return nil
}

// mostlySmall is the share of small letters, beyond ASCII, of a text that is
// decoded rightly: a wrong encoding of Cyrillic has capitals and signs in their
// place.
const mostlySmall = .7

// mostAccents is the share of letters with accents that a language in Latin
// letters has at most: Vietnamese and Czech have a quarter. Cyrillic that is taken
// for Latin has nothing else.
const mostAccents = .4

// plausible reports whether a text in a language that is not known may be decoded
// rightly.
func plausible(s string) bool {
	ascii, accents := 0, 0
	for _, r := range s {
		switch {
		case r >= 0x80 && r < 0xA0: // control characters, which no text has
			return false
		case r < utf8.RuneSelf && unicode.IsLetter(r):
			ascii++
		case unicode.Is(unicode.Latin, r):
			accents++
		}
	}
	return printed(s) >= mostlySmall && float64(accents) <= mostAccents*float64(ascii+accents)
}

// metaEncoding is what a page says of its encoding, in either form
// (https://html.spec.whatwg.org/multipage/semantics.html#charset).
var metaEncoding = pattern(`(?i)<meta\b[^>]*?\bcharset\s*=\s*["']?\s*([A-Za-z0-9._:-]+)`)

// metaBytes is how far it is looked for: some pages have long scripts before it.
const metaBytes = 8 << 10

var xmlEncoding = pattern(`^\s*<\?xml[^>]*\sencoding\s*=\s*["']([A-Za-z0-9._:-]+)["']`)

// declaredEncoding returns the encoding that the HTTP header, a meta element or
// the XML declaration gives, nil when none does.
func declaredEncoding(b []byte, contentType string) (string, encoding.Encoding) {
	if e, name, certain := charset.DetermineEncoding(b, contentType); certain && e != nil {
		return name, e
	}
	if m := metaEncoding().FindSubmatch(b[:min(len(b), metaBytes)]); m != nil {
		if e, name := charset.Lookup(string(m[1])); e != nil {
			return name, e
		}
	}
	if m := xmlEncoding().FindSubmatch(b[:min(len(b), 1024)]); m != nil {
		if e, name := charset.Lookup(string(m[1])); e != nil {
			return name, e
		}
	}
	return "", nil
}

// candidates are the single-byte encodings of the corpus's languages that are
// still met, with the languages that are written in them. The more frequent one
// comes first.
var candidates = []struct {
	name      string
	encoding  *charmap.Charmap
	languages string
}{
	{"windows-1251", charmap.Windows1251, "uk ru"},
	{"koi8-u", charmap.KOI8U, "uk ru"}, // holds all of KOI8-R that is a letter
	{"windows-1252", charmap.Windows1252, "en de fr es it"},
	{"windows-1250", charmap.Windows1250, "pl ro"},
	{"iso-8859-2", charmap.ISO8859_2, "pl ro"},
	{"iso-8859-16", charmap.ISO8859_16, "pl ro"},
	{"macintosh", charmap.Macintosh, "en de fr es it"},
	{"iso-8859-5", charmap.ISO8859_5, "uk ru"},
	{"ibm866", charmap.CodePage866, "uk ru"},
	{"x-mac-cyrillic", charmap.MacintoshCyrillic, "uk ru"},
}

// detect returns the encoding in which the bytes read as one of the corpus's
// languages, with its letters where letters should be; nil when there is none, or
// when a few letters are all that tells two apart.
func detect(b []byte) (best encoding.Encoding, name string) {
	most, read, rival := goodFit, "", false
	for _, c := range candidates {
		out, err := c.encoding.NewDecoder().Bytes(b[:min(len(b), 64<<10)])
		if err != nil {
			continue
		}
		s := text(string(out))
		lang := corpus.DetectLanguage(s)
		if lang == "" || !strings.Contains(c.languages, lang) {
			continue
		}
		good, all := fit(s, lang)
		switch share := shareOf(good, all); {
		case share > most || best == nil && share == most:
			best, name, most, read, rival = c.encoding, c.name, share, s, false
		case best != nil && share == most && s != read:
			rival = rival || all < fewSigns
		}
	}
	if rival {
		return nil, ""
	}
	return best, name
}

// fewSigns is how many signs beyond ASCII are too few to tell an encoding from
// another that fits as well, or to disbelieve what is declared.
const fewSigns = 10

// poorFit is the share at which what is declared is no longer believed, if another
// encoding fits.
const poorFit = .8

// goodFit is the share of signs beyond ASCII that have to fit a language. The rest
// are names from others.
const goodFit = .97

// alphabets are the letters beyond ASCII of each language, with those of words it
// has taken from others.
var alphabets = map[string]string{
	"en": "àâäáåæçéèêëíïñóôöøúüšž",
	"uk": "абвгґдеєжзиіїйклмнопрстуфхцчшщьюя",
	"ru": "абвгдеёжзийклмнопрстуфхцчшщъыьэюя",
	"de": "äöüßéèàç",
	"fr": "àâæçéèêëîïôœùûüÿ",
	"es": "áéíñóúüç",
	"pl": "ąćęłńóśźż",
	"ro": "ăâîșşțţ",
	"it": "àèéìíîòóù",
}

// fit returns which part of the signs beyond ASCII belong to a text in the
// language: its letters, small ones within words, and what newspapers print between
// words. Another encoding has strangers, capitals and signs in their place.
func fit(s, lang string) (good, all int) {
	before := ' '
	runes := []rune(s)
	for i, r := range runes {
		if r >= utf8.RuneSelf {
			all++
			next := ' '
			if i+1 < len(runes) {
				next = runes[i+1]
			}
			switch {
			case unicode.IsLetter(r):
				within := unicode.IsLower(before) && unicode.IsUpper(r)
				if !within && strings.ContainsRune(alphabets[lang], unicode.ToLower(r)) {
					good++
				}
			case r == '’' || r == '\u00AD' || !(unicode.IsLetter(before) && unicode.IsLetter(next)) && strings.ContainsRune("«»“”„‘–—…№§°€£²³½·•©®™¿¡\u00A0", r):
				good++
			}
		}
		before = r
	}
	return good, all
}

func shareOf(good, all int) float64 {
	if all == 0 {
		return 1
	}
	return float64(good) / float64(all)
}

// printed returns which part of the runes beyond ASCII are small letters, or
// signs that newspapers print. Of two encodings of Cyrillic one has the small
// letters where the other has capitals.
func printed(s string) float64 {
	good, all := 0, 0
	for _, r := range s {
		if r < utf8.RuneSelf {
			continue
		}
		all++
		if unicode.IsLower(r) || strings.ContainsRune("«»“”„‘’–—…№§°€\u00A0", r) {
			good++
		}
	}
	if all == 0 {
		return 1
	}
	return float64(good) / float64(all)
}

// element is markup, which would drown the words of a page.
var element = pattern(`(?is)<(?:script|style)\b.*?</(?:script|style)>|<[^>]*>`)

// text returns the beginning of a page without its markup, roughly: enough to
// tell the language.
func text(s string) string {
	const enough = 256 << 10
	return element().ReplaceAllString(s[:min(len(s), enough)], " ")
}

// nearlyUTF8 reports whether bytes are UTF-8 but for a few.
func nearlyUTF8(b []byte) bool {
	bad, multibyte := 0, 0
	for len(b) > 0 {
		r, n := utf8.DecodeRune(b)
		switch {
		case r == utf8.RuneError && n == 1:
			bad++
		case n > 1:
			multibyte++
		}
		b = b[n:]
	}
	return bad*20 < multibyte
}

// maxReplaced is the share of letters that may be lost before a text is
// refused: one in five hundred is one in a long paragraph.
const maxReplaced = 500

// checked refuses what is full of replacement characters, or was decoded
// wrongly before it came.
func checked(s string, notes []string) (string, []string, error) {
	if lost := strings.Count(s, "\uFFFD"); lost > 0 {
		if lost > 2 && lost*maxReplaced > utf8.RuneCountInString(s) {
			return "", nil, refuse("", Encoding, nil, "%d of its letters cannot be read: it is in another encoding than it says, or damaged; save it as UTF-8", lost)
		}
		notes = append(notes, fmt.Sprintf("%d of its letters cannot be read and stand as \uFFFD", lost))
	}
	if doubled(s) {
		return "", nil, refuse("", Encoding, nil, "its letters were garbled before they came (Ð¿Ñ€Ð¸ instead of при): look for a copy that can be read")
	}
	s = strings.Map(func(r rune) rune {
		if r == 0 {
			return -1 // the corpus takes a file that holds one for no text
		}
		return r
	}, s)
	return s, notes, nil
}

// doubled reports whether a text in UTF-8 was taken for Windows-1252 and
// encoded once more: its signs beyond ASCII are then the bytes of UTF-8.
func doubled(s string) bool {
	var raw []byte
	high := 0
	for _, r := range text(s) {
		if r < utf8.RuneSelf {
			raw = append(raw, ' ')
			continue
		}
		high++
		if c, ok := charmap.Windows1252.EncodeRune(r); ok {
			raw = append(raw, c)
		} else if r < 0x100 {
			raw = append(raw, byte(r))
		} else {
			return false
		}
	}
	return high >= 20 && utf8.Valid(raw)
}
