package corpus

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"io"
	"os"
	"path/filepath"
	"sync"
)

// To find the sentences of a text takes a hundred times as long as to read it,
// to read 50,000 files takes ten times as long as to ask the file system whether
// they have changed, and the bytes of all texts are most of the memory that a
// large corpus takes. All three are spared by keeping copies of the texts and
// what was found in them. They stand in volumes:
//
//	volumeMagic
//	the bytes of the texts, one after the other
//	a record for each text, and its number of bytes before it
//	where the records begin (8 bytes, little-endian)
//	SHA-256 of the records and of where they begin
//
// A volume is written with the texts that had to be parsed, and never changed:
// who has it open goes on reading it. The list says which volume holds the text
// of each path, and what the file system said of the file when it was read:
//
//	listMagic
//	the names of the volumes
//	for each path its volume and the identity of its file
//	SHA-256 of both
//
// The list is put into its place whole. A text is taken from its volume if its
// file has the identity that is listed, or the bytes of the copy, so that damage
// can cost time but changes nothing that is found.

// These change with everything that decides what is found in a text or how it is
// written down.
const (
	volumeMagic = "rapporteur texts 4\n"
	listMagic   = "rapporteur list of texts 2\n"
)

const volumeTail = 8 + sha256.Size

// kept is where a volume holds the bytes of a text. The volume is closed when no
// text refers to it any more.
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

// listed is what the list says of a path.
type listed struct {
	volume *segment
	id     identity
}

// segment is a file of texts that is finished.
type segment struct {
	path string
	file *os.File // nil if it cannot be opened
	body int64    // bytes of texts in it, by its tail

	read    sync.Once
	records map[string][]byte // by path of the text; empty if damaged
}

func openVolume(path string) *segment {
	v := &segment{path: path}
	f, err := os.Open(path)
	if err != nil {
		return v
	}
	v.file = f
	if begin, err := recordsBegin(f); err == nil {
		v.body = begin - int64(len(volumeMagic))
	}
	return v
}

// load reads the records, the first time it is called.
func (v *segment) load() map[string][]byte {
	v.read.Do(func() {
		if v.file != nil {
			v.records, _ = readRecords(v.file) // without them texts are parsed
		}
	})
	return v.records
}

// text returns the text at path with its warnings, nil if there is none.
func (v *segment) text(path string) *Text {
	raw := v.load()[path]
	if raw == nil {
		return nil
	}
	r := record{b: raw}
	t := r.text()
	if r.short {
		return nil
	}
	t.kept.file = v.file
	return t
}

var errKept = errors.New("damaged or of another version")

// recordsBegin returns where the records of a volume begin, by what it says
// itself.
func recordsBegin(f *os.File) (int64, error) {
	info, err := f.Stat()
	if err != nil {
		return 0, err
	}
	magic, tail := make([]byte, len(volumeMagic)), make([]byte, volumeTail)
	size := info.Size()
	if size < int64(len(magic)+len(tail)) {
		return 0, errKept
	}
	if _, err := f.ReadAt(magic, 0); err != nil {
		return 0, err
	}
	if _, err := f.ReadAt(tail, size-volumeTail); err != nil {
		return 0, err
	}
	begin := binary.LittleEndian.Uint64(tail)
	if string(magic) != volumeMagic || begin < uint64(len(magic)) || begin > uint64(size-volumeTail) {
		return 0, errKept
	}
	return int64(begin), nil
}

func readRecords(f *os.File) (map[string][]byte, error) {
	begin, err := recordsBegin(f)
	if err != nil {
		return nil, err
	}
	info, err := f.Stat()
	if err != nil {
		return nil, err
	}
	all := make([]byte, info.Size()-begin)
	if _, err := f.ReadAt(all, begin); err != nil {
		return nil, err
	}
	all, proof := all[:len(all)-sha256.Size], all[len(all)-sha256.Size:]
	if sum := sha256.Sum256(all); !bytes.Equal(sum[:], proof) {
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

// readList reads the list at path. That there is none, or that it is damaged or
// of another version, means that all texts are parsed.
func readList(path string) (map[string]listed, []*segment) {
	b, err := os.ReadFile(path)
	body, ok := bytes.CutPrefix(b, []byte(listMagic))
	if err != nil || !ok || len(body) < sha256.Size {
		return nil, nil
	}
	body, proof := body[:len(body)-sha256.Size], body[len(body)-sha256.Size:]
	if sum := sha256.Sum256(body); !bytes.Equal(sum[:], proof) {
		return nil, nil
	}
	r := record{b: body}
	var volumes []*segment
	for range r.count() {
		volumes = append(volumes, openVolume(filepath.Join(filepath.Dir(path), filepath.Base(r.string()))))
	}
	n := r.count()
	entries := make(map[string]listed, n)
	for range n {
		p, in := r.string(), r.int()
		id := identity{size: r.int(), modified: r.signed(), changed: r.signed(), inode: r.int()}
		if r.short || in >= len(volumes) {
			return nil, nil
		}
		entries[p] = listed{volumes[in], id}
	}
	return entries, volumes
}

// former returns those of the texts, hashes by path, that stand in any of the
// volumes, whether or not they are still listed.
func former(volumes []*segment, wanted map[string]string) map[string]*Text {
	found := make(map[string]*Text)
	for i := len(volumes) - 1; i >= 0 && len(found) < len(wanted); i-- {
		v := &segment{path: volumes[i].path, file: volumes[i].file} // not to hold on to its records
		if v.file == nil {
			continue
		}
		for path, hash := range wanted {
			if t := v.text(path); t != nil && t.Hash == hash && found[path] == nil {
				found[path] = t
			}
		}
	}
	return found
}
