package town

import (
	"io"
	"net/http"
	"reflect"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"
)

var start = time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)

func sample(t *testing.T) (*Region, *Clock) {
	t.Helper()
	sites, err := Sample(start)
	if err != nil {
		t.Fatal(err)
	}
	clock := NewClock(start)
	region, err := Start(clock.Now, sites...)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { region.Close() })
	return region, clock
}

func get(t *testing.T, url string, header ...string) (*http.Response, string) {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, url, nil)
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("User-Agent", "Stadtfeed/test (+https://example.org)")
	for i := 0; i+1 < len(header); i += 2 {
		req.Header.Set(header[i], header[i+1])
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	return resp, string(body)
}

func TestSampleIsBigEnough(t *testing.T) {
	region, clock := sample(t)
	articles, pages, hosts := 0, 0, map[string]bool{}
	for _, site := range region.Sites {
		hosts[site.Host()] = true
		articles += len(site.listed(clock.Now()))
		pages += len(site.stage(clock.Now()).pages)
		for _, a := range site.listed(clock.Now()) {
			resp, body := get(t, site.URL(a))
			if resp.StatusCode != http.StatusOK || !strings.Contains(body, "</html>") {
				t.Errorf("%s: %s, want a whole page", site.URL(a), resp.Status)
			}
		}
		for _, page := range site.stage(clock.Now()).pages {
			if resp, _ := get(t, site.base+page); resp.StatusCode != http.StatusOK {
				t.Errorf("%s%s: %s", site.base, page, resp.Status)
			}
		}
	}
	if articles < 40 || pages < 3 || len(hosts) < 4 {
		t.Errorf("sample has %d articles on %d listing pages of %d hosts, want at least 40 on 3 of 4", articles, pages, len(hosts))
	}
}

func TestOldFormIsLatin1(t *testing.T) {
	region, _ := sample(t)
	site := region.Site("kommune21-alt")
	resp, body := get(t, site.URL(site.Article("Neuer Auftritt")))
	if got := resp.Header.Get("Content-Type"); got != "text/html" {
		t.Errorf("content type %q, want no charset", got)
	}
	for _, want := range []string{"charset=iso-8859-1", "<p class=\"stichwoerter\">Stichw\xf6rter: Social Media, Kassel, TikTok</p>", "[10.06.2024] Die Stadt Kassel bespielt", "\x84Die Er\xf6ffnung"} {
		if !strings.Contains(body, want) {
			t.Errorf("page lacks %q", want)
		}
	}
}

func TestNewFormListsFifteenOthers(t *testing.T) {
	region, clock := sample(t)
	site := region.Site("kommune21-neu")
	clock.Advance(time.Hour)
	_, body := get(t, site.URL(site.Article("Stadt startet")))
	if got := strings.Count(body, "mehr..."); got != 15 {
		t.Errorf("page lists %d other reports, want 15", got)
	}
	if !strings.Contains(body, `<h1><span class="ort">Essen</span>Stadt startet TikTok-Kanal</h1>`) {
		t.Error("place and headline are not adjacent")
	}
	first, last := strings.Index(body, "Panketal: Digitales Rathaus"), strings.Index(body, "Nürnberg: Vielsprachiges Kita-Portal")
	if first < 0 || last < first {
		t.Errorf("Panketal at %d, Nürnberg at %d, want them first and last", first, last)
	}
}

func TestConditionalRequests(t *testing.T) {
	region, clock := sample(t)
	site := region.Site("erlenbrueck")
	resp, _ := get(t, site.Home())
	etag, modified := resp.Header.Get("ETag"), resp.Header.Get("Last-Modified")
	if etag == "" || modified == "" {
		t.Fatalf("ETag %q, Last-Modified %q, want both", etag, modified)
	}
	for name, header := range map[string][]string{"etag": {"If-None-Match", etag}, "date": {"If-Modified-Since", modified}} {
		if resp, body := get(t, site.Home(), header...); resp.StatusCode != http.StatusNotModified || body != "" {
			t.Errorf("%s: %s with %d bytes, want an empty 304", name, resp.Status, len(body))
		}
	}
	clock.Advance(time.Minute)
	if resp, _ := get(t, site.Home(), "If-None-Match", etag); resp.StatusCode != http.StatusOK {
		t.Errorf("after a change: %s, want 200", resp.Status)
	}
}

func TestEventsHappen(t *testing.T) {
	region, clock := sample(t)
	events := region.Events()
	for _, want := range []What{Appears, Edited, Withdrawn} {
		if !slices.ContainsFunc(events, func(e Event) bool { return e.What == want }) {
			t.Errorf("no article %s", want)
		}
	}
	for _, e := range events {
		clock.Advance(e.At.Sub(clock.Now()) - time.Second)
		before, _ := get(t, e.Site.URL(e.Article))
		clock.Advance(time.Second)
		after, body := get(t, e.Site.URL(e.Article))
		want := map[What][2]int{Appears: {404, 200}, Edited: {200, 200}, Withdrawn: {200, 410}}[e.What]
		if got := [2]int{before.StatusCode, after.StatusCode}; got != want {
			t.Errorf("%q %s: status %v, want %v", e.Headline, e.What, got, want)
		}
		_, listing := get(t, e.Site.Home())
		if listed := strings.Contains(decode(listing, e.Site), e.Headline); listed != (e.What != Withdrawn) {
			t.Errorf("%q %s: on the listing is %v", e.Headline, e.What, listed)
		}
		if e.What == Edited && !strings.Contains(body, e.Headline) {
			t.Errorf("%q %s: page does not say so", e.Headline, e.What)
		}
	}
}

// decode is a page as text, enough to search it for a headline.
func decode(page string, site *Site) string {
	if !site.Layout.latin1 {
		return page
	}
	var b strings.Builder
	for _, c := range []byte(page) {
		b.WriteRune(rune(c))
	}
	return b.String()
}

func TestTrackingParametersDoNotMatter(t *testing.T) {
	region, _ := sample(t)
	site := region.Site("seeheide")
	if resp, _ := get(t, site.base+"/aktuelles.php?id=230&utm_source=rss"); resp.StatusCode != http.StatusOK {
		t.Errorf("with utm_source: %s, want 200", resp.Status)
	}
	site = region.Site("kommune21-neu")
	if resp, _ := get(t, strings.TrimSuffix(site.URL(site.Article("Neustart")), "/")); resp.Request.URL.String() != site.URL(site.Article("Neustart")) {
		t.Errorf("without its slash the article ends at %s", resp.Request.URL)
	}
}

func TestFilesAndPictures(t *testing.T) {
	region, _ := sample(t)
	site := region.Site("erlenbrueck")
	for path, want := range map[string]string{
		"/fileadmin/dokumente/haushalt-2027.pdf": "%PDF-1.4",
		"/bilder/buecherei.png":                  "\x89PNG",
	} {
		if resp, body := get(t, site.base+path); resp.StatusCode != http.StatusOK || !strings.HasPrefix(body, want) {
			t.Errorf("%s: %s, %.8q, want %q", path, resp.Status, body, want)
		}
	}
}

func TestConduct(t *testing.T) {
	region, clock := sample(t)
	region.Manners = Manners{Conditional: 0.95, Robots: 24 * time.Hour}
	site := region.Site("seeheide")
	get(t, site.base+"/robots.txt")
	resp, _ := get(t, site.Home())
	get(t, site.Home(), "If-None-Match", resp.Header.Get("ETag"))
	want := Conduct{Requests: 2, Robots: 1, NotModified: 1, Repeated: 1, Conditional: 1}
	if got := region.Conduct(); !reflect.DeepEqual(got, want) {
		t.Errorf("Conduct() = %+v, want %+v", got, want)
	}
	get(t, site.Home(), "User-Agent", "Mozilla/5.0")
	get(t, site.base+"/suche?q=x")
	get(t, region.Site("erlenbrueck").Home())
	clock.Advance(25 * time.Hour)
	get(t, site.Home())
	site.Faults = []Fault{{Kind: TooMany}, {Kind: RobotsForbids}}
	get(t, site.base+"/robots.txt")
	get(t, site.Home())
	clock.Advance(3 * time.Minute)
	site.Faults = site.Faults[1:]
	get(t, site.base+"/robots.txt")
	get(t, site.Home())
	region.Manners.Gap = time.Minute
	get(t, site.Home())
	faults := strings.Join(region.Conduct().Faults, "\n")
	for _, want := range []string{"Mozilla", "/suche?q=x is forbidden", "was the first request", "1 of 6", "robots.txt of 25h", "before the end of Retry-After", "/aktuelles.php is forbidden", "less than 1m"} {
		if !strings.Contains(faults, want) {
			t.Errorf("faults lack %q:\n%s", want, faults)
		}
	}
}

// TestConductAtOnce holds that two requests at a time are seen, in an imagined
// region as on loopback.
func TestConductAtOnce(t *testing.T) {
	site := Generate(Plan{Sites: 1, Seed: 1, Start: start, Past: 5})[0]
	site.Latency = time.Second
	synctest.Test(t, func(t *testing.T) {
		region := Imagine(func() time.Time { return start }, site)
		client := http.Client{Transport: region}
		var both sync.WaitGroup
		for range 2 {
			both.Go(func() {
				req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, site.Home(), nil)
				if err != nil {
					t.Error(err)
					return
				}
				resp, err := client.Do(req)
				if err != nil {
					t.Error(err)
					return
				}
				defer resp.Body.Close()
				if body, err := io.ReadAll(resp.Body); err != nil || resp.StatusCode != http.StatusOK || int64(len(body)) != resp.ContentLength {
					t.Errorf("%s, %d bytes, %v", resp.Status, len(body), err)
				}
			})
		}
		both.Wait()
		if faults := strings.Join(region.Conduct().Faults, "\n"); !strings.Contains(faults, "began before "+site.Layout.Listing+" had ended") {
			t.Errorf("faults: %s", faults)
		}
	})
}

func TestGenerate(t *testing.T) {
	plan := Plan{Sites: 10, Seed: 7, Start: start, Days: 30, Past: 12}
	sites := Generate(plan)
	clock := NewClock(start)
	region, err := Start(clock.Now, sites...)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { region.Close() })
	for i, site := range sites {
		before := len(site.listed(start))
		after := len(site.listed(start.AddDate(0, 0, 30)))
		if before != 12 || after < before+5 {
			t.Errorf("%s lists %d articles at the start and %d after 30 days, want 12 and more", site.Name, before, after)
		}
		if again := Generate(plan)[i]; again.Articles[0].First.Headline != site.Articles[0].First.Headline {
			t.Errorf("%s: the same plan gives another region", site.Name)
		}
		if resp, body := get(t, site.URL(site.Articles[after-1])); resp.StatusCode != http.StatusOK || !strings.Contains(decode(body, site), site.Articles[after-1].First.Headline) {
			t.Errorf("%s: %s", resp.Request.URL, resp.Status)
		}
	}
}

func TestFaults(t *testing.T) {
	clock := NewClock(start)
	sites := Generate(Plan{Sites: 6, Seed: 1, Start: start, Past: 5})
	week := func(kind FaultKind) []Fault { return []Fault{{kind, start.Add(time.Hour), start.Add(2 * time.Hour)}} }
	sites[0].Faults = week(TooMany)
	sites[1].Faults = week(BlockPage)
	sites[2].Faults = week(EmptyListing)
	sites[3].Faults = week(NoDates)
	sites[4].Relaunch, sites[4].Next = start.Add(time.Hour), TYPO3
	sites[5].Moves, sites[5].MovedTo = start.Add(time.Hour), sites[0]
	region, err := Start(clock.Now, sites...)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { region.Close() })
	old := sites[4].URL(sites[4].Articles[0])
	clock.Advance(time.Hour)
	if resp, _ := get(t, sites[0].Home()); resp.StatusCode != http.StatusTooManyRequests || resp.Header.Get("Retry-After") != "120" {
		t.Errorf("too many: %s", resp.Status)
	}
	if _, body := get(t, sites[1].Home()); !strings.Contains(body, "blocked") {
		t.Error("no block page")
	}
	if _, body := get(t, sites[2].Home()); strings.Contains(body, "news-article__title") {
		t.Error("the listing is not empty")
	}
	if _, body := get(t, sites[3].Home()); strings.Contains(body, "November 2026") {
		t.Error("dates are still printed")
	}
	if resp, _ := get(t, old); resp.StatusCode != http.StatusOK || !strings.Contains(resp.Request.URL.Path, "/rathaus/aktuelles/detail/") {
		t.Errorf("an old address ends at %s with %s", resp.Request.URL, resp.Status)
	}
	if resp, _ := get(t, sites[5].Home()); resp.Request.URL.Host != sites[0].Host() {
		t.Errorf("the moved site ends at %s", resp.Request.URL)
	}
}

func TestTexts(t *testing.T) {
	for texts, most := range map[Texts]int{Stock: 0, Releases: 10, Distinct: 0} {
		sites := Generate(Plan{Sites: 2, Seed: 7, Start: start, Past: 20, Texts: texts})
		said, again, sentences := map[string]bool{}, 0, map[string]int{}
		for _, a := range sites[0].Articles {
			said[strings.Join(a.First.Body, " ")] = true
		}
		for _, a := range sites[1].Articles {
			text := strings.Join(a.First.Body, " ")
			if said[text] {
				again++
			}
			for sentence := range strings.SplitSeq(text, ". ") {
				sentences[sentence]++
			}
		}
		if again != most {
			t.Errorf("%s: %d articles of the other town, want %d", texts, again, most)
		}
		_, repeated := sentences["Der zuständige Ausschuss hat dem Vorhaben einstimmig zugestimmt"]
		if repeated != (texts == Stock) {
			t.Errorf("%s: sentences of the stock: %v", texts, repeated)
		}
	}
}

func TestMenu(t *testing.T) {
	region := Imagine(time.Now, Generate(Plan{Sites: 5, Seed: 1, Start: time.Now(), Past: 3, Menu: 40 << 10})...)
	for _, site := range region.Sites {
		req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, site.Home(), nil)
		if err != nil {
			t.Fatal(err)
		}
		res, err := region.RoundTrip(req)
		if err != nil {
			t.Fatal(err)
		}
		page, err := io.ReadAll(res.Body)
		if err != nil || len(page) < 40<<10 {
			t.Errorf("%s: %d bytes, %v; want 40 KiB", site.Name, len(page), err)
		}
	}
}
