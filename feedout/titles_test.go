package feedout

import (
	"encoding/json"
	"testing"
	"time"

	"github.com/stadtfeed/stadtfeed/news"
)

// titlesIn are the titles of a feed by id.
func titlesIn(t *testing.T, s *Server, path string) map[string]string {
	t.Helper()
	var d struct {
		Items []struct{ ID, Title string }
	}
	w := get(t, s, path)
	if err := json.Unmarshal(w.Body.Bytes(), &d); err != nil {
		t.Fatalf("%s: %v in %s", path, err, w.Body)
	}
	titles := map[string]string{}
	for _, it := range d.Items {
		titles[it.ID] = it.Title
	}
	return titles
}

func TestTitlesSayThePlace(t *testing.T) {
	archive := &fakeArchive{}
	archive.add(news.Item{Sources: []string{"kassel"}, Place: "Kassel", Headline: "Straße gesperrt", Tags: []string{"Verkehr"}, Shown: noon.Add(-time.Hour)})
	id := archive.items[0].ID
	const placed, plain = "Kassel: Straße gesperrt", "Straße gesperrt"
	one := []news.Term{{Facet: news.Source, Value: "kassel"}}
	for _, tc := range []struct {
		path, place  string
		site, filter Titles
		want         string
	}{
		{path: "/all.json", want: placed},
		{path: "/tags/verkehr.json", want: placed},
		{path: "/search.json?q=gesperrt", want: placed},
		{path: "/search.json?q=place:kassel", want: plain},
		{path: "/places/kassel.json", want: plain},
		{path: "/places/kassel+kasselberg.json", want: placed},
		{path: "/places/kassel/tags/verkehr.json", want: plain},
		{path: "/sources/kassel.json", want: placed}, // nobody says that it is about one place
		{path: "/sources/kassel.json", place: "Kassel", want: plain},
		{path: "/feeds/eins.json", place: "Kassel", want: plain},
		{path: "/feeds/eins.json", want: placed},
		{path: "/all.json", site: PlainTitles, want: plain},
		{path: "/all.json?title=place", site: PlainTitles, want: placed},
		{path: "/all.json?title=plain", want: plain},
		{path: "/all.json?title=nonsense", want: placed},
		{path: "/places/kassel.json?title=place", want: plain},
		{path: "/feeds/eins.json", filter: PlainTitles, want: plain},
		{path: "/feeds/eins.json", site: PlainTitles, filter: PlaceTitles, want: placed},
		{path: "/feeds/eins.json?title=plain", filter: PlaceTitles, want: plain},
	} {
		s := newServer(t, archive, func(at *Site, _ *Options) {
			at.Titles, at.Sources[0].Place = tc.site, tc.place
			at.Feeds = []SavedFeed{{Name: "eins", Titles: tc.filter, Query: news.Query{All: [][]news.Term{one}}}}
		})
		if got := titlesIn(t, s, tc.path); got[id] != tc.want {
			t.Errorf("%s (site %q, feed %q, place %q): titles %q, want %q under %s", tc.path, tc.site, tc.filter, tc.place, got, tc.want, id)
		}
	}
}

// TestAuthors holds that who publishes is named in every format.
func TestAuthors(t *testing.T) {
	archive := &fakeArchive{}
	archive.add(news.Item{Sources: []string{"kassel"}, Headline: "Ohne Autor", Shown: noon.Add(-time.Hour)})
	archive.add(news.Item{Sources: []string{"kassel"}, Headline: "Mit Autor", Byline: "Ada Weber", Shown: noon.Add(-time.Hour)})
	s := newServer(t, archive)
	contains(t, get(t, s, "/all.rss").Body.String(), "<dc:creator>Stadt Kassel</dc:creator>", "<dc:creator>Ada Weber</dc:creator>")
	contains(t, get(t, s, "/all.atom").Body.String(), "<author><name>Stadt Kassel</name>", "<author><name>Ada Weber</name>")
	contains(t, get(t, s, "/all.json").Body.String(), `"authors":[{"name":"Stadt Kassel"`, `"authors":[{"name":"Ada Weber"`)
}
