package index_test

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"rapporteur/corpus"
	"rapporteur/index"
)

// asWhole checks that the index answers as one that is built of the folder at
// once.
func (f *folder) asWhole(x *index.Index, when string, questions []index.Query) {
	f.Helper()
	plain, _, err := corpus.Load(ctx, os.DirFS(f.dir), corpus.Aliases{})
	if err != nil {
		f.Fatal(err)
	}
	whole := open(f, plain, index.Options{})
	defer whole.Close()
	for _, q := range questions {
		if got, want := told(search(f, x, q)), told(search(f, whole, q)); got != want {
			f.Fatalf("%s, %q: got\n%s\nwant\n%s", when, q.Text, got, want)
		}
	}
}

// changing changes a few texts of a folder.
func (f *folder) changing(w *writer) {
	for range 3 {
		f.write(fmt.Sprintf("t%03d.md", w.IntN(40)), w.text())
	}
	_ = os.Remove(filepath.Join(f.dir, fmt.Sprintf("t%03d.md", w.IntN(40)))) // it may be gone
}

// changeUntilKilled is another process, which takes up changes twice.
func changeUntilKilled(dir, data string) {
	w := newWriter(rand.Uint64())
	f := &folder{new(testing.T), dir, index.Options{Dir: data}}
	fmt.Println("begins")
	var x *index.Index
	for range 2 { // with what was there before, as many generations as are kept
		c := f.load(corpus.LoadOptions{})
		var err error
		if x == nil {
			x, err = index.Open(ctx, c, f.o)
		} else {
			_, err = x.Reindex(ctx, c, index.ReindexOptions{})
		}
		if err != nil {
			fmt.Println(err)
			os.Exit(1)
		}
		f.changing(w)
	}
	os.Exit(0)
}

// TestKilledWhileChanging kills processes at any moment while they take up
// changes. What was indexed before must be served as it was, without building,
// and what is in the folder by then must be indexed as if all were built at once.
func TestKilledWhileChanging(t *testing.T) {
	rounds := 100
	if testing.Short() {
		rounds = 10
	}
	f, w := newFolder(t), newWriter(4)
	for i := range 40 {
		f.write(fmt.Sprintf("t%03d.md", i), w.text())
	}
	before := f.load(corpus.LoadOptions{})
	open(t, before, f.o).Close()
	killed, half := 0, 0
	for round := range rounds {
		f.changing(w)
		cmd := exec.Command(os.Args[0])
		cmd.Env = append(os.Environ(), "INDEX_TEST_CHANGE="+f.dir, "INDEX_TEST_DATA="+f.o.Dir)
		out, err := cmd.StdoutPipe()
		if err != nil {
			t.Fatal(err)
		}
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		lines := bufio.NewReader(out)
		if line, err := lines.ReadString('\n'); line != "begins\n" {
			t.Fatalf("the other process said %q, %v", line, err)
		}
		time.Sleep(rand.N(150 * time.Millisecond))
		if err := cmd.Process.Kill(); err != nil {
			t.Fatal(err)
		}
		said, _ := lines.ReadString('\n')
		if err := cmd.Wait(); err != nil && said == "" {
			killed++
		} else if said != "" {
			t.Fatalf("round %d: the other process said %q", round, said)
		}
		left, _ := filepath.Glob(filepath.Join(f.o.Dir, "*", "building-*"))
		half += len(left)
		x := open(t, before, f.o)
		if x.Stats().Rebuilt {
			t.Errorf("round %d: what was indexed before is built again", round)
		}
		before = f.load(corpus.LoadOptions{})
		reindex(t, x, before, index.ReindexOptions{})
		f.asWhole(x, fmt.Sprint("round ", round), w.questions(5))
		x.Close()
		if left, _ := filepath.Glob(filepath.Join(f.o.Dir, "*", "building-*")); len(left) > 0 && x.Stats().Rebuilt {
			t.Errorf("round %d: %v are still there", round, left)
		}
	}
	t.Logf("%d processes killed, %d indexes half built", killed, half)
	if killed == 0 {
		t.Error("none was killed in time")
	}
}

// TestCorrupted flips a byte of each file in the data folder in turn, and then
// takes up a change, in the process that is searching and in another one.
func TestCorrupted(t *testing.T) {
	f, w := newFolder(t), newWriter(5)
	for i := range 40 {
		f.write(fmt.Sprintf("t%03d.md", i), w.text())
	}
	var log bytes.Buffer
	f.o.Logger = slog.New(slog.NewTextHandler(&log, nil))
	x := open(t, f.load(corpus.LoadOptions{}), f.o)
	change := func() *corpus.Corpus {
		f.changing(w)
		return f.load(corpus.LoadOptions{Previous: x.Corpus()})
	}
	reindex(t, x, change(), index.ReindexOptions{})
	kinds := make(map[string]int)
	for round := range 2 {
		for _, name := range files(t, f.o.Dir) {
			base := filepath.Base(name)
			b, err := os.ReadFile(name)
			if errors.Is(err, fs.ErrNotExist) || base == "lock" || base == "holder.json" || len(b) == 0 {
				continue // pruned by now
			}
			b[w.IntN(len(b))] ^= 0x10
			if err := os.WriteFile(name, b, 0o644); err != nil {
				t.Fatal(err)
			}
			log.Reset()
			rel, _ := filepath.Rel(f.o.Dir, name)
			if strings.Contains(rel, "texts.") {
				base = "texts.*"
			}
			kinds[base]++
			if round == 0 {
				reindex(t, x, change(), index.ReindexOptions{})
			} else {
				x.Close()
				x = open(t, f.load(corpus.LoadOptions{}), f.o)
			}
			f.asWhole(x, "after damage to "+rel, w.questions(8))
			live := x.Generations()
			if len(live) == 0 || !live[0].Live && !live[min(1, len(live)-1)].Live {
				t.Errorf("after damage to %s: %+v", rel, live)
			}
			if said := log.String(); x.Opened().Full && round == 1 && !strings.Contains(said, "unusable") && !strings.Contains(said, "cannot be changed") && base != "stamp.json" {
				t.Errorf("after damage to %s all is built and nothing said: %s", rel, said)
			}
		}
	}
	for _, kind := range []string{"stamp.json", "terms", "forms", "texts", "texts.*", "root.bolt", "index_meta.json", "000000000002.zap"} {
		if kinds[kind] == 0 {
			t.Errorf("no %s was damaged, of %v", kind, kinds)
		}
	}
}

// TestCorruptedIsSaid damages what is served, and starts anew.
func TestCorruptedIsSaid(t *testing.T) {
	f, w := newFolder(t), newWriter(6)
	for i := range 40 {
		f.write(fmt.Sprintf("t%03d.md", i), w.text())
	}
	var log bytes.Buffer
	f.o.Logger = slog.New(slog.NewTextHandler(&log, nil))
	open(t, f.load(corpus.LoadOptions{}), f.o).Close()
	zaps, _ := filepath.Glob(filepath.Join(f.o.Dir, "*", "*", "part-0", "store", "*.zap"))
	if len(zaps) != 1 {
		t.Fatal(zaps)
	}
	b, err := os.ReadFile(zaps[0])
	if err != nil {
		t.Fatal(err)
	}
	b[len(b)/2] ^= 1
	if err := os.WriteFile(zaps[0], b, 0o644); err != nil {
		t.Fatal(err)
	}
	x := open(t, f.load(corpus.LoadOptions{}), f.o)
	if said := log.String(); !x.Opened().Full || !strings.Contains(said, "unusable") || !strings.Contains(said, "has changed since it was written") || !strings.Contains(said, f.o.Dir) {
		t.Errorf("built in full: %v; said %s", x.Opened().Full, said)
	}
	f.asWhole(x, "after damage", w.questions(8))
}

// TestNoRoom takes up changes on a disk that is full, and when there is room.
func TestNoRoom(t *testing.T) {
	f, w := newFolder(t), newWriter(7)
	mount(t, f.o.Dir, "-t", "tmpfs", "-o", "size=4m", "tmpfs")
	for i := range 40 {
		f.write(fmt.Sprintf("t%03d.md", i), w.text())
	}
	x := open(t, f.load(corpus.LoadOptions{}), f.o)
	ballast := filepath.Join(f.o.Dir, "ballast")
	if err := os.WriteFile(ballast, make([]byte, 8<<20), 0o644); !errors.Is(err, syscall.ENOSPC) {
		t.Fatal(err)
	}
	f.changing(w)
	c, problems, err := corpus.LoadKept(ctx, os.DirFS(f.dir), corpus.Aliases{}, f.o.Texts())
	if err != nil || len(problems) != 1 || !problems[0].Loaded || !errors.Is(problems[0].Err, syscall.ENOSPC) || !strings.Contains(problems[0].Error(), f.o.Texts()) {
		t.Errorf("%v, %v", problems, err)
	}
	_, err = x.Reindex(ctx, c, index.ReindexOptions{})
	if err == nil || !errors.Is(err, syscall.ENOSPC) || !strings.Contains(err.Error(), f.o.Dir) || !strings.Contains(err.Error(), "make room on the disk") {
		t.Errorf("error %v", err)
	}
	if len(search(t, x, index.Query{Text: "What did Zelensky say of the harbour?"}).Hits) == 0 {
		t.Error("the live index does not answer")
	}
	if err := os.Remove(ballast); err != nil {
		t.Fatal(err)
	}
	reindex(t, x, f.load(corpus.LoadOptions{}), index.ReindexOptions{})
	f.asWhole(x, "with room again", w.questions(8))
}

// TestClockSetBack lets all that was written lie in the future.
func TestClockSetBack(t *testing.T) {
	f, w := newFolder(t), newWriter(8)
	for i := range 120 {
		f.write(fmt.Sprintf("t%03d.md", i), w.text())
	}
	x := open(t, f.load(corpus.LoadOptions{}), f.o)
	for i := range 6 {
		future := time.Now().Add(time.Duration(48-i) * time.Hour) // what is older lies further ahead
		for _, dir := range []string{f.dir, f.o.Dir} {
			err := filepath.WalkDir(dir, func(p string, _ fs.DirEntry, err error) error {
				if err == nil {
					if info, err := os.Stat(p); err == nil && info.ModTime().After(time.Now()) {
						return nil
					}
					err = os.Chtimes(p, future, future)
				}
				return err
			})
			if err != nil {
				t.Fatal(err)
			}
		}
		before := x.Corpus().Digest()
		f.changing(w)
		c, _, err := corpus.LoadWith(ctx, os.DirFS(f.dir), corpus.Aliases{}, corpus.LoadOptions{Kept: f.o.Texts(), Previous: x.Corpus()})
		if err != nil {
			t.Fatal(err)
		}
		if r := reindex(t, x, c, index.ReindexOptions{}); r.Full {
			t.Errorf("built in full: %+v", r)
		}
		f.asWhole(x, "by a clock that was set back", w.questions(8))
		g := x.Generations()
		if len(g) != min(3, i+2) || !g[0].Live || g[1].Digest != before {
			t.Errorf("kept are %+v", g)
		}
	}
}

// TestFolderRemoved takes the corpus folder away while it is searched.
func TestFolderRemoved(t *testing.T) {
	f := newFolder(t)
	f.write("harbour.md", harbour)
	x := open(t, f.load(corpus.LoadOptions{}), f.o)
	if err := os.RemoveAll(f.dir); err != nil {
		t.Fatal(err)
	}
	_, _, err := corpus.LoadWith(ctx, os.DirFS(f.dir), corpus.Aliases{}, corpus.LoadOptions{Kept: f.o.Texts(), Previous: x.Corpus()})
	if !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("error %v", err)
	}
	said, id := hit(t, x, question)
	if said != "The harbour of Lunden was opened in 1871." {
		t.Errorf("answers %q", said)
	}
	text, _ := x.Corpus().Text(id)
	if _, err := text.Stored(text.Passages[0].Sentences[0]); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("a quote that stands nowhere may be sent: %v", err)
	}
	f.write("harbour.md", harbour)
	reindex(t, x, f.load(corpus.LoadOptions{Previous: x.Corpus()}), index.ReindexOptions{})
}

// TestOldFormat finds what a version before this one left: it is built anew
// without fuss, and removed in time.
func TestOldFormat(t *testing.T) {
	f := newFolder(t)
	f.write("harbour.md", harbour)
	home := filepath.Dir(f.o.Texts())
	var log bytes.Buffer
	f.o.Logger = slog.New(slog.NewTextHandler(&log, &slog.HandlerOptions{Level: slog.LevelWarn}))
	for i := range 3 {
		old := filepath.Join(home, fmt.Sprintf("%016x", i), "part-0", "store")
		err := errors.Join(os.MkdirAll(old, 0o755),
			os.WriteFile(filepath.Join(old, "000000000002.zap"), []byte("zap"), 0o644),
			os.WriteFile(filepath.Join(home, fmt.Sprintf("%016x", i), "stamp.json"), []byte(`{"version":7,"digest":"d","passages":1,"built":"2025-12-16T10:30:00Z","files":[]}`), 0o644),
			os.WriteFile(f.o.Texts(), []byte("rapporteur texts 1\nThe text."+strings.Repeat("\x00", 40)), 0o644))
		if err != nil {
			t.Fatal(err)
		}
	}
	x := open(t, f.load(corpus.LoadOptions{}), f.o)
	if said, _ := hit(t, x, question); said != "The harbour of Lunden was opened in 1871." {
		t.Errorf("answers %q", said)
	}
	if log.Len() > 0 {
		t.Errorf("the log says %s", log.String())
	}
	for i := range 3 {
		f.write("harbour.md", harbour+strings.Repeat(" More.", i+1))
		reindex(t, x, f.load(corpus.LoadOptions{}), index.ReindexOptions{})
	}
	if left, _ := filepath.Glob(filepath.Join(home, "0000000000*")); len(left) > 0 {
		t.Errorf("%v are still there", left)
	}
}
