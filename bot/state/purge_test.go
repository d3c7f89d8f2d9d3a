package state_test

import (
	"fmt"
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
