package ingest

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"syscall"
)

// A change of the folder is decided on in one instant: when journal.json gets
// its name. Before, nothing has changed; from then on, whoever opens the folder
// next finishes what it says, however often it is begun. All contents lie among
// the versions by then, those to be put into the folder and those to be taken
// out of it.
type journal struct {
	Ops    []op    `json:"ops"`
	Events []event `json:"events"`
	Purge  string  `json:"purge,omitempty"` // id of a text of which nothing is to be left
}

// op puts a version at a path, or takes away what is there.
type op struct {
	Path string `json:"path"`
	From string `json:"from,omitempty"` // hash of what was there; "" is nothing
	To   string `json:"to,omitempty"`   // hash of what will be; "" is nothing
}

// commit makes a change. The contents that it puts into the folder must be
// among the versions already.
func (f *Folder) commit(j journal) error {
	var id [8]byte
	rand.Read(id[:]) // never fails
	at := f.now().UTC()
	for i := range j.Events {
		j.Events[i].Change, j.Events[i].At = hex.EncodeToString(id[:]), at
	}
	b, err := json.Marshal(j)
	if err != nil {
		return err
	}
	if len(j.Ops) > 0 || j.Purge != "" {
		if err := f.write(f.own(journalFile), b); err != nil {
			return err
		}
	}
	return f.perform(j)
}

// perform does what a journal says, as far as it has not been done, and removes
// it.
func (f *Folder) perform(j journal) error {
	if err := f.apply(j); err != nil {
		if errors.Is(err, syscall.ENOSPC) || errors.Is(err, syscall.EDQUOT) {
			return refuse(f.dir, NoRoom, err, "the disk is full: make room, and the change that was begun will be finished with the next one")
		}
		return err
	}
	if j.Purge != "" {
		if err := f.purge(j.Purge); err != nil {
			return err
		}
	}
	if len(j.Ops) == 0 && j.Purge == "" {
		return nil
	}
	if err := os.Remove(f.own(journalFile)); err != nil {
		return err
	}
	syncDir(f.own())
	return nil
}

func (f *Folder) apply(j journal) error {
	dirs := make(map[string]bool)
	for _, o := range j.Ops {
		if !fs.ValidPath(o.Path) || strings.HasPrefix(o.Path, ownFolder) {
			return fmt.Errorf("%s: the path %q leads out of the folder", journalFile, o.Path)
		}
		if err := f.applyOne(o); err != nil {
			return err
		}
		dirs[filepath.Dir(f.file(o.Path))] = true
	}
	for dir := range dirs {
		syncDir(dir)
	}
	return f.appendLog(j.Events)
}

func (f *Folder) applyOne(o op) error {
	place := f.file(o.Path)
	now, err := f.current(o.Path)
	if err != nil {
		return err
	}
	switch {
	case now == nil && o.To == "", now != nil && hashOf(now) == o.To:
		return nil
	case now != nil && hashOf(now) != o.From:
		// Somebody has edited it since the change was decided on.
		if err := f.keep(now); err != nil {
			return err
		}
	}
	if o.To == "" {
		return os.Remove(place)
	}
	b, err := f.version(o.To)
	if err != nil {
		return err
	}
	if err := os.MkdirAll(filepath.Dir(place), 0o755); err != nil {
		return err
	}
	tmp, err := f.stage(b)
	if err != nil {
		return err
	}
	if err := os.Rename(tmp, place); err != nil {
		return errors.Join(err, os.Remove(tmp))
	}
	return nil
}

// finish finishes what another process had begun, and clears away what it
// was writing. The lock is held.
func (f *Folder) finish() error {
	left, err := filepath.Glob(f.own(tmpFolder, "new-*"))
	if err != nil {
		return err
	}
	for _, name := range left {
		if err := os.Remove(name); err != nil {
			return err
		}
	}
	b, err := os.ReadFile(f.own(journalFile))
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	var j journal
	if err := json.Unmarshal(b, &j); err != nil {
		return refuse(filepath.Join(f.dir, ownFolder, journalFile), Broken, err, "what was being changed cannot be read: move this file away, look at the texts, and try again")
	}
	return f.perform(j)
}

// change runs do while no other process changes the folder, with the folder and
// its log as they are now.
func (f *Folder) change(ctx context.Context, do func() error) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	if err := f.there(); err != nil {
		return err
	}
	release, err := f.acquire(ctx)
	if err != nil {
		return explain(f.dir, err)
	}
	defer release()
	if err = f.finish(); err == nil {
		f.history, err = f.readLog(f.history)
	}
	if err == nil {
		err = do()
	}
	return explain(f.dir, err)
}

// there reports whether the folder is where it was: to make it anew would hide
// that all texts are gone.
func (f *Folder) there() error {
	info, err := os.Stat(f.dir)
	switch {
	case errors.Is(err, fs.ErrNotExist), errors.Is(err, syscall.ENOTDIR), err == nil && !info.IsDir():
		return refuse(f.dir, Gone, err, "the corpus folder is not there: name the folder that holds the texts, or make it")
	}
	return explain(f.dir, err)
}
