package keep_test

import (
	"bufio"
	"errors"
	"fmt"
	"io/fs"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	"rapporteur/bot/operate"
	"rapporteur/corpus/ingest"
)

func TestMain(m *testing.M) {
	ingest.Child()
	if dirs := os.Getenv("KEEP_TEST_DIRS"); dirs != "" {
		keepUntilKilled(dirs)
	}
	os.Exit(m.Run())
}

const crashText = "Text %[1]d\n\nThe number of this text is %[1]d, the keeper said. %[2]s\n\nIts end is %[1]d.\n"

// keepUntilKilled adds, removes, reindexes and goes back at random, and says what
// it did once it is done.
func keepUntilKilled(dirs string) {
	dir, data, _ := strings.Cut(dirs, string(filepath.ListSeparator))
	t := new(testing.B)
	s := openShop(t, dir, data)
	fmt.Println("open")
	for {
		n := rand.IntN(8)
		texts, err := s.folder.List(ctx)
		if err != nil {
			fmt.Println("error", err)
		}
		if len(texts) > 10 { // or else there would be more and more
			n = -1
		}
		switch rand.IntN(6) {
		case 0, 1:
			if n < 0 {
				break
			}
			body := fmt.Sprintf(crashText, n, strings.Repeat("So it goes on. ", rand.IntN(200)))
			var a operate.Addition
			if a, err = s.Add(ctx, upload("text.txt", body)); err == nil {
				fmt.Println("added", a.ID)
			}
		case 2:
			id := texts[rand.IntN(len(texts))].ID
			if id == "ferry" {
				break
			}
			if _, err = s.Remove(ctx, id); err == nil {
				fmt.Println("removed", id)
			}
		case 3, 4:
			_, err = s.Reindex(ctx, rand.IntN(5) == 0, nil)
		case 5:
			fmt.Println("returning")
			_, err = s.Rollback(ctx, nil)
		}
		if err != nil && !strings.Contains(err.Error(), "no_such_text") && !strings.Contains(err.Error(), "nothing_before") {
			fmt.Println("error", err)
		}
	}
}

// TestKilled kills a keeper at any moment, a hundred times. Each time folder and
// index must agree, all texts be whole, and what was said to be done be done.
func TestKilled(t *testing.T) {
	rounds := 100
	if testing.Short() {
		rounds = 5
	}
	dir, data := t.TempDir(), t.TempDir()
	write(t, dir, "ferry.md", "---\ntitle: The ferry\n---\nThe ferry to Neverland costs seven crowns, the captain said.\n")
	did, killed := 0, 0
	for range rounds {
		cmd := exec.Command(os.Args[0])
		cmd.Env = append(os.Environ(), "KEEP_TEST_DIRS="+dir+string(filepath.ListSeparator)+data)
		cmd.Stderr = os.Stderr
		out, err := cmd.StdoutPipe()
		if err != nil {
			t.Fatal(err)
		}
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		there := make(map[string]bool) // as the last word about it was
		lines := bufio.NewScanner(out)
		timer := (*time.Timer)(nil)
		for lines.Scan() {
			what, name, _ := strings.Cut(lines.Text(), " ")
			switch what {
			case "open":
				timer = time.AfterFunc(rand.N(400*time.Millisecond), func() { _ = cmd.Process.Kill() })
			case "added", "removed":
				there[name] = what == "added"
				did++
			case "returning": // to what is not known here
				clear(there)
				did++
			case "error":
				t.Errorf("the keeper: %s", name)
			}
		}
		if timer == nil {
			t.Fatal("it did not begin")
		}
		if cmd.Wait() != nil {
			killed++
		}
		inspect(t, dir, data, there)
	}
	if killed < rounds || did < rounds/2 {
		t.Errorf("%d killed, having done %d things", killed, did)
	}
	t.Logf("%d processes killed, which had done %d things", killed, did)
}

// inspect opens what was left, and looks at all of it.
func inspect(t *testing.T, dir, data string, there map[string]bool) {
	t.Helper()
	s := openShop(t, dir, data)
	defer s.close()
	s.agree(t)
	entries, err := s.folder.List(ctx)
	if err != nil {
		t.Fatal(err)
	}
	found := make(map[string]bool)
	for _, e := range entries {
		found[e.ID] = true
		b, err := s.folder.Read(e.ID, "")
		if err != nil {
			t.Fatal(err)
		}
		_, n, _ := strings.Cut(string(b), "The number of this text is ")
		if e.ID != "ferry" && (n == "" || !strings.Contains(n, "Its end is "+n[:1]+".")) {
			t.Errorf("%s is not whole: %.100q", e.ID, b)
		}
		indexed, ok := s.index.Corpus().Text(e.ID)
		if !ok || indexed.Hash != e.Hash {
			t.Errorf("%s is not what is searched", e.ID)
		}
		versions, err := s.folder.Versions(e.ID)
		if err != nil || e.ID != "ferry" && len(versions) == 0 {
			t.Errorf("%s has no versions: %v", e.ID, err)
		}
	}
	// What was added last under a name is there, or what was removed is not,
	// unless the kill came in the midst of the next thing, which may have been
	// done without a word: then it is among the versions.
	lost := 0
	for id, want := range there {
		if found[id] != want {
			lost++
			if v, err := s.folder.Versions(id); err != nil || len(v) == 0 {
				t.Errorf("%s is lost: %v", id, err)
			}
		}
	}
	if lost > 1 {
		t.Errorf("%d texts are not as they were said to be: %v, found %v", lost, there, found)
	}
	if said := s.says(t, question); !strings.Contains(said, "seven crowns") {
		t.Errorf("it says %q", said)
	}
	if left, _ := filepath.Glob(filepath.Join(data, "*", "building-*")); len(left) > 1 {
		t.Errorf("left behind: %v", left)
	}
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

// TestDiskFull fills the disk of the folder, and that of the index.
func TestDiskFull(t *testing.T) {
	dir, data := t.TempDir(), t.TempDir()
	mount(t, dir, "-t", "tmpfs", "-o", "size=1m", "tmpfs")
	mount(t, data, "-t", "tmpfs", "-o", "size=2m", "tmpfs")
	write(t, dir, "ferry.md", "The ferry to Neverland costs seven crowns, the captain said.\n")
	s := openShop(t, dir, data)
	s.reindex(t)
	long := func(n int) string {
		var b strings.Builder
		for i := range n {
			fmt.Fprintf(&b, "Sentence %d is about the %x and the %x of Lunden. ", i, rand.Uint64(), rand.Uint64())
		}
		return b.String()
	}
	_, err := s.Add(ctx, upload("long.txt", long(30000)))
	message(t, err, "ingest_no_room")
	if _, err := s.Add(ctx, upload("short.txt", long(3))); err != nil {
		t.Errorf("the room was not given back: %v", err)
	}
	fill := filepath.Join(data, "fill")
	f, err := os.Create(fill)
	for block := make([]byte, 4096); err == nil; {
		_, err = f.Write(block)
	}
	f.Close()
	_, err = s.Reindex(ctx, true, nil)
	message(t, err, "data_no_room")
	if !strings.Contains(s.says(t, question), "seven crowns") {
		t.Error("it does not answer")
	}
	if err := os.Remove(fill); err != nil {
		t.Fatal(err)
	}
	if got := s.reindex(t); len(got.Added) != 1 {
		t.Errorf("with room again: %+v", got)
	}
	s.agree(t)
}

// TestReadOnly takes away the right to write: to the index, and to the folder.
func TestReadOnly(t *testing.T) {
	realDir, dir, realData, data := t.TempDir(), t.TempDir(), t.TempDir(), t.TempDir()
	write(t, realDir, "ferry.md", "The ferry to Neverland costs seven crowns, the captain said.\n")
	mount(t, dir, "--bind", realDir)
	s := openUnheld(t, dir, realData)
	s.reindex(t)
	s.close()
	mount(t, data, "--bind", realData) // only now: what is open for writing keeps a folder writable
	mount(t, data, "-o", "remount,bind,ro")
	s = openUnheld(t, dir, data)
	write(t, dir, "bridge.txt", "The bridge to Lunden has nine arches, the builder said.\n")
	_, err := s.Reindex(ctx, false, nil)
	message(t, err, "data_read_only")
	if !errors.Is(err, fs.ErrPermission) && !strings.Contains(err.Error(), "read-only") {
		t.Errorf("the cause is lost: %v", err)
	}
	if !strings.Contains(s.says(t, question), "seven crowns") {
		t.Error("it does not answer")
	}
	mount(t, data, "-o", "remount,bind,rw")
	mount(t, dir, "-o", "remount,bind,ro")
	_, err = s.Add(ctx, upload("a.txt", "The tunnel is red."))
	message(t, err, "ingest_read_only")
	// It is searched all the same.
	write(t, realDir, "tunnel.txt", "The painter painted the tunnel red.\n")
	if got := s.reindex(t); len(got.Added) != 2 {
		t.Errorf("got %+v", got)
	}
	if !strings.Contains(s.log.String(), "these texts cannot be gone back to") {
		t.Errorf("the log says %s", s.log.String())
	}
	s.agree(t)
}
