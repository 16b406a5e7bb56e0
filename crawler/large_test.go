package crawler

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"os"
	"runtime"
	"runtime/debug"
	"strings"
	"testing"
	"time"

	"github.com/stadtfeed/stadtfeed/news"
)

// roundTrip is a town in the test's own memory.
type roundTrip func(*http.Request) (*http.Response, error)

func (f roundTrip) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }

// TestTenThousandSources measures what a large installation holds in memory,
// idle and in a cycle (nightly).
func TestTenThousandSources(t *testing.T) {
	if os.Getenv("STADTFEED_NIGHTLY") == "" {
		t.Skip("set STADTFEED_NIGHTLY=1")
	}
	const n = 10_000
	var yaml strings.Builder
	yaml.WriteString("delay: 0s\nschedule: '@hourly'\nsources:\n")
	for i := range n {
		fmt.Fprintf(&yaml, "  - {name: s%d, url: 'https://stadt-%d.example/'}\n", i, i)
	}
	debug.FreeOSMemory()
	base := resident()
	d := newRunningDesk(t, yaml.String())
	yaml.Reset()
	listing := listingOf(10, "")
	d.net.public = roundTrip(func(r *http.Request) (*http.Response, error) {
		time.Sleep(time.Millisecond)
		res := &http.Response{StatusCode: 200, Header: http.Header{"Etag": {`"1"`}, "Content-Type": {"text/html"}}, Request: r, Body: io.NopCloser(strings.NewReader(listing))}
		switch {
		case r.URL.Path == "/robots.txt":
			res.StatusCode = 404
		case r.Header.Get("If-None-Match") != "":
			res.StatusCode, res.Body = 304, http.NoBody
		}
		return res, nil
	})
	d.pretendVisited()
	debug.FreeOSMemory()
	idle := resident() - base
	most := 0
	defer d.run()()
	d.pass(2 * time.Hour)
	d.nudge()
	start := d.Now()
	for !allVisited(d, start.Add(-time.Minute)) {
		most = max(most, resident()-base)
		time.Sleep(10 * time.Millisecond)
	}
	states, err := d.store.SourceStates(context.Background())
	if err != nil || len(states) != n || states[0].Health != news.OK {
		t.Fatalf("%d states, %v", len(states), err)
	}
	t.Logf("10,000 sources: %d MiB idle, %d MiB at most in a cycle", idle>>20, most>>20)
	if idle > 60<<20 || most > 150<<20 {
		t.Errorf("%d MiB idle, %d MiB in a cycle; want 60 and 150 at most", idle>>20, most>>20)
	}
}

// pretendVisited stores a first visit of every source, all at once.
func (d *desk) pretendVisited() {
	d.t.Helper()
	var reports []news.Report
	for _, src := range d.current.Load().sources {
		l := learned{Reading: src.reading(), Schedule: src.Schedule.String()}
		reports = append(reports, news.Report{
			State: news.SourceState{Name: src.Name, URL: src.URL, Host: src.Host(), Health: news.OK, LastSuccess: d.Now(), Due: d.Now().Add(time.Hour), Learned: l.marshal()},
			Pages: []news.PageState{{URL: src.URL, Source: src.Name, Listing: true, ETag: `"1"`}},
		})
	}
	if _, err := d.Archive.Commit(context.Background(), reports...); err != nil {
		d.t.Fatal(err)
	}
}

// resident is what the Go runtime holds of the machine's memory.
func resident() int {
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return int(m.Sys - m.HeapReleased)
}
