package main

import (
	"fmt"
	"path/filepath"
	"testing"
	"time"

	"github.com/stadtfeed/stadtfeed/news"
)

// TestItemsInParts: more items than are read at once come whole, each once and
// newest first, also where many were published in the same second.
func TestItemsInParts(t *testing.T) {
	c := coreOf(t, "store: "+filepath.Join(t.TempDir(), "a.db"))
	const n = 2*itemsAtOnce + 300
	var drafts []news.Draft
	begin := time.Now().Add(-time.Hour).Truncate(time.Second)
	for i := range n {
		at := begin.Add(-time.Duration(i/700) * time.Minute) // 700 in one second
		url := fmt.Sprintf("https://kassel.example/%d", i)
		drafts = append(drafts, news.Draft{Canonical: url, Item: news.Item{
			URL: url, Headline: fmt.Sprintf("Meldung Nummer %d", i), Sources: []string{"kassel"},
			Published: news.Moment{Time: at, Precision: news.Second},
		}})
	}
	if _, err := c.store.Commit(t.Context(), news.Report{Drafts: drafts}); err != nil {
		t.Fatal(err)
	}
	cl := withoutDaemon(c.handler(), func() error { return nil })
	for limit, want := range map[int]int{0: n, 1: 1, itemsAtOnce: itemsAtOnce, itemsAtOnce + 1: itemsAtOnce + 1, 2 * n: n} {
		seen := map[string]bool{}
		var last time.Time
		err := ask(t.Context(), cl, "/items", news.Query{Heads: true, Limit: limit}, func(it news.Item) error {
			if seen[it.ID] {
				t.Errorf("limit %d: %s came twice", limit, it.URL)
			}
			if !last.IsZero() && it.Shown.After(last) {
				t.Errorf("limit %d: %s at %s came after %s", limit, it.URL, it.Shown, last)
			}
			seen[it.ID], last = true, it.Shown
			return nil
		}, func(struct{}) {})
		if err != nil || len(seen) != want {
			t.Errorf("limit %d: %d items, %v, want %d", limit, len(seen), err, want)
		}
	}
}
