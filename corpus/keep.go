package corpus

import (
	"bufio"
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"sync"
	"time"
)

// To find the sentences of a text takes a hundred times as long as to read it,
// and the bytes of all texts are most of the memory that a large corpus takes.
// Both are spared by keeping, in one file, a copy of each text and what was
// found in it:
//
//	keepMagic
//	the bytes of the texts, one after the other
//	a record for each text, and its number of bytes before it
//	where the records begin (8 bytes, little-endian)
//	SHA-256 of the records and of where they begin
//
// A text is taken from it only if the text's own file has the bytes of the copy,
// so that damage can cost time but changes nothing that is found. The file is
// written when a text had to be parsed, under another name first, and never
// changed: who has it open goes on reading it.

// keepMagic changes with everything that decides what is found in a text or
// how it is written down.
const keepMagic = "rapporteur texts 2\n"

const keepTail = 8 + sha256.Size

// kept is where a file of texts holds the bytes of one. The file is closed when
// no text refers to it any more.
type kept struct {
	file *os.File
	at   int64
	size int
}

func (k kept) read(r Range) ([]byte, error) {
	if r.Start < 0 || r.End < r.Start || r.End > k.size {
		return nil, io.ErrUnexpectedEOF
	}
	b := make([]byte, r.Len())
	_, err := k.file.ReadAt(b, k.at+int64(r.Start))
	return b, err
}

// keeper is the file of texts that Load reads and the one it writes. It is safe
// for concurrent use; a nil one keeps nothing.
type keeper struct {
	path    string
	old     *os.File
	records map[string][]byte // of old, by path of the text

	mu     sync.Mutex
	file   *os.File // the new one, nil until a text had to be parsed
	end    int64    // of what is written to it
	failed error
}

// openKeeper opens the file of texts at path. That there is none, or that it is
// damaged or of another version, means that all texts are parsed.
func openKeeper(path string) *keeper {
	k := &keeper{path: path}
	f, err := os.Open(path)
	if err != nil {
		return k
	}
	if k.records, err = readRecords(f); err != nil {
		_ = f.Close() // it was only read
		return k
	}
	k.old = f
	return k
}

var errKept = errors.New("damaged or of another version")

func readRecords(f *os.File) (map[string][]byte, error) {
	info, err := f.Stat()
	if err != nil {
		return nil, err
	}
	magic, tail := make([]byte, len(keepMagic)), make([]byte, keepTail)
	size := info.Size()
	if size < int64(len(magic)+len(tail)) {
		return nil, errKept
	}
	if _, err := f.ReadAt(magic, 0); err != nil {
		return nil, err
	}
	if _, err := f.ReadAt(tail, size-keepTail); err != nil {
		return nil, err
	}
	begin := binary.LittleEndian.Uint64(tail)
	if string(magic) != keepMagic || begin > uint64(size-keepTail) {
		return nil, errKept
	}
	all := make([]byte, size-keepTail-int64(begin)+8)
	if _, err := f.ReadAt(all, int64(begin)); err != nil {
		return nil, err
	}
	if sum := sha256.Sum256(all); !bytes.Equal(sum[:], tail[8:]) {
		return nil, errKept
	}
	records := make(map[string][]byte)
	for r := (record{b: all[:len(all)-8]}); len(r.b) > 0; {
		one := r.bytes()
		path := (&record{b: one}).string()
		if r.short {
			return nil, errKept
		}
		records[path] = one
	}
	return records, nil
}

// text returns the text at path with its warnings, if it is kept and its copy
// has these bytes.
func (k *keeper) text(path string, body []byte) (*Text, []Problem) {
	if k == nil || k.records[path] == nil {
		return nil, nil
	}
	r := record{b: k.records[path]}
	t, warnings := r.text()
	if r.short || t.kept.size != len(body) {
		return nil, nil
	}
	t.kept.file = k.old
	if copied, err := t.kept.read(Range{0, len(body)}); err != nil || !bytes.Equal(copied, body) {
		return nil, nil
	}
	return t, warnings
}

// add returns the parsed text with its bytes moved to the new file. If that
// cannot be, they stay in memory.
func (k *keeper) add(t *Text) *Text {
	if k == nil {
		return t
	}
	k.mu.Lock()
	if k.file == nil && k.failed == nil {
		dir := filepath.Dir(k.path)
		if k.failed = os.MkdirAll(dir, 0o755); k.failed == nil {
			k.file, k.failed = os.CreateTemp(dir, newTexts+"*")
		}
		k.write([]byte(keepMagic))
	}
	at := k.end
	k.write([]byte(t.Body))
	failed := k.failed != nil
	k.mu.Unlock()
	if failed {
		return t
	}
	// Made anew from its record, the text holds on to nothing of its body.
	t.kept = kept{at: at, size: len(t.Body)}
	var r record
	r.putText(t, nil)
	t, _ = r.text()
	t.kept.file = k.file
	return t
}

// write appends to the new file, unless that failed before.
func (k *keeper) write(b []byte) {
	if k.failed == nil {
		_, k.failed = k.file.WriteAt(b, k.end)
		k.end += int64(len(b))
	}
}

// newTexts begins the names of files of texts that are not finished.
const newTexts = ".texts-"

// finish completes the new file, if there is one, and puts it into its place.
// The texts and warnings are all that Load found, in the same order.
func (k *keeper) finish(texts []*Text, warnings [][]Problem) error {
	if k == nil {
		return nil
	}
	if k.file != nil {
		k.complete(texts, warnings)
		if k.failed == nil {
			k.failed = os.Rename(k.file.Name(), k.path)
		}
	}
	if k.failed != nil {
		return fmt.Errorf("keeping the texts failed, so they are parsed anew each time: %w", plain(k.failed))
	}
	return nil
}

func (k *keeper) complete(texts []*Text, warnings [][]Problem) {
	for _, t := range texts {
		if t == nil || t.kept.file == k.file || k.failed != nil {
			continue
		}
		var body []byte
		if body, k.failed = t.kept.read(Range{0, t.kept.size}); k.failed != nil {
			break
		}
		at := k.end
		if k.write(body); k.failed == nil {
			t.kept.file, t.kept.at = k.file, at
		}
	}
	begin := k.end
	sum := sha256.New()
	out := bufio.NewWriterSize(writerFunc(func(b []byte) (int, error) {
		sum.Write(b)
		k.write(b)
		return len(b), k.failed
	}), 1<<16)
	var r, size record
	for i, t := range texts {
		if t != nil {
			r.b, size.b = r.b[:0], size.b[:0]
			r.putText(t, warnings[i])
			size.put(len(r.b))
			out.Write(size.b)
			out.Write(r.b)
		}
	}
	out.Write(binary.LittleEndian.AppendUint64(nil, uint64(begin)))
	_ = out.Flush() // its errors are k.failed
	k.write(sum.Sum(nil))
}

type writerFunc func([]byte) (int, error)

func (f writerFunc) Write(b []byte) (int, error) { return f(b) }

// staleTexts is how old a file of texts that is not finished must be for its
// writer to be gone.
const staleTexts = time.Hour

// tidy removes the new file unless it is in its place, and what writers left
// that were killed. Who reads such a file goes on reading it.
func (k *keeper) tidy() {
	if k.file != nil {
		_ = os.Remove(k.file.Name()) // gone already unless something went wrong
	}
	left, _ := filepath.Glob(filepath.Join(filepath.Dir(k.path), newTexts+"*"))
	for _, name := range left {
		if info, err := os.Stat(name); err == nil && time.Since(info.ModTime()) > staleTexts {
			_ = os.Remove(name) // the next one to load may try again
		}
	}
}

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

func (r *record) putText(t *Text, warnings []Problem) {
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
	r.put(len(warnings))
	for _, w := range warnings {
		r.put(w.Line)
		r.putString(w.Err.Error())
	}
}

// text reads what putText wrote.
func (r *record) text() (*Text, []Problem) {
	t := &Text{Path: r.string(), Hash: r.string(), ID: r.string(), Title: r.string(), Publisher: r.string(), URL: r.string()}
	if published := r.string(); published != "" {
		var err error
		t.Published, err = ParseDate(published)
		r.short = r.short || err != nil
	}
	t.Language, t.Kind, t.Licence = r.string(), Kind(r.string()), r.string()
	t.Parties, t.BasedOn = r.strings(), r.strings()
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
			return t, nil
		}
		t.Passages[i] = Passage{Range: Range{all[first].Start, at}, Heading: heading, Sentences: all[first:len(all):len(all)]}
	}
	var warnings []Problem
	for range r.count() {
		warnings = append(warnings, Problem{Path: t.Path, Line: r.int(), Loaded: true, Err: errors.New(r.string())})
	}
	return t, warnings
}
