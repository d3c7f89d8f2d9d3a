package state_test

import (
	"fmt"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"rapporteur/bot/state"
)

// update is as long as an update with a short question is in Telegram's JSON.
var update = []byte(strings.Repeat("x", 600))

// handled is the store of a bot that dealt with 100,000 updates and answers in
// two days.
func handled(b *testing.B) *state.Store {
	b.Helper()
	s := open(b, filepath.Join(b.TempDir(), state.FileName))
	for _, statement := range []string{
		fmt.Sprintf(`INSERT INTO inbox (account, id, received) SELECT '%s', -n, %d FROM numbers`, account, time.Now().Unix()),
		fmt.Sprintf(`INSERT INTO answers (message, chat, asked, answers, last) SELECT randomblob(32), randomblob(32), randomblob(32), '[1]', %d FROM numbers`, time.Now().Unix()),
	} {
		_, err := s.DB().Exec("WITH RECURSIVE numbers (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < 100000) " + statement)
		check(b, err)
	}
	return s
}

// BenchmarkReceive receives as many updates at once as Telegram sends at most, as
// many as it sends mostly, and again those that are known.
func BenchmarkReceive(b *testing.B) {
	for _, n := range []int{100, 1} {
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			s := handled(b)
			ids, bodies := make([]int64, n), make([][]byte, n)
			b.ReportAllocs()
			for i := 0; b.Loop(); i++ {
				for j := range ids {
					ids[j], bodies[j] = int64(i*n+j), update
				}
				if fresh, err := s.Receive(ctx, account, ids, bodies); err != nil || len(fresh) != n {
					b.Fatal(len(fresh), err)
				}
			}
		})
	}
	b.Run("known", func(b *testing.B) {
		s := handled(b)
		ids, bodies := make([]int64, 100), make([][]byte, 100)
		for i := range ids {
			ids[i] = -int64(i + 1)
		}
		b.ReportAllocs()
		for b.Loop() {
			if fresh, err := s.Receive(ctx, account, ids, bodies); err != nil || fresh != nil {
				b.Fatal(fresh, err)
			}
		}
	})
}

// BenchmarkFinish deals with what was received 100 at a time.
func BenchmarkFinish(b *testing.B) {
	s := handled(b)
	ids, bodies := make([]int64, 100), make([][]byte, 100)
	b.ReportAllocs()
	for i := 0; b.Loop(); i++ {
		if i%100 == 0 {
			b.StopTimer()
			for j := range ids {
				ids[j], bodies[j] = int64(i+j), update
			}
			_, err := s.Receive(ctx, account, ids, bodies)
			check(b, err)
			b.StartTimer()
		}
		if err := s.Finish(ctx, account, int64(i)); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkInHand reads 100 updates among 100,000 that are done.
func BenchmarkInHand(b *testing.B) {
	s := handled(b)
	ids, bodies := make([]int64, 100), make([][]byte, 100)
	for i := range ids {
		ids[i], bodies[i] = int64(i), update
	}
	_, err := s.Receive(ctx, account, ids, bodies)
	check(b, err)
	b.ReportAllocs()
	for b.Loop() {
		if ids, _, err := s.InHand(ctx, account); err != nil || len(ids) != 100 {
			b.Fatal(len(ids), err)
		}
	}
}

func BenchmarkKeepAnswer(b *testing.B) {
	s := handled(b)
	asked := make([]byte, state.MaxAsked)
	b.ReportAllocs()
	for i := 0; b.Loop(); i++ {
		if err := s.KeepAnswer(ctx, "telegram", "-100500", fmt.Sprint(i), asked, []int64{int64(i)}); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkKeptAnswer(b *testing.B) {
	s := handled(b)
	for i := range 1000 {
		check(b, s.KeepAnswer(ctx, "telegram", "-100500", fmt.Sprint(i), nil, []int64{int64(i)}))
	}
	b.ReportAllocs()
	for i := 0; b.Loop(); i++ {
		if _, answers, err := s.KeptAnswer(ctx, "telegram", "-100500", fmt.Sprint(i%1000)); err != nil || answers[0] != int64(i%1000) {
			b.Fatal(answers, err)
		}
	}
}

// BenchmarkPurgeBriefly forgets 100,000 updates and answers.
func BenchmarkPurgeBriefly(b *testing.B) {
	for b.Loop() {
		b.StopTimer()
		s := handled(b)
		s.SetNow(func() time.Time { return time.Now().Add(49 * time.Hour) })
		b.StartTimer()
		if n, err := s.Purge(ctx, time.Unix(0, 0)); err != nil || n != 200_000 {
			b.Fatal(n, err)
		}
	}
}

func BenchmarkQuiet(b *testing.B) {
	q := state.Quiet{From: 1320, To: 420, Zone: "Europe/Kyiv"}
	now := time.Date(2026, 11, 29, 23, 0, 0, 0, time.UTC)
	b.ReportAllocs()
	for b.Loop() {
		if q.Until(now).IsZero() {
			b.Fatal("not quiet")
		}
	}
}

// BenchmarkSettingsWhilePurging reads while 100,000 updates and answers are
// forgotten, and reports how long the longest read took.
func BenchmarkSettingsWhilePurging(b *testing.B) {
	var longest time.Duration
	for b.Loop() {
		b.StopTimer()
		s := handled(b)
		s.SetNow(func() time.Time { return time.Now().Add(49 * time.Hour) })
		b.StartTimer()
		purged := make(chan error)
		go func() {
			_, err := s.Purge(ctx, time.Unix(0, 0))
			purged <- err
		}()
		for running := true; running; {
			start := time.Now()
			_, err := s.Settings(ctx, "discord", "1")
			check(b, err)
			longest = max(longest, time.Since(start))
			select {
			case err := <-purged:
				check(b, err)
				running = false
			default:
			}
		}
	}
	b.ReportMetric(float64(longest.Microseconds())/1000, "ms-longest-read")
}
