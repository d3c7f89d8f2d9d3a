package corpus_test

import (
	"errors"
	"io/fs"
	"strings"
	"testing"
	"testing/fstest"

	"rapporteur/corpus"
)

func TestDigest(t *testing.T) {
	files := func() fstest.MapFS {
		return fstest.MapFS{"a.md": file("The text."), "b/c.txt": file("Another text."), "aliases.yaml": file("- [a, b]\n")}
	}
	digest := func(f fstest.MapFS) string {
		c, _ := load(t, f)
		return c.Digest()
	}
	was := digest(files())
	tests := []struct {
		name    string
		change  func(f fstest.MapFS)
		changes bool
	}{
		{"nothing", func(fstest.MapFS) {}, false},
		{"a file that is no text", func(f fstest.MapFS) { f["c.png"] = file("x"); f["README.md"] = file("x") }, false},
		{"the time of a file", func(f fstest.MapFS) { f["a.md"].ModTime = f["a.md"].ModTime.AddDate(1, 0, 0) }, false},
		{"a comment beside the aliases", func(f fstest.MapFS) { f["aliases.yaml"] = file("# names\n- [a, b]\n") }, false},
		{"a byte", func(f fstest.MapFS) { f["a.md"] = file("The text!") }, true},
		{"white space", func(f fstest.MapFS) { f["a.md"] = file("The text.\n") }, true},
		{"a name", func(f fstest.MapFS) { f["d.md"] = f["a.md"]; delete(f, "a.md") }, true},
		{"an ending, by which a text is read", func(f fstest.MapFS) { f["a.txt"] = f["a.md"]; delete(f, "a.md") }, true},
		{"two names", func(f fstest.MapFS) { f["a.md"], f["b/c.txt"] = f["b/c.txt"], f["a.md"] }, true},
		{"one more", func(f fstest.MapFS) { f["d.md"] = file("A third.") }, true},
		{"one less", func(f fstest.MapFS) { delete(f, "b/c.txt") }, true},
		{"an alias", func(f fstest.MapFS) { f["aliases.yaml"] = file("- [a, c]\n") }, true},
		{"where a group ends", func(f fstest.MapFS) { f["aliases.yaml"] = file("- ['a', 'b', 'c d']\n") }, true},
	}
	for _, tt := range tests {
		f := files()
		tt.change(f)
		if changed := digest(f) != was; changed != tt.changes {
			t.Errorf("%s changes the digest: %v", tt.name, changed)
		}
	}
}

func TestNew(t *testing.T) {
	a, b := &corpus.Text{ID: "a", Path: "a.md"}, &corpus.Text{ID: "a", Path: "a.txt"}
	if _, err := corpus.New([]*corpus.Text{a, b}, corpus.Aliases{}); err == nil || !strings.Contains(err.Error(), "a.md and a.txt") {
		t.Errorf("two texts with one id: %v", err)
	}
}

// streaming is a file system whose files can only be read from the start.
type streaming struct{ fstest.MapFS }

type stream struct{ fs.File }

func (s stream) Read(b []byte) (int, error) { return s.File.Read(b[:min(len(b), 3)]) }

func (f streaming) Open(name string) (fs.File, error) {
	file, err := f.MapFS.Open(name)
	return stream{file}, err
}

func TestStored(t *testing.T) {
	const body = "The first sentence. The second, with an є in it."
	tests := []struct {
		name   string
		change func(f fstest.MapFS)
		want   string
		is     error
	}{
		{"unchanged", func(fstest.MapFS) {}, "The second, with an є in it.", nil},
		{"longer", func(f fstest.MapFS) { f["a.md"] = file(body + " More.") }, "The second, with an є in it.", nil},
		{"changed", func(f fstest.MapFS) { f["a.md"] = file(strings.Replace(body, "second", "SECOND", 1)) }, "The SECOND, with an є in it.", nil},
		{"a byte shorter", func(f fstest.MapFS) { f["a.md"] = file(body[:len(body)-1]) }, "", corpus.ErrChanged},
		{"much shorter", func(f fstest.MapFS) { f["a.md"] = file("The") }, "", corpus.ErrChanged},
		{"empty", func(f fstest.MapFS) { f["a.md"] = file("") }, "", corpus.ErrChanged},
		{"deleted", func(f fstest.MapFS) { delete(f, "a.md") }, "", fs.ErrNotExist},
		{"a folder now", func(f fstest.MapFS) { f["a.md"] = &fstest.MapFile{Mode: fs.ModeDir} }, "", errAny},
		{"a pipe now", func(f fstest.MapFS) { f["a.md"] = &fstest.MapFile{Mode: fs.ModeNamedPipe} }, "", errAny},
	}
	for _, tt := range tests {
		for _, wrap := range []func(fstest.MapFS) fs.FS{
			func(f fstest.MapFS) fs.FS { return f },
			func(f fstest.MapFS) fs.FS { return streaming{f} },
		} {
			f := fstest.MapFS{"a.md": file(body)}
			c, _ := load(t, wrap(f))
			x := c.Texts()[0]
			r := x.Passages[0].Sentences[1]
			tt.change(f)
			got, err := x.Stored(r)
			if got != tt.want || (err == nil) != (tt.is == nil) || tt.is != nil && tt.is != errAny && !errors.Is(err, tt.is) {
				t.Errorf("%s, %T: got %q, %v", tt.name, wrap(f), got, err)
			}
			if err != nil && !strings.Contains(err.Error(), "a.md") {
				t.Errorf("%s: %v names no file", tt.name, err)
			}
		}
	}
	x, _, _ := corpus.Parse("a.md", body)
	if _, err := x.Stored(corpus.Range{Start: 0, End: 3}); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("a text that is stored nowhere: %v", err)
	}
}

// errAny stands for an error that nobody tells from others.
var errAny = errors.New("any")
