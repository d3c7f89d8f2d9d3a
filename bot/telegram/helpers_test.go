package telegram_test

import (
	"bytes"
	"context"
	"log/slog"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"rapporteur/bot"
	"rapporteur/bot/bottest"
	"rapporteur/bot/telegram"
	"rapporteur/bot/telegram/telegramtest"
)

// handler is a bot.Handler that remembers what it was asked.
type handler struct {
	answer func(context.Context, bot.Request) bot.Reply

	mu    sync.Mutex
	asked []bot.Request
}

// Commands are those of the real bot.
func (h *handler) Commands(locale string) []bot.Command { return bottest.Commands(locale) }

func (h *handler) Handle(ctx context.Context, r bot.Request) bot.Reply {
	h.mu.Lock()
	h.asked = append(h.asked, r)
	h.mu.Unlock()
	return h.answer(ctx, r)
}

func (h *handler) requests() []bot.Request {
	h.mu.Lock()
	defer h.mu.Unlock()
	return append([]bot.Request(nil), h.asked...)
}

// answering makes a handler that says what f does, nothing for "".
func answering(f func(r bot.Request) string) *handler {
	return &handler{answer: func(_ context.Context, r bot.Request) bot.Reply { return say(f(r)) }}
}

// echo answers each text with itself.
func echo() *handler { return answering(func(r bot.Request) string { return "> " + r.Text }) }

func say(text string) bot.Reply {
	if text == "" {
		return bot.Reply{}
	}
	return bot.Reply{Kind: bot.KindAnswer, Blocks: []bot.Block{bot.Para{Text: text}}}
}

// running is an adapter at work.
type running struct {
	*telegram.Adapter
	logs *logs
	stop context.CancelFunc
	done chan error
}

// end stops the adapter and returns what Run did.
func (r *running) end(t testing.TB) error {
	t.Helper()
	r.stop()
	select {
	case err := <-r.done:
		r.done <- err // for the clean-up
		return err
	case <-time.After(20 * time.Second):
		t.Fatal("Run does not return")
		return nil
	}
}

// launch starts an adapter on the server and stops it with the test.
func launch(t *testing.T, s *telegramtest.Server, h bot.Handler, change ...func(*telegram.Adapter)) *running {
	t.Helper()
	return launchWith(t, telegram.Config{Token: telegramtest.Token, APIURL: s.URL() + "/", Handler: h}, change...)
}

func launchWith(t testing.TB, c telegram.Config, change ...func(*telegram.Adapter)) *running {
	t.Helper()
	r := &running{logs: &logs{}, done: make(chan error, 1)}
	c.Logger = slog.New(slog.NewTextHandler(r.logs, &slog.HandlerOptions{Level: slog.LevelDebug}))
	a, err := telegram.New(c)
	if err != nil {
		t.Fatal(err)
	}
	a.Hurry()
	for _, f := range change {
		f(a)
	}
	r.Adapter = a
	ctx, stop := context.WithCancel(context.Background())
	r.stop = stop
	go func() { r.done <- a.Run(ctx) }()
	t.Cleanup(func() {
		_ = r.end(t)
		for what, secret := range map[string]string{"token": telegramtest.Token[10:], "webhook's secret": c.WebhookSecret} {
			if secret != "" && strings.Contains(r.logs.String(), secret) {
				t.Errorf("the %s is in the log", what)
			}
		}
		if t.Failed() {
			t.Log("\n" + r.logs.String())
		}
	})
	return r
}

// logs is a buffer for several goroutines.
type logs struct {
	mu  sync.Mutex
	buf bytes.Buffer
}

func (l *logs) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.buf.Write(p)
}

func (l *logs) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.buf.String()
}

// handlerOf answers everything with one reply.
func handlerOf(r bot.Reply) func(context.Context, bot.Request) bot.Reply {
	return func(context.Context, bot.Request) bot.Reply { return r }
}

// wire passes calls on to a server until it is cut.
type wire struct {
	to   string
	mu   sync.Mutex
	dead bool
}

func (w *wire) cut() {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.dead = true
}

func (w *wire) ServeHTTP(out http.ResponseWriter, in *http.Request) {
	w.mu.Lock()
	dead := w.dead
	w.mu.Unlock()
	if dead {
		panic(http.ErrAbortHandler)
	}
	req, err := http.NewRequestWithContext(in.Context(), in.Method, w.to+in.URL.Path, in.Body)
	if err != nil {
		panic(http.ErrAbortHandler)
	}
	req.Header, req.ContentLength = in.Header, in.ContentLength
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		panic(http.ErrAbortHandler)
	}
	defer resp.Body.Close()
	out.Header().Set("Content-Type", resp.Header.Get("Content-Type"))
	out.WriteHeader(resp.StatusCode)
	var buf [4096]byte
	for n, err := resp.Body.Read(buf[:]); n > 0 || err == nil; n, err = resp.Body.Read(buf[:]) {
		_, _ = out.Write(buf[:n])
	}
}
