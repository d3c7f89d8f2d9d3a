package ingest

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"mime"
	"net/http"
	"path"
	"strings"
	"time"

	"rapporteur/corpus"
)

// File is a document as it came: bytes with a name and a type.
type File struct {
	Name string // of the file, or the address
	Type string // MIME type as declared; "" is not known
	URL  string // where it was fetched from in the end; "" for a file
	Body []byte // at most 20 MB
}

// Reader reads documents. It is safe for concurrent use. PDF and DOCX are read by
// a process of their own: the program has to call Child.
type Reader struct {
	now      func() time.Time
	children *children
}

// ReaderOptions are how documents are read; all may be left empty.
type ReaderOptions struct {
	Now func() time.Time // the clock; nil is the machine's
	// Cache is a folder in which what reads PDF is kept once it is compiled,
	// which takes seconds; "" compiles nothing, and PDF takes longer. Only the
	// program's own user may be able to write there: it is run.
	Cache string
}

// NewReader returns a Reader.
func NewReader(o ReaderOptions) *Reader {
	r := &Reader{now: o.Now, children: newChildren(o.Cache)}
	if r.now == nil {
		r.now = time.Now
	}
	return r
}

// Close ends what is compiled in the background.
func (r *Reader) Close() error { return r.children.close() }

// format is a type of document that is read.
type format string

const (
	formatHTML     format = "HTML"
	formatPDF      format = "PDF"
	formatDOCX     format = "DOCX"
	formatMarkdown format = "Markdown"
	formatPlain    format = "plain text"
	formatFeed     format = "feed"
)

// Read reads a document: HTML, PDF, DOCX, Markdown or plain text, whatever its
// name and type say when its bytes say otherwise.
func (r *Reader) Read(ctx context.Context, f File) (*Document, error) {
	name := shown(f.Name)
	switch {
	case len(f.Body) > corpus.MaxSize:
		return nil, refuse(name, TooLarge, nil, "it is larger than %d MB: split it into several", corpus.MaxSize>>20)
	case len(bytes.TrimSpace(f.Body)) == 0:
		return nil, refuse(name, NoText, nil, "it is empty")
	}
	kind, what := formatOf(f)
	if kind == "" {
		return nil, refuse(name, WrongType, nil, "%s is not read: take HTML, PDF, DOCX, Markdown or plain text", what)
	}
	var d *Document
	// The libraries see what strangers send. That one of them gives up must not
	// end the program.
	err := contain(func() (err error) {
		switch kind {
		case formatHTML:
			d, err = r.html(f)
		case formatPDF, formatDOCX:
			d, err = r.children.read(ctx, kind, f.Body)
		case formatFeed:
			err = refuse("", WrongType, nil, "it is a feed and no document: put its address into the setting feeds")
		default:
			d, err = readText(f, kind == formatMarkdown)
		}
		return err
	})
	if err != nil {
		return nil, named(name, kind, err)
	}
	d.Source = name
	if f.URL != "" && d.URL == "" {
		if u, err := parseURL(f.URL); err == nil {
			d.URL = plainURL(u).String()
			if d.Publisher == "" {
				d.Publisher = siteOf(u)
			}
		}
	}
	if d.Published.Time.After(r.now().Add(24 * time.Hour)) {
		d.Notes = append(d.Notes, fmt.Sprintf("it says to be of %s, which has not come yet: the date is left out", d.Published.Day()))
		d.Published = corpus.Date{}
	}
	return d, nil
}

// named names the document in an error.
func named(name string, kind format, err error) error {
	if e, ok := err.(*Error); ok {
		e.Name = name
		return e
	}
	if errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded) {
		return err
	}
	return refuse(name, Damaged, err, "it cannot be read as %s: it is damaged, or another kind of file", kind)
}

// contain runs do, and makes an error of its panic.
func contain(do func() error) (err error) {
	defer func() {
		if v := recover(); v != nil {
			err = fmt.Errorf("panic: %v", v)
		}
	}()
	return do()
}

// formatOf tells what a file is; the bytes weigh more than the declared type,
// and that more than the name. When it is nothing that is read, what says what
// it is.
func formatOf(f File) (kind format, what string) {
	b := f.Body
	ext := strings.ToLower(path.Ext(f.Name))
	declared, _, err := mime.ParseMediaType(f.Type)
	if err != nil {
		declared = ""
	}
	lower := beginning(b)
	has := func(prefix string) bool { return bytes.HasPrefix(b, []byte(prefix)) }
	switch {
	case has("%PDF-") || bytes.Contains(b[:min(len(b), 1024)], []byte("%PDF-")):
		return formatPDF, ""
	case has("PK\x03\x04"):
		switch {
		case bytes.Contains(b, []byte("word/")):
			return formatDOCX, ""
		case bytes.Contains(b, []byte("mimetypeapplication/vnd.oasis.opendocument.text")):
			return "", "an OpenDocument file (save it as .docx or PDF)"
		case bytes.Contains(b, []byte("mimetypeapplication/epub")):
			return "", "an e-book"
		case !bytes.Contains(b, []byte("xl/")) && !bytes.Contains(b, []byte("ppt/")) && bytes.Contains(b, []byte("_rels/.rels")):
			return formatDOCX, "" // whatever its parts are called
		}
		return "", "an archive (add the files in it)"
	case has("\xD0\xCF\x11\xE0"):
		return "", "an old Word file (save it as .docx or PDF)"
	case has("{\\rtf"):
		return "", "an RTF file (save it as .docx or PDF)"
	case has("\x1F\x8B"), has("BZh"), has("7z\xBC\xAF"), has("Rar!"):
		return "", "an archive (add the files in it)"
	}
	if sniffed := http.DetectContentType(b); strings.HasPrefix(sniffed, "image/") || strings.HasPrefix(sniffed, "audio/") || strings.HasPrefix(sniffed, "video/") {
		return "", "a picture, sound or film (" + sniffed + ")"
	}
	switch {
	case isFeed(lower, declared):
		return formatFeed, ""
	case bytes.HasPrefix(lower, []byte("<!doctype html")), bytes.HasPrefix(lower, []byte("<html")), declared == "text/html", declared == "application/xhtml+xml":
		return formatHTML, ""
	case declared == "text/markdown", ext == ".md", ext == ".markdown":
		return formatMarkdown, ""
	case ext == ".html", ext == ".htm", ext == ".xhtml":
		return formatHTML, ""
	case declared == "application/pdf", ext == ".pdf":
		return "", "a file that says to be PDF and is not"
	case ext == ".docx":
		return "", "a file that says to be DOCX and is not"
	case bytes.HasPrefix(lower, []byte("<?xml")) && bytes.Contains(lower, []byte("<html")):
		return formatHTML, ""
	case bytes.HasPrefix(lower, []byte("<?xml")), strings.HasSuffix(declared, "/json"), strings.HasSuffix(declared, "xml"):
		return "", "a file for programs (" + shown(f.Type) + ")"
	case looksBinary(b):
		return "", "a file that holds no text"
	}
	return formatPlain, ""
}

// beginning returns the beginning of a file in lower case, as far as it tells what
// the file is: without comments, and not in UTF-16.
func beginning(b []byte) []byte {
	b = b[:min(len(b), 4096)]
	if e := utf16Of(b); e != nil {
		if out, err := e.NewDecoder().Bytes(b); err == nil {
			b = out
		}
	}
	b = bytes.ToLower(bytes.TrimLeft(bytes.TrimPrefix(b, []byte("\uFEFF")), " \t\r\n"))
	for bytes.HasPrefix(b, []byte("<!--")) {
		_, rest, ok := bytes.Cut(b, []byte("-->"))
		if !ok {
			break
		}
		b = bytes.TrimLeft(rest, " \t\r\n")
	}
	return b
}

// isFeed reports whether the beginning of a file, in lower case, is that of a
// feed.
func isFeed(lower []byte, declared string) bool {
	switch declared {
	case "application/rss+xml", "application/atom+xml", "application/feed+json":
		return true
	}
	if bytes.HasPrefix(lower, []byte("<?xml")) || bytes.HasPrefix(lower, []byte("<rss")) || bytes.HasPrefix(lower, []byte("<feed")) {
		return bytes.Contains(lower, []byte("<rss")) || bytes.Contains(lower, []byte("<feed")) || bytes.Contains(lower, []byte("<rdf:rdf"))
	}
	return bytes.HasPrefix(lower, []byte("{")) && bytes.Contains(lower, []byte("jsonfeed.org/version"))
}

// looksBinary reports whether the bytes are no text in any encoding but UTF-16.
func looksBinary(b []byte) bool {
	b = b[:min(len(b), 4096)]
	odd := 0
	for _, c := range b {
		if c < ' ' && c != '\t' && c != '\n' && c != '\r' && c != '\f' && c != 0x1B && c != 0 {
			odd++
		}
	}
	return odd*20 > len(b) || bytes.IndexByte(b, 0) >= 0 && utf16Of(b) == nil
}

// readText reads plain text or Markdown, which is stored letter for letter.
func readText(f File, markdown bool) (*Document, error) {
	s, notes, err := decode(f.Body, f.Type)
	if err != nil {
		return nil, err
	}
	ext := ".txt"
	if markdown {
		ext = ".md"
	}
	// Front matter of its own says what is known of it.
	t, start, warnings, bad := corpus.Head("text"+ext, s)
	if bad != nil {
		return nil, refuse("", BadField, bad.Err, "line %d: %v", bad.Line, bad.Err)
	}
	for _, w := range warnings {
		notes = append(notes, w.Err.Error())
	}
	d := &Document{Fields: fieldsOf(t), Plain: strings.TrimPrefix(s[start:], "\uFEFF"), Markdown: markdown, Notes: notes}
	if start == 0 || t.Kind == corpus.Report {
		d.Kind = "" // none was given
	}
	if whole, _, bad := corpus.Parse("text"+ext, s); bad == nil && d.Title == "" && whole.Title != "text" {
		d.Title = whole.Title
	}
	return d, nil
}
