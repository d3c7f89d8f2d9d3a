package main

import (
	"context"
	"errors"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"time"

	"github.com/fsnotify/fsnotify"

	"rapporteur/corpus"
)

// How long the watch waits: until nothing has changed for as long as it takes to
// save a second file, and no longer than a person would wait while files are
// being copied. A folder that was taken away is looked for as often as nobody
// minds.
const (
	watchQuiet = 2 * time.Second
	watchMost  = 30 * time.Second
	watchLook  = 10 * time.Second
)

// watch says on changed when the texts of a folder have changed.
type watch struct {
	dir               string
	quiet, most, look time.Duration
	changed           chan<- struct{}
	log               *slog.Logger

	events *fsnotify.Watcher
	root   fs.FileInfo     // of the folder that is watched; nil while it is not there
	dirs   map[string]bool // that are watched
	said   map[string]bool // what needs to be said once
	wait   debounce
}

// debounce tells when enough has been waited for further changes.
type debounce struct {
	quiet, most time.Duration
	first, last time.Time // of the changes nobody has heard of
}

func (d *debounce) mark(now time.Time) {
	if d.first.IsZero() {
		d.first = now
	}
	d.last = now
}

// due returns when to tell of the changes, zero for no changes.
func (d *debounce) due() time.Time {
	if d.first.IsZero() {
		return time.Time{}
	}
	quiet, most := d.last.Add(d.quiet), d.first.Add(d.most)
	if most.Before(quiet) {
		return most
	}
	return quiet
}

// run watches until ctx ends.
func (w *watch) run(ctx context.Context) {
	var err error
	if w.events, err = fsnotify.NewWatcher(); err != nil {
		w.log.Error("the corpus folder is not watched: raise the limit of inotify (sysctl fs.inotify.max_user_instances) and start again, or send SIGHUP after changes", "err", err)
		return
	}
	defer w.events.Close()
	w.dirs, w.said = make(map[string]bool), make(map[string]bool)
	w.wait = debounce{quiet: w.quiet, most: w.most}
	look := time.NewTicker(w.look)
	defer look.Stop()
	due := time.NewTimer(0)
	due.Stop()
	defer due.Stop()
	w.find()
	for {
		if at := w.wait.due(); !at.IsZero() {
			due.Reset(time.Until(at))
		}
		select {
		case <-ctx.Done():
			return
		case e := <-w.events.Events:
			w.see(e)
		case err := <-w.events.Errors:
			w.log.Warn("changes of the corpus folder may have been missed: looking at all of it", "err", err)
			w.wait.mark(time.Now())
		case <-look.C:
			w.find()
		case <-due.C:
			w.wait.first = time.Time{}
			wake(w.changed)
		}
	}
}

// find makes sure that the folder which has the name is the one that is watched:
// it may be taken away, and come back as another one.
func (w *watch) find() {
	info, err := os.Stat(w.dir)
	switch {
	case err != nil:
		if w.root != nil || !w.said["gone"] {
			w.log.Warn("the corpus folder is not there: going on with the texts as they were until it is back", "err", err)
		}
		w.said["gone"], w.root = true, nil
		return
	case w.root != nil && os.SameFile(info, w.root):
		return
	}
	began := w.root == nil && !w.said["gone"]
	for dir := range w.dirs {
		_ = w.events.Remove(dir) // it may have gone by itself
	}
	clear(w.dirs)
	w.root = info
	real, err := filepath.EvalSymlinks(w.dir)
	if err != nil {
		real = w.dir
	}
	w.add(real)
	if began {
		return // what is there has just been indexed
	}
	w.said["gone"] = false
	w.log.Info("the corpus folder is back, and watched again")
	w.wait.mark(time.Now())
}

// add watches a folder and those below it.
func (w *watch) add(dir string) {
	_ = filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return nil // it went meanwhile, or may not be read, of which loading speaks
		case !d.IsDir():
			return nil
		case path != dir && passedOver(d.Name()):
			return fs.SkipDir
		}
		if err := w.events.Add(path); err != nil {
			if w.said["limit"] {
				return fs.SkipAll
			}
			w.said["limit"] = true
			if errors.Is(err, syscall.ENOSPC) {
				w.log.Error("not all of the corpus folder is watched: raise the limit of inotify (sysctl fs.inotify.max_user_watches) and start again, or send SIGHUP after changes", "folder", path)
				return fs.SkipAll
			}
			w.log.Error("a folder of the corpus is not watched: send SIGHUP after changes in it", "folder", path, "err", err)
			return nil
		}
		w.dirs[path] = true
		return nil
	})
}

// passedOver reports whether the corpus does not look at what has the name.
func passedOver(name string) bool {
	return strings.HasPrefix(name, ".") || strings.HasPrefix(name, "_")
}

// see takes note of what has happened in the folder.
func (w *watch) see(e fsnotify.Event) {
	name := filepath.Base(e.Name)
	switch {
	case e.Op == fsnotify.Chmod, passedOver(name):
		return
	case w.dirs[e.Name] && (e.Has(fsnotify.Remove) || e.Has(fsnotify.Rename)):
		for dir := range w.dirs { // under their old names they are watched no more
			if dir == e.Name || strings.HasPrefix(dir, e.Name+string(filepath.Separator)) {
				_ = w.events.Remove(dir)
				delete(w.dirs, dir)
			}
		}
	case isText(name):
	case e.Has(fsnotify.Create):
		info, err := os.Lstat(e.Name)
		if err != nil || !info.IsDir() {
			return
		}
		w.add(e.Name) // and what came with it
	default:
		return
	}
	w.wait.mark(time.Now())
}

// isText reports whether the corpus reads files of the name.
func isText(name string) bool {
	return name == corpus.AliasFile || slices.Contains([]string{".md", ".markdown", ".txt"}, strings.ToLower(filepath.Ext(name)))
}
