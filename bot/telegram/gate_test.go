package telegram

import (
	"context"
	"fmt"
	"slices"
	"testing"
	"testing/synctest"
	"time"
)

// TestGate has one chat come with much before others come with little.
func TestGate(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		g := newGate(1)
		ctx, stop := context.WithCancel(t.Context())
		var order []string // those who enter are alone
		come := func(ctx context.Context, chat string) {
			go func() {
				if g.enter(ctx, chat) == nil {
					order = append(order, chat)
					time.Sleep(time.Second)
					g.leave()
				}
			}()
			synctest.Wait()
		}
		for range 6 {
			come(ctx, "busy")
		}
		leaving, leave := context.WithCancel(ctx)
		come(leaving, "gone")
		come(ctx, "b")
		come(ctx, "c")
		come(ctx, "b")
		leave()
		time.Sleep(500 * time.Millisecond)
		synctest.Wait()
		if n, oldest := g.queue(); n != 8 || oldest != 500*time.Millisecond {
			t.Errorf("%d wait, the oldest for %v", n, oldest)
		}
		time.Sleep(time.Minute)
		synctest.Wait()
		if want := []string{"busy", "busy", "b", "c", "busy", "b", "busy", "busy", "busy"}; !slices.Equal(order, want) {
			t.Errorf("in the order %v, want %v", order, want)
		}
		stop()
		if g.enter(ctx, "late") == nil {
			t.Error("who has given up enters")
		}
		if g.free != 1 || len(g.waiting) > 0 || len(g.turns) > 0 {
			t.Errorf("left behind: %+v", g)
		}
	})
}

// TestGateLosesNoPlace has requests give up while their turns come.
func TestGateLosesNoPlace(t *testing.T) {
	g := newGate(2)
	done := make(chan bool)
	for i := range 200 {
		go func() {
			ctx, stop := context.WithTimeout(context.Background(), time.Duration(i%7)*100*time.Microsecond)
			defer stop()
			if g.enter(ctx, fmt.Sprint(i%5)) == nil {
				time.Sleep(50 * time.Microsecond)
				g.leave()
			}
			done <- true
		}()
	}
	for range 200 {
		<-done
	}
	if g.free != 2 || len(g.waiting) > 0 || len(g.turns) > 0 {
		t.Errorf("left behind: %+v", g)
	}
}
