package crawler

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"runtime"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/andybalholm/cascadia"
	"golang.org/x/net/html"

	"github.com/stadtfeed/stadtfeed/extract"
	"github.com/stadtfeed/stadtfeed/internal/guard"
	"github.com/stadtfeed/stadtfeed/news"
)

// The benchmarks measure our processor time alone: the towns are served by
// another process, which is this test binary started again with townServer set.
const townServer = "STADTFEED_TEST_TOWN_SERVER"

func TestMain(m *testing.M) {
	if os.Getenv(townServer) != "" {
		serveTowns()
		return
	}
	os.Exit(m.Run())
}

// serveTowns answers on all of 127/8: / is a listing of twenty with ETag,
// /plain/ one without, /news/… articles of 45 KB.
func serveTowns() {
	l, err := net.Listen("tcp", "0.0.0.0:0") //nolint:gosec // all of 127/8 is asked for
	if err != nil {
		panic(err)
	}
	fmt.Println(l.Addr().(*net.TCPAddr).Port)
	listing := []byte(padded(listingOf(20, ""), 45<<10))
	pages := map[string][]byte{}
	for i := range 20 {
		pages[fmt.Sprintf("/news/%d", i)] = []byte(benchArticle(i))
	}
	region := readFixtures()
	go func() {
		io.Copy(io.Discard, os.Stdin) // ends with the benchmark
		os.Exit(0)
	}()
	http.Serve(l, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { //nolint:gosec // a test's own server
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		switch page := pages[r.URL.Path]; {
		case r.URL.Path == "/robots.txt":
			http.NotFound(w, r)
		case page != nil:
			w.Header().Set("ETag", `"a"`)
			w.Write(page)
		case strings.HasPrefix(r.URL.Path, "/region/"):
			region.serve(w, r)
		case r.URL.Path == "/plain/":
			w.Write(listing)
		case r.Header.Get("If-None-Match") == `"1"`:
			w.WriteHeader(http.StatusNotModified)
		default:
			w.Header().Set("ETag", `"1"`)
			w.Write(listing)
		}
	}))
}

// padded is a page with navigation and footer around its main, as large as
// pages of towns are.
func padded(page string, size int) string {
	var nav strings.Builder
	for i := 0; nav.Len() < size-len(page); i++ {
		fmt.Fprintf(&nav, `<li class="menu-item"><a href="/rathaus/thema-%d" title="Thema %d">Bürgerservice und Verwaltung, Thema %d</a></li>`+"\n", i, i, i)
	}
	return strings.Replace(page, "<body>", `<body><nav><ul>`+nav.String()+`</ul></nav>`, 1)
}

func benchArticle(i int) string {
	return padded(articleOf(fmt.Sprintf("Meldung Nummer %d aus dem Rathaus", i),
		fmt.Sprintf("<p class=teaser>In der Straße %d wird gebaut, teilt die Stadt mit.</p>", i)+strings.Repeat(someText, 12)+
			"<p>Stichwörter: Verkehr, Baustelle, Rathaus</p>"), 45<<10)
}

func startTowns(b testing.TB) (port string) {
	cmd := exec.Command(os.Args[0]) //nolint:gosec // this binary
	cmd.Env = append(os.Environ(), townServer+"=1")
	in, err := cmd.StdinPipe()
	if err != nil {
		b.Fatal(err)
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		b.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { in.Close(); cmd.Wait() })
	line, err := bufio.NewReader(out).ReadString('\n')
	if err != nil {
		b.Fatal(err)
	}
	return strings.TrimSpace(line)
}

// spent is our processor time and allocations in f.
func spent(f func()) (cpu time.Duration, allocs uint64) {
	var before, after syscall.Rusage
	var m, n runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&m)
	syscall.Getrusage(syscall.RUSAGE_SELF, &before)
	f()
	syscall.Getrusage(syscall.RUSAGE_SELF, &after)
	runtime.ReadMemStats(&n)
	nano := func(r syscall.Rusage) int64 { return r.Utime.Nano() + r.Stime.Nano() }
	return time.Duration(nano(after) - nano(before)), n.Mallocs - m.Mallocs
}

// report reports a figure, and beside it what it must not exceed.
func report(b *testing.B, figure float64, unit string, must float64) {
	b.ReportMetric(figure, unit)
	b.ReportMetric(must, "must-"+unit)
	b.ReportMetric(0, "ns/op")
}

// compare reports ours in multiples of the floor, measured in turns that are
// long enough for neither to begin each page with the other's caches.
func compare(b *testing.B, must float64, ours, floor func()) (allocs float64) {
	ours()
	floor()
	var us, them time.Duration
	var ourAllocs, theirAllocs uint64
	for b.Loop() {
		c, n := spent(func() { repeat(100, ours) })
		us, ourAllocs = us+c, ourAllocs+n
		c, n = spent(func() { repeat(100, floor) })
		them, theirAllocs = them+c, theirAllocs+n
	}
	b.ReportMetric(float64(us.Microseconds())/float64(100*b.N), "cpu-µs/page")
	report(b, float64(us)/float64(them), "×floor", must)
	return float64(ourAllocs) / float64(theirAllocs)
}

func repeat(n int, f func()) {
	for range n {
		f()
	}
}

func mustGet(b testing.TB, c *http.Client, url, etag string) []byte {
	req, _ := http.NewRequestWithContext(context.Background(), http.MethodGet, url, nil)
	if etag != "" {
		req.Header.Set("If-None-Match", etag)
	}
	res, err := c.Do(req)
	if err != nil {
		b.Fatal(err)
	}
	defer res.Body.Close()
	body, err := io.ReadAll(res.Body)
	if err != nil {
		b.Fatal(err)
	}
	return body
}

// BenchmarkNewPage is a new article, fetched and read with all its fields,
// against net/http, html.Parse and five selections.
func BenchmarkNewPage(b *testing.B) {
	url := "http://127.0.0.1:" + startTowns(b) + "/news/1"
	d := newDesk(b, oneSource("http://127.0.0.1:1"))
	setup := d.current.Load()
	s := d.session(setup.agent, url, 0, guard.OwnOf(url))
	v := &visit{c: d.Crawler, src: setup.sources["musterstadt"], start: d.Now(), load: s.load}
	var selectors []cascadia.Selector
	for _, text := range []string{"main h1", "p.date", "p.teaser", "main article", "main p"} {
		selectors = append(selectors, cascadia.MustCompile(text))
	}
	client := &http.Client{Transport: &http.Transport{}}
	allocs := compare(b, 1.25, func() {
		a, err := s.get(context.Background(), url, news.PageState{})
		if err != nil {
			b.Fatal(err)
		}
		read, err := v.parseArticle(a, &extract.Entry{URL: url}, false)
		if err != nil || read.Item.Headline == "" {
			b.Fatal(err)
		}
	}, func() {
		doc, err := html.Parse(strings.NewReader(string(mustGet(b, client, url, ""))))
		if err != nil {
			b.Fatal(err)
		}
		for _, sel := range selectors {
			cascadia.QueryAll(doc, sel)
		}
	})
	report(b, allocs, "×floor-allocs", 1.2)
}

// unchanged compares visits that find nothing new with bare requests.
func unchanged(b *testing.B, must float64, path, etag string) {
	base := "http://127.0.0.1:" + startTowns(b)
	d := newDesk(b, strings.Replace(oneSource(base), base+"/", base+path, 1))
	if v := d.visit(VisitOptions{}); v.Err != "" || v.Added == 0 {
		b.Fatalf("%+v", v)
	}
	setup := d.current.Load()
	src := setup.sources["musterstadt"]
	client := &http.Client{Transport: &http.Transport{}}
	var reports []news.Report
	compare(b, must, func() {
		r, release, _ := d.Crawler.visit(context.Background(), src, setup.agent, VisitOptions{})
		release()
		if !quiet(r) || r.Visit.Requests != 1 {
			b.Fatalf("%+v", r.Visit)
		}
		if reports = append(reports, r); len(reports) == maxBatch {
			if _, err := d.Archive.Commit(context.Background(), reports...); err != nil {
				b.Fatal(err)
			}
			reports = nil
		}
	}, func() { mustGet(b, client, base+path, etag) })
}

// BenchmarkUnchangedWithValidators is a visit answered 304 against a bare
// conditional request.
func BenchmarkUnchangedWithValidators(b *testing.B) { unchanged(b, 3, "/", `"1"`) }

// BenchmarkUnchangedWithoutValidators is a visit that finds the same bytes
// against a bare request.
func BenchmarkUnchangedWithoutValidators(b *testing.B) { unchanged(b, 1.6, "/plain/", "") }

// BenchmarkFirstVisit is a listing and its twenty articles, stored.
func BenchmarkFirstVisit(b *testing.B) {
	base := "http://127.0.0.1:" + startTowns(b)
	var cpu time.Duration
	for b.Loop() {
		d := newDesk(b, oneSource(base))
		c, _ := spent(func() {
			if v := d.visit(VisitOptions{}); v.Added != 20 {
				b.Fatalf("%+v", v)
			}
		})
		cpu += c
	}
	report(b, float64(cpu.Milliseconds())/float64(b.N), "cpu-ms/visit", 45)
}

// benchCycle is a cycle of n unchanged sources, each on a host of its own, by
// the real loop.
func benchCycle(b *testing.B, n int, path string, must float64) {
	port := startTowns(b)
	var urls []string
	for i := range n {
		urls = append(urls, fmt.Sprintf("http://127.1.%d.%d:%s%s", i/200, i%200+1, port, strings.TrimSuffix(path, "/")))
	}
	d := newRunningDesk(b, regionYAML(urls, "listing_only: true", "schedule: '@hourly'"))
	counted := &countingArchive{Archive: d.Archive}
	d.Archive = counted
	d.Gather = time.Second
	visits, err := d.Visit(context.Background(), nil, VisitOptions{})
	if err != nil || len(visits) != n || visits[0].Err != "" {
		b.Fatalf("%d visits, %v, %+v", len(visits), err, visits[0])
	}
	defer d.run()()
	var cpu time.Duration
	commits := int64(0)
	for b.Loop() {
		counted.commits.Store(0)
		c, _ := spent(func() {
			start := d.Now()
			d.pass(2 * time.Hour)
			d.nudge()
			for !allVisited(d, start.Add(time.Hour)) {
				time.Sleep(50 * time.Millisecond)
			}
		})
		cpu += c
		commits += counted.commits.Load()
	}
	report(b, float64(cpu.Milliseconds())/float64(b.N), "cpu-ms/cycle", must)
	report(b, float64(commits)/float64(b.N), "commits/cycle", 2)
}

func allVisited(d *desk, after time.Time) bool {
	d.batch.mu.Lock()
	waiting := len(d.batch.reports)
	d.batch.mu.Unlock()
	next, err := d.Archive.NextDue(context.Background())
	return err == nil && waiting == 0 && next.After(d.Now()) && after.Before(d.Now())
}

// BenchmarkCycle1000 and the one after it are what a region of a thousand
// sources costs when nothing is new.
func BenchmarkCycle1000(b *testing.B) { benchCycle(b, 1000, "/", 250) }

// BenchmarkCycle1000Plain has no validators to go by.
func BenchmarkCycle1000Plain(b *testing.B) { benchCycle(b, 1000, "/plain/", 400) }

// BenchmarkHangingHosts is how much longer a cycle of 200 hosts takes for those
// that are well when two in a hundred hang; the shortest of all runs each.
func BenchmarkHangingHosts(b *testing.B) {
	var well, ill time.Duration
	for b.Loop() {
		for hanging, least := range map[int]*time.Duration{0: &well, 4: &ill} {
			if took := hangingCycle(b, hanging); *least == 0 || took < *least {
				*least = took
			}
		}
	}
	report(b, float64(ill)/float64(well), "×well-cycle", 1.1)
}

// BenchmarkStop is how long a stop takes with 200 requests in flight; see
// TestStopWithManyRequestsInFlight for what it must not lose.
func BenchmarkStop(b *testing.B) {
	var longest time.Duration
	for b.Loop() {
		longest = max(longest, stopInFlight(b))
	}
	report(b, longest.Seconds(), "s/stop", 5)
}
