package bot_test

import (
	"reflect"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/clipperhouse/uax29/v2/graphemes"

	"rapporteur/bot"
	"rapporteur/bot/bottest"
	"rapporteur/corpus"
)

// marked are the marked parts of a reply's quotes, one after another.
func marked(replies ...bot.Reply) string {
	var b strings.Builder
	for _, r := range replies {
		for _, block := range r.Blocks {
			if c, ok := block.(bot.Cite); ok {
				b.WriteString(c.Mark.Of(c.Text))
			}
		}
	}
	return b.String()
}

// links are the links of a reply in order.
func links(r bot.Reply) []string {
	var out []string
	add := func(s string) {
		if s != "" {
			out = append(out, s)
		}
	}
	for _, block := range r.Blocks {
		switch x := block.(type) {
		case bot.Cite:
			add(x.Link)
			for _, n := range x.Notes {
				add(n.Link)
			}
		case bot.List:
			for _, it := range x.Items {
				add(it.Link)
			}
		}
	}
	return out
}

// measures are the ways in which platforms count: the texts of a reply, a few
// units for every block, and what escaping adds.
var measures = map[string]func(string) int{
	"bytes": func(s string) int { return len(s) },
	"runes": utf8.RuneCountInString,
	"UTF-16": func(s string) int {
		n := 0
		for _, r := range s {
			n += max(1, len(utf16Of(r)))
		}
		return n
	},
	"escaped": func(s string) int { return len(s) + 4*strings.Count(s, "*") + 4*strings.Count(s, "&") },
}

func utf16Of(r rune) []uint16 {
	if r > 0xFFFF {
		return []uint16{0, 0}
	}
	return []uint16{0}
}

func measured(name string) func(bot.Reply) int {
	return func(r bot.Reply) int {
		return measures[name](bottest.TextsOf(r)) + len(strings.Join(links(r), "")) + 2*len(r.Blocks)
	}
}

// uncuttable reports whether a part that is too large holds only what Split
// may not divide: one character of a text, or what stands beside texts.
func uncuttable(r bot.Reply) bool {
	if len(r.Blocks) != 1 {
		return false
	}
	single := func(s string) bool {
		it := graphemes.FromString(s)
		return !it.Next() || it.End() == len(s)
	}
	switch b := r.Blocks[0].(type) {
	case bot.Para:
		return single(b.Text)
	case bot.Cite:
		if b.Text == "" {
			return b.Source == "" || len(b.Notes) == 0
		}
		return single(b.Text) && b.Source == "" && len(b.Notes) == 0
	case bot.List:
		return len(b.Items) == 1 && (single(b.Items[0].Text) || b.Items[0].Link != "")
	}
	return false
}

// checkSplit splits a reply and returns the parts, having checked all that
// Split promises.
func checkSplit(t *testing.T, r bot.Reply, limit int, measure string) []bot.Reply {
	t.Helper()
	size := measured(measure)
	parts := bot.Split(r, limit, size)
	var got strings.Builder
	var gotLinks []string
	cut := make(map[int]bool) // where a part ends in the texts
	for _, p := range parts {
		if p.Kind != r.Kind || p.Private != r.Private || len(p.Blocks) == 0 {
			t.Fatalf("part %+v of %+v", p, r)
		}
		if size(p) > limit && !uncuttable(p) {
			t.Fatalf("a part measures %d %s of %d: %+v", size(p), measure, limit, p)
		}
		got.WriteString(bottest.TextsOf(p))
		cut[got.Len()] = true
		gotLinks = append(gotLinks, links(p)...)
		for i, b := range p.Blocks {
			if c, ok := b.(bot.Cite); ok && c.Text != "" && c.Source == "" && i < len(p.Blocks)-1 && sourced(r) {
				t.Fatalf("a piece of a quote without its source is not the last of a part: %+v", p)
			}
		}
	}
	if marked(parts...) != marked(r) {
		t.Fatalf("%q marked became %q", marked(r), marked(parts...))
	}
	want := bottest.TextsOf(r)
	if got.String() != want {
		t.Fatalf("%q became %q", want, got.String())
	}
	if w := links(r); !reflect.DeepEqual(gotLinks, w) {
		t.Fatalf("links %q became %q", w, gotLinks)
	}
	// No cut is within a character of one text.
	at := 0
	each(r, func(text string) {
		at = strings.Index(want[at:], text) + at
		ends := map[int]bool{0: true}
		for it := graphemes.FromString(text); it.Next(); {
			ends[it.End()] = true
		}
		for i := range len(text) {
			if cut[at+i] && !ends[i] {
				t.Fatalf("%q is cut at byte %d", text, i)
			}
		}
		at += len(text)
	})
	return parts
}

func sourced(r bot.Reply) bool {
	for _, b := range r.Blocks {
		if c, ok := b.(bot.Cite); ok && c.Source == "" {
			return false
		}
	}
	return true
}

func each(r bot.Reply, f func(string)) {
	for _, b := range r.Blocks {
		switch x := b.(type) {
		case bot.Para:
			f(x.Text)
		case bot.Cite:
			f(x.Text)
		case bot.List:
			for _, it := range x.Items {
				f(it.Text)
			}
		}
	}
}

func TestSplit(t *testing.T) {
	para := func(s string) bot.Reply {
		return bot.Reply{Kind: bot.KindNotice, Private: true, Blocks: []bot.Block{bot.Para{Text: s}}}
	}
	tests := []struct {
		name  string
		reply bot.Reply
		limit int
		want  []string // the texts of the parts
	}{
		{"nothing", bot.Reply{}, 10, nil},
		{"what fits", para("It fits."), 10, []string{"It fits."}},
		{"at a line", para("One longer line.\nYes. And no."), 26, []string{"One longer line.\n", "Yes. And no."}},
		{"at a sentence", para("One is here. Two is there"), 20, []string{"One is here. ", "Two is there"}},
		{"at a word", para("One two three four"), 12, []string{"One two ", "three four"}},
		{"in a word", para("abcdefghijkl"), 8, []string{"abcdef", "ghijkl"}},
		{"not for a scrap", para("a bcdefghijkl"), 8, []string{"a bcde", "fghijk", "l"}},
		{"not within a letter", para("абвг"), 5, []string{"а", "б", "в", "г"}},
		{"not within an emoji", para("👩‍👩‍👧👩‍👩‍👧"), 4, []string{"👩‍👩‍👧", "👩‍👩‍👧"}},
		{"not before a mark", para("abc de \u0301fg"), 9, []string{"abc ", "de \u0301fg"}},
		{"between blocks", bot.Reply{Blocks: []bot.Block{bot.Para{Text: "one"}, bot.Para{Text: "two"}, bot.Para{Text: "three"}}}, 10, []string{"onetwo", "three"}},
		{"source last", bot.Reply{Blocks: []bot.Block{bot.Cite{Label: "L", Text: "one two", Source: "S"}}}, 8, []string{"Lone ", "twoS"}},
		{"source alone", bot.Reply{Blocks: []bot.Block{bot.Cite{Text: "onetwo", Source: "Source"}}}, 8, []string{"onetwo", "Source"}},
		{"source and notes", bot.Reply{Blocks: []bot.Block{bot.Cite{Text: "one", Source: "Source", Notes: []bot.Note{{Text: "note a"}, {Text: "note b"}}}}}, 8, []string{"one", "Source", "note a", "note b"}},
		{"items", bot.Reply{Blocks: []bot.Block{bot.List{Items: []bot.Item{{Text: "one"}, {Text: "two"}, {Text: "three"}}}}}, 9, []string{"onetwo", "three"}},
		{"within an item", bot.Reply{Blocks: []bot.Block{bot.List{Items: []bot.Item{{Term: "T", Text: "one two", Link: "L"}, {Text: "three"}}}}}, 8, []string{"Tone ", "two", "three"}},
		{"an item that cannot be cut", bot.Reply{Blocks: []bot.Block{bot.List{Items: []bot.Item{{Text: "a", Link: "long/long"}, {Text: "b"}}}}}, 4, []string{"a", "b"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var got []string
			for _, p := range checkSplit(t, tt.reply, tt.limit, "bytes") {
				got = append(got, bottest.TextsOf(p))
			}
			if !reflect.DeepEqual(got, tt.want) {
				t.Errorf("got %q, want %q", got, tt.want)
			}
		})
	}
}

// A first character that is larger than anything that fits must not take the
// rest of the text with it.
func TestSplitHugeCharacter(t *testing.T) {
	zalgo := "e" + strings.Repeat("\u0301", 1000)
	parts := checkSplit(t, bot.Reply{Blocks: []bot.Block{bot.Para{Text: zalgo + " and the rest of it"}}}, 30, "runes")
	if len(parts) != 2 || bottest.TextsOf(parts[0]) != zalgo {
		t.Errorf("%d parts, the first of %d bytes", len(parts), len(bottest.TextsOf(parts[0])))
	}
}

// Measuring must not take long: every byte may be measured a few times, not
// once for every part.
func TestSplitHuge(t *testing.T) {
	text := func(n int) string {
		return strings.Repeat("Слово за словом. ", n/len("Слово за словом. "))
	}
	const huge, large = 5 << 20, 1 << 20
	var items []bot.Item
	for range 10_000 {
		items = append(items, bot.Item{Term: "t", Text: "an item of a long list"})
	}
	for _, b := range []bot.Block{bot.Para{Text: text(huge)}, bot.Cite{Text: text(large), Source: "S"}, bot.List{Items: []bot.Item{{Text: text(large)}, {Text: "b"}}}, bot.List{items}} {
		total := 0
		size := func(r bot.Reply) int {
			total += len(bottest.TextsOf(r))
			return utf8.RuneCountInString(bottest.TextsOf(r))
		}
		r := bot.Reply{Blocks: []bot.Block{b}}
		parts := bot.Split(r, 2000, size)
		var got strings.Builder
		for _, p := range parts {
			got.WriteString(bottest.TextsOf(p))
		}
		if got.String() != bottest.TextsOf(r) {
			t.Errorf("%T: text is lost", b)
		}
		if most := 100 * len(bottest.TextsOf(r)); total > most {
			t.Errorf("%T: measured %d bytes, want at most %d", b, total, most)
		}
	}
}

func FuzzSplit(f *testing.F) {
	f.Add("One. Two three.\nFour", "Five", "https://example.org", 10, uint8(0))
	f.Add("👩‍👩‍👧 e\u0301 \u0301 \r\n**&&", "слово", "", 7, uint8(3))
	f.Add("a \u0301b\xff\xfe", "", "l", 1, uint8(2))
	f.Add(strings.Repeat("long. ", 50), "x\ny", "l", 60, uint8(1))
	names := []string{"bytes", "runes", "UTF-16", "escaped"}
	f.Fuzz(func(t *testing.T, a, b, link string, limit int, which uint8) {
		if limit < 1 || limit > 5000 || len(a)+len(b) > 5000 || len(link) > 100 {
			return
		}
		for _, blocks := range [][]bot.Block{
			{bot.Para{Text: a}, bot.Para{Text: b, Style: bot.Strong}},
			{bot.Cite{Label: "L", Text: a, Mark: corpus.Range{Start: len(a) / 3, End: len(a) / 2}, Lead: true, Source: "S", Date: "D", Link: link, Notes: []bot.Note{{Text: b, Link: link}, {Text: "n"}}}},
			{bot.List{Items: []bot.Item{{Term: "t", Text: a, Link: link}, {Text: b}, {Text: a}}}, bot.Para{Text: b}},
		} {
			checkSplit(t, bot.Reply{Kind: bot.KindAnswer, Blocks: blocks}, limit, names[int(which)%len(names)])
		}
	})
}
