package feedout

import (
	"encoding/json"
	"encoding/xml"
	"errors"
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/mmcdole/gofeed"
)

func TestAddresses(t *testing.T) {
	s := newServer(t, sample(t))
	for _, path := range []string{
		"/", "/all", "/tags", "/places", "/sources", "/feeds", "/tags/social-media", "/tags/social-media+tiktok", "/places/kassel",
		"/places/kassel/tags/haushalt", "/sources/kassel", "/feeds/digital", "/search", "/search?q=entwurf", "/opml",
		"/status", "/status.json", "/status.rss", "/healthz", "/readyz", "/metrics", "/robots.txt", "/badges/kassel.svg",
		"/api/items", "/api/items?after=2", stylePath, scriptPath, iconPNG, iconSVG, "/favicon.ico",
		"/nord/", "/nord", "/nord/all.rss", "/all.rss?before=3", "/all?until=1795000000000",
	} {
		for _, accept := range []string{"*/*", "text/html,application/xhtml+xml"} {
			w := get(t, s, path, "Accept", accept, "Accept-Language", "en")
			if w.Code != http.StatusOK || w.Body.Len() == 0 {
				t.Errorf("GET %s = %d with %d bytes, want 200", path, w.Code, w.Body.Len())
			}
		}
	}
	for path, want := range map[string]int{
		"/nothing": 404, "/sources/unknown": 404, "/items/x": 404, "/sources/none.rss": 404, "/feeds/none.atom": 404,
		"/tags/Social%20Media": 308, "/tags/": 308, "/all/": 308, "/tags/verkehr//": 308, "//": 308, "/..%2f..%2fetc/passwd": 404, "/tags/%00": 308, "/all.exe": 404, "/" + strings.Repeat("x", 600): 414,
	} {
		if w := get(t, s, path); w.Code != want {
			t.Errorf("GET %s = %d, want %d", path, w.Code, want)
		}
	}
	if to := get(t, s, "/tags/verkehr//?limit=3").Header().Get("Location"); to != s.site.Load().root+"/tags/verkehr?limit=3" {
		t.Errorf("/tags/verkehr//?limit=3 leads to %q", to)
	}
	if feed := get(t, s, "/search.rss").Body.String(); !strings.Contains(feed, "<title>Suchen – ") {
		t.Errorf("a search for nothing is called:\n%.400s", feed)
	}
}

func TestFeedsAreRead(t *testing.T) {
	s := newServer(t, sample(t))
	for _, path := range []string{"/all", "/tags/social-media", "/places/kassel", "/sources/kassel", "/feeds/digital", "/search"} {
		for _, ending := range []string{".rss", ".atom", ".json"} {
			w := get(t, s, path+ending)
			if w.Code != http.StatusOK {
				t.Fatalf("GET %s%s = %d: %s", path, ending, w.Code, w.Body)
			}
			f, err := gofeed.NewParser().Parse(strings.NewReader(w.Body.String()))
			if err != nil {
				t.Errorf("%s%s: %v\n%s", path, ending, err, w.Body)
				continue
			}
			if len(f.Items) == 0 {
				t.Errorf("%s%s has no items", path, ending)
			}
			if ending == ".json" {
				if !json.Valid(w.Body.Bytes()) {
					t.Errorf("%s%s is no JSON", path, ending)
				}
				continue
			}
			d := xml.NewDecoder(w.Body)
			for {
				if _, err := d.Token(); errors.Is(err, io.EOF) {
					break
				} else if err != nil {
					t.Fatalf("%s%s: %v", path, ending, err)
				}
			}
		}
	}
}
