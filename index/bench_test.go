package index_test

import (
	"fmt"
	"os"
	"runtime"
	"runtime/debug"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"rapporteur/corpus"
	"rapporteur/index"
)

// questions makes a question from each of n sentences: some of its words.
func questions(c *corpus.Corpus, n int) []string {
	var out []string
	for i := range n {
		t := c.Texts()[i*7%len(c.Texts())]
		p := t.Passages[i*3%len(t.Passages)]
		w := strings.Fields(p.Sentences[i%len(p.Sentences)].Of(t.Body))
		out = append(out, "When was "+strings.Join(w[:min(len(w), 8)], " ")+"?")
	}
	return out
}

// BenchmarkSearch measures whole searches over about 10,000 sentences and
// reports the 95th percentile, also of questions that are asked for the first
// time, when most of the passages were not analysed yet.
func BenchmarkSearch(b *testing.B) {
	c := large(b, 1700, "End")
	x := open(b, c, index.Options{Dir: b.TempDir()})
	qs := questions(c, 500)
	p95 := func(took []time.Duration) float64 {
		slices.Sort(took)
		return float64(took[len(took)*95/100].Microseconds())
	}
	var new, took []time.Duration
	for _, q := range qs {
		new = append(new, timed(func() { search(b, x, index.Query{Text: q}) }))
	}
	i := 0
	b.ReportAllocs()
	for b.Loop() {
		took = append(took, timed(func() { search(b, x, index.Query{Text: qs[i%len(qs)]}) }))
		i++
	}
	b.ReportMetric(p95(took), "p95-µs")
	b.ReportMetric(p95(new), "new-p95-µs")
	b.ReportMetric(float64(x.Stats().Sentences), "sentences")
}

// BenchmarkBuild measures indexing passages of about 43 words, in memory and on
// disk.
func BenchmarkBuild(b *testing.B) {
	c := made(b, 20000, 3, "End")
	for _, where := range []string{"memory", "disk"} {
		b.Run(where, func(b *testing.B) {
			used := processTime()
			for b.Loop() {
				o := index.Options{}
				if where == "disk" {
					o.Dir = b.TempDir()
				}
				x, err := index.Open(ctx, c, o)
				if err != nil {
					b.Fatal(err)
				}
				x.Close()
			}
			b.ReportMetric(float64(20000*b.N)/b.Elapsed().Seconds(), "passages/s")
			b.ReportMetric((processTime()-used).Seconds()*1e6/float64(20000*b.N), "cpu-µs/passage")
			b.ReportMetric(memory("VmHWM:"), "peak-MB")
		})
	}
}

// BenchmarkOpen measures opening a finished generation, of a dozen short texts
// and of a hundred thousand sentences, until the first answer.
func BenchmarkOpen(b *testing.B) {
	for _, n := range []int{60, 17000} {
		b.Run(fmt.Sprint(n, "-passages"), func(b *testing.B) {
			c := large(b, n, "End")
			o := index.Options{Dir: b.TempDir()}
			open(b, c, o)
			q := questions(c, 1)[0]
			runtime.GC()
			debug.FreeOSMemory()
			for b.Loop() {
				x, err := index.Open(ctx, c, o)
				if err != nil {
					b.Fatal(err)
				}
				search(b, x, index.Query{Text: q})
				x.Close()
			}
		})
	}
}

// processTime returns how long processors have worked for the process, where
// the system tells it: that says more than the clock on a machine that is not
// idle.
func processTime() time.Duration {
	stat, err := os.ReadFile("/proc/self/stat")
	_, after, _ := strings.Cut(string(stat), ") ") // of the program's name
	f := strings.Fields(after)
	if err != nil || len(f) < 13 {
		return 0
	}
	user, _ := strconv.Atoi(f[11])
	system, _ := strconv.Atoi(f[12])
	return time.Duration(user+system) * time.Second / 100 // Linux counts in hundredths
}

// memory returns a line of the process's status in megabytes, where the system
// tells it: VmHWM is the greatest resident size so far, VmRSS the present one.
func memory(name string) float64 {
	status, err := os.ReadFile("/proc/self/status")
	if err != nil {
		return 0
	}
	for line := range strings.Lines(string(status)) {
		if f := strings.Fields(line); len(f) > 1 && f[0] == name {
			kb, _ := strconv.Atoi(f[1])
			return float64(kb) / 1024
		}
	}
	return 0
}
