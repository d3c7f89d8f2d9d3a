package ingest

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"syscall"
)

// Code names what went wrong, for whoever says it in another language than the
// English of an Error.
type Code string

// The codes of errors.
const (
	BadAddress    Code = "bad_address"  // no http or https address
	Forbidden     Code = "forbidden"    // an address of a machine or network that is not public
	NotFound      Code = "not_found"    // nothing at the address
	Refused       Code = "refused"      // the site wants no programs, a login or money
	Busy          Code = "busy"         // the site asks to come back later
	Unreachable   Code = "unreachable"  // no answer, or a broken one
	TooSlow       Code = "too_slow"     // not finished in time
	TooLarge      Code = "too_large"    // larger than is taken
	WrongType     Code = "wrong_type"   // not a type of document that is read
	Damaged       Code = "damaged"      // not what its type says it is
	NoText        Code = "no_text"      // nothing in it that could be quoted
	Encoding      Code = "encoding"     // letters that cannot be told
	BadField      Code = "bad_field"    // a title, date or other field that cannot be stored
	NoSuchText    Code = "no_such_text" // no text has this id
	NoSuchVersion Code = "no_such_version"
	Conflict      Code = "conflict"  // edited by hand, or in each other's way
	Locked        Code = "locked"    // another process is changing the folder
	NoRoom        Code = "no_room"   // the disk is full
	ReadOnly      Code = "read_only" // the folder cannot be written to
	Gone          Code = "gone"      // the folder is not there
	Broken        Code = "broken"    // anything else that went wrong with the folder
)

// Error is why something was not done. It has two readers: Error is a plain
// sentence for the person who asked, without anything of the machine; Unwrap
// gives the cause, for the log.
type Error struct {
	Name string // the address, file or text it is about
	Code Code
	Say  string // what is wrong and what to do
	Err  error  // the cause; nil when Say says it all
}

func (e *Error) Error() string {
	if e.Name == "" {
		return e.Say
	}
	return e.Name + ": " + e.Say
}

func (e *Error) Unwrap() error { return e.Err }

// CodeOf returns the code of an error, "" when it has none.
func CodeOf(err error) Code {
	var e *Error
	if errors.As(err, &e) {
		return e.Code
	}
	return ""
}

func refuse(name string, code Code, cause error, format string, args ...any) *Error {
	return &Error{Name: name, Code: code, Say: fmt.Sprintf(format, args...), Err: cause}
}

// explain turns an error of the file system into one that says what to do.
func explain(dir string, err error) error {
	var known *Error
	switch {
	case err == nil, errors.As(err, &known), errors.Is(err, context.Canceled), errors.Is(err, context.DeadlineExceeded):
		return err
	case errors.Is(err, syscall.ENOSPC), errors.Is(err, syscall.EDQUOT):
		return refuse(dir, NoRoom, err, "the disk is full: make room and try again, nothing was changed")
	case errors.Is(err, fs.ErrPermission), errors.Is(err, syscall.EROFS):
		return refuse(dir, ReadOnly, err, "the corpus folder cannot be written to: let the program's user write there")
	case errors.Is(err, syscall.EXDEV):
		return refuse(dir, Broken, err, "a folder inside the corpus folder lies on another disk: keep the corpus on one")
	}
	return refuse(dir, Broken, err, "the corpus folder could not be read or written: look at the log and at the folder")
}
