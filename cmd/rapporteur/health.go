package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"sync"
	"time"

	"github.com/spf13/cobra"

	"rapporteur/bot"
	"rapporteur/bot/ask"
)

// health is the page that says whether people are being served.
type health struct {
	answers  *ask.Room
	library  bot.Library
	adapters map[string]adapter

	mu     sync.Mutex
	failed map[string]error // adapters that have ended
}

// healthReport is what the page shows, as JSON.
type healthReport struct {
	Status        string            `json:"status"` // "ok" or "failing"
	Version       string            `json:"version"`
	Texts         int               `json:"texts"`
	Vectors       *vectorsReport    `json:"vectors,omitempty"` // nil without an encoder
	BlockedQuotes int64             `json:"blocked_quotes"`    // not sent since the start, because the stored text no longer said them
	Platforms     map[string]string `json:"platforms"`         // "ok" or why not
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

// What serve answers at its address. The health page is for this machine; only
// the other paths are for a reverse proxy to show to the outside.
const (
	healthPath       = "/healthz"
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
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://"+net.JoinHostPort(host, port)+healthPath, nil)
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
