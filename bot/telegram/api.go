package telegram

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"math/rand/v2"
	"mime/multipart"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"rapporteur/bot"
)

const (
	// callTime bounds a call; a poll gets it on top of the time it may be held.
	callTime = 20 * time.Second
	// maxAnswer bounds what is read of an answer. A hundred updates with
	// everything they can carry are well below it.
	maxAnswer = 32 << 20
)

const errToken bot.SetupError = "the Bot API does not accept RAPPORTEUR_TELEGRAM_TOKEN: take the token from @BotFather anew"

var (
	errConflict = errors.New("another instance is polling with this token")
	errWebhook  = errors.New("a webhook is set on this token")
)

// client calls methods of the Bot API. Parameters go as the library sends them,
// as multipart forms, which every server and every imitation of it must read;
// but the length is told in advance, which simple ones need.
type client struct {
	base   string            // with the token, so never shown
	files  string            // likewise, below which files are
	hidden *strings.Replacer // of what must not be shown
	http   *http.Client
}

func newClient(api, token string, hook *hook) (*client, error) {
	u, err := url.Parse(strings.TrimRight(api, "/"))
	if err != nil || (u.Scheme != "http" && u.Scheme != "https") || u.Host == "" {
		return nil, errors.New("the Bot API URL is not an absolute http or https URL") // which may hold a password
	}
	if token = strings.TrimSpace(token); token == "" {
		return nil, errors.New("RAPPORTEUR_TELEGRAM_TOKEN is empty")
	}
	if strings.Trim(token, tokenLetters) != "" {
		return nil, errors.New("RAPPORTEUR_TELEGRAM_TOKEN is not a bot token: it has characters no token has")
	}
	_, secret, ok := strings.Cut(token, ":")
	if !ok || secret == "" {
		secret = token
	}
	c := &client{
		base:  u.String() + "/bot" + token + "/",
		files: u.String() + "/file/bot" + token + "/",
		http: &http.Client{
			Transport: http.DefaultTransport.(*http.Transport).Clone(),
			// A redirect would carry the token, in the path or as the referrer,
			// to whoever it names.
			CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
		},
	}
	pairs := []string{secret, "***"}
	if hook != nil {
		pairs = append(pairs, hook.secret, "***")
	}
	c.hidden = strings.NewReplacer(pairs...)
	return c, nil
}

const tokenLetters = "0123456789:ABCDEFGHIJKLMNOPQRSTUVWXYZ_-abcdefghijklmnopqrstuvwxyz"

// An apiError is a refusal by the Bot API.
type apiError struct {
	Method      string
	Code        int
	Description string
	RetryAfter  time.Duration // 0 if the server did not say
	MigrateTo   int64         // the new id of a group that has become a supergroup, or 0
}

func (e *apiError) Error() string {
	return fmt.Sprintf("%s: %d %s", e.Method, e.Code, e.Description)
}

// code returns the status of the refusal err is, or 0 if it is none.
func code(err error) int {
	var refusal *apiError
	if errors.As(err, &refusal) {
		return refusal.Code
	}
	return 0
}

// call calls a method within callTime and stores its result in dest unless that is nil.
func (c *client) call(ctx context.Context, method string, params, dest any) error {
	return c.callWithin(ctx, callTime, method, params, dest)
}

func (c *client) callWithin(ctx context.Context, limit time.Duration, method string, params, dest any) error {
	ctx, cancel := context.WithTimeout(ctx, limit)
	defer cancel()
	body, contentType, err := form(params)
	if err != nil {
		return fmt.Errorf("%s: %w", method, err)
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, c.base+method, bytes.NewReader(body))
	if err != nil {
		return fmt.Errorf("%s: %w", method, c.withoutURL(err))
	}
	if contentType != "" {
		req.Header.Set("Content-Type", contentType)
	}
	resp, err := c.http.Do(req)
	if err != nil {
		return fmt.Errorf("%s: %w", method, c.withoutURL(err))
	}
	defer resp.Body.Close()
	data, err := io.ReadAll(io.LimitReader(resp.Body, maxAnswer))
	if err != nil {
		return fmt.Errorf("%s: %w", method, c.withoutURL(err))
	}
	return c.decode(method, resp, data, dest)
}

// form makes a multipart form of a struct of parameters: strings as they are,
// everything else as JSON, and a file if one goes with them. Without parameters
// there is no body.
func form(params any) (body []byte, contentType string, err error) {
	encoded, err := json.Marshal(params)
	if err != nil {
		return nil, "", err
	}
	var fields map[string]json.RawMessage
	if err := json.Unmarshal(encoded, &fields); err != nil {
		return nil, "", err
	}
	if len(fields) == 0 {
		return nil, "", nil
	}
	var b bytes.Buffer
	w := multipart.NewWriter(&b)
	for _, name := range slices.Sorted(maps.Keys(fields)) {
		value := string(fields[name])
		if value[0] == '"' {
			if err := json.Unmarshal(fields[name], &value); err != nil {
				return nil, "", err
			}
		}
		if err := w.WriteField(name, value); err != nil {
			return nil, "", err
		}
	}
	if f, ok := params.(*fileParams); ok {
		if err := f.attach(w); err != nil {
			return nil, "", err
		}
	}
	if err := w.Close(); err != nil {
		return nil, "", err
	}
	return b.Bytes(), w.FormDataContentType(), nil
}

// decode reads the envelope every method's answer comes in.
func (c *client) decode(method string, resp *http.Response, data []byte, dest any) error {
	var answer struct {
		OK          bool            `json:"ok"`
		Result      json.RawMessage `json:"result"`
		ErrorCode   int             `json:"error_code"`
		Description string          `json:"description"`
		Parameters  struct {
			RetryAfter float64 `json:"retry_after"` // seconds
			MigrateTo  int64   `json:"migrate_to_chat_id"`
		} `json:"parameters"`
	}
	if err := json.Unmarshal(data, &answer); err != nil {
		// Also a 200 is a refusal then: to take it for a lost connection would
		// be to send a message twice.
		return &apiError{Method: method, Code: resp.StatusCode, Description: "the answer is no Bot API answer"}
	}
	if !answer.OK {
		e := &apiError{
			Method:      method,
			Code:        answer.ErrorCode,
			Description: c.hidden.Replace(answer.Description),
			RetryAfter:  time.Duration(answer.Parameters.RetryAfter * float64(time.Second)),
			MigrateTo:   answer.Parameters.MigrateTo,
		}
		if e.Code == 0 {
			e.Code = resp.StatusCode
		}
		return e
	}
	if dest == nil {
		return nil
	}
	if err := json.Unmarshal(answer.Result, dest); err != nil {
		return fmt.Errorf("%s: %w", method, err)
	}
	return nil
}

// withoutURL takes the URL, which holds the token, out of a transport error.
func (c *client) withoutURL(err error) error {
	var outer *url.Error
	if errors.As(err, &outer) {
		err = outer.Err
	}
	if told := c.hidden.Replace(err.Error()); told != err.Error() {
		return errors.New(told)
	}
	return err
}

// backoff waits longer from try to try. It is a value: a copy starts anew.
type backoff struct {
	first, most time.Duration
	next        time.Duration
}

// sleep waits for the time a 429 asks for, otherwise for a random time around
// the next step, so that many bots do not come back all at once.
func (b *backoff) sleep(ctx context.Context, cause error) error {
	var refusal *apiError
	if errors.As(cause, &refusal) && refusal.RetryAfter > 0 {
		return sleep(ctx, refusal.RetryAfter)
	}
	b.next = min(max(2*b.next, b.first), b.most)
	return sleep(ctx, b.next/2+rand.N(b.next/2+1))
}

// sleep waits for d, or returns the context's error if that is over before.
func sleep(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
