package keep

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"syscall"

	"rapporteur/bot"
	"rapporteur/corpus/ingest"
	"rapporteur/index"
)

// bundled says that there is no corpus folder.
func bundled() error { return &bot.UserError{Message: "corpus_bundled"} }

// explain turns an error into one that the bot can put into words, where an
// operator can do something about it.
func explain(err error) error {
	var known *bot.UserError
	var e *ingest.Error
	var message string
	switch {
	case err == nil, errors.As(err, &known), errors.Is(err, context.Canceled), errors.Is(err, context.DeadlineExceeded):
		return err
	case errors.As(err, &e):
		return explained(e)
	case errors.Is(err, index.ErrLocked):
		message = "index_locked"
	case errors.Is(err, syscall.ENOSPC), errors.Is(err, syscall.EDQUOT):
		message = "data_no_room"
	case errors.Is(err, syscall.EROFS), errors.Is(err, fs.ErrPermission):
		message = "data_read_only"
	case errors.Is(err, fs.ErrNotExist), errors.Is(err, syscall.ENOTDIR): // the index says so of its own files in other words
		message = "ingest_gone"
	default:
		return err
	}
	return &bot.UserError{Message: message, Err: err}
}

func explained(e *ingest.Error) error {
	var err error = e
	if e.Err != nil {
		err = fmt.Errorf("%w: %w", e, e.Err)
	}
	data := map[string]any{"Name": e.Name, "Why": e.Say}
	switch e.Code {
	case ingest.Locked, ingest.NoRoom, ingest.ReadOnly, ingest.Gone, ingest.Broken:
		data = nil // it is about the folder, whose place is nobody's business in a chat
	}
	return &bot.UserError{Message: "ingest_" + string(e.Code), Data: data, Err: err}
}
