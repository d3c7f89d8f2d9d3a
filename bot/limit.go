package bot

import (
	"sync"
	"time"

	lru "github.com/hashicorp/golang-lru/v2"
	"golang.org/x/time/rate"
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

// leastPicks is how often a minute somebody may look for something to pick, half
// of it at once, even where fewer questions may be asked: while one question is
// typed several are looked for, whenever the typing halts.
const leastPicks = 30

// pickRate is how often a minute one person may look for something to pick. It is
// a search, so it is as often as they may ask.
func pickRate(questions int) int {
	if questions <= 0 {
		return 0
	}
	return max(questions, leastPicks)
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
