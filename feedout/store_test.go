package feedout_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stadtfeed/stadtfeed/feedout"
	"github.com/stadtfeed/stadtfeed/news"
	"github.com/stadtfeed/stadtfeed/store"
)

var site = feedout.Site{
	BaseURL: "https://feeds.example.org", Title: "Nachrichten", Language: "de",
	Sources: []feedout.SourceInfo{{Name: "kassel", Title: "Stadt Kassel", Every: 30 * time.Minute}},
}

// real is a server over a real archive.
func real(t testing.TB) (*feedout.Server, *store.Store) {
	t.Helper()
	archive, err := store.Open(filepath.Join(t.TempDir(), "test.db"), store.Options{NoSync: true})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := archive.Close(); err != nil {
			t.Error(err)
		}
	})
	if err := archive.Register(t.Context(), []news.SourceState{{Name: "kassel", URL: "https://stadt.example/"}}); err != nil {
		t.Fatal(err)
	}
	s, err := feedout.New(archive, site, feedout.Options{})
	if err != nil {
		t.Fatal(err)
	}
	return s, archive
}

// draft is article n of the town.
func draft(n int) news.Draft {
	address := fmt.Sprintf("https://stadt.example/artikel/%d", n)
	at := time.Now().Add(-time.Duration(n+1) * time.Hour).Truncate(time.Hour).UTC()
	body := strings.Repeat("Die Stadt saniert die Fahrbahn zwischen Rathaus und Bahnhof. ", 8)
	return news.Draft{Canonical: news.Canonical(address), Backfill: n > 0, Item: news.Item{
		URL: address, Sources: []string{"kassel"}, Language: "de", Place: []string{"Kassel", "Baunatal", "Vellmar"}[n%3], Headline: "Meldung " + strconv.Itoa(n), Teaser: "Kurz gesagt.",
		BodyText: body, BodyHTML: "<p>" + body + "</p>", Tags: []string{"Thema " + strconv.Itoa(n%400), "Verkehr"}, Published: news.Moment{Time: at, Precision: news.Minute},
	}}
}

func commit(t testing.TB, archive *store.Store, drafts ...news.Draft) {
	t.Helper()
	report := news.Report{
		Visit: news.Visit{Source: "kassel", Started: time.Now(), Health: news.OK}, Drafts: drafts,
		State: news.SourceState{Name: "kassel", URL: "https://stadt.example/", Health: news.OK, LastVisit: time.Now(), Backfilled: true},
	}
	if _, err := archive.Commit(t.Context(), report); err != nil {
		t.Fatal(err)
	}
}

func ask(t testing.TB, s *feedout.Server, path string) string {
	t.Helper()
	w := httptest.NewRecorder()
	s.ServeHTTP(w, httptest.NewRequest(http.MethodGet, path, nil))
	if w.Code != http.StatusOK {
		t.Fatalf("GET %s = %d: %s", path, w.Code, w.Body)
	}
	return w.Body.String()
}

func TestOverTheRealArchive(t *testing.T) {
	s, archive := real(t)
	if feed := ask(t, s, "/all.rss"); strings.Contains(feed, "<item>") {
		t.Errorf("an empty archive has items:\n%s", feed)
	}
	commit(t, archive, draft(0), draft(1), draft(2))
	for _, path := range []string{"/all.rss", "/all.atom", "/all.json", "/", "/tags/verkehr", "/places/kassel.atom", "/sources/kassel.rss", "/search?q=rathaus", "/search.json?q=%22zwischen+rathaus%22"} {
		if body := ask(t, s, path); !strings.Contains(body, "Meldung 0") {
			t.Errorf("GET %s lacks the item:\n%s", path, body)
		}
	}
	edited := draft(0)
	edited.Item.Headline = "Meldung 0, berichtigt"
	commit(t, archive, edited)
	if feed := ask(t, s, "/all.rss"); !strings.Contains(feed, "Meldung 0, berichtigt") || strings.Count(feed, "<item>") != 3 || !strings.Contains(feed, "<atom:updated>") {
		t.Errorf("after an edit:\n%s", feed)
	}
	items, err := archive.Items(t.Context(), news.Query{Limit: 1})
	if err != nil {
		t.Fatal(err)
	}
	page := ask(t, s, "/items/"+strings.TrimPrefix(items[0].ID, "urn:uuid:"))
	if !strings.Contains(page, "<ins>, berichtigt</ins>") {
		t.Errorf("the page does not show the difference:\n%s", page)
	}
	for _, path := range []string{"/tags", "/places", "/sources", "/status", "/status.json", "/opml", "/metrics", "/readyz"} {
		ask(t, s, path)
	}
	last := 0
	for line := range strings.Lines(ask(t, s, "/api/items?after=0")) {
		var it news.Record
		if err := json.Unmarshal([]byte(line), &it); err != nil || int(it.Seq) <= last {
			t.Errorf("line %s: %v", line, err)
		}
		last = int(it.Seq)
	}
	if last != 3 {
		t.Errorf("the API ends at seq %d, want 3", last)
	}
}
