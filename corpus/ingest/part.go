package ingest

import (
	"archive/zip"
	"cmp"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"path"
	"strings"
)

// relations returns where the relations of a part lead (ECMA-376, part 2), by the
// last word of their types, which are spelt in two ways.
func relations(z *zip.Reader, name string) map[string]string {
	out := make(map[string]string)
	// What cannot be read has none, and the usual names are tried.
	_ = part(z, path.Join(path.Dir(name), "_rels", strings.TrimPrefix(path.Base(name), ".")+".rels"), func(x *xmlReader) error {
		return x.each(func(e xml.StartElement) error {
			kind, target := path.Base(xmlAttr(e, "Type")), xmlAttr(e, "Target")
			if e.Name.Local != "Relationship" || target == "" || xmlAttr(e, "TargetMode") == "External" {
				return nil
			}
			if !strings.HasPrefix(target, "/") {
				target = path.Join("/", path.Dir(name), target)
			}
			if _, ok := out[kind]; !ok {
				out[kind] = strings.TrimPrefix(path.Clean(target), "/")
			}
			return nil
		})
	})
	return out
}

// mainPart returns the name of the part that holds the text.
func mainPart(z *zip.Reader) string {
	return cmp.Or(relations(z, "")["officeDocument"], "word/document.xml")
}

// related returns the names of the parts that belong to the main one.
func related(z *zip.Reader, main string) map[string]string {
	out := relations(z, main)
	for _, kind := range []string{"styles", "footnotes", "endnotes"} {
		out[kind] = cmp.Or(out[kind], path.Join(path.Dir(main), kind+".xml"))
	}
	return out
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
	word          map[string]bool // by prefix; nil before one was declared
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
	switch t := t.(type) {
	case xml.Directive:
		return nil, refuse("", Damaged, nil, "it holds definitions (DTD), which a Word document has not: save it anew")
	case xml.StartElement:
		x.declare(t)
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

// The vocabularies of Word's elements: ECMA-376, part 4 (transitional), and part
// 1 (strict).
const (
	wordTransitional = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
	wordStrict       = "http://purl.oclc.org/ooxml/wordprocessingml/main"
)

// declare notes which prefixes stand for the vocabulary of Word. Where a document
// gives one to something else inside, that counts for the rest of it: programs
// write all of them at the top.
func (x *xmlReader) declare(e xml.StartElement) {
	for _, a := range e.Attr {
		prefix := ""
		switch {
		case a.Name.Space == "xmlns":
			prefix = a.Name.Local
		case a.Name.Space != "" || a.Name.Local != "xmlns":
			continue
		}
		if x.word == nil {
			x.word = map[string]bool{"w": true, "": true}
		}
		if len(x.word) < 100 {
			x.word[prefix] = a.Value == wordTransitional || a.Value == wordStrict || a.Value != "" && prefix == "w"
		}
	}
}

// isWord reports whether an element is of the vocabulary of Word: a drawing and a
// formula have paragraphs, too.
func (x *xmlReader) isWord(n xml.Name) bool {
	if x.word == nil {
		return n.Space == "w" || n.Space == ""
	}
	return x.word[n.Space]
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
