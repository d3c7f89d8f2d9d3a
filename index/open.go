package index

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"log/slog"
	"path/filepath"
	"sync"
	"sync/atomic"
	"time"

	"rapporteur/corpus"
	"rapporteur/index/encode"
	"rapporteur/index/meaning"
)

// Options say where an index lies and who opens it. The zero value keeps it in
// memory.
type Options struct {
	// Dir is the folder that holds the indexes; "" keeps this one in memory.
	Dir string
	// Name tells apart the corpora that share Dir: the path of the corpus
	// folder, say. Each name has its own generations and its own lock.
	Name string
	// Owner says who we are to whom our lock keeps out: "rapporteur serve".
	Owner string
	// Hold keeps the writer's lock until Close, if it is to be had.
	Hold bool
	// Progress, if set, hears how many of how many passages are indexed, ten
	// times a second at most.
	Progress corpus.Progress
	// Encoder makes vectors of the sentences, which are kept beside the indexes; nil
	// finds by words alone.
	Encoder encode.Encoder
	// Meaning, if set, takes the place of Encoder: it is for several indexes, and
	// closed by who opened it.
	Meaning *meaning.Store
	// Logger hears what went on; nil means silence.
	Logger *slog.Logger
}

// folder is where the corpus called Name has its indexes, below Dir.
func (o Options) folder() string {
	sum := sha256.Sum256([]byte(o.Name))
	return filepath.Join(o.Dir, hex.EncodeToString(sum[:6]))
}

// vectors is the path of the file beside the indexes that keeps vectors, "" for an
// index in memory.
func (o Options) vectors() string {
	if o.Dir == "" {
		return ""
	}
	return filepath.Join(o.folder(), vectorsFile)
}

// Texts is the path of a file beside the indexes that is for corpus.LoadKept,
// "" for an index in memory.
func (o Options) Texts() string {
	if o.Dir == "" {
		return ""
	}
	return filepath.Join(o.folder(), textsFile)
}

// Stats describe an index.
type Stats struct {
	Texts, Passages, Sentences int
	Took                       time.Duration // to open or build it
	Rebuilt                    bool          // built, not found ready
}

// ErrClosed says that the index was closed.
var ErrClosed = errors.New("index: closed")

// Index finds sentences of a corpus. It is safe for concurrent use.
type Index struct {
	store *store // nil in memory
	o     Options

	building chan struct{} // holds one thing while a Reindex is at work

	views     sync.Mutex        // held while it is decided what may be looked at
	withdrawn map[string]string // hashes of texts by id; see Withdraw

	background context.Context // of what makes vectors; Close ends it
	stop       context.CancelFunc
	workers    sync.WaitGroup
	meaning    *meaning.Store // nil without an encoder, or while it fails
	encoding   chan struct{}  // holds one thing while vectors are made
	searching  atomic.Int32   // searches under way

	mu     sync.RWMutex
	live   *generation // nil once closed
	opened Report
}

// Open opens the index of the corpus. It builds the index unless a finished
// generation of exactly this corpus is at hand. If one must be built while
// another process holds the writer's lock, the error wraps ErrLocked.
func Open(ctx context.Context, c *corpus.Corpus, o Options) (*Index, error) {
	if o.Logger == nil {
		o.Logger = slog.New(slog.DiscardHandler)
	}
	x := &Index{o: o, building: make(chan struct{}, 1), encoding: make(chan struct{}, 1)}
	x.background, x.stop = context.WithCancel(context.Background())
	if o.Dir != "" {
		s, err := openStore(o)
		if err != nil {
			return nil, err
		}
		x.store = s
	}
	g, err := x.generation(ctx, c, nil, buildOptions{progress: o.Progress})
	if err != nil {
		x.store.close()
		return nil, err
	}
	x.live = g
	x.remember(ctx)
	if x.opened.Stats = g.stats; g.stats.Rebuilt {
		var before []named
		if x.store != nil {
			before = x.store.texts(g.name)
			x.store.prune(g.name)
		}
		x.opened.tell(g, before)
	}
	return x, nil
}

// generation opens or builds the generation of c.
func (x *Index) generation(ctx context.Context, c *corpus.Corpus, live *generation, how buildOptions) (*generation, error) {
	start := time.Now()
	var g *generation
	var err error
	if x.store == nil {
		g, err = buildInMemory(ctx, c, how)
	} else {
		g, err = x.store.generation(ctx, c, live, how)
	}
	if err != nil {
		return nil, err
	}
	g.stats.Took = time.Since(start)
	x.o.Logger.Info("index ready", "texts", g.stats.Texts, "passages", g.stats.Passages, "sentences", g.stats.Sentences,
		"built", g.stats.Rebuilt, "full", g.work.Full, "indexed", g.work.Indexed, "took", g.stats.Took)
	return g, nil
}

// acquire returns the live generation, which the caller must release.
func (x *Index) acquire() (*generation, error) {
	x.mu.RLock()
	defer x.mu.RUnlock()
	if x.live == nil {
		return nil, ErrClosed
	}
	x.live.refs.Add(1)
	return x.live, nil
}

// Options returns what the index was opened with.
func (x *Index) Options() Options { return x.o }

// Corpus returns the texts that are searched: those that are indexed without what
// is withdrawn. It is nil once the index is closed.
func (x *Index) Corpus() *corpus.Corpus {
	x.mu.RLock()
	defer x.mu.RUnlock()
	if x.live == nil {
		return nil
	}
	return x.live.view.Load().corpus
}

// Indexed returns the corpus that is indexed, what is withdrawn included. It is
// nil once the index is closed.
func (x *Index) Indexed() *corpus.Corpus {
	x.mu.RLock()
	defer x.mu.RUnlock()
	if x.live == nil {
		return nil
	}
	return x.live.corpus
}

// Stats describe the live index, zero once it is closed.
func (x *Index) Stats() Stats {
	x.mu.RLock()
	defer x.mu.RUnlock()
	if x.live == nil {
		return Stats{}
	}
	return x.live.stats
}

// Built is when the live index was made, or opened; zero once it is closed.
func (x *Index) Built() time.Time {
	x.mu.RLock()
	defer x.mu.RUnlock()
	if x.live == nil {
		return time.Time{}
	}
	return x.live.built
}

// Opened says what Open found and did: the difference from the index that there
// was before, if it had to build one.
func (x *Index) Opened() Report { return x.opened }

// Close gives up the index and its lock. Searches that are under way finish.
func (x *Index) Close() error {
	x.mu.Lock()
	g := x.live
	x.live = nil
	x.mu.Unlock()
	if g == nil {
		return nil
	}
	x.stop()
	x.workers.Wait()
	if x.o.Meaning == nil {
		if err := x.meaning.Close(); err != nil {
			x.o.Logger.Warn("the vectors did not close", "err", err)
		}
	}
	x.building <- struct{}{} // a Reindex under way may still write
	defer func() { <-x.building }()
	x.store.close()
	if err := g.release(); err != nil {
		return fmt.Errorf("index: close: %w", err)
	}
	return nil
}
