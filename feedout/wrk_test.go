//go:build unix

package feedout

import (
	"log/slog"
	"net"
	"net/http"
	"os/exec"
	"regexp"
	"runtime"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stadtfeed/stadtfeed/internal/floor"
	"github.com/stadtfeed/stadtfeed/news"
)

// BenchmarkWrk compares a warm feed with a bare net/http server that holds the
// same bytes, under load from wrk, in turns of the same run: x_bare is the
// ratio of requests per second (at least 0.9 wanted), cpu_x_bare that of the
// servers' processor time per request (at most 1.1), allocs_over_bare the
// difference in allocations per request (at most 4).
func BenchmarkWrk(b *testing.B) {
	s := newServer(b, towns(200))
	for _, l := range loads {
		w := get(b, s, "/all.rss", "Accept-Encoding", map[bool]string{true: "gzip"}[l.name == "gzip"])
		tag := w.Header().Get("Etag")
		header := strings.TrimSuffix(strings.ReplaceAll(l.headers, "%s", tag), "\r\n")
		ours, bare := listen(b, s), listen(b, bareServer(w))
		b.Run(l.name, func(b *testing.B) {
			var sum [2]effort
			for b.Loop() {
				sum[0].add(wrk(b, ours, header))
				sum[1].add(wrk(b, bare, header))
			}
			b.ReportMetric(sum[0].rate(), "req/s")
			b.ReportMetric(sum[0].rate()/sum[1].rate(), "x_bare")
			b.ReportMetric(sum[0].cost(), "cpu-µs/req")
			b.ReportMetric(sum[0].cost()/sum[1].cost(), "cpu_x_bare")
			b.ReportMetric(sum[0].allocations()-sum[1].allocations(), "allocs_over_bare")
		})
	}
}

// BenchmarkWrkDuringCrawl compares a warm feed whose archive takes a hundred
// commits a second with one whose archive rests: x_idle is the ratio of
// requests per second (at least 0.6 wanted).
func BenchmarkWrkDuringCrawl(b *testing.B) {
	archive := towns(200)
	busy, idle := listen(b, newServer(b, archive)), listen(b, newServer(b, towns(200)))
	var sum [2]effort
	for b.Loop() {
		end := commits(archive)
		sum[0].add(wrk(b, busy, "Accept-Encoding: gzip"))
		end()
		sum[1].add(wrk(b, idle, "Accept-Encoding: gzip"))
	}
	b.ReportMetric(sum[0].rate(), "req/s")
	b.ReportMetric(sum[0].rate()/sum[1].rate(), "x_idle")
}

// commits edits an item a hundred times a second until end is called.
func commits(archive *fakeArchive) (end func()) {
	stop, done := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(done)
		for n := 0; ; n++ {
			select {
			case <-stop:
				return
			case <-time.After(10 * time.Millisecond):
				archive.edit(uint64(n%200+1), func(it *news.Item) { it.Headline = "Straßensperrung, Stand " + strconv.Itoa(n) })
			}
		}
	}()
	return func() { close(stop); <-done }
}

// listen serves a handler as the daemon does and returns its address.
func listen(b *testing.B, h http.Handler) string {
	b.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		b.Fatal(err)
	}
	server := HTTP(h, slog.New(slog.DiscardHandler))
	go func() { _ = server.Serve(l) }()
	b.Cleanup(func() { _ = server.Close() })
	return "http://" + l.Addr().String() + "/all.rss"
}

// An effort is what a server did under load.
type effort struct {
	requests, mallocs float64
	took, cpu         time.Duration
}

func (r *effort) add(o effort) {
	r.requests, r.mallocs, r.took, r.cpu = r.requests+o.requests, r.mallocs+o.mallocs, r.took+o.took, r.cpu+o.cpu
}

func (r *effort) rate() float64        { return r.requests / r.took.Seconds() }
func (r *effort) cost() float64        { return float64(r.cpu) / 1e3 / r.requests } // µs
func (r *effort) allocations() float64 { return r.mallocs / r.requests }

var wrkTotal = regexp.MustCompile(`(\d+) requests in`)

// wrk loads an address for a second. The processor time is this process's, so
// wrk's own is not in it.
func wrk(b *testing.B, address, header string) effort {
	b.Helper()
	program, err := exec.LookPath("wrk")
	if err != nil {
		b.Skip("wrk is not installed: apt-get install wrk")
	}
	args := []string{"-t1", "-c8", "-d1s", address}
	if header != "" {
		args = append(args, "-H", header)
	}
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	began, used := time.Now(), floor.CPU()
	out, err := exec.Command(program, args...).CombinedOutput()
	r := effort{took: time.Since(began), cpu: floor.CPU() - used}
	if err != nil {
		b.Fatal(err, string(out))
	}
	runtime.ReadMemStats(&after)
	m := wrkTotal.FindSubmatch(out)
	if m == nil || strings.Contains(string(out), "Socket errors") {
		b.Fatalf("wrk %q says:\n%s", args, out)
	}
	r.requests, _ = strconv.ParseFloat(string(m[1]), 64)
	r.mallocs = float64(after.Mallocs - before.Mallocs)
	return r
}
