package telegram

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"image/png"

	"rapporteur/bot"
)

// What Telegram takes as a photo (Bot API, sendPhoto, photo); the server names
// 10485760 bytes when it refuses one.
const (
	maxPhoto      = 10 << 20 // bytes
	maxPhotoSides = 10_000   // pixels, width and height together
	maxPhotoRatio = 20       // of width and height, whichever is larger
)

// maxUpload is the size in bytes up to which bots send files (Bot API,
// sendDocument: 50 MB).
const maxUpload = 50 << 20

// slowestUpload is the speed, in bytes a second, below which it is no use to go
// on sending a file: the largest takes three and a half minutes then.
const slowestUpload = 256 << 10

// picture reports whether a file can be shown as one.
func picture(f bot.File) bool {
	if f.Type != "image/png" || len(f.Data) > maxPhoto {
		return false
	}
	c, err := png.DecodeConfig(bytes.NewReader(f.Data))
	return err == nil && c.Width+c.Height <= maxPhotoSides && max(c.Width, c.Height) <= maxPhotoRatio*min(c.Width, c.Height)
}

// sendFiles sends files as messages of their own, one after another, and returns
// their ids. Instead of one that cannot be sent the chat is told so. The error is
// that nothing more can be sent.
func (a *Adapter) sendFiles(ctx context.Context, l destination, files []bot.File) (sent []int64, err error) {
	for _, f := range files {
		n, err := a.sendFile(ctx, l, &f)
		if err != nil && ctx.Err() == nil && !unwanted(err) {
			a.log.Warn("telegram: a file cannot be sent", "name", f.Name, "bytes", len(f.Data), "err", err)
			unsent := bot.Explained(bot.FileUnsent(f.Name), l.locale)
			n, err = a.outbox.send(ctx, &outgoing{place: l.to, group: l.group, replyTo: l.question, page: render(unsent, a.self.Username), insist: l.insist})
		}
		if err != nil {
			return sent, fmt.Errorf("file %s: %w", f.Name, err)
		}
		sent = append(sent, int64(n))
	}
	return sent, nil
}

func (a *Adapter) sendFile(ctx context.Context, l destination, f *bot.File) (int, error) {
	if len(f.Data) == 0 || len(f.Data) > maxUpload {
		return 0, errors.New("it has no bytes, or more than the 50 MB that are taken")
	}
	return a.outbox.send(ctx, &outgoing{place: l.to, group: l.group, replyTo: l.question, file: f, picture: picture(*f), insist: l.insist})
}

// unwanted reports whether an error says that a chat does not take messages of
// the bot.
func unwanted(err error) bool { return errors.Is(err, errGone) || code(err) == 403 }
