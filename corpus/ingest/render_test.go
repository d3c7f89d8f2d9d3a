package ingest

import (
	"strings"
	"testing"

	"rapporteur/corpus"
)

// tricky are texts that look like something else than a paragraph.
var tricky = []string{
	"# 5 on the list.", "#5 on the list.", "> He went.", "``` is a fence.", "~~~", "---", "***", "* * *", "- Ні, – сказав він.", "– Ні, – сказав він.",
	"— Ні, — сказав він.", "• Bullet.", "1. Mai war es.", "14. Dezember 2025 begann es.", "1914.", "12) is a number.", "| a | b |", "a | b", "a | b | --- |", "|---|---|",
	"--- | ---", "[b]: https://example.org/x", "[Shmyhal]: Yes.", "<!-- x --> Cut.", "<!-- x", "Seen <!-- x --> here.", "Seen <!-- x", "--> x", "===", "\\# x", "\\", "\\\\x", "\\1. x",
	"title: x", "...", "Heading", "What is it?", "He left. 5. Mai.", "*Note* that.", "_x_", "+ 5", "=", "= x", ": x", "&amp; x", "<b>x</b>", "А. Б. В.", "x\u00A0y", "é e\u0301",
	strings.Repeat("A long sentence that goes on, ", 100) + "ends.", strings.Repeat("Short. ", 1000) + "End.", "«Слово». Друге",
}

func paragraphs(texts ...string) []Block {
	var out []Block
	for _, s := range texts {
		out = append(out, Block{Text: s})
	}
	return tidy(out)
}

// TestRenderTricky stores each tricky text alone, first, between others, and as
// an item and a heading's neighbour.
func TestRenderTricky(t *testing.T) {
	for _, s := range tricky {
		t.Run(s[:min(len(s), 20)], func(t *testing.T) {
			if len(paragraphs(s)) == 0 {
				t.Skip("nothing to read in it")
			}
			item := Block{Form: Item, Text: s}
			for name, blocks := range map[string][]Block{
				"alone":           paragraphs(s),
				"first":           paragraphs(s, "Another."),
				"between":         paragraphs("One.", s, "Another"),
				"twice":           paragraphs(s, s),
				"after a heading": append([]Block{{Form: Heading, Text: "Heading"}}, paragraphs(s, "x")...),
				"item":            tidy([]Block{item, item, {Text: s}, item}),
				"after a list":    tidy([]Block{{Form: Item, Text: "An item without an end"}, {Text: s}}),
				"after a table":   tidy([]Block{{Form: Row, Cells: []string{"a", "b"}}, {Form: Row, Cells: []string{"c", s}}, {Text: s}}),
			} {
				r, err := render(&Document{Fields: Fields{Title: "The title"}, Blocks: blocks})
				if err != nil {
					t.Errorf("%s: %v (%v)", name, err, err.(*Error).Err)
					continue
				}
				if r.ext != ".md" && !strings.Contains(s, "<!--") {
					t.Errorf("%s: stored as %s:\n%s", name, r.ext, markdown(blocks).String())
				}
			}
		})
	}
}

// FuzzRender holds that whatever is stored is read as it went in.
func FuzzRender(f *testing.F) {
	for _, s := range tricky {
		f.Add(s, "Another.", s)
	}
	f.Add("", "0", "\"<!---> 0") // no Markdown, and the first is taken for a title
	f.Add("A sentence.", "0", "\"<!---> 0")
	f.Fuzz(func(t *testing.T, title, a, b string) {
		blocks := paragraphs(strings.ToValidUTF8(a, ""), strings.ToValidUTF8(b, ""))
		r, err := render(&Document{Fields: Fields{Title: strings.ToValidUTF8(title, "")}, Blocks: blocks})
		if err != nil {
			if len(blocks) > 0 && CodeOf(err) != BadField {
				t.Fatalf("%v: %v", err, err.(*Error).Err)
			}
			return
		}
		text, _, bad := corpus.Parse("a"+r.ext, r.body)
		if bad != nil {
			t.Fatal(bad)
		}
		var got, want strings.Builder
		for _, p := range text.Passages {
			got.WriteString(letters(p.Of(r.body)))
		}
		for _, b := range blocks {
			want.WriteString(letters(b.Text))
		}
		if got.String() != want.String() {
			t.Errorf("stored %q, read %q from\n%s", want.String(), got.String(), r.body)
		}
	})
}
