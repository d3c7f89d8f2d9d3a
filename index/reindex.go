package index

import (
	"context"
	"errors"
	"path/filepath"
	"time"

	"rapporteur/corpus"
)

// ReindexOptions say how to reindex. The zero value makes the new index out of
// what has changed.
type ReindexOptions struct {
	// Full indexes every text anew, whatever there is.
	Full bool
	// Progress, if set, hears how many of how many passages are done, ten times
	// a second at most; otherwise that of Options does.
	Progress corpus.Progress
	// Probes are asked of the new index before it is searched. A lead that is
	// less sure than Threshold counts as no answer.
	Probes    []Probe
	Threshold float64
	// Accept, if set, is shown the report before the new index is searched. If it
	// returns an error, all stays as it was and Reindex returns that error.
	Accept func(Report) error
}

// Report says what came of opening an index or reindexing.
type Report struct {
	Stats
	// The ids of texts, compared with the corpus that was searched before, or
	// with the newest index on disk; sorted.
	Added, Changed, Withdrawn []string

	Full    bool // nothing of another index was used
	Indexed int  // passages that were analysed and written; of texts that were added, or whose part was worn
	Counted int  // passages of texts that are no more, analysed to forget them

	Changes []ProbeChange // probes that are not answered as before
}

// tell says what came of a generation, and what is other than before.
func (r *Report) tell(g *generation, before []named) {
	r.Stats, r.Full, r.Indexed, r.Counted = g.stats, g.work.Full, g.work.Indexed, g.work.Counted
	r.Added, r.Changed, r.Withdrawn = difference(before, textsOf(g.corpus))
}

// Reindex makes c the corpus that is searched. Searches go on meanwhile in the
// corpus there was; each sees wholly one or wholly the other. If a finished
// generation of c is kept, nothing is built. When ctx ends, Reindex returns at
// once and all is as it was; what is half built is removed a little later, and
// another Reindex waits for that.
func (x *Index) Reindex(ctx context.Context, c *corpus.Corpus, o ReindexOptions) (Report, error) {
	select {
	case x.building <- struct{}{}:
	case <-ctx.Done():
		return Report{}, ctx.Err()
	}
	type result struct {
		g   *generation
		r   Report
		err error
	}
	done := make(chan result, 1)
	go func() {
		var r result
		r.g, r.r, r.err = x.prepare(ctx, c, o)
		done <- r
	}()
	select {
	case r := <-done:
		defer func() { <-x.building }()
		if r.err != nil {
			return Report{}, r.err
		}
		return r.r, x.swap(r.g)
	case <-ctx.Done():
		go func() { // bleve cannot be stopped while it merges
			defer func() { <-x.building }()
			if r := <-done; r.err == nil {
				x.reject(r.g)
			}
		}()
		return Report{}, ctx.Err()
	}
}

// prepare opens or builds the generation of c, asks it what is known, and has it
// accepted.
func (x *Index) prepare(ctx context.Context, c *corpus.Corpus, o ReindexOptions) (*generation, Report, error) {
	live, err := x.acquire()
	if err != nil {
		return nil, Report{}, err
	}
	defer live.release()
	how := buildOptions{full: o.Full, gently: true, progress: o.Progress}
	if how.progress == nil {
		how.progress = x.o.Progress
	}
	start := time.Now()
	g, err := x.generation(ctx, c, live, how)
	if err != nil {
		return nil, Report{}, err
	}
	x.views.Lock()
	withdrawn := still(x.withdrawn, c)
	x.views.Unlock()
	if len(withdrawn) > 0 {
		g.view.Store(g.without(withdrawn))
	}
	g.inherit(live)
	var r Report
	if r.Changes, err = g.probe(ctx, o.Probes, o.Threshold); err == nil {
		g.stats.Took = time.Since(start)
		r.tell(g, textsOf(live.corpus))
		if o.Accept != nil {
			err = o.Accept(r)
		}
	}
	if err != nil {
		x.reject(g)
		return nil, Report{}, err
	}
	return g, r, nil
}

// reject gives up a generation that is not to be searched. If it was built for
// that, it is removed.
func (x *Index) reject(g *generation) {
	if err := g.release(); err != nil {
		x.o.Logger.Warn("an index did not close", "err", err)
	}
	if x.store == nil || !g.stats.Rebuilt {
		return
	}
	if live, err := x.acquire(); err == nil {
		defer live.release()
		if live.name == g.name {
			return
		}
	}
	x.store.remove(g.name)
}

// swap makes the generation the live one.
func (x *Index) swap(g *generation) error {
	x.views.Lock()
	defer x.views.Unlock()
	x.withdrawn = still(x.withdrawn, g.corpus)
	if len(x.withdrawn) > 0 || g.view.Load().allowed != nil {
		g.view.Store(g.without(x.withdrawn))
	}
	x.sense(g)
	x.mu.Lock()
	old := x.live
	if old == nil { // closed meanwhile
		x.mu.Unlock()
		return errors.Join(ErrClosed, g.release())
	}
	x.live = g
	x.mu.Unlock()
	before := old.name
	if err := old.release(); err != nil {
		x.o.Logger.Warn("the previous index did not close", "err", err)
	}
	if g.name != before {
		x.store.prune(g.name, before)
	}
	return nil
}

// texts returns the texts of the newest finished generation but the one with the
// name, sorted by id.
func (s *store) texts(but string) []named {
	for _, f := range s.finished() {
		if f.name != but {
			if of, err := readFile(filepath.Join(s.dir, f.name), textsFile, parseContents); err == nil {
				return of.texts()
			}
		}
	}
	return nil
}
