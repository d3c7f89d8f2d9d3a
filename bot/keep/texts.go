package keep

import (
	"cmp"
	"context"
	"errors"
	"io"
	"sync"

	"rapporteur/bot"
	"rapporteur/bot/operate"
	"rapporteur/corpus"
	"rapporteur/corpus/ingest"
	"rapporteur/index"
)

// Submit stores a text in the folder, like Add, with all that a person says of
// it. Errors are those of package ingest.
func (k *Keeper) Submit(ctx context.Context, s operate.Submission, o ingest.AddOptions) (ingest.Result, error) {
	if k.folder == nil {
		return ingest.Result{}, bundled()
	}
	defer k.changes.Add(1)
	if s.File == nil {
		return k.c.Ingester.AddURL(ctx, s.URL, o)
	}
	f := ingest.File{Name: s.File.Name, Type: s.File.Type}
	if s.File.Size <= corpus.MaxSize { // a larger one is refused by its name and size alone
		in, err := s.File.Open(ctx)
		if err != nil {
			return ingest.Result{}, unreachable(ctx, s.File.Name, err)
		}
		defer in.Close()
		if f.Body, err = io.ReadAll(io.LimitReader(in, corpus.MaxSize+1)); err != nil {
			return ingest.Result{}, unreachable(ctx, s.File.Name, err)
		}
	} else {
		return ingest.Result{}, &ingest.Error{Name: s.File.Name, Code: ingest.TooLarge, Say: "it is larger than 20 MB: split it into several"}
	}
	return k.c.Ingester.AddFile(ctx, f, o)
}

func unreachable(ctx context.Context, name string, err error) error {
	if ctx.Err() != nil {
		return ctx.Err()
	}
	return &ingest.Error{Name: name, Code: ingest.Unreachable, Say: "the file could not be fetched: send it again", Err: err}
}

// Add implements operate.Keeper.
func (k *Keeper) Add(ctx context.Context, s operate.Submission) (operate.Addition, error) {
	r, err := k.Submit(ctx, s, ingest.AddOptions{})
	if err != nil {
		return operate.Addition{}, explain(err)
	}
	a := operate.Addition{ID: r.ID, Title: r.Title, Outcome: outcomes[r.Outcome], Notes: r.Notes}
	for _, c := range r.Copies {
		a.Copies = append(a.Copies, c.ID)
	}
	return a, nil
}

// outcomes are those of a document that a person named: the others are for feeds.
var outcomes = map[ingest.Outcome]operate.Outcome{
	ingest.New: operate.AddedNew, ingest.Updated: operate.AddedVersion, ingest.Same: operate.AddedNothing, ingest.Held: operate.AddedHeld,
}

// Take takes a text out of the folder and out of all answers, like Remove. It
// returns the hash of the version that is kept, too. Errors are those of package
// ingest.
func (k *Keeper) Take(ctx context.Context, id string) (title, hash string, err error) {
	if k.folder == nil {
		return "", "", bundled()
	}
	defer k.changes.Add(1)
	title = k.titleOf(id)
	hash, err = k.removals.remove(ctx, id, k.folder, k.c.Index)
	return title, hash, err
}

// Remove implements operate.Keeper.
func (k *Keeper) Remove(ctx context.Context, id string) (string, error) {
	title, _, err := k.Take(ctx, id)
	if err != nil {
		return "", explain(err)
	}
	return title, nil
}

// Purge deletes a text with all of its versions, and makes the index anew without
// it: nothing of what it says is left in the folder or beside the index. It takes
// as long as to index all texts. It returns how many versions there were. Errors
// are those of package ingest and of Reindex.
func (k *Keeper) Purge(ctx context.Context, id string, tell func(operate.Progress)) (versions int, err error) {
	if _, _, err = k.Take(ctx, id); err != nil && ingest.CodeOf(err) != ingest.NoSuchText {
		return 0, err
	}
	if versions, err = k.folder.Purge(ctx, id); err != nil {
		return 0, err
	}
	k.changes.Add(1)
	for {
		var w *job
		r, err := k.start(true, func(ctx context.Context, own *job) (operate.Changes, error) { return k.forget(ctx, own) })
		var busy *bot.UserError
		if errors.As(err, &busy) && busy.Message == "corpus_busy" { // wait for it
			k.mu.Lock()
			w = k.work
			k.mu.Unlock()
		} else if err != nil {
			return versions, err
		} else if !r.Joined {
			_, err := r.Wait(ctx, tell)
			return versions, err
		} else {
			w = r.work
		}
		if w == nil {
			continue
		}
		select {
		case <-w.done:
		case <-ctx.Done():
			return versions, ctx.Err()
		}
	}
}

// forget makes the index anew, and deletes what is kept of the texts as they were.
func (k *Keeper) forget(ctx context.Context, w *job) (operate.Changes, error) {
	w.forget = true
	changes, err := k.reindex(ctx, true, w)
	if err != nil {
		return changes, err
	}
	return changes, k.c.Index.Forget()
}

// titleOf returns the title of a text of the folder, its id if it has none.
func (k *Keeper) titleOf(id string) string {
	if c := k.c.Index.Indexed(); c != nil {
		if t, ok := c.Text(id); ok {
			return t.Title
		}
	}
	if b, err := k.folder.Read(id, ""); err == nil { // not indexed yet
		if t, _, _, bad := corpus.Head(id+".md", string(b)); bad == nil {
			return cmp.Or(t.Title, id)
		}
	}
	return id
}

// Fetch fetches the feeds, and again what came from the web; see
// ingest.Ingester.Refresh. Two of them wait for each other.
func (k *Keeper) Fetch(ctx context.Context, feeds []string, report func(ingest.Report)) error {
	if k.folder == nil {
		return bundled()
	}
	select {
	case k.fetching <- struct{}{}:
		defer func() { <-k.fetching }()
	case <-ctx.Done():
		return ctx.Err()
	}
	return k.c.Ingester.Refresh(ctx, feeds, report)
}

// removals know the texts that were taken out of the answers before an index
// without them was made.
type removals struct {
	mu    sync.Mutex
	count int
	taken map[string]int // by id: which removal it was
}

func (r *removals) made() int {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.count
}

func (r *removals) remove(ctx context.Context, id string, f *ingest.Folder, x *index.Index) (hash string, err error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if hash, err = f.Remove(ctx, id); err != nil {
		return "", err
	}
	r.count++
	if r.taken == nil {
		r.taken = make(map[string]int)
	}
	r.taken[id] = r.count
	x.Withdraw(id)
	return hash, nil
}

// settle brings back into the answers what had been removed before the folder was
// loaded and was in it again by then.
func (r *removals) settle(l loaded, x *index.Index) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for id, n := range r.taken {
		if n > l.removals {
			continue
		}
		if _, there := l.Text(id); there {
			x.Readmit(id)
		}
		delete(r.taken, id)
	}
}
