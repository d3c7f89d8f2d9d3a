package keep

import (
	"context"
	"errors"
	"sync"

	"rapporteur/bot"
	"rapporteur/bot/operate"
)

// job is a reindexing or a rollback, which any number of people wait for.
type job struct {
	rollback bool
	forget   bool // leaves nothing of texts as they were before
	opening  bool // notes the state there is, and changes nothing: nobody joins it
	cancel   context.CancelFunc
	seen     int64         // which of the keeper's changes it has seen, once it is done
	done     chan struct{} // closed when what follows is set
	changes  operate.Changes
	err      error

	mu       sync.Mutex
	progress operate.Progress
	further  chan struct{} // closed when there is more progress
}

// begin starts work. What comes of it is told by its fields; when it ends it is
// no longer that of the keeper.
func (k *Keeper) begin(do func(context.Context, *job) (operate.Changes, error)) *job {
	ctx, cancel := context.WithCancel(k.ctx)
	w := &job{cancel: cancel, done: make(chan struct{}), further: make(chan struct{})}
	w.progress.Began = k.c.Now()
	k.works.Go(func() {
		defer cancel()
		w.changes, w.err = do(ctx, w)
		if w.err != nil && ctx.Err() != nil {
			w.err = &bot.UserError{Message: "reindex_cancelled", Err: errors.Join(context.Canceled, w.err)}
		}
		w.err = explain(w.err)
		k.mu.Lock()
		if k.work == w {
			k.work = nil
		}
		k.mu.Unlock()
		close(w.done)
	})
	return w
}

// phase begins something whose progress is told by the function that it returns.
func (k *Keeper) phase(w *job, p operate.Phase) func(done, total int) {
	began := k.c.Now()
	set := func(done, total int) {
		w.mu.Lock()
		defer w.mu.Unlock()
		w.progress = operate.Progress{Phase: p, Done: done, Total: total, Began: began}
		close(w.further)
		w.further = make(chan struct{})
	}
	set(0, 0)
	return set
}

func (w *job) now() (operate.Progress, <-chan struct{}) {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.progress, w.further
}

// Run is a reindexing or rollback as one caller sees it.
type Run struct {
	keeper *Keeper
	work   *job
	Joined bool  // somebody else had begun it
	since  int64 // the last of the keeper's changes before it was asked for
}

// Wait waits until it has ended, or ctx has, which ends only the waiting. Tell,
// if set, hears how far it is; who is slow to listen misses all but the latest. If
// it had read the folder before all was in it that was when the caller joined, the
// folder is read once more.
func (r Run) Wait(ctx context.Context, tell func(operate.Progress)) (operate.Changes, error) {
	for {
		progress, further := r.work.now()
		if tell != nil {
			tell(progress)
		}
		select {
		case <-further:
			continue
		case <-ctx.Done():
			select {
			case <-r.work.done:
			default:
				return operate.Changes{}, ctx.Err()
			}
		case <-r.work.done:
		}
		if r.work.err != nil {
			return operate.Changes{}, r.work.err
		}
		if r.Joined && !r.work.rollback && r.work.seen < r.since {
			again, err := r.keeper.Begin(false)
			if err != nil {
				return operate.Changes{}, err
			}
			return again.Wait(ctx, tell)
		}
		changes := r.work.changes
		changes.Joined = r.Joined
		return changes, nil
	}
}

// Cancel ends it, whoever waits for it; all is then as it was. What has ended
// stays as it is.
func (r Run) Cancel() { r.work.cancel() }

// Begin begins a reindexing, or joins the one that is under way, or the rollback.
func (k *Keeper) Begin(full bool) (Run, error) {
	return k.start(false, func(ctx context.Context, w *job) (operate.Changes, error) { return k.reindex(ctx, full, w) })
}

// BeginRollback begins a rollback, or joins the one that is under way.
func (k *Keeper) BeginRollback() (Run, error) { return k.start(true, k.rollback) }

func (k *Keeper) start(rollback bool, do func(context.Context, *job) (operate.Changes, error)) (Run, error) {
	if k.folder == nil {
		return Run{}, bundled()
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	var opening *job
	switch w := k.work; {
	case k.closed:
		return Run{}, &bot.UserError{Message: "reindex_cancelled", Err: context.Canceled}
	case w != nil && w.opening:
		opening = w
	case w != nil && rollback && !w.rollback:
		return Run{}, &bot.UserError{Message: "corpus_busy"}
	case w != nil:
		return Run{keeper: k, work: w, Joined: true, since: k.changes.Load()}, nil
	}
	k.work = k.begin(func(ctx context.Context, w *job) (operate.Changes, error) {
		if opening != nil {
			select {
			case <-opening.done:
			case <-ctx.Done():
				return operate.Changes{}, ctx.Err()
			}
		}
		return do(ctx, w)
	})
	k.work.rollback = rollback
	return Run{keeper: k, work: k.work}, nil
}

// Reindex implements operate.Keeper.
func (k *Keeper) Reindex(ctx context.Context, full bool, tell func(operate.Progress)) (operate.Changes, error) {
	r, err := k.Begin(full)
	if err != nil {
		return operate.Changes{}, err
	}
	return r.Wait(ctx, tell)
}

// Rollback implements operate.Keeper.
func (k *Keeper) Rollback(ctx context.Context, tell func(operate.Progress)) (operate.Changes, error) {
	r, err := k.BeginRollback()
	if err != nil {
		return operate.Changes{}, err
	}
	return r.Wait(ctx, tell)
}

// Cancel implements operate.Keeper.
func (k *Keeper) Cancel() bool {
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.work == nil || k.work.opening {
		return false
	}
	k.work.cancel()
	return true
}
