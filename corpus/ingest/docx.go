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
	main := mainPart(z)
	near := related(z, main)
	styles := make(map[string]int)
	if err := part(z, near["styles"], func(x *xmlReader) error { return headingStyles(x, styles) }); err != nil && !errors.Is(err, errNoPart) {
		return nil, err
	}
	w := &docx{styles: styles, notes: make(map[string][]string)}
	for _, kind := range []string{"footnote", "endnote"} {
		err := part(z, near[kind+"s"], func(x *xmlReader) error { return w.readNotes(x, kind) })
		if err != nil && !errors.Is(err, errNoPart) {
			return nil, err
		}
	}
	if err := part(z, main, w.read); err != nil {
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
	open   []*docxParagraph    // text boxes stand inside paragraphs
	notes  map[string][]string // by kind and id; each stands in the text once
	tables []*docxTable
}

type docxParagraph struct {
	text   strings.Builder
	level  int // of a heading
	item   bool
	hidden bool // the run that is being read
	notes  []string
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
			w.end(x, t.Name)
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
		if x.isWord(e.Name) {
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
	case "footnoteReference", "endnoteReference":
		key := strings.TrimSuffix(e.Name.Local, "Reference") + xmlAttr(e, "id")
		p.notes = append(p.notes, w.notes[key]...)
		delete(w.notes, key)
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

func (w *docx) end(x *xmlReader, name xml.Name) {
	switch name.Local {
	case "p":
		if len(w.open) == 0 || !x.isWord(name) {
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

// add adds a paragraph that has ended, with its notes, or puts it into the cell it
// stands in.
func (w *docx) add(p *docxParagraph) {
	s := p.text.String()
	notes := p.notes
	// What a note says never becomes part of a sentence above it.
	for p.level == 0 && len(notes) > 0 && endsSentence(strings.TrimSpace(s)) {
		s, notes = strings.TrimRightFunc(s, unicode.IsSpace)+" "+notes[0], notes[1:]
	}
	switch t := w.table(); {
	case strings.TrimFunc(s, unicode.IsSpace) == "":
	case t != nil:
		t.cell = append(t.cell, s)
	case p.level > 0:
		w.blocks = append(w.blocks, Block{Form: Heading, Level: p.level, Text: s})
	case p.item:
		w.blocks = append(w.blocks, Block{Form: Item, Text: s})
	default:
		w.blocks = append(w.blocks, Block{Text: s})
	}
	for _, n := range notes {
		if t := w.table(); t != nil {
			t.cell = append(t.cell, n)
		} else {
			w.blocks = append(w.blocks, Block{Text: n})
		}
	}
}

// readNotes reads the foot- or endnotes, of which the lines between them and the
// text are some, too.
func (w *docx) readNotes(x *xmlReader, kind string) error {
	return x.each(func(e xml.StartElement) error {
		if e.Name.Local != kind {
			return nil
		}
		if t := xmlAttr(e, "type"); t != "" && t != "normal" {
			return x.skip()
		}
		n := &docx{styles: w.styles}
		for end := x.depth - 1; x.depth > end; {
			t, err := x.next()
			if err != nil {
				return err
			}
			switch t := t.(type) {
			case xml.StartElement:
				if err := n.start(x, t); err != nil {
					return err
				}
			case xml.EndElement:
				n.end(x, t.Name)
			}
		}
		for _, b := range n.blocks {
			if s := strings.TrimFunc(line(b), unicode.IsSpace); s != "" {
				w.notes[kind+xmlAttr(e, "id")] = append(w.notes[kind+xmlAttr(e, "id")], s)
			}
		}
		return nil
	})
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
