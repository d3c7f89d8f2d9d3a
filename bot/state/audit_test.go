package state_test

import (
	"fmt"
	"path/filepath"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"rapporteur/bot/state"
)

func TestAudit(t *testing.T) {
	everywhere(t, func(t *testing.T, s *state.Store) {
		now := time.Unix(1_700_000_000, 0).UTC()
		s.SetNow(func() time.Time { return now })
		note := func(user, action, subject string, o state.Outcome) {
			t.Helper()
			check(t, s.Audit(ctx, state.Entry{Platform: "discord", User: user, Action: action, Subject: subject, Outcome: o}))
			now = now.Add(time.Second)
		}
		entry := func(user, action, subject string, o state.Outcome, times int, last int64) state.Entry {
			return state.Entry{Platform: "discord", User: user, Action: action, Subject: subject, Outcome: o, Times: times, Last: time.Unix(1_700_000_000+last, 0).UTC()}
		}
		note("1", "remove", "a", state.Done)
		note("2", "remove", "", state.Refused)
		note("1", "remove", "b", state.Done)
		note("2", "remove", "", state.Refused) // again: one line, the newest
		note("2", "add", "", state.Refused)
		note("1", "remove", "b", state.Failed)
		got, err := s.Audited(ctx, 10)
		check(t, err)
		want(t, "entries", got, []state.Entry{
			entry("1", "remove", "b", state.Failed, 1, 5),
			entry("2", "add", "", state.Refused, 1, 4),
			entry("2", "remove", "", state.Refused, 2, 3),
			entry("1", "remove", "b", state.Done, 1, 2),
			entry("1", "remove", "a", state.Done, 1, 0),
		})
		got, err = s.Audited(ctx, 2)
		check(t, err)
		want(t, "the last two", len(got), 2)

		now = now.Add(time.Hour)
		note("2", "add", "", state.Refused)
		got, err = s.Audited(ctx, 1)
		check(t, err)
		want(t, "more than an hour later", got[0].Times, 1)

		// Who is forgotten, what they tried is, and what operators did is not.
		want(t, "forgotten", forget(t, s, "discord", "2"), state.Forgotten{Attempts: 3})
		want(t, "an operator, forgotten", forget(t, s, "discord", "1"), state.Forgotten{})
		want(t, "another platform's", forget(t, s, "telegram", "1"), state.Forgotten{})
		got, err = s.Audited(ctx, 10)
		check(t, err)
		want(t, "left", len(got), 3)

		n, err := s.Purge(ctx, time.Unix(1_700_000_003, 0))
		check(t, err)
		want(t, "purged", n, int64(2))
	})
}

func TestAuditSubject(t *testing.T) {
	for _, tt := range []struct{ name, subject, want string }{
		{"two lines", "a\n\tb  c", "a b c"},
		{"not UTF-8", "a\xffb", "a\ufffdb"},
		{"as long as can be", strings.Repeat("x", 200), strings.Repeat("x", 200)},
		{"longer", strings.Repeat("x", 201), strings.Repeat("x", 197) + "…"},
		{"longer, of two bytes each", strings.Repeat("ї", 101), strings.Repeat("ї", 98) + "…"},
		{"none", "", ""},
	} {
		s := open(t, "")
		check(t, s.Audit(ctx, state.Entry{Platform: "p", User: "u", Action: "a", Subject: tt.subject, Outcome: state.Done}))
		got, err := s.Audited(ctx, 1)
		check(t, err)
		if got[0].Subject != tt.want || !utf8.ValidString(got[0].Subject) {
			t.Errorf("%s: got %q, want %q", tt.name, got[0].Subject, tt.want)
		}
	}
}

func TestGaps(t *testing.T) {
	everywhere(t, func(t *testing.T, s *state.Store) {
		now := time.Unix(1_700_000_000, 0)
		s.SetNow(func() time.Time { now = now.Add(time.Second); return now })
		ask := func(text string, users ...string) {
			t.Helper()
			for _, u := range users {
				_, err := s.Refused(ctx, question("%s", text), "discord", u)
				check(t, err)
			}
		}
		ask("often", "1", "1", "1")
		ask("by two", "1", "2")
		ask("once", "3")
		ask("once and later", "1")
		ask("by nobody known", "")
		got, err := s.Gaps(ctx, 10)
		check(t, err)
		var order []string
		askers := map[string][]int{}
		for _, g := range got {
			order = append(order, g.Question.Text)
			askers[g.Question.Text] = g.Askers
		}
		want(t, "order", order, []string{"by two", "often", "once and later", "once", "by nobody known"})
		want(t, "people of one question", len(askers["by two"]), 2)
		want(t, "the same person", askers["once and later"], askers["often"])
		if askers["once"][0] == askers["often"][0] {
			t.Error("two people are taken for one")
		}
		want(t, "nobody", len(askers["by nobody known"]), 0)
		got, err = s.Gaps(ctx, 2)
		check(t, err)
		want(t, "two of them", len(got), 2)

		// What only they asked goes with them, what others asked stays.
		want(t, "forgotten", forget(t, s, "discord", "1"), state.Forgotten{Questions: 3})
		want(t, "on another platform", forget(t, s, "telegram", "2"), state.Forgotten{})
		got, err = s.Gaps(ctx, 10)
		check(t, err)
		order = nil
		for _, g := range got {
			order = append(order, fmt.Sprint(g.Question.Text, " ", len(g.Askers)))
		}
		want(t, "left", order, []string{"by two 1", "once 1", "by nobody known 0"})
	})
}

// TestAskersUnnamed looks for who asked in the file, and for what was forgotten.
func TestAskersUnnamed(t *testing.T) {
	path := filepath.Join(t.TempDir(), state.FileName)
	s := open(t, path)
	const person, asked = "4711004711", "what was for dessert"
	_, err := s.Refused(ctx, question("%s", asked), "discord", person)
	check(t, err)
	want(t, "who asked", found(t, path, person), nil)
	if len(found(t, path, asked)) == 0 {
		t.Fatal("the question is not found in the files: the test does not look")
	}
	check(t, s.Audit(ctx, state.Entry{Platform: "discord", User: person, Action: "gaps", Outcome: state.Refused}))
	if len(found(t, path, person)) == 0 {
		t.Fatal("who tried is not found in the files: the test does not look")
	}
	want(t, "forgotten", forget(t, s, "discord", person), state.Forgotten{Questions: 1, Attempts: 1})
	want(t, "the question, forgotten", found(t, path, asked), nil)
	want(t, "the person, forgotten", found(t, path, person), nil)
}
