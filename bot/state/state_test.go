package state_test

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"reflect"
	"regexp"
	"sync"
	"testing"
	"time"

	"rapporteur/bot/state"
)

var ctx = context.Background()

// open opens a store and closes it after the test.
func open(tb testing.TB, path string) *state.Store {
	tb.Helper()
	s, err := state.Open(ctx, path, nil)
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() { s.Close() })
	return s
}

// everywhere runs a test in memory and in a file: they must be alike.
func everywhere(t *testing.T, f func(*testing.T, *state.Store)) {
	t.Run("memory", func(t *testing.T) { f(t, open(t, "")) })
	t.Run("file", func(t *testing.T) { f(t, open(t, filepath.Join(t.TempDir(), state.FileName))) })
}

func check(tb testing.TB, err error) {
	tb.Helper()
	if err != nil {
		tb.Fatal(err)
	}
}

func want[T any](tb testing.TB, what string, got, want T) {
	tb.Helper()
	if !reflect.DeepEqual(got, want) {
		tb.Errorf("%s: got %+v, want %+v", what, got, want)
	}
}

func wantErr(tb testing.TB, what string, got, want error) {
	tb.Helper()
	if !errors.Is(got, want) {
		tb.Errorf("%s: got error %v, want %v", what, got, want)
	}
}

func question(format string, args ...any) state.Question {
	return state.Question{Text: fmt.Sprintf(format, args...)}
}

func wish(user string, q state.Question) state.Follow {
	return state.Follow{Platform: "discord", User: user, Chat: "c", Space: "s", Locale: "de", Question: q}
}

func forget(tb testing.TB, s *state.Store, platform, user string) state.Forgotten {
	tb.Helper()
	f, err := s.Forget(ctx, platform, user)
	check(tb, err)
	return f
}

func waiting(tb testing.TB, s *state.Store) (ids []int64) {
	tb.Helper()
	for f, err := range s.Waiting(ctx) {
		check(tb, err)
		ids = append(ids, f.ID)
	}
	return ids
}

func TestSettings(t *testing.T) {
	everywhere(t, func(t *testing.T, s *state.Store) {
		got, err := s.Settings(ctx, "discord", "1")
		check(t, err)
		want(t, "none kept", got, state.Settings{})

		full := state.Settings{Language: "uk", Confidence: "careful", Sources: []string{"a", "b"},
			Channels: []string{"7"}, Threads: []string{"8"}, Admins: []string{"9"},
			Unaddressed: true, Preview: true, Quiet: state.Quiet{From: 1320, To: 420, Zone: "Europe/Kyiv"}}
		got, err = s.ChangeSettings(ctx, "discord", "1", func(s *state.Settings) error { *s = full; return nil })
		check(t, err)
		want(t, "changed", got, full)
		got, err = s.Settings(ctx, "discord", "1")
		check(t, err)
		want(t, "kept", got, full)

		mine := errors.New("mine")
		got, err = s.ChangeSettings(ctx, "discord", "1", func(s *state.Settings) error { s.Language = "de"; return mine })
		wantErr(t, "the change's own error", err, mine)
		want(t, "after an error", got, state.Settings{})
		func() {
			defer func() { recover() }()
			s.ChangeSettings(ctx, "discord", "1", func(s *state.Settings) error { s.Language = "de"; panic("mine") })
		}()
		got, err = s.Settings(ctx, "discord", "1")
		check(t, err)
		want(t, "after an error and a panic", got, full)

		for _, other := range [][2]string{{"telegram", "1"}, {"discord", "2"}, {"discord1", ""}} {
			got, err = s.Settings(ctx, other[0], other[1])
			check(t, err)
			want(t, "another space", got, state.Settings{})
		}

		_, err = s.ChangeSettings(ctx, "discord", "1", func(s *state.Settings) error { *s = state.Settings{}; return nil })
		check(t, err)
		var rows int
		check(t, s.DB().QueryRow("SELECT count(*) FROM settings").Scan(&rows))
		want(t, "rows when nothing is set", rows, 0)
	})
}

// TestSettingsTogether changes one space from many goroutines: none may undo
// what another did.
func TestSettingsTogether(t *testing.T) {
	everywhere(t, func(t *testing.T, s *state.Store) {
		var all sync.WaitGroup
		for i := range 20 {
			all.Go(func() {
				_, err := s.ChangeSettings(ctx, "discord", "1", func(s *state.Settings) error {
					s.Sources = append(s.Sources, fmt.Sprint(i))
					return nil
				})
				if err != nil {
					t.Error(err)
				}
			})
		}
		all.Wait()
		got, err := s.Settings(ctx, "discord", "1")
		check(t, err)
		want(t, "sources", len(got.Sources), 20)
	})
}

func TestRefused(t *testing.T) {
	everywhere(t, func(t *testing.T, s *state.Store) {
		now := time.Unix(1_700_000_000, 0)
		s.SetNow(func() time.Time { return now })
		q := state.Question{Text: "What did the dinner cost?", Options: map[string]string{"since": "2025-12-14", "lang": "en"}}
		key, err := s.Refused(ctx, q, "discord", "u")
		check(t, err)
		if !regexp.MustCompile(`^[a-z0-9]{16}$`).MatchString(key) {
			t.Errorf("key %q", key)
		}
		got, err := s.Question(ctx, key)
		check(t, err)
		want(t, "question", got, q)

		now = now.Add(time.Hour)
		again, err := s.Refused(ctx, q, "discord", "u")
		check(t, err)
		want(t, "the same question's key", again, key)
		var times, first, last int64
		check(t, s.DB().QueryRow("SELECT times, first, last FROM refused").Scan(&times, &first, &last))
		want(t, "times, first, last", []int64{times, first, last}, []int64{2, 1_700_000_000, 1_700_003_600})

		_, err = s.Question(ctx, "aaaaaaaaaaaaaaaa")
		wantErr(t, "unknown key", err, state.ErrNotFound)
	})
}

func TestKey(t *testing.T) {
	q := func(text string, options ...string) state.Question {
		q := state.Question{Text: text}
		for i := 0; i < len(options); i += 2 {
			if q.Options == nil {
				q.Options = map[string]string{}
			}
			q.Options[options[i]] = options[i+1]
		}
		return q
	}
	for _, same := range [][2]state.Question{
		{q("a b"), q(" a\n  b ")},
		{q("a"), {Text: "a", Options: map[string]string{}}},
		{q("a"), q("a", "lang", "")},
	} {
		want(t, fmt.Sprint(same), same[0].Key(), same[1].Key())
	}
	different := []state.Question{q("a b"), q("ab"), q("A b"), q("a b", "lang", "en"), q("a b", "lang", "de"),
		q("a b", "source", "en"), q("a b lang en"), q("a b", "lang", "en", "since", "x"), q("a b", "lang", "ensincex"), q("")}
	seen := map[string]state.Question{}
	for _, d := range different {
		if other, ok := seen[d.Key()]; ok {
			t.Errorf("%v and %v have the same key", d, other)
		}
		seen[d.Key()] = d
	}
	// A key stands in messages that were sent: it must stay what it was.
	want(t, "key", q("What did the dinner cost?", "lang", "en").Key(), "jgdb4opv4yoiwukv")
}

func TestFollow(t *testing.T) {
	everywhere(t, func(t *testing.T, s *state.Store) {
		s.SetNow(func() time.Time { return time.Unix(1_700_000_000, 5).In(time.FixedZone("", 3600)) })
		f := wish("u", state.Question{Text: "Who pays?", Options: map[string]string{"lang": "en"}})
		id, err := s.Follow(ctx, f)
		check(t, err)
		f.Chat, f.Locale = "c2", "uk"
		again, err := s.Follow(ctx, f)
		check(t, err)
		want(t, "id of the same wish", again, id)
		f.ID, f.Since = id, time.Unix(1_700_000_000, 0).UTC()
		got, err := s.Following(ctx, "discord", "u")
		check(t, err)
		want(t, "following", got, []state.Follow{f})

		other, err := s.Follow(ctx, wish("v", f.Question))
		check(t, err)
		want(t, "waiting", waiting(t, s), []int64{id, other})
		wantErr(t, "somebody else's wish", s.Unfollow(ctx, "discord", "u", other), state.ErrNotFound)
		wantErr(t, "on another platform", s.Unfollow(ctx, "telegram", "u", id), state.ErrNotFound)
		check(t, s.Unfollow(ctx, "discord", "u", id))
		wantErr(t, "twice", s.Unfollow(ctx, "discord", "u", id), state.ErrNotFound)
		check(t, s.Unfollow(ctx, "discord", "v", other))
		third, err := s.Follow(ctx, f)
		check(t, err)
		if third <= other {
			t.Errorf("id %d was used before", third)
		}
		if _, err := s.Follow(ctx, state.Follow{Platform: "discord", User: "u"}); err == nil {
			t.Error("no error without a question")
		}
	})
}

func TestTooMany(t *testing.T) {
	s := open(t, "")
	for i := range state.MaxFollows {
		_, err := s.Follow(ctx, wish("u", question("q%d", i)))
		check(t, err)
	}
	_, err := s.Follow(ctx, wish("u", question("one more")))
	wantErr(t, "one more", err, state.ErrTooMany)
	_, err = s.Follow(ctx, wish("u", question("q0")))
	wantErr(t, "one that is followed", err, nil)
	_, err = s.Follow(ctx, wish("v", question("one more")))
	wantErr(t, "somebody else", err, nil)
}

func TestDelivery(t *testing.T) {
	path := filepath.Join(t.TempDir(), state.FileName)
	s := open(t, path)
	var ids []int64
	for i := range 3 {
		id, err := s.Follow(ctx, wish("u", question("q%d", i)))
		check(t, err)
		ids = append(ids, id)
	}
	claim := func(s *state.Store, id int64, wanted bool) {
		t.Helper()
		got, err := s.Claim(ctx, id)
		check(t, err)
		want(t, fmt.Sprintf("claim of %d", id), got, wanted)
	}
	for _, id := range ids {
		claim(s, id, true)
		claim(s, id, false)
	}
	claim(s, 1000, false)
	want(t, "waiting when all are claimed", waiting(t, s), nil)
	check(t, s.Told(ctx, ids[0]))
	claim(s, ids[0], false)
	check(t, s.Release(ctx, ids[1]))
	check(t, s.Told(ctx, ids[1])) // not claimed: stays
	want(t, "released", waiting(t, s), ids[1:2])
	got, err := s.Unfinished(ctx)
	check(t, err)
	want(t, "unfinished of this run", len(got), 0)
	check(t, s.Close())

	s = open(t, path)
	claim(s, ids[2], false)
	got, err = s.Unfinished(ctx)
	check(t, err)
	if len(got) != 1 || got[0].ID != ids[2] || got[0].Question.Text != "q2" {
		t.Errorf("unfinished: %+v", got)
	}
	check(t, s.Release(ctx, ids[2]))
	want(t, "released after a restart", waiting(t, s), ids[1:])
	check(t, s.Told(ctx, 1000))
	check(t, s.Release(ctx, 1000))
}

// TestClaimOnce lets many goroutines claim the same follows.
func TestClaimOnce(t *testing.T) {
	everywhere(t, func(t *testing.T, s *state.Store) {
		for i := range 20 {
			_, err := s.Follow(ctx, wish("u", question("q%d", i)))
			check(t, err)
		}
		var mu sync.Mutex
		told := map[int64]int{}
		var all sync.WaitGroup
		for range 8 {
			all.Go(func() {
				for f, err := range s.Waiting(ctx) {
					if err != nil {
						t.Error(err)
						return
					}
					ok, err := s.Claim(ctx, f.ID)
					if err != nil {
						t.Error(err)
					}
					if ok {
						mu.Lock()
						told[f.ID]++
						mu.Unlock()
						if err := s.Told(ctx, f.ID); err != nil {
							t.Error(err)
						}
					}
				}
			})
		}
		all.Wait()
		want(t, "told", len(told), 20)
		for id, n := range told {
			want(t, fmt.Sprintf("times %d was told", id), n, 1)
		}
	})
}

// TestWaitingPages goes through more follows than one page holds while they
// change.
func TestWaitingPages(t *testing.T) {
	s := open(t, "")
	n := 2*state.WaitingPage + 10
	for i := range n {
		_, err := s.Follow(ctx, wish(fmt.Sprint(i), question("q")))
		check(t, err)
	}
	seen := 0
	last := int64(0)
	for f, err := range s.Waiting(ctx) {
		check(t, err)
		if f.ID <= last {
			t.Fatalf("%d after %d", f.ID, last)
		}
		last = f.ID
		ok, err := s.Claim(ctx, f.ID)
		check(t, err)
		want(t, "claim", ok, true)
		if seen++; seen%2 == 0 {
			check(t, s.Release(ctx, f.ID))
		} else {
			check(t, s.Told(ctx, f.ID))
		}
	}
	want(t, "seen", seen, n)
	want(t, "left", len(waiting(t, s)), n/2)
	for range s.Waiting(ctx) {
		break
	}
	stopped, cancel := context.WithCancel(ctx)
	cancel()
	for _, err := range s.Waiting(stopped) {
		wantErr(t, "cancelled", err, context.Canceled)
	}
}

func TestBlock(t *testing.T) {
	everywhere(t, func(t *testing.T, s *state.Store) {
		id, err := s.Follow(ctx, wish("u", question("q")))
		check(t, err)
		kept, err := s.Follow(ctx, wish("v", question("q")))
		check(t, err)
		_, err = s.Claim(ctx, id)
		check(t, err)
		blocked := func(user string, wanted bool) {
			t.Helper()
			got, err := s.Blocked(ctx, "discord", user)
			check(t, err)
			want(t, "blocked "+user, got, wanted)
		}
		blocked("u", false)
		check(t, s.Block(ctx, "discord", "u"))
		check(t, s.Block(ctx, "discord", "u"))
		blocked("u", true)
		blocked("v", false)
		check(t, s.Release(ctx, id)) // by who was telling them
		want(t, "waiting", waiting(t, s), []int64{kept})
		_, err = s.Follow(ctx, wish("u", question("q")))
		check(t, err)
		blocked("u", false)
	})
}

func TestFeedback(t *testing.T) {
	everywhere(t, func(t *testing.T, s *state.Store) {
		count := func(what string, helpful, not int) {
			t.Helper()
			h, n, err := s.FeedbackCount(ctx)
			check(t, err)
			want(t, what, [2]int{h, n}, [2]int{helpful, not})
		}
		give := func(platform, user, message string, helpful bool) {
			t.Helper()
			check(t, s.Feedback(ctx, state.Feedback{Platform: platform, User: user, Message: message, Text: "t", Sentence: "s", Helpful: helpful}))
		}
		count("none", 0, 0)
		give("discord", "u", "1", true)
		give("discord", "u", "1", true)
		count("twice", 1, 0)
		give("discord", "u", "1", false)
		count("changed their mind", 0, 1)
		give("discord", "u", "2", true)
		give("discord", "v", "1", true)
		give("telegram", "u", "1", true)
		count("others", 3, 1)
		forget(t, s, "discord", "u")
		count("forgotten", 2, 0)
	})
}

func TestPurge(t *testing.T) {
	everywhere(t, func(t *testing.T, s *state.Store) {
		now := time.Unix(1_700_000_000, 0)
		s.SetNow(func() time.Time { return now })
		old, err := s.Refused(ctx, question("old"), "discord", "u")
		check(t, err)
		again, err := s.Refused(ctx, question("asked again"), "discord", "u")
		check(t, err)
		check(t, s.Feedback(ctx, state.Feedback{Message: "old"}))
		_, err = s.Follow(ctx, wish("u", question("old")))
		check(t, err)
		now = now.Add(time.Hour)
		_, err = s.Refused(ctx, question("asked again"), "discord", "u")
		check(t, err)
		check(t, s.Feedback(ctx, state.Feedback{Message: "new", Helpful: true}))

		n, err := s.Purge(ctx, now)
		check(t, err)
		want(t, "purged", n, int64(3)) // a question, who asked it, and feedback
		_, err = s.Question(ctx, old)
		wantErr(t, "old", err, state.ErrNotFound)
		_, err = s.Question(ctx, again)
		wantErr(t, "asked again", err, nil)
		h, not, err := s.FeedbackCount(ctx)
		check(t, err)
		want(t, "feedback", [2]int{h, not}, [2]int{1, 0})
		want(t, "follows stay", len(waiting(t, s)), 1)
	})
}

// TestNil uses a store that is not there.
func TestNil(t *testing.T) {
	var s *state.Store
	settings, err := s.Settings(ctx, "p", "s")
	want(t, "settings", settings, state.Settings{})
	wantErr(t, "settings", err, nil)
	_, err = s.ChangeSettings(ctx, "p", "s", func(*state.Settings) error { t.Error("changed"); return nil })
	wantErr(t, "change", err, state.ErrNone)
	_, err = s.Refused(ctx, question("q"), "discord", "u")
	wantErr(t, "refused", err, state.ErrNone)
	_, err = s.Question(ctx, "k")
	wantErr(t, "question", err, state.ErrNotFound)
	_, err = s.Follow(ctx, wish("u", question("q")))
	wantErr(t, "follow", err, state.ErrNone)
	wantErr(t, "unfollow", s.Unfollow(ctx, "p", "u", 1), state.ErrNone)
	following, err := s.Following(ctx, "p", "u")
	want(t, "following", following, nil)
	wantErr(t, "following", err, nil)
	want(t, "waiting", waiting(t, s), nil)
	ok, err := s.Claim(ctx, 1)
	want(t, "claim", ok, false)
	wantErr(t, "claim", err, state.ErrNone)
	wantErr(t, "told", s.Told(ctx, 1), state.ErrNone)
	wantErr(t, "release", s.Release(ctx, 1), state.ErrNone)
	unfinished, err := s.Unfinished(ctx)
	want(t, "unfinished", unfinished, nil)
	wantErr(t, "unfinished", err, nil)
	wantErr(t, "block", s.Block(ctx, "p", "u"), state.ErrNone)
	blocked, err := s.Blocked(ctx, "p", "u")
	want(t, "blocked", blocked, false)
	wantErr(t, "blocked", err, nil)
	wantErr(t, "feedback", s.Feedback(ctx, state.Feedback{}), state.ErrNone)
	_, _, err = s.FeedbackCount(ctx)
	wantErr(t, "count", err, nil)
	_, err = s.Purge(ctx, time.Now())
	wantErr(t, "purge", err, state.ErrNone)
	wantErr(t, "count", s.Count(ctx, state.Counted{}), state.ErrNone)
	usage, err := s.Usage(ctx, 7)
	wantErr(t, "usage", err, nil)
	want(t, "days", len(usage.Days), 0)
	gaps, err := s.Gaps(ctx, 10)
	wantErr(t, "gaps", err, nil)
	want(t, "gaps", gaps, nil)
	wantErr(t, "audit", s.Audit(ctx, state.Entry{}), state.ErrNone)
	entries, err := s.Audited(ctx, 10)
	wantErr(t, "audited", err, nil)
	want(t, "audited", entries, nil)
	_, err = s.Forget(ctx, "p", "u")
	wantErr(t, "forget", err, state.ErrNone)
	wantErr(t, "close", s.Close(), nil)
}
