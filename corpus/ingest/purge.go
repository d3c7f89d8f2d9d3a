package ingest

import (
	"context"
	"encoding/json"
	"errors"
	"io/fs"
	"os"
	"path/filepath"

	"rapporteur/corpus"
)

// Purge takes a text out of the folder, if it is there, and deletes every version
// of it: nothing of what it says is left below the folder, and it cannot be brought
// back. There stays the address that it came from, so that no feed brings it back
// either. What another text holds as well stays, as that text's. It
// returns how many versions there were.
func (f *Folder) Purge(ctx context.Context, id string) (versions int, err error) {
	err = f.change(ctx, func() error {
		p, path := f.history.texts[id], f.pathOf(id)
		if p == nil && path == "" {
			return noSuchText(id)
		}
		j := journal{Purge: id}
		e := event{What: Removed, Path: path}
		if p != nil {
			e.Source = p.source
			if path == "" {
				e.Path = p.path
			}
		}
		if path != "" {
			b, err := f.current(path)
			if err != nil {
				return err
			}
			if t, _, _, bad := corpus.Head(path, string(b)); bad == nil && t.URL != "" {
				e.Source = t.URL
			}
			j.Ops = []op{{Path: path, From: hashOf(b)}}
		}
		j.Events = []event{e}
		own, err := f.onlyOf(id)
		if err != nil {
			return err
		}
		versions = len(own)
		return f.commit(j)
	})
	return versions, err
}

// onlyOf returns the hashes of the versions that no other text has or had.
func (f *Folder) onlyOf(id string) ([]string, error) {
	own, others := make(map[string]bool), make(map[string]bool)
	note := func(path, hash string) {
		switch {
		case hash == "":
		case idOf(path) == id:
			own[hash] = true
		default:
			others[hash] = true
		}
	}
	for _, p := range f.history.texts {
		for _, e := range p.events {
			note(e.Path, e.Hash)
		}
	}
	err := f.eachSnapshot(func(s *Snapshot) (bool, error) {
		for path, hash := range s.Files {
			note(path, hash)
		}
		return false, nil
	})
	var out []string
	for hash := range own {
		if !others[hash] {
			out = append(out, hash)
		}
	}
	return out, err
}

// eachSnapshot calls do for every snapshot, and stores those that it changes.
func (f *Folder) eachSnapshot(do func(*Snapshot) (changed bool, err error)) error {
	entries, err := os.ReadDir(f.own(snapshotFolder))
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	for _, e := range entries {
		s, err := f.readSnapshot(e.Name())
		if err != nil {
			continue // damaged: it cannot be returned to
		}
		changed, err := do(&s)
		if err != nil {
			return err
		}
		if !changed {
			continue
		}
		b, err := json.Marshal(s)
		if err == nil {
			err = f.write(f.own(snapshotFolder, e.Name()), b)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// purge deletes the versions of a text, and then what says which they are: in this
// order it can be begun again wherever it was stopped.
func (f *Folder) purge(id string) (err error) {
	if f.history, err = f.readLog(f.history); err != nil {
		return err
	}
	hashes, err := f.onlyOf(id)
	if err != nil {
		return err
	}
	for _, hash := range hashes {
		if err := os.Remove(f.own(versionsFolder, hash)); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return err
		}
	}
	syncDir(f.own(versionsFolder))
	// What was being written when a process was killed may be of it.
	left, err := filepath.Glob(f.own(tmpFolder, "new-*"))
	for _, name := range left {
		err = errors.Join(err, os.Remove(name))
	}
	if err != nil {
		return err
	}
	err = f.eachSnapshot(func(s *Snapshot) (changed bool, err error) {
		for path := range s.Files {
			if idOf(path) == id {
				delete(s.Files, path)
				changed = true
			}
		}
		return changed, nil
	})
	if err != nil {
		return err
	}
	return f.rewriteLog(func(e event) (event, bool) {
		switch {
		case e.What == taken || e.What == purged || idOf(e.Path) != id:
			return e, true
		case e.What == Removed:
			return event{At: e.At, Change: e.Change, What: purged, Source: e.Source}, true
		}
		return e, false
	})
}
