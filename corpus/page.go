package corpus

import (
	"slices"
	"strconv"
	"strings"
)

// PageStart is where the text of a printed page begins, as a byte of the text
// behind the front matter.
type PageStart struct{ Page, At int }

// Where the pages of a printed document begin stands in the front matter as
//
//	pages: "HASH N N N"
//
// The numbers are how many bytes of the text, from behind the front matter, stand
// on page 1, on page 2 and so on; 0 is a page without text. The hash is the
// beginning of the SHA-256 of these bytes: when the text is edited it is another,
// and nothing is known of pages any more.

// pagesHash is how many hexadecimal digits of the hash stand there: 64 bits tell
// an edit.
const pagesHash = 16

// PagesField returns the value of the field pages for a text behind front matter.
// The starts are in order.
func PagesField(text string, starts []PageStart) string {
	if len(starts) == 0 {
		return ""
	}
	fields := []string{hashOf([]byte(text))[:pagesHash]}
	page, at := 1, 0
	for _, s := range starts {
		for ; page < s.Page; page++ {
			fields = append(fields, strconv.Itoa(s.At-at))
			at = s.At
		}
	}
	return strings.Join(append(fields, strconv.Itoa(len(text)-at)), " ")
}

// pageEnds reads the field pages: where each page ends in the file, nil when
// nothing is known of that. The text begins at start.
func pageEnds(field, body string, start int) []int {
	hash, rest, _ := strings.Cut(strings.TrimSpace(field), " ")
	if hash != hashOf([]byte(body[start:]))[:pagesHash] {
		return nil
	}
	var ends []int
	at := start
	for s := range strings.FieldsSeq(rest) {
		n, err := strconv.Atoi(s)
		if err != nil || n < 0 || n > len(body)-at {
			return nil
		}
		at += n
		ends = append(ends, at)
	}
	return ends
}

// Page returns the number of the printed page, from 1, on which the byte of the
// text stands; 0 if that is not known.
func (t *Text) Page(offset int) int {
	i, found := slices.BinarySearch(t.pages, offset)
	for found && i < len(t.pages) && t.pages[i] == offset { // it is the first byte of the next that has one
		i++
	}
	if i >= len(t.pages) {
		return 0
	}
	return i + 1
}
