package ingest

import (
	"context"
	"encoding/json"
	"errors"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"time"

	"rapporteur/corpus"
)

// Snapshot is the state of a folder at one time: every file that the corpus
// reads from it, and the hash of its bytes.
type Snapshot struct {
	Digest string            `json:"digest"` // that of the corpus loaded from it: corpus.Corpus.Digest
	At     time.Time         `json:"at"`
	Files  map[string]string `json:"files"` // hashes by path, the aliases among them
}

// Snapshot notes the state of the folder, so that Return can go back to it. The
// corpus may be given as it was loaded from the folder; nil loads it. When the
// folder has changed since, that is an error with code Conflict: load it again.
func (f *Folder) Snapshot(ctx context.Context, c *corpus.Corpus) (Snapshot, error) {
	var s Snapshot
	err := f.change(ctx, func() (err error) {
		if s, err = f.snapshot(ctx, c); err == nil {
			f.forgetSnapshots()
		}
		return err
	})
	return s, err
}

func (f *Folder) snapshot(ctx context.Context, c *corpus.Corpus) (Snapshot, error) {
	fsys := os.DirFS(f.dir)
	if c == nil {
		var err error
		if c, _, err = corpus.Load(ctx, fsys, f.aliases); err != nil {
			return Snapshot{}, err
		}
	}
	s := Snapshot{Digest: c.Digest(), At: f.now().UTC()}
	paths, err := f.paths(ctx)
	if err != nil {
		return Snapshot{}, err
	}
	if s.Files, err = f.keepFiles(ctx, paths); err != nil {
		return Snapshot{}, err
	}
	if err := f.matches(c, s); err != nil {
		return Snapshot{}, err
	}
	b, err := json.Marshal(s)
	if err != nil {
		return Snapshot{}, err
	}
	if err := f.write(f.own(snapshotFolder, s.Digest), b); err != nil {
		return Snapshot{}, err
	}
	if n := len(f.history.snapshots); n > 0 && f.history.snapshots[n-1].Digest == s.Digest {
		return s, nil // the newest already
	}
	return s, f.commit(journal{Events: []event{{What: taken, Digest: s.Digest}}})
}

// keepSnapshots is how many snapshots there are at most: more than any index can
// be gone back to, and in a folder of 50,000 texts 5 MB each.
const keepSnapshots = 16

// forgetSnapshots removes all but the newest snapshots. The versions of the texts
// stay.
func (f *Folder) forgetSnapshots() {
	newest := f.newestSnapshots()
	if len(newest) < keepSnapshots {
		return
	}
	files, _ := os.ReadDir(f.own(snapshotFolder))
	for _, file := range files {
		if !slices.ContainsFunc(newest[:keepSnapshots], func(e event) bool { return e.Digest == file.Name() }) {
			_ = os.Remove(f.own(snapshotFolder, file.Name())) // it is tried again the next time
		}
	}
}

// newestSnapshots returns when each of the snapshots there have been was taken
// last, the newest first.
func (f *Folder) newestSnapshots() []event {
	var out []event
	seen := make(map[string]bool)
	for _, e := range slices.Backward(f.history.snapshots) {
		if !seen[e.Digest] {
			out = append(out, e)
		}
		seen[e.Digest] = true
	}
	return out
}

// paths returns the paths of all that the corpus reads: the texts, and the
// aliases.
func (f *Folder) paths(ctx context.Context) ([]string, error) {
	paths, _, err := corpus.List(ctx, os.DirFS(f.dir))
	if err != nil {
		return nil, err
	}
	// What is no ordinary file is not read, and to open it may take for ever.
	paths = slices.DeleteFunc(append(paths, corpus.AliasFile), func(p string) bool {
		info, err := os.Stat(f.file(p))
		return p == corpus.AliasFile && corpus.Leaves(os.DirFS(f.dir), p) || err != nil || !info.Mode().IsRegular() || info.Size() > corpus.MaxSize
	})
	return paths, nil
}

// matches reports whether the files of a snapshot are those that the corpus was
// loaded from.
func (f *Folder) matches(c *corpus.Corpus, s Snapshot) error {
	changed := func(name string) error {
		return refuse(name, Conflict, nil, "the folder has changed since the corpus was loaded: load it again")
	}
	for _, t := range c.Texts() {
		if s.Files[t.Path] != t.Hash {
			return changed(t.Path)
		}
	}
	own, err := corpus.ReadAliases(os.DirFS(f.dir))
	if err != nil {
		own = corpus.Aliases{} // the corpus used none of them either
	}
	again, err := corpus.New(c.Texts(), f.aliases.With(own))
	if err == nil && again.Digest() != c.Digest() {
		return changed(corpus.AliasFile)
	}
	return err
}

// Snapshots returns the snapshots of the folder that are kept, the newest first.
func (f *Folder) Snapshots() ([]Snapshot, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if err := f.refresh(); err != nil {
		return nil, err
	}
	var out []Snapshot
	newest := f.newestSnapshots()
	for _, e := range newest[:min(len(newest), keepSnapshots)] {
		s, err := f.readSnapshot(e.Digest)
		if err != nil {
			return nil, explain(f.dir, err)
		}
		s.At = e.At
		out = append(out, s)
	}
	return out, nil
}

func (f *Folder) readSnapshot(digest string) (Snapshot, error) {
	none := refuse(shown(digest), NoSuchVersion, nil, "is no snapshot of this folder: name one by its digest, as the list of snapshots shows it")
	if filepath.Base(digest) != digest {
		return Snapshot{}, none
	}
	b, err := os.ReadFile(f.own(snapshotFolder, digest))
	if errors.Is(err, fs.ErrNotExist) {
		return Snapshot{}, none
	}
	var s Snapshot
	if err == nil {
		err = json.Unmarshal(b, &s)
	}
	if err == nil && s.Digest != digest {
		err = refuse(digest, Damaged, nil, "this snapshot is damaged: choose another")
	}
	return s, err
}

// Returned is what going back to a snapshot changed: the paths of the files.
type Returned struct {
	Before  string   `json:"before"`  // digest of the snapshot of the state that was left
	Added   []string `json:"added"`   // that had not been there
	Changed []string `json:"changed"` // that are as they were then
	Removed []string `json:"removed"` // that had not been there then
}

// Return puts the folder back to a snapshot. The state that it leaves becomes a
// snapshot first, so that it can be returned to as well.
func (f *Folder) Return(ctx context.Context, digest string) (Returned, error) {
	var r Returned
	err := f.change(ctx, func() error {
		target, err := f.readSnapshot(digest)
		if err != nil {
			return err
		}
		now, err := f.snapshot(ctx, nil)
		if err != nil {
			return err
		}
		r.Before = now.Digest
		var j journal
		for _, p := range slices.Sorted(maps.Keys(target.Files)) {
			from, to := now.Files[p], target.Files[p]
			switch from {
			case to:
				continue
			case "":
				r.Added = append(r.Added, p)
			default:
				r.Changed = append(r.Changed, p)
			}
			if _, err := f.version(to); err != nil {
				return err
			}
			j.Ops = append(j.Ops, op{p, from, to})
			if from != "" {
				j.Events = append(j.Events, f.edited(p, from)...)
			}
			j.Events = append(j.Events, event{What: putBack, Path: p, Hash: to})
		}
		for _, p := range slices.Sorted(maps.Keys(now.Files)) {
			if _, ok := target.Files[p]; !ok {
				r.Removed = append(r.Removed, p)
				j.Ops = append(j.Ops, op{p, now.Files[p], ""})
				j.Events = append(append(j.Events, f.edited(p, now.Files[p])...), event{What: putBack, Path: p})
			}
		}
		j.Events = append(j.Events, event{What: taken, Digest: digest}) // is the newest state again
		if err := f.commit(j); err != nil {
			return err
		}
		f.forgetSnapshots()
		return nil
	})
	if err != nil {
		return Returned{}, err
	}
	return r, nil
}
