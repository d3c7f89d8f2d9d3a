// Package meaning makes vectors of sentences, keeps them, and compares questions with
// them. A question finds a sentence by what both mean, in whatever languages they are.
package meaning

import (
	"bufio"
	"context"
	"crypto/sha256"
	_ "embed"
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"time"

	"github.com/gofrs/flock"

	"rapporteur/index/encode"
)

// Key names a text by its bytes: the same sentence in another text, place or
// generation has the same.
type Key [16]byte

// KeyOf returns the key of a text.
func KeyOf(text string) Key {
	sum := sha256.Sum256([]byte(text))
	return Key(sum[:16])
}

// Store makes sketches of texts and keeps them in a file. It is safe for concurrent
// use. One process writes the file; others read it, and keep in memory what they add.
//
// The file is a line that names format and model, and a record for each text:
// its key, the length of its sketch in 32 bits, the sketch, and the CRC-32 of all
// that. Records are only appended. What a process that was killed left unfinished is
// cut off, and of a damaged file what stands before the damage is kept.
type Store struct {
	encoder encode.Encoder
	space   *space
	log     *slog.Logger
	path    string // "" in memory
	lock    *flock.Flock

	mu      sync.Mutex
	file    *os.File // nil in memory
	size    int64    // of the file, where the next record goes
	writing bool
	stored  map[Key]place
	added   map[Key]Sketch // that no file holds
	asked   questions
	// Remember is how many questions are remembered; 0 means 256.
	Remember int
	failing  time.Time // since when the encoder fails; zero while it does not
}

// place is where a sketch lies in the file.
type place struct {
	at   int64
	size int32
}

// textsFile holds the sketches of the bundled texts. A test of package index makes it
// again.
//
//go:embed texts.bin
var textsFile string

const (
	recordHead = 16 + 4
	recordTail = 4
	// maxSketch bounds what a damaged length makes us read: that of a window of
	// 2^15 tokens.
	maxSketch = 1 << 22
)

// header returns the first line of the file.
func (s *Store) header() string {
	return fmt.Sprintf("rapporteur sketches 1 %s %s\n", s.encoder.Fingerprint(), s.space.name)
}

// Open opens the sketches that are kept in the file, which need not exist; "" keeps
// them in memory. A file that cannot be read or is of another model is made anew.
func Open(ctx context.Context, e encode.Encoder, path string, log *slog.Logger) (*Store, error) {
	if log == nil {
		log = slog.New(slog.DiscardHandler)
	}
	s, err := OpenEmpty(ctx, e)
	if err != nil {
		return nil, err
	}
	s.log, s.path = log, path
	if err := s.Include(strings.NewReader(textsFile)); err != nil {
		return nil, fmt.Errorf("meaning: the embedded vectors: %w", err)
	}
	if path == "" {
		return s, nil
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return nil, fmt.Errorf("meaning: %w", err)
	}
	s.lock = flock.New(path + ".lock")
	if s.writing, err = s.lock.TryLock(); err != nil {
		log.Warn("the vectors cannot be locked: new ones are kept in memory", "file", path, "err", err)
	}
	if err := s.load(); err != nil {
		return nil, errors.Join(fmt.Errorf("meaning: %s: %w", path, err), s.Close())
	}
	return s, nil
}

// OpenEmpty returns a store in memory that holds nothing, not even the vectors that
// are part of the program.
func OpenEmpty(ctx context.Context, e encode.Encoder) (*Store, error) {
	s := &Store{encoder: e, log: slog.New(slog.DiscardHandler), stored: make(map[Key]place), added: make(map[Key]Sketch)}
	var err error
	s.space, err = spaceOf(ctx, e)
	return s, err
}

// spaceOf returns the space of a model: only the embedded one's is known.
func spaceOf(ctx context.Context, e encode.Encoder) (*space, error) {
	if e.Fingerprint() == encode.Builtin().Fingerprint() {
		return builtinSpace()
	}
	one, err := e.Encode(ctx, encode.Query, []string{"width"})
	if err != nil {
		return nil, fmt.Errorf("meaning: %w", err)
	}
	return plainSpace(len(one[0].Vector)), nil
}

// load reads what the file holds, and makes it anew if that is nothing.
func (s *Store) load() error {
	f, err := os.Open(s.path)
	if s.writing {
		f, err = os.OpenFile(s.path, os.O_RDWR|os.O_CREATE, 0o644)
	}
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		if s.writing { // a folder that is only read
			s.log.Warn("the vectors cannot be written: new ones are kept in memory", "file", s.path, "err", err)
			s.writing = false
			if f, err = os.Open(s.path); err != nil {
				return nil
			}
		} else {
			return err
		}
	}
	s.file = f
	head := s.header()
	n, err := s.read(bufio.NewReaderSize(f, 1<<20), func(k Key, at int64, sketch []byte) {
		s.stored[k] = place{at, int32(len(sketch))}
	})
	if err != nil {
		s.log.Warn("stored vectors are unusable and will be made anew", "file", s.path, "from byte", n, "err", err)
	}
	s.size = n
	if !s.writing {
		return nil
	}
	if err := f.Truncate(n); err != nil {
		return err
	}
	if n > 0 {
		return nil
	}
	s.size = int64(len(head))
	_, err = f.WriteAt([]byte(head), 0)
	return err
}

var errOther = errors.New("of another model")

// read calls each with the sketches of a file, whose first line must be ours. It
// returns how many bytes are sound, and why there are no more of them; at the end of
// the file that is nil. The sketch is good until each returns.
func (s *Store) read(r io.Reader, each func(k Key, at int64, sketch []byte)) (int64, error) {
	head := make([]byte, len(s.header()))
	if n, err := io.ReadFull(r, head); n == 0 && err == io.EOF {
		return 0, nil
	} else if err != nil || string(head) != s.header() {
		return 0, errOther
	}
	at := int64(len(head))
	var buf []byte
	for {
		if cap(buf) < recordHead {
			buf = make([]byte, recordHead, 4096)
		}
		buf = buf[:recordHead]
		if _, err := io.ReadFull(r, buf); err == io.EOF {
			return at, nil
		} else if err != nil {
			return at, err
		}
		size := int(binary.LittleEndian.Uint32(buf[16:]))
		if size < s.space.size(0) || size > maxSketch || (size-s.space.size(0))%tokenBytes != 0 {
			return at, fmt.Errorf("a sketch of %d bytes", size)
		}
		if whole := recordHead + size + recordTail; cap(buf) < whole {
			buf = append(make([]byte, 0, 2*whole), buf...)
		}
		buf = buf[:recordHead+size+recordTail]
		if _, err := io.ReadFull(r, buf[recordHead:]); err != nil {
			return at, err
		}
		end := recordHead + size
		if crc32.ChecksumIEEE(buf[:end]) != binary.LittleEndian.Uint32(buf[end:]) {
			return at, errors.New("a sketch that is not what was written")
		}
		each(Key(buf[:16]), at+recordHead, buf[recordHead:end])
		at += int64(len(buf))
	}
}

// Include adds the sketches of a file that is part of the program. One of another
// model is passed over.
func (s *Store) Include(r io.Reader) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	_, err := s.read(r, func(k Key, _ int64, sketch []byte) {
		if _, ok := s.stored[k]; !ok {
			s.added[k] = append(Sketch(nil), sketch...)
		}
	})
	if errors.Is(err, errOther) {
		return nil
	}
	return err
}

// record returns a sketch as it stands in the file.
func record(k Key, sketch Sketch) []byte {
	out := append(make([]byte, 0, recordHead+len(sketch)+recordTail), k[:]...)
	out = binary.LittleEndian.AppendUint32(out, uint32(len(sketch)))
	out = append(out, sketch...)
	return binary.LittleEndian.AppendUint32(out, crc32.ChecksumIEEE(out))
}

// WriteTo writes the sketches with the keys, in their order, as a file that Include
// reads.
func (s *Store) WriteTo(w io.Writer, keys []Key) error {
	if _, err := io.WriteString(w, s.header()); err != nil {
		return err
	}
	for _, k := range keys {
		sketch, ok := s.Sketch(k)
		if !ok {
			return fmt.Errorf("meaning: there is no sketch of %x", k)
		}
		if _, err := w.Write(record(k, sketch)); err != nil {
			return err
		}
	}
	return nil
}

// Has reports whether there is a sketch of the text.
func (s *Store) Has(k Key) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if _, ok := s.added[k]; ok {
		return true
	}
	_, ok := s.stored[k]
	return ok
}

// Sketch returns the sketch of a text, if there is one.
func (s *Store) Sketch(k Key) (Sketch, bool) {
	s.mu.Lock()
	sketch, ok := s.added[k]
	p, there := s.stored[k]
	f := s.file
	s.mu.Unlock()
	if ok || !there {
		return sketch, ok
	}
	buf := make([]byte, p.size)
	if _, err := f.ReadAt(buf, p.at); err != nil {
		s.log.Warn("a stored vector cannot be read and will be made anew", "file", s.path, "err", err)
		s.mu.Lock()
		delete(s.stored, k)
		s.mu.Unlock()
		return nil, false
	}
	return buf, true
}

// Add makes sketches of the texts that have none. When ctx ends, those that are made
// stay.
func (s *Store) Add(ctx context.Context, texts []string) error {
	var keys []Key
	var missing []string
	for _, t := range texts {
		if k := KeyOf(t); !s.Has(k) {
			keys, missing = append(keys, k), append(missing, t)
		}
	}
	// In batches that take some .2 s on one core.
	const step = 8
	for len(missing) > 0 {
		n := min(step, len(missing))
		encoded, err := s.encoder.Encode(ctx, encode.Passage, missing[:n])
		if err != nil {
			return err
		}
		for i, e := range encoded {
			if len(e.Vector) != s.space.width {
				return fmt.Errorf("meaning: the encoder made a vector of %d numbers, not %d", len(e.Vector), s.space.width)
			}
			s.put(keys[i], s.space.sketch(e))
		}
		keys, missing = keys[n:], missing[n:]
	}
	return nil
}

// put keeps a sketch.
func (s *Store) put(k Key, sketch Sketch) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if _, ok := s.stored[k]; ok {
		return
	}
	if s.writing && s.file != nil {
		b := record(k, sketch)
		_, err := s.file.WriteAt(b, s.size)
		if err == nil {
			s.stored[k] = place{s.size + recordHead, int32(len(sketch))}
			s.size += int64(len(b))
			return
		}
		s.log.Warn("the vectors cannot be written: new ones are kept in memory", "file", s.path, "err", err)
		s.writing = false
	}
	s.added[k] = sketch
}

// Prune leaves in the file what is kept only, if that is less than half of it.
func (s *Store) Prune(keep map[Key]bool) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if !s.writing || s.file == nil {
		return nil
	}
	kept := int64(len(s.header()))
	for k, p := range s.stored {
		if keep[k] {
			kept += recordHead + int64(p.size) + recordTail
		}
	}
	if 2*kept > s.size {
		return nil
	}
	f, err := os.CreateTemp(filepath.Dir(s.path), filepath.Base(s.path)+".new-*")
	if err != nil {
		return fmt.Errorf("meaning: %w", err)
	}
	defer os.Remove(f.Name())
	places, size, err := s.copyTo(f, keep)
	if err == nil {
		err = f.Sync()
	}
	if err == nil {
		err = os.Rename(f.Name(), s.path)
	}
	if err != nil {
		return errors.Join(fmt.Errorf("meaning: %w", err), f.Close())
	}
	old := s.file
	s.file, s.stored, s.size = f, places, size
	return old.Close()
}

// copyTo writes what is kept to another file and returns where it lies there.
func (s *Store) copyTo(f *os.File, keep map[Key]bool) (map[Key]place, int64, error) {
	w := bufio.NewWriterSize(f, 1<<20)
	if _, err := w.WriteString(s.header()); err != nil {
		return nil, 0, err
	}
	places, size := make(map[Key]place), int64(len(s.header()))
	for k, p := range s.stored {
		if !keep[k] {
			continue
		}
		sketch := make([]byte, p.size)
		if _, err := s.file.ReadAt(sketch, p.at); err != nil {
			return nil, 0, err
		}
		b := record(k, sketch)
		if _, err := w.Write(b); err != nil {
			return nil, 0, err
		}
		places[k] = place{size + recordHead, p.size}
		size += int64(len(b))
	}
	return places, size, w.Flush()
}

// Failed is told that the encoder failed, and logs it unless it did lately.
func (s *Store) Failed(err error) {
	if errors.Is(err, context.Canceled) || err == nil {
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if now := time.Now(); now.Sub(s.failing) > time.Minute {
		s.failing = now
		s.log.Warn("answering by words", "err", err)
	}
}

// Close closes the file and gives up the right to write it.
func (s *Store) Close() error {
	if s == nil {
		return nil
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	var err error
	if s.file != nil {
		err = s.file.Close()
		s.file, s.writing, s.stored = nil, false, make(map[Key]place)
	}
	if s.lock != nil {
		err = errors.Join(err, s.lock.Close())
	}
	return err
}
