package ingest

import (
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// unseenName is what sites call what only screen readers are told.
var unseenName = pattern(`(?i)(?:^|[\s_-])(?:sr-only|visually-?hidden|screen-reader(?:-text|-only)?|invisible)(?:$|[\s_-])`)

// unseen reports whether an element is there and not shown.
func unseen(n *html.Node) bool {
	style := strings.ReplaceAll(strings.ToLower(attr(n, "style")), " ", "")
	return strings.Contains(style, "display:none") || strings.Contains(style, "visibility:hidden") || unseenName().MatchString(attr(n, "class"))
}

// Digits and signs as they stand above and below the line.
var (
	above = strings.NewReplacer("0", "⁰", "1", "¹", "2", "²", "3", "³", "4", "⁴", "5", "⁵", "6", "⁶", "7", "⁷", "8", "⁸", "9", "⁹", "+", "⁺", "-", "⁻", "−", "⁻", "n", "ⁿ")
	below = strings.NewReplacer("0", "₀", "1", "₁", "2", "₂", "3", "₃", "4", "₄", "5", "₅", "6", "₆", "7", "₇", "8", "₈", "9", "₉", "+", "₊", "-", "₋", "−", "₋")

	numberOnly = pattern(`^[0-9+\-−]+$`)
	noteMark   = pattern(`^\s*(?:\[[^\]]{1,4}\]|\(?[0-9]{1,3}\)?|[*†‡§]+)\s*$`)
	unitEnd    = pattern(`(?:^|[^\pL])(?:[kcdmµμ]?m|ft|in|yd|mi|s|g|h|км|см|мм|м|с)$`) // units that have powers
	yearEnd    = pattern(`(?:^|\D)(?:1[89]|20)\d\d$`)
	digitEnd   = pattern(`\d$`)
)

// raised takes what stands above or below the line: as such where it changes what
// a number or unit says, not at all where it is the mark of a note.
func (w *walker) raised(n *html.Node) {
	inner := &walker{}
	inner.children(n)
	s := strings.TrimSpace(inner.text.String())
	before := w.text.String()
	before = before[max(0, len(before)-16):]
	isLink := n.Parent != nil && n.Parent.DataAtom == atom.A || find(n, func(n *html.Node) bool { return n.DataAtom == atom.A }) != nil
	power := numberOnly().MatchString(s) && !isLink && (digitEnd().MatchString(before) && !yearEnd().MatchString(before) || unitEnd().MatchString(before))
	switch {
	case s == "":
	case n.DataAtom == atom.Sub && numberOnly().MatchString(s):
		w.text.WriteString(below.Replace(s))
	case n.DataAtom == atom.Sup && power:
		w.text.WriteString(above.Replace(s))
	case n.DataAtom == atom.Sup && (noteMark().MatchString(s) || isLink && len(s) == 1):
	default:
		w.text.WriteString(s)
	}
}
