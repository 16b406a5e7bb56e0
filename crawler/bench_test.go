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
	"strings"
	"testing"
	"time"

	"github.com/stadtfeed/stadtfeed/internal/floor"
	simulator "github.com/stadtfeed/stadtfeed/internal/town"
)

// The benchmarks measure our processor time alone: the towns are served by
// another process, which is this test binary started again with townServer set.
const townServer = "STADTFEED_TEST_TOWN_SERVER"

func TestMain(m *testing.M) {
	switch what := os.Getenv(townServer); what {
	case "":
		os.Exit(m.Run())
	case "pages":
		serveTowns()
	default:
		serveRegion(simulator.Texts(what))
	}
}

// serveTowns answers on all of 127/8: / is a listing of twenty with ETag,
// /plain/ one without, /publishing/, /published/ and /news/… are a newsServer's,
// of 45 KB.
func serveTowns() {
	l, err := net.Listen("tcp", "0.0.0.0:0") //nolint:gosec // all of 127/8 is asked for
	if err != nil {
		panic(err)
	}
	fmt.Println(l.Addr().(*net.TCPAddr).Port)
	listing := []byte(padded(listingOf(20, ""), 45<<10))
	publishing := &newsServer{fixtures: readFixtures(), shown: map[string]int{}}
	go func() {
		io.Copy(io.Discard, os.Stdin) // ends with the benchmark
		os.Exit(0)
	}()
	http.Serve(l, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { //nolint:gosec // a test's own server
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		switch {
		case r.URL.Path == "/robots.txt":
			http.NotFound(w, r)
		case strings.HasPrefix(r.URL.Path, "/publish"), strings.HasPrefix(r.URL.Path, "/news/"):
			publishing.serve(w, r)
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

// startTowns starts serveTowns and is its port.
func startTowns(b testing.TB) (port string) { return startServer(b, "pages") }

// startServer starts what the name says in another process, and is the first
// line it prints.
func startServer(b testing.TB, what string) (line string) {
	b.Helper()
	cmd := exec.Command(os.Args[0]) //nolint:gosec // this binary
	cmd.Env = append(os.Environ(), townServer+"="+what)
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
	line, err = bufio.NewReader(out).ReadString('\n')
	if err != nil {
		b.Fatal(err)
	}
	return strings.TrimSpace(line)
}

// report reports a figure, and beside it what it must not exceed.
func report(b *testing.B, figure float64, unit string, must float64) {
	b.ReportMetric(figure, unit)
	b.ReportMetric(must, "must-"+unit)
	b.ReportMetric(0, "ns/op")
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

// benchCycle is a cycle of a thousand unchanged sources, each on a host of its
// own, by the real loop, all of them due at once. They are listing-only so that
// the visit before takes seconds: what finds nothing new does not come to an
// article. The floor is as many bare requests over connections that it keeps.
func benchCycle(b *testing.B, path, etag string, must float64) {
	const n = 1000
	port := startTowns(b)
	urls := make([]string, n)
	for i := range urls {
		urls[i] = fmt.Sprintf("http://127.1.%d.%d:%s%s", i/200, i%200+1, port, strings.TrimSuffix(path, "/"))
	}
	d := newRunningDesk(b, strings.ReplaceAll(regionYAML(urls, "listing_only: true", "schedule: '@hourly'"), ", preset: none", ""))
	counted := &countingArchive{Archive: d.Archive}
	d.Archive = counted
	d.Gather = time.Second
	visits, err := d.Visit(context.Background(), nil, VisitOptions{})
	if err != nil || len(visits) != n || visits[0].Err != "" {
		b.Fatalf("%d visits, %v, %+v", len(visits), err, visits[0])
	}
	defer d.run()()
	counted.commits.Store(0)
	client := &http.Client{Transport: &http.Transport{}}
	least := func() {
		for _, url := range urls {
			mustGet(b, client, url+"/", etag)
		}
	}
	least()
	race := floor.Race{Unit: "µs/visit", Per: n, Must: must}
	for b.Loop() {
		race.Ours(func() {
			start := d.Now()
			d.pass(2 * time.Hour)
			d.nudge()
			for !allVisited(d, start.Add(time.Hour)) {
				time.Sleep(50 * time.Millisecond)
			}
		})
		race.Floor(least)
	}
	race.Report(b)
	report(b, float64(counted.commits.Load())/float64(b.N), "commits/cycle", 2)
}

func allVisited(d *desk, after time.Time) bool {
	d.batch.mu.Lock()
	waiting := len(d.batch.reports)
	d.batch.mu.Unlock()
	next, err := d.Archive.NextDue(context.Background())
	return err == nil && waiting == 0 && next.After(d.Now()) && after.Before(d.Now())
}

// BenchmarkCycle is what a region of a thousand sources costs when nothing is
// new and their servers say so with 304.
func BenchmarkCycle(b *testing.B) { benchCycle(b, "/", `"1"`, 4) }

// BenchmarkCyclePlain has no validators to go by.
func BenchmarkCyclePlain(b *testing.B) { benchCycle(b, "/plain/", "", 2) }

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
