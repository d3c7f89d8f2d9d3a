// Package keep keeps a corpus: the folder of source texts and the index of them,
// and that the two agree. It is the operate.Keeper behind the commands of operators,
// in a chat and in the terminal.
package keep

import (
	"context"
	"log/slog"
	"sync"
	"sync/atomic"
	"time"

	"rapporteur/bot/operate"
	"rapporteur/corpus"
	"rapporteur/corpus/ingest"
	"rapporteur/index"
)

// Config is what a Keeper is made of. Index is needed; the rest may be left zero.
type Config struct {
	// Ingester adds texts to the corpus folder; nil for the texts that come with
	// the program, which nobody can change.
	Ingester *ingest.Ingester
	// Index is that of the folder's texts. Nobody else may reindex it.
	Index *index.Index
	// Aliases are known beside those of the folder, as for corpus.Load.
	Aliases corpus.Aliases
	// Problems are those that were found when the corpus of Index was loaded.
	Problems []corpus.Problem
	// Threshold is the confidence from which a question counts as answered.
	Threshold float64
	// Changed, if set, is called when other texts are searched than before.
	Changed func()
	// Problem, if set, hears of each problem whenever the folder is loaded.
	Problem func(corpus.Problem)
	Logger  *slog.Logger     // nil discards
	Now     func() time.Time // nil is the machine's clock
}

// Keeper implements operate.Keeper. It is safe for concurrent use.
type Keeper struct {
	c      Config
	folder *ingest.Folder // nil where nothing can be changed
	own    string         // folder of what is remembered beside the index; "" where that is in memory
	opened operate.Changes

	ctx      context.Context // ends with Close
	end      context.CancelFunc
	works    sync.WaitGroup
	fetching chan struct{} // holds one thing while feeds are fetched

	removals removals
	changes  atomic.Int64 // how often somebody had the folder changed

	mu     sync.Mutex
	work   *job // under way; nil for none
	closed bool

	// What follows is for one work at a time.
	went  []string // digests of the corpora that were searched, the present one last
	leads []lead   // what answers the known questions
}

var _ operate.Keeper = (*Keeper)(nil)

// New returns the keeper of a folder and the index that was opened of it. A
// folder that cannot be written to is said in the log, and can be searched all
// the same.
func New(ctx context.Context, c Config) *Keeper {
	if c.Logger == nil {
		c.Logger = slog.New(slog.DiscardHandler)
	}
	if c.Now == nil {
		c.Now = time.Now
	}
	k := &Keeper{c: c, fetching: make(chan struct{}, 1)}
	k.ctx, k.end = context.WithCancel(context.WithoutCancel(ctx))
	if c.Ingester == nil {
		return k
	}
	k.folder, k.own = c.Ingester.Folder, ownFolder(c.Index)
	k.remembered()
	r := c.Index.Opened()
	k.opened = operate.Changes{Added: r.Added, Changed: r.Changed, Withdrawn: r.Withdrawn, Refused: refusals(c.Problems),
		Texts: r.Texts, Took: r.Took, Probes: k.compare(ctx)}
	live := c.Index.Indexed()
	k.wentLive(ctx, live)
	// To keep every file of a large folder for the first time takes minutes, and
	// nobody who asks should wait for that.
	k.mu.Lock()
	defer k.mu.Unlock()
	k.work = k.begin(func(ctx context.Context, _ *job) (operate.Changes, error) {
		k.note(ctx, live)
		return k.opened, nil
	})
	k.work.opening = true
	return k
}

// Opened says what was new to the index when it was opened, and which of the
// known questions are answered otherwise since.
func (k *Keeper) Opened() operate.Changes { return k.opened }

// Close ends what is under way, and waits for that.
func (k *Keeper) Close() {
	k.mu.Lock()
	k.closed = true
	k.mu.Unlock()
	k.end()
	k.works.Wait()
}

// note makes the folder, as the corpus was loaded from it, a state that can be
// returned to. It reports false if the folder has changed since.
func (k *Keeper) note(ctx context.Context, c *corpus.Corpus) bool {
	if last, err := k.folder.Snapshots(); err == nil && len(last) > 0 && last[0].Digest == c.Digest() {
		return true
	}
	_, err := k.folder.Snapshot(ctx, c)
	switch {
	case err == nil, ctx.Err() != nil:
	case ingest.CodeOf(err) == ingest.Conflict:
		return false
	default:
		k.c.Logger.Warn("these texts cannot be gone back to later on", "err", err)
	}
	return true
}
