package operate_test

import (
	"encoding/csv"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"rapporteur/bot"
	"rapporteur/bot/bottest"
	"rapporteur/bot/locale"
	"rapporteur/bot/operate"
)

var update = flag.Bool("update", false, "write the golden files anew")

// What came of everything, in every language.
func TestReports(t *testing.T) {
	refused := []operate.Refusal{{"bad.md", 3, "the date “yesterday” is none"}, {"=cmd|' /C calc'!A1.md", 0, "+1, @SUM(A1)"}, {"a\n=b.md", 1, "\t=1"}}
	for range 4 {
		refused = append(refused, operate.Refusal{"далі.md", 0, strings.Repeat("довга причина ", 30)})
	}
	probes := []operate.Probed{{"Who opened the bridge?", "bridge", "flood"}, {"Коли збудують міст?", "міст", ""}, {strings.Repeat("why ", 100), "", "long"}}
	for i := range 20 {
		probes = append(probes, operate.Probed{fmt.Sprintf("Question %d?", i), "a", "b"})
	}
	began := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	cases := []struct {
		name string
		make func(*bot.Call) bot.Reply
	}{
		{"all", func(c *bot.Call) bot.Reply {
			return operate.ShowChanges(c, operate.ActReindex, operate.Changes{Added: bottest.ManyIDs("new", 7), Changed: bottest.ManyIDs("changed", 2), Withdrawn: []string{"міст"}, Refused: refused[:3],
				Probes: probes[:1], Texts: 1234, Took: 1500 * time.Millisecond})
		}},
		{"much", func(c *bot.Call) bot.Reply {
			return operate.ShowChanges(c, operate.ActReindex, operate.Changes{Added: bottest.ManyIDs("new", 50021), Changed: bottest.ManyIDs("changed", 22), Withdrawn: bottest.ManyIDs("gone", 11), Refused: refused,
				Probes: probes, Texts: 50021, Took: 3 * time.Minute, Joined: true})
		}},
		{"only refused", func(c *bot.Call) bot.Reply {
			return operate.ShowChanges(c, operate.ActReindex, operate.Changes{Refused: refused[:1], Texts: 1, Took: time.Millisecond})
		}},
		{"nothing", func(c *bot.Call) bot.Reply {
			return operate.ShowChanges(c, operate.ActReindex, operate.Changes{Texts: 5, Took: 20 * time.Millisecond})
		}},
		{"rolled back", func(c *bot.Call) bot.Reply {
			return operate.ShowChanges(c, operate.ActRollback, operate.Changes{Withdrawn: []string{"a"}, Texts: 2, Took: 2 * time.Hour})
		}},
		{"begun", func(c *bot.Call) bot.Reply { return operate.UnderWay(c, operate.ActReindex, operate.Progress{}, began) }},
		{"counting", func(c *bot.Call) bot.Reply {
			return operate.UnderWay(c, operate.ActReindex, operate.Progress{Done: 700, Total: 0, Began: began}, began.Add(200*time.Second))
		}},
		{"under way", func(c *bot.Call) bot.Reply {
			return operate.UnderWay(c, operate.ActReindex, operate.Progress{Done: 12345, Total: 50000, Began: began}, began.Add(30*time.Second))
		}},
		{"slow", func(c *bot.Call) bot.Reply {
			return operate.UnderWay(c, operate.ActReindex, operate.Progress{Done: 100, Total: 50000, Began: began}, began.Add(40*time.Second))
		}},
		{"reading", func(c *bot.Call) bot.Reply {
			return operate.UnderWay(c, operate.ActReindex, operate.Progress{Phase: operate.Reading, Began: began}, began)
		}},
		{"indexing", func(c *bot.Call) bot.Reply {
			return operate.UnderWay(c, operate.ActReindex, operate.Progress{Phase: operate.Indexing, Done: 120, Total: 500, Began: began}, began.Add(10*time.Second))
		}},
		{"done", func(c *bot.Call) bot.Reply {
			return operate.UnderWay(c, operate.ActReindex, operate.Progress{Done: 50000, Total: 50000, Began: began}, began.Add(100*time.Second))
		}},
		{"going back", func(c *bot.Call) bot.Reply {
			return operate.UnderWay(c, operate.ActRollback, operate.Progress{Done: 1, Total: 2, Began: began}, began.Add(time.Second))
		}},
		{"more done than there is", func(c *bot.Call) bot.Reply {
			return operate.UnderWay(c, operate.ActReindex, operate.Progress{Done: 9, Total: 3, Began: began}, began)
		}},
		{"a clock that went back", func(c *bot.Call) bot.Reply {
			return operate.UnderWay(c, operate.ActReindex, operate.Progress{Done: -9, Total: -3, Began: began}, began.Add(-time.Hour))
		}},
	}
	for _, lang := range locale.Languages() {
		var b strings.Builder
		for _, tt := range cases {
			r := tt.make(&bot.Call{Request: bot.Request{Room: 64}, Words: locale.For(lang)})
			fmt.Fprintf(&b, "== %s\n%s\n", tt.name, bottest.ShownIn(r))
			if n := utf8.RuneCountInString(bottest.TextsOf(r)); n > 4000 {
				t.Errorf("%s, %s: %d characters do not fit a message", lang, tt.name, n)
			}
		}
		path := filepath.Join("testdata", "reports."+lang+".txt")
		if *update {
			if err := os.WriteFile(path, []byte(b.String()), 0o644); err != nil {
				t.Fatal(err)
			}
		}
		want, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		if b.String() != string(want) {
			t.Errorf("%s: got\n%s\nwant\n%s", lang, b.String(), want)
		}
	}
}

func TestDifference(t *testing.T) {
	for n, want := range map[int][3]string{
		1:  {"+1 text, 1 changed, 1 withdrawn, 1 refused", "+1 текст, 1 змінений, 1 вилучений, 1 відхилений", "+1 Text, 1 geändert, 1 zurückgezogen, 1 abgelehnt"},
		2:  {"+2 texts, 2 changed, 2 withdrawn, 2 refused", "+2 тексти, 2 змінені, 2 вилучені, 2 відхилені", "+2 Texte, 2 geändert, 2 zurückgezogen, 2 abgelehnt"},
		5:  {"+5 texts, 5 changed, 5 withdrawn, 5 refused", "+5 текстів, 5 змінених, 5 вилучених, 5 відхилених", "+5 Texte, 5 geändert, 5 zurückgezogen, 5 abgelehnt"},
		11: {"+11 texts, 11 changed, 11 withdrawn, 11 refused", "+11 текстів, 11 змінених, 11 вилучених, 11 відхилених", "+11 Texte, 11 geändert, 11 zurückgezogen, 11 abgelehnt"},
		21: {"+21 texts, 21 changed, 21 withdrawn, 21 refused", "+21 текст, 21 змінений, 21 вилучений, 21 відхилений", "+21 Texte, 21 geändert, 21 zurückgezogen, 21 abgelehnt"},
	} {
		for i, lang := range locale.Languages() {
			if got := operate.Difference(locale.For(lang), operate.Changes{Added: bottest.ManyIDs("a", n), Changed: bottest.ManyIDs("c", n), Withdrawn: bottest.ManyIDs("w", n), Refused: make([]operate.Refusal, n)}); got != want[i] {
				t.Errorf("%s: got %q, want %q", lang, got, want[i])
			}
		}
	}
	if got := operate.Difference(locale.For("en"), operate.Changes{Changed: bottest.ManyIDs("c", 2)}); got != "+0 texts, 2 changed" {
		t.Errorf("got %q", got)
	}
}

// No cell is a formula, and everything comes back out of the file.
func FuzzRefusedFile(f *testing.F) {
	for _, s := range []string{"", "a.md", "=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", " =1", "\u00a0=1", "＝1", "\u200b=1", "a\r\n=b", `"=1`, "%0A=1", "|calc", "\x00=1"} {
		f.Add(s, s)
	}
	f.Fuzz(func(t *testing.T, path, why string) {
		file := operate.RefusedFile([]operate.Refusal{{path, 7, why}})
		rest, ok := strings.CutPrefix(string(file.Data), "\ufeff")
		if !ok {
			t.Fatal("no byte order mark")
		}
		rows, err := csv.NewReader(strings.NewReader(rest)).ReadAll()
		if err != nil || len(rows) != 2 || len(rows[1]) != 3 {
			t.Fatalf("%q, %v", rows, err)
		}
		for _, cell := range rows[1] {
			if strings.ContainsAny(strings.TrimLeft(cell, " \t\r\n\x00\u00a0\u200b")[:min(1, len(strings.TrimLeft(cell, " \t\r\n\x00\u00a0\u200b")))], "=+-@|%") {
				t.Errorf("%q may be a formula", cell)
			}
		}
	})
}
