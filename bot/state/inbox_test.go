package state_test

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"rapporteur/bot/state"
)

const account = "telegram/123456789"

// receive receives updates whose bodies are made from their ids.
func receive(tb testing.TB, s *state.Store, account string, ids ...int64) (fresh []int64) {
	tb.Helper()
	bodies := make([][]byte, len(ids))
	for i, id := range ids {
		bodies[i] = fmt.Appendf(nil, "%s %d", account, id)
	}
	fresh, err := s.Receive(ctx, account, ids, bodies)
	check(tb, err)
	return fresh
}

// inHand returns the ids in hand, whose bodies must be those of receive.
func inHand(tb testing.TB, s *state.Store, account string) []int64 {
	tb.Helper()
	ids, bodies, err := s.InHand(ctx, account)
	check(tb, err)
	want(tb, "bodies", len(bodies), len(ids))
	for i, id := range ids {
		want(tb, "body", string(bodies[i]), fmt.Sprintf("%s %d", account, id))
	}
	return ids
}

func TestInbox(t *testing.T) {
	everywhere(t, func(t *testing.T, s *state.Store) {
		want(t, "in hand at first", inHand(t, s, account), nil)
		want(t, "none received", receive(t, s, account), nil)
		// The order is that of arrival, not of the numbers.
		want(t, "received", receive(t, s, account, 900, 901, 7), []int64{900, 901, 7})
		want(t, "in hand", inHand(t, s, account), []int64{900, 901, 7})
		want(t, "again, with new ones", receive(t, s, account, 901, 8, 8, 7, -3), []int64{8, -3})
		want(t, "all known", receive(t, s, account, 901, 8), nil)
		want(t, "in hand", inHand(t, s, account), []int64{900, 901, 7, 8, -3})

		check(t, s.Finish(ctx, account, 901))
		check(t, s.Finish(ctx, account, 901))
		check(t, s.Finish(ctx, account, 1000)) // never received
		want(t, "one finished", inHand(t, s, account), []int64{900, 7, 8, -3})
		want(t, "one that is done", receive(t, s, account, 901, 1000), []int64{1000})

		want(t, "another bot's", receive(t, s, "telegram/2", 900), []int64{900})
		check(t, s.Finish(ctx, "telegram/2", 900))
		want(t, "one bot's", inHand(t, s, account), []int64{900, 7, 8, -3, 1000})
		want(t, "another bot's", inHand(t, s, "telegram/2"), nil)
	})
}

// TestInboxBodies keeps bodies that are nothing, and some that are not text.
func TestInboxBodies(t *testing.T) {
	everywhere(t, func(t *testing.T, s *state.Store) {
		bodies := [][]byte{nil, {}, {0}, {0xff, 0xfe}, []byte("Привіт"), make([]byte, 1<<20)}
		fresh, err := s.Receive(ctx, account, []int64{1, 2, 3, 4, 5, 6}, bodies)
		check(t, err)
		want(t, "fresh", len(fresh), 6)
		_, got, err := s.InHand(ctx, account)
		check(t, err)
		if !slices.EqualFunc(got, bodies, slices.Equal) {
			t.Errorf("%d bodies are others", len(got))
		}
	})
}

func TestReceiveErrors(t *testing.T) {
	s := open(t, "")
	for _, tt := range []struct {
		name, account string
		bodies        int
	}{{"a body is missing", account, 1}, {"one body too many", account, 3}, {"no account", "", 2}} {
		if _, err := s.Receive(ctx, tt.account, []int64{1, 2}, make([][]byte, tt.bodies)); err == nil {
			t.Errorf("%s: no error", tt.name)
		}
	}
	stopped, cancel := context.WithCancel(ctx)
	cancel()
	fresh, err := s.Receive(stopped, account, []int64{1}, [][]byte{nil})
	wantErr(t, "cancelled", err, context.Canceled)
	want(t, "cancelled", fresh, nil)
	want(t, "in hand", inHand(t, s, account), nil)

	s = nil
	_, err = s.Receive(ctx, account, []int64{1}, [][]byte{nil})
	wantErr(t, "receive without a store", err, state.ErrNone)
	_, err = s.Receive(ctx, account, nil, nil)
	wantErr(t, "receive nothing without a store", err, state.ErrNone)
	wantErr(t, "finish without a store", s.Finish(ctx, account, 1), state.ErrNone)
	want(t, "in hand without a store", inHand(t, s, account), nil)
}

// TestReceiveCancelled gives up in the middle of a batch: it is kept whole, and
// all of it is said to be new, or not at all.
func TestReceiveCancelled(t *testing.T) {
	everywhere(t, func(t *testing.T, s *state.Store) {
		kept := 0
		for round := range 100 {
			var ids []int64
			for i := range 100 {
				ids = append(ids, int64(100*round+i))
			}
			stopped, cancel := context.WithCancel(ctx)
			go cancel()
			fresh, err := s.Receive(stopped, account, ids, make([][]byte, 100))
			if err == nil {
				kept += 100
				want(t, "fresh", fresh, ids)
			} else {
				wantErr(t, "given up", err, context.Canceled)
				want(t, "fresh after an error", fresh, nil)
			}
			cancel()
		}
		ids, _, err := s.InHand(ctx, account)
		check(t, err)
		want(t, "in hand", len(ids), kept)
	})
}

// TestReceiveOnce lets many goroutines receive the same: each id is new to one
// of them.
func TestReceiveOnce(t *testing.T) {
	everywhere(t, func(t *testing.T, s *state.Store) {
		var mu sync.Mutex
		times := map[int64]int{}
		var all sync.WaitGroup
		for g := range 8 {
			all.Go(func() {
				for i := range int64(20) {
					ids := []int64{i, (i + int64(g)) % 20, i + 1}
					fresh, err := s.Receive(ctx, account, ids, make([][]byte, 3))
					if err != nil {
						t.Error(err)
					}
					mu.Lock()
					for _, id := range fresh {
						times[id]++
					}
					mu.Unlock()
					if err := s.Finish(ctx, account, i); err != nil {
						t.Error(err)
					}
				}
			})
		}
		all.Wait()
		want(t, "ids", len(times), 21)
		for id, n := range times {
			want(t, fmt.Sprintf("times %d was new", id), n, 1)
		}
	})
}

// TestInboxReopen looks at the inbox after a restart, and for what is finished
// in the files themselves.
func TestInboxReopen(t *testing.T) {
	path := filepath.Join(t.TempDir(), state.FileName)
	s := open(t, path)
	const short, long = "who pays for dinner", "who pays for supper"
	_, err := s.Receive(ctx, account, []int64{1, 2, 3}, [][]byte{[]byte(short), []byte(strings.Repeat(long, 1000)), []byte("in hand")})
	check(t, err)
	if len(found(t, path, short)) == 0 || len(found(t, path, long)) == 0 {
		t.Fatal("what was received is not found in the files: the test does not look")
	}
	check(t, s.Finish(ctx, account, 1))
	check(t, s.Finish(ctx, account, 2))
	_, err = s.Purge(ctx, time.Unix(0, 0))
	check(t, err)
	want(t, "finished", append(found(t, path, short), found(t, path, long)...), nil)
	check(t, s.Close())

	s = open(t, path)
	ids, bodies, err := s.InHand(ctx, account)
	check(t, err)
	if len(ids) != 1 || ids[0] != 3 || string(bodies[0]) != "in hand" {
		t.Errorf("in hand: %d, %q", ids, bodies)
	}
	want(t, "received again", receive(t, s, account, 1, 2, 3, 4), []int64{4})
}

// found names the files of a store in which something stands.
func found(tb testing.TB, path, needle string) (files []string) {
	tb.Helper()
	names, err := filepath.Glob(path + "*")
	check(tb, err)
	for _, name := range names {
		b, err := os.ReadFile(name)
		check(tb, err)
		if strings.Contains(string(b), needle) {
			files = append(files, filepath.Base(name))
		}
	}
	return files
}

// TestInboxDiskFull fills the disk: of a batch that does not fit nothing stays,
// so that the platform can be asked for it again.
func TestInboxDiskFull(t *testing.T) {
	dir := t.TempDir()
	mount(t, dir, "-t", "tmpfs", "-o", "size=1m", "tmpfs")
	path := filepath.Join(dir, state.FileName)
	s := open(t, path)
	check(t, os.WriteFile(filepath.Join(dir, "ballast"), make([]byte, 400<<10), 0o600))
	bodies := slices.Repeat([][]byte{[]byte(strings.Repeat("x", 500))}, 20)
	batch := func(n int) (ids []int64) {
		for i := range bodies {
			ids = append(ids, int64(n*len(bodies)+i))
		}
		return ids
	}
	var kept []int64
	var err error
	n := 0
	for ; err == nil; n++ {
		var fresh []int64
		if fresh, err = s.Receive(ctx, account, batch(n), bodies); err == nil {
			kept = append(kept, fresh...)
		}
	}
	says(t, err, path, "make room on the disk")
	ids, _, err := s.InHand(ctx, account)
	check(t, err)
	want(t, "in hand when the disk is full", ids, kept)

	check(t, os.Remove(filepath.Join(dir, "ballast")))
	fresh, err := s.Receive(ctx, account, batch(n-1), bodies)
	check(t, err)
	want(t, "the batch that did not fit", fresh, batch(n-1))
	check(t, s.Finish(ctx, account, 0))
	check(t, s.Close())
	s = open(t, path)
	ids, _, err = s.InHand(ctx, account)
	check(t, err)
	want(t, "in hand after the disk was full", ids, append(kept, fresh...)[1:])
}
