package people

import (
	"encoding/csv"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode"

	"rapporteur/bot/ask"
	"rapporteur/bot/state"
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
	got := group(in)
	find := func(first string) *gap {
		for _, g := range got {
			if g.questions[0].Text == first {
				return g
			}
		}
		return &gap{}
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
	if len(group([]state.Gap{gapOf("🤷🏽", 1), gapOf("", 1)})) != 2 {
		t.Error("what has no words is alike")
	}

	// By people, each counted once however they put it, then times, then time.
	later := gapOf("later question entirely", 3, 1)
	later.Last = later.Last.Add(time.Hour)
	got = group([]state.Gap{
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
	return len(stemsOf(analysis.New(nil), q.Text).words) > 0
}

// FuzzGroup holds that no question is lost or doubled.
func FuzzGroup(f *testing.F) {
	f.Add("What did it cost?", "what did they cost", "\xff")
	f.Add("", "source:x", "since:nonsense 🎉 2026")
	f.Fuzz(func(t *testing.T, a, b, c string) {
		in := []state.Gap{gapOf(a, 1, 1), gapOf(b, 2, 2), gapOf(c, 3, 3), gapOf(a+" "+b, 4)}
		questions, times := 0, 0
		for _, g := range group(in) {
			questions, times = questions+len(g.questions), times+g.times
		}
		if questions != 4 || times != 10 {
			t.Errorf("%d questions, asked %d times", questions, times)
		}
		if same := group([]state.Gap{gapOf(a, 1), gapOf(a, 1)}); len(same) != 1 && hasStem(a) {
			t.Errorf("%q is not like itself", a)
		}
	})
}

func BenchmarkGroup(b *testing.B) {
	var gaps []state.Gap
	for i := range maxGaps {
		gaps = append(gaps, gapOf(fmt.Sprintf("What did the dinner of %s cost the %s?", strings.Repeat("ab", i%70), strings.Repeat("cd", i/70)), 1, i))
	}
	b.ReportAllocs()
	for b.Loop() {
		if len(group(gaps)) == 0 {
			b.Fatal("no groups")
		}
	}
}

// FuzzGapsFile holds that whatever was asked can be read back, and that no cell
// begins like a formula.
func FuzzGapsFile(f *testing.F) {
	f.Add("=1", "lang", "en")
	f.Add("a,\"b\"\r\n;c", "since", "-1")
	f.Fuzz(func(t *testing.T, text, name, value string) {
		file := gapsFile([]*gap{{questions: []state.Question{{Text: text, Options: map[string]string{name: value}}, {Text: value}}, people: map[int]bool{1: true}, nearest: name}})
		rows, err := csv.NewReader(strings.NewReader(strings.TrimPrefix(string(file.Data), "\ufeff"))).ReadAll()
		if err != nil || len(rows) != 2 {
			t.Fatalf("%v, %q", err, file.Data)
		}
		for _, cell := range rows[1] {
			for _, part := range strings.Split(cell, ";") {
				visible := strings.TrimLeftFunc(part, func(r rune) bool { return unicode.IsSpace(r) || !unicode.IsPrint(r) || unicode.IsMark(r) })
				if strings.IndexAny(visible, "=+-@|%＝＋－＠﹢﹣﹦﹫−") == 0 || strings.ContainsAny(part, "\t\r\n") {
					t.Errorf("a cell is %q", cell)
				}
			}
		}
	})
}
