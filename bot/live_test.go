package bot

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"
)

func TestPace(t *testing.T) {
	for name, tt := range map[string]struct {
		tells, every, takes time.Duration
		want                []time.Duration // when updates come, the end last
	}{
		"at once":             {0, time.Second, 0, []time.Duration{0}},
		"soon":                {1, 100 * time.Millisecond, 1900 * time.Millisecond, []time.Duration{1900 * time.Millisecond}},
		"ten times a second":  {1, 100 * time.Millisecond, 7 * time.Second, []time.Duration{2 * time.Second, 4 * time.Second, 6 * time.Second, 8 * time.Second}},
		"seldom":              {1, 4500 * time.Millisecond, 12500 * time.Millisecond, []time.Duration{6 * time.Second, 10 * time.Second, 12500 * time.Millisecond}},
		"says nothing":        {0, time.Second, 90 * time.Second, []time.Duration{90 * time.Second}},
		"past its deadline":   {1, time.Second, 31 * time.Second, nil},
		"long after the last": {1, 3 * time.Second, 5 * time.Second, []time.Duration{4 * time.Second, 6 * time.Second}},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				b := Operated(t, &ScriptedKeeper{OnReindex: func(ctx context.Context, _ bool, tell func(Progress)) (Changes, error) {
					began := time.Now()
					end := time.After(tt.takes)
					for n := 1; ; n++ {
						select {
						case <-end:
							return Changes{Texts: 2}, ctx.Err()
						case <-time.After(tt.every):
							if tt.tells > 0 {
								tell(Progress{n, 1000, began})
							}
						}
					}
				}})
				ctx, cancel := context.WithTimeout(t.Context(), DefaultTimeout)
				start := time.Now()
				r := b.Handle(ctx, Commanding("reindex", ""))
				cancel()
				if r.Updates == nil || time.Since(start) > 0 || !strings.Contains(TextsOf(r), "just begun") {
					t.Fatalf("after %v: %+v", time.Since(start), r)
				}
				var got []time.Duration
				before, end := time.Duration(-updateEvery), r
				for next := range r.Updates {
					at := time.Since(start)
					if at-before < updateEvery {
						t.Errorf("an update %v after the one before", at-before)
					}
					got, before, end = append(got, at), at, next
					if !next.Private {
						t.Error("everybody sees an update")
					}
				}
				if !strings.Contains(TextsOf(end), "Nothing has changed.") || len(end.Actions) > 0 {
					t.Errorf("at the end: %+v", end)
				}
				if tt.want != nil && fmt.Sprint(got) != fmt.Sprint(tt.want) {
					t.Errorf("updates at %v, want %v", got, tt.want)
				}
			})
		})
	}
}

// Nobody has to read: who comes late gets the latest.
func TestNobodyReads(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := Operated(t, &ScriptedKeeper{OnReindex: func(_ context.Context, _ bool, tell func(Progress)) (Changes, error) {
			for n := range 100 {
				tell(Progress{n + 1, 100, time.Now()})
				time.Sleep(100 * time.Millisecond)
			}
			return Changes{Added: []string{"a"}}, nil
		}})
		r := b.Handle(t.Context(), Commanding("reindex", ""))
		b.Handle(t.Context(), Commanding("reindex", "")) // this one is never read
		time.Sleep(time.Minute)
		if end := Last(r); !strings.Contains(TextsOf(end), "+1 text") {
			t.Errorf("%+v", end)
		}
	})
}

func TestClose(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ended := false
		b := Operated(t, &ScriptedKeeper{OnReindex: func(ctx context.Context, _ bool, _ func(Progress)) (Changes, error) {
			<-ctx.Done()
			ended = true
			return Changes{}, ctx.Err()
		}})
		r := b.Handle(t.Context(), Commanding("reindex", ""))
		synctest.Wait()
		b.Close()
		if !ended {
			t.Error("it still goes on")
		}
		if end := Last(r); !IsSaying(end, KindError, "ending", nil) {
			t.Errorf("%+v", end)
		}
		if r := b.Handle(t.Context(), Commanding("reindex", "")); !IsSaying(r, KindError, "ending", nil) {
			t.Errorf("after the end: %+v", r)
		}
		if r := b.Handle(t.Context(), Asking("Who opened it?")); r.Kind != KindAnswer {
			t.Errorf("a question after the end: %+v", r)
		}
		b.Close()
	})
}

func TestHowItEnds(t *testing.T) {
	for name, tt := range map[string]struct {
		ch      Changes
		err     error
		panics  bool
		kind    ReplyKind
		want    string
		changed bool
		logged  string
	}{
		"with changes":     {ch: Changes{Added: []string{"a"}, Texts: 3}, kind: KindNotice, want: "+1 text", changed: true},
		"joined":           {ch: Changes{Added: []string{"a"}, Joined: true}, kind: KindNotice, want: "under way already", changed: true},
		"cancelled":        {err: fmt.Errorf("index: %w", context.Canceled), kind: KindNotice, want: "Cancelled. All is as it was."},
		"the disk is full": {err: errors.New("write /secret/path: no space left"), kind: KindError, want: "All is as it was", logged: "no space left"},
		"it panics":        {panics: true, kind: KindError, want: "All is as it was", logged: "the keeper fell"},
		"an explanation":   {err: ErrNothingBefore, kind: KindError, want: "no corpus and index before"},
	} {
		for _, command := range []string{"reindex", "rollback"} {
			t.Run(name+"/"+command, func(t *testing.T) {
				synctest.Test(t, func(t *testing.T) {
					var log bytes.Buffer
					changed := 0
					do := func(context.Context, func(Progress)) (Changes, error) {
						if tt.panics {
							panic("the keeper fell")
						}
						return tt.ch, tt.err
					}
					k := &ScriptedKeeper{OnRollback: do, OnReindex: func(ctx context.Context, _ bool, tell func(Progress)) (Changes, error) { return do(ctx, tell) }}
					b := Operated(t, k, Logging(&log), func(c *Config) { c.Changed = func() { changed++ } })
					text := map[string]string{"rollback": "yes"}[command]
					end := Last(b.Handle(t.Context(), Commanding(command, text)))
					if end.Kind != tt.kind || !strings.Contains(TextsOf(end), tt.want) || strings.Contains(TextsOf(end), "secret") {
						t.Errorf("%+v", end)
					}
					if (changed == 1) != tt.changed || changed > 1 {
						t.Errorf("told of changes %d times", changed)
					}
					if !strings.Contains(log.String(), tt.logged) || strings.Contains(log.String(), "user=7") {
						t.Errorf("logged %s", log.String())
					}
				})
			})
		}
	}
}

func TestTwoOperators(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		stop := make(chan struct{})
		var begun atomic.Int32
		k := &ScriptedKeeper{
			OnReindex: func(ctx context.Context, _ bool, tell func(Progress)) (Changes, error) {
				begun.Add(1)
				tell(Progress{10, 100, time.Now().Add(-time.Second)})
				select {
				case <-stop:
					return Changes{}, context.Canceled
				case <-ctx.Done():
					return Changes{}, ctx.Err()
				}
			},
			OnCancel: func() bool {
				select {
				case <-stop:
					return false
				default:
					close(stop)
					return true
				}
			},
		}
		b := Operated(t, k, func(c *Config) { c.Admins = append(c.Admins, "discord:8") })
		other := func(r *Request) { r.User = "8" }
		one := b.Handle(t.Context(), Commanding("reindex", ""))
		two := b.Handle(t.Context(), Commanding("reindex", "", other))
		synctest.Wait()
		if begun.Load() != 2 || ButtonOf(one, Cancel) == "" || ButtonOf(two, Cancel) == "" {
			t.Fatalf("begun %d, %+v, %+v", begun.Load(), one, two)
		}
		time.Sleep(updateEvery)
		synctest.Wait()
		if r := <-one.Updates; ButtonOf(r, Cancel) == "" || !strings.Contains(TextsOf(r), "10 of 100 (10%)") {
			t.Errorf("under way: %+v", r)
		}
		// Who has not begun the one cancels it, from another message.
		if r := b.Handle(t.Context(), Pressing(ButtonOf(two, Cancel), other)); !IsSaying(r, KindNotice, "cancelling", nil) {
			t.Errorf("%+v", r)
		}
		for _, r := range []Reply{one, two} {
			if end := Last(r); !IsSaying(end, KindNotice, "was_cancelled", nil) {
				t.Errorf("%+v", end)
			}
		}
		if r := b.Handle(t.Context(), Pressing(ButtonOf(one, Cancel))); !IsSaying(r, KindNotice, "nothing_to_cancel", nil) {
			t.Errorf("again: %+v", r)
		}
	})
}
