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
		key, err := s.Refused(ctx, question("%s", user), "discord", "u")
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
			err = handleUntilKilled(s, round, i)
		}
		if err == nil {
			if err = s.Count(ctx, state.Counted{Outcome: state.Answered, Shown: []string{round}}); err == nil {
				fmt.Println("counted", user)
				if err = s.Audit(ctx, state.Entry{Platform: "p", User: user, Action: "a", Outcome: state.Done}); err == nil {
					fmt.Println("audited", user)
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

// batch is how many updates come at once.
const batch = 10

// handleUntilKilled receives a batch, deals with every other update of it, and
// answers a message.
func handleUntilKilled(s *state.Store, round string, i int) error {
	ids, bodies := make([]int64, batch), make([][]byte, batch)
	for j := range ids {
		ids[j] = int64(i*batch + j)
		bodies[j] = fmt.Appendf(nil, "%s %d", round, ids[j])
	}
	fresh, err := s.Receive(ctx, round, ids, bodies)
	if err != nil {
		return err
	}
	fmt.Println("received", round, fresh[0], len(fresh))
	for j := 0; j < batch; j += 2 {
		if err := s.Finish(ctx, round, ids[j]); err != nil {
			return err
		}
		fmt.Println("finished", round, ids[j])
	}
	message := fmt.Sprintf("%s-%d", round, i)
	if err := s.KeepAnswer(ctx, "p", "c", message, nil, ids); err != nil {
		return err
	}
	fmt.Println("answered", message)
	return nil
}

// checkHandled compares what the killed processes received and dealt with to what
// is kept.
func checkHandled(t *testing.T, s *state.Store, round int, acknowledged map[string][]string) {
	t.Helper()
	type update struct{ round, id int }
	finished := map[update]bool{}
	for _, line := range acknowledged["finished"] {
		var u update
		fmt.Sscan(line, &u.round, &u.id)
		finished[u] = true
	}
	inHand := map[update]bool{}
	for r := range round + 1 {
		ids, bodies, err := s.InHand(ctx, fmt.Sprint(r))
		check(t, err)
		for i, id := range ids {
			u := update{r, int(id)}
			inHand[u] = true
			want(t, "body", string(bodies[i]), fmt.Sprintf("%d %d", r, id))
			if finished[u] {
				t.Errorf("%v is in hand after it was finished", u)
			}
		}
		var torn int
		check(t, s.DB().QueryRow("SELECT count(*) FROM (SELECT 1 FROM inbox WHERE account = ? GROUP BY id / ? HAVING count(*) <> ?)",
			fmt.Sprint(r), batch, batch).Scan(&torn))
		want(t, "batches received in part", torn, 0)
	}
	for _, line := range acknowledged["received"] {
		var u update
		var n int
		fmt.Sscan(line, &u.round, &u.id, &n)
		want(t, "updates of a batch that are new", n, batch)
		for i := range batch {
			// Those with odd numbers are never dealt with.
			if id := (update{u.round, u.id + i}); !inHand[id] && id.id%2 != 0 {
				t.Errorf("%v is lost", id)
			}
		}
		fresh, err := s.Receive(ctx, fmt.Sprint(u.round), []int64{int64(u.id), int64(u.id + 1)}, make([][]byte, 2))
		check(t, err)
		want(t, "received again", fresh, nil)
	}
	for _, message := range acknowledged["answered"] {
		_, answers, err := s.KeptAnswer(ctx, "p", "c", message)
		check(t, err)
		want(t, "answers to "+message, len(answers), batch)
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
		stop := 1 + rand.IntN(800) // anywhere in a round of work
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
		checkHandled(t, s, round, acknowledged)
		var entries int
		check(t, s.DB().QueryRow("SELECT count(*) FROM audit").Scan(&entries))
		if n := len(acknowledged["audited"]); entries < n || entries > n+round+1 { // the last of a round may not be acknowledged
			t.Errorf("%d entries in the audit log, %d acknowledged", entries, n)
		}
		// Counts wait in memory, all but the first of a round, and are never doubled.
		var answered, shown, took int
		check(t, s.DB().QueryRow(`SELECT coalesce(sum(times) FILTER (WHERE kind = 'outcome'), 0), coalesce(sum(times) FILTER (WHERE kind = 'shown'), 0),
			coalesce(sum(times) FILTER (WHERE kind = 'took'), 0) FROM counts`).Scan(&answered, &shown, &took))
		if n := len(acknowledged["counted"]); answered > n+round+1 || n > 0 && answered == 0 || shown != answered || took != answered {
			t.Errorf("%d questions, %d times and %d texts are counted, %d acknowledged", answered, took, shown, n)
		}
		var found string
		check(t, s.DB().QueryRow("PRAGMA integrity_check").Scan(&found))
		want(t, "integrity", found, "ok")
		check(t, s.Close())
	}
	for kind, lines := range acknowledged {
		t.Logf("acknowledged: %d %s", len(lines), kind)
	}
}
