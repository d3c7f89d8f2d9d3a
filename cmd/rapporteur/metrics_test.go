package main

import (
	"context"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/goccy/go-yaml"

	"rapporteur/bot"
	"rapporteur/corpus"
	"rapporteur/index"
)

// opened is an index over one text.
func opened(t *testing.T) *index.Index {
	t.Helper()
	files := fstest.MapFS{"a.md": {Data: []byte("---\ntitle: The bridge\nlanguage: en\npublished: 2025-12-16\n---\n\nThe captain opened the bridge.\n")}}
	c, problems, err := corpus.Load(context.Background(), files, corpus.Aliases{})
	if err != nil || len(problems) > 0 {
		t.Fatal(err, problems)
	}
	x, err := index.Open(context.Background(), c, index.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { x.Close() })
	return x
}

// Each request is counted and has a line in the log; neither tells who asked what.
func TestMetrics(t *testing.T) {
	var log strings.Builder
	m := newMetrics(slog.New(slog.NewTextHandler(&log, nil)))
	x := opened(t)
	b := assemble(x, nil, settings{}, nil, bot.Config{Observe: m.request}, 0)
	m.watch(x, b, nil)
	m.call("telegram")("sendMessage", http.StatusOK)
	for _, r := range []bot.Request{
		{Platform: "console", User: "Secret User", Chat: "Secret Chat", Direct: true, Text: "Who opened the bridge?"},
		{Platform: "console", User: "Secret User", Chat: "Secret Chat", Direct: true, Text: "/nothing of ours"},
		{Platform: "console", User: "Secret User", Chat: "Secret Chat", Direct: true, Action: "x", Message: "1"},
	} {
		b.Handle(context.Background(), r)
	}
	page := httptest.NewRecorder()
	m.page().ServeHTTP(page, httptest.NewRequest(http.MethodGet, metricsPath, nil))
	for _, want := range []string{
		`rapporteur_requests_total{command="ask",outcome="answer",platform="console"} 1`,
		`rapporteur_requests_total{command="unknown",outcome="notice",platform="console"} 1`,
		`rapporteur_requests_total{command="button",outcome="error",platform="console"} 1`,
		`rapporteur_platform_calls_total{code="200",method="sendMessage",platform="telegram"} 1`,
		`rapporteur_request_seconds_count{command="ask",platform="console"} 1`,
		"rapporteur_texts 1\n", "rapporteur_passages 1\n", "rapporteur_blocked_quotes_total 0\n", "rapporteur_generation_timestamp_seconds ", "go_goroutines ",
	} {
		if !strings.Contains(page.Body.String(), want) {
			t.Errorf("%s is missing from\n%s", want, page.Body)
		}
	}
	if n := strings.Count(log.String(), "msg=request "); n != 3 || strings.Contains(log.String(), "Secret") || strings.Contains(log.String(), "bridge") {
		t.Errorf("%d lines:\n%s", n, log.String())
	}
}

// The process lives while nobody can be answered, and readiness says why.
func TestReadiness(t *testing.T) {
	x := opened(t)
	b := assemble(x, nil, settings{}, nil, bot.Config{}, 0)
	h := &health{answers: b.answers, library: x, index: x}
	ready := func() (int, string) {
		page := httptest.NewRecorder()
		h.ServeHTTP(page, httptest.NewRequest(http.MethodGet, readyPath, nil))
		body, _ := io.ReadAll(page.Result().Body)
		return page.Code, string(body)
	}
	h.probed = h.probe(context.Background())
	if code, body := ready(); code != http.StatusOK {
		t.Errorf("ready: %d %s", code, body)
	}
	h.folder = t.TempDir() + "/moved-away"
	if err := h.probe(context.Background()); err == nil || !strings.Contains(err.Error(), h.folder) {
		t.Errorf("without the folder: %v", err)
	} else {
		h.probed = err
	}
	if code, body := ready(); code != http.StatusServiceUnavailable || !strings.Contains(body, "moved-away") {
		t.Errorf("not ready: %d %s", code, body)
	}
	h.folder = ""
	x.Close()
	if err := h.probe(context.Background()); err == nil {
		t.Error("a closed index is well")
	}
}

// The dashboard and the alerts ask for figures that there are.
func TestDashboards(t *testing.T) {
	m := newMetrics(slog.New(slog.DiscardHandler))
	x := opened(t)
	b := assemble(x, nil, settings{}, nil, bot.Config{Observe: m.request}, 0)
	m.watch(x, b, map[string]adapter{"telegram": waiting{}})
	m.call("telegram")("sendMessage", http.StatusOK)
	b.Handle(context.Background(), bot.Request{Platform: "console", Direct: true, Text: "Who opened the bridge?"})
	families, err := m.registry.Gather()
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, f := range families {
		names = append(names, f.GetName(), f.GetName()+"_bucket")
	}
	for _, file := range []string{"alerts.yaml", "grafana.json"} {
		raw, err := os.ReadFile("../../deploy/" + file)
		if err != nil {
			t.Fatal(err)
		}
		asked := regexp.MustCompile(`\b(?:rapporteur|process|go)_[a-z_]+`).FindAllString(string(raw), -1)
		if len(asked) == 0 {
			t.Errorf("%s asks for nothing", file)
		}
		for _, name := range asked {
			if !slices.Contains(names, name) {
				t.Errorf("%s asks for %s, which there is not", file, name)
			}
		}
		var parsed any
		if err := yaml.Unmarshal(raw, &parsed); err != nil { // JSON is YAML
			t.Errorf("%s: %v", file, err)
		}
	}
}

// waiting is an adapter in whose queue requests wait.
type waiting struct{ adapter }

func (waiting) Health() error               { return nil }
func (waiting) Queue() (int, time.Duration) { return 1, time.Second }
