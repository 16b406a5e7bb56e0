package crawler

import (
	"strconv"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/stadtfeed/stadtfeed/news"
)

// metrics are what an operator's monitoring sees of the crawler.
type metrics struct {
	configured prometheus.Gauge
	clock      prometheus.Gauge
	requests   *prometheus.CounterVec // by status class
	bytes      prometheus.Counter
	faults     *prometheus.CounterVec // by fault
	visits     *prometheus.CounterVec // by health after it
	items      *prometheus.CounterVec // by what became of them
	took       prometheus.Histogram
	changes    *prometheus.CounterVec // of health, by the new one
}

func newMetrics(reg prometheus.Registerer) *metrics {
	const space = "stadtfeed"
	counter := func(name, help string, labels ...string) *prometheus.CounterVec {
		return prometheus.NewCounterVec(prometheus.CounterOpts{Namespace: space, Subsystem: "crawler", Name: name, Help: help}, labels)
	}
	m := &metrics{
		configured: prometheus.NewGauge(prometheus.GaugeOpts{Namespace: space, Subsystem: "crawler", Name: "sources", Help: "Configured sources."}),
		clock:      prometheus.NewGauge(prometheus.GaugeOpts{Namespace: space, Name: "clock_off_seconds", Help: "By how much the machine's clock is wrong, as hosts, the build or the archive say; less than 0: it is ahead."}),
		requests:   counter("requests_total", "Requests to towns' servers, by class of answer (2xx, 304, 3xx …, none).", "answer"),
		bytes:      prometheus.NewCounter(prometheus.CounterOpts{Namespace: space, Subsystem: "crawler", Name: "received_bytes_total", Help: "Bytes of bodies received, on the wire."}),
		faults:     counter("faults_total", "Requests that failed, by fault.", "fault"),
		visits:     counter("visits_total", "Visits, by the health of the source after them.", "health"),
		items:      counter("items_total", "Items, by what visits made of them: added, edited, withdrawn.", "change"),
		changes:    counter("health_changes_total", "Changes of health, by the new state.", "to"),
		took: prometheus.NewHistogram(prometheus.HistogramOpts{Namespace: space, Subsystem: "crawler", Name: "visit_seconds",
			Help: "How long visits take, pauses included.", Buckets: []float64{.05, .2, 1, 5, 15, 60, 180, 600}}),
	}
	if reg != nil {
		reg.MustRegister(m.configured, m.clock, m.requests, m.bytes, m.faults, m.visits, m.items, m.changes, m.took)
	}
	return m
}

func (m *metrics) sources(n int) { m.configured.Set(float64(n)) }

// request counts one hop; status 0 is no answer.
func (m *metrics) request(status, bytes int, fault Fault) {
	class := "none"
	switch {
	case status == 304:
		class = "304"
	case status > 0:
		class = strconv.Itoa(status/100) + "xx"
	}
	m.requests.WithLabelValues(class).Inc()
	m.bytes.Add(float64(bytes))
	if fault != "" {
		m.faults.WithLabelValues(string(fault)).Inc()
	}
}

func (m *metrics) visit(r news.Report) {
	v := r.Visit
	m.visits.WithLabelValues(string(v.Health)).Inc()
	m.took.Observe(v.Took.Seconds())
	m.items.WithLabelValues("added").Add(float64(v.Added))
	m.items.WithLabelValues("edited").Add(float64(v.Edited))
	m.items.WithLabelValues("withdrawn").Add(float64(v.Withdrawn))
	if r.Change != nil {
		m.changes.WithLabelValues(string(r.Change.To)).Inc()
	}
}
