package parallel_test

import (
	"errors"
	"runtime"
	"sync/atomic"
	"testing"
	"time"

	"rapporteur/index/parallel"
)

func TestDo(t *testing.T) {
	for _, n := range []int{0, 1, 2, 3, 100, 10_000} {
		calls := make([]atomic.Int32, n)
		if err := parallel.Do(n, func(i int) error { calls[i].Add(1); return nil }); err != nil {
			t.Fatal(err)
		}
		for i := range calls {
			if c := calls[i].Load(); c != 1 {
				t.Errorf("of %d: %d was called %d times", n, i, c)
			}
		}
	}
}

func TestDoFails(t *testing.T) {
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(1)) // one after the other
	failed := errors.New("failed")
	var calls atomic.Int32
	err := parallel.Do(1000, func(i int) error {
		calls.Add(1)
		if i == 3 {
			return failed
		}
		return nil
	})
	if err != failed {
		t.Error(err)
	}
	if n := calls.Load(); n != 4 {
		t.Errorf("%d calls although the fourth had failed", n)
	}
}

func TestDoPanics(t *testing.T) {
	defer func() {
		if p := recover(); p != "here" {
			t.Errorf("recovered %v", p)
		}
	}()
	_ = parallel.Do(100, func(i int) error {
		if i == 50 {
			panic("here")
		}
		return nil
	})
	t.Error("went on")
}

// TestDoAlone has every processor but the caller's busy with something that does
// not give way: nothing waits for it.
func TestDoAlone(t *testing.T) {
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(2))
	var done, running atomic.Bool
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		for running.Store(true); !done.Load(); { // until it is preempted, and then again
		}
	}()
	for !running.Load() {
		runtime.Gosched()
	}
	var calls atomic.Int32
	for range 200 {
		if err := parallel.Do(16, func(int) error { calls.Add(1); return nil }); err != nil {
			t.Fatal(err)
		}
	}
	done.Store(true)
	<-ended
	if n := calls.Load(); n != 200*16 {
		t.Errorf("%d calls", n)
	}
}

// BenchmarkBusy measures pieces of 50 µs while another goroutine keeps a
// processor busy.
func BenchmarkBusy(b *testing.B) {
	var done atomic.Bool
	defer done.Store(true)
	for range runtime.GOMAXPROCS(0) {
		go func() {
			for !done.Load() {
			}
		}()
	}
	for b.Loop() {
		_ = parallel.Do(8, func(int) error {
			for began := time.Now(); time.Since(began) < 50*time.Microsecond; {
			}
			return nil
		})
	}
}
