package crawler

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stadtfeed/stadtfeed/config"
	towns "github.com/stadtfeed/stadtfeed/internal/town"
	"github.com/stadtfeed/stadtfeed/news"
	"github.com/stadtfeed/stadtfeed/store"
)

// An illness is a fault of a site, the states that it should be seen as, and
// how soon.
type illness struct {
	fault  towns.FaultKind
	want   []news.Health
	within time.Duration
}

const simDay = 24 * time.Hour

var illnesses = []illness{
	{towns.ServerError, []news.Health{news.Broken}, simDay},
	{towns.BlockPage, []news.Health{news.Blocked}, simDay},
	{towns.EmptyListing, []news.Health{news.Broken}, simDay},
	{towns.NoDates, []news.Health{news.Degraded}, simDay},
	{towns.RobotsForbids, []news.Health{news.Blocked}, 2 * simDay},
	{towns.Forbidden, []news.Health{news.Blocked}, simDay},
	{towns.TooMany, []news.Health{news.Broken}, 2 * simDay},
	{towns.NoTeasers, []news.Health{news.Degraded}, simDay},
	{towns.Maintenance, []news.Health{news.Broken}, simDay},
	{towns.Hang, []news.Health{news.Broken}, 2 * simDay},
}

// A simulation is an imagined region over some days, of which every tenth
// site falls ill for a week.
type simulation struct {
	t        *testing.T
	region   *towns.Region
	archive  *store.Store
	start    time.Time
	days     int
	ill      map[string]illness
	from, to time.Time // of the illnesses
}

// inCI skips a test that takes long or runs another program: a bare go test
// stays quick, .ci/run sets CI and runs everything.
func inCI(t *testing.T) {
	t.Helper()
	if os.Getenv("CI") == "" && os.Getenv("STADTFEED_NIGHTLY") == "" {
		t.Skip("takes long; CI=true runs it, as .ci/run does")
	}
}

// everySimulated are the days and sites of the simulation, its first day and
// how often sources are visited.
func everySimulated() (sites, days int, start time.Time, schedule string) {
	switch {
	case os.Getenv("STADTFEED_NIGHTLY") != "":
		return 1000, 30, time.Date(2000, 6, 19, 0, 0, 0, 0, time.UTC), "0 * * * *"
	case raceDetector:
		return 10, 12, time.Date(2000, 12, 4, 0, 0, 0, 0, time.UTC), "0 */6 * * *"
	}
	return 40, 30, time.Date(2000, 12, 4, 0, 0, 0, 0, time.UTC), "0 */4 * * *"
}

// TestSimulatedDays runs the loop over simulated days of a region with all
// rhythms, before the summer break and over Christmas: polite throughout,
// everything published found once, nothing that grows, no false alarm, and
// none missed. STADTFEED_NIGHTLY=1 makes it a thousand sources every hour.
func TestSimulatedDays(t *testing.T) {
	inCI(t)
	sites, days, start, schedule := everySimulated()
	dir := t.TempDir()
	// What the archive's packer makes once for the process must not be made in
	// the bubble, whose channels nobody outside may use.
	warm := newDesk(t, oneSource(newTown(t, "b", "a").URL))
	warm.visit(VisitOptions{})
	if _, err := warm.store.Item(t.Context(), warm.items()[0].ID); err != nil {
		t.Fatal(err)
	}
	synctest.Test(t, func(t *testing.T) {
		time.Sleep(time.Until(start))
		s := newSimulation(t, dir, sites, days)
		ctx, cancel := context.WithCancel(t.Context())
		ended := make(chan struct{})
		go func() {
			defer close(ended)
			if err := s.crawler(schedule).Run(ctx); err != nil {
				t.Error(err)
			}
		}()
		time.Sleep(3*simDay + 30*time.Minute)
		early := footprint()
		time.Sleep(time.Duration(days-3) * simDay)
		late := footprint()
		cancel()
		<-ended
		s.judgeConduct()
		s.judgeAlarms()
		s.judgeItems()
		s.judgeGrowth(early, late)
		if err := s.archive.Close(); err != nil {
			t.Error(err)
		}
	})
}

func newSimulation(t *testing.T, dir string, sites, days int) *simulation {
	s := &simulation{t: t, start: time.Now(), days: days, ill: map[string]illness{}}
	s.from, s.to = s.start.Add(time.Duration(days)*simDay/3), s.start.Add(time.Duration(days)*simDay/3+7*simDay)
	region := towns.Generate(towns.Plan{Sites: sites, Seed: 11, Start: s.start, Days: days, Past: 15, PerWeek: 7, Rhythms: towns.Rhythms()})
	for i, site := range region {
		site.Latency = 60 * time.Millisecond
		if i%10 == i/10%10 { // so that all layouts have their share
			ill := illnesses[i/10%len(illnesses)]
			s.ill[site.Name] = ill
			site.Faults = []towns.Fault{{Kind: ill.fault, From: s.from, Until: s.to}}
		}
	}
	s.region = towns.Imagine(time.Now, region...)
	s.region.Manners = towns.Manners{Gap: 2 * time.Second, Robots: robotsFresh + time.Minute, Conditional: 0.95}
	var err error
	if s.archive, err = store.Open(filepath.Join(dir, "stadtfeed.db"), store.Options{Log: slog.New(slog.DiscardHandler), NoSync: true}); err != nil {
		t.Fatal(err)
	}
	return s
}

func (s *simulation) crawler(schedule string) *Crawler {
	var text strings.Builder
	fmt.Fprintf(&text, "delay: 2s\ncontact: https://feeds.example.org\nschedule: '%s'\nsources:\n", schedule)
	for _, site := range s.region.Sites {
		fmt.Fprintf(&text, "  - {name: %s, url: '%s', pages: 5}\n", site.Name, site.Home())
	}
	cfg, err := config.Parse("stadtfeed.yaml", []byte(text.String()))
	if err != nil {
		s.t.Fatal(err)
	}
	c := &Crawler{Archive: s.archive, Log: slog.New(slog.NewTextHandler(io.Discard, &slog.HandlerOptions{Level: slog.LevelError})), Version: "1.0"}
	c.init()
	c.net.public = s.region
	if err := c.Configure(cfg); err != nil {
		s.t.Fatal(err)
	}
	return c
}

// judgeConduct asks the region's witnesses.
func (s *simulation) judgeConduct() {
	c := s.region.Conduct()
	for _, fault := range c.Faults[:min(len(c.Faults), 20)] {
		s.t.Errorf("politeness: %s", fault)
	}
	s.t.Logf("%d sites, %d days: %d requests for pages, %d for robots.txt; %d of %d that could be were conditional; %d faults of politeness",
		len(s.region.Sites), s.days, c.Requests, c.Robots, c.Conditional, c.Repeated, len(c.Faults))
}

// judgeAlarms counts true, false and missed alarms.
func (s *simulation) judgeAlarms() {
	changes, err := s.archive.HealthChanges(context.Background(), 100_000)
	if err != nil {
		s.t.Fatal(err)
	}
	seen := map[string]bool{}
	wrong, missed := 0, 0
	for _, c := range changes {
		if c.To == news.OK {
			continue
		}
		ill, isIll := s.ill[c.Source]
		if isIll && slices.Contains(ill.want, c.To) && c.At.After(s.from) && c.At.Before(s.to.Add(simDay)) {
			if c.At.Before(s.from.Add(ill.within)) {
				seen[c.Source] = true
			}
			continue
		}
		wrong++
		s.t.Errorf("false alarm: %s became %s on %s: %s", c.Source, c.To, c.At.Format(time.DateTime), c.Why)
	}
	for source, ill := range s.ill {
		if !seen[source] {
			missed++
			s.t.Errorf("missed: %s was not seen as %s within %s of %s", source, ill.want, ill.within, ill.fault)
		}
		if st, err := s.archive.SourceState(context.Background(), source); err != nil || st.Health != news.OK {
			s.t.Errorf("%s is %s after its %s was over: %s, %v", source, st.Health, ill.fault, st.Why, err)
		}
	}
	s.t.Logf("%d true alarms, %d false, %d missed; %d healthy sources, %d ill", len(seen), wrong, missed, len(s.region.Sites)-len(s.ill), len(s.ill))
}

// judgeItems compares what the archive holds with what was published.
func (s *simulation) judgeItems() {
	total, published, missing := 0, 0, 0
	for _, site := range s.region.Sites {
		items, err := s.archive.Items(context.Background(), news.Query{All: [][]news.Term{{{Facet: news.Source, Value: site.Name}}}, Withdrawn: true, Heads: true})
		if err != nil {
			s.t.Fatal(err)
		}
		urls := map[string]bool{}
		for _, it := range items {
			if urls[it.URL] || !it.Withdrawn.IsZero() || it.Partial {
				s.t.Errorf("%s: twice %v, withdrawn %s, partial %v", it.URL, urls[it.URL], it.Withdrawn, it.Partial)
			}
			urls[it.URL] = true
		}
		total += len(urls)
		for _, a := range site.Articles {
			if a.Appears.IsZero() || a.Appears.After(time.Now().Add(-6*time.Hour)) {
				continue
			}
			if published++; !urls[site.URL(a)] {
				missing++
				s.t.Errorf("%s of %s was not found", site.URL(a), a.Appears)
			}
		}
	}
	s.t.Logf("%d items, among them %d of the %d that were published meanwhile", total, published-missing, published)
}

// A print is what the process holds at a quiet moment.
type print struct {
	goroutines, files int
	heap              uint64
}

func footprint() print {
	synctest.Wait()
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	files, _ := os.ReadDir("/proc/self/fd") // elsewhere than on Linux: none, both times
	return print{runtime.NumGoroutine(), len(files), m.HeapAlloc}
}

// judgeGrowth compares the third day with the last. The region's own memory of
// who asked for what has its share.
func (s *simulation) judgeGrowth(early, late print) {
	if late.goroutines > early.goroutines+5 || late.files > early.files+2 {
		s.t.Errorf("after three days %d goroutines and %d descriptors, at the end %d and %d", early.goroutines, early.files, late.goroutines, late.files)
	}
	if perSite := uint64(16 << 10); late.heap > early.heap+4<<20+perSite*uint64(len(s.region.Sites)) {
		s.t.Errorf("heap %d KiB after three days, %d KiB at the end", early.heap>>10, late.heap>>10)
	}
	s.t.Logf("after three days %d goroutines, %d descriptors, %d KiB heap; at the end %d, %d, %d KiB",
		early.goroutines, early.files, early.heap>>10, late.goroutines, late.files, late.heap>>10)
}
