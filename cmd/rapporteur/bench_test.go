//go:build unix

package main

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"
)

// binary builds the program as a release is built.
func binary(b *testing.B) string {
	b.Helper()
	path := filepath.Join(b.TempDir(), "rapporteur")
	build := exec.Command("go", "build", "-trimpath", "-ldflags=-s -w", "-o", path, ".")
	build.Env = append(os.Environ(), "CGO_ENABLED=0")
	if out, err := build.CombinedOutput(); err != nil {
		b.Fatalf("%v\n%s", err, out)
	}
	return path
}

// measure runs the program once per iteration and reports the percentiles of
// its wall time and its largest resident set.
func measure(b *testing.B, path string, args ...string) {
	var walls []time.Duration
	var peak int64
	for b.Loop() {
		began := time.Now()
		cmd := exec.Command(path, args...)
		out, err := cmd.CombinedOutput()
		walls = append(walls, time.Since(began))
		if err != nil {
			b.Fatalf("%v\n%s", err, out)
		}
		peak = max(peak, cmd.ProcessState.SysUsage().(*syscall.Rusage).Maxrss) // KiB on Linux
	}
	slices.Sort(walls)
	at := func(q float64) float64 { return walls[int(q*float64(len(walls)-1))].Seconds() * 1000 }
	b.ReportMetric(at(.5), "p50-ms")
	b.ReportMetric(at(.95), "p95-ms")
	b.ReportMetric(float64(peak)/1024, "peak-MiB")
}

// BenchmarkColdAsk is what somebody at a shell waits for: start, read and
// index the bundled corpus, answer, print.
func BenchmarkColdAsk(b *testing.B) {
	measure(b, binary(b), "ask", "How much will Ukraine spend on defence in 2026?")
}

// BenchmarkColdAskFolder is the same over a folder of 10,000 sentences that is
// indexed already.
func BenchmarkColdAskFolder(b *testing.B) {
	dir, data := b.TempDir(), b.TempDir()
	for i := range 100 {
		var t strings.Builder
		for j := range 100 {
			fmt.Fprintf(&t, "Delegate %d of town %d said that item %d of the agenda would cost %d crowns.", j%17, i, j, i*j)
			if t.WriteByte(' '); j%5 == 4 {
				t.WriteString("\n\n")
			}
		}
		if err := os.WriteFile(filepath.Join(dir, fmt.Sprintf("text%03d.md", i)), []byte(t.String()), 0o600); err != nil {
			b.Fatal(err)
		}
	}
	path := binary(b)
	args := []string{"--corpus", dir, "--data", data}
	if out, err := exec.Command(path, append([]string{"index"}, args...)...).CombinedOutput(); err != nil {
		b.Fatalf("%v\n%s", err, out)
	}
	measure(b, path, append([]string{"ask", "What would item 7 cost in town 42?"}, args...)...)
}
