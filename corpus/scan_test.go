package corpus

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// shape writes out what a text was cut into: its headings, each followed by
// passages, each of which is its sentences joined by “ / ”.
func shape(x *Text) []string {
	var out []string
	heading := ""
	for _, p := range x.Passages {
		if p.Heading != heading {
			heading = p.Heading
			out = append(out, "# "+heading)
		}
		var s []string
		for _, r := range p.Sentences {
			s = append(s, r.Of(x.Body))
		}
		out = append(out, strings.Join(s, " / "))
	}
	return out
}

func TestBlocks(t *testing.T) {
	long := strings.Repeat("A long paragraph goes on and on, ", 4) + "and ends."
	half := strings.Repeat("a long line goes on and on, ", 5)
	tests := []struct {
		name, path, body string
		want             []string
	}{
		{"headings", "a.md", "# One\nA.\n## Two ##\n\nB.\n### **Three**\nC.\n#\nDone.\n#No heading\n", []string{"# One", "A.", "# Two", "B.", "# Three", "C.", "Done. / #No heading"}},
		{"underlined headings", "a.md", "One\n===\nA.\n\nTwo\n---\nB.\n\nA sentence.\n---\nC.", []string{"# One", "A.", "# Two", "B.", "A sentence.", "C."}},
		{"two lines are not underlined", "a.md", "One\ntwo\n---\nC.", []string{"One\ntwo", "C."}},
		{"rules", "a.md", "A.\n***\nB.\n- - -\nC.\n___\nD.", []string{"A.", "B.", "C.", "D."}},
		{"list", "a.md", "Text:\n- One\n- Two. Three.\n* four\n+ five\n• six", []string{"Text:", "One / Two. / Three. / four / five / six"}},
		{"nested list", "a.md", "- One\n  - two\n    1. three\n  goes on\n\n  A paragraph.\n- four", []string{"One / two / three\n  goes on", "A paragraph.", "four"}},
		{"lazy list", "a.md", "- One goes\non lazily\n- Two ends.\nA paragraph.", []string{"One goes\non lazily / Two ends.", "A paragraph."}},
		{"ordered list", "a.md", "1. One.\n2) Two.\n10. Three.", []string{"One. / Two. / Three."}},
		{"a number that wrapped", "a.md", "They met on December\n14. It was late, and at\n– 5 degrees cold.", []string{"They met on December\n14. / It was late, and at\n– 5 degrees cold."}},
		{"a list in a paragraph", "a.md", "They want\n1. peace\n2. quiet", []string{"They want", "peace / quiet"}},
		{"dialogue", "a.md", "– Ready? – he asked.\n\n— Yes.", []string{"Ready? – he asked.", "— Yes."}},
		{"quotation", "a.md", "He said:\n> We go. We\n> stay.\n>\n> We\nwait.\n\nHe left.", []string{"He said:", "We go. / We\n> stay.", "We\nwait.", "He left."}},
		{"things in a quotation", "a.md", "> # One\n> - a\n> - b\n>\n> > deep. Deeper.", []string{"# One", "a / b", "deep. / Deeper."}},
		{"table", "a.md", "Before.\n\n| a | b |\n|---|:-:|\n| c | d |\n| e | f |\nAfter.", []string{"Before.", "| a | b | / | c | d | / | e | f |", "After."}},
		{"bare table", "a.md", "a | b\n--- | ---\nc | d\n\nAfter.", []string{"a | b / c | d", "After."}},
		{"table after text", "a.md", "Text.\na | b\n- | -\nc | d", []string{"Text.", "a | b / c | d"}},
		{"a bar is no table", "a.md", "a | b\nc | d", []string{"a | b\nc | d"}},
		{"code", "a.md", "A.\n```go\nx := 1.\n```\nB.\n~~~ x\n```\n~~~\nC.", []string{"A.", "B.", "C."}},
		{"longer fence", "a.md", "A.\n````\n```\nx.\n```\n````\nB.", []string{"A.", "B."}},
		{"closing fence has no words", "a.md", "A.\n```\n```go\nx.\n```\nB.", []string{"A.", "B."}},
		{"longer closing fence", "a.md", "A.\n```\nx.\n`````\nB.", []string{"A.", "B."}},
		{"code in a line", "a.md", "``` x ``` is code.\nB.", []string{"``` x ``` is code. / B."}},
		{"code in a list", "a.md", "- a\n\n      ```\n      x\n      ```\n- b", []string{"a", "b"}},
		{"code in a quotation", "a.md", "> ```\n> x\n> ```\n> A.\n>\n> ```\n> y\nB.", []string{"A.", "B."}},
		{"comments", "a.md", "A.\n<!-- x. -->\nB.\n<!-- y\nz. --> Cut. <!-- w. --> Done.\n\n<!-- v --> <!-- u -->E.", []string{"A.", "B.", "Cut. / Done.", "E."}},
		{"comment in a sentence", "a.md", "The sum <!-- Check. Really? --> is five. <!-- Done. -->", []string{"The sum <!-- Check. Really? --> is five."}},
		{"comment in a paragraph", "a.md", "A sentence <!-- x\ny --> B.", []string{"A sentence <!-- x\ny --> B."}},
		{"comment in a heading's place", "a.md", "<!-- x --># One\nA.", []string{"# One", "A."}},
		{"comment in code", "a.md", "```\n<!--\n```\nA.", []string{"A."}},
		{"link targets", "a.md", "A [b].\n\n[b]: https://example.org \"B\"\n[c]: <#c>\n\n[Shmyhal]: Yes.\n\n[^1]: See the text.", []string{"A [b].", "[Shmyhal]: Yes.", "[^1]: See the text."}},
		{"escaped marks", "a.md", "\\# a\n\n\\> b\n\n\\- c\n\n\\1. d\n\n\\– e\n\n\\``` f\n\n\\~~~\n\n\\***\n\n\\| g |\n\n\\[h]: #h\n\n\\\\i", []string{"# a", "> b", "- c", "1. d", "– e", "``` f", "~~~", "***", "| g |", "[h]: #h", "\\i"}},
		{"a backslash before a letter", "a.md", "\\a\n\nC:\\b", []string{"\\a", "C:\\b"}},
		{"an escaped comment", "a.md", "\\<!-- x --> is shown.\n\nAnd <!-- y -->", []string{"<!-- x --> is shown.", "And"}},
		{"escaped in a paragraph", "a.md", "The number\n\\# one.", []string{"The number\n\\# one."}},
		{"escaped in a list", "a.md", "- The number\n  \\# one.\n- Two.\n\\- Three.", []string{"The number\n  \\# one. / Two.", "- Three."}},
		{"escaped in a quotation", "a.md", "> \\# a", []string{"# a"}},
		{"escaped in code and comments", "a.md", "```\n\\a.\n```\nB.\n<!--\n\\--> C.", []string{"B.", "C."}},
		{"wrapped", "a.md", "A sentence is\nwrapped. Another\r\nis too.\rSo.", []string{"A sentence is\nwrapped. / Another\r\nis too. / So."}},
		{"a line for each paragraph", "a.md", long + "\nShort.\n" + long, []string{long, "Short.", long}},
		{"a long line that is carried on", "a.md", half + "\nby the next.\nAnother.", []string{half + "\nby the next.", "Another."}},
		{"plain title", "a.txt", "\nThe title\nA sentence. Another.\n\nMore.", []string{"# The title", "A sentence. / Another.", "More."}},
		{"plain title alone", "a.txt", "The title\n\n", []string{"The title"}},
		{"a first sentence is no title", "a.txt", "A sentence.\n\nMore.", []string{"A sentence.", "More."}},
		{"a wrapped line is no title", "a.txt", "A sentence is\nwrapped. Another.", []string{"A sentence is\nwrapped. / Another."}},
		{"only the first line is a title", "a.txt", "A sentence.\n\nNo title\n\nMore.", []string{"A sentence.", "No title", "More."}},
		{"plain text is not Markdown", "a.txt", "A.\n\n# b\n\n- c\n\n> d\n\n<!-- e -->\n\n```\n\n", []string{"A.", "# b", "- c", "> d", "<!-- e -->", "```"}},
		{"plain article", "a.txt", "The title\n" + long + "\nShort.\n" + long, []string{"# The title", long, "Short.", long}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			x := parse(t, tt.path, tt.body)
			if got := shape(x); !slices.Equal(got, tt.want) {
				t.Errorf("\n got %q\nwant %q", got, tt.want)
			}
			if err := checkPassages(x, 0); err != nil {
				t.Error(err)
			}
		})
	}
}

func TestLongPassages(t *testing.T) {
	x := parse(t, "a.md", strings.Repeat("A sentence of some length stands here. ", 500))
	if len(x.Passages) < 9 {
		t.Errorf("%d passages", len(x.Passages))
	}
	n := 0
	for _, p := range x.Passages {
		n += len(p.Sentences)
		if p.Len() > maxPassage+maxSentence {
			t.Errorf("a passage of %d bytes", p.Len())
		}
	}
	if n != 500 {
		t.Errorf("%d sentences, want 500", n)
	}
}

// The texts that come with the program hold what is promised of all texts.
func TestTextsOfTheProgram(t *testing.T) {
	paths, err := filepath.Glob("texts/*.md")
	if err != nil || len(paths) < 2 {
		t.Fatalf("%v, %v", paths, err)
	}
	for _, p := range paths {
		if filepath.Base(p) == "README.md" {
			continue
		}
		b, err := os.ReadFile(p)
		if err != nil {
			t.Fatal(err)
		}
		x := parse(t, filepath.Base(p), string(b))
		_, at, err := splitFrontMatter(x.Body)
		if err != nil || at == 0 {
			t.Fatalf("%s: front matter ends at %d, %v", p, at, err)
		}
		if err := checkPassages(x, at); err != nil {
			t.Errorf("%s: %v", p, err)
		}
	}
}
