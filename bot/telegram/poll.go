package telegram

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"time"
)

// pollParams are those of getUpdates, which the library keeps to itself.
type pollParams struct {
	Offset         int64    `json:"offset,omitempty"`
	Limit          int      `json:"limit"`
	Timeout        int      `json:"timeout"` // seconds
	AllowedUpdates []string `json:"allowed_updates"`
}

// window is how many updates a poll returns at most, the API's own maximum. As
// polls start at the oldest unfinished update, it also bounds how many are in hand.
const window = 100

// poll hands every new update to take until ctx is cancelled; then it returns
// nil. The offset it polls with, and so confirms, never passes an update that
// is not finished.
func (a *Adapter) poll(ctx context.Context, updates *ledger, take func(update)) error {
	// The first poll, and the first after trouble, is not held by the server:
	// whether all is well should be known at once.
	hold := time.Duration(0)
	for retry := a.pace.retry; ctx.Err() == nil; {
		began, offset := time.Now(), updates.offset()
		batch, err := a.getUpdates(ctx, offset, hold)
		if ctx.Err() != nil {
			return nil
		}
		if err != nil {
			if errors.Is(err, errToken) {
				return err
			}
			a.pulse.fail(err)
			a.log.Error("telegram: not receiving", "err", err)
			if errors.Is(err, errWebhook) {
				a.dropWebhook(ctx)
			}
			hold = 0
			_ = retry.sleep(ctx, err) // the loop sees the end of ctx itself
			continue
		}
		if hold == 0 {
			a.log.Info("telegram: receiving")
		}
		a.pulse.beat()
		updates.polled(offset)
		retry, hold = a.pace.retry, a.pace.poll

		fresh := 0
		for _, raw := range batch {
			u, err := decode(raw)
			if u.ID == 0 {
				a.log.Error("telegram: update skipped, it has no id")
				continue
			}
			if !updates.take(u.ID) {
				continue
			}
			fresh++
			switch {
			case err != nil:
				a.log.Error("telegram: update skipped, it cannot be decoded", "update", u.ID)
				updates.finish(u.ID)
			case u.Message == nil:
				updates.finish(u.ID)
			default:
				take(u)
			}
		}
		switch {
		case !updates.settled():
			// While something is in hand the server repeats it at once. Look
			// again when all is done, or after a pause for what other chats say.
			updates.wait(ctx, a.pace.idle)
		case fresh == 0 && time.Since(began) < a.pace.idle:
			// A server that does not hold polls must not be hammered.
			_ = sleep(ctx, a.pace.idle)
		}
	}
	return nil
}

// confirm tells the server what is finished, so that the next run does not see
// it again. What the poll returns is left for that run.
func (a *Adapter) confirm(ctx context.Context, updates *ledger) {
	offset := updates.offset()
	if offset == updates.confirmed() {
		return
	}
	ctx, cancel := context.WithTimeout(ctx, confirmTime)
	defer cancel()
	if _, err := a.getUpdates(ctx, offset, 0); err != nil {
		a.log.Warn("telegram: cannot confirm the last updates, they may be answered again", "err", err)
	}
}

func (a *Adapter) getUpdates(ctx context.Context, offset int64, hold time.Duration) ([]json.RawMessage, error) {
	var batch []json.RawMessage
	err := a.api.callWithin(ctx, hold+callTime, "getUpdates", pollParams{
		Offset:         offset,
		Limit:          window,
		Timeout:        int(hold.Seconds()),
		AllowedUpdates: []string{"message"},
	}, &batch)
	switch code(err) {
	case http.StatusUnauthorized:
		return nil, errToken
	case http.StatusConflict:
		var refusal *apiError
		if errors.As(err, &refusal) && strings.Contains(refusal.Description, "webhook") {
			return nil, fmt.Errorf("%w: %w", errWebhook, err)
		}
		return nil, fmt.Errorf("%w: %w", errConflict, err)
	}
	return batch, err
}

// ledger keeps which updates are in hand and which are done.
type ledger struct {
	mu   sync.Mutex
	open map[int64]bool
	// done holds the ids last finished: the server repeats those behind an
	// unfinished one. Comparing with the highest id would not do, because ids
	// start anew at random after a week without updates (Bot API, Update).
	done  map[int64]bool
	order []int64 // of done, oldest first
	next  int64   // where to go on when nothing is open
	last  int64   // the offset of the last poll that succeeded
	idle  chan struct{}
}

// remembered is many times what a server can repeat, which is one window.
const remembered = 10 * window

func newLedger() *ledger {
	return &ledger{open: map[int64]bool{}, done: map[int64]bool{}, idle: make(chan struct{}, 1)}
}

// take puts an update in hand. It reports false if it already is or was.
func (l *ledger) take(id int64) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.open[id] || l.done[id] {
		return false
	}
	l.open[id] = true
	l.next = id + 1
	return true
}

// finish marks an update as done with.
func (l *ledger) finish(id int64) {
	l.mu.Lock()
	defer l.mu.Unlock()
	delete(l.open, id)
	l.done[id] = true
	l.order = append(l.order, id)
	if len(l.order) > remembered {
		delete(l.done, l.order[0])
		l.order = l.order[1:]
	}
	if len(l.open) == 0 {
		select {
		case l.idle <- struct{}{}:
		default:
		}
	}
}

// offset is the oldest unfinished update, or the one expected next.
func (l *ledger) offset() int64 {
	l.mu.Lock()
	defer l.mu.Unlock()
	first := l.next
	for id := range l.open {
		first = min(first, id)
	}
	return first
}

func (l *ledger) settled() bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	return len(l.open) == 0
}

// wait returns when nothing is in hand any more, but after d at the latest.
func (l *ledger) wait(ctx context.Context, d time.Duration) {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-l.idle:
	case <-timer.C:
	case <-ctx.Done():
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

// lanes run jobs: those of one chat in order, those of different chats side by
// side. The window of updates in hand bounds them.
type lanes struct {
	mu    sync.Mutex
	queue map[int64][]func() // an entry while its goroutine runs
	all   sync.WaitGroup
}

func newLanes() *lanes { return &lanes{queue: map[int64][]func(){}} }

func (l *lanes) add(chat int64, job func()) {
	l.mu.Lock()
	defer l.mu.Unlock()
	jobs, running := l.queue[chat]
	l.queue[chat] = append(jobs, job)
	if !running {
		l.all.Go(func() { l.run(chat) })
	}
}

func (l *lanes) run(chat int64) {
	for {
		job := l.pop(chat)
		if job == nil {
			return
		}
		job()
	}
}

// pop takes the next job of a chat; nil closes the lane.
func (l *lanes) pop(chat int64) func() {
	l.mu.Lock()
	defer l.mu.Unlock()
	jobs := l.queue[chat]
	if len(jobs) == 0 {
		delete(l.queue, chat)
		return nil
	}
	l.queue[chat] = jobs[1:]
	return jobs[0]
}

// wait returns when all lanes are empty, but after d at the latest, and reports
// whether they are. Nothing may be added any more.
func (l *lanes) wait(d time.Duration) bool {
	empty := make(chan struct{})
	go func() {
		l.all.Wait()
		close(empty)
	}()
	select {
	case <-empty:
		return true
	case <-time.After(d):
		return false
	}
}
