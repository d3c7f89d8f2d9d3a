package state_test

import (
	"encoding/json"
	"errors"
	"reflect"
	"strings"
	"testing"

	"rapporteur/bot/state"
)

// keep puts settings into a store as another version of the program may have
// written them.
func keep(tb testing.TB, s *state.Store, fields string) {
	tb.Helper()
	_, err := s.DB().Exec("INSERT OR REPLACE INTO settings (platform, space, fields) VALUES ('p', 's', ?)", fields)
	check(tb, err)
}

func kept(tb testing.TB, s *state.Store) (all map[string]any) {
	tb.Helper()
	var fields string
	if err := s.DB().QueryRow("SELECT coalesce(max(fields), '{}') FROM settings").Scan(&fields); err != nil {
		tb.Fatal(err)
	}
	check(tb, json.Unmarshal([]byte(fields), &all))
	return all
}

func TestNewerSettings(t *testing.T) {
	tests := []struct {
		name, before string
		change       func(*state.Settings)
		after        string
	}{
		{"set beside unknown", `{"tone": {"loud": [1, 2.50, null]}, "language": "de"}`,
			func(s *state.Settings) { s.Language = "uk" }, `{"tone": {"loud": [1, 2.50, null]}, "language": "uk"}`},
		{"cleared beside unknown", `{"tone": "", "sources": ["a"]}`,
			func(s *state.Settings) { s.Sources = nil }, `{"tone": ""}`},
		{"another spelling is another field", `{"Language": "de"}`,
			func(s *state.Settings) { s.Confidence = s.Language + "eager" }, `{"Language": "de", "confidence": "eager"}`},
		{"yes and no", `{"unaddressed": true, "tone": 0}`,
			func(s *state.Settings) { s.Unaddressed, s.Preview = s.Preview, s.Unaddressed }, `{"preview": true, "tone": 0}`},
		{"quiet from midnight", `{"quiet_days": [6, 7]}`,
			func(s *state.Settings) { s.Quiet = state.Quiet{To: 420, Zone: "Europe/Berlin"} },
			`{"quiet_days": [6, 7], "quiet_to": 420, "quiet_zone": "Europe/Berlin"}`},
		{"never quiet", `{"quiet_from": 1, "quiet_to": 2, "quiet_zone": "x", "preview": true, "tone": false}`,
			func(s *state.Settings) { s.Quiet, s.Preview = state.Quiet{}, false }, `{"tone": false}`},
		{"emptied", `{"language": "de"}`, func(s *state.Settings) { s.Language = ""; s.Threads = []string{} }, `{}`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			s := open(t, "")
			keep(t, s, tt.before)
			_, err := s.ChangeSettings(ctx, "p", "s", func(s *state.Settings) error { tt.change(s); return nil })
			check(t, err)
			var after map[string]any
			check(t, json.Unmarshal([]byte(tt.after), &after))
			want(t, "kept", kept(t, s), after)
		})
	}
	for _, bad := range []string{`{`, `[]`, `{"language": 7}`, `{"sources": "a"}`,
		`{"preview": "yes"}`, `{"quiet_from": 1.5}`, `{"quiet_to": "22:00"}`} {
		t.Run(bad, func(t *testing.T) {
			s := open(t, "")
			keep(t, s, bad)
			if _, err := s.Settings(ctx, "p", "s"); err == nil {
				t.Error("no error")
			}
			if _, err := s.ChangeSettings(ctx, "p", "s", func(*state.Settings) error { return errors.New("called") }); err == nil ||
				strings.Contains(err.Error(), "called") {
				t.Errorf("change of what cannot be read: %v", err)
			}
		})
	}
}

// FuzzNewerSettings changes what may stand there: every field that this version
// does not know stays as it is, and what was set is read again.
func FuzzNewerSettings(f *testing.F) {
	f.Add(`{"tone": "loud", "language": "de"}`, "uk", "a")
	f.Add(`{"Language": "de", "LANGUAGE": 1e400, "languag\u0065": "x"}`, "", "")
	f.Add(`{"": null, "a": 9007199254740993}`, "\xff<&>\u2028", "\x00")
	f.Add(`{"sources": [null], "channels": null}`, "x", "y")
	f.Add(`null`, "x", "y")
	known := map[string]bool{"language": true, "confidence": true, "sources": true, "channels": true, "threads": true, "admins": true,
		"unaddressed": true, "preview": true, "quiet_from": true, "quiet_to": true, "quiet_zone": true}
	s := open(f, "")
	f.Fuzz(func(t *testing.T, before, language, source string) {
		var all map[string]json.RawMessage
		if json.Unmarshal([]byte(before), &all) != nil {
			t.Skip("no settings")
		}
		keep(t, s, before)
		old, err := s.Settings(ctx, "p", "s")
		if err != nil {
			t.Skip("a known field of another form")
		}
		got, err := s.ChangeSettings(ctx, "p", "s", func(s *state.Settings) error {
			if !reflect.DeepEqual(*s, old) {
				t.Errorf("change is given %+v, Settings gave %+v", *s, old)
			}
			s.Language, s.Sources = language, append(s.Sources, source)
			return nil
		})
		check(t, err)
		again, err := s.Settings(ctx, "p", "s")
		check(t, err)
		want(t, "returned", got, again)
		if language == strings.ToValidUTF8(language, "") && again.Language != language {
			t.Errorf("kept %q, want %q", again.Language, language)
		}
		want(t, "sources", len(again.Sources), len(old.Sources)+1)

		var fields string
		check(t, s.DB().QueryRow("SELECT fields FROM settings").Scan(&fields))
		var now map[string]json.RawMessage
		check(t, json.Unmarshal([]byte(fields), &now))
		for name, raw := range all {
			if known[name] {
				continue
			}
			var was, is any // numbers letter by letter: they may be too large
			decode(t, raw, &was)
			decode(t, now[name], &is)
			want(t, "field "+name, is, was)
			delete(now, name)
		}
		for name := range now {
			if !known[name] {
				t.Errorf("field %q came from nowhere", name)
			}
		}
	})
}

func decode(t *testing.T, raw json.RawMessage, v any) {
	t.Helper()
	if len(raw) == 0 {
		t.Fatal("gone")
	}
	d := json.NewDecoder(strings.NewReader(string(raw)))
	d.UseNumber()
	check(t, d.Decode(v))
}

// FuzzQuestion asks anything: it is found again as it was, or as JSON writes
// its options.
func FuzzQuestion(f *testing.F) {
	f.Add("Who pays?", "lang", "en")
	f.Add("", "", "")
	f.Add("a\x00b\xff '); DROP TABLE refused; --", "\xff", "\x00")
	s := open(f, "")
	f.Fuzz(func(t *testing.T, text, name, value string) {
		q := state.Question{Text: text, Options: map[string]string{name: value}}
		key, err := s.Refused(ctx, q, "discord", "u")
		check(t, err)
		want(t, "key", key, q.Key())
		got, err := s.Question(ctx, key)
		check(t, err)
		// Another text with other white space may have come first.
		want(t, "text", strings.Join(strings.Fields(got.Text), " "), strings.Join(strings.Fields(text), " "))
		if utf := strings.ToValidUTF8(name+value, ""); utf == name+value && value != "" {
			want(t, "options", got.Options, q.Options)
		}
	})
}

func TestQuestionBytes(t *testing.T) {
	everywhere(t, func(t *testing.T, s *state.Store) {
		for _, text := range []string{"a\x00b", "\xff\xfe", "", "Привіт, ‘світе’ 🙂", strings.Repeat("x", 1<<20)} {
			key, err := s.Refused(ctx, state.Question{Text: text}, "discord", "u")
			check(t, err)
			got, err := s.Question(ctx, key)
			check(t, err)
			want(t, "text", got.Text, text)
		}
	})
}
