package telegram

import (
	"context"
	"errors"
	"net/url"
	"path"
	"strings"

	tg "github.com/go-telegram/bot"
	"github.com/go-telegram/bot/models"

	"rapporteur/bot"
	"rapporteur/bot/adapter"
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
	from := adapter.Files{Platform: platform, Client: a.api.http, Within: a.pace.fetch, Secrets: a.api.hidden}
	return []bot.Upload{from.Upload(d.Name, d.Type, d.Size, func(ctx context.Context) (string, error) {
		if d.Size > maxDownload {
			return "", bot.UploadTooLarge(maxDownload >> 20)
		}
		at, err := a.whereabouts(ctx, d)
		return a.api.files + (&url.URL{Path: at}).EscapedPath(), err
	})}
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
