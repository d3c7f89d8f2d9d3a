package adapter_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"
	"unicode/utf16"

	"rapporteur/bot"
	"rapporteur/bot/adapter"
)

func TestRetry(t *testing.T) {
	t.Parallel()
	trouble := errors.New("trouble")
	for _, tt := range []struct {
		name              string
		tries, want, good int // good is the try that succeeds, 0 is none
		again             bool
		err               error
	}{
		{"the first try", 3, 1, 1, true, nil},
		{"the third try", 3, 3, 3, true, nil},
		{"no try", 3, 3, 0, true, trouble},
		{"of no use", 3, 1, 0, false, trouble},
	} {
		var told []int
		err := adapter.Retry(t.Context(), adapter.Waits(time.Millisecond, time.Millisecond), tt.tries, func(try int) (time.Duration, bool, error) {
			told = append(told, try)
			if try == tt.good {
				return 0, true, nil
			}
			return 0, tt.again, trouble
		})
		if len(told) != tt.want || err != tt.err {
			t.Errorf("%s: tries %v, %v, want %d, %v", tt.name, told, err, tt.want, tt.err)
		}
	}
	ctx, cancel := context.WithTimeout(t.Context(), time.Second)
	defer cancel()
	err := adapter.Retry(ctx, adapter.Waits(time.Hour, time.Hour), 0, func(int) (time.Duration, bool, error) { return 0, true, trouble })
	if err != trouble || ctx.Err() != nil {
		t.Errorf("%v, %v: a wait beyond the deadline is slept", err, ctx.Err())
	}
}

func TestWaits(t *testing.T) {
	t.Parallel()
	waits := adapter.Waits(time.Second, 10*time.Second)
	for _, most := range []time.Duration{1, 2, 4, 8, 10, 10} {
		if d := waits.NextBackOff(); d < most*time.Second/2 || d > most*time.Second {
			t.Errorf("a wait of %v, want %d s or up to half less", d, most)
		}
	}
}

func TestSecrets(t *testing.T) {
	t.Parallel()
	secrets := adapter.Secrets{"s3cret", ""}
	cause := errors.New("refused")
	if err := secrets.Bare(fmt.Errorf("getMe: %w", &url.Error{Op: "Post", URL: "https://x/s3cret", Err: cause})); err != cause {
		t.Errorf("got %v, want the cause alone", err)
	}
	if err := secrets.Bare(errors.New("dial s3cret: no")); err.Error() != "dial ***: no" {
		t.Errorf("got %v", err)
	}
	if err := secrets.Bare(nil); err != nil {
		t.Errorf("got %v of no error", err)
	}
}

func TestSafely(t *testing.T) {
	t.Parallel()
	var out bytes.Buffer
	err := adapter.Safely(slog.New(slog.NewTextHandler(&out, nil)), "panic while testing", func() error { panic("boom") })
	if !errors.Is(err, adapter.ErrPanic) || !strings.Contains(out.String(), "boom") || !strings.Contains(out.String(), "adapter_test.go") {
		t.Errorf("got %v and the log %q", err, out.String())
	}
}

func FuzzClip(f *testing.F) {
	f.Add("Every word counts", 5)
	f.Add("🎈🎈🎈\xff", 4)
	f.Fuzz(func(t *testing.T, s string, n int) {
		n = max(n, 1)
		if got, want := adapter.Units(s), len(utf16.Encode([]rune(s))); got != want {
			t.Fatalf("%q has %d units, want %d", s, got, want)
		}
		clipped := adapter.Clip(s, n)
		if adapter.Units(clipped) > n {
			t.Errorf("%q clipped to %d is %q", s, n, clipped)
		}
		if adapter.Units(s) <= n != (clipped == s) && !strings.HasSuffix(s, "…") {
			t.Errorf("%q clipped to %d is %q", s, n, clipped)
		}
	})
}

func TestPosted(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		method, key, body string
		want              int
	}{
		{"POST", "k", "body", 0}, {"GET", "k", "", 405}, {"POST", "", "body", 401}, {"POST", "", "a long body", 401}, {"POST", "k", "a long body", 413},
	} {
		r := httptest.NewRequest(tt.method, "/", strings.NewReader(tt.body))
		r.Header.Set("Key", tt.key)
		w := httptest.NewRecorder()
		body, refused := adapter.Posted(w, r, 4, func(h http.Header) bool { return h.Get("Key") == "k" })
		if refused != tt.want || refused == 0 && string(body) != tt.body || refused != 0 && w.Code != refused {
			t.Errorf("%+v: got %q, %d, answered %d", tt, body, refused, w.Code)
		}
	}
}

func TestUpload(t *testing.T) {
	t.Parallel()
	files := map[string]http.HandlerFunc{
		"/whole": func(w http.ResponseWriter, _ *http.Request) { io.WriteString(w, "five!") },
		"/short": func(w http.ResponseWriter, _ *http.Request) { io.WriteString(w, "four") },
		"/long": func(w http.ResponseWriter, _ *http.Request) {
			w.(http.Flusher).Flush()
			io.WriteString(w, "sixty")
			io.WriteString(w, "!")
		},
		"/redirect": func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, "/whole", http.StatusFound) },
		"/slow":     func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() },
	}
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { files[r.URL.Path](w, r) }))
	t.Cleanup(srv.Close)
	from := adapter.Files{Platform: "here", Client: adapter.NewClient(), Within: 200 * time.Millisecond}
	for path, want := range map[string]string{"/whole": "", "/short": "ends 1 bytes before the 5", "/long": "more than the 5 bytes", "/redirect": "here answered 302", "/slow": "deadline"} {
		u := from.Upload("a", "text/plain", 5, func(context.Context) (string, error) { return srv.URL + path, nil })
		body, err := u.Open(t.Context())
		var got []byte
		if err == nil {
			got, err = io.ReadAll(body)
			body.Close()
		}
		if want == "" && (err != nil || string(got) != "five!") || want != "" && (err == nil || !strings.Contains(err.Error(), want)) || len(got) > 5 {
			t.Errorf("%s: got %q, %v, want an error with %q", path, got, err, want)
		}
	}
}

// TestFollow brings versions and ends in each way.
func TestFollow(t *testing.T) {
	t.Parallel()
	say := func(s string) bot.Reply { return bot.Reply{Blocks: []bot.Block{bot.Para{Text: s}}} }
	text := func(r bot.Reply) string { return r.Blocks[0].(bot.Para).Text }
	for _, tt := range []struct {
		name   string
		then   func(updates chan bot.Reply, stop func(), cancel func())
		last   string
		stands bool
		want   adapter.Ending
	}{
		{"over", func(u chan bot.Reply, _, _ func()) { u <- say("two"); close(u) }, "two", false, adapter.Over},
		{"over at once", func(u chan bot.Reply, _, _ func()) { close(u) }, "one", true, adapter.Over},
		{"without words", func(u chan bot.Reply, _, _ func()) { u <- say("two"); u <- bot.Reply{}; close(u) }, "two", false, adapter.Over},
		{"shown", func(u chan bot.Reply, _, _ func()) { u <- say("two"); time.Sleep(100 * time.Millisecond); close(u) }, "two", true, adapter.Over},
		{"stopped", func(u chan bot.Reply, stop, _ func()) { u <- say("two"); stop() }, "two", false, adapter.Interrupted},
		{"the end comes while it stops", func(u chan bot.Reply, stop, _ func()) { stop(); u <- say("two"); close(u) }, "two", false, adapter.Over},
		{"abandoned", func(u chan bot.Reply, _, cancel func()) { u <- say("two"); cancel() }, "two", false, adapter.Abandoned},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			ctx, cancel := context.WithCancel(t.Context())
			stopping, updates := make(chan struct{}), make(chan bot.Reply)
			first := say("one")
			first.Updates = updates
			go tt.then(updates, func() { close(stopping) }, cancel)
			last, stands, end := adapter.Live{First: first, Every: 30 * time.Millisecond, Stopping: stopping, Settle: 20 * time.Millisecond,
				Show: func(_ context.Context, r bot.Reply) bool { return text(r) == "two" }}.Follow(ctx)
			if text(last) != tt.last || stands != tt.stands || end != tt.want {
				t.Errorf("got %q, %v, %d, want %q, %v, %d", text(last), stands, end, tt.last, tt.stands, tt.want)
			}
		})
	}
}

// TestLanes runs jobs in order, through a panic, and lets two wait.
func TestLanes(t *testing.T) {
	t.Parallel()
	l := adapter.NewQueues(slog.New(slog.DiscardHandler), "panic")
	hold, got := make(chan struct{}), make(chan int, 3)
	l.Add("a", func() { <-hold; got <- 1 })
	l.Add("a", func() { panic("boom") })
	l.Add("a", func() { got <- 2 })
	l.Add("b", func() { got <- 0 })
	if first := <-got; first != 0 || l.Running() == 0 || l.Waiting("a") < 2 || l.Wait(10*time.Millisecond) {
		t.Errorf("job %d is the first, %d queues run, %d wait", first, l.Running(), l.Waiting("a"))
	}
	done := make(chan bool, 2)
	for range 2 {
		go func() { done <- l.Wait(10 * time.Second) }()
	}
	close(hold)
	if one, two := <-got, <-got; one != 1 || two != 2 || !<-done || !<-done {
		t.Errorf("jobs %d and %d", one, two)
	}
}
