package corpus

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"
	"time"
)

// folder is a corpus folder on disk that is loaded again and again, by a clock
// of its own.
type folder struct {
	*testing.T
	dir, list string
	clock     time.Time
	c         *Corpus
}

func newFolder(t *testing.T, n int) *folder {
	t.Helper()
	f := &folder{T: t, dir: t.TempDir(), list: filepath.Join(t.TempDir(), "texts"), clock: time.Now().Add(time.Hour)}
	for i := range n {
		f.write(fmt.Sprintf("%03d.md", i), fmt.Sprintf("Text number %d says this. It says no more.\n\nBut for that.", i))
	}
	return f
}

func (f *folder) write(name, body string) {
	f.Helper()
	if err := os.WriteFile(filepath.Join(f.dir, name), []byte(body), 0o644); err != nil {
		f.Fatal(err)
	}
}

// load loads the folder, checks that the same is loaded as without anything
// kept, and that it took so much work.
func (f *folder) load(o LoadOptions, want Loading) *Corpus {
	f.Helper()
	o.Kept, o.Now = f.list, func() time.Time { return f.clock }
	got, problems, err := LoadWith(context.Background(), os.DirFS(f.dir), Aliases{}, o)
	if err != nil || len(problems) > 0 {
		f.Fatal(err, problems)
	}
	plain, _, err := Load(context.Background(), os.DirFS(f.dir), Aliases{})
	if err != nil {
		f.Fatal(err)
	}
	if got.Digest() != plain.Digest() {
		f.Fatalf("%d texts, want %d as they are", len(got.Texts()), len(plain.Texts()))
	}
	for i, w := range plain.Texts() {
		g := got.Texts()[i]
		if body, err := g.Whole(); err != nil || body != w.Body || fmt.Sprint(g.Passages) != fmt.Sprint(w.Passages) {
			f.Fatalf("%s: %q, %v, want %q", g.ID, body, err, w.Body)
		}
	}
	if got.Loading() != want {
		f.Errorf("loading took %+v, want %+v", got.Loading(), want)
	}
	f.c = got
	return got
}

// TestReload changes a folder in every way and counts what is read of it.
func TestReload(t *testing.T) {
	f := newFolder(t, 20)
	f.load(LoadOptions{}, Loading{20, 20, 20})
	first := f.load(LoadOptions{}, Loading{20, 0, 0})

	f.write("003.md", "Text number 3 says this. It said no more.\n\nBut for that.")
	f.write("new.md", "A new one.")
	if err := os.Remove(filepath.Join(f.dir, "004.md")); err != nil {
		t.Fatal(err)
	}
	second := f.load(LoadOptions{Previous: first}, Loading{20, 2, 2})
	for _, text := range second.Texts() {
		before, ok := first.Text(text.ID)
		if shared := before == text; ok && shared != (text.ID != "003") {
			t.Errorf("%s: shared with the corpus before: %v", text.ID, shared)
		}
	}
	third := f.load(LoadOptions{}, Loading{20, 0, 0})

	// What is no more can be had once more, and what is there at any time.
	gone, _ := first.Text("004")
	old, _ := first.Text("003")
	for _, c := range []*Corpus{second, third} {
		found := c.Former(map[string]string{"004.md": gone.Hash, "003.md": old.Hash, "005.md": gone.Hash})
		if len(found) != 2 || found["004.md"].Hash != gone.Hash || found["003.md"].Hash != old.Hash {
			t.Fatalf("former texts: %v", found)
		}
		if body, err := found["003.md"].Whole(); err != nil || body != "Text number 3 says this. It says no more.\n\nBut for that." {
			t.Errorf("%q, %v", body, err)
		}
	}

	// A file that was only touched is read, and not again.
	if err := os.Chtimes(filepath.Join(f.dir, "006.md"), time.Now(), time.Now()); err != nil {
		t.Fatal(err)
	}
	f.load(LoadOptions{}, Loading{20, 1, 0})
	f.load(LoadOptions{}, Loading{20, 0, 0})

	f.load(LoadOptions{Full: true}, Loading{20, 20, 20})
	f.load(LoadOptions{}, Loading{20, 0, 0})
}

// TestReloadRacy loads files that were written so shortly before that another
// write would leave no trace, which is also how it looks when the clock was set
// back.
func TestReloadRacy(t *testing.T) {
	f := newFolder(t, 5)
	for name, clock := range map[string]time.Time{"just now": time.Now(), "in the future": time.Now().Add(-time.Hour)} {
		f.clock = clock
		f.load(LoadOptions{}, f.next())
		f.load(LoadOptions{}, Loading{5, 5, 0})
		// The size and, on a file system with a coarse clock, the time are the same.
		f.write("002.md", strings.Replace("Text number 2 says NAME. It says no more.\n\nBut for that.", "NAME", strings.ToUpper(name[:4]), 1))
		f.load(LoadOptions{}, Loading{5, 5, 1})
	}
	f.clock = time.Now().Add(time.Hour)
	f.load(LoadOptions{}, Loading{5, 5, 0})
	f.load(LoadOptions{}, Loading{5, 0, 0})
}

// next is what loading takes that has no trusted file: all the first time.
func (f *folder) next() Loading {
	if f.c == nil {
		return Loading{5, 5, 5}
	}
	return Loading{5, 5, 0}
}

// TestReloadDisguised puts another file of the same size and date into a text's
// place, as programs do that copy dates along.
func TestReloadDisguised(t *testing.T) {
	f := newFolder(t, 2)
	f.load(LoadOptions{}, Loading{2, 2, 2})
	name := filepath.Join(f.dir, "001.md")
	info, err := os.Stat(name)
	if err != nil {
		t.Fatal(err)
	}
	if changed, _ := inode(info); changed == 0 {
		t.Skip("this system does not tell when an inode changed")
	}
	f.write("other", "Text number 1 says that. It says no more.\n\nBut for that.")
	if err := errors.Join(os.Chtimes(filepath.Join(f.dir, "other"), info.ModTime(), info.ModTime()), os.Rename(filepath.Join(f.dir, "other"), name)); err != nil {
		t.Fatal(err)
	}
	f.load(LoadOptions{}, Loading{2, 1, 1})
}

// TestReloadWears changes a folder so often that volumes have to be written
// anew: there are never many, and hardly more bytes than needed.
func TestReloadWears(t *testing.T) {
	f := newFolder(t, 40)
	f.load(LoadOptions{}, Loading{40, 40, 40})
	before := f.c
	for round := range 60 {
		for i := range 3 {
			f.write(fmt.Sprintf("%03d.md", (round*7+i)%40), fmt.Sprintf("Round %d of text %d.", round, i)+strings.Repeat(" More of it.", 20))
		}
		previous := f.c
		if round%3 == 0 {
			previous = nil
		}
		f.load(LoadOptions{Previous: previous}, Loading{40, 3, 3})
		volumes, _ := filepath.Glob(f.list + ".*")
		size := int64(0)
		for _, v := range volumes {
			info, err := os.Stat(v)
			if err != nil {
				t.Fatal(err)
			}
			size += info.Size()
		}
		if len(volumes) > 2*mostVolumes || size > 60_000 {
			t.Fatalf("round %d: %d volumes of %d bytes", round, len(volumes), size)
		}
	}
	for _, text := range before.Texts() { // of volumes that are no more
		if body, err := text.Whole(); err != nil || hashOf([]byte(body)) != text.Hash {
			t.Fatalf("%s: %q, %v", text.ID, body, err)
		}
	}
}

// TestWhole damages the copies under a loaded corpus.
func TestWhole(t *testing.T) {
	f := newFolder(t, 3)
	f.load(LoadOptions{}, Loading{3, 3, 3})
	volumes, _ := filepath.Glob(f.list + ".*")
	b, err := os.ReadFile(volumes[0])
	if err != nil {
		t.Fatal(err)
	}
	for i := range b {
		b[i] ^= 0x55
	}
	if err := os.WriteFile(volumes[0], b, 0o644); err != nil {
		t.Fatal(err)
	}
	f.write("001.md", "Another.")
	if err := os.Remove(filepath.Join(f.dir, "002.md")); err != nil {
		t.Fatal(err)
	}
	for id, want := range map[string]error{"000": nil, "001": ErrChanged, "002": fs.ErrNotExist} {
		text, _ := f.c.Text(id)
		body, err := text.Whole()
		if !errors.Is(err, want) || want == nil && hashOf([]byte(body)) != text.Hash {
			t.Errorf("%s: %q, %v", id, body, err)
		}
	}
}

func TestLoadProgress(t *testing.T) {
	files := fstest.MapFS{}
	for i := range 1000 {
		files[fmt.Sprintf("%d.md", i)] = &fstest.MapFile{Data: []byte("One.")}
	}
	calls, last := 0, 0
	start := time.Now()
	_, _, err := LoadWith(context.Background(), files, Aliases{}, LoadOptions{Progress: func(done, total int) {
		if done <= last || total != 1000 {
			t.Errorf("from %d to %d of %d", last, done, total)
		}
		calls, last = calls+1, done
	}})
	if most := 2 + int(time.Since(start)/tick); err != nil || last != 1000 || calls > most {
		t.Errorf("%v, ended at %d after %d calls, at most %d are due", err, last, calls, most)
	}
}
