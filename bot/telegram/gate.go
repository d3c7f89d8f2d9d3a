package telegram

import (
	"context"
	"slices"
	"sync"
	"time"
)

// gate lets a few requests be handled at a time. Where more come, their chats take
// turns, so that one with a thousand requests holds up another for one of them.
type gate struct {
	mu      sync.Mutex
	free    int                  // how many more may be handled; 0 while any wait
	waiting map[string][]*ticket // by chat, in the order they came; no entry is empty
	turns   []string             // the chats that wait, the next one first
}

// ticket is what waits at the gate.
type ticket struct {
	since time.Time
	pass  chan struct{} // closed when it is its turn
}

func newGate(free int) *gate { return &gate{free: free, waiting: map[string][]*ticket{}} }

// enter returns nil when it is the turn of a request; leave must follow. It returns
// an error when ctx ends before.
func (g *gate) enter(ctx context.Context, chat string) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	g.mu.Lock()
	if g.free > 0 {
		g.free--
		g.mu.Unlock()
		return nil
	}
	t := &ticket{since: time.Now(), pass: make(chan struct{})}
	if len(g.waiting[chat]) == 0 {
		g.turns = append(g.turns, chat)
	}
	g.waiting[chat] = append(g.waiting[chat], t)
	g.mu.Unlock()

	select {
	case <-t.pass:
		return nil
	case <-ctx.Done():
	}
	g.mu.Lock()
	defer g.mu.Unlock()
	if i := slices.Index(g.waiting[chat], t); i >= 0 {
		g.take(chat, i)
	} else { // its turn came just now
		g.next()
	}
	return ctx.Err()
}

// leave ends what enter began.
func (g *gate) leave() {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.next()
}

// next gives a free place to the chat whose turn it is. The lock is held.
func (g *gate) next() {
	if len(g.turns) == 0 {
		g.free++
		return
	}
	chat := g.turns[0]
	g.turns = append(g.turns[1:], chat)
	close(g.take(chat, 0).pass)
}

// take takes a ticket out, and the chat if it was its last. The lock is held.
func (g *gate) take(chat string, i int) *ticket {
	t := g.waiting[chat][i]
	g.waiting[chat] = slices.Delete(g.waiting[chat], i, i+1)
	if len(g.waiting[chat]) == 0 {
		delete(g.waiting, chat)
		g.turns = slices.DeleteFunc(g.turns, func(c string) bool { return c == chat })
	}
	return t
}

// queue tells how many requests wait, and for how long the one that has waited
// longest.
func (g *gate) queue() (waiting int, oldest time.Duration) {
	g.mu.Lock()
	defer g.mu.Unlock()
	for _, of := range g.waiting {
		waiting += len(of)
		oldest = max(oldest, time.Since(of[0].since))
	}
	return waiting, oldest
}
