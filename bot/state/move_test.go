package state_test

import (
	"encoding/json"
	"testing"
	"time"

	"rapporteur/bot/state"
)

func TestMove(t *testing.T) {
	const from, to = "-500", "-100500"
	everywhere(t, func(t *testing.T, s *state.Store) {
		_, err := s.DB().Exec("INSERT INTO settings VALUES ('telegram', ?, ?), ('telegram', '-7', '{}'), ('discord', ?, '{}')",
			from, `{"language": "uk", "channels": ["-500", "-7"], "threads": ["-500:3", "-500"], "tone": {"loud": 2.50}}`, from)
		check(t, err)
		s.SetNow(func() time.Time { return time.Unix(1_700_000_000, 0) })
		var wishes []state.Follow
		for _, f := range []state.Follow{
			{Platform: "telegram", User: "u", Chat: from, Space: from, Question: question("q")},
			{Platform: "telegram", User: "u", Chat: "u", Space: from, Question: question("r")},
			{Platform: "telegram", User: "v", Chat: from, Question: question("q")},
			{Platform: "telegram", User: "u", Chat: "-7", Space: "-7", Question: question("s")},
			{Platform: "discord", User: "u", Chat: from, Space: from, Question: question("q")},
		} {
			f.ID, err = s.Follow(ctx, f)
			check(t, err)
			f.Since = time.Unix(1_700_000_000, 0).UTC()
			wishes = append(wishes, f)
		}
		wishes[0].Chat, wishes[0].Space = to, to
		wishes[1].Space = to
		wishes[2].Chat = to

		for range 2 {
			check(t, s.Move(ctx, "telegram", from, to))
			check(t, s.Move(ctx, "telegram", to, to))
			var got []state.Follow
			for f, err := range s.Waiting(ctx) {
				check(t, err)
				got = append(got, f)
			}
			want(t, "follows", got, wishes)
			var fields string
			check(t, s.DB().QueryRow("SELECT fields FROM settings WHERE platform = 'telegram' AND space = ?", to).Scan(&fields))
			var is, should any
			check(t, json.Unmarshal([]byte(fields), &is))
			check(t, json.Unmarshal([]byte(`{"language": "uk", "channels": ["-100500", "-7"], "threads": ["-500:3", "-100500"], "tone": {"loud": 2.50}}`), &should))
			want(t, "settings", is, should)
			want(t, "settings under the old id", spaces(t, s, from), []string{"discord"})
			want(t, "another's settings", spaces(t, s, "-7"), []string{"telegram"})
		}
	})
}

// spaces returns the platforms on which a space has settings.
func spaces(tb testing.TB, s *state.Store, space string) (platforms []string) {
	tb.Helper()
	rows, err := s.DB().Query("SELECT platform FROM settings WHERE space = ? ORDER BY platform", space)
	check(tb, err)
	defer rows.Close()
	for rows.Next() {
		var p string
		check(tb, rows.Scan(&p))
		platforms = append(platforms, p)
	}
	check(tb, rows.Err())
	return platforms
}

// TestMoveTaken moves a space to where there are settings.
func TestMoveTaken(t *testing.T) {
	everywhere(t, func(t *testing.T, s *state.Store) {
		for space, language := range map[string]string{"a": "de", "b": "uk"} {
			_, err := s.ChangeSettings(ctx, "telegram", space, func(s *state.Settings) error { s.Language = language; return nil })
			check(t, err)
		}
		check(t, s.Move(ctx, "telegram", "a", "b"))
		got, err := s.Settings(ctx, "telegram", "b")
		check(t, err)
		want(t, "those that were there", got, state.Settings{Language: "uk"})
		want(t, "the old", spaces(t, s, "a"), nil)
		check(t, s.Move(ctx, "telegram", "none", "none either"))
		want(t, "of nothing comes nothing", spaces(t, s, "none either"), nil)
	})
}

// TestMoveWhole sees that a move that fails changes nothing.
func TestMoveWhole(t *testing.T) {
	s := open(t, "")
	_, err := s.ChangeSettings(ctx, "telegram", "a", func(s *state.Settings) error { s.Language = "de"; return nil })
	check(t, err)
	_, err = s.Follow(ctx, state.Follow{Platform: "telegram", User: "u", Space: "a", Question: question("q")})
	check(t, err)
	_, err = s.DB().Exec("CREATE TRIGGER t BEFORE UPDATE ON follows BEGIN SELECT raise(ABORT, 'no'); END")
	check(t, err)
	if err := s.Move(ctx, "telegram", "a", "b"); err == nil {
		t.Error("no error")
	}
	want(t, "settings", append(spaces(t, s, "a"), spaces(t, s, "b")...), []string{"telegram"})

	_, err = s.DB().Exec("DROP TRIGGER t")
	check(t, err)
	for _, ids := range [][2]string{{"", "b"}, {"a", ""}} {
		if err := s.Move(ctx, "telegram", ids[0], ids[1]); err == nil {
			t.Errorf("no error of %q", ids)
		}
	}
	keep(t, s, `{"language": 7}`)
	if err := s.Move(ctx, "p", "s", "b"); err == nil {
		t.Error("no error of settings that cannot be read")
	}
	want(t, "settings that cannot be read", spaces(t, s, "s"), []string{"p"})
}
