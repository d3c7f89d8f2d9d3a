package state_test

import (
	"bytes"
	"context"
	"fmt"
	"log/slog"
	"strings"
	"testing"
	"time"

	"rapporteur/bot/state"
)

// TestPurgeBriefly purges what is kept for 48 hours, whatever the retention of
// the rest.
func TestPurgeBriefly(t *testing.T) {
	start := time.Unix(1_700_000_000, 0)
	for _, retention := range []time.Time{{}, start.Add(-24 * time.Hour), start.Add(1000 * time.Hour)} {
		t.Run(fmt.Sprint(retention.UTC()), func(t *testing.T) {
			everywhere(t, func(t *testing.T, s *state.Store) {
				now := start
				s.SetNow(func() time.Time { return now })
				receive(t, s, account, 1, 2)
				check(t, s.Finish(ctx, account, 1))
				check(t, s.KeepAnswer(ctx, "telegram", "c", "old", nil, nil))
				check(t, s.KeepAnswer(ctx, "telegram", "c", "again", nil, nil))
				now = start.Add(time.Second)
				receive(t, s, account, 3, 4)
				check(t, s.Finish(ctx, account, 3))
				check(t, s.KeepAnswer(ctx, "telegram", "c", "again", nil, nil))

				now = start.Add(48 * time.Hour)
				n, err := s.Purge(ctx, retention)
				check(t, err)
				want(t, "purged within 48 hours", n, int64(0))
				want(t, "known", receive(t, s, account, 1, 2, 3, 4), nil)

				now = now.Add(time.Second)
				n, err = s.Purge(ctx, retention)
				check(t, err)
				want(t, "purged", n, int64(3))
				want(t, "in hand", inHand(t, s, account), []int64{4})
				_, _, err = s.KeptAnswer(ctx, "telegram", "c", "old")
				wantErr(t, "old answer", err, state.ErrNotFound)
				_, _, err = s.KeptAnswer(ctx, "telegram", "c", "again")
				wantErr(t, "answer kept again", err, nil)
				want(t, "known", receive(t, s, account, 1, 2, 3, 4), []int64{1, 2})
			})
		})
	}
}

// TestPurgePortions purges more than is removed at once.
func TestPurgePortions(t *testing.T) {
	for _, rows := range []int{state.Portion, 2*state.Portion + 1} {
		s := open(t, "")
		now := time.Unix(1_700_000_000, 0)
		s.SetNow(func() time.Time { return now })
		for i := range rows {
			receive(t, s, account, int64(i))
			check(t, s.KeepAnswer(ctx, "telegram", "c", fmt.Sprint(i), nil, nil))
			check(t, s.Feedback(ctx, state.Feedback{User: fmt.Sprint(i), Message: fmt.Sprint(i % 7)}))
			_, err := s.Refused(ctx, question("%d", i), "discord", "u")
			check(t, err)
			if i%2 == 0 {
				check(t, s.Finish(ctx, account, int64(i)))
			}
		}
		now = now.Add(49 * time.Hour)
		n, err := s.Purge(ctx, now)
		check(t, err)
		want(t, "purged", n, int64(5*rows))
		n, err = s.Purge(ctx, now)
		check(t, err)
		want(t, "purged again", n, int64(0))
	}
}

// TestPurgeSays looks at what the log says of what nobody dealt with, which is
// how many and nothing else.
func TestPurgeSays(t *testing.T) {
	var said bytes.Buffer
	s, err := state.Open(ctx, "", slog.New(slog.NewTextHandler(&said, nil)))
	check(t, err)
	defer s.Close()
	receive(t, s, account, 1, 2, 3)
	check(t, s.Finish(ctx, account, 1))
	s.SetNow(func() time.Time { return time.Now().Add(49 * time.Hour) })
	for range 2 { // it says so once
		_, err = s.Purge(ctx, time.Now())
		check(t, err)
	}
	if line := said.String(); strings.Count(line, "\n") != 1 || !strings.Contains(line, "count=2") || strings.Contains(line, account) {
		t.Errorf("said %q", line)
	}

	stopped, cancel := context.WithCancel(ctx)
	cancel()
	_, err = s.Purge(stopped, time.Now())
	wantErr(t, "cancelled", err, context.Canceled)
}
