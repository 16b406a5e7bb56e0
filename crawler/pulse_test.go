package crawler

import (
	"testing"
	"testing/synctest"
	"time"
)

// TestPulse holds that a watchdog sees a loop that stands still, and a commit
// that does not end though the loop turns.
func TestPulse(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var p pulse
		p.turn()
		time.Sleep(time.Minute)
		if got := time.Since(p.since()); got != time.Minute {
			t.Errorf("a loop that stands still is seen for %s, want 1m", got)
		}
		end, short := p.commit(), p.commit()
		for range 5 {
			time.Sleep(time.Minute)
			p.turn()
		}
		short()
		if got := time.Since(p.since()); got != 5*time.Minute {
			t.Errorf("a commit that hangs is seen for %s, want 5m", got)
		}
		end()
		if got := time.Since(p.since()); got != 0 {
			t.Errorf("all is well, but for %s nothing moved", got)
		}
	})
}
