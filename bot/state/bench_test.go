package state_test

import (
	"fmt"
	"path/filepath"
	"testing"
	"time"

	"rapporteur/bot/state"
)

// filled is the store of a large bot, 10,000 rows of everything.
func filled(b *testing.B) *state.Store {
	b.Helper()
	s := open(b, filepath.Join(b.TempDir(), state.FileName))
	for _, statement := range []string{
		`INSERT INTO settings SELECT 'discord', n, '{"language":"uk","sources":["a","b"]}' FROM numbers`,
		`INSERT INTO refused SELECT 'key' || n, 'What did dinner ' || n || ' cost?', '{}', 1, n, n FROM numbers`,
		`INSERT INTO follows (platform, user, chat, space, locale, key, text, options, since)
			SELECT 'discord', 'u' || n, 'c', 's', 'de', 'key' || n, 'What did dinner ' || n || ' cost?', '{}', n FROM numbers`,
	} {
		_, err := s.DB().Exec("WITH RECURSIVE numbers (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < 10000) " + statement)
		check(b, err)
	}
	return s
}

func BenchmarkSettings(b *testing.B) {
	s := filled(b)
	b.ReportAllocs()
	for i := 0; b.Loop(); i++ {
		if got, err := s.Settings(ctx, "discord", fmt.Sprint(1+i%10000)); err != nil || got.Language != "uk" {
			b.Fatal(got, err)
		}
	}
}

// BenchmarkSettingsWhileWriting reads while another goroutine writes all the
// time: what one connection costs.
func BenchmarkSettingsWhileWriting(b *testing.B) {
	s := filled(b)
	stop, stopped := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(stopped)
		for i := 0; ; i++ {
			select {
			case <-stop:
				return
			default:
				if _, err := s.Refused(ctx, question("new %d", i), "discord", "u"); err != nil {
					b.Error(err)
					return
				}
			}
		}
	}()
	for i := 0; b.Loop(); i++ {
		if _, err := s.Settings(ctx, "discord", fmt.Sprint(1+i%10000)); err != nil {
			b.Fatal(err)
		}
	}
	close(stop)
	<-stopped
}

func BenchmarkRefused(b *testing.B) {
	s := filled(b)
	b.ReportAllocs()
	for i := 0; b.Loop(); i++ {
		if _, err := s.Refused(ctx, question("What did lunch %d cost?", i), "discord", "u"); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkCount counts as fast as it can, so that a write comes every five
// seconds; BenchmarkCountWritten writes each time.
func BenchmarkCount(b *testing.B) {
	s := filled(b)
	b.ReportAllocs()
	for b.Loop() {
		check(b, s.Count(ctx, state.Counted{Outcome: state.Answered, Shown: []string{"a", "b", "c"}}))
	}
}

func BenchmarkCountWritten(b *testing.B) {
	s := filled(b)
	now := time.Unix(1_700_000_000, 0)
	s.SetNow(func() time.Time { now = now.Add(5 * time.Second); return now })
	b.ReportAllocs()
	for b.Loop() {
		check(b, s.Count(ctx, state.Counted{Outcome: state.Answered, Shown: []string{"a", "b", "c"}}))
	}
}

// BenchmarkGaps reads 5,000 of 10,000 questions that ten people asked each.
func BenchmarkGaps(b *testing.B) {
	s := filled(b)
	_, err := s.DB().Exec(`WITH RECURSIVE numbers (n) AS (SELECT 0 UNION ALL SELECT n + 1 FROM numbers WHERE n < 99999)
		INSERT INTO askers SELECT 'key' || (n / 10 + 1), CAST(CAST(n % 997 AS TEXT) AS BLOB), 1 FROM numbers`)
	check(b, err)
	b.ReportAllocs()
	for b.Loop() {
		if gaps, err := s.Gaps(ctx, 5000); err != nil || len(gaps) != 5000 {
			b.Fatal(len(gaps), err)
		}
	}
}

// BenchmarkAudit writes an entry each time.
func BenchmarkAudit(b *testing.B) {
	s := filled(b)
	b.ReportAllocs()
	for i := 0; b.Loop(); i++ {
		check(b, s.Audit(ctx, state.Entry{Platform: "discord", User: fmt.Sprint(i), Action: "gaps", Outcome: state.Refused}))
	}
}

// BenchmarkWaiting goes through 10,000 follows.
func BenchmarkWaiting(b *testing.B) {
	s := filled(b)
	b.ReportAllocs()
	for b.Loop() {
		if n := len(waiting(b, s)); n != 10000 {
			b.Fatal(n)
		}
	}
}

// BenchmarkOpen opens and closes a store of that size.
func BenchmarkOpen(b *testing.B) {
	s := filled(b)
	var path string
	check(b, s.DB().QueryRow("SELECT file FROM pragma_database_list").Scan(&path))
	check(b, s.Close())
	for b.Loop() {
		s, err := state.Open(ctx, path, nil)
		check(b, err)
		check(b, s.Close())
	}
}
