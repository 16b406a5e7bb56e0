package feedout_test

import (
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"io"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/stadtfeed/stadtfeed/feedout"
	"github.com/stadtfeed/stadtfeed/news"
)

// rendered are the paths that a call brings whole, and those that it only names.
func rendered(t *testing.T, feeds *feedout.Static) (whole map[string]feedout.StaticFeed, named int) {
	t.Helper()
	whole = map[string]feedout.StaticFeed{}
	err := feeds.Feeds(t.Context(), func(f feedout.StaticFeed) error {
		if f.Body == nil {
			named++
			return nil
		}
		whole[f.Path] = f
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return whole, named
}

// TestStaticFeeds holds that the files are what the server gives, and that only
// what a commit touched is brought again.
func TestStaticFeeds(t *testing.T) {
	s, archive := real(t)
	open := site
	open.Feeds = []feedout.SavedFeed{
		{Name: "strassen", Query: news.Query{All: [][]news.Term{{{Facet: news.Tag, Value: "verkehr"}}}}},
		{Name: "intern", Private: true, Query: news.Query{All: [][]news.Term{{{Facet: news.Tag, Value: "verkehr"}}}}},
	}
	if err := s.Configure(open); err != nil {
		t.Fatal(err)
	}
	commit(t, archive, draft(1), draft(2), draft(3))
	feeds := s.Static()
	whole, _ := rendered(t, feeds)
	for _, path := range []string{"all.rss", "tags/verkehr.atom", "places/kassel.json", "sources/kassel.rss", "feeds/strassen.atom"} {
		if whole[path].Body == nil {
			t.Errorf("%s is not among the %d files", path, len(whole))
		}
	}
	for path, f := range whole {
		if strings.Contains(path, "intern") {
			t.Errorf("%s: the feed needs a key", path)
		}
		w := httptest.NewRecorder()
		s.ServeHTTP(w, httptest.NewRequest("GET", "/"+path, nil))
		if w.Code != 200 || !bytes.Equal(w.Body.Bytes(), f.Body) {
			t.Errorf("%s is not what the server gives (%d):\n%s\nwant\n%s", path, w.Code, f.Body, w.Body)
		}
		z, err := gzip.NewReader(bytes.NewReader(f.Packed))
		if err != nil {
			t.Fatal(err)
		}
		if plain, err := io.ReadAll(z); err != nil || !bytes.Equal(plain, f.Body) {
			t.Errorf("%s.gz holds something else: %v", path, err)
		}
	}
	if again, named := rendered(t, feeds); len(again) != 0 || named != len(whole) || feeds.Due() {
		t.Errorf("without a change %d feeds are brought and %d named, want none and %d", len(again), named, len(whole))
	}
	commit(t, archive, draft(4)) // of Baunatal, with two tags
	if !feeds.Due() {
		t.Error("after a commit nothing is due")
	}
	touched, _ := rendered(t, feeds)
	for path, want := range map[string]bool{
		"all.rss": true, "tags/verkehr.rss": true, "tags/thema-4.rss": true, "places/baunatal.rss": true,
		"feeds/strassen.rss": true, "places/kassel.rss": false, "tags/thema-1.rss": false,
	} {
		if got := touched[path].Body != nil; got != want {
			t.Errorf("after a commit that touches Baunatal, %s is brought: %t, want %t", path, got, want)
		}
	}
	full := errors.New("disk full")
	commit(t, archive, draft(5))
	if err := feeds.Feeds(t.Context(), func(feedout.StaticFeed) error { return full }); !errors.Is(err, full) {
		t.Errorf("Feeds = %v, want the error of whoever writes", err)
	}
	if rest, _ := rendered(t, feeds); rest["all.rss"].Body == nil {
		t.Error("what could not be written is not brought again")
	}
}

// counting counts what a feed server asks an archive for.
type counting struct {
	feedout.Archive
	asked atomic.Int64
}

func (c *counting) Items(ctx context.Context, q news.Query) ([]news.Item, error) {
	c.asked.Add(1)
	return c.Archive.Items(ctx, q)
}

// TestUntouchedFeedStays holds that a commit elsewhere makes nobody render a
// feed again.
func TestUntouchedFeedStays(t *testing.T) {
	_, archive := real(t)
	commit(t, archive, draft(1), draft(2), draft(3))
	counted := &counting{Archive: archive}
	s, err := feedout.New(counted, site, feedout.Options{})
	if err != nil {
		t.Fatal(err)
	}
	get := func(path string) {
		w := httptest.NewRecorder()
		s.ServeHTTP(w, httptest.NewRequest("GET", path, nil))
		if w.Code != 200 {
			t.Fatalf("%s: %d", path, w.Code)
		}
	}
	get("/places/kassel.rss")
	before := counted.asked.Load()
	for n := range 20 {
		commit(t, archive, draft(100+3*n)) // 100 = 1 (mod 3): Baunatal
		get("/places/kassel.rss")
	}
	if asked := counted.asked.Load() - before; asked != 0 {
		t.Errorf("20 commits elsewhere made the feed ask the archive %d times", asked)
	}
	commit(t, archive, draft(99)) // Kassel
	get("/places/kassel.rss")
	if counted.asked.Load() == before {
		t.Error("a commit of the place did not reach its feed")
	}
}
