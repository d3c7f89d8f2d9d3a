package index_test

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"runtime"
	"strings"
	"testing"
	"time"

	"rapporteur/corpus"
	"rapporteur/index"
)

// hold is the other process: it opens the index, keeps the lock, says so and
// waits to be killed.
func hold(dir string) {
	var x *index.Index
	c, err := corpus.New([]*corpus.Text{text("harbour", "en", harbour)}, corpus.Aliases{})
	if err == nil {
		x, err = index.Open(context.Background(), c, index.Options{Dir: dir, Owner: "rapporteur serve", Hold: true})
	}
	fmt.Println("ready", err)
	time.Sleep(time.Minute)
	runtime.KeepAlive(x) // an index that nothing refers to loses its lock
}

func startHolder(t *testing.T, dir string) *exec.Cmd {
	t.Helper()
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), "INDEX_TEST_HOLD="+dir)
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		cmd.Process.Kill()
		cmd.Wait()
	})
	line, err := bufio.NewReader(out).ReadString('\n')
	if err != nil || !strings.HasPrefix(line, "ready <nil>") {
		t.Fatalf("the other process said %q, %v", line, err)
	}
	return cmd
}

func TestLocked(t *testing.T) {
	dir := t.TempDir()
	other := startHolder(t, dir)
	same := newCorpus(t, nil, text("harbour", "en", harbour))
	changed := newCorpus(t, nil, text("harbour", "en", harbour+" More."))

	// Reading what the other process serves just works.
	x := open(t, same, index.Options{Dir: dir, Hold: true})
	if s := x.Stats(); s.Rebuilt {
		t.Errorf("%+v", s)
	}
	refused := func(what string, f func() error) {
		t.Helper()
		within(t, 2*time.Second, what, func() {
			err := f()
			if !errors.Is(err, index.ErrLocked) {
				t.Fatalf("%s: %v, want ErrLocked", what, err)
			}
			for _, want := range []string{"rapporteur serve", fmt.Sprint("process ", other.Process.Pid), "since 20"} {
				if !strings.Contains(err.Error(), want) {
					t.Errorf("%s: %q does not say %q", what, err, want)
				}
			}
		})
	}
	refused("Open", func() error {
		_, err := index.Open(ctx, changed, index.Options{Dir: dir})
		return err
	})
	refused("Reindex", func() error {
		_, err := x.Reindex(ctx, changed, index.ReindexOptions{})
		return err
	})
	if first(search(t, x, index.Query{Text: question})) == "" {
		t.Error("no hits after a refused Reindex")
	}

	// A killed process holds nothing.
	other.Process.Kill()
	other.Wait()
	if _, err := x.Reindex(ctx, changed, index.ReindexOptions{}); err != nil {
		t.Errorf("after the other process was killed: %v", err)
	}
}
