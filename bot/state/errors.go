package state

import (
	"errors"
	"fmt"

	"modernc.org/sqlite"
	codes "modernc.org/sqlite/lib"
)

var (
	// ErrNone says that there is no store: nothing can be kept.
	ErrNone = errors.New("state: nothing is kept")
	// ErrNotFound says that what was asked for is not kept, or no longer.
	ErrNotFound = errors.New("state: not found")
	// ErrTooMany says that a person follows MaxFollows questions already.
	ErrTooMany = errors.New("state: this person follows too many questions")
	// ErrLocked says that another process has the file open.
	ErrLocked = errors.New("another process has the state open")
)

// explain adds to an error of SQLite's which file it is about and what to do.
// The codes are those of https://sqlite.org/rescode.html.
func (s *Store) explain(err error) error {
	var e *sqlite.Error
	if !errors.As(err, &e) || s.path == "" {
		return err
	}
	code := e.Code() & 0xff // the rest of the bits says more exactly why
	if e.Code() == codes.SQLITE_IOERR_SHMSIZE {
		code = codes.SQLITE_FULL // there was no room for the index of the write-ahead log
	}
	switch code {
	case codes.SQLITE_FULL:
		return fmt.Errorf("%s: %w: make room on the disk", s.path, err)
	case codes.SQLITE_READONLY, codes.SQLITE_CANTOPEN, codes.SQLITE_PERM:
		return fmt.Errorf("%s cannot be written: %w: let the program write to that file and its folder", s.path, err)
	case codes.SQLITE_CORRUPT, codes.SQLITE_NOTADB:
		return s.damaged(err)
	case codes.SQLITE_BUSY, codes.SQLITE_LOCKED:
		return fmt.Errorf("%s: %w: another program holds it; end that program", s.path, err)
	case codes.SQLITE_IOERR:
		return fmt.Errorf("%s: %w: see whether its disk is well", s.path, err)
	}
	return fmt.Errorf("%s: %w", s.path, err)
}

// damaged says what to do with a file that cannot be used.
func (s *Store) damaged(err error) error {
	return fmt.Errorf("%s is damaged or no state of this program: %w: %s", s.path, err, s.wayBack())
}

// wayBack says how to begin without the file. A write-ahead log that is left
// behind would be taken for that of the next file.
func (s *Store) wayBack() string {
	move := fmt.Sprintf("move it away, with %[1]s-wal and %[1]s-shm if they are there; ", s.path)
	if b := s.backups(); len(b) > 0 {
		return move + "the newest backup is " + b[0] + ", copy it to " + s.path + " or begin anew without"
	}
	return move + "there is no backup beside it, so the program begins anew"
}
