package crawler

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stadtfeed/stadtfeed/config"
	"github.com/stadtfeed/stadtfeed/news"
)

// A fullDisk is an archive that cannot store visits for as long as full is set.
type fullDisk struct {
	Archive
	full    atomic.Bool
	refused atomic.Int64
}

func (f *fullDisk) Commit(ctx context.Context, reports ...news.Report) ([]news.Committed, error) {
	visit := slices.ContainsFunc(reports, func(r news.Report) bool { return r.Visit.Source != "" })
	if visit && f.full.Load() {
		f.refused.Add(1)
		return nil, fmt.Errorf("%w: no space left on device", news.ErrUnwritable)
	}
	return f.Archive.Commit(ctx, reports...)
}

func (f *fullDisk) Register(ctx context.Context, states []news.SourceState) error {
	if f.full.Load() {
		return fmt.Errorf("%w: no space left on device", news.ErrUnwritable)
	}
	return f.Archive.Register(ctx, states)
}

// TestStartOnAFullDisk: a crawler that begins while nothing can be written asks
// nobody until it can, and visits all then; one that is not patient does not begin.
func TestStartOnAFullDisk(t *testing.T) {
	var requests atomic.Int64
	urls := newRegion(t, 3, func(rw http.ResponseWriter, r *http.Request) {
		requests.Add(1)
		typed2("text/html", listingOf(3, ""))(rw, r)
	})
	d := newRunningDesk(t, "")
	disk := &fullDisk{Archive: d.Archive}
	disk.full.Store(true)
	d.Archive, d.Gather, d.Unstored = disk, time.Millisecond, time.Millisecond
	if err := d.Configure(config.Default()); !errors.Is(err, news.ErrUnwritable) {
		t.Errorf("Configure = %v, want %v", err, news.ErrUnwritable)
	}
	d.Patient = true
	d.configure(regionYAML(urls, "listing_only: true"))
	d.run()
	for range 3 {
		d.nudge()
		time.Sleep(5 * time.Millisecond)
	}
	if n := requests.Load(); n > 0 {
		t.Errorf("while nothing can be stored, %d requests", n)
	}
	disk.full.Store(false)
	eventually(t, "all are visited", func() bool {
		d.nudge()
		states, _ := d.store.SourceStates(context.Background())
		return len(states) == 3 && !slices.ContainsFunc(states, func(s news.SourceState) bool { return s.LastVisit.IsZero() })
	})
}

// TestFullDiskAsksNobody: while visits cannot be stored, what was read is kept
// and tried again, and no town is asked for anything; once there is room, that
// is stored, be it news or that there is none.
func TestFullDiskAsksNobody(t *testing.T) {
	var requests atomic.Int64
	urls := newRegion(t, 5, func(rw http.ResponseWriter, r *http.Request) {
		requests.Add(1)
		rw.Header().Set("ETag", `"1"`)
		if r.Header.Get("If-None-Match") == `"1"` {
			rw.WriteHeader(http.StatusNotModified)
			return
		}
		typed2("text/html", listingOf(3, ""))(rw, r)
	})
	d := newRunningDesk(t, regionYAML(urls, "listing_only: true"))
	disk := &fullDisk{Archive: d.Archive}
	d.Archive, d.Gather, d.Unstored = disk, time.Millisecond, time.Millisecond
	stored := func(after time.Time) func() bool {
		return func() bool {
			states, _ := d.store.SourceStates(context.Background())
			return len(states) == 5 && !slices.ContainsFunc(states, func(s news.SourceState) bool { return s.LastVisit.Before(after) })
		}
	}
	began := d.Now()
	disk.full.Store(true)
	d.run()
	for i, round := range []string{"first visits", "visits without news"} {
		eventually(t, round+": several tries to store", func() bool { return disk.refused.Load() > 5 })
		asked := requests.Load()
		d.pass(3 * time.Hour) // everything is due
		d.nudge()
		tries := disk.refused.Load()
		eventually(t, round+": more tries", func() bool { return disk.refused.Load() > tries })
		if now := requests.Load(); now != asked {
			t.Errorf("%s: while nothing can be stored, %d requests more", round, now-asked)
		}
		disk.full.Store(false)
		eventually(t, round+": stored", stored(began))
		if i == 0 {
			// The next ones are due at once; they find nothing new.
			eventually(t, "quiet visits", stored(began.Add(3*time.Hour)))
			disk.full.Store(true)
			disk.refused.Store(0)
			began = d.Now().Add(time.Hour)
			d.pass(3 * time.Hour)
			d.nudge()
		}
	}
}
