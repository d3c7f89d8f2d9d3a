package ingest

import (
	"archive/zip"
	"bytes"
	"errors"
	"fmt"
	"reflect"
	"strings"
	"testing"
)

const (
	docxOpen   = `<?xml version="1.0" encoding="UTF-8" standalone="yes"?><w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:body>`
	docxClose  = `<w:sectPr><w:t>no</w:t></w:sectPr></w:body></w:document>`
	docxStyles = `<w:styles xmlns:w="x"><w:style w:styleId="1"><w:name w:val="heading 1"/></w:style><w:style w:styleId="berschrift2"><w:name w:val="Überschrift 2"/></w:style>` +
		`<w:style w:styleId="Own"><w:name w:val="Own"/><w:pPr><w:outlineLvl w:val="2"/></w:pPr></w:style></w:styles>`
	docxCore = `<cp:coreProperties xmlns:cp="x" xmlns:dc="y"><dc:title>Заява міністра</dc:title><dcterms:created xmlns:dcterms="z">2025-12-16T08:00:00Z</dcterms:created></cp:coreProperties>`
)

// archive writes a zip file of parts: name, content, name, content...
func archive(t testing.TB, parts ...string) []byte {
	t.Helper()
	var out bytes.Buffer
	z := zip.NewWriter(&out)
	for i := 0; i < len(parts); i += 2 {
		w, err := z.Create(parts[i])
		if err == nil {
			_, err = w.Write([]byte(parts[i+1]))
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

func makeDOCX(t testing.TB, body string) []byte {
	return archive(t, "[Content_Types].xml", "<Types/>", "word/document.xml", docxOpen+body+docxClose, "word/styles.xml", docxStyles, "docProps/core.xml", docxCore)
}

func wordParagraph(text string) string {
	return `<w:p><w:r><w:t xml:space="preserve">` + text + `</w:t></w:r></w:p>`
}

func TestDOCX(t *testing.T) {
	body := `<w:p><w:pPr><w:pStyle w:val="1"/></w:pPr><w:r><w:t>Заява міністра</w:t></w:r></w:p>` +
		`<w:p><w:r><w:t xml:space="preserve">Ми відкриємо </w:t></w:r><w:r><w:rPr><w:b/></w:rPr><w:t>гавань</w:t></w:r><w:r><w:tab/><w:t>у травні</w:t><w:br/><w:t>5&#160;числа.</w:t></w:r></w:p>` +
		`<w:p><w:pPr><w:pStyle w:val="berschrift2"/></w:pPr><w:r><w:t>Умови</w:t></w:r></w:p>` +
		`<w:p><w:r><w:t>Ціна: </w:t></w:r><w:del><w:r><w:delText>сім</w:delText></w:r></w:del><w:ins><w:r><w:t>дев</w:t></w:r></w:ins><w:r><w:softHyphen/><w:t>ять крон</w:t></w:r><w:r><w:rPr><w:vanish/></w:rPr><w:t> таємно</w:t></w:r><w:r><w:t>.</w:t></w:r></w:p>` +
		`<w:p><w:pPr><w:numPr/></w:pPr><w:r><w:t>перше;</w:t></w:r></w:p><w:p><w:pPr><w:numPr/></w:pPr><w:r><w:t>друге.</w:t></w:r></w:p>` +
		`<w:tbl><w:tr><w:tc>` + wordParagraph("День") + `</w:tc><w:tc>` + wordParagraph("Година") + `</w:tc></w:tr><w:tr><w:tc>` + wordParagraph("Неділя") + `</w:tc><w:tc>` + wordParagraph("о") + wordParagraph("п’ятій") + `</w:tc></w:tr></w:tbl>` +
		`<w:p><w:r><w:fldChar/><w:instrText>HYPERLINK "x"</w:instrText><w:t>Посилання</w:t></w:r><w:hyperlink><w:r><w:t> тут.</w:t></w:r></w:hyperlink></w:p>` +
		`<w:p><w:r><mc:AlternateContent><mc:Choice><w:txbxContent>` + wordParagraph("У рамці.") + `</w:txbxContent></mc:Choice><mc:Fallback><w:txbxContent>` + wordParagraph("У рамці.") + `</w:txbxContent></mc:Fallback></mc:AlternateContent><w:t>Навколо.</w:t></w:r></w:p>` +
		`<w:p><w:pPr><w:pStyle w:val="Own"/></w:pPr><w:r><w:t>Кінець</w:t></w:r></w:p>`
	d, err := plainReader.Read(ctx, File{Name: "statement.docx", Body: makeDOCX(t, body)})
	if err != nil {
		t.Fatal(err, errors.Unwrap(err))
	}
	want := []Block{
		{Text: "Ми відкриємо гавань у травні 5\u00A0числа."},
		{Form: Heading, Text: "Умови", Level: 2},
		{Text: "Ціна: девять крон."},
		{Form: Item, Text: "перше;"}, {Form: Item, Text: "друге."},
		{Form: Row, Cells: []string{"День", "Година"}, Start: true}, {Form: Row, Cells: []string{"Неділя", "о п’ятій"}},
		{Text: "Посилання тут."},
		{Text: "У рамці."}, {Text: "Навколо."},
		{Form: Heading, Text: "Кінець", Level: 3},
	}
	if !reflect.DeepEqual(d.Blocks, want) {
		t.Errorf("\n got %+v\nwant %+v", d.Blocks, want)
	}
	if d.Title != "Заява міністра" || d.Language != "uk" || !d.Published.IsZero() || len(d.Notes) != 1 || !strings.Contains(d.Notes[0], "2025-12-16") {
		t.Errorf("%+v, %v", d.Fields, d.Notes)
	}
}

func TestDOCXRefused(t *testing.T) {
	laughs := `<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;"><!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;&b;&b;">]><w:document><w:body><w:p><w:r><w:t>&c;</w:t></w:r></w:p></w:body></w:document>`
	many := []string{"word/document.xml", docxOpen + docxClose}
	for i := range maxEntries {
		many = append(many, fmt.Sprint("x", i), "")
	}
	for name, tt := range map[string]struct {
		body []byte
		code Code
	}{
		"billion laughs":  {archive(t, "word/document.xml", laughs), Damaged},
		"entity":          {archive(t, "word/document.xml", docxOpen+wordParagraph("&nobody;")+docxClose), Damaged},
		"external entity": {archive(t, "word/document.xml", `<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]>`+docxOpen+wordParagraph("&a;")+docxClose), Damaged},
		"zip bomb":        {archive(t, "word/document.xml", docxOpen+"<w:p>"+strings.Repeat(" ", maxXML+1)+"</w:p>"+docxClose), TooLarge},
		"deep":            {archive(t, "word/document.xml", docxOpen+strings.Repeat("<w:p>", 100_000)), Damaged},
		"many entries":    {archive(t, many...), TooLarge},
		"no text":         {makeDOCX(t, "<w:p/>"), NoText},
		"cut":             {makeDOCX(t, wordParagraph("A sentence."))[:200], Damaged},
		"cut inside":      {archive(t, "word/document.xml", docxOpen+"<w:p><w:r><w:t>A sent"), Damaged},
		"twice":           {archive(t, "word/document.xml", docxOpen+docxClose, "word/document.xml", docxOpen+docxClose), Damaged},
		"no document":     {archive(t, "word/document.xml.rels", "x"), Damaged},
		"a sheet":         {archive(t, "xl/workbook.xml", "x"), WrongType},
		"no archive":      {[]byte("PK\x03\x04 word/document.xml"), Damaged},
	} {
		t.Run(name, func(t *testing.T) {
			d, err := plainReader.Read(ctx, File{Name: "a.docx", Body: tt.body})
			if CodeOf(err) != tt.code {
				t.Errorf("%+v, %v (%v)", d, err, errors.Unwrap(err))
			}
		})
	}
}

// FuzzDOCX holds that a document is refused or can be stored.
func FuzzDOCX(f *testing.F) {
	f.Add(wordParagraph("A sentence."))
	f.Add(`<w:tbl><w:tr><w:tc><w:tbl><w:tr><w:tc>` + wordParagraph("a") + `</w:tc></w:tr></w:tbl></w:tc></w:tr></w:tbl></w:p></w:tbl>`)
	f.Add(`<w:p><w:pPr><w:outlineLvl w:val="0"/></w:pPr><w:r><w:t>Heading</w:t></w:r></w:p><w:p><w:r><w:t># text</w:t></w:r></w:p>`)
	f.Fuzz(func(t *testing.T, body string) {
		d, err := plainReader.Read(ctx, File{Name: "a.docx", Body: makeDOCX(t, body)})
		if err != nil {
			if CodeOf(err) == "" {
				t.Errorf("%v", err)
			}
			return
		}
		if _, err := render(d); err != nil && CodeOf(err) != BadField {
			t.Errorf("%v: %v", err, errors.Unwrap(err))
		}
	})
}

const (
	docxRels = `<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">%s</Relationships>`
	docxRel  = `<Relationship Id="%s" Type="http://purl.oclc.org/ooxml/officeDocument/relationships/%s" Target="%s"/>`
)

// TestDOCXParts reads a document whose parts and prefixes are called otherwise
// than Word calls them, with notes.
func TestDOCXParts(t *testing.T) {
	const open = `<ns0:%s xmlns:ns0="http://purl.oclc.org/ooxml/wordprocessingml/main" xmlns:a="http://purl.oclc.org/ooxml/drawingml/main">`
	note := func(kind, id, text string) string {
		return `<ns0:` + kind + ` ns0:id="` + id + `"><ns0:p><ns0:r><ns0:` + kind + `Ref/><ns0:t xml:space="preserve"> ` + text + `</ns0:t></ns0:r></ns0:p></ns0:` + kind + `>`
	}
	run := func(text, inside string) string {
		return `<ns0:p>` + inside + `<ns0:r><ns0:t>` + text + `</ns0:t></ns0:r></ns0:p>`
	}
	text := fmt.Sprintf(open, "document") + "<ns0:body>" +
		`<ns0:p><ns0:r><ns0:t>The quay</ns0:t></ns0:r><ns0:r><ns0:footnoteReference ns0:id="2"/></ns0:r><ns0:r><ns0:t xml:space="preserve"> is old.</ns0:t></ns0:r><ns0:r><ns0:endnoteReference ns0:id="2"/></ns0:r></ns0:p>` +
		run("Ferries", `<ns0:pPr><ns0:outlineLvl ns0:val="0"/></ns0:pPr><ns0:r><ns0:footnoteReference ns0:id="3"/></ns0:r>`) +
		run("They run daily.", "<ns0:drawing><a:p><a:t>A label </a:t></a:p></ns0:drawing>") +
		`<ns0:del><ns0:r><ns0:footnoteReference ns0:id="4"/></ns0:r></ns0:del>` +
		"</ns0:body></ns0:document>"
	feet := fmt.Sprintf(open, "footnotes") + `<ns0:footnote ns0:type="separator" ns0:id="0"><ns0:p><ns0:r><ns0:t>line</ns0:t></ns0:r></ns0:p></ns0:footnote>` +
		note("footnote", "2", "Built in 1934.") + note("footnote", "3", "As of May.") + note("footnote", "4", "Deleted.") + "</ns0:footnotes>"
	ends := fmt.Sprintf(open, "endnotes") + note("endnote", "2", "It leans.") + "</ns0:endnotes>"
	body := archive(t, "[Content_Types].xml", "<Types/>",
		"_rels/.rels", fmt.Sprintf(docxRels, fmt.Sprintf(docxRel, "1", "officeDocument", "/text/main7.xml")),
		"text/main7.xml", text,
		"text/_rels/main7.xml.rels", fmt.Sprintf(docxRels, fmt.Sprintf(docxRel, "1", "footnotes", "feet.xml")+fmt.Sprintf(docxRel, "2", "endnotes", "../ends.xml")),
		"text/feet.xml", feet, "ends.xml", ends)
	d, err := plainReader.Read(ctx, File{Name: "a.docx", Body: body})
	if err != nil {
		t.Fatal(err, errors.Unwrap(err))
	}
	want := []Block{
		{Text: "The quay is old. Built in 1934. It leans."},
		{Form: Heading, Level: 1, Text: "Ferries"},
		{Text: "As of May."},
		{Text: "A label They run daily."},
	}
	if !reflect.DeepEqual(d.Blocks, want) {
		t.Errorf("\n got %+v\nwant %+v", d.Blocks, want)
	}
}
