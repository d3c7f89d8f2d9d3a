package state_test

import (
	"bufio"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"rapporteur/bot/state"
)

// TestMain lets the test binary be the process that TestKilled kills.
func TestMain(m *testing.M) {
	if path := os.Getenv("STATE_TEST_WRITE"); path != "" {
		writeUntilKilled(path, os.Getenv("STATE_TEST_ROUND"))
		return
	}
	os.Exit(m.Run())
}

// writeUntilKilled prints what the store has acknowledged, one line each.
func writeUntilKilled(path, round string) {
	s, err := state.Open(ctx, path, nil)
	if err != nil {
		fmt.Println("error", err)
		return
	}
	for i := 0; ; i++ {
		user := fmt.Sprintf("%s-%d", round, i)
		key, err := s.Refused(ctx, question("%s", user))
		if err == nil {
			fmt.Println("refused", key)
			var id int64
			if id, err = s.Follow(ctx, wish(user, question("q"))); err == nil {
				fmt.Println("follow", user)
				if i%3 == 0 {
					if _, err = s.Claim(ctx, id); err == nil {
						if err = s.Told(ctx, id); err == nil {
							fmt.Println("told", user)
						}
					}
				}
			}
		}
		if err == nil {
			_, err = s.ChangeSettings(ctx, "p", "s", func(s *state.Settings) error { s.Language = user; return nil })
			if err == nil {
				fmt.Println("settings", user)
			}
		}
		if err != nil {
			fmt.Println("error", err)
			return
		}
	}
}

// TestKilled kills processes while they write. Everything they were told is
// kept must be kept, and nothing may be half done.
func TestKilled(t *testing.T) {
	if testing.Short() {
		t.Skip("starts processes and kills them")
	}
	path := filepath.Join(t.TempDir(), state.FileName)
	acknowledged := map[string][]string{}
	for round := range 6 {
		cmd := exec.Command(os.Args[0])
		cmd.Env = append(os.Environ(), "STATE_TEST_WRITE="+path, fmt.Sprint("STATE_TEST_ROUND=", round))
		out, err := cmd.StdoutPipe()
		check(t, err)
		check(t, cmd.Start())
		lines := bufio.NewScanner(out)
		stop := 1 + rand.IntN(400) // anywhere in a round of work
		for n := 0; lines.Scan(); n++ {
			if n == stop {
				time.AfterFunc(rand.N(3*time.Millisecond), func() { cmd.Process.Kill() })
			}
			kind, what, _ := strings.Cut(lines.Text(), " ")
			acknowledged[kind] = append(acknowledged[kind], what)
		}
		if cmd.Wait() == nil {
			t.Fatalf("the process ended by itself: %v", acknowledged["error"])
		}

		s := open(t, path)
		for _, key := range acknowledged["refused"] {
			_, err := s.Question(ctx, key)
			wantErr(t, "question "+key, err, nil)
		}
		left := map[string]bool{}
		rows, err := s.DB().Query("SELECT user FROM follows")
		check(t, err)
		for rows.Next() {
			var user string
			check(t, rows.Scan(&user))
			left[user] = true
		}
		check(t, rows.Err())
		told := map[string]bool{}
		for _, user := range acknowledged["told"] {
			told[user] = true
			want(t, user+" is left after being told", left[user], false)
		}
		for _, user := range acknowledged["follow"] {
			var i, n int
			fmt.Sscanf(user, "%d-%d", &i, &n)
			if n%3 != 0 {
				want(t, user+" is left", left[user], true)
			}
		}
		// The last one may have been written and not acknowledged.
		if last := acknowledged["settings"]; len(last) > 0 {
			settings, err := s.Settings(ctx, "p", "s")
			check(t, err)
			var was, wasN, is, isN int
			fmt.Sscanf(last[len(last)-1], "%d-%d", &was, &wasN)
			fmt.Sscanf(settings.Language, "%d-%d", &is, &isN)
			if is < was || is == was && isN < wasN {
				t.Errorf("settings %s, acknowledged %s", settings.Language, last[len(last)-1])
			}
		}
		var found string
		check(t, s.DB().QueryRow("PRAGMA integrity_check").Scan(&found))
		want(t, "integrity", found, "ok")
		check(t, s.Close())
	}
	t.Logf("acknowledged: %d questions, %d follows, %d told", len(acknowledged["refused"]), len(acknowledged["follow"]), len(acknowledged["told"]))
}
