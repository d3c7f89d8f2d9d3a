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
	"net/http"
	"strings"
	"time"

	"github.com/bwmarrin/discordgo"

	"rapporteur/bot"
	"rapporteur/bot/adapter"
)

// codeNoMutualServer is a refusal that discordgo does not name: for want of a
// server both are on (topics/opcodes-and-status-codes.mdx, "JSON error codes").
const codeNoMutualServer = 50278

const (
	// attempts of a call, the first included. With waits that double from a
	// quarter of a second up to longestWait, they outlast an outage of half a
	// minute; the context ends those for which that is too long.
	attempts    = 9
	longestWait = 16 * time.Second // before a call is repeated, unless Discord says otherwise
	callTimeout = 15 * time.Second // of one attempt, and what its files take
	uploadRate  = 256 << 10        // bytes a second, the slowest line that files get through
	answerBytes = 4 << 20          // of an answer, at most, are read
)

// rest sends the calls of this package, with discordgo, which is told each time
// where to, and neither to wait nor to repeat: it does so without an end.
type rest struct {
	*discordgo.Session
	base   string // such as https://discord.com/api/v10
	client *http.Client
	limits *limits
	times  *timing

	secrets adapter.Secrets
}

func newRest(base, token, version string, log *slog.Logger, times *timing) *rest {
	transport := http.DefaultTransport.(*http.Transport).Clone()
	transport.MaxIdleConnsPerHost = maxHandling
	r := &rest{base: base, client: &http.Client{Transport: transport}, limits: newLimits(log), times: times, secrets: adapter.Secrets{token}}
	r.Session, _ = discordgo.New("Bot " + token) // never fails
	r.UserAgent = "DiscordBot (" + home + ", " + cmp.Or(version, "devel") + ")"
	r.LogLevel, r.ShouldRetryOnRateLimit, r.MaxRestRetries = -1, false, 0
	r.Client = &http.Client{Transport: legible{r}}
	return r
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
	kind, body, err := c.encode()
	if err != nil {
		return fmt.Errorf("%s: %w", c.name, err)
	}
	waits := adapter.Waits(min(r.times.retry, longestWait), longestWait)
	err = adapter.Retry(ctx, waits, cmp.Or(c.tries, attempts), func(try int) (time.Duration, bool, error) {
		answer, err := r.try(ctx, c, kind, body)
		var limited *discordgo.RateLimitError
		var refused *discordgo.RESTError
		switch {
		case err == nil && out != nil:
			return 0, false, json.Unmarshal(answer, out)
		case errors.As(err, &limited):
			return max(limited.RetryAfter, time.Millisecond), true, &apiError{Status: http.StatusTooManyRequests, Message: limited.Message}
		case errors.As(err, &refused):
			return 0, c.again && refused.Response.StatusCode >= 500, r.refused(refused, try > 1)
		}
		return 0, c.again, r.secrets.Bare(err) // the URL would carry an interaction's token into the log
	})
	if err != nil {
		return fmt.Errorf("%s: %w", c.name, err)
	}
	return nil
}

// refused is a refusal without what discordgo keeps with it.
func (r *rest) refused(e *discordgo.RESTError, repeated bool) error {
	told := &apiError{Status: e.Response.StatusCode, Message: http.StatusText(e.Response.StatusCode), Repeated: repeated}
	if e.Message != nil {
		var fields struct {
			Errors json.RawMessage `json:"errors"` // which field is wrong
		}
		json.Unmarshal(e.ResponseBody, &fields)
		told.Code, told.Message = e.Message.Code, e.Message.Message+" "+string(fields.Errors)
	}
	told.Message = r.secrets.Hide(strings.TrimSpace(told.Message))
	return told
}

// try makes one attempt.
func (r *rest) try(ctx context.Context, c call, kind string, body []byte) ([]byte, error) {
	bucket, err := r.limits.bucket(ctx, c)
	if err != nil {
		return nil, fmt.Errorf("waiting for discord's limits: %w", err)
	}
	ctx, cancel := context.WithTimeout(ctx, callTimeout+time.Duration(len(body)/uploadRate)*time.Second)
	defer cancel()
	return r.RequestWithLockedBucket(c.method, r.base+c.path, kind, body, bucket, 0, discordgo.WithContext(ctx))
}

// encode returns the body of a call and its MIME type: JSON, in a form if there
// are files.
func (c *call) encode() (kind string, body []byte, err error) {
	if c.body == nil {
		return "", nil, nil
	}
	if len(c.files) == 0 {
		body, err = json.Marshal(c.body)
		return "application/json", body, err
	}
	var files []*discordgo.File
	for _, f := range c.files {
		files = append(files, &discordgo.File{Name: f.Name, ContentType: f.Type, Reader: bytes.NewReader(f.Data)})
	}
	return discordgo.MultipartBodyWithJSON(c.body, files)
}

// legible makes of Discord's answers such as discordgo reads rightly: not
// without an end, and with what is said of limits where it looks for it.
type legible struct{ *rest }

func (l legible) RoundTrip(req *http.Request) (*http.Response, error) {
	resp, err := l.client.Transport.RoundTrip(req)
	if err != nil {
		return nil, err
	}
	body := resp.Body
	resp.Body = struct {
		io.Reader
		io.Closer
	}{io.LimitReader(body, answerBytes), body}
	l.limits.count(resp.StatusCode, resp.Header)
	if resp.StatusCode != http.StatusTooManyRequests {
		return resp, nil
	}
	// Cloudflare's own limits come without JSON, the others with both.
	var told struct {
		Message    string  `json:"message"`
		RetryAfter float64 `json:"retry_after"`
		Global     bool    `json:"global,omitempty"`
	}
	raw, _ := io.ReadAll(resp.Body)
	json.Unmarshal(raw, &told)
	told.RetryAfter = cmp.Or(told.RetryAfter, seconds(resp.Header.Get("Retry-After")).Seconds())
	raw, _ = json.Marshal(told)
	resp.Body = struct {
		io.Reader
		io.Closer
	}{bytes.NewReader(raw), body}
	resp.Header.Set("X-RateLimit-Remaining", "0")
	resp.Header.Set("X-RateLimit-Reset-After", fmt.Sprint(told.RetryAfter))
	if told.Global {
		resp.Header.Set("X-RateLimit-Global", "true")
	}
	return resp, nil
}
