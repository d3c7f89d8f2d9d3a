package ingest

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode/utf16"

	"golang.org/x/text/encoding/charmap"
)

// makePDF writes a PDF file of pages of lines. A line may begin with a size and
// a position, as in "18@72,700 Title"; otherwise it stands 14 points below the
// one before, in 11 points. Letters beyond Latin are in a font of numbered
// glyphs with a table of what they mean, as word processors embed them.
func makePDF(pages ...[]string) []byte {
	glyphs := make(map[rune]int)
	var order []rune
	var objects []string
	object := func(s string) int {
		objects = append(objects, s)
		return len(objects)
	}
	stream := func(s string) string { return fmt.Sprintf("<< /Length %d >>\nstream\n%s\nendstream", len(s), s) }
	const catalog, tree, latin, wide = 1, 2, 3, 4
	for range 4 {
		object("")
	}
	var kids []string
	for _, lines := range pages {
		var b strings.Builder
		size, x, y := 11.0, 72.0, 760.0
		for _, l := range lines {
			if at, text, ok := strings.Cut(l, " "); ok && strings.Contains(at, "@") {
				fmt.Sscanf(at, "%f@%f,%f", &size, &x, &y)
				l = text
			}
			font, shown := "F1", "("+strings.NewReplacer(`\`, `\\`, "(", `\(`, ")", `\)`).Replace(l)+")"
			if strings.ContainsFunc(l, func(r rune) bool { return r > 0x7E }) {
				font, shown = "F2", "<"
				for _, r := range l {
					if glyphs[r] == 0 {
						order = append(order, r)
						glyphs[r] = len(order)
					}
					shown += fmt.Sprintf("%04X", glyphs[r])
				}
				shown += ">"
			}
			fmt.Fprintf(&b, "BT /%s %g Tf 1 0 0 1 %g %g Tm %s Tj ET\n", font, size, x, y, shown)
			y -= 14
		}
		content := object(stream(b.String()))
		page := object(fmt.Sprintf("<< /Type /Page /Parent %d 0 R /MediaBox [0 0 595 842] /Contents %d 0 R /Resources << /Font << /F1 %d 0 R /F2 %d 0 R >> >> >>", tree, content, latin, wide))
		kids = append(kids, fmt.Sprintf("%d 0 R", page))
	}
	var cmap strings.Builder
	for _, r := range order {
		fmt.Fprintf(&cmap, "1 beginbfchar <%04X> <", glyphs[r])
		for _, u := range utf16.Encode([]rune{r}) {
			fmt.Fprintf(&cmap, "%04X", u)
		}
		cmap.WriteString("> endbfchar\n")
	}
	unicodes := object(stream("/CIDInit /ProcSet findresource begin 12 dict begin begincmap\n/CIDSystemInfo << /Registry (Adobe) /Ordering (UCS) /Supplement 0 >> def\n" +
		"/CMapName /Adobe-Identity-UCS def /CMapType 2 def\n1 begincodespacerange <0000> <FFFF> endcodespacerange\n" + cmap.String() + "endcmap end end"))
	descriptor := object("<< /Type /FontDescriptor /FontName /Sample /Flags 4 /FontBBox [0 -200 1000 800] /ItalicAngle 0 /Ascent 800 /Descent -200 /CapHeight 700 /StemV 80 >>")
	cid := object(fmt.Sprintf("<< /Type /Font /Subtype /CIDFontType2 /BaseFont /Sample /CIDSystemInfo << /Registry (Adobe) /Ordering (Identity) /Supplement 0 >> /FontDescriptor %d 0 R /DW 500 /CIDToGIDMap /Identity >>", descriptor))
	objects[catalog-1] = fmt.Sprintf("<< /Type /Catalog /Pages %d 0 R >>", tree)
	objects[tree-1] = fmt.Sprintf("<< /Type /Pages /Count %d /Kids [%s] >>", len(pages), strings.Join(kids, " "))
	objects[latin-1] = "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>"
	objects[wide-1] = fmt.Sprintf("<< /Type /Font /Subtype /Type0 /BaseFont /Sample /Encoding /Identity-H /DescendantFonts [%d 0 R] /ToUnicode %d 0 R >>", cid, unicodes)
	info := object("<< /Title (Microsoft Word - talks.docx) /CreationDate (D:20251216103000+02'00') >>")

	var out bytes.Buffer
	out.WriteString("%PDF-1.7\n")
	offsets := make([]int, len(objects))
	for i, o := range objects {
		offsets[i] = out.Len()
		fmt.Fprintf(&out, "%d 0 obj\n%s\nendobj\n", i+1, o)
	}
	table := out.Len()
	fmt.Fprintf(&out, "xref\n0 %d\n0000000000 65535 f \n", len(objects)+1)
	for _, at := range offsets {
		fmt.Fprintf(&out, "%010d 00000 n \n", at)
	}
	fmt.Fprintf(&out, "trailer\n<< /Size %d /Root %d 0 R /Info %d 0 R >>\nstartxref\n%d\n%%%%EOF\n", len(objects)+1, catalog, info, table)
	return out.Bytes()
}

// pdfs reads PDF for all tests: it takes seconds to start.
var pdfs = NewReader(ReaderOptions{Now: start().now})

func readFile(t *testing.T, name string, body []byte) (*Document, error) {
	t.Helper()
	if testing.Short() && strings.HasSuffix(name, ".pdf") {
		t.Skip("what reads PDF takes seconds to start")
	}
	return pdfs.Read(ctx, File{Name: name, Body: body})
}

func TestPDF(t *testing.T) {
	first := []string{
		"9@72,810 The Post, 16 December 2025", "18@72,780 The talks in Berlin",
		"11@72,740 The ministers of both countries met in the capital on Sunday and spoke for some hours a-",
		"bout what is to come next. The well-known envoy was will-", "ing to wait, and the other well-", "known one was not: the EU-", "Council decides.",
		"11@72,640 • The first point is this.", "• The second is that.",
		"11@72,580 Міністри обох країн зустрілися в неділю в столиці й говорили кіль-", "ка годин про те, що буде далі, і про те, чого не", "11@300,40 1",
	}
	second := []string{"9@72,810 The Post, 16 December 2025", "11@72,780 буде. Вони не домовилися.", "14@72,740 What is next", "11@72,710 Nobody knows.", "11@300,40 2"}
	third := []string{"9@72,810 The Post, 16 December 2025", "11@72,780 The end.", "11@300,40 3"}
	d, err := readFile(t, "talks.pdf", makePDF(first, second, third))
	if err != nil {
		t.Fatal(err, errors.Unwrap(err))
	}
	want := []Block{
		{Text: "The ministers of both countries met in the capital on Sunday and spoke for some hours about what is to come next. The well-known envoy was willing to wait, and the other well-known one was not: the EU-Council decides."},
		{Form: Item, Text: "The first point is this."},
		{Form: Item, Text: "The second is that."},
		{Text: "Міністри обох країн зустрілися в неділю в столиці й говорили кілька годин про те, що буде далі, і про те, чого не буде. Вони не домовилися."},
		{Form: Heading, Text: "What is next", Level: 2},
		{Text: "Nobody knows."},
		{Text: "The end."},
	}
	var starts []string
	for i := range d.Blocks {
		for _, p := range d.Blocks[i].Pages {
			starts = append(starts, fmt.Sprintf("%d %.4s", p.Page, d.Blocks[i].Text[p.At:]))
		}
		d.Blocks[i].Pages = nil
	}
	if want := []string{"1 The ", "1 The ", "1 The ", "1 Міні", "2 буде", "2 What", "2 Nobo", "3 The "}; !slices.Equal(starts, want) {
		t.Errorf("pages %q, want %q", starts, want)
	}
	if !reflect.DeepEqual(d.Blocks, want) {
		t.Errorf("got  %+v\nwant %+v", d.Blocks, want)
	}
	if d.Title != "The talks in Berlin" || !d.Published.IsZero() || d.Language != "en" {
		t.Errorf("%+v", d.Fields)
	}
	if notes := strings.Join(d.Notes, "; "); !strings.Contains(notes, "made on 2025-12-16") || !strings.Contains(notes, "3 words that were divided") {
		t.Errorf("notes %s", notes)
	}
}

func TestPDFRefused(t *testing.T) {
	whole := makePDF([]string{"A sentence."})
	many := make([][]string, maxPages+1)
	for name, tt := range map[string]struct {
		body []byte
		code Code
	}{
		"cut":            {whole[:len(whole)/3], Damaged},
		"nothing but":    {[]byte("%PDF-1.7\n"), Damaged},
		"no text":        {makePDF(nil), NoText},
		"too many pages": {makePDF(many...), TooLarge},
		"a loop":         {bytes.Replace(whole, []byte("/Kids ["), []byte("/Kids [2 0 R "), 1), ""},
	} {
		t.Run(name, func(t *testing.T) {
			d, err := readFile(t, "a.pdf", tt.body)
			if tt.code == "" {
				return // whatever comes of it, it ends
			}
			if CodeOf(err) != tt.code || !strings.HasPrefix(err.Error(), "a.pdf: ") {
				t.Errorf("%+v, %v (%v)", d, err, errors.Unwrap(err))
			}
		})
	}
}

// TestPDFEnds ends the context while a document is read.
func TestPDFEnds(t *testing.T) {
	if testing.Short() {
		t.Skip("what reads PDF takes seconds to start")
	}
	pages := make([][]string, 500)
	for i := range pages {
		pages[i] = slices.Repeat([]string{"A line of text that goes on for some while until it ends."}, 40)
	}
	over, cancel := context.WithCancel(ctx)
	time.AfterFunc(2*time.Second, cancel)
	d, err := pdfs.Read(over, File{Name: "a.pdf", Body: makePDF(pages...)})
	if err == nil {
		t.Skipf("was done before: %d blocks", len(d.Blocks))
	}
	if !errors.Is(err, context.Canceled) {
		t.Errorf("%v", err)
	}
}

// TestPDFPages holds that every word of a stored text is on its page.
func TestPDFPages(t *testing.T) {
	var pages [][]string
	for i := range 5 {
		var lines []string
		for j := range 30 {
			lines = append(lines, fmt.Sprintf("%c%c Line%d of page%d goes on for a while, up to the end of the line", 'a'+i, 'A'+j, j, i+1))
			if j%7 == 6 {
				lines[j] += "."
			}
		}
		pages = append(pages, lines)
	}
	pages[2] = nil // a page without text
	pages[3] = append([]string{"18@72,790 # A heading of page4", "11@72,740 - item of page4."}, pages[3]...)
	d, err := readFile(t, "a.pdf", makePDF(pages...))
	if err != nil {
		t.Fatal(err, errors.Unwrap(err))
	}
	out, err := render(d)
	if err != nil {
		t.Fatal(err)
	}
	found := 0
	for at := 0; ; found++ {
		i := strings.Index(out.body[at:], "of page")
		if i < 0 {
			break
		}
		at += i + len("of page")
		if want := int(out.body[at] - '0'); out.text.Page(at) != want {
			t.Errorf("%q is on page %d, want %d", out.body[at-20:at+1], out.text.Page(at), want)
		}
	}
	if found != 4*30+2 {
		t.Errorf("%d places\n%s", found, out.body)
	}
}

// TestPDFHyphens divides words at the ends of lines and pages.
func TestPDFHyphens(t *testing.T) {
	filler := "A line of the text that is as long as the others are, so that it ends none."
	lines := func(s ...string) []string { return s }
	d, err := readFile(t, "a.pdf", makePDF(
		lines("18@72,790 What the ferry company of the", "18@72,768 southern islands owes", "11@72,730 "+filler,
			"and the so-", "called quay was, after all, a long-", "term plan of the mini-", "ster. The sea-", "wall and the seawall are one, but a break-", "water is no break-water."),
		lines("11@72,760 "+filler, "Vor-", "und Nachteile wog er ab, and the vice-", "chairman left. It was over by then, they said, for the depar-"),
		lines("11@72,760 ting ferry had gone.")))
	if err != nil {
		t.Fatal(err, errors.Unwrap(err))
	}
	want := filler + " and the so-called quay was, after all, a long-term plan of the minister. The seawall and the seawall are one, but a break-water is no break-water."
	if d.Title != "What the ferry company of the southern islands owes" {
		t.Errorf("title %q", d.Title)
	}
	if d.Blocks[0].Text != want {
		t.Errorf("\n got %s\nwant %s", d.Blocks[0].Text, want)
	}
	last := d.Blocks[len(d.Blocks)-1]
	if want := filler + " Vor- und Nachteile wog er ab, and the vice-chairman left. It was over by then, they said, for the departing ferry had gone."; last.Text != want || last.Text[last.Pages[1].At:] != "ting ferry had gone." {
		t.Errorf("\n got %s\nwant %s\n%v", last.Text, want, last.Pages)
	}
}

// TestPDFMangled reads files whose fonts give the wrong letters.
func TestPDFMangled(t *testing.T) {
	const en = "The harbour master told reporters that the ferries would run again from Monday."
	const uk = "Начальник порту сказав журналістам, що пороми знову ходитимуть з понеділка, як і раніше."
	const cs = "Přístavní kapitán řekl novinářům, že trajekty budou od pondělí znovu jezdit jako dříve."
	shift := func(s string, by rune) string {
		return strings.Map(func(r rune) rune {
			if r == ' ' {
				return r
			}
			return r + by
		}, s)
	}
	latin := func(s string) string {
		b, err := charmap.Windows1251.NewEncoder().Bytes([]byte(s))
		if err != nil {
			t.Fatal(err)
		}
		out, _ := charmap.Windows1252.NewDecoder().Bytes(b)
		return string(out)
	}
	for name, tt := range map[string]struct {
		text string
		bad  bool
	}{
		"English":                    {en, false},
		"Ukrainian":                  {uk, false},
		"Czech":                      {cs, false},
		"glyphs by number":           {shift(en, -29), true},
		"glyphs of private use":      {shift(en, 0xF000), true},
		"Cyrillic in Latin letters":  {latin(uk), true},
		"another alphabet's numbers": {shift(en, 3), true},
	} {
		d, err := readFile(t, "a.pdf", makePDF([]string{tt.text, tt.text, tt.text}))
		if tt.bad && CodeOf(err) != Encoding && CodeOf(err) != NoText || !tt.bad && err != nil {
			t.Errorf("%s: %+v, %v (%v)", name, d, err, errors.Unwrap(err))
		}
	}
}
