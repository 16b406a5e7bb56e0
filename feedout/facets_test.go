package feedout

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/stadtfeed/stadtfeed/news"
)

// region is an archive of three towns: Kassel's source puts its name on every
// item, Essen's on none.
func region() *fakeArchive {
	f := &fakeArchive{}
	for i, it := range []news.Item{
		{Sources: []string{"kassel"}, Place: "Kassel", Tags: []string{"Kassel", "Verkehr", "Presse"}},
		{Sources: []string{"kassel"}, Place: "Kassel", Tags: []string{"Kassel", "Haushalt", "Presse"}},
		{Sources: []string{"kassel"}, Place: "Kassel", Tags: []string{"Kassel", "Verkehr", "Presse"}},
		{Sources: []string{"kommune21"}, Place: "Essen", Tags: []string{"Verkehr", "TikTok"}},
		{Sources: []string{"kommune21"}, Place: "Kassel", Tags: []string{"TikTok", "Kassel"}},
		{Sources: []string{"kommune21"}, Place: "Bad Ö", Tags: []string{"Verkehr"}, Withdrawn: noon.Add(-time.Minute)},
	} {
		it.Headline, it.Shown = fmt.Sprintf("Meldung %d", i), noon.Add(-time.Duration(i+1)*time.Hour)
		f.add(it)
	}
	return f
}

// facetsOn are the facets of a page: "Verkehr 2 /places/kassel/tags/verkehr".
func facetsOn(t *testing.T, s *Server, path string) (found []string) {
	t.Helper()
	page := get(t, s, path, "Accept", "text/html").Body.String()
	for _, row := range strings.Split(page, "<li>")[1:] {
		to, rest, ok := strings.Cut(strings.TrimPrefix(row, `<a href="`), `">`)
		name, rest, _ := strings.Cut(rest, "</a> <span class=\"num\">")
		n, rest, beside := strings.Cut(rest, `</span> <a class="beside" href="`)
		if feed, _, _ := strings.Cut(rest, `"`); ok && beside {
			found = append(found, name+" "+n+" "+to)
			if feed != to+".rss" {
				t.Errorf("%s: beside %s stands the feed %s", path, to, feed)
			}
			if w := get(t, s, strings.TrimPrefix(feed, "/nord")); w.Code != 200 || strings.Count(w.Body.String(), "<item><title>")-strings.Count(w.Body.String(), "<title>Zurückgezogen:") != int(n[0]-'0') {
				t.Errorf("%s: %s has another number of items than %s: %d %s", path, feed, n, w.Code, w.Body)
			}
		}
	}
	return found
}

func TestFacets(t *testing.T) {
	s := newServer(t, region())
	for path, want := range map[string][]string{
		"/places/kassel":              {"Presse 3 /nord/places/kassel/tags/presse", "Verkehr 2 /nord/places/kassel/tags/verkehr", "Haushalt 1 /nord/places/kassel/tags/haushalt", "TikTok 1 /nord/places/kassel/tags/tiktok"},
		"/tags/verkehr":               {"Kassel 2 /nord/places/kassel/tags/verkehr", "Essen 1 /nord/places/essen/tags/verkehr"},
		"/sources/kassel":             {"Verkehr 2 /nord/sources/kassel/tags/verkehr", "Haushalt 1 /nord/sources/kassel/tags/haushalt"}, // no Kassel, no Presse: every item has them
		"/sources/kommune21":          {"Verkehr 1 /nord/sources/kommune21/tags/verkehr", "Essen 1 /nord/sources/kommune21/places/essen", "Kassel 1 /nord/sources/kommune21/places/kassel"},
		"/places/kassel/tags/verkehr": nil,
		"/all":                        nil,
		"/tags/gibt-es-nicht":         nil,
	} {
		if got := facetsOn(t, s, path); fmt.Sprint(got) != fmt.Sprint(want) {
			t.Errorf("facets of %s:\n%s\nwant\n%s", path, strings.Join(got, "\n"), strings.Join(want, "\n"))
		}
	}
	page := get(t, s, "/places/kassel/tags/verkehr", "Accept", "text/html").Body.String()
	contains(t, page, `<a class="tag" href="/nord/places/kassel">Kassel</a>`, `<a class="tag" href="/nord/tags/verkehr">Verkehr</a>`)
	home := get(t, s, "/", "Accept", "text/html").Body.String()
	if strings.Contains(home, `href="/nord/tags/kassel" title=`) || !strings.Contains(home, `href="/nord/tags/verkehr" title=`) {
		t.Errorf("the first page's tags name towns, or not Verkehr:\n%s", home)
	}
}

// TestFacetsBeforeItems holds that a phone, which shows a page in its order,
// shows subscribe box and facets before the items.
func TestFacetsBeforeItems(t *testing.T) {
	s := newServer(t, region())
	for _, path := range []string{"/places/kassel", "/tags/verkehr", "/sources/kassel"} {
		page := get(t, s, path, "Accept", "text/html").Body.String()
		box, facet, items := strings.Index(page, `class="card subscribe"`), strings.Index(page, `<ul class="facet">`), strings.Index(page, `class="items"`)
		if box < 0 || facet < box || items < facet {
			t.Errorf("%s: box at %d, facets at %d, items at %d", path, box, facet, items)
		}
	}
}
