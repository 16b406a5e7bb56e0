//go:build unix

package feedout_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"runtime"
	"runtime/debug"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stadtfeed/stadtfeed/feedout"
	"github.com/stadtfeed/stadtfeed/internal/floor"
	"github.com/stadtfeed/stadtfeed/news"
	"github.com/stadtfeed/stadtfeed/store"
)

const (
	largeItems   = 100_000
	largeSources = 100
	browserCodes = "gzip, deflate, br, zstd"
)

// largePaths are measured; the figure of the first is promised: at most 5 ms
// of processor time cold.
var largePaths = []string{
	"/", "/all", "/all.rss", "/tags", "/tags/thema-7", "/tags/thema-7.rss", "/places", "/places/ort-7", "/sources", "/sources/stadt-7",
	"/search?q=rathaus", "/search?q=rathaus+tag:thema-7", "/search.rss?q=rathaus", "/status", "/opml", "/api/items?after=50000",
}

// BenchmarkLargeArchive answers requests for pages of an archive of 100,000
// items of 100 sources, cold and warm, as a browser asks: with compression.
//
// Cold means that a new item was committed since the page was last rendered,
// one that stands on it. What counts is the processor time of the whole process
// from the request to the end of its answer, and the collection of the garbage
// that the answer made: its share, by bytes, of a collection's cost. The
// commit's own work and its garbage are done with before the request comes,
// and the archive is closed and opened between filling and measuring, so that
// the heap is a daemon's and not the filler's. The first request of all, which
// counts the days of half a year (as one in ten minutes does), is told apart.
//
// Filling takes a minute or two, so it runs with STADTFEED_NIGHTLY only.
func BenchmarkLargeArchive(b *testing.B) {
	if os.Getenv("STADTFEED_NIGHTLY") == "" {
		b.Skip("fills an archive with 100,000 items; set STADTFEED_NIGHTLY=1")
	}
	l := openLarge(b)
	for _, path := range largePaths {
		b.Run(strings.NewReplacer("/", "_", "?", "_").Replace(path), func(b *testing.B) {
			began := floor.CPU()
			l.ask(b, path)
			first := floor.CPU() - began
			var cold, warm, garbage time.Duration
			var made, size int
			for b.Loop() {
				b.StopTimer()
				l.commit(b)
				time.Sleep(time.Second) // the archive writes its indexes half a second after a commit
				cycle := collect()
				b.StartTimer()
				before, began := allocated(), floor.CPU()
				size = l.ask(b, path)
				cold += floor.CPU() - began
				bytes := allocated() - before
				garbage += time.Duration(float64(cycle) * float64(bytes) / float64(heapLimit()))
				made += bytes
				b.StopTimer()
				began = floor.CPU()
				for range 20 {
					l.ask(b, path)
				}
				warm += (floor.CPU() - began) / 20
				b.StartTimer()
			}
			n := float64(b.N)
			b.ReportMetric(float64(first.Microseconds()), "first-cpu-µs")
			b.ReportMetric(float64((cold+garbage).Microseconds())/n, "cold-cpu-µs/op")
			b.ReportMetric(float64(garbage.Microseconds())/n, "of-which-gc-µs/op")
			b.ReportMetric(float64(warm.Microseconds())/n, "warm-cpu-µs/op")
			b.ReportMetric(float64(made)/1024/n, "cold-KiB-garbage/op")
			b.ReportMetric(float64(size)/1024, "KiB-sent")
		})
	}
}

// collect is the processor time of a collection of garbage, the second of two: the
// first does away with what was there.
func collect() time.Duration {
	runtime.GC()
	began := floor.CPU()
	runtime.GC()
	return floor.CPU() - began
}

func allocated() int {
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return int(m.TotalAlloc)
}

// heapLimit is how much is allocated from one collection to the next.
func heapLimit() int {
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return int(max(m.NextGC-m.HeapAlloc, 1<<20))
}

// A large is a server over a large archive.
type large struct {
	server  *feedout.Server
	archive *store.Store
	next    int
}

func openLarge(b *testing.B) *large {
	path := filepath.Join(b.TempDir(), "large.db")
	site := feedout.Site{BaseURL: "https://feeds.example.org", Title: "Nachrichten", Language: "de"}
	var states []news.SourceState
	for n := range largeSources {
		name := sourceOf(n)
		site.Sources = append(site.Sources, feedout.SourceInfo{Name: name, Title: "Stadt " + strconv.Itoa(n), Every: 30 * time.Minute})
		states = append(states, news.SourceState{Name: name, URL: "https://" + name + ".example/"})
	}
	l := &large{next: largeItems}
	open := func() {
		archive, err := store.Open(path, store.Options{NoSync: true})
		if err != nil {
			b.Fatal(err)
		}
		l.archive = archive
	}
	open()
	if err := l.archive.Register(b.Context(), states); err != nil {
		b.Fatal(err)
	}
	for n := largeItems; n > 0; n -= 1000 {
		l.fill(b, n-1000, n)
	}
	if err := l.archive.Close(); err != nil {
		b.Fatal(err)
	}
	open()
	b.Cleanup(func() { _ = l.archive.Close() })
	debug.FreeOSMemory()
	server, err := feedout.New(l.archive, site, feedout.Options{})
	if err != nil {
		b.Fatal(err)
	}
	l.server = server
	return l
}

func sourceOf(n int) string { return "stadt-" + strconv.Itoa(n%largeSources) }

// fill commits the articles from one number on up to another, of every source in one visit.
func (l *large) fill(b *testing.B, from, to int) {
	bySource := map[string][]news.Draft{}
	for n := from; n < to; n++ {
		d := largeDraft(n, time.Now().Add(-time.Duration(n+1)*20*time.Minute))
		bySource[sourceOf(n)] = append(bySource[sourceOf(n)], d)
	}
	for source, drafts := range bySource {
		l.put(b, source, drafts...)
	}
}

// commit adds an article that stands on every page that is measured.
func (l *large) commit(b *testing.B) {
	l.next++
	d := largeDraft(7, time.Now())
	address := "https://stadt-7.example/neu/" + strconv.Itoa(l.next)
	d.Canonical, d.Item.URL, d.Item.Headline, d.Backfill = news.Canonical(address), address, "Neues aus dem Rathaus, Nummer "+strconv.Itoa(l.next), false
	l.put(b, "stadt-7", d)
}

func (l *large) put(b *testing.B, source string, drafts ...news.Draft) {
	report := news.Report{
		Visit: news.Visit{Source: source, Started: time.Now(), Health: news.OK}, Drafts: drafts,
		State: news.SourceState{Name: source, URL: "https://" + source + ".example/", Health: news.OK, LastVisit: time.Now(), Backfilled: true},
	}
	if _, err := l.archive.Commit(b.Context(), report); err != nil {
		b.Fatal(err)
	}
}

// largeDraft is article n: one of 400 topics and 60 places, like no other in
// its words.
func largeDraft(n int, at time.Time) news.Draft {
	source := sourceOf(n)
	address := fmt.Sprintf("https://%s.example/artikel/%d", source, n)
	var body strings.Builder
	for i := range 8 {
		fmt.Fprintf(&body, "Die Stadt saniert von Tag %d an die Fahrbahn zwischen Rathaus und Bahnhof %d, Abschnitt %d. ", n*8+i, n%97, n*31%1009)
	}
	return news.Draft{Canonical: news.Canonical(address), Backfill: true, Item: news.Item{
		URL: address, Sources: []string{source}, Language: "de", Place: "Ort " + strconv.Itoa(n%60), Headline: "Meldung " + strconv.Itoa(n) + ": Straße wird für Wochen gesperrt",
		Teaser:   "Die Stadt saniert die Fahrbahn zwischen Rathaus und Bahnhof. Der Verkehr wird umgeleitet, Busse halten an Ersatzhaltestellen.",
		BodyText: body.String(), BodyHTML: "<p>" + body.String() + "</p>", Tags: []string{"Thema " + strconv.Itoa(n%400), "Verkehr", "Baustellen"},
		Published: news.Moment{Time: at.Truncate(time.Second).UTC(), Precision: news.Minute},
	}}
}

// ask answers a request as a browser sends it and is how long the answer is.
func (l *large) ask(b *testing.B, path string) int {
	w := httptest.NewRecorder()
	r := httptest.NewRequest(http.MethodGet, path, nil)
	r.Header.Set("Accept-Encoding", browserCodes)
	l.server.ServeHTTP(w, r)
	if w.Code != http.StatusOK {
		b.Fatalf("GET %s = %d: %s", path, w.Code, w.Body)
	}
	return w.Body.Len()
}
