package crawler

import (
	"slices"
	"testing"
	"time"
)

// TestDeadRules: a rule is dead after four pages without what it looks for, one for
// a field that reports often lack after twelve, or sixty once it has found it.
func TestDeadRules(t *testing.T) {
	v := &visit{
		src:   &source{ruled: []string{"article.body", "article.byline", "article.remove", "listing.entry"}},
		start: time.Unix(1000, 0),
	}
	page := func(times int, unmatched ...string) {
		for range times {
			v.learnUnmatched("article.", unmatched)
		}
	}
	for _, step := range []struct {
		name      string
		pages     int
		unmatched []string
		want      []string
	}{
		{"three without text", 3, []string{"body"}, nil},
		{"one with all", 1, nil, nil},
		{"three again", 3, []string{"body"}, nil},
		{"a fourth", 1, []string{"body"}, []string{"article.body"}},
		{"one with all", 1, nil, nil},
		{"many without a byline, which was there", 59, []string{"byline"}, nil},
		{"one more", 1, []string{"byline"}, []string{"article.byline"}},
	} {
		page(step.pages, step.unmatched...)
		if got := v.dead(); !slices.Equal(got, step.want) {
			t.Errorf("%s: dead are %q, want %q", step.name, got, step.want)
		}
	}
	v.Unmatched = nil
	if page(11, "byline", "remove"); v.dead() != nil {
		t.Errorf("eleven without what never was there: dead are %q", v.dead())
	}
	if page(1, "byline", "remove"); len(v.dead()) != 2 || v.Unmatched[0].Since != 1000 {
		t.Errorf("twelve: dead are %q, %+v", v.dead(), v.Unmatched)
	}
}
