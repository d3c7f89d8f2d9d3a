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

// Load reads every source text below the root of fsys: files that end in .md,
// .markdown or .txt, except README files and whatever has a name that begins
// with a dot or an underscore. The file aliases.yaml at the root adds to base,
// the spellings of names that are known already.
//
// A file that cannot be used becomes a Problem and the rest is loaded. The
// error is for a root that cannot be read at all, or an ended context.
func Load(ctx context.Context, fsys fs.FS, base Aliases) (*Corpus, []Problem, error) {
	return load(ctx, fsys, base, nil)
}

// LoadKept is Load with a file at path, which it writes with its folder, so that a text that
// has not changed since is not parsed again and no text's bytes stay in memory.
// Whatever happens to that file, the same is loaded; that it cannot be written
// is a Problem with its path.
func LoadKept(ctx context.Context, fsys fs.FS, base Aliases, path string) (*Corpus, []Problem, error) {
	k := openKeeper(path)
	defer k.tidy()
	return load(ctx, fsys, base, k)
}

func load(ctx context.Context, fsys fs.FS, base Aliases, k *keeper) (*Corpus, []Problem, error) {
	paths, problems, err := List(ctx, fsys)
	if err != nil {
		return nil, nil, err
	}

	texts := make([]*Text, len(paths))
	found := make([][]Problem, len(paths))
	g, gctx := errgroup.WithContext(ctx)
	g.SetLimit(runtime.GOMAXPROCS(0))
	for i, p := range paths {
		g.Go(func() error {
			if gctx.Err() == nil {
				texts[i], found[i] = readFile(fsys, p, k)
			}
			return gctx.Err()
		})
	}
	if err := g.Wait(); err != nil {
		return nil, nil, fmt.Errorf("corpus: load: %w", err)
	}
	if err := k.finish(texts, found); err != nil {
		problems = append(problems, Problem{Path: k.path, Loaded: true, Err: err})
	}

	byID, byHash := make(map[string]*Text), make(map[string]*Text)
	var good []*Text
	for i, t := range texts {
		problems = append(problems, found[i]...)
		if t == nil {
			continue
		}
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

	own, bad := readAliases(fsys)
	if bad != nil {
		problems = append(problems, *bad)
	}
	slices.SortStableFunc(problems, func(a, b Problem) int { return strings.Compare(a.Path, b.Path) })
	c, err := New(good, base.With(own))
	return c, problems, err
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

// readFile reads one text. A nil Text comes with the Problem that says why.
func readFile(fsys fs.FS, p string, k *keeper) (*Text, []Problem) {
	refuse := func(line int, err error) (*Text, []Problem) {
		return nil, []Problem{{Path: p, Line: line, Err: err}}
	}
	body, err := readAll(fsys, p)
	if err != nil {
		return refuse(0, err)
	}
	if t, warnings := k.text(p, body); t != nil {
		t.fsys = fsys
		return t, warnings
	}
	if line, err := checkBytes(body); err != nil {
		return refuse(line, err)
	}
	t, warnings, bad := Parse(p, string(body))
	if bad != nil {
		return nil, []Problem{*bad}
	}
	t = k.add(t)
	t.fsys = fsys
	return t, warnings
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

// open opens an ordinary file. It looks before it opens: to open a named pipe
// or a device may take for ever.
func open(fsys fs.FS, p string) (fs.File, fs.FileInfo, error) {
	info, err := fs.Stat(fsys, p)
	if err != nil {
		return nil, nil, plain(err)
	}
	if !info.Mode().IsRegular() {
		return nil, nil, errors.New("is not an ordinary file: put the text itself there")
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
