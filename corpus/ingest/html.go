package ingest

import (
	"cmp"
	"errors"
	"io"
	"net/url"
	"strings"

	readability "codeberg.org/readeck/go-readability/v2"
	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"

	"rapporteur/corpus"
)

// maxElements is the most elements that a page may have. Long articles with all
// that is around them have some 5,000; the whole HTML standard as one page has
// 300,000, and nobody quotes it. The parser itself refuses more than 512 inside
// one another.
const maxElements = 100_000

// maxToken is the longest tag, comment or piece of text that is read, in bytes.
// Pictures and state of programs that stand in the page itself are some MB.
const maxToken = 8 << 20

// shortArticle is the length in characters of an article below which readability
// takes in more and more of what stands around it. Its own 500 is longer than
// many an announcement, and gives notices of cookies with it.
const shortArticle = 150

// html reads the article of a web page.
func (r *Reader) html(f File) (*Document, error) {
	s, notes, err := decode(f.Body, f.Type)
	if err != nil {
		return nil, err
	}
	if err := measure(s); err != nil {
		return nil, err
	}
	root, err := html.Parse(strings.NewReader(s))
	if err != nil {
		return nil, refuse("", Damaged, err, "the page is nested deeper than any that people write: save its text as a plain text file")
	}
	base, err := url.Parse(f.URL)
	if err != nil {
		base = new(url.URL)
	}
	d := &Document{Notes: notes}
	m := metaOf(root)
	d.Publisher, d.Title = m.publisher, m.title
	d.Published = m.published
	if f.URL != "" {
		if u, err := parseURL(f.URL); err == nil {
			d.URL = plainURL(canonical(u, m.canonical)).String()
			d.Publisher = cmp.Or(d.Publisher, siteOf(u))
		}
	} else if u, err := parseURL(m.canonical); err == nil {
		// A page that somebody saved says where it came from.
		d.URL = plainURL(u).String()
		d.Publisher = cmp.Or(d.Publisher, siteOf(u))
		d.Notes = append(d.Notes, "the address is the one that the saved page itself gives")
	}

	withoutNotices(root)
	titled, others := titledArticle(root) // before readability changes the tree
	parser := readability.NewParser()
	parser.CharThresholds = shortArticle
	article, err := parser.ParseDocument(root, base)
	if err == nil && article.Node != nil {
		d.Blocks = blocksOf(article.Node)
	}
	// What is not built like an article may still mark what its text is.
	if words(d.Blocks) == 0 {
		for _, name := range []atom.Atom{atom.Article, atom.Main} {
			if n := find(root, func(n *html.Node) bool { return n.DataAtom == name }); n != nil && words(d.Blocks) == 0 {
				d.Blocks = blocksOf(n)
			}
		}
	}
	d.Blocks = rightArticle(d.Blocks, titled, others, m.body)
	if isStub(d.Blocks) {
		return nil, refuse("", NoText, nil, "the page shows a notice about the browser, cookies or a subscription in place of an article: copy the text into a file and add that")
	}
	if words(d.Blocks) == 0 {
		return nil, refuse("", NoText, nil, "no article was found in the page; it may be one that only programs of the page show: copy the text into a file and add that")
	}
	d.Title = withoutSite(clean(cmp.Or(d.Title, article.Title())), d.Publisher)
	if d.Title == "" && d.Blocks[0].Form == Heading {
		d.Title = d.Blocks[0].Text
	}
	d.Blocks = withoutTitle(d.Blocks, d.Title)
	d.Language = languageOf(d.Blocks, m.language)
	return d, nil
}

// withoutSite returns the title of a page without the publisher's name, which
// many sites put before or behind it: “Ferry strike ends - The Neverland Post”.
func withoutSite(title, publisher string) string {
	for _, between := range []string{" - ", " | ", " – ", " — ", " · ", " :: "} {
		for _, i := range []int{strings.Index(title, between), strings.LastIndex(title, between)} {
			if i <= 0 {
				continue
			}
			first, last := strings.TrimSpace(title[:i]), strings.TrimSpace(title[i+len(between):])
			switch {
			case first == "" || last == "":
			case strings.EqualFold(last, publisher):
				return first
			case strings.EqualFold(first, publisher):
				return last
			}
		}
	}
	return title
}

// measure refuses a page that is not worth its memory.
func measure(s string) error {
	z := html.NewTokenizer(strings.NewReader(s))
	z.SetMaxBuf(maxToken)
	n := 0
	for {
		switch z.Next() {
		case html.ErrorToken:
			if err := z.Err(); errors.Is(err, io.EOF) {
				return nil
			}
			return refuse("", TooLarge, z.Err(), "a single piece of the page is larger than %d MB", maxToken>>20)
		case html.StartTagToken, html.SelfClosingTagToken:
			if n++; n > maxElements {
				return refuse("", TooLarge, nil, "the page has more than %d elements: save what you need of it as a plain text file", maxElements)
			}
		}
	}
}

// languageOf tells the language of a text from its words, or else takes the one
// that is declared: templates are often declared to be in another.
func languageOf(blocks []Block, declared string) string {
	var b strings.Builder
	for _, block := range blocks {
		b.WriteString(block.Text + "\n")
	}
	if lang := corpus.DetectLanguage(b.String()); lang != "" {
		return lang
	}
	lang, _, _ := strings.Cut(strings.ToLower(strings.TrimSpace(declared)), "-")
	lang, _, _ = strings.Cut(lang, "_")
	if len(lang) == 2 && strings.Trim(lang, "abcdefghijklmnopqrstuvwxyz") == "" {
		return lang
	}
	return ""
}

// find returns the first node, in the order of the document, that is wanted.
func find(n *html.Node, wanted func(*html.Node) bool) *html.Node {
	if wanted(n) {
		return n
	}
	for d := range n.Descendants() {
		if wanted(d) {
			return d
		}
	}
	return nil
}

// silent are the elements whose words are not the article's.
var silent = map[atom.Atom]bool{
	atom.Script: true, atom.Style: true, atom.Noscript: true, atom.Template: true, atom.Nav: true, atom.Form: true, atom.Button: true, atom.Select: true,
	atom.Textarea: true, atom.Iframe: true, atom.Object: true, atom.Svg: true, atom.Math: true, atom.Video: true, atom.Audio: true, atom.Canvas: true,
	atom.Figure: true, atom.Figcaption: true, atom.Picture: true, atom.Head: true, atom.Title: true, atom.Dialog: true,
	atom.Del: true, atom.S: true, atom.Strike: true, // what the author has taken back
	atom.Rt: true, atom.Rp: true, // how a word is read
}

// notice is what sites call the parts of a page that are about the site.
var notice = pattern(`(?i)(?:^|[\s_-])(?:cookies?|consent|gdpr|newsletter|subscri(?:be|ption)|share|sharing|social|read-?also|read-?more|related)(?:$|[\s_-])`)

func withoutNotices(root *html.Node) {
	var found []*html.Node
	for n := range root.Descendants() {
		if n.Type == html.ElementNode && (isNotice(n) || unseen(n) && inline[n.DataAtom]) {
			found = append(found, n)
		}
	}
	for _, n := range found {
		n.Parent.RemoveChild(n)
	}
}

// isNotice reports whether an element is such a part. An article may be within
// an element of such a name, but not in so few words.
func isNotice(n *html.Node) bool {
	const few = 60
	switch n.DataAtom {
	case atom.Html, atom.Body, atom.Main, atom.Article:
		return false
	}
	if inline[n.DataAtom] || !notice().MatchString(attr(n, "class")+" "+attr(n, "id")) {
		return false
	}
	words := 0
	for d := range n.Descendants() {
		if d.Type == html.TextNode {
			words += len(strings.Fields(d.Data))
		}
	}
	return words < few
}

// elsewhere begins paragraphs that lead to another article.
var elsewhere = pattern(`(?i)^(?:читайте (?:також|также)|див(?:іться)? також|смотрите также|read (?:also|more)|see also|lesen sie auch|mehr zum thema|lire aussi|à lire aussi|lea también|czytaj (?:też|także|również)|citește și|leggi anche)(?:\s*:|\s*$)`)

// inline are the elements that do not end a paragraph.
var inline = map[atom.Atom]bool{
	atom.A: true, atom.Abbr: true, atom.B: true, atom.Bdi: true, atom.Bdo: true, atom.Cite: true, atom.Code: true, atom.Data: true, atom.Del: true,
	atom.Dfn: true, atom.Em: true, atom.Font: true, atom.I: true, atom.Img: true, atom.Ins: true, atom.Kbd: true, atom.Label: true, atom.Mark: true,
	atom.Q: true, atom.Ruby: true, atom.S: true, atom.Samp: true, atom.Small: true, atom.Span: true, atom.Strong: true, atom.Sub: true, atom.Sup: true,
	atom.Time: true, atom.U: true, atom.Var: true, atom.Wbr: true, atom.Nobr: true, atom.Big: true, atom.Tt: true,
}

// blocksOf returns the text below a node.
func blocksOf(n *html.Node) []Block {
	w := &walker{}
	w.walk(n)
	w.flush()
	return tidy(w.blocks)
}

// walker gathers the blocks of a tree. The tree is at most 512 deep.
type walker struct {
	blocks []Block
	text   strings.Builder
	form   Form
	level  int
	start  bool // the next item or row begins a list or table
	breaks int  // line breaks since the last word
	timed  int  // bytes of letters that are a date for programs
}

// flush ends a block.
func (w *walker) flush() {
	s := w.text.String()
	n := len(letters(s))
	if n > 0 && n != w.timed && !elsewhere().MatchString(strings.TrimSpace(s)) {
		w.blocks = append(w.blocks, Block{Form: w.form, Text: s, Level: w.level, Start: w.start})
		w.start = false
	}
	w.text.Reset()
	w.breaks, w.timed = 0, 0
}

func (w *walker) walk(n *html.Node) {
	switch n.Type {
	case html.TextNode:
		if strings.TrimSpace(n.Data) != "" {
			w.breaks = 0
		}
		w.text.WriteString(n.Data)
		return
	case html.ElementNode:
	case html.DocumentNode:
		w.children(n)
		return
	default:
		return
	}
	if silent[n.DataAtom] || attr(n, "hidden") != "" || unseen(n) || strings.EqualFold(attr(n, "aria-hidden"), "true") && inline[n.DataAtom] {
		return
	}
	switch {
	case n.DataAtom == atom.Br:
		// One ends a line, two a paragraph.
		if w.breaks++; w.breaks > 1 {
			w.flush()
		}
		w.text.WriteByte('\n')
	case n.DataAtom == atom.Q:
		w.text.WriteString("“") // as it is shown
		w.children(n)
		w.text.WriteString("”")
	case n.DataAtom == atom.Sup || n.DataAtom == atom.Sub:
		w.raised(n)
	case inline[n.DataAtom]:
		before := w.text.Len()
		w.children(n)
		if n.DataAtom == atom.Time && w.text.Len() > before {
			w.timed += len(letters(w.text.String()[before:]))
		}
	case n.DataAtom == atom.Table && isData(n):
		w.flush()
		w.table(n)
	case n.DataAtom == atom.Pre:
		w.flush()
		w.preformatted(n)
	default:
		w.block(n)
	}
}

func (w *walker) children(n *html.Node) {
	for c := range n.ChildNodes() {
		w.walk(c)
	}
}

// block walks through an element that stands for itself.
func (w *walker) block(n *html.Node) {
	w.flush()
	form, level := w.form, w.level
	switch n.DataAtom {
	case atom.H1, atom.H2, atom.H3, atom.H4, atom.H5, atom.H6:
		w.form, w.level = Heading, int(n.Data[1]-'0')
	case atom.Ul, atom.Ol:
		w.start = true
	case atom.Li:
		w.form, w.level = Item, 0
	}
	w.children(n)
	w.flush()
	w.form, w.level = form, level
}

// isData reports whether a table holds data rather than the layout of a page:
// several columns, and no paragraphs or tables in its cells.
func isData(table *html.Node) bool {
	columns := 0
	for d := range table.Descendants() {
		switch d.DataAtom {
		case atom.Table, atom.Ul, atom.Ol, atom.H1, atom.H2, atom.H3, atom.H4, atom.Blockquote:
			return false
		case atom.P:
			if d.NextSibling != nil && find(d.NextSibling, func(n *html.Node) bool { return n.DataAtom == atom.P }) != nil {
				return false
			}
		case atom.Tr:
			n := 0
			for c := range d.ChildNodes() {
				if c.DataAtom == atom.Td || c.DataAtom == atom.Th {
					n++
				}
			}
			columns = max(columns, n)
		}
	}
	return columns > 1
}

func (w *walker) table(table *html.Node) {
	first := true
	for d := range table.Descendants() {
		if d.DataAtom != atom.Tr {
			continue
		}
		var cells []string
		for c := range d.ChildNodes() {
			if c.DataAtom == atom.Td || c.DataAtom == atom.Th {
				var parts []string
				for _, b := range blocksOf(c) {
					parts = append(parts, b.Text)
				}
				cells = append(cells, strings.Join(parts, " "))
			}
		}
		if strings.TrimSpace(strings.Join(cells, "")) != "" {
			w.blocks = append(w.blocks, Block{Form: Row, Cells: cells, Start: first})
			first = false
		}
	}
}

// preformatted takes blank lines for the ends of paragraphs: people paste
// transcripts that way.
func (w *walker) preformatted(n *html.Node) {
	var whole strings.Builder
	for d := range n.Descendants() {
		switch {
		case d.Type == html.TextNode && !silent[d.Parent.DataAtom]:
			whole.WriteString(d.Data)
		case d.DataAtom == atom.Br:
			whole.WriteByte('\n')
		}
	}
	for part := range strings.SplitSeq(whole.String(), "\n\n") { // the parser has made line ends alike
		w.text.WriteString(part)
		w.flush()
	}
}

func attr(n *html.Node, name string) string {
	for _, a := range n.Attr {
		if a.Key == name {
			return cmp.Or(a.Val, name) // an attribute without a value is set
		}
	}
	return ""
}
