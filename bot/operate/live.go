package operate

import (
	"context"
	"fmt"
	"runtime/debug"
	"sync"
	"time"

	"rapporteur/bot"
)

const (
	// updateEvery is the least time between two updates of a reply. Telegram
	// asks for no more than 20 messages a minute in a group, edits included
	// (https://core.telegram.org/bots/faq#my-bot-is-hitting-limits-how-do-i-avoid-this),
	// and Discord for no more than 5 edits in 5 seconds; two seconds leave room
	// for what else is said there, and a person reads no faster.
	updateEvery = 2 * time.Second
	// grace is how long something may take before it is first said that it is
	// under way: what is done by then needs one message only.
	grace = time.Second
)

// background is what goes on beyond the request that began it, as long as the
// bot lives.
type background struct {
	ctx    context.Context
	cancel context.CancelFunc
	mu     sync.Mutex
	ended  bool
	all    sync.WaitGroup
}

func newBackground() *background {
	ctx, cancel := context.WithCancel(context.Background())
	return &background{ctx: ctx, cancel: cancel}
}

// run runs f beside the caller. It reports false, and does not, once the bot has
// ended.
func (g *background) run(f func(context.Context)) bool {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.ended {
		return false
	}
	g.all.Go(func() { f(g.ctx) })
	return true
}

func (g *background) end() {
	g.mu.Lock()
	g.ended = true
	g.mu.Unlock()
	g.cancel()
	g.all.Wait()
}

// Close ends what still goes on of requests that have been answered, and waits
// for it. Requests are answered afterwards too, but nothing more is begun that
// takes longer than they do. To close a bot twice does no harm.
func (b *Room) Close() { b.background.end() }

// task does something that may take long, and returns what came of it. Show
// hears how far it is; it never blocks.
type task func(ctx context.Context, show func(bot.Reply)) bot.Reply

// live does work beyond the request. The reply is what came of it if that is
// known within so long, and otherwise first, which then goes on.
func (b *Room) live(c *bot.Call, within time.Duration, first bot.Reply, do task) (bot.Reply, error) {
	reply := make(chan bot.Reply, 1)
	begun := b.background.run(func(ctx context.Context) {
		latest, last := make(chan bot.Reply, 1), make(chan bot.Reply, 1)
		go func() { last <- b.done(ctx, c, do, latest) }()
		if within > 0 {
			select {
			case r := <-last:
				reply <- r
				return
			case <-time.After(within):
			}
		}
		updates := make(chan bot.Reply, 1)
		first.Updates = updates
		reply <- first
		pace(latest, last, updates)
		close(updates)
	})
	if !begun {
		return bot.Reply{}, &bot.UserError{Message: "ending"}
	}
	return <-reply, nil
}

// pace hands on what is shown of something under way, the latest only and no
// more often than every updateEvery, and at the end the last.
func pace(latest, last <-chan bot.Reply, updates chan bot.Reply) {
	tick := time.NewTicker(updateEvery)
	defer tick.Stop()
	justNow := false // something was handed on at the last tick
	for {
		select {
		case r := <-last:
			if justNow {
				<-tick.C
			}
			replace(updates, r)
			return
		case <-tick.C:
			select {
			case r := <-latest:
				replace(updates, r)
				justNow = true
			default:
				justNow = false
			}
		}
	}
}

// replace puts a reply into a channel with room for one, in the place of one
// that nobody has taken. Nobody else may send there.
func replace(ch chan bot.Reply, r bot.Reply) {
	select {
	case <-ch:
	default:
	}
	ch <- r
}

// done returns what came of work. What it shows, and the end, is for the same
// eyes as the first reply.
func (b *Room) done(ctx context.Context, c *bot.Call, do task, latest chan bot.Reply) (r bot.Reply) {
	defer func() {
		if p := recover(); p != nil {
			r = bot.Explained(b.notDone(c, fmt.Errorf("panic: %v\n%s", p, debug.Stack())), c.Lang)
		}
		r.Private = c.Private
	}()
	var mu sync.Mutex
	return do(ctx, func(r bot.Reply) {
		mu.Lock()
		defer mu.Unlock()
		r.Private = c.Private
		replace(latest, r)
	})
}
