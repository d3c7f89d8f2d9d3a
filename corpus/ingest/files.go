package ingest

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"sync"
	"time"

	"github.com/gofrs/flock"
	"golang.org/x/sync/errgroup"
)

// What lies beside the texts of a folder, where the corpus does not look.
//
//	.rapporteur/
//	  lock, holder.json    who is changing the folder
//	  versions/<hash>      every text there has been, by the hash of its bytes
//	  snapshots/<digest>   the states of the folder that can be returned to
//	  log.jsonl            what happened, a line each, only ever added to
//	  journal.json         a change that has been decided on and is being made
//	  fetched.json         what web servers said of when to come again
//	  tmp/                 files being written
const (
	ownFolder      = ".rapporteur"
	lockFile       = "lock"
	holderFile     = "holder.json"
	versionsFolder = "versions"
	snapshotFolder = "snapshots"
	logFile        = "log.jsonl"
	journalFile    = "journal.json"
	fetchedFile    = "fetched.json"
	tmpFolder      = "tmp"
)

func (f *Folder) own(names ...string) string {
	return filepath.Join(append([]string{f.dir, ownFolder}, names...)...)
}

func (f *Folder) file(path string) string { return filepath.Join(f.dir, filepath.FromSlash(path)) }

func hashOf(b []byte) string {
	sum := sha256.Sum256(b)
	return hex.EncodeToString(sum[:])
}

// write writes a file so that it is there whole or not at all.
func (f *Folder) write(path string, b []byte) error {
	tmp, err := f.stage(b)
	if err != nil {
		return err
	}
	if err := os.Rename(tmp, path); err != nil {
		return errors.Join(err, os.Remove(tmp))
	}
	syncDir(filepath.Dir(path))
	return nil
}

// stage writes bytes to the disk under a name of their own.
func (f *Folder) stage(b []byte) (string, error) {
	tmp, err := os.CreateTemp(f.own(tmpFolder), "new-*")
	if err != nil {
		return "", err
	}
	_, err = tmp.Write(b)
	if err == nil {
		err = tmp.Chmod(0o644) // as an editor would make it: the temporary one is private
	}
	if err == nil {
		err = tmp.Sync()
	}
	if err = errors.Join(err, tmp.Close()); err != nil {
		return "", errors.Join(err, os.Remove(tmp.Name()))
	}
	return tmp.Name(), nil
}

// syncDir makes a rename last. Not every system can; none needs us to stop.
func syncDir(dir string) {
	if d, err := os.Open(dir); err == nil {
		_ = d.Sync()
		_ = d.Close()
	}
}

// keep stores contents as versions. When it returns they are on the disk.
func (f *Folder) keep(contents ...[]byte) error {
	for _, b := range contents {
		if err := f.keepOne(b); err != nil {
			return err
		}
	}
	syncDir(f.own(versionsFolder))
	return nil
}

// keepOne is keep without making the names last.
func (f *Folder) keepOne(b []byte) error {
	hash := hashOf(b)
	if _, err := f.version(hash); err == nil {
		return nil
	}
	tmp, err := f.stage(b)
	if err != nil {
		return err
	}
	return os.Rename(tmp, f.own(versionsFolder, hash))
}

// keepFiles keeps the files at the paths and returns their hashes. A file that
// has gone meanwhile is left out.
func (f *Folder) keepFiles(ctx context.Context, paths []string) (map[string]string, error) {
	var mu sync.Mutex
	hashes := make(map[string]string, len(paths))
	g, ctx := errgroup.WithContext(ctx)
	g.SetLimit(2 * runtime.GOMAXPROCS(0)) // to wait for the disk more than to compute
	for _, p := range paths {
		g.Go(func() error {
			b, err := f.current(p)
			if err = cmp.Or(ctx.Err(), err); err != nil || b == nil {
				return err
			}
			mu.Lock()
			hashes[p] = hashOf(b)
			mu.Unlock()
			return f.keepOne(b)
		})
	}
	if err := g.Wait(); err != nil {
		return nil, err
	}
	syncDir(f.own(versionsFolder))
	return hashes, nil
}

// version returns the contents that have the hash.
func (f *Folder) version(hash string) ([]byte, error) {
	if len(hash) != 2*sha256.Size || filepath.Base(hash) != hash {
		return nil, refuse(shown(hash), NoSuchVersion, nil, "is no version: name it by its hash, as the list of versions shows it")
	}
	b, err := os.ReadFile(f.own(versionsFolder, hash))
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil, refuse(hash, NoSuchVersion, err, "this version is not kept here")
	case err != nil:
		return nil, err
	case hashOf(b) != hash:
		return nil, refuse(hash, Damaged, nil, "this version is damaged: what is kept of it is not what was stored")
	}
	return b, nil
}

// current returns the contents of the text at path, nil when there is none.
func (f *Folder) current(path string) ([]byte, error) {
	b, err := os.ReadFile(f.file(path))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	return b, err
}

// holder is what the holder of the lock says of itself. The lock is the
// operating system's and falls when the process ends, however it ends; what the
// file says counts only while the lock is held.
type holder struct {
	PID   int       `json:"pid"`
	Owner string    `json:"owner"`
	Since time.Time `json:"since"`
}

// patience is how long a change waits for that of another process. To add a
// text takes a tenth of it; a person should not wait longer for an answer.
const patience = 2 * time.Second

// acquire takes the lock of the folder, or says who holds it.
func (f *Folder) acquire(ctx context.Context) (release func(), err error) {
	for _, dir := range []string{versionsFolder, snapshotFolder, tmpFolder} {
		if err := os.MkdirAll(f.own(dir), 0o755); err != nil {
			return nil, err
		}
	}
	lock := flock.New(f.own(lockFile))
	waiting, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	ok, err := lock.TryLockContext(waiting, 20*time.Millisecond)
	switch {
	case ctx.Err() != nil:
		return nil, ctx.Err()
	case errors.Is(err, context.DeadlineExceeded):
		return nil, f.locked()
	case err != nil || !ok:
		return nil, fmt.Errorf("lock the folder: %w", err)
	}
	b, err := json.Marshal(holder{os.Getpid(), f.owner, f.now().UTC().Truncate(time.Second)})
	if err == nil {
		err = f.write(f.own(holderFile), b)
	}
	if err != nil {
		return nil, errors.Join(err, lock.Close())
	}
	return func() {
		_ = os.Remove(f.own(holderFile)) // says something false from here on
		_ = lock.Close()
	}, nil
}

// locked says who has the lock that could not be had.
func (f *Folder) locked() error {
	var h holder
	b, err := os.ReadFile(f.own(holderFile))
	if err == nil {
		err = json.Unmarshal(b, &h)
	}
	if err != nil {
		return refuse(f.dir, Locked, err, "another process is changing the corpus: try again when it is done")
	}
	return refuse(f.dir, Locked, nil, "%q, process %d, is changing the corpus since %s: try again when it is done",
		h.Owner, h.PID, h.Since.Format(time.RFC3339))
}
