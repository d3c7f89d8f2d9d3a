// Package corpus says what a source text is: how a file is read, where its
// passages and sentences lie, and which words are spellings of one name.
//
// Everything else in the program points into a source text by byte range.
// The ranges refer to the file exactly as it is stored, front matter, byte
// order mark and line endings included, so that anybody can check a quote with
// nothing but the file and two numbers.
package corpus

import (
	"bufio"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"slices"
	"strings"
	"time"
)

// Range is a half-open range of bytes [Start, End) of a stored text.
type Range struct{ Start, End int }

// Of returns the bytes of s in the range; it panics when s is too short, as
// slicing does.
func (r Range) Of(s string) string { return s[r.Start:r.End] }

// Len returns the length of the range in bytes.
func (r Range) Len() int { return r.End - r.Start }

// Contains reports whether other lies wholly inside r.
func (r Range) Contains(other Range) bool {
	return r.Start <= other.Start && other.End <= r.End
}

// Date is when a text was published, as exactly as its publisher said: a day
// or a moment. The zero Date means unknown.
type Date struct {
	Time    time.Time // midnight UTC when only the day is known
	DayOnly bool
}

// ParseDate reads an RFC 3339 date (2025-12-16) or time
// (2025-12-16T10:30:00Z).
func ParseDate(s string) (Date, error) {
	if t, err := time.Parse(time.DateOnly, s); err == nil {
		return Date{Time: t, DayOnly: true}, nil
	}
	if t, err := time.Parse(time.RFC3339, s); err == nil {
		return Date{Time: t}, nil
	}
	return Date{}, fmt.Errorf("%q is not a date such as 2025-12-16 or a time such as 2025-12-16T10:30:00Z", s)
}

// IsZero reports whether the date is unknown.
func (d Date) IsZero() bool { return d.Time.IsZero() }

// Day returns the date's day as YYYY-MM-DD in its own time zone, "" when
// unknown.
func (d Date) Day() string {
	if d.IsZero() {
		return ""
	}
	return d.Time.Format(time.DateOnly)
}

// String returns the date in the form ParseDate reads, "" when unknown.
func (d Date) String() string {
	switch {
	case d.IsZero():
		return ""
	case d.DayOnly:
		return d.Day()
	default:
		return d.Time.Format(time.RFC3339)
	}
}

// MarshalText implements encoding.TextMarshaler with String's form.
func (d Date) MarshalText() ([]byte, error) { return []byte(d.String()), nil }

// UnmarshalText implements encoding.TextUnmarshaler; empty means unknown.
func (d *Date) UnmarshalText(b []byte) error {
	if len(b) == 0 {
		*d = Date{}
		return nil
	}
	var err error
	*d, err = ParseDate(string(b))
	return err
}

// Kind says what sort of text a source is.
type Kind string

// The kinds of text.
const (
	Report     Kind = "report" // somebody's account; the default
	Statement  Kind = "statement"
	Transcript Kind = "transcript"
	Briefing   Kind = "briefing"
)

// Text is one source text. Its fields are fixed once loaded; a Text is safe
// for concurrent use.
type Text struct {
	ID        string // the path without its ending: stable and unique in a corpus
	Path      string // slash-separated, within the corpus folder
	Title     string // never empty
	Publisher string
	URL       string // absolute http(s), or ""
	Published Date
	Language  string // ISO 639-1, such as "uk"; "" when it could not be told
	Kind      Kind
	Parties   []string
	Licence   string
	BasedOn   []string // where the facts come from; the quoted words do not stand there
	Original  string   // the ID of the text in another language that this one is a version of, "" for none

	Body     string    // every byte of the stored file, "" if a copy on disk has them: see Read
	Passages []Passage // in order, not overlapping
	Hash     string    // SHA-256 of the stored file, hex

	pages    []int     // where each printed page ends; nil if that is not known
	fsys     fs.FS     // nil for a text that was parsed but not loaded
	kept     kept      // no file if Body holds the bytes
	warnings []Problem // what is wrong with it although it was loaded
}

// Passage is a run of sentences that belong together, usually a paragraph:
// the unit that is indexed. Headings and markup that nobody would quote lie
// outside all passages.
type Passage struct {
	Range
	Heading   string  // the nearest heading above it, "" when there is none
	Sentences []Range // in order, not overlapping, within Range; never empty
}

// Read returns the bytes of r as they were when the text was loaded.
func (t *Text) Read(r Range) (string, error) {
	if t.kept.file == nil {
		return r.Of(t.Body), nil
	}
	b, err := t.kept.read(r)
	if err != nil {
		return "", fmt.Errorf("corpus: read bytes %d to %d of %s as it was loaded: %w", r.Start, r.End, t.Path, err)
	}
	return string(b), nil
}

// Whole returns all bytes of the text as they were loaded, and makes sure that
// they are: where the copy is damaged they are taken from where the text is
// stored, and if those are others by now the error wraps ErrChanged.
func (t *Text) Whole() (string, error) {
	body, err := t.Read(Range{End: t.Size()})
	if t.kept.file == nil || err == nil && hashOf([]byte(body)) == t.Hash {
		return body, err
	}
	again := func(err error) error {
		return fmt.Errorf("corpus: the copy of %s is damaged, and the text itself %w: load the folder again", t.Path, err)
	}
	if t.fsys == nil {
		return "", again(fmt.Errorf("is gone: %w", fs.ErrNotExist))
	}
	stored, err := readAll(t.fsys, t.Path)
	if err != nil {
		return "", again(err)
	}
	if hashOf(stored) != t.Hash {
		return "", again(fmt.Errorf("is another by now: %w", ErrChanged))
	}
	return string(stored), nil
}

// Size returns the number of bytes of the stored file.
func (t *Text) Size() int {
	if t.kept.file == nil {
		return len(t.Body)
	}
	return t.kept.size
}

// ErrChanged says that a stored text is no longer what was loaded.
var ErrChanged = errors.New("the stored text has changed since it was loaded")

// Stored reads the bytes of r afresh from where the text is stored. A text
// that has become shorter gives an error that wraps ErrChanged; one that is
// gone, an error that wraps fs.ErrNotExist.
func (t *Text) Stored(r Range) (string, error) {
	again := func(err error) error {
		return fmt.Errorf("corpus: read bytes %d to %d of %s again: %w", r.Start, r.End, t.Path, err)
	}
	if t.fsys == nil {
		return "", again(fs.ErrNotExist)
	}
	f, info, err := open(t.fsys, t.Path)
	if err != nil {
		return "", again(err)
	}
	defer f.Close()
	if info.Size() < int64(r.End) {
		return "", again(ErrChanged)
	}
	var from io.Reader = f
	if ra, ok := f.(io.ReaderAt); ok {
		from = io.NewSectionReader(ra, int64(r.Start), int64(r.Len()))
	} else if _, err := io.CopyN(io.Discard, f, int64(r.Start)); err != nil {
		return "", again(err)
	}
	buf := make([]byte, r.Len())
	if _, err := io.ReadFull(from, buf); err != nil {
		return "", again(err)
	}
	return string(buf), nil
}

// Corpus is a set of source texts as they were at one moment. It is safe for
// concurrent use.
type Corpus struct {
	texts   []*Text // by ID
	byID    map[string]*Text
	joined  map[string][]*Text // by the ID of the first of them: the versions of a text, by ID
	aliases Aliases
	digest  string

	loading Loading
	volumes []*segment // where former texts may stand
}

// Loading says how much work it was to load a corpus.
type Loading struct {
	Files  int // that may hold a text
	Read   int // of these, because they may have changed or were not known
	Parsed int // of these, because they had changed or were not known
}

// New makes a corpus of texts that are already loaded; it sorts them by ID.
// Two texts with one ID are an error.
func New(texts []*Text, aliases Aliases) (*Corpus, error) {
	c := &Corpus{texts: slices.Clone(texts), byID: make(map[string]*Text, len(texts)), aliases: aliases}
	slices.SortFunc(c.texts, func(a, b *Text) int { return strings.Compare(a.ID, b.ID) })
	h := sha256.New()
	w := bufio.NewWriter(h) // a hash never fails
	for _, t := range c.texts {
		if other, ok := c.byID[t.ID]; ok {
			return nil, fmt.Errorf("corpus: %s and %s would both have the id %q: rename one", other.Path, t.Path, t.ID)
		}
		c.byID[t.ID] = t
		// The path, because its ending decides how the bytes are read.
		w.WriteString(t.Path)
		w.WriteByte(0)
		w.WriteString(t.Hash)
		w.WriteByte('\n')
	}
	c.joinVersions()
	fmt.Fprintf(w, "aliases\x00%q", aliases.Groups)
	w.Flush()
	c.digest = hex.EncodeToString(h.Sum(nil))
	return c, nil
}

// Of returns the corpus of some of the texts, which are in order.
func (c *Corpus) Of(some []*Text) *Corpus {
	of, _ := New(some, c.aliases) // no two of them have one id
	return of
}

// Loading returns what was done to load the corpus, zero for one that New made.
func (c *Corpus) Loading() Loading { return c.loading }

// Former returns texts as they were before: those of the wanted, hashes by path,
// of which a copy is still kept although the folder holds another text by now, or
// none. Whoever has to forget what a text said can read it once more.
func (c *Corpus) Former(wanted map[string]string) map[string]*Text {
	return former(c.volumes, wanted)
}

// Texts returns the texts in the order of their ids. The slice is shared: do
// not change it.
func (c *Corpus) Texts() []*Text { return c.texts }

// Text returns the text with the id.
func (c *Corpus) Text(id string) (*Text, bool) {
	t, ok := c.byID[id]
	return t, ok
}

// Aliases returns the spellings of names that count as one.
func (c *Corpus) Aliases() Aliases { return c.aliases }

// Digest returns a hash (SHA-256, hex) of everything an index of the corpus
// depends on: paths, stored bytes and aliases. Two corpora with one digest are
// indexed alike.
func (c *Corpus) Digest() string { return c.digest }

// Aliases are the names that are spelt in several ways.
type Aliases struct {
	// Groups holds, for each name, its spellings in any language and script.
	// A spelling may have several words. The first one is the group's own name.
	Groups [][]string
}
