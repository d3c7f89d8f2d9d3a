package ingest

import (
	"cmp"
	"context"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"time"

	"rapporteur/corpus"
)

// Folder is a corpus folder under care: texts come into it and leave it, and
// nothing that was in it is ever lost. Any number of processes may have it open
// and only one changes it at a time. It is safe for concurrent use.
type Folder struct {
	dir     string
	aliases corpus.Aliases
	owner   string
	now     func() time.Time

	mu      sync.Mutex
	history *history
	seen    map[string]*look // by path
}

// Options are how a folder is opened; all may be left empty.
type Options struct {
	Aliases corpus.Aliases   // known beside those of the folder, as for corpus.Load
	Owner   string           // who says to be at work, such as "rapporteur serve"
	Now     func() time.Time // the clock; nil is the machine's
}

// OpenFolder opens a corpus folder. What another process had begun and could
// not finish is finished first. Nothing is written until something changes, so
// that a folder which may only be read can be looked at.
func OpenFolder(dir string, o Options) (*Folder, error) {
	abs, err := filepath.Abs(dir)
	if err != nil {
		return nil, err
	}
	f := &Folder{dir: abs, aliases: o.Aliases, owner: cmp.Or(o.Owner, filepath.Base(os.Args[0])), now: o.Now, seen: make(map[string]*look)}
	if f.now == nil {
		f.now = time.Now
	}
	if err := f.there(); err != nil {
		return nil, err
	}
	if _, err := os.Stat(f.own(journalFile)); err == nil {
		if err := f.change(context.Background(), func() error { return nil }); err != nil {
			return nil, err
		}
	}
	if f.history, err = f.readLog(nil); err != nil {
		return nil, explain(dir, err)
	}
	return f, nil
}

// Dir returns the absolute path of the folder.
func (f *Folder) Dir() string { return f.dir }

// look is what was seen of a text when it was last looked at.
type look struct {
	path   string
	info   os.FileInfo
	hash   string
	fields Fields
	key    string // of its address
	body   string // hash of what is behind the front matter
	sketch sketch
	broken string // why the corpus does not read it
}

// scan looks at all texts, and again at those that have changed. In the order
// of their paths.
func (f *Folder) scan(ctx context.Context) ([]*look, error) {
	paths, _, err := corpus.List(ctx, os.DirFS(f.dir))
	if err != nil {
		return nil, err
	}
	var out []*look
	seen := make(map[string]*look, len(paths))
	for _, p := range paths {
		if ctx.Err() != nil {
			return nil, ctx.Err()
		}
		info, err := os.Stat(f.file(p))
		if err != nil || !info.Mode().IsRegular() || info.Size() > corpus.MaxSize {
			continue // nothing the corpus reads
		}
		l := f.seen[p]
		if l == nil || !os.SameFile(l.info, info) || l.info.Size() != info.Size() || !l.info.ModTime().Equal(info.ModTime()) {
			b, err := f.current(p)
			if err != nil || b == nil {
				continue
			}
			l = lookAt(p, b)
			l.info = info
		}
		seen[p] = l
		out = append(out, l)
	}
	f.seen = seen
	return out, nil
}

func lookAt(p string, b []byte) *look {
	l := &look{path: p, hash: hashOf(b)}
	t, start, _, bad := corpus.Head(p, string(b))
	if bad != nil {
		l.broken = bad.Err.Error()
		return l
	}
	l.fields = fieldsOf(t)
	l.key = pageKey(t.URL)
	l.body = hashOf(bodyOf(b[start:]))
	l.sketch = sketchOf(string(b[start:]))
	return l
}

// bodyOf returns the text behind front matter as it is compared.
func bodyOf(b []byte) []byte {
	return []byte(letters(string(b)))
}

// List returns the texts of the folder in the order of their paths.
func (f *Folder) List(ctx context.Context) ([]Entry, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if err := f.refresh(); err != nil {
		return nil, err
	}
	looks, err := f.scan(ctx)
	if err != nil {
		return nil, explain(f.dir, err)
	}
	var out []Entry
	for _, l := range looks {
		e := Entry{ID: idOf(l.path), Path: l.path, Fields: l.fields, Hash: l.hash, Size: int(l.info.Size()), Broken: l.broken}
		if p := f.history.texts[e.ID]; p != nil && p.stored != "" {
			e.Source, e.Copies, e.Stored, e.Edited = p.source, p.copies, p.at, p.stored != l.hash
		}
		out = append(out, e)
	}
	return out, nil
}

// refresh reads what other processes may have added to the log.
func (f *Folder) refresh() error {
	if err := f.there(); err != nil {
		return err
	}
	h, err := f.readLog(f.history)
	if err != nil {
		return explain(f.dir, err)
	}
	f.history = h
	return nil
}

// Versions returns the versions of a text that are kept, newest first, those of
// a text that was removed as well.
func (f *Folder) Versions(id string) ([]Version, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if err := f.refresh(); err != nil {
		return nil, err
	}
	p := f.history.texts[id]
	path := f.pathOf(id)
	if p == nil && path == "" {
		return nil, noSuchText(id)
	}
	var out []Version
	if p != nil {
		out = p.versions()
	}
	if b, err := f.current(path); path != "" && err == nil && b != nil && (len(out) == 0 || hashOf(b) != p.stored) {
		info, err := os.Stat(f.file(path))
		if err == nil {
			out = slices.Insert(out, 0, Version{hashOf(b), info.ModTime().UTC(), Edited})
		}
	}
	return out, nil
}

// Read returns the bytes of a text: as they are now, or of the version with the
// hash.
func (f *Folder) Read(id, hash string) ([]byte, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if err := f.refresh(); err != nil {
		return nil, err
	}
	path := f.pathOf(id)
	if hash != "" {
		if b, err := f.current(path); path != "" && err == nil && b != nil && hashOf(b) == hash {
			return b, nil
		}
		b, err := f.version(hash)
		return b, explain(f.dir, err)
	}
	if path == "" {
		return nil, noSuchText(id)
	}
	b, err := f.current(path)
	if err == nil && b == nil {
		return nil, noSuchText(id)
	}
	return b, explain(f.dir, err)
}

func noSuchText(id string) error {
	return refuse(shown(id), NoSuchText, nil, "there is no text of this id: see the list of texts")
}

// pathOf returns where the text with the id lies, "" when it is not there.
func (f *Folder) pathOf(id string) string {
	paths, _, err := corpus.List(context.Background(), os.DirFS(f.dir))
	if err != nil {
		return ""
	}
	for _, p := range paths {
		if idOf(p) == id {
			return p
		}
	}
	return ""
}
