package bot

import (
	"sort"
	"strings"

	"github.com/clipperhouse/uax29/v2/graphemes"
)

// Split cuts a reply into as many as it takes for each to measure at most
// limit, as size measures it: an adapter passes the length of what it would
// send, in its platform's own unit, which must not shrink when text is added.
//
// Nothing is lost: the texts of the parts, put together in order, are the
// texts of the reply. It cuts between blocks where it can, then between items,
// lines, sentences, words, and at last between characters; never inside one.
// The source line and notes of a quote stay with its last piece. What cannot
// be cut any further, such as a single character over a tiny limit, is sent
// too large rather than dropped.
func Split(r Reply, limit int, size func(Reply) int) []Reply {
	if len(r.Blocks) == 0 {
		return nil
	}
	part := func(blocks ...Block) Reply { return Reply{Kind: r.Kind, Private: r.Private, Blocks: blocks} }
	fits := func(blocks ...Block) bool { return size(part(blocks...)) <= limit }

	var out []Reply
	var current []Block
	queue := append([]Block(nil), r.Blocks...)
	for len(queue) > 0 {
		b := queue[0]
		if fits(append(current[:len(current):len(current)], b)...) {
			current = append(current, b)
			queue = queue[1:]
			continue
		}
		if len(current) > 0 {
			out = append(out, part(current...))
			current = nil
			continue
		}
		head, tail := cut(b, limit, func(b Block) bool { return fits(b) })
		out = append(out, part(head))
		queue = queue[1:]
		if tail != nil {
			queue = append([]Block{tail}, queue...)
		}
	}
	if len(current) > 0 {
		out = append(out, part(current...))
	}
	return out
}

// cut divides a block that does not fit into a head, as large as fits, and a
// tail. The tail is nil when the block cannot be divided.
func cut(b Block, limit int, fits func(Block) bool) (head, tail Block) {
	switch b := b.(type) {
	case Para:
		n := cutText(b.Text, limit, func(s string) bool { return fits(Para{s, b.Style}) })
		if n == len(b.Text) {
			return b, nil
		}
		return Para{b.Text[:n], b.Style}, Para{b.Text[n:], b.Style}

	case Cite:
		first := func(s string) Cite { return Cite{Label: b.Label, Lead: b.Lead, Text: s} }
		n := cutText(b.Text, limit, func(s string) bool { return fits(first(s)) })
		rest := b
		rest.Label, rest.Text = "", b.Text[n:]
		switch {
		case b.Text != "":
			// With n == len(b.Text) the source line goes on alone.
			if rest.Text == "" && rest.Source == "" && len(rest.Notes) == 0 {
				return b, nil
			}
			return first(b.Text[:n]), rest
		case len(b.Notes) > 0:
			rest = Cite{Source: b.Source, Link: b.Link, Lead: b.Lead}
			return rest, List{Items: noteItems(b.Notes)}
		}
		return b, nil

	case List:
		n := sort.Search(len(b.Items), func(n int) bool { return !fits(List{b.Items[:n+1]}) })
		if n > 0 && n < len(b.Items) {
			return List{b.Items[:n]}, List{b.Items[n:]}
		}
		if len(b.Items) == 0 || n == len(b.Items) {
			return b, nil
		}
		it := b.Items[0]
		n = cutText(it.Text, limit, func(s string) bool { return fits(List{[]Item{{Term: it.Term, Text: s}}}) })
		rest := b.Items[1:]
		if n < len(it.Text) {
			rest = append([]Item{{Text: it.Text[n:], Link: it.Link}}, rest...)
		}
		if len(rest) == 0 {
			return b, nil
		}
		return List{[]Item{{Term: it.Term, Text: it.Text[:n]}}}, List{rest}
	}
	return b, nil
}

func noteItems(notes []Note) []Item {
	var items []Item
	for _, n := range notes {
		items = append(items, Item{Text: n.Text, Link: n.Link})
	}
	return items
}

// cutText returns how many bytes of s to take so that they fit, cut at the
// best place; at least one character.
func cutText(s string, limit int, fits func(string) bool) int {
	// Where s may be cut. A unit of any platform is at least a quarter of a
	// byte of UTF-8, so what lies further than four times the limit never fits.
	var ends []int
	for it := graphemes.FromString(s); it.Next() && it.End() <= 4*max(limit, 1)+16; {
		ends = append(ends, it.End())
	}
	if len(ends) == 0 {
		return len(s)
	}
	n := sort.Search(len(ends), func(i int) bool { return !fits(s[:ends[i]]) })
	if n == 0 {
		return ends[0]
	}
	longest := ends[n-1]
	if longest == len(s) {
		return longest
	}
	// A good place is taken if it does not waste more than half a message.
	for _, sep := range []string{"\n", ". ", " "} {
		if i := strings.LastIndex(s[:longest], sep); i+len(sep) > longest/2 {
			return i + len(sep)
		}
	}
	return longest
}
