package corpus

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"path"
	"runtime"
	"slices"
	"strings"
	"sync/atomic"
	"time"
	"unicode/utf8"

	"golang.org/x/sync/errgroup"
)

// MaxSize is the largest source text that is read, in bytes. A book of a
// million words is a third of it; what is larger is a mistake or an attack.
const MaxSize = 20 << 20

// Problem is something wrong with one file of a corpus. It is an error and
// reads as one: path, line, cause and what to do.
type Problem struct {
	Path   string
	Line   int  // 1 is the first line; 0 when no line is to blame
	Loaded bool // the text is in the corpus all the same: a warning
	Err    error
}

func (p Problem) Error() string {
	if p.Line > 0 {
		return fmt.Sprintf("%s:%d: %v", p.Path, p.Line, p.Err)
	}
	return fmt.Sprintf("%s: %v", p.Path, p.Err)
}

func (p Problem) Unwrap() error { return p.Err }

// foreign are file types that people put into a corpus folder expecting them
// to be read. Anything else that is not text is left alone without a word.
var foreign = map[string]bool{
	".pdf": true, ".doc": true, ".docx": true, ".odt": true, ".rtf": true,
	".html": true, ".htm": true, ".epub": true,
}

// LoadOptions say how to load a corpus. The zero value reads and parses every
// file.
type LoadOptions struct {
	// Kept is the path of a file, made with its folder, that lists copies of the
	// texts, which lie beside it under names that begin like its own: a text
	// that has not changed is not parsed again, a file that has not changed is
	// not even read, and no text's bytes stay in memory. Whatever happens to
	// these files, the same is loaded; that they cannot be written is a Problem
	// with this path. "" keeps nothing.
	Kept string
	// Full reads and parses every file, whatever is kept.
	Full bool
	// Forget reads and parses every file, and deletes all that is kept of texts as
	// they were before.
	Forget bool
	// Previous, if set, is the same folder as it was loaded before: texts that
	// have not changed are shared with it.
	Previous *Corpus
	// Gently leaves half of the processors to others while texts are parsed.
	Gently bool
	// Progress, if set, hears how many of how many files are done.
	Progress Progress
	// Now is the clock that files' times are compared with; nil is the system's.
	Now func() time.Time
}

// Load reads every source text below the root of fsys: files that end in .md,
// .markdown or .txt, except README files and whatever has a name that begins
// with a dot or an underscore. The file aliases.yaml at the root adds to base,
// the spellings of names that are known already.
//
// A file that cannot be used becomes a Problem and the rest is loaded. The
// error is for a root that cannot be read at all, or an ended context.
func Load(ctx context.Context, fsys fs.FS, base Aliases) (*Corpus, []Problem, error) {
	return LoadWith(ctx, fsys, base, LoadOptions{})
}

// LoadKept is LoadWith that keeps the texts at path.
func LoadKept(ctx context.Context, fsys fs.FS, base Aliases, path string) (*Corpus, []Problem, error) {
	return LoadWith(ctx, fsys, base, LoadOptions{Kept: path})
}

// LoadWith is Load with options.
func LoadWith(ctx context.Context, fsys fs.FS, base Aliases, o LoadOptions) (*Corpus, []Problem, error) {
	paths, problems, err := List(ctx, fsys)
	if err != nil {
		return nil, nil, err
	}
	l := newLoader(fsys, o)
	texts := make([]*Text, len(paths))
	ids := make([]identity, len(paths))
	refused := make([]*Problem, len(paths))
	meter := NewMeter(len(paths), o.Progress)
	g, gctx := errgroup.WithContext(ctx)
	var next atomic.Int64
	for range runtime.GOMAXPROCS(0) {
		g.Go(func() error {
			for gctx.Err() == nil {
				i := int(next.Add(1)) - 1
				if i >= len(paths) {
					return nil
				}
				texts[i], ids[i], refused[i] = l.text(paths[i])
				meter.Add(1)
				runtime.Gosched() // people may be waiting for the processor
			}
			return gctx.Err()
		})
	}
	if err := g.Wait(); err != nil {
		l.keep.discard()
		return nil, nil, fmt.Errorf("corpus: load: %w", err)
	}
	l.keep.complete(ctx, texts)
	if ctx.Err() != nil {
		l.keep.discard()
		return nil, nil, fmt.Errorf("corpus: load: %w", ctx.Err())
	}
	listed := make(chan error, 1)
	go func() { listed <- l.keep.finish(texts, ids) }() // it waits for the disk most of the time

	byID, byHash := make(map[string]*Text, len(texts)), make(map[string]*Text, len(texts))
	good := make([]*Text, 0, len(texts))
	for i, t := range texts {
		if t == nil {
			problems = append(problems, *refused[i])
			continue
		}
		problems = append(problems, t.warnings...)
		if other, ok := byID[t.ID]; ok {
			problems = append(problems, Problem{Path: t.Path,
				Err: fmt.Errorf("has the same id as %s, %q: rename one of them", other.Path, t.ID)})
			continue
		}
		if other, ok := byHash[t.Hash]; ok {
			problems = append(problems, Problem{Path: t.Path, Loaded: true,
				Err: fmt.Errorf("is a copy of %s: remove one of them", other.Path)})
		}
		byID[t.ID], byHash[t.Hash] = t, t
		good = append(good, t)
	}

	for _, t := range good {
		if err := checkOriginal(t, byID); err != nil {
			problems = append(problems, Problem{Path: t.Path, Loaded: true, Err: fmt.Errorf("translation_of: %w", err)})
		}
	}
	own, bad := readAliases(fsys)
	if bad != nil {
		problems = append(problems, *bad)
	}
	c, err := New(good, base.With(own))
	if err := <-listed; err != nil {
		problems = append(problems, Problem{Path: o.Kept, Loaded: true, Err: err})
	}
	slices.SortStableFunc(problems, func(a, b Problem) int { return strings.Compare(a.Path, b.Path) })
	if err != nil {
		return nil, problems, err
	}
	c.loading = Loading{Files: len(paths), Read: int(l.read.Load()), Parsed: int(l.parsed.Load())}
	c.volumes = l.keep.before()
	return c, problems, nil
}

// List returns the paths of the files that Load reads, in the order of their
// names, and what is wrong with names and links below the root.
func List(ctx context.Context, fsys fs.FS) ([]string, []Problem, error) {
	var paths []string
	var problems []Problem
	err := fs.WalkDir(fsys, ".", func(p string, d fs.DirEntry, err error) error {
		if ctx.Err() != nil {
			return ctx.Err()
		}
		if err != nil {
			if p == "." {
				return err
			}
			problems = append(problems, Problem{Path: p, Err: plain(err)})
			return nil
		}
		name := d.Name()
		if !utf8.ValidString(name) {
			problems = append(problems, Problem{Path: p, Err: errors.New("has a name that is not UTF-8: rename it")})
			if d.IsDir() {
				return fs.SkipDir
			}
			return nil
		}
		if p != "." && (name[0] == '.' || name[0] == '_') {
			if d.IsDir() {
				return fs.SkipDir
			}
			return nil
		}
		if d.IsDir() {
			return nil
		}
		if p == "." {
			return errors.New("is a file: name the folder that holds it")
		}
		if d.Type()&fs.ModeSymlink != 0 {
			// A link to a file is read; a link to a folder might lead in a circle.
			info, err := fs.Stat(fsys, p)
			if err != nil {
				problems = append(problems, Problem{Path: p, Err: fmt.Errorf("is a link that leads nowhere (%w): mend it or remove it", plain(err))})
				return nil
			}
			if info.IsDir() {
				problems = append(problems, Problem{Path: p, Err: errors.New("is a link to a folder, which is not followed: put the folder itself there")})
				return nil
			}
			if Leaves(fsys, p) {
				problems = append(problems, Problem{Path: p, Err: errLeaves})
				return nil
			}
		}
		switch ext := strings.ToLower(path.Ext(name)); {
		case strings.EqualFold(strings.TrimSuffix(name, path.Ext(name)), "readme"):
		case ext == ".md" || ext == ".markdown" || ext == ".txt":
			paths = append(paths, p)
		case foreign[ext]:
			problems = append(problems, Problem{Path: p, Err: fmt.Errorf("%s files are not read: save it as .txt or .md", ext)})
		}
		return nil
	})
	if err != nil {
		return nil, nil, fmt.Errorf("corpus: read the folder: %w", err)
	}
	return paths, problems, nil
}

// loader loads the texts of a folder. It is safe for concurrent use.
type loader struct {
	fsys     fs.FS
	keep     *keeper
	full     bool
	previous map[string]*Text // by path
	now      func() time.Time
	parsing  chan struct{} // holds as many things as texts are parsed; nil for any number

	read, parsed atomic.Int64
}

func newLoader(fsys fs.FS, o LoadOptions) *loader {
	l := &loader{fsys: fsys, full: o.Full || o.Forget, now: o.Now}
	if l.now == nil {
		l.now = time.Now
	}
	if o.Gently {
		l.parsing = make(chan struct{}, max(1, runtime.GOMAXPROCS(0)/2))
	}
	if o.Kept != "" {
		l.keep = openKeeper(o.Kept)
		l.keep.forget = o.Forget
	}
	if o.Previous != nil {
		l.previous = make(map[string]*Text, len(o.Previous.texts))
		for _, t := range o.Previous.texts {
			l.previous[t.Path] = t
		}
	}
	return l
}

// text loads one text, with the identity of its file. A nil Text comes with the
// Problem that says why.
func (l *loader) text(p string) (*Text, identity, *Problem) {
	refuse := func(line int, err error) (*Text, identity, *Problem) {
		return nil, identity{}, &Problem{Path: p, Line: line, Err: err}
	}
	then := l.now() // before anything is known of the file
	info, err := look(l.fsys, p)
	if err != nil {
		return refuse(0, err)
	}
	id := identify(info, then)
	if !l.full {
		if t := l.keep.unread(p, id, l.previous[p]); t != nil {
			if t != l.previous[p] { // that one is in use, and knows its folder
				t.fsys = l.fsys
			}
			return t, id, nil
		}
	}
	l.read.Add(1)
	body, err := readAll(l.fsys, p)
	if err != nil {
		return refuse(0, err)
	}
	if !l.full {
		if t := l.keep.text(p, body); t != nil {
			t.fsys = l.fsys
			return t, id, nil
		}
	}
	if line, err := checkBytes(body); err != nil {
		return refuse(line, err)
	}
	l.parsed.Add(1)
	if l.parsing != nil {
		l.parsing <- struct{}{}
		defer func() { <-l.parsing }()
	}
	t, warnings, bad := Parse(p, string(body))
	if bad != nil {
		return nil, identity{}, bad
	}
	t.warnings = warnings
	t = l.keep.add(t)
	t.fsys = l.fsys
	return t, id, nil
}

func readAll(fsys fs.FS, p string) ([]byte, error) {
	f, info, err := open(fsys, p)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	// The file may grow while it is read, so the limit holds for what is read.
	var body bytes.Buffer
	body.Grow(int(min(info.Size(), MaxSize)) + bytes.MinRead)
	if _, err := body.ReadFrom(io.LimitReader(f, MaxSize+1)); err != nil {
		return nil, plain(err)
	}
	if body.Len() > MaxSize {
		return nil, fmt.Errorf("is larger than %d MB: split it into several texts", MaxSize>>20)
	}
	return body.Bytes(), nil
}

// look returns what the file system says of an ordinary file.
func look(fsys fs.FS, p string) (fs.FileInfo, error) {
	info, err := fs.Stat(fsys, p)
	if err != nil {
		return nil, plain(err)
	}
	if !info.Mode().IsRegular() {
		return nil, errors.New("is not an ordinary file: put the text itself there")
	}
	return info, nil
}

// open opens an ordinary file. It looks before it opens: to open a named pipe
// or a device may take for ever.
func open(fsys fs.FS, p string) (fs.File, fs.FileInfo, error) {
	info, err := look(fsys, p)
	if err != nil {
		return nil, nil, err
	}
	f, err := fsys.Open(p)
	if err != nil {
		return nil, nil, plain(err)
	}
	return f, info, nil
}

// plain strips the operation and path that file errors carry: a Problem names
// the path itself.
func plain(err error) error {
	var pe *fs.PathError
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return fmt.Errorf("is gone: %w", fs.ErrNotExist)
	case errors.Is(err, fs.ErrPermission):
		return fmt.Errorf("cannot be read: %w: allow the program's user to read it", fs.ErrPermission)
	case errors.As(err, &pe):
		return fmt.Errorf("cannot be read: %w", pe.Err)
	}
	return err
}

// checkBytes refuses what is not UTF-8 text, and names the line.
func checkBytes(b []byte) (line int, err error) {
	if bytes.HasPrefix(b, []byte{0xFF, 0xFE}) || bytes.HasPrefix(b, []byte{0xFE, 0xFF}) {
		return 1, errors.New("is in UTF-16: save it as UTF-8")
	}
	if i := bytes.IndexByte(b, 0); i >= 0 {
		return lineOf(b, i), errors.New("holds a NUL byte, so it is not plain text: remove it or save the file as UTF-8")
	}
	for i := 0; i < len(b); {
		r, n := utf8.DecodeRune(b[i:])
		if r == utf8.RuneError && n == 1 {
			return lineOf(b, i), fmt.Errorf("holds the byte 0x%02X, which is not UTF-8: save the file as UTF-8", b[i])
		}
		i += n
	}
	return 0, nil
}

// lineOf returns the number of the line on which byte i stands. CR, LF and
// CRLF all end one.
func lineOf(b []byte, i int) int {
	b = b[:i]
	return 1 + bytes.Count(b, []byte{'\n'}) + bytes.Count(b, []byte{'\r'}) - bytes.Count(b, []byte("\r\n"))
}

func hashOf(b []byte) string {
	sum := sha256.Sum256(b)
	return hex.EncodeToString(sum[:])
}
