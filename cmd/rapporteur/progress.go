package main

import (
	"fmt"
	"io"
	"os"
	"sync"
	"time"

	"github.com/schollz/progressbar/v3"
	"golang.org/x/term"

	"rapporteur/bot/operate"
)

// betweenLines is how often how far it is is told where there is no terminal: in
// the log of a service or of a build.
const betweenLines = 3 * time.Second

// bar shows how far something is: in a terminal as a bar, else as a line now and
// then. It is safe for concurrent use.
type bar struct {
	out      io.Writer
	terminal bool
	now      func() time.Time

	mu    sync.Mutex
	bar   *progressbar.ProgressBar
	of    operate.Progress // that the bar is of
	shown time.Time        // of the last line
}

func newBar(out io.Writer) *bar {
	f, ok := out.(*os.File)
	b := &bar{out: out, terminal: ok && term.IsTerminal(int(f.Fd())), now: time.Now}
	b.shown = b.now()
	return b
}

// show shows how far it is.
func (b *bar) show(p operate.Progress) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if p.Total <= 0 {
		return
	}
	if !b.terminal {
		if now := b.now(); now.Sub(b.shown) >= betweenLines {
			b.shown = now
			fmt.Fprintln(b.out, progressLine(p, now))
		}
		return
	}
	if b.bar == nil || !p.Began.Equal(b.of.Began) || p.Total != b.of.Total {
		b.clear()
		b.of = p
		b.bar = progressbar.NewOptions(p.Total, progressbar.OptionSetWriter(b.out), progressbar.OptionSetDescription("indexing"),
			progressbar.OptionShowCount(), progressbar.OptionShowIts(), progressbar.OptionSetItsString(""), progressbar.OptionSetPredictTime(true),
			progressbar.OptionFullWidth(), progressbar.OptionClearOnFinish(), progressbar.OptionThrottle(100*time.Millisecond))
	}
	_ = b.bar.Set(p.Done)
}

func (b *bar) clear() {
	if b.bar != nil {
		_ = b.bar.Clear()
		b.bar = nil
	}
}

// end takes the bar away, so that something else can be printed.
func (b *bar) end() {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.clear()
}

// progressLine says how far it is: count, rate and remaining time.
func progressLine(p operate.Progress, now time.Time) string {
	line := fmt.Sprintf("%d of %d", p.Done, p.Total)
	took := now.Sub(p.Began)
	if p.Done <= 0 || took <= 0 || p.Began.IsZero() {
		return line
	}
	left := time.Duration(float64(took) / float64(p.Done) * float64(p.Total-p.Done))
	return fmt.Sprintf("%s, %.0f a second, %v left", line, float64(p.Done)/took.Seconds(), left.Round(time.Second))
}
