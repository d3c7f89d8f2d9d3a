// Package state keeps what must outlive a restart, in one SQLite file: the
// settings of spaces, questions that were refused, who waits for an answer,
// whether answers helped, what came in and is not dealt with, which message
// answers which, how the bot did, and what its operators did. It knows nothing of platforms and nothing of answers.
package state

import (
	"context"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"database/sql"
	"encoding/binary"
	"errors"
	"fmt"
	"log/slog"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/gofrs/flock"
	_ "modernc.org/sqlite" // the driver "sqlite"
)

// FileName is how the file is called in a data folder.
const FileName = "state.db"

// Store is what is kept. It is safe for concurrent use. A nil Store keeps
// nothing: it answers what is read with nothing, and what is written with
// ErrNone.
type Store struct {
	path   string // "" in memory
	db     *sql.DB
	lock   *flock.Flock
	log    *slog.Logger
	now    func() time.Time
	secret []byte // keys the hashes of people
	run    int64  // counts openings: who claimed a follow
	counts counts // not written yet
}

// Open opens or makes the store at path and brings it to the present schema.
// "" keeps it in memory, for tests and for bots without a data folder. One
// process can have a file open; the next is told ErrLocked.
func Open(ctx context.Context, path string, log *slog.Logger) (*Store, error) {
	return open(ctx, path, log, migrations, time.Now)
}

func open(ctx context.Context, path string, log *slog.Logger, migrations []string, now func() time.Time) (*Store, error) {
	if log == nil {
		log = slog.New(slog.DiscardHandler)
	}
	s := &Store{log: log, now: now}
	err := s.prepare(path)
	if err == nil {
		s.db, err = sql.Open("sqlite", source(s.path))
	}
	if err == nil {
		// One connection: memory has no second one, and writers would wait for
		// each other anyway. A read then waits for at most one write: README.md
		// has the figures.
		s.db.SetMaxOpenConns(1)
		err = s.load(ctx, migrations)
	}
	if err != nil {
		return nil, errors.Join(fmt.Errorf("state: %w", err), s.Close())
	}
	return s, nil
}

// prepare makes the file, for its owner's eyes only, and locks it. SQLite gives
// the files that it puts beside it the same mode.
func (s *Store) prepare(path string) error {
	if path == "" {
		return nil
	}
	path, err := filepath.Abs(path)
	if err != nil {
		return err
	}
	s.path = path
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return fmt.Errorf("the folder of %s cannot be made: %w: name a folder that the program may write to", path, err)
	}
	lock := flock.New(path+".lock", flock.SetPermissions(0o600))
	ok, err := lock.TryLock()
	switch {
	case err != nil:
		return fmt.Errorf("%s cannot be written: %w: let the program write to its folder", path, err)
	case !ok:
		return fmt.Errorf("%s: %w: end that process, or use another data folder", path, ErrLocked)
	}
	s.lock = lock
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return fmt.Errorf("%s cannot be written: %w: let the program write to that file", path, err)
	}
	if err := f.Chmod(0o600); err != nil {
		s.log.Warn("others may be able to read the state", "file", path, "err", err)
	}
	return f.Close()
}

// source is the name by which the driver knows a file, with what every
// connection shall have. See https://sqlite.org/uri.html and
// https://sqlite.org/pragma.html.
func source(path string) string {
	pragmas := url.Values{
		"_txlock": {"immediate"}, // a transaction that will write says so at once
		"_pragma": {
			"busy_timeout(5000)",  // ms; for an operator who looks into the file
			"synchronous(FULL)",   // what is acknowledged survives a power cut
			"foreign_keys(ON)",    // off by default
			"secure_delete(ON)",   // what is forgotten is overwritten
			"trusted_schema(OFF)", // a file that was tampered with runs nothing
		},
	}
	if path == "" {
		return ":memory:?" + pragmas.Encode()
	}
	path = filepath.ToSlash(path)
	if !strings.HasPrefix(path, "/") {
		path = "/" + path // C:/data is /C:/data in an address
	}
	return (&url.URL{Scheme: "file", Path: path, RawQuery: pragmas.Encode()}).String()
}

// checkedSize is up to which size a file is read through at opening. That takes
// about 2 ms a megabyte, and damage beyond is still found when it is met.
const checkedSize = 64 << 20

// load checks the file, brings it up to date, and begins a run.
func (s *Store) load(ctx context.Context, migrations []string) error {
	if info, err := os.Stat(s.path); err == nil && info.Size() <= checkedSize {
		var found string
		if err := s.db.QueryRowContext(ctx, "PRAGMA quick_check(1)").Scan(&found); err != nil {
			return s.explain(err)
		}
		if found != "ok" {
			return s.damaged(errors.New(found))
		}
	}
	if err := s.migrate(ctx, migrations); err != nil {
		return s.explain(err)
	}
	secret := make([]byte, sha256.Size)
	rand.Read(secret) // never fails; used by the first run only
	err := s.db.QueryRowContext(ctx, `INSERT INTO self (id, secret, run) VALUES (1, ?, 1)
		ON CONFLICT (id) DO UPDATE SET run = run + 1 RETURNING secret, run`, secret).Scan(&s.secret, &s.run)
	return s.explain(err)
}

// Close closes the store. What was acknowledged is on the disk already, but for
// what was counted last, which is written now.
func (s *Store) Close() error {
	if s == nil {
		return nil
	}
	var err error
	if s.db != nil {
		err = errors.Join(s.writeCounts(context.Background()), s.db.Close())
	}
	if s.lock != nil {
		err = errors.Join(err, s.lock.Close())
	}
	if err != nil {
		return fmt.Errorf("state: close %s: %w", s.path, err)
	}
	return nil
}

// write runs f in a transaction, which an error of f or a panic undoes. what is
// for the error. f must not use the store: there is one connection.
func (s *Store) write(ctx context.Context, what string, f func(*sql.Tx) error) error {
	if s == nil {
		return ErrNone
	}
	err := s.transact(ctx, f)
	if err != nil {
		return fmt.Errorf("state: %s: %w", what, s.explain(ended(ctx, err)))
	}
	return nil
}

func (s *Store) transact(ctx context.Context, f func(*sql.Tx) error) error {
	tx, err := s.db.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer tx.Rollback() // does nothing after Commit
	if err := f(tx); err != nil {
		return err
	}
	return tx.Commit()
}

// ended adds that the context ended to an error that only follows from it.
func ended(ctx context.Context, err error) error {
	if cause := ctx.Err(); cause != nil && !errors.Is(err, cause) {
		return fmt.Errorf("%w: %w", cause, err)
	}
	return err
}

// exec is write for one statement. It returns how many rows it touched.
func (s *Store) exec(ctx context.Context, what, statement string, args ...any) (n int64, err error) {
	if s == nil {
		return 0, ErrNone
	}
	r, err := s.db.ExecContext(ctx, statement, args...)
	if err == nil {
		n, err = r.RowsAffected()
	}
	if err != nil {
		return 0, fmt.Errorf("state: %s: %w", what, s.explain(ended(ctx, err)))
	}
	return n, nil
}

// emptyLog overwrites what is erased from the write-ahead log too, which holds
// older pages. Another program that reads the file can hold this up; then a later
// checkpoint does it.
func (s *Store) emptyLog(ctx context.Context) {
	if _, err := s.db.ExecContext(ctx, "PRAGMA wal_checkpoint(TRUNCATE)"); err != nil {
		s.log.Warn("write-ahead log not emptied", "file", s.path, "err", err)
	}
}

// seconds is how times are kept.
func (s *Store) seconds() int64 { return s.now().Unix() }

// person is what is kept of somebody whose id need not be known: a hash that
// nobody without this file can make. It is keyed because ids are numbers, which
// can all be tried.
func (s *Store) person(platform, user string) []byte { return s.hash("person", platform, user) }

// chat is what is kept of a conversation, as person is of somebody.
func (s *Store) chat(platform, chat string) []byte { return s.hash("chat", platform, chat) }

// Key returns a key for a purpose of the program's, the same after every start.
// Without a store it is a new one each time.
func (s *Store) Key(purpose string) []byte {
	if s == nil {
		key := make([]byte, sha256.Size)
		rand.Read(key) // never fails
		return key
	}
	return s.hash("key", purpose)
}

func (s *Store) hash(parts ...string) []byte {
	h := hmac.New(sha256.New, s.secret)
	h.Write(joined(parts...))
	return h.Sum(nil)
}

// joined puts strings together so that no others give the same.
func joined(parts ...string) (b []byte) {
	for _, p := range parts {
		b = binary.AppendUvarint(b, uint64(len(p)))
		b = append(b, p...)
	}
	return b
}
