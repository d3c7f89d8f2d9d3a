package telegram

import (
	"context"
	"sync"
	"time"
)

// ledger keeps which updates are in hand and which are done.
type ledger struct {
	mu   sync.Mutex
	open map[int64]bool // in hand; true if the memory has them too
	// done holds the ids last finished: the server repeats those behind an
	// unfinished one. Comparing with the highest id would not do, because ids
	// start anew at random after a week without updates (Bot API, Update).
	done  map[int64]bool
	order []int64 // of done, oldest first
	next  int64   // where to go on when nothing is held; 0 before the first batch, which begins with the oldest there is
	last  int64   // the offset of the last poll that succeeded
	freed chan struct{}
}

// remembered is many times what a server can repeat, which is one window.
const remembered = 100 * window

func newLedger() *ledger {
	return &ledger{open: map[int64]bool{}, done: map[int64]bool{}, freed: make(chan struct{}, 1)}
}

// take puts an update in hand. It reports false if it already is or was.
func (l *ledger) take(id int64) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	if _, inHand := l.open[id]; inHand || l.done[id] {
		return false
	}
	l.open[id] = false
	return true
}

// alone reports whether the server alone has an update that is in hand.
func (l *ledger) alone(id int64) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	kept, inHand := l.open[id]
	return inHand && !kept
}

// reach says where to go on after a batch: behind the highest id in it, in
// whatever order they came.
func (l *ledger) reach(next int64) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.next = next
}

// keep notes that the memory has an update: it may be confirmed before it is
// done.
func (l *ledger) keep(id int64) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if _, inHand := l.open[id]; inHand {
		l.open[id] = true
	}
	l.signal()
}

// drop forgets an update as if it had never come.
func (l *ledger) drop(id int64) {
	l.mu.Lock()
	defer l.mu.Unlock()
	delete(l.open, id)
	l.signal()
}

// finish marks an update as done with.
func (l *ledger) finish(id int64) {
	l.mu.Lock()
	defer l.mu.Unlock()
	delete(l.open, id)
	if !l.done[id] {
		l.done[id] = true
		l.order = append(l.order, id)
	}
	if len(l.order) > remembered {
		delete(l.done, l.order[0])
		l.order = l.order[1:]
	}
	l.signal()
}

// signal wakes who waits for something to become free. The lock is held.
func (l *ledger) signal() {
	select {
	case l.freed <- struct{}{}:
	default:
	}
}

// offset is the oldest update that the server alone has, or the one expected
// next.
func (l *ledger) offset() int64 {
	l.mu.Lock()
	defer l.mu.Unlock()
	first := l.next
	for id, kept := range l.open {
		if !kept {
			first = min(first, id)
		}
	}
	return first
}

// settled reports whether nothing is in hand that the server alone has.
func (l *ledger) settled() bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, kept := range l.open {
		if !kept {
			return false
		}
	}
	return true
}

// load is how many updates are in hand.
func (l *ledger) load() int {
	l.mu.Lock()
	defer l.mu.Unlock()
	return len(l.open)
}

// wait returns when until holds, but after d at the latest.
func (l *ledger) wait(ctx context.Context, d time.Duration, until func() bool) {
	timer := time.NewTimer(d)
	defer timer.Stop()
	for !until() {
		select {
		case <-l.freed:
		case <-timer.C:
			return
		case <-ctx.Done():
			return
		}
	}
}

func (l *ledger) polled(offset int64) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.last = offset
}

func (l *ledger) confirmed() int64 {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.last
}
