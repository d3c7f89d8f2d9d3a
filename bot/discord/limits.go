package discord

import (
	"context"
	"log/slog"
	"math"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"time"

	"golang.org/x/time/rate"
)

const (
	// Discord allows 50 calls a second (topics/rate-limits.mdx, "Global Rate
	// Limit"). So many at once, and then so many a second, are never more than
	// that in any second.
	callBurst = 10
	callRate  = 40

	// Discord bans an address after 10,000 answers of 401, 403 or 429 in ten
	// minutes (topics/rate-limits.mdx, "Invalid Request Limit"). Half of it at
	// the end of one count and half at the beginning of the next stay below.
	maxInvalid    = 5000
	invalidWindow = 10 * time.Minute

	// maxTold is the longest wait that is believed.
	maxTold = 24 * time.Hour

	// manyRoutes is how many exhausted routes are kept before those that are no
	// longer exhausted are looked for.
	manyRoutes = 256
)

// limits holds calls back until Discord will take them. Calls in answer to an
// interaction are not held back: the global limit does not bind them, a person
// is waiting, and each has a route of its own, of which nothing must be kept.
type limits struct {
	log    *slog.Logger
	pace   *rate.Limiter
	most   int           // invalid answers
	window time.Duration // in which they are counted

	mu      sync.Mutex
	routes  map[string]time.Time // exhausted until
	stopped time.Time            // everything, until
	invalid int                  // answers of 401, 403 and 429
	counted time.Time            // since
}

func newLimits(log *slog.Logger) *limits {
	return &limits{log: log, pace: rate.NewLimiter(callRate, callBurst), most: maxInvalid, window: invalidWindow,
		routes: make(map[string]time.Time)}
}

// answersInteraction says whether a call is to one of the interaction endpoints
// (interactions/receiving-and-responding.mdx, "Endpoints").
func (c *call) answersInteraction() bool {
	return strings.HasPrefix(c.path, "/interactions/") || strings.HasPrefix(c.path, "/webhooks/")
}

// route is what shares a limit: the method and the path, with the first id in
// it but no other (topics/rate-limits.mdx, "top-level resources").
func (c *call) route() string {
	path, _, _ := strings.Cut(c.path, "?")
	parts := strings.Split(path, "/")
	for i := 3; i < len(parts); i++ {
		if parts[i] != "" && strings.Trim(parts[i], "0123456789") == "" {
			parts[i] = "{id}"
		}
	}
	return c.method + " " + strings.Join(parts, "/")
}

// wait returns when the call may be sent.
func (l *limits) wait(ctx context.Context, c call) error {
	if c.answersInteraction() {
		return nil
	}
	route := c.route()
	for {
		l.mu.Lock()
		until := l.stopped
		if at := l.routes[route]; at.After(until) {
			until = at
		}
		l.mu.Unlock()
		d := time.Until(until)
		if d <= 0 {
			return l.pace.Wait(ctx)
		}
		if err := sleep(ctx, d); err != nil {
			return err
		}
	}
}

// note learns from an answer. told is how long Discord says to wait, and all
// whether that is for everything.
func (l *limits) note(c call, status int, h http.Header, told time.Duration, all bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	now := time.Now()
	switch {
	case told > 0 && all:
		l.stop(now.Add(told))
	case c.answersInteraction():
	case told > 0:
		l.exhaust(c.route(), now, told)
	case h.Get("X-RateLimit-Remaining") == "0":
		l.exhaust(c.route(), now, seconds(h.Get("X-RateLimit-Reset-After")))
	}

	invalid := status == http.StatusUnauthorized || status == http.StatusForbidden ||
		status == http.StatusTooManyRequests && h.Get("X-RateLimit-Scope") != "shared"
	if !invalid {
		return
	}
	if now.Sub(l.counted) > l.window {
		l.invalid, l.counted = 0, now
	}
	if l.invalid++; l.invalid < l.most {
		return
	}
	// Answers to interactions go on and may be refused, too; that makes the
	// pause longer, and is not worth another line.
	again := now.Before(l.counted)
	l.stop(now.Add(l.window))
	l.invalid, l.counted = 0, now.Add(l.window)
	if !again {
		l.log.Error("discord: too many calls were refused (401, 403, 429); pausing lest this address is banned", "count", l.most, "pause", l.window)
	}
}

// stop lets nothing out until then. l.mu is held.
func (l *limits) stop(until time.Time) {
	if until.After(l.stopped) {
		l.stopped = until
	}
}

// exhaust notes that a route takes nothing for a while. l.mu is held.
func (l *limits) exhaust(route string, now time.Time, d time.Duration) {
	if len(l.routes) >= manyRoutes {
		for r, until := range l.routes {
			if now.After(until) {
				delete(l.routes, r)
			}
		}
	}
	l.routes[route] = now.Add(d)
}

// seconds reads a duration in seconds, which may have decimals. What is no
// sensible wait is none.
func seconds(s string) time.Duration {
	f, err := strconv.ParseFloat(s, 64)
	if err != nil || math.IsNaN(f) || f <= 0 {
		return 0
	}
	return time.Duration(min(f, maxTold.Seconds()) * float64(time.Second))
}
