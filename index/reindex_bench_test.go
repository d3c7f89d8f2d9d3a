package index_test

import (
	"flag"
	"fmt"
	"math/rand/v2"
	"os"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"rapporteur/corpus"
	"rapporteur/index"
)

var textCount = flag.Int("texts", 2000, "texts of the reindexing benchmark")

// newsroom writes n texts of six passages of some 43 words by Zipf's law, a word
// in twelve of which is a name, and returns questions and a function that changes
// a hundred of them: 70 others, 20 new ones, 10 withdrawn.
func newsroom(tb testing.TB, n int) (f *folder, questions []string, change func(round int)) {
	f = newFolder(tb)
	r := rand.New(rand.NewPCG(11, 12))
	z := rand.NewZipf(r, 1.1, 2.7, 200_000)
	stops := strings.Fields("the of and to in a is that for it as was with be by on not he i this are or his from at which but have an had they you were their one all we can her has")
	body := func() string {
		var b strings.Builder
		fmt.Fprintf(&b, "---\npublisher: The Post\npublished: 2025-1%d-1%d\nlanguage: en\n---\n\n", r.IntN(3), r.IntN(10))
		for range 6 {
			for range 3 {
				b.WriteString("The")
				for range 8 + r.IntN(12) {
					w := int(z.Uint64())
					switch word := spell(w); {
					case w < len(stops):
						b.WriteString(" " + stops[w])
					case r.IntN(8) == 0:
						b.WriteString(" " + strings.ToUpper(word[:1]) + word[1:])
					default:
						b.WriteString(" " + word)
					}
				}
				b.WriteString(". ")
			}
			b.WriteString("\n\n")
		}
		return b.String()
	}
	name := func(i int) string { return fmt.Sprintf("%02d/text-%06d.md", i%50, i) }
	for i := range n {
		text := body()
		f.write(name(i), text)
		if i%max(1, n/500) == 0 {
			w := strings.Fields(text[strings.LastIndex(text, "The"):])
			questions = append(questions, "When was "+strings.Join(w[:8], " ")+"?")
		}
	}
	return f, questions, func(round int) {
		for i := range 70 {
			f.write(name((round*997+i*31)%n), body())
		}
		for i := range 20 {
			f.write(name(n+round*20+i), body())
		}
		for i := range 10 {
			_ = os.Remove(f.dir + "/" + name((round*991+i*37+17)%n)) // it may be gone already
		}
	}
}

// asking asks questions one after the other until it is stopped, and returns how
// long each took.
func asking(b *testing.B, x *index.Index, questions []string) (stop func() []time.Duration) {
	var took []time.Duration
	var end atomic.Bool
	done := make(chan struct{})
	go func() {
		defer close(done)
		for i := 0; ; i++ {
			start := time.Now()
			if _, err := x.Search(ctx, index.Query{Text: questions[i%len(questions)]}); err != nil {
				b.Errorf("a search failed: %v", err)
				return
			}
			if end.Load() {
				return // it may have begun in time, but who knows
			}
			took = append(took, time.Since(start))
			time.Sleep(5 * time.Millisecond) // people ask now and then
		}
	}()
	return func() []time.Duration {
		end.Store(true)
		<-done
		slices.Sort(took)
		return took
	}
}

// loadFolder loads the folder, which must have no problem.
func (f *folder) loadFolder(o corpus.LoadOptions) *corpus.Corpus {
	f.Helper()
	o.Kept = f.o.Texts()
	c, problems, err := corpus.LoadWith(ctx, os.DirFS(f.dir), corpus.Aliases{}, o)
	if err != nil || len(problems) > 0 {
		f.Fatal(err, problems)
	}
	return c
}

// reportSearches reports percentiles of how long searches took.
func reportSearches(b *testing.B, when string, took []time.Duration) {
	slices.Sort(took)
	at := func(share float64) float64 {
		return float64(took[int(share*float64(len(took)-1))].Microseconds()) / 1000
	}
	b.ReportMetric(at(.5), when+"-p50-ms")
	b.ReportMetric(at(.99), when+"-p99-ms")
	b.Logf("%s: %d searches", when, len(took))
}

// BenchmarkReindex measures what an admin waits for: to load a folder of texts
// and index it in full, and to do so again after a hundred texts have changed, by
// the process that answers people meanwhile and by one that is started for it.
// Searches are measured by turns while nothing else is done and while changes
// are taken up: the machine may be busy with other things.
func BenchmarkReindex(b *testing.B) {
	f, questions, change := newsroom(b, *textCount)
	var x *index.Index
	var loaded, warm time.Duration
	used := processTime()
	full := timed(func() {
		var c *corpus.Corpus
		loaded = timed(func() { c = f.loadFolder(corpus.LoadOptions{}) })
		x = open(b, c, f.o)
	})
	fullUsed := processTime() - used
	b.Logf("in full: loaded in %.2f s, indexed in %.2f s, %d passages", loaded.Seconds(), (full - loaded).Seconds(), x.Stats().Passages)
	f.loadFolder(corpus.LoadOptions{}) // reads once more what was written just before it was read
	for _, q := range questions {
		search(b, x, index.Query{Text: q})
	}

	var idle, busy []time.Duration
	pause := time.Second
	round := 0
	for b.Loop() {
		stop := asking(b, x, questions)
		time.Sleep(pause)
		idle = append(idle, stop()...)
		round++
		change(round)
		stop = asking(b, x, questions)
		var r index.Report
		pause = timed(func() {
			var c *corpus.Corpus
			loaded = timed(func() { c = f.loadFolder(corpus.LoadOptions{Previous: x.Corpus(), Gently: true}) })
			r = reindex(b, x, c, index.ReindexOptions{})
		})
		busy = append(busy, stop()...)
		warm += pause
		b.Logf("what changed: loaded in %.2f s, indexed in %.2f s: +%d texts, %d changed, %d withdrawn, %d passages indexed, %d counted, in full: %v", loaded.Seconds(),
			(pause - loaded).Seconds(), len(r.Added), len(r.Changed), len(r.Withdrawn), r.Indexed, r.Counted, r.Full)
	}

	change(round + 1)
	x.Close()
	used = processTime()
	cold := timed(func() {
		var c *corpus.Corpus
		loaded = timed(func() { c = f.loadFolder(corpus.LoadOptions{}) })
		x = open(b, c, f.o)
	})
	coldUsed := processTime() - used
	b.Logf("by a new process: loaded in %.2f s, indexed in %.2f s, in full: %v", loaded.Seconds(), (cold - loaded).Seconds(), x.Opened().Full)

	b.ReportMetric(full.Seconds(), "full-s")
	b.ReportMetric(fullUsed.Seconds(), "full-cpu-s")
	b.ReportMetric(warm.Seconds()/float64(b.N), "changed-s")
	b.ReportMetric(cold.Seconds(), "changed-new-process-s")
	b.ReportMetric(coldUsed.Seconds(), "changed-new-process-cpu-s")
	b.ReportMetric(full.Seconds()*float64(b.N)/warm.Seconds(), "times")
	b.ReportMetric(full.Seconds()/cold.Seconds(), "times-new-process")
	b.ReportMetric(fullUsed.Seconds()/coldUsed.Seconds(), "times-cpu")
	reportSearches(b, "idle", idle)
	reportSearches(b, "changed", busy)
}

// BenchmarkReindexFull measures searches by turns while nothing else is done and
// while everything is indexed anew beside them.
func BenchmarkReindexFull(b *testing.B) {
	f, questions, change := newsroom(b, *textCount)
	x := open(b, f.loadFolder(corpus.LoadOptions{}), f.o)
	for _, q := range questions {
		search(b, x, index.Query{Text: q})
	}
	var idle, busy []time.Duration
	pause, round := time.Second, 0
	for b.Loop() {
		stop := asking(b, x, questions)
		time.Sleep(pause)
		idle = append(idle, stop()...)
		round++
		change(round)
		stop = asking(b, x, questions)
		pause = timed(func() {
			c := f.loadFolder(corpus.LoadOptions{Previous: x.Corpus(), Gently: true, Full: true})
			reindex(b, x, c, index.ReindexOptions{Full: true})
		})
		busy = append(busy, stop()...)
	}
	reportSearches(b, "idle", idle)
	reportSearches(b, "full", busy)
}
