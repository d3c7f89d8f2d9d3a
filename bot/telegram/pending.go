package telegram

import (
	"context"
	"math"
	"sync"
	"time"

	"github.com/hashicorp/golang-lru/v2/expirable"
)

// pendingUpdates keeps which updates are in hand and which are done.
type pendingUpdates struct {
	mu    sync.Mutex
	open  map[int64]hand   // in hand
	chats map[string]*load // by chat, of those with updates in hand
	// done holds the ids last finished: the server repeats those behind an
	// unfinished one. Comparing with the highest id would not do, because ids
	// start anew at random after a week without updates (Bot API, Update).
	done  *expirable.LRU[int64, bool]
	freed chan struct{}
}

// hand is what is known of an update in hand.
type hand struct {
	kept bool   // the memory has it too
	chat string // "" if it counts for none
}

// load is how much a chat has in hand.
type load struct {
	updates int
	told    bool // that it is too much
}

// remembered is many times what a server can repeat, which is one window.
const remembered = 100 * window

func newPendingUpdates() *pendingUpdates {
	return &pendingUpdates{open: map[int64]hand{}, chats: map[string]*load{}, done: expirable.NewLRU[int64, bool](remembered, nil, 0), freed: make(chan struct{}, 1)}
}

// take puts an update in hand. It reports false if it already is or was.
func (l *pendingUpdates) take(id int64) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	if _, inHand := l.open[id]; inHand || l.done.Contains(id) {
		return false
	}
	l.open[id] = hand{}
	return true
}

// assign counts an update in hand for its chat. It reports false, and does not,
// where the chat has most of them already; first says that this is the first time
// since the chat had none.
func (l *pendingUpdates) assign(id int64, chat string, most int) (ok, first bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	c := l.chats[chat]
	if c == nil {
		c = &load{}
		l.chats[chat] = c
	}
	if c.updates >= most {
		first, c.told = !c.told, true
		return false, first
	}
	c.updates++
	l.open[id] = hand{chat: chat}
	return true, false
}

// put takes an update out of hand. The lock is held.
func (l *pendingUpdates) put(id int64) {
	if chat := l.open[id].chat; chat != "" {
		if c := l.chats[chat]; c.updates > 1 {
			c.updates--
		} else {
			delete(l.chats, chat)
		}
	}
	delete(l.open, id)
}

// alone reports whether the server alone has an update that is in hand.
func (l *pendingUpdates) alone(id int64) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	h, inHand := l.open[id]
	return inHand && !h.kept
}

// keep notes that the memory has an update: it may be confirmed before it is
// done.
func (l *pendingUpdates) keep(id int64) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if h, inHand := l.open[id]; inHand {
		h.kept = true
		l.open[id] = h
	}
	l.signal()
}

// drop forgets an update as if it had never come.
func (l *pendingUpdates) drop(id int64) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.put(id)
	l.signal()
}

// finish marks an update as done with.
func (l *pendingUpdates) finish(id int64) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.put(id)
	l.done.Add(id, true)
	l.signal()
}

// signal wakes who waits for something to become free. The lock is held.
func (l *pendingUpdates) signal() {
	select {
	case l.freed <- struct{}{}:
	default:
	}
}

// oldest is the oldest update that the server alone has, math.MaxInt64 for none.
func (l *pendingUpdates) oldest() int64 {
	l.mu.Lock()
	defer l.mu.Unlock()
	first := int64(math.MaxInt64)
	for id, h := range l.open {
		if !h.kept {
			first = min(first, id)
		}
	}
	return first
}

// settled reports whether nothing is in hand that the server alone has.
func (l *pendingUpdates) settled() bool { return l.oldest() == math.MaxInt64 }

// wait returns when until holds, but after d at the latest.
func (l *pendingUpdates) wait(ctx context.Context, d time.Duration, until func() bool) {
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
