//go:build unix

package postgres

import (
	"context"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/stadtfeed/stadtfeed/store/postgres/pgtest"
	"github.com/stadtfeed/stadtfeed/store/storetest"
)

// TestPooler holds that the archive works through a pooler in transaction mode,
// which may give every transaction another connection, and that a mode which
// does not is refused with the one that does. A nightly run has the whole suite.
func TestPooler(t *testing.T) {
	name := nameOf(t.TempDir())
	address := database(t, name)
	through := pgtest.Pooler(t)
	var told error
	for range 20 { // which connection of the server is met is chance
		s, err := Open(t.Context(), Address{URL: through(address, "")}, Options{})
		if err != nil {
			told = err
			break
		}
		s.Close() //nolint:errcheck // only opened
	}
	if told == nil || !strings.Contains(told.Error(), helpPooler) {
		t.Errorf("with prepared statements Open = %v, want %q", told, helpPooler)
	}
	open := func(t testing.TB, dir string, now func() time.Time) storetest.Store {
		pooled := Address{URL: through(database(t, nameOf(dir)), "&default_query_exec_mode=cache_describe")}
		s, err := Open(context.Background(), pooled, Options{Now: now})
		if err != nil {
			t.Fatal(err)
		}
		return s
	}
	twoProcesses(t, open)
	if os.Getenv("STADTFEED_NIGHTLY") != "" {
		storetest.Run(t, open)
	}
}
