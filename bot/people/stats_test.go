package people_test

import (
	"bytes"
	"context"
	"image/png"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"rapporteur/bot"
	"rapporteur/bot/bottest"
	"rapporteur/bot/locale"
	"rapporteur/bot/people"
)

func TestStats(t *testing.T) {
	synctest.Test(t, func(t *testing.T) { // from 1 January 2000 to 4 February
		b, _, operate := bottest.Operating(t, 1)
		if got := operate("stats", ""); len(got.Files) > 0 || !strings.Contains(bottest.TextsOf(got), "Questions:0") || strings.Contains(bottest.TextsOf(got), "NaN") {
			t.Errorf("nothing was asked: %+v", got)
		}
		bottest.FillCounts(t, b)
		for lang, want := range map[string][]string{
			"en": {"The last 7 days", "Questions:95", "Answered:77%", "Failed:1", "Helpful:75% of 28 verdicts", "half of them up to 20 ms, 95% of them up to 50 ms",
				"a (146), b (73)", "The last 30 days", "Questions:393", "Day by day, in UTC", "4 February16 questions: 12 answered, 3 not in the sources, 1 failed"},
			"uk": {"За останні 7 днів", "Запитань:95", "75 % з 28 оцінок", "у половини до 20 мс", "4 лютого16 запитань: з відповіддю 12"},
			"de": {"Die letzten 7 Tage", "Fragen:95", "75 % von 28 Urteilen", "bei der Hälfte bis 20 ms", "4. Februar16 Fragen: 12 beantwortet"},
		} {
			got := operate("stats", "", func(r *bot.Request) { r.Locale = lang })
			for _, w := range want {
				if !strings.Contains(bottest.TextsOf(got), w) {
					t.Errorf("%s: %q is missing from %q", lang, w, bottest.TextsOf(got))
				}
			}
			if !got.Private || len(got.Files) != 1 || got.Files[0].Name != "questions.png" || got.Files[0].Type != "image/png" {
				t.Fatalf("%+v", got)
			}
			if dir := os.Getenv("CHARTS"); dir != "" { // to look at them
				if err := os.WriteFile(filepath.Join(dir, lang+".png"), got.Files[0].Data, 0o600); err != nil {
					t.Fatal(err)
				}
			}
			img, err := png.Decode(bytes.NewReader(got.Files[0].Data))
			if err != nil {
				t.Fatal(err)
			}
			found := map[string]int{}
			for y := 80; y < 360; y++ {
				for x := 60; x < 780; x++ {
					for name, c := range map[string]interface{ RGBA() (r, g, b, a uint32) }{"blue": people.Blue, "orange": people.Orange} {
						r, g, bl, _ := img.At(x, y).RGBA()
						if wr, wg, wb, _ := c.RGBA(); r == wr && g == wg && bl == wb {
							found[name]++
						}
					}
				}
			}
			// 30 columns of some 18 pixels, the blue part three times as high.
			if found["blue"] < 30*18*100 || found["orange"] < 30*18*20 || found["blue"] < 2*found["orange"] {
				t.Errorf("%s: the picture has %v", lang, found)
			}
		}
	})
}

// TestStatsWhole asks, and sees that in the figures.
func TestStatsWhole(t *testing.T) {
	b, f, operate := bottest.Operating(t, 1)
	for i := range 4 {
		f.Found.Confidence = float64(min(i, 1))
		r := b.Handle(context.Background(), bottest.Asking("Who opened it then?"))
		b.Handle(context.Background(), bottest.Pressing(bottest.ButtonOf(r, bot.Helpful)))
	}
	got := bottest.TextsOf(operate("stats", ""))
	for _, w := range []string{"Questions:4", "Answered:75%", "100% of 1 verdict", "a (9)"} {
		if !strings.Contains(got, w) {
			t.Errorf("%q is missing from %q", w, got)
		}
	}
}

func TestAuditLog(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		_, _, operate := bottest.Operating(t, 1)
		if got := operate("audit", ""); !bottest.IsSaying(got, bot.KindNotice, "audit_none", nil) {
			t.Errorf("none: %+v", got)
		}
		time.Sleep(90 * time.Minute)
		operate("gaps", "", func(r *bot.Request) { r.User = "5" })
		operate("gaps", "", func(r *bot.Request) { r.User = "5" })
		time.Sleep(time.Minute)
		for _, bad := range []string{"0", "101", "-1", "x", "1 2"} {
			if got := operate("audit", bad); !bottest.IsSaying(got, bot.KindError, "bad_number", locale.Data{"Value": bad, "Max": 100}) {
				t.Errorf("%s: %+v", bad, got)
			}
		}
		time.Sleep(time.Minute)
		got := operate("audit", "3")
		items := got.Blocks[1].(bot.List).Items
		if len(items) != 3 || items[0].Term != "1 January 2000, 01:31 UTC" || items[0].Text != "/audit 1 2: failed" || items[0].Places[0] != (bot.Place{Person: true, ID: "99"}) {
			t.Errorf("got %+v", items)
		}
		items = operate("audit", "").Blocks[1].(bot.List).Items
		if want := (bot.Item{Term: "1 January 2000, 01:30 UTC", Text: "/gaps: refused, 2 times"}); items[len(items)-2].Term != want.Term || items[len(items)-2].Text != want.Text {
			t.Errorf("got %+v, want %+v", items, want)
		}
		for range 30 {
			time.Sleep(2 * time.Hour)
			operate("stats", "")
		}
		if items := operate("audit", "").Blocks[1].(bot.List).Items; len(items) != 20 || items[0].Text != "/stats: done" {
			t.Errorf("%d items, %+v", len(items), items[0])
		}
		if items := operate("audit", "100", func(r *bot.Request) { r.Locale = "uk" }).Blocks[1].(bot.List).Items; !strings.HasSuffix(items[0].Text, "виконано") {
			t.Errorf("in Ukrainian: %+v", items[0])
		}
	})
}
