package people_test

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"rapporteur/bot"
	"rapporteur/bot/bottest"
	"rapporteur/bot/locale"
	"rapporteur/bot/state"
	"rapporteur/index"
)

func TestGaps(t *testing.T) {
	synctest.Test(t, func(t *testing.T) { // the bubble's clock begins on 1 January 2000
		b, f, operate := bottest.Operating(t, 0.1)
		if got := operate("gaps", ""); !bottest.IsSaying(got, bot.KindNotice, "gaps_none", locale.Data{"Days": 90}) || len(got.Files) > 0 {
			t.Errorf("none: %+v", got)
		}
		ask := func(text string, users ...string) {
			for _, u := range users {
				b.Handle(context.Background(), bottest.Asking(text, func(r *bot.Request) { r.User = u }))
			}
		}
		ask("What did the dinner cost?", "1", "2", "1")
		ask("What did dinners cost?", "3")
		ask("=cmd|' /C calc'!A0 who flew", "1")
		ask("@everyone, who sank the boat?", "1", "1")
		time.Sleep(48 * time.Hour)
		ask("Коли прилетів цепелін?", "4", "5")
		for i := range 8 {
			ask(fmt.Sprintf("Who %[1]com %[1]cik?", 'p'+i), "9")
		}
		f.OnSearch = func(_ context.Context, q index.Query) (index.Result, error) {
			found := f.Found
			switch {
			case strings.Contains(q.Text, "dinner"):
				found.Confidence = 1
			case strings.Contains(q.Text, "цепелін"):
				found.Hits = nil
			}
			return found, nil
		}
		f.Found.Hits[0].Met = 1
		got := operate("gaps", "")
		list := got.Blocks[1].(bot.List)
		if len(list.Items) != 10 || !strings.Contains(bottest.TextsOf(got), "12 questions") || !strings.Contains(bottest.TextsOf(got), "2 more stand in the file") {
			t.Errorf("got %d, %q", len(list.Items), bottest.TextsOf(got))
		}
		for i, want := range []bot.Item{
			{Term: "3 people", Text: "“What did the dinner cost?”, asked 4 times, last on 1 January 2000. In 1 other wording too. The texts answer it by now: a."},
			{Term: "2 people", Text: "“Коли прилетів цепелін?”, asked 2 times, last on 3 January 2000. No text comes near it."},
			{Term: "1 person", Text: "“@everyone, who sank the boat?”, asked 2 times, last on 1 January 2000. Nearest text: a."},
		} {
			if it := list.Items[i]; it.Term != want.Term || it.Text != want.Text {
				t.Errorf("item %d is %+v", i, it)
			}
		}
		if !got.Private || len(got.Files) != 1 || got.Files[0].Name != "gaps.csv" {
			t.Fatalf("%+v", got)
		}
		golden := filepath.Join("testdata", "gaps.csv")
		want, err := os.ReadFile(golden)
		if os.Getenv("UPDATE") != "" {
			err = os.WriteFile(golden, got.Files[0].Data, 0o644)
			want = got.Files[0].Data
		}
		if err != nil || !bytes.Equal(got.Files[0].Data, want) {
			t.Errorf("the file differs from %s, %v:\n%s", golden, err, got.Files[0].Data)
		}

		// In the asker's language, and without people that nobody counted.
		_, err = b.State.Refused(context.Background(), state.Question{Text: "Nobody knows who asked"}, "discord", "")
		if err != nil {
			t.Fatal(err)
		}
		for lang, want := range map[string]string{"uk": "Тепер тексти дають відповідь", "de": "Inzwischen beantworten es die Texte"} {
			if got := bottest.TextsOf(operate("gaps", "", func(r *bot.Request) { r.Locale = lang })); !strings.Contains(got, want) {
				t.Errorf("%s: %q", lang, got)
			}
		}
	})
}

// TestGapsSlow runs out of time for searching: what is left is not searched.
func TestGapsSlow(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b, f, operate := bottest.Operating(t, 0.1)
		for i := range 8 {
			b.Handle(context.Background(), bottest.Asking(fmt.Sprintf("Who %[1]com %[1]cik?", 'p'+i)))
		}
		f.OnSearch = func(ctx context.Context, _ index.Query) (index.Result, error) {
			select {
			case <-time.After(2 * time.Second):
				return f.Found, nil
			case <-ctx.Done():
				return index.Result{}, ctx.Err()
			}
		}
		got := operate("gaps", "")
		if n := strings.Count(bottest.TextsOf(got), "Not looked up this time."); n != 6 || len(got.Files) != 1 {
			t.Errorf("%d are not looked up: %q", n, bottest.TextsOf(got))
		}
	})
}
