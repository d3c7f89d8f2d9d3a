package operate_test

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

	"rapporteur/bot"
	"rapporteur/bot/bottest"
	"rapporteur/bot/operate"
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
				b := bottest.Operated(t, &bottest.ScriptedKeeper{OnReindex: func(ctx context.Context, _ bool, tell func(operate.Progress)) (operate.Changes, error) {
					began := time.Now()
					end := time.After(tt.takes)
					for n := 1; ; n++ {
						select {
						case <-end:
							return operate.Changes{Texts: 2}, ctx.Err()
						case <-time.After(tt.every):
							if tt.tells > 0 {
								tell(operate.Progress{Done: n, Total: 1000, Began: began})
							}
						}
					}
				}})
				ctx, cancel := context.WithTimeout(t.Context(), bot.DefaultTimeout)
				start := time.Now()
				r := b.Handle(ctx, bottest.Commanding("reindex", ""))
				cancel()
				if r.Updates == nil || time.Since(start) > 0 || !strings.Contains(bottest.TextsOf(r), "just begun") {
					t.Fatalf("after %v: %+v", time.Since(start), r)
				}
				var got []time.Duration
				before, end := time.Duration(-operate.UpdateEvery), r
				for next := range r.Updates {
					at := time.Since(start)
					if at-before < operate.UpdateEvery {
						t.Errorf("an update %v after the one before", at-before)
					}
					got, before, end = append(got, at), at, next
					if !next.Private {
						t.Error("everybody sees an update")
					}
				}
				if !strings.Contains(bottest.TextsOf(end), "Nothing has changed.") || len(end.Actions) > 0 {
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
		b := bottest.Operated(t, &bottest.ScriptedKeeper{OnReindex: func(_ context.Context, _ bool, tell func(operate.Progress)) (operate.Changes, error) {
			for n := range 100 {
				tell(operate.Progress{Done: n + 1, Total: 100, Began: time.Now()})
				time.Sleep(100 * time.Millisecond)
			}
			return operate.Changes{Added: []string{"a"}}, nil
		}})
		r := b.Handle(t.Context(), bottest.Commanding("reindex", ""))
		b.Handle(t.Context(), bottest.Commanding("reindex", "")) // this one is never read
		time.Sleep(time.Minute)
		if end := bottest.Last(r); !strings.Contains(bottest.TextsOf(end), "+1 text") {
			t.Errorf("%+v", end)
		}
	})
}

func TestClose(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ended := false
		b := bottest.Operated(t, &bottest.ScriptedKeeper{OnReindex: func(ctx context.Context, _ bool, _ func(operate.Progress)) (operate.Changes, error) {
			<-ctx.Done()
			ended = true
			return operate.Changes{}, ctx.Err()
		}})
		r := b.Handle(t.Context(), bottest.Commanding("reindex", ""))
		synctest.Wait()
		b.Close()
		if !ended {
			t.Error("it still goes on")
		}
		if end := bottest.Last(r); !bottest.IsSaying(end, bot.KindError, "ending", nil) {
			t.Errorf("%+v", end)
		}
		if r := b.Handle(t.Context(), bottest.Commanding("reindex", "")); !bottest.IsSaying(r, bot.KindError, "ending", nil) {
			t.Errorf("after the end: %+v", r)
		}
		if r := b.Handle(t.Context(), bottest.Asking("Who opened it?")); r.Kind != bot.KindAnswer {
			t.Errorf("a question after the end: %+v", r)
		}
		b.Close()
	})
}

func TestHowItEnds(t *testing.T) {
	for name, tt := range map[string]struct {
		ch      operate.Changes
		err     error
		panics  bool
		kind    bot.ReplyKind
		want    string
		changed bool
		logged  string
	}{
		"with changes":     {ch: operate.Changes{Added: []string{"a"}, Texts: 3}, kind: bot.KindNotice, want: "+1 text", changed: true},
		"joined":           {ch: operate.Changes{Added: []string{"a"}, Joined: true}, kind: bot.KindNotice, want: "under way already", changed: true},
		"cancelled":        {err: fmt.Errorf("index: %w", context.Canceled), kind: bot.KindNotice, want: "Cancelled. All is as it was."},
		"the disk is full": {err: errors.New("write /secret/path: no space left"), kind: bot.KindError, want: "All is as it was", logged: "no space left"},
		"it panics":        {panics: true, kind: bot.KindError, want: "All is as it was", logged: "the keeper fell"},
		"an explanation":   {err: operate.ErrNothingBefore, kind: bot.KindError, want: "no corpus and index before"},
	} {
		for _, command := range []string{"reindex", "rollback"} {
			t.Run(name+"/"+command, func(t *testing.T) {
				synctest.Test(t, func(t *testing.T) {
					var log bytes.Buffer
					changed := 0
					do := func(context.Context, func(operate.Progress)) (operate.Changes, error) {
						if tt.panics {
							panic("the keeper fell")
						}
						return tt.ch, tt.err
					}
					k := &bottest.ScriptedKeeper{OnRollback: do, OnReindex: func(ctx context.Context, _ bool, tell func(operate.Progress)) (operate.Changes, error) {
						return do(ctx, tell)
					}}
					b := bottest.Operated(t, k, bottest.Logging(&log), func(c *bottest.Config) { c.Changed = func() { changed++ } })
					text := map[string]string{"rollback": "yes"}[command]
					end := bottest.Last(b.Handle(t.Context(), bottest.Commanding(command, text)))
					if end.Kind != tt.kind || !strings.Contains(bottest.TextsOf(end), tt.want) || strings.Contains(bottest.TextsOf(end), "secret") {
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
		k := &bottest.ScriptedKeeper{
			OnReindex: func(ctx context.Context, _ bool, tell func(operate.Progress)) (operate.Changes, error) {
				begun.Add(1)
				tell(operate.Progress{Done: 10, Total: 100, Began: time.Now().Add(-time.Second)})
				select {
				case <-stop:
					return operate.Changes{}, context.Canceled
				case <-ctx.Done():
					return operate.Changes{}, ctx.Err()
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
		b := bottest.Operated(t, k, func(c *bottest.Config) { c.Admins = append(c.Admins, "discord:8") })
		other := func(r *bot.Request) { r.User = "8" }
		one := b.Handle(t.Context(), bottest.Commanding("reindex", ""))
		two := b.Handle(t.Context(), bottest.Commanding("reindex", "", other))
		synctest.Wait()
		if begun.Load() != 2 || bottest.ButtonOf(one, bot.Cancel) == "" || bottest.ButtonOf(two, bot.Cancel) == "" {
			t.Fatalf("begun %d, %+v, %+v", begun.Load(), one, two)
		}
		time.Sleep(operate.UpdateEvery)
		synctest.Wait()
		if r := <-one.Updates; bottest.ButtonOf(r, bot.Cancel) == "" || !strings.Contains(bottest.TextsOf(r), "10 of 100 (10%)") {
			t.Errorf("under way: %+v", r)
		}
		// Who has not begun the one cancels it, from another message.
		if r := b.Handle(t.Context(), bottest.Pressing(bottest.ButtonOf(two, bot.Cancel), other)); !bottest.IsSaying(r, bot.KindNotice, "cancelling", nil) {
			t.Errorf("%+v", r)
		}
		for _, r := range []bot.Reply{one, two} {
			if end := bottest.Last(r); !bottest.IsSaying(end, bot.KindNotice, "was_cancelled", nil) {
				t.Errorf("%+v", end)
			}
		}
		if r := b.Handle(t.Context(), bottest.Pressing(bottest.ButtonOf(one, bot.Cancel))); !bottest.IsSaying(r, bot.KindNotice, "nothing_to_cancel", nil) {
			t.Errorf("again: %+v", r)
		}
	})
}

// What is under way is read again while somebody watches: what is shown does not
// run backwards.
func TestProgressRunsForward(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		stop := make(chan struct{})
		b := bottest.Operated(t, &bottest.ScriptedKeeper{OnReindex: func(_ context.Context, _ bool, tell func(operate.Progress)) (operate.Changes, error) {
			for _, p := range []operate.Progress{
				{Phase: operate.Reading, Done: 5, Total: 10}, {Phase: operate.Indexing, Done: 10, Total: 100},
				{Phase: operate.Reading, Done: 9, Total: 10}, {Phase: operate.Indexing, Done: 3, Total: 100},
			} {
				p.Began = time.Now()
				tell(p)
			}
			<-stop
			return operate.Changes{}, nil
		}})
		r := b.Handle(t.Context(), bottest.Commanding("reindex", ""))
		if got := bottest.TextsOf(<-r.Updates); !strings.Contains(got, "Indexing the passages: 10 of 100") {
			t.Errorf("shown: %s", got)
		}
		close(stop)
		bottest.Last(r)
	})
}
