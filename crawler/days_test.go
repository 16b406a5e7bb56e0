package crawler

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stadtfeed/stadtfeed/config"
	"github.com/stadtfeed/stadtfeed/news"
	"github.com/stadtfeed/stadtfeed/store"
)

// A simulation is a region in the memory of the test: towns that publish over
// time, and an oracle that watches how they are asked.
type simulation struct {
	t     *testing.T
	delay time.Duration
	began time.Time

	mu          sync.Mutex
	towns       map[string]*simTown
	requests    int
	askable     int // requests for what had been answered before
	conditional int
}

type simTown struct {
	host     string
	articles []time.Time // when each was published, ascending
	busy     bool
	last     time.Time // end of the last answer
	robots   time.Time
	seen     map[string]bool
}

// newSimulation lets every town publish on working days, at hours of its own.
func newSimulation(t *testing.T, towns, days int, delay time.Duration) *simulation {
	s := &simulation{t: t, delay: delay, began: time.Now(), towns: map[string]*simTown{}}
	for i := range towns {
		town := &simTown{host: fmt.Sprintf("stadt-%d.example", i), seen: map[string]bool{}}
		for day := -40; day < days; day++ {
			at := s.began.AddDate(0, 0, day)
			if at.Weekday() == time.Saturday || at.Weekday() == time.Sunday {
				continue
			}
			for k := range 1 + i%3 {
				if f := fraction(fmt.Sprint(i, day, k)); f < 0.6 {
					town.articles = append(town.articles, at.Add(time.Duration((8+9*f)*float64(time.Hour))))
				}
			}
		}
		slices.SortFunc(town.articles, time.Time.Compare)
		s.towns[town.host] = town
	}
	return s
}

func (s *simulation) config() *config.Config {
	var b strings.Builder
	fmt.Fprintf(&b, "delay: %s\nschedule: '0 * * * *'\nsources:\n", s.delay)
	for i := range len(s.towns) {
		fmt.Fprintf(&b, "  - {name: stadt-%d, url: 'https://stadt-%d.example/', preset: none}\n", i, i)
	}
	cfg, err := config.Parse("stadtfeed.yaml", []byte(b.String()))
	if err != nil {
		s.t.Fatal(err)
	}
	return cfg
}

// RoundTrip answers for the towns, and is the oracle of politeness.
func (s *simulation) RoundTrip(r *http.Request) (*http.Response, error) {
	town := s.towns[r.URL.Host]
	s.enter(town, r)
	time.Sleep(60 * time.Millisecond)
	defer func() {
		s.mu.Lock()
		defer s.mu.Unlock()
		town.busy, town.last = false, time.Now()
	}()
	header := http.Header{"Content-Type": {"text/html; charset=utf-8"}}
	answer := func(status int, body string) (*http.Response, error) {
		return &http.Response{StatusCode: status, Header: header, Body: io.NopCloser(strings.NewReader(body)), Request: r, ProtoMajor: 1}, nil
	}
	page := s.page(town, r.URL.Path)
	if page == "" {
		return answer(http.StatusNotFound, "")
	}
	header.Set("ETag", fmt.Sprintf(`"%x"`, digest([]byte(page))))
	if r.Header.Get("If-None-Match") == header.Get("ETag") {
		return answer(http.StatusNotModified, "")
	}
	return answer(http.StatusOK, page)
}

func (s *simulation) enter(town *simTown, r *http.Request) {
	s.mu.Lock()
	defer s.mu.Unlock()
	now := time.Now()
	switch {
	case town.busy:
		s.t.Errorf("%s: two requests at once on %s", now, town.host)
	case !town.last.IsZero() && now.Sub(town.last) < s.delay:
		s.t.Errorf("%s: asked %s after the last answer", r.URL, now.Sub(town.last))
	case !strings.HasPrefix(r.UserAgent(), "stadtfeed/"):
		s.t.Errorf("user agent %q", r.UserAgent())
	}
	town.busy = true
	if r.URL.Path == "/robots.txt" {
		if !town.robots.IsZero() && now.Sub(town.robots) < robotsFresh {
			s.t.Errorf("robots.txt of %s asked for again after %s", town.host, now.Sub(town.robots))
		}
		town.robots = now
		return
	}
	if town.robots.IsZero() || now.Sub(town.robots) > robotsFresh+time.Minute {
		s.t.Errorf("%s asked without a look at robots.txt", r.URL)
	}
	s.requests++
	if town.seen[r.URL.Path] {
		s.askable++
		if r.Header.Get("If-None-Match") != "" {
			s.conditional++
		}
	}
	town.seen[r.URL.Path] = true
}

func (s *simulation) page(town *simTown, path string) string {
	frame := `<!doctype html><html lang="de"><head><title>` + town.host + `</title></head><body><header><a href="/">Start</a></header><main>%s</main><footer>Impressum</footer></body></html>`
	n := len(town.published())
	var k int
	if _, err := fmt.Sscanf(path, "/news/%d", &k); err == nil && k < n {
		return fmt.Sprintf(frame, fmt.Sprintf(`<h1>%s von %s</h1><p class="date">%s</p>%s`, title(k), town.host, town.articles[k].Format("02.01.2006"), text(k)))
	}
	if path != "/" {
		return ""
	}
	var rows strings.Builder
	for k := n - 1; k >= max(0, n-15); k-- {
		fmt.Fprintf(&rows, `<article class="news-item"><span class="date">%s</span><h2><a href="/news/%d">%s von %s</a></h2><p>Worum es in der Meldung geht, steht in Satz %d.</p></article>`,
			town.articles[k].Format("02.01.2006"), k, title(k), town.host, k)
	}
	return fmt.Sprintf(frame, `<h1>Aktuelles</h1><div class="news-list">`+rows.String()+`</div>`)
}

func (town *simTown) published() []time.Time {
	n, _ := slices.BinarySearchFunc(town.articles, time.Now(), time.Time.Compare)
	return town.articles[:n]
}

// TestSimulatedDays runs the loop over simulated days of a healthy region:
// polite throughout, everything published found once, no false alarm, nothing
// that grows. STADTFEED_NIGHTLY=1 makes it thirty days and a thousand sources.
func TestSimulatedDays(t *testing.T) {
	towns, days := 8, 7
	if os.Getenv("STADTFEED_NIGHTLY") != "" {
		towns, days = 1000, 30
	}
	if raceDetector {
		towns, days = 4, 5
	}
	dir := t.TempDir()
	// What the archive's packer makes once for the process must not be made in
	// the bubble, whose channels nobody outside may use.
	warm := newDesk(t, oneSource(newTown(t, "b", "a").URL))
	warm.visit(VisitOptions{})
	if _, err := warm.store.Item(t.Context(), warm.items()[0].ID); err != nil {
		t.Fatal(err)
	}
	synctest.Test(t, func(t *testing.T) {
		s := newSimulation(t, towns, days, 2*time.Second)
		st, err := store.Open(filepath.Join(dir, "stadtfeed.db"), store.Options{Log: slog.New(slog.DiscardHandler)})
		if err != nil {
			t.Fatal(err)
		}
		c := &Crawler{Archive: st, Log: slog.New(slog.DiscardHandler), Version: "1.0"}
		c.init()
		c.net.public = s
		if err := c.Configure(s.config()); err != nil {
			t.Fatal(err)
		}
		ctx, cancel := context.WithCancel(t.Context())
		ended := make(chan struct{})
		go func() {
			defer close(ended)
			if err := c.Run(ctx); err != nil {
				t.Error(err)
			}
		}()
		time.Sleep(3 * 24 * time.Hour)
		goroutines, heap := footprint()
		time.Sleep(time.Duration(days-3)*24*time.Hour + 2*time.Hour)
		laterGoroutines, laterHeap := footprint()
		cancel()
		<-ended
		s.judge(st, towns)
		if laterGoroutines > goroutines+5 {
			t.Errorf("%d goroutines after three days, %d at the end", goroutines, laterGoroutines)
		}
		t.Logf("%d towns, %d days: %d requests, %d of %d conditional; heap %d KiB after day three, %d KiB at the end",
			towns, days, s.requests, s.conditional, s.askable, heap>>10, laterHeap>>10)
		if err := st.Close(); err != nil {
			t.Error(err)
		}
	})
}

func footprint() (goroutines int, heap uint64) {
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return runtime.NumGoroutine(), m.HeapAlloc
}

// judge compares what the archive holds with what was published.
func (s *simulation) judge(st *store.Store, towns int) {
	t := s.t
	ctx := context.Background()
	if s.conditional*100 < s.askable*95 {
		t.Errorf("%d of %d repeated requests were conditional, want 95 %%", s.conditional, s.askable)
	}
	changes, err := st.HealthChanges(ctx, 10*towns)
	if err != nil {
		t.Fatal(err)
	}
	alarms := 0
	for _, c := range changes {
		if c.To != news.OK {
			alarms++
			t.Errorf("false alarm: %s %s at %s: %s", c.Source, c.To, c.At, c.Why)
		}
	}
	found := 0
	for i := range towns {
		name := fmt.Sprintf("stadt-%d", i)
		items, err := st.Items(ctx, news.Query{All: [][]news.Term{{{Facet: news.Source, Value: name}}}, Withdrawn: true, Heads: true})
		if err != nil {
			t.Fatal(err)
		}
		town := s.towns[name+".example"]
		urls := map[string]bool{}
		for _, it := range items {
			if urls[it.URL] {
				t.Errorf("%s twice", it.URL)
			}
			if !it.Withdrawn.IsZero() || it.Partial {
				t.Errorf("%s: withdrawn %s, partial %v", it.URL, it.Withdrawn, it.Partial)
			}
			urls[it.URL] = true
		}
		found += len(urls)
		for k, at := range town.articles {
			if at.After(s.began) && at.Before(time.Now().Add(-2*time.Hour)) && !urls[fmt.Sprintf("https://%s/news/%d", town.host, k)] {
				t.Errorf("%s: article %d of %s was not found", town.host, k, at)
			}
		}
	}
	t.Logf("%d items of %d towns; %d false alarms", found, towns, alarms)
}
