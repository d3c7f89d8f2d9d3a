package index

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"golang.org/x/sync/errgroup"
)

// Files of generations never change, so a process looks once whether one has the
// bytes that its stamp names, and from then on only whether it is still the same
// file. A file that several generations share is several names of one file.

// prove makes sure that the files in a folder are those of its stamp. A million
// passages have some 100 MB of files: 0.1 s.
func (s *store) prove(dir string, files []file) error {
	var g errgroup.Group
	for _, f := range files {
		g.Go(func() error {
			path := filepath.Join(dir, filepath.FromSlash(f.Name))
			info, err := os.Stat(path)
			if err != nil {
				return err
			}
			if s.known(path, info) {
				return nil
			}
			sum, err := hash(path, false)
			if err == nil && (info.Size() != f.Size || sum != f.SHA256) {
				err = fmt.Errorf("%s has changed since it was written", f.Name)
			}
			if err == nil {
				s.note(path, info)
			}
			return err
		})
	}
	return g.Wait()
}

// known reports whether the file was proved already.
func (s *store) known(path string, now fs.FileInfo) bool {
	s.mu.Lock()
	before := s.proved[path]
	s.mu.Unlock()
	return before != nil && os.SameFile(before, now) && before.Size() == now.Size() && before.ModTime().Equal(now.ModTime())
}

// note remembers that the file is proved.
func (s *store) note(path string, info fs.FileInfo) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.proved[path] = info
}

// moved says that a folder has another name by now.
func (s *store) moved(from, to string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for path, info := range s.proved {
		if rest, ok := strings.CutPrefix(path, from+string(filepath.Separator)); ok {
			delete(s.proved, path)
			s.proved[filepath.Join(to, rest)] = info
		}
	}
}

// removed says that a folder is no more.
func (s *store) removed(dir string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for path := range s.proved {
		if strings.HasPrefix(path, dir+string(filepath.Separator)) {
			delete(s.proved, path)
		}
	}
}

// link gives a proved file another name, or copies it where a file cannot have
// two. It returns what the file is.
func (s *store) link(from, to string) error {
	if err := os.MkdirAll(filepath.Dir(to), 0o755); err != nil {
		return err
	}
	if err := os.Link(from, to); err != nil {
		return duplicate(from, to)
	}
	if info, err := os.Stat(to); err == nil && s.known(from, info) {
		s.note(to, info)
	}
	return nil
}

func duplicate(from, to string) error {
	in, err := os.Open(from)
	if err != nil {
		return err
	}
	defer in.Close()
	out, err := os.OpenFile(to, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return err
	}
	_, err = io.Copy(out, in)
	if err == nil {
		err = out.Sync()
	}
	if closed := out.Close(); err == nil {
		err = closed
	}
	return err
}

// hash returns the SHA-256 of a file in hex; with sync it first makes sure that
// the file is on the disk.
func hash(path string, sync bool) (string, error) {
	f, err := os.Open(path)
	if err != nil {
		return "", err
	}
	defer f.Close()
	if sync {
		if err := f.Sync(); err != nil {
			return "", err
		}
	}
	h := sha256.New()
	_, err = io.Copy(h, f)
	return hex.EncodeToString(h.Sum(nil)), err
}
