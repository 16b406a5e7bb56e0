package crawler

import (
	"context"
	"fmt"
	"hash/fnv"
	"math/rand/v2"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/andybalholm/cascadia"
	"golang.org/x/net/html"
)

// regionSources is how many towns BenchmarkRegionFirstVisit visits.
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

var openingHeading = regexp.MustCompile(`<h1[^>]*>`)

// article is the n-th report of a host: its town's layout, with words of its own.
func (f fixtures) article(host, n string) string {
	h := fnv.New64a()
	h.Write([]byte(host))
	page := f[h.Sum64()%uint64(len(f))]
	h.Write([]byte(n))
	r := rand.New(rand.NewPCG(h.Sum64(), 1))
	page = openingHeading.ReplaceAllString(page, "${0}Meldung Nummer "+n+" aus dem Rathaus: ")
	return strings.ReplaceAll(page, "</p>", sentence(r)+"</p>")
}

func sentence(r *rand.Rand) string {
	var b strings.Builder
	for range 15 {
		fmt.Fprintf(&b, " w%dort", r.IntN(20_000))
	}
	return b.String() + "."
}

// serve answers /region/ with a listing of twenty, and its articles.
func (f fixtures) serve(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	if n, ok := strings.CutPrefix(r.URL.Path, "/region/news/"); ok {
		fmt.Fprint(w, f.article(r.Host, n))
		return
	}
	fmt.Fprint(w, padded(strings.ReplaceAll(listingOf(20, ""), "/news/", "/region/news/"), 45<<10))
}

// BenchmarkRegionFirstVisit is the first visit of a hundred sources with twenty
// articles each, as shipped: presets recognised, everything stored, in
// multiples of fetching the same pages with net/http, html.Parse and five
// selections, measured in turns in the same run.
func BenchmarkRegionFirstVisit(b *testing.B) {
	port := startTowns(b)
	var yaml strings.Builder
	yaml.WriteString("delay: 0s\nsources:\n")
	hosts := make([]string, regionSources)
	for i := range hosts {
		hosts[i] = fmt.Sprintf("http://127.1.7.%d:%s", i+1, port)
		fmt.Fprintf(&yaml, "  - {name: s%d, url: '%s/region/', allow_private: true}\n", i, hosts[i])
	}
	var us, them time.Duration
	for b.Loop() {
		d := newRunningDesk(b, yaml.String())
		c, _ := spent(func() {
			visits, err := d.Visit(context.Background(), nil, VisitOptions{})
			if err != nil || len(visits) != regionSources || visits[0].Added != 20 {
				b.Fatalf("%d visits, %v, %+v", len(visits), err, visits[0])
			}
		})
		us += c
		c, _ = spent(func() { fetchRegion(b, hosts) })
		them += c
	}
	b.ReportMetric(float64(us.Milliseconds())/float64(b.N*regionSources), "cpu-ms/visit")
	report(b, float64(us)/float64(them), "×floor", 1.8)
}

// fetchRegion is the floor: every page fetched, parsed and asked five times.
func fetchRegion(b *testing.B, hosts []string) {
	var selectors []cascadia.Selector
	for _, text := range []string{"main h1", "p.date", "p.teaser", "main article", "main p"} {
		selectors = append(selectors, cascadia.MustCompile(text))
	}
	client := &http.Client{Transport: &http.Transport{}}
	defer client.CloseIdleConnections()
	for _, host := range hosts {
		for n := range 21 {
			address := host + "/region/"
			if n > 0 {
				address = fmt.Sprintf("%snews/%d", address, n-1)
			}
			doc, err := html.Parse(strings.NewReader(string(mustGet(b, client, address, ""))))
			if err != nil {
				b.Fatal(err)
			}
			for _, sel := range selectors {
				cascadia.QueryAll(doc, sel)
			}
		}
	}
}
