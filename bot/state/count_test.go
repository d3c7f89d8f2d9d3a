package state_test

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"rapporteur/bot/state"
)

// written returns how many questions were counted, as it
// stands in the file.
func written(tb testing.TB, s *state.Store) (n int) {
	tb.Helper()
	check(tb, s.DB().QueryRow("SELECT coalesce(sum(times), 0) FROM counts WHERE kind = 'outcome'").Scan(&n))
	return n
}

func TestUsage(t *testing.T) {
	everywhere(t, func(t *testing.T, s *state.Store) {
		now := time.Date(2026, 11, 27, 23, 59, 59, 0, time.FixedZone("Kyiv", 2*60*60)) // 21:59:59 UTC
		s.SetNow(func() time.Time { return now })
		tell := func(o state.Outcome, took time.Duration, shown ...string) {
			t.Helper()
			check(t, s.Count(ctx, state.Counted{Outcome: o, Took: took, Shown: shown}))
		}
		tell(state.Answered, 3*time.Millisecond, "a", "b", "a")
		now = now.Add(2*time.Hour + 1*time.Second) // midnight UTC
		tell(state.Answered, 5*time.Millisecond, "b")
		tell(state.Refused, 6*time.Millisecond)
		tell(state.Failed, time.Hour)
		check(t, s.Feedback(ctx, state.Feedback{User: "u", Message: "1", Helpful: true}))
		check(t, s.Feedback(ctx, state.Feedback{User: "u", Message: "2"}))
		now = now.Add(24 * time.Hour)

		u, err := s.Usage(ctx, 3)
		check(t, err)
		day := func(d int) time.Time { return time.Date(2026, 11, d, 0, 0, 0, 0, time.UTC) }
		want(t, "days", u.Days, []state.Day{
			{Start: day(27), Answered: 1},
			{Start: day(28), Answered: 1, Refused: 1, Failed: 1, Helpful: 1, NotHelpful: 1},
			{Start: day(29)},
		})
		want(t, "questions", u.Days[1].Questions(), 3)
		want(t, "shown", u.Shown, map[string]int{"a": 2, "b": 2})
		want(t, "most shown", u.Top(5), []string{"a", "b"})
		want(t, "most shown", u.Top(1), []string{"a"})
		took := make([]int, len(state.Buckets)+1)
		took[2], took[3], took[len(took)-1] = 2, 1, 1 // at most 5 ms, 10 ms, and without a bound
		want(t, "took", u.Took, took)

		u, err = s.Usage(ctx, 2)
		check(t, err)
		want(t, "two days", u.Days[0].Questions(), 3)
		want(t, "shown in two days", u.Shown, map[string]int{"b": 1})

		// A day goes when its end is older than what is kept.
		_, err = s.Purge(ctx, day(28).Add(-time.Second))
		check(t, err)
		want(t, "kept", written(t, s), 4)
		_, err = s.Purge(ctx, day(28))
		check(t, err)
		want(t, "kept after its end", written(t, s), 3)

		now = day(20) // the clock was wrong
		u, err = s.Usage(ctx, 2)
		check(t, err)
		want(t, "before all of it", u.Days[0].Questions()+u.Days[1].Questions(), 0)
	})
}

func TestWithin(t *testing.T) {
	took := func(n ...int) state.Usage {
		u := state.Usage{Took: make([]int, len(state.Buckets)+1)}
		copy(u.Took, n)
		return u
	}
	slow := took(1)
	slow.Took[len(state.Buckets)] = 1
	for _, tt := range []struct {
		name    string
		u       state.Usage
		share   float64
		want    time.Duration
		bounded bool
	}{
		{"none", took(), .5, 0, true},
		{"one", took(0, 1), .5, 2 * time.Millisecond, true},
		{"one", took(0, 1), .95, 2 * time.Millisecond, true},
		{"half of two", took(1, 1), .5, time.Millisecond, true},
		{"most of two", took(1, 1), .95, 2 * time.Millisecond, true},
		{"95 of 100", took(95, 0, 5), .95, time.Millisecond, true},
		{"94 of 100", took(94, 0, 6), .95, 5 * time.Millisecond, true},
		{"beyond the last", slow, .95, 10 * time.Second, false},
	} {
		got, bounded := tt.u.Within(tt.share)
		if got != tt.want || bounded != tt.bounded {
			t.Errorf("%s, %v: got %v, %v, want %v, %v", tt.name, tt.share, got, bounded, tt.want, tt.bounded)
		}
	}
}

// TestCountWrites looks at when counts reach the file, and that a disk without
// room loses none.
func TestCountWrites(t *testing.T) {
	path := filepath.Join(t.TempDir(), state.FileName)
	s := open(t, path)
	now := time.Unix(1_700_000_000, 0)
	s.SetNow(func() time.Time { return now })
	one := state.Counted{Outcome: state.Answered}
	steps := []struct {
		after time.Duration
		want  int
	}{
		{0, 1},                // the first one at once
		{4 * time.Second, 1},  // too soon
		{0, 1},                //
		{1 * time.Second, 4},  // all that waited
		{-time.Hour, 5},       // the clock was put back
		{4 * time.Second, 5},  //
		{24 * time.Hour, 7},   //
		{time.Millisecond, 7}, //
	}
	for i, step := range steps {
		now = now.Add(step.after)
		check(t, s.Count(ctx, one))
		want(t, fmt.Sprintf("written after step %d", i), written(t, s), step.want)
	}
	_, err := s.Purge(ctx, time.Unix(0, 0))
	check(t, err)
	want(t, "written by Purge", written(t, s), 8)
	check(t, s.Count(ctx, one))
	_, err = s.Usage(ctx, 1)
	check(t, err)
	want(t, "written by a read", written(t, s), 9)
	check(t, s.Count(ctx, one))
	check(t, s.Close())
	s = open(t, path)
	want(t, "written at the end", written(t, s), 10)

	stopped, cancel := context.WithCancel(ctx)
	cancel()
	wantErr(t, "not written", s.Count(stopped, one), context.Canceled)
	want(t, "not written", written(t, s), 10)
	_, err = s.Usage(ctx, 1)
	check(t, err)
	want(t, "written the next time", written(t, s), 11)
}

// TestCountTogether counts from many goroutines: nothing is lost.
func TestCountTogether(t *testing.T) {
	everywhere(t, func(t *testing.T, s *state.Store) {
		var mu sync.Mutex
		now := time.Unix(1_700_000_000, 0)
		s.SetNow(func() time.Time {
			mu.Lock()
			defer mu.Unlock()
			now = now.Add(time.Second) // every few counts are written
			return now
		})
		var all sync.WaitGroup
		for range 8 {
			all.Go(func() {
				for range 100 {
					if err := s.Count(ctx, state.Counted{Outcome: state.Refused, Shown: []string{"a"}}); err != nil {
						t.Error(err)
					}
				}
			})
		}
		all.Wait()
		u, err := s.Usage(ctx, 2)
		check(t, err)
		want(t, "refused", u.Days[0].Refused+u.Days[1].Refused, 800)
		want(t, "shown", u.Shown, map[string]int{"a": 800})
	})
}

func TestCountDiskFull(t *testing.T) {
	dir := t.TempDir()
	mount(t, dir, "-t", "tmpfs", "-o", "size=1m", "tmpfs")
	path := filepath.Join(dir, state.FileName)
	s := open(t, path)
	now := time.Unix(1_700_000_000, 0)
	s.SetNow(func() time.Time { now = now.Add(time.Minute); return now })
	ballast := filepath.Join(dir, "ballast")
	f, err := os.Create(ballast)
	check(t, err)
	for err == nil {
		_, err = f.Write(make([]byte, 512))
	}
	f.Close()
	failed, counted := error(nil), 0
	for ; failed == nil && counted < 5000; counted++ {
		failed = s.Count(ctx, state.Counted{Outcome: state.Answered, Shown: []string{fmt.Sprint(counted)}})
	}
	says(t, failed, path, "make room on the disk")
	check(t, os.Remove(ballast))
	u, err := s.Usage(ctx, 30)
	check(t, err)
	want(t, "counted", len(u.Shown), counted)
}
