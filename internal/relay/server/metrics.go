package server

import (
	"net/http"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"
)

// Metrics counts what the relay does. No label names a mailbox or a device.
type Metrics struct {
	registry   *prometheus.Registry
	deliveries *prometheus.CounterVec
	seconds    prometheus.Histogram
	bytes      prometheus.Counter
	requests   *prometheus.CounterVec
	fetched    prometheus.Counter
	expired    prometheus.Counter
	pairings   *prometheus.CounterVec
	waiting    prometheus.Gauge
}

// NewMetrics returns counters that start at zero.
func NewMetrics() *Metrics {
	name := func(s string) string { return "tresen_relay_" + s }
	m := &Metrics{
		registry:   prometheus.NewRegistry(),
		deliveries: prometheus.NewCounterVec(prometheus.CounterOpts{Name: name("deliveries_total"), Help: "Webhook deliveries by result."}, []string{"result"}),
		seconds: prometheus.NewHistogram(prometheus.HistogramOpts{
			Name: name("delivery_seconds"), Help: "Time from a delivery's headers to the answer 200.",
			Buckets: []float64{.001, .0025, .005, .01, .025, .05, .1, .25, .5, 1, 2.5, 5, 10},
		}),
		bytes:    prometheus.NewCounter(prometheus.CounterOpts{Name: name("delivery_bytes_total"), Help: "Bytes of the bodies taken."}),
		requests: prometheus.NewCounterVec(prometheus.CounterOpts{Name: name("device_requests_total"), Help: "Devices' requests by result."}, []string{"result"}),
		fetched:  prometheus.NewCounter(prometheus.CounterOpts{Name: name("envelopes_fetched_total"), Help: "Envelopes handed to devices, repetitions included."}),
		expired:  prometheus.NewCounter(prometheus.CounterOpts{Name: name("envelopes_expired_total"), Help: "Envelopes no device fetched within the retention time."}),
		pairings: prometheus.NewCounterVec(prometheus.CounterOpts{Name: name("pairings_total"), Help: "Attempts to pair a device by result."}, []string{"result"}),
		waiting:  prometheus.NewGauge(prometheus.GaugeOpts{Name: name("devices_waiting"), Help: "Devices that hold a request open now."}),
	}
	m.registry.MustRegister(m.deliveries, m.seconds, m.bytes, m.requests, m.fetched, m.expired, m.pairings, m.waiting,
		collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	return m
}

// Expired counts envelopes that an engine forgot because of their age.
func (m *Metrics) Expired(n int) { m.expired.Add(float64(n)) }

// Handler shows the counters in Prometheus' format. It belongs on a loopback
// listener.
func (m *Metrics) Handler() http.Handler {
	return promhttp.HandlerFor(m.registry, promhttp.HandlerOpts{})
}
