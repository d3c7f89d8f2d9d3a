package bot

import (
	"testing"
	"time"
)

func TestLimiter(t *testing.T) {
	var none *limiter
	if d, first := none.wait("k", time.Now()); d != 0 || first {
		t.Error("no limiter limits")
	}
	l, now := newLimiter(1), time.Now()
	type step struct {
		after time.Duration
		wait  time.Duration
		first bool
	}
	for i, s := range []step{{0, 0, false}, {0, time.Minute, true}, {30 * time.Second, 30 * time.Second, false}, {30 * time.Second, 0, false}, {0, time.Minute, true}} {
		now = now.Add(s.after)
		if d, first := l.wait("k", now); d.Round(time.Second) != s.wait || first != s.first {
			t.Errorf("step %d: wait %v, first %v, want %+v", i, d, first, s)
		}
	}
	if d, _ := l.wait("other", now); d != 0 {
		t.Errorf("another key waits %v", d)
	}
}
