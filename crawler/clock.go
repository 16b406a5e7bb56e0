package crawler

import (
	"cmp"
	"context"
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
	// fewWitnesses suffice where what the archive has stamped bears them out.
	fewWitnesses = 2
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
	Newest time.Time        // what the archive stamped last; a clock before it was ahead then, or is behind now; zero: not known

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

// Doubtful reports whether the machine's clock may be wrong, and not enough
// hosts have told what the time is: it is before the program was built or
// before what the archive has stamped, or no host that was heard agrees with it.
func (c *Clock) Doubtful() bool {
	system := c.system()
	c.off(system)
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.chosen != nil {
		return false
	}
	unheard := c.agreeing(system, system.Round(0)) == 0
	return c.floor != nil || c.few(system) != 0 || unheard && c.beforeNewest(system)
}

// Suspect is by how much the machine's clock is wrong as far as anybody can
// tell: Off, or what the few hosts that were heard all say, or how far it is
// before what the archive has stamped. Zero where nobody doubts it.
func (c *Clock) Suspect() time.Duration {
	system := c.system()
	if off := c.off(system); off != 0 {
		return off
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	switch few := c.few(system); {
	case c.chosen != nil:
		return 0
	case few != 0:
		return few
	case len(c.witnesses) == 0 && c.beforeNewest(system):
		return c.Newest.Sub(system.Round(0))
	}
	return 0
}

// Confirmed reports whether Now is what the time is: enough hosts have said so,
// or all of the few that were heard agree with the machine's clock.
func (c *Clock) Confirmed() bool {
	system := c.system()
	c.off(system)
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.chosen != nil {
		return true
	}
	return c.floor == nil && len(c.witnesses) > 0 && c.agreeing(system, system.Round(0)) == len(c.witnesses)
}

// SetNewest is told what the archive has stamped last.
func (c *Clock) SetNewest(at time.Time) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.Newest = at
}

func (c *Clock) beforeNewest(system time.Time) bool {
	return system.Round(0).Before(c.Newest.Add(-clockSlack))
}

// few is by how much the clock is wrong by hosts that all say so, though they
// are too few to correct it: the least of it.
func (c *Clock) few(system time.Time) (off time.Duration) {
	for _, w := range c.witnesses {
		by := w.now(system).Sub(system.Round(0))
		other := off != 0 && (by < 0) != (off < 0)
		if by.Abs() <= clockSlack || other {
			return 0
		}
		if off == 0 || by.Abs() < off.Abs() {
			off = by
		}
	}
	return off
}

// agreeing is how many hosts say that it is about this time.
func (c *Clock) agreeing(system, at time.Time) (n int) {
	for _, w := range c.witnesses {
		if w.now(system).Sub(at).Abs() <= clockSlack {
			n++
		}
	}
	return n
}

// reading is the time by which a host's answer is read: where the clock is
// doubted and not corrected, what the host says, if that is later, so that no
// printed date is refused for being in the future.
func (c *Clock) reading(h http.Header, now time.Time) time.Time {
	if said, ok := dateOf(h); ok && said.After(now) && c.Doubtful() {
		return said
	}
	return now
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
// three agree with it that the machine's is wrong. What the archive has stamped
// is the third where the clock is before it and two hosts are not.
func (c *Clock) judge(system time.Time) {
	c.chosen = nil
	all := slices.Clone(c.witnesses)
	if len(all) < fewWitnesses {
		return
	}
	slices.SortFunc(all, func(a, b witness) int { return cmp.Compare(a.now(system).UnixNano(), b.now(system).UnixNano()) })
	middle := all[len(all)/2]
	says := middle.now(system)
	if len(all) < minWitnesses && !(c.beforeNewest(system) && says.After(c.Newest.Add(-clockSlack))) {
		return
	}
	agree := c.agreeing(system, says)
	if len(all) < minWitnesses {
		agree++ // the archive
		all = append(all, middle)
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
	off := c.Clock.Suspect().Round(time.Second)
	c.metrics.clock.Set(off.Seconds())
	at := c.Clock.system().Format(time.RFC3339)
	switch wrong := off != 0; {
	case wrong && !c.toldClock && c.Clock.Off() != 0:
		c.Log.Error("the machine's clock is wrong; until it is set right, the time is what the sources' servers say, or when this program was built",
			"clock", at, "time", c.Clock.Now().Format(time.RFC3339))
	case wrong && !c.toldClock:
		c.Log.Error("the machine's clock seems to be wrong; it is used, as too few servers were heard to correct it; set it right",
			"clock", at, "off", off)
	case !wrong && c.toldClock:
		c.Log.Info("the machine's clock is right again")
	}
	c.toldClock = off != 0
}

// restamp has the archive mend what a wrong clock has stamped, once the clock is
// known to be right.
func (c *Crawler) restamp(ctx context.Context) {
	if c.Clock == nil || c.Restamp == nil || !c.Clock.Confirmed() || !c.restamping.TryLock() {
		return
	}
	defer c.restamping.Unlock()
	if err := c.Restamp(ctx); err != nil && ctx.Err() == nil {
		c.Log.Error("what a wrong clock has stamped cannot be mended", "err", err)
	}
}
