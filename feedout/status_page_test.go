package feedout

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stadtfeed/stadtfeed/news"
)

// manySources is a site with n sources, of which the last is broken.
func manySources(t testing.TB, n int) (*fakeArchive, func(*Site, *Options)) {
	f := sample(t)
	f.states = nil
	var sources []SourceInfo
	for i := range n {
		name := fmt.Sprintf("stadt-%05d", i)
		sources = append(sources, SourceInfo{Name: name, Title: fmt.Sprintf("Stadt %05d", n-i), URL: "https://" + name + ".example/"})
		f.states = append(f.states, news.SourceState{
			Name: name, Health: news.OK, Since: noon.Add(-time.Hour), LastVisit: noon.Add(-time.Duration(i) * time.Second), LastSuccess: noon,
			LastNew: noon.Add(-time.Duration(i) * time.Minute), Due: noon.Add(time.Duration(i) * time.Second), Items: i, Learned: make([]byte, 200),
		})
	}
	last := &f.states[n-1]
	last.Health, last.Reasons, last.Advice = news.Broken, []news.Reason{news.Because("silent", "40", "3")}, []news.Reason{news.Because("look", last.Name)}
	return f, func(x *Site, _ *Options) { x.Sources = sources }
}

var rowName = regexp.MustCompile(`<tr id="source-([^"]+)"`)

// rowsOf are the sources that a page of /status lists.
func rowsOf(page string) []string {
	var names []string
	for _, m := range rowName.FindAllStringSubmatch(page, -1) {
		names = append(names, m[1])
	}
	return names
}

// TestStatusIsATable: the worst first, in pages, ordered by links.
func TestStatusIsATable(t *testing.T) {
	f, site := manySources(t, 250)
	s := newServer(t, f, site)
	page := func(query string) string {
		t.Helper()
		w := get(t, s, "/status"+query, "Accept-Language", "en")
		if w.Code != http.StatusOK || w.Body.Len() > 200<<10 {
			t.Fatalf("/status%s = %d with %d bytes, want 200 KiB at most", query, w.Code, w.Body.Len())
		}
		return w.Body.String()
	}
	first := page("")
	if rows := rowsOf(first); len(rows) != pageRows || rows[0] != "stadt-00249" || rows[1] != "stadt-00000" {
		t.Errorf("the first page has %d rows, %v …, want the broken source first", len(rows), rows[:min(2, len(rows))])
	}
	contains(t, first, "1 / 3", `href="/nord/status?page=2"`, `href="/nord/status?sort=name"`, `href="/nord/status/stadt-00249"`, "Nothing new for 40 days", "1 source needs attention")
	var all []string
	for n := 1; n <= 3; n++ {
		all = append(all, rowsOf(page(fmt.Sprintf("?page=%d", n)))...)
	}
	if slices.Sort(all); len(slices.Compact(all)) != 250 {
		t.Errorf("the pages hold %d sources, want 250", len(slices.Compact(all)))
	}
	for query, want := range map[string]string{
		"?sort=name": "stadt-00249", "?sort=visit": "stadt-00249", "?sort=new": "stadt-00000", "?sort=next": "stadt-00000", "?sort=items": "stadt-00249",
		"?sort=nonsense": "stadt-00249", "?page=99": "stadt-00199", "?page=-1": "stadt-00249", "?page=2&sort=new": "stadt-00100",
	} {
		if rows := rowsOf(page(query)); len(rows) == 0 || rows[0] != want {
			t.Errorf("/status%s begins with %v, want %s", query, rows[:min(1, len(rows))], want)
		}
	}
}

// TestSourcesAreInPages: a page of /sources is small however many there are, and
// the pages hold each source once.
func TestSourcesAreInPages(t *testing.T) {
	f, site := manySources(t, 250)
	s := newServer(t, f, site)
	listed := regexp.MustCompile(`href="/nord/sources/(stadt-\d+)"`)
	var all []string
	for n := 1; n <= 3; n++ {
		w := get(t, s, fmt.Sprintf("/sources?page=%d", n), "Accept-Language", "en")
		if w.Code != http.StatusOK || w.Body.Len() > 200<<10 {
			t.Fatalf("page %d = %d with %d bytes, want 200 KiB at most", n, w.Code, w.Body.Len())
		}
		contains(t, w.Body.String(), fmt.Sprintf("%d / 3", n))
		for _, m := range listed.FindAllStringSubmatch(w.Body.String(), -1) {
			all = append(all, m[1])
		}
	}
	if slices.Sort(all); len(slices.Compact(all)) != 250 {
		t.Errorf("the pages hold %d sources, want 250", len(slices.Compact(all)))
	}
	contains(t, get(t, s, "/sources", "Accept-Language", "en").Body.String(), `href="/nord/sources?page=2"`)
}

// TestStatusOfASource: all that is known of one, for who may see it.
func TestStatusOfASource(t *testing.T) {
	s := newServer(t, sample(t))
	page := get(t, s, "/status/kommune21", "Accept-Language", "de").Body.String()
	contains(t, page, "Kommune21", "eit 40 Tagen nichts Neues", "mit stadtfeed try kommune21 ansehen", "Zustandswechsel", "gestört")
	if strings.Contains(page, ">Kassel<") {
		t.Error("the page of a source tells of another")
	}
	if w := get(t, s, "/status/nirgends"); w.Code != http.StatusNotFound {
		t.Errorf("a source that is not there = %d", w.Code)
	}
	closed := newServer(t, sample(t), func(x *Site, _ *Options) { x.Access = Access{Keys: []string{HashKey("geheim")}, Status: true} })
	if w := get(t, closed, "/status/kommune21"); w.Code != http.StatusUnauthorized {
		t.Errorf("without a key = %d, want 401", w.Code)
	}
	if w := get(t, closed, "/status/kommune21?token=geheim"); w.Code != http.StatusOK {
		t.Errorf("with a key = %d, want 200", w.Code)
	}
}

// A counting archive counts how often all states are read.
type countingArchive struct {
	*fakeArchive
	states int
}

func (c *countingArchive) SourceChanges(ctx context.Context, since uint64) (news.SourceChanges, error) {
	c.states++
	return c.fakeArchive.SourceChanges(ctx, since)
}

// TestStatesAreReadOnce: requests share one reading of all states, for as long
// as it may be old, and a change of the archive is seen.
func TestStatesAreReadOnce(t *testing.T) {
	f, site := manySources(t, 300)
	now, archive := noon, &countingArchive{fakeArchive: f}
	s := newServer(t, archive, site, func(_ *Site, o *Options) { o.Now = func() time.Time { return now } })
	all := func() {
		t.Helper()
		for _, path := range []string{"/", "/status", "/status?page=2", "/status.json", "/status/stadt-00001", "/badges/stadt-00002.svg", "/metrics", "/readyz"} {
			if w := get(t, s, path); w.Code != http.StatusOK {
				t.Errorf("%s = %d", path, w.Code)
			}
		}
	}
	all()
	all()
	if archive.states != 1 {
		t.Errorf("all states were read %d times, want once", archive.states)
	}
	f.add(news.Item{Headline: "Neu", Shown: noon, Sources: []string{"stadt-00001"}})
	f.states[2].Failures = 7
	all()
	contains(t, get(t, s, "/metrics").Body.String(), `stadtfeed_source_failures{source="stadt-00002"} 7`)
	now = now.Add(time.Hour)
	f.states[2].Failures = 8
	contains(t, get(t, s, "/metrics").Body.String(), `stadtfeed_source_failures{source="stadt-00002"} 8`)
	if archive.states != 3 {
		t.Errorf("all states were read %d times, want three times", archive.states)
	}
}

// TestMetricsOfSources: one series of each kind per source.
func TestMetricsOfSources(t *testing.T) {
	s := newServer(t, sample(t))
	text := get(t, s, "/metrics").Body.String()
	for _, kind := range []string{"health", "items", "failures", "held_items"} {
		if n := strings.Count(text, "\nstadtfeed_source_"+kind+`{source="kommune21"`); n != 1 {
			t.Errorf("%d series of %s, want 1", n, kind)
		}
	}
	contains(t, text, `stadtfeed_source_health{source="kommune21",state="broken"} 1`)
}

// TestChangesFeedInABrowser holds that who opens the operator's feed sees the page
// with the feed's address, and readers the feed.
func TestChangesFeedInABrowser(t *testing.T) {
	s := newServer(t, sample(t))
	page := get(t, s, "/status.rss", "Accept", "text/html")
	contains(t, page.Body.String(), "<h1>Zustand der Quellen</h1>", `readonly value="https://feeds.example.org/nord/status.rss"`)
	for _, w := range []*httptest.ResponseRecorder{
		get(t, s, "/status.rss"),
		get(t, s, "/status.rss?raw", "Accept", "text/html"),
		get(t, s, "/status.rss", "Accept", "application/rss+xml, text/html"),
	} {
		if !strings.HasPrefix(w.Body.String(), "<?xml") || !strings.HasPrefix(w.Header().Get("Content-Type"), "application/rss+xml") {
			t.Errorf("the feed is %s %.60q", w.Header().Get("Content-Type"), w.Body)
		}
	}
}
