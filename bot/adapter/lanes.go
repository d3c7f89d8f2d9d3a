package adapter

import (
	"log/slog"
	"sync"
	"time"
)

// Lanes run jobs: those of one lane in order, those of different lanes side by
// side. A job that panics is logged, and the next one runs.
type Lanes struct {
	log     *slog.Logger
	message string // of a panic

	mu    sync.Mutex
	queue map[string][]func() // an entry while its goroutine runs
	ended chan struct{}       // a lane is empty
}

// NewLanes returns lanes that log panics under a message.
func NewLanes(log *slog.Logger, message string) *Lanes {
	return &Lanes{log: log, message: message, queue: map[string][]func(){}, ended: make(chan struct{}, 1)}
}

// Add has a job run in a lane. It never blocks.
func (l *Lanes) Add(lane string, job func()) {
	l.mu.Lock()
	defer l.mu.Unlock()
	jobs, running := l.queue[lane]
	l.queue[lane] = append(jobs, job)
	if !running {
		go l.run(lane)
	}
}

// Waiting is how many jobs wait in a lane.
func (l *Lanes) Waiting(lane string) int {
	l.mu.Lock()
	defer l.mu.Unlock()
	return len(l.queue[lane])
}

// Running is how many lanes are not empty.
func (l *Lanes) Running() int {
	l.mu.Lock()
	defer l.mu.Unlock()
	return len(l.queue)
}

func (l *Lanes) run(lane string) {
	for job := l.pop(lane); job != nil; job = l.pop(lane) {
		_ = Safely(l.log, l.message, func() error { job(); return nil })
	}
}

// pop takes the next job of a lane; nil closes it.
func (l *Lanes) pop(lane string) func() {
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

func (l *Lanes) signal() {
	select {
	case l.ended <- struct{}{}:
	default:
	}
}

// Wait returns when all lanes are empty, but after d at the latest, and reports
// whether they are.
func (l *Lanes) Wait(d time.Duration) bool {
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
