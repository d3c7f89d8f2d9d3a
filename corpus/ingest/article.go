package ingest

import (
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

const (
	// fewWords are how many an article has at least: less is a caption.
	fewWords = 8
	// toldWords are how many a page tells programs at least for it to be an
	// article rather than a summary.
	toldWords = 20
)

// titledArticle returns the text of the article element that holds the page's
// only main heading in one, and that of all others; nil when there is none.
func titledArticle(root *html.Node) (titled, others []Block) {
	var found, all []*html.Node
	for n := range root.Descendants() {
		switch {
		case n.DataAtom == atom.Article:
			all = append(all, n)
		case n.DataAtom == atom.H1 && within(n, atom.Article):
			found = append(found, n)
		}
	}
	if len(found) != 1 {
		return nil, nil
	}
	n := found[0]
	for n.DataAtom != atom.Article {
		n = n.Parent
	}
	for _, other := range all {
		if other != n && !isAncestor(other, n) && !isAncestor(n, other) {
			others = append(others, blocksOf(other)...)
		}
	}
	return blocksOf(n), others
}

func isAncestor(a, n *html.Node) bool {
	for p := n.Parent; p != nil; p = p.Parent {
		if p == a {
			return true
		}
	}
	return false
}

// rightArticle returns the blocks that are the page's article: those that were
// found, unless they are another article than the one that the heading names, or
// the page tells programs much more of it than it shows.
func rightArticle(found, titled, others []Block, told string) []Block {
	if words(titled) >= fewWords && len(found) > 0 {
		elsewhere, strayed := proseOf(others), 0
		for _, b := range found {
			if text := clean(b.Text); text != "" && strings.Contains(elsewhere, text) {
				strayed++
			}
		}
		if strayed*2 > len(found) {
			found = titled
		}
	}
	if n := len(strings.Fields(told)); n >= toldWords && n > 2*words(found) {
		var out []Block
		for part := range strings.SplitSeq(strings.ReplaceAll(told, "\r", ""), "\n") {
			if part = clean(part); part != "" {
				out = append(out, Block{Text: part})
			}
		}
		return tidy(out)
	}
	return found
}

func proseOf(blocks []Block) string {
	var b strings.Builder
	for _, block := range blocks {
		b.WriteString(clean(block.Text) + "\n")
	}
	return b.String()
}

// stub is what pages show to those whom they do not show the article.
var stub = pattern(`(?i)browser is (?:out of date|not supported|outdated)|update your browser|enable (?:javascript|cookies)|javascript is (?:disabled|required)|` +
	`(?:accept|consent to) (?:all )?(?:the )?(?:use of )?cookies|we use cookies|subscri(?:be|ption) (?:to|is required|now) |create a free account|are you a robot|` +
	`browser (?:ist|wird) (?:veraltet|nicht unterstützt)|javascript aktivieren|wir verwenden cookies|увімкніть javascript|включите javascript|оновіть (?:ваш )?браузер`)

// stubWords is how many words such a notice has at most.
const stubWords = 60

func isStub(blocks []Block) bool {
	n := words(blocks)
	return n > 0 && n <= stubWords && stub().MatchString(proseOf(blocks))
}
