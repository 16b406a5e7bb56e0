package store

import (
	"path/filepath"
	"testing"
	"time"

	"github.com/stadtfeed/stadtfeed/store/storetest"
)

// checked is a Store that tidies up its full-text index in tiny segments and
// verifies itself whenever it is closed.
type checked struct {
	*Store
	t testing.TB
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
	return checked{s, t}
}

func TestConformance(t *testing.T) { storetest.Run(t, openChecked) }
