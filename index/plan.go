package index

import (
	"cmp"
	"slices"

	"rapporteur/corpus"
)

// plan says how the index of a corpus is made of another one.
type plan struct {
	keep contents       // parts that stay as they are, with the paths of now
	add  []*corpus.Text // that are not in the other index
	move []*corpus.Text // that are, in parts that are not worth keeping
	gone []slot         // texts of the other index that are no more
}

// work returns how many passages have to be analysed.
func (p *plan) work() int {
	n := 0
	for _, texts := range [][]*corpus.Text{p.add, p.move} {
		n += passagesOf(texts)
	}
	for _, s := range p.gone {
		n += s.passages
	}
	return n
}

func passagesOf(texts []*corpus.Text) int {
	n := 0
	for _, t := range texts {
		n += len(t.Passages)
	}
	return n
}

// full is the plan without another index.
func full(c *corpus.Corpus) *plan { return &plan{add: c.Texts()} }

// A part is made anew when a third of it is of texts that are no more: a search
// walks over them. The same happens to the smallest ones when there are too
// many: each costs a search a few microseconds.
const (
	wornShare = 2. / 3
	mostParts = 12
	someParts = mostParts / 2
	// anew is the share of the corpus that is at most worth adding to an index
	// there is: more of it, and all is made anew.
	anew = .5
)

// change plans the index of c out of one with the contents.
func change(from contents, c *corpus.Corpus) *plan {
	p := new(plan)
	byPath := make(map[string]*corpus.Text, len(c.Texts()))
	for _, t := range c.Texts() {
		byPath[t.Path] = t
	}
	var left []*slot // whose text is no more under its path
	for _, s := range from {
		s.slots = slices.Clone(s.slots)
		for i := range s.slots {
			sl := &s.slots[i]
			if sl.path == "" {
				continue
			}
			if t := byPath[sl.path]; t != nil && keyOf(t) == sl.key {
				delete(byPath, sl.path)
			} else {
				left = append(left, sl)
			}
		}
		p.keep = append(p.keep, s)
	}
	byKey := make(map[key][]*corpus.Text) // of texts that are new under their path
	for _, t := range c.Texts() {
		if byPath[t.Path] != nil {
			byKey[keyOf(t)] = append(byKey[keyOf(t)], t)
		}
	}
	for _, sl := range left {
		if same := byKey[sl.key]; len(same) > 0 { // the file was only moved
			sl.path, byKey[sl.key] = same[0].Path, same[1:]
			delete(byPath, sl.path)
			continue
		}
		p.gone = append(p.gone, *sl)
		sl.path = ""
	}
	for _, t := range c.Texts() {
		if byPath[t.Path] != nil {
			p.add = append(p.add, t)
		}
	}
	p.tidy(c)
	if float64(passagesOf(p.add)+passagesOf(p.move)) > anew*float64(passagesOf(c.Texts())) {
		return full(c)
	}
	return p
}

// tidy moves the texts of parts that are not worth keeping.
func (p *plan) tidy(c *corpus.Corpus) {
	live := func(s section) int {
		_, n := s.passages()
		return n
	}
	slices.SortStableFunc(p.keep, func(a, b section) int { return cmp.Compare(live(b), live(a)) })
	most := len(p.keep)
	if most >= mostParts {
		most = someParts
	}
	var moved map[string]bool
	kept := p.keep[:0]
	for i, s := range p.keep {
		all, n := s.passages()
		if i < most && (all == 0 || float64(n) >= wornShare*float64(all)) {
			if s.slots = slices.DeleteFunc(s.slots, func(sl slot) bool { return sl.path == "" && sl.passages == 0 }); len(s.slots) > 0 {
				kept = append(kept, s)
			}
			continue
		}
		for _, sl := range s.slots {
			if sl.path != "" {
				if moved == nil {
					moved = make(map[string]bool)
				}
				moved[sl.path] = true
			}
		}
	}
	p.keep = kept
	if moved == nil {
		return
	}
	for _, t := range c.Texts() {
		if moved[t.Path] {
			p.move = append(p.move, t)
		}
	}
}

// named is a text by its id, and the hash of its bytes.
type named struct{ id, hash string }

// textsOf returns the texts of a corpus, sorted by id.
func textsOf(c *corpus.Corpus) []named {
	out := make([]named, len(c.Texts()))
	for i, t := range c.Texts() {
		out[i] = named{t.ID, t.Hash}
	}
	return out
}

// difference returns the ids of the texts that are there now and were not before,
// of those that have changed, and of those that are no more. All are sorted by id.
func difference(before, now []named) (added, changed, withdrawn []string) {
	for len(before) > 0 || len(now) > 0 {
		switch {
		case len(before) == 0 || len(now) > 0 && now[0].id < before[0].id:
			added = append(added, now[0].id)
			now = now[1:]
		case len(now) == 0 || before[0].id < now[0].id:
			withdrawn = append(withdrawn, before[0].id)
			before = before[1:]
		default:
			if before[0].hash != now[0].hash {
				changed = append(changed, now[0].id)
			}
			before, now = before[1:], now[1:]
		}
	}
	return added, changed, withdrawn
}
