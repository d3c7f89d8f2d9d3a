package index_test

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"reflect"
	"runtime"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"rapporteur/corpus"
	"rapporteur/index"
)

// crashing is the corpus that another process indexes until it is killed: see
// TestMain.
func crashing(tb testing.TB) *corpus.Corpus { return made(tb, 6000, 3, "End") }

func buildUntilKilled(dir string) {
	var once sync.Once
	x, err := index.Open(ctx, crashing(new(testing.T)), index.Options{Dir: dir, Progress: func(done, _ int) {
		if done > 0 {
			once.Do(func() { fmt.Println("building") })
		}
	}})
	if err == nil {
		err = x.Close()
	}
	if err != nil {
		fmt.Println(err)
		os.Exit(1)
	}
}

// TestKilled kills processes while they build, at any moment. What was live
// must be served as it was, and the next process must be able to build.
func TestKilled(t *testing.T) {
	if testing.Short() {
		t.Skip("builds an index several times")
	}
	dir := t.TempDir()
	old := newCorpus(t, nil, text("harbour", "en", harbour))
	open(t, old, index.Options{Dir: dir})
	killed := 0
	for i := range 8 {
		cmd := exec.Command(os.Args[0])
		cmd.Env = append(os.Environ(), "INDEX_TEST_BUILD="+dir)
		out, err := cmd.StdoutPipe()
		if err != nil {
			t.Fatal(err)
		}
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		// Once it is building; what is left then takes about a third of a second, so
		// that the first ones do not finish.
		if _, err := out.Read(make([]byte, 1)); err != nil {
			break // it found what an earlier one finished just before its end
		}
		time.Sleep(rand.N(time.Duration(i+1) * 60 * time.Millisecond))
		if err := cmd.Process.Kill(); err != nil {
			t.Fatal(err)
		}
		if cmd.Wait() != nil {
			killed++
		}
		x := open(t, old, index.Options{Dir: dir})
		if x.Stats().Rebuilt || first(search(t, x, index.Query{Text: question})) != "The harbour of Lunden was opened in 1871." {
			t.Errorf("after the kill: %+v", x.Stats())
		}
	}
	if killed == 0 {
		t.Error("none was killed in time")
	}
	c := crashing(t)
	got, want := open(t, c, index.Options{Dir: dir}), open(t, c, index.Options{})
	for _, q := range questions(c, 50) {
		if q := (index.Query{Text: q}); !reflect.DeepEqual(search(t, got, q), search(t, want, q)) {
			t.Errorf("%s: another answer than in memory", q.Text)
		}
	}
	if left, _ := filepath.Glob(filepath.Join(dir, "*", "building-*")); len(left) > 1 {
		t.Errorf("left behind: %v", left)
	}
	t.Logf("%d processes killed", killed)
}

// mount mounts something at a folder, or skips the test.
func mount(t *testing.T, dir string, args ...string) {
	t.Helper()
	if runtime.GOOS != "linux" || os.Getuid() != 0 {
		t.Skip("only root can mount a file system, and this mounts as Linux does")
	}
	if out, err := exec.Command("mount", append(args, dir)...).CombinedOutput(); err != nil {
		t.Skipf("mount: %v: %s", err, out)
	}
	t.Cleanup(func() { _ = exec.Command("umount", "-l", dir).Run() })
}

// TestDiskFull fills the disk while a second corpus is indexed.
func TestDiskFull(t *testing.T) {
	dir := t.TempDir()
	mount(t, dir, "-t", "tmpfs", "-o", "size=2m", "tmpfs")
	x := open(t, newCorpus(t, nil, text("harbour", "en", harbour)), index.Options{Dir: dir})
	_, err := x.Reindex(ctx, made(t, 20000, 3, "End"), index.ReindexOptions{})
	if err == nil || !strings.Contains(err.Error(), dir) || !strings.Contains(err.Error(), "make room on the disk") {
		t.Errorf("error %v", err)
	}
	if first(search(t, x, index.Query{Text: question})) == "" {
		t.Error("the live index does not answer")
	}
	if _, err := x.Reindex(ctx, newCorpus(t, nil, text("harbour", "en", harbour+" More.")), index.ReindexOptions{}); err != nil {
		t.Errorf("the room was not given back: %v", err)
	}
}

// TestReadOnly takes away the right to write under a live index.
func TestReadOnly(t *testing.T) {
	data, dir := t.TempDir(), t.TempDir()
	old := newCorpus(t, nil, text("harbour", "en", harbour))
	open(t, old, index.Options{Dir: data}).Close()
	mount(t, dir, "--bind", data)
	mount(t, dir, "-o", "remount,bind,ro")
	x := open(t, old, index.Options{Dir: dir})
	_, err := x.Reindex(ctx, newCorpus(t, nil, text("harbour", "en", harbour+" More.")), index.ReindexOptions{})
	if err == nil || !errors.Is(err, syscall.EROFS) || !strings.Contains(err.Error(), dir) || !strings.Contains(err.Error(), "make the folder writable") {
		t.Errorf("error %v", err)
	}
	if first(search(t, x, index.Query{Text: question})) == "" {
		t.Error("the live index does not answer")
	}
}
