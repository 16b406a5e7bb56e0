package feedout

import (
	"bytes"
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/common/expfmt"

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
	for _, c := range []prometheus.Collector{m.warm, m.unchanged, m.bytes, m.renders, held, concernCollector{s}} {
		if err := registry.Register(c); err != nil {
			return nil, err
		}
	}
	return m, nil
}

// A concernCollector tells the concerns when it is asked.
type concernCollector struct{ s *Server }

var (
	concernSet   = prometheus.NewDesc("stadtfeed_concern", "1 where the operator should look at something; /status says at what.", []string{"concern"}, nil)
	concernSince = prometheus.NewDesc("stadtfeed_concern_since_timestamp_seconds", "Since when a concern lasts.", []string{"concern"}, nil)
)

// Describe tells Prometheus what to expect.
func (c concernCollector) Describe(ch chan<- *prometheus.Desc) {
	ch <- concernSet
	ch <- concernSince
}

// Collect tells the concerns.
func (c concernCollector) Collect(ch chan<- prometheus.Metric) {
	c.concerns(func(d *prometheus.Desc, v float64, labels ...string) {
		ch <- prometheus.MustNewConstMetric(d, prometheus.GaugeValue, v, labels...)
	})
}

// concerns tells of all concerns that there may be which there are.
func (c concernCollector) concerns(gauge func(d *prometheus.Desc, v float64, labels ...string)) {
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

// A sourceKind is one kind of series that every source has. There are too many
// of them for a registry, which sorts and compares them at every scrape: they
// are written once per table of states.
type sourceKind struct {
	name, help string
	value      func(st *news.SourceState) (v int64, ok bool)
}

const kindHealth = "stadtfeed_source_health"

var sourceKinds = []sourceKind{
	{kindHealth, "1, with the state that the source is in.", func(st *news.SourceState) (int64, bool) { return 1, st.Health != news.New }},
	{"stadtfeed_source_items", "Items kept of the source.", func(st *news.SourceState) (int64, bool) { return int64(st.Items), true }},
	{"stadtfeed_source_held_items", "Items of the source that are held back.", func(st *news.SourceState) (int64, bool) { return int64(st.Held), true }},
	{"stadtfeed_source_failures", "Failed visits in a row.", func(st *news.SourceState) (int64, bool) { return int64(st.Failures), true }},
	{"stadtfeed_source_last_success_timestamp_seconds", "When the source was last visited with success.", func(st *news.SourceState) (int64, bool) {
		return st.LastSuccess.Unix(), !st.LastSuccess.IsZero()
	}},
	{"stadtfeed_source_last_new_timestamp_seconds", "When the source last brought a new item.", func(st *news.SourceState) (int64, bool) {
		return st.LastNew.Unix(), !st.LastNew.IsZero()
	}},
}

var escapeLabel = strings.NewReplacer(`\`, `\\`, `"`, `\"`, "\n", `\n`)

// metricsText is the series of a site's sources in the format of Prometheus.
func (t *stateTable) metricsText(x *site) []byte {
	t.mu.Lock()
	defer t.mu.Unlock()
	shown := t.site(x)
	if shown.metrics != nil {
		return shown.metrics
	}
	size := 0
	for i := range shown.rows {
		row := &shown.rows[i]
		if row.label == "" {
			row.label = `{source="` + escapeLabel.Replace(clean(row.cell.state.Name)) + `"`
		}
		size += len(row.label)
	}
	b := make([]byte, 0, len(sourceKinds)*(size+60*len(shown.rows)))
	for _, kind := range sourceKinds {
		b = fmt.Appendf(b, "# HELP %s %s\n# TYPE %s gauge\n", kind.name, kind.help, kind.name)
		for i := range shown.rows {
			row := &shown.rows[i]
			v, ok := kind.value(row.cell.state)
			if !ok {
				continue
			}
			b = append(append(b, kind.name...), row.label...)
			if kind.name == kindHealth {
				b = append(append(append(b, `,state="`...), row.cell.state.Health...), '"')
			}
			b = append(strconv.AppendInt(append(b, `} `...), v, 10), '\n')
		}
	}
	shown.metrics = b
	return b
}

// metrics answers in the text format of Prometheus.
func (s *Server) metrics(x *site, w http.ResponseWriter, r *http.Request) {
	if x.Access.Metrics && !s.allowed(x, w, r) {
		return
	}
	var b bytes.Buffer
	families, err := s.opt.Metrics.Gather()
	for _, family := range families {
		if _, wrong := expfmt.MetricFamilyToText(&b, family); wrong != nil {
			err = errors.Join(err, wrong)
		}
	}
	if err != nil { // what there is is told all the same
		s.log.Error("metrics failed", "err", err)
	}
	states, err := s.sourceStates(r.Context())
	if err != nil {
		s.failWith(w, r, fmt.Errorf("source states: %w", err))
		return
	}
	b.Write(states.metricsText(x))
	s.giveFresh(w, r, string(expfmt.NewFormat(expfmt.TypeTextPlain)), b.Bytes())
}
