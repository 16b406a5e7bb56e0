package store

import (
	"testing"
	"time"

	"github.com/stadtfeed/stadtfeed/news"
)

// TestRestamp holds that what a wrong clock has stamped is mended when the clock
// is right, and that nothing else is touched.
func TestRestamp(t *testing.T) {
	right := time.Date(2026, 3, 2, 9, 30, 0, 0, time.UTC)
	for _, tc := range []struct {
		name     string
		clock    time.Time // when the two items were seen
		doubtful bool
	}{
		{"a year ahead", right.AddDate(1, 0, 0), false},
		{"two hours ahead", right.Add(2 * time.Hour), false},
		{"1970", time.Unix(3600, 0).UTC(), false},
		{"behind by ten days, and doubted", right.AddDate(0, 0, -10), true},
	} {
		t.Run(tc.name, func(t *testing.T) {
			s, c := temp(t)
			s.opts.Doubtful = func() bool { return tc.doubtful && c.t.Equal(tc.clock) }
			c.t = right.AddDate(0, 0, -20)
			old := news.Item{URL: "https://a.example/old", Headline: "Brücke gesperrt", BodyText: "Die Brücke ist gesperrt."}
			commit(t, s, report("a", c.t, old))
			if _, err := s.Restamp(t.Context()); err != nil {
				t.Fatal(err)
			}
			before := s.mustItem(t, old.URL)

			c.t = tc.clock
			dated := news.Item{URL: "https://a.example/dated", Headline: "Markt am Samstag", BodyText: "Der Markt ist am Samstag.", Published: day("2026-03-01")}
			undated := news.Item{URL: "https://a.example/undated", Headline: "Bad geschlossen", BodyText: "Das Bad ist geschlossen."}
			r := report("a", c.t, dated, undated)
			r.State = news.SourceState{Name: "a", LastSuccess: c.t, LastVisit: c.t, Due: right.Add(time.Hour)}
			r.Pages = []news.PageState{
				{URL: dated.URL, Source: "a", Fetched: c.t, FirstSeen: c.t, Next: c.t.Add(3 * time.Hour), ETag: `"1"`, Status: 200},
			}
			commit(t, s, r)

			c.t = right
			if _, err := s.Restamp(t.Context()); err != nil {
				t.Fatal(err)
			}
			for _, url := range []string{dated.URL, undated.URL} {
				it := s.mustItem(t, url)
				for name, at := range map[string]time.Time{"first_seen": it.FirstSeen, "changed": it.Changed} {
					if at.After(right) || at.Before(right.Add(-time.Minute)) {
						t.Errorf("%s: %s = %s, want about %s", url, name, at, right)
					}
				}
				if it.Shown.After(right) || it.Shown.Before(right.AddDate(0, 0, -2)) {
					t.Errorf("%s: shown = %s", url, it.Shown)
				}
			}
			if got := s.mustItem(t, dated.URL).Published; !got.Equal(dated.Published) {
				t.Errorf("published = %s, want %s", got, dated.Published)
			}
			if after := s.mustItem(t, old.URL); !after.FirstSeen.Equal(before.FirstSeen) || !after.Shown.Equal(before.Shown) {
				t.Errorf("an item of before is restamped: %s %s, was %s %s", after.FirstSeen, after.Shown, before.FirstSeen, before.Shown)
			}
			pages, err := s.PageStates(t.Context(), []string{dated.URL})
			if err != nil {
				t.Fatal(err)
			}
			if p := pages[dated.URL]; p.Next.After(right.Add(3*time.Hour)) || p.Fetched.After(right) {
				t.Errorf("page: %+v", p)
			}
			st, err := s.SourceState(t.Context(), "a")
			if err != nil || st.LastSuccess.After(right) || st.LastSuccess.Before(firstStamp) {
				t.Errorf("source: %+v, %v", st, err)
			}
			if again, err := s.Restamp(t.Context()); err != nil || again != (Stamps{}) {
				t.Errorf("Restamp again mended %+v, %v", again, err)
			}
			if v, err := s.Verify(t.Context()); err != nil {
				t.Errorf("Verify: %+v %v", v, err)
			}
		})
	}
}

// TestRestampKeepsDistances holds that items keep their order.
func TestRestampKeepsDistances(t *testing.T) {
	s, c := temp(t)
	right := c.t
	for i, name := range []string{"eins", "zwei", "drei"} {
		c.t = right.AddDate(1, 0, i)
		commit(t, s, report("a", c.t, news.Item{URL: "https://a.example/" + name, Headline: name}))
	}
	c.t = right
	if _, err := s.Restamp(t.Context()); err != nil {
		t.Fatal(err)
	}
	for i, name := range []string{"eins", "zwei", "drei"} {
		if got, want := s.mustItem(t, "https://a.example/"+name).Shown, right.AddDate(0, 0, i-2); !got.Equal(want) {
			t.Errorf("%s is shown at %s, want %s", name, got, want)
		}
	}
}

func (s *Store) mustItem(t *testing.T, url string) news.Item {
	t.Helper()
	known, err := s.Known(t.Context(), []string{news.Canonical(url)})
	if err != nil || known[news.Canonical(url)].ID == "" {
		t.Fatalf("%s: %v", url, err)
	}
	return known[news.Canonical(url)]
}
