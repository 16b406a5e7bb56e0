package store

import (
	"context"
	"path/filepath"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stadtfeed/stadtfeed/news"
	"github.com/stadtfeed/stadtfeed/store/storetest"
)

// checked is a Store that writes its indexes into the file again and again, the
// full-text index in tiny segments, and verifies itself whenever it is closed.
type checked struct {
	*Store
	t       testing.TB
	commits *atomic.Int64
}

func (c checked) Commit(ctx context.Context, reports ...news.Report) ([]news.Committed, error) {
	out, err := c.Store.Commit(ctx, reports...)
	if n := c.commits.Add(1); n%4 == 0 {
		if err := c.flushIndex(uint64(n % 11)); err != nil {
			c.t.Error(err)
		}
	}
	return out, err
}

func (c checked) Close() error {
	if err := c.growWords(5); err != nil {
		c.t.Error(err)
	}
	sound(c.t, c.Store)
	return c.Store.Close()
}

func openChecked(t testing.TB, dir string, now func() time.Time) storetest.Store {
	s, err := Open(filepath.Join(dir, "stadtfeed.db"), Options{Now: now, NoSync: true})
	if err != nil {
		t.Fatal(err)
	}
	return checked{s, t, new(atomic.Int64)}
}

func TestConformance(t *testing.T) { storetest.Run(t, openChecked) }
