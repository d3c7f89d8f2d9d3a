package main

import (
	"crypto/rand"
	"log/slog"
	"net/http"
	"strconv"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"

	"rapporteur/bot"
	"rapporteur/index"
)

// metrics are what the program tells of itself at /metrics, in Prometheus' format.
// No label names a person, a chat, or what was asked.
type metrics struct {
	registry *prometheus.Registry
	requests *prometheus.CounterVec
	took     *prometheus.HistogramVec
	calls    *prometheus.CounterVec
	log      *slog.Logger
}

// buckets are seconds: a search takes milliseconds, a person gives up after ten
// seconds.
var buckets = []float64{.002, .005, .01, .025, .05, .1, .25, .5, 1, 2.5, 5, 10}

func newMetrics(log *slog.Logger) *metrics {
	m := &metrics{
		registry: prometheus.NewRegistry(),
		requests: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "rapporteur_requests_total", Help: "Requests by platform, command and outcome.",
		}, []string{"platform", "command", "outcome"}),
		took: prometheus.NewHistogramVec(prometheus.HistogramOpts{
			Name: "rapporteur_request_seconds", Help: "Time from a request to its reply, without sending it.", Buckets: buckets,
		}, []string{"platform", "command"}),
		calls: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "rapporteur_platform_calls_total", Help: "Calls of a platform's API by method and status; 0 is no answer.",
		}, []string{"platform", "method", "code"}),
		log: log,
	}
	m.registry.MustRegister(m.requests, m.took, m.calls, collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	return m
}

// request counts a request and writes its line into the log: neither says who asked,
// where or what.
func (m *metrics) request(o bot.Observation) {
	m.requests.WithLabelValues(o.Platform, o.Command, o.Outcome).Inc()
	m.took.WithLabelValues(o.Platform, o.Command).Observe(o.Took.Seconds())
	m.log.Info("request", "request", rand.Text()[:10], "platform", o.Platform, "command", o.Command, "outcome", o.Outcome,
		"ms", float64(o.Took.Microseconds())/1000)
}

// call counts a call of a platform's API.
func (m *metrics) call(platform string) func(method string, code int) {
	return func(method string, code int) { m.calls.WithLabelValues(platform, method, strconv.Itoa(code)).Inc() }
}

// queue is an adapter whose requests may wait.
type queue interface {
	Queue() (waiting int, oldest time.Duration)
}

// watch tells of the index, of the answers and of the adapters.
func (m *metrics) watch(x *index.Index, b *assembled, adapters map[string]adapter) {
	gauge := func(name, help string, labels prometheus.Labels, value func() float64) {
		m.registry.MustRegister(prometheus.NewGaugeFunc(prometheus.GaugeOpts{Name: name, Help: help, ConstLabels: labels}, value))
	}
	gauge("rapporteur_texts", "Texts that are searched.", nil, func() float64 { return float64(x.Stats().Texts) })
	gauge("rapporteur_passages", "Passages in the index.", nil, func() float64 { return float64(x.Stats().Passages) })
	gauge("rapporteur_sentences", "Sentences in the index.", nil, func() float64 { return float64(x.Stats().Sentences) })
	gauge("rapporteur_generation_timestamp_seconds", "When the index that answers was made.", nil, func() float64 {
		return float64(x.Built().UnixMilli()) / 1000
	})
	gauge("rapporteur_vectors", "Sentences that have a vector.", nil, func() float64 { done, _ := x.Vectors(); return float64(done) })
	m.registry.MustRegister(prometheus.NewCounterFunc(prometheus.CounterOpts{
		Name: "rapporteur_blocked_quotes_total", Help: "Quotes that were not sent because the stored text no longer said them.",
	}, func() float64 { return float64(b.answers.Blocked()) }))
	for name, a := range adapters {
		on := prometheus.Labels{"platform": name}
		gauge("rapporteur_platform_up", "1 if the platform is connected.", on, func() float64 {
			if a.Health() != nil {
				return 0
			}
			return 1
		})
		if q, ok := a.(queue); ok {
			gauge("rapporteur_queue_depth", "Requests that wait to be handled.", on, func() float64 { n, _ := q.Queue(); return float64(n) })
			gauge("rapporteur_queue_age_seconds", "For how long the oldest of them waits.", on, func() float64 { _, d := q.Queue(); return d.Seconds() })
		}
	}
}

func (m *metrics) page() http.Handler { return promhttp.HandlerFor(m.registry, promhttp.HandlerOpts{}) }
