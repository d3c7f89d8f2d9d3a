package index

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"runtime/debug"
	"slices"
	"strings"
	"syscall"
	"time"

	"golang.org/x/sync/errgroup"

	"rapporteur/corpus"
	"rapporteur/index/rank"
	"rapporteur/index/words"
)

// store is the folder of one corpus's generations.
//
//	lock, holder.json   who builds
//	texts               what package corpus keeps of the texts
//	<generation>/       named by what it was made of
//	  part-0/ ...       the full-text index, in parts
//	  terms             rank.Stats
//	  stamp.json        written last
//	building-*/         one that is not finished
type store struct {
	dir      string
	lock     *lock
	hold     bool
	log      *slog.Logger
	progress func(done, total int)
}

const (
	textsFile = "texts"
	termsFile = "terms"
	stampFile = "stamp.json"
	building  = "building-"
)

// keepGenerations is how many finished generations stay on disk: the live one,
// the one before it, which other processes may be about to open, and one more.
const keepGenerations = 3

// lockPatience is how long a process waits for another that is building:
// long enough for a small corpus to be finished, short enough for a person.
const lockPatience = 1200 * time.Millisecond

// stamp says what a generation was made of, and proves its files.
type stamp struct {
	Version  int       `json:"version"`
	Digest   string    `json:"digest"` // of the corpus
	Passages int       `json:"passages"`
	Built    time.Time `json:"built"`
	Files    []file    `json:"files"`
}

type file struct {
	Name   string `json:"name"` // slash-separated
	Size   int64  `json:"size"`
	SHA256 string `json:"sha256"`
}

func openStore(o Options) (*store, error) {
	dir := o.folder()
	s := &store{dir: dir, lock: newLock(dir, o.Owner), hold: o.Hold, log: o.Logger, progress: o.Progress}
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return nil, s.explain(err)
	}
	if s.hold {
		if _, err := s.lock.try(); err != nil {
			s.log.Warn("the index cannot be locked", "folder", dir, "err", err)
		}
	}
	return s, nil
}

func (s *store) close() {
	if s != nil {
		s.lock.release()
	}
}

func generationName(digest string) string {
	sum := sha256.Sum256(fmt.Appendf(nil, "%d %s", version, digest))
	return hex.EncodeToString(sum[:8])
}

// generation opens the finished generation of c, or builds it.
func (s *store) generation(ctx context.Context, c *corpus.Corpus) (*generation, error) {
	deadline := time.Now().Add(lockPatience)
	for {
		g, err := s.open(c)
		if err == nil {
			return g, nil
		}
		if !errors.Is(err, fs.ErrNotExist) {
			s.log.Warn("a stored index is unusable and will be built anew", "folder", s.dir, "err", err)
		}
		if s.lock.held() {
			return s.build(ctx, c)
		}
		ok, err := s.lock.try()
		switch {
		case err != nil:
			return nil, s.explain(err)
		case ok:
			if !s.hold {
				defer s.lock.release()
			}
			// Whoever held the lock may just have built what we need.
			if g, err := s.open(c); err == nil {
				return g, nil
			}
			return s.build(ctx, c)
		case time.Now().After(deadline):
			return nil, s.lock.refused()
		}
		select {
		case <-ctx.Done():
			return nil, ctx.Err()
		case <-time.After(50 * time.Millisecond):
		}
	}
}

// open opens the finished generation of c. There being none is fs.ErrNotExist.
func (s *store) open(c *corpus.Corpus) (*generation, error) {
	dir := filepath.Join(s.dir, generationName(c.Digest()))
	b, err := os.ReadFile(filepath.Join(dir, stampFile))
	if err != nil {
		return nil, err
	}
	var st stamp
	if err := json.Unmarshal(b, &st); err != nil {
		return nil, fmt.Errorf("%s: %w", stampFile, err)
	}
	if st.Version != version || st.Digest != c.Digest() || st.Passages != count(c).Passages {
		return nil, fmt.Errorf("%s is of another corpus or version", stampFile)
	}
	var g errgroup.Group // a million passages have some 100 MB of files: 0.1 s
	for _, f := range st.Files {
		g.Go(func() error {
			size, sum, err := hash(filepath.Join(dir, filepath.FromSlash(f.Name)), false)
			if err == nil && (size != f.Size || sum != f.SHA256) {
				err = fmt.Errorf("%s has changed since it was written", f.Name)
			}
			return err
		})
	}
	if err := g.Wait(); err != nil {
		return nil, err
	}
	raw, err := os.ReadFile(filepath.Join(dir, termsFile))
	if err != nil {
		return nil, err
	}
	terms, err := rank.ParseStats(raw)
	if err != nil {
		return nil, err
	}
	indexes, err := openDir(dir)
	if err != nil {
		return nil, err
	}
	return newGeneration(c, words.New(c.Aliases().Groups), terms, indexes)
}

// build builds the generation of c in a folder of its own, moves it to its
// place and opens it. The caller holds the lock.
func (s *store) build(ctx context.Context, c *corpus.Corpus) (*generation, error) {
	s.discardUnfinished()
	tmp, err := os.MkdirTemp(s.dir, building)
	if err != nil {
		return nil, s.explain(err)
	}
	defer os.RemoveAll(tmp) // gone already unless something went wrong
	if err := s.write(ctx, c, tmp); err != nil {
		return nil, s.explain(err)
	}
	debug.FreeOSMemory() // who serves does with a fraction of what building took
	place := filepath.Join(s.dir, generationName(c.Digest()))
	if _, err := os.Lstat(place); err == nil { // unusable, or we would not be here
		if err := os.Rename(place, tmp+"-old"); err != nil {
			return nil, s.explain(err)
		}
		defer os.RemoveAll(tmp + "-old")
	}
	if err := os.Rename(tmp, place); err != nil {
		return nil, s.explain(err)
	}
	syncDir(s.dir)
	g, err := s.open(c)
	if err != nil {
		return nil, fmt.Errorf("index: the index in %s does not open although it was just built: %w", place, err)
	}
	g.stats.Rebuilt = true
	s.prune(filepath.Base(place))
	return g, nil
}

// write writes everything of a generation into dir, the stamp last.
func (s *store) write(ctx context.Context, c *corpus.Corpus, dir string) error {
	a := words.New(c.Aliases().Groups)
	n := count(c).Passages
	terms, err := buildParts(ctx, c, a, s.progress, dir, partsFor(n))
	if err != nil {
		return err
	}
	f, err := os.Create(filepath.Join(dir, termsFile))
	if err != nil {
		return err
	}
	_, err = terms.WriteTo(f)
	if err = errors.Join(err, f.Close()); err != nil {
		return err
	}
	st := stamp{Version: version, Digest: c.Digest(), Passages: n, Built: time.Now().UTC()}
	err = filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		size, sum, err := hash(path, true)
		if err != nil {
			return err
		}
		name, err := filepath.Rel(dir, path)
		st.Files = append(st.Files, file{filepath.ToSlash(name), size, sum})
		return err
	})
	if err != nil {
		return err
	}
	b, err := json.MarshalIndent(st, "", "\t")
	if err != nil {
		return err
	}
	return writeFile(filepath.Join(dir, stampFile), b)
}

// discardUnfinished removes what builders left that did not finish. Only the
// holder of the lock may: no other builder is at work then.
func (s *store) discardUnfinished() {
	left, _ := filepath.Glob(filepath.Join(s.dir, building+"*"))
	for _, dir := range left {
		s.log.Info("discarding an unfinished index", "folder", dir)
		if err := os.RemoveAll(dir); err != nil {
			s.log.Warn("an unfinished index cannot be removed", "err", err)
		}
	}
}

// prune removes the oldest generations. A process that still reads one keeps
// it open; where the system forbids removing open files it stays.
func (s *store) prune(live string) {
	entries, err := os.ReadDir(s.dir)
	if err != nil {
		return
	}
	type aged struct {
		name string
		at   time.Time
	}
	var old []aged
	for _, e := range entries {
		if !e.IsDir() || e.Name() == live || strings.HasPrefix(e.Name(), building) {
			continue
		}
		if info, err := e.Info(); err == nil {
			old = append(old, aged{e.Name(), info.ModTime()})
		}
	}
	slices.SortFunc(old, func(a, b aged) int { return b.at.Compare(a.at) })
	for _, o := range old[min(len(old), keepGenerations-1):] {
		if err := os.RemoveAll(filepath.Join(s.dir, o.name)); err != nil {
			s.log.Warn("an old index cannot be removed", "err", err)
		}
	}
}

// explain says which folder could not be written to and what to do.
func (s *store) explain(err error) error {
	var hint string
	switch msg := err.Error(); {
	case errors.Is(err, context.Canceled), errors.Is(err, context.DeadlineExceeded):
		return fmt.Errorf("index: build: %w", err)
	// bleve passes some causes on as text only
	case errors.Is(err, syscall.ENOSPC), errors.Is(err, syscall.EDQUOT), strings.Contains(msg, syscall.ENOSPC.Error()):
		hint = "make room on the disk, or choose another index folder"
	case errors.Is(err, fs.ErrPermission), errors.Is(err, syscall.EROFS), errors.Is(err, syscall.ENOTDIR), strings.Contains(msg, syscall.EROFS.Error()):
		hint = "make the folder writable, or choose another index folder"
	default:
		hint = "look at the folder, or choose another index folder"
	}
	return fmt.Errorf("index: cannot build in %s: %w: %s", s.dir, err, hint)
}

// hash returns the size of a file and its SHA-256 in hex; with sync it first
// makes sure that the file is on the disk.
func hash(path string, sync bool) (int64, string, error) {
	f, err := os.Open(path)
	if err != nil {
		return 0, "", err
	}
	defer f.Close()
	if sync {
		if err := f.Sync(); err != nil {
			return 0, "", err
		}
	}
	h := sha256.New()
	n, err := io.Copy(h, f)
	return n, hex.EncodeToString(h.Sum(nil)), err
}

// writeFile writes a file so that it is there whole or not at all.
func writeFile(path string, b []byte) error {
	f, err := os.CreateTemp(filepath.Dir(path), ".new-*")
	if err != nil {
		return err
	}
	defer os.Remove(f.Name())
	_, err = f.Write(b)
	if err == nil {
		err = f.Sync()
	}
	if err = errors.Join(err, f.Close()); err != nil {
		return err
	}
	if err := os.Rename(f.Name(), path); err != nil {
		return err
	}
	syncDir(filepath.Dir(path))
	return nil
}

// syncDir makes a rename last. Not every system can; none needs us to stop.
func syncDir(dir string) {
	if d, err := os.Open(dir); err == nil {
		_ = d.Sync()
		_ = d.Close()
	}
}
