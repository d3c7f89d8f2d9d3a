package index

import (
	"cmp"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"
)

// Generation is a finished index on disk. To search one again, load the corpus
// as it was, which is the only one whose digest is the generation's, and give it
// to Reindex: nothing is built then.
type Generation struct {
	Digest          string // of its corpus
	Built           time.Time
	Texts, Passages int
	Live            bool // it is the one that is searched
}

// finished is a generation by the name of its folder.
type finished struct {
	name string
	stamp
}

// finished returns the generations that this version can open, by their stamps,
// the newest first.
func (s *store) finished() []finished {
	var out []finished
	for _, name := range s.folders() {
		if st, err := s.read(name); err == nil {
			out = append(out, finished{name, st})
		}
	}
	slices.SortStableFunc(out, func(a, b finished) int { return cmp.Compare(b.Serial, a.Serial) })
	return out
}

// folders returns the names of the folders of generations, whatever is in them.
func (s *store) folders() []string {
	entries, err := os.ReadDir(s.dir)
	if err != nil {
		return nil
	}
	var out []string
	for _, e := range entries {
		if e.IsDir() && !strings.HasPrefix(e.Name(), building) {
			out = append(out, e.Name())
		}
	}
	return out
}

// Generations returns the generations that are kept, the newest first; in memory
// there is none but the live one.
func (x *Index) Generations() []Generation {
	g, err := x.acquire()
	if err != nil {
		return nil
	}
	defer g.release()
	if x.store == nil {
		return []Generation{{Digest: g.corpus.Digest(), Built: g.built, Texts: g.stats.Texts, Passages: g.stats.Passages, Live: true}}
	}
	var out []Generation
	for _, f := range x.store.finished() {
		out = append(out, Generation{f.Digest, f.Built, f.Texts, f.Passages, f.name == g.name})
	}
	return out
}

// prune removes the oldest generations but those with the names. A process that
// still reads one keeps it open; where the system forbids removing open files it
// stays. Nothing is removed while another process builds.
func (s *store) prune(keep ...string) {
	if s == nil {
		return
	}
	if !s.lock.held() {
		if ok, err := s.lock.try(); err != nil || !ok {
			return
		}
		defer s.lock.release()
	}
	keep = slices.DeleteFunc(slices.Clone(keep), func(name string) bool { return name == "" })
	var old []string
	for _, f := range s.finished() {
		if !slices.Contains(keep, f.name) {
			old = append(old, f.name)
		}
	}
	for _, name := range s.folders() { // of other versions, or damaged
		if !slices.Contains(keep, name) && !slices.Contains(old, name) {
			old = append(old, name)
		}
	}
	for _, name := range old[min(len(old), max(0, keepGenerations-len(keep))):] {
		s.remove(name)
	}
}

// Forget removes all generations but the one that is searched: what they say of
// texts that are no more is gone.
func (x *Index) Forget() error {
	g, err := x.acquire()
	if err != nil || x.store == nil {
		return err
	}
	defer g.release()
	if !x.store.lock.held() {
		if ok, err := x.store.lock.try(); err != nil || !ok {
			return errors.Join(errors.New("index: another process is building"), err)
		}
		defer x.store.lock.release()
	}
	x.store.discardUnfinished()
	for _, name := range x.store.folders() {
		if name != g.name {
			if err := os.RemoveAll(filepath.Join(x.store.dir, name)); err != nil {
				return fmt.Errorf("index: remove an old index: %w", err)
			}
			x.store.removed(filepath.Join(x.store.dir, name))
		}
	}
	return nil
}

// remove removes a generation.
func (s *store) remove(name string) {
	dir := filepath.Join(s.dir, name)
	if err := os.RemoveAll(dir); err != nil {
		s.log.Warn("an old index cannot be removed", "err", err)
	}
	s.removed(dir)
}
