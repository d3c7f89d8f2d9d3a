package ingest

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"rapporteur/corpus"
)

// Outcome is what came of adding a document.
type Outcome string

// The outcomes.
const (
	New     Outcome = "new"
	Updated Outcome = "updated"  // a new version of a text that is there
	Same    Outcome = "same"     // nothing that is not there already
	Held    Outcome = "conflict" // the text was edited by hand: the new version is kept, the text as it was
	Skipped Outcome = "skipped"  // was removed by a person, and no person asked for it now
	// Unmodified is that the site says nothing has changed.
	Unmodified Outcome = "unmodified"
)

// Result is what came of adding a document.
type Result struct {
	Outcome  Outcome  `json:"outcome"`
	ID       string   `json:"id"`
	Path     string   `json:"path"`               // within the folder, slash-separated
	Title    string   `json:"title"`              //
	Hash     string   `json:"hash"`               // of the version that came
	Previous string   `json:"previous,omitempty"` // of the version that it takes the place of
	Copies   []Copy   `json:"copies,omitempty"`   // texts that say the same in nearly the same words
	Notes    []string `json:"notes,omitempty"`    // what a person should know
}

// AddOptions are how a document is added.
type AddOptions struct {
	Fields           // what a person says of it; weighs more than what was found, now and in later versions
	ID        string // the text it is a new version of; "" is told from its address or contents
	Force     bool   // take the place of a text that was edited by hand
	Automatic bool   // nobody asked for this document by name, so that what was removed stays removed
}

// Add stores a document in the folder. One from an address that is there
// already is a new version of that text, as is one with the same words and no
// address; a text that was edited by hand since it came stays as it is unless
// forced, and the new version is kept beside it.
func (f *Folder) Add(ctx context.Context, d *Document, o AddOptions) (Result, error) {
	var r Result
	err := f.change(ctx, func() error {
		p, err := f.plan(ctx, d, o)
		if err != nil {
			return err
		}
		r = p.result
		if p.journal.Events == nil {
			return nil
		}
		if err := f.keep(p.contents...); err != nil {
			return err
		}
		return f.commit(p.journal)
	})
	if err != nil {
		return Result{}, err
	}
	return r, nil
}

// Preview returns what Add would do, and the bytes that it would store, and
// changes nothing.
func (f *Folder) Preview(ctx context.Context, d *Document, o AddOptions) (Result, []byte, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if err := f.refresh(); err != nil {
		return Result{}, nil, err
	}
	p, err := f.plan(ctx, d, o)
	if err != nil {
		return Result{}, nil, explain(f.dir, err)
	}
	return p.result, []byte(p.rendered.body), nil
}

// plan is what is going to be done.
type plan struct {
	result   Result
	rendered *rendered
	journal  journal // no events: nothing is to be done
	contents [][]byte
}

func (f *Folder) plan(ctx context.Context, d *Document, o AddOptions) (*plan, error) {
	looks, err := f.scan(ctx)
	if err != nil {
		return nil, err
	}
	old, err := f.find(looks, d, o)
	if err != nil {
		return nil, err
	}
	given := o.Fields
	var before past
	id := ""
	if old != nil {
		id = idOf(old.path)
		if p := f.history.texts[id]; p != nil {
			before = *p
			given = given.over(p.given)
		}
	}
	full := *d
	full.Fields = given.over(d.Fields)
	out, err := render(&full)
	if err != nil {
		return nil, err
	}
	hash := hashOf([]byte(out.body))
	p := &plan{rendered: out, contents: [][]byte{[]byte(out.body)}}
	p.result = Result{Outcome: New, Hash: hash, Title: out.text.Title, Notes: append(slices.Clone(d.Notes), f.clock()...)}
	// What came from the web is known by its own address, and can be fetched
	// again. A file is known by its name, whatever page it is said to be.
	source := d.Source
	if pageKey(source) != "" && d.URL != "" {
		source = d.URL
	}
	e := event{What: Stored, Hash: hash, Source: source, Given: &given}
	start := len(out.body)
	if _, at, _, bad := corpus.Head("text"+out.ext, out.body); bad == nil {
		start = at
	}
	p.result.Copies = f.copies(looks, sketchOf(out.body[start:]), id)
	e.Copies = p.result.Copies

	if old == nil {
		if o.Automatic && (f.history.removed[pageKey(source)] || f.history.removed[pageKey(full.URL)]) {
			p.result.Outcome = Skipped
			return p, nil
		}
		id = f.nameOf(looks, source, nameFor(full.Title, d.Source))
		e.Path = id + out.ext
		p.result.ID, p.result.Path = id, e.Path
		p.journal = journal{Ops: []op{{Path: e.Path, To: hash}}, Events: []event{e}}
		return p, nil
	}

	e.Path = id + out.ext
	p.result.ID, p.result.Path, p.result.Previous = id, old.path, old.hash
	edited := before.stored == "" || before.stored != old.hash
	switch {
	case old.hash == hash, before.offered == hash && !o.Force && (before.stored != "" || o.Automatic): // it was told
		p.result.Outcome = Same
		return p, nil
	case edited && !o.Force:
		p.result.Outcome = Held
		p.result.Notes = append(p.result.Notes, fmt.Sprintf("%s was edited by hand: it stays as it is, and the new version is kept as %s", old.path, hash[:12]))
		e.What, e.Path = Offered, old.path
		p.journal = journal{Events: []event{e}}
		return p, nil
	}
	p.result.Outcome, p.result.Path = Updated, e.Path
	b, err := f.current(old.path)
	if err != nil {
		return nil, err
	}
	p.contents = append(p.contents, b)
	p.journal = journal{Ops: []op{{Path: e.Path, From: old.hash, To: hash}}, Events: []event{e}}
	if edited {
		p.journal.Events = []event{{What: Edited, Path: old.path, Hash: old.hash}, e}
	}
	if e.Path != old.path { // it became plain text, or Markdown
		p.journal.Ops = []op{{Path: e.Path, To: hash}, {Path: old.path, From: old.hash}}
	}
	return p, nil
}

// find returns the text that a document is a version of, nil when it is none.
func (f *Folder) find(looks []*look, d *Document, o AddOptions) (*look, error) {
	if o.ID != "" {
		for _, l := range looks {
			if idOf(l.path) == o.ID {
				return l, nil
			}
		}
		return nil, noSuchText(o.ID)
	}
	address := o.URL
	if address == "" {
		address = d.URL
	}
	key := pageKey(address)
	if key != "" {
		for _, l := range looks {
			if l.key == key {
				return l, nil
			}
		}
		// Its address may have been taken out by hand.
		for _, l := range looks {
			if p := f.history.texts[idOf(l.path)]; p != nil && p.stored != "" && pageKey(p.source) == key {
				return l, nil
			}
		}
	}
	// The same words are the same text, unless two addresses give them: then
	// they are two sources.
	full := *d
	full.Fields = o.Fields.over(d.Fields)
	out, err := render(&full)
	if err != nil {
		return nil, err
	}
	body := lookAt("text"+out.ext, []byte(out.body)).body
	for _, l := range looks {
		if l.body == body && l.body != "" && (key == "" || l.key == "") {
			return l, nil
		}
	}
	return nil, nil
}

// nameOf returns the id for a new text: that which it had before it was
// removed, or else a new one.
func (f *Folder) nameOf(looks []*look, source, name string) string {
	there := make(map[string]bool)
	for _, l := range looks {
		there[strings.ToLower(idOf(l.path))] = true // some file systems do not tell capitals apart
	}
	known := make(map[string]bool)
	for id, p := range f.history.texts {
		if key := pageKey(source); key != "" && pageKey(p.source) == key && p.stored == "" && !there[strings.ToLower(id)] {
			return id
		}
		known[strings.ToLower(id)] = true
	}
	return unique(name, func(s string) bool { return there[s] || known[s] })
}

// copies returns the texts that the sketch is nearly a copy of, the nearest
// first.
func (f *Folder) copies(looks []*look, s sketch, but string) []Copy {
	var out []Copy
	for _, l := range looks {
		if share := s.share(l.sketch); share >= copyShare && idOf(l.path) != but {
			out = append(out, Copy{idOf(l.path), float64(int(share*100)) / 100})
		}
	}
	slices.SortStableFunc(out, func(a, b Copy) int {
		switch {
		case a.Share > b.Share:
			return -1
		case a.Share < b.Share:
			return 1
		}
		return 0
	})
	return out
}

// slack is how far a clock may go back unnoticed: clocks are set to the right
// time now and then.
const slack = time.Minute

// clock says so when the clock has gone back. Versions have the order in which
// they came, whatever the clock says.
func (f *Folder) clock() []string {
	if now := f.now(); f.history.last.After(now.Add(slack)) {
		return []string{fmt.Sprintf("the clock of this machine says %s, but the last change was at %s: set the clock, the times of versions are wrong",
			now.UTC().Format(time.RFC3339), f.history.last.UTC().Format(time.RFC3339))}
	}
	return nil
}
