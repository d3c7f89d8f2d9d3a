package ingest

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"unicode"

	"github.com/klippa-app/go-pdfium"
	"github.com/klippa-app/go-pdfium/references"
	"github.com/klippa-app/go-pdfium/requests"

	"rapporteur/corpus"
)

// maxPages is the largest number of pages of a PDF file: more than a long
// inquiry's report has.
const maxPages = 2000

func readPDF(in pdfium.Pdfium, b []byte) (*Document, error) {
	opened, err := in.OpenDocument(&requests.OpenDocument{File: &b})
	if err != nil {
		return nil, err
	}
	doc := opened.Document
	count, err := in.FPDF_GetPageCount(&requests.FPDF_GetPageCount{Document: doc})
	if err != nil {
		return nil, err
	}
	if count.PageCount > maxPages {
		return nil, refuse("", TooLarge, nil, "it has %d pages, more than %d: split it", count.PageCount, maxPages)
	}
	d := &Document{Fields: Fields{Title: realTitle(metaText(in, doc, "Title"))}}
	d.Notes = append(d.Notes, madeOn(pdfDate(metaText(in, doc, "CreationDate")))...)
	var pages [][]printLine
	size := 0
	for i := range count.PageCount {
		lines, err := linesOfPage(in, doc, i)
		if err != nil {
			return nil, fmt.Errorf("page %d: %w", i+1, err)
		}
		for _, l := range lines {
			size += len(l.text)
		}
		if size > corpus.MaxSize {
			return nil, refuse("", TooLarge, nil, "its text is longer than %d MB: split it", corpus.MaxSize>>20)
		}
		pages = append(pages, lines)
	}
	var notes []string
	d.Blocks, notes = layout(pages)
	d.Notes = append(d.Notes, notes...)
	if words(d.Blocks) == 0 {
		return nil, refuse("", NoText, nil, "there is no text in it: it may be a scan, and pictures of text are not read")
	}
	if mangled(d.Blocks) {
		return nil, refuse("", Encoding, nil, "its fonts say other letters than they show: look for another copy, or for the page that it was made from")
	}
	if d.Title == "" && d.Blocks[0].Form == Heading {
		d.Title = d.Blocks[0].Text
	}
	d.Blocks = withoutTitle(d.Blocks, d.Title)
	d.Language = languageOf(d.Blocks, "")
	return d, nil
}

// metaText returns a property of the document, "" when it has none.
func metaText(in pdfium.Pdfium, doc references.FPDF_DOCUMENT, tag string) string {
	m, err := in.FPDF_GetMetaText(&requests.FPDF_GetMetaText{Document: doc, Tag: tag})
	if err != nil {
		return ""
	}
	return m.Value
}

// pdfDate returns the day of a date as PDF writes it, D:20251216103000+02'00'.
func pdfDate(s string) string {
	s = strings.TrimPrefix(s, "D:")
	return s[:min(len(s), len("20251216"))]
}

// textPage is the text of a page, as the library keeps it. To ask it for each
// letter takes far longer than to read the page.
type textPage struct {
	in   pdfium.Pdfium
	page references.FPDF_TEXTPAGE
}

// linesOfPage gathers the lines of a page in the order in which the library reads
// them. It ends lines with a line break, or with a sign of its own where a hyphen
// divides a word.
func linesOfPage(in pdfium.Pdfium, doc references.FPDF_DOCUMENT, index int) ([]printLine, error) {
	page, err := in.FPDF_LoadPage(&requests.FPDF_LoadPage{Document: doc, Index: index})
	if err != nil {
		return nil, err
	}
	defer in.FPDF_ClosePage(&requests.FPDF_ClosePage{Page: page.Page})
	loaded, err := in.FPDFText_LoadPage(&requests.FPDFText_LoadPage{Page: requests.Page{ByReference: &page.Page}})
	if err != nil {
		return nil, err
	}
	defer in.FPDFText_ClosePage(&requests.FPDFText_ClosePage{TextPage: loaded.TextPage})
	t := textPage{in, loaded.TextPage}
	letters, err := t.letters()
	if err != nil {
		return nil, err
	}
	var lines []printLine
	start := 0
	for i := 0; i <= len(letters); i++ {
		divided := i < len(letters) && (letters[i] == '\x02' || letters[i] == '\uFFFE')
		if i < len(letters) && letters[i] != '\n' && !divided {
			continue
		}
		if l := (printLine{text: clean(string(letters[start:i])), hyphen: divided}); l.text != "" {
			if err := t.place(&l, letters, start, i); err != nil {
				return nil, err
			}
			lines = append(lines, l)
		}
		start = i + 1
	}
	return lines, nil
}

// letters returns the letters of the page, each under the number that the library
// gives it; of some it does not know what they are.
func (t textPage) letters() ([]rune, error) {
	count, err := t.in.FPDFText_CountChars(&requests.FPDFText_CountChars{TextPage: t.page})
	if err != nil {
		return nil, err
	}
	if count.Count <= 0 {
		return nil, nil
	}
	all, err := t.in.FPDFText_GetText(&requests.FPDFText_GetText{TextPage: t.page, Count: count.Count})
	if err != nil {
		return nil, err
	}
	if out := []rune(strings.TrimSuffix(all.Text, "\x00")); len(out) == count.Count {
		return out, nil
	}
	// Some have no letter, or two.
	out := make([]rune, count.Count)
	for i := range out {
		c, err := t.in.FPDFText_GetUnicode(&requests.FPDFText_GetUnicode{TextPage: t.page, Index: i})
		if err != nil {
			return nil, err
		}
		out[i] = rune(c.Unicode)
	}
	return out, nil
}

// place finds where the letters from start to end stand, and in which font.
func (t textPage) place(l *printLine, letters []rune, start, end int) error {
	for start < end && unicode.IsSpace(letters[start]) {
		start++
	}
	for end > start && unicode.IsSpace(letters[end-1]) {
		end--
	}
	for _, r := range letters[start:end] {
		if !unicode.IsSpace(r) {
			l.printed++
		}
	}
	areas, err := t.in.FPDFText_CountRects(&requests.FPDFText_CountRects{TextPage: t.page, StartIndex: start, Count: end - start})
	if err != nil {
		return err
	}
	for i := range areas.Count {
		a, err := t.in.FPDFText_GetRect(&requests.FPDFText_GetRect{TextPage: t.page, Index: i})
		if err != nil {
			return err
		}
		if i == 0 {
			l.left, l.right, l.top, l.bottom = a.Left, a.Right, a.Top, a.Bottom
		}
		l.left, l.right = min(l.left, a.Left), max(l.right, a.Right)
		l.top, l.bottom = max(l.top, a.Top), min(l.bottom, a.Bottom)
	}
	return t.setFont(l, letters, start, end)
}

// setFont sets the size of the line to that of most of its letters, of which it
// asks for a few. It is bold if all of them are.
func (t textPage) setFont(l *printLine, letters []rune, start, end int) error {
	const looks = 5
	l.bold = true
	var sizes []float64
	for i := range looks {
		at := start + (end-1-start)*i/(looks-1)
		for unicode.IsSpace(letters[at]) { // the library puts some in, which are in no font
			at++
		}
		size, bold, err := t.font(at)
		if err != nil {
			return err
		}
		if size > 0 {
			sizes = append(sizes, size)
		}
		if l.bold = l.bold && bold; end-start == 1 {
			break
		}
	}
	l.size = l.top - l.bottom // if nothing better is known
	if len(sizes) > 0 {
		slices.Sort(sizes)
		l.size = sizes[len(sizes)/2]
	}
	return nil
}

// font returns the size in which a letter is printed, and whether it is bold.
func (t textPage) font(at int) (size float64, bold bool, err error) {
	s, err := t.in.FPDFText_GetFontSize(&requests.FPDFText_GetFontSize{TextPage: t.page, Index: at})
	if err != nil {
		return 0, false, err
	}
	size = s.FontSize
	// A font may be scaled as it is printed.
	if m, err := t.in.FPDFText_GetMatrix(&requests.FPDFText_GetMatrix{TextPage: t.page, Index: at}); err == nil {
		size *= math.Hypot(float64(m.Matrix.C), float64(m.Matrix.D))
	}
	const semibold = 600 // of the weights of CSS
	if w, err := t.in.FPDFText_GetFontWeight(&requests.FPDFText_GetFontWeight{TextPage: t.page, Index: at}); err == nil && w.FontWeight >= semibold {
		return size, true, nil
	}
	if f, err := t.in.FPDFText_GetFontInfo(&requests.FPDFText_GetFontInfo{TextPage: t.page, Index: at}); err == nil {
		bold = strings.Contains(strings.ToLower(f.FontName), "bold")
	}
	return size, bold, nil
}
