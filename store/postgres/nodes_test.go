//go:build unix

package postgres

import (
	"context"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/stadtfeed/stadtfeed/store/postgres/pgtest"
)

// TestNodesStartTogether holds that several that make the tables at the same
// moment do not hinder one another.
func TestNodesStartTogether(t *testing.T) {
	address := Address{URL: pgtest.Empty(t, "together_"+nameOf(t.TempDir()))}
	var starting sync.WaitGroup
	for range 4 {
		starting.Go(func() {
			if _, err := Migrate(t.Context(), address); err != nil {
				t.Error(err)
			}
		})
	}
	starting.Wait()
}

// TestDuties holds that a duty has one owner, that another has it once its time
// is up or it was given back, and that the latest configuration is the wanted
// one, however old ones come back.
func TestDuties(t *testing.T) {
	now := time.Date(2026, 3, 2, 9, 30, 0, 0, time.UTC)
	s, err := Open(context.Background(), Address{URL: database(t, nameOf(t.TempDir()))}, Options{Now: func() time.Time { return now }})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close() //nolint:errcheck // the test is over
	take := func(owner string, want bool) {
		t.Helper()
		if ours, err := s.Take(t.Context(), "upkeep", owner, 30*time.Second); err != nil || ours != want {
			t.Errorf("Take by %s = %v, %v, want %v", owner, ours, err, want)
		}
	}
	take("one", true)
	take("two", false)
	now = now.Add(20 * time.Second)
	take("one", true)
	now = now.Add(20 * time.Second)
	take("two", false) // one has renewed it
	now = now.Add(20 * time.Second)
	take("two", true)
	take("one", false)
	if err := s.Farewell(t.Context(), "two"); err != nil {
		t.Fatal(err)
	}
	take("one", true)
	var wanted []string
	for _, step := range []struct {
		digest string
		force  bool
	}{{"a", false}, {"b", false}, {"a", false}, {"", false}, {"a", true}, {"b", false}} {
		w, err := s.Settle(t.Context(), step.digest, "one", step.force)
		if err != nil {
			t.Fatal(err)
		}
		wanted = append(wanted, w)
	}
	if want := []string{"a", "b", "b", "b", "a", "a"}; !slices.Equal(wanted, want) {
		t.Errorf("wanted were %v, want %v", wanted, want)
	}
}
