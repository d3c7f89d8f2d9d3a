package eval

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"time"

	"rapporteur/corpus"
	"rapporteur/index"
)

// Latency is how long answers took: search, ranking, and reading what would be
// quoted again where it is stored.
type Latency struct {
	Questions int     `json:"questions"`
	P50       float64 `json:"p50_ms"`
	P95       float64 `json:"p95_ms"`
	P99       float64 `json:"p99_ms"`
}

// latencySample is how many questions are timed: enough for a steady 99th
// percentile, and a second or two of time.
const latencySample = 1000

// quotes is how many hits an answer shows at most.
const quotes = 3

// latency answers questions from all over the set one after the other.
func latency(ctx context.Context, f finder, set *Set) (Latency, error) {
	stored, done, err := set.store()
	if err != nil {
		return Latency{}, err
	}
	defer done()
	n := min(latencySample, len(set.Questions))
	took := make([]float64, n)
	for i := range took {
		q := set.Questions[i*len(set.Questions)/n]
		start := time.Now()
		r, err := f.Search(ctx, index.Query{Text: q.Text})
		for _, h := range r.Hits[:min(quotes, len(r.Hits))] {
			var read string
			if read, err = stored(h.Text, h.Sentence); err == nil && read != h.Sentence.Of(h.Text.Body) {
				err = fmt.Errorf("%s: %w", h.Text.Path, corpus.ErrChanged)
			}
			if err != nil {
				break
			}
		}
		if err != nil {
			return Latency{}, fmt.Errorf("question %s: %w", q.ID, err)
		}
		took[i] = float64(time.Since(start).Microseconds()) / 1000
	}
	slices.Sort(took)
	at := func(percent int) float64 { return took[min(n-1, n*percent/100)] }
	return Latency{n, at(50), at(95), at(99)}, nil
}

// store returns how to read a text where it is stored. What came in the file of
// the questions is stored nowhere yet: it is, until done.
func (s *Set) store() (read func(*corpus.Text, corpus.Range) (string, error), done func(), err error) {
	if s.origins == nil {
		return (*corpus.Text).Stored, func() {}, nil
	}
	dir, err := os.MkdirTemp("", "rapporteur-eval-")
	if err != nil {
		return nil, nil, err
	}
	done = func() { os.RemoveAll(dir) }
	paths := make(map[*corpus.Text]string)
	for i, t := range s.Texts {
		paths[t] = filepath.Join(dir, fmt.Sprint(i))
		if err := os.WriteFile(paths[t], []byte(t.Body), 0o600); err != nil {
			done()
			return nil, nil, err
		}
	}
	return func(t *corpus.Text, r corpus.Range) (string, error) {
		f, err := os.Open(paths[t])
		if err != nil {
			return "", err
		}
		defer f.Close()
		b := make([]byte, r.Len())
		_, err = f.ReadAt(b, int64(r.Start))
		return string(b), err
	}, done, nil
}
