package bottest

import (
	"bytes"
	"context"
	"io"
	"maps"
	"path"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/fstest"
	"time"

	"rapporteur/bot"
	"rapporteur/bot/ask"
	"rapporteur/bot/operate"
	"rapporteur/corpus"
	"rapporteur/index"
)

// Keeper is a operate.Keeper whose folder is in memory, and the ask.Searcher and
// bot.Library of what it has indexed. It does what a real one does, at once and
// without a disk: files are texts under their own names, and what an address
// gives is made up.
type Keeper struct {
	t testing.TB

	mu     sync.Mutex
	pages  map[string]string // by address
	folder fstest.MapFS
	now    *edition
	before []*edition
	under  *renewal
	held   *Held
	first  func(method string) error
}

var (
	_ operate.Keeper = (*Keeper)(nil)
	_ ask.Searcher   = (*Keeper)(nil)
	_ bot.Library    = (*Keeper)(nil)
)

// edition is a folder as it was indexed.
type edition struct {
	files fstest.MapFS
	index *index.Index
}

// NewKeeper returns a keeper of the files, which are indexed.
func NewKeeper(t testing.TB, files fstest.MapFS) *Keeper {
	t.Helper()
	k := &Keeper{t: t, pages: make(map[string]string), folder: maps.Clone(files)}
	e, refused, err := k.open(context.Background(), k.folder)
	if err != nil || len(refused) > 0 {
		t.Fatalf("corpus: %v, %v", refused, err)
	}
	k.now = e
	return k
}

// Keeping is a change for NewBot: the bot's texts are kept, for the operators.
func (k *Keeper) Keeping(operators ...string) func(*Config) {
	return func(c *Config) {
		c.Keeper, c.Searcher, c.Library = k, k, k
		c.Admins = append(c.Admins, operators...)
	}
}

// Page says what an address gives.
func (k *Keeper) Page(address, content string) {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.pages[address] = content
}

// Write puts a file into the folder, as somebody would by hand.
func (k *Keeper) Write(name, content string) {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.folder[name] = &fstest.MapFile{Data: []byte(content)}
}

// First says what every method does first, by its name: with an error it does
// nothing else, and it may panic. Nil does nothing.
func (k *Keeper) First(f func(method string) error) {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.first = f
}

// Held is a reindexing that a test holds up.
type Held struct {
	Entered <-chan struct{} // is closed once it is under way
	enter   func()
	steps   chan operate.Progress
	release chan struct{}
	once    sync.Once
}

// Step lets it say how far it is.
func (h *Held) Step(p operate.Progress) { h.steps <- p }

// Release lets it go on. It may be called more than once.
func (h *Held) Release() { h.once.Do(func() { close(h.release) }) }

// Hold holds up the reindexing that begins next.
func (k *Keeper) Hold() *Held {
	entered := make(chan struct{})
	h := &Held{Entered: entered, enter: sync.OnceFunc(func() { close(entered) }), steps: make(chan operate.Progress), release: make(chan struct{})}
	k.mu.Lock()
	defer k.mu.Unlock()
	k.held = h
	k.t.Cleanup(h.Release)
	return h
}

func (k *Keeper) begin(method string) error {
	k.mu.Lock()
	f := k.first
	k.mu.Unlock()
	if f == nil {
		return nil
	}
	return f(method)
}

// Corpus implements bot.Library.
func (k *Keeper) Corpus() *corpus.Corpus { return k.searched().index.Corpus() }

// Search implements ask.Searcher.
func (k *Keeper) Search(ctx context.Context, q index.Query) (index.Result, error) {
	return k.searched().index.Search(ctx, q)
}

func (k *Keeper) searched() *edition {
	k.mu.Lock()
	defer k.mu.Unlock()
	return k.now
}

// Answers reports whether a text is among those that are searched.
func (k *Keeper) Answers(id string) bool {
	_, ok := k.Corpus().Text(id)
	return ok
}

// open indexes files.
func (k *Keeper) open(ctx context.Context, files fstest.MapFS) (*edition, []operate.Refusal, error) {
	c, problems, err := corpus.Load(ctx, files, corpus.Aliases{})
	if err != nil {
		return nil, nil, err
	}
	var refused []operate.Refusal
	for _, p := range problems {
		if !p.Loaded {
			refused = append(refused, operate.Refusal{Path: p.Path, Line: p.Line, Why: p.Err.Error()})
		}
	}
	x, err := index.Open(ctx, c, index.Options{})
	if err != nil {
		return nil, nil, err
	}
	k.t.Cleanup(func() { x.Close() })
	return &edition{maps.Clone(files), x}, refused, nil
}

// Add implements operate.Keeper.
func (k *Keeper) Add(ctx context.Context, s operate.Submission) (operate.Addition, error) {
	if err := k.begin("Add"); err != nil {
		return operate.Addition{}, err
	}
	name, content := path.Base(s.URL)+".md", ""
	if s.File != nil {
		r, err := s.File.Open(ctx)
		if err != nil {
			return operate.Addition{}, err
		}
		defer r.Close()
		b, err := io.ReadAll(r)
		if err != nil {
			return operate.Addition{}, err
		}
		name, content = path.Base(s.File.Name), string(b)
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	if s.File == nil {
		content = k.pages[s.URL]
	}
	one, problems, err := corpus.Load(ctx, fstest.MapFS{name: {Data: []byte(content)}}, corpus.Aliases{})
	if err != nil {
		return operate.Addition{}, err
	}
	if len(one.Texts()) != 1 {
		return operate.Addition{}, problems[0]
	}
	text := one.Texts()[0]
	a := operate.Addition{ID: text.ID, Title: text.Title, Outcome: operate.AddedNew}
	switch old, ok := k.folder[name]; {
	case ok && string(old.Data) == content:
		a.Outcome = operate.AddedNothing
	case ok:
		a.Outcome = operate.AddedVersion
	}
	k.folder[name] = &fstest.MapFile{Data: []byte(content)}
	return a, nil
}

// Remove implements operate.Keeper.
func (k *Keeper) Remove(ctx context.Context, id string) (string, error) {
	if err := k.begin("Remove"); err != nil {
		return "", err
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	title := ""
	for name := range k.folder {
		if strings.TrimSuffix(name, path.Ext(name)) == id {
			title = id
			delete(k.folder, name)
		}
	}
	t, ok := k.now.index.Corpus().Text(id)
	if ok {
		title = t.Title
	}
	if title == "" {
		return "", &bot.UserError{Message: "no_such_source", Data: map[string]any{"ID": id}}
	}
	left := maps.Clone(k.now.files)
	maps.DeleteFunc(left, func(name string, _ *fstest.MapFile) bool { return strings.TrimSuffix(name, path.Ext(name)) == id })
	e, _, err := k.open(ctx, left)
	if err != nil {
		return "", err
	}
	k.now = e
	return title, nil
}

// renewal is a reindexing that is under way.
type renewal struct {
	ctx    context.Context
	cancel context.CancelFunc
	done   chan struct{}
	tells  []func(operate.Progress)
	what   operate.Changes
	err    error
}

// Reindex implements operate.Keeper.
func (k *Keeper) Reindex(ctx context.Context, _ bool, tell func(operate.Progress)) (operate.Changes, error) {
	if err := k.begin("Reindex"); err != nil {
		return operate.Changes{}, err
	}
	k.mu.Lock()
	u := k.under
	joined := u != nil
	if joined {
		u.tells = append(u.tells, tell)
		k.mu.Unlock()
		tell(operate.Progress{})
	} else {
		own, cancel := context.WithCancel(context.Background())
		u = &renewal{ctx: own, cancel: cancel, done: make(chan struct{}), tells: []func(operate.Progress){tell}}
		k.under = u
		go k.renew(u, maps.Clone(k.folder), k.held)
		k.held = nil
		k.mu.Unlock()
	}
	select {
	case <-ctx.Done():
		return operate.Changes{}, ctx.Err()
	case <-u.done:
		ch := u.what
		ch.Joined = joined
		return ch, u.err
	}
}

func (k *Keeper) renew(u *renewal, files fstest.MapFS, h *Held) {
	defer close(u.done)
	defer u.cancel()
	began := time.Now()
	tell := func(p operate.Progress) {
		k.mu.Lock()
		tells := slices.Clone(u.tells)
		k.mu.Unlock()
		for _, t := range tells {
			t(p)
		}
	}
	if h != nil {
		h.enter()
		for waits := true; waits; {
			select {
			case p := <-h.steps:
				tell(p)
			case <-h.release:
				waits = false
			case <-u.ctx.Done():
				waits = false
			}
		}
	}
	tell(operate.Progress{Total: len(files), Began: began})
	e, refused, err := k.open(u.ctx, files)
	k.mu.Lock()
	defer k.mu.Unlock()
	k.under = nil
	if u.err = context.Cause(u.ctx); u.err == nil {
		u.err = err
	}
	if u.err != nil {
		return
	}
	u.what = difference(k.now.files, e)
	u.what.Refused, u.what.Took = refused, time.Since(began)
	if len(u.what.Added)+len(u.what.Changed)+len(u.what.Withdrawn) > 0 {
		k.before = append(k.before, k.now)
	}
	k.now = e
}

// difference compares what is searched with what was.
func difference(before fstest.MapFS, e *edition) operate.Changes {
	ch := operate.Changes{Texts: len(e.index.Corpus().Texts())}
	id := func(name string) string { return strings.TrimSuffix(name, path.Ext(name)) }
	for name, f := range e.files {
		_, is := e.index.Corpus().Text(id(name))
		switch old, was := before[name]; {
		case !is:
		case !was:
			ch.Added = append(ch.Added, id(name))
		case !bytes.Equal(old.Data, f.Data):
			ch.Changed = append(ch.Changed, id(name))
		}
	}
	for name := range before {
		if _, is := e.files[name]; !is {
			ch.Withdrawn = append(ch.Withdrawn, id(name))
		}
	}
	slices.Sort(ch.Added)
	slices.Sort(ch.Changed)
	slices.Sort(ch.Withdrawn)
	return ch
}

// Rollback implements operate.Keeper.
func (k *Keeper) Rollback(_ context.Context, _ func(operate.Progress)) (operate.Changes, error) {
	if err := k.begin("Rollback"); err != nil {
		return operate.Changes{}, err
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	if len(k.before) == 0 {
		return operate.Changes{}, operate.ErrNothingBefore
	}
	e := k.before[len(k.before)-1]
	k.before = k.before[:len(k.before)-1]
	ch := difference(k.now.files, e)
	k.now, k.folder = e, maps.Clone(e.files)
	return ch, nil
}

// Cancel implements operate.Keeper.
func (k *Keeper) Cancel() bool {
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.under == nil {
		return false
	}
	k.under.cancel()
	return true
}
