package ingest

import (
	"archive/zip"
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"strings"
	"unicode"
)

// Limits of a DOCX file. A book of a million words has some 60 MB of XML.
const (
	maxEntries  = 4096       // files in the archive; a document with 1,000 pictures has about as many
	maxXML      = 100 << 20  // bytes of one part of it, unpacked
	maxXMLDepth = 200        // elements inside one another; text boxes in tables in tables reach some 40
	maxTokens   = 20_000_000 // elements, ends of elements and pieces of text
)

// readDOCX reads a Word document (ECMA-376, part 1): the text of its body, with
// headings, lists and tables, without what was deleted, hidden or commented.
func readDOCX(b []byte) (*Document, error) {
	z, err := zip.NewReader(bytes.NewReader(b), int64(len(b)))
	if err != nil {
		return nil, err
	}
	if len(z.File) > maxEntries {
		return nil, refuse("", TooLarge, nil, "it has more than %d files inside", maxEntries)
	}
	d := new(Document)
	var language string
	if err := part(z, "docProps/core.xml", func(x *xmlReader) error { return core(x, d, &language) }); err != nil && !errors.Is(err, errNoPart) {
		return nil, err
	}
	styles := make(map[string]int)
	if err := part(z, "word/styles.xml", func(x *xmlReader) error { return headingStyles(x, styles) }); err != nil && !errors.Is(err, errNoPart) {
		return nil, err
	}
	w := &docx{styles: styles}
	if err := part(z, "word/document.xml", func(x *xmlReader) error { return w.read(x) }); err != nil {
		return nil, err
	}
	d.Blocks = tidy(w.blocks)
	if words(d.Blocks) == 0 {
		return nil, refuse("", NoText, nil, "there is no text in it; pictures of text are not read")
	}
	if d.Title == "" && d.Blocks[0].Form == Heading {
		d.Title = d.Blocks[0].Text
	}
	d.Blocks = withoutTitle(d.Blocks, d.Title)
	d.Language = languageOf(d.Blocks, language)
	return d, nil
}

var errNoPart = errors.New("no such part")

// part reads a part of the archive; two of one name are no document.
func part(z *zip.Reader, name string, read func(*xmlReader) error) error {
	var found *zip.File
	for _, f := range z.File {
		if strings.EqualFold(f.Name, name) {
			if found != nil {
				return fmt.Errorf("%s is there twice", name)
			}
			found = f
		}
	}
	if found == nil {
		return fmt.Errorf("%s: %w", name, errNoPart)
	}
	r, err := found.Open()
	if err != nil {
		return err
	}
	defer r.Close()
	// What the archive says of its sizes is not believed.
	limited := &io.LimitedReader{R: r, N: maxXML + 1}
	err = read(newXMLReader(limited))
	if limited.N <= 0 {
		return refuse("", TooLarge, err, "%s in it is larger than %d MB", name, maxXML>>20)
	}
	return err
}

// xmlReader reads XML that may be hostile: without a DTD there are no entities
// that grow, and the depth is bounded.
type xmlReader struct {
	*xml.Decoder
	depth, tokens int
}

func newXMLReader(r io.Reader) *xmlReader { return &xmlReader{Decoder: xml.NewDecoder(r)} }

// next returns the next token, io.EOF at the end.
func (x *xmlReader) next() (xml.Token, error) {
	t, err := x.RawToken()
	if err != nil {
		if err == io.EOF && x.depth > 0 {
			err = io.ErrUnexpectedEOF
		}
		return nil, err
	}
	if x.tokens++; x.tokens > maxTokens {
		return nil, refuse("", TooLarge, nil, "it has more than %d elements", maxTokens)
	}
	switch t.(type) {
	case xml.Directive:
		return nil, refuse("", Damaged, nil, "it holds definitions (DTD), which a Word document has not: save it anew")
	case xml.StartElement:
		if x.depth++; x.depth > maxXMLDepth {
			return nil, refuse("", Damaged, nil, "its parts are nested deeper than %d: save it anew", maxXMLDepth)
		}
	case xml.EndElement:
		x.depth--
	}
	return t, nil
}

// skip reads to the end of the element that was begun last.
func (x *xmlReader) skip() error {
	for end := x.depth - 1; x.depth > end; {
		if _, err := x.next(); err != nil {
			return err
		}
	}
	return nil
}

// each calls do for every element until the end.
func (x *xmlReader) each(do func(e xml.StartElement) error) error {
	for {
		t, err := x.next()
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return err
		}
		if e, ok := t.(xml.StartElement); ok {
			if err := do(e); err != nil {
				return err
			}
		}
	}
}

// text returns the text up to the end of the element that was begun last.
func (x *xmlReader) text() (string, error) {
	var b strings.Builder
	for end := x.depth - 1; x.depth > end; {
		t, err := x.next()
		if err != nil {
			return "", err
		}
		if c, ok := t.(xml.CharData); ok {
			b.Write(c)
		}
	}
	return b.String(), nil
}

func xmlAttr(e xml.StartElement, name string) string {
	for _, a := range e.Attr {
		if a.Name.Local == name {
			return a.Value
		}
	}
	return ""
}

// core reads the properties of the document.
func core(x *xmlReader, d *Document, language *string) error {
	return x.each(func(e xml.StartElement) (err error) {
		switch e.Name.Local {
		case "title":
			var title string
			title, err = x.text()
			d.Title = realTitle(title)
		case "language":
			*language, err = x.text()
		case "created":
			var made string
			if made, err = x.text(); err == nil {
				d.Notes = append(d.Notes, madeOn(made)...)
			}
		}
		return err
	})
}

// madeOn notes when a file was made, which need not be when it was published.
func madeOn(s string) []string {
	d, ok := parseDate(s)
	if !ok {
		return nil
	}
	return []string{fmt.Sprintf("the file was made on %s: say when it was published if you know", d.Day())}
}

// noTitle are titles that programs give to files by themselves.
var noTitle = pattern(`(?i)^(?:microsoft word|untitled|document\s*\d*$|документ\s*\d*$|dokument\s*\d*$|powerpoint)|\.(?:docx?|pdf|odt|rtf|indd|txt|html?)$`)

// realTitle returns the title of a file, "" when no person gave it.
func realTitle(s string) string {
	if s = clean(s); noTitle().MatchString(s) {
		return ""
	}
	return s
}

// headingName is what the style of a heading is called, in any language of
// Word: the name inside the file is English.
var headingName = pattern(`(?i)^(?:heading|überschrift|заголовок|titre|título|nagłówek|titlu|titolo)\s*([1-9])$`)

// headingStyles reads which styles are those of headings, and of what level.
func headingStyles(x *xmlReader, styles map[string]int) error {
	id := ""
	return x.each(func(e xml.StartElement) error {
		switch e.Name.Local {
		case "style":
			id = xmlAttr(e, "styleId")
		case "name":
			if m := headingName().FindStringSubmatch(xmlAttr(e, "val")); m != nil {
				styles[id] = int(m[1][0] - '0')
			} else if strings.EqualFold(xmlAttr(e, "val"), "title") {
				styles[id] = 1
			}
		case "outlineLvl":
			if v := xmlAttr(e, "val"); len(v) == 1 && v[0] >= '0' && v[0] <= '8' {
				styles[id] = int(v[0]-'0') + 1
			}
		}
		return nil
	})
}

// docx gathers the blocks of a document.
type docx struct {
	styles map[string]int
	blocks []Block
	open   []*docxParagraph // text boxes stand inside paragraphs
	tables []*docxTable
}

type docxParagraph struct {
	text   strings.Builder
	level  int // of a heading
	item   bool
	hidden bool // the run that is being read
}

type docxTable struct {
	cells []string
	cell  []string
	rows  int
}

// read reads the document. Names are compared without the address of their vocabulary: there are
// two sets of those, for the same elements.
func (w *docx) read(x *xmlReader) error {
	for {
		t, err := x.next()
		switch {
		case err == io.EOF:
			return nil
		case err != nil:
			return err
		}
		switch t := t.(type) {
		case xml.StartElement:
			if err := w.start(x, t); err != nil {
				return err
			}
		case xml.EndElement:
			w.end(t.Name.Local)
		}
	}
}

func (w *docx) paragraph() *docxParagraph {
	if len(w.open) == 0 {
		return new(docxParagraph)
	}
	return w.open[len(w.open)-1]
}

func (w *docx) write(s string) {
	if p := w.paragraph(); !p.hidden {
		p.text.WriteString(s)
	}
}

func (w *docx) start(x *xmlReader, e xml.StartElement) error {
	p := w.paragraph()
	switch e.Name.Local {
	case "del", "moveFrom", "Fallback", "instrText", "delText", "rPrChange", "pPrChange", "sectPr", "comment":
		return x.skip()
	case "p":
		if e.Name.Space == "w" || e.Name.Space == "" { // a is of drawings, m of formulas
			w.open = append(w.open, new(docxParagraph))
		}
	case "pStyle":
		if level := w.styles[xmlAttr(e, "val")]; level > 0 {
			p.level = level
		}
	case "outlineLvl":
		if v := xmlAttr(e, "val"); len(v) == 1 && v[0] >= '0' && v[0] <= '8' {
			p.level = int(v[0]-'0') + 1
		}
	case "numPr":
		p.item = true
	case "r":
		p.hidden = false
	case "vanish":
		p.hidden = xmlAttr(e, "val") != "0" && xmlAttr(e, "val") != "false"
	case "t":
		s, err := x.text()
		if err != nil {
			return err
		}
		w.write(s)
	case "tab", "br", "cr", "ptab":
		w.write(" ")
	case "noBreakHyphen":
		w.write("\u2011")
	case "sym":
		w.write(" ") // a sign of a font of signs: which one depends on the font
	case "tbl":
		w.tables = append(w.tables, new(docxTable))
	case "tr":
		if t := w.table(); t != nil {
			t.cells = nil
		}
	case "tc":
		if t := w.table(); t != nil {
			t.cell = nil
		}
	}
	return nil
}

func (w *docx) table() *docxTable {
	if len(w.tables) == 0 {
		return nil
	}
	return w.tables[len(w.tables)-1]
}

func (w *docx) end(name string) {
	switch name {
	case "p":
		if len(w.open) == 0 {
			return
		}
		p := w.open[len(w.open)-1]
		w.open = w.open[:len(w.open)-1]
		w.add(p)
	case "tc":
		if t := w.table(); t != nil {
			t.cells = append(t.cells, strings.Join(t.cell, " "))
		}
	case "tr":
		if t := w.table(); t != nil {
			w.row(t)
		}
	case "tbl":
		if len(w.tables) > 0 {
			w.tables = w.tables[:len(w.tables)-1]
		}
	}
}

// add adds a paragraph that has ended, or puts it into the cell it stands in.
func (w *docx) add(p *docxParagraph) {
	s := p.text.String()
	if strings.TrimFunc(s, unicode.IsSpace) == "" {
		return
	}
	if t := w.table(); t != nil {
		t.cell = append(t.cell, s)
		return
	}
	b := Block{Text: s}
	switch {
	case p.level > 0:
		b.Form, b.Level = Heading, p.level
	case p.item:
		b.Form = Item
	}
	w.blocks = append(w.blocks, b)
}

// row adds a row that has ended. A table inside another is text of its cell.
func (w *docx) row(t *docxTable) {
	text := strings.TrimSpace(strings.Join(t.cells, ""))
	switch {
	case text == "":
	case len(w.tables) > 1:
		outer := w.tables[len(w.tables)-2]
		outer.cell = append(outer.cell, strings.Join(t.cells, " "))
	case len(t.cells) == 1: // a frame around text
		w.blocks = append(w.blocks, Block{Text: t.cells[0]})
	default:
		w.blocks = append(w.blocks, Block{Form: Row, Cells: t.cells, Start: t.rows == 0})
		t.rows++
	}
}
