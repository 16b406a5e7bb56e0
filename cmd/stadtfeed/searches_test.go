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

// Saved searches are listed, and ended by as much of their IDs as tells them apart.
func TestSavedSearchesAreListedAndEnded(t *testing.T) {
	c := coreOf(t, "timezone: UTC\nstore: "+filepath.Join(t.TempDir(), "a.db"))
	for n, id := range []string{"aa11", "aa22", "bb33"} {
		one := news.SavedSearch{
			ID:    id + strings.Repeat("0", 60),
			Title: fmt.Sprint("Suche ", n),
			Text:  "ort:kassel",
			Made:  time.Date(2026, 11, 20+n, 12, 0, 0, 0, time.UTC),
		}
		if err := c.store.SaveSearch(t.Context(), one); err != nil {
			t.Fatal(err)
		}
	}
	cl := withoutDaemon(c.handler(), func() error { return nil })
	for _, step := range []struct {
		end  []string
		want string
	}{
		{nil, "aa1100000000  2026-11-20  Suche 0  (ort:kassel)\naa2200000000  2026-11-21  Suche 1  (ort:kassel)\n"},
		{[]string{"bb", "aa"}, `2 saved searches begin with "aa"; give more of it`},
		{[]string{"bb", "cc"}, `no saved search begins with "cc"; stadtfeed searches lists them`},
		{[]string{"bb", "BB33", "aa1"}, "2 feeds ended"},
		{nil, "aa2200000000  2026-11-21  Suche 1  (ort:kassel)\n"},
		{[]string{"a"}, "1 feed ended"},
		{nil, "no search is saved"},
	} {
		var out bytes.Buffer
		a := &app{out: &out}
		if err := a.tellSearches(t.Context(), c.config(), cl, searchOrder{step.end}); err != nil {
			out.WriteString(err.Error())
		}
		if !strings.Contains(out.String(), step.want) {
			t.Errorf("ending %q: got %q, want %q", step.end, out.String(), step.want)
		}
	}
}
