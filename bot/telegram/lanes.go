package telegram

import (
	"sync"
	"time"
)

// lanes run jobs: those of one lane in order, those of different lanes side by
// side.
type lanes struct {
	mu    sync.Mutex
	queue map[string][]func() // an entry while its goroutine runs
	ended chan struct{}       // a lane is empty
}

func newLanes() *lanes {
	return &lanes{queue: map[string][]func(){}, ended: make(chan struct{}, 1)}
}

func (l *lanes) add(lane string, job func()) {
	l.mu.Lock()
	defer l.mu.Unlock()
	jobs, running := l.queue[lane]
	l.queue[lane] = append(jobs, job)
	if !running {
		go l.run(lane)
	}
}

// waiting is how many jobs wait in a lane.
func (l *lanes) waiting(lane string) int {
	l.mu.Lock()
	defer l.mu.Unlock()
	return len(l.queue[lane])
}

func (l *lanes) run(lane string) {
	for {
		job := l.pop(lane)
		if job == nil {
			return
		}
		job()
	}
}

// pop takes the next job of a lane; nil closes it.
func (l *lanes) pop(lane string) func() {
	l.mu.Lock()
	defer l.mu.Unlock()
	jobs := l.queue[lane]
	if len(jobs) == 0 {
		delete(l.queue, lane)
		select {
		case l.ended <- struct{}{}:
		default:
		}
		return nil
	}
	l.queue[lane] = jobs[1:]
	return jobs[0]
}

// wait returns when all lanes are empty, but after d at the latest, and reports
// whether they are.
func (l *lanes) wait(d time.Duration) bool {
	timer := time.NewTimer(d)
	defer timer.Stop()
	for {
		l.mu.Lock()
		running := len(l.queue)
		l.mu.Unlock()
		if running == 0 {
			return true
		}
		select {
		case <-l.ended:
		case <-timer.C:
			return false
		}
	}
}
