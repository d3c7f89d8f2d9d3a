// Package adapter is what the adapters of chat platforms share: waiting and
// trying again, files that come in, messages that go on, lengths in UTF-16, and
// errors without secrets. It knows no platform.
package adapter

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"net/url"
	"runtime/debug"
	"strings"
	"time"
	"unicode/utf16"
	"unicode/utf8"

	"github.com/cenkalti/backoff/v5"
)

// Sleep waits for d. It returns an error when ctx ends before, and at once when
// that is known.
func Sleep(ctx context.Context, d time.Duration) error {
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

// Backoff is how long to wait between tries. A copy that has not been used starts
// anew.
type Backoff = backoff.ExponentialBackOff

// Waits are those between tries. They double up to most, less anything up to
// half, so that many clients thrown out together do not come back together.
func Waits(first, most time.Duration) Backoff {
	return Backoff{InitialInterval: first / 4 * 3, RandomizationFactor: 1. / 3, Multiplier: 2, MaxInterval: most / 4 * 3}
}

// Retry calls op, with the number of the try, until it succeeds, says that no
// other try helps, has been tried so often (0 is without an end), or ctx ends. A
// wait that op returns takes the place of the next of waits. The error is op's.
func Retry(ctx context.Context, waits Backoff, tries int, op func(try int) (wait time.Duration, again bool, err error)) error {
	for n := 1; ; n++ {
		wait, again, err := op(n)
		if err == nil || !again || n == tries {
			return err
		}
		if wait == 0 {
			wait = waits.NextBackOff()
		}
		if Sleep(ctx, wait) != nil {
			return err
		}
	}
}

// While calls f after the first wait, and then after each of the next, until it
// fails or ctx ends. Typing indicators go out by themselves and are shown so.
func While(ctx context.Context, first, next time.Duration, f func() error) error {
	for wait := first; Sleep(ctx, wait) == nil; wait = next {
		if err := f(); err != nil && ctx.Err() == nil {
			return err
		}
	}
	return nil
}

// ErrPanic is what Safely makes of a panic.
var ErrPanic = errors.New("panic")

// Safely makes a panic of job an error, and a line in the log that says where it
// came from.
func Safely(log *slog.Logger, message string, job func() error) (err error) {
	defer func() {
		if p := recover(); p != nil {
			log.Error(message, "panic", p, "stack", string(debug.Stack()))
			err = ErrPanic
		}
	}()
	return job()
}

// Secrets are texts that neither errors nor logs may hold.
type Secrets []string

// Hide takes the secrets out of a text from outside.
func (s Secrets) Hide(text string) string {
	for _, secret := range s {
		if secret != "" {
			text = strings.ReplaceAll(text, secret, "***")
		}
	}
	return text
}

// Bare is an error of an HTTP client without the URL, which may be a secret in
// itself, and without the others.
func (s Secrets) Bare(err error) error {
	var outer *url.Error
	if errors.As(err, &outer) {
		err = outer.Err
	}
	if err == nil {
		return nil
	}
	if told := s.Hide(err.Error()); told != err.Error() {
		return errors.New(told)
	}
	return err
}

// Posted reads the body of a POST of at most so many bytes. If it is none it
// answers itself, and returns the status.
func Posted(w http.ResponseWriter, r *http.Request, most int64, trusted func(http.Header) bool) (body []byte, refused int) {
	if r.Method != http.MethodPost {
		w.Header().Set("Allow", http.MethodPost)
		refused = http.StatusMethodNotAllowed
	} else if !trusted(r.Header) {
		refused = http.StatusUnauthorized // before anything is read
	} else if b, err := io.ReadAll(http.MaxBytesReader(w, r.Body, most)); err == nil {
		return b, 0
	} else if errors.As(err, new(*http.MaxBytesError)) {
		refused = http.StatusRequestEntityTooLarge
	} else {
		refused = http.StatusBadRequest
	}
	w.WriteHeader(refused)
	return nil, refused
}

// Units is the length of a text in UTF-16, in which Telegram counts, and which is
// the strictest of what Discord may mean by a character.
func Units(s string) (n int) {
	for _, c := range s {
		n += max(utf16.RuneLen(c), 1)
	}
	return n
}

// Clip shortens a text to at most n units, with an ellipsis.
func Clip(s string, n int) string {
	if Units(s) <= n {
		return s
	}
	left := n - Units("…")
	for i := 0; ; {
		c, size := utf8.DecodeRuneInString(s[i:])
		if left -= max(utf16.RuneLen(c), 1); left < 0 {
			return strings.TrimSpace(s[:i]) + "…"
		}
		i += size
	}
}
