package corpus

import "fmt"

// checkOriginal says what is wrong with the text that t names as its original.
func checkOriginal(t *Text, byID map[string]*Text) error {
	if t.Original == "" {
		return nil
	}
	o, ok := byID[t.Original]
	switch {
	case !ok:
		return fmt.Errorf("no text has the id %q: correct it or take the line out", t.Original)
	case o == t:
		return fmt.Errorf("%q is this text itself: name the text in the other language", t.Original)
	case o.Language == t.Language:
		return fmt.Errorf("%s is in the same language, %s: name a text in another", o.Path, t.Language)
	}
	return nil
}

// original returns the ID that all versions of t share: that of the text at the
// end of what translation_of names, of texts that name each other in a circle
// the least.
func (c *Corpus) original(t *Text) string {
	seen := []*Text{t}
	for {
		o, ok := c.byID[t.Original]
		if !ok || o.Language == t.Language {
			return t.ID
		}
		for i, s := range seen {
			if s != o {
				continue
			}
			least := o.ID
			for _, s := range seen[i:] {
				least = min(least, s.ID)
			}
			return least
		}
		t, seen = o, append(seen, o)
	}
}

// joinVersions notes which texts are versions of one another. Texts are in the
// order of their IDs.
func (c *Corpus) joinVersions() {
	for _, t := range c.texts {
		if t.Original == "" {
			continue
		}
		if c.joined == nil {
			c.joined = make(map[string][]*Text)
		}
		if id := c.original(t); id != t.ID {
			c.joined[id] = append(c.joined[id], t)
		}
	}
}

// Versions returns the texts that say the same as t in other languages: what
// translation_of joins. The one that the others name is first, then by ID.
func (c *Corpus) Versions(t *Text) []*Text {
	if c.joined == nil {
		return nil
	}
	id := c.original(t)
	var out []*Text
	add := func(v *Text) {
		if v.ID != t.ID && v.Language != t.Language {
			out = append(out, v)
		}
	}
	if o := c.byID[id]; o != nil && len(c.joined[id]) > 0 {
		add(o)
	}
	for _, v := range c.joined[id] {
		add(v)
	}
	return out
}

// SameText reports whether a and b are versions of one text, or one text.
func (c *Corpus) SameText(a, b *Text) bool {
	return a.ID == b.ID || c.joined != nil && a.Language != b.Language && c.original(a) == c.original(b)
}
