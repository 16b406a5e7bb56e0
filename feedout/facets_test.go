package feedout

import (
	"fmt"
	"html"
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
			to, feed = html.UnescapeString(to), html.UnescapeString(feed)
			found = append(found, name+" "+n+" "+to)
			if path, query, _ := strings.Cut(to, "?"); strings.TrimSuffix(feed, "?"+query) != path+".rss" {
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
	contains(t, page, `<a class="tag" href="/nord/places/kassel">Kassel</a>`,
		`<a class="tag" href="/nord/tags/verkehr">Verkehr</a>`, `<p class="lead">Nachrichten aus Kassel zum Thema Verkehr</p>`)
	contains(t, get(t, s, "/sources/kassel/tags/verkehr", "Accept", "text/html", "Accept-Language", "en").Body.String(),
		"News by Stadt Kassel about Verkehr")
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

// TestFacetsOfFilters: saved filters and searches have facets that lead to the
// same with ?only=, as page and as feed.
func TestFacetsOfFilters(t *testing.T) {
	s := newServer(t, region(), func(at *Site, _ *Options) {
		at.Feeds = append(at.Feeds, SavedFeed{
			Name:  "wege",
			Title: "Wege",
			Query: news.Query{All: [][]news.Term{{{Facet: news.Tag, Value: "verkehr"}}}},
		})
	})
	for path, want := range map[string][]string{
		"/feeds/wege": {
			"Kassel 2 /nord/feeds/wege?only=place%3Akassel",
			"Essen 1 /nord/feeds/wege?only=place%3Aessen",
			"Presse 2 /nord/feeds/wege?only=tag%3Apresse",
			"TikTok 1 /nord/feeds/wege?only=tag%3Atiktok",
			"Stadt Kassel 2 /nord/feeds/wege?only=source%3Akassel",
			"Kommune21 1 /nord/feeds/wege?only=source%3Akommune21",
		},
		"/feeds/wege?only=place:essen": nil, // one item, nothing to choose
		"/search?q=tag:verkehr": {
			"Kassel 2 /nord/search?only=place%3Akassel&q=tag%3Averkehr",
			"Essen 1 /nord/search?only=place%3Aessen&q=tag%3Averkehr",
		},
		"/search?q=":                     nil,
		"/feeds/wege?only=source:kassel": nil,
	} {
		got := facetsOn(t, s, path)
		if len(got) < len(want) || (want == nil) != (got == nil) || fmt.Sprint(got[:min(len(want), len(got))]) != fmt.Sprint(want) {
			t.Errorf("facets of %s:\n%s\nwant\n%s", path, strings.Join(got, "\n"), strings.Join(want, "\n"))
		}
	}
	page := get(t, s, "/feeds/wege?only=place:essen", "Accept", "text/html").Body.String()
	contains(t, page, "<h1>Wege · Essen</h1>", `<a class="tag" href="/nord/feeds/wege">Wege</a>`,
		`value="https://feeds.example.org/nord/feeds/wege.rss?only=place%3Aessen"`)
	for path, want := range map[string]int{
		"/all.json?only=place:essen":              1,
		"/all.json?only=place:essen,tag:verkehr":  1,
		"/all.json?only=place:essen,place:kassel": 0,
		"/all.json?only=verkehr":                  4,
	} {
		if n := strings.Count(get(t, s, path).Body.String(), `"date_published"`); n != want {
			t.Errorf("%s has %d items, want %d", path, n, want)
		}
	}
	if w := get(t, s, "/all.rss?only=farbe:rot"); w.Code != 400 || !strings.Contains(w.Body.String(), "„farbe:“") {
		t.Errorf("?only=farbe:rot = %d %s, want 400", w.Code, w.Body)
	}
}

// TestFacetsOfTheAPI counts what a search finds.
func TestFacetsOfTheAPI(t *testing.T) {
	s := newServer(t, region())
	body := get(t, s, "/api/facets?q=tag:verkehr&limit=1").Body.String()
	want := `{"tags":[{"name":"Verkehr","slug":"verkehr","items":3}],` +
		`"places":[{"name":"Kassel","slug":"kassel","items":2}],` +
		`"sources":[{"name":"kassel","slug":"kassel","items":2}],` +
		`"items":3,"complete":true}` + "\n"
	if body != want {
		t.Errorf("got %s\nwant %s", body, want)
	}
	if w := get(t, s, "/api/facets?q=seit:gestern"); w.Code != 400 {
		t.Errorf("a search with a mistake = %d, want 400", w.Code)
	}
}

// TestFacetsTellWhereTheyStop: of more items than are looked through the page says so.
func TestFacetsTellWhereTheyStop(t *testing.T) {
	f := region()
	for n := range facetScan {
		it := f.items[0]
		it.ID, it.Seq, it.Tags = fmt.Sprint("more", n), uint64(len(f.items)+1), []string{"Presse", fmt.Sprint("Thema ", n%2)}
		f.items = append(f.items, it)
	}
	place := news.Slug(f.items[0].Place)
	many := get(t, newServer(t, f), "/places/"+place, "Accept", "text/html").Body.String()
	contains(t, many, "Gezählt in den neuesten 2.000 Meldungen.")
	few := get(t, newServer(t, region()), "/places/"+place, "Accept", "text/html").Body.String()
	if strings.Contains(few, "Gezählt unter") {
		t.Error("of a few items it says so, too")
	}
}
