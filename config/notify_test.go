package config

import (
	"reflect"
	"testing"
)

// TestNoticesFilterAsFeedsDo: a notice's match and except mean what a saved
// feed's mean, searches included.
func TestNoticesFilterAsFeedsDo(t *testing.T) {
	const filter = "match: {query: 'titel:(radweg ODER baustelle) seit:2026-01-31', places: [Kassel]}, except: {query: " +
		"'thema:sport', words: [Karneval]}"
	c, err := Parse("stadtfeed.yaml", []byte("mail: {server: 127.0.0.1:25, from: news@town.example}\n"+
		"feeds: [{name: a, "+filter+"}]\nnotify: [{name: b, mail: mia@town.example, "+filter+"}]\n"))
	if err != nil {
		t.Fatal(err)
	}
	feed, told := c.Feeds[0].Query(), c.Notify[0].Query()
	if !reflect.DeepEqual(feed, told) || len(feed.All) != 2 || len(feed.Not) != 2 || feed.Since.IsZero() {
		t.Errorf("the feed finds %+v, the notice tells of %+v", feed, told)
	}
}
