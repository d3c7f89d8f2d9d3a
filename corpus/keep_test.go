package corpus

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/fstest"
	"time"
)

// loadKept loads the files with a file of texts and checks that the same is
// loaded as without, byte for byte. It returns the problems.
func loadKept(t *testing.T, files fs.FS, path string) []Problem {
	t.Helper()
	want, wantProblems, err := Load(context.Background(), files, Aliases{})
	if err != nil {
		t.Fatal(err)
	}
	got, problems, err := LoadKept(context.Background(), files, Aliases{}, path)
	if err != nil {
		t.Fatal(err)
	}
	if got.Digest() != want.Digest() || len(got.Texts()) != len(want.Texts()) {
		t.Fatalf("%d texts %s, want %d texts %s", len(got.Texts()), got.Digest(), len(want.Texts()), want.Digest())
	}
	for i, g := range got.Texts() {
		w := *want.Texts()[i]
		if body, err := g.Read(Range{0, g.Size()}); err != nil || body != w.Body {
			t.Fatalf("%s: read %q, %v, want %q", g.ID, body, err, w.Body)
		}
		if stored, err := g.Stored(g.Passages[0].Range); err != nil || stored != g.Passages[0].Of(w.Body) {
			t.Fatalf("%s: stored is %q, %v", g.ID, stored, err)
		}
		plain := *g
		plain.Body, plain.kept, plain.fsys, w.fsys = w.Body, kept{}, nil, nil
		plain.warnings, w.warnings = nil, nil // compared below, as problems
		if !plain.Published.Time.Equal(w.Published.Time) || plain.Published.String() != w.Published.String() {
			t.Fatalf("%s: published %v, want %v", g.ID, plain.Published, w.Published)
		}
		plain.Published.Time = w.Published.Time
		if !reflect.DeepEqual(plain, w) {
			t.Fatalf("kept:\n%+v\nwant:\n%+v", plain, w)
		}
	}
	own := slices.DeleteFunc(slices.Clone(problems), func(p Problem) bool { return p.Path == path })
	if g, w := fmt.Sprint(own), fmt.Sprint(wantProblems); g != w {
		t.Fatalf("problems %s, want %s", g, w)
	}
	return problems
}

func sample() fstest.MapFS {
	return fstest.MapFS{
		"a.md":      {Data: []byte("---\ntitle: A\npublisher: P\nurl: https://example.org/a\npublished: 2025-12-16T10:30:00.25+05:00\nparties: [X, Y]\nlicence: L\nbased_on: https://example.org/b\nodd: 1\n---\n\nOpening words. They go on.\n\n# One\n\nFirst here. Second here.\n\nThird.\n\n# Two\n\n- a. b.\n- c\n\n# One\n\nLast.\n\n```\nnot closed\n")},
		"marks.md":  {Data: []byte("Rule | Says\n--- | ---\nOne. | Two!\n\n> “Shall we?” Mr. Smith asked. He went. (So. It. Is.)\n> No. 5 of the U.S. List.\n\nA line\n===\n\n1. Am 14. Dezember z. B. kam er.\n   Er ging… Und „kam. Er“ wieder.\n\n<!-- not. this -->\n[a]: https://example.org/x\n\n\\1. Marks.\n")},
		"b.txt":     {Data: []byte("\uFEFFTitle of it\r\n\r\nСлово є. Друге слово.\r\n")},
		"c/d.md":    {Data: []byte("---\npublished: 2025-12-16\n---\nThe text.")},
		"empty.md":  {},
		"broken.md": {Data: []byte("---\ntitle: [\n---\nThe text.")},
		"copy.txt":  {Data: []byte("The text.")},
		"copy2.txt": {Data: []byte("The text.")},
	}
}

func TestKept(t *testing.T) {
	path := filepath.Join(t.TempDir(), "texts")
	files := sample()
	loadKept(t, files, path)
	first, err := os.Stat(path)
	if err != nil {
		t.Fatal(err)
	}
	loadKept(t, files, path)
	if again, err := os.Stat(path); err != nil || !os.SameFile(first, again) {
		t.Errorf("written anew although nothing changed: %v", err)
	}
	old, _, err := LoadKept(context.Background(), files, Aliases{}, path)
	if err != nil {
		t.Fatal(err)
	}
	files["c/d.md"] = &fstest.MapFile{Data: []byte("---\npublished: 2025-12-16\n---\nThe test.")}
	files["c/e.md"] = files["a.md"]
	delete(files, "b.txt")
	for range 2 {
		loadKept(t, files, path)
	}
	text, _ := old.Text("c/d") // of the file that is no more
	if got, err := text.Read(text.Passages[0].Range); err != nil || got != "The text." {
		t.Errorf("read %q, %v of a text as it was loaded", got, err)
	}
	left, err := os.ReadDir(filepath.Dir(path))
	if err != nil || len(left) != 3 {
		t.Errorf("%v lie there, %v, want the list and two volumes", left, err)
	}
}

// TestKeptVersion fails when texts are read in another way than volumeMagic says:
// what is kept would then be taken for what is found now. Change volumeMagic, then
// put the new fingerprint here.
func TestKeptVersion(t *testing.T) {
	const known, fingerprint = "rapporteur texts 4\n", "483c9ede93ce3be4"
	h := sha256.New()
	fmt.Fprint(h, functionWords, maxPassage, maxSentence, maxQuotation, maxTitle, maxField, wrapWidth)
	for _, lang := range append([]string{""}, Languages...) {
		fmt.Fprintf(h, "%+v", *rulesFor(lang))
	}
	files := sample()
	for _, name := range slices.Sorted(maps.Keys(files)) {
		if text, warnings, _ := Parse(name, string(files[name].Data)); text != nil {
			var r record
			text.warnings = warnings
			r.putText(text)
			h.Write(r.b)
		}
	}
	if got := hex.EncodeToString(h.Sum(nil)[:8]); volumeMagic != known || got != fingerprint {
		t.Errorf("%q, fingerprint %s; this test knows %q, fingerprint %s", volumeMagic, got, known, fingerprint)
	}
}

// TestKeptDamaged changes and cuts the list and the volume all over.
func TestKeptDamaged(t *testing.T) {
	path := filepath.Join(t.TempDir(), "texts")
	files := sample()
	loadKept(t, files, path)
	first := snapshot(t, filepath.Dir(path))
	for name, whole := range first {
		for i := 0; i < len(whole); i += 5 { // which every bit and every kind of field has a turn in
			damaged := slices.Clone(whole)
			damaged[i] ^= 1 << (i % 8)
			if i%8 == 0 {
				damaged = damaged[:i]
			}
			restore(t, filepath.Dir(path), first)
			if err := os.WriteFile(filepath.Join(filepath.Dir(path), name), damaged, 0o644); err != nil {
				t.Fatal(err)
			}
			loadKept(t, files, path)
		}
	}
}

// snapshot returns what the files of a folder hold.
func snapshot(t *testing.T, dir string) map[string][]byte {
	t.Helper()
	out := make(map[string][]byte)
	entries, err := os.ReadDir(dir)
	for _, e := range entries {
		if out[e.Name()], err = os.ReadFile(filepath.Join(dir, e.Name())); err != nil {
			break
		}
	}
	if err != nil || len(out) == 0 {
		t.Fatal(out, err)
	}
	return out
}

// restore makes the folder as it was.
func restore(t *testing.T, dir string, files map[string][]byte) {
	t.Helper()
	entries, err := os.ReadDir(dir)
	for _, e := range entries {
		if err == nil {
			err = os.Remove(filepath.Join(dir, e.Name()))
		}
	}
	for name, b := range files {
		if err == nil {
			err = os.WriteFile(filepath.Join(dir, name), b, 0o644)
		}
	}
	if err != nil {
		t.Fatal(err)
	}
}

// TestKeptCannotBe has nowhere to write to.
func TestKeptCannotBe(t *testing.T) {
	folder := filepath.Join(t.TempDir(), "folder")
	if err := os.WriteFile(folder, nil, 0o644); err != nil { // it is a file
		t.Fatal(err)
	}
	path := filepath.Join(folder, "texts")
	problems := loadKept(t, sample(), path)
	i := slices.IndexFunc(problems, func(p Problem) bool { return p.Path == path })
	if i < 0 || !problems[i].Loaded {
		t.Errorf("problems %v say nothing of %s", problems, path)
	}
}

func TestKeptTidies(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "texts")
	for name, age := range map[string]time.Duration{newTexts + "old": 2 * staleTexts, newTexts + "new": 0, "texts.old": 2 * staleTexts, "texts.new": 0} {
		left := filepath.Join(dir, name)
		if err := os.WriteFile(left, nil, 0o644); err != nil {
			t.Fatal(err)
		}
		at := time.Now().Add(-age)
		if err := os.Chtimes(left, at, at); err != nil {
			t.Fatal(err)
		}
	}
	loadKept(t, sample(), path)
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, _, err := LoadKept(ctx, sample(), Aliases{}, path); err == nil {
		t.Error("loaded although it was cancelled")
	}
	var names []string
	left, err := os.ReadDir(dir)
	for _, e := range left {
		if len(e.Name()) < len("texts.0123456789abcdef") { // the volume
			names = append(names, e.Name())
		}
	}
	if want := []string{newTexts + "new", "texts", "texts.new"}; len(left) != len(want)+1 || err != nil || !slices.Equal(names, want) {
		t.Errorf("%v, %v lie there, want %v", names, err, want)
	}
}

// TestKeptByMany loads on several goroutines, as processes would that start at
// once.
func TestKeptByMany(t *testing.T) {
	path := filepath.Join(t.TempDir(), "texts")
	files := sample()
	var g sync.WaitGroup
	for range 8 {
		g.Go(func() {
			c, problems, err := LoadKept(context.Background(), files, Aliases{}, path)
			if err != nil || slices.ContainsFunc(problems, func(p Problem) bool { return p.Path == path }) {
				t.Error(err, problems)
				return
			}
			for _, x := range c.Texts() {
				if s, err := x.Read(Range{0, x.Size()}); err != nil || hashOf([]byte(s)) != x.Hash {
					t.Errorf("%s: %q, %v", x.ID, s, err)
				}
			}
		})
	}
	g.Wait()
	loadKept(t, files, path)
}

// FuzzKept checks that any file is the same parsed and kept.
func FuzzKept(f *testing.F) {
	for _, file := range sample() {
		f.Add(string(file.Data))
	}
	f.Add(strings.Repeat("One is. ", 700))
	dir := f.TempDir()
	f.Fuzz(func(t *testing.T, body string) {
		files := fstest.MapFS{"a.md": {Data: []byte(body)}, "a/b.txt": {Data: []byte(body)}}
		path := filepath.Join(dir, hashOf([]byte(body)))
		defer func() {
			volumes, _ := filepath.Glob(path + ".*")
			for _, name := range append(volumes, path) {
				os.Remove(name)
			}
		}()
		loadKept(t, files, path)
		loadKept(t, files, path)
	})
}
