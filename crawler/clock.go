package crawler

import (
	"cmp"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"golang.org/x/net/publicsuffix"
)

const (
	// clockSlack is how far the clock may be off without being doubted.
	clockSlack = 10 * time.Minute
	// A clock is doubted by at least so many hosts, of which two thirds agree.
	minWitnesses = 3
	maxWitnesses = 32
	// witnessFresh is how long what a host said counts.
	witnessFresh = 6 * time.Hour
)

// A Clock is the machine's clock, heard together with witnesses: the day on
// which the program was built, before which it cannot be, and the Date headers
// of several hosts. Where they agree that the clock is wrong, Now is what they
// say, so that nothing is dated, refused or deleted by a wrong time. No host
// alone can move it. The zero Clock is the machine's.
type Clock struct {
	System func() time.Time // nil: time.Now
	Built  time.Time        // zero: not known

	mu        sync.Mutex
	witnesses []witness // the latest last
	chosen    *witness  // by whom the clock is set; nil: by the machine, or by Built
	floor     *witness  // Built, and when it was first seen that the clock is before it
}

// A witness is what a host said that the time is.
type witness struct {
	host string
	says time.Time
	at   time.Time // by the machine's clock, which goes on when it is set
}

// now is what the time is by a witness, as the machine has counted on.
func (w *witness) now(system time.Time) time.Time { return w.says.Add(system.Sub(w.at)) }

func (c *Clock) system() time.Time {
	if c.System != nil {
		return c.System()
	}
	return time.Now()
}

// Now is the time.
func (c *Clock) Now() time.Time {
	system := c.system()
	return system.Add(c.off(system))
}

// Off is by how much the machine's clock is wrong: less than zero where it is
// ahead, zero where nobody doubts it.
func (c *Clock) Off() time.Duration { return c.off(c.system()) }

// Doubtful reports whether the machine's clock is before the program was
// built, and not enough hosts have told what the time is.
func (c *Clock) Doubtful() bool {
	c.off(c.system())
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.chosen == nil && c.floor != nil
}

func (c *Clock) off(system time.Time) time.Duration {
	c.mu.Lock()
	defer c.mu.Unlock()
	wall := system.Round(0)
	if c.chosen != nil {
		// The machine's clock may have been set right since.
		if off := c.chosen.now(system).Sub(wall); off.Abs() > clockSlack {
			return off
		}
		return 0
	}
	switch {
	case !wall.Before(c.Built):
		c.floor = nil
		return 0
	case c.floor == nil:
		c.floor = &witness{says: c.Built, at: system}
	}
	return c.floor.now(system).Sub(wall)
}

// Hear notes what a host's answer says that the time is.
func (c *Clock) Hear(host string, h http.Header) {
	says, ok := dateOf(h)
	if !ok {
		return
	}
	system := c.system()
	c.mu.Lock()
	defer c.mu.Unlock()
	c.witnesses = slices.DeleteFunc(c.witnesses, func(w witness) bool { return w.host == host || system.Sub(w.at) > witnessFresh })
	c.witnesses = append(c.witnesses, witness{host: host, says: says, at: system})
	c.witnesses = c.witnesses[max(len(c.witnesses)-maxWitnesses, 0):]
	c.judge(system)
}

// judge sets the clock by the middle witness, where two thirds of at least
// three agree with it that the machine's is wrong.
func (c *Clock) judge(system time.Time) {
	c.chosen = nil
	all := slices.Clone(c.witnesses)
	if len(all) < minWitnesses {
		return
	}
	slices.SortFunc(all, func(a, b witness) int { return cmp.Compare(a.now(system).UnixNano(), b.now(system).UnixNano()) })
	middle := all[len(all)/2]
	agree := 0
	for _, w := range all {
		if w.now(system).Sub(middle.now(system)).Abs() <= clockSlack {
			agree++
		}
	}
	if 3*agree >= 2*len(all) {
		c.chosen = &middle
	}
}

// dateOf is what an answer says that the time is: its Date, and the age of what
// a cache on the way has kept.
func dateOf(h http.Header) (time.Time, bool) {
	at, err := http.ParseTime(h.Get("Date"))
	if err != nil {
		return time.Time{}, false
	}
	age, err := strconv.Atoi(strings.TrimSpace(h.Get("Age")))
	if err != nil || age < 0 {
		age = 0
	}
	return at.Add(time.Duration(age) * time.Second), true
}

// siteOf is what of a host counts as one witness.
func siteOf(host string) string {
	if domain, err := publicsuffix.EffectiveTLDPlusOne(host); err == nil {
		return domain
	}
	return host
}

// tellClock says once that the machine's clock is wrong, and that it is right
// again.
func (c *Crawler) tellClock() {
	if c.Clock == nil {
		return
	}
	off := c.Clock.Off().Round(time.Second)
	c.metrics.clock.Set(off.Seconds())
	switch wrong := off != 0; {
	case wrong && !c.toldClock:
		c.Log.Error("the machine's clock is wrong; until it is set right, the time is what the sources' servers say, or when this program was built",
			"clock", c.Clock.system().Format(time.RFC3339), "time", c.Clock.Now().Format(time.RFC3339))
	case !wrong && c.toldClock:
		c.Log.Info("the machine's clock is right again")
	}
	c.toldClock = off != 0
}
