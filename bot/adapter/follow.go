package adapter

import (
	"context"
	"time"

	"rapporteur/bot"
)

// Live is a reply that goes on.
type Live struct {
	First bot.Reply     // as it stands
	Every time.Duration // between edits, at least
	// Stopping is closed when the adapter is being stopped. The end is then waited
	// for as long as Settle, and nothing else is shown.
	Stopping <-chan struct{}
	Settle   time.Duration
	// Show puts a version in the place of the one that stands. It reports whether
	// that one stands now.
	Show func(context.Context, bot.Reply) bool
}

// Ending says how a reply has ended.
type Ending int

// The endings.
const (
	Over        Ending = iota // there are no more versions
	Interrupted               // the adapter stops before
	Abandoned                 // ctx has ended
)

// Follow shows the versions of a reply, the latest as often as may be. It returns
// the last one, and whether it stands already.
func (l Live) Follow(ctx context.Context) (last bot.Reply, stands bool, end Ending) {
	last, stands = l.First, true
	turn := time.NewTimer(l.Every)
	defer turn.Stop()
	stopping := l.Stopping
	var settled <-chan time.Time
	tried := true // to show the last one
	for {
		due := turn.C
		if tried || settled != nil {
			due = nil
		}
		select {
		case next, more := <-l.First.Updates:
			if !more {
				return last, stands, Over
			}
			if len(next.Blocks) == 0 { // no words: those that stand stay
				next.Blocks = last.Blocks
			}
			last, stands, tried = next, false, false
		case <-due:
			stands, tried = l.Show(ctx, last), true
			turn.Reset(l.Every)
		case <-stopping:
			stopping, settled = nil, time.After(l.Settle)
		case <-settled:
			return last, stands, Interrupted
		case <-ctx.Done():
			return last, stands, Abandoned
		}
	}
}
