package bot_test

import (
	"bytes"
	"context"
	"encoding/csv"
	"fmt"
	"os"
	"path/filepath"
	"rapporteur/bot"
	"rapporteur/bot/ask"
	"rapporteur/bot/bottest"
	"rapporteur/bot/locale"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"
	"unicode"

	"rapporteur/bot/state"
	"rapporteur/index"
	analysis "rapporteur/index/words"
)

func gapOf(text string, times int, people ...int) state.Gap {
	at := time.Date(2026, 11, 28, 0, 0, 0, 0, time.UTC)
	return state.Gap{Question: state.Question{Text: text}, Times: times, First: at, Last: at, Askers: people}
}

func TestGroup(t *testing.T) {
	alike := [][]string{
		{"What did the dinner cost?", "what did the dinners cost", "How much did the dinner cost?", "the cost of dinner", "What did the dinner cost? source:a"},
		{"Скільки коштувала вечеря у Варшаві?", "Скільки коштують вечері у Варшаві"},
		{"Wie viel kostete das Abendessen in Warschau?", "Was kostete das Abendessen in Warschau"},
	}
	apart := []string{"What did the dinner cost in 2025?", "What did the dinner cost in 2026?", "Who flew the zeppelin?", "Who is it?", "When will peace come to Kyiv?"}
	var in []state.Gap
	for _, list := range alike {
		for i, text := range list {
			in = append(in, gapOf(text, 1, i))
		}
	}
	for _, text := range apart {
		in = append(in, gapOf(text, 1, 0))
	}
	got := people.group(in)
	find := func(first string) *people.gap {
		for _, g := range got {
			if g.questions[0].Text == first {
				return g
			}
		}
		return &people.gap{}
	}
	for _, list := range alike {
		g := find(list[0])
		var texts []string
		for _, q := range g.questions {
			texts = append(texts, q.Text)
		}
		if !slices.Equal(texts, list) || len(g.people) != len(list) || g.times != len(list) {
			t.Errorf("got %q of %d people, want %q", texts, len(g.people), list)
		}
	}
	for _, text := range apart {
		if g := find(text); len(g.questions) != 1 {
			t.Errorf("%q is in the group %+v", text, g)
		}
	}
	if len(people.group([]state.Gap{gapOf("🤷🏽", 1), gapOf("", 1)})) != 2 {
		t.Error("what has no words is alike")
	}

	// By people, each counted once however they put it, then times, then time.
	later := gapOf("later question entirely", 3, 1)
	later.Last = later.Last.Add(time.Hour)
	got = people.group([]state.Gap{
		gapOf("Who flew the zeppelin?", 9, 1), gapOf("the zeppelin, who flew?", 9, 1), gapOf("Where is dinner served?", 3, 1), later,
		gapOf("What does supper cost?", 2, 2, 3), gapOf("Who sank the boat?", 20),
	})
	var order []string
	for _, g := range got {
		order = append(order, fmt.Sprint(g.questions[0].Text, " ", len(g.people), " ", g.times))
	}
	want := []string{"What does supper cost? 2 2", "Who flew the zeppelin? 1 18", "later question entirely 1 3", "Where is dinner served? 1 3", "Who sank the boat? 0 20"}
	if !slices.Equal(order, want) {
		t.Errorf("got %q, want %q", order, want)
	}
}

// hasStem reports whether there is something to compare a question by.
func hasStem(question string) bool {
	q, err := ask.ParseQuestion(question, nil)
	if err != nil || q.Text == "" {
		q.Text = question
	}
	return len(people.stemsOf(analysis.New(nil), q.Text).words) > 0
}

// FuzzGroup holds that no question is lost or doubled.
func FuzzGroup(f *testing.F) {
	f.Add("What did it cost?", "what did they cost", "\xff")
	f.Add("", "source:x", "since:nonsense 🎉 2026")
	f.Fuzz(func(t *testing.T, a, b, c string) {
		in := []state.Gap{gapOf(a, 1, 1), gapOf(b, 2, 2), gapOf(c, 3, 3), gapOf(a+" "+b, 4)}
		questions, times := 0, 0
		for _, g := range people.group(in) {
			questions, times = questions+len(g.questions), times+g.times
		}
		if questions != 4 || times != 10 {
			t.Errorf("%d questions, asked %d times", questions, times)
		}
		if same := people.group([]state.Gap{gapOf(a, 1), gapOf(a, 1)}); len(same) != 1 && hasStem(a) {
			t.Errorf("%q is not like itself", a)
		}
	})
}

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
		_, err = b.state.Refused(context.Background(), state.Question{Text: "Nobody knows who asked"}, "discord", "")
		if err != nil {
			t.Fatal(err)
		}
		for locale, want := range map[string]string{"uk": "Тепер тексти дають відповідь", "de": "Inzwischen beantworten es die Texte"} {
			if got := bottest.TextsOf(operate("gaps", "", func(r *bot.Request) { r.Locale = locale })); !strings.Contains(got, want) {
				t.Errorf("%s: %q", locale, got)
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

func TestInert(t *testing.T) {
	for in, want := range map[string]string{
		"": "", "What?": "What?", "=1+1": "'=1+1", "+1": "'+1", "-1": "'-1", "@SUM(A1)": "'@SUM(A1)", "\tx": " x", "\rx": " x", "\t=1": "' =1",
		"  =1": "'  =1", "＝1": "'＝1", "a=1": "a=1", "1-2": "1-2", "'=1": "''=1", "“=1": "'“=1", "\u200b=1": "'\u200b=1", "\u00ad+1": "'\u00ad+1",
		"\u2060\u0301@x": "'\u2060\u0301@x", "why;=1+1": "why;'=1+1", "why; what": "why; what", "−1": "'−1", "﹢1": "'﹢1",
	} {
		if got := table.inert(in); got != want {
			t.Errorf("%q: got %q, want %q", in, got, want)
		}
	}
}

// FuzzGapsFile holds that whatever was asked can be read back, and that no cell
// begins like a formula.
func FuzzGapsFile(f *testing.F) {
	f.Add("=1", "lang", "en")
	f.Add("a,\"b\"\r\n;c", "since", "-1")
	f.Fuzz(func(t *testing.T, text, name, value string) {
		file := people.gapsFile([]*people.gap{{questions: []state.Question{{Text: text, Options: map[string]string{name: value}}, {Text: value}}, people: map[int]bool{1: true}, nearest: name}})
		rows, err := csv.NewReader(strings.NewReader(strings.TrimPrefix(string(file.Data), "\ufeff"))).ReadAll()
		if err != nil || len(rows) != 2 {
			t.Fatalf("%v, %q", err, file.Data)
		}
		for _, cell := range rows[1] {
			for _, part := range strings.Split(cell, ";") {
				visible := strings.TrimLeftFunc(part, func(r rune) bool { return unicode.IsSpace(r) || !unicode.IsPrint(r) || unicode.IsMark(r) })
				if strings.IndexAny(visible, table.formula) == 0 || strings.ContainsAny(part, "\t\r\n") {
					t.Errorf("a cell is %q", cell)
				}
			}
		}
	})
}

func BenchmarkGroup(b *testing.B) {
	var gaps []state.Gap
	for i := range people.maxGaps {
		gaps = append(gaps, gapOf(fmt.Sprintf("What did the dinner of %s cost the %s?", strings.Repeat("ab", i%70), strings.Repeat("cd", i/70)), 1, i))
	}
	b.ReportAllocs()
	for b.Loop() {
		if len(people.group(gaps)) == 0 {
			b.Fatal("no groups")
		}
	}
}
