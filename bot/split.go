package bot

import (
	"slices"
	"sort"
	"strings"

	"github.com/clipperhouse/uax29/v2/graphemes"

	"rapporteur/corpus"
)

// Split cuts a reply into as many as it takes for each to measure at most
// limit, as size measures it: an adapter passes the length of what it would
// send, in its platform's own unit, which must not shrink when text is added
// and must be at least one for every four bytes of text. Runes, UTF-16 and
// bytes are all that.
//
// Nothing is lost: the texts of the parts, put together in order, are the
// texts of the reply. It cuts between blocks where it can, then between items,
// lines, sentences, words, and at last between characters; never inside one.
// The source line and notes of a quote stay with its last piece, the question
// goes with the first part and the actions with the last; they are not measured. What cannot
// be cut any further, such as a single character over a tiny limit, is sent
// too large rather than dropped.
func Split(r Reply, limit int, size func(Reply) int) []Reply {
	s := splitter{reply: r, limit: limit, size: size}
	var out []Reply
	var current []Block
	queue := slices.Clone(r.Blocks)
	for len(queue) > 0 {
		if with := append(current[:len(current):len(current)], queue[0]); s.fits(with...) {
			current, queue = with, queue[1:]
			continue
		}
		if len(current) > 0 {
			out = append(out, s.part(current))
			current = nil
			continue
		}
		head, tail := s.cut(queue[0])
		out = append(out, s.part([]Block{head}))
		if tail == nil {
			queue = queue[1:]
		} else {
			queue[0] = tail
		}
	}
	if len(current) > 0 {
		out = append(out, s.part(current))
	}
	if len(out) > 0 {
		out[0].Question = r.Question
		out[len(out)-1].Actions = r.Actions
	}
	return out
}

type splitter struct {
	reply Reply
	limit int
	size  func(Reply) int
}

func (s splitter) part(blocks []Block) Reply {
	return Reply{Kind: s.reply.Kind, Private: s.reply.Private, Thread: s.reply.Thread, Preview: s.reply.Preview, Blocks: blocks}
}

func (s splitter) fits(blocks ...Block) bool {
	// To measure a long text takes long, and a huge one is measured often.
	return !s.exceeds(blocks) && s.size(s.part(blocks)) <= s.limit
}

// reach is how many bytes may fit the limit, at four bytes to the unit.
func (s splitter) reach() int { return 4 * max(s.limit, 1) }

// exceeds reports whether the texts alone are longer than may fit. It looks no
// further than it must.
func (s splitter) exceeds(blocks []Block) bool {
	n := 0
	for _, b := range blocks {
		switch b := b.(type) {
		case Para:
			n += len(b.Text)
		case Cite:
			n += len(b.Text)
		case List:
			for _, it := range b.Items {
				if n += len(it.Text); n > s.reach() {
					return true
				}
			}
		}
		if n > s.reach() {
			return true
		}
	}
	return false
}

// cut divides a block that does not fit into a head, as large as fits, and a
// tail. The tail is nil when the block cannot be divided.
func (s splitter) cut(b Block) (head, tail Block) {
	switch b := b.(type) {
	case Para:
		n := s.cutText(b.Text, func(t string) Block { return Para{t, b.Style} })
		if n < len(b.Text) {
			return Para{b.Text[:n], b.Style}, Para{b.Text[n:], b.Style}
		}

	case Cite:
		first := func(t string) Block {
			return Cite{Label: b.Label, Lead: b.Lead, Text: t, Mark: within(b.Mark, 0, len(t))}
		}
		n := s.cutText(b.Text, first)
		rest := b
		rest.Label, rest.Text, rest.Mark = "", b.Text[n:], within(b.Mark, n, len(b.Text))
		switch {
		case b.Text == "" && b.Source != "" && len(b.Notes) > 0:
			alone := b
			alone.Notes = nil
			return alone, Cite{Lead: b.Lead, Notes: b.Notes}
		case b.Text == "" && len(b.Notes) > 1:
			return Cite{Lead: b.Lead, Notes: b.Notes[:1]}, Cite{Lead: b.Lead, Notes: b.Notes[1:]}
		case b.Text == "", n == len(b.Text) && b.Source == "" && len(b.Notes) == 0:
			return b, nil
		}
		return first(b.Text[:n]), rest // perhaps with the source line alone

	case List:
		n := sort.Search(len(b.Items), func(n int) bool { return !s.fits(List{b.Items[:n+1]}) })
		if n > 0 && n < len(b.Items) {
			return List{b.Items[:n]}, List{b.Items[n:]}
		}
		if n == len(b.Items) {
			return b, nil
		}
		it := b.Items[0]
		n = s.cutText(it.Text, func(t string) Block { return List{Items: []Item{{Term: it.Term, Text: t}}} })
		if n < len(it.Text) {
			rest := slices.Clone(b.Items)
			rest[0] = Item{Text: it.Text[n:], Link: it.Link}
			return List{Items: []Item{{Term: it.Term, Text: it.Text[:n]}}}, List{rest}
		}
		if len(b.Items) > 1 {
			return List{b.Items[:1]}, List{b.Items[1:]}
		}
	}
	return b, nil
}

// within returns what of a range of a text lies between two of its places,
// counted from the first.
func within(r corpus.Range, start, end int) corpus.Range {
	r.Start, r.End = max(r.Start, start)-start, min(r.End, end)-start
	if r.Start >= r.End {
		return corpus.Range{}
	}
	return r
}

// cutText returns how many bytes of a text to take so that the block it is
// made into fits, cut at the best place; at least one character.
func (s splitter) cutText(text string, block func(string) Block) int {
	// Where the text may be cut, as far as it may fit.
	var ends []int
	for it := graphemes.FromString(text); it.Next(); {
		if ends = append(ends, it.End()); it.End() > s.reach() {
			break
		}
	}
	n := sort.Search(len(ends), func(i int) bool { return !s.fits(block(text[:ends[i]])) })
	switch {
	case len(ends) == 0:
		return 0
	case n == 0:
		return ends[0]
	}
	longest := ends[n-1]
	if longest == len(text) {
		return longest
	}
	// A good place is taken if it does not waste more than half a message.
	for _, sep := range []string{"\n", ". ", " "} {
		end := strings.LastIndex(text[:longest], sep) + len(sep)
		if _, between := slices.BinarySearch(ends, end); between && end > longest/2 {
			return end
		}
	}
	return longest
}
