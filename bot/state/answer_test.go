package state_test

import (
	"bytes"
	"math"
	"path/filepath"
	"testing"

	"rapporteur/bot/state"
)

func TestAnswers(t *testing.T) {
	everywhere(t, func(t *testing.T, s *state.Store) {
		kept := func(what, platform, chat, message, asked string, answers ...int64) {
			t.Helper()
			gotAsked, gotAnswers, err := s.KeptAnswer(ctx, platform, chat, message)
			check(t, err)
			want(t, what+", asked", string(gotAsked), asked)
			want(t, what+", answers", gotAnswers, answers)
		}
		_, _, err := s.KeptAnswer(ctx, "telegram", "-5", "1")
		wantErr(t, "none", err, state.ErrNotFound)

		check(t, s.KeepAnswer(ctx, "telegram", "-5", "1", []byte("a"), []int64{7, 8}))
		kept("kept", "telegram", "-5", "1", "a", 7, 8)
		for _, other := range [][3]string{{"telegram", "-5", "2"}, {"telegram", "-51", ""}, {"telegram", "-6", "1"}, {"discord", "-5", "1"}} {
			_, _, err := s.KeptAnswer(ctx, other[0], other[1], other[2])
			wantErr(t, "another message", err, state.ErrNotFound)
		}
		check(t, s.KeepAnswer(ctx, "discord", "-5", "1", []byte("\x00\xff"), []int64{math.MaxInt64, math.MinInt64}))
		kept("numbers of any size", "discord", "-5", "1", "\x00\xff", math.MaxInt64, math.MinInt64)

		check(t, s.KeepAnswer(ctx, "telegram", "-5", "1", bytes.Repeat([]byte{1}, state.MaxAsked), nil))
		kept("replaced", "telegram", "-5", "1", string(bytes.Repeat([]byte{1}, state.MaxAsked)))
		if err := s.KeepAnswer(ctx, "telegram", "-5", "1", make([]byte, state.MaxAsked+1), nil); err == nil {
			t.Error("no error of a fingerprint that is too long")
		}
		check(t, s.KeepAnswer(ctx, "telegram", "-5", "1", nil, []int64{9}))
		kept("without a fingerprint", "telegram", "-5", "1", "", 9)
	})
}

// TestAnswersForgotten forgets a person whose private chat has their id.
func TestAnswersForgotten(t *testing.T) {
	path := filepath.Join(t.TempDir(), state.FileName)
	s := open(t, path)
	const person, message = "4711004711", "8150815"
	asked := []byte("fingerprint of a question")
	check(t, s.KeepAnswer(ctx, "telegram", person, message, asked, []int64{1}))
	check(t, s.KeepAnswer(ctx, "telegram", person, message+"1", asked, []int64{2}))
	check(t, s.KeepAnswer(ctx, "telegram", "-5", message, nil, []int64{3}))
	check(t, s.KeepAnswer(ctx, "discord", person, message, nil, []int64{4}))
	if len(found(t, path, string(asked))) == 0 {
		t.Fatal("the fingerprint is not found in the files: the test does not look")
	}
	want(t, "chat", found(t, path, person), nil)
	want(t, "message", found(t, path, message), nil)

	forget(t, s, "telegram", person)
	want(t, "fingerprint, forgotten", found(t, path, string(asked)), nil)
	for _, m := range []string{message, message + "1"} {
		_, _, err := s.KeptAnswer(ctx, "telegram", person, m)
		wantErr(t, "forgotten", err, state.ErrNotFound)
	}
	_, _, err := s.KeptAnswer(ctx, "telegram", "-5", message)
	wantErr(t, "in another chat", err, nil)
	_, _, err = s.KeptAnswer(ctx, "discord", person, message)
	wantErr(t, "on another platform", err, nil)
	check(t, s.Close())

	s = open(t, path)
	_, answers, err := s.KeptAnswer(ctx, "telegram", "-5", message)
	check(t, err)
	want(t, "after a restart", answers, []int64{3})
}

func TestAnswersNil(t *testing.T) {
	var s *state.Store
	wantErr(t, "keep", s.KeepAnswer(ctx, "p", "c", "m", nil, nil), state.ErrNone)
	_, _, err := s.KeptAnswer(ctx, "p", "c", "m")
	wantErr(t, "kept", err, state.ErrNotFound)
	wantErr(t, "move", s.Move(ctx, "p", "a", "b"), state.ErrNone)
}
