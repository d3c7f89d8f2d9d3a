package telegram

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"path"
	"strings"
	"time"

	tg "github.com/go-telegram/bot"

	"rapporteur/bot"
	"rapporteur/bot/adapter"
)

const (
	// callTime bounds a call; a poll gets it on top of the time it may be held,
	// a file on top of the time it takes to send.
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

// client is the library's bot over a transport of ours.
type client struct {
	*tg.Bot
	base   string          // with the token, so never shown
	files  string          // likewise, below which files are
	hidden adapter.Secrets // must not be shown
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
	_, secret, _ := strings.Cut(token, ":")
	c := &client{
		base:   u.String() + "/bot" + token + "/",
		files:  u.String() + "/file/bot" + token + "/",
		hidden: adapter.Secrets{cmp.Or(secret, token)},
		http:   adapter.NewClient(),
	}
	if hook != nil {
		c.hidden = append(c.hidden, hook.secret)
	}
	c.http.Transport = &transport{c.http.Transport, c.hidden}
	c.Bot, err = tg.New(token, tg.WithSkipGetMe(), tg.WithServerURL(u.String()), tg.WithHTTPClient(0, c),
		tg.WithErrorsHandler(func(error) {})) // of pipes that the other end has closed: the call's own error tells
	return c, err
}

const tokenLetters = "0123456789:ABCDEFGHIJKLMNOPQRSTUVWXYZ_-abcdefghijklmnopqrstuvwxyz"

// Do implements the library's HttpClient. Its errors do not hold the URL, in
// which the token is.
func (c *client) Do(req *http.Request) (*http.Response, error) {
	resp, err := c.http.Do(req)
	return resp, c.hidden.Bare(err)
}

// raw calls a method that the library does not have, or not as it must be
// called, and stores the result in dest unless that is nil.
func (c *client) raw(ctx context.Context, method string, params, dest any) error {
	body, err := json.Marshal(params)
	if err != nil {
		return fmt.Errorf("%s: %w", method, err)
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, c.base+method, bytes.NewReader(body))
	if err != nil {
		return fmt.Errorf("%s: %w", method, c.hidden.Bare(err))
	}
	req.Header.Set("Content-Type", "application/json")
	resp, err := c.Do(req)
	if err != nil {
		return fmt.Errorf("%s: %w", method, err)
	}
	defer resp.Body.Close()
	var e envelope
	if err := json.NewDecoder(resp.Body).Decode(&e); err != nil {
		return fmt.Errorf("%s: %w", method, err)
	}
	if !e.OK {
		return fmt.Errorf("%s: %w", method, e.refusal())
	}
	if dest == nil {
		return nil
	}
	if err := json.Unmarshal(e.Result, dest); err != nil {
		return fmt.Errorf("%s: %w", method, err)
	}
	return nil
}

// envelope is what every answer comes in (Bot API, "Making requests").
type envelope struct {
	OK          bool            `json:"ok"`
	Result      json.RawMessage `json:"result,omitempty"`
	ErrorCode   int             `json:"error_code,omitempty"`
	Description string          `json:"description,omitempty"`
	Parameters  struct {
		RetryAfter float64 `json:"retry_after,omitempty"` // seconds
		MigrateTo  int64   `json:"migrate_to_chat_id,omitempty"`
	} `json:"parameters"`
}

// statusError is a refusal for which the library has no error: it loses the
// status of these, by which a broken server is told from a wrong call.
type statusError struct {
	code        int
	description string
}

func (e *statusError) Error() string { return fmt.Sprintf("%d %s", e.code, e.description) }

// refusals are the library's errors for a status.
var refusals = map[int]error{
	http.StatusBadRequest:   tg.ErrorBadRequest,
	http.StatusUnauthorized: tg.ErrorUnauthorized,
	http.StatusForbidden:    tg.ErrorForbidden,
	http.StatusNotFound:     tg.ErrorNotFound,
	http.StatusConflict:     tg.ErrorConflict,
}

// refusal is the error that the library makes of an answer.
func (e *envelope) refusal() error {
	if e.ErrorCode == http.StatusTooManyRequests {
		return &tg.TooManyRequestsError{Message: e.Description, RetryAfter: int(e.Parameters.RetryAfter)}
	}
	if known, ok := refusals[e.ErrorCode]; ok {
		return fmt.Errorf("%w, %s", known, e.Description)
	}
	return &statusError{e.ErrorCode, e.Description}
}

// code returns the status of the refusal err is, or 0 if it is none.
func code(err error) int {
	var status *statusError
	var limited *tg.TooManyRequestsError
	var moved *tg.MigrateError
	switch {
	case errors.As(err, &status):
		return status.code
	case errors.As(err, &limited):
		return http.StatusTooManyRequests
	case errors.As(err, &moved):
		return http.StatusBadRequest
	}
	for status, known := range refusals {
		if errors.Is(err, known) {
			return status
		}
	}
	return 0
}

// says reports whether a bad request was refused in these words. The API has
// no codes for them.
func says(err error, words string) bool {
	return code(err) == http.StatusBadRequest && strings.Contains(strings.ToLower(err.Error()), words)
}

// retryAfter is how long Telegram asks to wait, or 0.
func retryAfter(err error) time.Duration {
	var limited *tg.TooManyRequestsError
	if !errors.As(err, &limited) {
		return 0
	}
	return time.Duration(limited.RetryAfter) * time.Second
}

// transport makes requests such as simple Bot API servers read, and answers such
// as the library reads rightly.
type transport struct {
	below  http.RoundTripper
	hidden adapter.Secrets
}

// RoundTrip sends a call: with its length told in advance, and with no body if
// there are no parameters, where the library streams forms of unknown length.
func (t *transport) RoundTrip(req *http.Request) (*http.Response, error) {
	if req.Method != http.MethodPost {
		return t.below.RoundTrip(req) // a file
	}
	body, err := io.ReadAll(req.Body)
	req.Body.Close()
	if err != nil {
		return nil, err
	}
	method := path.Base(req.URL.Path)
	ctx := req.Context()
	if method != methodUpdates { // which is held, by a time of its own
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeout(ctx, callTime+time.Duration(len(body)/slowestUpload)*time.Second)
		defer cancel()
	}
	req = req.Clone(ctx)
	req.Body, req.ContentLength = io.NopCloser(bytes.NewReader(body)), int64(len(body))
	if !bytes.Contains(body, []byte(`name="`)) && req.Header.Get("Content-Type") != "application/json" {
		req.Body, req.ContentLength = http.NoBody, 0
		req.Header.Del("Content-Type")
	}
	resp, err := t.below.RoundTrip(req)
	if err != nil {
		return nil, err
	}
	answer, err := io.ReadAll(io.LimitReader(resp.Body, maxAnswer))
	resp.Body.Close()
	if err != nil {
		return nil, err
	}
	if answer, err = t.legible(method, resp.StatusCode, answer); err != nil {
		return nil, err
	}
	resp.Body, resp.ContentLength = io.NopCloser(bytes.NewReader(answer)), int64(len(answer))
	return resp, nil
}

// sending are the methods of whose result only the message's id is of use.
var sending = map[string]bool{
	"sendMessage": true, "sendPhoto": true, "sendDocument": true, "editMessageText": true, "editMessageReplyMarkup": true,
}

// legible changes an answer into one that the library reads rightly:
//
//   - what is no answer of the Bot API is a refusal: the library takes it for a
//     lost connection, so that a message would be sent twice;
//   - refusals that the library has no error for keep their status;
//   - of a message that was sent only the id is left, for once is better than
//     twice: the library fails at a message with something new in it, and at the
//     mere true that an edit by way of the bot is answered with;
//   - secrets are taken out of descriptions, and waits are whole seconds.
func (t *transport) legible(method string, status int, answer []byte) ([]byte, error) {
	var e envelope
	if err := json.Unmarshal(answer, &e); err != nil {
		return nil, &statusError{status, "the answer is no Bot API answer"}
	}
	if e.OK {
		if !sending[method] {
			return answer, nil
		}
		var sent struct {
			ID int `json:"message_id"`
		}
		_ = json.Unmarshal(e.Result, &sent)
		return fmt.Appendf(nil, `{"ok":true,"result":{"message_id":%d}}`, sent.ID), nil
	}
	e.ErrorCode = cmp.Or(e.ErrorCode, status)
	e.Description = t.hidden.Hide(e.Description)
	e.Parameters.RetryAfter = float64(int(e.Parameters.RetryAfter + .999))
	if _, known := refusals[e.ErrorCode]; !known && e.ErrorCode != http.StatusTooManyRequests {
		return nil, e.refusal()
	}
	return json.Marshal(e)
}
