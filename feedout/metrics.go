package feedout

import (
	"context"
	"fmt"
	"log/slog"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/stadtfeed/stadtfeed/news"
)

// A meter counts what the server does.
type meter struct {
	warm      prometheus.Counter
	unchanged prometheus.Counter
	bytes     prometheus.Counter
	renders   prometheus.Histogram
}

// rendered notes one rendering.
func (m *meter) rendered(took time.Duration) { m.renders.Observe(took.Seconds()) }

// newMeter registers the metrics of the server and of the sources.
func newMeter(registry *prometheus.Registry, s *Server) (*meter, error) {
	counter := func(name, help string) prometheus.Counter {
		return prometheus.NewCounter(prometheus.CounterOpts{Name: name, Help: help})
	}
	m := &meter{
		warm:      counter("stadtfeed_http_warm_total", "Requests answered with a prepared answer."),
		unchanged: counter("stadtfeed_http_not_modified_total", "Requests answered with 304."),
		bytes:     counter("stadtfeed_http_body_bytes_total", "Bytes of bodies sent, as encoded."),
		renders: prometheus.NewHistogram(prometheus.HistogramOpts{
			Name: "stadtfeed_http_render_seconds", Help: "Time to render one answer.",
			Buckets: []float64{.0005, .001, .0025, .005, .01, .025, .05, .1, .5, 1, 5},
		}),
	}
	held := prometheus.NewGaugeFunc(prometheus.GaugeOpts{
		Name: "stadtfeed_http_prepared_bytes", Help: "Bytes of prepared answers held.",
	}, func() float64 { return float64(s.shelf.size.Load()) })
	for _, c := range []prometheus.Collector{m.warm, m.unchanged, m.bytes, m.renders, held, sourceCollector{s}} {
		if err := registry.Register(c); err != nil {
			return nil, err
		}
	}
	return m, nil
}

// A sourceCollector reads the states of the sources when it is asked.
type sourceCollector struct{ s *Server }

var (
	sourceHealth  = prometheus.NewDesc("stadtfeed_source_health", "1 for the state that the source is in.", []string{"source", "state"}, nil)
	sourceItems   = prometheus.NewDesc("stadtfeed_source_items", "Items kept of the source.", []string{"source"}, nil)
	sourceFails   = prometheus.NewDesc("stadtfeed_source_failures", "Failed visits in a row.", []string{"source"}, nil)
	sourceSuccess = prometheus.NewDesc("stadtfeed_source_last_success_timestamp_seconds", "When the source was last visited with success.", []string{"source"}, nil)
	sourceHeld    = prometheus.NewDesc("stadtfeed_source_held_items", "Items of the source that are held back.", []string{"source"}, nil)
	concernSet    = prometheus.NewDesc("stadtfeed_concern", "1 where the operator should look at something; /status says at what.", []string{"concern"}, nil)
	concernSince  = prometheus.NewDesc("stadtfeed_concern_since_timestamp_seconds", "Since when a concern lasts.", []string{"concern"}, nil)
	sourceNew     = prometheus.NewDesc("stadtfeed_source_last_new_timestamp_seconds", "When the source last brought a new item.", []string{"source"}, nil)
)

// Describe tells Prometheus what to expect.
func (c sourceCollector) Describe(ch chan<- *prometheus.Desc) {
	for _, d := range []*prometheus.Desc{sourceHealth, sourceItems, sourceFails, sourceSuccess, sourceNew, sourceHeld, concernSet, concernSince} {
		ch <- d
	}
}

// Collect reads the states of the configured sources.
func (c sourceCollector) Collect(ch chan<- prometheus.Metric) {
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
	defer cancel()
	gauge := func(d *prometheus.Desc, v float64, labels ...string) {
		ch <- prometheus.MustNewConstMetric(d, prometheus.GaugeValue, v, labels...)
	}
	c.concerns(gauge)
	states, err := c.s.archive.SourceStates(ctx)
	if err != nil {
		ch <- prometheus.NewInvalidMetric(sourceHealth, fmt.Errorf("source states: %w", err))
		return
	}
	sources := c.s.site.Load().sources
	for _, st := range states {
		if _, ok := sources[st.Name]; !ok {
			continue
		}
		name := clean(st.Name)
		for _, h := range []news.Health{news.OK, news.Degraded, news.Broken, news.Blocked, news.Stale} {
			v := 0.0
			if st.Health == h {
				v = 1
			}
			gauge(sourceHealth, v, name, string(h))
		}
		gauge(sourceItems, float64(st.Items), name)
		gauge(sourceHeld, float64(st.Held), name)
		gauge(sourceFails, float64(st.Failures), name)
		if !st.LastSuccess.IsZero() {
			gauge(sourceSuccess, float64(st.LastSuccess.Unix()), name)
		}
		if !st.LastNew.IsZero() {
			gauge(sourceNew, float64(st.LastNew.Unix()), name)
		}
	}
}

// concerns tells of all concerns that there may be which there are.
func (c sourceCollector) concerns(gauge func(d *prometheus.Desc, v float64, labels ...string)) {
	present := map[string]time.Time{}
	for _, concern := range c.s.concerns() {
		present[concern.Code] = concern.Since
	}
	for _, code := range news.ConcernCodes() {
		since, is := present[code]
		if !is {
			gauge(concernSet, 0, code)
			continue
		}
		gauge(concernSet, 1, code)
		gauge(concernSince, float64(since.Unix()), code)
	}
}

// A slogPrinter lets promhttp report into our log.
type slogPrinter struct{ log *slog.Logger }

// Println logs what promhttp has to say.
func (p slogPrinter) Println(v ...any) { p.log.Error("metrics failed", "err", fmt.Sprint(v...)) }
