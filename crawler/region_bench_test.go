package crawler

import (
	"context"
	"encoding/json"
	"fmt"
	"hash/fnv"
	"io"
	"math/rand/v2"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/andybalholm/cascadia"
	"golang.org/x/net/html"

	"github.com/stadtfeed/stadtfeed/internal/floor"
	simulator "github.com/stadtfeed/stadtfeed/internal/town"
)

// regionSources is how many towns the benchmarks visit.
const regionSources = 100

// A fixtures holds the saved articles of all presets, as large as pages of
// towns are.
type fixtures []string

func readFixtures() (all fixtures) {
	files, _ := filepath.Glob("../extract/testdata/*/article.html")
	for _, file := range files {
		page, err := os.ReadFile(file)
		if err != nil {
			panic(err)
		}
		all = append(all, padded(string(page), 45<<10))
	}
	return all
}

var heading = regexp.MustCompile(`(?s)(<h1[^>]*>|<h3 itemprop[^>]*>).*?(</h[13]>)`)

// article is the n-th report of a host: its town's layout, with the headline of
// the listing and words of its own.
func (f fixtures) article(host, n string) string {
	h := fnv.New64a()
	h.Write([]byte(host))
	page := f[h.Sum64()%uint64(len(f))]
	h.Write([]byte(n))
	r := rand.New(rand.NewPCG(h.Sum64(), 1))
	page = heading.ReplaceAllString(page, "${1}"+reportTitle(host, n)+"${2}")
	return strings.ReplaceAll(page, "</p>", sentence(r)+"</p>")
}

// reportTitle is that of a host's n-th report: no two hosts have the same.
func reportTitle(host, n string) string { return "Meldung Nummer " + n + " aus dem Rathaus in " + host }

func sentence(r *rand.Rand) string {
	var b strings.Builder
	for range 60 {
		fmt.Fprintf(&b, " w%dort", r.IntN(20_000))
	}
	return b.String() + "."
}

// A newsServer answers for hosts that publish a report between any two requests
// for /publishing/, the listing of their last twenty; /published/ is that
// listing as it was shown last.
type newsServer struct {
	fixtures fixtures

	mu    sync.Mutex
	shown map[string]int // by host
}

func (s *newsServer) serve(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	if n, ok := strings.CutPrefix(r.URL.Path, "/news/"); ok {
		fmt.Fprint(w, s.fixtures.article(r.Host, n))
		return
	}
	s.mu.Lock()
	if r.URL.Path == "/publishing/" {
		s.shown[r.Host]++
	}
	last := s.shown[r.Host]
	s.mu.Unlock()
	fmt.Fprint(w, padded(listingFrom(r.Host, last, 20), 45<<10))
}

// listingFrom is a host's listing of n reports, down from number last.
func listingFrom(host string, last, n int) string {
	listing := listingOf(0, "")
	var rows strings.Builder
	for i := range n {
		number := 1000 + last - i
		fmt.Fprintf(&rows, `<article class="news-item"><time datetime="2026-11-20">20.11.2026</time>`+
			`<h2><a href="/news/%d">%s</a></h2><p>Worum es in Meldung %[1]d geht, steht hier in einem Satz.</p></article>`,
			number, reportTitle(host, strconv.Itoa(number)))
	}
	return strings.Replace(listing, `<div class="news-list">`, `<div class="news-list">`+rows.String(), 1)
}

// A stop is a town of the simulator as the parent needs it.
type stop struct {
	Home     string
	Articles []string
}

// serveRegion starts towns that publish such texts, in all layouts in turn,
// twenty reports each on one page, and prints their addresses.
func serveRegion(texts simulator.Texts) {
	now := time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)
	sites := simulator.Generate(simulator.Plan{Sites: regionSources, Seed: 5, Start: now, Past: 20, PerWeek: 5, Texts: texts, Menu: 40 << 10})
	for _, site := range sites {
		layout := *site.Layout
		layout.PerPage, site.Layout = 20, &layout
	}
	region, err := simulator.Start(func() time.Time { return now }, sites...)
	if err != nil {
		panic(err)
	}
	var stops []stop
	for _, site := range region.Sites {
		s := stop{Home: site.Home()}
		for _, a := range site.Articles {
			s.Articles = append(s.Articles, site.URL(a))
		}
		stops = append(stops, s)
	}
	if err := json.NewEncoder(os.Stdout).Encode(stops); err != nil {
		panic(err)
	}
	io.Copy(io.Discard, os.Stdin) //nolint:errcheck // ends with the benchmark
}

// BenchmarkFirstVisit is the first visit of a hundred towns of the simulator
// with twenty articles each, as shipped: presets recognised, everything
// stored. The floor is fetching the same pages with net/http, html.Parse and
// five selections.
func BenchmarkFirstVisit(b *testing.B) {
	for _, texts := range []simulator.Texts{simulator.Releases, simulator.Distinct} {
		b.Run(string(texts), func(b *testing.B) {
			var stops []stop
			if err := json.Unmarshal([]byte(startServer(b, string(texts))), &stops); err != nil {
				b.Fatal(err)
			}
			var pages []string
			config := "delay: 0s\nsources:\n"
			for i, s := range stops {
				config += fmt.Sprintf("  - {name: s%d, url: '%s', allow_private: true}\n", i, s.Home)
				pages = append(append(pages, s.Home), s.Articles...)
			}
			least := newReading()
			race := floor.Race{Unit: "ms/visit", Per: len(stops), Must: 1.8}
			for b.Loop() {
				d := newRunningDesk(b, config)
				race.Ours(func() { visitAll(b, d, len(stops), 20) })
				race.Floor(func() {
					least.all(b, pages)
					least.client.CloseIdleConnections() // a first visit finds none
				})
			}
			race.Report(b)
		})
	}
}

// BenchmarkNewPage is a visit of each of a hundred sources that finds one new
// article on its listing, stored, of pages of all presets. The floor fetches,
// parses and asks the same two pages over connections that it keeps.
func BenchmarkNewPage(b *testing.B) {
	port := startTowns(b)
	host := func(i int) string { return fmt.Sprintf("http://127.1.7.%d:%s", i+1, port) }
	config := "delay: 0s\nsources:\n"
	var pages []string
	for i := range regionSources {
		config += fmt.Sprintf("  - {name: s%d, url: '%s/publishing/', allow_private: true}\n", i, host(i))
		pages = append(pages, host(i)+"/published/", host(i)+"/news/1001")
	}
	d := newRunningDesk(b, config)
	visitAll(b, d, regionSources, 20)
	least := newReading()
	least.all(b, pages)
	race := floor.Race{Unit: "ms/visit", Per: regionSources, Must: 2.3}
	for b.Loop() {
		race.Ours(func() { visitAll(b, d, regionSources, 1) })
		race.Floor(func() { least.all(b, pages) })
	}
	race.Report(b)
}

func visitAll(b *testing.B, d *desk, sources, added int) {
	b.Helper()
	visits, err := d.Visit(context.Background(), nil, VisitOptions{})
	if err != nil || len(visits) != sources {
		b.Fatalf("%d visits, %v", len(visits), err)
	}
	for _, v := range visits {
		if v.Err != "" || v.Failed > 0 || v.Added != added {
			b.Fatalf("want %d new articles: %+v", added, v)
		}
	}
}

// A reading is the least that a reader of news does with a page: fetched,
// parsed and asked five times.
type reading struct {
	client    *http.Client
	selectors []cascadia.Selector
}

func newReading() reading {
	r := reading{client: &http.Client{Transport: &http.Transport{}}}
	for _, text := range []string{"main h1", "p.date", "p.teaser", "main article", "main p"} {
		r.selectors = append(r.selectors, cascadia.MustCompile(text))
	}
	return r
}

func (r reading) all(b *testing.B, pages []string) {
	b.Helper()
	for _, address := range pages {
		doc, err := html.Parse(strings.NewReader(string(mustGet(b, r.client, address, ""))))
		if err != nil {
			b.Fatal(err)
		}
		for _, sel := range r.selectors {
			cascadia.QueryAll(doc, sel)
		}
	}
}
