package ask_test

import (
	"errors"
	"reflect"
	"strings"
	"testing"
	"unicode/utf8"

	"rapporteur/bot"
	"rapporteur/bot/ask"
)

func TestParseQuestion(t *testing.T) {
	day := func(s string) ask.Question {
		d, err := ask.ParseDay("since", s)
		if err != nil {
			t.Fatal(err)
		}
		return ask.Question{Since: d}
	}
	tests := []struct {
		in      string
		options map[string]string
		want    ask.Question
	}{
		{"", nil, ask.Question{}},
		{"  Who pays? ", nil, ask.Question{Text: "Who pays?"}},
		{"Who pays? source:post", nil, ask.Question{Text: "Who pays?", Sources: []string{"post"}}},
		{"source:post", nil, ask.Question{Sources: []string{"post"}}},
		{"SOURCE:Post Lang:UK Who?", nil, ask.Question{Text: "Who?", Sources: []string{"Post"}, Lang: "uk"}},
		{"Who?\tsource: post\nlang:\u00A0de", nil, ask.Question{Text: "Who?", Sources: []string{"post"}, Lang: "de"}},
		{`Who? source:"Kyiv Post" source:“The Post” source:«Вісті дня» source:„Der Bote“ source:»Die Zeit« source:'a b' source:‘c d’`, nil,
			ask.Question{Text: "Who?", Sources: []string{"Kyiv Post", "The Post", "Вісті дня", "Der Bote", "Die Zeit", "a b", "c d"}}},
		{`Who? source:"Kyiv`, nil, ask.Question{Text: "Who?", Sources: []string{"Kyiv"}}},
		{"Who? source:l'Express", nil, ask.Question{Text: "Who?", Sources: []string{"l'Express"}}},
		{"Who pays source:post?", nil, ask.Question{Text: "Who pays", Sources: []string{"post"}}},
		{"Who pays lang:uk, please", nil, ask.Question{Text: "Who pays  please", Lang: "uk"}},
		{"Who? source:a source:b", nil, ask.Question{Text: "Who?", Sources: []string{"a", "b"}}},
		{"Who? lang:uk lang:de", nil, ask.Question{Text: "Who?", Lang: "de"}},
		{`Who? source:""`, nil, ask.Question{Text: "Who?"}},
		{"Who? since:", nil, ask.Question{Text: "Who? since:"}},
		{"Who? resource:post", nil, ask.Question{Text: "Who? resource:post"}},
		{"Who? author:post", nil, ask.Question{Text: "Who? author:post"}},
		{"Who?", map[string]string{"source": " post ", "lang": "en", "since": "", "colour": "red"}, ask.Question{Text: "Who?", Sources: []string{"post"}, Lang: "en"}},
		{"Who? source:a lang:uk", map[string]string{"source": "b", "lang": "de"}, ask.Question{Text: "Who?", Sources: []string{"a", "b"}, Lang: "de"}},
		{`Who said "we go" and “we stay” and «ми йдемо» and „wir gehen“?`, nil,
			ask.Question{Text: `Who said "we go" and “we stay” and «ми йдемо» and „wir gehen“?`, Phrases: []string{"we go", "we stay", "ми йдемо", "wir gehen"}}},
		{"»Friede« und »Krieg«", nil, ask.Question{Text: "»Friede« und »Krieg«", Phrases: []string{"Friede", "Krieg"}}},
		{"«мир» і «війна»", nil, ask.Question{Text: "«мир» і «війна»", Phrases: []string{"мир", "війна"}}},
		{`A "" and "..." and 5" of rain`, nil, ask.Question{Text: `A "" and "..." and 5" of rain`}},
		{"מי ישלם? source:\u200Fpost\u200F lang:he", nil, ask.Question{Text: "מי ישלם?", Sources: []string{"\u200Fpost\u200F"}, Lang: "he"}},
		{"من سيدفع؟ since:2025", nil, ask.Question{Text: "من سيدفع؟", Since: day("2025").Since}},
	}
	for _, tt := range tests {
		got, err := ask.ParseQuestion(tt.in, tt.options)
		if err != nil || !reflect.DeepEqual(got, tt.want) {
			t.Errorf("%q %v:\n got %+v, %v\nwant %+v", tt.in, tt.options, got, err, tt.want)
		}
	}
}

func TestParseDates(t *testing.T) {
	for in, want := range map[string]string{
		"2025-12-14": "2025-12-14", "2025-12": "2025-12-01", "2025": "2025-01-01", "14.12.2025": "2025-12-14", "4.2.2025": "2025-02-04",
		`"2025-12-14"`: "2025-12-14", "2025-12-14?": "2025-12-14", "2025-12-14T10:00:00Z": "2025-12-14",
	} {
		q, err := ask.ParseQuestion("Who? since:"+in, nil)
		if err != nil || q.Since.Day() != want || q.Text != "Who?" {
			t.Errorf("%s: got %q in %+v, %v", in, q.Since.Day(), q, err)
		}
		q, err = ask.ParseQuestion("Who?", map[string]string{"before": strings.TrimSuffix(in, "?")})
		if err != nil || q.Before.Day() != want {
			t.Errorf("%s as an option: got %q, %v", in, q.Before.Day(), err)
		}
	}
}

func TestParseQuestionRefuses(t *testing.T) {
	tests := []struct{ in, message, shown string }{
		{"Who? since:yesterday", "bad_date", "yesterday"},
		{"Who? before:2025-13-01", "bad_date", "2025-13-01"},
		{"Who? since:2025-02-30", "bad_date", "2025-02-30"},
		{"Who? lang:english", "bad_lang", "english"},
		{"Who? lang:ук", "bad_lang", "ук"},
		{"Who? lang:" + strings.Repeat("x", 99), "bad_lang", strings.Repeat("x", 39) + "…"},
		{"Who? since:2025-12-14 before:2025-12-14", "empty_span", "2025-12-14"},
		{"Who? since:2026 before:2025", "empty_span", "2026-01-01"},
		{"Who? lang:english since:yesterday", "bad_lang", "english"}, // the first one counts
	}
	for _, tt := range tests {
		_, err := ask.ParseQuestion(tt.in, nil)
		var ue *bot.UserError
		if !errors.As(err, &ue) || ue.Message != tt.message || !strings.Contains(ue.Error(), tt.shown) {
			t.Errorf("%q: got %v", tt.in, err)
		}
	}
}

func FuzzParseQuestion(f *testing.F) {
	for _, s := range []string{"Who? since:2025-12-14", `"a" source:"b c" lang:uk`, "«a» »b« „c“ “d”", "since: before: lang:", "source:'", "ב source:\u200F", "x\xffy source:\xff", "source:a\u2003lang:en?"} {
		f.Add(s, "2025-12-14")
	}
	f.Fuzz(func(t *testing.T, s, since string) {
		q, err := ask.ParseQuestion(s, map[string]string{"since": since})
		var ue *bot.UserError
		if err != nil && !errors.As(err, &ue) {
			t.Fatalf("%q: %v is no mistake of the asker's", s, err)
		}
		if err == nil && q.Lang != "" && len(q.Lang) != 2 {
			t.Fatalf("%q: language %q", s, q.Lang)
		}
		plain, err := ask.ParseQuestion(s, nil)
		if err == nil && !ask.FilterToken.MatchString(s) && plain.Text != strings.TrimSpace(s) {
			t.Fatalf("%q became %q", s, plain.Text)
		}
		for _, p := range plain.Phrases {
			if !strings.Contains(plain.Text, p) || !ask.HasWord(p) {
				t.Fatalf("%q has no phrase %q", plain.Text, p)
			}
		}
		if utf8.ValidString(s) && !utf8.ValidString(plain.Text) {
			t.Fatalf("%q became %q", s, plain.Text)
		}
	})
}
