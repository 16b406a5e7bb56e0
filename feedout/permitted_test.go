package feedout

import (
	"strings"
	"testing"
	"time"

	"github.com/stadtfeed/stadtfeed/news"
)

// TestListingOnlyLater holds that texts of former visits are not published any
// more, except of items that another source lists.
func TestListingOnlyLater(t *testing.T) {
	archive := &fakeArchive{}
	item := func(text string, sources ...string) {
		archive.add(news.Item{
			Sources: sources, Headline: "Über " + text, Teaser: "Anriss " + text, BodyHTML: "<p>Volltext " + text + "</p>", BodyText: "Volltext " + text,
			Shown: noon.Add(-time.Hour), Revisions: 1,
		})
	}
	item("allein", "kassel")
	item("auch anderswo", "kassel", "kommune21")
	item("Nachbar", "kommune21")
	item("früher", "nicht-mehr-eingerichtet")
	archive.revisions = map[string][]news.Revision{}
	for _, it := range archive.items {
		old := it
		old.BodyText, old.Headline = "Fassung"+strings.Fields(it.Headline)[1], "Vormals"
		archive.revisions[it.ID] = []news.Revision{{Number: 1, Seen: noon, Fields: []string{"body"}, Item: old}}
	}
	s := newServer(t, archive)
	paths := []string{"/all.rss", "/all.atom", "/all.json", "/api/items", "/search?q=volltext"}
	for _, it := range archive.items {
		paths = append(paths, "/items/"+shortID(it.ID))
	}
	all := func() string {
		var b strings.Builder
		for _, path := range paths {
			b.WriteString(get(t, s, path).Body.String())
		}
		return b.String()
	}
	contains(t, all(), "Volltext allein", "Fassungallein")
	at := testSite(t)
	at.Sources[0].ListingOnly = true
	if err := s.Configure(at); err != nil {
		t.Fatal(err)
	}
	now := all()
	contains(t, now, "Über allein", "Anriss allein", "Volltext auch anderswo", "Volltext Nachbar", "Volltext früher")
	for _, no := range []string{"Volltext allein", "Fassungallein"} {
		if strings.Contains(now, no) {
			t.Errorf("%q is published, but its only source is listing_only", no)
		}
	}
	at.Sources[0].ListingOnly = false
	if err := s.Configure(at); err != nil {
		t.Fatal(err)
	}
	contains(t, all(), "Volltext allein")
}
