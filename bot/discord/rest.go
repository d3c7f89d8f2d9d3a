package discord

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"math/rand/v2"
	"net/http"
	"strings"
	"time"

	"rapporteur/bot"
)

// Discord's error codes that are told apart
// (topics/opcodes-and-status-codes.mdx, "JSON error codes").
const (
	codeUnknownWebhook     = 10015 // the interaction's 15 minutes are over
	codeUnknownInteraction = 10062 // acknowledged after more than 3 seconds
	codeAcknowledged       = 40060 // somebody has acknowledged it already
	codeWebhookToken       = 50027 // as codeUnknownWebhook
	codeUnknownUser        = 10013
	codeUnknownMessage     = 10008 // somebody has removed it
	codeInvalidBody        = 50035
	codeEmptyMessage       = 50006
	codeCannotSend         = 50007  // to somebody who blocks the bot, or takes no direct messages
	codeNoMutualServer     = 50278  // the same, for want of a server both are on
	codeThreadExists       = 160004 // at this message already
	codeNoHistory          = 160002 // may not reply without permission to read the history
)

const (
	// attempts of a call, the first included. With waits that double from a
	// quarter of a second up to longestWait, they outlast an outage of half a
	// minute; the context ends those for which that is too long.
	attempts    = 9
	longestWait = 16 * time.Second // before a call is repeated, unless Discord says otherwise
	callTimeout = 15 * time.Second // of one attempt, and what its files take
	uploadRate  = 256 << 10        // bytes a second, the slowest line that files get through
	errorBytes  = 64 << 10         // of a refusal, at most, are read
	answerBytes = 4 << 20          // of any other answer
)

// rest sends the calls of this package.
type rest struct {
	base   string // such as https://discord.com/api/v10
	token  string // bare
	agent  string // what we call ourselves
	client *http.Client
	limits *limits
	times  *timing
}

func newRest(base, token, version string, log *slog.Logger, times *timing) *rest {
	transport := http.DefaultTransport.(*http.Transport).Clone()
	transport.MaxIdleConnsPerHost = maxHandling
	return &rest{
		base:   base,
		token:  token,
		agent:  "DiscordBot (" + home + ", " + cmp.Or(version, "devel") + ")",
		client: &http.Client{Transport: transport},
		limits: newLimits(log),
		times:  times,
	}
}

// home stands where Discord wants an address in our name: "DiscordBot (URL,
// version)" (reference.mdx, "User Agent"). The project has none of its own.
const home = "https://rapporteur.invalid"

// call is one REST call.
type call struct {
	name         string // what it does, for errors: paths hold interaction tokens
	method, path string
	body         any        // sent as JSON; nil is no body
	files        []bot.File // sent along in a form, whose payload_json the body then is
	again        bool       // sending it twice does no harm
	tries        int        // at most; 0 is attempts
}

// apiError is Discord's refusal of a call.
type apiError struct {
	Status  int
	Code    int
	Message string
	// Repeated says that earlier attempts of the same call failed, so that the
	// refusal may be the echo of one that took effect after all.
	Repeated bool
}

func (e *apiError) Error() string {
	return fmt.Sprintf("discord answered %d (code %d): %s", e.Status, e.Code, e.Message)
}

// refusal returns the code with which Discord refused a call, or 0.
func refusal(err error) int {
	var e *apiError
	if errors.As(err, &e) {
		return e.Code
	}
	return 0
}

// do sends a call and decodes the answer into out unless that is nil. It waits
// out rate limits as told, and repeats a call that failed on the way or with a
// 5xx if that does no harm, all within ctx.
func (r *rest) do(ctx context.Context, c call, out any) error {
	body, err := c.encode()
	if err != nil {
		return fmt.Errorf("%s: %w", c.name, err)
	}
	if err := r.limits.wait(ctx, c); err != nil {
		return fmt.Errorf("%s: waiting for discord's limits: %w", c.name, err)
	}
	for n := 1; ; n++ {
		var wait time.Duration
		wait, err = r.try(ctx, c, body, out)
		if err == nil {
			return nil
		}
		var refused *apiError
		if errors.As(err, &refused) {
			refused.Repeated = n > 1
		}
		limited := wait > 0
		retry := limited || c.again && (refused == nil || refused.Status >= 500)
		if !limited {
			// Anything up to the whole, so that calls that failed together do
			// not come again together.
			wait = rand.N(min(r.times.retry<<(n-1), longestWait))
		}
		if !retry || n == cmp.Or(c.tries, attempts) || sleep(ctx, wait) != nil || r.limits.wait(ctx, c) != nil {
			return fmt.Errorf("%s: %w", c.name, err)
		}
	}
}

// try makes one attempt. A positive wait says after which time Discord will
// listen again.
func (r *rest) try(ctx context.Context, c call, body payload, out any) (wait time.Duration, err error) {
	ctx, cancel := context.WithTimeout(ctx, callTimeout+time.Duration(len(body.data)/uploadRate)*time.Second)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, c.method, r.base+c.path, bytes.NewReader(body.data))
	if err != nil {
		return 0, errors.New("cannot build the request")
	}
	req.Header.Set("Authorization", "Bot "+r.token)
	req.Header.Set("User-Agent", r.agent)
	if body.kind != "" {
		req.Header.Set("Content-Type", body.kind)
	}
	resp, err := r.client.Do(req)
	if err != nil {
		return 0, bare(err) // the URL would carry an interaction's token into the log
	}
	defer resp.Body.Close()
	if resp.StatusCode >= 400 {
		return r.refused(c, resp)
	}
	r.limits.note(c, resp.StatusCode, resp.Header, 0, false)
	answer := io.LimitReader(resp.Body, answerBytes)
	if out != nil {
		err = json.NewDecoder(answer).Decode(out)
	}
	io.Copy(io.Discard, answer) // so that the connection is used again
	return 0, err
}

// refused reads an answer of 400 or more. A positive wait is Discord's.
func (r *rest) refused(c call, resp *http.Response) (wait time.Duration, err error) {
	var told struct {
		Code       int             `json:"code"`
		Message    string          `json:"message"`
		Errors     json.RawMessage `json:"errors"` // which field is wrong
		RetryAfter json.Number     `json:"retry_after"`
		Global     bool            `json:"global"`
	}
	raw, _ := io.ReadAll(io.LimitReader(resp.Body, errorBytes))
	if json.Unmarshal(raw, &told) != nil {
		told.Message = http.StatusText(resp.StatusCode)
	}
	if len(told.Errors) > 0 {
		told.Message += " " + string(told.Errors)
	}
	if resp.StatusCode == http.StatusTooManyRequests {
		// Cloudflare's own limits come without JSON, the others with both.
		wait = cmp.Or(seconds(told.RetryAfter.String()), seconds(resp.Header.Get("Retry-After")), time.Millisecond)
	}
	all := told.Global || resp.Header.Get("X-RateLimit-Global") == "true"
	r.limits.note(c, resp.StatusCode, resp.Header, wait, all)
	return wait, &apiError{Status: resp.StatusCode, Code: told.Code, Message: r.scrub(told.Message)}
}

// scrub takes the token out of a text from outside.
func (r *rest) scrub(s string) string { return strings.ReplaceAll(s, r.token, "[token]") }

// sleep waits, and returns at once with an error if ctx ends before that.
func sleep(ctx context.Context, d time.Duration) error {
	if end, ok := ctx.Deadline(); ok && time.Until(end) < d {
		return context.DeadlineExceeded
	}
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-t.C:
		return nil
	}
}

// jitter spreads a wait over its second half, so that many clients thrown out
// together do not come back together.
func jitter(d time.Duration) time.Duration {
	if d < 2 {
		return d
	}
	return d/2 + rand.N(d/2)
}
