package corpus

import (
	"encoding/binary"
	"errors"
	"time"
)

// record is a text in bytes: numbers are varints, strings have their length
// before them, and ranges are told by how far they lie from what is before.
type record struct {
	b     []byte
	short bool // something was to be read that is not there
}

func (r *record) put(n int)          { r.b = binary.AppendUvarint(r.b, uint64(n)) }
func (r *record) putString(s string) { r.put(len(s)); r.b = append(r.b, s...) }
func (r *record) putStrings(l []string) {
	r.put(len(l))
	for _, s := range l {
		r.putString(s)
	}
}

func (r *record) putSigned(n int64) { r.b = binary.AppendVarint(r.b, n) }

// signed reads any number.
func (r *record) signed() int64 {
	n, size := binary.Varint(r.b)
	if size <= 0 {
		r.short, r.b = true, nil
		return 0
	}
	r.b = r.b[size:]
	return n
}

// int reads a number of things that take a byte each at least, or of bytes of a
// file.
func (r *record) int() int {
	n, size := binary.Uvarint(r.b)
	if size <= 0 || n > 1<<48 {
		r.short, r.b = true, nil
		return 0
	}
	r.b = r.b[size:]
	return int(n)
}

// count reads how many things follow, of which none takes less than a byte: a
// damaged number cannot ask for more memory than the record is long.
func (r *record) count() int {
	n := r.int()
	if n > len(r.b) {
		r.short, r.b = true, nil
		return 0
	}
	return n
}

func (r *record) bytes() []byte {
	n := r.count()
	b := r.b[:n]
	r.b = r.b[n:]
	return b
}

func (r *record) string() string { return string(r.bytes()) }

func (r *record) strings() []string {
	n := r.count()
	if n == 0 {
		return nil
	}
	l := make([]string, n)
	for i := range l {
		l[i] = r.string()
	}
	return l
}

func (r *record) putText(t *Text) {
	published := ""
	if !t.Published.IsZero() {
		published = t.Published.Time.Format(time.RFC3339Nano)
		if t.Published.DayOnly {
			published = t.Published.Day()
		}
	}
	for _, s := range []string{t.Path, t.Hash, t.ID, t.Title, t.Publisher, t.URL, published, t.Language, string(t.Kind), t.Licence} {
		r.putString(s)
	}
	r.putStrings(t.Parties)
	r.putStrings(t.BasedOn)
	r.putString(t.Original)
	r.put(len(t.pages))
	for _, end := range t.pages {
		r.put(end)
	}
	r.put(int(t.kept.at))
	r.put(t.kept.size)

	sentences, at, heading := 0, 0, ""
	for _, p := range t.Passages {
		sentences += len(p.Sentences)
	}
	r.put(len(t.Passages))
	r.put(sentences)
	for _, p := range t.Passages {
		r.put(len(p.Sentences)) // from the first to the last of which it reaches
		for _, s := range p.Sentences {
			r.put(s.Start - at)
			r.put(s.Len())
			at = s.End
		}
		changed := p.Heading != heading
		if heading = p.Heading; changed {
			r.put(1)
			r.putString(heading)
		} else {
			r.put(0)
		}
	}
	r.put(len(t.warnings))
	for _, w := range t.warnings {
		r.put(w.Line)
		r.putString(w.Err.Error())
	}
}

// text reads what putText wrote.
func (r *record) text() *Text {
	t := &Text{Path: r.string(), Hash: r.string(), ID: r.string(), Title: r.string(), Publisher: r.string(), URL: r.string()}
	if published := r.string(); published != "" {
		var err error
		t.Published, err = ParseDate(published)
		r.short = r.short || err != nil
	}
	t.Language, t.Kind, t.Licence = r.string(), Kind(r.string()), r.string()
	t.Parties, t.BasedOn, t.Original = r.strings(), r.strings(), r.string()
	for range r.count() {
		t.pages = append(t.pages, r.int())
	}
	t.kept.at, t.kept.size = int64(r.int()), r.int()

	t.Passages = make([]Passage, r.count())
	all := make([]Range, 0, r.count()) // of all passages
	at, heading := 0, ""
	for i := range t.Passages {
		n := r.count()
		first := len(all)
		for range n {
			start := at + r.int()
			at = start + r.int()
			all = append(all, Range{start, at})
		}
		if r.int() == 1 {
			heading = r.string()
		}
		if r.short || n == 0 || at > t.kept.size {
			r.short = true
			return t
		}
		t.Passages[i] = Passage{Range: Range{all[first].Start, at}, Heading: heading, Sentences: all[first:len(all):len(all)]}
	}
	for range r.count() {
		t.warnings = append(t.warnings, Problem{Path: t.Path, Line: r.int(), Loaded: true, Err: errors.New(r.string())})
	}
	return t
}
