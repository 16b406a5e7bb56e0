package main

import (
	"bytes"
	"fmt"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stadtfeed/stadtfeed/news"
)

// Deletions of much at once are shown, and done when the operator says so.
func TestHeldDeletions(t *testing.T) {
	c := coreOf(t, "timezone: UTC\nstore: "+filepath.Join(t.TempDir(), "a.db"))
	var drafts []news.Draft
	for i := range 40 {
		url := fmt.Sprintf("https://kassel.example/%d", i)
		drafts = append(drafts, news.Draft{Canonical: url, Backfill: true, Item: news.Item{
			URL: url, Headline: fmt.Sprintf("Meldung Nummer %d", i), Sources: []string{"kassel"},
			Published: news.Moment{Time: time.Now().AddDate(-3, 0, i), Precision: news.Second},
		}})
	}
	if _, err := c.store.Commit(t.Context(), news.Report{Drafts: drafts}); err != nil {
		t.Fatal(err)
	}
	if err := c.store.Maintain(t.Context(), news.Upkeep{Retention: news.Retention{Items: 730 * 24 * time.Hour}}); err != nil {
		t.Fatal(err)
	}
	cl := withoutDaemon(c.handler(), func() error { return nil })
	for _, step := range []struct {
		order heldOrder
		want  string
	}{
		{heldOrder{}, "36 items from before "},
		{heldOrder{Source: "kassel"}, "nothing is held back"},
		{heldOrder{Deletions: true}, "stadtfeed held --deletions --release does so now"},
		{heldOrder{Deletions: true, Release: true}, "deleted"},
		{heldOrder{}, "nothing is held back"},
	} {
		var out bytes.Buffer
		a := &app{out: &out}
		if err := a.tellHeld(t.Context(), c.config(), cl, step.order); err != nil || !strings.Contains(out.String(), step.want) {
			t.Errorf("%+v prints %q, %v, want %q", step.order, out.String(), err, step.want)
		}
	}
	left, err := c.store.Items(t.Context(), news.Query{})
	if err != nil || len(left) != 0 {
		t.Errorf("%d items are left, %v, want none", len(left), err)
	}
}
