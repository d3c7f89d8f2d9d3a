package state_test

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"rapporteur/bot/state"
)

// says fails unless the error says all of these.
func says(tb testing.TB, err error, parts ...string) {
	tb.Helper()
	if err == nil {
		tb.Fatalf("no error, want one that says %q", parts)
	}
	for _, p := range parts {
		if !strings.Contains(err.Error(), p) {
			tb.Errorf("error %q does not say %q", err, p)
		}
	}
}

// full makes a store in a file with something of everything.
func full(tb testing.TB) (path string) {
	tb.Helper()
	path = filepath.Join(tb.TempDir(), state.FileName)
	s := open(tb, path)
	_, err := s.ChangeSettings(ctx, "discord", "1", func(s *state.Settings) error { s.Language = "uk"; return nil })
	check(tb, err)
	for i := range 200 {
		_, err = s.Refused(ctx, question("What did dinner %d cost? %s", i, strings.Repeat("x", 300)), "discord", "u")
		check(tb, err)
	}
	_, err = s.Follow(ctx, wish("u", question("q")))
	check(tb, err)
	check(tb, s.Feedback(ctx, state.Feedback{Platform: "discord", User: "u", Message: "1", Helpful: true}))
	receive(tb, s, account, 9, 7, 8)
	check(tb, s.Finish(ctx, account, 7))
	check(tb, s.KeepAnswer(ctx, "telegram", "-5", "1", []byte("asked"), []int64{7, 8}))
	check(tb, s.Close())
	return path
}

// whole checks that what full made is there.
func whole(tb testing.TB, s *state.Store) {
	tb.Helper()
	settings, err := s.Settings(ctx, "discord", "1")
	check(tb, err)
	want(tb, "language", settings.Language, "uk")
	want(tb, "follows", len(waiting(tb, s)), 1)
	helpful, _, err := s.FeedbackCount(ctx)
	check(tb, err)
	want(tb, "feedback", helpful, 1)
	var refused int
	check(tb, s.DB().QueryRow("SELECT count(*) FROM refused").Scan(&refused))
	want(tb, "refused", refused, 200)
	want(tb, "in hand", inHand(tb, s, account), []int64{9, 8})
	_, answers, err := s.KeptAnswer(ctx, "telegram", "-5", "1")
	check(tb, err)
	want(tb, "answers", answers, []int64{7, 8})
}

func backups(tb testing.TB, path string) []string {
	tb.Helper()
	names, err := filepath.Glob(path + ".v*.bak")
	check(tb, err)
	return names
}

func TestReopen(t *testing.T) {
	path := full(t)
	s := open(t, path)
	whole(t, s)
	// The key of the hashes is the same: the verdict is replaced.
	check(t, s.Feedback(ctx, state.Feedback{Platform: "discord", User: "u", Message: "1"}))
	h, not, err := s.FeedbackCount(ctx)
	check(t, err)
	want(t, "feedback", [2]int{h, not}, [2]int{0, 1})
	want(t, "backups without a migration", len(backups(t, path)), 0)
	check(t, s.Close())
	check(t, s.Close())
	if _, err := s.Settings(ctx, "discord", "1"); err == nil {
		t.Error("no error of a closed store")
	}
}

// TestPragmas looks at what every connection must have.
func TestPragmas(t *testing.T) {
	s := open(t, filepath.Join(t.TempDir(), state.FileName))
	for pragma, value := range map[string]string{"journal_mode": "wal", "busy_timeout": "5000", "synchronous": "2",
		"foreign_keys": "1", "secure_delete": "1", "trusted_schema": "0", "user_version": fmt.Sprint(state.Version())} {
		var got string
		check(t, s.DB().QueryRow("PRAGMA "+pragma).Scan(&got))
		want(t, pragma, got, value)
	}
}

func TestModes(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("no such modes")
	}
	dir := filepath.Join(t.TempDir(), "a", "b")
	path := filepath.Join(dir, state.FileName)
	s := open(t, path)
	_, err := s.Refused(ctx, question("q"), "discord", "u")
	check(t, err)
	entries, err := os.ReadDir(dir)
	check(t, err)
	var names []string
	for _, e := range entries {
		info, err := e.Info()
		check(t, err)
		want(t, e.Name(), info.Mode().Perm(), 0o600)
		names = append(names, e.Name())
	}
	want(t, "files", names, []string{"state.db", "state.db-shm", "state.db-wal", "state.db.lock"})
	info, err := os.Stat(dir)
	check(t, err)
	want(t, "folder", info.Mode().Perm(), 0o700)

	check(t, s.Close())
	check(t, os.Chmod(path, 0o644))
	open(t, path)
	info, err = os.Stat(path)
	check(t, err)
	want(t, "a file that others could read", info.Mode().Perm(), 0o600)
}

// TestPaths uses names that mean something in an address.
func TestPaths(t *testing.T) {
	dir := t.TempDir()
	for _, name := range []string{"a b", "100%41", "what?mode=memory", "a#b", "file:x", "Дані", "a&b;c=d+e"} {
		path := filepath.Join(dir, name, "s?t%41.db")
		check(t, open(t, path).Close())
		if _, err := os.Stat(path); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		info, err := os.ReadDir(filepath.Dir(path))
		check(t, err)
		want(t, "files beside "+path, len(info), 2) // it and its lock
	}
	t.Chdir(dir)
	check(t, open(t, "relative.db").Close())
	if _, err := os.Stat(filepath.Join(dir, "relative.db")); err != nil {
		t.Error(err)
	}
}

// TestLocked opens a file twice. That two processes lock each other out is the
// operating system's doing; TestKilled shows that a dead one does not.
func TestLocked(t *testing.T) {
	path := filepath.Join(t.TempDir(), state.FileName)
	s := open(t, path)
	_, err := state.Open(ctx, path, nil)
	wantErr(t, "second", err, state.ErrLocked)
	says(t, err, path, "end that process")
	check(t, s.Close())
	open(t, path)
}

// TestUnusable opens what is no store.
func TestUnusable(t *testing.T) {
	execute := func(t *testing.T, path, statement string) {
		db, err := sql.Open("sqlite", path)
		check(t, err)
		_, err = db.Exec(statement)
		check(t, errors.Join(err, db.Close()))
	}
	write := func(t *testing.T, path string, b []byte) { check(t, os.WriteFile(path, b, 0o600)) }
	tests := []struct {
		name string
		make func(t *testing.T, path string)
		says []string
	}{
		{"text", func(t *testing.T, path string) { write(t, path, []byte(strings.Repeat("no database\n", 1000))) },
			[]string{"damaged", "move it away", "no backup"}},
		{"zeros", func(t *testing.T, path string) { write(t, path, make([]byte, 8192)) }, nil},
		{"cut off", func(t *testing.T, path string) { check(t, os.Truncate(path, 3*4096+100)) },
			[]string{"damaged", "move it away"}},
		{"garbled", func(t *testing.T, path string) {
			b, err := os.ReadFile(path)
			check(t, err)
			for i := 4096; i < len(b); i += 7 {
				b[i] ^= 0x5a
			}
			write(t, path, b)
		}, []string{"damaged", "move it away"}},
		{"garbled, with backups", func(t *testing.T, path string) {
			write(t, path, []byte(strings.Repeat("no database\n", 1000)))
			write(t, path+".v9-20251123T101112Z.bak", nil)
			write(t, path+".v10-20261123T101112Z.bak", nil)
			write(t, path+".v1-20240101T000000Z.bak.txt", nil)
		}, []string{"damaged", "the newest backup is ", ".v10-20261123T101112Z.bak"}},
		{"newer", func(t *testing.T, path string) { execute(t, path, "PRAGMA user_version = 1000") },
			[]string{"newer version", "1000", "no backup"}},
		{"another program's", func(t *testing.T, path string) {
			check(t, os.Remove(path))
			execute(t, path, "CREATE TABLE mail (x)")
		}, []string{"another program"}},
		{"another program's, with a version", func(t *testing.T, path string) {
			check(t, os.Remove(path))
			execute(t, path, "CREATE TABLE mail (x); PRAGMA user_version = 1")
		}, []string{"another program"}},
		{"a folder", func(t *testing.T, path string) {
			check(t, os.Remove(path))
			check(t, os.Mkdir(path, 0o700))
		}, []string{"cannot be written"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			path := full(t)
			tt.make(t, path)
			before, _ := os.ReadFile(path)
			s, err := state.Open(ctx, path, nil)
			if err == nil {
				s.Close()
			}
			says(t, err, append(tt.says, "state: ", path)...)
			after, _ := os.ReadFile(path)
			want(t, "the file was touched", !slices.Equal(before, after), false)
			// What the error advises must work.
			check(t, os.Rename(path, path+".away"))
			open(t, path)
		})
	}
	t.Run("folder below a file", func(t *testing.T) {
		path := filepath.Join(full(t), "x", state.FileName)
		_, err := state.Open(ctx, path, nil)
		says(t, err, path, "cannot be made")
	})
	t.Run("an empty file is a new store", func(t *testing.T) {
		path := filepath.Join(t.TempDir(), state.FileName)
		write(t, path, nil)
		open(t, path)
	})
	t.Run("cancelled", func(t *testing.T) {
		stopped, cancel := context.WithCancel(ctx)
		cancel()
		path := full(t)
		_, err := state.Open(stopped, path, nil)
		wantErr(t, "cancelled", err, context.Canceled)
		whole(t, open(t, path)) // the lock was given back
	})
}

func TestMigrate(t *testing.T) {
	const add, broken = "ALTER TABLE refused ADD COLUMN lang TEXT NOT NULL DEFAULT ''", "CREATE TABLE more (x); CREATE TABLE more (y)"
	columns := func(s *state.Store) (n int) {
		check(t, s.DB().QueryRow("SELECT count(*) FROM pragma_table_info('refused') WHERE name = 'lang'").Scan(&n))
		return n
	}

	t.Run("new", func(t *testing.T) {
		path := filepath.Join(t.TempDir(), state.FileName)
		s, err := state.OpenWith(ctx, path, add)
		check(t, err)
		defer s.Close()
		want(t, "columns", columns(s), 1)
		want(t, "backups", len(backups(t, path)), 0)
	})

	t.Run("old", func(t *testing.T) {
		path := full(t)
		s, err := state.OpenWith(ctx, path, add)
		check(t, err)
		defer s.Close()
		whole(t, s)
		want(t, "columns", columns(s), 1)
		made := backups(t, path)
		if len(made) != 1 {
			t.Fatalf("backups: %v", made)
		}
		if runtime.GOOS != "windows" {
			info, err := os.Stat(made[0])
			check(t, err)
			want(t, "mode of the backup", info.Mode().Perm(), 0o600)
		}
		if left, _ := filepath.Glob(path + "*new*"); left != nil {
			t.Errorf("left: %v", left)
		}
		check(t, s.Close())
		_, err = state.Open(ctx, path, nil)
		says(t, err, path, "newer version", made[0])

		// Back to the old program, as that error says.
		check(t, os.Rename(made[0], path))
		s = open(t, path)
		whole(t, s)
		want(t, "columns of the backup", columns(s), 0)
	})

	t.Run("fails midway", func(t *testing.T) {
		path := full(t)
		_, err := state.OpenWith(ctx, path, add, broken)
		says(t, err, path, fmt.Sprint("change to schema ", state.Version()+2), "left as it was")
		want(t, "backups", len(backups(t, path)), 0)
		s := open(t, path) // the old program
		whole(t, s)
		want(t, "columns", columns(s), 0)
	})

	t.Run("keeps three backups", func(t *testing.T) {
		path := full(t)
		// A later schema has a later backup; v10 comes before v9 as a word.
		old := []string{".v8-20200101T000000Z.bak", ".v9-20210101T000000Z.bak", ".v9-20210101T000000Z-2.bak", ".v10-20220101T000000Z.bak"}
		for _, name := range append(old, ".mine.bak", ".v1-20200101.bak") {
			check(t, os.WriteFile(path+name, nil, 0o600))
		}
		s, err := state.OpenWith(ctx, path, add)
		check(t, err)
		defer s.Close()
		made := backups(t, path)
		want(t, "those of other names stay", slices.Contains(made, path+".v1-20200101.bak"), true)
		for i, kept := range []bool{false, false, true, true} {
			want(t, old[i]+" kept", slices.Contains(made, path+old[i]), kept)
		}
		want(t, "files", len(made), 4)
	})

	t.Run("never overwrites", func(t *testing.T) {
		path := full(t)
		// Whatever second it is, these names are taken.
		now := time.Now().UTC()
		for i := range 60 {
			name := fmt.Sprintf("%s.v%d-%s.bak", path, state.Version(), now.Add(time.Duration(i)*time.Second).Format("20060102T150405Z"))
			check(t, os.WriteFile(name, []byte("mine"), 0o600))
		}
		s, err := state.OpenWith(ctx, path, add)
		check(t, err)
		defer s.Close()
		second := 0
		for _, name := range backups(t, path) {
			b, err := os.ReadFile(name)
			check(t, err)
			if string(b) != "mine" {
				second++
			}
		}
		want(t, "backups of ours", second, 1)
	})
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

// TestDiskFull fills the disk. What was acknowledged stays, and once there is
// room the store works on.
func TestDiskFull(t *testing.T) {
	dir := t.TempDir()
	mount(t, dir, "-t", "tmpfs", "-o", "size=1m", "tmpfs")
	path := filepath.Join(dir, state.FileName)
	s := open(t, path)
	check(t, os.WriteFile(filepath.Join(dir, "ballast"), make([]byte, 400<<10), 0o600))
	var keys []string
	var err error
	for i := 0; err == nil; i++ {
		var key string
		if key, err = s.Refused(ctx, question("%d %s", i, strings.Repeat("x", 2000)), "discord", "u"); err == nil {
			keys = append(keys, key)
		}
	}
	says(t, err, path, "make room on the disk")
	for _, key := range keys {
		_, err := s.Question(ctx, key)
		wantErr(t, "when the disk is full", err, nil)
	}
	check(t, os.Remove(filepath.Join(dir, "ballast")))
	_, err = s.Refused(ctx, question("new"), "discord", "u")
	check(t, err)
	check(t, s.Close())

	// A migration that has no room for its backup changes nothing.
	fill(t, filepath.Join(dir, "rest"))
	for _, later := range []string{"", "CREATE TABLE more (x)"} {
		_, err = state.OpenWith(ctx, path, later)
		says(t, err, path, "make room on the disk")
	}
	_, err = state.Open(ctx, filepath.Join(dir, "new.db"), nil)
	says(t, err, filepath.Join(dir, "new.db"), "make room on the disk")
	want(t, "backups", len(backups(t, path)), 0)
	check(t, os.Remove(filepath.Join(dir, "rest")))
	s = open(t, path)
	want(t, "kept before the disk was full", len(keys) > 10, true)
	for _, key := range keys {
		_, err := s.Question(ctx, key)
		wantErr(t, "after the disk was full", err, nil)
	}
}

// fill takes what room a disk has left.
func fill(t *testing.T, path string) {
	t.Helper()
	f, err := os.Create(path)
	check(t, err)
	defer f.Close()
	for err == nil {
		_, err = f.Write(make([]byte, 4096))
	}
}

func TestReadOnly(t *testing.T) {
	t.Run("disk", func(t *testing.T) {
		dir := t.TempDir()
		mount(t, dir, "-t", "tmpfs", "tmpfs")
		path := filepath.Join(dir, state.FileName)
		check(t, open(t, path).Close())
		if out, err := exec.Command("mount", "-o", "remount,ro", dir).CombinedOutput(); err != nil {
			t.Skipf("mount: %v: %s", err, out)
		}
		for _, path := range []string{path, filepath.Join(dir, "new.db"), filepath.Join(dir, "a", "new.db")} {
			_, err := state.Open(ctx, path, nil)
			says(t, err, path, "read-only", "write to")
		}
	})
	t.Run("folder", func(t *testing.T) {
		if runtime.GOOS == "windows" || os.Getuid() == 0 {
			t.Skip("nothing is forbidden to root, and Windows has other rules")
		}
		dir := t.TempDir()
		check(t, os.Chmod(dir, 0o500))
		path := filepath.Join(dir, state.FileName)
		_, err := state.Open(ctx, path, nil)
		says(t, err, path, "permission denied", "write to its folder")
	})
}

// TestForgetBytes looks for a person in the files themselves.
func TestForgetBytes(t *testing.T) {
	path := filepath.Join(t.TempDir(), state.FileName)
	s := open(t, path)
	person, asked := "user-4711-id", "what was for dinner"
	found := func(needle string) []string { return found(t, path, needle) }
	check(t, s.Feedback(ctx, state.Feedback{Platform: "discord", User: person, Message: "chat-9:77", Helpful: true}))
	check(t, s.Block(ctx, "discord", person))
	_, err := s.Refused(ctx, question("refused"), "discord", "u")
	check(t, err)
	want(t, "person with feedback and a block", found(person), nil)
	want(t, "message with feedback", found("chat-9:77"), nil)
	_, err = s.Follow(ctx, wish(person, question("%s", asked)))
	check(t, err)
	if len(found(person)) == 0 || len(found(asked)) == 0 {
		t.Fatal("a follow is not found in the files: the test does not look")
	}
	_, err = s.ChangeSettings(ctx, "discord", person, func(s *state.Settings) error { s.Language = "uk"; return nil })
	check(t, err)
	_, err = s.ChangeSettings(ctx, "telegram", "another", func(s *state.Settings) error { s.Language = "uk"; return nil })
	check(t, err)
	forget(t, s, "discord", person)
	want(t, "person, forgotten", found(person), nil)
	want(t, "question, forgotten", found(asked), nil)
	var rows int
	check(t, s.DB().QueryRow("SELECT (SELECT count(*) FROM follows) + (SELECT count(*) FROM blocks) + (SELECT count(*) FROM feedback)").Scan(&rows))
	want(t, "rows", rows, 0)
	others, err := s.Settings(ctx, "telegram", "another")
	check(t, err)
	want(t, "others' settings", others.Language, "uk")
}

// TestOutside copies the file from outside while it is in use, as the README
// tells operators to.
func TestOutside(t *testing.T) {
	path := full(t)
	s := open(t, path)
	_, err := s.Follow(ctx, wish("v", question("not yet in the file but in its log")))
	check(t, err)
	db, err := sql.Open("sqlite", path)
	check(t, err)
	away := filepath.Join(t.TempDir(), "copy.db")
	_, err = db.Exec("VACUUM INTO ?", away)
	check(t, errors.Join(err, db.Close()))
	_, err = s.Follow(ctx, wish("v", question("after the copy")))
	check(t, err)
	check(t, s.Close())

	check(t, os.Rename(away, path))
	s = open(t, path)
	want(t, "follows in the copy", len(waiting(t, s)), 2)
}

// TestCancelled gives up while things are being written, in memory too, where
// losing the connection would lose everything.
func TestCancelled(t *testing.T) {
	everywhere(t, func(t *testing.T, s *state.Store) {
		key, err := s.Refused(ctx, question("first"), "discord", "u")
		check(t, err)
		stopped, cancel := context.WithCancel(ctx)
		cancel()
		_, err = s.Refused(stopped, question("q"), "discord", "u")
		wantErr(t, "refused", err, context.Canceled)
		_, err = s.Settings(stopped, "p", "s")
		wantErr(t, "settings", err, context.Canceled)
		_, err = s.Follow(stopped, wish("u", question("q")))
		wantErr(t, "follow", err, context.Canceled)
		for i := range 200 {
			stopped, cancel := context.WithCancel(ctx)
			go cancel()
			if i%2 == 0 {
				_, err = s.Follow(stopped, wish(fmt.Sprint(i), question("q")))
			} else {
				_, err = s.ChangeSettings(stopped, "p", "s", func(s *state.Settings) error {
					s.Sources = append(s.Sources, "x")
					cancel()
					return nil
				})
			}
			if err != nil && !errors.Is(err, context.Canceled) {
				t.Errorf("round %d: %v", i, err)
			}
			cancel()
		}
		settings, err := s.Settings(ctx, "p", "s")
		check(t, err)
		want(t, "changes that were given up", len(settings.Sources), 0)
		_, err = s.Question(ctx, key)
		wantErr(t, "the first", err, nil)
	})
}
