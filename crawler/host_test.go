package crawler

import (
	"fmt"
	"log/slog"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stadtfeed/stadtfeed/config"
	"github.com/stadtfeed/stadtfeed/news"
)

// restart puts another process in the place of the desk's, on the same archive.
func (d *desk) restart(yaml string) {
	d.t.Helper()
	d.net.close()
	d.Crawler = &Crawler{Archive: d.store, Log: slog.New(slog.DiscardHandler), Now: d.clock, Version: "1.0"}
	d.configure(yaml)
}

func TestRetryAfterOutlivesTheProcess(t *testing.T) {
	for name, after := range map[string]string{"with Retry-After": "7200", "without": ""} {
		t.Run(name, func(t *testing.T) {
			w := newTown(t, "b", "a")
			w.override["/"] = func(rw http.ResponseWriter, _ *http.Request) {
				rw.Header().Set("Retry-After", after)
				rw.WriteHeader(http.StatusTooManyRequests)
			}
			yaml := oneSource(w.URL)
			d := newDesk(t, yaml)
			if v := d.visit(VisitOptions{}); !strings.Contains(v.Err, "429") {
				t.Fatalf("busy: %+v", v)
			}
			w.change(func() { delete(w.override, "/") })
			w.asked()
			d.pass(20 * time.Minute)
			d.restart(yaml)
			v := d.visit(VisitOptions{})
			if got := w.asked(); len(got) != 0 || v.Requests != 0 || !strings.Contains(v.Err, "left alone") {
				t.Errorf("another process asked %q: %+v", got, v)
			}
			if st := d.state(); st.Failures != 1 {
				t.Errorf("%d failures, want the one of the visit that asked", st.Failures)
			}
			if all := d.Politeness(); len(all) != 1 || !all[0].Until.After(d.Now()) {
				t.Errorf("Politeness() = %+v, want until when the host is left alone", all)
			}
			d.pass(2 * time.Hour)
			d.restart(yaml)
			if v := d.visit(VisitOptions{}); v.Added != 2 {
				t.Errorf("after it: %+v", v)
			}
			d.restart(yaml)
			if l := readLearned(d.state().Learned); l.Until != 0 {
				t.Errorf("until %d is still noted", l.Until)
			}
		})
	}
}

func TestRobotsOutliveTheProcess(t *testing.T) {
	w := newTown(t, "b", "a")
	says := func(text string) http.HandlerFunc {
		return func(rw http.ResponseWriter, _ *http.Request) { fmt.Fprint(rw, text) }
	}
	w.override["/robots.txt"] = says("User-agent: stadtfeed\nDisallow: /news/a\nAllow: /news/\nCrawl-delay: 0.001\n")
	yaml := oneSource(w.URL)
	d := newDesk(t, yaml)
	if v := d.visit(VisitOptions{}); v.Added != 2 || v.Failed != 1 {
		t.Fatalf("first visit: %+v, want an article that robots.txt forbids", v)
	}
	rules := d.Politeness()[0].Rules
	for range 3 { // cron begins a process every six hours
		d.pass(6 * time.Hour)
		d.restart(yaml)
		w.change(func() { w.log = nil })
		d.visit(VisitOptions{})
		if slices.Contains(w.log, "GET /robots.txt") || slices.ContainsFunc(w.log, func(s string) bool { return strings.Contains(s, "/news/a") }) {
			t.Errorf("asked %q, want neither robots.txt nor what it forbids", w.log)
		}
		if got := d.Politeness()[0].Rules; got != rules {
			t.Errorf("rules in force: %q, want %q", got, rules)
		}
	}
	// After a day it is asked for again; while it cannot be fetched the last one counts.
	w.change(func() {
		w.override["/robots.txt"] = func(rw http.ResponseWriter, _ *http.Request) { rw.WriteHeader(http.StatusBadGateway) }
	})
	for range 2 {
		d.pass(6*time.Hour + time.Minute)
		d.restart(yaml)
		w.change(func() { w.log = nil })
		if v := d.visit(VisitOptions{}); v.Err != "" || !slices.Contains(w.log, "GET /robots.txt") || slices.ContainsFunc(w.log, func(s string) bool { return strings.Contains(s, "/news/a") }) {
			t.Errorf("asked %q: %+v; want robots.txt, and that the last one is kept", w.log, v)
		}
	}
	// One that is too long to keep is asked for by every process.
	w.change(func() {
		w.override["/robots.txt"] = says("User-agent: *\n" + strings.Repeat("Disallow: /intern/\n", 1000))
	})
	for range 2 {
		d.pass(time.Hour)
		d.restart(yaml)
		w.change(func() { w.log = nil })
		if d.visit(VisitOptions{}); !slices.Contains(w.log, "GET /robots.txt") {
			t.Errorf("asked %q, want robots.txt", w.log)
		}
	}
	if n := len(d.state().Learned); n > 2<<10 {
		t.Errorf("%d bytes are kept", n)
	}
}

func TestGraceOfRobotsOutlivesTheProcess(t *testing.T) {
	w := newTown(t, "b", "a")
	w.override["/robots.txt"] = func(rw http.ResponseWriter, _ *http.Request) { rw.WriteHeader(http.StatusBadGateway) }
	yaml := oneSource(w.URL)
	d := newDesk(t, yaml)
	for range 6 { // every sixth day another process
		if v := d.visit(VisitOptions{}); !strings.Contains(v.Err, "robots.txt") {
			t.Fatalf("allowed within the grace: %+v", v)
		}
		d.pass(5 * 24 * time.Hour)
		d.restart(yaml)
	}
	if rules := d.Politeness; len(rules()) != 0 && !strings.Contains(rules()[0].Rules, "cannot be fetched since 2026-11-21") {
		t.Errorf("Politeness() = %+v", rules())
	}
	d.pass(time.Hour)
	if v := d.visit(VisitOptions{}); v.Added != 2 {
		t.Fatalf("after thirty days: %+v", v)
	}
	// Had again, the grace begins anew.
	w.change(func() { delete(w.override, "/robots.txt") })
	d.pass(25 * time.Hour)
	d.visit(VisitOptions{})
	if l := readLearned(d.state().Learned); l.Down != 0 {
		t.Errorf("robots.txt cannot be fetched since %d, though it was had", l.Down)
	}
}

func TestSourceVisitedLastKnowsTheHost(t *testing.T) {
	d := newDesk(t, oneSource("https://town.example"))
	at := func(hours int, down int64) news.SourceState {
		return news.SourceState{
			Name: "s", URL: "https://town.example/x", LastVisit: d.Now().Add(time.Duration(hours) * time.Hour),
			Learned: learned{Down: down}.marshal(),
		}
	}
	down := func() int64 {
		var l learned
		d.net.robots.note("https://town.example", &l)
		return l.Down
	}
	d.recall([]news.SourceState{at(-5, 1000), at(-1, 0)})
	if down() != 0 {
		t.Errorf("down since %d; the later visit had it", down())
	}
	d.recall([]news.SourceState{at(-5, 0), at(-1, 1000)})
	if down() != 1000 {
		t.Errorf("down since %d, want 1000", down())
	}
}

func TestRememberedTellsWhatTheArchiveKnows(t *testing.T) {
	w := newTown(t, "b", "a")
	yaml := oneSource(w.URL)
	d := newDesk(t, yaml)
	d.visit(VisitOptions{})
	d.pass(time.Hour)
	d.visit(VisitOptions{})
	other := &Crawler{Archive: d.store, Log: slog.New(slog.DiscardHandler), Now: d.clock}
	hosts, err := other.Remembered(t.Context(), d.store)
	if err != nil || len(hosts) != 1 {
		t.Fatalf("Remembered() = %+v, %v", hosts, err)
	}
	if h := hosts[0]; h.Host != news.Host(w.URL) || h.Requests != 5 || h.NotModified != 1 || h.Bytes == 0 || !h.LastRequest.Equal(d.Now()) {
		t.Errorf("Remembered() = %+v, want robots.txt, the listing twice, two articles, one 304", h)
	}
}

func TestRefusalOfPrivateAddressesSaysWhatHelps(t *testing.T) {
	d := newDesk(t, "")
	for _, address := range []string{"http://127.0.0.1:8080/", "http://localhost:8080/", "http://2130706433/"} {
		_, err := d.Fetch(t.Context(), config.Source{URL: address}, address)
		if FaultOf(err) != FaultPrivate || !strings.Contains(err.Error(), "allow_private: true") {
			t.Errorf("Fetch(%s) = %v, want a refusal that names allow_private: true", address, err)
		}
	}
}
