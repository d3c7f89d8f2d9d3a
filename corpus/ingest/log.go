package ingest

import (
	"bytes"
	"encoding/json"
	"errors"
	"io/fs"
	"os"
	"path"
	"slices"
	"strings"
	"time"

	"rapporteur/corpus"
)

// What happened to a text.
const (
	Stored   = "stored"   // added, or a new version of it put into the folder
	Edited   = "edited"   // found changed by hand
	Offered  = "offered"  // a new version came, but the text had been edited by hand
	Removed  = "removed"  // taken out of the folder
	Restored = "restored" // an earlier version put back
	putBack  = "returned" // changed by going back to a snapshot
	taken    = "snapshot" // of the folder, not of a text
	purged   = "purged"   // deleted with all that was known of it but its address
)

// event is a line of the log.
type event struct {
	At     time.Time `json:"at"`
	Change string    `json:"change"` // what was done at once has one name
	What   string    `json:"what"`
	Path   string    `json:"path,omitempty"`
	Hash   string    `json:"hash,omitempty"` // of the bytes
	Source string    `json:"source,omitempty"`
	Given  *Fields   `json:"given,omitempty"` // what a person said of the text
	Copies []Copy    `json:"copies,omitempty"`
	Digest string    `json:"digest,omitempty"` // of a snapshot
}

// past is what the log says of one text.
type past struct {
	path    string
	stored  string // hash of what this package put there last; "" when it is not there
	offered string // hash of what came last, whether or not it was put there
	source  string
	given   Fields
	copies  []Copy
	at      time.Time
	events  []event
}

// history is what the log says.
type history struct {
	texts     map[string]*past // by id
	snapshots []event          // as they were taken
	removed   map[string]bool  // keys of pages whose texts were removed
	last      time.Time        // of the last event
	changes   map[string]int   // lines of each change

	info os.FileInfo // of the log when it was read
}

// idOf returns the id of the text at a path, and of the aliases their path.
func idOf(p string) string {
	if p == corpus.AliasFile {
		return p
	}
	return strings.TrimSuffix(p, path.Ext(p))
}

// readLog reads the log, unless it is as it was when h was read. A line that
// cannot be read is one that was being written when the machine stopped.
func (f *Folder) readLog(h *history) (*history, error) {
	info, err := os.Stat(f.own(logFile))
	if errors.Is(err, fs.ErrNotExist) {
		return newHistory(), nil
	}
	if err != nil {
		return nil, err
	}
	if h != nil && h.info != nil && os.SameFile(info, h.info) && info.Size() == h.info.Size() && info.ModTime().Equal(h.info.ModTime()) {
		return h, nil
	}
	b, err := os.ReadFile(f.own(logFile))
	if err != nil {
		return nil, err
	}
	h = newHistory()
	h.info = info
	for line := range bytes.SplitSeq(b, []byte{'\n'}) {
		var e event
		if json.Unmarshal(line, &e) == nil {
			h.add(e)
		}
	}
	return h, nil
}

func newHistory() *history {
	return &history{texts: make(map[string]*past), removed: make(map[string]bool), changes: make(map[string]int)}
}

func (h *history) add(e event) {
	h.last = e.At
	h.changes[e.Change]++
	if e.What == taken {
		h.snapshots = append(h.snapshots, e)
		return
	}
	if e.What == purged {
		if key := pageKey(e.Source); key != "" {
			h.removed[key] = true
		}
		return
	}
	id := idOf(e.Path)
	p := h.texts[id]
	if p == nil {
		p = new(past)
		h.texts[id] = p
	}
	p.path, p.at = e.Path, e.At
	p.events = append(p.events, e)
	if e.Source != "" && e.What != Removed {
		p.source = e.Source
	}
	if e.Given != nil {
		p.given = *e.Given
	}
	switch e.What {
	case Stored:
		p.stored, p.offered, p.copies = e.Hash, e.Hash, e.Copies
		delete(h.removed, pageKey(p.source))
	case Offered:
		p.offered = e.Hash
	case Restored, putBack:
		p.stored = e.Hash
		if e.Hash == "" {
			h.forget(p)
		} else {
			delete(h.removed, pageKey(p.source))
		}
	case Removed:
		p.stored = ""
		h.forget(p)
		if key := pageKey(e.Source); key != "" {
			h.removed[key] = true
		}
	}
}

// forget notes that a text was taken out, so that no feed brings it back.
func (h *history) forget(p *past) {
	if key := pageKey(p.source); key != "" {
		h.removed[key] = true
	}
}

// appendLog adds events to the log, unless they stand there already.
func (f *Folder) appendLog(events []event) error {
	h, err := f.readLog(f.history)
	if err != nil {
		return err
	}
	if len(events) == 0 || h.changes[events[0].Change] >= len(events) {
		return nil
	}
	var b bytes.Buffer
	w, err := os.OpenFile(f.own(logFile), os.O_RDWR|os.O_CREATE|os.O_APPEND, 0o644)
	if err != nil {
		return err
	}
	if info, err := w.Stat(); err == nil && info.Size() > 0 {
		last := make([]byte, 1)
		if _, err := w.ReadAt(last, info.Size()-1); err == nil && last[0] != '\n' {
			b.WriteByte('\n') // ends what was torn
		}
	}
	for _, e := range events {
		line, err := json.Marshal(e)
		if err != nil {
			return errors.Join(err, w.Close())
		}
		b.Write(append(line, '\n'))
	}
	_, err = w.Write(b.Bytes())
	if err == nil {
		err = w.Sync()
	}
	if err = errors.Join(err, w.Close()); err != nil {
		return err
	}
	syncDir(f.own())
	f.history, err = f.readLog(f.history)
	return err
}

// rewriteLog writes the log anew, with the events that change lets through.
func (f *Folder) rewriteLog(change func(event) (event, bool)) error {
	b, err := os.ReadFile(f.own(logFile))
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	var out bytes.Buffer
	for line := range bytes.SplitSeq(b, []byte{'\n'}) {
		var e event
		if json.Unmarshal(line, &e) != nil {
			continue // torn
		}
		e, ok := change(e)
		if !ok {
			continue
		}
		line, err := json.Marshal(e)
		if err != nil {
			return err
		}
		out.Write(append(line, '\n'))
	}
	if err := f.write(f.own(logFile), out.Bytes()); err != nil {
		return err
	}
	f.history, err = f.readLog(nil)
	return err
}

// Version is a text as it was at some time.
type Version struct {
	Hash string    `json:"hash"` // SHA-256 of the bytes, in hex
	At   time.Time `json:"at"`   // when it was seen
	What string    `json:"what"`
}

// versions returns the versions of a text, newest first.
func (p *past) versions() []Version {
	var out []Version
	for _, e := range slices.Backward(p.events) {
		if e.Hash != "" && (len(out) == 0 || out[len(out)-1].Hash != e.Hash) {
			out = append(out, Version{e.Hash, e.At, e.What})
		}
	}
	return out
}

// Entry is a text of the folder, as a list shows it.
type Entry struct {
	ID   string `json:"id"`
	Path string `json:"path"`
	Fields
	Hash   string    `json:"hash"`
	Size   int       `json:"size"`   // bytes
	Source string    `json:"source"` // the address or file it came from; "" for a text made by hand
	Edited bool      `json:"edited"` // by hand since it came
	Stored time.Time `json:"stored,omitzero"`
	Copies []Copy    `json:"copies,omitempty"`
	Broken string    `json:"broken,omitempty"` // why the corpus does not read it
}
