// Package parallel shares out the work of one search.
package parallel

import (
	"runtime"
	"sync"
	"sync/atomic"
)

// Do calls f with 0 to n-1, on as many processors as are free, and returns the
// first error, after which no more calls are begun. A panic is the caller's.
//
// The caller does whatever no other goroutine has begun, and waits for nothing
// but what others are in the midst of. To hand everything out and wait would be
// as fast on an idle machine. On a busy one a piece would lie in a queue behind
// other work, for as long as the scheduler lets a goroutine run, 10 ms, and
// longer behind system calls.
func Do(n int, f func(i int) error) error {
	w := batch{n: int64(n), f: f}
	w.unfinished.Add(n)
	for range min(runtime.GOMAXPROCS(0), n) - 1 {
		go w.do()
	}
	w.do()
	w.unfinished.Wait()
	if w.panicked != nil {
		panic(w.panicked)
	}
	return w.err
}

type batch struct {
	n          int64
	f          func(i int) error
	begun      atomic.Int64
	unfinished sync.WaitGroup

	failed   atomic.Bool
	once     sync.Once // of what follows
	err      error
	panicked any
}

func (w *batch) do() {
	for {
		i := w.begun.Add(1) - 1
		if i >= w.n {
			return
		}
		w.piece(int(i))
	}
}

func (w *batch) piece(i int) {
	defer w.unfinished.Done()
	if w.failed.Load() {
		return
	}
	defer func() {
		if p := recover(); p != nil {
			w.fail(nil, p)
		}
	}()
	if err := w.f(i); err != nil {
		w.fail(err, nil)
	}
}

func (w *batch) fail(err error, panicked any) {
	w.once.Do(func() { w.err, w.panicked = err, panicked })
	w.failed.Store(true)
}
