package keep

import (
	"cmp"
	"context"
	"fmt"
	"os"

	"rapporteur/bot"
	"rapporteur/bot/operate"
	"rapporteur/corpus"
	"rapporteur/corpus/ingest"
	"rapporteur/index"
)

// loaded is the folder as it was loaded.
type loaded struct {
	*corpus.Corpus
	problems []corpus.Problem
	removals int // that had been made before
}

// A folder into which somebody copies files is loaded again as long as it
// changes, so that what is searched can be returned to; after so many times it is
// searched all the same.
const tries = 5

// load loads the folder and notes its state.
func (k *Keeper) load(ctx context.Context, full bool, w *job) (loaded, error) {
	o := corpus.LoadOptions{Kept: k.c.Index.Options().Texts(), Full: full, Forget: w.forget, Previous: k.c.Index.Indexed(), Gently: true, Now: k.c.Now}
	for n := 1; ; n++ {
		l := loaded{removals: k.removals.made()}
		w.seen = k.changes.Load()
		o.Progress = k.phase(w, operate.Reading)
		var err error
		if l.Corpus, l.problems, err = corpus.LoadWith(ctx, os.DirFS(k.folder.Dir()), k.c.Aliases, o); err != nil {
			return l, err
		}
		if len(l.Texts()) == 0 {
			// The folder of a disk that is not there is empty, too.
			return l, &bot.UserError{Message: "corpus_empty"}
		}
		noted := k.note(ctx, l.Corpus)
		if err := ctx.Err(); err != nil {
			return l, err
		}
		if !noted && n < tries {
			continue
		}
		if !noted {
			k.c.Logger.Warn("the corpus folder changes all the time: what is searched now cannot be gone back to later on")
		}
		if k.c.Problem != nil {
			for _, p := range l.problems {
				k.c.Problem(p)
			}
		}
		return l, nil
	}
}

func (k *Keeper) reindex(ctx context.Context, full bool, w *job) (operate.Changes, error) {
	began := k.c.Now()
	l, err := k.load(ctx, full, w)
	if err != nil {
		return operate.Changes{}, err
	}
	changes, err := k.search(ctx, l, full, w)
	changes.Took = k.c.Now().Sub(began)
	return changes, err
}

// search makes what was loaded the corpus that is searched.
func (k *Keeper) search(ctx context.Context, l loaded, full bool, w *job) (operate.Changes, error) {
	changes := operate.Changes{Refused: refusals(l.problems), Texts: len(l.Texts())}
	live := k.c.Index.Indexed()
	if live == nil {
		return changes, index.ErrClosed
	}
	if full || live.Digest() != l.Digest() {
		probes, err := k.probes(ctx)
		if err != nil {
			return changes, err
		}
		r, err := k.c.Index.Reindex(ctx, l.Corpus, index.ReindexOptions{Full: full, Progress: k.phase(w, operate.Indexing), Probes: probes, Threshold: k.c.Threshold})
		if err != nil {
			return changes, err
		}
		changes.Added, changes.Changed, changes.Withdrawn = r.Added, r.Changed, r.Withdrawn
		changes.Probes = probed(r.Changes, k.c.Threshold)
	}
	k.removals.settle(l, k.c.Index)
	k.wentLive(context.WithoutCancel(ctx), l.Corpus)
	if live.Digest() != l.Digest() && k.c.Changed != nil {
		k.c.Changed()
	}
	return changes, nil
}

// rollback goes back to the corpus that was searched before the present one.
func (k *Keeper) rollback(ctx context.Context, w *job) (operate.Changes, error) {
	began := k.c.Now()
	if len(k.went) < 2 {
		return operate.Changes{}, operate.ErrNothingBefore
	}
	k.phase(w, operate.Indexing)
	returned, err := k.folder.Return(ctx, k.went[len(k.went)-2])
	if ingest.CodeOf(err) == ingest.NoSuchVersion {
		return operate.Changes{}, fmt.Errorf("%w: %w", operate.ErrNothingBefore, err)
	}
	if err != nil {
		return operate.Changes{}, err
	}
	var changes operate.Changes
	l, err := k.load(ctx, false, w)
	went := k.went
	k.went = went[:len(went)-1] // who goes back forgets what came after
	if err == nil {
		changes, err = k.search(ctx, l, false, w)
	}
	if err != nil {
		k.went = went
		// The folder must hold what is searched.
		if _, undone := k.folder.Return(context.WithoutCancel(ctx), returned.Before); undone != nil {
			k.c.Logger.Error("the corpus folder could not be put back to what is searched: reindex to search what is in it", "err", undone)
		}
	}
	changes.Took = k.c.Now().Sub(began)
	return changes, err
}

// refusals returns the files that are no text.
func refusals(problems []corpus.Problem) []operate.Refusal {
	var out []operate.Refusal
	for _, p := range problems {
		if !p.Loaded {
			out = append(out, operate.Refusal{Path: p.Path, Line: p.Line, Why: p.Err.Error()})
		}
	}
	return out
}

// probed returns the questions that are not answered as before.
func probed(changes []index.ProbeChange, threshold float64) []operate.Probed {
	var out []operate.Probed
	for _, c := range changes {
		p := operate.Probed{Question: c.Query.Text, Before: c.Text}
		if c.Now != nil && c.Confidence >= threshold {
			p.Now = c.Now.Text.ID
		}
		out = append(out, p)
	}
	return out
}

// wentLive remembers that the corpus is searched now, and what it answers to the
// known questions.
func (k *Keeper) wentLive(ctx context.Context, c *corpus.Corpus) {
	k.went = reach(k.went, c.Digest())
	leads, err := k.ask(ctx, k.questions())
	if err != nil {
		k.c.Logger.Warn("the known questions could not be asked", "err", err)
	} else {
		k.leads = leads
	}
	if err := cmp.Or(k.remember(wentFile, k.went), k.remember(leadsFile, k.leads)); err != nil {
		k.c.Logger.Warn("what was searched before cannot be remembered", "err", err)
	}
}
