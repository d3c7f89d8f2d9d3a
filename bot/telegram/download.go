package telegram

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"path"
	"strings"

	tg "github.com/go-telegram/bot"
	"github.com/go-telegram/bot/models"

	"rapporteur/bot"
)

// maxDownload is the size in bytes up to which bots get files (Bot API, getFile:
// 20MB; the server compares with 20 times 1024 times 1024).
const maxDownload = 20 << 20

// document is a file as people send them (Bot API, Document). What it says of
// itself is hostile.
type document struct {
	ID     string `json:"file_id"`
	Unique string `json:"file_unique_id"`
	Name   string `json:"file_name"`
	Type   string `json:"mime_type"`
	Size   int64  `json:"file_size"` // bytes; left out for an empty file
}

// file is the one that a message is about: its own, or for a command the one in
// the message that it replies to. It is nil if there is none.
func (m *message) file() *document {
	switch text, entities := m.words(); {
	case m.Document != nil:
		return m.Document
	case m.ReplyTo != nil && hasCommand(text, entities):
		return m.ReplyTo.Document
	}
	return nil
}

// uploads are the files that come with a message.
func (a *Adapter) uploads(m *message) []bot.Upload {
	d := m.file()
	if d == nil {
		return nil
	}
	return []bot.Upload{{Name: d.Name, Type: d.Type, Size: d.Size, Open: func(ctx context.Context) (io.ReadCloser, error) {
		body, err := a.fetch(ctx, d)
		if err != nil {
			return nil, fmt.Errorf("telegram: fetching a file: %w", err)
		}
		return body, nil
	}}}
}

// fetch begins to download a file. The time for all of it runs from here.
func (a *Adapter) fetch(ctx context.Context, d *document) (_ io.ReadCloser, err error) {
	if d.Size > maxDownload {
		return nil, bot.UploadTooLarge(maxDownload >> 20)
	}
	ctx, cancel := context.WithTimeout(ctx, a.pace.fetch)
	defer func() {
		if err != nil {
			cancel()
		}
	}()
	at, err := a.whereabouts(ctx, d)
	if err != nil {
		return nil, err
	}
	body, err := a.api.download(ctx, at)
	if err != nil {
		return nil, err
	}
	return &download{body: body, left: d.Size, told: d.Size, api: a.api, done: cancel}, nil
}

// whereabouts asks where a file is to be had, as a path below that of all files.
func (a *Adapter) whereabouts(ctx context.Context, d *document) (string, error) {
	var found *models.File
	err := a.again(ctx, func() (err error) {
		found, err = a.api.GetFile(ctx, &tg.GetFileParams{FileID: d.ID})
		return err
	})
	if says(err, "file is too big") {
		too := bot.UploadTooLarge(maxDownload >> 20)
		too.Err = err
		return "", too
	}
	if err != nil {
		return "", err
	}
	if onDisk(found.FilePath) {
		a.log.Error("telegram: the Bot API server runs with --local: it tells where a file is on its own disk, from which nothing is read; to take files, run it without --local")
		return "", errors.New("the Bot API server runs with --local, which is not supported for files")
	}
	if found.FilePath == "" || path.Clean("/"+found.FilePath) != "/"+found.FilePath {
		return "", errors.New("getFile: the answer has no path of a file")
	}
	return found.FilePath, nil
}

// onDisk reports whether a path is one of the server's disk, which is absolute
// (Bot API, “Using a Local Bot API Server”), be it on Windows.
func onDisk(p string) bool {
	return strings.HasPrefix(p, "/") || strings.ContainsAny(p, `\:`)
}

// download asks for the content of a file. Its errors do not hold the address,
// in which the token is.
func (c *client) download(ctx context.Context, at string) (io.ReadCloser, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, c.files+(&url.URL{Path: at}).EscapedPath(), nil)
	if err != nil {
		return nil, c.withoutURL(err)
	}
	req.Header.Set("Accept-Encoding", "identity") // what comes is to be as long as told
	resp, err := c.http.Do(req)
	if err != nil {
		return nil, c.withoutURL(err)
	}
	if resp.StatusCode != http.StatusOK {
		resp.Body.Close()
		return nil, fmt.Errorf("the server answers %d %s", resp.StatusCode, http.StatusText(resp.StatusCode))
	}
	return resp.Body, nil
}

// download is the content of a file as it comes. It is an error if there is more
// of it than was told, or less.
type download struct {
	body io.ReadCloser
	told int64 // bytes
	left int64 // bytes, of those told
	api  *client
	done context.CancelFunc
}

func (d *download) Read(p []byte) (int, error) {
	if int64(len(p)) > d.left+1 {
		p = p[:d.left+1] // one more, to see whether there is one
	}
	n, err := d.body.Read(p)
	if int64(n) > d.left {
		n, d.left = int(d.left), 0
		return n, fmt.Errorf("telegram: the file has more than the %d bytes that were told", d.told)
	}
	d.left -= int64(n)
	switch {
	case errors.Is(err, io.EOF) && d.left > 0:
		return n, fmt.Errorf("telegram: the file ends %d bytes before the %d that were told: %w", d.left, d.told, io.ErrUnexpectedEOF)
	case err != nil && !errors.Is(err, io.EOF):
		return n, fmt.Errorf("telegram: fetching a file: %w", d.api.withoutURL(err))
	}
	return n, err
}

func (d *download) Close() error {
	defer d.done()
	return d.body.Close()
}
