// Package ingest turns what is found on the web or lies in a file into a source
// text of a corpus folder, and takes care of the folder: nothing that was ever
// in it is lost.
//
// A Reader makes a Document of HTML, PDF, DOCX, Markdown or plain text; a
// Fetcher gets it from the web without being led into a private network; a
// Folder stores it as a file that people can edit. An Ingester is the three
// together.
package ingest

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"io/fs"
	"maps"
	"os"
	"slices"
	"time"
)

// Ingester adds documents to a folder from wherever they are. It is safe for
// concurrent use.
type Ingester struct {
	Folder  *Folder
	Fetcher *Fetcher
	Reader  *Reader
}

// AddURL fetches a page or file of the web and adds it.
func (g *Ingester) AddURL(ctx context.Context, address string, o AddOptions) (Result, error) {
	d, _, err := g.fetch(ctx, address, Validators{})
	if err != nil {
		return Result{}, err
	}
	return g.Folder.Add(ctx, d, o)
}

// AddFile adds a file that was uploaded or read.
func (g *Ingester) AddFile(ctx context.Context, f File, o AddOptions) (Result, error) {
	d, err := g.Reader.Read(ctx, f)
	if err != nil {
		return Result{}, err
	}
	return g.Folder.Add(ctx, d, o)
}

// Fetch returns the document at an address, without adding it.
func (g *Ingester) Fetch(ctx context.Context, address string) (*Document, error) {
	d, _, err := g.fetch(ctx, address, Validators{})
	return d, err
}

// fetch returns the document at an address, nil when it is what it was when the
// validators were given.
func (g *Ingester) fetch(ctx context.Context, address string, v Validators) (*Document, Validators, error) {
	p, err := g.Fetcher.Get(ctx, address, v)
	if err != nil || p.NotModified {
		return nil, v, err
	}
	d, err := g.Reader.Read(ctx, p.File)
	return d, p.Validators, err
}

// Report is what came of one address.
type Report struct {
	Address string
	Feed    string // the feed that lists it; "" for a text that is there
	Result  Result // the zero Result when Err is set
	Err     error  // an *Error, or that the context ended
}

// Refresh fetches the feeds and what is new in them, and again the texts of the
// folder that came from the web and are not in a feed. It asks only for what has
// changed. What goes wrong with one of them is reported and stops none of the
// others; the error is for the folder, or an ended context.
func (g *Ingester) Refresh(ctx context.Context, feeds []string, report func(Report)) error {
	m, err := g.Folder.readFetched()
	if err != nil {
		return err
	}
	g.Fetcher.stayAway(m.Busy)
	done := make(map[string]bool)
	failed := g.refresh(ctx, feeds, m, done, report)
	m.Busy = g.Fetcher.busyUntil()
	if failed == nil {
		m.forget(done, feeds)
	}
	return errors.Join(failed, g.Folder.writeFetched(context.WithoutCancel(ctx), m))
}

func (g *Ingester) refresh(ctx context.Context, feeds []string, m *fetched, done map[string]bool, report func(Report)) error {
	for _, address := range feeds {
		if ctx.Err() != nil {
			return ctx.Err()
		}
		items, err := g.feed(ctx, address, m)
		if err != nil {
			report(Report{Address: shown(address), Feed: shown(address), Err: err})
			continue
		}
		for _, item := range items {
			if key := m.key(item.URL); !done[key] {
				done[key] = true
				if err := g.again(ctx, item.URL, shown(address), item, m, report); err != nil {
					return err
				}
				done[m.key(item.URL)] = true // as it turned out
			}
		}
	}
	entries, err := g.Folder.List(ctx)
	if err != nil {
		return err
	}
	for _, e := range entries {
		if key := pageKey(e.Source); key != "" && !done[key] {
			done[key] = true
			if err := g.again(ctx, e.Source, "", FeedItem{}, m, report); err != nil {
				return err
			}
		}
	}
	return nil
}

// feed returns what a feed lists; of one that has not changed, what it listed
// before.
func (g *Ingester) feed(ctx context.Context, address string, m *fetched) ([]FeedItem, error) {
	p, err := g.Fetcher.Get(ctx, address, m.Pages[address].Validators)
	if err != nil {
		return nil, err
	}
	if p.NotModified {
		return m.Pages[address].Items, nil
	}
	f, err := readFeed(p.File)
	if err != nil {
		return nil, err
	}
	m.Pages[address] = visit{Validators: p.Validators, Items: f.Items}
	return f.Items, nil
}

// again fetches a page that was fetched before, or that a feed lists. The error
// is for an ended context or the folder.
func (g *Ingester) again(ctx context.Context, address, feed string, item FeedItem, m *fetched, report func(Report)) error {
	r := Report{Address: shown(address), Feed: feed}
	offered, removed, err := g.Folder.knows(ctx, m.key(address))
	switch {
	case err != nil:
		return err
	case removed:
		r.Result.Outcome = Skipped
		report(r)
		return nil
	case offered == "" || offered != m.Pages[address].Hash:
		delete(m.Pages, address) // what was fetched then is not what is here
	}
	d, v, err := g.fetch(ctx, address, m.Pages[address].Validators)
	switch {
	case err != nil:
		r.Err = err
	case d == nil:
		r.Result.Outcome = Unmodified
	default:
		if d.Title == "" {
			d.Title = item.Title
		}
		if d.Published.IsZero() {
			d.Published = item.Published
		}
		if r.Result, r.Err = g.Folder.Add(ctx, d, AddOptions{Automatic: true}); r.Err == nil {
			m.Pages[address] = visit{Validators: v, Key: pageKey(d.URL), Hash: r.Result.Hash}
		}
	}
	if ctx.Err() != nil {
		return ctx.Err()
	}
	report(r)
	switch CodeOf(r.Err) {
	case NoRoom, ReadOnly, Gone, Broken, Locked: // it would go wrong with all others, too
		return r.Err
	}
	return nil
}

// fetched is what web servers said. To lose it costs time, nothing else.
type fetched struct {
	Pages map[string]visit     `json:"pages"` // by address
	Busy  map[string]time.Time `json:"busy"`  // by site: not to be asked before
}

type visit struct {
	Validators
	Key   string     `json:"key,omitempty"`   // of the page that the address led to
	Hash  string     `json:"hash,omitempty"`  // of the text that came of it
	Items []FeedItem `json:"items,omitempty"` // of a feed
}

// key returns the key of the page that an address leads to, as far as known.
func (m *fetched) key(address string) string {
	return cmp.Or(m.Pages[address].Key, pageKey(address))
}

// forget drops the pages that are in no feed and no text any more.
func (m *fetched) forget(done map[string]bool, feeds []string) {
	for address := range m.Pages {
		if !done[m.key(address)] && !slices.Contains(feeds, address) {
			delete(m.Pages, address)
		}
	}
}

func (f *Folder) readFetched() (*fetched, error) {
	m := &fetched{Pages: make(map[string]visit), Busy: make(map[string]time.Time)}
	b, err := os.ReadFile(f.own(fetchedFile))
	switch {
	case errors.Is(err, fs.ErrNotExist):
	case err != nil:
		return nil, explain(f.dir, err)
	case json.Unmarshal(b, m) != nil || m.Pages == nil:
		m.Pages = make(map[string]visit) // everything is fetched anew
	}
	return m, nil
}

func (f *Folder) writeFetched(ctx context.Context, m *fetched) error {
	b, err := json.Marshal(m)
	if err != nil {
		return err
	}
	return f.change(ctx, func() error { return f.write(f.own(fetchedFile), b) })
}

// knows returns the hash of the version of a page's text that came last, "" when
// the folder has no such text, and whether a person removed it.
func (f *Folder) knows(ctx context.Context, key string) (offered string, removed bool, err error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if err := f.refresh(); err != nil {
		return "", false, err
	}
	looks, err := f.scan(ctx)
	if err != nil {
		return "", false, explain(f.dir, err)
	}
	for _, l := range looks {
		p := f.history.texts[idOf(l.path)]
		switch {
		case p != nil && (l.key == key || p.stored != "" && pageKey(p.source) == key):
			return p.offered, false, nil
		case l.key == key:
			return "", false, nil // made by hand, and nothing has come from the web
		}
	}
	return "", f.history.removed[key], nil
}

// stayAway tells the fetcher what sites said to another process.
func (f *Fetcher) stayAway(busy map[string]time.Time) {
	f.mu.Lock()
	defer f.mu.Unlock()
	for _, key := range slices.Sorted(maps.Keys(busy)) {
		if f.sites[key] == nil {
			s := newSite()
			s.busy = busy[key]
			f.sites[key] = s
		}
	}
}
