package ingest

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"sync"
	"time"

	"github.com/klippa-app/go-pdfium"
	pdfiumerrors "github.com/klippa-app/go-pdfium/errors"
	"github.com/klippa-app/go-pdfium/references"
	"github.com/klippa-app/go-pdfium/requests"
	"github.com/klippa-app/go-pdfium/responses"
	"github.com/klippa-app/go-pdfium/webassembly"
	"github.com/tetratelabs/wazero"
	"github.com/tetratelabs/wazero/api"
	"github.com/tetratelabs/wazero/experimental"

	"rapporteur/corpus"
)

// Limits of a PDF file.
const (
	maxPages  = 2000             // of a long inquiry's report
	pdfTime   = 60 * time.Second // for all of it, once its reader has started
	pdfMemory = 8192             // pages of 64 KB: half a gigabyte
)

// pdfReader reads PDF with the library of Chrome, compiled to WebAssembly: it
// has no access to files, the network or our memory, and is thrown away after
// each document. To start it takes seconds the first time, so that is done when
// the first PDF comes.
type pdfReader struct {
	cache string // folder for what is compiled; "" keeps it in memory

	mu       sync.Mutex // one document at a time: each may take half a gigabyte
	compiled wazero.CompilationCache
}

func (p *pdfReader) close() error {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.compiled == nil {
		return nil
	}
	err := p.compiled.Close(context.Background())
	p.compiled = nil
	return err
}

// compilation returns where what is compiled is kept.
func (p *pdfReader) compilation() wazero.CompilationCache {
	if p.compiled == nil && p.cache != "" {
		// Without it everything works, more slowly.
		if os.MkdirAll(p.cache, 0o700) == nil {
			p.compiled, _ = wazero.NewCompilationCacheWithDir(p.cache)
		}
	}
	if p.compiled == nil {
		p.compiled = wazero.NewCompilationCache()
	}
	return p.compiled
}

// read reads the text of a PDF file.
func (p *pdfReader) read(ctx context.Context, b []byte) (*Document, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	pool, err := webassembly.Init(webassembly.Config{
		Context:  ctx,
		MaxTotal: 1,
		FSConfig: wazero.NewFSConfig(), // no folder: the default is all of them
		RuntimeConfig: wazero.NewRuntimeConfig().
			WithCoreFeatures(api.CoreFeaturesV2 | experimental.CoreFeaturesExceptionHandling).
			WithCompilationCache(p.compilation()).
			WithMemoryLimitPages(pdfMemory).
			WithCloseOnContextDone(true),
		Stdout: io.Discard,
		Stderr: io.Discard,
	})
	if err != nil {
		return nil, refuse("", Broken, err, "PDF cannot be read here: look at the log")
	}
	defer pool.Close()
	instance, err := pool.GetInstance(30 * time.Second)
	if err != nil {
		return nil, refuse("", Broken, err, "PDF cannot be read here: look at the log")
	}
	defer instance.Kill()
	defer time.AfterFunc(pdfTime, func() { cancel(errLate) }).Stop()
	d, err := readPDF(instance, b)
	var known *Error
	switch {
	case context.Cause(ctx) == errLate:
		return nil, refuse("", TooSlow, err, "it takes longer than %s to read: save it anew, or split it", pdfTime)
	case ctx.Err() != nil:
		return nil, context.Cause(ctx)
	case errors.As(err, &known):
		return nil, err
	case err != nil && strings.Contains(err.Error(), pdfiumerrors.ErrPassword.Error()):
		return nil, refuse("", Refused, err, "it can only be opened with a password: save it without one")
	case err != nil:
		return nil, err
	}
	return d, nil
}

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
		// The letters come in the order of the text, the fonts only by areas: to
		// ask for the font of each letter takes ten times as long.
		page := requests.Page{ByIndex: &requests.PageByIndex{Document: doc, Index: i}}
		letters, err := in.GetPageTextStructured(&requests.GetPageTextStructured{Page: page, Mode: requests.GetPageTextStructuredModeChars})
		if err != nil {
			return nil, fmt.Errorf("page %d: %w", i+1, err)
		}
		areas, err := in.GetPageTextStructured(&requests.GetPageTextStructured{Page: page, Mode: requests.GetPageTextStructuredModeRects, CollectFontInformation: true})
		if err != nil {
			return nil, fmt.Errorf("page %d: %w", i+1, err)
		}
		if size += len(letters.Chars); size > corpus.MaxSize {
			return nil, refuse("", TooLarge, nil, "its text is longer than %d MB: split it", corpus.MaxSize>>20)
		}
		pages = append(pages, linesOf(letters.Chars, areas.Rects))
	}
	var notes []string
	d.Blocks, notes = layout(pages)
	d.Notes = append(d.Notes, notes...)
	if words(d.Blocks) == 0 {
		return nil, refuse("", NoText, nil, "there is no text in it: it may be a scan, and pictures of text are not read")
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

// linesOf gathers the lines of a page in the order in which the library reads
// them. It ends lines with a line break, or with a sign of its own where a hyphen
// divides a word.
func linesOf(chars []*responses.GetPageTextStructuredChar, areas []*responses.GetPageTextStructuredRect) []printLine {
	var lines []printLine
	var l printLine
	end := func(hyphen bool) {
		l.hyphen = hyphen
		if l.text = clean(l.text); l.text != "" {
			l.setFont(areas)
			lines = append(lines, l)
		}
		l = printLine{}
	}
	for _, c := range chars {
		switch c.Text {
		case "\n":
			end(false)
		case "\x02", "\uFFFE":
			end(true)
		default:
			l.add(c)
		}
	}
	end(false)
	return lines
}
