package ingest

import (
	"fmt"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// A PDF file knows where each letter is printed, and nothing of paragraphs. They
// are told from the page as a reader tells them: from larger spaces between
// lines, indented and short lines, and the size of letters.

// printLine is a line as it is printed. Lengths are in points, from the lower
// left corner of the page.
type printLine struct {
	text                     string
	left, right, top, bottom float64
	size                     float64 // of the letters
	bold                     bool
	hyphen                   bool // ended with a hyphen, which is left out of text
	printed                  int  // letters
	page                     int  // from 1
}

// layout makes blocks of the lines of pages.
func layout(pages [][]printLine) (blocks []Block, notes []string) {
	for i, page := range pages {
		for j := range page {
			page[j].page = i + 1
		}
	}
	pages = withoutRunning(pages)
	overPages(pages)
	body := bodySize(pages)
	spacing := lineSpacing(pages, body)
	var current []printLine
	var joined int
	words := inLines(pages)
	end := func() {
		if len(current) > 0 {
			b, n := blockOf(current, body, words)
			blocks = append(blocks, b)
			joined += n
		}
		current = nil
	}
	for _, page := range pages {
		width := 0.0
		for _, l := range page {
			width = max(width, l.right)
		}
		for i, l := range page {
			if len(current) > 0 && parted(current[len(current)-1], l, i == 0, spacing, body, width) {
				end()
			}
			current = append(current, l)
		}
	}
	end()
	blocks = tidy(blocks)
	if joined > 0 {
		notes = append(notes, fmt.Sprintf("%d words that were divided at the ends of lines were put together", joined))
	}
	return blocks, notes
}

// overPages finds the words that are divided where the library does not see it:
// over two pages, or with a hyphen that it does not know.
func overPages(pages [][]printLine) {
	var before *printLine
	for _, page := range pages {
		for i := range page {
			next, _ := utf8.DecodeRuneInString(page[i].text)
			if before != nil && !before.hyphen && unicode.IsLetter(next) {
				r, n := utf8.DecodeLastRuneInString(before.text)
				text := before.text[:len(before.text)-n]
				if last, _ := utf8.DecodeLastRuneInString(text); isHyphen(r) && r != '\u2011' && unicode.IsLetter(last) {
					before.text, before.hyphen = text, true
				}
			}
			before = &page[i]
		}
	}
}

// largest is how large, against the body of a text, letters are that are not
// those of a heading.
const largest = 1.15

// parted reports whether a paragraph ends between two lines.
func parted(a, b printLine, newPage bool, spacing, body, width float64) bool {
	switch {
	case a.hyphen:
		return false
	case isBullet(b.text):
		return true
	case !sameSize(a.size, b.size) || a.bold != b.bold && !startsLower(b.text):
		return true
	}
	if large := largest * body; !newPage && a.size > large && b.size > large && b.bottom < a.bottom {
		// The lines of a title are centred, or broken where they read well.
		return a.bottom-b.bottom > 1.8*a.size
	}
	short := a.right < width-.15*(width-a.left)
	if newPage || b.bottom > a.bottom { // or a new column
		return endsSentence(a.text) && (!startsLower(b.text) || short)
	}
	const wide, indent = 1.35, 1.0 // in line spacings and in sizes of letters
	switch {
	case spacing > 0 && a.bottom-b.bottom > wide*spacing:
		return true
	case b.left > a.left+indent*b.size && !startsLower(b.text):
		return true
	}
	return short && endsSentence(a.text)
}

// sameSize allows for names of files and the like, in smaller letters.
func sameSize(a, b float64) bool { return a < 1.2*b && b < 1.2*a }

func isBullet(s string) bool {
	r, n := utf8.DecodeRuneInString(s)
	return strings.ContainsRune("•‣◦▪●■–-", r) && strings.HasPrefix(s[n:], " ")
}

func startsLower(s string) bool {
	r, _ := utf8.DecodeRuneInString(s)
	return unicode.IsLower(r)
}

func endsSentence(s string) bool {
	s = strings.TrimRight(s, "\"'»”“’)] ")
	r, _ := utf8.DecodeLastRuneInString(s)
	return strings.ContainsRune(".!?…:;", r) && s != ""
}

// bodySize returns the size in which most letters are printed.
func bodySize(pages [][]printLine) float64 {
	letters := make(map[int]int) // by half points
	for _, page := range pages {
		for _, l := range page {
			letters[int(2*l.size+.5)] += l.printed
		}
	}
	best, most := 0, 0
	for size, n := range letters {
		if n > most || n == most && size < best {
			best, most = size, n
		}
	}
	return float64(best) / 2
}

// lineSpacing returns the usual distance from one line to the next.
func lineSpacing(pages [][]printLine, body float64) float64 {
	var all []float64
	for _, page := range pages {
		for i := 1; i < len(page); i++ {
			if d := page[i-1].bottom - page[i].bottom; d > 0 && d < 4*body && sameSize(page[i].size, body) {
				all = append(all, d)
			}
		}
	}
	if len(all) == 0 {
		return 0
	}
	slices.Sort(all)
	return all[len(all)/2]
}

// blockOf joins the lines of a paragraph. It returns how many words were put
// together that were divided.
func blockOf(lines []printLine, body float64, words divided) (Block, int) {
	var b strings.Builder
	var pages []PageStart
	joined := 0
	for i, l := range lines {
		if i == 0 || l.page != lines[i-1].page {
			pages = append(pages, PageStart{At: b.Len(), Page: l.page})
		}
		b.WriteString(l.text)
		switch {
		case i+1 == len(lines):
		case !l.hyphen:
			b.WriteByte(' ')
		default:
			between := words.join(l.text, lines[i+1].text)
			if between == "" {
				joined++
			}
			b.WriteString(between)
		}
	}
	block := Block{Text: b.String(), Pages: pages}
	bold, large := true, lines[0].size > largest*body
	for _, l := range lines {
		bold = bold && l.bold
	}
	const longHeading = 200 // bytes
	switch {
	case isBullet(block.Text):
		_, n := utf8.DecodeRuneInString(block.Text)
		text := strings.TrimSpace(block.Text[n:])
		for i := range pages {
			pages[i].At = max(0, pages[i].At-(len(block.Text)-len(text)))
		}
		block.Form, block.Text = Item, text
	case (large || bold) && len(block.Text) < longHeading && !strings.HasSuffix(block.Text, ".") && !strings.HasSuffix(block.Text, ":"):
		block.Form, block.Level = Heading, 2
	}
	return block, joined
}

// withoutRunning drops page numbers and what is printed at the top or foot of
// every page: the first or last line of most pages, figures apart.
func withoutRunning(pages [][]printLine) [][]printLine {
	const least = 3 // pages, to tell what runs
	key := func(l printLine) string {
		return strings.Map(func(r rune) rune {
			if unicode.IsDigit(r) {
				return '0'
			}
			return unicode.ToLower(r)
		}, strings.TrimLeftFunc(strings.TrimRightFunc(l.text, unicode.IsDigit), unicode.IsDigit))
	}
	count := make(map[string]int)
	for _, page := range pages {
		if len(page) > 0 {
			count["first "+key(page[0])]++
			count["last "+key(page[len(page)-1])]++
		}
	}
	out := make([][]printLine, len(pages))
	for i, page := range pages {
		if n := len(page); n > 0 && (isNumber(page[n-1].text) || len(pages) >= least && count["last "+key(page[n-1])]*2 > len(pages)) {
			page = page[:n-1]
		}
		if n := len(page); n > 0 && (isNumber(page[0].text) || len(pages) >= least && count["first "+key(page[0])]*2 > len(pages)) {
			page = page[1:]
		}
		out[i] = page
	}
	return out
}

// isNumber reports whether a line is the number of a page.
func isNumber(s string) bool {
	return len(s) < 12 && strings.ContainsFunc(s, unicode.IsDigit) && !strings.ContainsFunc(s, unicode.IsLetter)
}
