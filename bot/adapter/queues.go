package adapter

import (
	"log/slog"
	"sync"
	"time"
)

// Queues run jobs: those of one lane in order, those of different queues side by
// side. A job that panics is logged, and the next one runs.
type Queues struct {
	log     *slog.Logger
	message string // of a panic

	mu    sync.Mutex
	queue map[string][]func() // an entry while its goroutine runs
	ended chan struct{}       // a queue is empty
}

// NewQueues returns queues that log panics under a message.
func NewQueues(log *slog.Logger, message string) *Queues {
	return &Queues{log: log, message: message, queue: map[string][]func(){}, ended: make(chan struct{}, 1)}
}

// Add has a job run in a queue. It never blocks.
func (l *Queues) Add(lane string, job func()) {
	l.mu.Lock()
	defer l.mu.Unlock()
	jobs, running := l.queue[lane]
	l.queue[lane] = append(jobs, job)
	if !running {
		go l.run(lane)
	}
}

// Waiting is how many jobs wait in a queue.
func (l *Queues) Waiting(lane string) int {
	l.mu.Lock()
	defer l.mu.Unlock()
	return len(l.queue[lane])
}

// Running is how many queues are not empty.
func (l *Queues) Running() int {
	l.mu.Lock()
	defer l.mu.Unlock()
	return len(l.queue)
}

func (l *Queues) run(lane string) {
	for job := l.pop(lane); job != nil; job = l.pop(lane) {
		_ = Safely(l.log, l.message, func() error { job(); return nil })
	}
}

// pop takes the next job of a queue; nil closes it.
func (l *Queues) pop(lane string) func() {
	l.mu.Lock()
	defer l.mu.Unlock()
	jobs := l.queue[lane]
	if len(jobs) == 0 {
		delete(l.queue, lane)
		l.signal()
		return nil
	}
	l.queue[lane] = jobs[1:]
	return jobs[0]
}

func (l *Queues) signal() {
	select {
	case l.ended <- struct{}{}:
	default:
	}
}

// Wait returns when all queues are empty, but after d at the latest, and reports
// whether they are.
func (l *Queues) Wait(d time.Duration) bool {
	timer := time.NewTimer(d)
	defer timer.Stop()
	for l.Running() > 0 {
		select {
		case <-l.ended:
		case <-timer.C:
			return false
		}
	}
	l.signal() // who else waits
	return true
}
