package bot

import (
	"cmp"
	"context"
	"sync"
	"time"

	lru "github.com/hashicorp/golang-lru/v2"
	"golang.org/x/time/rate"

	"rapporteur/bot/locale"
	"rapporteur/corpus"
)

// limitKeys is how many people or chats a limiter remembers. One takes some
// 200 bytes; whoever is forgotten starts afresh.
const limitKeys = 20_000

// limiter lets each key do perMinute things a minute, half of them at once.
// The nil limiter lets everything pass.
type limiter struct {
	perMinute int
	mu        sync.Mutex
	keys      *lru.Cache[string, *allowance]
}

type allowance struct {
	*rate.Limiter
	told bool // that it must wait
}

func newLimiter(perMinute int) *limiter {
	if perMinute <= 0 {
		return nil
	}
	keys, err := lru.New[string, *allowance](limitKeys)
	if err != nil {
		panic(err) // only for a size below one
	}
	return &limiter{perMinute: perMinute, keys: keys}
}

// LeastPicks is how often a minute somebody may look for something to pick, half
// of it at once, even where fewer questions may be asked: while one question is
// typed several are looked for, whenever the typing halts.
const LeastPicks = 30

// pickRate is how often a minute one person may look for something to pick. It is
// a search, so it is as often as they may ask.
func pickRate(questions int) int {
	if questions <= 0 {
		return 0
	}
	return max(questions, LeastPicks)
}

// wait returns 0 when the key may go on, else how long it must wait, and
// whether this is the first time it is told so.
func (l *limiter) wait(key string, now time.Time) (d time.Duration, first bool) {
	if l == nil {
		return 0, false
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	a, ok := l.keys.Get(key)
	if !ok {
		a = &allowance{Limiter: rate.NewLimiter(rate.Limit(float64(l.perMinute)/60), max(1, l.perMinute/2))}
		l.keys.Add(key, a)
	}
	r := a.ReserveN(now, 1)
	if d = r.DelayFrom(now); d == 0 {
		a.told = false
		return 0, false
	}
	r.CancelAt(now)
	first = !a.told
	a.told = true
	return d, first
}

// Admit implements Admitter.
func (b *Bot) Admit(ctx context.Context, r Request) (reply Reply, ok bool) {
	c := &Call{Request: r, bot: b}
	if _, ours := b.route(c); !ours || c.Overheard && !b.listens(ctx, c) {
		return Reply{}, true // Handle passes it over
	}
	return b.admit(ctx, c)
}

// admit counts a request, and refuses it when it is one too many.
func (b *Bot) admit(ctx context.Context, c *Call) (reply Reply, ok bool) {
	wait, tell := b.limit(c)
	switch {
	case wait == 0:
		return Reply{}, true
	case !tell:
		return Reply{}, false
	case c.Command == "" && c.Action == "" && (b.settle(ctx, c) != nil || !c.here()):
		return Reply{}, false // a mention where the bot may not answer is passed over, however often
	}
	c.Words = locale.For(cmp.Or(c.Locale, corpus.DetectLanguage(c.Text)))
	reply = Notice(Para{Text: c.slowDown(wait)})
	reply.Private = true
	return reply, false
}

// limit returns how long somebody who asks too much must wait, and whether they
// are told: once; whoever goes on is passed over in silence, unless the platform
// owes every command a reply.
func (b *Bot) limit(c *Call) (wait time.Duration, tell bool) {
	now := time.Now()
	whose := c.Platform + ":"
	if c.Overheard {
		whose += "overheard:" // talk takes nothing from those who ask the bot
	}
	wait, first := b.users.wait(whose+c.User, now)
	if wait == 0 && !c.Direct {
		wait, first = b.chats.wait(whose+c.Chat, now)
	}
	return wait, (first || c.Command != "" || c.Action != "") && !c.Overheard
}
