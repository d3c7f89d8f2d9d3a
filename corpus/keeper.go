package corpus

import (
	"bufio"
	"bytes"
	"cmp"
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"time"
)

// keeper is the list and the volumes that Load reads, and the volume it writes.
// It is safe for concurrent use; a nil one keeps nothing.
type keeper struct {
	path    string // of the list
	entries map[string]listed
	volumes []*segment // of the list
	former  []*segment // as there were at first, which may hold texts that are no more
	forget  bool       // nothing is to be left of these

	mu     sync.Mutex
	file   *os.File // the new volume, nil until a text had to be parsed
	end    int64    // of what is written to it
	failed error
}

func openKeeper(path string) *keeper {
	k := &keeper{path: filepath.Clean(path)} // volumes are told apart by their paths
	k.entries, k.volumes = readList(k.path)
	k.former = slices.Clone(k.volumes)
	return k
}

// before returns the volumes that there were before, without their records.
func (k *keeper) before() []*segment {
	if k == nil {
		return nil
	}
	out := make([]*segment, len(k.former))
	for i, v := range k.former {
		out[i] = &segment{path: v.path, file: v.file}
	}
	return out
}

// unread returns the text at path if its file has the listed identity. It is
// the previous text itself if that was made of the same copy.
func (k *keeper) unread(path string, id identity, previous *Text) *Text {
	if k == nil || id == (identity{}) {
		return nil
	}
	e, ok := k.entries[path]
	if !ok || e.id != id || e.volume.file == nil {
		return nil
	}
	if previous != nil && previous.kept.file != nil && previous.kept.file.Name() == e.volume.path && previous.kept.size == id.size {
		return previous
	}
	t := e.volume.text(path)
	if t == nil || t.kept.size != id.size {
		return nil
	}
	return t
}

// text returns the text at path, if it is kept and its copy has these bytes.
func (k *keeper) text(path string, body []byte) *Text {
	if k == nil || k.entries[path].volume == nil {
		return nil
	}
	e := k.entries[path]
	if e.id != (identity{}) && e.id.size != len(body) { // without a look at the volume's records
		return nil
	}
	t := e.volume.text(path)
	if t == nil || t.kept.size != len(body) {
		return nil
	}
	if copied, err := t.kept.read(Range{0, len(body)}); err != nil || !bytes.Equal(copied, body) {
		return nil
	}
	return t
}

// add returns the parsed text with its bytes moved to the new volume. If that
// cannot be, they stay in memory.
func (k *keeper) add(t *Text) *Text {
	if k == nil {
		return t
	}
	k.mu.Lock()
	at := k.append([]byte(t.Body))
	failed := k.failed != nil
	k.mu.Unlock()
	if failed {
		return t
	}
	// Made anew from its record, the text holds on to nothing of its body.
	t.kept = kept{at: at, size: len(t.Body)}
	var r record
	r.putText(t)
	t = r.text()
	t.kept.file = k.file
	return t
}

// append appends the bytes of a text to the new volume, which it begins if need
// be, and returns where they stand.
func (k *keeper) append(body []byte) (at int64) {
	if k.file == nil && k.failed == nil {
		if k.failed = os.MkdirAll(filepath.Dir(k.path), 0o755); k.failed == nil {
			k.file, k.failed = os.OpenFile(k.path+"."+randomName(), os.O_RDWR|os.O_CREATE|os.O_EXCL, 0o644)
		}
		k.write([]byte(volumeMagic))
	}
	at = k.end
	k.write(body)
	return at
}

func randomName() string {
	var b [8]byte
	rand.Read(b[:])
	return hex.EncodeToString(b[:])
}

// write appends to the new volume, unless that failed before.
func (k *keeper) write(b []byte) {
	if k.failed == nil {
		_, k.failed = k.file.WriteAt(b, k.end)
		k.end += int64(len(b))
	}
}

// complete completes the new volume, if there is one. The texts are all that Load
// found; those whose bytes are moved are replaced by copies.
func (k *keeper) complete(ctx context.Context, texts []*Text) {
	if k == nil {
		return
	}
	k.tidyTexts(ctx, texts)
	if k.file != nil && k.failed == nil {
		k.putRecords(texts)
	}
}

// finish writes the list, if it says anything new, of the texts and the identities
// of their files.
func (k *keeper) finish(texts []*Text, ids []identity) error {
	if k == nil {
		return nil
	}
	if k.failed == nil {
		k.failed = k.list(texts, ids)
	}
	if k.failed != nil {
		k.discard()
		return fmt.Errorf("keeping the texts failed, so they are read and parsed anew each time: %w", plain(k.failed))
	}
	k.tidy()
	return nil
}

// discard removes the new volume, which is read on while it is open.
func (k *keeper) discard() {
	if k != nil && k.file != nil {
		_ = os.Remove(k.file.Name()) // tidy tries again
	}
}

// Volumes are rewritten when half of one is of texts that are no more, and when
// there are too many to open at each start.
const (
	wornShare   = .5
	mostVolumes = 12
	someVolumes = mostVolumes / 2
)

// tidyTexts moves the texts of worn volumes to the new one.
func (k *keeper) tidyTexts(ctx context.Context, texts []*Text) {
	live := make(map[string]int64) // bytes by path of the volume
	for _, t := range texts {
		if t != nil && t.kept.file != nil {
			live[t.kept.file.Name()] += int64(t.kept.size)
		}
	}
	var used []*segment
	worn := make(map[string]bool)
	for _, v := range k.volumes {
		if live[v.path] == 0 {
			continue
		}
		used = append(used, v)
		worn[v.path] = float64(live[v.path]) < wornShare*float64(v.body)
	}
	if len(used) >= mostVolumes {
		slices.SortFunc(used, func(a, b *segment) int { return cmp.Compare(live[b.path], live[a.path]) })
		for _, v := range used[someVolumes:] {
			worn[v.path] = true
		}
	}
	for i, t := range texts {
		if t == nil || t.kept.file == nil || !worn[t.kept.file.Name()] {
			continue
		}
		body, err := t.kept.read(Range{0, t.kept.size})
		if err != nil || hashOf(body) != t.Hash {
			continue // it stays where it is; see Text.Whole
		}
		at := k.append(body)
		if k.failed == nil {
			k.failed = ctx.Err()
		}
		if k.failed != nil {
			return
		}
		moved := *t // others may be using it
		moved.kept.file, moved.kept.at = k.file, at
		texts[i] = &moved
	}
}

// putRecords writes the records of the texts in the new volume.
func (k *keeper) putRecords(texts []*Text) {
	begin := k.end
	sum := sha256.New()
	out := bufio.NewWriterSize(writerFunc(func(b []byte) (int, error) {
		sum.Write(b)
		k.write(b)
		return len(b), k.failed
	}), 1<<16)
	var r, size record
	for _, t := range texts {
		if t != nil && t.kept.file == k.file {
			r.b, size.b = r.b[:0], size.b[:0]
			r.putText(t)
			size.put(len(r.b))
			out.Write(size.b)
			out.Write(r.b)
		}
	}
	out.Write(binary.LittleEndian.AppendUint64(nil, uint64(begin)))
	_ = out.Flush() // its errors are k.failed
	k.write(sum.Sum(nil))
	if k.failed == nil {
		k.failed = k.file.Sync() // before anything says that it is there
	}
}

type writerFunc func([]byte) (int, error)

func (f writerFunc) Write(b []byte) (int, error) { return f(b) }

// list writes the list, if it says anything else than the one there is. Volumes
// that only the old list needed stay for another turn: an index that was made of
// their texts may still have to be told what they were.
func (k *keeper) list(texts []*Text, ids []identity) error {
	byPath := make(map[string]*segment)
	for _, v := range k.volumes {
		byPath[v.path] = v
	}
	if k.file != nil {
		v := &segment{path: k.file.Name(), file: k.file}
		byPath[v.path] = v
		k.volumes = append(k.volumes, v)
	}
	entries := make(map[string]listed, len(texts))
	for i, t := range texts {
		if t == nil || t.kept.file == nil {
			continue
		}
		if v := byPath[t.kept.file.Name()]; v != nil {
			entries[t.Path] = listed{v, ids[i]}
		}
	}
	same := k.file == nil && len(entries) == len(k.entries)
	needed := make(map[*segment]int) // its number
	var r record
	var names []string
	if k.forget {
		k.entries, same = nil, false
	}
	for _, of := range []map[string]listed{entries, k.entries} {
		for _, e := range of {
			if _, ok := needed[e.volume]; !ok && e.volume.file != nil {
				needed[e.volume] = len(names)
				names = append(names, filepath.Base(e.volume.path))
			}
		}
	}
	r.putStrings(names)
	r.put(len(entries))
	for i, t := range texts {
		if t == nil {
			continue
		}
		e, ok := entries[t.Path]
		if !ok {
			continue
		}
		same = same && k.entries[t.Path] == e
		r.putString(t.Path)
		r.put(needed[e.volume])
		r.put(ids[i].size)
		r.putSigned(ids[i].modified)
		r.putSigned(ids[i].changed)
		r.put(ids[i].inode)
	}
	if same {
		return nil
	}
	sum := sha256.Sum256(r.b)
	if err := writeWhole(k.path, []byte(listMagic), r.b, sum[:]); err != nil {
		return err
	}
	k.entries = entries
	k.volumes = slices.DeleteFunc(k.volumes, func(v *segment) bool {
		_, ok := needed[v]
		if !ok {
			_ = os.Remove(v.path) // who has it open reads on; where that is forbidden, tidy tries again
		}
		return !ok
	})
	return nil
}

// newTexts begins the names of lists that are not finished.
const newTexts = ".texts-"

// writeWhole writes a file so that it is there whole or not at all.
func writeWhole(path string, parts ...[]byte) error {
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return err
	}
	f, err := os.CreateTemp(filepath.Dir(path), newTexts+"*")
	if err != nil {
		return err
	}
	defer os.Remove(f.Name()) // gone already unless something went wrong
	for _, p := range parts {
		if err == nil {
			_, err = f.Write(p)
		}
	}
	if err == nil {
		err = f.Sync()
	}
	if closed := f.Close(); err == nil {
		err = closed
	}
	if err != nil {
		return err
	}
	return os.Rename(f.Name(), path)
}

// staleTexts is how old a file that no list names must be for its writer to be
// gone.
const staleTexts = time.Hour

// tidy removes what writers left that were killed. Who reads such a file goes on
// reading it.
func (k *keeper) tidy() {
	left, _ := filepath.Glob(filepath.Join(filepath.Dir(k.path), newTexts+"*"))
	volumes, _ := filepath.Glob(k.path + ".*")
	for _, name := range volumes {
		if !slices.ContainsFunc(k.volumes, func(v *segment) bool { return v.path == name }) {
			left = append(left, name)
		}
	}
	for _, name := range left {
		if info, err := os.Stat(name); err == nil && (k.forget || time.Since(info.ModTime()) > staleTexts) {
			_ = os.Remove(name) // the next one to load may try again
		}
	}
}
