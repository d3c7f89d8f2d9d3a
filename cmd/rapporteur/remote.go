package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net"
	"net/http"
	"os"
	"syscall"
	"time"

	"rapporteur/bot"
	"rapporteur/bot/operate"
	"rapporteur/corpus/ingest"
)

// remote is a bot that is being served, which does what is to be done with its
// corpus itself.
type remote struct {
	client *http.Client
	hello  controlHello
}

// running returns the bot that is served with the same data and corpus, nil when
// there is none.
func (a *app) running(ctx context.Context, s settings) (*remote, error) {
	if s.Corpus == "" || s.Data == "" {
		return nil, nil
	}
	path := controlPath(s)
	if _, err := os.Lstat(path); errors.Is(err, fs.ErrNotExist) || errors.Is(err, syscall.ENOTDIR) || len(path) > longestSocket {
		return nil, nil
	}
	conn, err := net.DialTimeout("unix", path, time.Second)
	switch {
	case errors.Is(err, fs.ErrPermission):
		return nil, fmt.Errorf("a bot is served with this data folder, and %s may be used by its user only: run this as that user", path)
	case err != nil:
		return nil, nil // what is left of one that has died
	}
	conn.Close()
	r := &remote{client: &http.Client{Transport: &http.Transport{DialContext: func(ctx context.Context, _, _ string) (net.Conn, error) {
		return new(net.Dialer).DialContext(ctx, "unix", path)
	}}}}
	asking, cancel := context.WithTimeout(ctx, 5*time.Second)
	defer cancel()
	req, err := http.NewRequestWithContext(asking, http.MethodGet, "http://bot/hello", nil)
	if err != nil {
		return nil, err
	}
	resp, err := r.client.Do(req)
	if err == nil {
		err = json.NewDecoder(io.LimitReader(resp.Body, 1<<20)).Decode(&r.hello)
		resp.Body.Close()
	}
	if err != nil {
		return nil, fmt.Errorf("what listens at %s does not answer as a bot does: %w", path, err)
	}
	if own, err := corpusPath(s); err != nil || own != r.hello.Corpus {
		return nil, err // it keeps other texts
	}
	return r, nil
}

func (r *remote) close() { r.client.CloseIdleConnections() }

// do has something done. Each line of the answer but the last is handed to hear,
// which may be nil.
func (r *remote) do(ctx context.Context, name string, q controlRequest, hear func(controlLine)) (controlLine, error) {
	var last controlLine
	b, err := json.Marshal(q)
	if err != nil {
		return last, err
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, "http://bot/"+name, bytes.NewReader(b))
	if err != nil {
		return last, err
	}
	resp, err := r.client.Do(req)
	if err != nil {
		return last, r.broken(ctx, err)
	}
	defer resp.Body.Close()
	if resp.StatusCode != http.StatusOK {
		return last, fmt.Errorf("the bot that is running (process %d, version %s) does not know this command: start it again, so that it is the same version as this program", r.hello.PID, r.hello.Version)
	}
	for in := json.NewDecoder(resp.Body); ; {
		last = controlLine{}
		if err := in.Decode(&last); err != nil {
			return last, r.broken(ctx, err)
		}
		if last.Done {
			return last, last.Error.err()
		}
		if hear != nil {
			hear(last)
		}
	}
}

func (r *remote) broken(ctx context.Context, err error) error {
	if ctx.Err() != nil {
		return ctx.Err()
	}
	return fmt.Errorf("the bot that was running (process %d) has gone: %w", r.hello.PID, err)
}

func (r *remote) addURL(ctx context.Context, address string, o ingest.AddOptions) (ingest.Result, error) {
	return r.add(ctx, controlRequest{URL: address, Options: o})
}

func (r *remote) addFile(ctx context.Context, f ingest.File, o ingest.AddOptions) (ingest.Result, error) {
	return r.add(ctx, controlRequest{Name: f.Name, Body: f.Body, Options: o})
}

func (r *remote) add(ctx context.Context, q controlRequest) (ingest.Result, error) {
	line, err := r.do(ctx, "add", q, nil)
	if err != nil || line.Result == nil {
		return ingest.Result{}, err
	}
	return *line.Result, nil
}

func (r *remote) remove(ctx context.Context, id string) (string, error) {
	line, err := r.do(ctx, "remove", controlRequest{ID: id}, nil)
	return line.Hash, err
}

func (r *remote) purge(ctx context.Context, id string, tell func(operate.Progress)) (int, error) {
	line, err := r.do(ctx, "purge", controlRequest{ID: id}, func(line controlLine) {
		if line.Progress != nil {
			tell(*line.Progress)
		}
	})
	return line.Versions, err
}

func (r *remote) fetch(ctx context.Context, feeds []string, report func(ingest.Report)) error {
	_, err := r.do(ctx, "fetch", controlRequest{Feeds: feeds}, func(line controlLine) {
		if p := line.Report; p != nil {
			report(ingest.Report{Address: p.Address, Feed: p.Feed, Result: p.Result, Err: p.Error.err()})
		}
	})
	return err
}

// reindex has the bot reindex, or go back. Joined is called if it was at it.
func (r *remote) reindex(ctx context.Context, name string, full bool, tell func(operate.Progress), joined func()) (operate.Changes, error) {
	line, err := r.do(ctx, name, controlRequest{Full: full}, func(line controlLine) {
		switch {
		case line.Progress != nil:
			tell(*line.Progress)
		case line.Joined:
			joined()
		}
	})
	if err != nil || line.Changes == nil {
		return operate.Changes{}, err
	}
	return *line.Changes, nil
}

// uploadOf is a file whose bytes are at hand.
func uploadOf(name string, b []byte) bot.Upload {
	return bot.Upload{Name: name, Size: int64(len(b)), Open: func(context.Context) (io.ReadCloser, error) {
		return io.NopCloser(bytes.NewReader(b)), nil
	}}
}

// folder is where texts are added and taken away: the folder itself, or the bot
// that keeps it.
type folder interface {
	addURL(ctx context.Context, address string, o ingest.AddOptions) (ingest.Result, error)
	addFile(ctx context.Context, f ingest.File, o ingest.AddOptions) (ingest.Result, error)
	remove(ctx context.Context, id string) (hash string, err error)
	fetch(ctx context.Context, feeds []string, report func(ingest.Report)) error
}

// local is the folder itself.
type local struct{ *ingest.Ingester }

func (l local) addURL(ctx context.Context, address string, o ingest.AddOptions) (ingest.Result, error) {
	return l.AddURL(ctx, address, o)
}

func (l local) addFile(ctx context.Context, f ingest.File, o ingest.AddOptions) (ingest.Result, error) {
	return l.AddFile(ctx, f, o)
}

func (l local) remove(ctx context.Context, id string) (string, error) {
	return l.Folder.Remove(ctx, id)
}

func (l local) fetch(ctx context.Context, feeds []string, report func(ingest.Report)) error {
	return l.Refresh(ctx, feeds, report)
}

// withShelf runs do with where texts are added: the bot that is running, or the
// folder if none runs.
func (a *app) withShelf(ctx context.Context, command string, do func(folder, settings) error) error {
	s, err := a.settings()
	if err != nil {
		return err
	}
	switch r, err := a.running(ctx, s); {
	case err != nil:
		return err
	case r != nil:
		defer r.close()
		return userMessage(do(r, s))
	}
	return a.withIngester(command, func(g *ingest.Ingester, s settings) error { return do(local{g}, s) })
}
