package discord

import (
	"context"
	"log/slog"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/bwmarrin/discordgo"
	"golang.org/x/time/rate"

	"rapporteur/bot/adapter"
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

	// manyCalls are how many are made before discordgo's limiter, which never
	// forgets a route, is thrown away for a new one.
	manyCalls = 4096
)

// limits holds calls back until Discord will take them, with discordgo's
// limiter. Calls in answer to an interaction have one of their own each: the
// global limit does not bind them, a person is waiting, and nothing must be
// kept of them.
type limits struct {
	log    *slog.Logger
	pace   *rate.Limiter
	most   int           // invalid answers
	window time.Duration // in which they are counted

	mu      sync.Mutex
	limiter *discordgo.RateLimiter
	calls   int       // with that limiter
	stopped time.Time // everything, until
	invalid int       // answers of 401, 403 and 429
	counted time.Time // since
}

func newLimits(log *slog.Logger) *limits {
	return &limits{log: log, pace: rate.NewLimiter(callRate, callBurst), most: maxInvalid, window: invalidWindow, limiter: discordgo.NewRatelimiter()}
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

// bucket returns when the call may be sent, with what discordgo wants to be
// locked meanwhile.
func (l *limits) bucket(ctx context.Context, c call) (*discordgo.Bucket, error) {
	if c.answersInteraction() {
		return discordgo.NewRatelimiter().LockBucket(""), nil
	}
	if err := l.pace.Wait(ctx); err != nil {
		return nil, err
	}
	for {
		l.mu.Lock()
		if l.calls++; l.calls > manyCalls {
			l.limiter, l.calls = discordgo.NewRatelimiter(), 0
		}
		limiter, wait := l.limiter, time.Until(l.stopped)
		l.mu.Unlock()
		b := limiter.GetBucket(c.route())
		b.Lock()
		if wait = max(wait, limiter.GetWaitTime(b, 1)); wait <= 0 {
			b.Remaining--
			return b, nil
		}
		b.Unlock()
		if err := adapter.Sleep(ctx, wait); err != nil {
			return nil, err
		}
	}
}

// count learns from an answer.
func (l *limits) count(status int, h http.Header) {
	if status != http.StatusUnauthorized && status != http.StatusForbidden &&
		(status != http.StatusTooManyRequests || h.Get("X-RateLimit-Scope") == "shared") {
		return
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	now := time.Now()
	if now.Sub(l.counted) > l.window {
		l.invalid, l.counted = 0, now
	}
	if l.invalid++; l.invalid < l.most {
		return
	}
	// Answers to interactions go on and may be refused, too; that makes the
	// pause longer, and is not worth another line.
	again := now.Before(l.counted)
	l.stopped = now.Add(l.window)
	l.invalid, l.counted = 0, now.Add(l.window)
	if !again {
		l.log.Error("discord: too many calls were refused (401, 403, 429); pausing lest this address is banned", "count", l.most, "pause", l.window)
	}
}

// seconds reads a duration in seconds, which may have decimals. What is no
// sensible wait is none.
func seconds(s string) time.Duration {
	f, err := strconv.ParseFloat(s, 64)
	if err != nil || !(f > 0) {
		return 0
	}
	return time.Duration(min(f, maxTold.Seconds()) * float64(time.Second))
}
