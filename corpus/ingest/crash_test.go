package ingest

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"
)

const (
	churnFolder = "INGEST_TEST_CHURN" // the folder that another process changes until it is killed
	holdFolder  = "INGEST_TEST_HOLD"  // the folder whose lock another process holds
)

func TestMain(m *testing.M) {
	Child()
	if os.Getenv("INGEST_TEST_MDWE") != "" {
		readDenied()
	}
	if dir := os.Getenv(churnFolder); dir != "" {
		if err := churn(dir); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
	}
	if dir := os.Getenv(holdFolder); dir != "" {
		hold(dir)
	}
	code := m.Run()
	if err := pdfs.Close(); err != nil {
		fmt.Fprintln(os.Stderr, err)
		code = max(code, 1)
	}
	os.Exit(code)
}

// files returns the hashes of the texts of a folder, by path.
func files(f *Folder) (map[string]string, error) {
	entries, err := f.List(ctx)
	out := make(map[string]string)
	for _, e := range entries {
		out[e.Path] = e.Hash
	}
	return out, err
}

// step is what another process is about to do: the folder before and after.
type step struct {
	Do            string
	Before, After map[string]string
}

// churn changes a folder at random, and says before each change what it is.
func churn(dir string) error {
	f, err := OpenFolder(dir, Options{Owner: "churn"})
	if err != nil {
		return err
	}
	out := json.NewEncoder(os.Stdout)
	for n := rand.IntN(1000); ; n++ {
		s := step{}
		if s.Before, err = files(f); err != nil {
			return err
		}
		s.After = maps.Clone(s.Before)
		var do func() error
		switch rand.IntN(4) {
		case 0: // several files at once
			snapshots, err := f.Snapshots() // anew: only the last sixteen are kept
			if err != nil {
				return err
			}
			target := snapshots[rand.IntN(len(snapshots))]
			s.Do, s.After = "return", target.Files
			do = func() error { _, err := f.Return(ctx, target.Digest); return err }
		case 1, 2: // a text that becomes Markdown and plain text in turn
			body := fmt.Sprintf("Text number %d is here. The end.", n)
			if n%2 == 0 {
				body = fmt.Sprintf("Text number %d <!-- has --> a comment. The end.", n)
			}
			d := page("https://example.org/flip", "flip", body)
			r, _, err := f.Preview(ctx, d, AddOptions{})
			if err != nil {
				return err
			}
			s.Do = "add"
			delete(s.After, "flip.md")
			delete(s.After, "flip.txt")
			s.After[r.Path] = r.Hash
			do = func() error { _, err := f.Add(ctx, d, AddOptions{}); return err }
		case 3:
			s.Do = "remove"
			path := f.pathOf("flip")
			if path == "" {
				continue
			}
			delete(s.After, path)
			do = func() error { _, err := f.Remove(ctx, "flip"); return err }
		}
		if err := out.Encode(s); err != nil {
			return err
		}
		if err := do(); err != nil {
			return fmt.Errorf("%s: %w", s.Do, err)
		}
	}
}

// TestKilled kills processes while they change a folder, at any moment. It must
// open again as it was before the last change or as it is after, with every
// version there and no text in part.
func TestKilled(t *testing.T) {
	dir := t.TempDir()
	f := openFolder(t, dir)
	for side, n := range map[string]int{"A": 5, "B": 8} {
		for i := range n {
			add(t, f, page(fmt.Sprint("https://example.org/", i), fmt.Sprint("text ", i), "This is side "+side+" of it. The end."), AddOptions{})
		}
		if _, err := f.Snapshot(ctx, nil); err != nil {
			t.Fatal(err)
		}
	}
	rounds := 100
	if testing.Short() {
		rounds = 10
	}
	done := make(map[string]int)
	journals, torn := 0, 0
	for range rounds {
		last := churnAndKill(t, dir)
		if _, err := os.Stat(filepath.Join(dir, ownFolder, journalFile)); err == nil {
			journals++
		}
		if b, err := os.ReadFile(filepath.Join(dir, ownFolder, logFile)); err == nil && !strings.HasSuffix(string(b), "\n") {
			torn++
		}
		f := openFolder(t, dir)
		got, err := files(f)
		if err != nil {
			t.Fatal(err)
		}
		if last.Do != "" && !maps.Equal(got, last.Before) && !maps.Equal(got, last.After) {
			t.Fatalf("killed during %s: neither before nor after\nbefore %v\n after %v\n   got %v", last.Do, last.Before, last.After, got)
		}
		done[last.Do]++
		checkWhole(t, f)
	}
	t.Logf("%d rounds, killed during %v; %d times a change was to be finished, %d times the log was torn", rounds, done, journals, torn)
	if journals == 0 && rounds > 10 {
		t.Error("none was killed in the middle of a change")
	}
}

// churnAndKill lets another process change the folder for a little while. It
// returns the last thing that it set out to do.
func churnAndKill(t *testing.T, dir string) step {
	t.Helper()
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), churnFolder+"="+dir)
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	var complaint strings.Builder
	cmd.Stderr = &complaint
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	in := bufio.NewReader(out)
	first, err := in.ReadBytes('\n')
	if err != nil {
		_ = cmd.Wait()
		t.Fatalf("the other process ended by itself: %s", complaint.String())
	}
	time.AfterFunc(rand.N(60*time.Millisecond), func() { _ = cmd.Process.Kill() })
	rest, _ := io.ReadAll(in)
	_ = cmd.Wait() // was killed
	if complaint.Len() > 0 {
		t.Fatalf("the other process: %s", complaint.String())
	}
	var last step
	for line := range strings.Lines(string(first) + string(rest)) {
		var s step
		if json.Unmarshal([]byte(line), &s) == nil {
			last = s
		}
	}
	return last
}

// checkWhole holds that the folder has no text in part, that nothing lies about,
// and that every version that is told of is there.
func checkWhole(t *testing.T, f *Folder) {
	t.Helper()
	c := load(t, f.Dir())
	for _, x := range c.Texts() {
		if !strings.HasSuffix(x.Body, "The end.\n") {
			t.Errorf("%s ends with %q", x.Path, x.Body[max(0, len(x.Body)-20):])
		}
	}
	for id := range f.history.texts {
		versions, err := f.Versions(id)
		if err != nil {
			t.Error(err)
		}
		for _, v := range versions {
			if _, err := f.Read(id, v.Hash); err != nil {
				t.Errorf("%s: %v", id, err)
			}
		}
	}
	if err := f.change(ctx, func() error { return nil }); err != nil { // whatever is left over is cleared away
		t.Error(err)
	}
	left, err := os.ReadDir(f.own(tmpFolder))
	if err != nil || len(left) > 0 {
		t.Errorf("left over: %v, %v", left, err)
	}
	if _, err := os.Stat(f.own(journalFile)); err == nil {
		t.Error("the journal is there still")
	}
}

// hold takes the lock of a folder, says so and waits to be killed.
func hold(dir string) {
	f, err := OpenFolder(dir, Options{Owner: "rapporteur corpus fetch"})
	if err == nil {
		_, err = f.acquire(context.Background())
	}
	fmt.Println("ready", err)
	time.Sleep(time.Minute)
	runtime.KeepAlive(f)
	os.Exit(1)
}

func TestLocked(t *testing.T) {
	dir := t.TempDir()
	f := openFolder(t, dir)
	add(t, f, page(address, "Harbour", "It opened in 1871."), AddOptions{})
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), holdFolder+"="+dir)
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	if line, err := bufio.NewReader(out).ReadString('\n'); err != nil || line != "ready <nil>\n" {
		t.Fatalf("the other process said %q, %v", line, err)
	}
	_, err = f.Remove(ctx, "harbour")
	if CodeOf(err) != Locked || !strings.Contains(err.Error(), fmt.Sprintf(`"rapporteur corpus fetch", process %d, is changing the corpus since 20`, cmd.Process.Pid)) {
		t.Errorf("%v", err)
	}
	if entries, err := f.List(ctx); err != nil || len(entries) != 1 { // to look is always possible
		t.Errorf("%v, %v", entries, err)
	}
	// The lock falls with its holder.
	_ = cmd.Process.Kill()
	_ = cmd.Wait()
	if _, err := f.Remove(ctx, "harbour"); err != nil {
		t.Error(err)
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

func TestDiskFull(t *testing.T) {
	dir := t.TempDir()
	mount(t, dir, "-t", "tmpfs", "-o", "size=512k", "tmpfs")
	f := openFolder(t, dir)
	add(t, f, page(address, "Harbour", "It opened in 1871. The end."), AddOptions{})
	before, err := files(f)
	if err != nil {
		t.Fatal(err)
	}
	large := page(address, "Harbour", strings.Repeat("The harbour of Lunden is old, the keeper said. ", 20_000)+"The end.")
	_, err = f.Add(ctx, large, AddOptions{})
	if CodeOf(err) != NoRoom || !strings.Contains(err.Error(), dir) || !strings.Contains(err.Error(), "make room") {
		t.Errorf("%v", err)
	}
	if got, err := files(f); err != nil || !maps.Equal(got, before) {
		t.Errorf("changed to %v, %v", got, err)
	}
	// Bit by bit to the last byte: whatever fits, nothing is in part.
	for i := 0; ; i++ {
		_, err := f.Add(ctx, page(fmt.Sprint("https://example.org/", i), fmt.Sprint("text ", i), strings.Repeat("The harbour is old. ", 200)+fmt.Sprint(i)+". The end."), AddOptions{})
		if CodeOf(err) == NoRoom {
			break
		}
		if err != nil || i > 1000 {
			t.Fatalf("%d: %v", i, err)
		}
	}
	for _, x := range load(t, dir).Texts() {
		if !strings.HasSuffix(x.Body, "The end.\n") {
			t.Errorf("%s is there in part", x.Path)
		}
	}
	if _, err := exec.Command("mount", "-o", "remount,size=8m", dir).CombinedOutput(); err != nil {
		t.Skip(err)
	}
	add(t, f, page(address, "Harbour", "It opened in 1872. The end."), AddOptions{})
	checkWhole(t, openFolder(t, dir))
}

func TestReadOnly(t *testing.T) {
	data, dir := t.TempDir(), t.TempDir()
	add(t, openFolder(t, data), page(address, "Harbour", "It opened in 1871."), AddOptions{})
	mount(t, dir, "--bind", data)
	mount(t, dir, "-o", "remount,bind,ro")
	f := openFolder(t, dir)
	if entries, err := f.List(ctx); err != nil || len(entries) != 1 {
		t.Errorf("%v, %v", entries, err)
	}
	for name, do := range map[string]func() error{
		"add": func() error {
			_, err := f.Add(ctx, page("https://example.org/2", "x", "A text."), AddOptions{})
			return err
		},
		"remove":   func() error { _, err := f.Remove(ctx, "harbour"); return err },
		"snapshot": func() error { _, err := f.Snapshot(ctx, nil); return err },
	} {
		if err := do(); CodeOf(err) != ReadOnly || !strings.Contains(err.Error(), "cannot be written to") {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// TestGone takes the folder away from under an open one.
func TestGone(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "texts")
	if err := os.Mkdir(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	f := openFolder(t, dir)
	add(t, f, page(address, "Harbour", "It opened in 1871."), AddOptions{})
	if err := os.RemoveAll(dir); err != nil {
		t.Fatal(err)
	}
	for name, do := range map[string]func() error{
		"add":      func() error { _, err := f.Add(ctx, page(address, "x", "A text."), AddOptions{}); return err },
		"remove":   func() error { _, err := f.Remove(ctx, "harbour"); return err },
		"list":     func() error { _, err := f.List(ctx); return err },
		"versions": func() error { _, err := f.Versions("harbour"); return err },
		"open":     func() error { _, err := OpenFolder(dir, Options{}); return err },
	} {
		if err := do(); CodeOf(err) != Gone || !strings.Contains(err.Error(), "the corpus folder is not there") {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := os.Stat(dir); err == nil {
		t.Error("the folder was made anew")
	}
}

// TestClockBack sets the clock back by a day: the order of versions is that in
// which they came.
func TestClockBack(t *testing.T) {
	dir := t.TempDir()
	clock := start()
	f, err := OpenFolder(dir, Options{Now: clock.now})
	if err != nil {
		t.Fatal(err)
	}
	first := add(t, f, page(address, "Harbour", "It opened in 1871."), AddOptions{})
	one, err := f.Snapshot(ctx, nil)
	if err != nil {
		t.Fatal(err)
	}
	clock.Time = clock.Add(-24 * time.Hour)
	r := add(t, f, page(address, "Harbour", "It opened in 1872."), AddOptions{})
	if len(r.Notes) != 1 || !strings.Contains(r.Notes[0], "the clock of this machine says 2025-12-15T10:00:") || !strings.Contains(r.Notes[0], "set the clock") {
		t.Errorf("%+v", r)
	}
	two, err := f.Snapshot(ctx, nil)
	if err != nil {
		t.Fatal(err)
	}
	if v, err := f.Versions("harbour"); err != nil || v[0].Hash != r.Hash || v[1].Hash != first.Hash {
		t.Errorf("%+v, %v", v, err)
	}
	if s, err := f.Snapshots(); err != nil || s[0].Digest != two.Digest || s[1].Digest != one.Digest {
		t.Errorf("%+v, %v", s, err)
	}
}

// TestTornLog cuts the log anywhere: what stands in it whole is known.
func TestTornLog(t *testing.T) {
	dir := t.TempDir()
	f := openFolder(t, dir)
	first := add(t, f, page(address, "Harbour", "It opened in 1871."), AddOptions{})
	name := filepath.Join(dir, ownFolder, logFile)
	whole, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	for _, cut := range []string{"", "{", string(whole[:len(whole)/2]), strings.TrimSuffix(string(whole), "\n")} {
		if err := os.WriteFile(name, append(append([]byte{}, whole...), cut...), 0o644); err != nil {
			t.Fatal(err)
		}
		f := openFolder(t, dir)
		r := add(t, f, page(address, "Harbour", "It opened in 1872, "+fmt.Sprint(len(cut))+"."), AddOptions{Force: true})
		if v, err := f.Versions("harbour"); err != nil || v[0].Hash != r.Hash || v[len(v)-1].Hash != first.Hash {
			t.Errorf("cut after %d bytes: %+v, %v", len(cut), v, err)
		}
	}
}

// TestDamagedVersion changes a version that is kept.
func TestDamagedVersion(t *testing.T) {
	dir := t.TempDir()
	f := openFolder(t, dir)
	first := add(t, f, page(address, "Harbour", "It opened in 1871."), AddOptions{})
	add(t, f, page(address, "Harbour", "It opened in 1872."), AddOptions{})
	edit(t, dir, ownFolder+"/"+versionsFolder+"/"+first.Hash, "1871", "1873")
	if _, err := f.Restore(ctx, "harbour", first.Hash); CodeOf(err) != Damaged {
		t.Errorf("%v", err)
	}
	if x, _ := load(t, dir).Text("harbour"); !strings.Contains(x.Body, "1872") {
		t.Errorf("%s", x.Body)
	}
}
