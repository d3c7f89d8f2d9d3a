package index

import (
	"bufio"
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"io"
	"path"
	"slices"
	"strconv"
	"strings"

	"rapporteur/corpus"
)

// contents say which texts the parts of a generation hold. A part stays as it
// is when a text goes; what is left of it there is a slot without a path, and
// its documents are passed over.
type contents []section

// section is a part, by its number, and its slots in the order of its documents.
type section struct {
	part  int // noPart if none of the texts has a passage
	slots []slot
}

const noPart = -1

// slot is a text as it was indexed.
type slot struct {
	path string // "" if no text of the corpus is this one
	key
}

// key is all that the documents of a text depend on, its aliases aside.
type key struct {
	hash     string // of its bytes
	ending   string // of its path, which decides how they are read
	lang     string
	passages int
}

func keyOf(t *corpus.Text) key {
	return key{t.Hash, strings.ToLower(path.Ext(t.Path)), t.Language, len(t.Passages)}
}

func slotOf(t *corpus.Text) slot { return slot{t.Path, keyOf(t)} }

// passages returns how many documents the section has, and how many of them are
// of the corpus.
func (s *section) passages() (all, live int) {
	for _, sl := range s.slots {
		all += sl.passages
		if sl.path != "" {
			live += sl.passages
		}
	}
	return all, live
}

// gone stands for the number of a passage that is not of the corpus.
const gone = ^uint32(0)

// numbers returns, for each section, which passage of the corpus each of its
// documents is. first holds the number of the first passage of each text. The
// slots come to share the corpus's memory. The error is for contents that are not
// those of an index of the corpus.
func (c contents) numbers(of *corpus.Corpus, first []int) ([][]uint32, error) {
	at := make(map[string]int, len(of.Texts()))
	for i, t := range of.Texts() {
		at[t.Path] = i
	}
	out := make([][]uint32, len(c))
	for i, s := range c {
		all, _ := s.passages()
		out[i] = make([]uint32, 0, all)
		for j, sl := range s.slots {
			text, ok := at[sl.path]
			if sl.path != "" && !ok {
				return nil, fmt.Errorf("%s is of another corpus", sl.path)
			}
			if ok {
				if s.slots[j] = slotOf(of.Texts()[text]); s.slots[j] != sl {
					return nil, fmt.Errorf("%s is another text", sl.path)
				}
				delete(at, sl.path)
			}
			for n := range sl.passages {
				number := gone
				if ok {
					number = uint32(first[text] + n)
				}
				out[i] = append(out[i], number)
			}
		}
	}
	for p := range at {
		return nil, fmt.Errorf("%s and %d more are missing", p, len(at)-1)
	}
	return out, nil
}

// texts returns the texts of the corpus, sorted by id.
func (c contents) texts() []named {
	var out []named
	for _, s := range c {
		for _, sl := range s.slots {
			if sl.path != "" {
				out = append(out, named{strings.TrimSuffix(sl.path, path.Ext(sl.path)), sl.hash})
			}
		}
	}
	slices.SortFunc(out, func(a, b named) int { return strings.Compare(a.id, b.id) })
	return out
}

// The stored form has a line for each section, its part and its number of slots,
// and one for each slot: hash, number of passages, language, ending and path,
// the last three quoted.

// WriteTo writes the stored form.
func (c contents) WriteTo(w io.Writer) (int64, error) {
	var b bytes.Buffer
	for _, s := range c {
		fmt.Fprintf(&b, "part %d %d\n", s.part, len(s.slots))
		for _, sl := range s.slots {
			b.WriteString(sl.hash)
			b.WriteByte(' ')
			line := strconv.AppendInt(b.AvailableBuffer(), int64(sl.passages), 10)
			for _, field := range []string{sl.lang, sl.ending, sl.path} {
				line = strconv.AppendQuote(append(line, ' '), field)
			}
			b.Write(append(line, '\n'))
		}
	}
	return b.WriteTo(w)
}

var errContents = errors.New("not a list of texts of this version")

// parseContents reads the stored form.
func parseContents(b []byte) (contents, error) {
	var c contents
	lines := bufio.NewScanner(bytes.NewReader(b))
	lines.Buffer(nil, 1<<20)
	for lines.Scan() {
		var s section
		var n int
		if _, err := fmt.Sscanf(lines.Text(), "part %d %d", &s.part, &n); err != nil || n > len(b) {
			return nil, errContents
		}
		s.slots = make([]slot, n)
		for i := range s.slots {
			if !lines.Scan() {
				return nil, errContents
			}
			var err error
			if s.slots[i], err = parseSlot(lines.Text()); err != nil {
				return nil, cmp.Or(err, errContents)
			}
		}
		c = append(c, s)
	}
	return c, lines.Err()
}

func parseSlot(line string) (s slot, err error) {
	hash, rest, _ := strings.Cut(line, " ")
	passages, rest, _ := strings.Cut(rest, " ")
	s.hash = hash
	if s.passages, err = strconv.Atoi(passages); err != nil || s.passages < 0 {
		return s, errContents
	}
	for _, field := range []*string{&s.lang, &s.ending, &s.path} {
		quoted, err := strconv.QuotedPrefix(rest)
		if err != nil {
			return s, errContents
		}
		rest = strings.TrimPrefix(rest[len(quoted):], " ")
		if *field, err = strconv.Unquote(quoted); err != nil {
			return s, errContents
		}
	}
	return s, nil
}
