package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"sync"
	"time"

	"rapporteur/bot"
	"rapporteur/bot/keep"
	"rapporteur/bot/operate"
	"rapporteur/corpus/ingest"
)

// A bot that is served is told what to do with its corpus over a socket in its
// data folder, which only its own user may use: POST /add and the like with a
// controlRequest, answered by lines of JSON, the last of which says what came of
// it.
const controlSocket = "control.sock"

// longestSocket is how long the path of a socket may be, in bytes: sun_path has
// 108 on Linux and 104 on macOS and the BSDs, one of them a zero.
const longestSocket = 103

func controlPath(s settings) string { return filepath.Join(s.Data, controlSocket) }

// controlHello says which corpus the bot keeps.
type controlHello struct {
	Corpus  string `json:"corpus"` // the absolute path of its folder
	Version string `json:"version"`
	PID     int    `json:"pid"`
}

// controlRequest is what is to be done; each path has its own fields.
type controlRequest struct {
	URL     string            `json:"url,omitempty"`  // add
	Name    string            `json:"name,omitempty"` // add, of a file
	Body    []byte            `json:"body,omitempty"`
	Options ingest.AddOptions `json:"options,omitzero"`
	ID      string            `json:"id,omitempty"`    // remove, purge
	Feeds   []string          `json:"feeds,omitempty"` // fetch; none: those of the bot
	Full    bool              `json:"full,omitempty"`  // index
}

// controlLine is a line of the answer. One with none of progress, joined and
// report is the last.
type controlLine struct {
	Progress *operate.Progress `json:"progress,omitempty"`
	Joined   bool              `json:"joined,omitempty"`
	Report   *controlReport    `json:"report,omitempty"`

	Result   *ingest.Result   `json:"result,omitempty"`
	Hash     string           `json:"hash,omitempty"`
	Versions int              `json:"versions,omitempty"`
	Changes  *operate.Changes `json:"changes,omitempty"`
	Done     bool             `json:"done,omitempty"`
	Error    *controlError    `json:"error,omitempty"`
}

// controlReport is an ingest.Report whose error can be sent.
type controlReport struct {
	Address string        `json:"address"`
	Feed    string        `json:"feed,omitempty"`
	Result  ingest.Result `json:"result"`
	Error   *controlError `json:"error,omitempty"`
}

// controlError is an error in a form that can be sent, without its cause, which
// the bot has logged.
type controlError struct {
	Message string         `json:"message,omitempty"` // of a bot.UserError
	Data    map[string]any `json:"data,omitempty"`
	Code    ingest.Code    `json:"code,omitempty"` // of an ingest.Error
	Name    string         `json:"name,omitempty"`
	Say     string         `json:"say,omitempty"`
}

func toSend(err error) *controlError {
	var u *bot.UserError
	var e *ingest.Error
	switch {
	case err == nil:
		return nil
	case errors.As(err, &u):
		return &controlError{Message: u.Message, Data: u.Data}
	case errors.Is(err, context.Canceled): // the bot is being stopped: who asked has not gone
		return &controlError{Message: "reindex_cancelled"}
	case errors.As(err, &e):
		return &controlError{Code: e.Code, Name: e.Name, Say: e.Say}
	}
	return &controlError{Say: err.Error()}
}

func (e *controlError) err() error {
	switch {
	case e == nil:
		return nil
	case e.Message != "":
		return &bot.UserError{Message: e.Message, Data: e.Data}
	case e.Code != "":
		return &ingest.Error{Code: e.Code, Name: e.Name, Say: e.Say}
	}
	return errors.New(e.Say)
}

// control does what comes over the socket.
type control struct {
	keeper *keep.Keeper
	hello  controlHello
	feeds  []string
	log    *slog.Logger
}

// errControlTaken says that another bot is at the socket.
var errControlTaken = errors.New("another bot is served with this data folder, and hears the commands of the terminal")

// listen serves the socket until stop is called. What is left of a process that
// has died is removed.
func (c *control) listen(ctx context.Context, path string) (stop func(), err error) {
	if len(path) > longestSocket {
		return nil, fmt.Errorf("%s has %d bytes, and the path of a socket at most %d: use a data folder with a shorter name", path, len(path), longestSocket)
	}
	if info, err := os.Lstat(path); err == nil {
		if info.Mode()&os.ModeSocket == 0 {
			return nil, fmt.Errorf("%s is in the way and no socket: move it", path)
		}
		if conn, err := net.DialTimeout("unix", path, time.Second); err == nil {
			conn.Close()
			return nil, errControlTaken
		}
		if err := os.Remove(path); err != nil {
			return nil, err
		}
	}
	l, err := net.Listen("unix", path)
	if err != nil {
		return nil, err
	}
	if err := os.Chmod(path, 0o600); err != nil {
		return nil, errors.Join(err, l.Close())
	}
	srv := &http.Server{Handler: c.handler(), ReadHeaderTimeout: 5 * time.Second, MaxHeaderBytes: 16 << 10,
		BaseContext: func(net.Listener) context.Context { return ctx }}
	go func() {
		if err := srv.Serve(l); err != http.ErrServerClosed {
			c.log.Error("commands of the terminal are not heard any more", "err", err)
		}
	}()
	return func() {
		// Who still waits is told that it was cancelled.
		ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), time.Second)
		defer cancel()
		if srv.Shutdown(ctx) != nil {
			srv.Close()
		}
		_ = l.Close() // should the server not have begun yet
	}, nil
}

// say sends a line of an answer.
type say func(controlLine)

func (c *control) handler() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /hello", func(w http.ResponseWriter, _ *http.Request) { _ = json.NewEncoder(w).Encode(c.hello) })
	for name, do := range map[string]func(context.Context, controlRequest, say) (controlLine, error){
		"add": c.add, "remove": c.remove, "purge": c.purge, "fetch": c.fetch, "index": c.index, "rollback": c.rollback,
	} {
		mux.HandleFunc("POST /"+name, func(w http.ResponseWriter, r *http.Request) { c.serve(w, r, name, do) })
	}
	return mux
}

// largestRequest holds a file of 20 MB in base64.
const largestRequest = 32 << 20

func (c *control) serve(w http.ResponseWriter, r *http.Request, name string, do func(context.Context, controlRequest, say) (controlLine, error)) {
	var q controlRequest
	if err := json.NewDecoder(http.MaxBytesReader(w, r.Body, largestRequest)).Decode(&q); err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	_, _ = io.Copy(io.Discard, r.Body) // from here on it is noticed when the other side goes
	w.Header().Set("Content-Type", "application/x-ndjson")
	var mu sync.Mutex
	flush := http.NewResponseController(w)
	send := func(line controlLine) {
		mu.Lock()
		defer mu.Unlock()
		_ = encode(w, line) // whoever asked may have gone
		_ = flush.Flush()
	}
	c.log.Info("told by the terminal", "command", name)
	line, err := do(r.Context(), q, send)
	if err != nil {
		c.log.Warn("not done as told by the terminal", "command", name, "err", err)
		line = controlLine{Error: toSend(err)}
	}
	line.Done = true
	send(line)
}

func (c *control) add(ctx context.Context, q controlRequest, _ say) (controlLine, error) {
	s := operate.Submission{URL: q.URL}
	if q.URL == "" {
		f := uploadOf(q.Name, q.Body)
		s.File = &f
	}
	r, err := c.keeper.Submit(ctx, s, q.Options)
	return controlLine{Result: &r}, err
}

func (c *control) remove(ctx context.Context, q controlRequest, _ say) (controlLine, error) {
	_, hash, err := c.keeper.Take(ctx, q.ID)
	return controlLine{Hash: hash}, err
}

func (c *control) purge(ctx context.Context, q controlRequest, tell say) (controlLine, error) {
	n, err := c.keeper.Purge(ctx, q.ID, func(p operate.Progress) { tell(controlLine{Progress: &p}) })
	return controlLine{Versions: n}, err
}

func (c *control) fetch(ctx context.Context, q controlRequest, tell say) (controlLine, error) {
	feeds := q.Feeds
	if len(feeds) == 0 {
		feeds = c.feeds
	}
	return controlLine{}, c.keeper.Fetch(ctx, feeds, func(r ingest.Report) {
		tell(controlLine{Report: &controlReport{r.Address, r.Feed, r.Result, toSend(r.Err)}})
	})
}

func (c *control) index(ctx context.Context, q controlRequest, tell say) (controlLine, error) {
	run, err := c.keeper.Begin(q.Full)
	return c.wait(ctx, run, err, tell)
}

func (c *control) rollback(ctx context.Context, _ controlRequest, tell say) (controlLine, error) {
	run, err := c.keeper.BeginRollback()
	return c.wait(ctx, run, err, tell)
}

// wait waits for what was begun. If whoever had it begun goes away, it is
// cancelled; what others had begun goes on.
func (c *control) wait(ctx context.Context, run keep.Run, err error, tell say) (controlLine, error) {
	if err != nil {
		return controlLine{}, err
	}
	if run.Joined {
		tell(controlLine{Joined: true})
	}
	changes, err := run.Wait(ctx, func(p operate.Progress) { tell(controlLine{Progress: &p}) })
	if ctx.Err() != nil && !run.Joined {
		run.Cancel()
	}
	return controlLine{Changes: &changes}, err
}
