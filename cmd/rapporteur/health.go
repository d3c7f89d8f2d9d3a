package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"os"
	"sync"
	"time"

	"github.com/spf13/cobra"

	"rapporteur/bot"
	"rapporteur/bot/ask"
	"rapporteur/index"
)

// health is the page that says whether people are being served.
type health struct {
	answers  *ask.Room
	library  bot.Library
	adapters map[string]adapter
	index    *index.Index
	folder   string // of the corpus; "" for the texts that come with the program

	mu     sync.Mutex
	failed map[string]error // adapters that have ended
	probed error            // what the last probe found wrong
}

// healthReport is what the page shows, as JSON.
type healthReport struct {
	Status        string            `json:"status"` // "ok" or "failing"
	Version       string            `json:"version"`
	Texts         int               `json:"texts"`
	Vectors       *vectorsReport    `json:"vectors,omitempty"` // nil without an encoder
	BlockedQuotes int64             `json:"blocked_quotes"`    // not sent since the start, because the stored text no longer said them
	Platforms     map[string]string `json:"platforms"`         // "ok" or why not
	Corpus        string            `json:"corpus"`            // "ok" or why questions cannot be answered from it
}

// vectorsReport says how many sentences have a vector, of how many. While some have
// none, questions are answered by words as far as those go.
type vectorsReport struct {
	Made      int `json:"made"`
	Sentences int `json:"sentences"`
}

func (h *health) fail(name string, err error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.failed == nil {
		h.failed = make(map[string]error)
	}
	h.failed[name] = err
}

func (h *health) report() healthReport {
	r := healthReport{Status: "ok", Version: version(), Texts: len(h.library.Corpus().Texts()),
		BlockedQuotes: h.answers.Blocked(), Platforms: make(map[string]string)}
	if x, ok := h.library.(interface{ Vectors() (done, all int) }); ok {
		if done, all := x.Vectors(); all > 0 {
			r.Vectors = &vectorsReport{done, all}
		}
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	r.Corpus = "ok"
	if h.probed != nil {
		r.Corpus, r.Status = h.probed.Error(), "failing"
	}
	for name, a := range h.adapters {
		err := h.failed[name]
		if err == nil {
			err = a.Health()
		}
		r.Platforms[name] = "ok"
		if err != nil {
			r.Platforms[name] = err.Error()
			r.Status = "failing"
		}
	}
	return r
}

// probeEvery is how often it is tried whether a question could be answered.
const probeEvery = 30 * time.Second

// keepProbing tries a question now and then, until ctx ends.
func (h *health) keepProbing(ctx context.Context, log *slog.Logger) {
	tick := time.NewTicker(probeEvery)
	defer tick.Stop()
	for {
		err := h.probe(ctx)
		h.mu.Lock()
		before := h.probed
		h.probed = err
		h.mu.Unlock()
		switch {
		case ctx.Err() != nil:
			return
		case err != nil && before == nil:
			log.Error("not ready", "cause", err)
		case err == nil && before != nil:
			log.Info("ready again")
		}
		select {
		case <-tick.C:
		case <-ctx.Done():
			return
		}
	}
}

// probe searches for the title of a text and reads a quote of it, as for a person.
func (h *health) probe(ctx context.Context) error {
	if folderGone(h.folder) {
		return fmt.Errorf("the corpus folder %s cannot be read: quotes are compared with the copies that were indexed", h.folder)
	}
	c := h.library.Corpus()
	switch {
	case c == nil:
		return index.ErrClosed
	case h.index == nil || len(c.Texts()) == 0:
		return nil
	}
	texts := c.Texts()
	t := texts[int(time.Now().UnixNano()/int64(probeEvery))%len(texts)]
	ctx, cancel := context.WithTimeout(ctx, probeEvery/2)
	defer cancel()
	if _, err := h.index.Search(ctx, index.Query{Text: t.Title, Limit: 1}); err != nil {
		return fmt.Errorf("a question cannot be searched for: %w", err)
	}
	return nil
}

// folderGone reports whether a corpus folder is there no more. It is looked at anew.
func folderGone(folder string) bool {
	if folder == "" {
		return false
	}
	_, err := os.ReadDir(folder)
	return err != nil
}

// What serve answers at its address. The health page is for this machine; only
// the other paths are for a reverse proxy to show to the outside.
const (
	healthPath       = "/healthz" // the same as readyPath, by its older name
	readyPath        = "/readyz"  // people are being served
	livePath         = "/livez"   // the process works
	metricsPath      = "/metrics"
	interactionsPath = "/discord/interactions"
	updatesPath      = "/telegram/webhook"
)

func (h *health) ServeHTTP(w http.ResponseWriter, _ *http.Request) {
	r := h.report()
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Cache-Control", "no-store")
	if r.Status != "ok" {
		w.WriteHeader(http.StatusServiceUnavailable)
	}
	_ = encode(w, r) // whoever asked has gone
}

// listen serves the page, and others by their paths, until stop is called.
func (h *health) listen(addr string, pages map[string]http.Handler, log *slog.Logger) (stop func(), err error) {
	l, err := net.Listen("tcp", addr)
	if err != nil {
		return nil, err
	}
	mux := http.NewServeMux()
	mux.Handle("GET "+healthPath, h)
	mux.Handle("GET "+readyPath, h)
	mux.HandleFunc("GET "+livePath, func(w http.ResponseWriter, _ *http.Request) { fmt.Fprintln(w, "ok") })
	for path, page := range pages {
		mux.Handle(path, page)
	}
	srv := &http.Server{Handler: mux, ReadHeaderTimeout: 5 * time.Second, ReadTimeout: 10 * time.Second, WriteTimeout: 10 * time.Second, MaxHeaderBytes: 16 << 10}
	go func() {
		if err := srv.Serve(l); err != http.ErrServerClosed {
			log.Error("address ended", "err", err)
		}
	}()
	return func() { srv.Close() }, nil
}

func (a *app) healthCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "health",
		Short: "Ask a running bot whether it serves people",
		Long: `Health asks the health page of a bot that runs on this machine with the same
--listen address. It prints what the page says and ends with code 0 when all is
well: for a container's health check.`,
		Example: "  rapporteur health --listen 127.0.0.1:8600",
		Args:    cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			s, err := a.settings()
			if err != nil {
				return err
			}
			if s.Listen == "" {
				return &settingError{fmt.Errorf("set %s to the address at which the bot has its health page", envName("listen"))}
			}
			return a.checkHealth(cmd.Context(), s.Listen)
		},
	}
}

func (a *app) checkHealth(ctx context.Context, addr string) error {
	// The page of a bot that listens everywhere is asked at home.
	host, port, _ := net.SplitHostPort(addr)
	if ip := net.ParseIP(host); host == "" || ip != nil && ip.IsUnspecified() {
		host = "127.0.0.1"
	}
	ctx, cancel := context.WithTimeout(ctx, 3*time.Second)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://"+net.JoinHostPort(host, port)+readyPath, nil)
	if err != nil {
		return err
	}
	client := &http.Client{Transport: &http.Transport{}} // no proxy: it is this machine
	resp, err := client.Do(req)
	if err != nil {
		return fmt.Errorf("no health page at %s: is the bot running? %w", addr, err)
	}
	defer resp.Body.Close()
	var r healthReport
	if err := json.NewDecoder(io.LimitReader(resp.Body, 1<<20)).Decode(&r); err != nil {
		return fmt.Errorf("what answers at %s is not a rapporteur: %w", addr, err)
	}
	if err := encode(a.stdout, r); err != nil {
		return err
	}
	if resp.StatusCode != http.StatusOK {
		return &exitError{exitFailure}
	}
	return nil
}
