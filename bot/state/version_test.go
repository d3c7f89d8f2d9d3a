package state_test

import (
	"database/sql"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"time"

	"rapporteur/bot/state"
)

// old makes the file that a program with an older schema left.
func old(tb testing.TB, name string) (path string) {
	tb.Helper()
	script, err := os.ReadFile(filepath.Join("testdata", name))
	check(tb, err)
	path = filepath.Join(tb.TempDir(), state.FileName)
	db, err := sql.Open("sqlite", path)
	check(tb, err)
	_, err = db.Exec(string(script))
	check(tb, errors.Join(err, db.Close()))
	return path
}

// TestVersion1 opens a file of the first version: all of it is still there, and
// what is new works.
func TestVersion1(t *testing.T) {
	path := old(t, "v1.sql")
	s := open(t, path)
	made := backups(t, path)
	if len(made) != 1 {
		t.Fatalf("backups: %v", made)
	}
	isVersion1(t, s)
	want(t, "received", receive(t, s, account, 1, 2), []int64{1, 2})
	check(t, s.KeepAnswer(ctx, "telegram", "-500", "1", nil, []int64{2}))
	check(t, s.Move(ctx, "telegram", "-500", "-100500"))
	moved, err := s.Settings(ctx, "telegram", "-100500")
	check(t, err)
	want(t, "moved settings", moved, state.Settings{Language: "uk", Channels: []string{"-100500"}})
	check(t, s.Close())

	// The way back to the old program.
	check(t, os.Rename(made[0], path))
	db, err := sql.Open("sqlite", path)
	check(t, err)
	var version, tables int
	check(t, db.QueryRow("SELECT user_version, (SELECT count(*) FROM sqlite_schema WHERE name IN ('inbox', 'answers')) FROM pragma_user_version").Scan(&version, &tables))
	check(t, db.Close())
	want(t, "version of the backup", version, 1)
	want(t, "new tables in the backup", tables, 0)
	s = open(t, path)
	isVersion1(t, s)
}

// TestVersion2 opens a file of the second version, in the same way.
func TestVersion2(t *testing.T) {
	path := old(t, "v2.sql")
	s := open(t, path)
	isVersion1(t, s)
	want(t, "in hand", func() string {
		ids, bodies, err := s.InHand(ctx, account)
		check(t, err)
		return fmt.Sprintf("%d %s", ids, bodies)
	}(), "[7] [in hand]")
	want(t, "received again", receive(t, s, account, 7, 8, 9), []int64{9})
	_, answers, err := s.KeptAnswer(ctx, "telegram", "-500", "9")
	check(t, err)
	want(t, "answers", answers, []int64{10})

	// A question from before people were counted, and the same asked again.
	asked := state.Question{Text: "What did the dinner cost?", Options: map[string]string{"lang": "en"}}
	gaps, err := s.Gaps(ctx, 10)
	check(t, err)
	then := time.Unix(1_700_000_000, 0).UTC()
	want(t, "gaps", gaps, []state.Gap{{Question: asked, Times: 1, First: then, Last: then}})
	_, err = s.Refused(ctx, asked, "discord", "1")
	check(t, err)
	gaps, err = s.Gaps(ctx, 10)
	check(t, err)
	want(t, "asked again", [2]int{gaps[0].Times, len(gaps[0].Askers)}, [2]int{2, 1})
	check(t, s.Count(ctx, state.Counted{Outcome: state.Answered}))
	check(t, s.Audit(ctx, state.Entry{Platform: "discord", User: "1", Action: "reindex", Outcome: state.Done}))
	entries, err := s.Audited(ctx, 10)
	check(t, err)
	want(t, "entries", len(entries), 1)
}

// isVersion1 checks that a store has what stands in v1.sql.
func isVersion1(tb testing.TB, s *state.Store) {
	tb.Helper()
	settings, err := s.Settings(ctx, "telegram", "-500")
	check(tb, err)
	want(tb, "settings", settings, state.Settings{Language: "uk", Channels: []string{"-500"}})
	asked := state.Question{Text: "What did the dinner cost?", Options: map[string]string{"lang": "en"}}
	q, err := s.Question(ctx, "jgdb4opv4yoiwukv")
	check(tb, err)
	want(tb, "question", q, asked)
	following, err := s.Following(ctx, "telegram", "4711")
	check(tb, err)
	want(tb, "following", following, []state.Follow{{ID: 1, Platform: "telegram", User: "4711", Chat: "-500", Space: "-500",
		Locale: "uk", Question: asked, Since: time.Unix(1_700_000_000, 0).UTC()}})
	unfinished, err := s.Unfinished(ctx)
	check(tb, err)
	if len(unfinished) != 1 || unfinished[0].User != "4712" {
		tb.Errorf("unfinished: %+v", unfinished)
	}
	blocked, err := s.Blocked(ctx, "discord", "4713") // the key of the hashes is the same
	check(tb, err)
	want(tb, "blocked", blocked, true)
	helpful, not, err := s.FeedbackCount(ctx)
	check(tb, err)
	want(tb, "feedback", [2]int{helpful, not}, [2]int{1, 0})
}

// TestSchema compares a file that was brought up to date with a new one: were an
// old migration changed, they would differ.
func TestSchema(t *testing.T) {
	schema := func(s *state.Store) (all []string) {
		rows, err := s.DB().Query("SELECT type || ' ' || name || ': ' || coalesce(sql, '') FROM sqlite_schema ORDER BY name")
		check(t, err)
		defer rows.Close()
		for rows.Next() {
			var row string
			check(t, rows.Scan(&row))
			all = append(all, row)
		}
		check(t, rows.Err())
		return all
	}
	for _, name := range []string{"v1.sql", "v2.sql"} {
		want(t, "schema from "+name, schema(open(t, old(t, name))), schema(open(t, "")))
	}
}
