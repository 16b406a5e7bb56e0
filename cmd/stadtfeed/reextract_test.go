package main

import (
	"path/filepath"
	"testing"

	"github.com/stadtfeed/stadtfeed/config"
	"github.com/stadtfeed/stadtfeed/news"
)

// TestReextractTellsWhatItCannotRead: an item whose kept page holds no report stays
// as it is, and is named with the reason.
func TestReextractTellsWhatItCannotRead(t *testing.T) {
	d := hooked(t, filepath.Join(t.TempDir(), "a.db"), "")
	const url = "https://www.kassel.example/1"
	draft := news.Draft{Canonical: news.Canonical(url), Item: news.Item{URL: url, Headline: "Brücke gesperrt", Sources: []string{"kassel"}}}
	if _, err := d.store.Commit(t.Context(), news.Report{Visit: news.Visit{Source: "kassel"}, Drafts: []news.Draft{draft}}); err != nil {
		t.Fatal(err)
	}
	src := config.Default().AdHoc("https://www.kassel.example/")
	const challenge = `<html><head><title>Just a moment...</title></head><body>
		<div id=challenge-running></div><script src=/cdn-cgi/challenge-platform/x.js></script></body></html>`
	c, err := d.readAgain(t.Context(), src, news.RawPage{URL: url, ContentType: "text/html", Body: []byte(challenge)})
	if err != nil || c == nil {
		t.Fatalf("of a challenge: %+v, %v, want the reason why it was not read", c, err)
	}
	if c.Unread == "" || c.Headline != draft.Item.Headline || c.item != nil {
		t.Errorf("of a challenge: %+v, want the reason why it was not read", c)
	}
}
