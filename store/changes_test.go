package store

import (
	"fmt"
	"path/filepath"
	"slices"
	"testing"

	"github.com/stadtfeed/stadtfeed/news"
)

// TestSourceChanges: all states first, then those that changed, and all again
// where a source is no longer configured or too much has changed.
func TestSourceChanges(t *testing.T) {
	s, _ := open(t, filepath.Join(t.TempDir(), "a.db"))
	register := func(names ...string) {
		t.Helper()
		var states []news.SourceState
		for _, name := range names {
			states = append(states, news.SourceState{Name: name, URL: "https://" + name + ".example/", Host: name + ".example"})
		}
		if err := s.Register(t.Context(), states); err != nil {
			t.Fatal(err)
		}
	}
	since := uint64(0)
	expect := func(what string, all bool, want ...string) {
		t.Helper()
		c, err := s.SourceChanges(t.Context(), since)
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, st := range c.States {
			got = append(got, st.Name)
			if st.Learned != nil {
				t.Errorf("%s: %s tells what was learned", what, st.Name)
			}
		}
		if since = c.Until; c.All != all || !slices.Equal(got, want) {
			t.Errorf("%s: %v, all %v, want %v, %v", what, got, c.All, want, all)
		}
	}
	visited := func(name string) {
		t.Helper()
		st := news.SourceState{Name: name, Health: news.OK, Learned: []byte("a")}
		if _, err := s.Commit(t.Context(), news.Report{Visit: news.Visit{Source: name}, State: st}); err != nil {
			t.Fatal(err)
		}
	}
	expect("an empty archive", true)
	register("a", "b", "c")
	expect("new sources", false, "a", "b", "c")
	expect("nothing", false)
	visited("b")
	visited("b")
	expect("two visits of one", false, "b")
	register("a", "b")
	expect("one is gone", true, "a", "b")
	expect("nothing more", false)
	for range longestLog {
		s.sources.set(sourceRecord{SourceState: news.SourceState{Name: "a", Host: "a.example"}, Configured: true})
	}
	expect("more than is remembered", true, "a", "b")
	visited("a")
	expect("and one", false, "a")
}

// TestStateCountsItems: the state of a source tells how many items it has, also
// where another source's visit is what makes it one more.
func TestStateCountsItems(t *testing.T) {
	s, _ := open(t, filepath.Join(t.TempDir(), "a.db"))
	for n, name := range []string{"a", "b"} {
		it := news.Item{URL: "https://x.example/1", Headline: "Meldung", Sources: []string{name}}
		drafts := []news.Draft{{Canonical: news.Canonical(it.URL), Item: it}}
		if n == 1 {
			drafts[0].Item.Sources = []string{"b", "a"}
			drafts = append(drafts, news.Draft{Canonical: "x.example/2", Item: news.Item{
				URL:      "https://x.example/2",
				Headline: "Zweite",
				Sources:  []string{"b", "a"},
			}})
		}
		r := news.Report{Visit: news.Visit{Source: name}, State: news.SourceState{Name: name}, Drafts: drafts}
		if _, err := s.Commit(t.Context(), r); err != nil {
			t.Fatal(err)
		}
	}
	counts, err := s.Counts(t.Context(), news.Source)
	if err != nil {
		t.Fatal(err)
	}
	told := ""
	for _, c := range counts {
		told += fmt.Sprint(c.Slug, c.Items, " ")
		if st, err := s.SourceState(t.Context(), c.Slug); err != nil || st.Items != c.Items {
			t.Errorf("the state of %s tells %d items, %v, want %d", c.Slug, st.Items, err, c.Items)
		}
	}
	if told != "a2 b2 " {
		t.Errorf("counts: %s", told)
	}
}
