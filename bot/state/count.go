package state

import (
	"context"
	"database/sql"
	"maps"
	"slices"
	"strconv"
	"sync"
	"time"
)

// Counted is a question that was dealt with, without what it was and whose.
type Counted struct {
	Outcome Outcome // Answered, Refused or Failed
	Took    time.Duration
	Shown   []string // ids of the texts whose quotes were shown
}

// Buckets are the upper bounds of the histogram of how long questions took. What
// took longer than the last one is in a further bucket. Steps of 1, 2 and 5 keep
// every figure read from it within a factor of two and a half.
var Buckets = []time.Duration{
	1 * time.Millisecond, 2 * time.Millisecond, 5 * time.Millisecond,
	10 * time.Millisecond, 20 * time.Millisecond, 50 * time.Millisecond,
	100 * time.Millisecond, 200 * time.Millisecond, 500 * time.Millisecond,
	1 * time.Second, 2 * time.Second, 5 * time.Second, 10 * time.Second,
}

// bucket returns the index of the bucket that a duration falls into.
func bucket(d time.Duration) int {
	i, _ := slices.BinarySearch(Buckets, d)
	return i
}

// The kinds of counts.
const (
	kindOutcome = "outcome" // by Outcome
	kindTook    = "took"    // by index in Buckets
	kindShown   = "shown"   // by id of the text
)

// count names something that is counted.
type count struct {
	day        int64
	kind, name string
}

// counts are what was counted and is not written yet. They are written every few
// seconds rather than for each question, because each write is synced.
type counts struct {
	mu      sync.Mutex
	times   map[count]int64
	written time.Time
}

// countEvery is how long counts may wait to be written while questions come in.
const countEvery = 5 * time.Second

// dayOf is the day of a moment in UTC, in days since 1970.
func dayOf(t time.Time) int64 {
	const day = 24 * 60 * 60
	s := t.Unix()
	if s < 0 {
		s -= day - 1 // before 1970: towards the past
	}
	return s / day
}

// Count counts a question on the present day, in UTC. It is in memory until the
// next question that comes five seconds or more after the last write, a read of
// the counts, Purge or Close; a process that is killed loses what was counted
// since. An error says that it could not be written; it is counted all the same.
func (s *Store) Count(ctx context.Context, c Counted) error {
	if s == nil {
		return ErrNone
	}
	now := s.now()
	day := dayOf(now)
	s.counts.mu.Lock()
	if s.counts.times == nil {
		s.counts.times = make(map[count]int64)
	}
	s.counts.times[count{day, kindOutcome, string(c.Outcome)}]++
	s.counts.times[count{day, kindTook, strconv.Itoa(bucket(c.Took))}]++
	for _, id := range c.Shown {
		s.counts.times[count{day, kindShown, id}]++
	}
	since := now.Sub(s.counts.written)
	due := since >= countEvery || since < 0 // the clock was put back
	if due {
		s.counts.written = now
	}
	s.counts.mu.Unlock()
	if !due {
		return nil
	}
	return s.writeCounts(ctx)
}

// writeCounts writes what was counted and is not written yet. What cannot be
// written is kept for the next time.
func (s *Store) writeCounts(ctx context.Context) error {
	s.counts.mu.Lock()
	taken := s.counts.times
	s.counts.times = nil
	s.counts.mu.Unlock()
	if len(taken) == 0 {
		return nil
	}
	err := s.write(ctx, "keep counts", func(tx *sql.Tx) error {
		add, err := tx.PrepareContext(ctx, `INSERT INTO counts (day, kind, name, times) VALUES (?, ?, ?, ?)
			ON CONFLICT DO UPDATE SET times = times + excluded.times`)
		if err != nil {
			return err
		}
		defer add.Close()
		for c, times := range taken {
			if _, err := add.ExecContext(ctx, c.day, c.kind, c.name, times); err != nil {
				return err
			}
		}
		return nil
	})
	if err == nil {
		return nil
	}
	s.counts.mu.Lock()
	defer s.counts.mu.Unlock()
	if s.counts.times == nil {
		s.counts.times = make(map[count]int64)
	}
	for c, times := range taken {
		s.counts.times[c] += times
	}
	return err
}

// Usage is how the bot did in a span of days.
type Usage struct {
	Days  []Day          // the oldest first, those without a question too
	Took  []int          // questions by bucket; one more than there are Buckets
	Shown map[string]int // how often quotes of a text were shown, by its id
}

// Day is how the bot did on a day, in UTC.
type Day struct {
	Start                     time.Time // of the day
	Answered, Refused, Failed int
	Helpful, NotHelpful       int // what people said of answers on that day
}

// Questions returns how many questions there were.
func (d Day) Questions() int { return d.Answered + d.Refused + d.Failed }

// Usage returns how the bot did in the last days, today included.
func (s *Store) Usage(ctx context.Context, days int) (u Usage, err error) {
	u = Usage{Took: make([]int, len(Buckets)+1), Shown: map[string]int{}}
	if s == nil {
		return u, nil
	}
	first := dayOf(s.now()) - int64(days) + 1
	for i := range int64(days) {
		u.Days = append(u.Days, Day{Start: time.Unix((first+i)*24*60*60, 0).UTC()})
	}
	at := func(day int64) *Day {
		if i := day - first; i >= 0 && i < int64(days) {
			return &u.Days[i]
		}
		return new(Day) // of tomorrow: the clock was put back
	}
	if err := s.writeCounts(ctx); err != nil {
		return Usage{}, err
	}
	err = s.each(ctx, "read counts", func(scan func(...any) error) error {
		var c count
		var times int
		if err := scan(&c.day, &c.kind, &c.name, &times); err != nil {
			return err
		}
		switch c.kind {
		case kindOutcome:
			switch d := at(c.day); Outcome(c.name) {
			case Answered:
				d.Answered += times
			case Refused:
				d.Refused += times
			case Failed:
				d.Failed += times
			}
		case kindTook:
			if i, err := strconv.Atoi(c.name); err == nil && i >= 0 && i < len(u.Took) {
				u.Took[i] += times
			}
		case kindShown:
			u.Shown[c.name] += times
		}
		return nil
	}, "SELECT day, kind, name, times FROM counts WHERE day >= ?", first)
	if err != nil {
		return Usage{}, err
	}
	err = s.each(ctx, "read feedback", func(scan func(...any) error) error {
		var day int64
		var helpful, not int
		if err := scan(&day, &helpful, &not); err != nil {
			return err
		}
		d := at(day)
		d.Helpful, d.NotHelpful = d.Helpful+helpful, d.NotHelpful+not
		return nil
	}, `SELECT last / 86400, count(*) FILTER (WHERE helpful), count(*) FILTER (WHERE NOT helpful)
		FROM feedback WHERE last >= ? GROUP BY 1`, first*24*60*60)
	if err != nil {
		return Usage{}, err
	}
	return u, nil
}

// Within returns the bound of the bucket in which a share of the questions, 0 to
// 1, is reached: so many took no longer. It is 0 if there were none, and false if
// the bucket has no bound.
func (u Usage) Within(share float64) (bound time.Duration, bounded bool) {
	all := 0
	for _, n := range u.Took {
		all += n
	}
	sum := 0
	for i, n := range u.Took {
		if sum += n; all == 0 || float64(sum) < share*float64(all) {
			continue
		}
		if i == len(Buckets) {
			return Buckets[i-1], false
		}
		return Buckets[i], true
	}
	return 0, true
}

// Top returns the ids of the texts most shown, at most n, the most shown first.
func (u Usage) Top(n int) []string {
	ids := slices.Sorted(maps.Keys(u.Shown))
	slices.SortStableFunc(ids, func(a, b string) int { return u.Shown[b] - u.Shown[a] })
	return ids[:min(n, len(ids))]
}
