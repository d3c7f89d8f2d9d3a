package index_test

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"rapporteur/index"
)

const harbour = `The harbour of Lunden was opened in 1871. It cost four million crowns. The first ship was the Aurora.

The mayor, Ida Berg, said that trade had doubled. She thanked the dock workers.`

const question = "When was the harbor opened?"

func TestOpen(t *testing.T) {
	for _, tt := range []struct{ name, dir string }{{"in memory", ""}, {"on disk", t.TempDir()}} {
		t.Run(tt.name, func(t *testing.T) {
			x := open(t, newCorpus(t, nil, text("harbour", "en", harbour)), index.Options{Dir: tt.dir})
			s := x.Stats()
			if s.Texts != 1 || s.Passages != 2 || s.Sentences != 5 || !s.Rebuilt {
				t.Errorf("Stats() = %+v", s)
			}
			if got, want := first(search(t, x, index.Query{Text: question})), "The harbour of Lunden was opened in 1871."; got != want {
				t.Errorf("first hit %q, want %q", got, want)
			}
		})
	}
}

func TestOpenFindsFinishedGeneration(t *testing.T) {
	dir := t.TempDir()
	c := newCorpus(t, nil, text("harbour", "en", harbour))
	open(t, c, index.Options{Dir: dir})
	if s := open(t, c, index.Options{Dir: dir}).Stats(); s.Rebuilt {
		t.Errorf("built again: %+v", s)
	}
	if s := open(t, newCorpus(t, [][]string{{"Lunden", "Lundene"}}, c.Texts()...), index.Options{Dir: dir}).Stats(); !s.Rebuilt {
		t.Error("other aliases, and not built again")
	}
	if s := open(t, c, index.Options{Dir: dir, Name: "other"}).Stats(); !s.Rebuilt {
		t.Error("another name shares the generation")
	}
}

func TestOpenEmpty(t *testing.T) {
	for _, dir := range []string{"", t.TempDir()} {
		x := open(t, newCorpus(t, nil), index.Options{Dir: dir})
		if r := search(t, x, index.Query{Text: "anything?"}); len(r.Hits) != 0 || r.Confidence != 0 || r.Searched.Texts != 0 {
			t.Errorf("%+v", r)
		}
		if _, err := x.Reindex(ctx, newCorpus(t, nil, text("harbour", "en", harbour)), index.ReindexOptions{}); err != nil {
			t.Error(err)
		}
		if len(search(t, x, index.Query{Text: question}).Hits) == 0 {
			t.Error("no hits after Reindex")
		}
	}
}

// TestOpenRepairs damages each file of a generation in turn, in each way.
func TestOpenRepairs(t *testing.T) {
	damage := map[string]func(string) error{
		"truncated": func(p string) error {
			info, err := os.Stat(p)
			if err != nil {
				return err
			}
			return os.Truncate(p, info.Size()/2)
		},
		"flipped": func(p string) error {
			b, err := os.ReadFile(p)
			if err != nil {
				return err
			}
			b[len(b)/2] ^= 0x55
			return os.WriteFile(p, b, 0o644)
		},
		"gone": os.Remove,
	}
	c := newCorpus(t, nil, text("harbour", "en", harbour))
	for name, spoil := range damage {
		dir := t.TempDir()
		x := open(t, c, index.Options{Dir: dir})
		x.Close()
		for _, f := range files(t, dir) {
			if base := filepath.Base(f); base == "lock" {
				continue
			}
			if err := spoil(f); err != nil {
				t.Fatal(err)
			}
			x := open(t, c, index.Options{Dir: dir})
			// A flipped bit may miss what the stamp says, not what it proves.
			if !x.Stats().Rebuilt && filepath.Base(f) != "stamp.json" {
				t.Errorf("%s %s: served as if nothing were wrong", name, filepath.Base(f))
			}
			if first(search(t, x, index.Query{Text: question})) == "" {
				t.Errorf("%s %s: no hits", name, filepath.Base(f))
			}
			x.Close()
		}
	}
}

func files(t *testing.T, dir string) (out []string) {
	t.Helper()
	err := filepath.WalkDir(dir, func(p string, d os.DirEntry, err error) error {
		if err == nil && !d.IsDir() {
			out = append(out, p)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func TestOpenDiscardsHalfBuilt(t *testing.T) {
	dir := t.TempDir()
	c := newCorpus(t, nil, text("harbour", "en", harbour))
	ended, cancel := context.WithCancel(ctx)
	cancel()
	if _, err := index.Open(ended, c, index.Options{Dir: dir}); !errors.Is(err, context.Canceled) {
		t.Fatalf("Open with an ended context: %v", err)
	}
	entries, err := os.ReadDir(dir)
	if err != nil || len(entries) != 1 {
		t.Fatalf("%v, %v", entries, err)
	}
	home := filepath.Join(dir, entries[0].Name())
	left := filepath.Join(home, "building-123", "bleve")
	if err := os.MkdirAll(left, 0o755); err != nil {
		t.Fatal(err)
	}
	open(t, c, index.Options{Dir: dir})
	if _, err := os.Stat(filepath.Dir(left)); !os.IsNotExist(err) {
		t.Errorf("a half-built generation is still there: %v", err)
	}
}

func TestOpenKeepsFewGenerations(t *testing.T) {
	dir := t.TempDir()
	x := open(t, newCorpus(t, nil), index.Options{Dir: dir})
	for i := range 6 {
		if _, err := x.Reindex(ctx, newCorpus(t, nil, text("harbour", "en", harbour+strings.Repeat(" More.", i))), index.ReindexOptions{}); err != nil {
			t.Fatal(err)
		}
	}
	stamps, err := filepath.Glob(filepath.Join(dir, "*", "*", "stamp.json"))
	if err != nil || len(stamps) > 3 {
		t.Errorf("%d generations, %v", len(stamps), err)
	}
}

func TestOpenExplains(t *testing.T) {
	file := filepath.Join(t.TempDir(), "occupied")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	_, err := index.Open(ctx, newCorpus(t, nil), index.Options{Dir: file})
	if err == nil || !strings.Contains(err.Error(), file) || !strings.Contains(err.Error(), "choose another index folder") {
		t.Errorf("error %v", err)
	}
}

// TestReindexUnderSearch swaps two corpora under searches. Each search must
// see one of them whole.
func TestReindexUnderSearch(t *testing.T) {
	one := newCorpus(t, nil, text("harbour", "en", harbour))
	two := newCorpus(t, nil, text("harbour", "en", strings.ReplaceAll(harbour, "1871", "1902")), text("more", "en", "Nothing of note was opened."))
	for _, dir := range []string{"", t.TempDir()} {
		x := open(t, one, index.Options{Dir: dir})
		done := make(chan struct{})
		var searches atomic.Int64
		var wg sync.WaitGroup
		for range 4 {
			wg.Go(func() {
				for {
					select {
					case <-done:
						return
					default:
					}
					r, err := x.Search(ctx, index.Query{Text: question})
					if err != nil {
						t.Error(err)
						return
					}
					want := "The harbour of Lunden was opened in 1871."
					if r.Searched.Texts == 2 {
						want = "The harbour of Lunden was opened in 1902."
					}
					if got := first(r); got != want {
						t.Errorf("with %d texts: %q", r.Searched.Texts, got)
						return
					}
					searches.Add(1)
				}
			})
		}
		for i := range 20 {
			c := one
			if i%2 == 0 {
				c = two
			}
			s, err := x.Reindex(ctx, c, index.ReindexOptions{})
			if err != nil {
				t.Fatal(err)
			}
			if s.Texts != len(c.Texts()) || x.Corpus() != c {
				t.Errorf("after Reindex: %+v", s)
			}
		}
		close(done)
		wg.Wait()
		if searches.Load() == 0 {
			t.Error("no search was made")
		}
	}
}

func TestClose(t *testing.T) {
	x := open(t, newCorpus(t, nil, text("harbour", "en", harbour)), index.Options{Dir: t.TempDir(), Hold: true})
	for range 2 {
		if err := x.Close(); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := x.Search(ctx, index.Query{Text: "x"}); !errors.Is(err, index.ErrClosed) {
		t.Errorf("Search: %v", err)
	}
	if _, err := x.Reindex(ctx, newCorpus(t, nil), index.ReindexOptions{}); !errors.Is(err, index.ErrClosed) {
		t.Errorf("Reindex: %v", err)
	}
	if x.Corpus() != nil || x.Stats() != (index.Stats{}) {
		t.Error("a closed index still has a corpus")
	}
}

func TestProgress(t *testing.T) {
	for _, dir := range []string{"", t.TempDir()} {
		last, total := 0, 0
		open(t, large(t, 2500, "End"), index.Options{Dir: dir, Progress: func(d, n int) {
			if d < last {
				t.Errorf("from %d back to %d", last, d)
			}
			last, total = d, n
		}})
		if last != 2500 || total != 2500 {
			t.Errorf("ended at %d of %d", last, total)
		}
	}
}
