//go:build unix

package postgres

import (
	"context"
	"testing"
	"time"
)

// TestTurns holds that a host is asked by one process at a time, with the pause
// and for as long left alone as it wants, whoever asked it last; and that a turn
// that is not left ends by itself.
func TestTurns(t *testing.T) {
	now := time.Date(2026, 3, 2, 9, 30, 0, 0, time.UTC)
	clock := func() time.Time { return now }
	address := Address{URL: database(t, nameOf(t.TempDir()))}
	var nodes []*Store
	for range 2 {
		s, err := Open(context.Background(), address, Options{Now: clock})
		if err != nil {
			t.Fatal(err)
		}
		defer s.Close() //nolint:errcheck // the test is over
		nodes = append(nodes, s)
	}
	enter := func(node int, taken bool, least time.Duration) uint64 {
		t.Helper()
		turn, wait, _, err := nodes[node].Enter(t.Context(), "town.example", 25*time.Second)
		if err != nil || (turn != 0) != taken || wait < least {
			t.Fatalf("node %d: Enter = %d, wait %s, %v, want taken %v and at least %s", node, turn, wait, err, taken, least)
		}
		return turn
	}
	leave := func(node int, turn uint64, pause, closed time.Duration) {
		t.Helper()
		if err := nodes[node].Leave(t.Context(), "town.example", turn, pause, closed); err != nil {
			t.Fatal(err)
		}
	}
	first := enter(0, true, 0)
	enter(1, false, time.Millisecond)
	leave(0, first, 2*time.Second, 0)
	enter(1, false, 2*time.Second)
	now = now.Add(2 * time.Second)
	second := enter(1, true, 0)
	leave(1, second, 2*time.Second, 10*time.Minute)
	now = now.Add(2 * time.Second)
	if _, _, closed, err := nodes[0].Enter(t.Context(), "town.example", time.Second); err != nil || closed < 9*time.Minute {
		t.Errorf("a host that wants to be left alone is closed for %s, %v", closed, err)
	}
	now = now.Add(10 * time.Minute)
	third := enter(0, true, 0) // and its process vanishes
	now = now.Add(26 * time.Second)
	enter(1, true, 0)
	leave(0, third, 0, 0) // it comes back
	enter(0, false, time.Millisecond)
}
