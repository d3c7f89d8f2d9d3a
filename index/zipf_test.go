package index_test

import (
	"context"
	"flag"
	"fmt"
	"io/fs"
	"math/rand/v2"
	"os"
	"path/filepath"
	"runtime"
	"runtime/debug"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/blevesearch/bleve/v2"
	"github.com/blevesearch/bleve/v2/search/query"

	"rapporteur/corpus"
	"rapporteur/index"
	"rapporteur/index/words"
)

var passages = flag.Int("passages", 300_000, "passages of the large benchmarks")

// zipf makes a corpus of n passages of three sentences, some 43 words, in texts
// of twenty passages, and questions. Words are drawn from 200,000 by Zipf's law
// as Mandelbrot corrected it, with the exponent 1.1 and the shift 2.7 of English
// text; the forty most frequent are English stop words. The seed is fixed.
func zipf(tb testing.TB, n, questions int) (*corpus.Corpus, []string) {
	tb.Helper()
	r := rand.New(rand.NewPCG(1, 2))
	z := rand.NewZipf(r, 1.1, 2.7, 200_000)
	stops := strings.Fields("the of and to in a is that for it as was with be by on not he i this are or his from at which but have an had they you were their one all we can her has")
	word := func() string {
		w := int(z.Uint64())
		if w < len(stops) {
			return stops[w]
		}
		return spell(w)
	}
	var texts []*corpus.Text
	for from := 0; from < n; from += 20 {
		var b strings.Builder
		for range min(n-from, 20) {
			for range 3 {
				b.WriteString("The")
				for range 8 + r.IntN(12) {
					b.WriteByte(' ')
					b.WriteString(word())
				}
				b.WriteString(". ")
			}
			b.WriteString("\n\n")
		}
		texts = append(texts, text(fmt.Sprintf("text-%06d", from/20), "en", b.String()))
	}
	asked := make([]string, questions)
	for i := range asked {
		t := texts[r.IntN(len(texts))]
		p := t.Passages[r.IntN(len(t.Passages))]
		w := strings.Fields(strings.Trim(p.Sentences[r.IntN(len(p.Sentences))].Of(t.Body), "."))
		asked[i] = "When was " + strings.Join(w[:min(len(w), 10)], " ") + "?"
	}
	return newCorpus(tb, nil, texts...), asked
}

// spell makes a word of a number.
func spell(w int) string {
	const syllables = "bakodimufelaniropusetavizogu"
	var b strings.Builder
	for w += 37; w > 0; w /= 14 {
		b.WriteString(syllables[2*(w%14) : 2*(w%14)+2])
	}
	return b.String()
}

// BenchmarkLarge asks 500 questions of ten words each of many passages, and in
// the same run bleve for the 50 best by the same terms. In its first round, all
// of -benchtime 1x, every question is asked for the first time.
func BenchmarkLarge(b *testing.B) {
	c, qs := zipf(b, *passages, 500)
	dir := b.TempDir()
	start, used := time.Now(), processTime()
	x := open(b, c, index.Options{Dir: dir})
	b.Logf("built %.0f passages a second, %.0f µs of processor each", float64(*passages)/time.Since(start).Seconds(),
		float64((processTime()-used).Microseconds())/float64(*passages))
	raw := plain(b, dir)
	a := words.New(nil)
	var ours, theirs []time.Duration
	for b.Loop() {
		ours, theirs = ours[:0], theirs[:0]
		for i, q := range qs {
			var any []query.Query
			for _, t := range a.Tokens("en", q) {
				if !t.Has(words.Stop) {
					term := bleve.NewTermQuery(t.Term)
					term.SetField("text_en")
					any = append(any, term)
				}
			}
			we := func() { ours = append(ours, timed(func() { search(b, x, index.Query{Text: q}) })) }
			they := func() {
				theirs = append(theirs, timed(func() {
					if _, err := raw.SearchInContext(context.Background(), bleve.NewSearchRequestOptions(bleve.NewDisjunctionQuery(any...), 50, 0, false)); err != nil {
						b.Fatal(err)
					}
				}))
			}
			// Who asks second finds the pages of the files read.
			if i%2 == 0 {
				we()
				they()
			} else {
				they()
				we()
			}
		}
	}
	for _, of := range []struct {
		name string
		took []time.Duration
	}{{"ours", ours}, {"bleve", theirs}} {
		slices.Sort(of.took)
		b.ReportMetric(float64(of.took[len(of.took)/2].Microseconds())/1000, of.name+"-p50-ms")
		b.ReportMetric(float64(of.took[len(of.took)*95/100].Microseconds())/1000, of.name+"-p95-ms")
	}
}

// BenchmarkServe measures what an operator sees of a folder of many passages
// whose index is finished: how long it takes to load the texts and to open the
// index, and what of the memory is whose: the corpus's, the index's tables, and
// what the process has resident after 500 questions.
func BenchmarkServe(b *testing.B) {
	folder, qs := written(b)
	o := index.Options{Dir: b.TempDir()}
	load := func() *corpus.Corpus {
		c, problems, err := corpus.LoadKept(ctx, os.DirFS(folder), corpus.Aliases{}, o.Texts())
		if err != nil || len(problems) > 0 {
			b.Fatal(err, problems)
		}
		return c
	}
	parsing := timed(func() { load() })
	open(b, load(), o).Close()
	idle := heap()
	c := load()
	texts := heap() - idle
	x := open(b, c, o)
	tables := heap() - idle - texts
	var loading, opening time.Duration
	for b.Loop() {
		x.Close()
		loading += timed(func() { c = load() })
		opening += timed(func() { x = open(b, c, o) })
	}
	heap() // gives back what loading took
	for _, q := range qs {
		search(b, x, index.Query{Text: q})
	}
	b.ReportMetric(memory("VmRSS:"), "resident-MB")
	b.ReportMetric(parsing.Seconds(), "parse-s")
	b.ReportMetric(loading.Seconds()/float64(b.N), "load-s")
	b.ReportMetric(opening.Seconds()/float64(b.N), "open-s")
	b.ReportMetric(texts, "corpus-MB")
	b.ReportMetric(tables, "index-MB")
	b.ReportMetric(size(b, o.Dir), "disk-MB")
}

// written writes the texts of zipf to a folder.
func written(tb testing.TB) (folder string, questions []string) {
	tb.Helper()
	c, questions := zipf(tb, *passages, 500)
	folder = tb.TempDir()
	for _, t := range c.Texts() {
		if err := os.WriteFile(filepath.Join(folder, t.Path), []byte(t.Body), 0o644); err != nil {
			tb.Fatal(err)
		}
	}
	return folder, questions
}

// size returns how many megabytes the files below a folder have.
func size(tb testing.TB, folder string) float64 {
	tb.Helper()
	var n int64
	err := filepath.WalkDir(folder, func(_ string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		info, err := d.Info()
		if err == nil {
			n += info.Size()
		}
		return err
	})
	if err != nil {
		tb.Fatal(err)
	}
	return float64(n) / (1 << 20)
}

// heap returns what the program holds in megabytes.
func heap() float64 {
	debug.FreeOSMemory()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return float64(m.HeapAlloc) / (1 << 20)
}

func timed(f func()) time.Duration {
	start := time.Now()
	f()
	return time.Since(start)
}

// plain opens the same index with bleve alone.
func plain(tb testing.TB, dir string) bleve.Index {
	tb.Helper()
	parts, err := filepath.Glob(filepath.Join(dir, "*", "*", "part-*"))
	if err != nil || len(parts) == 0 {
		tb.Fatal("no parts", err)
	}
	all := bleve.NewIndexAlias()
	for _, p := range parts {
		b, err := bleve.OpenUsing(p, map[string]any{"read_only": true})
		if err != nil {
			tb.Fatal(err)
		}
		tb.Cleanup(func() { b.Close() })
		all.Add(b)
	}
	return all
}
