package index

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"github.com/gofrs/flock"
)

// ErrLocked says that another process holds the writer's lock of the index.
var ErrLocked = errors.New("the index is being written by another process")

// holder is what the holder of the lock says of itself, in a file beside it.
// The lock itself is the operating system's and falls when the process ends,
// however it ends; what the file says counts only while the lock is held.
type holder struct {
	PID   int       `json:"pid"`
	Owner string    `json:"owner"`
	Since time.Time `json:"since"`
}

const (
	lockFile   = "lock"
	holderFile = "holder.json"
)

// lock is the right to build in a folder.
type lock struct {
	dir   string
	owner string
	f     *flock.Flock
}

func newLock(dir, owner string) *lock {
	if owner == "" {
		owner = filepath.Base(os.Args[0])
	}
	return &lock{dir: dir, owner: owner, f: flock.New(filepath.Join(dir, lockFile))}
}

// try takes the lock if nobody holds it.
func (l *lock) try() (bool, error) {
	ok, err := l.f.TryLock()
	if err != nil || !ok {
		return false, err
	}
	b, err := json.Marshal(holder{PID: os.Getpid(), Owner: l.owner, Since: time.Now().UTC().Truncate(time.Second)})
	if err == nil {
		err = writeFile(filepath.Join(l.dir, holderFile), b, false) // it means nothing after a crash
	}
	if err != nil {
		return false, errors.Join(err, l.f.Unlock())
	}
	return true, nil
}

func (l *lock) held() bool { return l.f.Locked() }

func (l *lock) release() {
	if l.f.Locked() {
		_ = os.Remove(filepath.Join(l.dir, holderFile)) // says something false from here on
		_ = l.f.Close()
	}
}

// refused says who has the lock that could not be had.
func (l *lock) refused() error {
	var h holder
	b, err := os.ReadFile(filepath.Join(l.dir, holderFile))
	if err == nil {
		err = json.Unmarshal(b, &h)
	}
	if err != nil {
		return fmt.Errorf("index: %w: it does not say who it is (%s): try again, or end that process", ErrLocked, filepath.Join(l.dir, lockFile))
	}
	return fmt.Errorf("index: %w: %q, process %d, since %s: let it take up the new texts, end it, or use another index folder",
		ErrLocked, h.Owner, h.PID, h.Since.Format(time.RFC3339))
}
