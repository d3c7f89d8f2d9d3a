package index

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"runtime/debug"
	"strings"
	"sync"
	"syscall"
	"time"

	"rapporteur/corpus"
	"rapporteur/index/rank"
	"rapporteur/index/words"
)

// store is the folder of one corpus's generations.
//
//	lock, holder.json   who builds
//	texts, texts.*      what package corpus keeps of the texts
//	vectors             what package meaning keeps of the sentences
//	<generation>/       named by what it was made of
//	  part-0/ ...       the full-text index, in parts
//	  texts             contents
//	  terms             rank.Stats
//	  forms             rank.Forms
//	  stamp.json        written last
//	building-*/         one that is not finished
type store struct {
	dir  string
	lock *lock
	hold bool
	log  *slog.Logger

	mu     sync.Mutex
	proved map[string]fs.FileInfo // files that had the bytes of their stamp, by path
}

const (
	textsFile = "texts" // of package corpus; in a generation, its contents
	termsFile = "terms"
	formsFile = "forms"
	stampFile = "stamp.json"

	vectorsFile = "vectors" // of package meaning
	building    = "building-"
)

// keepGenerations is how many finished generations stay on disk: the live one,
// the one before it, which other processes may be about to open and people may
// want back, and one more.
const keepGenerations = 3

// lockPatience is how long a process waits for another that is building:
// long enough for a small corpus to be finished, short enough for a person.
const lockPatience = 1200 * time.Millisecond

// stamp says what a generation was made of, and proves its files.
type stamp struct {
	Version  int       `json:"version"`
	Serial   int       `json:"serial"` // greater than of those that were there: clocks can be set back
	Digest   string    `json:"digest"` // of the corpus
	Aliases  string    `json:"aliases"`
	Texts    int       `json:"texts"`
	Passages int       `json:"passages"`
	Built    time.Time `json:"built"`
	Files    []file    `json:"files"`
}

type file struct {
	Name   string `json:"name"` // slash-separated
	Size   int64  `json:"size"`
	SHA256 string `json:"sha256"`
}

// aliasesOf returns a hash of the spellings that texts were analysed with.
func aliasesOf(c *corpus.Corpus) string {
	sum := sha256.Sum256(fmt.Appendf(nil, "%q", c.Aliases().Groups))
	return hex.EncodeToString(sum[:8])
}

func openStore(o Options) (*store, error) {
	dir := o.folder()
	s := &store{dir: dir, lock: newLock(dir, o.Owner), hold: o.Hold, log: o.Logger, proved: make(map[string]fs.FileInfo)}
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

// generation opens the finished generation of c, or builds it, if need be out of
// another one. How live, which may be nil, was made is known best.
func (s *store) generation(ctx context.Context, c *corpus.Corpus, live *generation, how buildOptions) (*generation, error) {
	deadline := time.Now().Add(lockPatience)
	for {
		if !how.full {
			g, err := s.open(c, nil)
			if err == nil {
				return g, nil
			}
			if !errors.Is(err, fs.ErrNotExist) {
				s.log.Warn("a stored index is unusable and will be built anew", "folder", s.dir, "err", err)
			}
		}
		if s.lock.held() {
			return s.build(ctx, c, live, how)
		}
		ok, err := s.lock.try()
		switch {
		case err != nil:
			return nil, s.explain(err)
		case ok:
			if !s.hold {
				defer s.lock.release()
			}
			if !how.full {
				// Whoever held the lock may just have built what we need.
				if g, err := s.open(c, nil); err == nil {
					return g, nil
				}
			}
			return s.build(ctx, c, live, how)
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

// read reads the stamp of a generation. There being none is fs.ErrNotExist.
func (s *store) read(name string) (stamp, error) {
	var st stamp
	b, err := os.ReadFile(filepath.Join(s.dir, name, stampFile))
	if err != nil {
		return st, err
	}
	if err := json.Unmarshal(b, &st); err != nil {
		return st, fmt.Errorf("%s: %w", stampFile, err)
	}
	if st.Version != version || generationName(st.Digest) != name {
		return st, fmt.Errorf("%s is of another corpus or version", stampFile)
	}
	return st, nil
}

// open opens the finished generation of c. There being none is fs.ErrNotExist.
// What was just built is known, unless made is nil, and not read again.
func (s *store) open(c *corpus.Corpus, made *books) (*generation, error) {
	name := generationName(c.Digest())
	dir := filepath.Join(s.dir, name)
	st, err := s.read(name)
	if err != nil {
		return nil, err
	}
	if st.Digest != c.Digest() || st.Passages != measure(c).Passages {
		return nil, fmt.Errorf("%s is of another corpus or version", stampFile)
	}
	if err := s.prove(dir, st.Files); err != nil {
		return nil, err
	}
	if made == nil {
		made = new(books)
		if made.of, err = readFile(dir, textsFile, parseContents); err != nil {
			return nil, err
		}
		if made.terms, err = readFile(dir, termsFile, rank.ParseStats); err != nil {
			return nil, err
		}
	}
	indexes, err := openDir(dir, made.of, made.shared)
	if err != nil {
		return nil, err
	}
	g, err := newGeneration(c, words.New(c.Aliases().Groups), made.terms, indexes, made.of)
	if err == nil {
		g.name = name
	}
	return g, err
}

func readFile[T any](dir, name string, parse func([]byte) (T, error)) (T, error) {
	b, err := os.ReadFile(filepath.Join(dir, name))
	if err != nil {
		var none T
		return none, err
	}
	return parse(b)
}

// build builds the generation of c in a folder of its own, moves it to its
// place and opens it. The caller holds the lock.
func (s *store) build(ctx context.Context, c *corpus.Corpus, live *generation, how buildOptions) (*generation, error) {
	s.discardUnfinished()
	tmp, err := os.MkdirTemp(s.dir, building)
	if err != nil {
		return nil, s.explain(err)
	}
	defer func() { // gone already unless something went wrong
		_ = os.RemoveAll(tmp)
		s.removed(tmp)
	}()
	b := &builder{store: s, corpus: c, live: live, how: how, dir: tmp, analyser: words.New(c.Aliases().Groups)}
	if err := b.write(ctx); err != nil {
		return nil, s.explain(err)
	}
	if b.work.Full {
		debug.FreeOSMemory() // who serves does with a fraction of what building took
	}
	place := filepath.Join(s.dir, generationName(c.Digest()))
	if _, err := os.Lstat(place); err == nil { // unusable or unwanted, or we would not be here
		if err := os.Rename(place, tmp+"-old"); err != nil {
			return nil, s.explain(err)
		}
		defer os.RemoveAll(tmp + "-old")
	}
	if err := os.Rename(tmp, place); err != nil {
		return nil, s.explain(err)
	}
	syncDir(s.dir)
	s.moved(tmp, place)
	g, err := s.open(c, &b.made)
	if err != nil {
		return nil, fmt.Errorf("index: the index in %s does not open although it was just built: %w", place, err)
	}
	g.stats.Rebuilt, g.work = true, b.work
	return g, nil
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

// writeFile writes a file so that it is there whole or not at all, and if it is to
// last, also after the power was cut.
func writeFile(path string, b []byte, last bool) error {
	f, err := os.CreateTemp(filepath.Dir(path), ".new-*")
	if err != nil {
		return err
	}
	defer os.Remove(f.Name())
	_, err = f.Write(b)
	if err == nil && last {
		err = f.Sync()
	}
	if err = errors.Join(err, f.Close()); err != nil {
		return err
	}
	if err := os.Rename(f.Name(), path); err != nil {
		return err
	}
	if last {
		syncDir(filepath.Dir(path))
	}
	return nil
}

// syncDir makes a rename last. Not every system can; none needs us to stop.
func syncDir(dir string) {
	if d, err := os.Open(dir); err == nil {
		_ = d.Sync()
		_ = d.Close()
	}
}
