package index_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"reflect"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"rapporteur/corpus"
	"rapporteur/index"
)

func dated(t *corpus.Text, day, publisher, title string) *corpus.Text {
	t.Published, t.Publisher, t.Title = date(day), publisher, title
	return t
}

func TestFilters(t *testing.T) {
	undated := text("d", "en", "The bridge was closed on Sunday.")
	c := newCorpus(t, nil,
		dated(text("a", "en", "The bridge was closed on Monday. Its paint was “bright blue”, said O’Neill."), "2025-01-10", "Morning Post", "Traffic"),
		dated(text("b", "en", "The bridge was closed on Tuesday. Nobody's paint was bright."), "2025-02-10", "Evening News", "Bridge news"),
		dated(text("c", "uk", "Міст закрили у середу."), "2025-03-10", "Вісник", "Мости"),
		undated,
	)
	x := open(t, c, index.Options{Dir: t.TempDir()})
	tests := []struct {
		name  string
		q     index.Query
		ids   string // of the hits' texts
		texts int
		scope string
	}{
		{"none", index.Query{}, "a b d", 4, "2025-01-10 2025-03-10"},
		{"id in other case", index.Query{Sources: []string{"A"}}, "a", 1, "2025-01-10 2025-01-10"},
		{"part of publisher", index.Query{Sources: []string{"evening"}}, "b", 1, "2025-02-10 2025-02-10"},
		{"part of title", index.Query{Sources: []string{"BRIDGE"}}, "b", 1, "2025-02-10 2025-02-10"},
		{"one of several", index.Query{Sources: []string{"a", "news", "nowhere"}}, "a b", 2, "2025-01-10 2025-02-10"},
		{"no such source", index.Query{Sources: []string{"nowhere"}}, "", 0, " "},
		{"within", index.Query{Within: []string{"bridge"}}, "b", 1, "2025-02-10 2025-02-10"},
		{"source within", index.Query{Sources: []string{"post", "news"}, Within: []string{"bridge"}}, "b", 1, "2025-02-10 2025-02-10"},
		{"source outside", index.Query{Sources: []string{"post"}, Within: []string{"bridge"}}, "", 0, " "},
		{"empty source", index.Query{Sources: []string{" "}}, "", 0, " "},
		{"since", index.Query{Since: date("2025-02-10")}, "b", 2, "2025-02-10 2025-03-10"},
		{"before", index.Query{Before: date("2025-02-10")}, "a", 1, "2025-01-10 2025-01-10"},
		{"language", index.Query{Language: "EN"}, "a b d", 3, "2025-01-10 2025-02-10"},
		{"phrase", index.Query{Phrases: []string{"Bright  Blue"}}, "a", 4, "2025-01-10 2025-03-10"},
		{"phrase with quotation marks", index.Query{Phrases: []string{`"bright blue"`}}, "a", 4, "2025-01-10 2025-03-10"},
		{"phrase with apostrophe", index.Query{Phrases: []string{"said o'neill"}}, "a", 4, "2025-01-10 2025-03-10"},
		{"phrase of half words", index.Query{Phrases: []string{"right blue"}}, "", 4, "2025-01-10 2025-03-10"},
		{"phrase in wrong order", index.Query{Phrases: []string{"blue bright"}}, "", 4, "2025-01-10 2025-03-10"},
		{"phrase of stop words", index.Query{Phrases: []string{"was"}}, "a b d", 4, "2025-01-10 2025-03-10"},
		{"two phrases", index.Query{Phrases: []string{"the bridge", "tuesday"}}, "b", 4, "2025-01-10 2025-03-10"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			tt.q.Text = "Was the bridge closed?"
			r := search(t, x, tt.q)
			var ids []string
			for _, h := range r.Hits {
				if !slices.Contains(ids, h.Text.ID) {
					ids = append(ids, h.Text.ID)
				}
			}
			slices.Sort(ids)
			ids = slices.DeleteFunc(ids, func(id string) bool { return id == "c" && tt.q.Language == "" }) // may be there, last
			if got := strings.Join(ids, " "); got != tt.ids {
				t.Errorf("texts %q, want %q", got, tt.ids)
			}
			if s := r.Searched; s.Texts != tt.texts || s.From.Day()+" "+s.To.Day() != tt.scope {
				t.Errorf("searched %+v, want %d texts, %s", s, tt.texts, tt.scope)
			}
		})
	}
}

// TestFilterBeforeCut puts the only text that passes behind hundreds that
// match better.
func TestFilterBeforeCut(t *testing.T) {
	var texts []*corpus.Text
	for i := range 300 {
		texts = append(texts, text(fmt.Sprintf("loud-%03d", i), "en", "The lighthouse keeper saw the lighthouse."))
	}
	texts = append(texts, text("quiet", "en", strings.Repeat("Many other things happened that day as well. ", 20)+"A lighthouse stood there, said the miller's wife."))
	x := open(t, newCorpus(t, nil, texts...), index.Options{})
	for _, q := range []index.Query{
		{Text: "lighthouse keeper", Sources: []string{"quiet"}},
		{Text: "lighthouse keeper", Phrases: []string{"miller's wife"}},
	} {
		r := search(t, x, q)
		if len(r.Hits) == 0 || r.Hits[0].Text.ID != "quiet" {
			t.Errorf("%+v: %d hits", q, len(r.Hits))
		}
	}
}

func TestAliases(t *testing.T) {
	groups := [][]string{{"Volodymyr Zelenskyy", "Zelensky", "Zelenskiy", "Зеленський", "Selenskyj"}, {"Kyiv", "Kiev", "Київ"}}
	c := newCorpus(t, groups,
		text("en", "en", "President Volodymyr Zelenskyy spoke in the capital. The weather was mild."),
		text("uk", "uk", "Міністр згадав Зеленського у своїй промові. Погода була м’якою."),
		text("de", "de", "Der Kanzler rief Selenskyj an. Das Wetter war mild."),
	)
	x := open(t, c, index.Options{Dir: t.TempDir()})
	for _, name := range []string{"Zelensky", "zelenskiy's", "Зеленському", "Selenskyj", "volodymyr zelenskyy", "Зеленським"} {
		r := search(t, x, index.Query{Text: name})
		got := make(map[string]bool)
		for _, h := range r.Hits[:min(3, len(r.Hits))] {
			got[h.Text.ID] = true
		}
		if len(got) != 3 {
			t.Errorf("%s: first hits in %v", name, got)
		}
		if len(r.Unknown) > 0 {
			t.Errorf("%s: unknown %q", name, r.Unknown)
		}
	}
	if r := search(t, x, index.Query{Text: "Where is Zelenskography taught?"}); !slices.Contains(r.Unknown, "Zelenskography") {
		t.Errorf("unknown %q", r.Unknown)
	}
}

func TestUnknown(t *testing.T) {
	x := open(t, newCorpus(t, nil, text("harbour", "en", harbour)), index.Options{})
	r := search(t, x, index.Query{Text: "When was the Lunden CASINO opened, and the casino's zoo?"})
	if want := []string{"CASINO", "casino's", "zoo"}; !reflect.DeepEqual(r.Unknown, want) {
		t.Errorf("unknown %q, want %q", r.Unknown, want)
	}
}

// TestDeterministic builds the same index twice, in both ways, and compares
// every hit.
func TestDeterministic(t *testing.T) {
	c := large(t, 1200, "End")
	xs := []*index.Index{open(t, c, index.Options{}), open(t, c, index.Options{Dir: t.TempDir()}), open(t, c, index.Options{Dir: t.TempDir()})}
	for i := range 24 {
		p := c.Texts()[i].Passages[i]
		q := index.Query{Text: p.Sentences[i%5].Of(c.Texts()[i].Body), Limit: 50}
		want := search(t, xs[0], q)
		for _, x := range xs[1:] {
			if got := search(t, x, q); !reflect.DeepEqual(got, want) {
				t.Fatalf("%q: results differ", q.Text)
			}
		}
	}
}

// TestTies asks for what a thousand passages say alike.
func TestTies(t *testing.T) {
	c := large(t, 1000, "Exactly the same here")
	q := index.Query{Text: "exactly the same", Limit: 30}
	want := search(t, open(t, c, index.Options{}), q)
	if got := search(t, open(t, c, index.Options{Dir: t.TempDir()}), q); !reflect.DeepEqual(got, want) {
		t.Error("the first of equals depend on how the index was built")
	}
}

var hostile = []string{
	"", " ", "?", "\x00", "\xff\xfe", "🔥🔥🔥 😀", "\"", "+-=&|><!(){}[]^\"~*?:\\/", "text_en:*", "*a*", "harbor~2", "home:0",
	"\x01c0", "\x1f\x1f", "'", "’’’", "....", "1,2,3,,,", "U.S.", "a\u0301\u0301\u0301", "\u200b", "ʼ", "и\u0306",
	strings.Repeat("harbour ", 700), strings.Repeat("x", 5000), strings.Repeat("🙂", 1300), strings.Repeat("слово за словом ", 320),
}

func checkResult(t *testing.T, r index.Result, limit int) {
	t.Helper()
	seen := make(map[string]bool)
	last := 0.0
	for i, h := range r.Hits {
		p := h.Text.Passages[h.Passage]
		if !p.Contains(h.Sentence) || !slices.Contains(p.Sentences, h.Sentence) {
			t.Errorf("hit %d: %v is no sentence of its passage", i, h.Sentence)
		}
		key := fmt.Sprint(h.Text.ID, h.Sentence)
		if seen[key] {
			t.Errorf("hit %d: twice", i)
		}
		seen[key] = true
		if i > 0 && h.Score > last {
			t.Errorf("hit %d scores more than the one before", i)
		}
		last = h.Score
		if !(h.Met >= 0 && h.Met <= 1) {
			t.Errorf("hit %d meets %v of the question", i, h.Met)
		}
	}
	if len(r.Hits) > limit || !(r.Confidence >= 0 && r.Confidence <= 1) || len(r.Hits) == 0 && r.Confidence != 0 {
		t.Errorf("%d hits, confidence %v", len(r.Hits), r.Confidence)
	}
}

func TestMet(t *testing.T) {
	x := open(t, newCorpus(t, nil, text("a", "en", "The lighthouse keeper slept."), text("b", "en", "Nothing else happened.")), index.Options{})
	for _, tt := range []struct {
		question string
		least    float64
		most     float64
	}{
		{"Did the lighthouse keeper sleep?", .9, 1},
		{"Did the lighthouse burn?", .1, .9},
		{"Who won the chess olympiad?", 0, 0},
	} {
		for _, h := range search(t, x, index.Query{Text: tt.question}).Hits {
			if h.Text.ID == "a" && (h.Met < tt.least || h.Met > tt.most) {
				t.Errorf("%s: met %v, want %v to %v", tt.question, h.Met, tt.least, tt.most)
			}
		}
	}
}

func hostileCorpus(tb testing.TB) *corpus.Corpus {
	return newCorpus(tb, [][]string{{"Lunden", "Лунден"}},
		text("harbour", "en", harbour), text("uk", "uk", "Порт Лундена відкрили 1871 року. Він коштував чотири мільйони."),
		text("odd", "", "?!… — “”. 🔥 U.S. 10,000.\n\nx"), text("de", "de", "Der Hafen wurde 1871 eröffnet."))
}

func TestHostile(t *testing.T) {
	for _, c := range []*corpus.Corpus{hostileCorpus(t), large(t, 500, "The harbour")} {
		x := open(t, c, index.Options{})
		for _, q := range hostile {
			checkResult(t, search(t, x, index.Query{Text: q}), 10)
			checkResult(t, search(t, x, index.Query{Text: "harbour", Phrases: []string{q}, Sources: []string{q}, Language: q}), 10)
		}
	}
}

func FuzzSearch(f *testing.F) {
	for _, q := range hostile {
		f.Add(q, q, "", 3)
	}
	small := open(f, hostileCorpus(f), index.Options{})
	big := open(f, large(f, 200, "The harbour"), index.Options{})
	f.Fuzz(func(t *testing.T, q, phrase, source string, limit int) {
		for _, x := range []*index.Index{small, big} {
			query := index.Query{Text: q, Limit: limit}
			if phrase != "" {
				query.Phrases = []string{phrase}
			}
			if source != "" {
				query.Sources = []string{source}
			}
			most := limit
			if limit <= 0 {
				most = 10
			}
			checkResult(t, search(t, x, query), most)
		}
	})
}

func TestSearchDeadline(t *testing.T) {
	x := open(t, large(t, 500, "End"), index.Options{})
	ended, cancel := context.WithTimeout(ctx, -time.Second)
	defer cancel()
	if _, err := x.Search(ended, index.Query{Text: "end"}); err == nil {
		t.Error("no error after the deadline")
	}
}

// TestSideBySide asks many questions at once, and of texts of different sizes, so
// that the memory of one search is another one's next: each finds what it finds
// alone.
func TestSideBySide(t *testing.T) {
	type asked struct {
		x *index.Index
		q index.Query
	}
	var all []asked
	var want []index.Result
	for _, n := range []int{40, 600, 3000} {
		c := made(t, n, 3, "End")
		x := open(t, c, index.Options{})
		for _, q := range questions(c, 12) {
			for _, q := range []index.Query{{Text: q}, {Text: q + " Why was the harbour opened?", Limit: 3}} {
				all = append(all, asked{x, q})
				want = append(want, search(t, x, q))
			}
		}
	}
	var group sync.WaitGroup
	for worker := range 6 {
		group.Go(func() {
			r := rand.New(rand.NewPCG(uint64(worker), 9))
			for range 3 {
				for _, i := range r.Perm(len(all)) {
					got, err := all[i].x.Search(ctx, all[i].q)
					if err != nil || !reflect.DeepEqual(got, want[i]) {
						t.Errorf("%s: %v; another result than alone", all[i].q.Text, err)
					}
				}
			}
		})
	}
	group.Wait()
}
