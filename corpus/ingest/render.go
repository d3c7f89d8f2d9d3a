package ingest

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strings"
	"unicode"

	"rapporteur/corpus"
)

// rendered is a document as it is stored.
type rendered struct {
	ext  string // ".md" or ".txt"
	body string // the bytes of the file
	text *corpus.Text
}

// render writes a document as the corpus reads it, and reads it again: the text
// must come out letter for letter as it went in, or it is not stored. Markdown
// keeps headings and lists; the few texts that it cannot hold, because there
// are comments in their sentences, become plain text.
func render(d *Document) (*rendered, error) {
	matter, err := frontMatter(d.Fields)
	if err != nil {
		return nil, refuse(d.Source, BadField, err, "%v", err)
	}
	if d.Blocks == nil {
		ext := ".txt"
		if d.Markdown {
			ext = ".md"
		}
		r := &rendered{ext: ext, body: matter + strings.TrimLeft(d.Plain, "\r\n")}
		return r, r.read(d)
	}
	if len(d.Blocks) == 0 || words(d.Blocks) == 0 {
		return nil, refuse(d.Source, NoText, nil, "there is no text in it that could be quoted")
	}
	plain := plainText(d.Blocks)
	tries := []*rendered{
		markdown(d.Blocks).after(matter, ".md", ""),
		plain.after(matter, ".txt", ""),
		// Or its first line is taken for the title, as are these.
		plain.after(matter, ".txt", clean(d.Title)+"\n\n"),
		plain.after(matter, ".txt", "—\n\n"),
	}
	for _, r := range tries {
		if err = r.read(d); err == nil {
			if err = r.same(d.Blocks); err == nil {
				return r, nil
			}
		}
	}
	var known *Error
	if errors.As(err, &known) {
		return nil, known
	}
	return nil, refuse(d.Source, Damaged, err, "its text cannot be stored letter for letter: add it as a plain text file")
}

// written is a text without front matter.
type written struct {
	strings.Builder
	pages []corpus.PageStart
}

// line writes a block behind what marks its kind, and notes the pages in it.
func (w *written) line(begin string, b Block) {
	w.WriteString(begin)
	for _, p := range b.Pages {
		if n := len(w.pages); n == 0 || w.pages[n-1].Page != p.Page {
			w.pages = append(w.pages, corpus.PageStart{Page: p.Page, At: w.Len() + p.At})
		}
	}
	w.WriteString(line(b) + "\n")
}

// after puts front matter and a beginning before the text, and says in the front
// matter where its pages begin.
func (w *written) after(matter, ext, begin string) *rendered {
	begin = "\n" + begin
	text := begin + w.String()
	starts := slices.Clone(w.pages)
	for i := range starts {
		starts[i].At += len(begin)
	}
	matter = strings.TrimSuffix(matter, "\n")
	if pages := corpus.PagesField(text, starts); pages != "" {
		matter = strings.TrimSuffix(matter, "---\n") + "pages: \"" + pages + "\"\n---\n"
	}
	return &rendered{ext: ext, body: matter + text}
}

// read parses what was rendered, and checks it as the corpus does.
func (r *rendered) read(d *Document) error {
	if len(r.body) > corpus.MaxSize {
		return refuse(d.Source, TooLarge, nil, "its text is larger than %d MB: split it into several", corpus.MaxSize>>20)
	}
	t, _, bad := corpus.Parse("text"+r.ext, r.body)
	if bad != nil {
		return refuse(d.Source, NoText, bad.Err, "%v", bad.Err)
	}
	r.text = t
	return nil
}

// same reports what of the blocks is not in the passages of the text, letter
// for letter and each block in passages of its own. White space is not
// compared: a block is one line.
func (r *rendered) same(blocks []Block) error {
	var want []string // of each run of text that no passage may leave
	var run strings.Builder
	end := func() {
		if run.Len() > 0 {
			want = append(want, run.String())
		}
		run.Reset()
	}
	for _, b := range blocks {
		// The items of a list are one run.
		if goesOn := (b.Form == Item || b.Form == Row) && !b.Start && r.ext == ".md"; !goesOn {
			end()
		}
		if b.Form != Heading || r.ext != ".md" {
			run.WriteString(letters(line(b)))
		}
	}
	end()
	i := 0
	for _, p := range r.text.Passages {
		got := letters(p.Of(r.body))
		if b := markerFree(r.text, p); b != "" {
			got = b
		}
		if i == len(want) || !strings.HasPrefix(want[i], got) {
			return fmt.Errorf("passage %q is not in the text", p.Of(r.body))
		}
		if want[i] = want[i][len(got):]; want[i] == "" {
			i++
		}
	}
	if i < len(want) {
		return fmt.Errorf("%q is not in the passages", want[i])
	}
	return nil
}

// markerFree returns the letters of a passage's sentences: between the items of
// a list stand their marks.
func markerFree(t *corpus.Text, p corpus.Passage) string {
	var b strings.Builder
	for _, s := range p.Sentences {
		b.WriteString(letters(s.Of(t.Body)))
	}
	return b.String()
}

func letters(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsSpace(r) {
			return -1
		}
		return r
	}, s)
}

// line returns a block as the line of text that is quoted.
func line(b Block) string {
	if b.Form == Row {
		return "| " + strings.Join(b.Cells, " | ") + " |"
	}
	return b.Text
}

// mark is what a line may begin with that Markdown, or our reader of it, takes
// for something else than text; or a backslash, which takes that meaning away.
var mark = pattern("^(?:[#>`~\\-*+_=|:<\\[\\\\•–]|\\d{1,3}[.)](?:\\s|$))")

// markdown writes the blocks in Markdown.
func markdown(blocks []Block) *written {
	b := new(written)
	for i, block := range blocks {
		first := i == 0 || block.Start || blocks[i-1].Form != block.Form
		if i > 0 && (first || block.Form == Paragraph || block.Form == Heading) {
			b.WriteByte('\n')
		}
		begin := ""
		switch block.Form {
		case Heading:
			// The title of a text is its first level.
			begin = strings.Repeat("#", min(max(block.Level, 2), 6)) + " "
		case Item:
			begin = "- "
		case Paragraph:
			if mark().MatchString(block.Text) {
				begin = "\\"
			}
		}
		b.line(begin, block)
		if block.Form == Row && first {
			b.WriteString(strings.Repeat("| --- ", max(len(block.Cells), 1)) + "|\n")
		}
	}
	return b
}

// plainText writes the blocks as paragraphs.
func plainText(blocks []Block) *written {
	b := new(written)
	for i, block := range blocks {
		if i > 0 {
			b.WriteByte('\n')
		}
		b.line("", block)
	}
	return b
}

// frontMatter writes the fields as front matter, and checks that the corpus
// would take them.
func frontMatter(f Fields) (string, error) {
	var b strings.Builder
	field := func(name, value string) {
		if value != "" {
			fmt.Fprintf(&b, "%s: %s\n", name, value)
		}
	}
	list := func(name string, values []string) {
		quotedValues := make([]string, 0, len(values))
		for _, v := range values {
			if v = quoted(v); v != "" {
				quotedValues = append(quotedValues, v)
			}
		}
		if len(quotedValues) > 0 {
			field(name, "["+strings.Join(quotedValues, ", ")+"]")
		}
	}
	field("title", quoted(f.Title))
	field("publisher", quoted(f.Publisher))
	field("url", quoted(f.URL))
	field("published", f.Published.String())
	field("language", f.Language)
	field("kind", string(cmp.Or(f.Kind, corpus.Report)))
	list("parties", f.Parties)
	field("licence", quoted(f.Licence))
	list("based_on", f.BasedOn)
	field("translation_of", quoted(f.Original))
	matter := "---\n" + b.String() + "---\n\n"
	t, _, warnings, bad := corpus.Head("text.md", matter+"x")
	switch {
	case bad != nil:
		return "", bad.Err
	case len(warnings) > 0:
		return "", warnings[0].Err
	}
	// What a title may not hold is left out; anything else must be what was given.
	if t.URL != f.URL || t.Published.String() != f.Published.String() || !slices.Equal(t.BasedOn, f.BasedOn) && len(f.BasedOn) > 0 {
		return "", errors.New("a field holds something that cannot be stored")
	}
	return matter, nil
}

// maxField is the longest value written, in characters: more than the corpus
// shows of one, and little enough for the YAML library, which takes minutes for
// long nonsense.
const maxField = 1000

// quoted returns a value in the quotation marks of YAML, "" when it is empty.
func quoted(s string) string {
	s = strings.ToValidUTF8(clean(s), "")
	if runes := []rune(s); len(runes) > maxField {
		s = string(runes[:maxField])
	}
	if s == "" {
		return ""
	}
	return `"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`).Replace(s) + `"`
}
